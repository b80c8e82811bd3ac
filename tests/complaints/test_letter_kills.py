"""A mailbox of cases is read by processes that are killed at random."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from complaints.enums import EntryKind
from complaints.models import CaseLetter, TimelineEntry
from complaints.services import letters as services
from portal.mail import reading
from portal.models import Notice
from tests.complaints.letters.steps import written
from tests.factories.complaints import NOW, CaseMailboxFactory, ComplaintFactory
from tests.factories.portal import MailboxFactory
from tests.factories.staff import Department
from tests.portal.mail import blows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


TRIES = 25


def test_killed_at_random_no_mail_is_lost_or_doubled(server, scene):
    """Processes that read a real mailbox are killed at any moment; afterwards all is there once."""
    mailbox = MailboxFactory(port=server.port)
    box = CaseMailboxFactory(mailbox=mailbox, store=scene.store)
    case = ComplaintFactory(store=scene.store, owner=scene.agent)
    ours = written(case, box, scene)
    for number in range(TRIES):
        message = EmailMessage()
        message["From"], message["To"] = f"li{number}@example.com", "service@example.com"
        message["Message-ID"], message["Subject"] = f"<k{number}@x>", "灯"
        if number % 2:
            message["References"] = ours.message_id
        message.set_content("不亮")
        server.put(message.as_bytes())
    hour = timedelta(hours=1)
    waits = blows.moments(TRIES - 1, seed=5, least=0.02, most=0.15)
    taken = blows.strike(mailbox.pk, first=NOW + hour, step=hour, waits=waits)
    reading.read(mailbox_id=mailbox.pk, clock=lambda: NOW + (TRIES + 1) * hour)
    assert min(taken) < TRIES
    assert CaseLetter.objects.filter(complaint=case).count() == TRIES // 2
    assert CaseLetter.objects.waiting().count() == TRIES - TRIES // 2
    assert CaseLetter.objects.values("mail__message_id").distinct().count() == TRIES
    lines = TimelineEntry.objects.filter(complaint=case, kind=EntryKind.MAIL_IN)
    assert lines.count() == TRIES // 2
    assert Notice.objects.filter(kind=services.WRITTEN).count() == TRIES // 2
