import hashlib
import hmac
import json
import re
import socket
import threading
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from portal import notices, outbox, robots, services
from portal.enums import Channel, RobotKind
from portal.models import AuditEntry, OutboxMessage, Robot
from tests.factories.portal import OutboxMessageFactory, RobotFactory, UserFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SECRET = "SEC" + "a" * 61


class FakeRobot(ThreadingHTTPServer):
    """A robot on loopback that keeps what it is told; `status` is what it answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, dict]] = []
        self.status = 200

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "code": 0, "errmsg": "ok"}')

    def log_message(self, *_args):
        """Keep quiet."""


@pytest.fixture
def robot_server():
    server = FakeRobot()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def bases(robot_server, settings, monkeypatch):
    settings.ROBOT_BASES = dict.fromkeys(("dingtalk", "wecombot", "feishu"), robot_server.base)
    for plugin in (robots.SignedDingTalk, robots.NotifyWeComBot, robots.SignedFeishu):
        monkeypatch.setattr(plugin, "notify_url", plugin.notify_url)
    robots.use_bases()
    return robot_server


def clock(now=NOW):
    return lambda: now


def to_robot(server, **values):
    robot = RobotFactory(address=f"json://127.0.0.1:{server.server_address[1]}/hook")
    return OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot, **values)


def test_a_mail_carries_its_key_and_is_sent_once():
    message = OutboxMessageFactory()
    assert outbox.send_due(clock=clock(), within=timedelta(seconds=1)) >= 0
    outbox.send_batch(clock=clock())
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert sent.extra_headers["X-Kefu-Key"] == message.key
    assert outbox.identifier(message.key) in sent.body
    message.refresh_from_db()
    assert (message.sent_at, message.lease) == (NOW, None)


def test_a_message_waits_for_its_time():
    OutboxMessageFactory(next_try_at=NOW + timedelta(seconds=1))
    assert outbox.send_batch(clock=clock()) == 0


def test_a_leased_message_is_left_alone_until_the_lease_runs_out(robot_server):
    message = to_robot(robot_server)
    claim = outbox._claim(NOW)  # noqa: SLF001 -- a process that dies after claiming
    assert [[row.pk for row in parcel] for parcel in claim.parcels] == [[message.pk]]
    assert outbox.send_batch(clock=clock(NOW + timedelta(seconds=19))) == 0
    assert outbox.send_batch(clock=clock(NOW + timedelta(seconds=21))) == 1
    assert len(robot_server.heard) == 1


def test_a_late_mark_of_a_lost_lease_changes_nothing(robot_server):
    message = to_robot(robot_server)
    claim = outbox._claim(NOW)  # noqa: SLF001 -- the first sender hangs
    outbox.send_batch(clock=clock(NOW + timedelta(seconds=21)))
    outbox._mark(claim.lease, claim.parcels[0], problem="not accepted", now=NOW)  # noqa: SLF001 -- and wakes up too late
    message.refresh_from_db()
    assert message.attempts == 0
    assert message.sent_at is not None


def test_a_message_that_cannot_be_rendered_does_not_stop_the_others(robot_server, monkeypatch):
    broken = to_robot(robot_server, kind="broken")
    sound = to_robot(robot_server)
    kind = notices.Kind(
        code="broken",
        icon="bell",
        label="Broken",
        text=lambda params: params["missing"],
        url=lambda _params: "/",
    )
    monkeypatch.setitem(notices._kinds, "broken", kind)  # noqa: SLF001 -- only for this test
    assert outbox.send_batch(clock=clock()) == 2
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.sent_at, broken.attempts, broken.last_error) == (None, 1, "KeyError")
    assert sound.sent_at == NOW


def test_a_refused_message_backs_off_and_is_given_up_in_the_end(robot_server):
    robot_server.status = 500
    message = to_robot(robot_server)
    now = NOW
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS):
        outbox.send_batch(clock=clock(now))
        message.refresh_from_db()
        waits.append(message.next_try_at - now)
        now = message.next_try_at
    assert waits[:-1] == outbox.WAITS
    assert message.gave_up_at is not None
    assert outbox.send_batch(clock=clock(now + timedelta(days=9))) == 0


def test_undeliverable_messages_are_listed_and_tried_again(client, robot_server):
    boss = UserFactory(is_superuser=True)
    message = to_robot(robot_server, gave_up_at=NOW, attempts=8)
    client.force_login(boss)
    assert message.robot.name in client.get(reverse("portal:outbox")).content.decode()
    client.post(reverse("portal:retry"), {"message": message.pk})
    message.refresh_from_db()
    assert (message.gave_up_at, message.attempts) == (None, 0)
    assert AuditEntry.objects.get().verb == "outbox.try_again"


def test_a_message_that_cannot_be_rendered_holds_nobody_up(robot_server):
    broken = to_robot(robot_server, kind="followup.reminder", params={})
    to_robot(robot_server)
    outbox.send_batch(clock=clock())
    broken.refresh_from_db()
    assert broken.last_error == "KeyError"
    assert len(robot_server.heard) == 1


def test_a_key_is_written_once():
    user = UserFactory()
    message = notices.Outgoing(key="k", kind="test", params={}, user_id=user.pk)
    notices.post([message], now=NOW)
    notices.post([message], now=NOW)
    assert OutboxMessage.objects.count() == 1


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


def test_undeliverable_messages_are_hidden_from_others(client):
    OutboxMessageFactory(gave_up_at=NOW)
    client.force_login(UserFactory())
    assert client.get(reverse("portal:outbox")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_senders_side_by_side_send_each_message_once(robot_server):
    for _ in range(60):
        to_robot(robot_server)
    problems = []

    def send():
        try:
            while outbox.send_batch(clock=clock()):
                pass
        except Exception as error:  # noqa: BLE001 -- whatever it is fails the test below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(robot_server.heard) == 60


def parcels(robot, *, most=99, **values):
    return [
        OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot, **values)
        for _ in range(most)
    ]


def marks_in(post):
    return re.findall(r"\[(K-[0-9a-f]{12})\]", json.dumps(post))


@pytest.fixture
def robot(robot_server):
    return RobotFactory(address=f"json://127.0.0.1:{robot_server.server_address[1]}/hook")


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


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows, django_assert_num_queries):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    OutboxMessageFactory.create_batch(rows, gave_up_at=NOW)
    client.get(reverse("portal:outbox"))
    with django_assert_num_queries(6):
        response = client.get(reverse("portal:outbox"))
    assert response.content.count(b'name="message"') == rows


def test_a_message_reads_in_the_language_of_its_receiver(monkeypatch):
    kind = notices.Kind(
        code="test.language",
        icon="bell",
        label=gettext_lazy("Notice"),
        text=lambda _params: get_language(),
        url=lambda _params: "/notices/",
    )
    monkeypatch.setitem(notices._kinds, kind.code, kind)  # noqa: SLF001 -- a kind for this test only
    for language in ("en", "zh-hans", ""):
        OutboxMessageFactory(kind=kind.code, user=UserFactory(language=language))
    outbox.send_batch(clock=clock())
    assert sorted(sent.body.split("\n")[0] for sent in mail.outbox) == ["en", "zh-hans", "zh-hans"]


def test_a_mail_carries_an_identifier_for_the_mailboxes():
    message = OutboxMessageFactory()
    outbox.send_batch(clock=clock())
    wanted = f"<{outbox.identifier(message.key)}@kefu>"
    assert mail.outbox[0].extra_headers["Message-ID"] == wanted


@pytest.mark.parametrize("values", [{"email": ""}, {"is_active": False}])
def test_nobody_without_a_mailbox_is_written_to(values):
    message = OutboxMessageFactory(user=UserFactory(**values))
    outbox.send_batch(clock=clock())
    message.refresh_from_db()
    assert (mail.outbox, message.attempts, message.last_error) == ([], 1, "no address")


def test_an_address_that_no_key_opens_stops_no_other(robot_server):
    broken, good = to_robot(robot_server), to_robot(robot_server)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_robot SET address = 'no token' WHERE id = %s", [broken.robot_id]
        )
    outbox.send_batch(clock=clock())
    rows = {row.pk: row for row in OutboxMessage.objects.all()}
    assert rows[good.pk].sent_at == NOW
    assert (rows[broken.pk].attempts, rows[broken.pk].last_error) == (1, "SealBroken")


def test_a_mail_server_that_never_answers_is_given_up_in_time(settings, monkeypatch):
    monkeypatch.setattr(outbox, "LONGEST_SEND", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        message = OutboxMessageFactory()
        started = time.monotonic()
        outbox.send_batch(clock=clock())
    assert time.monotonic() - started < 15
    message.refresh_from_db()
    assert (message.attempts, message.sent_at) == (1, None)


def test_a_withdrawn_message_stays_at_home():
    OutboxMessageFactory(withdrawn_at=NOW)
    assert outbox.send_batch(clock=clock()) == 0


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
