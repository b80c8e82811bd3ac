"""Who is who of the department on a day, as the handbook needs it."""

from collections.abc import Collection, Mapping
from datetime import date

from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.models import Person, Posting
from staff.people.queries import Member, members


def label_of(member: Member) -> str:
    return f"{member.label} · {member.team}" if member.team else member.label


def everybody_choices(scope: Scope) -> list[tuple[int, str]]:
    """Return everybody employed, by number."""
    found = sorted(members(scope.today).values(), key=lambda one: one.number)
    return [(one.person_id, label_of(one)) for one in found]


def user_ids(person_ids: Collection[int]) -> dict[int, int]:
    """Return the sign-ins of people who have one, by person."""
    rows = Person.objects.filter(pk__in=person_ids).exclude(user=None)
    return {pk: user for pk, user in rows.values_list("pk", "user_id") if user}


def stand_in(person_id: int, everybody: Mapping[int, Member], *, today: date) -> list[int]:
    """Return who answers for somebody: themselves, once they have left their chief.

    Where the chief has left as well, the supervisors.
    """
    if person_id in everybody:
        return [person_id]
    last = Posting.objects.filter(person_id=person_id, valid_from__lte=today)
    chief = last.order_by("-valid_from").values_list("chief_id", flat=True).first()
    if chief and chief in everybody:
        return [chief]
    return holders(Post.SUPERVISOR, everybody)


def holders(post: Post, everybody: Mapping[int, Member]) -> list[int]:
    """Return who holds a post, by number."""
    found = [one for one in everybody.values() if one.post == post]
    return [one.person_id for one in sorted(found, key=lambda one: one.number)]
