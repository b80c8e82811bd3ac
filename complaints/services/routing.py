"""Cases find their owner by rule, and change sides with the order (ORG-4, ORG-5)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from complaints.enums import EntryKind, RouteReason, ShippingState
from complaints.models import Complaint, Order, TimelineEntry
from complaints.policies import routing as policies
from complaints.queries import routing as queries
from complaints.services import alarms
from complaints.services.timeline import note_down
from portal import audit, locks, notices
from portal.models import User
from staff.people.models import Person
from staff.roster import queries as roster

ROUTED = "complaint.routed"
LEFT = "complaint.left"
OFFERED = "complaint.offered"
OFFERED_AT_ONCE = 50
OFFERS_STAND = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Route:
    """Who gets a case, or else to which lead it is offered; neither where nobody is there."""

    owner_id: int | None
    lead_id: int | None


class _Team:
    """The people of a team at a moment, held until the transaction ends: one case at a time."""

    def __init__(self, team_id: int, *, now: datetime) -> None:
        locks.hold(f"routing:{team_id}")
        self._id = team_id
        self._duty = roster.duty_at(now)
        self._people = {one.person_id: one for one in queries.candidates(team_id, duty=self._duty)}

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(self._people)

    @cached_property
    def _lead(self) -> int | None:
        lead = self._duty.lead_of(self._id)
        above = [one.person_id for one in self._duty.chain_of(self._id)]
        wanted = [*([lead] if lead else []), *(one for one in above if one not in self._duty.away)]
        reached = roster.user_ids(wanted)
        return next((one for one in wanted if one in reached), None)

    def route(self, complaint: Complaint) -> Route:
        """Choose for one case; whoever gets it has one more from then on."""
        chosen = policies.choose(
            list(self._people.values()),
            side=policies.side_of(complaint.shipping),
            skill_id=queries.skill_of(complaint.type_id),
        )
        if chosen is None:
            return Route(owner_id=None, lead_id=self._lead)
        known = self._people[chosen]
        self._people[chosen] = replace(known, load=known.load + 1)
        return Route(owner_id=chosen, lead_id=None)


def begin(complaint: Complaint, *, owner_id: int | None, now: datetime) -> Route | None:
    """Set the owner of a new case without storing it: who was chosen, else whom the rules find.

    Returns None where no rule acts: somebody was chosen, no team serves the store, or its routing
    is switched off.
    """
    complaint.owner_id, complaint.owner_pinned = owner_id, owner_id is not None
    today = timezone.localdate(now)
    team = queries.teams_of([complaint.store_id], today=today).get(complaint.store_id)
    if owner_id is not None or team is None or not queries.is_automatic(team):
        return None
    made = _Team(team, now=now).route(complaint)
    complaint.owner_id = made.owner_id
    return made


def announce(complaint: Complaint, made: Route | None, *, actor: Person, now: datetime) -> None:
    """Write down and tell what `begin` found for a case that is stored now."""
    if made is None:
        return
    if made.owner_id is not None:
        _note_owner(complaint, before=None, why=RouteReason.NEW, actor=actor, now=now)
        _tell(ROUTED, complaint, {made.owner_id} - {actor.pk}, why=RouteReason.NEW, now=now)
    else:
        _offer(complaint, made, why=RouteReason.NEW, actor=actor, now=now)


def held(order_ids: Collection[int]) -> list[Complaint]:
    """Lock and return the open cases of orders, before the orders themselves are locked."""
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True).defer(
        "words", "description"
    )
    return list(rows.at_work().filter(order__id__any_of=order_ids).order_by("pk"))


@transaction.atomic
def follow(
    cases: Sequence[Complaint],
    *,
    orders: Mapping[int, Order],
    actor: Person | None,
    now: datetime,
) -> None:
    """Let open cases follow the shipping state of their orders; `cases` come from `held`."""
    changed = []
    for case in cases:
        order = orders[case.order_id or 0]
        state = ShippingState.SHIPPED if order.shipped_at else ShippingState.NOT_SHIPPED
        if case.shipping != state:
            case.shipping = state
            changed.append(case)
    if not changed:
        return
    for state in (ShippingState.SHIPPED, ShippingState.NOT_SHIPPED):
        keys = [case.pk for case in changed if case.shipping == state]
        Complaint.objects.filter(pk__in=keys).update(
            shipping=state, changed_at=now, version=F("version") + 1
        )
    note_down(
        [case.pk for case in changed],
        kind=EntryKind.CHANGED,
        actor=actor,
        now=now,
        params={"fields": ["shipping"]},
    )
    move(changed, actor=actor, now=now)


@transaction.atomic
def move(cases: Sequence[Complaint], *, actor: Person | None, now: datetime) -> list[Complaint]:
    """Give open cases whose owner is of the wrong side to the other; return those that moved.

    Their rows must be locked. Where nobody of the right side is on shift, the owner keeps the case
    and the lead on duty is offered it.
    """
    owned = [case for case in cases if case.owner_id and case.is_at_work and not case.owner_pinned]
    if not owned:
        return []
    today = timezone.localdate(now)
    posts = queries.posts({case.owner_id or 0 for case in owned}, today=today)
    wrong = [
        case
        for case in owned
        if policies.must_move(
            shipping=case.shipping, post=posts.get(case.owner_id or 0), is_pinned=case.owner_pinned
        )
    ]
    team_of = queries.teams_of({case.store_id for case in wrong}, today=today)
    groups: dict[int, list[Complaint]] = defaultdict(list)
    for case in wrong:
        if case.store_id in team_of:
            groups[team_of[case.store_id]].append(case)
    moved = []
    for team, rows in sorted(groups.items()):
        if queries.is_automatic(team):
            people = _Team(team, now=now)
            moved += [case for case in rows if _move(case, people, actor=actor, now=now)]
    return moved


def _move(case: Complaint, people: _Team, *, actor: Person | None, now: datetime) -> bool:
    return _hand(case, people, why=RouteReason(case.shipping), actor=actor, now=now)


def _hand(
    case: Complaint, people: _Team, *, why: RouteReason, actor: Person | None, now: datetime
) -> bool:
    made = people.route(case)
    if made.owner_id is None:
        _offer(case, made, why=why, actor=actor, now=now)
        return False
    return _give(case, made.owner_id, why=why, actor=actor, now=now)


def _give(
    case: Complaint, owner_id: int, *, why: RouteReason, actor: Person | None, now: datetime
) -> bool:
    before = case.owner_id
    Complaint.objects.filter(pk=case.pk).update(
        owner_id=owner_id, changed_at=now, version=F("version") + 1
    )
    case.owner_id = owner_id
    case.version += 1
    _note_owner(case, before=before, why=why, actor=actor, now=now)
    alarms.changed_owners([case], before={case.pk: before}, now=now)
    _tell(ROUTED, case, {owner_id}, why=why, now=now)
    _tell(LEFT, case, {before or 0}, why=why, now=now)
    return True


@transaction.atomic
def resettle(complaint: Complaint, *, actor: Person, now: datetime) -> bool:
    """Give a case whose store was changed to the team of the new one; its row must be locked.

    Whoever was chosen by hand keeps it, and so does an owner of that team.
    """
    if not complaint.is_at_work or complaint.owner_pinned:
        return False
    team = queries.teams_of([complaint.store_id], today=timezone.localdate(now))
    team_id = team.get(complaint.store_id)
    if team_id is None or not queries.is_automatic(team_id):
        return False
    people = _Team(team_id, now=now)
    if complaint.owner_id in people.ids:
        return False
    return _hand(complaint, people, why=RouteReason.STORE, actor=actor, now=now)


def give_offered(now: datetime) -> int:
    """Give cases that were offered to a lead at night and that nobody took to who is there now.

    A step of the tick: it looks at those that still have no owner, and offers none again.
    """
    rows = Complaint.objects.at_work().filter(
        owner=None, owner_pinned=False, registered_at__gt=now - OFFERS_STAND
    )
    last = TimelineEntry.objects.filter(
        complaint=OuterRef("pk"), kind__in=(EntryKind.OWNER, EntryKind.OFFERED)
    ).order_by("-at", "-pk")
    rows = rows.annotate(last=Subquery(last.values("kind")[:1])).filter(last=EntryKind.OFFERED)
    found = list(rows.order_by("due_at", "pk").values_list("pk", "store_id")[:OFFERED_AT_ONCE])
    if not found:
        return 0
    teams = queries.teams_of({store for _key, store in found}, today=timezone.localdate(now))
    there = {team for team in set(teams.values()) if _is_somebody_there(team, now=now)}
    return sum(
        _take_up(key, teams[store], now=now) for key, store in found if teams.get(store) in there
    )


def _is_somebody_there(team_id: int, *, now: datetime) -> bool:
    if not queries.is_automatic(team_id):
        return False
    duty = roster.duty_at(now)
    return any(one.on_shift for one in queries.candidates(team_id, duty=duty))


@transaction.atomic
def _take_up(complaint_id: int, team_id: int, *, now: datetime) -> bool:
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True).at_work()
    free = rows.filter(pk=complaint_id, owner=None).defer("words", "description").first()
    if free is None:
        return False
    people = _Team(team_id, now=now)
    made = people.route(free)
    if made.owner_id is None:
        return False
    _settle_offer(free, now=now)
    return _give(free, made.owner_id, why=RouteReason.SHIFT, actor=None, now=now)


def _settle_offer(case: Complaint, *, now: datetime) -> None:
    notices.settle(alarms.subject_of(case.pk, alarms.OFFER), now=now)


def _note_owner(
    complaint: Complaint,
    *,
    before: int | None,
    why: RouteReason,
    actor: Person | None,
    now: datetime,
) -> None:
    note_down(
        [complaint.pk],
        kind=EntryKind.OWNER,
        actor=None,
        now=now,
        params={"owner": complaint.owner_id, "before": before, "why": why},
    )
    audit.record(
        actor=_user(actor),
        verb="complaint.routed",
        target=complaint,
        at=now,
        before={"owner": before},
        after={"owner": complaint.owner_id, "why": why},
    )


def _user(actor: Person | None) -> User | None:
    return actor.user if actor else None


def _offer(
    complaint: Complaint, made: Route, *, why: RouteReason, actor: Person | None, now: datetime
) -> None:
    """Offer a case to the lead on duty, who takes it or gives it to somebody."""
    if made.lead_id is None:
        return
    note_down(
        [complaint.pk],
        kind=EntryKind.OFFERED,
        actor=None,
        now=now,
        params={"owner": made.lead_id, "why": why},
    )
    others = {made.lead_id} - {actor.pk if actor else 0}
    _tell(OFFERED, complaint, others, why=why, now=now)


def _tell(
    kind: str, complaint: Complaint, people: Collection[int], *, why: RouteReason, now: datetime
) -> None:
    subject = f"complaint:{complaint.pk}"
    if kind == OFFERED:
        subject = alarms.subject_of(complaint.pk, alarms.OFFER)
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{kind}:{complaint.pk}:{now.isoformat()}",
                kind=kind,
                params={"case": complaint.number, "why": why},
                subject=subject,
            )
            for user in roster.user_ids(people).values()
        ],
        now=now,
    )
