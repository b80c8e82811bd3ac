"""Where somebody works on a day: post, team, shift, and when the report is due."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from portal.servicetime import Timetable
from staff.daily.models import DailyReport
from staff.daily.queries.known import span_of
from staff.people import queries as people
from staff.people.enums import Post
from staff.people.models import Posting
from staff.roster.models import Assignment, ShiftType


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
        due_at=last.ends_at if last else span_of(day, desk)[1],
    )


def day_to_report(person_id: int, *, now: datetime, desk: Timetable) -> date:
    """Return the day whose report is on somebody's desk: of the last shift that has begun.

    A shift that began before today's service day counts only while its report is missing.
    Without one it is the service day of now.
    """
    today = desk.service_day(now)
    last = (
        Assignment.objects.filter(person_id=person_id, starts_at__lte=now)
        .order_by("-starts_at")
        .first()
    )
    if last is None or last.day >= today:
        return last.day if last else today
    filed = DailyReport.objects.filed().filter(person_id=person_id, day=last.day)
    is_fresh = (timezone.localdate(now) - last.day).days <= 1
    return last.day if is_fresh and not filed.exists() else today
