"""Items come in: one by one or many at once; a known reference is the same item (FBK-6)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from complaints.enums import Channel as Source
from feedback.enums import AlarmStage, ItemKind, ItemState
from feedback.models import Alarm, Channel, Item, ItemVersion, Silence
from feedback.policies import deadlines, triage
from feedback.policies.triage import Words
from feedback.queries import rules as rule_queries
from feedback.queries.channels import Switchboard
from feedback.services import events
from portal import audit, notices
from portal.models import User
from portal.servicetime import Timetable
from portal.texttokens import begun_tokens
from staff.rulebook import queries as rulebook

FIELDS = (
    "channel", "source", "reference", "store", "order", "customer", "product", "rating", "text",
    "received_at", "service_day", "kind", "state", "suggested", "triaged_by", "triaged_at",
    "by_rule", "changed_at", "version", "words", "near_low", "near_high",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A stored item with its new values, and the text and rating that it had."""

    item: Item
    text: str
    rating: int | None


class Desk:
    """What intake needs, looked up once for many items."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.times: Timetable = rulebook.timetable()
        self.board = Switchboard(today=timezone.localdate(now))
        self.spam: list[Words] = [
            rule for rule in rule_queries.in_force() if rule.kind == ItemKind.SPAM
        ]
        self.today: date = self.times.service_day(now)
        policy = rulebook.policy_on(timezone.localdate(now))
        self.negative_stars = policy.negative_stars
        ladder = rulebook.ladder_of(policy)
        self.ladder: dict[str, timedelta] = {
            AlarmStage.LEAD: ladder.lead,
            AlarmStage.DEPUTY: ladder.deputy,
            AlarmStage.SUPERVISOR: ladder.supervisor,
        }

    def channel_of(self, source: str, store_id: int) -> Channel:
        """Return the channel; the general one of the source is made where there is none."""
        found = self.board.find(source, store_id)
        if found is None:
            found, _fresh = Channel.objects.get_or_create(
                source=source, store=None, team=None,
                defaults={"name": f"{Source(source).label} ({source})"},
            )  # fmt: skip
            self.board.add(found)
        return found


def index(item: Item) -> None:
    """Set words and sketches; relations must be loaded."""
    tokens = begun_tokens(item.text)
    item.near_low, item.near_high = triage.sketches(tokens)
    order, customer, product = item.order, item.customer, item.product
    others = begun_tokens(
        item.reference,
        order.number if order else "",
        customer.name if customer else "",
        product.name if product else "",
    )
    item.words = " ".join(dict.fromkeys([*others, *tokens]))


def _sort_out_spam(item: Item, desk: Desk) -> None:
    if not desk.spam or item.state != ItemState.UNREAD:
        return
    rule = triage.spam_rule(desk.spam, rule_queries.fold(item.text))
    if rule is not None:
        item.kind, item.state = ItemKind.SPAM, ItemState.TRIAGED
        item.by_rule_id, item.triaged_at = rule, desk.now


@transaction.atomic
def write_items(
    *,
    fresh: Sequence[Item],
    changed: Sequence[Earlier],
    desk: Desk,
    actor: User | None,
    verb: str = "feedback.imported",
) -> None:
    """Write a batch in the caller's transaction: words, spam, earlier texts, alarms, channels.

    Channel, store, order, customer and product must be set and stored. An item whose text or
    rating changed comes to the inbox again, as unread.
    """
    if not fresh and not changed:
        return
    for item in fresh:
        _prepare(item, desk)
    Item.objects.bulk_create(fresh, batch_size=500)
    _write_changed(changed, desk)
    alarmed = [*fresh, *(one.item for one in changed if one.rating != one.item.rating)]
    _write_alarms(alarmed, desk)
    mark_received([*fresh, *(one.item for one in changed)], now=desk.now)
    events.tell(fresh, kind=events.RECEIVED, now=desk.now)
    audit.record(
        actor=actor,
        verb=verb,
        at=desk.now,
        after={"added": len(fresh), "changed": len(changed)},
    )


def _prepare(item: Item, desk: Desk) -> None:
    item.service_day = desk.times.service_day(item.received_at)
    item.changed_at = desk.now
    index(item)
    _sort_out_spam(item, desk)


def _write_changed(changed: Sequence[Earlier], desk: Desk) -> None:
    versions = []
    for one in changed:
        item = one.item
        item.version += 1
        if (one.text, one.rating) != (item.text, item.rating):
            versions.append(
                ItemVersion(item=item, text=one.text, rating=one.rating, replaced_at=desk.now)
            )
            item.kind, item.state, item.suggested = "", ItemState.UNREAD, ""
            item.triaged_by = item.triaged_at = item.by_rule = None
        _prepare(item, desk)
    if changed:
        Item.objects.bulk_update([one.item for one in changed], FIELDS, batch_size=100)
        ItemVersion.objects.bulk_create(versions, batch_size=500)


def _write_alarms(items: Sequence[Item], desk: Desk) -> None:
    """Plan the rungs above negative reviews that came in on their own service day."""
    found = []
    for item in items:
        negative = item.rating is not None and item.rating <= desk.negative_stars
        if not negative or item.service_day < desk.today or item.kind == ItemKind.SPAM:
            continue
        planned = deadlines.rungs(
            day=item.service_day, now=desk.now, desk=desk.times, ladder=desk.ladder
        )
        found += [Alarm(item=item, stage=stage, due_at=at) for stage, at in planned.items()]
    if found:
        Alarm.objects.bulk_create(found, ignore_conflicts=True, batch_size=500)


def mark_received(items: Collection[Item], *, now: datetime) -> None:
    """Note the last item of each channel, and end the silences that it breaks."""
    latest: dict[int, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=now.tzinfo))
    for item in items:
        latest[item.channel_id] = max(latest[item.channel_id], min(item.received_at, now))
    for channel, at in sorted(latest.items()):
        rows = Channel.objects.filter(
            Q(last_received_at=None) | Q(last_received_at__lt=at), pk=channel
        )
        if rows.update(last_received_at=at):
            broken = Silence.objects.filter(channel=channel, ended_at=None, since__lt=at)
            if broken.update(ended_at=now):
                notices.settle(f"channel:{channel}", now=now)
