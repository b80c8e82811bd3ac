"""What the inbox and the page of an item show, in a constant number of queries."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from complaints.queries.cases import COUNTED, beyond, cursor_of, in_chinese
from feedback.models import Answer, Channel, Item, ItemVersion, Reply, Topic
from feedback.policies import triage
from feedback.querysets import ItemQuerySet
from portal.texttokens import query_tokens
from staff.people.access import Scope
from staff.people.models import Person, Store

KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
NO_SPAM = "counted"
PAGE_ROWS = 50
LOOKED_AT = 200
SHOWN_NEAR = 10
EXCERPT = 160
SCORES = ("NPS", "CES")
COLUMNS = (
    "pk", "received_at", "source", "reference", "rating", "text", "kind", "state",
    "answered_at", "store__name", "customer__name", "owner__name", "product__name",
)  # fmt: skip


@dataclass(frozen=True)
class ItemRow:
    """One line of the inbox, in the order of `COLUMNS`."""

    id: int
    received_at: datetime
    source: str
    reference: str
    rating: int | None
    text: str
    kind: str
    state: str
    answered_at: datetime | None
    store: str
    customer: str | None
    owner: str | None
    product: str | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the inbox; the cursors lead to the pages beside it, empty at the ends."""

    rows: Sequence[ItemRow]
    after: str
    before: str
    whole: bool


def page_of(
    items: ItemQuerySet, *, oldest: bool = False, after: str = "", before: str = ""
) -> Page:
    """Return one page by the neighbour's key: two queries. Raises BadCursor."""
    falling = not oldest
    backwards = bool(before) and not after
    if after or before:
        items = items.filter(beyond("received_at", after or before, falling=falling != backwards))
    sign = "-" if falling != backwards else ""
    keys = list(
        items.order_by(f"{sign}received_at", f"{sign}pk").values_list("received_at", "pk")[
            : PAGE_ROWS + 1
        ]
    )
    more = len(keys) > PAGE_ROWS
    keys = keys[:PAGE_ROWS]
    if backwards:
        keys.reverse()
    has_next = more or backwards
    has_previous = more if backwards else bool(after)
    return Page(
        rows=rows_of([key for _at, key in keys]),
        after=cursor_of(*keys[-1]) if keys and has_next else "",
        before=cursor_of(*keys[0]) if keys and has_previous else "",
        whole=not more and not (after or before),
    )


def rows_of(ids: Sequence[int]) -> list[ItemRow]:
    """Return the lines of these items, in this order."""
    if not ids:
        return []
    rows = Item.objects.filter(pk__in=ids).values_list(*COLUMNS)
    found = {row[0]: ItemRow(*row) for row in rows}
    return [found[key] for key in ids if key in found]


def count_of(items: ItemQuerySet) -> int:
    """Return how many there are, counted up to one above 10,000."""
    return items.order_by().values("pk")[: COUNTED + 1].count()


def search(items: ItemQuerySet, text: str) -> ItemQuerySet:
    """Items found by their words, number, order, customer or product."""
    tokens = query_tokens(text.strip())
    if not tokens:
        return items.none() if text.strip() else items
    return items.matching(tokens)


def scored(items: ItemQuerySet, kind: str) -> ItemQuerySet:
    """Items whose customer answered a question of a survey of this kind."""
    given = Answer.objects.filter(response__item=OuterRef("pk"), question__kind=kind)
    return items.filter(Exists(given))


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What filters and forms offer: pairs of key and label."""

    stores: list[tuple[int, str]]
    channels: list[tuple[int, str]]
    topics: list[tuple[int, str]]
    people: list[tuple[int, str]]


def choices_for(scope: Scope, *, today: date) -> Choices:
    """Return stores, channels, topics and people of one's reach in one query."""
    label = "name_zh" if in_chinese() else "name_en"
    text = CharField()
    people = Person.objects.employed(today).filter(
        Q(pk__in=scope.below_ids if scope.leads else []) | Q(pk=scope.person_id or 0)
    )
    parts: list[QuerySet[Store] | QuerySet[Channel] | QuerySet[Topic] | QuerySet[Person]] = [
        Store.objects.filter(pk__in=scope.store_ids),
        Channel.objects.visible_to(scope),
        Topic.objects.filter(is_active=True),
        people,
    ]
    labels = ("name", "name", label, "name")
    first, *others = (
        part.order_by().values_list(Value(letter), "pk", Cast(name, text))
        for part, letter, name in zip(parts, "sctp", labels, strict=True)
    )
    rows = sorted(first.union(*others, all=True), key=lambda row: row[2])
    found: dict[str, list[tuple[int, str]]] = {letter: [] for letter in "sctp"}
    for letter, key, name in rows:
        found[letter].append((key, name))
    return Choices(
        stores=found["s"], channels=found["c"], topics=sorted(found["t"]), people=found["p"]
    )


def former_topic(key: str, offered: Collection[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the topic that is asked for if it is no longer in use: items are still about it."""
    if not KEY.fullmatch(key) or int(key) in {one for one, _label in offered}:
        return []
    return [(row.pk, row.name) for row in Topic.objects.filter(pk=int(key))]


def item_page(scope: Scope, pk: int) -> Item | None:
    """Return an item with what its page shows beside the lists, in one query."""
    changed = ItemVersion.objects.filter(item=OuterRef("pk"))
    rows = Item.objects.visible_to(scope).filter(pk=pk)
    return (
        rows.select_related(
            "channel", "store", "order", "customer", "product", "agent", "owner", "triaged_by",
            "by_rule", "complaint", "praise",
        )
        .defer("customer__phone", "customer__address", "complaint__words")
        .annotate(was_changed=Exists(changed))
        .first()
    )  # fmt: skip


def near(scope: Scope, item: Item) -> list[tuple[Item, int]]:
    """Return items that say nearly the same, as far as one may see, with the likeness in %."""
    if item.near_low is None:
        return []
    rows = (
        Item.objects.visible_to(scope)
        .filter(Q(near_low=item.near_low) | Q(near_high=item.near_high))
        .exclude(pk=item.pk)
        .select_related("store")
        .only("pk", "source", "reference", "received_at", "text", "words", "rating", "store__name")
        .order_by("-received_at", "-pk")[:LOOKED_AT]
    )
    own = item.words.split()
    scored = [(triage.likeness(own, other.words.split()), other) for other in rows]
    close = [(other, round(100 * share)) for share, other in scored if share >= triage.NEAR]
    return sorted(close, key=lambda pair: -pair[1])[:SHOWN_NEAR]


def versions_of(item: Item) -> list[ItemVersion]:
    return list(ItemVersion.objects.filter(item=item).order_by("-replaced_at", "-pk")[:50])


def replies_of(item: Item) -> list[Reply]:
    rows = Reply.objects.filter(item=item).select_related("by")
    return list(rows.order_by("at", "pk")[:50])


def topics_of(item: Item) -> tuple[list[Topic], list[Topic]]:
    """Return the topics in use and those that the item has, in one query."""
    own = Item.topics.through.objects.filter(topic=OuterRef("pk"), item=item.pk)
    rows = Topic.objects.annotate(is_own=Exists(own)).order_by("position", "pk")
    found = list(rows.filter(Q(is_active=True) | Q(is_own=True)))
    in_use: list[Topic] = [topic for topic in found if topic.is_active]
    return in_use, [topic for topic in found if getattr(topic, "is_own", False)]


def of_complaint(scope: Scope, complaint_id: int) -> list[Item]:
    """Return the items from which a complaint came, and what was said after it, as one may see."""
    after = Q(response__invitation__after_case__complaint=complaint_id)
    rows = Item.objects.visible_to(scope).filter(Q(complaint_id=complaint_id) | after)
    return list(rows.select_related("channel").defer("words").order_by("received_at", "pk"))


def next_unread(items: ItemQuerySet, item: Item) -> int | None:
    """Return the unread item after this one, newest first, else the newest of all."""
    unread = items.filter(state="UNREAD").exclude(pk=item.pk).order_by("-received_at", "-pk")
    older = unread.filter(
        Q(received_at__lt=item.received_at) | Q(received_at=item.received_at, pk__lt=item.pk)
    )
    keys = older.values_list("pk", flat=True)[:1]
    return next(iter(keys), None) or unread.values_list("pk", flat=True).first()
