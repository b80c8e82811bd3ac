"""The pages on which leave is decided."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.models import AuditEntry, Notice
from staff.leave.enums import LeaveState
from staff.leave.models import LeaveRequest
from staff.people.enums import AbsenceKind
from staff.people.models import Absence
from staff.roster.models import ShiftType
from tests.factories.leave import LeaveRequestFactory
from tests.factories.roster import RequirementFactory
from tests.factories.staff import AbsenceFactory, AssignmentFactory, PersonFactory, SalaryFactory
from tests.staff.browser import as_, said
from tests.staff.leave.views.steps import HOSTILE, NOW, REST, TODAY, page, send

pytestmark = pytest.mark.django_db


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
    assert "deducts 200.00 yuan" in shown
    assert them.agent.name in shown


def test_the_decisions_of_two_requests_of_one_person_know_of_each_other(client, them):
    SalaryFactory(person=them.agent)
    for n in (16, 17, 18):
        AbsenceFactory(person=them.agent, day=date(2026, 11, n), kind=AbsenceKind.PERSONAL)
    first = LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 10), kind=REST)
    LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 11), kind=REST)
    leave = LeaveRequestFactory(person=them.agent, first_day=date(2026, 11, 12))
    shown = page(as_(client, them.deputy), "leave_waiting")
    assert shown.count("1 more is asked for and not decided yet.") == 2
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
