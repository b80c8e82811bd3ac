"""Publishing the attendance of a week to the team, once (ATT-11).

Doubling needs no write: it follows from the moment and the payments. What is written is that the
team was told, and telling happens in the transaction that claims the week.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from portal import audit, notices
from portal.period import DaySpan
from staff.attendance.models import WeekPublication
from staff.attendance.policies.redpackets import WEEK, first_of_week, publication_of
from staff.attendance.queries import packets
from staff.people.models import Team
from staff.roster import queries as roster
from staff.roster.models import Assignment
from staff.rulebook import queries as rulebook

PUBLISHED = "attendance.week"
TOLD_WITHIN = timedelta(days=7)
MOST_WEEKS = 10


def publish_due(now: datetime) -> int:
    """Publish the weeks that are due, oldest first, at most ten; returns how many.

    A week is due for a team that had shifts in it, once its Monday at 10:00 has come, also when
    the portal stood still at that moment. Of weeks that were due long ago only the page appears:
    nobody is told of what lies more than a week back.
    """
    return sum(
        publish(team_id=team_id, first_day=first_day, due_at=due_at, now=now)
        for due_at, team_id, first_day in _due(now)[:MOST_WEEKS]
    )


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment at which the oldest week that is not published was due."""
    return min((due_at for due_at, _team, _day in _due(now)), default=None)


def _due(now: datetime) -> list[tuple[datetime, int, date]]:
    """Return due moment, team and Monday of each week that is due and not published, in order.

    Only weeks with shifts count, from the team's first shift on, and after the last week that was
    published; three queries.
    """
    this_week = first_of_week(timezone.localdate(now))
    last = dict(
        WeekPublication.objects.order_by().values_list("team_id").annotate(Max("first_day"))
    )
    fresh = Q(team__isnull=False) & ~Q(team_id__in=last)
    for team_id, first_day in last.items():
        fresh |= Q(team_id=team_id, day__gte=first_day + WEEK)
    worked = Assignment.objects.filter(fresh, day__lt=this_week).order_by()
    days = worked.values_list("team_id", "day").distinct()
    weeks = {(int(team_id), first_of_week(day)) for team_id, day in days}  # no row without a team
    if not weeks:
        return []
    versions, zone = rulebook.versions(), timezone.get_default_timezone()
    found = []
    for team_id, first_day in weeks:
        rules = versions.attendance_on(first_day + WEEK - timedelta(days=1))
        due_at = publication_of(first_day, rules=rules, zone=zone)
        if due_at <= now:
            found.append((due_at, team_id, first_day))
    return sorted(found)


@transaction.atomic
def publish(*, team_id: int, first_day: date, due_at: datetime, now: datetime) -> bool:
    """Claim one week of a team and tell it, or do nothing where it is published already."""
    published, is_new = WeekPublication.objects.get_or_create(
        team_id=team_id, first_day=first_day, defaults={"published_at": now}
    )
    if not is_new:
        return False
    if now - due_at <= TOLD_WITHIN:
        _tell(team_id, first_day, now=now)
    audit.record(
        actor=None,
        verb="attendance.week_published",
        target=published,
        at=now,
        after={"team": team_id, "first_day": first_day.isoformat()},
    )
    return True


def _tell(team_id: int, first_day: date, *, now: datetime) -> None:
    span = DaySpan(first_day, first_day + WEEK - timedelta(days=1))
    rows = packets.week_of_team(team_id=team_id, span=span, now=now)
    sums = packets.sums_of(packet for row in rows for packet in row.packets)
    team = Team.objects.select_related("robot").get(pk=team_id)
    params = {
        "team_id": team_id,
        "team": team.name,
        "day": first_day.isoformat(),
        "count": sum(len(row.packets) for row in rows),
        "unpaid": sums.unpaid,
    }
    key = f"week:{team_id}:{first_day.isoformat()}"
    users = roster.user_ids({row.person_id for row in rows})
    notices.send(
        [
            notices.Draft(receiver_id=user, key=key, kind=PUBLISHED, params=params)
            for user in users.values()
        ],
        now=now,
    )
    if team.robot is not None and team.robot.is_active:
        outgoing = notices.Outgoing(
            key=f"{key}:robot", kind=PUBLISHED, params=params, robot_id=team.robot.pk
        )
        notices.post([outgoing], now=now)
