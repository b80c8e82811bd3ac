"""The kind `red_packets`: payments of red packets (data-formats, ATT-11, INC-8)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Row
from staff.attendance.models import RedPacketPayment
from staff.attendance.resources import people, sentences
from staff.attendance.resources.punches import SIDE, leads, staff
from staff.attendance.services import imports
from staff.people.access import Scope
from staff.people.models import Posting

COLUMNS = (
    Column("number", "工号", values.Text(20), required=True),
    Column("date", "日期", values.Day(), required=True),
    Column("side", "类型", SIDE, required=True),
    Column("paid_at", "发放时间", values.Moment(), required=True),
)
Key = tuple[int, date, str]


class RedPacketResource(registry.Resource):
    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        self._judge(rows, notes)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        wanted = self._judge(rows, notes)
        imports.import_payments(
            actor=self.context.actor,
            added=[each for each in wanted if not each.pk],
            changed=[each for each in wanted if each.pk],
            now=self.context.now,
        )

    def _judge(self, rows: Sequence[Row], notes: Notes) -> list[RedPacketPayment]:
        """Judge the rows and return the payments to write."""
        known = people.by_number(row.values["number"] for row in rows)
        stored = self._stored(known, rows)
        wanted = []
        for row in rows:
            person_id = known.get(row.values["number"])
            if person_id is None:
                notes.reject(row, "number", "unknown_person")
            elif not people.may_decide(self.context.scope, person_id):
                notes.reject(row, "number", "not_below")
            elif payment := self._payment(row, person_id, stored, notes):
                wanted.append(payment)
        return wanted

    @staticmethod
    def _stored(known: Mapping[str, int], rows: Sequence[Row]) -> dict[Key, RedPacketPayment]:
        standing = RedPacketPayment.objects.standing().filter(
            person_id__in=known.values(), day__in={row.values["date"] for row in rows}
        )
        return {(each.person_id, each.day, each.side): each for each in standing}

    def _payment(
        self, row: Row, person_id: int, stored: Mapping[Key, RedPacketPayment], notes: Notes
    ) -> RedPacketPayment | None:
        day, side, paid_at = row.values["date"], row.values["side"], row.values["paid_at"]
        payment = stored.get((person_id, day, side))
        if payment is None:
            notes.added(row)
            return RedPacketPayment(
                person_id=person_id,
                day=day,
                side=side,
                paid_at=paid_at,
                recorded_at=self.context.now,
                recorded_by=self.context.actor,
            )
        if payment.paid_at == paid_at:
            notes.unchanged(row)
            return None
        notes.changed(row)
        payment.paid_at = paid_at
        return payment


def export_red_packets(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the payments that stand, by day; they are public within the team (INC-8)."""
    rows = RedPacketPayment.objects.standing()
    scope: Scope | None = context.scope
    if scope is not None:
        team = Posting.objects.on(scope.today).filter(team_id__in=scope.team_ids)
        rows = rows.filter(
            Q(person_id__in={scope.person_id, *scope.below_ids} - {None})
            | Q(person_id__in=team.values("person_id"))
        )
    if context.month:
        rows = rows.filter(day__year=context.month.year, day__month=context.month.month)
    plain = rows.order_by("day", "person__number", "side").values_list(
        "person__number", "day", "side", "paid_at"
    )
    for number, day, side, paid_at in plain.iterator(chunk_size=2000):
        yield {"number": number, "date": day, "side": side, "paid_at": paid_at}


RED_PACKETS = registry.register(
    registry.Kind(
        name="red_packets",
        label=_("Payments of red packets"),
        columns=COLUMNS,
        identity=registry.by("number", "date", "side"),
        resource=RedPacketResource,
        export=export_red_packets,
        by_month=True,
        sentences=sentences.ROWS,
        may_import=leads,
        may_export=staff,
    )
)
