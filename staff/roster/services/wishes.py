"""Wishes for days that are not published yet."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from staff.people.models import Person
from staff.people.services import ChangedMeanwhile, Refused
from staff.people.services.places import must_be_employed
from staff.roster.models import ShiftType, Wish


class TooLateToWish(Refused):
    """A wish is for a day ahead."""

    code = "too_late_to_wish"


def mark_of(wish: Wish | None) -> str:
    """Return what changes whenever the wish does; empty where there is none."""
    return wish.made_at.isoformat() if wish else ""


@transaction.atomic
def make_wish(
    *,
    person_id: int,
    day: date,
    shift_type_id: int | None,
    note: str,
    seen: str | None = None,
    now: datetime,
) -> Wish:
    """Note what somebody would like on a day, in place of what they wished before.

    `seen` is the mark of the wish that was on the screen, None: any. The same wish twice is one.
    Raises TooLateToWish and NotEmployed, and ChangedMeanwhile where another wish stands there.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if day <= timezone.localdate(now):
        raise TooLateToWish
    must_be_employed(person, day)
    kind = ShiftType.objects.get(pk=shift_type_id, is_active=True) if shift_type_id else None
    stored = Wish.objects.filter(person=person, day=day).first()
    if stored and (stored.shift_type_id, stored.note) == (shift_type_id, note):
        return stored
    if seen is not None and seen != mark_of(stored):
        raise ChangedMeanwhile
    wish, _fresh = Wish.objects.update_or_create(
        person=person, day=day, defaults={"shift_type": kind, "note": note, "made_at": now}
    )
    return wish


def drop_wish(*, person_id: int, day: date) -> bool:
    """Take a wish back; False where there is none."""
    return bool(Wish.objects.filter(person_id=person_id, day=day).delete()[0])
