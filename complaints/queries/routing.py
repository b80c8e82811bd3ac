"""Which team answers for a store, and who of it could take a case now."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q

from complaints.models import Complaint, ComplaintType, TeamRouting
from complaints.policies.routing import Candidate
from staff.people.enums import Post
from staff.people.models import Posting, StoreService
from staff.roster import queries as roster
from staff.roster.queries import cover


def teams_of(store_ids: Collection[int], *, today: date) -> dict[int, int]:
    """Return the team of each store that one serves today, in one query; none for no store."""
    if not store_ids:
        return {}
    rows = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        store_id__in=store_ids,
        valid_from__lte=today,
    )
    return dict(rows.exclude(team=None).values_list("store_id", "team_id"))


def is_automatic(team_id: int) -> bool:
    """Whether the rules give the cases of a team's stores to its people."""
    return not TeamRouting.objects.filter(team_id=team_id, is_automatic=False).exists()


def loads(person_ids: Collection[int]) -> dict[int, int]:
    """Return how many open cases people own; who owns none is missing."""
    rows = Complaint.objects.at_work().filter(owner_id__in=person_ids)
    counted = rows.order_by().values("owner_id").annotate(count=Count("pk"))
    return {row["owner_id"]: row["count"] for row in counted}


def skill_of(type_id: int | None) -> int | None:
    """Return the skill that a type of complaint asks for: its own, else that of its group."""
    rows = ComplaintType.objects.filter(pk=type_id) if type_id else ComplaintType.objects.none()
    found = rows.values_list("skill_id", "parent__skill_id").first() or (None, None)
    return found[0] or found[1]


def candidates(team_id: int, *, duty: roster.Duty) -> list[Candidate]:
    """Return the agents of a team who can sign in, with their skills and open cases."""
    people = {
        holder.person_id: holder
        for holder in duty.holders.values()
        if holder.team_id == team_id and not holder.post.rank
    }
    reached = roster.user_ids(people)
    skills, owned = cover.skills_of(reached), loads(reached)
    return [
        Candidate(
            person_id=person,
            post=people[person].post,
            skills=skills.get(person, frozenset()),
            on_shift=duty.on_shift(person),
            load=owned.get(person, 0),
        )
        for person in reached
    ]


def posts(person_ids: Collection[int], *, today: date) -> dict[int, Post]:
    """Return the posts that people hold today; who holds none is missing."""
    rows = Posting.objects.on(today).filter(person_id__in=person_ids)
    return {person: Post(post) for person, post in rows.values_list("person_id", "post")}
