"""What comes by which channel, and the weekly digest."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from complaints.models import FollowUp
from portal import choices, notices, weekly
from portal.enums import Channel, WayMode
from portal.models import ChannelChoice, ChannelRule, DigestPlan, Notice, OutboxMessage
from tests.factories.complaints import FollowUpFactory
from tests.factories.portal import (
    ChannelChoiceFactory,
    ChannelRuleFactory,
    DigestPlanFactory,
    RobotFactory,
    UserFactory,
)
from tests.factories.staff import AssignmentFactory, Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
NIGHT = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)  # 04:00 on Monday


def draft(user, *, key="k", kind="target.set", urgent=False):
    return notices.Draft(
        receiver_id=user.pk, key=key, kind=kind, params={}, subject="target:1", urgent=urgent
    )


@pytest.mark.parametrize(
    ("mode", "chosen", "expected"),
    [
        ("NEVER", True, False),
        ("ALWAYS", False, True),
        ("ASKED", None, False),
        ("ASKED", True, True),
        ("OFFERED", None, True),
        ("OFFERED", False, False),
    ],
)
def test_the_department_allows_and_the_person_chooses(mode, chosen, expected):
    user = UserFactory()
    ChannelRuleFactory(topic="targets", mode=mode)
    if chosen is not None:
        ChannelChoiceFactory(user=user, topic="targets", wanted=chosen)
    notices.send([draft(user)], now=NOW)
    assert Notice.objects.count() == 1
    assert OutboxMessage.objects.filter(channel=Channel.MAIL).exists() is expected


def test_what_was_told_before_is_not_mailed_after_a_change_of_mind():
    user = UserFactory()
    notices.send([draft(user)], now=NOW)
    ChannelRuleFactory(topic="targets", mode="ALWAYS")
    notices.send([draft(user)], now=NOW + timedelta(minutes=1))
    assert OutboxMessage.objects.count() == 0


def test_no_mail_without_address_and_none_twice():
    ChannelRuleFactory(topic="targets", mode="ALWAYS")
    notices.send([draft(UserFactory(email=""))], now=NOW)
    assert OutboxMessage.objects.count() == 0
    user = UserFactory()
    for _ in range(2):
        notices.send([draft(user)], now=NOW)
    assert OutboxMessage.objects.count() == 1
    notices.settle("target:1", now=NOW)
    assert OutboxMessage.objects.get().withdrawn_at == NOW


def test_mail_waits_for_the_receivers_shift_unless_urgent():
    them = Department()
    shift = AssignmentFactory(person=them.agent, team=them.team)
    ChannelRuleFactory(topic="targets", mode="ALWAYS")
    notices.send([draft(them.agent.user)], now=NIGHT)
    notices.send([draft(them.agent.user, key="urgent", urgent=True)], now=NIGHT)
    moments = OutboxMessage.objects.order_by("pk").values_list("not_before", flat=True)
    assert list(moments) == [shift.starts_at, NIGHT]


def test_the_teams_group_hears_with_the_name_what_may_be_said_there():
    them = Department()
    them.team.robot = RobotFactory()
    them.team.save()
    for topic in ("targets", "pay"):
        ChannelRuleFactory(topic=topic, channel=Channel.ROBOT, mode="ALWAYS")
    notices.send([draft(them.agent.user)], now=NOW)
    notices.send([draft(them.agent.user, key="pay", kind="statement.published")], now=NOW)
    message = OutboxMessage.objects.get(channel=Channel.ROBOT)
    assert (message.kind, message.robot, message.user) == (
        "target.set", them.team.robot, them.agent.user,
    )  # fmt: skip


def test_choices_are_kept_where_the_department_leaves_one(client):
    user = UserFactory(language="en")
    client.force_login(user)
    ChannelRuleFactory(topic="targets", mode="ALWAYS")
    url = reverse("portal:notice_choices")
    assert 'name="targets-MAIL"' not in client.get(url).content.decode()
    client.post(url, {"targets-MAIL": "on", "roster-MAIL": "on", "nothing-MAIL": "on"})
    chosen = choices.choices_of(user)
    assert chosen["roster", "MAIL"] is True
    assert ("targets", "MAIL") not in chosen
    assert not ChannelChoice.objects.filter(topic="nothing").exists()


def test_the_department_sets_the_table_and_the_moment_of_the_digest(client):
    them = Department()
    client.force_login(them.supervisor.user)
    url = reverse("portal:notice_rules")
    sent = {"targets-MAIL": "ALWAYS", "pay-ROBOT": "ALWAYS", "roster-MAIL": "x\x00",
            "is_on": "on", "weekday": "2", "at": "09:30"}  # fmt: skip
    assert client.post(url, sent).status_code == 302
    assert list(ChannelRule.objects.values_list("topic", "mode")) == [("targets", "ALWAYS")]
    plan = DigestPlan.objects.get()
    assert (plan.weekday, plan.at, plan.is_on) == (2, time(9, 30), True)
    assert client.post(url, sent | {"weekday": "9"}).status_code == 200
    assert client.post(url, sent | {"at": "１２:00"}).status_code in {200, 302}
    client.force_login(them.lead.user)
    assert client.get(url).status_code == 404


def test_the_digest_is_written_once_for_each_person_and_week():
    them = Department()
    FollowUpFactory(owner=them.agent, store=them.store, due_at=NOW + timedelta(days=1))
    FollowUpFactory(owner=them.agent, store=them.store, due_at=NOW - timedelta(days=1))
    done = FollowUpFactory(owner=them.mate, store=them.store, due_at=NOW - timedelta(days=3))
    FollowUp.objects.filter(pk=done.pk).update(
        state="DONE", done_at=NOW - timedelta(days=2), done_by=them.mate, outcome="ok"
    )
    assert weekly.send_due(NIGHT) == 0 or Notice.objects.filter(key="week:2026-10-26").count() == 0
    Notice.objects.all().delete()
    assert weekly.send_due(NOW) == 7  # everybody employed
    assert weekly.send_due(NOW + timedelta(hours=1)) == 0
    mine = Notice.objects.get(receiver=them.agent.user)
    assert mine.params["numbers"] == [["followups", 2], ["overdue", 1]]
    assert Notice.objects.get(receiver=them.mate.user).params["numbers"] == [["done", 1]]
    with translation.override("en"):
        text = notices.kind_of(mine.kind).text(mine.params)
    assert "2 follow-ups are open. 1 of them is overdue." in text
    assert OutboxMessage.objects.filter(kind=weekly.KIND).count() == 7


def test_a_digest_that_is_switched_off_or_stale_is_not_written():
    Department()
    assert weekly.send_due(NOW + timedelta(days=3, hours=1)) == 0
    DigestPlanFactory(is_on=False)
    assert weekly.send_due(NOW) == 0


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 2, 0, 0, tzinfo=UTC), datetime(2026, 11, 2, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 23, 59, tzinfo=UTC), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 8, 15, 0, tzinfo=UTC), datetime(2026, 11, 2, 0, 0, tzinfo=UTC)),
    ],
)
def test_the_moment_is_that_of_the_departments_zone(now, expected):
    moment = weekly.due_moment(DigestPlan(), now)
    assert moment == expected
    assert weekly.span_of(moment).first_day in {date(2026, 10, 26), date(2026, 10, 19)}


def test_every_kind_with_a_topic_has_a_default_and_private_ones_no_group():
    for topic in choices.topics():
        assert topic.default(Channel.MAIL) in WayMode.values
        if topic.private:
            assert topic.default(Channel.ROBOT) == WayMode.NEVER
