"""The list of messages that could not be delivered."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.enums import Channel
from portal.models import AuditEntry, OutboxMessage
from tests.factories.portal import OutboxMessageFactory, RobotFactory, UserFactory
from tests.factories.staff import Department
from tests.portal.outbox.steps import NOW, to_robot

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_undeliverable_messages_are_listed_and_tried_again(client, robot_server):
    boss = UserFactory(is_superuser=True)
    message = to_robot(robot_server, gave_up_at=NOW, attempts=8)
    client.force_login(boss)
    assert message.robot.name in client.get(reverse("portal:outbox")).content.decode()
    client.post(reverse("portal:retry"), {"message": message.pk})
    message.refresh_from_db()
    assert (message.gave_up_at, message.attempts) == (None, 0)
    assert AuditEntry.objects.get().verb == "outbox.try_again"


def test_undeliverable_messages_are_hidden_from_others(client):
    OutboxMessageFactory(gave_up_at=NOW)
    client.force_login(UserFactory())
    assert client.get(reverse("portal:outbox")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows, django_assert_num_queries):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    OutboxMessageFactory.create_batch(rows, gave_up_at=NOW)
    client.get(reverse("portal:outbox"))
    with django_assert_num_queries(6):
        response = client.get(reverse("portal:outbox"))
    assert response.content.count(b'name="message"') == rows


def listed(client, person):
    client.force_login(getattr(person, "user", person))
    response = client.get(reverse("portal:outbox"))
    if response.status_code != 200:
        return response.status_code
    return {entry["row"].key for entry in response.context["entries"]}


def test_undeliverable_messages_are_seen_by_those_above_only():
    department, client = Department(), Client()
    robot = RobotFactory()
    department.team.robot = robot
    department.team.save()
    for name, person in (("agent", department.agent), ("deputy", department.deputy)):
        OutboxMessageFactory(key=name, user=person.user, gave_up_at=NOW)
    values = {"channel": Channel.ROBOT, "user": None, "gave_up_at": NOW}
    OutboxMessageFactory(key="robot", robot=robot, **values)
    OutboxMessageFactory(key="other robot", robot=RobotFactory(), **values)
    OutboxMessageFactory(key="stranger", gave_up_at=NOW)
    OutboxMessageFactory(key="sent", user=department.agent.user, sent_at=NOW)
    everything = {"agent", "deputy", "robot", "other robot", "stranger"}
    assert listed(client, department.outsider) == everything
    assert listed(client, department.supervisor) == {"agent", "deputy", "robot"}
    assert listed(client, department.deputy) == {"agent", "deputy", "robot"}
    assert listed(client, department.lead) == 404
    assert listed(client, department.agent) == 404


def test_somebody_elses_message_is_not_tried_again():
    department, client = Department(), Client()
    message = OutboxMessageFactory(gave_up_at=NOW)
    for who in (department.deputy, department.agent):
        client.force_login(who.user)
        response = client.post(reverse("portal:retry"), {"message": message.pk})
        assert response.status_code == 404
    client.force_login(department.deputy.user)
    client.post(reverse("portal:retry"))
    message.refresh_from_db()
    assert message.gave_up_at == NOW


def test_all_are_tried_again_at_once(client):
    client.force_login(UserFactory(is_superuser=True))
    OutboxMessageFactory.create_batch(3, gave_up_at=NOW, attempts=8)
    client.post(reverse("portal:retry"))
    client.post(reverse("portal:retry"))
    assert OutboxMessage.objects.due(timezone.now()).count() == 3
    assert AuditEntry.objects.count() == 3
