"""The sample department, whatever the day on which it is filled."""

from datetime import datetime

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from complaints.models import CaseLetter, Revisit
from config import sample
from feedback.models import AfterCase, Call, CallAttempt, Item
from staff.daily.enums import ReportState, SummaryState
from staff.daily.models import DailyReport, ReportQuestion, ShiftSummary, UnfinishedOrder
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.models import Dispute, Settlement
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies.asking import why_clash
from staff.leave.queries.standing import parts_by_person
from staff.people.models import Absence, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=["2026-11-01", "2026-11-26", "2027-03-31"])
def now(request, django_db_setup, django_db_blocker):  # noqa: ARG001 -- the database is there
    """The sample of a day, filled once for all tests of it and taken back after them."""
    zone = timezone.get_default_timezone()
    moment = datetime.fromisoformat(f"{request.param} 09:30").replace(tzinfo=zone)
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(moment, tick=False):
            assert sample.fill(now=moment)
        yield moment
        transaction.set_rollback(True)


def test_the_sample_has_leave_of_every_kind_and_state(now):
    pairs = set(LeaveRequest.objects.values_list("kind", "state"))
    assert {kind for kind, _state in pairs} == set(LeaveKind.values)
    assert {state for _kind, state in pairs} == set(LeaveState.values)
    assert {kind for kind, state in pairs if state == LeaveState.REQUESTED} == set(LeaveKind.values)
    assert LeaveRequest.objects.filter(half="FIRST").exists()
    refused = LeaveRequest.objects.get(state=LeaveState.REFUSED)
    assert "LEAVE-5" in refused.why
    assert not LeaveRequest.objects.filter(asked_at__gt=now).exists()
    assert not LeaveRequest.objects.filter(decided_at__gt=now).exists()
    days = Absence.objects.values_list("day", flat=True)
    people = Person.objects.values_list("pk", flat=True)
    held = parts_by_person(people, first=min(days), last=max(days))
    for parts in held.values():
        for place, part in enumerate(parts):
            assert why_clash([part], parts[:place]) is None


@pytest.mark.usefixtures("now")
def test_the_sample_has_a_published_month_with_disputes_and_a_draft():
    months = Settlement.objects.order_by("month").values_list("state", flat=True)
    assert list(months) == [MonthState.PUBLISHED, MonthState.DRAFT]
    states = Dispute.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [DisputeState.OPEN, DisputeState.REVERSED]


def test_the_sample_has_daily_reports_in_every_state_and_adopted_orders(now):
    assert set(DailyReport.objects.values_list("state", flat=True)) == set(ReportState.values)
    assert DailyReport.objects.filter(late_minutes__gt=0).exists()
    assert not DailyReport.objects.filter(filed_at__gt=now).exists()
    assert ShiftSummary.objects.filter(state=SummaryState.SENT, sent_at__lte=now).exists()
    assert ReportQuestion.objects.filter(answer="").exists()
    assert ReportQuestion.objects.filter(is_hard=True).exclude(answer="").exists()
    assert UnfinishedOrder.objects.exists()
    assert not UnfinishedOrder.objects.filter(adopted_at=None).exists()


@pytest.mark.usefixtures("now")
def test_the_sample_has_mails_in_a_case_waiting_and_set_aside():
    assert CaseLetter.objects.waiting().count() == 2
    assert CaseLetter.objects.exclude(complaint=None).count() == 1
    assert CaseLetter.objects.exclude(set_aside_at=None).count() == 1


def test_the_sample_has_answers_after_cases_and_a_call_list(now):
    asked = AfterCase.objects.exclude(invitation=None)
    assert asked.filter(invitation__answered_at=None).exists()
    assert asked.exclude(invitation__answered_at=None).count() == 5
    assert Revisit.objects.filter(channel="SURVEY", score=1).count() == 1
    waiting = Call.objects.filter(state="WAITING")
    assert waiting.filter(attempts=None).count() >= 3
    assert Call.objects.filter(state="REACHED", item__source="PHONE").count() >= 3
    assert not CallAttempt.objects.filter(at__gt=now).exists()
    assert Item.objects.exclude(triaged_by=None).exclude(topics=None).count() > 50
