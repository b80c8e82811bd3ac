"""Reports and questions as lists: narrowed, sorted, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OrderBy, OuterRef, Q
from django.utils.translation import get_language

from portal.period import Month, NotAMonth
from staff.daily.enums import ReportState
from staff.daily.models import DailyReport, ReportQuestion
from staff.daily.querysets import DailyReportQuerySet, QuestionQuerySet

NEWEST = "-day"
LATE, IN_TIME = "late", "in_time"
OPEN, ANSWERED, HARD = "open", "answered", "hard"
MOST_DIGITS = 9
FIRST_YEAR, LAST_YEAR = 1950, 2998
SORTS: Mapping[str, tuple[OrderBy, ...]] = {
    NEWEST: (F("day").desc(), F("person__number").asc()),
    "day": (F("day").asc(), F("person__number").asc()),
    "number": (F("person__number").asc(), F("day").desc()),
    "late": (F("late_minutes").desc(), F("day").desc(), F("person__number").asc()),
}


STATES: Mapping[str, Q] = {
    ReportState.DRAFT: Q(state=ReportState.DRAFT),
    ReportState.FILED: Q(state=ReportState.FILED),
    LATE: Q(late_minutes__gt=0),
    IN_TIME: Q(state=ReportState.FILED, late_minutes=0),
}


def month_of(text: str) -> Month | None:
    """Return the month that an address asks for; None for anything that is none."""
    try:
        month = Month.parse(text)
    except NotAMonth:
        return None
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else None


def day_of(text: str) -> date | None:
    """Return the day that an address asks for; None for anything that is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def narrowed(reports: DailyReportQuerySet, wanted: Mapping[str, str]) -> DailyReportQuerySet:
    """Apply search and filters of a list of reports, given as in its address."""
    if text := wanted.get("q", "").strip():
        asked = ReportQuestion.objects.filter(report=OuterRef("pk"))
        asked = asked.filter(Q(text__icontains=text) | Q(answer__icontains=text))
        reports = reports.filter(
            Q(person__number__icontains=text)
            | Q(person__name__icontains=text)
            | Q(learnt__icontains=text)
            | Q(Exists(asked))
        )
    reports = reports.filter(STATES.get(wanted.get("state", ""), Q()))
    if month := month_of(wanted.get("month", "")):
        reports = reports.filter(day__gte=month.first_day, day__lte=month.last_day)
    if day := day_of(wanted.get("day", "")):
        reports = reports.filter(day=day)
    team = team_of(wanted.get("team", ""))
    return reports if team is None else reports.filter(team_id=team)


def team_of(text: str) -> int | None:
    """Return the key of a team that an address asks for; None for anything that is none."""
    fine = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if fine else None


@dataclass(frozen=True)
class ListedReport:
    """A row of the list."""

    pk: int
    number: str
    name: str
    team: str | None
    day: date
    name_zh: str | None
    name_en: str | None
    state: str
    due_at: datetime
    saved_at: datetime
    filed_at: datetime | None
    late_minutes: int
    questions: int
    orders: int

    @property
    def shift(self) -> str:
        chinese = (get_language() or "").startswith("zh")
        return (self.name_zh if chinese else self.name_en) or ""

    @property
    def is_draft(self) -> bool:
        return self.state == ReportState.DRAFT


def rows_of(
    reports: DailyReportQuerySet, *, sort: str, start: int, size: int
) -> list[ListedReport]:
    """Return a page of the list in one query."""
    found = reports.order_by(*SORTS[sort]).annotate(
        asked=Count("questions", distinct=True), unfinished=Count("orders", distinct=True)
    )
    rows = found.values_list(
        "pk", "person__number", "person__name", "team__name", "day", "shift_type__name_zh",
        "shift_type__name_en", "state", "due_at", "saved_at", "filed_at", "late_minutes",
        "asked", "unfinished",
    )  # fmt: skip
    return [ListedReport(*row) for row in rows[start : start + size]]


def found_questions(questions: QuestionQuerySet, wanted: Mapping[str, str]) -> QuestionQuerySet:
    """Apply search and filters of the list of questions, given as in its address."""
    for word in wanted.get("q", "").split()[:8]:
        questions = questions.filter(Q(text__icontains=word) | Q(answer__icontains=word))
    state = wanted.get("state")
    if state == OPEN:
        questions = questions.filter(answer="")
    elif state == ANSWERED:
        questions = questions.exclude(answer="")
    elif state == HARD:
        questions = questions.filter(is_hard=True)
    if month := month_of(wanted.get("month", "")):
        questions = questions.filter(
            report__day__gte=month.first_day, report__day__lte=month.last_day
        )
    team = team_of(wanted.get("team", ""))
    return questions if team is None else questions.filter(report__team_id=team)


def question_page(questions: QuestionQuerySet, *, start: int, size: int) -> list[ReportQuestion]:
    """Return a page of the list in one query: newest first."""
    rows = questions.select_related("report__person", "answered_by")
    return list(rows.defer("report__draft").order_by("-report__day", "-pk")[start : start + size])


def report_of(person_id: int, day: date) -> DailyReport | None:
    return DailyReport.objects.filter(person_id=person_id, day=day).first()
