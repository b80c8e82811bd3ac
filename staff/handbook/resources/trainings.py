"""The kind `trainings`: who has done which course, as far as one may see it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.handbook.models import Completion
from staff.handbook.resources.articles import may_export

NAMES = ("course", "number", "name", "done_on", "due_on", "note", "recorded_by")


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give what stands, by course and person."""
    rows = Completion.objects.filter(withdrawn_at=None)
    if context.scope is not None:
        rows = rows.visible_to(context.scope)
    found = rows.order_by("course__title", "person__number", "done_on").values_list(
        "course__title", "person__number", "person__name", "done_on", "due_on", "note",
        "recorded_by__name",
    )  # fmt: skip
    for row in found.iterator(chunk_size=2000):
        yield dict(zip(NAMES, row, strict=True))


TRAININGS = registry.register(
    registry.Kind(
        name="trainings",
        label=gettext_lazy("Courses done"),
        columns=(
            Column("course", "课程", values.Text(80)),
            Column("number", "工号", values.Text(20)),
            Column("name", "姓名", values.Text(80)),
            Column("done_on", "完成日期", values.Day()),
            Column("due_on", "复训日期", values.Day()),
            Column("note", "备注", values.Text(200)),
            Column("recorded_by", "记录人", values.Text(80)),
        ),
        export=export,
        may_export=may_export,
    )
)
