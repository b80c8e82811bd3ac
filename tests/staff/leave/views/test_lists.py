"""The list of leave and the calendar."""

from datetime import date, timedelta

import pytest

from staff.leave.enums import LeaveState
from staff.leave.models import LeaveRequest
from staff.people.enums import AbsenceKind, AbsenceState, Half
from tests.factories.leave import LeaveRequestFactory
from tests.factories.staff import AbsenceFactory, AssignmentFactory, PersonFactory
from tests.staff.browser import as_
from tests.staff.leave.views.steps import NOW, REST, page, requests_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    requests_for(them.agent, rows)
    LeaveRequestFactory(person=them.stranger)
    as_(client, them.lead)
    with django_assert_num_queries(15):
        shown = page(client, "leave_list")
    assert shown.count('<td data-label="Asked">') == rows


def test_the_list_narrows_sorts_and_says_when_nothing_fits(client, them):
    as_(client, them.lead)
    assert "Nobody has asked for leave." in page(client, "leave_list")
    LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 10), reason="体检")
    LeaveRequestFactory(
        person=them.mate, kind=REST, first_day=date(2026, 12, 1), state=LeaveState.REFUSED,
        decided_by=them.deputy, decided_at=NOW,
    )  # fmt: skip
    for wanted, found in (
        ({}, 2), ({"q": "体检"}, 1), ({"q": them.mate.number}, 1), ({"kind": "REST"}, 1),
        ({"state": "REFUSED"}, 1), ({"month": "2026-12"}, 1), ({"team": them.team.pk}, 2),
        ({"team": them.other_team.pk}, 2), ({"sort": "number"}, 2), ({"sort": "asked"}, 2),
    ):  # fmt: skip
        shown = page(client, "leave_list", **wanted)
        assert shown.count('<td data-label="Asked">') == found, wanted
    assert "No request fits." in page(client, "leave_list", q="nobody like that")


def test_the_list_shows_the_people_below_and_no_others(client, them):
    mine = LeaveRequestFactory(person=them.agent, reason="看病")
    other = LeaveRequestFactory(person=them.stranger, reason="搬家")
    shown = page(as_(client, them.lead), "leave_list")
    assert "看病" in shown
    assert "搬家" not in shown
    assert {mine.pk, other.pk} == set(LeaveRequest.objects.values_list("pk", flat=True))
    shown = page(as_(client, them.supervisor), "leave_list")
    assert "搬家" in shown


def test_whoever_leads_the_shift_sees_why_its_people_are_away(client, them):
    leave = LeaveRequestFactory(person=them.stranger, first_day=date(2026, 11, 10), reason="搬家")
    day = leave.first_day
    AssignmentFactory(person=them.stranger, team=them.other_team, day=day)
    page(as_(client, them.lead), "leave_request", leave.pk, status=404)
    AssignmentFactory(person=them.lead, team=them.other_team, day=day, is_lead=True)
    assert "搬家" in page(client, "leave_request", leave.pk)


def test_the_list_has_pages(client, them):
    for n in range(51):
        LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 10) + timedelta(days=n))
    as_(client, them.lead)
    assert page(client, "leave_list").count('<td data-label="Asked">') == 50
    assert page(client, "leave_list", page="2").count('<td data-label="Asked">') == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_calendar_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    for n in range(rows):
        mate = PersonFactory(posting__team=them.team, posting__chief=them.lead)
        AbsenceFactory(person=mate, day=date(2026, 11, 10 + n))
    with django_assert_num_queries(10):
        shown = page(client, "leave_calendar")
    assert shown.count('class="leave-away') == rows


def test_the_calendar_shows_why_only_to_those_above(client, them):
    AbsenceFactory(person=them.agent, day=date(2026, 11, 10), kind=AbsenceKind.SICK)
    AbsenceFactory(person=them.stranger, day=date(2026, 11, 11), kind=AbsenceKind.PERSONAL)
    AbsenceFactory(
        person=them.agent, day=date(2026, 11, 12), kind=AbsenceKind.REST,
        state=AbsenceState.WITHDRAWN,
    )  # fmt: skip
    shown = page(as_(client, them.mate), "leave_calendar")
    assert shown.count('class="leave-away') == 1
    assert them.agent.name in shown
    assert "sick" not in shown
    shown = page(as_(client, them.lead), "leave_calendar")
    assert "sick" in shown
    shown = page(as_(client, them.supervisor), "leave_calendar")
    assert them.stranger.name in shown
    assert "personal leave" in shown
    only = page(client, "leave_calendar", team=them.team.pk)
    assert them.stranger.name not in only
    assert f"&amp;team={them.team.pk}" in only
    page(as_(client, them.outsider), "leave_calendar", status=404)


def test_half_days_stand_in_the_calendar_as_such(client, them):
    AbsenceFactory(
        person=them.agent, day=date(2026, 11, 10), kind=AbsenceKind.PERSONAL, half=Half.FIRST
    )
    assert "personal leave (first half)" in page(client, "leave_calendar")


@pytest.mark.usefixtures("them")
def test_a_month_without_absences_says_so(client):
    shown = page(client, "leave_calendar", month="2027-02")
    assert "Away in February 2027" in shown
    assert "Nobody is away in this month." in shown
