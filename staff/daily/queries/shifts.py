"""A shift with its people: who has filed, who is missing; and shifts as a list."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language

from portal.period import DaySpan
from staff.daily.enums import ReminderStage, ReportState, SummaryState
from staff.daily.models import DailyReport, ReportReminder, ShiftSummary
from staff.daily.querysets import led_by
from staff.people.access import Scope
from staff.people.enums import AbsenceState, Half, Post
from staff.people.models import Absence, Posting
from staff.roster.models import Assignment

AGENTS = (Post.PRESALE, Post.POSTSALE)
LATELY = timedelta(days=31)


class Key(NamedTuple):
    """What says which shift it is, wherever rows of a shift are kept."""

    team_id: int
    day: date
    shift_type_id: int


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody of a shift and their report. `reminded_at` is when a lead last asked for it."""

    person_id: int
    number: str
    name: str
    post: Post
    is_lead: bool
    is_away: bool
    report_id: int | None
    filed_at: datetime | None
    late_minutes: int
    has_draft: bool
    reminded_at: datetime | None

    @property
    def is_expected(self) -> bool:
        """Agents who are not away for the whole day owe a report (DAY-1)."""
        return self.post in AGENTS and not self.is_away

    @property
    def is_missing(self) -> bool:
        return self.is_expected and self.filed_at is None


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A shift of a team on a day. `first` is one of its assignments, for moments and names."""

    first: Assignment
    members: Sequence[Member] = field(default_factory=tuple)

    @property
    def key(self) -> Key:
        return Key(self.first.team_id or 0, self.first.day, self.first.shift_type_id)

    @property
    def expected(self) -> list[Member]:
        return [one for one in self.members if one.is_expected]

    @property
    def missing(self) -> list[Member]:
        return [one for one in self.members if one.is_missing]

    @property
    def filed(self) -> int:
        return sum(one.filed_at is not None for one in self.members)

    @property
    def lead(self) -> Member | None:
        return next((one for one in self.members if one.is_lead), None)


def shift_name(shift: Assignment) -> str:
    chinese = (get_language() or "").startswith("zh")
    return shift.shift_type.name_zh if chinese else shift.shift_type.name_en


def post_of() -> Subquery:
    """The post of an assignment's person on its day."""
    rows = Posting.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=OuterRef("day")),
        person_id=OuterRef("person_id"),
        valid_from__lte=OuterRef("day"),
    )
    return Subquery(rows.order_by("-valid_from").values("post")[:1])


def away() -> Exists:
    return Exists(
        Absence.objects.filter(
            person_id=OuterRef("person_id"),
            day=OuterRef("day"),
            half=Half.WHOLE,
            state=AbsenceState.APPROVED,
        )
    )


def _filed() -> Exists:
    return Exists(
        DailyReport.objects.filed().filter(person_id=OuterRef("person_id"), day=OuterRef("day"))
    )


def owing(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Narrow shifts to those whose person owes a report and has not filed it."""
    rows = assignments.annotate(post=post_of())
    return rows.filter(~away(), ~_filed(), post__in=AGENTS)


def shift_of(team_id: int, day: date, code: str) -> Shift | None:
    """Return a shift with its people, by number; None where nobody is rostered. Three queries."""
    rows = list(
        Assignment.objects.filter(team_id=team_id, day=day, shift_type__code=code)
        .annotate(post=post_of(), is_away=away())
        .select_related("person", "shift_type", "team")
        .order_by("person__number")
    )
    if not rows:
        return None
    people = [row.person_id for row in rows]
    filed_here = Q(team_id=team_id, shift_type_id=rows[0].shift_type_id, state=ReportState.FILED)
    found = DailyReport.objects.filter(Q(person_id__in=people) | filed_here, day=day)
    reports = {row.person_id: row for row in found.select_related("person").defer("draft")}
    asked = dict(
        ReportReminder.objects.filter(person_id__in=people, day=day, stage=ReminderStage.LEAD)
        .values_list("person_id")
        .annotate(Max("at"))
    )
    members = [_member(row, reports, asked) for row in rows]
    guests = [_guest(row) for person, row in reports.items() if person not in people]
    return Shift(first=rows[0], members=sorted([*members, *guests], key=lambda one: one.number))


def _guest(report: DailyReport) -> Member:
    """Return somebody who has filed a report of the shift and is no longer on its roster."""
    return Member(
        person_id=report.person_id,
        number=report.person.number,
        name=report.person.name,
        post=Post(report.post),
        is_lead=False,
        is_away=False,
        report_id=report.pk,
        filed_at=report.filed_at,
        late_minutes=report.late_minutes,
        has_draft=False,
        reminded_at=None,
    )


def _member(
    row: Assignment, reports: Mapping[int, DailyReport], asked: Mapping[int, datetime]
) -> Member:
    report = reports.get(row.person_id)
    return Member(
        person_id=row.person_id,
        number=row.person.number,
        name=row.person.name,
        post=Post(row.post or Post.PRESALE),  # type: ignore[attr-defined]  # annotated
        is_lead=row.is_lead,
        is_away=row.is_away,  # type: ignore[attr-defined]  # annotated
        report_id=report.pk if report else None,
        filed_at=report.filed_at if report else None,
        late_minutes=report.late_minutes if report else 0,
        has_draft=report is not None and report.state == ReportState.DRAFT,
        reminded_at=asked.get(row.person_id),
    )


def led(scope: Scope) -> QuerySet[Assignment]:
    """Return the shifts that somebody sums up: of their teams for leads, and those they lead."""
    if scope.person_id is None:
        return Assignment.objects.none()
    mine = Q(Exists(led_by(scope.person_id)))
    rows = Assignment.objects.filter(team__isnull=False)
    return rows.filter(mine | Q(team_id__in=scope.team_ids) if scope.leads else mine)


def leads_lately(scope: Scope) -> bool:
    """Whether somebody is a lead or above, or leads a shift of these weeks (ORG-7)."""
    if scope.leads:
        return True
    if scope.person_id is None:
        return False
    return Assignment.objects.filter(
        person_id=scope.person_id,
        is_lead=True,
        day__gte=scope.today - LATELY,
        day__lte=scope.today + timedelta(days=1),
    ).exists()


@dataclass(frozen=True, kw_only=True)
class ListedShift:
    """A line of the list of shifts."""

    team_id: int
    team: str
    day: date
    code: str
    name_zh: str
    name_en: str
    starts_at: datetime
    ends_at: datetime
    expected: int
    filed: int
    late: int
    lead: str
    state: str
    sent_at: datetime | None

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def missing(self) -> int:
        return max(0, self.expected - self.filed)


def listed(scope: Scope, span: DaySpan, *, now: datetime, team: int | None) -> list[ListedShift]:
    """Return the shifts of a span of days that have begun, newest first. Three queries."""
    rows = led(scope).filter(day__gte=span.first_day, day__lte=span.last_day, starts_at__lte=now)
    if team is not None:
        rows = rows.filter(team_id=team)
    found: dict[Key, list[Assignment]] = defaultdict(list)
    named = rows.annotate(post=post_of(), is_away=away())
    for row in named.select_related("shift_type", "team", "person"):
        found[_key(row)].append(row)
    teams = {key[0] for key in found}
    reports = defaultdict(list)
    for person, day, late in (
        DailyReport.objects.filed()
        .filter(day__gte=span.first_day, day__lte=span.last_day)
        .filter(person_id__in={row.person_id for some in found.values() for row in some})
        .values_list("person_id", "day", "late_minutes")
    ):
        reports[person, day].append(late)
    summaries = {
        Key(row.team_id, row.day, row.shift_type_id): row
        for row in ShiftSummary.objects.filter(
            team_id__in=teams, day__gte=span.first_day, day__lte=span.last_day
        )
    }
    lines = [_line(some, reports, summaries.get(key)) for key, some in found.items()]
    return sorted(lines, key=lambda line: (-line.starts_at.timestamp(), line.team, line.code))


def _key(row: Assignment) -> Key:
    return Key(row.team_id or 0, row.day, row.shift_type_id)


def _line(
    rows: Sequence[Assignment],
    reports: Mapping[tuple[int, date], Sequence[int]],
    summary: ShiftSummary | None,
) -> ListedShift:
    first = rows[0]
    owing_people = [
        row
        for row in rows
        if row.post in AGENTS and not row.is_away  # type: ignore[attr-defined]  # annotated
    ]
    lates = [late for row in owing_people for late in reports.get((row.person_id, row.day), ())]
    leader = next((row.person.name for row in rows if row.is_lead), "")
    return ListedShift(
        team_id=first.team_id or 0,
        team=first.team.name if first.team else "",
        day=first.day,
        code=first.shift_type.code,
        name_zh=first.shift_type.name_zh,
        name_en=first.shift_type.name_en,
        starts_at=min(row.starts_at for row in rows),
        ends_at=max(row.ends_at for row in rows),
        expected=len(owing_people),
        filed=len(lates),
        late=sum(bool(late) for late in lates),
        lead=leader,
        state=summary.state if summary else "",
        sent_at=summary.sent_at if summary else None,
    )


def is_summed_up(key: Key) -> bool:
    """Whether the summary of a shift has been sent."""
    return ShiftSummary.objects.filter(**key._asdict(), state=SummaryState.SENT).exists()


def key_of(report: DailyReport) -> Key:
    """Return which shift a report belongs to; no shift has a key with 0."""
    return Key(report.team_id or 0, report.day, report.shift_type_id or 0)
