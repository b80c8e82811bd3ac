"""Answers go out by the channel they belong to, and come back into the same thread."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail as sent
from django.urls import reverse
from django.utils import timezone

from feedback.models import Hook, Item, Letter, Reply
from feedback.policies import hooks as hook_policies
from feedback.policies import mails as mail_policies
from feedback.services import mails, ways
from portal import outbox, submissions
from portal.models import OutboxMessage
from tests.factories.feedback import ChannelFactory, HookFactory, ItemFactory
from tests.factories.portal import IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department
from tests.serving import serving

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = timezone.now()


class Chat(ThreadingHTTPServer):
    """A chat system on loopback that keeps what it is told; `status` is what it answers."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard, self.status = [], 204

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/answers"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_args):
        """Keep quiet."""


@pytest.fixture
def chat(settings):
    settings.WEBHOOK_PRIVATE = True
    yield from serving(Chat())


@pytest.fixture
def scene():
    return Department()


def wrote(scene, *, username="service@shop.example", **fields):
    box = MailboxFactory(username=username, purpose="FEEDBACK")
    ChannelFactory(source="MAIL", store=scene.store, mailbox=box)
    made = IncomingMailFactory(
        mailbox=box, **{"subject": "灯坏了", "body": "不亮了", "message_id": "<a@x>", **fields}
    )
    mails.take(made, NOW)
    return box, Item.objects.get()


def answer(scene, item, text="马上给您换一盏。", *, send=True):
    return ways.answer(actor=scene.agent, item_id=item.pk, text=text, now=NOW, sent=send)


def test_a_mail_is_answered_in_its_thread_and_the_answer_to_that_finds_back(scene):
    box, item = wrote(scene, references="<z@x>")
    reply = answer(scene, item)
    assert outbox.send_due(clock=lambda: NOW) == 1
    (letter,) = sent.outbox
    assert (letter.to, letter.subject, letter.body, letter.reply_to) == (
        ["zhang@example.com"], "Re: 灯坏了", "马上给您换一盏。", ["service@shop.example"],
    )  # fmt: skip
    headers = letter.extra_headers
    assert (headers["In-Reply-To"], headers["References"]) == ("<a@x>", "<z@x> <a@x>")
    assert headers["Message-ID"] == Reply.objects.get().message_id == reply.message_id
    assert "Auto-Submitted" not in headers
    back = IncomingMailFactory(
        mailbox=box, message_id="<b@x>", in_reply_to=reply.message_id, body="谢谢"
    )
    mails.take(back, NOW)
    assert Item.objects.get().text.endswith("谢谢")
    assert Letter.objects.count() == 2


def test_the_outbox_keeps_neither_address_nor_text(scene):
    _box, item = wrote(scene)
    answer(scene, item)
    kept = str(OutboxMessage.objects.values())
    assert ("zhang@" in kept, "马上" in kept) == (False, False)


@pytest.mark.parametrize("fields", [{"username": "service"}, {"sender": ""}])
def test_where_nobody_can_be_written_to_the_answer_is_written_down(scene, fields):
    _box, item = wrote(scene, **fields)
    assert answer(scene, item).way == "RECORDED"
    assert OutboxMessage.objects.count() == 0


def test_a_review_is_answered_elsewhere(scene):
    assert answer(scene, ItemFactory(store=scene.store)).way == "RECORDED"


def posted(scene, chat):
    hook = HookFactory(channel__store=scene.store, channel__source="CHAT", reply_url=chat.url)
    return hook, ItemFactory(
        store=scene.store, source="CHAT", channel=hook.channel, reference="CH-1", rating=None
    )


def test_a_chat_gets_a_signed_post_with_its_own_number(scene, chat):
    hook, item = posted(scene, chat)
    reply = answer(scene, item)
    outbox.send_due(clock=lambda: NOW)
    ((headers, body),) = chat.heard
    told = json.loads(body)
    assert (told["number"], told["text"], told["by"], told["reply"]) == (
        "CH-1", "马上给您换一盏。", scene.agent.name, reply.pk,
    )  # fmt: skip
    stamp, given = headers["X-Kefu-Timestamp"], headers["X-Kefu-Signature"]
    assert hook_policies.is_signed(hook.secret, stamp, body, given=given)
    assert headers["X-Kefu-Key"] == f"feedback.reply:{reply.pk}"
    assert OutboxMessage.objects.get().sent_at is not None


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_chat_that_refuses_is_tried_again_and_never_elsewhere(scene, chat, status):
    chat.status = status
    _hook, item = posted(scene, chat)
    answer(scene, item)
    outbox.send_due(clock=lambda: NOW)
    outbox.send_due(clock=lambda: NOW + timedelta(minutes=1))
    message = OutboxMessage.objects.get()
    assert (len(chat.heard), message.attempts, message.last_error) == (2, 2, f"HTTP {status}")
    keys = {headers["X-Kefu-Key"] for headers, _body in chat.heard}
    assert len(keys) == 1


def test_a_hook_that_was_closed_meanwhile_gets_nothing(scene, chat):
    hook, item = posted(scene, chat)
    answer(scene, item)
    Hook.objects.filter(pk=hook.pk).delete()
    outbox.send_due(clock=lambda: NOW)
    assert (chat.heard, OutboxMessage.objects.get().withdrawn_at is None) == ([], False)


def test_the_page_offers_to_send_and_says_what_became_of_it(scene, client):
    _box, item = wrote(scene)
    client.force_login(scene.agent.user)
    url, language = reverse("feedback:item", args=[item.pk]), {"Accept-Language": "en"}
    assert "Send the answer" in client.get(url, headers=language).content.decode()
    data = {"form_key": submissions.new_key(), "text": "好的", "send": "1"}
    for _twice in range(2):
        client.post(reverse("feedback:answer", args=[item.pk]), data)
    assert OutboxMessage.objects.count() == 1
    assert "on its way" in client.get(url, headers=language).content.decode()
    outbox.send_due(clock=lambda: timezone.now() + timedelta(seconds=1))
    assert ">sent" in client.get(url, headers=language).content.decode().replace("\n", "").replace(
        "</i> ", "</i>>"
    )
    OutboxMessage.objects.update(sent_at=None, gave_up_at=NOW)
    assert "could not be delivered" in client.get(url, headers=language).content.decode()


def test_the_address_for_answers_is_set_on_the_page_of_the_webhook(scene, client, chat):
    hook, _item = posted(scene, chat)
    client.force_login(scene.supervisor.user)
    url = reverse("feedback:hook_answers", args=[hook.channel_id])
    for bad in ("ftp://x.example/", "javascript:alert(1)", "x" * 600, "\x00", "http://"):
        assert client.post(url, {"reply_url": bad}).status_code == 422
    assert client.post(url, {"reply_url": "https://chat.example/in"}).status_code == 302
    hook.refresh_from_db()
    assert hook.reply_url == "https://chat.example/in"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [("灯坏了", "Re: 灯坏了"), ("Re: 灯", "Re: 灯"), ("回复：灯", "回复：灯"), ("", "Re:")],
)
def test_a_subject_is_answered_once(subject, expected):
    assert mail_policies.answer_subject(subject) == expected


def test_a_long_thread_keeps_its_beginning_and_its_end():
    named = [f"<{number}@x>" for number in range(50)]
    found = mail_policies.threading("<last@x>", " ".join(named))["References"].split()
    assert (found[0], found[-1], len(found)) == ("<0@x>", "<last@x>", 20)
    assert mail_policies.threading("", "<a@x>") == {}
