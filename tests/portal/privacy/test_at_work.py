"""What is still at work holds an erasure up; retention looks at a person as a whole (§10)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as sent
from django.utils import translation

from complaints.enums import LandedBy
from complaints.models import CaseReply, Customer
from complaints.services import letters
from feedback.models import Item
from feedback.services import ways
from portal import outbox, submissions
from portal.mail.reading import sender_hash
from portal.models import ApiCall, IncomingMail, OutboxMessage
from portal.privacy import erasing, persons, retaining
from portal.privacy.erasing import Wish
from portal.privacy.masking import MARK
from tests.factories.complaints import (
    CaseLetterFactory,
    CaseMailboxFactory,
    CaseReplyFactory,
    CaseTaskFactory,
    ComplaintFactory,
    CustomerFactory,
    NoteFactory,
    OrderFactory,
    UnpaidOrderFactory,
)
from tests.factories.feedback import (
    CallAttemptFactory,
    CallFactory,
    InvitationFactory,
    ItemFactory,
    LetterFactory,
)
from tests.factories.portal import ApiCallFactory, IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LONG_AGO = datetime(2022, 5, 1, tzinfo=UTC)
NAME, PHONE, ADDRESS = "欧阳霏霏", "13877665544", "feifei@mail.example"


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path


@pytest.fixture
def customer():
    return CustomerFactory(name=NAME, phone=PHONE, created_at=LONG_AGO)


def closed(customer, **more):
    return ComplaintFactory(
        customer=customer, stage="SATISFIED", closed_at=LONG_AGO, changed_at=LONG_AGO,
        registered_at=LONG_AGO, **more,
    )  # fmt: skip


def mail(address=ADDRESS, **more):
    return IncomingMailFactory(
        sender=address, sender_hash=sender_hash(address), body="灯坏了",
        **{"received_at": LONG_AGO, **more},
    )  # fmt: skip


def landed(case, **more):
    return CaseLetterFactory(
        complaint=case, landed_by=LandedBy.HAND, landed_at=LONG_AGO, mail=mail(**more)
    )


def unpaid(customer):
    order = OrderFactory(customer=customer, bought_at=LONG_AGO)
    UnpaidOrderFactory(order=order, store=order.store)


def call(customer):
    CallFactory(complaint=closed(customer), customer=customer, drawn_at=LONG_AGO)


def task(customer):
    CaseTaskFactory(complaint=closed(customer))


def waiting_mail(customer):
    landed(closed(customer))
    CaseLetterFactory(mail=mail())


def reply_on_its_way(customer):
    reply = CaseReplyFactory(complaint=closed(customer))
    OutboxMessage.objects.create(
        key=f"case-reply:{reply.pk}", channel="LETTER", kind=letters.LETTER, params={},
        created_at=NOW, not_before=NOW, next_try_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (unpaid, "still unpaid"), (call, "1 phone call is still"), (task, "still has a task"),
        (waiting_mail, "1 mail still waits"), (reply_on_its_way, "is still on its way"),
    ],
)  # fmt: skip
def test_what_is_at_work_is_said_and_kept_by_retention(customer, make, said):
    make(customer)
    subject = persons.the_one(f"customer:{customer.pk}")
    with pytest.raises(erasing.StillOpen) as still, translation.override("en"):
        erasing.erase(Wish(subject=subject, actor=None), now=NOW)
    (why,) = still.value.why
    assert said in why
    retaining.step(NOW)
    assert Customer.objects.get().name == NAME
    erasing.erase(Wish(subject=subject, actor=None, even_open=True), now=NOW)
    assert Customer.objects.get().name.startswith(MARK)


def test_whoever_is_at_work_holds_up_nobody_behind():
    for _number in range(retaining.AT_ONCE + 1):
        reply_on_its_way(CustomerFactory(created_at=LONG_AGO))
    CustomerFactory(created_at=LONG_AGO + timedelta(days=1), name="到期")
    retaining.step(NOW)
    assert not Customer.objects.filter(name="到期").exists()
    assert Customer.objects.filter(name__startswith=MARK).count() == 1


def twin_with_a_case(customer):
    other = CustomerFactory(
        platform="JD", name="霏霏二号", phone=customer.phone, created_at=LONG_AGO
    )
    ComplaintFactory(customer=other, stage="SATISFIED", registered_at=NOW, closed_at=NOW)


def mail_of_late(customer):
    landed(closed(customer), received_at=NOW)


def item_of_the_same_address(customer):
    LetterFactory(item=ItemFactory(source="MAIL", customer=customer, received_at=LONG_AGO,
                                   changed_at=LONG_AGO), mail=mail())  # fmt: skip
    LetterFactory(item=ItemFactory(source="MAIL", received_at=NOW, changed_at=NOW),
                  mail=mail(received_at=NOW))  # fmt: skip


def invited_of_late(customer):
    InvitationFactory(customer=customer, made_at=NOW)


def called_of_late(customer):
    made = CallFactory(complaint=closed(customer), customer=customer, state="MISSED")
    CallAttemptFactory(call=made, at=NOW)


@pytest.mark.parametrize(
    "make",
    [twin_with_a_case, mail_of_late, item_of_the_same_address, invited_of_late, called_of_late],
)
def test_of_whom_something_was_heard_by_any_key_is_not_erased(customer, make):
    make(customer)
    texts = list(Item.objects.order_by("pk").values_list("text", flat=True))
    retaining.step(NOW)
    assert Customer.objects.get(pk=customer.pk).name == NAME
    assert list(Item.objects.order_by("pk").values_list("text", flat=True)) == texts


def test_somebody_who_wrote_again_keeps_the_earlier_mails_too():
    for at in (LONG_AGO, NOW):
        made = ItemFactory(source="MAIL", received_at=at, changed_at=at, text=f"{at:%Y}")
        LetterFactory(item=made, mail=mail(received_at=at))
    retaining.step(NOW)
    assert sorted(Item.objects.values_list("text", flat=True)) == ["2022", "2026"]


def test_mails_that_were_no_complaint_are_erased_in_time():
    aside = {"set_aside_at": LONG_AGO, "set_aside_why": "广告"}
    old = CaseLetterFactory(mail=mail("ads@x.example"), **aside)
    machine = CaseLetterFactory(mail=IncomingMailFactory(received_at=LONG_AGO, sender=""), **aside)
    late = CaseLetterFactory(mail=mail("ads@x.example", received_at=NOW), set_aside_at=NOW)
    waits = CaseLetterFactory(mail=mail("who@x.example"))
    retaining.step(NOW)
    retaining.step(NOW + retaining.EVERY)
    subjects = dict(IncomingMail.objects.values_list("pk", "subject"))
    assert [subjects[one.mail_id] for one in (old, machine, late, waits)] == [
        MARK, MARK, "Broken lamp", "Broken lamp",
    ]  # fmt: skip
    old.refresh_from_db()
    assert (old.set_aside_why, old.mail.sender) == (MARK, MARK)
    assert list(retaining.due(NOW, most=9)) == []


def erased(customer):
    subject = persons.the_one(f"customer:{customer.pk}")
    erasing.erase(Wish(subject=subject, actor=None, even_open=True), now=NOW)


def test_a_reply_that_was_erased_while_it_waited_goes_to_nobody(customer):
    scene = Department()
    case = closed(customer, store=scene.store, owner=scene.agent)
    box = CaseMailboxFactory(store=scene.store)
    reply = letters.Reply(receiver=ADDRESS, subject="灯", text="马上换")
    letters.send(
        actor=scene.agent, complaint=case, box=box, reply=reply, now=NOW,
        form_key=submissions.new_key(),
    )  # fmt: skip
    got = IncomingMailFactory(
        sender=ADDRESS, sender_hash=sender_hash(ADDRESS),
        mailbox=MailboxFactory(username="service@shop.example"),
    )  # fmt: skip
    item = ItemFactory(source="MAIL", store=scene.store, customer=customer)
    LetterFactory(item=item, mail=got)
    ways.answer(actor=scene.agent, item_id=item.pk, text="好的", now=NOW, sent=True)
    assert OutboxMessage.objects.count() == 2
    erased(customer)
    outbox.send_due(clock=lambda: NOW)
    assert sent.outbox == []
    assert OutboxMessage.objects.exclude(withdrawn_at=None).count() == 2
    assert CaseReply.objects.get().receiver == MARK


def test_answers_of_the_interface_are_erased_with_what_they_tell_of(customer):
    case = closed(customer)
    note = NoteFactory(complaint=case, text="说了很多")
    other = NoteFactory(text="别人的")
    told = [
        {"number": case.number, "description": "破了"},
        {"complaint": case.number, "position": 1, "reason": "补偿"},
        {"id": note.pk, "author": "A", "text": "说了很多"},
        {"id": other.pk, "author": "A", "text": "别人的"},
        {"added": 1, "changed": 0, "unchanged": 0},
    ]
    for answer in told:
        ApiCallFactory(answer=answer)
    erased(customer)
    assert list(ApiCall.objects.order_by("pk").values_list("answer", flat=True)) == [
        {}, {}, {}, told[3], told[4],
    ]  # fmt: skip
