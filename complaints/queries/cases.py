"""What lists and pages of cases show, in a constant number of queries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Left
from django.utils.translation import get_language

from complaints.enums import CaseStage, FollowUpState
from complaints.models import Complaint, ComplaintType, FollowUp
from complaints.policies import ranking
from complaints.policies.numbers import NUMBER
from complaints.querysets import ComplaintQuerySet
from portal import sealing
from portal.texttokens import query_tokens
from staff.people.access import Scope
from staff.people.models import Person, Store

PAGE_ROWS = 50
COUNTED = 10_000
PHONE_DIGITS = 7

NEWEST, OLDEST, CHANGED, DUE = "newest", "oldest", "changed", "due"
BEST = "best"
"""Of a search: where the words stand, among the newest that have them."""
RANKED = 150
"""Of a search: so many hits are looked at, counted and paged through."""
HEAD = 500
"""How many signs of a case's words are looked at: all its short texts, and the story's begin."""
SORTS = {
    NEWEST: ("registered_at", True),
    OLDEST: ("registered_at", False),
    CHANGED: ("changed_at", True),
    DUE: ("due_at", False),
}


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One line of the list. `next_due_at` is when the case's next open follow-up is due."""

    id: int
    number: str
    registered_at: datetime
    changed_at: datetime
    customer: str
    phone_masked: str
    store: str
    type_zh: str | None
    type_en: str | None
    severity: str
    stage: str
    channel: str
    order: str | None
    owner: str | None
    owner_id: int | None
    next_due_at: datetime | None
    due_at: datetime | None
    waiting_until: datetime | None
    answered_at: datetime | None
    answered_late: int | None
    escalated_at: datetime | None

    @property
    def type_name(self) -> str:
        return (self.type_zh if in_chinese() else self.type_en) or ""


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a list; the cursors lead to the pages beside it and are empty at the ends."""

    rows: Sequence[CaseRow]
    after: str
    before: str
    whole: bool
    """Whether these rows are all that there are, so that nothing is left to count."""
    hits: int | None = None
    """Of a search, the best first: how many there are, counted up to one above RANKED."""


START = re.compile(r"[0-9]{1,4}", re.ASCII)


class BadCursor(ValueError):
    """The cursor in the address is none of ours."""


def cursor_of(moment: datetime, key: int) -> str:
    micros = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{micros}.{key}"


def read_cursor(text: str) -> tuple[datetime, int]:
    """Return moment and key. Raises BadCursor."""
    try:
        micros, key = (int(part) for part in text.split("."))
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    except (ValueError, OverflowError):
        raise BadCursor(text) from None
    if key >= 2**63:
        raise BadCursor(text)
    return moment, key


def beyond(field: str, cursor: str, *, falling: bool) -> Q:
    """Rows that come after the cursor; the first condition is the index's range."""
    moment, key = read_cursor(cursor)
    step = "lt" if falling else "gt"
    return Q(**{f"{field}__{step}e": moment}) & (
        Q(**{f"{field}__{step}": moment}) | Q(**{f"pk__{step}": key})
    )


ROW = {
    "customer": F("customer__name"),
    "phone_masked": F("customer__phone_masked"),
    "store": F("store__name"),
    "type_zh": F("type__name_zh"),
    "type_en": F("type__name_en"),
    "order": F("order__number"),
    "owner": F("owner__name"),
}
PLAIN = (
    "id",
    "number",
    "registered_at",
    "changed_at",
    "severity",
    "stage",
    "channel",
    "owner_id",
    "due_at",
    "waiting_until",
    "answered_at",
    "answered_late",
    "escalated_at",
)


def page_of(
    cases: ComplaintQuerySet, *, sort: str = NEWEST, after: str = "", before: str = ""
) -> Page:
    """Return one page of the cases, found by its neighbour's key. Raises BadCursor.

    The page is chosen first, by the narrow columns of an index, and dressed afterwards: two
    queries, and one for the count.
    """
    field, falling = SORTS.get(sort, SORTS[NEWEST])
    if sort == DUE:
        cases = cases.exclude(due_at=None)
    backwards = bool(before) and not after
    if after or before:
        cases = cases.filter(beyond(field, after or before, falling=falling != backwards))
    sign = "-" if falling != backwards else ""
    keys = list(
        cases.order_by(f"{sign}{field}", f"{sign}pk").values_list(field, "pk")[: PAGE_ROWS + 1]
    )
    more = len(keys) > PAGE_ROWS
    keys = keys[:PAGE_ROWS]
    if backwards:
        keys.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(after)
    return Page(
        rows=rows_of([key for _moment, key in keys]),
        after=cursor_of(*keys[-1]) if keys and has_next else "",
        before=cursor_of(*keys[0]) if keys and has_previous else "",
        whole=not more and not (after or before),
    )


def best_page(cases: ComplaintQuerySet, text: str, *, after: str = "", before: str = "") -> Page:
    """Return a page of what a search found, the best first. Raises BadCursor.

    Only the newest are ranked, so that a word that stands in half of all cases costs no more.
    """
    tokens = query_tokens(text.strip())
    newest = cases.newest_hits().annotate(head=Left("words", HEAD))
    found = list(newest.values_list("pk", "head")[: RANKED + 1])
    ranked = sorted(found[:RANKED], key=lambda row: ranking.rank(row[1], tokens))
    start = _start(after or before)
    ids = [key for key, _words in ranked[start : start + PAGE_ROWS]]
    return Page(
        rows=rows_of(ids),
        after=str(start + PAGE_ROWS) if len(ranked) > start + PAGE_ROWS else "",
        before=str(start - PAGE_ROWS) if start else "",
        whole=len(found) <= PAGE_ROWS,
        hits=len(found),
    )


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    if not START.fullmatch(cursor) or int(cursor) % PAGE_ROWS:
        raise BadCursor(cursor)
    return int(cursor)


def rows_of(ids: Sequence[int]) -> list[CaseRow]:
    """Return the lines of these cases, in this order."""
    if not ids:
        return []
    next_due = (
        FollowUp.objects.filter(complaint=OuterRef("pk"), state=FollowUpState.OPEN)
        .order_by("due_at")
        .values("due_at")[:1]
    )
    rows = Complaint.objects.filter(pk__in=ids).values(
        *PLAIN, next_due_at=Subquery(next_due), **{f"row_{name}": at for name, at in ROW.items()}
    )
    found = {
        row["id"]: CaseRow(
            **{name: row[name] for name in (*PLAIN, "next_due_at")},
            **{name: row[f"row_{name}"] for name in ROW},
        )
        for row in rows
    }
    return [found[key] for key in ids if key in found]


def count_of(cases: ComplaintQuerySet, *, most: int = COUNTED) -> int:
    """Return how many there are, counted up to one above `most`."""
    return cases.order_by().values("pk")[: most + 1].count()


def search(cases: ComplaintQuerySet, text: str) -> ComplaintQuerySet:
    """Cases found by number, order number, customer, words, or the customer's whole phone."""
    text = text.strip()
    if NUMBER.fullmatch(text.upper()):
        return cases.filter(number=text.upper())
    tokens = query_tokens(text)
    if not tokens:
        return cases.none() if text else cases
    if looks_like_phone(text):
        return cases.matching(tokens) | cases.filter(customer__in=_with_phone(text))
    return cases.matching(tokens, alone=True)


def looks_like_phone(text: str) -> bool:
    digits = sealing.plain_phone(text)
    return len(digits) >= PHONE_DIGITS and not any(char.isalpha() for char in text)


def _with_phone(text: str) -> list[int]:
    from_hash = Complaint.objects.filter(customer__phone_hash=sealing.phone_hash(text))
    return list(from_hash.values_list("customer_id", flat=True).distinct()[:100])


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the filters and the form offer: pairs of key and label."""

    stores: list[tuple[int, str]]
    types: list[tuple[int, str, int | None]]
    people: list[tuple[int, str]]

    def grouped_types(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """Return the types of the second level under their groups (CMP-2)."""
        return [
            (
                label,
                [(key, name) for key, name, parent in self.types if parent == group]
                or [(group, label)],
            )
            for group, label, above in self.types
            if above is None
        ]


def choices_for(scope: Scope, *, today: date, all_stores: bool = False) -> Choices:
    """Return stores, types and people in one query. People are those whom one may give cases."""
    label = "name_zh" if in_chinese() else "name_en"
    stores = Store.objects.visible_to(scope)
    if not all_stores:
        stores = stores.filter(pk__in=scope.store_ids)
    people = Person.objects.employed(today).filter(
        Q(pk__in=scope.below_ids if scope.leads else []) | Q(pk=scope.person_id or 0)
    )
    nothing = Value(None, IntegerField())
    as_text = CharField()
    parts = [
        stores.values_list(Value("s"), "pk", Cast("name", as_text), nothing, Value(0)),
        ComplaintType.objects.filter(is_active=True).values_list(
            Value("t"), "pk", Cast(label, as_text), "parent_id", "position"
        ),
        people.values_list(Value("p"), "pk", Cast("name", as_text), nothing, Value(0)),
    ]
    rows = list(parts[0].union(*parts[1:], all=True))
    rows.sort(key=lambda row: (row[4], row[2]))
    return Choices(
        stores=[(key, name) for kind, key, name, _parent, _at in rows if kind == "s"],
        types=[(key, name, parent) for kind, key, name, parent, _at in rows if kind == "t"],
        people=[(key, name) for kind, key, name, _parent, _at in rows if kind == "p"],
    )


def tile_rows(cases: ComplaintQuerySet, *, limit: int = 8) -> list[CaseRow]:
    """Return the newest of the cases for a tile."""
    ids = list(cases.order_by("-registered_at", "-pk").values_list("pk", flat=True)[:limit])
    return rows_of(ids)


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """Open cases of one stage: how many, and of these past their next deadline, and so on."""

    stage: str
    count: int
    late: int
    unowned: int
    escalated: int

    @property
    def label(self) -> str:
        return str(CaseStage(self.stage).label)


def by_stage(cases: ComplaintQuerySet, *, now: datetime) -> list[StageRow]:
    """Count the open cases by stage, in the order of the way (CMP-3), in one query.

    A case is late once its next deadline has passed; while it waits for the customer it has none.
    """
    found = (
        cases.filter(closed_at=None)
        .order_by()
        .values("stage")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            unowned=Count("pk", filter=Q(owner=None)),
            escalated=Count("pk", filter=Q(escalated_at__isnull=False)),
        )
    )
    order = list(CaseStage)
    rows = [StageRow(**row) for row in found]
    return sorted(rows, key=lambda row: order.index(CaseStage(row.stage)))
