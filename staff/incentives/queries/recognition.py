"""Pages of the wall and of the lists of record, by key, in a constant number of queries."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from staff.incentives.enums import ReactionKind
from staff.incentives.models import (
    Calibration,
    Coaching,
    Demerit,
    Praise,
    PraiseReceiver,
    QualityAudit,
    Reaction,
)
from staff.incentives.querysets import CoachingQuerySet, DemeritQuerySet
from staff.people.access import Scope
from staff.people.models import Person, Posting, Team
from staff.people.queries import Member, members

PAGE_ROWS = 20
ME, BY_ME = "me", "by_me"
OPEN, DUE, CLOSED, STANDING, WITHDRAWN = "open", "due", "closed", "standing", "withdrawn"
Days = tuple[date | None, date | None]
Row = TypeVar("Row", Praise, Demerit, Coaching, QualityAudit, Calibration)
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page of a list, newest first; `after` and `before` lead to its neighbours."""

    rows: list[Row]
    after: str = ""
    before: str = ""


def page_of(rows: QuerySet[Row], query: Mapping[str, str], *, size: int = PAGE_ROWS) -> Page[Row]:
    """Return the page after or before the key of the address; a key that is none is ignored."""
    after, before = query.get("after", ""), query.get("before", "")
    if KEY.fullmatch(before) and not KEY.fullmatch(after):
        found = list(rows.filter(pk__gt=int(before)).order_by("pk")[: size + 1])
        more = len(found) > size
        found = found[:size][::-1]
        return Page(found, str(found[-1].pk) if found else "", str(found[0].pk) if more else "")
    inside = KEY.fullmatch(after) is not None
    if inside:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(
        found,
        str(found[-1].pk) if more else "",
        str(found[0].pk) if inside and found else "",
    )


def wall(scope: Scope, wanted: Mapping[str, str]) -> QuerySet[Praise]:
    """Return the praise that stands on the wall, narrowed as the address says."""
    rows = Praise.objects.visible_to(scope).standing()
    rows = rows.select_related("person", "team", "given_by")
    return narrowed_wall(rows, wanted, today=scope.today, me=scope.person_id)


def narrowed_wall(
    rows: QuerySet[Praise], wanted: Mapping[str, str], *, today: date, me: int | None
) -> QuerySet[Praise]:
    """Apply search and filters of the wall; `me` is whoever looks."""
    if text := wanted.get("q", "").strip():
        rows = rows.filter(
            Q(title__icontains=text)
            | Q(text__icontains=text)
            | Q(team__name__icontains=text)
            | Q(pk__in=_praise_of_named(text))
        )
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if team := wanted.get("team", ""):
        members_now = Posting.objects.on(today).filter(team_id=int(team))
        rows = rows.filter(Q(team_id=int(team)) | Q(person_id__in=members_now.values("person_id")))
    if wanted.get("who") == ME:
        mine = PraiseReceiver.objects.filter(praise=OuterRef("pk"), person_id=me or 0)
        rows = rows.filter(Exists(mine))
    if wanted.get("who") == BY_ME:
        rows = rows.filter(given_by_id=me or 0)
    return rows


def _praise_of_named(text: str) -> QuerySet[PraiseReceiver, Any]:
    named = Q(person__name__icontains=text) | Q(person__number=text)
    return PraiseReceiver.objects.filter(named).values("praise_id")


@dataclass(frozen=True)
class Reacted:
    """How many reacted with a kind, and whether one did so oneself."""

    kind: ReactionKind
    count: int = 0
    mine: bool = False


def reactions(praise_ids: Sequence[int], *, person_id: int) -> dict[int, list[Reacted]]:
    """Return the reactions to each praise, every kind in order, in one query."""
    rows = (
        Reaction.objects.filter(praise_id__in=praise_ids)
        .values("praise_id", "kind")
        .annotate(n=Count("pk"), mine=Count("pk", filter=Q(person_id=person_id)))
    )
    found = {
        (row["praise_id"], row["kind"]): Reacted(
            ReactionKind(row["kind"]), row["n"], bool(row["mine"])
        )
        for row in rows.order_by()
    }
    return {
        pk: [found.get((pk, kind)) or Reacted(kind) for kind in ReactionKind] for pk in praise_ids
    }


def _of_person(text: str) -> Q:
    return Q(person__name__icontains=text) | Q(person__number__icontains=text)


def demerits(scope: Scope, wanted: Mapping[str, str], days: Days) -> DemeritQuerySet:
    """Return demerits, one's own and of the people below; the days are those of the shifts."""
    rows = Demerit.objects.visible_to(scope).select_related("person", "recorded_by")
    return narrowed_demerits(rows, wanted, days)


def narrowed_demerits(
    rows: DemeritQuerySet, wanted: Mapping[str, str], days: Days
) -> DemeritQuerySet:
    """Apply search and filters of the list."""
    if text := wanted.get("q", "").strip():
        rows = rows.filter(_of_person(text))
    if wanted.get("state") == STANDING:
        rows = rows.standing()
    if wanted.get("state") == WITHDRAWN:
        rows = rows.exclude(withdrawn_at=None)
    since, until = days
    rows = rows.filter(day__gte=since) if since else rows
    return rows.filter(day__lte=until) if until else rows


def coaching(scope: Scope, wanted: Mapping[str, str], days: Days) -> CoachingQuerySet:
    """Return coaching entries, one's own and of the people below; the days are those of talks."""
    rows = Coaching.objects.visible_to(scope).select_related("person", "coach")
    return narrowed_coaching(rows, wanted, days, today=scope.today)


def narrowed_coaching(
    rows: CoachingQuerySet, wanted: Mapping[str, str], days: Days, *, today: date
) -> CoachingQuerySet:
    """Apply search and filters of the list."""
    if text := wanted.get("q", "").strip():
        rows = rows.filter(_of_person(text))
    if wanted.get("state") == OPEN:
        rows = rows.open()
    if wanted.get("state") == DUE:
        rows = rows.open().filter(due_on__lte=today)
    if wanted.get("state") == CLOSED:
        rows = rows.exclude(closed_at=None)
    since, until = days
    rows = rows.filter(held_on__gte=since) if since else rows
    return rows.filter(held_on__lte=until) if until else rows


def audits(scope: Scope, wanted: Mapping[str, str], days: Days) -> QuerySet[QualityAudit]:
    """Return quality audits, one's own and of the people below."""
    rows = QualityAudit.objects.visible_to(scope)
    rows = rows.select_related("person", "auditor", "version__scorecard")
    return narrowed_audits(rows, wanted, days)


def narrowed_audits(
    rows: QuerySet[QualityAudit], wanted: Mapping[str, str], days: Days
) -> QuerySet[QualityAudit]:
    """Apply search and filters of the list."""
    if text := wanted.get("q", "").strip():
        rows = rows.filter(_of_person(text))
    since, until = days
    rows = rows.filter(audited_at__gte=_midnight(since)) if since else rows
    return rows.filter(audited_at__lt=_midnight(until + timedelta(days=1))) if until else rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _label(member: Member) -> str:
    return f"{member.label} · {member.team}" if member.team else member.label


def praisable(scope: Scope) -> list[tuple[int, str]]:
    """Return everybody employed but oneself."""
    everybody = sorted(members(scope.today).values(), key=lambda one: one.number)
    return [(one.person_id, _label(one)) for one in everybody if one.person_id != scope.person_id]


def people_below(scope: Scope) -> list[tuple[int, str]]:
    """Return the people below who are employed."""
    found = [one for one in members(scope.today).values() if one.person_id in scope.below_ids]
    found.sort(key=lambda one: (one.team, one.number))
    return [(one.person_id, _label(one)) for one in found]


def leads_around(scope: Scope) -> list[tuple[int, str]]:
    """Return oneself and everybody from the lead up among those below and above."""
    everybody = members(scope.today)
    chain = {scope.person_id or 0} | scope.below_ids
    chief = everybody.get(scope.person_id or 0)
    while chief and chief.chief_id and chief.chief_id not in chain:
        chain |= {chief.chief_id}
        chief = everybody.get(chief.chief_id)
    found = [one for one in everybody.values() if one.person_id in chain and one.post.rank]
    found.sort(key=lambda one: (one.post.rank, one.number))
    return [(one.person_id, _label(one)) for one in found]


def team_choices() -> list[tuple[int, str]]:
    return list(Team.objects.order_by("name").values_list("pk", "name"))


def postings_of(person: Person) -> list[Posting]:
    """Return posts, teams and chiefs of a person, newest first."""
    rows = Posting.objects.filter(person=person).select_related("team", "chief")
    return list(rows.order_by("-valid_from"))
