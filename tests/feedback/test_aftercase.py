"""The survey after a case: sent by itself once, and a low score reopens the case once (CMP-14)."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, EntryKind
from complaints.models import Complaint, Revisit
from complaints.services import closing
from feedback.models import AfterCase, Invitation, Item, PersonalLink, Response
from feedback.queries.surveys import hashed
from feedback.services import aftercase, answers
from portal import outbox
from portal.models import Notice, OutboxMessage
from tests.factories.complaints import ComplaintFactory, OrderFactory, TimelineEntryFactory
from tests.factories.feedback import (
    AfterCaseFactory,
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


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def survey(scene):
    made = SurveyFactory(
        store=scene.store, after_case_since=NOW - DAY, made_by=scene.lead, remind_days=7
    )
    QuestionFactory(survey=made, position=1, kind="SCORE")
    QuestionFactory(survey=made, position=2, kind="TEXT")
    return made


def closed(scene, **fields):
    order = OrderFactory(store=scene.store)
    usual = {
        "store": scene.store, "order": order, "owner": scene.agent, "customer": order.customer,
        "stage": CaseStage.SATISFIED, "closed_at": NOW,
    }  # fmt: skip
    return ComplaintFactory(**usual | fields)


def wrote(complaint, **fields):
    """The customer wrote a mail from which the case came."""
    box = MailboxFactory(username="service@shop.example")
    mail = IncomingMailFactory(
        mailbox=box,
        subject="灯坏了",
        body="第二天就不亮了",
        message_id="<first@example.com>",
        **fields,
    )
    return LetterFactory(
        item=ItemFactory(source="MAIL", store=complaint.store, complaint=complaint), mail=mail
    )


def sheet(survey, score, words=""):
    first, text = survey.questions.order_by("position")
    return answers.Sheet(
        form_key=uuid.uuid4(), values={first.pk: score}, texts={text.pk: words} if words else {},
        language="zh-hans",
    )  # fmt: skip


def answered(survey, after, score, words="", *, now=NOW + HOUR):
    return answers.answer(
        survey_id=survey.pk, invitation_id=after.invitation_id, sheet=sheet(survey, score, words),
        now=now,
    )  # fmt: skip


@pytest.mark.usefixtures("survey")
def test_a_closed_case_is_asked_about_once_and_its_owner_sends_the_link(scene):
    case = closed(scene)
    assert [aftercase.ask_due(NOW) for _twice in range(2)] == [1, 0]
    after = AfterCase.objects.get()
    invitation = after.invitation
    assert (after.complaint, after.way, after.turn) == (case, "CHAT", 0)
    assert (invitation.order, invitation.customer, invitation.agent) == (
        case.order, case.customer, scene.agent,
    )  # fmt: skip
    notice = Notice.objects.get(kind=aftercase.HAND_OVER)
    assert (notice.receiver, notice.params) == (
        scene.agent.user, {"case": case.number, "failed": False},
    )  # fmt: skip
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"stage": CaseStage.REVISIT, "closed_at": None},
        {"closed_at": NOW - 2 * DAY},  # before the survey was marked
        {"closed_at": NOW + DAY},
    ],
)
@pytest.mark.usefixtures("survey")
def test_open_and_old_cases_are_not_asked_about(scene, fields):
    closed(scene, **fields)
    assert aftercase.ask_due(NOW) == 0


@pytest.mark.usefixtures("survey")
def test_a_case_that_was_merged_is_not_asked_about(scene):
    closed(scene, stage=CaseStage.MERGED, merged_into=closed(scene))
    assert aftercase.ask_due(NOW) == 1


@pytest.mark.parametrize(
    "fields",
    [{"state": "DRAFT"}, {"state": "ENDED"}, {"after_case_since": None},
     {"closes_on": (NOW - 2 * DAY).date()}, {"opens_on": (NOW + 2 * DAY).date()}],
)  # fmt: skip
def test_a_survey_that_is_not_open_or_not_marked_asks_nobody(scene, survey, fields):
    closed(scene)
    type(survey).objects.update(**fields)
    assert aftercase.ask_due(NOW) == 0


def test_the_cases_of_another_store_have_their_own_survey(scene, survey):
    closed(scene)
    ComplaintFactory(store=scene.other_store, stage=CaseStage.SATISFIED, closed_at=NOW)
    assert aftercase.ask_due(NOW) == 1
    other = SurveyFactory(store=scene.other_store, after_case_since=NOW - DAY)
    assert aftercase.ask_due(NOW) == 1
    assert set(Invitation.objects.values_list("survey", flat=True)) == {survey.pk, other.pk}


def test_a_customer_is_asked_only_so_often_in_so_many_days(scene, survey):
    first = closed(scene)
    aftercase.ask_due(NOW)
    second = closed(scene, customer=first.customer, closed_at=NOW + HOUR)
    aftercase.ask_due(NOW + HOUR)
    assert (second.after_case.way, second.after_case.invitation) == ("LEFT", None)
    later = NOW + survey.rest_days * DAY + HOUR
    third = closed(scene, customer=first.customer, closed_at=later)
    aftercase.ask_due(later)
    assert third.after_case.way == "CHAT"
    assert aftercase.ask_due(later) == 0


@pytest.mark.usefixtures("survey")
def test_whoever_held_the_case_when_it_closed_is_asked_about(scene):
    case = closed(scene, owner=scene.mate)
    TimelineEntryFactory(
        complaint=case, kind=EntryKind.OWNER, at=NOW + HOUR,
        params={"owner": scene.mate.pk, "before": scene.agent.pk},
    )  # fmt: skip
    aftercase.ask_due(NOW + 2 * HOUR)
    assert Invitation.objects.get().agent == scene.agent


def test_a_customer_who_wrote_a_mail_is_asked_by_mail_in_the_same_thread(scene, survey):
    case = closed(scene)
    wrote(case, references="<zero@example.com>")
    aftercase.ask_due(NOW)
    assert AfterCase.objects.get().way == "MAIL"
    assert not Notice.objects.filter(kind=aftercase.HAND_OVER).exists()
    assert outbox.send_due(clock=lambda: NOW) == 1
    (letter,) = sent.outbox
    assert (letter.to, letter.reply_to, letter.subject) == (
        ["zhang@example.com"], ["service@shop.example"], survey.title_zh,
    )  # fmt: skip
    assert letter.extra_headers["In-Reply-To"] == "<first@example.com>"
    assert letter.extra_headers["References"] == "<zero@example.com> <first@example.com>"
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert letter.from_email.startswith("=?utf-8?")
    token = re.search(r"/feedback/s/([A-Za-z0-9_-]{22})/", letter.body)[1]
    assert PersonalLink.objects.get().token_hash == hashed(token)
    assert "zhang@" not in str(OutboxMessage.objects.values())


def test_a_mail_about_an_answered_survey_is_not_sent(scene, survey):
    case = closed(scene)
    wrote(case)
    aftercase.ask_due(NOW)
    answered(survey, AfterCase.objects.get(), 5)
    outbox.send_due(clock=lambda: NOW)
    assert sent.outbox == []
    assert OutboxMessage.objects.get().withdrawn_at is not None


@pytest.mark.usefixtures("survey")
def test_a_customer_who_has_not_answered_gets_the_mail_once_more(scene):
    wrote(closed(scene))
    aftercase.ask_due(NOW)
    assert answers.remind(NOW + 7 * DAY + HOUR) == 1
    assert answers.remind(NOW + 7 * DAY + HOUR) == 0
    assert OutboxMessage.objects.count() == 2
    assert not Notice.objects.filter(kind=answers.REMINDER).exists()


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_score_reopens_the_case_once_and_tells_owner_and_lead(scene, survey, score):
    case = closed(scene)
    aftercase.ask_due(NOW)
    after = AfterCase.objects.get()
    answered(survey, after, score, "还是坏的")
    case.refresh_from_db()
    assert (case.stage, case.reopened, case.closed_at) == (CaseStage.INVESTIGATION, 1, None)
    told = Notice.objects.filter(kind=closing.REOPENED).values_list("receiver", flat=True)
    assert set(told) == {scene.agent.user_id, scene.lead.user_id}
    with pytest.raises(answers.Gone):
        answered(survey, after, 1)
    revisit = Revisit.objects.get()
    assert (revisit.score, revisit.words, revisit.channel, revisit.by) == (
        score, "还是坏的", "SURVEY", None,
    )  # fmt: skip
    assert Item.objects.get().agent == scene.agent
    assert aftercase.ask_due(NOW + 2 * HOUR) == 0


def test_a_good_score_is_written_to_the_case_and_leaves_it_closed(scene, survey):
    case = closed(scene)
    aftercase.ask_due(NOW)
    answered(survey, AfterCase.objects.get(), 3)
    case.refresh_from_db()
    assert (case.stage, Revisit.objects.get().outcome) == (CaseStage.SATISFIED, "SATISFIED")


def test_a_case_that_was_reopened_since_is_not_reopened_again(scene, survey):
    case = closed(scene)
    aftercase.ask_due(NOW)
    Complaint.objects.filter(pk=case.pk).update(reopened=1)  # closed a second time meanwhile
    answered(survey, AfterCase.objects.get(), 1)
    case.refresh_from_db()
    assert (case.stage, Revisit.objects.count(), Response.objects.count()) == (
        CaseStage.SATISFIED, 0, 1,
    )  # fmt: skip


@pytest.mark.usefixtures("survey")
def test_two_workers_ask_once(scene):
    closed(scene)
    aftercase.ask_due(NOW)
    after = AfterCase.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AfterCaseFactory(complaint=after.complaint)
    with pytest.raises(IntegrityError), transaction.atomic():
        AfterCase.objects.update(way="LEFT")


def test_the_link_is_taken_with_text_and_code_and_works_for_the_customer(scene, survey, client):
    case = closed(scene)
    aftercase.ask_due(NOW)
    invitation = Invitation.objects.get()
    client.force_login(scene.agent.user)
    listed = reverse("feedback:invitations") + "?state=hand"
    assert case.number in client.get(listed).content.decode()
    page = client.post(reverse("feedback:new_link", args=[invitation.pk])).content.decode()
    assert "data:image/svg+xml;base64," in page
    assert AfterCase.objects.get().handed_at is not None
    assert case.number not in client.get(listed).content.decode()
    assert Notice.objects.get(kind=aftercase.HAND_OVER).read_at is not None
    client.logout()
    token = re.search(r"/feedback/s/([A-Za-z0-9_-]{22})/", page)[1]
    url = reverse("feedback:answer_personal", args=[token])
    first = survey.questions.order_by("position")[0]
    for _twice in range(2):
        form = {"form_key": str(uuid.uuid4()), f"q{first.pk}": 1}
        client.post(url, form)
    case.refresh_from_db()
    assert (case.reopened, Response.objects.count()) == (1, 1)


def test_a_survey_is_marked_on_its_form_and_asks_from_then_on(scene, survey, client):
    client.force_login(scene.lead.user)
    url = reverse("feedback:edit_survey", args=[survey.pk])
    data = {
        "form_key": str(uuid.uuid4()), "version": 1, "store": scene.store.pk, "title_zh": "好吗",
        "title_en": "Good?", "per_person": 1, "link_days": 30, "remind_days": 7, "rest_days": 14,
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    survey.refresh_from_db()
    assert (survey.after_case_since, survey.rest_days) == (None, 14)
    before = timezone.now()
    assert client.post(url, data | {"version": 2, "is_after_case": "on"}).status_code == 302
    survey.refresh_from_db()
    assert survey.after_case_since >= before
    for bad in ("0", "366", "", "9" * 30, "-1"):
        sent_ = data | {"version": 3, "rest_days": bad}
        assert client.post(url, sent_).status_code == 422
