"""Joining, changing and leaving, and the sign-in that goes with it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from portal import accounts, audit
from portal.models import User
from portal.money import Fen
from portal.setup import beginning
from staff.people.models import Person, Posting, Salary
from staff.people.querysets import PersonQuerySet
from staff.people.services.places import Place, must_be_sound, noted_by, post_person, set_salary
from staff.people.services.refusals import ChangedMeanwhile, Refused

PRIVATE = ("email", "phone", "dingtalk_id")
ENDED_AT_ONCE = 200


class NumberTaken(Refused):
    """Another person or sign-in has this staff number."""

    code = "number_taken"


class HasSignIn(Refused):
    """The person can sign in already."""

    code = "has_sign_in"


@dataclass(frozen=True, kw_only=True)
class Personal:
    """What holds for a person whatever the post. Both dates are days employed."""

    number: str
    name: str
    hired_on: date
    left_on: date | None = None
    email: str = ""
    phone: str = ""
    dingtalk_id: str = ""


@transaction.atomic
def hire(
    *, actor: User | None, personal: Personal, place: Place, base_fen: Fen | None, now: datetime
) -> Person:
    """Take somebody in from the day of joining, with a sign-in that waits for its invitation.

    Raises NumberTaken and what `post_person` raises.
    """
    if Person.objects.filter(number=personal.number).exists():
        raise NumberTaken(number=personal.number)
    person = Person(**asdict(personal))
    noted_by(person, actor)
    person.save()
    audit.record(
        actor=actor, verb="person.hired", target=person, at=now,
        after={"number": person.number, "hired_on": person.hired_on.isoformat()},
    )  # fmt: skip
    post_person(actor=actor, person_id=person.pk, place=place, from_day=personal.hired_on, now=now)
    if base_fen is not None:
        set_salary(
            actor=actor, person_id=person.pk, base_fen=base_fen, from_day=personal.hired_on,
            now=now,
        )  # fmt: skip
    open_sign_in(actor=actor, person_id=person.pk, now=now)
    person.refresh_from_db()
    return person


@transaction.atomic
def change_person(
    *, actor: User | None, person_id: int, personal: Personal, version: int | None, now: datetime
) -> Person:
    """Change what holds for a person; `version` is the one that was read (None: whatever).

    Leaving ends the sign-in (at once where the day is over), coming back opens it again. Raises
    ChangedMeanwhile, NumberTaken and Refused.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if version is not None and person.version != version:
        raise ChangedMeanwhile
    wanted = asdict(personal)
    changed = {name for name, value in wanted.items() if getattr(person, name) != value}
    if not changed:
        return person
    before = _audited(person, changed)
    for name in changed:
        setattr(person, name, wanted[name])
    _number_must_be_free(person, changed)
    person.version += 1
    noted_by(person, actor)
    person.save()
    if "hired_on" in changed:
        _move_first_day(person)
    _follow(person, changed, now=now)
    audit.record(
        actor=actor, verb="person.changed", target=person, at=now, before=before,
        after=_audited(person, changed),
    )  # fmt: skip
    return person


@transaction.atomic
def leave_department(*, actor: User | None, person_id: int, left_on: date, now: datetime) -> Person:
    """Note the last day of somebody; the sign-in ends with it, at once where it is over."""
    person = Person.objects.select_for_update().get(pk=person_id)
    fields = {name: getattr(person, name) for name in Personal.__dataclass_fields__}
    personal = Personal(**fields | {"left_on": left_on})
    return change_person(actor=actor, person_id=person_id, personal=personal, version=None, now=now)


@transaction.atomic
def open_sign_in(*, actor: User | None, person_id: int, now: datetime) -> User:
    """Make the sign-in of a person: the staff number.

    There is no password until they choose one by an invitation. Raises HasSignIn and NumberTaken.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.user_id is not None:
        raise HasSignIn
    if User.objects.filter(username=person.number).exists():
        raise NumberTaken(number=person.number)
    person.user = User.objects.create(
        username=person.number,
        first_name=person.name[:150],
        email=person.email,
        password=make_password(None),
        is_active=not _is_over(person, now=now),
    )
    Person.objects.filter(pk=person.pk).update(user=person.user)  # the history leaves sign-ins out
    audit.record(actor=actor, verb="person.sign_in_opened", target=person, at=now)
    return person.user


@transaction.atomic
def password_links(
    *, actor: User, people: Sequence[Person], anew: bool, now: datetime
) -> tuple[list[tuple[Person, str]], list[Person]]:
    """Return the path on which each person chooses a password, and for whom there is none.

    There is none without an open sign-in and, unless `anew`, for whoever has a password. That a
    link was made is audited; each works once and for a limited time.
    """
    links: list[tuple[Person, str]] = []
    refused: list[Person] = []
    for person in people:
        user = person.user
        if user is None or not user.is_active or (user.has_usable_password() and not anew):
            refused.append(person)
            continue
        links.append((person, beginning.password_path(user)))
        audit.record(actor=actor, verb="person.link_made", target=person, at=now)
    return links, refused


@transaction.atomic
def end_sign_ins(now: datetime) -> int:
    """End the sign-ins of those whose last day is over; returns how many. Safe to run twice."""
    ended = 0
    for person in _still_open(now).select_related("user")[:ENDED_AT_ONCE]:
        if person.user is not None and accounts.end_sign_in(user=person.user, now=now):
            ended += 1
    return ended


def oldest_sign_in_due(now: datetime) -> datetime | None:
    """Return since when a sign-in should have ended that has not, or None."""
    day = _still_open(now).aggregate(first=Min("left_on"))["first"]
    if day is None:
        return None
    midnight = datetime.combine(day + timedelta(days=1), time())
    return timezone.make_aware(midnight, timezone.get_default_timezone())


def _still_open(now: datetime) -> PersonQuerySet:
    today = timezone.localdate(now)
    return Person.objects.filter(left_on__lt=today, user__is_active=True)


def _is_over(person: Person, *, now: datetime) -> bool:
    return person.left_on is not None and person.left_on < timezone.localdate(now)


def _number_must_be_free(person: Person, changed: set[str]) -> None:
    if "number" not in changed:
        return
    if (
        Person.objects.filter(number=person.number).exclude(pk=person.pk).exists()
        or User.objects.filter(username=person.number).exclude(person=person).exists()
    ):
        raise NumberTaken(number=person.number)


def _move_first_day(person: Person) -> None:
    """Let post and salary begin with the work when the day of joining moves before them."""
    for model in (Posting, Salary):
        first = model.objects.filter(person=person).order_by("valid_from").first()
        if first is not None and first.valid_from > person.hired_on:
            first.valid_from = person.hired_on
            first.save(update_fields=["valid_from"])
    must_be_sound({person.pk})


def _follow(person: Person, changed: set[str], *, now: datetime) -> None:
    """Let the sign-in follow the person: number, name, mail, and whether it is open."""
    user = person.user
    if user is None:
        return
    user.username, user.first_name, user.email = person.number, person.name[:150], person.email
    user.save(update_fields=["username", "first_name", "email"])
    if "left_on" not in changed:
        return
    if _is_over(person, now=now):
        accounts.end_sign_in(user=user, now=now)
    else:
        User.objects.filter(pk=user.pk).update(is_active=True)
    if not user.is_active:
        accounts.end_sessions(user)


def _audited(person: Person, names: set[str]) -> dict[str, object]:
    """Return values for the audit log: of what is private only that it is there."""
    return {
        name: bool(getattr(person, name)) if name in PRIVATE else str(getattr(person, name) or "")
        for name in sorted(names)
    }
