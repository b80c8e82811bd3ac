"""What leaves the portal goes through a real Celery worker to servers that check signatures."""

import base64
import email
import hashlib
import hmac
import json
import os
import socketserver
import subprocess
import sys
import time
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from django.conf import settings
from django.utils import timezone

from complaints.services import cases
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from portal import outbox, tasks, webhooks
from portal.enums import Channel, RobotKind
from portal.models import OutboxMessage
from tests.factories.portal import OutboxMessageFactory, RobotFactory, UserFactory, WebhookFactory
from tests.factories.staff import Department, PolicyFactory
from tests.portal.test_transfer_worker import PATIENCE, database_url
from tests.serving import serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

SECRET = "SEC" + "a" * 61
FEISHU_SECRET = "x" * 22
TOKEN, KEY, HOOK = "t" * 64, "k" * 20, "f" * 20


class Chats(ThreadingHTTPServer):
    """DingTalk, WeCom, Feishu and a system with a webhook; what is not signed is refused."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Door)
        self.heard: dict[str, list] = {}
        self.refused = 0
        self.hook_secret = webhooks.new_secret()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


def signed_by_dingtalk(query):
    """Return whether the time is now and the signature that of the secret."""
    stamp = query.get("timestamp", ["0"])[0]
    wanted = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256)
    fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
    return fresh and query.get("sign") == [base64.b64encode(wanted).decode()]


def signed_for_feishu(message):
    """Return whether the time is now and the signature that of the secret."""
    key = f"{message.get('timestamp')}\n{FEISHU_SECRET}".encode()
    fresh = abs(time.time() - int(message.get("timestamp", "0"))) < 3_600
    wanted = base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()
    return fresh and message.get("sign") == wanted


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        url = urlparse(self.path)
        who = self._who(url.path, parse_qs(url.query), body)
        if who is None:
            self.server.refused += 1
        else:
            self.server.heard.setdefault(who, []).append(json.loads(body))
        self.send_response(200 if who else 401)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "code": 0, "errmsg": "ok"}')

    def _who(self, path, query, body):
        if path == "/robot/send":
            good = query.get("access_token") == [TOKEN] and signed_by_dingtalk(query)
            return "dingtalk" if good else None
        if path == "/cgi-bin/webhook/send":
            return "wecom" if query.get("key") == [KEY] else None
        if path == f"/open-apis/bot/v2/hook/{HOOK}/":
            return "feishu" if signed_for_feishu(json.loads(body)) else None
        return "webhook" if path == "/hook" and self._signed(body) else None

    def _signed(self, body):
        name, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        key = base64.b64decode(self.server.hook_secret.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256)
        wanted = f"v1,{base64.b64encode(digest).decode()}"
        return hmac.compare_digest(wanted, self.headers["webhook-signature"])

    def log_message(self, *_args):
        """Keep quiet."""


class Post(socketserver.ThreadingTCPServer):
    """A mail server that takes every letter and keeps it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Counter)
        self.letters: list[email.message.EmailMessage] = []


class Counter(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 ready")
        for line in self.rfile:
            word = line.strip().upper()
            if word.startswith(b"DATA"):
                self._say("354 go on")
                self._take()
            elif word.startswith(b"QUIT"):
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.letters.append(email.message_from_bytes(b"".join(lines), policy=default))
        self._say("250 taken")

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def chats():
    yield from serving(Chats())


@pytest.fixture
def post():
    yield from serving(Post())


@pytest.fixture
def worker(chats, post):
    """A worker on the database of the test, that knows only the servers of the test."""
    env = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KEFU_VAR": str(settings.VAR_DIR),
        "KEFU_BROKER_URL": settings.CELERY_BROKER_URL,
        "KEFU_WEBHOOK_PRIVATE": "1",
        "EMAIL_URL": f"smtp://127.0.0.1:{post.server_address[1]}",
        **{f"KEFU_{name}_BASE": chats.base for name in ("DINGTALK", "WECOM", "FEISHU")},
    }
    command = [sys.executable, "-m", "celery", "--app", "config", "worker"]
    options = ["--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
    process = subprocess.Popen(  # noqa: S603 -- our own worker
        [*command, *options, "--without-gossip", "--without-mingle"],
        env=env,
        cwd=Path(__file__).parents[2],
    )
    yield process
    process.kill()
    process.wait()


def waiting_since(now):
    words = {"kind": "feedback.channel_silent", "params": {"name": "旗舰店邮箱"}}
    return words | dict.fromkeys(("created_at", "not_before", "next_try_at"), now)


def wait_until_all_left():
    """Ring as the tick does, until nothing waits."""
    end = time.monotonic() + PATIENCE
    while OutboxMessage.objects.filter(sent_at=None).exists():
        assert time.monotonic() < end, list(
            OutboxMessage.objects.values_list("channel", "attempts", "last_error", "sent_at")
        )
        tasks.send_outbox.delay()
        time.sleep(1)


@pytest.mark.usefixtures("worker")
def test_robots_mail_and_webhooks_leave_by_a_worker_signed(chats, post):
    PolicyFactory()
    them = Department()
    now = timezone.now()
    robots = {
        "dingtalk": RobotFactory(
            kind=RobotKind.DINGTALK, address=f"dingtalk://{SECRET}@{TOKEN}", name="钉钉群"
        ),
        "wecom": RobotFactory(kind=RobotKind.WECOM, address=f"wecombot://{KEY}", name="企微群"),
        "feishu": RobotFactory(
            kind=RobotKind.FEISHU, address=f"feishu://{FEISHU_SECRET}@{HOOK}", name="飞书群"
        ),
    }
    due = waiting_since(now)
    told = {
        name: OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot, **due)
        for name, robot in robots.items()
    }
    reader = UserFactory(email="reader@example.com")
    letter = OutboxMessageFactory(channel=Channel.MAIL, user=reader, **due)
    WebhookFactory(user=them.deputy.user, address=f"{chats.base}/hook", secret=chats.hook_secret)
    case = cases.register(
        actor=them.agent, now=now,
        facts=CaseFacts(
            buyer=Buyer(name="张三", platform="TMALL", phone="13812345678"),
            store_id=them.store.pk, channel="PHONE", description="灯不亮",
        ),
    )  # fmt: skip
    wait_until_all_left()
    assert chats.refused == 0
    assert {name: len(found) for name, found in chats.heard.items()} == {
        "dingtalk": 1, "wecom": 1, "feishu": 1, "webhook": 1,
    }  # fmt: skip
    for name, message in told.items():
        assert outbox.identifier(message.key) in json.dumps(chats.heard[name][0])
    (event,) = chats.heard["webhook"]
    assert (event["type"], event["data"]["complaint"]) == ("complaint.registered", case.number)
    assert "张三" not in json.dumps(event, ensure_ascii=False)
    (mail,) = post.letters
    assert (mail["To"], mail["X-Kefu-Key"]) == ("reader@example.com", letter.key)
    assert outbox.identifier(letter.key) in mail.get_content()


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (RobotKind.DINGTALK, f"dingtalk://{'SEC' + 'b' * 61}@{TOKEN}"),
        (RobotKind.FEISHU, f"feishu://{'y' * 22}@{HOOK}"),
        (RobotKind.FEISHU, f"feishu://{HOOK}"),
    ],
)
@pytest.mark.usefixtures("worker", "post")
def test_what_is_signed_by_another_secret_is_refused_and_stays(chats, kind, address):
    robot = RobotFactory(kind=kind, address=address)
    now = timezone.now()
    due = waiting_since(now)
    message = OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot, **due)
    end = time.monotonic() + PATIENCE
    while not OutboxMessage.objects.get().attempts:
        assert time.monotonic() < end
        tasks.send_outbox.delay()
        time.sleep(1)
    message.refresh_from_db()
    assert (message.sent_at, chats.heard) == (None, {})
    assert chats.refused >= 1
