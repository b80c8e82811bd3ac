"""Robots of groups: their dialects, and parcels of several messages."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest

from portal import notices, outbox, robots, services
from portal.enums import Channel, RobotKind
from portal.models import OutboxMessage, Robot
from tests.factories.portal import OutboxMessageFactory, RobotFactory, UserFactory
from tests.portal.outbox.steps import NOW, SECRET, clock, marks_in, parcels

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_dingtalk_is_signed_and_carries_the_identifier(bases):
    robot = RobotFactory(kind=RobotKind.DINGTALK, address=f"dingtalk://{SECRET}@{'t' * 64}")
    message = OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot)
    outbox.send_batch(clock=clock())
    path, body = bases.heard[0]
    query = {key: values[0] for key, values in parse_qs(urlparse(path).query).items()}
    wanted = hmac.new(
        SECRET.encode(), f"{query['timestamp']}\n{SECRET}".encode(), hashlib.sha256
    ).digest()
    assert urlparse(path).path == "/robot/send"
    assert query["access_token"] == "t" * 64
    assert query["sign"] == b64encode(wanted).decode()
    assert outbox.identifier(message.key) in json.dumps(body)


@pytest.mark.parametrize(
    ("kind", "address", "path"),
    [
        (RobotKind.WECOM, "wecombot://" + "k" * 20, "/cgi-bin/webhook/send"),
        (RobotKind.FEISHU, "feishu://" + "f" * 20, f"/open-apis/bot/v2/hook/{'f' * 20}/"),
    ],
)
def test_wecom_and_feishu_hear_the_message(bases, kind, address, path):
    robot = RobotFactory(kind=kind, address=address)
    message = OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot)
    outbox.send_batch(clock=clock())
    assert urlparse(bases.heard[0][0]).path == path
    assert outbox.identifier(message.key) in json.dumps(bases.heard[0][1])


@pytest.mark.parametrize(
    ("kind", "address", "good"),
    [
        (RobotKind.DINGTALK, "dingtalk://" + "t" * 64, True),
        (RobotKind.WECOM, "wecombot://" + "k" * 20, True),
        (RobotKind.WECOM, "wecom://abc", False),
        (RobotKind.FEISHU, "https://example.com", False),
        (RobotKind.FEISHU, "feishu://secret@" + "f" * 20, True),
        (RobotKind.JSON, "json://127.0.0.1/x", True),
    ],
)
def test_an_address_belongs_to_its_kind(kind, address, good):
    assert robots.is_address(kind, address) is good


def test_what_waits_for_one_robot_leaves_together(robot_server, robot):
    rows = parcels(robot, most=45)
    assert outbox.send_batch(clock=clock()) == 40
    assert outbox.send_batch(clock=clock()) == 5
    heard = [marks_in(body) for _path, body in robot_server.heard]
    wanted = [outbox.identifier(row.key) for row in rows]
    assert heard == [wanted[:40], wanted[40:]]
    assert set(OutboxMessage.objects.values_list("sent_at", flat=True)) == {NOW}


def test_a_parcel_is_sent_again_as_it_was(robot_server, robot):
    first = parcels(robot, most=2)
    outbox._claim(NOW)  # noqa: SLF001 -- a process that dies between sending and marking
    parcels(robot, most=1)
    later = clock(NOW + timedelta(seconds=21))
    outbox.send_batch(clock=later)
    outbox.send_batch(clock=later)
    heard = [marks_in(body) for _path, body in robot_server.heard]
    assert heard[0] == [outbox.identifier(row.key) for row in first]
    assert [len(marks) for marks in heard] == [2, 1]


def test_nobody_else_speaks_through_a_robot_that_is_taken(robot):
    parcels(robot, most=1)
    claim = outbox._claim(NOW)  # noqa: SLF001 -- somebody speaks
    parcels(robot, most=1)
    assert outbox.send_batch(clock=clock(NOW + timedelta(seconds=19))) == 0
    robot.refresh_from_db()
    assert robot.busy_until == claim.until


@pytest.mark.parametrize(
    ("kind", "address", "pause"),
    [
        (RobotKind.DINGTALK, "dingtalk://" + "t" * 64, 3),
        (RobotKind.WECOM, "wecombot://" + "k" * 20, 3),
        (RobotKind.FEISHU, "feishu://" + "f" * 20, 1),
    ],
)
def test_a_chat_is_spared(bases, kind, address, pause):
    robot = RobotFactory(kind=kind, address=address)
    parcels(robot, most=41)
    outbox.send_batch(clock=clock())
    assert outbox.send_batch(clock=clock(NOW + timedelta(seconds=pause - 0.1))) == 0
    assert outbox.send_batch(clock=clock(NOW + timedelta(seconds=pause))) > 0
    assert len(bases.heard) == 2


def test_every_identifier_of_a_long_parcel_arrives(bases, monkeypatch):
    kind = notices.Kind(
        code="test.long",
        icon="bell",
        label="Long",
        text=lambda _params: "很长的一句话" * 60,
        url=lambda _params: "/notices/",
    )
    monkeypatch.setitem(notices._kinds, kind.code, kind)  # noqa: SLF001 -- a kind for this test only
    robot = RobotFactory(kind=RobotKind.WECOM, address="wecombot://" + "k" * 20)
    rows = parcels(robot, most=8, kind=kind.code)
    outbox.send_batch(clock=clock())
    body = bases.heard[0][1]
    assert marks_in(body) == [outbox.identifier(row.key) for row in rows]
    (content,) = [part["content"] for part in body.values() if isinstance(part, dict)]
    assert len(content.encode()) <= 2048
    assert "很长的一句话" in content


def test_one_message_of_a_parcel_that_cannot_be_rendered_stops_no_other(robot_server, robot):
    (broken,) = parcels(robot, most=1, kind="followup.reminder")
    sound = parcels(robot, most=3)
    outbox.send_batch(clock=clock())
    broken.refresh_from_db()
    assert (broken.sent_at, broken.attempts, broken.last_error) == (None, 1, "KeyError")
    heard = [marks_in(body) for _path, body in robot_server.heard]
    assert heard == [[outbox.identifier(row.key) for row in sound]]


def test_a_refused_parcel_waits_as_a_whole(robot_server, robot):
    robot_server.status = 500
    parcels(robot, most=3)
    outbox.send_batch(clock=clock())
    rows = OutboxMessage.objects.values_list("attempts", "next_try_at", "last_error").distinct()
    assert list(rows) == [(1, NOW + outbox.WAITS[0], "not accepted")]


def test_saving_a_robot_does_not_free_it():
    robot = RobotFactory()
    Robot.objects.update(busy_until=NOW)
    services.save_robot(
        actor=UserFactory(is_superuser=True), robot=robot, address="", changed=["name"], now=NOW
    )
    robot.refresh_from_db()
    assert robot.busy_until == NOW
