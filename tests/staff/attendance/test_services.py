"""Writes of attendance, also at once and twice, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.models import AuditEntry, Notice
from portal.period import DaySpan
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.attendance.policies.judging import Found
from staff.attendance.queries.records import days_of_people
from staff.attendance.services import clocking, makeups, payments
from tests.at_once import at_once
from tests.factories.staff import (
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
    RedPacketPaymentFactory,
)
from tests.staff.attendance.record import at

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 12, 0, 5, 700_000, tzinfo=UTC)


def test_the_same_second_is_one_punch():
    someone = PersonFactory()
    first, is_new = clocking.clock(person=someone, side=Side.IN, now=NOW)
    again, once_more = clocking.clock(
        person=someone, side=Side.IN, now=NOW.replace(microsecond=900_000)
    )
    assert (first, is_new, once_more) == (again, True, False)
    assert first.punched_at == NOW.replace(microsecond=0)
    clocking.clock(person=someone, side=Side.OUT, now=NOW + timedelta(seconds=1))
    assert [row.kind for row in Punch.objects.order_by("punched_at")] == ["IN", "OUT"]
    assert AuditEntry.objects.filter(verb="attendance.clocked").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_punch():
    someone = PersonFactory()
    found = at_once(
        *[lambda: clocking.clock(person=someone, side=Side.IN, now=NOW) for _ in range(4)]
    )
    assert sorted(is_new for _punch, is_new in found) == [False, False, False, True]
    assert Punch.objects.count() == 1


def ask(someone, *, deciders=(), day=DAY, side=Side.IN, now=NOW):
    return makeups.ask(
        person=someone, day=day, side=side, reason="手机没电", deciders=deciders, now=now
    )


def test_a_make_up_is_asked_for_once_and_told_to_who_decides():
    them = Department()
    AssignmentFactory(person=them.agent)
    makeup = ask(them.agent, deciders=[them.deputy.pk])
    assert (makeup.state, makeup.asked_at) == (MakeUpState.OPEN, NOW.replace(microsecond=0))
    assert [row.receiver for row in Notice.objects.all()] == [them.deputy.user]
    with pytest.raises(makeups.AskedAlready) as error:
        ask(them.agent, deciders=[them.deputy.pk])
    assert error.value.makeup == makeup
    assert Notice.objects.count() == 1


def test_no_make_up_without_a_shift_that_has_begun():
    someone = PersonFactory()
    with pytest.raises(makeups.NoShift):
        ask(someone)
    AssignmentFactory(person=someone)
    with pytest.raises(makeups.NoShift):
        ask(someone, now=at(f"{DAY} 08:29"))
    assert not MakeUp.objects.exists()


def decide(makeup, by, *, certify=True, version=None):
    return makeups.decide(
        makeup_id=makeup.pk,
        version=version or makeup.version,
        decision=makeups.Decision(certify=certify, by=by, answer="好"),
        now=NOW,
    )


@pytest.mark.parametrize("certify", [True, False])
def test_a_decision_names_who_answers_for_it_and_is_told(certify):
    them = Department()
    AssignmentFactory(person=them.agent)
    makeup = decide(ask(them.agent, deciders=[them.deputy.pk]), them.deputy, certify=certify)
    assert (makeup.state == MakeUpState.CERTIFIED, makeup.certified_by) == (certify, them.deputy)
    assert (makeup.decided_at, makeup.decided_by, makeup.version) == (NOW, them.deputy.user, 2)
    told = Notice.objects.get(kind=makeups.DECIDED)
    assert (told.receiver, told.params["certified"]) == (them.agent.user, certify)
    assert Notice.objects.get(kind=makeups.ASKED).read_at == NOW
    verb = "makeup.certified" if certify else "makeup.refused"
    assert AuditEntry.objects.filter(verb=verb, actor=them.deputy.user).count() == 1


def test_a_second_decision_is_told_what_is_there():
    them = Department()
    makeup = MakeUpFactory(person=them.agent)
    decide(makeup, them.deputy)
    with pytest.raises(makeups.AlreadyDecided) as error:
        decide(makeup, them.supervisor, certify=False)
    assert error.value.makeup.certified_by == them.deputy
    with pytest.raises(makeups.AlreadyDecided):
        decide(makeup, them.supervisor, version=2)
    stale = MakeUpFactory(person=them.mate)
    with pytest.raises(makeups.AlreadyDecided):
        decide(stale, them.deputy, version=7)


def test_a_person_without_a_sign_in_is_decided_without_a_notice():
    them = Department()
    makeup = MakeUpFactory(person=PersonFactory(user=None))
    decide(makeup, them.deputy)
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_request_decided_twice_at_once_is_decided_once():
    them = Department()
    makeup = MakeUpFactory(person=them.agent)
    found = at_once(
        lambda: decide(makeup, them.deputy),
        lambda: decide(makeup, them.supervisor, certify=False),
    )
    assert sum(isinstance(one, makeups.AlreadyDecided) for one in found) == 1
    assert Notice.objects.filter(kind=makeups.DECIDED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_make_ups_decided_at_once_leave_exactly_three_free_by_their_boundaries():
    """Two are certified; the third and the fourth are decided in two connections at once."""
    them = Department()
    days = [DAY + timedelta(days=n) for n in range(4)]
    rows = []
    for day in days:
        AssignmentFactory(person=them.agent, day=day)
        PunchFactory(person=them.agent, punched_at=at(f"{day} 17:31"))
        rows.append(MakeUpFactory(person=them.agent, day=day, asked_at=at(f"{day} 08:41")))
    for row in rows[:2]:
        decide(row, them.deputy)
    found = at_once(lambda: decide(rows[3], them.deputy), lambda: decide(rows[2], them.supervisor))
    assert [one.state for one in found] == [MakeUpState.CERTIFIED] * 2
    later = NOW + timedelta(days=20)
    span = DaySpan(days[0], days[-1])
    results = days_of_people([them.agent.pk], span=span, now=later)[them.agent.pk].results
    assert [result.start.found for result in results] == [Found.FREE] * 3 + [Found.ASKED_LATE]
    assert [result.start.number for result in results] == [1, 2, 3, 4]
    assert (results[3].start.minutes, results[3].start.rule) == (11, "ATT-2")


def test_an_open_request_is_taken_back_and_a_decided_one_not():
    them = Department()
    AssignmentFactory(person=them.agent)
    makeup = ask(them.agent, deciders=[them.deputy.pk])
    makeups.withdraw(person=them.agent, makeup_id=makeup.pk, now=NOW)
    assert not MakeUp.objects.exists()
    assert Notice.objects.get().read_at == NOW
    decided = MakeUpFactory(person=them.agent, certified=True)
    with pytest.raises(makeups.AlreadyDecided):
        makeups.withdraw(person=them.agent, makeup_id=decided.pk, now=NOW)
    with pytest.raises(makeups.TakenBack):
        makeups.withdraw(person=them.mate, makeup_id=decided.pk, now=NOW)


def test_what_is_taken_back_can_neither_be_decided_nor_taken_back_again():
    them = Department()
    AssignmentFactory(person=them.agent)
    makeup = ask(them.agent, deciders=[them.deputy.pk])
    makeups.withdraw(person=them.agent, makeup_id=makeup.pk, now=NOW)
    with pytest.raises(makeups.TakenBack):
        makeups.withdraw(person=them.agent, makeup_id=makeup.pk, now=NOW)
    with pytest.raises(makeups.TakenBack):
        decide(makeup, them.deputy)
    assert not Notice.objects.filter(kind=makeups.DECIDED).exists()


def test_payments_are_recorded_once_and_taken_back_with_a_trace():
    them = Department()
    keys = [(them.agent.pk, DAY, Side.IN), (them.agent.pk, DAY, Side.OUT)]
    (first,) = payments.record(keys[:1], paid_at=NOW, actor=them.lead.user, now=NOW)
    (second,) = payments.record([*keys, keys[1]], paid_at=NOW, actor=them.lead.user, now=NOW)
    assert (first.side, second.side) == ("IN", "OUT")
    assert first.paid_at == NOW.replace(microsecond=0)
    assert payments.withdraw(payment_id=first.pk, actor=them.deputy.user, now=NOW)
    assert not payments.withdraw(payment_id=first.pk, actor=them.deputy.user, now=NOW)
    first.refresh_from_db()
    assert (first.withdrawn_at, first.withdrawn_by) == (NOW, them.deputy.user)
    payments.record(keys[:1], paid_at=NOW, actor=them.lead.user, now=NOW)
    assert RedPacketPayment.objects.count() == 3
    verbs = AuditEntry.objects.filter(verb__startswith="red_packet").order_by("pk")
    assert [row.verb for row in verbs] == [
        "red_packet.paid",
        "red_packet.paid",
        "red_packet.payment_withdrawn",
        "red_packet.paid",
    ]


@pytest.mark.django_db(transaction=True)
def test_one_red_packet_recorded_twice_at_once_is_paid_once():
    them = Department()
    key = (them.agent.pk, DAY, Side.IN)
    found = at_once(
        *[
            lambda: payments.record([key], paid_at=NOW, actor=them.lead.user, now=NOW)
            for _ in range(4)
        ]
    )
    assert sorted(len(made) for made in found) == [0, 0, 0, 1]
    assert RedPacketPayment.objects.standing().count() == 1


def test_only_standing_payments_can_be_taken_back():
    gone = RedPacketPaymentFactory(withdrawn_at=NOW)
    assert not payments.withdraw(payment_id=gone.pk, actor=gone.person.user, now=NOW)
