"""The rules in words, the names of their numbers, and the sentence for each refusal."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal.money import Fen, display_yuan
from staff.rulebook.enums import Unit
from staff.rulebook.queries import habits
from staff.rulebook.queries.numbers import Change, Number, Value

SECTIONS = {
    2: _("Shifts"),
    3: _("Attendance"),
    4: _("Rest days and leave"),
    5: _("Pay"),
    7: _("Complaints"),
    8: _("Follow-ups"),
    9: _("Feedback"),
    10: _("Customers' data"),
}

RULES = {
    "SHIFT-6": _("Between the end of a shift and the start of the next lie so many hours."),
    "ATT-1": _("Late, or gone early, within the first step: a red packet to the team group."),
    "ATT-2": _("Late, or gone early, within the second step: a larger red packet."),
    "ATT-3": _("Late, or gone early, within the third step: the largest red packet."),
    "ATT-4": _("Later, or gone earlier, than all steps: absence, and no red packet for it."),
    "ATT-5": _("No punch on a shift, and neither leave nor rest day: absence."),
    "ATT-6": _("Absence of the month reaches the first step: wages are deducted."),
    "ATT-7": _("Absence of the month reaches the second step: more wages are deducted."),
    "ATT-8": _("Absence of the month reaches the third step: wages, and a notice of criticism."),
    "ATT-9": _("Absence reaches the last step: the month's wages, and dismissal is proposed."),
    "ATT-10": _("A whole month without fault and leave: the full-attendance bonus."),
    "ATT-11": _("The week is published; a red packet unpaid by then is doubled, once."),
    "ATT-13": _("A missing punch can be made up; the first of a month are free."),
    "§3": _("Which shift a punch belongs to: the nearest start or end within these hours."),
    "LEAVE-1": _("Rest days of a calendar month, asked for ahead."),
    "LEAVE-3": _("Personal leave is asked for ahead."),
    "LEAVE-5": _("Much leave in a month takes the rest days of the next one."),
    "LEAVE-6": _("What exceeds the personal leave of a calendar year counts as absence."),
    "INC-6": _("A line of the statement can be disputed for some days."),
    "INC-9": _("How much deductions may take, and what is paid in any case."),
    "CMP-4": _("Deadlines of a complaint; how grave it is stretches or shortens them."),
    "CMP-7": _("Who approves a remedy, by its amount; above that the supervisor."),
    "CMP-8": _("How long a customer can agree or give a score on a personal link."),
    "CMP-9": _("Closed only when the customer was reached, or after so many attempts."),
    "CMP-10": _("Whom a missed deadline reaches, and when; a repeat goes up at once."),
    "CMP-13": _("Complaints about the same thing within these days are pointed out."),
    "CMP-14": _("A low score of the customer reopens the case."),
    "FUP-2": _("A follow-up is remembered before it is due."),
    "FUP-6": _("After an outage there is one digest instead of a flood."),
    "FBK-2": _("Every item of feedback is sorted in time."),
    "FBK-3": _("Negative reviews are watched and answered the same day."),
    "§10": _("Customers' data is made anonymous some years after closing."),
}

LABELS = {
    "rest_hours": _("rest between two shifts"),
    "late_1_minutes": _("first step reaches up to"),
    "late_1_fen": _("red packet of the first step"),
    "late_2_minutes": _("second step reaches up to"),
    "late_2_fen": _("red packet of the second step"),
    "late_3_minutes": _("third step reaches up to"),
    "late_3_fen": _("red packet of the third step"),
    "red_packet_parts": _("parts of a red packet"),
    "too_late_half_days": _("absence for it"),
    "no_punch_half_days": _("absence for a shift without punch"),
    "absence_1_half_days": _("first step of absence from"),
    "absence_1_wage_days": _("wages deducted at the first step"),
    "absence_2_half_days": _("second step of absence from"),
    "absence_2_wage_days": _("wages deducted at the second step"),
    "absence_3_half_days": _("third step of absence from"),
    "absence_3_wage_days": _("wages deducted at the third step"),
    "absence_4_half_days": _("the month's wages are forfeited from"),
    "full_attendance_fen": _("full-attendance bonus"),
    "publish_weekday": _("the week before is published on"),
    "publish_at": _("published at"),
    "doubling_factor": _("an unpaid red packet then costs so many times as much"),
    "free_makeups": _("make-ups of a month that are free"),
    "makeup_out_fen": _("red packet for a further made-up punch-out"),
    "missing_in_half_days": _("absence for a missing punch-in"),
    "missing_out_half_days": _("absence for a missing punch-out"),
    "punch_before_hours": _("before a start"),
    "punch_after_hours": _("after an end"),
    "rest_days": _("rest days of a month"),
    "rest_notice_days": _("a rest day is asked for ahead by"),
    "leave_notice_days": _("leave is asked for ahead by"),
    "rest_lost_half_days": _("no rest days after a month with more leave than"),
    "leave_year_half_days": _("personal leave of a year"),
    "dispute_days": _("time to dispute a line"),
    "deduction_cap_percent": _("deductions take at most, of the month's pay"),
    "least_pay_fen": _("paid in any case"),
    "deduction_warning_percent": _("the supervisor is warned when deductions exceed"),
    "acknowledge_minutes": _("acknowledged within (service time)"),
    "same_day_until": _("answered the same service day when received before"),
    "answer_minutes": _("later ones are answered within (service time)"),
    "remedy_start_hours": _("the remedy is started within"),
    "revisit_hours": _("revisited within"),
    "minor_percent": _("budget of minor cases"),
    "ordinary_percent": _("budget of ordinary cases"),
    "serious_percent": _("budget of serious cases"),
    "critical_percent": _("budget of critical cases"),
    "wait_days": _("one wait for the customer lasts at most"),
    "waits_days": _("all waits of a case last at most"),
    "link_days": _("a customer's personal link is good for"),
    "lead_approves_fen": _("the lead approves up to"),
    "deputy_approves_fen": _("the deputy approves up to"),
    "revisit_attempts": _("attempts to reach the customer"),
    "lead_after_minutes": _("the shift lead hears after (service time)"),
    "deputy_after_minutes": _("the deputy hears after (service time)"),
    "supervisor_after_minutes": _("the supervisor hears after (service time)"),
    "escalated_repeat": _("so many complaints of one customer go up at once"),
    "repeat_days": _("a complaint counts as repeated within"),
    "wave_cases": _("a wave is more complaints about one thing than"),
    "wave_minutes": _("counted within"),
    "reopening_score": _("reopened by a score of at most"),
    "remind_before_minutes": _("reminder before the due time"),
    "digest_after_minutes": _("one digest when late by more than"),
    "triage_days": _("sorted within (service days)"),
    "negative_stars": _("negative with so many stars or fewer"),
    "retention_years": _("kept after closing for"),
}

WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}

CHAINS = {
    "ladder": _("The ladder must not descend: lead, deputy, supervisor."),
    "lateness": _("The steps of lateness must not descend."),
    "absence": _("The steps of absence must ascend."),
    "waiting": _("All waits of a case last at least as long as one."),
    "approval": _("The deputy approves at least what the lead does."),
}

REFUSALS = {
    "begun": _("This version has begun. It is never changed, only followed by another."),
    "day_taken": _("There is a version from that day already."),
    "too_early": _("A version begins tomorrow at the earliest: what has happened is judged."),
    "unchanged": _("No number differs from the version before."),
}


BARE = {Unit.COUNT, Unit.CLOCK, Unit.WEEKDAY}
"""Fields behind which no unit stands: the number says it."""


def listed(items: Iterable[str]) -> str:
    """Return items one after the other, parted as the language does."""
    return pgettext("between items", ", ").join(items)


def unit(number: Number) -> str:
    """Return what stands behind the field of a number."""
    return "" if number.unit in BARE else str(number.unit.label)


def days_of(half_days: int) -> str:
    """Return half days as days: `0.5`, `3`."""
    return f"{half_days // 2}.5" if half_days % 2 else str(half_days // 2)


def _halves(value: int) -> str:
    one = 2  # half days
    return ngettext("%(n)s day", "%(n)s days", 1 if value == one else 2) % {"n": days_of(value)}


def _counted(unit: Unit, value: int) -> str:
    shown = {"n": f"{value:,}"}
    if unit == Unit.DAYS:
        return ngettext("%(n)s day", "%(n)s days", value) % shown
    if unit == Unit.HOURS:
        return ngettext("%(n)s hour", "%(n)s hours", value) % shown
    if unit == Unit.MINUTES:
        return ngettext("%(n)s minute", "%(n)s minutes", value) % shown
    if unit == Unit.YEARS:
        return ngettext("%(n)s year", "%(n)s years", value) % shown
    return f"{value:,} %" if unit == Unit.PERCENT else f"{value:,}"


def said(number: Number, value: Value | None) -> str:
    """Return a value as people say it: `10.00 yuan`, `0.5 days`, `10:00`, `Monday`."""
    if value is None:
        return "–"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if number.unit == Unit.YUAN:
        return gettext("%(amount)s yuan") % {"amount": display_yuan(Fen(value))}
    if number.unit == Unit.HALF_DAYS:
        return _halves(value)
    if number.unit == Unit.WEEKDAY:
        return str(WEEKDAYS.get(value, value))
    return _counted(number.unit, value)


def change_row(change: Change) -> dict[str, Any]:
    """Return a change as a table shows it."""
    number = change.number
    return {
        "rule": number.rule,
        "label": LABELS[number.name],
        "old": said(number, change.old),
        "new": said(number, change.new),
    }


def span(first: date, last: date | None) -> str:
    """Return from when until when a version holds."""
    if last is None:
        return gettext("from %(first)s on") % {"first": date_format(first)}
    return gettext("from %(first)s to %(last)s") % {
        "first": date_format(first),
        "last": date_format(last),
    }


def habit_help(kind: habits.Kind) -> str:
    """Return the unit, the default and the bounds of a number of daily work."""
    said = {"default": kind.default, "least": kind.least, "most": kind.most}
    if kind.unit == habits.DAYS:
        return gettext("In days, from %(least)s to %(most)s; unless changed %(default)s.") % said
    if kind.unit == habits.MINUTES:
        return gettext("In minutes, from %(least)s to %(most)s; unless changed %(default)s.") % said
    return gettext("From %(least)s to %(most)s; unless changed %(default)s.") % said
