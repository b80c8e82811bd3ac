"""A survey after a case whose mail does not arrive: the owner is told and may call instead."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, LandedBy
from complaints.models import Complaint
from complaints.services import closing
from feedback.enums import CallOutcome
from feedback.models import AfterCase, Call, Invitation, Response
from feedback.services import aftercase, answers, calls
from portal import outbox
from portal.mail import takers
from portal.models import AuditEntry, Notice, OutboxMessage
from tests.factories.complaints import (
    CaseLetterFactory,
    CaseMailboxFactory,
    ComplaintFactory,
    CustomerFactory,
    OrderFactory,
)
from tests.factories.feedback import (
    CallFactory,
    ChannelFactory,
    ItemFactory,
    LetterFactory,
    QuestionFactory,
    SurveyFactory,
)
from tests.factories.portal import IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = timezone.now()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def survey(scene):
    made = SurveyFactory(
        store=scene.store, after_case_since=NOW - DAY, made_by=scene.lead, is_public=True
    )
    QuestionFactory(survey=made, position=1, kind="SCORE")
    return made


def closed(scene, **fields):
    order = OrderFactory(store=scene.store)
    usual = {
        "store": scene.store, "order": order, "owner": scene.agent, "customer": order.customer,
        "stage": CaseStage.SATISFIED, "closed_at": NOW,
    }  # fmt: skip
    return ComplaintFactory(**usual | fields)


def by_mail(scene, **fields):
    """A case that came from a mail to the feedback mailbox, and was asked about by mail."""
    case = closed(scene, **fields)
    box = MailboxFactory(username="service@shop.example")
    mail = IncomingMailFactory(mailbox=box, body="第二天就不亮了", message_id="<first@example.com>")
    item = ItemFactory(source="MAIL", store=scene.store, complaint=case)
    LetterFactory(item=item, mail=mail)
    aftercase.ask_due(NOW)
    after = AfterCase.objects.get(complaint=case)
    assert after.way == "MAIL"
    return after


def told(scene):
    return Notice.objects.filter(kind=aftercase.HAND_OVER, receiver=scene.agent.user)


@pytest.mark.usefixtures("survey")
def test_a_mail_that_is_given_up_is_told_once_at_the_next_tick(scene):
    after = by_mail(scene)
    assert aftercase.fall_back(NOW) == 0
    OutboxMessage.objects.update(gave_up_at=NOW, attempts=8)
    assert [aftercase.fall_back(NOW + HOUR) for _twice in range(2)] == [1, 0]
    after.refresh_from_db()
    assert (after.way, after.failed_at) == ("CHAT", NOW + HOUR)
    assert told(scene).get().params == {"case": after.complaint.number, "failed": True}


def test_a_mail_that_was_answered_all_the_same_is_not_told(scene, survey):
    after = by_mail(scene)
    first = survey.questions.get()
    sheet = answers.Sheet(form_key=uuid.uuid4(), values={first.pk: 5}, texts={}, language="en")
    answers.answer(
        survey_id=survey.pk, invitation_id=after.invitation_id, sheet=sheet, now=NOW + HOUR
    )
    OutboxMessage.objects.update(gave_up_at=NOW)
    assert aftercase.fall_back(NOW + HOUR) == 0
    assert not told(scene).exists()


def come_in(mailbox, *, named, reason):
    """What the reader of mailboxes does with a mail that it has written."""
    back = IncomingMailFactory(mailbox=mailbox, references=named, automatic=reason)
    for taker in takers.takers_of(back):
        taker(back, NOW + HOUR)
    return back


@pytest.mark.usefixtures("survey")
def test_a_mail_that_comes_back_is_told_too(scene):
    after = by_mail(scene)
    outbox.send_due(clock=lambda: NOW)
    ours = sent.outbox[0].extra_headers["Message-ID"]
    mailbox = MailboxFactory(purpose="FEEDBACK")
    ChannelFactory(source="MAIL", store=scene.store, mailbox=mailbox)
    for named, reason in (("<other@x>", "BOUNCE"), (ours, "SUBJECT")):
        come_in(mailbox, named=named, reason=reason)
    assert not told(scene).exists()
    for _twice in range(2):
        come_in(mailbox, named=f"<a@b> {ours}", reason="BOUNCE")
    assert told(scene).count() == 1
    after.refresh_from_db()
    assert (after.way, after.failed_at) == ("CHAT", NOW + HOUR)


def from_its_box(scene):
    """A case that came by mail to a mailbox for complaints, with that mailbox."""
    case = closed(scene)
    box = CaseMailboxFactory(store=scene.store, address="complaints@shop.example")
    mail = IncomingMailFactory(
        mailbox=box.mailbox, body="灯坏了", message_id="<case@example.com>", received_at=NOW - DAY
    )
    CaseLetterFactory(box=box, mail=mail, complaint=case, landed_at=NOW, landed_by=LandedBy.OPENED)
    return case, box


@pytest.mark.usefixtures("survey")
def test_a_mail_that_comes_back_to_the_mailbox_of_the_case_is_told_too(scene):
    """The survey went out from there, so the mail server answers there."""
    case, box = from_its_box(scene)
    aftercase.ask_due(NOW)
    outbox.send_due(clock=lambda: NOW)
    ours = sent.outbox[0].extra_headers["Message-ID"]
    come_in(box.mailbox, named=ours, reason="SUBJECT")
    assert not told(scene).exists()
    for _twice in range(2):
        come_in(box.mailbox, named=ours, reason="BOUNCE")
    assert told(scene).get().params == {"case": case.number, "failed": True}
    after = AfterCase.objects.get(complaint=case)
    assert (after.way, after.failed_at) == ("CHAT", NOW + HOUR)


@pytest.mark.usefixtures("survey")
def test_the_list_shows_it_and_offers_the_call_list(scene, client):
    after = by_mail(scene)
    OutboxMessage.objects.update(gave_up_at=NOW)
    aftercase.fall_back(NOW)
    client.force_login(scene.agent.user)
    url = reverse("feedback:invitations") + "?state=hand"
    page = client.get(url, headers=ENGLISH).content.decode()
    assert "mail did not arrive" in page
    button = reverse("feedback:call_instead", args=[after.invitation_id])
    assert button in page
    shown = client.get(reverse("portal:notices"), headers=ENGLISH).content.decode()
    assert "did not arrive: send its customer the link, or call" in shown
    answered = {client.post(button).url for _twice in range(2)}
    call = Call.objects.get()
    assert answered == {reverse("feedback:call", args=[call.pk])}
    assert (call.complaint, call.customer, call.agent, call.rule, call.state) == (
        after.complaint, after.complaint.customer, scene.agent, None, "WAITING",
    )  # fmt: skip
    assert told(scene).get().read_at is not None
    assert AuditEntry.objects.filter(verb="call.instead", target_id=str(call.pk)).exists()
    listed = client.get(reverse("feedback:calls"), headers=ENGLISH).content.decode()
    assert after.complaint.number in listed
    assert "instead of a survey" in client.get(answered.pop(), headers=ENGLISH).content.decode()


@pytest.mark.usefixtures("survey")
def test_a_customer_who_was_left_alone_is_called_and_one_without_phone_is_not(scene, client):
    left = by_mail(scene)
    CallFactory(complaint=left.complaint, state="LEFT")
    unknown = by_mail(scene, customer=CustomerFactory(phone="", phone_hash=""))
    client.force_login(scene.agent.user)
    client.post(reverse("feedback:call_instead", args=[left.invitation_id]))
    assert Call.objects.get().state == "WAITING"
    page = client.post(
        reverse("feedback:call_instead", args=[unknown.invitation_id]), headers=ENGLISH, follow=True
    )
    assert "No phone number of this customer is known." in page.content.decode()
    assert Call.objects.count() == 1


def test_a_low_score_by_phone_reopens_the_case_and_the_link_does_not_again(scene, survey):
    after = by_mail(scene)
    call = aftercase.call_instead(actor=scene.agent, after_id=after.pk, now=NOW)
    calls.record(
        actor=scene.agent, call_id=call.pk, form_key=uuid.uuid4(), now=NOW + HOUR,
        tried=calls.Tried(outcome=CallOutcome.REACHED, score=1, words="还是坏的"),
    )  # fmt: skip
    first = survey.questions.get()
    sheet = answers.Sheet(form_key=uuid.uuid4(), values={first.pk: 1}, texts={}, language="en")
    answers.answer(
        survey_id=survey.pk, invitation_id=after.invitation_id, sheet=sheet, now=NOW + 2 * HOUR
    )
    case = Complaint.objects.get(pk=after.complaint_id)
    assert (case.reopened, case.stage) == (1, CaseStage.INVESTIGATION)


def test_a_case_that_came_by_mail_is_asked_about_from_its_own_mailbox(scene, survey):
    case, box = from_its_box(scene)
    machine = IncomingMailFactory(mailbox=box.mailbox, automatic="SUBJECT", received_at=NOW)
    CaseLetterFactory(
        box=box, mail=machine, complaint=case, landed_at=NOW, landed_by=LandedBy.OPENED
    )
    aftercase.ask_due(NOW)
    outbox.send_due(clock=lambda: NOW)
    (letter,) = sent.outbox
    assert (letter.to, letter.reply_to, letter.subject) == (
        ["zhang@example.com"], ["complaints@shop.example"], survey.title_zh,
    )  # fmt: skip
    assert "complaints@shop.example" in letter.from_email
    assert letter.extra_headers["In-Reply-To"] == "<case@example.com>"


def test_a_score_of_one_by_the_link_reopens_once_and_tells_owner_and_lead(scene, survey, client):
    """Issue 6, point 5: the whole way, by the link of the mail, without a sign-in."""
    after = by_mail(scene)
    outbox.send_due(clock=lambda: NOW)
    token = re.search(r"/feedback/s/([A-Za-z0-9_-]{22})/", sent.outbox[0].body)[1]
    url, first = reverse("feedback:answer_personal", args=[token]), survey.questions.get()
    assert client.get(url).status_code == 200
    public = reverse("feedback:answer_public", args=[survey.public_key])
    for _twice in range(2):
        client.post(url, {"form_key": str(uuid.uuid4()), f"q{first.pk}": 1})
    client.post(public, {"form_key": str(uuid.uuid4()), f"q{first.pk}": 1})
    case = Complaint.objects.get(pk=after.complaint_id)
    assert (case.stage, case.reopened, case.closed_at) == (CaseStage.INVESTIGATION, 1, None)
    assert Response.objects.count() == 2
    assert Invitation.objects.exclude(answered_at=None).count() == 1
    notices = Notice.objects.filter(kind=closing.REOPENED)
    assert sorted(notices.values_list("receiver", flat=True)) == sorted(
        [scene.agent.user_id, scene.lead.user_id]
    )
