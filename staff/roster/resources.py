"""Import and export of the roster (data-formats)."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Context, Notes, Row
from portal.transfer.values import fold
from staff.people import access
from staff.people.access import Scope
from staff.people.models import Person, Posting, Team
from staff.roster import services, texts
from staff.roster.models import Assignment, ShiftType
from staff.roster.policies import Span, overlapped, short_rests, times_of
from staff.roster.queries.cover import drafted_days, gaps_after
from staff.rulebook import queries as rulebook

MOST_WARNINGS = 20
LONGEST_SHIFT = timedelta(days=1)

COLUMNS = (
    registry.Column("date", "日期", values.Day(), required=True),
    registry.Column("shift", "班次", values.Text(40), required=True),
    registry.Column("number", "工号", values.Text(20), required=True),
    registry.Column("lead", "组长", values.YesNo(), keeps=True),
    registry.Column("team", "团队", values.Text(80)),
)

Key = tuple[int, date, int]
Shift = tuple[int, date, int]
"""Team, day and shift type: what has one lead."""


@dataclass(frozen=True, slots=True)
class Worker:
    person_id: int
    hired_on: date
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What the database knows of the rows of one batch."""

    workers: Mapping[str, Worker]
    teams: Mapping[str, int]
    postings: Mapping[int, Sequence[tuple[date, date | None, int | None]]]
    stored: Mapping[Key, Assignment]

    def team_on(self, person_id: int, day: date) -> int | None:
        """Return the team of a person on a day."""
        for first, last, team_id in self.postings.get(person_id, ()):
            if first <= day and (last is None or day <= last):
                return team_id
        return None


class RosterResource(registry.Resource):
    """One import of shifts; the file counts as published as it stands."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.scope: Scope | None = context.scope
        self.kinds = _kinds()
        self.spans: dict[int, list[Span]] = defaultdict(list)
        self.mine: dict[int, dict[tuple[date, int], int]] = defaultdict(dict)
        self.stored: dict[int, dict[tuple[date, int], Span]] = defaultdict(dict)
        self.leads: dict[Shift, dict[int, int]] = defaultdict(dict)
        self.manned: dict[Shift, int] = {}
        self.said_no: set[int] = set()
        self.brought: dict[Key, tuple[int, int | None]] = {}
        self.warned = False

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        batch = self._batch(rows)
        self._remember_stored(batch)
        for row in rows:
            if found := self._why_refuse(row, batch):
                notes.reject(row, found[0], found[1], **found[2])
                continue
            assignment = self._assignment(row, batch)
            span = Span(assignment.starts_at, assignment.ends_at, row.number)
            near = overlapped(self.spans[assignment.person_id], span)
            if near is not None:
                notes.reject(row, "shift", "overlap", other=near.row)
                continue
            self._remember(row, assignment, span)
            self._judge(row, batch, notes)

    def _batch(self, rows: Sequence[Row]) -> Batch:
        people = Person.objects.filter(number__in={row.values["number"] for row in rows})
        workers = {
            number: Worker(pk, hired, left)
            for pk, number, hired, left in people.values_list("pk", "number", "hired_on", "left_on")
        }
        ids = {worker.person_id for worker in workers.values()}
        days = [row.values["date"] for row in rows]
        postings: dict[int, list[tuple[date, date | None, int | None]]] = defaultdict(list)
        for person, first, last, team in Posting.objects.filter(person_id__in=ids).values_list(
            "person_id", "valid_from", "valid_until", "team_id"
        ):
            postings[person].append((first, last, team))
        near = Assignment.objects.filter(
            person_id__in=ids,
            day__gte=min(days) - 2 * LONGEST_SHIFT,
            day__lte=max(days) + 2 * LONGEST_SHIFT,
        )
        return Batch(
            workers=workers,
            teams=dict(Team.objects.values_list("name", "pk")),
            postings=postings,
            stored={(row.person_id, row.day, row.shift_type_id): row for row in near},
        )

    def _why_refuse(self, row: Row, batch: Batch) -> tuple[str, str, dict[str, Any]] | None:
        worker = batch.workers.get(row.values["number"])
        day = row.values["date"]
        if worker is None:
            return "number", "unknown_person", {}
        if self.scope and not access.may_roster(self.scope, worker.person_id):
            return "number", "not_below", {}
        if day < worker.hired_on or (worker.left_on and day > worker.left_on):
            return "number", "not_employed", {}
        if fold(row.values["shift"]) not in self.kinds:
            return "shift", "unknown_shift", {}
        if row.get("team") and row.values["team"] not in batch.teams:
            return "team", "unknown_team", {}
        return None

    def _assignment(self, row: Row, batch: Batch) -> Assignment:
        """Return the shift as it would be after the row, not saved."""
        kind = self.kinds[fold(row.values["shift"])]
        day, person_id = row.values["date"], batch.workers[row.values["number"]].person_id
        stored = batch.stored.get((person_id, day, kind.pk))
        if stored is None:
            starts_at, ends_at = times_of(
                day, starts=kind.starts, ends=kind.ends, zone=self.context.zone
            )
            stored = Assignment(
                person_id=person_id,
                shift_type=kind,
                day=day,
                team_id=batch.team_on(person_id, day),
                starts_at=starts_at,
                ends_at=ends_at,
            )
        wanted = Assignment(
            pk=stored.pk,
            person_id=person_id,
            shift_type=kind,
            day=day,
            team_id=stored.team_id,
            is_lead=row.get("lead", stored.is_lead),
            starts_at=stored.starts_at,
            ends_at=stored.ends_at,
        )
        if "team" in row.values:
            wanted.team_id = batch.teams[row.values["team"]] if row.get("team") else None
        return wanted

    def _judge(self, row: Row, batch: Batch, notes: Notes) -> Assignment | None:
        """Note the outcome and return the shift to write, None where nothing changes."""
        wanted = self._assignment(row, batch)
        stored = batch.stored.get((wanted.person_id, wanted.day, wanted.shift_type_id))
        if stored is None:
            notes.added(row)
        elif (stored.is_lead, stored.team_id) == (wanted.is_lead, wanted.team_id):
            notes.unchanged(row)
            return None
        else:
            notes.changed(row)
        return wanted

    def _remember_stored(self, batch: Batch) -> None:
        """Keep the stored shifts around the batch; which of them the file has, shows later."""
        for (person, day, kind), row in batch.stored.items():
            self.stored[person][day, kind] = Span(row.starts_at, row.ends_at, 0)

    def _remember(self, row: Row, assignment: Assignment, span: Span) -> None:
        insort(self.spans[assignment.person_id], span, key=lambda each: each.start)
        self.mine[assignment.person_id][assignment.day, assignment.shift_type_id] = row.number
        key = (assignment.person_id, assignment.day, assignment.shift_type_id)
        self.brought[key] = (row.number, assignment.team_id)
        if not assignment.team_id:
            return
        shift = (assignment.team_id, assignment.day, assignment.shift_type_id)
        self.manned.setdefault(shift, row.number)
        if assignment.is_lead:
            self.leads[shift][row.number] = assignment.person_id
        elif assignment.pk:
            self.said_no.add(assignment.pk)

    def finish(self, notes: Notes, rejected: AbstractSet[int]) -> None:
        stored = self._stored_leads()
        for shift, rows in self.leads.items():
            left = [row for row in sorted(rows) if row not in rejected]
            taken = bool(stored.get(shift, set()) - {rows[row] for row in left})
            for row in left if taken else left[1:]:
                notes.reject(row, "lead", "has_lead", text="")
        for person in self.spans:
            standing = self._standing(person, rejected)
            for span in self._said(person, rejected):
                if overlapped(standing, span):
                    notes.reject(span.row, "shift", "overlap_stored", text="")
        if not notes.rejections and not self.warned:
            self.warned = True
            self._warn(notes, rejected, stored)

    def _said(self, person: int, rejected: AbstractSet[int]) -> list[Span]:
        """Return the shifts of a person that the file brings, in order."""
        return [span for span in self.spans[person] if span.row not in rejected]

    def _standing(self, person: int, rejected: AbstractSet[int]) -> list[Span]:
        """Return the stored shifts of a person that the file leaves alone, in order."""
        mine = self.mine[person]
        left = [
            span
            for key, span in self.stored[person].items()
            if key not in mine or mine[key] in rejected
        ]
        return sorted(left, key=lambda span: span.start)

    def _stored_leads(self) -> dict[Shift, set[int]]:
        """Return who leads the file's shifts in the database and is not told to step down."""
        found: dict[Shift, set[int]] = defaultdict(set)
        days = sorted({day for _team, day, _kind in self.manned})
        if not days:
            return found
        leads = Assignment.objects.filter(day__range=(days[0], days[-1]), is_lead=True)
        for pk, person, team, day, kind in leads.values_list(
            "pk", "person_id", "team_id", "day", "shift_type_id"
        ):
            if team and pk not in self.said_no:
                found[team, day, kind].add(person)
        return found

    def _week(self, person: int, rejected: AbstractSet[int]) -> list[Span]:
        """Return all shifts of a person, stored and brought, in order."""
        both = self._said(person, rejected) + self._standing(person, rejected)
        return sorted(both, key=lambda span: span.start)

    def _warn(
        self, notes: Notes, rejected: AbstractSet[int], stored: Mapping[Shift, set[int]]
    ) -> None:
        least = timedelta(hours=rulebook.policy_on(self.context.today).rest_hours)
        leaderless = sorted(
            row
            for shift, row in self.manned.items()
            if row not in rejected
            and not stored.get(shift)
            and not set(self.leads.get(shift, ())) - rejected
        )
        tired = sorted(
            span.row
            for person in self.spans
            for span in short_rests(self._week(person, rejected), least=least)
            if span.row
        )
        hours = least // timedelta(hours=1)
        self._warn_of_gaps(notes, rejected)
        for code, field, rows, params in (
            ("no_lead", "lead", leaderless, {}),
            ("short_rest", "shift", tired, {"hours": hours}),
        ):
            for row in rows[:MOST_WARNINGS]:
                notes.warn(row, field, code, text="", **params)
            if len(rows) > MOST_WARNINGS:
                left = len(rows) - MOST_WARNINGS
                notes.warn(rows[MOST_WARNINGS], field, "more_warnings", text="", count=left)

    def _warn_of_gaps(self, notes: Notes, rejected: AbstractSet[int]) -> None:
        """Name the shifts of the file's teams and days that lack people, and drafts in the way.

        A shift that nobody works stands at the first row of its team and day.
        """
        brought = {key: team for key, (row, team) in self.brought.items() if row not in rejected}
        first: dict[tuple[int, date], int] = {}
        for (team, day, _kind), row in sorted(self.manned.items(), key=lambda one: -one[1]):
            if row not in rejected:
                first[team, day] = row
        lacking = [
            (self.manned.get((gap.team_id, gap.day, gap.shift), first[gap.team_id, gap.day]), gap)
            for gap in gaps_after(brought, set(first))
        ]
        lacking.sort(key=lambda one: one[0])
        for row, gap in lacking[:MOST_WARNINGS]:
            notes.warn(
                row, "shift", "below_minimum", text="", team=gap.team, count=gap.planned,
                minimum=gap.minimum,
            )  # fmt: skip
        if len(lacking) > MOST_WARNINGS:
            left = len(lacking) - MOST_WARNINGS
            notes.warn(lacking[MOST_WARNINGS][0], "shift", "more_warnings", text="", count=left)
        drafted = drafted_days({(person, day) for person, day, _kind in brought})
        in_the_way = {self.brought[key][0] for key in brought if key[:2] in drafted}
        for row in sorted(in_the_way)[:MOST_WARNINGS]:
            notes.warn(row, "date", "draft_conflict", text="")

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- this kind has one sweep
        batch = self._batch(rows)
        added: list[Assignment] = []
        changed: list[Assignment] = []
        for row in rows:
            wanted = self._judge(row, batch, notes)
            if wanted is not None:
                (changed if wanted.pk else added).append(wanted)
        services.import_roster(
            actor=self.context.actor, added=added, changed=changed, now=self.context.now
        )


def _kinds() -> dict[str, ShiftType]:
    """Return the shift types by code and by both names."""
    found: dict[str, ShiftType] = {}
    for kind in ShiftType.objects.order_by("-is_active", "pk"):
        for name in (kind.code, kind.name_zh, kind.name_en):
            found.setdefault(fold(name), kind)
    return found


def export_roster(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the shifts in order, of one month where one is asked for."""
    scope: Scope | None = context.scope
    rows = Assignment.objects.visible_to(scope) if scope else Assignment.objects.all()
    if context.month:
        rows = rows.filter(day__year=context.month.year, day__month=context.month.month)
    plain = rows.order_by("day", "shift_type__code", "person__number").values_list(
        "day", "shift_type__code", "person__number", "is_lead", "team__name"
    )
    for day, shift, number, lead, team in plain.iterator(chunk_size=2000):
        yield {"date": day, "shift": shift, "number": number, "lead": lead, "team": team}


def _publishers(_user: User, scope: Scope) -> bool:
    return access.may_manage(scope)


def _readers(_user: User, scope: Scope) -> bool:
    return scope.person_id is not None or scope.is_admin


ROSTER = registry.register(
    registry.Kind(
        name="roster",
        label=_("Roster"),
        columns=COLUMNS,
        identity=registry.by("date", "number", "shift"),
        resource=RosterResource,
        export=export_roster,
        by_month=True,
        sentences=texts.ROWS,
        may_import=_publishers,
        may_export=_readers,
    )
)
