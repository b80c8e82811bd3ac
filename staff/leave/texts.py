"""Words about rest days and leave: refusals, consequences, the ledger, notices, the audit log."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import (
    gettext,
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    pgettext_lazy,
)
from django.utils.translation import gettext_lazy as _

from portal import notices
from portal.money import display_yuan
from portal.period import Month
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies.asking import Refusal
from staff.leave.policies.balances import Line
from staff.leave.policies.consequences import Consequence, RestLost, RestUse
from staff.leave.services import RuleBroken
from staff.leave.services.requests import ASKED, DECIDED, WITHDRAWN
from staff.people import texts as people_texts
from staff.people.enums import Half
from staff.people.services import Refused

Params = Mapping[str, Any]

RULES = {
    "call_without_emergency": _("Only an emergency names who took the call (LEAVE-3)."),
    "half_of_several": _("Half a day is asked for one date at a time."),
    "late_leave": ngettext_lazy(
        "Personal leave is asked for at least %(days)s day ahead: from %(earliest)s on"
        " (LEAVE-3). In an emergency, phone the supervisor.",
        "Personal leave is asked for at least %(days)s days ahead: from %(earliest)s on"
        " (LEAVE-3). In an emergency, phone the supervisor.",
        "days",
    ),
    "late_rest": _(
        "A rest day is asked for at least %(days)s days ahead: from %(earliest)s on (LEAVE-1)."
    ),
    "no_call": _("An emergency says who took the call (LEAVE-3)."),
    "no_policy": _("No version of the policy holds on these days."),
    "not_employed": _("These days are not all days employed (LEAVE-8)."),
    "out_of_order": _("The last day lies before the first."),
    "own_call": _("The call was taken by somebody else than the one who is away (LEAVE-3)."),
    "rest_and_leave": _(
        "%(day)s is asked for as %(kind)s already. One date cannot be both a rest day and leave:"
        " withdraw the other request first (LEAVE-1)."
    ),
    "rest_lost": _(
        "There are no rest days in %(month)s, because the month before had too many days of"
        " leave (LEAVE-5)."
    ),
    "rest_quota": _("%(month)s has %(half_days)s rest days; %(left)s are left (LEAVE-1)."),
    "rest_share": _(
        "%(month)s has %(half_days)s rest days, in proportion to the days employed; %(left)s are"
        " left (LEAVE-8)."
    ),
    "same_day": _("%(day)s is asked for as %(kind)s already; withdraw that request first."),
    "too_long": _("A request covers at most %(days)s days."),
}
REFUSALS = {
    "already_decided": _("Somebody has already decided this request."),
    "changed_meanwhile": _("This request has changed since you opened it."),
    "begun": _("The first day has begun: a request can be withdrawn until then (LEAVE-7)."),
    "own_request": _("Nobody decides their own request."),
}
ROWS = {
    "already_decided": _("this request is decided already, and a decision stays (LEAVE-7)"),
    "call_without_emergency": _("only an emergency names who took the call (LEAVE-3)"),
    "decided_by_oneself": _("nobody decides their own request (LEAVE-7)"),
    "decider_too_low": _(
        '"%(text)s" is neither deputy nor supervisor on the day of asking (LEAVE-1, LEAVE-3)'
    ),
    "half_of_several": _("half a day is one date"),
    "late_leave": ngettext_lazy(
        "asked for less than %(days)s day ahead (LEAVE-3)",
        "asked for less than %(days)s days ahead (LEAVE-3)",
        "days",
    ),
    "late_rest": _("asked for less than %(days)s days ahead (LEAVE-1)"),
    "no_call": _("an emergency says who took the call (LEAVE-3)"),
    "no_decider": _("a decision names who made it (LEAVE-7)"),
    "no_policy": _("no version of the policy holds on that day"),
    "not_below": _('"%(text)s" is not among the people below you'),
    "not_employed": _("not all of these days are days employed (LEAVE-8)"),
    "out_of_order": _("the last day lies before the first"),
    "own_call": _("the call was taken by somebody else than the one who is away (LEAVE-3)"),
    "over_the_year": _(
        "past the leave of a calendar year, and counted as absence, in days: %(days)s (LEAVE-6)"
    ),
    "rest_and_leave": _("%(day)s is a rest day and leave at once (LEAVE-1)"),
    "rest_lost": _("no rest days in %(month)s after too much leave the month before (LEAVE-5)"),
    "rest_quota": _("no rest day is left in %(month)s (LEAVE-1)"),
    "rest_share": _(
        "no rest day is left in %(month)s in proportion to the days employed (LEAVE-8)"
    ),
    "same_day": _("%(day)s is asked for twice (LEAVE-1)"),
    "too_long": _("a request covers at most %(days)s days"),
    "unknown_person": _('there is no person "%(text)s"'),
}
VERBS = {
    "leave.approved": _("Leave approved"),
    "leave.imported": _("Requests for leave imported"),
    "leave.refused": _("Leave refused"),
    "leave.requested": _("Leave asked for"),
    "leave.withdrawn": _("Leave withdrawn"),
}
LINES = {
    "excess": _("past the leave of the year: counts as absence"),
    "rest_granted": _("rest days of the month"),
    "rest_lost": _("lost after too much leave in the month before"),
    "rest_share": _("in proportion to the days employed"),
    "taken": pgettext_lazy("days off", "taken"),
    "year": _("leave of the year"),
}
LOOK = {
    LeaveState.REQUESTED: ("warning", "hourglass-split"),
    LeaveState.APPROVED: ("success", "check-circle"),
    LeaveState.REFUSED: ("danger", "x-circle"),
    LeaveState.WITHDRAWN: ("neutral", "arrow-counterclockwise"),
}


def days(half_days: int) -> str:
    """Write half days as days: `2`, `0.5`, `-1`."""
    whole, half = divmod(abs(half_days), 2)
    sign = "-" if half_days < 0 else ""
    return sign + (number_format(whole + 0.5, 1) if half else str(whole))


def counted(half_days: int) -> int:
    """Return the number that chooses between one day and days: only two halves are one day."""
    return 1 if days(half_days) == days(2) else 2


def month_name(month: Month) -> str:
    """Write a month as the language does: `November 2026`, `2026年11月`."""
    return date_format(month.first_day, "YEAR_MONTH_FORMAT")


def day_name(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def span(first_day: date, last_day: date, half: str = Half.WHOLE) -> str:
    """Write the days of a request, with the half where it is one."""
    if first_day != last_day:
        return gettext("%(first)s to %(last)s") % {
            "first": day_name(first_day),
            "last": day_name(last_day),
        }
    if half == Half.WHOLE:
        return day_name(first_day)
    return with_half(day_name(first_day), half)


def with_half(what: str, half: str) -> str:
    """Add the half of a day to something, in the brackets of the language."""
    return gettext("%(what)s (%(half)s)") % {"what": what, "half": Half(half).label}


def rule(refusal: Refusal) -> str:
    """Return the sentence of a rule that says no, in the active language."""
    shown: dict[str, str | int] = dict(refusal.params)
    for name in ("day", "earliest"):
        if name in shown:
            shown[name] = day_name(date.fromisoformat(str(shown[name])))
    if "month" in shown:
        shown["month"] = month_name(Month.parse(str(shown["month"])))
    for name in ("half_days", "left"):
        if name in shown:
            shown[name] = days(int(shown[name]))
    if "kind" in shown:
        shown["kind"] = str(LeaveKind(str(shown["kind"])).label)
    return str(RULES[refusal.code] % shown)


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    if isinstance(refused, RuleBroken):
        return rule(refused.refusal)
    if refused.code in REFUSALS:
        return str(REFUSALS[refused.code])
    return people_texts.sentence(refused)


def ledger_line(line: Line) -> str:
    """Return what a line of the ledger stands for."""
    text = str(LINES[line.code])
    if line.kind is None:
        return text
    what = str(line.kind.label)
    if line.half != Half.WHOLE:
        what = with_half(what, line.half)
    return f"{what}: {text}"


def consequences(found: Consequence, *, with_amounts: bool) -> list[tuple[str, str]]:
    """Return what follows in sentences, each with a tone; amounts only where they are shown."""
    lines = [_cost(found, with_amounts=with_amounts)] if not found.rest_used else []
    lines += [("info", _rest(use, with_amounts=with_amounts)) for use in found.rest_used]
    lines += [
        (
            "warning",
            gettext("The full-attendance bonus of %(month)s is lost: %(amount)s yuan (ATT-10).")
            % {"month": month_name(month), "amount": display_yuan(amount)}
            if with_amounts
            else gettext("The full-attendance bonus of %(month)s is lost (ATT-10).")
            % {"month": month_name(month)},
        )
        for month, amount in found.bonuses
    ]
    for lost in found.rest_lost:
        lines += [("danger", text) for text in _lost(lost)]
    if found.absence:
        text = ngettext(
            "%(days)s day is past the leave of the calendar year and counts as absence, which"
            " costs more than a day's wage (LEAVE-6, ATT-6 to ATT-9).",
            "%(days)s days are past the leave of the calendar year and count as absence, which"
            " costs more than a day's wage (LEAVE-6, ATT-6 to ATT-9).",
            counted(found.absence),
        )
        lines.append(("danger", text % {"days": days(found.absence)}))
    return lines


def _cost(found: Consequence, *, with_amounts: bool) -> tuple[str, str]:
    count = days(found.half_days)
    if with_amounts and found.cost is not None:
        text = ngettext(
            "%(days)s day of leave deducts %(amount)s yuan (LEAVE-4).",
            "%(days)s days of leave deduct %(amount)s yuan (LEAVE-4).",
            counted(found.half_days),
        )
        return "warning", text % {"days": count, "amount": display_yuan(found.cost)}
    text = ngettext(
        "%(days)s day of leave deducts one daily wage (LEAVE-4).",
        "%(days)s days of leave deduct one daily wage for each day (LEAVE-4).",
        counted(found.half_days),
    )
    return "warning", text % {"days": count}


def _rest(use: RestUse, *, with_amounts: bool) -> str:
    left = max(0, use.left)
    text = ngettext(
        "Nothing is deducted. %(left)s rest day of %(month)s is left afterwards (LEAVE-1).",
        "Nothing is deducted. %(left)s rest days of %(month)s are left afterwards (LEAVE-1).",
        counted(left),
    )
    text %= {"month": month_name(use.month), "left": days(left)}
    if use.also_open:
        more = ngettext(
            "%(open)s more is asked for and not decided yet.",
            "%(open)s more are asked for and not decided yet.",
            counted(use.also_open),
        )
        text = f"{text} {more % {'open': days(use.also_open)}}"
    if with_amounts and use.payout is not None:
        more = gettext("A rest day not taken pays %(amount)s yuan (LEAVE-2).")
        text = f"{text} {more % {'amount': display_yuan(use.payout)}}"
    return text


def _lost(lost: RestLost) -> list[str]:
    following = month_name(lost.month.next())
    nth = -(-lost.half_days // 2)
    values = {"nth": nth, "month": month_name(lost.month), "next": following}
    text = gettext("This is day %(nth)s of leave in %(month)s: no rest days in %(next)s (LEAVE-5).")
    lines = [text % values]
    if lost.approved:
        more = ngettext(
            "%(days)s rest day is approved there already.",
            "%(days)s rest days are approved there already.",
            counted(lost.approved),
        )
        lines.append(more % {"days": days(lost.approved)})
    return lines


def state_badge(state: str) -> dict[str, str]:
    """Return word, tone and icon of a state."""
    tone, icon = LOOK[LeaveState(state)]
    return {"label": str(LeaveState(state).label), "tone": tone, "icon": icon}


def _told(params: Params) -> dict[str, str]:
    first, last = (date.fromisoformat(params[name]) for name in ("first_day", "last_day"))
    return {
        "person": params["person"],
        "kind": str(LeaveKind(params["kind"]).label),
        "days": span(first, last, params["half"]),
        "by": params.get("by", ""),
    }


def asked(params: Params) -> str:
    """Return what those read who decide."""
    return gettext("%(person)s asks for %(kind)s: %(days)s.") % _told(params)


def decided(params: Params) -> str:
    """Return what the person reads (LEAVE-7)."""
    if params["state"] == LeaveState.APPROVED:
        return gettext("%(by)s has approved your %(kind)s: %(days)s.") % _told(params)
    return gettext("%(by)s has refused your %(kind)s: %(days)s. The page says why.") % _told(params)


def withdrawn(params: Params) -> str:
    """Return what those read who had decided."""
    return gettext("%(person)s has withdrawn the %(kind)s: %(days)s.") % _told(params)


def _page(params: Params) -> str:
    return reverse("staff:leave_request", args=[params["leave"]])


KINDS = (
    notices.Kind(
        code=ASKED, icon="airplane", label=gettext_lazy("Leave asked for"), text=asked, url=_page
    ),
    notices.Kind(
        code=DECIDED, icon="check2-square", label=gettext_lazy("Leave decided"), text=decided,
        url=_page,
    ),
    notices.Kind(
        code=WITHDRAWN, icon="arrow-counterclockwise", label=gettext_lazy("Leave withdrawn"),
        text=withdrawn, url=_page,
    ),
)  # fmt: skip


def history(leave: LeaveRequest) -> list[dict[str, Any]]:
    """Return who asked, decided and withdrew when, oldest first; free text is a body."""
    lines: list[dict[str, Any]] = [
        {
            "at": leave.asked_at,
            "who": leave.person.name,
            "text": gettext("Asked for"),
            "icon": "airplane",
            "tone": "info",
            "body": leave.reason,
        }
    ]
    if leave.decided_by:
        refused = leave.state == LeaveState.REFUSED
        lines.append(
            {
                "at": leave.decided_at,
                "who": leave.decided_by.name,
                "text": gettext("Refused") if refused else gettext("Approved"),
                "icon": "x-circle" if refused else "check-circle",
                "tone": "danger" if refused else "success",
                "body": leave.why,
            }
        )
    if leave.withdrawn_at:
        lines.append(
            {
                "at": leave.withdrawn_at,
                "who": leave.person.name,
                "text": gettext("Withdrawn"),
                "icon": "arrow-counterclockwise",
                "tone": "neutral",
                "body": "",
            }
        )
    return lines
