"""Items are sorted (FBK-2): a kind, topics, an owner; alone or many at once, and undone."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from feedback.enums import ItemKind, ItemState
from feedback.models import Alarm, Guess, Item, Topic
from feedback.queries import rules as rule_queries
from feedback.services import events, learning
from portal import audit, notices
from staff.people.models import Person

TAKEN = "feedback.taken"


@transaction.atomic
def triage(
    *,
    actor: Person,
    item_ids: Collection[int],
    kind: str,
    now: datetime,
    topic_ids: Sequence[int] | None = None,
) -> list[int]:
    """Give items a kind, and topics if given; returns those that it took.

    An item for which a way out was taken already (DONE) stays as it is. What the rules suggested
    is kept beside the decision, for their hit rate.
    """
    rows = Item.objects.select_for_update().filter(pk__in=item_ids)
    found = list(rows.exclude(state=ItemState.DONE).order_by("pk").defer("words"))
    rules = rule_queries.in_force()
    for item in found:
        item.suggested = rule_queries.suggest(rules, item.text, item.rating).kind
        item.kind, item.state = kind, ItemState.TRIAGED
        item.triaged_by, item.triaged_at, item.by_rule = actor, now, None
        item.changed_at = now
        item.version += 1
    names = ["suggested", "kind", "state", "triaged_by", "triaged_at", "by_rule", "changed_at"]
    Item.objects.bulk_update(found, [*names, "version"], batch_size=200)
    events.tell(found, kind=events.TRIAGED, now=now)
    learning.note_decisions(found, kind=kind)
    ids = [item.pk for item in found]
    if topic_ids is not None:
        _set_topics(ids, topic_ids)
    if kind == ItemKind.SPAM:
        silence(ids, now=now)
    _audit("feedback.triaged", ids, actor=actor, now=now, kind=kind)
    return ids


def _set_topics(item_ids: Collection[int], topic_ids: Sequence[int]) -> None:
    through = Item.topics.through
    through.objects.filter(item_id__in=item_ids).exclude(topic_id__in=topic_ids).delete()
    known = Topic.objects.filter(pk__in=topic_ids).values_list("pk", flat=True)
    through.objects.bulk_create(
        [through(item_id=item, topic_id=topic) for item in item_ids for topic in known],
        ignore_conflicts=True,
    )


@transaction.atomic
def undo(*, actor: Person, item_ids: Collection[int], now: datetime) -> int:
    """Put back to unread what the actor has triaged and nobody has acted on; returns how many."""
    rows = Item.objects.filter(pk__in=item_ids, state=ItemState.TRIAGED, triaged_by=actor)
    ids = list(rows.values_list("pk", flat=True))
    count = rows.filter(pk__in=ids).update(
        state=ItemState.UNREAD, kind="", suggested="", triaged_by=None, triaged_at=None,
        by_rule=None, changed_at=now, version=F("version") + 1,
    )  # fmt: skip
    Item.topics.through.objects.filter(item_id__in=ids).delete()
    Guess.objects.filter(item__in=ids).delete()
    Alarm.objects.filter(item__in=ids, told_at=None, item__answered_at=None).update(
        silenced_at=None
    )
    _audit("feedback.untriaged", ids, actor=actor, now=now)
    return count


@transaction.atomic
def set_owner(
    *, actor: Person, item_ids: Collection[int], owner_id: int | None, now: datetime
) -> int:
    """Give items to somebody, or to nobody; returns how many changed hands."""
    rows = Item.objects.filter(pk__in=item_ids).exclude(owner_id=owner_id)
    if owner_id is not None:
        rows = rows | Item.objects.filter(pk__in=item_ids, owner=None)
    ids = list(rows.values_list("pk", flat=True))
    Item.objects.filter(pk__in=ids).update(
        owner_id=owner_id, changed_at=now, version=F("version") + 1
    )
    owner = Person.objects.filter(pk=owner_id or 0).first()
    if ids and owner and owner.user_id and owner != actor:
        draft = notices.Draft(
            receiver_id=owner.user_id, key=f"{TAKEN}:{ids[0]}:{now.isoformat()}", kind=TAKEN,
            params={"count": len(ids), "item": ids[0], "by": actor.name},
        )  # fmt: skip
        notices.send([draft], now=now)
    _audit("feedback.owner", ids, actor=actor, now=now, owner=owner_id)
    return len(ids)


def silence(item_ids: Collection[int], *, now: datetime) -> None:
    """Nothing more is told about these reviews."""
    Alarm.objects.waiting().filter(item__in=item_ids).update(silenced_at=now)


def _audit(verb: str, ids: Sequence[int], *, actor: Person, now: datetime, **more: object) -> None:
    """Write one entry: with the item where it is one, else with their keys."""
    if not ids:
        return
    target = Item.objects.only("source", "reference").get(pk=ids[0]) if len(ids) == 1 else None
    audit.record(
        actor=actor.user, verb=verb, target=target, at=now,
        after=more if target else {**more, "items": list(ids)},
    )  # fmt: skip
