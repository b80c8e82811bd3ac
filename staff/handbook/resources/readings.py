"""The kind `readings`: who confirmed which announcement, as far as one may see it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy

from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.handbook.models import Announcement, Reading
from staff.handbook.queries import announcements as queries
from staff.handbook.resources.articles import may_export

MOST_DIGITS = 18


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give confirmations; of one announcement also those who have not confirmed."""
    asked = context.filters.get("announcement", "")
    if asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS:
        yield from _of_one(context, int(asked))
        return
    readings = Reading.objects.filter(edition__number=F("edition__announcement__number"))
    if context.scope is not None:
        readings = readings.visible_to(context.scope)
    rows = readings.order_by("pk").values_list(
        "edition__announcement_id", "edition__title", "edition__number", "person__number",
        "person__name", "at",
    )  # fmt: skip
    for row in rows.iterator(chunk_size=2000):
        yield dict(
            zip(("announcement", "title", "version", "number", "name", "at"), row, strict=True)
        )


def _of_one(context: Context, pk: int) -> Iterator[Mapping[str, Any]]:
    rows = Announcement.objects.all()
    scope = context.scope
    announcement = (rows.visible_to(scope) if scope is not None else rows).filter(pk=pk).first()
    if announcement is None:
        return
    edition = queries.edition_of(announcement)
    for one in queries.readers(announcement, edition, day=context.today):
        person = one.place.person_id
        seen = scope is None or announcement.author_id == scope.person_id
        if seen or person in scope.below_ids or person == scope.person_id:
            yield {
                "announcement": pk,
                "title": edition.title,
                "version": edition.number,
                "number": one.place.number,
                "name": one.place.name,
                "team": one.place.team,
                "at": one.read_at,
            }


READINGS = registry.register(
    registry.Kind(
        name="readings",
        label=gettext_lazy("Confirmed readings"),
        columns=(
            Column("announcement", "公告编号", values.Whole()),
            Column("title", "标题", values.Text(120)),
            Column("version", "版本", values.Whole()),
            Column("number", "工号", values.Text(20)),
            Column("name", "姓名", values.Text(80)),
            Column("team", "团队", values.Text(80)),
            Column("at", "确认时间", values.Moment()),
        ),
        export=export,
        may_export=may_export,
    )
)
