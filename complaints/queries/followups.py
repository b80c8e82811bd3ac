"""What lists and pages of follow-ups show, in a constant number of queries."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.fields import CharField, IntegerField
from django.db.models.functions import Cast
from django.utils import timezone

from complaints.enums import FollowUpState, OfferState, Stage
from complaints.models import (
    Complaint,
    FollowUp,
    FollowUpMove,
    HandoverOffer,
    Order,
    Reminder,
)
from complaints.policies.numbers import NUMBER
from complaints.policies.reminders import OWNER_STAGES
from complaints.queries import cases
from complaints.querysets import FollowUpQuerySet
from portal.servicetime import NeverOpens, Timetable
from staff.people.access import Scope
from staff.people.models import Person, Posting, Store
from staff.roster import queries as roster
from staff.roster.models import Assignment
from staff.rulebook import queries as rulebook

PAGE_ROWS = 50
COUNTED = cases.COUNTED
TILE_ROWS = 6
OFFERS_SHOWN = 300
CURSOR = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,18}", re.ASCII)
BadCursor = cases.BadCursor


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a list of follow-ups."""

    id: int
    number: str
    purpose: str
    due_at: datetime
    urgent: bool
    state: str
    rescheduled: int
    owner_id: int
    owner: str
    store: str
    case: str | None
    order: str | None
    done_at: datetime | None


@dataclass(frozen=True)
class Page:
    """A page of the list; the cursors lead to the pages beside it and are empty at the ends."""

    rows: Sequence[Row]
    after: str
    before: str
    whole: bool
    """Whether these rows are all that there are, so that nothing is left to count."""


PLAIN = (
    "id",
    "number",
    "purpose",
    "due_at",
    "urgent",
    "state",
    "rescheduled",
    "owner_id",
    "done_at",
)
RELATED = {
    "owner": F("owner__name"),
    "store": F("store__name"),
    "case": F("complaint__number"),
    "order": F("order__number"),
}


def _rows(followups: FollowUpQuerySet, *, limit: int) -> list[Row]:
    fields = {f"row_{name}": at for name, at in RELATED.items()}
    return [
        Row(
            **{name: row[name] for name in PLAIN},
            **{name: row[f"row_{name}"] for name in RELATED},
        )
        for row in followups.values(*PLAIN, **fields)[:limit]
    ]


def page_of(
    followups: FollowUpQuerySet, *, after: str = "", before: str = "", falling: bool = False
) -> Page:
    """Return one page by due time, found by its neighbour's key. Raises BadCursor."""
    backwards = bool(before) and not after
    cursor = after or before
    if cursor:
        if not CURSOR.fullmatch(cursor):
            raise BadCursor(cursor)
        followups = followups.filter(cases.beyond("due_at", cursor, falling=falling != backwards))
    sign = "-" if falling != backwards else ""
    ordered = followups.order_by(f"{sign}due_at", f"{sign}pk")
    # The narrow columns stand in the indexes of owner and store; the rows are dressed afterwards.
    keys = list(ordered.values_list("due_at", "pk")[: PAGE_ROWS + 1])
    more = len(keys) > PAGE_ROWS
    keys = keys[:PAGE_ROWS]
    if backwards:
        keys.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else bool(after)
    return Page(
        rows=_dressed([key for _moment, key in keys]),
        after=cases.cursor_of(*keys[-1]) if keys and has_next else "",
        before=cases.cursor_of(*keys[0]) if keys and has_previous else "",
        whole=not more and not cursor,
    )


def _dressed(keys: Sequence[int]) -> list[Row]:
    if not keys:
        return []
    found = {row.id: row for row in _rows(FollowUp.objects.filter(pk__in=keys), limit=len(keys))}
    return [found[key] for key in keys if key in found]


def count_of(followups: FollowUpQuerySet) -> int:
    """Return how many there are, counted up to one above 10,000."""
    return followups.order_by().values("pk")[: COUNTED + 1].count()


def search(followups: FollowUpQuerySet, text: str) -> FollowUpQuerySet:
    """Follow-ups found by their number, that of the complaint or the order, or the external one."""
    text = text.strip()
    if not text:
        return followups
    if NUMBER.fullmatch(text.upper()):
        field = "number" if text[0] in "fF" else "complaint__number"
        return followups.filter(**{field: text.upper()})
    # Looked up first: with the keys at hand the database needs no other index.
    by_order = FollowUp.objects.filter(order__number=text).values_list("pk")
    by_reference = FollowUp.objects.exclude(reference="").filter(reference=text).values_list("pk")
    keys = list(by_order.union(by_reference)[: COUNTED + 1])
    return followups.filter(pk__in=[key for (key,) in keys])


@dataclass(frozen=True)
class Choices:
    """Stores and people that filters offer: pairs of key and name."""

    stores: list[tuple[int, str]]
    people: list[tuple[int, str]]


def choices_for(scope: Scope) -> Choices:
    """Return one's stores and the people whose follow-ups one may look for, in one query."""
    as_text = CharField()
    mine = Posting.objects.on(scope.today).filter(team_id__in=scope.team_ids)
    people = Person.objects.filter(
        Q(pk__in=scope.below_ids | {scope.person_id}) | Q(pk__in=mine.values("person_id"))
    ).employed(scope.today)
    stores = Store.objects.filter(pk__in=scope.store_ids)
    rows = stores.values_list(Value(0, IntegerField()), "pk", Cast("name", as_text)).union(
        people.values_list(Value(1, IntegerField()), "pk", Cast("name", as_text)), all=True
    )
    found = sorted(rows, key=lambda row: row[2])
    return Choices(
        stores=[(key, name) for kind, key, name in found if kind == 0],
        people=[(key, name) for kind, key, name in found if kind == 1],
    )


def candidates(scope: Scope, *, colleagues: bool = False) -> list[tuple[int, str]]:
    """Return whom one may give follow-ups: oneself, for leads the people below.

    With `colleagues` those of one's own team, too: to them an owner may hand over.
    """
    who = Q(pk=scope.person_id)
    if scope.leads:
        who |= Q(pk__in=scope.below_ids)
    if colleagues and scope.team_id:
        team = Posting.objects.on(scope.today).filter(team_id=scope.team_id)
        who |= Q(pk__in=team.values("person_id"))
    people = Person.objects.employed(scope.today).filter(who).order_by("name", "number")
    return [
        (pk, f"{name} · {number}")
        for pk, name, number in people.values_list("pk", "name", "number")
    ]


def find(scope: Scope, number: str) -> FollowUp | None:
    """Return a follow-up with all that its page shows beside the lists, in one query."""
    if not NUMBER.fullmatch(number):
        return None
    case = Complaint.objects.visible_to(scope).filter(pk=OuterRef("complaint_id"))
    order = Order.objects.visible_to(scope).filter(pk=OuterRef("order_id"))
    rows = FollowUp.objects.visible_to(scope).filter(number=number)
    related = ("complaint", "order", "store", "owner", "assigned_by", "done_by")
    return (
        rows.select_related(*related)
        .defer("complaint__words", "complaint__description")
        .annotate(sees_case=Exists(case), sees_order=Exists(order))
        .first()
    )


def moves_of(followup: FollowUp) -> list[FollowUpMove]:
    """Return the history, newest first."""
    rows = FollowUpMove.objects.filter(followup=followup)
    return list(rows.select_related("actor", "from_owner", "to_owner").order_by("-at", "-pk")[:100])


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A reminder that was told, or is still to come; `who` is empty where that is not fixed."""

    label: str
    due_at: datetime
    delivered_at: datetime | None
    who: str


def rungs_of(followup: FollowUp) -> list[Rung]:
    """Return the reminders told so far and those to come, in the order of time."""
    rows = (
        Reminder.objects.filter(followup=followup)
        .filter(Q(delivered_at__isnull=False) | Q(silenced_at=None))
        .select_related("receiver")
        .order_by("due_at", "pk")[:200]
    )
    return [
        Rung(
            label=str(row.get_stage_display()),
            due_at=row.due_at,
            delivered_at=row.delivered_at,
            who=_who(row, followup),
        )
        for row in rows
    ]


def _who(row: Reminder, followup: FollowUp) -> str:
    if row.receiver:
        return row.receiver.name
    return followup.owner.name if Stage(row.stage) in OWNER_STAGES else ""


def targets(scope: Scope, picked: Collection[int]) -> list[Complaint]:
    """Return the visible cases among those picked, in the order of their numbers."""
    rows = Complaint.objects.visible_to(scope).filter(pk__in=picked).select_related("order")
    return list(rows.defer("words", "description").order_by("number"))


def orders_among(scope: Scope, picked: Collection[int]) -> list[Order]:
    """Return the visible orders among those picked."""
    return list(Order.objects.visible_to(scope).filter(pk__in=picked).order_by("number"))


def cases_numbered(scope: Scope, numbers: Collection[str]) -> list[Complaint]:
    """Return the visible cases of these numbers."""
    wanted = [number for number in numbers if NUMBER.fullmatch(number)]
    rows = Complaint.objects.visible_to(scope).filter(number__in=wanted).select_related("order")
    return list(rows.defer("words", "description").order_by("number"))


def next_start(person_id: int, *, now: datetime, desk: Timetable) -> datetime | None:
    """Return when somebody's first shift after today begins.

    Without a rostered one in the next weeks it is when the desk next opens on a later day.
    """
    tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow += timedelta(days=1)
    rostered = (
        Assignment.objects.filter(
            person_id=person_id,
            starts_at__gte=tomorrow,
            starts_at__lt=tomorrow + timedelta(days=14),
        )
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    return rostered or _opening(desk, after=timezone.localdate(now))


def _opening(desk: Timetable, *, after: date) -> datetime | None:
    for days in range(1, 31):
        day = after + timedelta(days=days)
        if desk.has_service_on(day):
            try:
                return desk.start_of_service_day(day)
            except NeverOpens:
                return None
    return None


@dataclass(frozen=True)
class Presence:
    """Whether somebody is away or off shift at a moment."""

    away: bool
    off_shift: bool


def presence(person_id: int, *, at: datetime) -> Presence:
    """Tell whether somebody will be there at a moment."""
    duty = roster.duty_at(at, person_ids=[person_id])
    return Presence(away=person_id in duty.away, off_shift=not duty.on_shift(person_id))


def desk_timetable() -> Timetable:
    return rulebook.timetable_of_desk()


@dataclass(frozen=True, kw_only=True)
class Group:
    """Offered follow-ups of one owner for one reason."""

    owner: str
    reason: str
    offers: list[HandoverOffer]


def offers_for(scope: Scope) -> list[HandoverOffer]:
    """Return the open offers that one may settle, by owner and due time."""
    rows = HandoverOffer.objects.visible_to(scope).filter(state=OfferState.OPEN)
    related = ("owner", "lead", "followup", "followup__store", "followup__complaint")
    deferred = ("followup__complaint__words", "followup__complaint__description")
    ordered = rows.select_related(*related).defer(*deferred)
    return list(ordered.order_by("owner__name", "reason", "followup__due_at")[:OFFERS_SHOWN])


def grouped(offers: Sequence[HandoverOffer]) -> list[Group]:
    """Return offers by owner and reason; a follow-up that was offered twice stands once."""
    groups: dict[tuple[int, str], list[HandoverOffer]] = {}
    seen: set[int] = set()
    for offer in offers:
        if offer.followup_id not in seen:
            seen.add(offer.followup_id)
            groups.setdefault((offer.owner_id, offer.reason), []).append(offer)
    return [
        Group(
            owner=rows[0].owner.name,
            reason=str(rows[0].get_reason_display()),
            offers=rows,
        )
        for rows in groups.values()
    ]


def tile_rows(followups: FollowUpQuerySet) -> list[Row]:
    """Return the next ones, overdue first."""
    ordered = followups.order_by("due_at", "pk")
    keys = [key for _moment, key in ordered.values_list("due_at", "pk")[:TILE_ROWS]]
    return _dressed(keys)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What somebody has to do until the end of the service day."""

    owner_id: int
    owner: str
    due: int
    overdue: int


def loads(followups: FollowUpQuerySet, *, now: datetime, until: datetime) -> list[Load]:
    """Return the open follow-ups due until a moment by owner, most overdue first."""
    rows = (
        followups.filter(due_at__lt=until)
        .order_by()
        .values("owner_id", name=F("owner__name"))
        .annotate(due=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=now)))
    )
    found = [
        Load(owner_id=row["owner_id"], owner=row["name"], due=row["due"], overdue=row["overdue"])
        for row in rows
    ]
    return sorted(found, key=lambda load: (-load.overdue, -load.due, load.owner))


def end_of_day(now: datetime) -> datetime:
    """Return the end of the running service day, at least a little ahead."""
    desk = rulebook.timetable()
    end = desk.end_of_service_day(desk.service_day(now))
    return max(end, now + timedelta(minutes=1))


def offer_counts(scope: Scope) -> list[dict[str, Any]]:
    """Return how many open offers there are by owner and reason."""
    rows = HandoverOffer.objects.visible_to(scope).filter(state=OfferState.OPEN)
    counted = rows.order_by().values("reason", name=F("owner__name"))
    counts = counted.annotate(count=Count("followup", distinct=True)).order_by("name")
    return [dict(count) for count in counts]


def own(scope: Scope) -> FollowUpQuerySet:
    """One's own follow-ups: all of them visible, found through the owner's index alone."""
    return FollowUp.objects.filter(owner_id=scope.person_id or 0)


def of_people(followups: FollowUpQuerySet, scope: Scope) -> FollowUpQuerySet:
    """Follow-ups of one's team: the people below, or for an agent the colleagues."""
    if scope.leads:  # all of them visible, and without the other conditions one index is enough
        return FollowUp.objects.filter(owner_id__in=scope.below_ids | {scope.person_id})
    team = Posting.objects.on(scope.today).filter(team_id__in=scope.team_ids)
    return followups.filter(owner_id__in=list(team.values_list("person_id", flat=True)))


def is_open(followups: FollowUpQuerySet, *, done: bool) -> FollowUpQuerySet:
    return followups.filter(state=FollowUpState.DONE if done else FollowUpState.OPEN)
