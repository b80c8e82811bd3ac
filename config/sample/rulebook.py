"""A version of the policy that has begun, one that is coming, and the year's calendar."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from portal.models import User
from portal.setup import marking
from staff.rulebook import services
from staff.rulebook.models import Calendar, Policy
from staff.rulebook.queries import OFFICE


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def fill(*, now: datetime) -> None:
    """Add versions around this month, and the public holidays of this year and the next."""
    today = timezone.localdate(now)
    supervisor = User.objects.filter(username="S001").first()
    begun = Policy(
        valid_from=today.replace(day=1), note="全勤奖提高到 300 元", full_attendance_fen=300_00
    )
    begun.save()
    coming = Policy(
        valid_from=_month_after(today),
        note="每月三天休假，第一档迟到红包加大",
        full_attendance_fen=300_00,
        rest_days=3,
        late_1_fen=15_00,
    )
    services.save_policy(actor=supervisor, policy=coming, today=today, now=now)
    if supervisor is not None:
        marking.put_away(actor=supervisor, now=now)  # the check-list is for new departments
    for calendar in Calendar.objects.filter(code=OFFICE):
        for year in (today.year, today.year + 1):
            services.fill_year(actor=supervisor, calendar_id=calendar.pk, year=year, now=now)
