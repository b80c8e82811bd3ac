"""Mails to a feedback mailbox are items, a thread is one item, and machines change nothing."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from feedback.models import Item, ItemVersion, Letter
from feedback.policies import mails as policies
from feedback.services import mails
from portal import submissions
from portal.enums import MailPurpose, MailState
from portal.mail import reading
from portal.models import IncomingMail
from tests.factories.complaints import CustomerFactory, OrderFactory
from tests.factories.feedback import ChannelFactory
from tests.factories.portal import IncomingFileFactory, IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def mailbox():
    return MailboxFactory(purpose=MailPurpose.FEEDBACK)


@pytest.fixture
def channel(scene, mailbox):
    return ChannelFactory(source="MAIL", store=scene.store, mailbox=mailbox)


def mail(mailbox, **fields):
    made = IncomingMailFactory(
        mailbox=mailbox, **{"subject": "灯坏了", "body": "第二天就不亮了。\n", **fields}
    )
    mails.take(made, NOW)
    made.refresh_from_db()
    return made


def test_a_mail_becomes_an_item_of_the_store_and_its_order(scene, channel):
    order = OrderFactory(store=scene.store, number="TB20261102001", customer=CustomerFactory())
    taken = mail(channel.mailbox, subject="订单TB20261102001 灯坏了", message_id="<a@x>")
    item = Item.objects.get()
    assert (item.channel, item.source, item.store, item.order, item.customer) == (
        channel, "MAIL", scene.store, order, order.customer,
    )  # fmt: skip
    assert item.text == "订单TB20261102001 灯坏了\n\n第二天就不亮了。"
    assert (taken.state, taken.taken_kind, taken.taken_key) == (
        MailState.TAKEN, mails.TAKEN, str(item.pk),
    )  # fmt: skip
    channel.refresh_from_db()
    assert channel.last_received_at is not None


def test_a_mail_taken_twice_is_one_item(channel):
    taken = mail(channel.mailbox)
    assert mails.take_waiting(channel, now=NOW) == 0
    assert (Item.objects.count(), Letter.objects.get().mail) == (1, taken)


def test_an_answer_stays_with_its_thread_and_comes_to_the_inbox_again(channel):
    mail(channel.mailbox, message_id="<a@x>")
    Item.objects.update(
        kind="QUESTION", state="TRIAGED", triaged_at=NOW, text="灯坏了\n\n第二天就不亮了。"
    )
    mail(channel.mailbox, message_id="<b@x>", references="<a@x>", body="> 您好\n还是不亮。")
    mail(channel.mailbox, message_id="<c@x>", in_reply_to="<b@x>", body="算了。")
    item = Item.objects.get()
    assert item.text == "灯坏了\n\n第二天就不亮了。\n\n还是不亮。\n\n算了。"
    assert (item.state, item.kind) == ("UNREAD", "")
    assert Letter.objects.filter(item=item).count() == 3
    assert ItemVersion.objects.filter(item=item).count() == 2


def test_a_thread_of_another_mailbox_is_another_item(scene, channel):
    other = MailboxFactory(purpose=MailPurpose.FEEDBACK)
    ChannelFactory(source="MAIL", store=scene.other_store, mailbox=other)
    mail(channel.mailbox, message_id="<a@x>")
    mail(other, message_id="<b@x>", in_reply_to="<a@x>")
    assert Item.objects.count() == 2


@pytest.mark.parametrize("reason", ["LOOP", "BOUNCE", "DECLARED", "BULK", "SUBJECT"])
def test_what_a_machine_wrote_is_set_aside_and_answers_nothing(channel, reason):
    mail(channel.mailbox, message_id="<a@x>")
    Item.objects.update(kind="QUESTION", state="TRIAGED", triaged_at=NOW)
    aside = mail(channel.mailbox, in_reply_to="<a@x>", automatic=reason)
    item = Item.objects.get()
    assert (aside.state, item.state, item.kind) == (MailState.IGNORED, "TRIAGED", "QUESTION")
    assert Letter.objects.count() == 1


def test_a_mail_without_channel_waits_until_there_is_one(scene, mailbox, client):
    waiting = mail(mailbox)
    assert waiting.state == MailState.NEW
    client.force_login(scene.supervisor.user)
    data = {
        "form_key": submissions.new_key(), "version": 0, "name": "客服信箱", "source": "MAIL",
        "store": scene.store.pk, "team": "", "owner": "", "state": "ACTIVE", "quiet_hours": "",
        "mailbox": mailbox.pk,
    }  # fmt: skip
    assert client.post(reverse("feedback:create_channel"), data).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, Item.objects.get().store) == (MailState.TAKEN, scene.store)


@pytest.mark.parametrize("more", [{"source": "CHAT"}, {"store": ""}, {"mailbox": "9" * 30}])
def test_a_mailbox_belongs_to_the_mail_channel_of_a_store(scene, mailbox, client, more):
    client.force_login(scene.supervisor.user)
    data = {
        "form_key": submissions.new_key(), "version": 0, "name": "客服信箱", "source": "MAIL",
        "store": scene.store.pk, "state": "ACTIVE", "mailbox": mailbox.pk, **more,
    }  # fmt: skip
    assert client.post(reverse("feedback:create_channel"), data).status_code == 422


def test_a_paused_channel_takes_nothing(channel):
    channel.state = "PAUSED"
    channel.save()
    assert mail(channel.mailbox).state == MailState.NEW
    assert mails.take_waiting(channel, now=NOW) == 0


@pytest.mark.parametrize("sent", [datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=9)])
def test_a_broken_clock_of_the_sender_is_not_believed(channel, sent):
    mail(channel.mailbox, sent_at=sent, received_at=NOW)
    assert Item.objects.get().received_at == NOW


def test_the_thread_and_its_files_stand_on_the_page_of_the_item(scene, channel, client):
    taken = mail(channel.mailbox, body="<script>alert(1)</script>")
    kept = IncomingFileFactory(
        mail=taken, name="破损.png", kind="image/png", refused="",
        file=ContentFile(b"png", name="a.png"),
    )  # fmt: skip
    refused = IncomingFileFactory(mail=taken, name="virus.exe")
    item = Item.objects.get()
    client.force_login(scene.agent.user)
    page = client.get(reverse("feedback:item", args=[item.pk])).content.decode()
    assert "<script>alert" not in page
    assert "z***@example.com" in page
    assert "zhang@example.com" not in page
    assert "破损.png" in page
    assert "virus.exe" in page
    response = client.get(reverse("feedback:mail_file", args=[item.pk, kept.pk]))
    assert (response["X-Content-Type-Options"], b"".join(response.streaming_content)) == (
        "nosniff", b"png",
    )  # fmt: skip
    assert response["Content-Disposition"].startswith("attachment")
    for pk in (refused.pk, kept.pk + 99):
        assert client.get(reverse("feedback:mail_file", args=[item.pk, pk])).status_code == 404
    client.force_login(scene.stranger.user)
    assert client.get(reverse("feedback:mail_file", args=[item.pk, kept.pk])).status_code == 404


def test_a_mail_on_a_real_server_becomes_an_item_within_one_reading(server, scene):
    box = MailboxFactory(purpose=MailPurpose.FEEDBACK, port=server.port)
    ChannelFactory(source="MAIL", store=scene.store, mailbox=box)
    for number, headers in enumerate(
        [{}, {"In-Reply-To": "<m0@example.com>"},
         {"In-Reply-To": "<m0@example.com>", "Auto-Submitted": "auto-replied"}]
    ):  # fmt: skip
        message = EmailMessage()
        message["From"] = "Zhang San <zhang@example.com>"
        message["Message-ID"] = f"<m{number}@example.com>"
        message["Subject"] = "灯坏了"
        for name, value in headers.items():
            message[name] = value
        message.set_content(f"第{number}封")
        server.put(message.as_bytes())
    assert reading.read(mailbox_id=box.pk, clock=timezone.now) == 3
    assert reading.read(mailbox_id=box.pk, clock=lambda: timezone.now() + timedelta(minutes=2)) == 0
    assert Item.objects.get().text == "灯坏了\n\n第0封\n\n第1封"
    assert sorted(IncomingMail.objects.values_list("state", flat=True)) == [
        "IGNORED", "TAKEN", "TAKEN",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []), ("没有订单号", []), ("订单 TB20261102001，谢谢", ["TB20261102001"]),
        ("a-b-c-d-e-f", []), ("12345 123456 123456", ["123456"]), ("١٢٣٤٥٦٧", []),
    ],
)  # fmt: skip
def test_numbers_of_orders_hold_digits(text, expected):
    assert policies.numbers_in(text) == expected


def test_a_thread_that_grows_too_long_keeps_its_end():
    text = policies.joined("旧" * policies.LONGEST_TEXT, "新的一句")
    assert len(text) == policies.LONGEST_TEXT
    assert text.endswith("旧\n\n新的一句")
