"""Registering and changing a complaint: the form, what may be chosen in it, and conflicts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints import access
from complaints.enums import Channel, Severity, ShippingState
from complaints.forms import cases as forms
from complaints.models import CaseLetter, Complaint, Customer, Order
from complaints.policies import letters as letter_policies
from complaints.queries import cases as queries
from complaints.queries import customers as customer_queries
from complaints.services import cases, letters
from complaints.texts import cases as texts
from complaints.views.case_page import found_case
from complaints.views.letters import handled
from portal import submissions
from portal.money import display_yuan
from staff.people.http import StaffRequest
from staff.people.models import Store


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
    lately = customer_queries.repeated(
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
        **_from_letter(request),
        **_chosen(request),
    }
    form = forms.CaseForm(initial=initial, choices=choices)
    return render(request, "complaints/form.html", _form_context(request, form, editing=False))


def _facts(request: StaffRequest, form: forms.CaseForm) -> cases.CaseFacts:
    """Return what the form says; a customer can be chosen only among those that one may see."""
    facts = form.facts(platform=_platform(form.cleaned_data["store"]))
    if facts.customer_id is not None:
        known = Customer.objects.visible_to(request.scope).filter(pk=facts.customer_id)
        if not known.exists():
            raise Http404
    return facts


def _register(request: StaffRequest, form: forms.CaseForm) -> HttpResponse:
    facts = _facts(request, form)
    asked: dict[str, Any] = {
        "actor": request.person,
        "facts": facts,
        "now": timezone.now(),
        "form_key": form.cleaned_data["form_key"],
        "files": form.cleaned_data["uploads"],
        "owner_id": request.person.pk if form.cleaned_data["take"] else None,
    }
    letter = _letter(request, form.cleaned_data["letter"])
    try:
        if letter is None:
            complaint = cases.register(**asked)
        else:
            complaint = letters.register_from(letter_id=letter.pk, **asked)
    except letters.AlreadyHandled as error:
        return handled(request, error)
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This complaint was registered already; it was sent twice."))
        return redirect(error.result or "complaints:list")
    messages.success(
        request, _("Complaint %(number)s is registered.") % {"number": complaint.number}
    )
    return redirect("complaints:case", number=complaint.number)


def _letter(request: StaffRequest, key: Any) -> CaseLetter | None:  # noqa: ANN401 -- what a form or an address holds
    """Return the mail without a case that the form was opened from."""
    text = str(key or "")
    if not text.isdecimal():
        return None
    rows = CaseLetter.objects.visible_to(request.scope).select_related("mail", "box")
    letter = rows.filter(pk=text[:18]).first()
    if letter is None or not access.can_sort(request.scope, letter.box):
        raise Http404
    return letter


def _from_letter(request: StaffRequest) -> dict[str, Any]:
    """Return what a mail says of the form; an order that it names is chosen besides."""
    letter = _letter(request, request.GET.get("letter", ""))
    if letter is None:
        return {}
    mail = letter.mail
    said, _quoted = letter_policies.parted(mail.body)
    subject = letter_policies.reply_subject(mail.subject).removeprefix("Re: ")
    sent = mail.sent_at if mail.sent_at and mail.sent_at <= mail.received_at else None
    return {
        "letter": letter.pk,
        "channel": Channel.MAIL,
        "name": mail.sender_name,
        "description": "\n\n".join(part for part in (subject, said) if part)[:20_000],
        "registered_at": sent or mail.received_at,
        **({"store": letter.box.store_id} if letter.box.store_id else {}),
    }


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
    complaint = found_case(request, number)
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
    facts = _facts(request, form)
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
