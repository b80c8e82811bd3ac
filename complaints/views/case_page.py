"""The page of a complaint and what is done there: notes, files, watching, owners."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import Channel, Mood, ShippingState, Threat
from complaints.forms import cases as forms
from complaints.forms import clocks as clock_forms
from complaints.forms.escalation import EscalateForm
from complaints.models import Attachment, Complaint, Order
from complaints.queries import case_page as queries
from complaints.queries import cases as case_queries
from complaints.queries import mentions
from complaints.services import attachments, cases
from complaints.services import bulk as bulk_services
from complaints.services import presence as presences
from complaints.services.attachments import FileRefused
from complaints.texts import alarms as alarm_texts
from complaints.texts import cases as texts
from complaints.texts import clocks as clock_texts
from complaints.views import bulk, liability, way
from complaints.views.cases import severities
from portal import shell
from portal.money import Fen, display_yuan
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook


def found_case(request: StaffRequest, number: str, *, days: int = 0) -> Complaint:
    found = queries.case_page(request.scope, number, now=timezone.now(), days=days)
    if found is None:
        raise Http404
    return found


@require_GET
def case(request: StaffRequest, number: str) -> HttpResponse:
    """The page of a case; the number of a merged one leads to the case that stays (CMP-13)."""
    return page(request, number, {})


def page(
    request: StaffRequest, number: str, bound: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show the case; `bound` are forms that were refused, with what was typed."""
    scope = request.scope
    policy = rulebook.policy_on(scope.today)
    days = policy.repeat_days
    complaint = found_case(request, number, days=days)
    if complaint.merged_into and not bound and "stay" not in request.GET:
        into = complaint.merged_into.number
        if Complaint.objects.visible_to(scope).filter(number=into).exists():
            told = _("%(number)s was merged into this case.") % {"number": number}
            messages.info(request, told)
            return redirect("complaints:case", number=into)
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
        "alike": texts.of_alike(
            days,
            order=getattr(complaint, "same_order", False),
            batch=getattr(complaint, "same_batch", False),
        ),
        "undoable": bulk.undoable(request, now=timezone.now()),
        "mailed": getattr(complaint, "mailed", False),
        "mailable": getattr(complaint, "mailable", False),
        "watching": getattr(complaint, "watching", False),
        "can_edit": access.can_edit(scope, complaint),
        "can_unmask": access.can_unmask(scope, complaint),
        "can_take": access.can_take(scope, complaint),
        "can_set_owner": access.can_set_owner(scope, complaint),
        "can_escalate": access.can_escalate(scope, complaint),
        "escalated": alarm_texts.of_reasons(complaint.reasons),
        "escalate_form": EscalateForm(auto_id="escalate-%s"),
        "note_form": forms.NoteForm(names=reverse("complaints:names", args=[complaint.number])),
        "attach_form": forms.AttachForm(),
        "now": timezone.now(),
        **_clocks(complaint),
        **way.section(request, complaint, policy=policy),
        "related": shell.related(request, "complaint", complaint.pk),
        **liability.section(request, complaint=complaint),
        **bound,
    }
    return render(request, "complaints/case.html", context, status=status)


def _clocks(complaint: Complaint) -> dict[str, Any]:
    """Return what is owed and when, if the case has deadlines, and the forms of its clocks."""
    if complaint.answer_by is None:
        return {"clocks": []}
    owed = (
        (
            _("Acknowledge"),
            complaint.acknowledge_by,
            complaint.acknowledged_at,
            complaint.acknowledged_late,
        ),
        (
            _("Answer in substance"),
            complaint.answer_by,
            complaint.answered_at,
            complaint.answered_late,
        ),
    )
    return {
        "clocks": [
            (name, due_at, met_at, "" if late is None else clock_texts.of_late(late))
            for name, due_at, met_at, late in owed
        ]
        + way.steps(complaint),
        "answer_form": clock_forms.AnswerForm(auto_id="answer-%s"),
        "wait_form": clock_forms.WaitForm(auto_id="wait-%s"),
    }


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
        (_("The customer threatens"), _threat(complaint), ""),
        (_("External number"), complaint.reference, ""),
        (_("Incident"), *_incident(complaint)),
        (_("Signed by"), complaint.recorder.name if complaint.recorder else "", ""),
    ]
    return [{"label": a, "value": b, "url": c} for a, b, c in facts if b]


def _incident(complaint: Complaint) -> tuple[str, str]:
    found = complaint.incident
    if found is None:
        return "", ""
    return found.title, reverse("complaints:incident", args=[found.number])


def _threat(complaint: Complaint) -> str:
    return "" if complaint.threat == Threat.NONE else str(Threat(complaint.threat).label)


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
    complaint = found_case(request, number)
    try:
        entries, cursor = queries.timeline_of(complaint, after=request.GET.get("after", ""))
    except case_queries.BadCursor:
        raise Http404 from None
    context = {
        "complaint": complaint,
        "timeline": _lines(entries),
        "timeline_next": cursor,
        "now": timezone.now(),
    }
    return render(request, "complaints/case.html#timeline", context)


@require_POST
def here(request: StaffRequest, number: str) -> HttpResponse:
    """Say that the page is open, and hear who else has it open; asked every 20 seconds."""
    visible = Complaint.objects.visible_to(request.scope).filter(number=number)
    key = visible.values_list("pk", flat=True).first()
    if key is None:
        raise Http404
    others = presences.here(
        actor=request.person,
        complaint_id=key,
        is_writing="writing" in request.POST,
        now=timezone.now(),
    )
    return render(request, "complaints/_here.html", {"others": others})


@require_GET
def names(request: StaffRequest, number: str) -> JsonResponse:
    """Whom a note can mention: people who see the case."""
    complaint = found_case(request, number)
    people = mentions.readers_of(complaint, today=request.scope.today)
    rows = [{"name": one.name, "number": one.number} for one in people]
    return JsonResponse({"people": rows})


@require_POST
def add_note(request: StaffRequest, number: str) -> HttpResponse:
    complaint = found_case(request, number)
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
    complaint = found_case(request, number)
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
    complaint = found_case(request, number)
    watching = "watch" in request.POST
    cases.watch(actor=request.person, complaint=complaint, watching=watching, now=timezone.now())
    if not Complaint.objects.visible_to(request.scope).filter(pk=complaint.pk).exists():
        messages.info(request, _("You no longer watch the case, and it is not of your stores."))
        return redirect("complaints:list")
    return redirect("complaints:case", number=number)


@require_POST
def take(request: StaffRequest, number: str) -> HttpResponse:
    complaint = found_case(request, number)
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
    complaint = found_case(request, number)
    if not access.can_set_owner(request.scope, complaint):
        raise PermissionDenied
    people = case_queries.choices_for(request.scope, today=request.scope.today).people
    if request.method == "GET":
        form = forms.OwnerForm(initial={"owner": complaint.owner_id}, people=people)
        context = {"complaint": complaint, "form": form}
        return render(request, "complaints/owner.html", context)
    form = forms.OwnerForm(request.POST, people=people)
    if not form.is_valid():
        context = {"complaint": complaint, "form": form}
        return render(request, "complaints/owner.html", context, status=422)
    now = timezone.now()
    done = bulk_services.give(
        actor=request.person,
        complaint_ids=[complaint.pk],
        owner_id=form.cleaned_data["owner"],
        now=now,
    )
    bulk.remember(request, done, now=now)
    messages.success(request, _("The case has a new owner."))
    return redirect("complaints:case", number=number)


@require_POST
def show(request: StaffRequest, number: str, what: str) -> HttpResponse:
    """Phone or address in the open; who does not own the case leaves a trace (§10)."""
    complaint = found_case(request, number)
    if what not in ("phone", "address"):
        raise Http404
    if not access.can_unmask(request.scope, complaint):
        raise PermissionDenied
    text = cases.look(actor=request.person, complaint=complaint, what=what, now=timezone.now())
    context = {"shown": text or "–", "complaint": complaint}
    if request.htmx:
        return render(request, "portal/components/masked.html", context)
    return render(request, "complaints/shown.html", context)
