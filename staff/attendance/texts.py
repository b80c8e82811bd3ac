"""Why a day is judged as it is, in words; and the sentences of attendance."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import notices
from portal.figures import Figure
from portal.money import display_yuan
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.policies.judging import Boundary, Found, Result, State
from staff.attendance.queries import figures, listing
from staff.people.access import leads
from staff.people.enums import AbsenceKind, Half

Params = Mapping[str, Any]
Badge = dict[str, str]

VERBS = {
    "attendance.clocked": gettext_lazy("Clocked on the web"),
    "attendance.week_published": gettext_lazy("Week of attendance published"),
    "makeup.asked": gettext_lazy("Make-up asked for"),
    "makeup.certified": gettext_lazy("Make-up certified"),
    "makeup.refused": gettext_lazy("Make-up refused"),
    "makeup.withdrawn": gettext_lazy("Make-up withdrawn"),
    "makeups.imported": gettext_lazy("Make-ups imported"),
    "punches.imported": gettext_lazy("Punches imported"),
    "red_packet.paid": gettext_lazy("Payment of a red packet recorded"),
    "red_packet.payment_withdrawn": gettext_lazy("Payment of a red packet withdrawn"),
    "red_packets.imported": gettext_lazy("Payments of red packets imported"),
}
STATE_LOOK = {
    MakeUpState.OPEN: ("warning", "hourglass-split"),
    MakeUpState.CERTIFIED: ("success", "check-circle"),
    MakeUpState.REFUSED: ("danger", "x-circle"),
}


def clock(moment: datetime) -> str:
    """Write a moment as the punch clock shows it, without seconds."""
    return f"{timezone.localtime(moment):%H:%M}"


def days(half_days: int) -> str:
    """Write half days as days: 0.5, 1, 1.5."""
    return f"{half_days / 2:g}"


def moment_of(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def makeup_badge(state: str) -> Badge:
    tone, icon = STATE_LOOK[MakeUpState(state)]
    return {"label": str(MakeUpState(state).label), "tone": tone, "icon": icon}


def _consequence(boundary: Boundary) -> str:
    if boundary.fen:
        return _("red packet of %(yuan)s yuan (%(rule)s)") % {
            "yuan": display_yuan(boundary.fen),
            "rule": boundary.rule,
        }
    if boundary.half_days:
        return _("%(days)s days of absence (%(rule)s)") % {
            "days": days(boundary.half_days),
            "rule": boundary.rule,
        }
    return _("without consequence")


def _facts(boundary: Boundary) -> dict[str, object]:
    return {
        "planned": clock(boundary.planned_at),
        "punch": clock(boundary.punch.at) if boundary.punch else "",
        "minutes": boundary.minutes,
        "extended": boundary.extended,
        "number": boundary.number,
        "asked": moment_of(boundary.makeup.asked_at) if boundary.makeup else "",
        "so": _consequence(boundary),
    }


def _on_time(boundary: Boundary) -> str:
    if boundary.side == Side.IN:
        return _("In at %(punch)s for %(planned)s: on time.")
    if boundary.extended:
        return _("Out at %(punch)s for %(planned)s: %(extended)s min extended, no fault (SHIFT-3).")
    return _("Out at %(punch)s for %(planned)s: on time.")


def _late(boundary: Boundary) -> str:
    if boundary.side == Side.IN:
        return _("In at %(punch)s for %(planned)s: %(minutes)s min late, %(so)s.")
    return _("Out at %(punch)s for %(planned)s: %(minutes)s min early, %(so)s.")


def _missing(boundary: Boundary) -> str:
    state = boundary.makeup.state if boundary.makeup else None
    if boundary.side == Side.IN:
        texts = {
            None: _("No punch-in for %(planned)s, and not made up: %(so)s."),
            MakeUpState.OPEN: _(
                "No punch-in for %(planned)s, the make-up is undecided: so far %(so)s."
            ),
            MakeUpState.REFUSED: _("No punch-in for %(planned)s, the make-up is refused: %(so)s."),
        }
    else:
        texts = {
            None: _("No punch-out for %(planned)s, and not made up: %(so)s."),
            MakeUpState.OPEN: _(
                "No punch-out for %(planned)s, the make-up is undecided: so far %(so)s."
            ),
            MakeUpState.REFUSED: _("No punch-out for %(planned)s, the make-up is refused: %(so)s."),
        }
    return texts[state]


def _nothing(boundary: Boundary) -> str:
    return _("No punch at all, and no approved leave: %(so)s.") if boundary.rule else ""


def _free(boundary: Boundary) -> str:
    if boundary.side == Side.IN:
        return _("No punch-in for %(planned)s, made up: number %(number)s of the month, free.")
    return _("No punch-out for %(planned)s, made up: number %(number)s of the month, free.")


def _asked_late(_boundary: Boundary) -> str:
    return _(
        "No punch-in for %(planned)s, made up as number %(number)s of the month and so judged by "
        "the time of asking, %(asked)s: %(minutes)s min late, %(so)s."
    )


def _costs(_boundary: Boundary) -> str:
    return _("No punch-out for %(planned)s, made up as number %(number)s of the month: %(so)s.")


_SENTENCES: dict[Found, Callable[[Boundary], str]] = {
    Found.ON_TIME: _on_time,
    Found.LATE: _late,
    Found.MISSING: _missing,
    Found.NOTHING: _nothing,
    Found.FREE: _free,
    Found.ASKED_LATE: _asked_late,
    Found.COSTS: _costs,
    Found.WAITING: lambda _boundary: "",
    Found.EXCUSED: lambda _boundary: "",
}


def _of_boundary(boundary: Boundary) -> list[str]:
    said = [_SENTENCES[boundary.found](boundary)]
    if boundary.makeup and boundary.punch and boundary.found in {Found.ON_TIME, Found.LATE}:
        said.append(_("The make-up has no effect and does not count: there is a punch."))
    facts = _facts(boundary)
    return [text % facts for text in said if text]


def _leave(result: Result) -> str:
    expected = result.expected
    if expected.leave is None:
        return ""
    kind = str(AbsenceKind(expected.leave).label)
    if expected.half == Half.WHOLE:
        return _("Excused: %(kind)s.") % {"kind": kind}
    if expected.half == Half.FIRST:
        text = _("Half a day of leave (%(kind)s): expected from %(at)s (LEAVE-4).")
        return text % {"kind": kind, "at": clock(expected.starts_at)}
    text = _("Half a day of leave (%(kind)s): expected until %(at)s (LEAVE-4).")
    return text % {"kind": kind, "at": clock(expected.ends_at)}


def _so_far(start: Boundary, at: datetime) -> str:
    """Say what a punch-in comes to as long as nothing is judged."""
    minutes = start.late_by(at)
    facts = {"at": clock(at), "planned": clock(start.planned_at), "minutes": minutes}
    if minutes:
        return _("Clocked in at %(at)s, %(minutes)s min after %(planned)s.") % facts
    return _("Clocked in at %(at)s, in time for %(planned)s.") % facts


def why(result: Result) -> list[str]:
    """Return the sentences that say how a shift came to its result."""
    said = [_leave(result)]
    for boundary in result.boundaries:
        said += _of_boundary(boundary)
    if result.state == State.PENDING:
        if result.start.punch:
            said.append(_so_far(result.start, result.start.punch.at))
        text = _("Not judged before %(at)s: until then a punch can belong to this shift.")
        said.append(text % {"at": moment_of(result.judged_at)})
    if result.is_capped:
        said.append(_("With half a day of leave, at most half a day of absence counts."))
    return [text for text in said if text]


def _badge(label: str, tone: str, icon: str = "") -> Badge:
    return {"label": label, "tone": tone, "icon": icon}


def _late_badge(boundary: Boundary) -> Badge:
    if boundary.found == Found.ASKED_LATE:
        text = _("made up, %(minutes)s min late")
    elif boundary.side == Side.IN:
        text = _("%(minutes)s min late")
    else:
        text = _("%(minutes)s min early")
    tone = "danger" if boundary.half_days else "warning"
    return _badge(text % {"minutes": boundary.minutes}, tone)


def _badge_of(boundary: Boundary) -> Badge | None:
    if boundary.minutes:
        return _late_badge(boundary)
    is_in = boundary.side == Side.IN
    if boundary.found == Found.MISSING:
        return _badge(_("no punch-in") if is_in else _("no punch-out"), "danger")
    if boundary.found in {Found.FREE, Found.ASKED_LATE}:
        return _badge(_("made up in") if is_in else _("made up out"), "info")
    if boundary.found == Found.COSTS:
        return _badge(_("made up out, costs"), "warning")
    return None


def badges(result: Result) -> list[Badge]:
    """Return the result of a shift in a few words, for lists."""
    if result.state == State.PENDING:
        found = [_badge(_("not judged yet"), "neutral", "hourglass-split")]
        start = result.start
        if start.punch and (late := start.late_by(start.punch.at)):
            found.append(_badge(_("%(minutes)s min late") % {"minutes": late}, "warning"))
        return found
    if result.state == State.EXCUSED:
        kind = result.expected.leave or AbsenceKind.REST
        return [_badge(str(AbsenceKind(kind).label), "info", "calendar-x")]
    if result.without_punch:
        return [_badge(_("no punch at all"), "danger")]
    found = [badge for boundary in result.boundaries if (badge := _badge_of(boundary))]
    if result.expected.leave:
        found.append(_badge(_("half a day of leave"), "info", "calendar-x"))
    return found or [_badge(_("in order"), "success")]


# Notices


def _day(params: Params) -> str:
    return date_format(date.fromisoformat(params["day"]), "SHORT_DATE_FORMAT")


def _decided(params: Params) -> str:
    texts = {
        ("IN", True): _("Your make-up of the punch-in of %(day)s is certified by %(by)s."),
        ("IN", False): _("Your make-up of the punch-in of %(day)s is refused by %(by)s."),
        ("OUT", True): _("Your make-up of the punch-out of %(day)s is certified by %(by)s."),
        ("OUT", False): _("Your make-up of the punch-out of %(day)s is refused by %(by)s."),
    }
    return texts[params["side"], params["certified"]] % {"day": _day(params), "by": params["by"]}


def _asked(params: Params) -> str:
    if params["side"] == "IN":
        text = _("%(name)s asks for a make-up of the punch-in of %(day)s.")
    else:
        text = _("%(name)s asks for a make-up of the punch-out of %(day)s.")
    return text % {"name": params["name"], "day": _day(params)}


def _week(params: Params) -> str:
    return _(
        "The attendance of the week from %(day)s is published for %(team)s: %(count)s red packets, "
        "%(unpaid)s of them unpaid and so doubled (ATT-11)."
    ) % {**params, "day": _day(params)}


KINDS = (
    notices.Kind(
        code="makeup.decided",
        icon="clock-history",
        label=gettext_lazy("Make-up decided"),
        text=_decided,
        url=lambda params: f"{reverse('staff:attendance')}?month={params['day'][:7]}",
    ),
    notices.Kind(
        code="makeup.asked",
        icon="clock-history",
        label=gettext_lazy("Make-up asked for"),
        text=_asked,
        url=lambda _params: reverse("staff:makeups"),
    ),
    notices.Kind(
        code="attendance.week",
        icon="megaphone",
        label=gettext_lazy("Week of attendance published"),
        text=_week,
        url=lambda params: reverse("staff:week", args=[params["team_id"], params["day"]]),
    ),
)


FIGURES = (
    Figure(
        code="attendance.shifts",
        title=gettext_lazy("Attendance by result"),
        definition=gettext_lazy(
            "Shifts of the period by what the rules make of them; one that is late and left early "
            "counts in both lines. A shift belongs to the day on which it starts."
        ),
        position=50,
        icon="clock-history",
        read=figures.shifts,
        rows=figures.shift_rows,
        shown=leads,
        whole=False,
        labels={
            listing.LATE: gettext_lazy("late"),
            listing.EARLY: gettext_lazy("left early"),
            listing.MISSING: gettext_lazy("punch missing"),
            listing.ABSENT: gettext_lazy("absence"),
            listing.MADE_UP: gettext_lazy("made up"),
            listing.FINE: gettext_lazy("in order"),
            listing.EXCUSED: gettext_lazy("rest day or leave"),
            listing.PENDING: gettext_lazy("not judged yet"),
        },
    ),
)
