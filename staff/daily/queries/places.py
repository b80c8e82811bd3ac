"""Where somebody works on a day: post, team, shift, and when the report is due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.servicetime import Timetable
from staff.daily.queries.known import end_of, midnight_after
from staff.daily.queries.shifts import AGENTS, away, post_of
from staff.people import queries as people
from staff.people.enums import Post
from staff.people.models import Posting
from staff.roster.models import Assignment, ShiftType
from staff.rulebook import queries as rulebook

FRESH = timedelta(hours=36)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A day of a person as the roster has it. Without a shift it is due when the desk closes.

    Who is away for the whole day owes no report, but may write one.
    """

    day: date
    post: Post
    team_id: int | None
    shift_type: ShiftType | None
    is_lead: bool
    is_away: bool
    starts_at: datetime | None
    due_at: datetime

    @property
    def owes_report(self) -> bool:
        """Agents on a shift owe a report, unless they are away (DAY-1)."""
        return self.post in AGENTS and not self.is_away and self.shift_type is not None


def place_of(person_id: int, *, day: date, desk: Timetable) -> Place | None:
    """Return the place of somebody on a day; None where they had no post then.

    With several shifts the last one counts, and the report may be written from the first on.
    """
    posting = Posting.objects.on(day).filter(person_id=person_id).order_by("pk").first()
    if posting is None:
        return None
    shifts = list(
        Assignment.objects.filter(person_id=person_id, day=day)
        .select_related("shift_type")
        .order_by("ends_at")
    )
    last = shifts[-1] if shifts else None
    return Place(
        day=day,
        post=Post(posting.post),
        team_id=last.team_id if last and last.team_id else posting.team_id,
        shift_type=last.shift_type if last else None,
        is_lead=bool(last and last.is_lead),
        is_away=person_id in people.away_on(day),
        starts_at=min(shift.starts_at for shift in shifts) if shifts else None,
        due_at=last.ends_at if last else _over(day, desk),
    )


def _over(day: date, desk: Timetable) -> datetime:
    """Return when a day without a shift is over; midnight where the desk is closed."""
    return end_of(day, desk) if desk.has_service_on(day) else midnight_after(day)


def current_place(person_id: int, *, now: datetime) -> Place | None:
    """Return the place whose report is on somebody's desk, in one query for the rostered.

    It is that of the last shift that has begun, for a day and a half; else of the service day.
    """
    begun = Assignment.objects.filter(
        person_id=person_id, starts_at__lte=now, starts_at__gt=now - FRESH
    )
    rows = begun.annotate(post=post_of(), is_away=away()).select_related("shift_type")
    last = rows.order_by("-starts_at").first()
    post = last.post if last else None  # type: ignore[attr-defined]  # annotated
    if last is None or post is None:
        desk = rulebook.timetable()
        return place_of(person_id, day=desk.service_day(now), desk=desk)
    return Place(
        day=last.day,
        post=Post(post),
        team_id=last.team_id,
        shift_type=last.shift_type,
        is_lead=last.is_lead,
        is_away=last.is_away,  # type: ignore[attr-defined]  # annotated
        starts_at=last.starts_at,
        due_at=last.ends_at,
    )
