import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection, connections

from portal.enums import AutomaticReason, MailPurpose, MailSafety, MailState
from portal.mail import imap, reading, takers
from portal.models import IncomingFile, IncomingMail, Mailbox
from tests.factories.portal import NOW, IncomingMailFactory, MailboxFactory

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944"
                    "4154789c6360000002000001e221bc330000000049454e44ae426082")  # fmt: skip


def mail(*, number=1, subject="Broken lamp", body="It does not shine.", **headers):
    message = EmailMessage()
    message["From"] = "Zhang San <zhang@example.com>"
    message["To"] = "service@example.com"
    message["Message-ID"] = f"<m{number}@example.com>"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Nov 2026 11:00:00 +0800"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def read(mailbox, *, at=NOW):
    return reading.read(mailbox_id=mailbox.pk, clock=lambda: at)


def later(minutes):
    return NOW + timedelta(minutes=minutes)


@pytest.mark.both
def test_mail_comes_in_with_its_thread_and_sealed_sender(server, mailbox):
    server.put(
        mail(In_Reply_To="<K-1@kefu>", References="<a@kefu> <K-1@kefu>", Subject_X="no").as_bytes()
    )

    assert read(mailbox) == 1

    found = IncomingMail.objects.get()
    assert found.message_id == "<m1@example.com>"
    assert found.in_reply_to == "<K-1@kefu>"
    assert found.references == "<a@kefu> <K-1@kefu>"
    assert (found.sender, found.sender_name) == ("zhang@example.com", "Zhang San")
    assert found.sender_masked == "z***@example.com"
    assert found.sender_hash == reading.sender_hash("ZHANG@example.com")
    assert found.body == "It does not shine.\n"
    assert (found.automatic, found.state, found.is_whole) == ("", MailState.NEW, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sender, sender_name, body FROM portal_incomingmail")
        stored = " ".join(cursor.fetchone())
    assert "zhang" not in stored.lower()
    assert "shine" not in stored


@pytest.mark.both
def test_reading_again_adds_nothing_and_new_mails_only(server, mailbox):
    server.put(mail().as_bytes())

    assert read(mailbox) == 1
    assert read(mailbox) == 0  # not due yet
    assert read(mailbox, at=later(2)) == 0
    server.put(mail(number=2).as_bytes())
    assert read(mailbox, at=later(4)) == 1

    assert list(IncomingMail.objects.order_by("uid").values_list("message_id", flat=True)) == [
        "<m1@example.com>",
        "<m2@example.com>",
    ]
    mailbox.refresh_from_db()
    assert (mailbox.last_uid, mailbox.last_item_at, mailbox.lease) == (2, later(4), None)


def test_server_that_numbers_anew_doubles_and_loses_nothing(server, mailbox):
    server.put(mail().as_bytes())
    read(mailbox)
    mailbox.refresh_from_db()
    before = mailbox.uid_validity
    server.number_anew()
    server.put(mail(number=2).as_bytes())

    assert read(mailbox, at=later(2)) == 1

    mailbox.refresh_from_db()
    assert mailbox.uid_validity != before
    assert IncomingMail.objects.count() == 2


def test_attachment_is_kept_by_its_content_and_a_programme_is_refused(server, mailbox):
    message = mail()
    message.add_attachment(PNG, maintype="application", subtype="x", filename="../破损.png")
    message.add_attachment(b"MZ\x90\0" * 40, maintype="image", subtype="png", filename="a.png")
    server.put(message.as_bytes())

    read(mailbox)

    image, programme = IncomingFile.objects.order_by("pk")
    assert (image.name, image.kind, image.refused) == ("破损.png", "image/png", "")
    with image.file.open() as kept:
        assert kept.read() == PNG
    assert "破损" not in image.file.name
    assert (programme.name, programme.refused, programme.file.name) == ("a.png", "kind", "")


def test_gbk_mail_is_read_as_chinese(server, mailbox):
    raw = (
        b"From: =?gb2312?B?1cXI/Q==?= <zhang@example.com>\n"
        b"Message-ID: <g@example.com>\n"
        b"Subject: " + "灯坏了㐀".encode("gb18030") + b"\n"
        b"Content-Type: text/plain; charset=gb2312\n\n" + "请退货，镕先生".encode("gbk")
    )
    server.put(raw)

    read(mailbox)

    found = IncomingMail.objects.get()
    assert found.sender_name == "张三"
    assert found.subject == "灯坏了㐀"
    assert found.body.strip() == "请退货，镕先生"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, AutomaticReason.DECLARED),
        ({"X_Auto_Response_Suppress": "All"}, AutomaticReason.DECLARED),
        ({"Precedence": "bulk"}, AutomaticReason.BULK),
        ({"Return_Path": "<>"}, AutomaticReason.BOUNCE),
        ({"X_Kefu_Key": "case:1"}, AutomaticReason.LOOP),
        ({"subject": "自动回复：我在休假"}, AutomaticReason.SUBJECT),
        ({"Auto_Submitted": "no", "subject": "Re: automatic door"}, ""),
    ],
)
def test_automatic_mail_is_recognised_and_kept(server, mailbox, headers, reason):
    server.put(mail(**headers).as_bytes())

    assert read(mailbox) == 1
    assert IncomingMail.objects.get().automatic == reason


def test_own_mail_that_comes_back_is_a_loop(server, mailbox):
    message = mail()
    message.replace_header("Message-ID", "<K-123456789abc@kefu>")
    server.put(message.as_bytes())

    read(mailbox)

    assert IncomingMail.objects.get().automatic == AutomaticReason.LOOP


def test_flood_of_one_sender_is_a_machine(server, mailbox):
    IncomingMailFactory.create_batch(
        reading.MOST_OF_ONE,
        mailbox=mailbox,
        sender_hash=reading.sender_hash("zhang@example.com"),
        sent_at=NOW - timedelta(minutes=90),
    )
    server.put(mail(Date_X="").as_bytes())

    read(mailbox)

    assert IncomingMail.objects.latest("pk").automatic == AutomaticReason.FLOOD


HOSTILE = [
    b"",
    b"\n\n",
    b"From: a\0b@example.com\nSubject: a\0b\n\nhello\0there",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nhello",
    b"Content-Type: text/plain; charset=no-such-thing\n\nhello \xff\xfe",
    b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!!====a",
    b"Subject: =?utf-8?B?7aC97bK8?=\nFrom: =?x?q?=ff?= <\xed\xa0\xbd@x>\n\nhello \xed\xa0\xbd",
    b"Subject: " + b"x" * 300_000 + b"\nReferences: " + b"<a@b> " * 60_000 + b"\n\nhello",
    b"Date: Mon, 99 Foo 99999999999 99:99:99 +9999\nMessage-ID: <" + b"m" * 5000 + b">\n\nhello",
    b"Content-Type: message/rfc822\n\nSubject: inner\n\nhello",
    b"Content-Type: text/html\n\n<html><head><title>x</title></head><script>evil()</script>hello"
    + b"<div>" * 20_000,
    b"Content-Disposition: attachment; filename*0*=%FF%FE; filename*1=\"'\"\n\n\x50\x4b\x03\x04",
]  # fmt: skip


def test_hostile_mails_are_kept_and_stop_nothing(server, mailbox):
    for number, raw in enumerate(HOSTILE):
        server.put(raw + b"\n" * number)
    server.put(mail().as_bytes())

    read(mailbox)

    mailbox.refresh_from_db()
    assert mailbox.last_error == ""
    assert IncomingMail.objects.count() == len(HOSTILE) + 1
    assert IncomingMail.objects.filter(message_id="<m1@example.com>", is_whole=True).exists()


def test_failure_between_fetch_and_mark_leaves_neither(server, mailbox, monkeypatch):
    """As if the process died: what the transaction did is gone, and the mail comes again."""

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    server.put(mail().as_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(reading, "_hand_over", die)
        with pytest.raises(Killed):
            read(mailbox)

    assert not IncomingMail.objects.exists()
    mailbox.refresh_from_db()
    assert mailbox.last_uid == 0
    assert read(mailbox, at=later(1)) == 0  # the dead one still holds its lease
    assert read(mailbox, at=later(10)) == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_write_each_mail_once(server, mailbox):
    for number in range(8):
        server.put(mail(number=number).as_bytes())
    barrier, written = threading.Barrier(2), []

    def reader():
        barrier.wait()
        try:
            written.append(read(mailbox))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=reader) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(written) == [0, 8]
    assert IncomingMail.objects.count() == 8


def test_reader_whose_lease_was_taken_writes_nothing(server, mailbox, monkeypatch):
    server.put(mail().as_bytes())
    real = imap.Folder.fetch

    def slow(self, uid):
        raw = real(self, uid)
        Mailbox.objects.update(lease="00000000-0000-0000-0000-000000000001")
        return raw

    monkeypatch.setattr(imap.Folder, "fetch", slow)

    assert read(mailbox) == 0
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "wrong"}, "sign_in"),
        ({"password": "错的"}, "sign_in"),
        ({"folder": "没有"}, "folder"),
        ({"port": 1}, "no_line"),
        ({"host": "no such host"}, "no_line"),
    ],
)
def test_mailbox_that_cannot_be_read_says_why_and_waits_longer(server, mailbox, change, code):
    Mailbox.objects.filter(pk=mailbox.pk).update(**change)

    read(mailbox)
    read(mailbox, at=later(1))

    mailbox.refresh_from_db()
    assert (mailbox.last_error, mailbox.failures) == (code, 2)
    assert (mailbox.failing_since, mailbox.next_read_at) == (NOW, later(3))
    assert mailbox.lease is None
    Mailbox.objects.filter(pk=mailbox.pk).update(
        password="open sesame", folder="INBOX", port=server.port, host="127.0.0.1"
    )
    read(mailbox, at=later(3))
    mailbox.refresh_from_db()
    assert (mailbox.last_error, mailbox.failures, mailbox.failing_since) == ("", 0, None)


@pytest.mark.parametrize("safety", [MailSafety.TLS, MailSafety.STARTTLS])
@pytest.mark.django_db
def test_tls_reads_with_a_trusted_certificate_only(server, monkeypatch, safety):
    port = server.tls_port if safety == MailSafety.TLS else server.port
    mailbox = MailboxFactory(host="localhost", port=port, safety=safety)
    server.put(mail().as_bytes())

    with pytest.raises(imap.MailboxProblem) as problem:
        reading.try_out(mailbox)
    assert problem.value.code == "certificate"

    monkeypatch.setenv("SSL_CERT_FILE", str(server.root / "cert.pem"))
    assert reading.try_out(mailbox) == 1


def test_taker_takes_in_the_same_transaction_and_its_failure_keeps_the_mail(
    server, mailbox, monkeypatch
):
    def taker(mail, _now):
        if mail.subject == "bad":
            raise ValueError
        assert reading.take(mail=mail, kind="case", key="1")

    monkeypatch.setitem(takers._takers, MailPurpose.CASES, taker)  # noqa: SLF001 -- put back after
    server.put(mail(subject="bad").as_bytes())
    server.put(mail(number=2).as_bytes())

    assert read(mailbox) == 2
    assert list(IncomingMail.objects.order_by("uid").values_list("state", "taken_key")) == [
        (MailState.NEW, ""),
        (MailState.TAKEN, "1"),
    ]


@pytest.mark.django_db
def test_inactive_mailbox_is_not_due():
    MailboxFactory(is_active=False)

    assert reading.due(now=NOW) == []
