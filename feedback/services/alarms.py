"""Negative reviews without an answer go up the ladder (FBK-3): row-based, each rung once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from feedback.enums import AlarmStage
from feedback.models import Alarm
from portal import notices
from staff.people.enums import Post
from staff.people.models import Person, Posting, StoreService

UNANSWERED = "feedback.unanswered"
BATCH = 500
POST_OF = {
    AlarmStage.LEAD: Post.LEAD,
    AlarmStage.DEPUTY: Post.DEPUTY,
    AlarmStage.SUPERVISOR: Post.SUPERVISOR,
}


@transaction.atomic
def tell_due(now: datetime) -> int:
    """Tell one batch of due rungs; returns how many were looked at.

    Whoever is to hear of several reviews of one service day reads one notice for each stage; its
    key keeps it single, whoever runs beside.
    """
    due = Alarm.objects.due(now)
    due = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    Alarm.objects.waiting().filter(pk__in=ids).update(told_at=now)
    told = Alarm.objects.filter(pk__in=ids, told_at=now, item__answered_at=None)
    rows = set(told.values_list("stage", "item__store_id", "item__service_day"))
    ladder = Above(timezone.localdate(now))
    drafts = {}
    for stage, store, day in sorted(rows):
        for user_id in ladder.users(AlarmStage(stage), store):
            key = f"{UNANSWERED}:{stage}:{day}"
            drafts[user_id, key] = notices.Draft(
                receiver_id=user_id, key=key, kind=UNANSWERED,
                params={"day": day.isoformat(), "stage": stage}, subject=f"reviews:{day}",
            )  # fmt: skip
    notices.send(list(drafts.values()), now=now)
    return len(ids)


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment of the oldest rung that is due and not told."""
    return Alarm.objects.due(now).values_list("due_at", flat=True).first()


class Above:
    """Who leads the teams of a store on a day, looked up once."""

    def __init__(self, today: date) -> None:
        rows = Posting.objects.on(today).filter(person__in=Person.objects.employed(today))
        self._posts = {
            person: (Post(post), team, chief, user)
            for person, post, team, chief, user in rows.values_list(
                "person_id", "post", "team_id", "chief_id", "person__user_id"
            )
        }
        self._teams: dict[int, set[int]] = defaultdict(set)
        served = StoreService.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today
        )
        for store, team in served.values_list("store_id", "team_id"):
            if team:
                self._teams[store].add(team)

    def users(self, stage: AlarmStage, store_id: int) -> set[int]:
        """Return the sign-ins of a rung; where nobody holds the post, of the next one above."""
        for post in list(POST_OF.values())[list(POST_OF).index(stage) :]:
            if found := self._users_of(post, store_id):
                return found
        return set()

    def _users_of(self, post: Post, store_id: int) -> set[int]:
        teams = self._teams[store_id]
        people = {
            person
            for person, (held, team, _chief, _user) in self._posts.items()
            if held == post and team in teams
        }
        above = {
            chief
            for person, (_held, team, _chief, _user) in self._posts.items()
            if team in teams
            for chief in self._chain(person)
            if chief in self._posts and self._posts[chief][0] == post
        }
        found = people | above
        if not found and post == Post.SUPERVISOR:
            found = {person for person, row in self._posts.items() if row[0] == post}
        return {user for person in found if (user := self._posts[person][3])}

    def _chain(self, person: int) -> Iterable[int]:
        seen = {person}
        while person in self._posts and (chief := self._posts[person][2]) and chief not in seen:
            seen.add(chief)
            yield chief
            person = chief
