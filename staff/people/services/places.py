"""Post, team, chief and salary from a day on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from portal import audit
from portal.models import User
from portal.money import Fen
from staff.people.enums import Post
from staff.people.models import Person, Posting, Salary, StoreService
from staff.people.policies import (
    Link,
    circles,
    rungs_above,
    salary_may_start,
    spans,
    unfit_chiefs,
)
from staff.people.services.refusals import Refused


class NotEmployed(Refused):
    """The person does not belong to the department on that day."""

    code = "not_employed"


class AgentAsChief(Refused):
    """Somebody would report to a post below their own, or to an agent."""

    code = "agent_as_chief"


class Circle(Refused):
    """On some day somebody would stand above themselves."""

    code = "circle"


class FirstPosting(Refused):
    """The only posting of a person cannot be taken back."""

    code = "first_posting"


class SalaryInMonth(Refused):
    """A salary changes on the first day of a month only (ORG-3)."""

    code = "salary_in_month"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody stands: post, team and whom they report to."""

    post: Post
    team_id: int | None = None
    chief_id: int | None = None


def lock_chain() -> None:
    """Let one writer at a time change the chain of command.

    Else two changes that are sound by themselves could make a circle together.
    """
    list(Person.objects.select_for_update().order_by("pk").values_list("pk", flat=True)[:1])


@transaction.atomic
def post_person(
    *, actor: User | None, person_id: int, place: Place, from_day: date, now: datetime
) -> Posting:
    """Put somebody in a place from a day until their next posting.

    The posting of that very day is replaced. Raises NotEmployed, AgentAsChief and Circle.
    """
    lock_chain()
    person = Person.objects.select_for_update().get(pk=person_id)
    must_be_employed(person, from_day)
    if place.chief_id is not None:
        must_be_employed(Person.objects.get(pk=place.chief_id), from_day)
    posting = Posting.objects.filter(person=person, valid_from=from_day).first()
    before = _facts(posting) if posting else {}
    posting = posting or Posting(person=person, valid_from=from_day)
    posting.post, posting.team_id, posting.chief_id = place.post, place.team_id, place.chief_id
    posting.valid_until = None
    if posting.pk is None:
        posting.valid_until = _end_of(person.pk, from_day)
    noted_by(posting, actor)
    posting.save()
    mend_spans(Posting, "person_id", {person.pk})
    posting.refresh_from_db()
    must_be_sound({person.pk})
    touch(person.pk)
    audit.record(
        actor=actor, verb="person.posted", target=person, at=now, before=before,
        after=_facts(posting),
    )  # fmt: skip
    return posting


@transaction.atomic
def post_people(
    *, actor: User | None, person_ids: Collection[int], team_id: int, from_day: date, now: datetime
) -> int:
    """Move several people to a team from a day; post and chief stay. Returns how many moved."""
    moved = 0
    for posting in Posting.objects.on(from_day).filter(person_id__in=person_ids):
        if posting.team_id == team_id:
            continue
        place = Place(post=Post(posting.post), team_id=team_id, chief_id=posting.chief_id)
        post_person(
            actor=actor, person_id=posting.person_id, place=place, from_day=from_day, now=now
        )
        moved += 1
    return moved


@transaction.atomic
def withdraw_posting(*, actor: User | None, posting_id: int, now: datetime) -> None:
    """Take a posting back; the one before it holds on.

    Raises FirstPosting, AgentAsChief and Circle.
    """
    lock_chain()
    posting = Posting.objects.select_for_update().select_related("person").get(pk=posting_id)
    if not Posting.objects.filter(person=posting.person).exclude(pk=posting_id).exists():
        raise FirstPosting
    before = _facts(posting)
    noted_by(posting, actor)
    posting.delete()
    mend_spans(Posting, "person_id", {posting.person_id})
    must_be_sound({posting.person_id})
    touch(posting.person_id)
    audit.record(
        actor=actor, verb="person.posting_withdrawn", target=posting.person, at=now, before=before
    )


@transaction.atomic
def set_salary(
    *, actor: User | None, person_id: int, base_fen: Fen, from_day: date, now: datetime
) -> Salary:
    """Set the base salary from a day on. Raises SalaryInMonth and NotEmployed."""
    person = Person.objects.select_for_update().get(pk=person_id)
    must_be_employed(person, from_day)
    if not salary_may_start(from_day, hired_on=person.hired_on):
        raise SalaryInMonth
    salary = Salary.objects.filter(person=person, valid_from=from_day).first()
    salary = salary or Salary(person=person, valid_from=from_day)
    salary.base_fen = base_fen
    noted_by(salary, actor)
    salary.save()
    touch(person.pk)
    audit.record(
        actor=actor, verb="person.salary_set", target=person, at=now,
        after={"valid_from": from_day.isoformat()},
    )  # fmt: skip
    return salary


def must_be_employed(person: Person, day: date) -> None:
    """Raise NotEmployed for a day before joining or after leaving."""
    if day < person.hired_on or (person.left_on is not None and day > person.left_on):
        raise NotEmployed(person=str(person))


def must_be_sound(person_ids: Collection[int]) -> None:
    """Raise AgentAsChief or Circle where these people, or those who report to them, are wrong."""
    rows = list(
        Posting.objects.values_list("person_id", "chief_id", "post", "valid_from", "valid_until")
    )
    links = [
        Link(person, chief, Post(post).rank, first, last)
        for person, chief, post, first, last in rows
    ]

    def concerned(index: int) -> bool:
        return links[index].person in person_ids or links[index].chief in person_ids

    above = rungs_above(links)
    wrong = [index for index in sorted(unfit_chiefs(links, above)) if concerned(index)]
    if wrong:
        link = links[wrong[0]]
        raise AgentAsChief(
            person=str(Person.objects.get(pk=link.person)),
            chief=str(Person.objects.get(pk=link.chief or 0)),
        )
    if any(concerned(index) for index in circles(links, above)):
        raise Circle


def mend_spans(model: type[Posting] | type[StoreService], owner: str, ids: Collection[int]) -> None:
    """Let every row of these owners end on the eve of the next one."""
    starts: dict[int, list[date]] = {}
    rows = list(
        model.objects.filter(**{f"{owner}__in": ids}).values_list(
            "pk", owner, "valid_from", "valid_until"
        )
    )
    for _pk, owner_id, first, _last in rows:
        starts.setdefault(owner_id, []).append(first)
    ends = {owner_id: spans(days) for owner_id, days in starts.items()}
    wrong: dict[date | None, list[int]] = {}
    for pk, owner_id, first, last in rows:
        if last != ends[owner_id][first]:
            wrong.setdefault(ends[owner_id][first], []).append(pk)
    for last, keys in wrong.items():
        model.objects.filter(pk__in=keys).update(valid_until=last)


def _end_of(person_id: int, from_day: date) -> date | None:
    """Return the eve of the posting that follows a day."""
    later = Posting.objects.filter(person_id=person_id, valid_from__gt=from_day)
    following = later.order_by("valid_from").values_list("valid_from", flat=True).first()
    return following - timedelta(days=1) if following else None


def _facts(posting: Posting) -> dict[str, object]:
    return {
        "post": posting.post,
        "team": posting.team_id,
        "chief": posting.chief_id,
        "valid_from": posting.valid_from.isoformat(),
    }


def noted_by(row: Posting | Salary | Person, actor: User | None) -> None:
    """Name who changes the row in its history; a command has nobody to name."""
    row._history_user = actor  # type: ignore[union-attr]  # noqa: SLF001 -- the hook of simple-history


def touch(person_id: int) -> None:
    """Move the version on: whoever has the form of this person open is told."""
    Person.objects.filter(pk=person_id).update(version=F("version") + 1)
