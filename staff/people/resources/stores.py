"""Import and export of stores and who serves them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.transfer import registry, values
from portal.transfer.registry import Context, Notes, Row
from staff.people import queries, services, texts
from staff.people.enums import Platform
from staff.people.models import Store, StoreService
from staff.people.resources.people import managers
from staff.people.services import StoreRow

PLATFORM = values.Choice(
    Platform,
    also={
        "天猫": Platform.TMALL,
        "淘宝": Platform.TAOBAO,
        "京东": Platform.JD,
        "拼多多": Platform.PINDUODUO,
        "抖音": Platform.DOUYIN,
        "其他": Platform.OTHER,
    },
)


STORE_COLUMNS = (
    registry.Column("store", "店铺", values.Text(80), required=True),
    registry.Column("brand", "品牌", values.Text(80)),
    registry.Column("platform", "平台", PLATFORM, required=True),
    registry.Column("team", "团队", values.Text(80)),
    registry.Column("from", "生效日期", values.Day(), keeps=True),
)


class StoreResource(registry.Resource):
    """One import of stores: a row is a store and, from a day on, the team that serves it."""

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        known = self._known(rows)
        for row in rows:
            self._judge(row, known.get(row.values["store"]), notes)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- this kind has one sweep
        known = self._known(rows)
        wanted = []
        for row in rows:
            stored = known.get(row.values["store"])
            self._judge(row, stored, notes)
            if notes.outcomes[row.number] != registry.UNCHANGED:
                wanted.append(self._row(row, stored))
        services.import_stores(actor=self.context.actor, rows=wanted, now=self.context.now)

    @staticmethod
    def _known(rows: Sequence[Row]) -> dict[str, tuple[Store, list[StoreService]]]:
        names = {row.values["store"] for row in rows}
        stores = list(Store.objects.filter(name__in=names).select_related("brand"))
        served = queries.services_by_store([store.pk for store in stores])
        return {store.name: (store, served.get(store.pk, [])) for store in stores}

    def _service(self, row: Row, served: Sequence[StoreService]) -> StoreService | None:
        """Return what the row is about: the service from its day, without one today's."""
        day = row.get("from")
        if day:
            return next((each for each in served if each.valid_from == day), None)
        return next((each for each in served if each.valid_from <= self.context.today), None)

    def _judge(
        self, row: Row, stored: tuple[Store, list[StoreService]] | None, notes: Notes
    ) -> None:
        if stored is None:
            notes.added(row)
            return
        store, served = stored
        brand = store.brand.name if store.brand else None
        same = store.platform == row.values["platform"] and row.values.get("brand", brand) == brand
        service = self._service(row, served)
        team = service.team.name if service and service.team else None
        if "team" in row.values and row.get("from") and service is None:
            notes.added(row)
        elif same and (row.values.get("team", team) == team):
            notes.unchanged(row)
        else:
            notes.changed(row)

    def _row(self, row: Row, stored: tuple[Store, list[StoreService]] | None) -> StoreRow:
        brand = stored[0].brand.name if stored and stored[0].brand else None
        return StoreRow(
            name=row.values["store"],
            platform=row.values["platform"],
            brand=row.values.get("brand", brand),
            serves="team" in row.values or stored is None,
            team=row.get("team"),
            from_day=row.get("from") or self.context.today,
        )


def export_stores(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give a row for each change of who serves a store; a store that nobody serves has one."""
    stores = Store.objects.visible_to(context.scope) if context.scope else Store.objects.all()
    chosen = list(stores.select_related("brand").order_by("name"))
    served = queries.services_by_store([store.pk for store in chosen])
    for store in chosen:
        for service in _dated(served.get(store.pk, [])):
            yield {
                "store": store.name,
                "brand": store.brand.name if store.brand else None,
                "platform": store.platform,
                "team": service.team.name if service and service.team else None,
                "from": service.valid_from if service else None,
            }


def _dated(served: Sequence[StoreService]) -> Sequence[StoreService | None]:
    """Return the services from the oldest on; one empty row for a store that never had any."""
    return [*reversed(served)] or [None]


STORES = registry.register(
    registry.Kind(
        name="stores",
        label=_("Stores"),
        columns=STORE_COLUMNS,
        identity=lambda row: (row.values["store"], row.get("from")),
        resource=StoreResource,
        export=export_stores,
        sentences=texts.ROWS,
        may_import=managers,
        may_export=managers,
    )
)
