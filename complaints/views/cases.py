"""List, form and page of complaint cases."""

import tempfile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access, filters
from complaints.enums import Channel, Mood, Severity, ShippingState
from complaints.forms import cases as forms
from complaints.models import Attachment, Complaint, Customer, Order
from complaints.queries import cases as queries
from complaints.resources import cases as files_out
from complaints.services import attachments, cases
from complaints.services.attachments import FileRefused
from complaints.tables import cases as tables
from complaints.texts import cases as texts
from complaints.views import liability
from portal import audit, shell, submissions
from portal.money import Fen, display_yuan
from portal.transfer import output
from portal.transfer.registry import Context
from staff.people.http import StaffRequest
from staff.people.models import Store

PAGE = "complaints"
EXPORTED = 20_000
TONES = {
    Severity.MINOR: ("neutral", "arrow-down"),
    Severity.ORDINARY: ("neutral", "dash"),
    Severity.SERIOUS: ("warning", "exclamation-triangle"),
    Severity.CRITICAL: ("danger", "exclamation-octagon"),
}


def severities() -> dict[str, tuple[str, str, str]]:
    """Return label, tone and icon of each severity, translated once for a page."""
    return {str(one): (str(one.label), *TONES[one]) for one in Severity}


def _filtered(request: StaffRequest) -> tuple[filters.CaseFilter, Any]:
    now = timezone.now()
    choices = queries.choices_for(request.scope, today=request.scope.today)
    form = filters.CaseFilter(request.GET, choices=choices)
    visible = Complaint.objects.visible_to(request.scope)
    return form, form.apply(visible, scope=request.scope, now=now)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    form, found = _filtered(request)
    sort = filters.sort_of(request.GET)
    try:
        page = queries.page_of(
            found,
            sort=sort,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
    except queries.BadCursor:
        raise Http404 from None
    query = form.query(sort=sort)
    leads = request.scope.leads
    now = timezone.now()
    context = {
        "form": form,
        "rows": page.rows,
        "heads": tables.heads(),
        "table": tables.rows(page.rows, severities=severities(), pick=leads, now=now),
        "count": len(page.rows) if page.whole else queries.count_of(found),
        "next_url": f"?{form.query(sort=sort, after=page.after)}" if page.after else "",
        "previous_url": f"?{form.query(sort=sort, before=page.before)}" if page.before else "",
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                (queries.NEWEST, _("newest first")),
                (queries.OLDEST, _("oldest first")),
                (queries.CHANGED, _("last changed first")),
            )
        ],
        "keep": {"sort": sort} if sort != queries.NEWEST else {},
        "people": form.offered.people if leads else [],
        "leads": leads,
        **shell.saved_views(request, PAGE),
        "query": query,
    }
    template = "complaints/list.html#rows" if request.htmx else "complaints/list.html"
    return render(request, template, context)


@require_GET
def export(request: StaffRequest) -> HttpResponseBase:
    """The filtered list as a file, in the columns of the import, without personal data."""
    form, found = _filtered(request)
    kind = files_out.COMPLAINTS
    suffix = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    total = found.order_by().values("pk")[: EXPORTED + 1].count()
    if total > EXPORTED:
        messages.warning(request, _("These are too many for one file. Narrow the filters first."))
        return redirect(f"{reverse('complaints:list')}?{form.query(sort=queries.NEWEST)}")
    now = timezone.now()
    zone = timezone.get_default_timezone()
    context = Context(actor=request.user, scope=request.scope, now=now, zone=zone)
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    rows = files_out.rows_of(found, context)
    count = output.WRITERS[suffix](kind, rows, target, zone, chinese=queries.in_chinese())
    target.seek(0)
    audit.record(
        actor=request.user,
        verb="export.done",
        at=now,
        after={"kind": kind.name, "format": suffix, "rows": count},
    )
    day = timezone.localdate(now)
    return FileResponse(target, as_attachment=True, filename=f"complaints-{day}.{suffix}")


@require_POST
def give(request: StaffRequest) -> HttpResponse:
    """Give the selected cases of the list to somebody."""
    if not request.scope.leads:
        raise PermissionDenied
    back = redirect(f"{reverse('complaints:list')}?{request.POST.get('query', '')}")
    people = queries.choices_for(request.scope, today=request.scope.today).people
    form = forms.OwnerForm(request.POST, people=people)
    picked = [int(key) for key in request.POST.getlist("pick") if key.isdecimal()][:500]
    if not form.is_valid():
        messages.error(request, _("Choose who gets the cases."))
        return back
    visible = Complaint.objects.visible_to(request.scope).filter(pk__in=picked)
    mine = [
        case.pk
        for case in visible.only("pk", "store_id")
        if access.can_set_owner(request.scope, case)
    ]
    given = cases.set_owner(
        actor=request.person,
        complaint_ids=mine,
        owner_id=form.cleaned_data["owner"],
        now=timezone.now(),
    )
    messages.success(
        request,
        ngettext("%(count)d case has a new owner.", "%(count)d cases have a new owner.", len(given))
        % {"count": len(given)},
    )
    return back


def _case(request: StaffRequest, number: str, *, days: int = 0) -> Complaint:
    found = queries.case_page(request.scope, number, now=timezone.now(), days=days)
    if found is None:
        raise Http404
    return found


def _platform(store_id: int) -> str:
    return str(Store.objects.values_list("platform", flat=True).get(pk=store_id))


def _sections(*, editing: bool) -> list[tuple[str, str, Any]]:
    rest = forms.REST_OLD if editing else forms.REST_NEW
    return [
        ("call", _("The call"), forms.CALL),
        ("story", _("What happened"), forms.STORY),
        ("judged", _("Nature and weight"), forms.JUDGED),
        ("goods", _("Goods"), forms.GOODS),
        ("rest", _("Evidence and references"), rest),
    ]


def _form_context(request: StaffRequest, form: forms.CaseForm, *, editing: bool) -> dict[str, Any]:
    return {
        "form": form,
        "sections": _sections(editing=editing),
        "customer_layout": forms.CUSTOMER,
        "signed_by": request.person,
        "editing": editing,
        **_known_customer(request, form["customer_id"].value()),
    }


def _known_customer(request: StaffRequest, customer_id: Any) -> dict[str, Any]:  # noqa: ANN401 -- what a form holds
    """Return the chosen customer, masked, and how often they complained lately."""
    if not str(customer_id or "").isdecimal():
        return {"known": None, "repeated": ""}
    known = Customer.objects.visible_to(request.scope).filter(pk=customer_id).first()
    if known is None:
        return {"known": None, "repeated": ""}
    lately = queries.repeated(
        request.scope, customer_id=known.pk, now=timezone.now(), today=request.scope.today
    )
    return {
        "known": known,
        "repeated": texts.of_repeated(lately.count, lately.days) if lately.count else "",
    }


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    if not access.can_register(request.scope):
        raise PermissionDenied
    choices = queries.choices_for(request.scope, today=request.scope.today, all_stores=True)
    if request.method == "POST":
        form = forms.CaseForm(request.POST, request.FILES, choices=choices)
        if form.is_valid():
            return _register(request, form)
        context = _form_context(request, form, editing=False)
        return render(request, "complaints/form.html", context, status=422)
    own = sorted(request.scope.store_ids)
    initial = {
        "form_key": submissions.new_key(),
        "severity": Severity.ORDINARY,
        "store": own[0] if len(own) == 1 else None,
        **_chosen(request),
    }
    form = forms.CaseForm(initial=initial, choices=choices)
    return render(request, "complaints/form.html", _form_context(request, form, editing=False))


def _register(request: StaffRequest, form: forms.CaseForm) -> HttpResponse:
    facts = form.facts(platform=_platform(form.cleaned_data["store"]))
    if facts.customer_id is not None:
        known = Customer.objects.visible_to(request.scope).filter(pk=facts.customer_id)
        if not known.exists():
            raise Http404
    try:
        complaint = cases.register(
            actor=request.person,
            facts=facts,
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
            files=form.cleaned_data["uploads"],
        )
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This complaint was registered already; it was sent twice."))
        return redirect(error.result or "complaints:list")
    messages.success(
        request, _("Complaint %(number)s is registered.") % {"number": complaint.number}
    )
    return redirect("complaints:case", number=complaint.number)


def _chosen(request: StaffRequest) -> dict[str, Any]:
    """Return what is filled in for a customer or an order that was chosen while typing."""
    filled: dict[str, Any] = {}
    key = request.GET.get("order", "")
    if key.isdecimal():
        order = Order.objects.visible_to(request.scope).select_related("customer", "product")
        found = order.filter(pk=key).first()
        if found:
            filled |= {
                "order_number": found.number,
                "bought_at": found.bought_at,
                "store": found.store_id,
                "product": found.product.name if found.product else "",
                "specification": found.specification,
                "batch": found.batch,
                "shipping": ShippingState.SHIPPED if found.shipped_at else ShippingState.UNKNOWN,
            }
    key = request.GET.get("customer", "")
    if key.isdecimal():
        known = Customer.objects.visible_to(request.scope).filter(pk=key).first()
        if known:
            filled |= {"customer_id": known.pk, "name": known.name, "company": known.company}
    return filled


@require_GET
def choose(request: StaffRequest) -> HttpResponse:
    """The customer's part of the form, filled with the one that was chosen while typing."""
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    choices = queries.choices_for(request.scope, today=request.scope.today, all_stores=True)
    form = forms.CaseForm(initial=_chosen(request), choices=choices)
    context = _form_context(request, form, editing=False)
    return render(request, "complaints/form.html#customer", context)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _case(request, number)
    if not access.can_edit(request.scope, complaint):
        raise PermissionDenied
    choices = queries.choices_for(request.scope, today=request.scope.today, all_stores=True)
    if request.method == "POST":
        form = forms.CaseForm(request.POST, choices=choices, editing=True)
        if form.is_valid():
            return _change(request, complaint, form)
        status = 422
    else:
        form = forms.CaseForm(initial=forms.initial_of(complaint), choices=choices, editing=True)
        status = 200
    context = {**_form_context(request, form, editing=True), "complaint": complaint}
    return render(request, "complaints/form.html", context, status=status)


def _change(request: StaffRequest, complaint: Complaint, form: forms.CaseForm) -> HttpResponse:
    facts = form.facts(platform=_platform(form.cleaned_data["store"]))
    try:
        cases.change(
            actor=request.person,
            complaint_id=complaint.pk,
            facts=facts,
            version=form.cleaned_data["version"] or 0,
            now=timezone.now(),
        )
    except cases.ChangedMeanwhile as error:
        return _conflict(request, form, error.current)
    messages.success(request, _("The case is changed."))
    return redirect("complaints:case", number=complaint.number)


def _conflict(request: StaffRequest, form: forms.CaseForm, current: Complaint) -> HttpResponse:
    """Show what somebody else wrote beside what was typed; sending again takes the typed."""
    stored = forms.initial_of(current)
    compared = forms.CaseForm(
        initial=stored,
        choices=queries.choices_for(request.scope, today=request.scope.today, all_stores=True),
        editing=True,
    )
    differences = [
        {
            "label": field.label,
            "stored": _shown(compared, name, stored.get(name)),
            "typed": _shown(form, name, form.cleaned_data.get(name)),
        }
        for name, field in form.fields.items()
        if name in stored
        and name != "version"
        and (stored[name] or None) != (form.cleaned_data.get(name) or None)
    ]
    form.data = {**request.POST.dict(), "version": current.version}
    context = {
        **_form_context(request, form, editing=True),
        "complaint": current,
        "differences": differences,
        "conflict": True,
    }
    return render(request, "complaints/form.html", context, status=409)


def _shown(form: forms.CaseForm, name: str, value: Any) -> str:  # noqa: ANN401 -- the value of any field
    """Return a value of a field as people read it."""
    if value in (None, ""):
        return "–"
    if name == "amount_fen":
        return display_yuan(value)
    choices: Any = getattr(form.fields[name], "choices", ())
    for key, label in choices:
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for inner, text in pairs:
            if str(inner) == str(value):
                return str(text)
    return str(value)


@require_GET
def case(request: StaffRequest, number: str) -> HttpResponse:
    scope = request.scope
    days = queries.repeat_days(scope.today)
    complaint = _case(request, number, days=days)
    entries, cursor = queries.timeline_of(complaint)
    labels = severities()
    recent = getattr(complaint, "recent", None) or 0
    context = {
        "complaint": complaint,
        "facts": _facts(complaint),
        "severity": labels[complaint.severity],
        "timeline": _lines(entries),
        "timeline_next": cursor,
        "attachments": [
            (row, access.can_remove(scope, row)) for row in queries.attachments_of(complaint)
        ],
        "followups": queries.followups_of(complaint),
        "repeated": texts.of_repeated(recent, days) if recent > 1 else "",
        "watching": getattr(complaint, "watching", False),
        "can_edit": access.can_edit(scope, complaint),
        "can_unmask": access.can_unmask(scope, complaint),
        "can_take": access.can_take(scope, complaint),
        "can_set_owner": access.can_set_owner(scope, complaint),
        "note_form": forms.NoteForm(),
        "attach_form": forms.AttachForm(),
        "now": timezone.now(),
        **liability.section(request, complaint=complaint),
    }
    return render(request, "complaints/case.html", context)


def _facts(complaint: Complaint) -> list[dict[str, Any]]:
    order, kind = complaint.order, complaint.type
    nature = ""
    if kind:
        nature = f"{kind.parent.name} / {kind.name}" if kind.parent else kind.name
    mood = Mood(complaint.mood).label if complaint.mood else ""
    amount = (
        f"¥{display_yuan(Fen(complaint.amount_fen))}" if complaint.amount_fen is not None else ""
    )
    facts = [
        (_("Channel"), Channel(complaint.channel).label, ""),
        (_("Store"), complaint.store.name, ""),
        (_("Order"), order.number if order else "", _order_url(order)),
        (_("Shipping state"), ShippingState(complaint.shipping).label, ""),
        (_("Product"), complaint.product.name if complaint.product else "", ""),
        (_("Specification"), complaint.specification, ""),
        (_("Production date"), complaint.produced_on or "", ""),
        (_("Batch"), complaint.batch, ""),
        (_("When used"), complaint.used_since, ""),
        (_("Nature"), nature, ""),
        (_("Amount involved"), amount, ""),
        (_("How the customer feels"), mood, ""),
        (_("External number"), complaint.reference, ""),
        (_("Signed by"), complaint.recorder.name if complaint.recorder else "", ""),
    ]
    return [{"label": a, "value": b, "url": c} for a, b, c in facts if b]


def _order_url(order: Order | None) -> str:
    return reverse("complaints:order", args=[order.pk]) if order else ""


def _lines(entries: list[Any]) -> list[dict[str, Any]]:
    lines = []
    for entry in entries:
        icon, tone = texts.ICONS[entry.kind]
        lines.append(
            {
                "at": entry.at,
                "who": entry.actor.name if entry.actor else "",
                "text": texts.of_entry(entry, owner=entry.owner_name),
                "icon": icon,
                "tone": tone,
                "body": entry.note_text or "",
            }
        )
    return lines


@require_GET
def timeline(request: StaffRequest, number: str) -> HttpResponse:
    """A further page of the timeline."""
    complaint = _case(request, number)
    try:
        entries, cursor = queries.timeline_of(complaint, after=request.GET.get("after", ""))
    except queries.BadCursor:
        raise Http404 from None
    context = {
        "complaint": complaint,
        "timeline": _lines(entries),
        "timeline_next": cursor,
        "now": timezone.now(),
    }
    return render(request, "complaints/case.html#timeline", context)


@require_POST
def add_note(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _case(request, number)
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A note needs some words, at most 10,000 characters."))
        return redirect("complaints:case", number=number)
    cases.add_note(
        actor=request.person,
        complaint_id=complaint.pk,
        text=form.cleaned_data["text"],
        now=timezone.now(),
    )
    messages.success(request, _("The note is kept."))
    return redirect("complaints:case", number=number)


@require_POST
def attach(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _case(request, number)
    form = forms.AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        for error in form.errors.get("uploads", []):
            messages.error(request, str(error))
        return redirect("complaints:case", number=number)
    kept = 0
    for checked in form.cleaned_data["uploads"]:
        try:
            attachments.attach(
                actor=request.person,
                complaint_id=complaint.pk,
                checked=checked,
                now=timezone.now(),
            )
            kept += 1
        except FileRefused as error:
            messages.warning(request, texts.of_file(error.code, name=error.name))
    if kept:
        text = ngettext("%(count)d file is attached.", "%(count)d files are attached.", kept)
        messages.success(request, text % {"count": kept})
    return redirect("complaints:case", number=number)


def _attachment(request: StaffRequest, number: str, pk: int) -> Attachment:
    rows = Attachment.objects.visible_to(request.scope).select_related("complaint")
    found = rows.filter(pk=pk, complaint__number=number).first()
    if found is None:
        raise Http404
    return found


@require_GET
def download(request: StaffRequest, number: str, pk: int) -> HttpResponseBase:
    """A private file, always as a download: the browser never shows it in the portal's name."""
    attachment = _attachment(request, number, pk)
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        file, as_attachment=True, filename=attachment.name, content_type=attachment.kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def remove_file(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    attachment = _attachment(request, number, pk)
    if not access.can_remove(request.scope, attachment):
        raise PermissionDenied
    attachments.remove(actor=request.person, attachment=attachment, now=timezone.now())
    messages.success(request, _("The file is removed."))
    return redirect("complaints:case", number=number)


@require_POST
def watch(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _case(request, number)
    watching = "watch" in request.POST
    cases.watch(actor=request.person, complaint=complaint, watching=watching, now=timezone.now())
    if not Complaint.objects.visible_to(request.scope).filter(pk=complaint.pk).exists():
        messages.info(request, _("You no longer watch the case, and it is not of your stores."))
        return redirect("complaints:list")
    return redirect("complaints:case", number=number)


@require_POST
def take(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _case(request, number)
    if complaint.owner_id == request.scope.person_id:
        messages.info(request, _("The case is yours."))
        return redirect("complaints:case", number=number)
    if not access.can_take(request.scope, complaint):
        raise PermissionDenied
    try:
        cases.take(
            actor=request.person,
            complaint_id=complaint.pk,
            now=timezone.now(),
            seen_owner=complaint.owner_id,
        )
    except cases.HasAnOwner as error:
        name = error.owner.name if error.owner else "–"
        messages.warning(
            request, _("%(name)s has taken the case in the meantime.") % {"name": name}
        )
    else:
        messages.success(request, _("The case is yours."))
    return redirect("complaints:case", number=number)


@require_http_methods(["GET", "POST"])
def set_owner(request: StaffRequest, number: str) -> HttpResponse:
    complaint = _case(request, number)
    if not access.can_set_owner(request.scope, complaint):
        raise PermissionDenied
    people = queries.choices_for(request.scope, today=request.scope.today).people
    if request.method == "GET":
        form = forms.OwnerForm(initial={"owner": complaint.owner_id}, people=people)
        context = {"complaint": complaint, "form": form}
        return render(request, "complaints/owner.html", context)
    form = forms.OwnerForm(request.POST, people=people)
    if not form.is_valid():
        context = {"complaint": complaint, "form": form}
        return render(request, "complaints/owner.html", context, status=422)
    cases.set_owner(
        actor=request.person,
        complaint_ids=[complaint.pk],
        owner_id=form.cleaned_data["owner"],
        now=timezone.now(),
    )
    messages.success(request, _("The case has a new owner."))
    return redirect("complaints:case", number=number)


@require_POST
def show(request: StaffRequest, number: str, what: str) -> HttpResponse:
    """Phone or address in the open; who does not own the case leaves a trace (§10)."""
    complaint = _case(request, number)
    if what not in ("phone", "address"):
        raise Http404
    if not access.can_unmask(request.scope, complaint):
        raise PermissionDenied
    text = cases.look(actor=request.person, complaint=complaint, what=what, now=timezone.now())
    context = {"shown": text or "–", "complaint": complaint}
    if request.htmx:
        return render(request, "portal/components/masked.html", context)
    return render(request, "complaints/shown.html", context)


def _tile(request: StaffRequest, found: Any, *, link: str, empty: str) -> HttpResponse:  # noqa: ANN401 -- a QuerySet
    labels = severities()
    rows = [(row, labels[row.severity]) for row in queries.tile_rows(found)]
    count = queries.count_of(found)
    context = {"rows": rows, "count": count, "link": link, "empty": empty, "now": timezone.now()}
    return render(request, "complaints/tile.html", context)


@require_GET
def tile_cases(request: StaffRequest) -> HttpResponse:
    """My cases, for the home page."""
    visible = Complaint.objects.visible_to(request.scope)
    return _tile(
        request,
        visible.filter(owner_id=request.person.pk),
        link=f"{reverse('complaints:list')}?owner=mine",
        empty=_("You own no case."),
    )


@require_GET
def tile_unowned(request: StaffRequest) -> HttpResponse:
    """Cases without owner, for leads."""
    if not request.scope.leads:
        raise Http404
    visible = Complaint.objects.visible_to(request.scope)
    return _tile(
        request,
        visible.filter(owner=None),
        link=f"{reverse('complaints:list')}?owner=none",
        empty=_("Every case has an owner."),
    )
