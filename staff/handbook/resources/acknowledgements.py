"""The kind `acknowledgements`: who confirmed which house rules, as far as one may see it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.handbook.models import Acknowledgement
from staff.handbook.resources.articles import may_export

NAMES = ("valid_from", "number", "name", "at")


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give confirmations by version and person."""
    rows = Acknowledgement.objects.all()
    if context.scope is not None:
        rows = rows.visible_to(context.scope)
    found = rows.order_by("policy__valid_from", "person__number").values_list(
        "policy__valid_from", "person__number", "person__name", "at"
    )
    for row in found.iterator(chunk_size=2000):
        yield dict(zip(NAMES, row, strict=True))


ACKNOWLEDGEMENTS = registry.register(
    registry.Kind(
        name="acknowledgements",
        label=gettext_lazy("Confirmed house rules"),
        columns=(
            Column("valid_from", "规则生效日", values.Day()),
            Column("number", "工号", values.Text(20)),
            Column("name", "姓名", values.Text(80)),
            Column("at", "确认时间", values.Moment()),
        ),
        export=export,
        may_export=may_export,
    )
)
