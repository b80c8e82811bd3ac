"""What the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from staff.attendance.enums import MakeUpState
from tests.factories.staff import (
    NOW,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
    RedPacketPaymentFactory,
    WeekPublicationFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_the_same_person_and_second_is_one_punch():
    punch = PunchFactory()
    refused(lambda: PunchFactory(person=punch.person))
    PunchFactory(person=punch.person, punched_at=punch.punched_at + timedelta(seconds=1))
    PunchFactory()


def test_a_boundary_is_asked_for_once():
    makeup = MakeUpFactory()
    refused(lambda: MakeUpFactory(person=makeup.person))
    MakeUpFactory(person=makeup.person, side="OUT")


def test_a_decision_has_its_time_and_who_certified():
    person, by = PersonFactory(), PersonFactory()
    refused(lambda: MakeUpFactory(person=person, state=MakeUpState.REFUSED))
    refused(lambda: MakeUpFactory(person=person, decided_at=NOW))
    refused(lambda: MakeUpFactory(person=person, decided_by=by.user))
    refused(lambda: MakeUpFactory(person=person, state=MakeUpState.CERTIFIED, decided_at=NOW))
    refused(lambda: MakeUpFactory(person=person, certified_by=person))
    MakeUpFactory(person=person, certified_by=by)
    MakeUpFactory(certified=True)
    MakeUpFactory(refused=True)


def test_a_red_packet_is_paid_once_until_it_is_taken_back():
    payment = RedPacketPaymentFactory()
    refused(lambda: RedPacketPaymentFactory(person=payment.person))
    refused(lambda: RedPacketPaymentFactory(side="OUT", withdrawn_by=payment.person.user))
    payment.withdrawn_at = NOW
    payment.save()
    RedPacketPaymentFactory(person=payment.person)


def test_a_week_is_published_once_for_a_team():
    week = WeekPublicationFactory()
    refused(lambda: WeekPublicationFactory(team=week.team))
    WeekPublicationFactory()
