from datetime import date

import pytest
from django.utils import translation

from staff.rulebook import queries
from staff.rulebook.enums import DayKind, SpecialKind
from staff.rulebook.models import Calendar
from tests.factories.staff import CalendarDayFactory, CalendarFactory, SpecialDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_the_shopping_festivals_of_two_years_are_there():
    found = [
        row
        for row in queries.special_days(date(2026, 1, 1), date(2027, 12, 31))
        if row.kind == SpecialKind.CAMPAIGN
    ]
    assert [(row.day, row.name_en) for row in found] == [
        (date(year, month, day), name)
        for year in (2026, 2027)
        for month, day, name in (
            (6, 18, "618 shopping festival"),
            (11, 11, "Double 11"),
            (12, 12, "Double 12"),
        )
    ]


def test_special_days_include_both_ends_and_public_holidays_once():
    office, desk = (Calendar.objects.get(code=code) for code in ("office", "desk"))
    warehouse = CalendarFactory()
    CalendarDayFactory(calendar=office, day=date(2026, 11, 11), name="节日")
    for calendar in (office, desk):
        CalendarDayFactory(calendar=calendar, day=date(2026, 11, 12), name="假")
    CalendarDayFactory(calendar=office, day=date(2026, 11, 13), kind=DayKind.WORKDAY)
    CalendarDayFactory(calendar=warehouse, day=date(2026, 11, 13), name="盘点")
    SpecialDayFactory(day=date(2026, 11, 14), kind=SpecialKind.OTHER)
    SpecialDayFactory(day=date(2026, 11, 15))
    found = queries.special_days(date(2026, 11, 11), date(2026, 11, 14))
    assert [(row.day.day, row.kind, row.name_zh) for row in found] == [
        (11, "CAMPAIGN", "双十一"),
        (11, "HOLIDAY", "节日"),
        (12, "HOLIDAY", "假"),
        (14, "OTHER", "店庆"),
    ]


def test_public_holidays_of_a_year_that_no_calendar_holds_are_the_nations():
    found = queries.special_days(date(2026, 10, 1), date(2027, 1, 1))
    holidays = [(row.day, row.name_en) for row in found if row.kind == SpecialKind.HOLIDAY]
    assert holidays == [
        *((date(2026, 10, day), "National Day") for day in range(1, 8)),
        (date(2027, 1, 1), "New Year's Day"),
    ]
    CalendarDayFactory(calendar=Calendar.objects.get(code="office"), day=date(2026, 5, 1))
    found = queries.special_days(date(2026, 10, 1), date(2027, 1, 1))
    assert [row.day for row in found if row.kind == SpecialKind.HOLIDAY] == [date(2027, 1, 1)]


def test_a_special_day_is_called_by_the_name_in_the_readers_language():
    day = SpecialDayFactory()
    with translation.override("zh-hans"):
        chinese = day.name
    with translation.override("en"):
        assert (chinese, day.name) == ("店庆", "Anniversary")


@pytest.mark.parametrize("days", [[], [(11, DayKind.HOLIDAY), (12, DayKind.WORKDAY)]])
def test_the_desks_timetable_in_one_query_is_the_same(days, django_assert_num_queries):
    desk = Calendar.objects.get(code="desk")
    for day, kind in days:
        CalendarDayFactory(calendar=desk, day=date(2026, 11, day), kind=kind)
    CalendarDayFactory(day=date(2026, 11, 13))
    with django_assert_num_queries(1):
        found = queries.timetable_of_desk()
    assert found == queries.timetable()
    assert len(found.holidays | found.workdays) == len(days)


def test_a_desk_without_calendar_is_said():
    Calendar.objects.filter(code="desk").delete()
    with pytest.raises(Calendar.DoesNotExist):
        queries.timetable_of_desk()
