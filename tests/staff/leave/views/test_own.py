"""One's own leave: what is left, asking, and taking back."""

import re
import uuid
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from portal.models import AuditEntry, Notice
from staff.leave.enums import LeaveState
from staff.leave.models import LeaveRequest
from staff.people.enums import AbsenceKind, Half
from tests.factories.leave import LeaveRequestFactory
from tests.factories.staff import AbsenceFactory, Department, SalaryFactory
from tests.staff.browser import as_, said
from tests.staff.leave.views.steps import (
    EMERGENCY,
    HOSTILE,
    NOW,
    PERSONAL,
    REST,
    SURROGATE,
    TODAY,
    page,
    requests_for,
    send,
)

pytestmark = pytest.mark.django_db


def fields(kind=REST, first="2026-11-10", **more):
    return {"form_key": str(uuid.uuid4()), "kind": kind, "first_day": first} | more


@pytest.mark.parametrize("rows", [1, 3])
def test_my_leave_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    requests_for(them.agent, rows)
    requests_for(them.mate, 2)
    with django_assert_num_queries(15):
        shown = page(client, "leave")
    assert shown.count('<td data-label="Asked">') == rows


def test_my_leave_shows_balances_and_says_what_would_be_here(client, them):
    shown = page(client, "leave")
    assert "You have asked for nothing yet." in shown
    assert "Rest days left in November 2026" in shown
    AbsenceFactory(person=them.agent, day=date(2026, 11, 3), kind=AbsenceKind.REST)
    for n in (2, 3, 4, 5):
        AbsenceFactory(
            person=them.agent, day=date(2026, 10, n), kind=AbsenceKind.PERSONAL, half=Half.WHOLE
        )
    shown = page(client, "leave")
    assert "lost after too much leave in the month before" in shown
    assert "LEAVE-5" in shown
    assert page(client, "leave", month="2026-09") != shown
    assert "No request fits." in page(client, "leave", q="nothing like it")


def test_leave_past_the_years_limit_stands_below_zero(client, them):
    for n in range(31):
        AbsenceFactory(
            person=them.agent, day=date(2026, 5, 1) + timedelta(days=n), kind=AbsenceKind.PERSONAL
        )
    shown = page(client, "leave")
    assert "Below zero the days count as absence (LEAVE-6)." in shown
    assert "past the leave of the year: counts as absence" in shown


@pytest.mark.parametrize("name", ["leave", "leave_list", "leave_calendar", "leave_waiting"])
@pytest.mark.parametrize("value", HOSTILE)
def test_nonsense_in_the_address_is_ignored(client, them, name, value):
    requests_for(them.agent, 1)
    as_(client, them.supervisor)
    for key in ("q", "kind", "state", "month", "team", "page", "sort"):
        page(client, name, status=400 if "\x00" in value else 200, **{key: value})
        assert client.get(f"{reverse(f'staff:{name}')}?{key}={SURROGATE}").status_code == 200


@pytest.mark.parametrize("name", ["leave", "leave_list"])
def test_htmx_gets_the_rows_alone(client, them, name):
    requests_for(them.agent, 2)
    as_(client, them.lead)
    response = client.get(reverse(f"staff:{name}"), headers={"hx-request": "true"})
    assert response.status_code == 200
    assert b"<html" not in response.content


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tile_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    requests_for(them.agent, rows)
    with django_assert_num_queries(12):
        shown = page(client, "tile_leave")
    assert shown.count("<li") == rows
    assert "Rest days left in November 2026: 2" in shown


def test_the_tile_of_somebody_with_nothing_coming(client, them):
    LeaveRequestFactory(
        person=them.agent, first_day=date(2026, 11, 1), state=LeaveState.REFUSED,
        decided_by=them.deputy, decided_at=NOW, why="大促",
    )  # fmt: skip
    assert "Nothing asked for or coming." in page(client, "tile_leave")


def test_the_form_says_what_a_request_costs_before_it_is_sent(client, them):
    SalaryFactory(person=them.agent, base_fen=600000)
    for n in (2, 3, 4):
        AbsenceFactory(person=them.agent, day=date(2026, 11, n), kind=AbsenceKind.PERSONAL)
    page(client, "leave_ask")
    shown = page(client, "leave_consequence", kind=PERSONAL, first_day="2026-11-06")
    assert "1 day of leave deducts 200.00 yuan (LEAVE-4)." in shown
    assert (
        "This is day 4 of leave in November 2026: no rest days in December 2026 (LEAVE-5)." in shown
    )
    shown = page(client, "leave_consequence", kind=REST, first_day="2026-11-06")
    assert "A rest day is asked for at least 2 days ahead: from 11/07/2026 on (LEAVE-1)." in shown
    assert page(client, "leave_consequence", kind=REST).strip() == ""


def test_the_form_hints_at_the_call_of_an_emergency_and_shows_its_cost(client, them):
    SalaryFactory(person=them.agent, base_fen=600000)
    shown = page(client, "leave_consequence", kind=EMERGENCY, first_day="2026-11-05")
    assert "An emergency says who took the call (LEAVE-3)." in shown
    assert "This would be refused" not in shown
    assert "200.00" in shown
    shown = page(
        client, "leave_consequence", kind=EMERGENCY, first_day="2027-11-05", last_day="2026-01-01"
    )
    assert "The last day lies before the first." in shown


def test_a_request_is_asked_for_and_found_on_its_page(client, them):
    response = send(client, "leave_ask", **fields(kind=PERSONAL, reason="体检", half=Half.FIRST))
    leave = them.agent.leave_requests.get()
    assert response["Location"] == reverse("staff:leave_request", args=[leave.pk])
    assert (leave.first_day, leave.last_day, leave.half) == (date(2026, 11, 10),) * 2 + ("FIRST",)
    assert (leave.reason, leave.state, leave.asked_at) == ("体检", "REQUESTED", NOW)
    assert "Your request is sent." in said(client, response)
    shown = page(client, "leave_request", leave.pk)
    assert "What follows from it" in shown
    assert them.deputy.name in shown
    assert ">Approve<" not in shown


@pytest.mark.usefixtures("them")
def test_the_form_opens_with_the_kind_of_the_link(client):
    shown = page(client, "leave_ask", kind="emergency")
    assert re.search(r'<input[^>]*value="EMERGENCY"[^>]*checked', shown)
    for value in HOSTILE[1:]:
        assert re.search(
            r'<input[^>]*value="REST"[^>]*checked', page(client, "leave_ask", kind=value)
        )


@pytest.mark.usefixtures("them")
def test_a_refused_form_keeps_what_was_typed_and_names_the_rule(client):
    response = send(client, "leave_ask", **fields(first="2026-11-06", reason="回老家"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "from 11/07/2026 on (LEAVE-1)" in shown
    assert "回老家" in shown
    assert 'value="2026-11-06"' in shown
    assert not LeaveRequest.objects.exists()


def test_a_form_sent_twice_asks_once(client, them):
    data = fields()
    first, second = send(client, "leave_ask", **data), send(client, "leave_ask", **data)
    assert first["Location"] == second["Location"]
    assert LeaveRequest.objects.count() == 1
    assert Notice.objects.filter(kind="leave.asked", receiver=them.deputy.user).count() == 1
    assert "This request was sent already." in said(client, second)


def test_the_key_of_somebody_elses_form_leads_nowhere(client, them):
    data = fields()
    send(client, "leave_ask", **data)
    as_(client, them.mate)
    assert send(client, "leave_ask", **data)["Location"] == reverse("staff:leave")
    assert not them.mate.leave_requests.exists()


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("value", HOSTILE)
def test_nonsense_in_the_form_is_refused_in_words(client, value):
    for name in ("form_key", "kind", "first_day", "last_day", "half", "call_taken_by"):
        wrong = fields(kind=EMERGENCY) | {name: value}
        assert send(client, "leave_ask", **wrong).status_code == 422, name
        page(client, "leave_consequence", status=400 if "\x00" in value else 200, **wrong)
        half_a_character = urlencode(wrong | {name: "x"}).replace(
            f"{name}=x", f"{name}={SURROGATE}"
        )
        response = client.post(
            reverse("staff:leave_ask"),
            half_a_character,
            content_type="application/x-www-form-urlencoded",
        )
        assert response.status_code == 422, name
    response = send(client, "leave_ask", **fields(reason=value * 20))
    assert response.status_code == (422 if "\x00" in value or len(value) > 25 else 302)


def test_who_took_the_call_is_a_lead_or_above(client, them):
    call = fields(kind=EMERGENCY, first="2026-11-05")
    assert send(client, "leave_ask", **call, call_taken_by=them.mate.pk).status_code == 422
    response = send(client, "leave_ask", **call, call_taken_by=them.lead.pk)
    assert response.status_code == 302
    leave = them.agent.leave_requests.get()
    assert leave.call_taken_by == them.lead
    assert them.lead.name in page(client, "leave_request", leave.pk)


def test_the_page_is_for_the_person_and_those_above(client, them):
    leave = LeaveRequestFactory(person=them.agent, reason="住院检查")
    assert "住院检查" in page(client, "leave_request", leave.pk)
    for who in (them.lead, them.deputy, them.supervisor):
        assert "住院检查" in page(as_(client, who), "leave_request", leave.pk)
    for who in (them.mate, them.other_lead, them.stranger, them.outsider):
        page(as_(client, who), "leave_request", leave.pk, status=404)
    as_(client, them.agent)
    for value in (10**18, 10**30, 0):
        page(client, "leave_request", value, status=404)


def test_the_page_says_who_decided_when_and_why(client, them):
    leave = LeaveRequestFactory(
        person=them.agent, state=LeaveState.REFUSED, decided_by=them.deputy, decided_at=NOW,
        why="双十一人手不够",
    )  # fmt: skip
    shown = page(client, "leave_request", leave.pk)
    assert "双十一人手不够" in shown
    assert them.deputy.name in shown
    assert ">Withdraw<" not in shown


def test_a_request_is_taken_back_until_its_day_begins(client, them):
    leave = LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 6))
    response = send(client, "leave_withdraw", leave.pk)
    assert "The request is withdrawn." in said(client, response)
    response = send(client, "leave_withdraw", leave.pk)  # the button pressed twice
    assert said(client, response) == "The request is withdrawn."
    assert AuditEntry.objects.filter(verb="leave.withdrawn").count() == 1
    begun = LeaveRequestFactory(person=them.agent, first_day=TODAY)
    response = send(client, "leave_withdraw", begun.pk)
    assert "until then (LEAVE-7)" in said(client, response)
    refused = LeaveRequestFactory(
        person=them.agent, state=LeaveState.REFUSED, decided_by=them.deputy, decided_at=NOW
    )
    response = send(client, "leave_withdraw", refused.pk)
    assert "nothing to withdraw" in said(client, response)


def test_others_take_back_nothing(client, them):
    leave = LeaveRequestFactory(person=them.agent)
    assert send(as_(client, them.deputy), "leave_withdraw", leave.pk).status_code == 403
    assert send(as_(client, them.mate), "leave_withdraw", leave.pk).status_code == 404


def test_a_day_of_leave_leads_to_its_request(client):
    them = Department()
    asked = LeaveRequestFactory(person=them.agent)
    day = asked.first_day.isoformat()
    client.force_login(them.agent.user)
    found = client.get(reverse("staff:leave_of_day", args=[them.agent.number, day]))
    assert found["Location"] == reverse("staff:leave_request", args=[asked.pk])
    for number, on in ((them.agent.number, "2001-01-01"), ("nobody", day), ("x", "2026-13-99")):
        assert client.get(reverse("staff:leave_of_day", args=[number, on])).status_code == 404
    client.force_login(them.mate.user)
    hidden = client.get(reverse("staff:leave_of_day", args=[them.agent.number, day]))
    assert hidden.status_code == 404
