"""The kind `makeups` (data-formats, ATT-13)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Row
from staff.attendance.enums import MakeUpState
from staff.attendance.models import MakeUp
from staff.attendance.resources import people, sentences
from staff.attendance.resources.punches import SIDE, staff
from staff.attendance.services import imports
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.models import Posting

DECISION = values.Choice(
    MakeUpState, also={"同意": MakeUpState.CERTIFIED, "拒绝": MakeUpState.REFUSED}
)
COLUMNS = (
    Column("number", "工号", values.Text(20), required=True),
    Column("date", "日期", values.Day(), required=True),
    Column("side", "补卡类型", SIDE, required=True),
    Column("asked_at", "申请时间", values.Moment(), required=True),
    Column("decision", "结果", DECISION),
    Column("certified_by", "证明人工号", values.Text(20)),
)
Key = tuple[int, date, str]
Refusal = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What the database knows of the rows of one batch."""

    people: Mapping[str, int]
    stored: Mapping[Key, MakeUp]
    certifiers: Mapping[int, Sequence[tuple[date, date | None]]]
    """When somebody was deputy or supervisor; both days included."""

    def could_certify(self, person_id: int, day: date) -> bool:
        return any(
            first <= day and (last is None or day <= last)
            for first, last in self.certifiers.get(person_id, ())
        )


class MakeUpResource(registry.Resource):
    """Make-ups with their decisions. None is refused for its number: ATT-13 says what it costs."""

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        self._judge(rows, self._batch(rows), notes)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        wanted = self._judge(rows, self._batch(rows, lock=True), notes)
        imports.import_makeups(
            actor=self.context.actor,
            added=[each for each in wanted if not each.pk],
            changed=[each for each in wanted if each.pk],
            now=self.context.now,
        )

    def _batch(self, rows: Sequence[Row], *, lock: bool = False) -> Batch:
        named = {row.values["number"] for row in rows}
        certifying = {row.get("certified_by") for row in rows} - {None}
        known = people.by_number(named | certifying)
        makeups = MakeUp.objects.select_for_update() if lock else MakeUp.objects.all()
        stored = makeups.filter(
            person_id__in={known[number] for number in named if number in known},
            day__in={row.values["date"] for row in rows},
        )
        held: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        posts = Posting.objects.filter(
            person__number__in=certifying, post__in=(Post.DEPUTY, Post.SUPERVISOR)
        )
        for person_id, first, last in posts.values_list("person_id", "valid_from", "valid_until"):
            held[person_id].append((first, last))
        return Batch(known, {(row.person_id, row.day, row.side): row for row in stored}, held)

    def _judge(self, rows: Sequence[Row], batch: Batch, notes: Notes) -> list[MakeUp]:
        """Judge the rows and return the make-ups to write."""
        wanted = []
        for row in rows:
            person_id = batch.people.get(row.values["number"])
            if person_id is None:
                notes.reject(row, "number", "unknown_person")
                continue
            stored = batch.stored.get((person_id, row.values["date"], row.values["side"]))
            made = self._made(row, person_id, stored, batch)
            if refusal := self._why_refuse(row, made, batch):
                notes.reject(row, *refusal)
            elif stored is None:
                notes.added(row)
                wanted.append(made)
            elif _said(stored) == _said(made):
                notes.unchanged(row)
            else:
                notes.changed(row)
                wanted.append(made)
        return wanted

    def _made(self, row: Row, person_id: int, stored: MakeUp | None, batch: Batch) -> MakeUp:
        """Return the make-up as it would be after the row, not saved."""
        state = row.values.get("decision", stored.state if stored else None) or MakeUpState.OPEN
        certifier = stored.certified_by_id if stored else None
        if "certified_by" in row.values:
            certifier = batch.people.get(row.get("certified_by", ""))
        made = MakeUp(
            pk=stored.pk if stored else None,
            person_id=person_id,
            day=row.values["date"],
            side=row.values["side"],
            asked_at=row.values["asked_at"],
            state=state,
            certified_by_id=certifier,
            version=stored.version + 1 if stored else 1,
        )
        if stored and stored.state == state:
            made.decided_at, made.decided_by_id = stored.decided_at, stored.decided_by_id
        elif state != MakeUpState.OPEN:
            made.decided_at, made.decided_by = self.context.now, self.context.actor
        return made

    def _why_refuse(self, row: Row, made: MakeUp, batch: Batch) -> Refusal | None:
        scope: Scope | None = self.context.scope
        if not people.may_decide(scope, made.person_id):
            return "number", "not_below"
        if row.get("certified_by") and made.certified_by_id is None:
            return "certified_by", "unknown_person"
        if made.certified_by_id == made.person_id:
            return "certified_by", "certifies_oneself"
        return self._why_not_certified(made, batch, names_one=bool(row.get("certified_by")))

    def _why_not_certified(self, made: MakeUp, batch: Batch, *, names_one: bool) -> Refusal | None:
        if made.state != MakeUpState.CERTIFIED:
            return None
        if made.certified_by_id is None:
            return "certified_by", "certifier_missing"
        day = made.asked_at.astimezone(self.context.zone).date()
        if names_one and not batch.could_certify(made.certified_by_id, day):
            return "certified_by", "no_certifier"
        return None


def _said(makeup: MakeUp) -> tuple[object, ...]:
    return makeup.asked_at, makeup.state, makeup.certified_by_id


def export_makeups(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the make-ups by day, of one month where one is asked for."""
    scope: Scope | None = context.scope
    rows = MakeUp.objects.visible_to(scope) if scope else MakeUp.objects.all()
    if context.month:
        rows = rows.filter(day__year=context.month.year, day__month=context.month.month)
    plain = rows.order_by("day", "person__number", "side").values_list(
        "person__number", "day", "side", "asked_at", "state", "certified_by__number"
    )
    for number, day, side, asked_at, state, certifier in plain.iterator(chunk_size=2000):
        yield {
            "number": number,
            "date": day,
            "side": side,
            "asked_at": asked_at,
            "decision": None if state == MakeUpState.OPEN else state,
            "certified_by": certifier,
        }


def _deciding(_user: User, scope: Scope) -> bool:
    return scope.rank >= Post.DEPUTY.rank


MAKEUPS = registry.register(
    registry.Kind(
        name="makeups",
        label=_("Make-ups of punches"),
        columns=COLUMNS,
        identity=registry.by("number", "date", "side"),
        resource=MakeUpResource,
        export=export_makeups,
        by_month=True,
        sentences=sentences.ROWS,
        may_import=_deciding,
        may_export=staff,
    )
)
