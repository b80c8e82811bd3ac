from datetime import date

import pytest
from django.db import IntegrityError, transaction

from staff.rulebook.forms import CalendarForm
from staff.rulebook.models import Calendar, Policy
from tests.factories.staff import CalendarDayFactory, CalendarFactory, PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize(
    "make",
    [
        lambda: PolicyFactory(valid_from=date(2020, 1, 1)),
        lambda: PolicyFactory(lead_after_minutes=31),
        lambda: PolicyFactory(deputy_after_minutes=91),
        lambda: CalendarFactory(code="desk"),
        lambda: [CalendarDayFactory(calendar=Calendar.objects.get(code="desk")) for _ in "ab"],
    ],
)
def test_the_database_refuses(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_the_first_policy_holds_the_numbers_of_the_house_rules():
    policy = Policy.objects.get()
    assert (
        policy.remind_before_minutes, policy.lead_after_minutes, policy.deputy_after_minutes,
        policy.supervisor_after_minutes, policy.repeat_days, policy.rest_hours,
    ) == (30, 0, 30, 90, 30, 11)  # fmt: skip


@pytest.mark.parametrize(
    ("windows", "weekdays", "fine"),
    [
        ('[["08:30", "17:30"], ["17:00", "01:00"]]', "7654321", True),
        ('[["08:30", "08:30"]]', "1", False),
        ("[]", "1", False),
        ("{}", "1", False),
        ('["08:30"]', "1", False),
        ('[["8", "x"]]', "1", False),
        ('[["08:30+08:00", "17:30"]]', "1", False),
        ("nonsense", "1", False),
        ('[["08:30", "17:30"]]', "", False),
        ('[["08:30", "17:30"]]', "18", False),
    ],
)
def test_calendar_form_takes_windows_and_weekdays_only(windows, weekdays, fine):
    sent = {"code": "x", "name": "x", "windows": windows, "weekdays": weekdays}
    assert CalendarForm(sent).is_valid() is fine
