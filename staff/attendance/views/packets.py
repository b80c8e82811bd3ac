"""The team's wall of red packets, and recording their payment (INC-8)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal.money import display_yuan
from portal.period import Month
from staff.attendance import access, filters, forms
from staff.attendance.models import RedPacketPayment
from staff.attendance.policies.redpackets import RedPacket
from staff.attendance.queries import packets
from staff.attendance.services import payments
from staff.attendance.services.payments import Key
from staff.attendance.views.own import tabs
from staff.people.http import StaffRequest
from staff.people.models import Team

STATES = ("", "owed", "paid", "doubled")


def _shown(packet: RedPacket) -> dict[str, Any]:
    return {
        "day": packet.day,
        "side": packet.side,
        "rule": packet.rule,
        "minutes": packet.minutes,
        "fen": display_yuan(packet.fen),
        "doubled": display_yuan(packet.doubled) if packet.doubled else "",
        "owed": display_yuan(packet.owed),
        "parts": packet.parts,
        "doubles_at": packet.doubles_at,
        "paid_at": packet.paid_at,
        "is_paid": packet.is_paid,
    }


def _fits(packet: RedPacket, state: str) -> bool:
    if state == "owed":
        return not packet.is_paid
    if state == "paid":
        return packet.is_paid
    return state != "doubled" or bool(packet.doubled)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Owed, paid and doubled, public within the team."""
    scope, now = request.scope, timezone.now()
    teams = list(Team.objects.visible_to(scope).order_by("name").values_list("pk", "name"))
    if not teams or not scope.team_ids:
        raise Http404
    asked = request.GET.get("team", "")
    usual = scope.team_id or teams[0][0]
    team = next((pk for pk, _name in teams if str(pk) == asked), usual)
    month = filters.month_of(request.GET, today=scope.today)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    rows = packets.wall(team_id=team, span=month.span, scope=scope, now=now)
    sums = packets.sums_of(row.packet for row in rows)
    may = {
        row.pick
        for row in rows
        if access.can_record_payment(scope, row.person_id, leads_shift=row.led_by_me)
    }
    address = f"?team={team}&month="
    context = {
        "rows": [
            (row, _shown(row.packet), row.pick in may) for row in rows if _fits(row.packet, state)
        ],
        "records": bool(may),
        "sums": {
            "owed": display_yuan(sums.owed),
            "paid": display_yuan(sums.paid),
            "doubled": display_yuan(sums.doubled),
        },
        "teams": teams,
        "team": team,
        "month": month,
        "state": state,
        "states": [
            (code, label, f"{address}{month}&state={code}")
            for code, label in zip(
                STATES, (_("all"), _("owed"), _("paid"), _("doubled")), strict=True
            )
        ],
        "previous_url": f"{address}{month.previous()}&state={state}",
        "next_url": f"{address}{month.next()}&state={state}"
        if month < Month.of(scope.today)
        else "",
        "form": forms.PaidForm(now=now),
        "query": f"team={team}&month={month}&state={state}",
        **tabs(request, "packets"),
    }
    return render(request, "staff/attendance/packets.html", context)


def _back(request: StaffRequest) -> HttpResponse:
    kept = QueryDict(request.POST.get("query", "")[:500]).urlencode()
    return redirect(f"{reverse('staff:red_packets')}?{kept}")


def _allowed(request: StaffRequest, keys: list[Key]) -> list[Key]:
    """Of what was picked, the red packets that are there, unpaid, and one's to record."""
    found = packets.payable(keys, scope=request.scope, now=timezone.now())
    return [
        key
        for key, leads_shift in found.items()
        if access.can_record_payment(request.scope, key[0], leads_shift=leads_shift)
    ]


@require_POST
def pay(request: StaffRequest) -> HttpResponse:
    """Record the picked red packets as given."""
    now = timezone.now()
    form, keys = forms.PaidForm(request.POST, now=now), forms.picked(request.POST.getlist("pick"))
    if not keys:
        messages.warning(request, _("Nothing was selected."))
        return _back(request)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for text in form.errors.get("paid_at", [])))
        return _back(request)
    allowed = _allowed(request, keys)
    made = payments.record(
        allowed, paid_at=form.cleaned_data["paid_at"], actor=request.user, now=now
    )
    text = ngettext(
        "%(count)d red packet is recorded as paid.",
        "%(count)d red packets are recorded as paid.",
        len(made),
    )
    messages.success(request, text % {"count": len(made)})
    left = len(set(keys)) - len(made)
    if left:
        text = ngettext(
            "%(count)d was left as it is: paid already, or not yours to record.",
            "%(count)d were left as they are: paid already, or not yours to record.",
            left,
        )
        messages.info(request, text % {"count": left})
    return _back(request)


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a payment back that was recorded by mistake."""
    payment = get_object_or_404(RedPacketPayment.objects.standing(), pk=pk)
    led = packets.led((payment.person_id, payment.day), scope=request.scope)
    if not (led or payment.person_id in request.scope.below_ids | {request.scope.person_id}):
        raise Http404
    if not access.can_record_payment(request.scope, payment.person_id, leads_shift=led):
        raise PermissionDenied
    if payments.withdraw(payment_id=pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("The payment is taken back."))
    else:
        messages.warning(request, _("Somebody has taken this payment back already."))
    return _back(request)
