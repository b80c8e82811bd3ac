"""Which team serves which store since when (ORG-2)."""

from datetime import date, datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.people.models import Store, StoreService
from staff.people.services.places import mend_spans


@transaction.atomic
def serve_store(
    *, actor: User | None, store_id: int, team_id: int | None, from_day: date, now: datetime
) -> StoreService:
    """Let a team serve a store from a day until the next change; None: nobody serves it."""
    store = Store.objects.select_for_update().get(pk=store_id)
    service = StoreService.objects.filter(store=store, valid_from=from_day).first()
    before = {"team": service.team_id} if service else {}
    service = service or StoreService(store=store, valid_from=from_day)
    service.team_id = team_id
    service.valid_until = None
    service.save()
    mend_spans(StoreService, "store_id", {store.pk})
    service.refresh_from_db()
    audit.record(
        actor=actor, verb="store.served", target=store, at=now, before=before,
        after={"team": team_id, "valid_from": from_day.isoformat()},
    )  # fmt: skip
    return service


@transaction.atomic
def withdraw_service(*, actor: User | None, service_id: int, now: datetime) -> None:
    """Take a change back; the one before it holds on."""
    service = StoreService.objects.select_for_update().select_related("store").get(pk=service_id)
    before = {"team": service.team_id, "valid_from": service.valid_from.isoformat()}
    service.delete()
    mend_spans(StoreService, "store_id", {service.store_id})
    audit.record(
        actor=actor, verb="store.service_withdrawn", target=service.store, at=now, before=before
    )
