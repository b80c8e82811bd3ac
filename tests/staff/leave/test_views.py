"""The pages of leave."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from portal.models import AuditEntry, Notice
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence
from staff.roster.models import ShiftType
from tests.factories.leave import LeaveRequestFactory
from tests.factories.roster import RequirementFactory
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    PersonFactory,
    SalaryFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)
HOSTILE = [
    "\x00", "9" * 40, "-1", "1_000", "١٢", "2026-13-45", "'; drop", "9999-12-31", "0000-01",
    "9999-12", "0001-01", "2026-1１",
]  # fmt: skip
SURROGATE = "%ED%A0%80"
REST, PERSONAL, EMERGENCY = LeaveKind.REST, LeaveKind.PERSONAL, LeaveKind.EMERGENCY


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    department = Department()
    client.cookies["django_language"] = "en"
    client.force_login(department.agent.user)
    return department


def as_(client, who):
    client.force_login(getattr(who, "user", who))
    return client


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"staff:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, **data):
    return client.post(reverse(f"staff:{name}", args=args), data)


def said(client, response):
    return " ".join(str(m) for m in client.get(response["Location"]).context["messages"])


def requests_for(person, rows, **more):
    """Open requests of a person, each with a shift, a requirement and somebody else away."""
    found = []
    for n in range(rows):
        day = date(2026, 11, 10) + timedelta(days=7 * n)
        found.append(LeaveRequestFactory(person=person, first_day=day, **more))
    return found


def fields(kind=REST, first="2026-11-10", **more):
    return {"form_key": str(uuid.uuid4()), "kind": kind, "first_day": first} | more


# One's own leave


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


# Asking


def test_the_form_says_what_a_request_costs_before_it_is_sent(client, them):
    SalaryFactory(person=them.agent, base_fen=600000)
    for n in (2, 3, 4):
        AbsenceFactory(person=them.agent, day=date(2026, 11, n), kind=AbsenceKind.PERSONAL)
    page(client, "leave_ask")
    shown = page(client, "leave_consequence", kind=PERSONAL, first_day="2026-11-06")
    assert "1 day(s) of leave deduct 200.00 yuan (LEAVE-4)." in shown
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


# The page of a request, and taking it back


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


# Deciding


def staffed(them, rows):
    """Open requests of different people, each leaving a gap, with somebody away beside it."""
    day_shift = ShiftType.objects.get(code="day")
    RequirementFactory(team=them.team, shift_type=day_shift, minimum=2, wanted=3)
    for n in range(rows):
        person = PersonFactory(posting__team=them.team, posting__chief=them.lead)
        SalaryFactory(person=person)
        day = date(2026, 11, 10) + timedelta(days=n)
        AssignmentFactory(person=person, team=them.team, day=day, shift_type=day_shift)
        AssignmentFactory(person=them.mate, team=them.team, day=day, shift_type=day_shift)
        AbsenceFactory(person=them.agent, day=day)
        LeaveRequestFactory(person=person, first_day=day, reason="家里有事")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_decisions_cost_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    staffed(them, rows)
    as_(client, them.deputy)
    with django_assert_num_queries(48):
        shown = page(client, "leave_waiting")
    assert shown.count('name="decision" value="approve"') == rows
    assert shown.count("1 planned, at least 2, wanted 3") == rows
    assert "This is day" not in shown
    assert "deduct 200.00 yuan" in shown
    assert them.agent.name in shown


def test_the_decisions_of_two_requests_of_one_person_know_of_each_other(client, them):
    SalaryFactory(person=them.agent)
    for n in (16, 17, 18):
        AbsenceFactory(person=them.agent, day=date(2026, 11, n), kind=AbsenceKind.PERSONAL)
    first = LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 10), kind=REST)
    LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 11), kind=REST)
    leave = LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 12))
    shown = page(as_(client, them.deputy), "leave_waiting")
    assert shown.count("1 more are asked for and not decided yet.") == 2
    assert "This is day 4 of leave in November 2026" in shown
    for one in (first, leave):
        page(client, "leave_request", one.pk)


def test_who_decides_nothing_has_no_such_page(client, them):
    for who in (them.agent, them.lead, them.outsider):
        page(as_(client, who), "leave_waiting", status=404)
    for who in (them.deputy, them.supervisor):
        shown = page(as_(client, who), "leave_waiting")
        assert "Nothing waits for your decision." in shown


def test_the_decisions_come_ten_to_a_page(client, them):
    for n in range(11):
        person = PersonFactory(posting__team=them.team, posting__chief=them.lead)
        LeaveRequestFactory(person=person, first_day=date(2026, 11, 10) + timedelta(days=n))
    as_(client, them.deputy)
    assert page(client, "leave_waiting").count('value="approve"') == 10
    assert page(client, "leave_waiting", page="2").count('value="approve"') == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tile_of_decisions_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    staffed(them, rows)
    as_(client, them.deputy)
    with django_assert_num_queries(14):
        shown = client.get(reverse("portal:tile_decide")).content.decode()
    assert shown.count("/staff/leave/") == rows + 1  # and the list of them all


def decide(client, leave, decision="approve", **data):
    return send(client, "leave_decide", leave.pk, decision=decision, **{"version": 1} | data)


def test_approving_takes_the_day_off_and_says_so(client, them):
    leave = LeaveRequestFactory(person=them.agent)
    response = decide(as_(client, them.deputy), leave, from_list="1")
    assert response["Location"] == reverse("staff:leave_waiting")
    assert "Approved:" in said(client, response)
    absence = Absence.objects.get()
    assert (absence.person, absence.day, absence.source) == (
        them.agent, leave.first_day, leave.source,
    )  # fmt: skip
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by, leave.version) == ("APPROVED", them.deputy, 2)


def test_a_refusal_says_why(client, them):
    leave = LeaveRequestFactory(person=them.agent)
    response = decide(as_(client, them.deputy), leave, "refuse")
    assert response.status_code == 422
    assert "Say why it is refused." in response.content.decode()
    response = decide(client, leave, "refuse", why="大促")
    assert "Refused:" in said(client, response)
    leave.refresh_from_db()
    assert (leave.state, leave.why) == ("REFUSED", "大促")


def test_a_decision_sent_twice_is_one_decision(client, them):
    leave = LeaveRequestFactory(person=them.agent)
    decide(as_(client, them.deputy), leave)
    response = decide(client, leave)
    assert "Approved:" in said(client, response)
    assert AuditEntry.objects.filter(verb="leave.approved").count() == 1
    assert Notice.objects.filter(kind="leave.decided").count() == 1


def test_the_second_of_two_who_decide_is_told_what_the_first_did(client, them):
    for state, told in (("APPROVED", "already approved"), ("REFUSED", "already refused")):
        leave = LeaveRequestFactory(
            person=them.agent, state=state, decided_by=them.supervisor, decided_at=NOW,
            first_day=date(2026, 11, 2) + timedelta(days=len(told)),
        )  # fmt: skip
        other = "approve" if state == "REFUSED" else "refuse"
        response = decide(as_(client, them.deputy), leave, other, why="不行")
        assert f"{them.supervisor.name} has {told} this request." in said(client, response)
    gone = LeaveRequestFactory(
        person=them.agent, state=LeaveState.WITHDRAWN, withdrawn_at=NOW,
        first_day=date(2026, 11, 28),
    )  # fmt: skip
    response = decide(client, gone)
    assert "has withdrawn this request meanwhile" in said(client, response)


def test_what_changed_since_it_was_looked_at_is_not_decided(client, them):
    leave = LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 10), version=2)
    LeaveRequest.objects.filter(pk=leave.pk).update(last_day=date(2026, 11, 12))
    response = decide(as_(client, them.deputy), leave, why="行", version=1)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "This request has changed since you opened it, and nothing is decided yet." in shown
    assert "personal leave: 11/10/2026 to 11/12/2026" in shown
    assert 'value="行"' in shown
    assert 'name="version" value="2"' in shown
    leave.refresh_from_db()
    assert leave.state == "REQUESTED"
    assert decide(client, leave, version=2).status_code == 302


@pytest.mark.parametrize("value", HOSTILE)
def test_nonsense_in_a_decision_decides_nothing(client, them, value):
    leave = LeaveRequestFactory(person=them.agent)
    as_(client, them.deputy)
    response = decide(client, leave, version=value)
    assert response.status_code == 422
    assert "This page was not sent whole." in response.content.decode()
    assert decide(client, leave, value).status_code == 422
    leave.refresh_from_db()
    assert leave.state == "REQUESTED"
    assert decide(client, leave, "refuse", why=value + "x" * 501).status_code == 422


def test_a_rule_that_stands_in_the_way_is_named_on_the_page(client, them):
    for n in (2, 3):
        AbsenceFactory(person=them.agent, day=date(2026, 11, n), kind=AbsenceKind.REST)
    leave = LeaveRequestFactory(person=them.agent, kind=REST, first_day=date(2026, 11, 10))
    response = decide(as_(client, them.deputy), leave)
    assert response.status_code == 422
    assert "November 2026 has 2 rest days; 0 are left (LEAVE-1)." in response.content.decode()


def test_who_may_not_decide_is_refused(client, them):
    leave = LeaveRequestFactory(person=them.agent)
    for who, status in (
        (them.agent, 403), (them.lead, 403), (them.mate, 404), (them.stranger, 404),
    ):  # fmt: skip
        assert decide(as_(client, who), leave).status_code == status
    own = LeaveRequestFactory(person=them.deputy)
    assert decide(as_(client, them.deputy), own).status_code == 403


def test_a_deputy_stands_in_while_the_supervisor_is_away(client, them):
    lead = PersonFactory(posting__post="LEAD", posting__chief=them.supervisor)
    leave = LeaveRequestFactory(person=lead, reason="体检")
    page(as_(client, them.deputy), "leave_request", leave.pk, status=404)
    assert decide(client, leave).status_code == 404
    AbsenceFactory(person=them.supervisor, day=TODAY)
    assert "体检" in page(client, "leave_request", leave.pk)
    assert lead.name in page(client, "leave_waiting")
    shown = page(as_(client, lead), "leave_request", leave.pk)
    assert f"{them.deputy.number} {them.deputy.name} (stands in)" in shown
    assert f"{them.supervisor.number} {them.supervisor.name} (away today)" in shown
    assert decide(as_(client, them.deputy), leave).status_code == 302
    entry = AuditEntry.objects.get(verb="leave.approved")
    assert entry.after["exception"] == "absent"


# The list


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


# The calendar


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
