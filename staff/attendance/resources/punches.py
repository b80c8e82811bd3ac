"""The kind `punches` (data-formats)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.period import Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Place, Row
from staff.attendance.enums import Side
from staff.attendance.models import Punch
from staff.attendance.querysets import PunchQuerySet
from staff.attendance.resources import evidence, people, sentences
from staff.attendance.resources.evidence import Brought
from staff.people.access import Scope

SIDE = values.Choice(Side, also={"上班": Side.IN, "下班": Side.OUT})
COLUMNS = (
    Column("number", "工号", values.Text(20), required=True),
    Column("punched_at", "打卡时间", values.Moment(), required=True),
    Column("kind", "类型", SIDE),
    Column("source", "来源", values.Text(40)),
    Column("reference", "流水号", values.Text(80)),
)
SAID = ("kind", "source", "reference")


class PunchResource(evidence.PunchesResource):
    """Punches as a table of their own: to the second, unless their source says otherwise."""

    def brought(self, rows: Sequence[Row], notes: Notes) -> Iterable[Brought]:
        known = people.by_number(row.values["number"] for row in rows)
        for row in rows:
            person_id = known.get(row.values["number"])
            if person_id is None:
                notes.reject(row, "number", "unknown_person")
            elif not people.may_bring(self.context.scope, person_id):
                notes.reject(row, "number", "not_below")
            else:
                yield self._punch(row, person_id)

    def _punch(self, row: Row, person_id: int) -> Brought:
        moment: datetime = row.values["punched_at"]
        source = row.get("source", "")
        exact = source != evidence.DINGTALK_MINUTES
        return Brought(
            row=row,
            person_id=person_id,
            punched_at=moment.replace(microsecond=0) if exact else moment.replace(second=0),
            exact=exact,
            says={name: row.get(name, "") for name in SAID if name in row.values},
            source=source,
            place=Place("", row.number, self.letters.get("punched_at", "")),
        )


def export_punches(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the punches by person and time, of one month where one is asked for."""
    rows = narrowed(context).order_by("person__number", "punched_at")
    plain = rows.values_list("person__number", "punched_at", *SAID)
    for number, moment, *said in plain.iterator(chunk_size=2000):
        yield {"number": number, "punched_at": moment, **dict(zip(SAID, said, strict=True))}


def narrowed(context: Context) -> PunchQuerySet:
    """Return the punches that an export gives: those one may see, in the month asked for."""
    scope: Scope | None = context.scope
    rows = Punch.objects.visible_to(scope) if scope else Punch.objects.all()
    if context.month:
        month = Month.of(context.month)
        start = datetime.combine(month.first_day, time.min, context.zone)
        end = datetime.combine(month.next().first_day, time.min, context.zone)
        rows = rows.filter(punched_at__gte=start, punched_at__lt=end)
    return rows


def leads(_user: User, scope: Scope) -> bool:
    return scope.leads


def staff(_user: User, scope: Scope) -> bool:
    return scope.person_id is not None


PUNCHES = registry.register(
    registry.Kind(
        name="punches",
        label=_("Punches"),
        columns=COLUMNS,
        resource=PunchResource,
        export=export_punches,
        by_month=True,
        sentences=sentences.ROWS,
        may_import=leads,
        may_export=staff,
    )
)
