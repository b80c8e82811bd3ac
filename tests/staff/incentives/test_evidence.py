"""Every line of a statement leads in one click to what it rests on; rest days to their requests."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from complaints.enums import Bearer
from complaints.policies.liability import Part
from complaints.services import liability as liabilities
from staff.incentives.services import settling
from staff.leave.enums import LeaveKind, LeaveState
from staff.people.enums import AbsenceKind
from tests.factories.complaints import LiabilityFactory
from tests.factories.leave import LeaveRequestFactory
from tests.factories.staff import AbsenceFactory, Department, SalaryFactory
from tests.staff.incentives.staging import OCTOBER, published, punch, shift, statement, works

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"')


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(NOW, tick=False):
        yield


def off(person, day, kind, state=LeaveState.APPROVED, by=None):
    """A request of a day, and where it is approved the day off."""
    decided = {"decided_by": by, "decided_at": NOW - timedelta(days=30)}
    found = LeaveRequestFactory(
        person=person, kind=kind, first_day=day, state=state,
        **(decided if state != LeaveState.REQUESTED else {}),
    )  # fmt: skip
    if state == LeaveState.APPROVED:
        AbsenceFactory(person=person, day=day, kind=AbsenceKind(kind), source=f"leave:{found.pk}")
    return found


@pytest.fixture
def them(client):
    """October of the agent: late, absent, on leave, a rest day taken, one refused, a liability."""
    them = Department()
    for who in (them.agent, them.mate, them.deputy):
        SalaryFactory(person=who, base_fen=600000)
    shift(them.agent, "2026-10-08", "day", "08:30", "17:30")
    punch(them.agent, "2026-10-08 08:41")
    punch(them.agent, "2026-10-08 17:35")
    shift(them.agent, "2026-10-09", "day", "08:30", "17:30")
    works(them.mate, "2026-10")
    them.leave = off(them.agent, date(2026, 10, 12), LeaveKind.PERSONAL, by=them.deputy)
    them.taken = off(them.agent, date(2026, 10, 15), LeaveKind.REST, by=them.deputy)
    them.refused = off(
        them.agent, date(2026, 10, 20), LeaveKind.REST, LeaveState.REFUSED, by=them.deputy
    )
    them.liability = LiabilityFactory(store=them.store, proposed_by=them.lead)
    liabilities.decide(
        actor=them.supervisor, liability_id=them.liability.pk, version=1,
        parts=[Part(Bearer.PERSON, 1, them.agent.pk)], decision="备注写错",
        now=datetime(2026, 10, 21, 4, 0, tzinfo=UTC),
    )  # fmt: skip
    client.cookies["django_language"] = "en"
    return them


def page(client, who, name, *args, status=200, **query):
    client.force_login(who.user)
    response = client.get(reverse(f"staff:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def evidence(shown):
    """The links of each line by rule, without what is folded and the button of disputes."""
    found = {}
    for row in ROW.findall(shown):
        rule = re.search(r"<strong>([A-Z]+-[0-9]+)</strong>", row)
        if rule:
            links = [url for url in LINK.findall(FOLDED.sub("", row)) if "/dispute/" not in url]
            found.setdefault(rule[1], []).extend(links)
    return found


def test_every_line_has_its_evidence_outside_the_fold(client, them):
    published(now=NOW)
    number = them.agent.number
    found = evidence(page(client, them.agent, "pay"))
    day = f"/staff/attendance/people/{number}"
    assert found == {
        "ATT-2": [f"{day}/2026-10-08/"],
        "ATT-11": [f"{day}/2026-10-08/"],
        "ATT-7": [f"{day}/2026-10-09/"],
        "INC-4": [reverse("complaints:liability", args=[them.liability.pk])],
        "LEAVE-2": [f"/staff/leave/rest/{number}/2026-10/"],
        "LEAVE-4": [f"/staff/leave/of/{number}/2026-10-12/"],
    }
    whole = f"/staff/attendance/people/{them.mate.number}/?month=2026-10"
    assert evidence(page(client, them.mate, "pay"))["ATT-10"] == [whole]


def test_the_links_open_for_the_person_and_for_whoever_answers(client, them):
    published(now=NOW)
    for who in (them.agent, them.deputy):
        shown = page(client, who, "pay_person", them.agent.number)
        for links in evidence(shown).values():
            for url in links:
                answer = client.get(url, follow=True)
                assert answer.status_code == 200, url
    led = client.get(f"/staff/leave/of/{them.agent.number}/2026-10-12/")
    assert led.url == reverse("staff:leave_request", args=[them.leave.pk])


def test_a_line_that_was_taken_back_still_leads_to_the_withdrawn_request(client, them):
    published(now=NOW)
    them.leave.state, them.leave.withdrawn_at = LeaveState.WITHDRAWN, NOW
    them.leave.save()
    them.agent.absences.filter(day=date(2026, 10, 12)).delete()
    settling.settle(OCTOBER, actor=None, now=NOW)
    assert [row.stands for row in statement(them.agent).lines if row.line.rule == "LEAVE-4"] == [
        False, False,
    ]  # fmt: skip
    links = evidence(page(client, them.agent, "pay"))["LEAVE-4"]
    assert {client.get(url).url for url in links} == {
        reverse("staff:leave_request", args=[them.leave.pk])
    }


def test_rest_days_show_the_requests_taken_and_not_taken(client, them):
    shown = page(client, them.agent, "rest_days", them.agent.number, "2026-10")
    for request in (them.taken, them.refused):
        assert reverse("staff:leave_request", args=[request.pk]) in shown
    assert reverse("staff:leave_request", args=[them.leave.pk]) not in shown
    found = re.findall(r'stat-value">([0-9.]+)', shown)
    assert found == ["2", "1", "1"]
    empty = page(client, them.mate, "rest_days", them.mate.number, "2026-10")
    assert "No rest day was asked for in this month." in empty


def test_rest_days_that_are_lost_show_the_leave_that_lost_them(client, them):
    for day in (1, 2, 3, 4):
        off(them.mate, date(2026, 9, day), LeaveKind.PERSONAL, by=them.deputy)
    shown = page(client, them.mate, "rest_days", them.mate.number, "2026-10")
    assert "LEAVE-5" in shown
    assert shown.count("/staff/leave/") >= 4
    assert "Leave of the month before" in shown
    assert "Leave of the month before" not in page(
        client, them.mate, "rest_days", them.mate.number, "2026-09"
    )


def test_nobody_else_sees_the_rest_days(client, them):
    number = them.agent.number
    for who in (them.mate, them.stranger, them.other_lead):
        page(client, who, "rest_days", number, "2026-10", status=404)
    for who in (them.agent, them.lead, them.deputy, them.supervisor):
        assert "2026" in page(client, who, "rest_days", number, "2026-10")


@pytest.mark.parametrize("text", ["2026-13", "9999-12", "0001-01", "x", "1_000", "١٢", "9" * 40])
def test_a_month_that_is_none_is_not_there(client, them, text):
    page(client, them.agent, "rest_days", them.agent.number, text, status=404)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_rest_days_cost_the_same_for_any_number(client, rows, django_assert_num_queries):
    them = Department()
    for day in range(1, rows + 1):
        off(them.agent, date(2026, 10, day), LeaveKind.REST, by=them.deputy)
    page(client, them.agent, "rest_days", them.agent.number, "2026-10")
    with django_assert_num_queries(10):
        response = client.get(reverse("staff:rest_days", args=[them.agent.number, "2026-10"]))
    assert len(re.findall(r'<a href="/staff/leave/[0-9]+/"', response.content.decode())) == rows


def test_a_disputed_line_shows_its_evidence_beside_the_answer(client, them):
    published(now=NOW)
    line = next(row.named for row in statement(them.agent).lines if row.line.rule == "LEAVE-2")
    client.force_login(them.agent.user)
    data = {"month": "2026-10", "reason": "还有一天"} | line._asdict()
    client.post(reverse("staff:pay_dispute"), data)
    dispute = them.agent.disputes.get()
    shown = page(client, them.deputy, "dispute", dispute.pk)
    assert f"/staff/leave/rest/{them.agent.number}/2026-10/" in shown
