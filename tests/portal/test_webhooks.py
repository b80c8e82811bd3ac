"""Webhooks: told by a real worker's send to a server that checks signatures; never into our net."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.services import cases
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from portal import outbox, targets, webhooks
from portal.models import AuditEntry, OutboxMessage, Webhook
from tests.factories.portal import WebhookFactory
from tests.factories.staff import Department, PolicyFactory
from tests.serving import serving

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


class Receiver(ThreadingHTTPServer):
    """Another system: keeps what it is told if the signature is right, as its makers would."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret = ""
        self.heard, self.refused, self.status, self.knocks = [], 0, 204, 0
        self.address = f"http://127.0.0.1:{self.server_address[1]}/kefu?tenant=1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        server.knocks += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        key = base64.b64decode(server.secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(digest).decode()}"
        if not hmac.compare_digest(wanted, self.headers["webhook-signature"]):
            server.refused += 1
            self.send_response(401)
        else:
            if server.status == 204:
                server.heard.append((self.path, name, json.loads(body)))
            self.send_response(server.status)
            if server.status == 302:
                self.send_header("Location", server.address)
        self.end_headers()

    def log_message(self, *_args):
        """Keep quiet."""


@pytest.fixture
def receiver():
    yield from serving(Receiver())


@pytest.fixture
def them(settings):
    settings.WEBHOOK_PRIVATE = True
    PolicyFactory()
    return Department()


def hook_of(them, receiver, **fields):
    hook = WebhookFactory(user=them.deputy.user, address=receiver.address, **fields)
    receiver.secret = hook.secret
    return hook


def register(them, store=None):
    facts = CaseFacts(
        buyer=Buyer(name="张三", platform="TMALL", phone="13812345678"),
        store_id=(store or them.store).pk, channel="PHONE", description="灯不亮",
    )  # fmt: skip
    return cases.register(actor=them.agent, facts=facts, now=timezone.now())


def send():
    return outbox.send_batch(clock=timezone.now)


def test_what_happens_is_posted_signed_and_without_personal_data(them, receiver):
    hook = hook_of(them, receiver)
    case = register(them)
    assert send() == 1
    ((path, name, body),) = receiver.heard
    assert path == "/kefu?tenant=1"
    assert body["type"] == "complaint.registered"
    assert body["data"]["complaint"] == case.number
    assert body["data"]["url"].endswith(f"/complaints/{case.number}/")
    assert "张三" not in json.dumps(body, ensure_ascii=False)
    assert "13812345678" not in json.dumps(body)
    message = OutboxMessage.objects.get(webhook=hook)
    assert message.sent_at is not None
    assert name == outbox.identifier(message.key)
    assert send() == 0


def test_a_post_with_another_secret_is_refused_and_tried_again(them, receiver):
    hook_of(them, receiver)
    receiver.secret = webhooks.new_secret()
    register(them)
    send()
    message = OutboxMessage.objects.get()
    assert (receiver.refused, message.attempts, message.last_error) == (1, 1, "HTTP 401")
    assert message.next_try_at > timezone.now()


def test_only_the_events_and_stores_asked_for_are_told(them, receiver):
    hook = hook_of(them, receiver, store_ids=[them.other_store.pk])
    register(them)
    assert not OutboxMessage.objects.filter(webhook=hook).exists()
    register(them, them.other_store)
    assert OutboxMessage.objects.filter(webhook=hook).count() == 1
    Webhook.objects.update(events=["followup.done"])
    register(them, them.other_store)
    assert OutboxMessage.objects.filter(webhook=hook).count() == 1


def test_nothing_is_told_of_what_its_owner_may_no_longer_see(them, receiver):
    hook_of(them, receiver)
    register(them)
    them.deputy.postings.update(valid_until=timezone.localdate() - timedelta(days=1))
    send()
    assert receiver.knocks == 0
    assert OutboxMessage.objects.get().withdrawn_at is not None
    them.deputy.user.is_active = False
    them.deputy.user.save()
    register(them)
    assert OutboxMessage.objects.count() == 1


def test_failures_pause_it_and_nothing_is_lost(them, receiver, settings, client):
    settings.WEBHOOK_PAUSE_AFTER = 2
    hook = hook_of(them, receiver)
    receiver.status = 500
    for _ in range(3):
        register(them)
    send()
    send()
    hook.refresh_from_db()
    assert hook.paused_at is not None
    knocks = receiver.knocks
    OutboxMessage.objects.update(next_try_at=timezone.now())
    assert send() == 0
    assert receiver.knocks == knocks
    receiver.status = 204
    client.force_login(them.deputy.user)
    client.post(reverse("portal:webhook_act", args=[hook.pk]), {"act": "resume"})
    while send():
        pass
    assert len({name for _path, name, _body in receiver.heard}) == 3


def test_a_redirect_is_not_followed(them, receiver):
    hook_of(them, receiver)
    receiver.status = 302
    register(them)
    send()
    assert receiver.knocks == 1
    assert OutboxMessage.objects.get().last_error == "HTTP 302"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x", "https://127.0.0.1/", "https://localhost/", "https://[::1]/",
        "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/",
        "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/", "https://100.64.0.1/",
        "https://[64:ff9b::7f00:1]/", "https://user:pass@example.com/", "ftp://example.com/",
        "https:///x", "https://example.com:99999/", "https://exa mple.com/", "https://例子.cn/",
        "javascript:alert(1)", "https://[::1", "https://example.com/\r\nX: y", "https://224.0.0.1/",
    ],
)  # fmt: skip
def test_addresses_of_our_own_network_and_no_addresses_are_refused(settings, address):
    settings.WEBHOOK_PRIVATE = False
    with pytest.raises(targets.Forbidden):
        targets.check(address)


def test_a_name_that_leads_into_our_network_is_refused_when_it_is_posted_to(settings):
    settings.WEBHOOK_PRIVATE = False
    assert targets.check("https://hooks.example.com/kefu").hostname == "hooks.example.com"
    with pytest.raises(targets.Forbidden):
        targets.resolve("localhost", 443)


def test_a_supervisor_sets_one_up_sees_the_secret_once_and_the_log(them, receiver, client):
    client.force_login(them.supervisor.user)
    assert "No webhook yet" in client.get(
        reverse("portal:webhooks"), headers={"Accept-Language": "en"}
    ).content.decode()  # fmt: skip
    data = {
        "name": "ERP", "address": receiver.address, "events": ["complaint.registered"],
        "store_ids": [str(them.store.pk)], "is_active": "on",
    }  # fmt: skip
    shown = client.post(reverse("portal:webhook_new"), data).content.decode()
    receiver.secret = shown.split('id="new-secret">')[1].split("<")[0].replace("&#x3D;", "=")
    hook = Webhook.objects.get()
    page = reverse("portal:webhook", args=[hook.pk])
    assert receiver.secret not in client.get(page).content.decode()
    client.post(reverse("portal:webhook_act", args=[hook.pk]), {"act": "test"})
    send()
    assert receiver.heard[0][2]["type"] == webhooks.TEST
    content = client.get(page).content.decode()
    assert outbox.identifier(OutboxMessage.objects.get().key) in content
    stale = client.post(page, {**data, "name": "Other", "seen": "99"})
    assert stale.status_code == 422
    assert client.post(page, {**data, "name": "Other", "seen": "1"}).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.secret) == ("Other", receiver.secret)
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"webhook.added", "webhook.tested", "webhook.changed"} <= verbs
    client.post(reverse("portal:webhook_act", args=[hook.pk]), {"act": "delete"})
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"address": "https://10.0.0.1/"}, {"name": "a\x00b"}, {"events": ["nothing"]},
     {"store_ids": ["1_0"]}, {"seen": "9" * 40}, {"address": "x" * 600}],
)  # fmt: skip
def test_hostile_forms_make_nothing(them, client, settings, change):
    settings.WEBHOOK_PRIVATE = False
    client.force_login(them.supervisor.user)
    data = {"name": "ERP", "address": "https://hooks.example.com/", "events": [webhooks.TEST]}
    answer = client.post(reverse("portal:webhook_new"), {**data, **change})
    assert answer.status_code in (200, 422)
    assert not Webhook.objects.filter(address="https://10.0.0.1/").exists()
    if "seen" not in change:
        assert not Webhook.objects.exists()


def test_one_that_cannot_be_delivered_is_shown_and_tried_again(them, receiver, client):
    hook_of(them, receiver)
    receiver.status = 500
    register(them)
    OutboxMessage.objects.update(attempts=outbox.MOST_ATTEMPTS - 1)
    send()
    client.force_login(them.supervisor.user)
    content = client.get(reverse("portal:outbox")).content.decode()
    assert "HTTP 500" in content
    assert Webhook.objects.get().name in content


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_webhooks(
    them, client, rows, django_assert_num_queries
):
    WebhookFactory.create_batch(rows, user=them.deputy.user)
    client.force_login(them.deputy.user)
    client.get(reverse("portal:webhooks"))
    with django_assert_num_queries(8):
        content = client.get(reverse("portal:webhooks")).content.decode()
    assert content.count('data-label="') // 4 == rows


def test_an_event_that_nobody_hears_costs_one_look(django_assert_num_queries):
    happened = webhooks.Happened(kind="x.y", key="1", store_id=1, data={}, path="/")
    with django_assert_num_queries(1):
        assert webhooks.tell({"x.y"}, lambda: [happened], now=NOW) == 0
    WebhookFactory(events=["x.y"])
    assert webhooks.tell({"x.y"}, lambda: [happened], now=NOW) == 1
    webhooks.tell({"x.y"}, lambda: [happened], now=NOW)
    assert OutboxMessage.objects.count() == 1
