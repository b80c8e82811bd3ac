from datetime import datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.rulebook import policies
from staff.rulebook.enums import DayKind
from staff.rulebook.models import Calendar, CalendarDay


@transaction.atomic
def fill_year(
    *, actor: User | None, calendar_id: int, year: int, now: datetime
) -> list[CalendarDay]:
    """Add the public holidays and make-up working days of a year that a calendar lacks.

    Days that stand there already stay as they are. Returns what was added, in order; twice adds
    nothing more. Raises Calendar.DoesNotExist.
    """
    calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
    stored = set(calendar.days.filter(day__year=year).values_list("day", flat=True))
    missing = [
        CalendarDay(
            calendar=calendar,
            day=each.day,
            kind=DayKind.WORKDAY if each.works else DayKind.HOLIDAY,
            name=f"{each.name_zh} {each.name_en}",
        )
        for each in policies.national_year(year).days
        if each.day not in stored
    ]
    if not missing:
        return []
    CalendarDay.objects.bulk_create(missing, ignore_conflicts=True)  # somebody may type the same
    calendar.version += 1
    calendar.save(update_fields=["version"])
    audit.record(
        actor=actor,
        verb="calendar.filled",
        target=calendar,
        at=now,
        after={"year": year, "days": [str(row.day) for row in missing]},
    )
    return missing
