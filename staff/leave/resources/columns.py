"""The columns of the file, and the import and export of the kind `leave`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Context, Notes, Row
from staff.leave import access, services, texts
from staff.leave.enums import Decision, LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies.asking import Refusal
from staff.leave.queries import lists
from staff.leave.resources import rows as one
from staff.leave.resources.fitting import (
    Beside,
    Employment,
    Entry,
    misfits,
    over_the_year,
    stored_entries,
)
from staff.leave.resources.rows import Batch, Worker
from staff.people.access import Scope, may_manage
from staff.people.enums import Half
from staff.people.models import Person
from staff.rulebook import queries as rulebook

COLUMNS = (
    registry.Column("number", "工号", values.Text(20), required=True),
    registry.Column(
        "kind",
        "类型",
        values.Choice(
            LeaveKind,
            also={
                "休假": LeaveKind.REST,
                "请假": LeaveKind.PERSONAL,
                "紧急请假": LeaveKind.EMERGENCY,
            },
        ),
        required=True,
    ),
    registry.Column("first_day", "开始日期", values.Day(), required=True),
    registry.Column("last_day", "结束日期", values.Day(), required=True),
    registry.Column(
        "half",
        "半天",
        values.Choice(
            Half,
            also={
                "上半": Half.FIRST,
                "下半": Half.SECOND,
                "上半天": Half.FIRST,
                "下半天": Half.SECOND,
            },
        ),
    ),
    registry.Column("asked_at", "申请时间", values.Moment(), required=True),
    registry.Column(
        "decision",
        "结果",
        values.Choice(Decision, also={"同意": Decision.APPROVED, "拒绝": Decision.REFUSED}),
        keeps=True,
    ),
    registry.Column("decided_by", "审批人工号", values.Text(20), keeps=True),
    registry.Column("reason", "事由", values.Text(500)),
    registry.Column("call_taken_by", "接电话人工号", values.Text(20), keeps=True),
)


class LeaveResource(registry.Resource):
    """One import of requests, checked as if they were made by hand in their order in time."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        scope: Scope | None = context.scope
        self.mine = access.decides_for(scope, access.staff_on(context.today)) if scope else None
        self.versions = rulebook.versions()
        self.entries: dict[int, list[Entry]] = defaultdict(list)
        self.employments: dict[int, Employment] = {}
        self.warned = False

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        batch = one.batch_of(rows)
        for row in rows:
            if found := self._why_refuse(row, batch):
                notes.reject(row, found[0], found[1], **found[2])
                continue
            self._remember(row, batch)
            self._judge(row, batch, notes)

    def _why_refuse(self, row: Row, batch: Batch) -> one.Why | None:
        if found := one.why_refuse(row, batch):
            return found
        worker = batch.workers[row.values["number"]]
        if self.mine is not None and worker.person_id not in self.mine:
            return "number", "not_below", {}
        if found := one.why_undecided(row, batch, zone=self.context.zone):
            return found
        wanted = one.wanted_of(row, batch, now=self.context.now)
        stored = one.stored_for(row, batch)
        if stored and not one.differs(stored, wanted):
            return None
        return one.why_against_rules(wanted, worker, versions=self.versions, zone=self.context.zone)

    def _remember(self, row: Row, batch: Batch) -> None:
        worker: Worker = batch.workers[row.values["number"]]
        self.employments[worker.person_id] = Employment(worker.hired_on, worker.left_on)
        self.entries[worker.person_id].append(self._entry(row, batch))

    def _entry(self, row: Row, batch: Batch) -> Entry:
        wanted = one.wanted_of(row, batch, now=self.context.now)
        stored = one.stored_for(row, batch)
        return Entry(
            row=row.number,
            pk=wanted.pk,
            person_id=wanted.person_id,
            kind=LeaveKind(wanted.kind),
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            half=Half(wanted.half),
            asked_at=wanted.asked_at,
            state=LeaveState(wanted.state),
            is_new=one.needs_rules(stored, wanted),
        )

    def _judge(self, row: Row, batch: Batch, notes: Notes) -> LeaveRequest | None:
        """Note the outcome and return the request to write, None where nothing changes."""
        stored = one.stored_for(row, batch)
        wanted = one.wanted_of(row, batch, now=self.context.now)
        if stored is None:
            notes.added(row)
        elif one.differs(stored, wanted):
            notes.changed(row)
        else:
            notes.unchanged(row)
            return None
        return wanted

    def finish(self, notes: Notes, rejected: AbstractSet[int]) -> None:
        stored = stored_entries(self.entries)
        for person, entries in self.entries.items():
            left = [entry for entry in entries if entry.row not in rejected]
            for row, refusal in self._misfits(person, left, stored.get(person, [])):
                _reject(notes, row, refusal)
        if not notes.rejections and not self.warned:
            self.warned = True
            self._warn(notes, rejected, stored)

    def _misfits(
        self, person: int, entries: Sequence[Entry], stored: Sequence[Entry]
    ) -> list[tuple[int, Refusal]]:
        beside = Beside(employment=self.employments[person], versions=self.versions)
        return misfits(entries, stored, beside=beside)

    def _warn(
        self, notes: Notes, rejected: AbstractSet[int], stored: Mapping[int, Sequence[Entry]]
    ) -> None:
        """Tell, and do not refuse, what goes past the leave of a year (LEAVE-6)."""
        for person, entries in self.entries.items():
            left = [entry for entry in entries if entry.row not in rejected]
            spoken_of = {entry.pk for entry in left if entry.pk}
            others = [
                entry
                for entry in stored.get(person, [])
                if entry.pk is None or entry.pk not in spoken_of
            ]
            beyond = over_the_year([*others, *left], self.versions)
            for row in sorted(beyond):
                notes.warn(row, "last_day", "over_the_year", text="", days=texts.days(beyond[row]))

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- this kind has one sweep
        numbers = {row.values["number"] for row in rows}
        locked = Person.objects.select_for_update().filter(number__in=numbers).order_by("pk")
        people_now = {person.pk: person for person in locked}
        batch = one.batch_of(rows)
        entries: dict[int, list[Entry]] = defaultdict(list)
        for row in rows:
            entry = self._entry(row, batch)
            entries[entry.person_id].append(entry)
            person = people_now[entry.person_id]
            self.employments[person.pk] = Employment(person.hired_on, person.left_on)
        stored = stored_entries(entries)
        misfit = {
            row: refusal
            for person, some in entries.items()
            for row, refusal in self._misfits(person, some, stored.get(person, []))
        }
        added: list[LeaveRequest] = []
        changed: list[LeaveRequest] = []
        for row in rows:
            if found := one.why_undecided(row, batch, zone=self.context.zone):
                notes.reject(row, found[0], found[1], **found[2])
            elif row.number in misfit:
                _reject(notes, row.number, misfit[row.number])
            elif wanted := self._judge(row, batch, notes):
                wanted.recorded_by = self.context.actor
                (changed if wanted.pk else added).append(wanted)
        services.import_leave(
            actor=self.context.actor, added=added, changed=changed, now=self.context.now
        )


def _reject(notes: Notes, row: int, refusal: Refusal) -> None:
    notes.reject(row, "first_day", refusal.code, text="", **refusal.params)


def export_leave(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give one request for each identity of the file: the one that stands, else the last refused.

    What was withdrawn would come back as if it were asked for, and stays away.
    """
    scope: Scope | None = context.scope
    rows = LeaveRequest.objects.exclude(state=LeaveState.WITHDRAWN)
    if scope:
        also = access.decides_for(scope, access.staff_on(context.today))
        rows = rows.visible_to(scope, also=also)
    rows = lists.narrowed(rows, context.filters, day=context.today)
    if context.month:
        month = lists.month_of(f"{context.month:%Y-%m}")
        rows = rows.touching(month.first_day, month.last_day) if month else rows.none()
    last: LeaveRequest | None = None
    for leave in (
        rows.select_related("person", "decided_by", "call_taken_by")
        .order_by("person__number", "first_day", "kind", "pk")
        .iterator(chunk_size=2000)
    ):
        if last and _identity(last) != _identity(leave):
            yield one.summary(last)
            last = None
        if last is None or last.state == LeaveState.REFUSED:
            last = leave
    if last:
        yield one.summary(last)


def _identity(leave: LeaveRequest) -> tuple[object, ...]:
    return leave.person_id, leave.first_day, leave.kind


def _importers(_user: User, scope: Scope) -> bool:
    return may_manage(scope) and scope.person_id is not None


def _readers(_user: User, scope: Scope) -> bool:
    return scope.person_id is not None


LEAVE = registry.register(
    registry.Kind(
        name="leave",
        label=_("Leave"),
        columns=COLUMNS,
        identity=registry.by("number", "first_day", "kind"),
        resource=LeaveResource,
        export=export_leave,
        by_month=True,
        sentences=texts.ROWS,
        may_import=_importers,
        may_export=_readers,
    )
)
