"""Proposing a liability on a case or an order, and recording a chase to the warehouse."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints import access
from complaints.enums import Bearer, Ground
from complaints.forms import liability as forms
from complaints.models import Complaint, Order
from complaints.policies import liability as policies
from complaints.queries import liability as queries
from complaints.services import liability as services
from complaints.texts import liability as texts
from portal import submissions
from portal.money import Fen
from staff.people.http import StaffRequest


def _about(request: StaffRequest) -> tuple[Complaint | None, Order | None]:
    """Return the case or the order that the address names, as far as one may see it."""
    number, key = request.GET.get("case", ""), request.GET.get("order", "")
    if number:
        visible = Complaint.objects.visible_to(request.scope).select_related("order", "store")
        return get_object_or_404(visible, number=number[:20]), None
    if not (key.isascii() and key.isdecimal() and len(key) < 19):  # noqa: PLR2004 -- digits of a key
        raise Http404
    visible_orders = Order.objects.visible_to(request.scope).select_related("store")
    return None, get_object_or_404(visible_orders, pk=int(key))


@require_http_methods(["GET", "POST"])
def propose(request: StaffRequest) -> HttpResponse:
    complaint, order = _about(request)
    about = complaint or order
    if about is None or not access.can_propose_liability(request.scope, about.store_id):
        raise PermissionDenied
    people = queries.people_to_choose(today=request.scope.today)
    if request.method == "GET":
        initial = {"form_key": submissions.new_key(), **_pointed_at(request, complaint, order)}
        form = forms.ProposeForm(people=people, initial=initial)
        context = {
            "complaint": complaint,
            "order": order,
            "form": form,
            "grounds": _grounds(complaint, order),
        }
        return render(request, "complaints/liabilities/form.html", context)
    form = forms.ProposeForm(request.POST, people=people)
    done = _propose(request, form, complaint, order) if form.is_valid() else None
    if done is not None:
        return done
    context = {"complaint": complaint, "order": order, "form": form}
    return render(request, "complaints/liabilities/form.html", context, status=422)


def _order_of(complaint: Complaint | None, order: Order | None) -> Order | None:
    return order or (complaint.order if complaint else None)


def _pointed_at(
    request: StaffRequest, complaint: Complaint | None, order: Order | None
) -> dict[str, Any]:
    """Return the ground that the address names, with the bearer that it points to (INC-4)."""
    ground = request.GET.get("ground", "")
    if ground not in Ground.values:
        return {}
    about = _order_of(complaint, order)
    return {"ground": ground, **forms.usual_of(ground, about, exempt=False)}


def _grounds(complaint: Complaint | None, order: Order | None) -> list[tuple[str, str]]:
    """Return links that fill in who wrote the remark, or promised the date, of the order."""
    about = _order_of(complaint, order)
    if about is None:
        return []
    asked = {"case": complaint.number} if complaint else {"order": about.pk}
    found = []
    if about.remark:
        found.append((Ground.REMARK, _("Name the author of the order remark")))
    if about.promised_at:
        found.append((Ground.LATE, _("Name who promised the shipping date")))
    return [(f"?{urlencode({**asked, 'ground': ground})}", label) for ground, label in found]


def _propose(
    request: StaffRequest,
    form: forms.ProposeForm,
    complaint: Complaint | None,
    order: Order | None,
) -> HttpResponse | None:
    """Propose, or say on the form why not and return None."""
    try:
        made = services.propose(
            actor=request.person,
            proposal=_proposal(form, complaint, order),
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This was proposed already; the form was sent twice."))
        return redirect(error.result or "complaints:liabilities")
    except services.Refused as error:
        form.add_error("ground", str(texts.REFUSALS[error.reason]))
    except services.StandsAlready:
        form.add_error(
            "ground", _("A liability of this ground stands for this order or complaint already.")
        )
    else:
        messages.success(request, _("The liability is proposed to the supervisor."))
        return redirect("complaints:liability", pk=made.pk)
    return None


def _proposal(
    form: forms.ProposeForm, complaint: Complaint | None, order: Order | None
) -> services.Proposal:
    return services.Proposal(
        ground=Ground(form.cleaned_data["ground"]),
        cost=Fen(form.cleaned_data["cost"]),
        reason=form.cleaned_data["reason"],
        parts=_once(form.parts()),
        complaint=complaint,
        order=order,
    )


def _once(parts: list[policies.Part]) -> list[policies.Part]:
    """Return the bearers once each; of one named twice the first counts."""
    found: dict[tuple[Bearer, int | None], policies.Part] = {}
    for part in parts:
        found.setdefault((part.bearer, part.person_id), part)
    return list(found.values())


@require_POST
def chase(request: StaffRequest, pk: int) -> HttpResponse:
    """Record that the warehouse was asked about an order."""
    order = get_object_or_404(Order.objects.visible_to(request.scope), pk=pk)
    if not access.can_chase(request.scope, order):
        raise PermissionDenied
    form = forms.ChaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what was asked and whom, in at most 500 characters."))
        return redirect("complaints:order", pk=pk)
    try:
        services.chase(
            actor=request.person,
            order=order,
            text=form.cleaned_data["text"],
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This chase was recorded already; the form was sent twice."))
    else:
        messages.success(request, _("The chase is recorded."))
    return redirect("complaints:order", pk=pk)
