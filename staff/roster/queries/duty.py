"""Who is on duty at a moment, looked up for many people at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from portal.choices import Away
from portal.servicetime import Timetable
from staff.people.enums import AbsenceState, Half, Post
from staff.people.models import Absence, Person, Posting, Team
from staff.roster.models import Assignment
from staff.roster.policies import NEARBY, Holder, Shift, is_rostered, running_lead
from staff.rulebook import queries as rulebook

LONGEST_CHAIN = 10


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Chain, shifts and absences around one moment: a snapshot that answers without queries."""

    at: datetime
    desk: Timetable
    holders: Mapping[int, Holder]
    shifts_of: Mapping[int, list[Shift]]
    shifts_in: Mapping[int | None, list[Shift]]
    away: frozenset[int] = field(default_factory=frozenset)

    def on_shift(self, person_id: int) -> bool:
        """Tell whether somebody works at the moment.

        A rostered shift runs, or, without rostered shifts, it is service time. Who is away does
        not work.
        """
        if person_id in self.away:
            return False
        shifts = self.shifts_of.get(person_id, [])
        if not is_rostered(shifts, at=self.at):
            return self.desk.is_open(self.at)
        return any(shift.is_running(self.at) for shift in shifts)

    def next_shift(self, person_id: int) -> datetime:
        """Return when somebody next works, the moment itself if that is now."""
        if self.on_shift(person_id):
            return self.at
        coming = [s.starts_at for s in self.shifts_of.get(person_id, []) if s.starts_at > self.at]
        if coming:
            return min(coming)
        if person_id in self.away:
            local = timezone.localtime(self.at)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            return self.desk.next_open(midnight + timedelta(days=1))
        return self.desk.next_open(self.at + timedelta(seconds=1))

    def chain(self, person_id: int) -> list[Holder]:
        """Return those above somebody, nearest first; a circle ends it."""
        above: list[Holder] = []
        seen = {person_id}
        holder = self.holders.get(person_id)
        while holder and holder.chief_id and holder.chief_id not in seen:
            seen.add(holder.chief_id)
            holder = self.holders.get(holder.chief_id)
            if holder:
                above.append(holder)
        return above[:LONGEST_CHAIN]

    def lead_on_duty(self, person_id: int) -> int | None:
        """Return the lead of the running shift of somebody's team.

        Without a roster for the moment it is their chief; None where the running shift has no
        lead, or the lead is away or the person themselves.
        """
        holder = self.holders.get(person_id)
        team = self.shifts_in.get(holder.team_id if holder else None, [])
        if not any(shift.is_running(self.at) for shift in team):
            return holder.chief_id if holder else None
        lead = running_lead(team, at=self.at, beside=person_id)
        return lead if lead != person_id and lead not in self.away else None

    def lead_of(self, team_id: int) -> int | None:
        """Return the lead of a team's running shift.

        Without a roster for the moment it is the first of the team's leads; None where nobody
        leads, or whoever does is away.
        """
        team = self.shifts_in.get(team_id, [])
        if any(shift.is_running(self.at) for shift in team):
            lead = running_lead(team, at=self.at, beside=0)
        else:
            lead = next((one.person_id for one in self._posts(Post.LEAD, team_id)), None)
        return None if lead in self.away else lead

    def chain_of(self, team_id: int | None) -> list[Holder]:
        """Return those above the people of a team, nearest first; without one, the supervisors."""
        for post in (Post.LEAD, Post.PRESALE, Post.POSTSALE) if team_id else ():
            for holder in self._posts(post, team_id):
                lead = [holder] if post == Post.LEAD else []
                if chain := [*lead, *self.chain(holder.person_id)]:
                    return chain
        return self._posts(Post.SUPERVISOR, None)

    def _posts(self, post: Post, team_id: int | None) -> list[Holder]:
        """Return who holds a post, in one team or anywhere, in the order of their keys."""
        found = [
            holder
            for holder in self.holders.values()
            if holder.post == post and team_id in (None, holder.team_id)
        ]
        return sorted(found, key=lambda one: one.person_id)


def duty_at(now: datetime, *, person_ids: Collection[int] | None = None) -> Duty:
    """Return the snapshot of a moment in six queries.

    `person_ids` is who is asked about (None: everybody); their teams come along.
    """
    today = timezone.localdate(now)
    postings = Posting.objects.on(today).filter(
        Q(person__left_on=None) | Q(person__left_on__gte=today), person__hired_on__lte=today
    )
    holders = {
        person: Holder(person, Post(post), chief, team)
        for person, post, chief, team in postings.values_list(
            "person_id", "post", "chief_id", "team_id"
        )
    }
    wanted = set(holders) if person_ids is None else set(person_ids)
    teams = {holders[person].team_id for person in wanted if person in holders} - {None}
    rows = Assignment.objects.filter(
        Q(person_id__in=wanted) | Q(team_id__in=teams),
        starts_at__lte=now + NEARBY,
        ends_at__gte=now - NEARBY,
    ).values_list("person_id", "team_id", "is_lead", "starts_at", "ends_at")
    shifts_of: dict[int, list[Shift]] = defaultdict(list)
    shifts_in: dict[int | None, list[Shift]] = defaultdict(list)
    for person, team, is_lead, starts_at, ends_at in rows:
        shift = Shift(
            person_id=person,
            team_id=team,
            is_lead=is_lead,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        shifts_of[person].append(shift)
        shifts_in[team].append(shift)
    return Duty(
        at=now,
        desk=rulebook.timetable(),
        holders=holders,
        shifts_of=shifts_of,
        shifts_in=shifts_in,
        away=away_at(now, shifts_of=shifts_of),
    )


def away_at(now: datetime, *, shifts_of: Mapping[int, list[Shift]]) -> frozenset[int]:
    """Return who is away at a moment: on the day of the running shift, else of the service day.

    Half a day away is the first or second half of the shift; without a shift, of the day.
    """
    desk_day = rulebook.service_day(now)
    today = timezone.localdate(now)
    absences = Absence.objects.filter(
        state=AbsenceState.APPROVED, day__in={desk_day, today, today - timedelta(days=1)}
    ).values_list("person_id", "day", "half")
    away: set[int] = set()
    for person, day, half in absences:
        running = [s for s in shifts_of.get(person, []) if s.is_running(now)]
        if day != (timezone.localdate(running[0].starts_at) if running else desk_day):
            continue
        if half == Half.WHOLE or not running:
            away.add(person)
            continue
        middle = running[0].starts_at + (running[0].ends_at - running[0].starts_at) / 2
        if (now < middle) == (half == Half.FIRST):
            away.add(person)
    return frozenset(away)


def user_ids(person_ids: Collection[int]) -> dict[int, int]:
    """Return the sign-ins of people; those without one are missing."""
    rows = Person.objects.filter(pk__in=person_ids, user__is_active=True)
    return dict(rows.values_list("pk", "user_id"))


def away_of_users(users: Collection[int], now: datetime) -> dict[int, Away]:
    """Return for each user when their next shift is, and the robot of their team's group."""
    rows = Person.objects.filter(user_id__in=users).values_list("user_id", "pk")
    person_of = {user: person for user, person in rows if user}
    if not person_of:
        return {}
    duty = duty_at(now, person_ids=set(person_of.values()))
    robot_of = dict(Team.objects.filter(robot__is_active=True).values_list("pk", "robot_id"))
    return {
        user: Away(
            not_before=duty.next_shift(person),
            robot_id=robot_of.get(holder.team_id)
            if (holder := duty.holders.get(person)) and holder.team_id
            else None,
        )
        for user, person in person_of.items()
    }
