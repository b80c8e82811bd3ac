"""A mailbox is read by processes that are killed at random: nothing is lost, nothing doubled."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone

from feedback.models import Item, Letter
from portal.enums import MailPurpose, MailState
from portal.mail import reading
from portal.models import IncomingMail
from tests.factories.feedback import ChannelFactory
from tests.factories.portal import MailboxFactory
from tests.factories.staff import Department
from tests.portal.mail import blows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
MAILS, BLOWS = 40, 6


def put(server):
    """Half of the mails begin a thread, the other half answer one of them."""
    for number in range(MAILS):
        message = EmailMessage()
        message["From"] = f"Zhang <zhang{number}@example.com>"
        message["Message-ID"] = f"<m{number}@example.com>"
        message["Subject"] = f"灯坏了 {number}"
        if number % 2:
            message["In-Reply-To"] = f"<m{number - 1}@example.com>"
        message.set_content(f"第{number}封。")
        server.put(message.as_bytes())


def test_nothing_is_lost_or_doubled_when_the_reader_is_killed(server):
    them = Department()
    box = MailboxFactory(purpose=MailPurpose.FEEDBACK, port=server.port)
    ChannelFactory(source="MAIL", store=them.store, mailbox=box)
    put(server)
    now, step = timezone.now(), reading.LEASE + timedelta(minutes=1)
    waits = blows.moments(BLOWS, seed=20261127, least=0.05, most=0.6)
    taken = blows.strike(box.pk, first=now, step=step, waits=waits)
    now += BLOWS * step
    reading.read(mailbox_id=box.pk, clock=lambda: now)
    assert min(taken) < MAILS
    assert IncomingMail.objects.filter(state=MailState.TAKEN).count() == MAILS
    assert (Item.objects.count(), Letter.objects.count()) == (MAILS // 2, MAILS)
    said = "\n".join(Item.objects.values_list("text", flat=True))
    assert [said.count(f"第{number}封。") for number in range(MAILS)] == [1] * MAILS
