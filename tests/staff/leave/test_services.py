import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from complaints.enums import OfferState
from complaints.models import HandoverOffer
from complaints.services import followups
from portal import notices, submissions
from portal.models import AuditEntry, Notice
from staff.leave import services
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.services import Wish
from staff.people.enums import AbsenceKind, AbsenceState, Half, Post
from staff.people.models import Absence
from tests.at_once import at_once
from tests.factories.complaints import FollowUpFactory
from tests.factories.leave import LeaveRequestFactory
from tests.factories.staff import AbsenceFactory, Department, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 10, 8, 15, 59, tzinfo=UTC)  # 23:59 on the 8th in Shanghai
REST, PERSONAL, EMERGENCY = LeaveKind.REST, LeaveKind.PERSONAL, LeaveKind.EMERGENCY


@pytest.fixture
def them():
    return Department()


def day(number, month=10):
    return date(2026, month, number)


def wish(first, kind=REST, last=None, month=10, **more):
    return Wish(kind=kind, first_day=day(first, month), last_day=day(last or first, month), **more)


def ask(person, wished, now=NOW):
    return services.request_leave(actor=person, wish=wished, form_key=uuid.uuid4(), now=now)


def approve(by, leave, now=NOW):
    return services.decide_leave(actor=by, leave_id=leave.pk, approve=True, now=now)


def given(person, first, kind=REST, by=None, month=10):
    """A day approved already, with its absence."""
    leave = LeaveRequestFactory(
        person=person, kind=kind, first_day=day(first, month), state=LeaveState.APPROVED,
        decided_by=by or PersonFactory(posting__post=Post.SUPERVISOR), decided_at=NOW,
    )  # fmt: skip
    AbsenceFactory(person=person, day=leave.first_day, kind=kind, source=leave.source)
    return leave


def absences(person):
    rows = Absence.objects.filter(person=person, state=AbsenceState.APPROVED)
    return list(rows.order_by("day", "half").values_list("day", "half", "kind"))


def test_a_rest_day_for_the_tenth_is_asked_for_on_the_eighth_at_the_latest(them):
    leave = ask(them.agent, wish(10))
    assert (leave.state, leave.asked_at, leave.version) == (LeaveState.REQUESTED, NOW, 1)
    with pytest.raises(services.RuleBroken) as refused:
        ask(them.agent, wish(9))
    assert (refused.value.code, refused.value.refusal.rule) == ("late_rest", "LEAVE-1")
    with pytest.raises(services.RuleBroken):
        ask(them.agent, wish(11), now=NOW + timedelta(days=1, minutes=1))  # it is the tenth


@pytest.mark.parametrize(
    ("wished", "code"),
    [
        (wish(9, PERSONAL), None),
        (wish(8, PERSONAL), "late_leave"),
        (wish(8, EMERGENCY), "no_call"),
        (wish(12, PERSONAL, last=14, half=Half.FIRST), "half_of_several"),
        (wish(1, PERSONAL, month=1), "late_leave"),
    ],
)
def test_requests_that_the_rules_refuse(them, wished, code):
    refusal = services.refusal_of(them.agent, wished, asked_at=NOW)
    assert (refusal.code if refusal else None) == code


def test_days_before_the_first_policy_are_refused():
    person = PersonFactory(hired_on=date(2018, 1, 1))
    early = datetime(2019, 5, 1, 4, 0, tzinfo=UTC)
    asked = Wish(kind=REST, first_day=date(2019, 5, 8), last_day=date(2019, 5, 8))
    refusal = services.refusal_of(person, asked, asked_at=early)
    assert refusal is not None
    assert refusal.code == "no_policy"


def test_who_decides_is_told_and_the_reason_stays_out_of_the_audit_log(them):
    leave = ask(them.agent, wish(12, PERSONAL, reason="住院检查"))
    told = Notice.objects.filter(kind="leave.asked")
    assert set(told.values_list("receiver", flat=True)) == {
        them.deputy.user_id, them.supervisor.user_id,
    }  # fmt: skip
    approve(them.deputy, leave)
    assert not Notice.objects.filter(subject=leave.source, read_at=None).exists()
    decided = Notice.objects.get(kind="leave.decided")
    assert decided.receiver == them.agent.user
    text = notices.kind_of("leave.decided").text(decided.params)
    assert them.deputy.name in text
    for entry in AuditEntry.objects.filter(verb__startswith="leave."):
        assert "住院检查" not in str(entry.before) + str(entry.after) + entry.target_label


def test_a_form_that_is_sent_twice_asks_once(them):
    key = uuid.uuid4()
    again = {"actor": them.agent, "wish": wish(12), "form_key": key, "now": NOW}
    services.request_leave(**again, result=lambda leave: f"/{leave.pk}/")
    with pytest.raises(submissions.AlreadySubmitted) as sent:
        services.request_leave(**again)
    assert sent.value.result == f"/{them.agent.leave_requests.get().pk}/"


def test_an_approved_request_takes_every_day_off(them):
    leave = approve(them.deputy, ask(them.agent, wish(12, PERSONAL, last=14)))
    assert (leave.state, leave.decided_by, leave.decided_at) == (
        LeaveState.APPROVED, them.deputy, NOW,
    )  # fmt: skip
    assert absences(them.agent) == [(day(n), "WHOLE", "PERSONAL") for n in (12, 13, 14)]
    assert set(them.agent.absences.values_list("source", flat=True)) == {leave.source}


def test_a_refused_request_leaves_no_trace_in_the_roster(them):
    leave = ask(them.agent, wish(12))
    refused = services.decide_leave(
        actor=them.deputy, leave_id=leave.pk, approve=False, why="大促", now=NOW
    )
    assert (refused.state, refused.why) == (LeaveState.REFUSED, "大促")
    assert absences(them.agent) == []
    ask(them.agent, wish(12))  # what was refused may be asked for again


def test_the_second_decision_is_told(them):
    leave = ask(them.agent, wish(12))
    approve(them.deputy, leave)
    with pytest.raises(services.AlreadyDecided) as told:
        services.decide_leave(actor=them.supervisor, leave_id=leave.pk, approve=False, now=NOW)
    assert told.value.leave.decided_by == them.deputy
    with pytest.raises(services.OwnRequest):
        approve(them.deputy, ask(them.deputy, wish(13)))


def test_a_deputy_decides_for_the_only_supervisor_and_the_exception_is_logged(them):
    leave = approve(them.deputy, ask(them.supervisor, wish(12)))
    entry = AuditEntry.objects.get(verb="leave.approved", target_id=str(leave.pk))
    assert entry.after["exception"] == "only_supervisor"
    told = Notice.objects.filter(kind="leave.asked").values_list("receiver", flat=True)
    assert list(told) == [them.deputy.user_id]
    other = PersonFactory(posting__post=Post.SUPERVISOR)
    leave = approve(other, ask(them.supervisor, wish(13)))
    entry = AuditEntry.objects.get(verb="leave.approved", target_id=str(leave.pk))
    assert "exception" not in entry.after


def test_the_rest_days_are_counted_again_when_it_is_decided(them):
    first, second, third = (ask(them.agent, wish(number)) for number in (12, 13, 14))
    approve(them.deputy, first)
    approve(them.deputy, second)
    with pytest.raises(services.RuleBroken) as refused:
        approve(them.deputy, third)
    assert refused.value.refusal.rule == "LEAVE-1"
    third.refresh_from_db()
    assert third.state == LeaveState.REQUESTED
    services.withdraw_leave(actor=them.agent, leave_id=first.pk, now=NOW)
    assert approve(them.deputy, third).state == LeaveState.APPROVED


def test_no_rest_days_after_a_month_with_four_days_of_leave(them):
    for number in (1, 2, 3):
        given(them.agent, number, PERSONAL, month=9)
    assert services.refusal_of(them.agent, wish(12), asked_at=NOW) is None
    open_request = ask(them.agent, wish(12))
    given(them.agent, 4, PERSONAL, month=9)
    refusal = services.refusal_of(them.agent, wish(13), asked_at=NOW)
    assert refusal is not None
    assert refusal.rule == "LEAVE-5"
    with pytest.raises(services.RuleBroken):
        approve(them.deputy, open_request)


def test_the_second_request_of_a_date_is_refused_until_the_first_is_withdrawn(them):
    first = ask(them.agent, wish(12))
    with pytest.raises(services.RuleBroken) as refused:
        ask(them.agent, wish(11, PERSONAL, last=13))
    assert refused.value.code == "rest_and_leave"
    services.withdraw_leave(actor=them.agent, leave_id=first.pk, now=NOW)
    ask(them.agent, wish(11, PERSONAL, last=13))


def test_two_halves_of_a_day_may_be_two_requests_of_different_kind(them):
    ask(them.agent, wish(12, PERSONAL, half=Half.FIRST))
    with pytest.raises(services.RuleBroken):  # one request of a kind from a day, as files know it
        ask(them.agent, wish(12, PERSONAL, half=Half.SECOND))
    call = them.lead.pk
    ask(them.agent, wish(12, EMERGENCY, half=Half.SECOND, call_taken_by_id=call))


def test_leave_is_withdrawn_until_its_first_day_begins(them):
    leave = approve(them.deputy, ask(them.agent, wish(12, PERSONAL, last=13)))
    begins = datetime(2026, 10, 11, 16, 0, tzinfo=UTC)
    with pytest.raises(services.Begun):
        services.withdraw_leave(actor=them.agent, leave_id=leave.pk, now=begins)
    with pytest.raises(services.OwnRequest):
        services.withdraw_leave(actor=them.mate, leave_id=leave.pk, now=NOW)
    taken = services.withdraw_leave(
        actor=them.agent, leave_id=leave.pk, now=begins - timedelta(seconds=1)
    )
    assert (taken.state, taken.version) == (LeaveState.WITHDRAWN, 3)
    assert absences(them.agent) == []
    told = Notice.objects.filter(kind="leave.withdrawn").values_list("receiver", flat=True)
    assert set(told) == {them.deputy.user_id, them.supervisor.user_id}
    with pytest.raises(services.AlreadyDecided):
        services.withdraw_leave(actor=them.agent, leave_id=leave.pk, now=NOW)


def test_an_emergency_takes_the_place_of_the_sick_call(them):
    for number in (6, 7):
        AbsenceFactory(
            person=them.agent, day=day(number), kind=AbsenceKind.SICK, source="roster:sick"
        )
    call = them.supervisor.pk
    approve(them.deputy, ask(them.agent, wish(6, EMERGENCY, call_taken_by_id=call)))
    half = wish(7, EMERGENCY, half=Half.FIRST, call_taken_by_id=call)
    approve(them.deputy, ask(them.agent, half))
    assert absences(them.agent) == [
        (day(6), "WHOLE", "EMERGENCY"), (day(7), "FIRST", "EMERGENCY"), (day(7), "SECOND", "SICK"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_for_the_last_rest_day_decided_at_once_one_is_refused():
    them = Department()
    given(them.agent, 1, by=them.deputy)
    first, second = ask(them.agent, wish(12)), ask(them.agent, wish(13))
    results = at_once(lambda: approve(them.deputy, first), lambda: approve(them.supervisor, second))
    refused = [each for each in results if isinstance(each, services.RuleBroken)]
    assert [each.refusal.rule for each in refused] == ["LEAVE-1"]
    assert [each.state for each in results if isinstance(each, LeaveRequest)] == ["APPROVED"]
    assert len(absences(them.agent)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_of_one_request_at_once_the_second_is_told():
    them = Department()
    leave = ask(them.agent, wish(12))
    results = at_once(
        lambda: approve(them.deputy, leave),
        lambda: services.decide_leave(
            actor=them.supervisor, leave_id=leave.pk, approve=False, now=NOW
        ),
    )
    assert sum(isinstance(each, services.AlreadyDecided) for each in results) == 1
    assert sum(isinstance(each, LeaveRequest) for each in results) == 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_date_at_once_are_one():
    them = Department()
    results = at_once(
        lambda: ask(them.agent, wish(12)), lambda: ask(them.agent, wish(12, PERSONAL))
    )
    assert sum(isinstance(each, services.RuleBroken) for each in results) == 1
    assert them.agent.leave_requests.count() == 1


def test_open_follow_ups_of_the_days_are_offered_and_given_back(them):
    due = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
    followup = FollowUpFactory(owner=them.agent, store=them.store, due_at=due)
    other_day = FollowUpFactory(owner=them.agent, store=them.store, due_at=due + timedelta(days=3))
    leave = approve(them.deputy, ask(them.agent, wish(12, PERSONAL)))
    assert HandoverOffer.objects.count() == 0
    followups.sweep_offers(NOW + timedelta(minutes=1))
    offer = HandoverOffer.objects.get()
    assert (offer.followup, offer.lead, offer.owner) == (followup, them.lead, them.agent)
    assert offer.followup != other_day
    services.withdraw_leave(actor=them.agent, leave_id=leave.pk, now=NOW + timedelta(minutes=2))
    assert followups.sweep_offers(NOW + timedelta(minutes=3)) == 1
    offer.refresh_from_db()
    assert (offer.state, offer.settled_at is not None) == (OfferState.WITHDRAWN, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": date(2026, 11, 1)},
        {"half": Half.FIRST, "last_day": date(2026, 11, 3)},
        {"kind": EMERGENCY},
        {"state": LeaveState.APPROVED},
        {"state": LeaveState.WITHDRAWN},
        {"withdrawn_at": NOW},
        {"decided_at": NOW},
    ],
)
def test_the_database_refuses_what_must_not_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequestFactory(**wrong)


def test_the_database_knows_one_request_of_a_kind_from_a_day(them):
    first = LeaveRequestFactory(person=them.agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequestFactory(person=them.agent)
    LeaveRequestFactory(person=them.agent, kind=REST)
    LeaveRequest.objects.filter(pk=first.pk).update(state=LeaveState.WITHDRAWN, withdrawn_at=NOW)
    LeaveRequestFactory(person=them.agent)


def test_the_database_refuses_a_decision_by_oneself(them):
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequestFactory(
            person=them.deputy, state=LeaveState.APPROVED, decided_by=them.deputy, decided_at=NOW
        )
