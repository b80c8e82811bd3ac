"""Messages: claimed, sent once, put off, given up."""

import socket
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils.translation import get_language, gettext_lazy

from portal import notices, outbox
from portal.models import OutboxMessage
from tests.at_once import problems_of
from tests.factories.portal import OutboxMessageFactory, UserFactory
from tests.portal.outbox.steps import NOW, clock, to_robot

pytestmark = [pytest.mark.django_db, pytest.mark.both]


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


@pytest.mark.django_db(transaction=True)
def test_senders_side_by_side_send_each_message_once(robot_server):
    for _ in range(60):
        to_robot(robot_server)

    def send():
        while outbox.send_batch(clock=clock()):
            pass

    assert problems_of(*[send] * 4) == []
    assert len(robot_server.heard) == 60


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
