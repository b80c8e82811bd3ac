"""The words of a statement: what each line is for, and the evidence behind it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.money import Fen, display_yuan
from staff.attendance.enums import Side
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.policies.values import BASE, ONE, Line, quantity
from staff.incentives.queries import adjustments
from staff.incentives.queries.statements import StatementLine
from staff.rulebook import texts as rulebook

LEAVE, REST, FULL = "LEAVE-4", "LEAVE-2", "ATT-10"
NAMES: dict[str, Promise] = {
    "ATT-1": gettext_lazy("Late or gone early, first step"),
    "ATT-2": gettext_lazy("Late or gone early, second step"),
    "ATT-3": gettext_lazy("Late or gone early, third step"),
    "ATT-6": gettext_lazy("Absence, first step"),
    "ATT-7": gettext_lazy("Absence, second step"),
    "ATT-8": gettext_lazy("Absence, third step"),
    "ATT-9": gettext_lazy("Absence, last step"),
    FULL: gettext_lazy("Full attendance"),
    "ATT-11": gettext_lazy("Red packet doubled"),
    "ATT-13": gettext_lazy("Punch-out made up"),
    REST: gettext_lazy("Rest days not taken"),
    LEAVE: gettext_lazy("Personal leave"),
    "INC-1": gettext_lazy("Decided amount"),
    "INC-2": gettext_lazy("Target reached"),
    "INC-4": gettext_lazy("Share of a cost"),
    "INC-5": gettext_lazy("Service attitude"),
    "INC-9": gettext_lazy("Given back by the limits"),
    BASE: gettext_lazy("Base salary"),
}
RULES: dict[str, Promise] = {
    REST: gettext_lazy("Each rest day not taken pays a daily wage."),
    LEAVE: gettext_lazy("Each day of personal leave costs a daily wage, half a day half."),
    "INC-1": gettext_lazy("An amount that was decided, with its reason."),
    "INC-2": gettext_lazy("A reached target gives the reward that was promised."),
    "INC-4": gettext_lazy("A share of a cost, decided by the supervisor."),
    "INC-5": gettext_lazy("A proven complaint about attitude, decided by the supervisor."),
    BASE: gettext_lazy("The salary by the calendar days employed in the month."),
}
FLAGS: dict[str, Promise] = {
    "notice_of_criticism": gettext_lazy("Notice of criticism (ATT-8)"),
    "dismissal_proposed": gettext_lazy("Dismissal is proposed (ATT-9); a person decides"),
}
STATES: dict[str, tuple[str, str]] = {
    MonthState.DRAFT: ("neutral", "pencil"),
    MonthState.PUBLISHED: ("info", "megaphone"),
    MonthState.CLOSED: ("success", "lock"),
}
DISPUTES: dict[str, tuple[str, str]] = {
    DisputeState.OPEN: ("warning", "hourglass-split"),
    DisputeState.UPHELD: ("neutral", "dash-circle"),
    DisputeState.REVERSED: ("success", "arrow-counterclockwise"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of evidence; `url` leads to it where it has a page."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in words, with its tone and icon."""

    label: str
    tone: str
    icon: str


def name_of(rule: str) -> str:
    """Return what a line is called on a statement."""
    return str(NAMES.get(rule, rule))


def rule_in_words(rule: str) -> str:
    """Return the rule of a line in one sentence."""
    found = RULES.get(rule) or rulebook.RULES.get(rule)
    return str(found) if found else ""


def month_badge(state: str) -> Badge:
    """Return the state of a month."""
    tone, icon = STATES[state]
    return Badge(str(MonthState(state).label), tone, icon)


def dispute_badge(state: str) -> Badge:
    """Return how a dispute stands."""
    tone, icon = DISPUTES[state]
    return Badge(str(DisputeState(state).label), tone, icon)


def amount(fen: int) -> str:
    """Return an amount in yuan with its sign, a plus for what is added."""
    text = display_yuan(Fen(fen))
    return f"+{text}" if fen > 0 else text


def quantity_of(line: Line) -> str:
    """Return how much of it: minutes for lateness, days for leave and absence, else nothing."""
    if line.rule in {"ATT-1", "ATT-2", "ATT-3"}:
        return _("%(n)s min") % {"n": quantity(line.halves)}
    if line.rule in {"ATT-6", "ATT-7", "ATT-8", "ATT-9", REST, LEAVE, BASE}:
        return ngettext("%(n)s day", "%(n)s days", line.halves // ONE) % {
            "n": quantity(line.halves)
        }
    return ""


def evidence_of(row: StatementLine, number: str) -> list[Fact]:
    """Return what a line rests on, each piece a page: one click away from the line itself."""
    return list(_evidence(row, number))


def _evidence(row: StatementLine, number: str) -> Iterator[Fact]:
    line, evidence = row.line, row.line.evidence
    if decision := evidence.get("decision"):
        page = adjustments.page_of(str(decision))
        yield Fact(_("Decision"), _("the decision"), page or _version(line))
    elif line.rule in {REST, LEAVE, FULL, BASE}:
        yield _page_of(row, number)
    elif "days" in evidence:
        for fact in _days(evidence, number):
            yield Fact(_("Absence"), _("absence of %(day)s") % {"day": fact.label}, fact.url)
    elif "shift" in evidence:
        yield Fact(_("Shift of"), _judged(evidence), _day_page(line, number))
    else:
        yield Fact(_("Policy valid from"), _("the policy of that day"), _version(line))


def _page_of(row: StatementLine, number: str) -> Fact:
    """Return where a line that follows from a whole month, or from one request, is seen."""
    month = f"{row.about:%Y-%m}"
    rest = reverse("staff:rest_days", args=[number, month])
    leave = reverse("staff:leave_of_day", args=[number, row.line.event.isoformat()])
    whole = f"{reverse('staff:attendance_person', args=[number])}?month={month}"
    label, text, page = {
        REST: (_("Rest days"), _("requests for rest days"), rest),
        LEAVE: (_("Request for leave"), _("request and decision"), leave),
        FULL: (_("Attendance"), _("attendance of the month"), whole),
        BASE: (_("Base salary"), _("the salaries"), reverse("staff:person", args=[number])),
    }[row.line.rule]
    return Fact(label, text, page)


def _judged(evidence: Mapping[str, object]) -> str:
    """Say what was judged: the punch, or the make-up in its place."""
    for key, text in (("punch", _("punch of %(at)s")), ("makeup", _("make-up of %(at)s"))):
        if moment := evidence.get(key):
            return text % {"at": _moment(str(moment))[:16]}
    return _("shift and punches")


def _day_page(line: Line, number: str) -> str:
    return reverse("staff:attendance_day", args=[number, line.event.isoformat()])


def _version(line: Line) -> str:
    return reverse("staff:policy_version", args=[line.policy])


def facts_of(row: StatementLine, number: str) -> list[Fact]:
    """Return the evidence of a line, each piece with its page: a person's days by their number."""
    return list(_facts(row, number))


def _facts(row: StatementLine, number: str) -> Iterator[Fact]:
    line, evidence = row.line, row.line.evidence
    valid_from = date_format(line.policy, "SHORT_DATE_FORMAT")
    yield Fact(_("Policy valid from"), valid_from, _version(line))
    if line.side:
        yield Fact(_("Side"), str(Side(line.side).label))
    yield from _moments(line, evidence, number)
    yield from _days(evidence, number)
    yield from _sums(evidence)
    if decision := evidence.get("decision"):
        key = str(decision).split(":")[1:2]
        yield Fact(
            _("Decision"),
            _("No. %(key)s") % {"key": "".join(key) or decision},
            adjustments.page_of(str(decision)),
        )
    if row.reverses:
        yield Fact(_("Takes back line"), str(row.reverses))
    if row.number:
        yield Fact(_("Line of the ledger"), str(row.number))


def _moments(line: Line, evidence: Mapping[str, object], number: str) -> Iterator[Fact]:
    page = _day_page(line, number)
    day = date_format(line.event, "SHORT_DATE_FORMAT")
    if "shift" in evidence:
        yield Fact(_("Shift of"), day, page)
    if line.rule == LEAVE:
        yield Fact(_("Leave of"), day, page)
    for key, label in (
        ("planned_at", _("Planned")),
        ("punch", _("Punch, with its file and row")),
        ("makeup", _("Make-up asked for")),
    ):
        if moment := evidence.get(key):
            yield Fact(label, _moment(str(moment)), page)
    if evidence.get("makeup") and (running := evidence.get("number")):
        yield Fact(_("Make-up of the month, number"), str(running))
    if doubles := evidence.get("doubles"):
        yield Fact(_("Doubles"), name_of(str(doubles)))


def _days(evidence: Mapping[str, object], number: str) -> Iterator[Fact]:
    days = evidence.get("days")
    for day, half_days in days if isinstance(days, list) else ():
        yield Fact(
            date_format(date.fromisoformat(day), "SHORT_DATE_FORMAT"),
            _("%(n)s days of absence") % {"n": quantity(half_days)},
            reverse("staff:attendance_day", args=[number, day]),
        )


def _sums(evidence: Mapping[str, object]) -> Iterator[Fact]:
    for key, label in (("entitled", _("Rest days of the month")), ("taken", _("Taken"))):
        if isinstance(halves := evidence.get(key), int):
            yield Fact(label, quantity(halves))
    for key, label in (
        ("pay", _("Pay before deductions")),
        ("deductions", _("Deductions")),
        ("least", _("Paid in any case")),
        ("wage", _("Daily wage")),
        ("monthly", _("Monthly salary")),
    ):
        if isinstance(fen := evidence.get(key), int):
            yield Fact(label, display_yuan(Fen(fen)))
    if isinstance(cap := evidence.get("cap"), int):
        yield Fact(_("Deductions take at most"), f"{cap} %")


def _moment(text: str) -> str:
    at = timezone.localtime(datetime.fromisoformat(text))
    return date_format(at, "Y-m-d H:i:s")


def difference(now: Iterable[StatementLine], before: Iterable[StatementLine]) -> dict[str, int]:
    """Return by rule what this month's standing lines come to against the last month's."""
    found: dict[str, int] = {}
    for rows, sign in ((now, 1), (before, -1)):
        for row in rows:
            rule = row.line.rule
            found[rule] = found.get(rule, 0) + sign * row.line.amount
    return {rule: fen for rule, fen in sorted(found.items()) if fen}
