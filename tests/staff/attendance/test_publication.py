"""The week is published on Monday at ten, once (ATT-11)."""

from datetime import date, time, timedelta

import pytest

from portal import notices, ticking
from portal.models import AuditEntry, Notice, OutboxMessage
from staff.attendance.models import WeekPublication
from staff.attendance.services import publication
from tests.at_once import at_once
from tests.factories.portal import RobotFactory
from tests.factories.staff import (
    AssignmentFactory,
    Department,
    PolicyFactory,
    PunchFactory,
    RedPacketPaymentFactory,
)
from tests.staff.attendance.record import at

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MONDAY = date(2026, 10, 26)
DUE = at("2026-11-02 10:00")


@pytest.fixture
def them():
    """A week of one team in which the agent was late on Monday."""
    department = Department()
    AssignmentFactory(person=department.agent, team=department.team, day=MONDAY)
    for text in ("08:41", "17:30"):
        PunchFactory(person=department.agent, punched_at=at(f"{MONDAY} {text}"))
    return department


def weeks():
    return list(WeekPublication.objects.order_by("first_day").values_list("team_id", "first_day"))


def test_before_ten_nothing_is_published_and_at_ten_once(them):
    assert publication.publish_due(DUE - timedelta(seconds=1)) == 0
    assert publication.oldest_due(DUE - timedelta(seconds=1)) is None
    assert publication.oldest_due(DUE) == DUE
    assert publication.publish_due(DUE) == 1
    assert publication.publish_due(DUE) == 0
    assert publication.oldest_due(DUE) is None
    assert weeks() == [(them.team.pk, MONDAY)]
    told = Notice.objects.get()
    assert (told.receiver, told.kind) == (them.agent.user, publication.PUBLISHED)
    assert (told.params["count"], told.params["unpaid"]) == (1, 1)
    assert AuditEntry.objects.filter(verb="attendance.week_published").count() == 1


def test_what_is_paid_in_time_is_not_told_as_unpaid(them):
    RedPacketPaymentFactory(person=them.agent, day=MONDAY, paid_at=DUE)
    publication.publish_due(DUE)
    assert (Notice.objects.get().params["unpaid"]) == 0


def test_the_robot_of_the_team_is_told_if_there_is_one(them):
    them.team.robot = RobotFactory()
    them.team.save()
    publication.publish_due(DUE)
    message = OutboxMessage.objects.get()
    assert (message.robot, message.key) == (
        them.team.robot,
        f"week:{them.team.pk}:{MONDAY}:robot",
    )
    text = notices.kind_of(message.kind).text(message.params)
    assert them.team.name in text
    assert notices.kind_of(message.kind).url(message.params).endswith(f"{MONDAY}/")


def test_a_robot_out_of_use_is_left_alone(them):
    them.team.robot = RobotFactory(is_active=False)
    them.team.save()
    publication.publish_due(DUE)
    assert not OutboxMessage.objects.exists()


def test_after_an_outage_every_missed_week_is_published_and_only_the_last_told(them):
    for weeks_later in (1, 3):
        day = MONDAY + timedelta(weeks=weeks_later)
        AssignmentFactory(person=them.agent, team=them.team, day=day)
    now = at("2026-11-24 15:00")
    assert publication.oldest_due(now) == DUE
    assert publication.publish_due(now) == 3
    assert [day for _team, day in weeks()] == [
        MONDAY,
        MONDAY + timedelta(weeks=1),
        MONDAY + timedelta(weeks=3),
    ]
    assert [row.params["day"] for row in Notice.objects.all()] == ["2026-11-16"]


def test_a_week_without_shifts_and_one_without_a_team_are_not_published(them):
    AssignmentFactory(person=them.mate, team=None, day=MONDAY)
    publication.publish_due(DUE + timedelta(weeks=1))
    assert weeks() == [(them.team.pk, MONDAY)]


def test_a_roster_imported_late_does_not_publish_what_lies_before_the_last_week(them):
    publication.publish_due(DUE)
    AssignmentFactory(person=them.agent, team=them.team, day=MONDAY - timedelta(weeks=5))
    assert publication.publish_due(DUE) == 0


def test_at_most_ten_weeks_at_once(them):
    for back in range(1, 15):
        day = MONDAY - timedelta(weeks=back)
        AssignmentFactory(person=them.agent, team=them.team, day=day)
    assert [publication.publish_due(DUE) for _ in range(3)] == [10, 5, 0]


@pytest.mark.usefixtures("them")
def test_day_and_hour_are_those_of_the_policy():
    PolicyFactory(valid_from=MONDAY, publish_weekday=2, publish_at=time(9))
    assert publication.publish_due(at("2026-11-03 08:59")) == 0
    assert publication.publish_due(at("2026-11-03 09:00")) == 1


def test_the_tick_knows_the_step(them):
    ticking.run(clock=lambda: DUE)
    assert weeks() == [(them.team.pk, MONDAY)]
    ticking.run(clock=lambda: DUE)
    assert Notice.objects.filter(kind=publication.PUBLISHED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_publish_and_tell_once():
    them = Department()
    them.team.robot = RobotFactory()
    them.team.save()
    AssignmentFactory(person=them.agent, team=them.team, day=MONDAY)
    AssignmentFactory(person=them.mate, team=them.team, day=MONDAY)
    found = at_once(*[lambda: publication.publish_due(DUE) for _ in range(5)])
    assert sorted(found) == [0, 0, 0, 0, 1]
    assert WeekPublication.objects.count() == 1
    assert Notice.objects.filter(kind=publication.PUBLISHED).count() == 2
    assert OutboxMessage.objects.count() == 1
    assert AuditEntry.objects.filter(verb="attendance.week_published").count() == 1
