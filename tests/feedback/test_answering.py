"""Customers answer without an account: each link once, nothing to be learnt from a refusal."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.forms.surveys import HONEYPOT
from feedback.models import Answer, HookCall, Invitation, Item, Response, Tally
from feedback.queries import surveys as queries
from feedback.services import answers, tallies
from feedback.views import answering
from portal.models import Notice
from tests.at_once import problems_of
from tests.factories.complaints import CustomerFactory, OrderFactory
from tests.factories.feedback import (
    HookCallFactory,
    InvitationFactory,
    PersonalLinkFactory,
    QuestionFactory,
    SurveyFactory,
    TallyFactory,
)
from tests.factories.staff import Department
from tests.feedback import sending

pytestmark = [pytest.mark.django_db, pytest.mark.both]
TOKEN = "AbCdEfGhIjKlMnOpQrStUv"  # noqa: S105 -- of the tests


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def survey(scene):
    return SurveyFactory(store=scene.store, is_public=True)


def link(survey, token=TOKEN, **invitation):
    made = InvitationFactory(survey=survey, **invitation)
    PersonalLinkFactory(invitation=made, token_hash=queries.hashed(token))
    return made


def personal(token=TOKEN):
    return reverse("feedback:answer_personal", args=[token])


def public(survey):
    return reverse("feedback:answer_public", args=[survey.public_key])


def filled(**values):
    return {"form_key": str(uuid.uuid4()), **{name: str(value) for name, value in values.items()}}


def test_an_answer_by_a_personal_link_is_an_item_of_its_order(client, scene, survey):
    order = OrderFactory(store=scene.store, customer=CustomerFactory(name="小王"))
    score = QuestionFactory(survey=survey, position=1)
    chosen = QuestionFactory(
        survey=survey, position=2, kind="CHOICE", options_zh="物流\n质量",
        options_en="Delivery\nQuality",
    )  # fmt: skip
    text = QuestionFactory(survey=survey, position=3, kind="TEXT")
    invited = link(survey, order=order, customer=order.customer, agent=scene.agent)
    data = filled(**{f"q{score.pk}": 2, f"q{chosen.pk}": 1, f"q{text.pk}": "太慢了"})
    response = client.post(personal(), data, headers={"Accept-Language": "en"})
    assert response.url == f"{reverse('feedback:thanks')}?language=en"
    item = Item.objects.get()
    assert (item.source, item.store, item.order, item.customer, item.agent) == (
        "SURVEY", scene.store, order, order.customer, scene.agent,
    )  # fmt: skip
    assert (item.rating, item.text, item.state) == (2, "太慢了\n物流", "UNREAD")
    assert item.channel.source == "SURVEY"
    assert item.channel.last_received_at is not None
    invited.refresh_from_db()
    assert invited.answered_at is not None
    assert invited.response.language == "en"


def test_used_expired_withdrawn_and_unknown_links_look_the_same(client, scene, survey):
    now = timezone.now()
    QuestionFactory(survey=survey)
    ended = SurveyFactory(store=scene.store, state="ENDED")
    early = SurveyFactory(store=scene.store, opens_on=timezone.localdate() + timedelta(days=1))
    tokens = [letter * 22 for letter in "abcdefg"]
    link(survey, tokens[0], answered_at=now)
    link(survey, tokens[1], expires_at=now - timedelta(seconds=1))
    link(ended, tokens[2])
    link(early, tokens[3])
    for language in ("zh-CN", "en"):
        pages = [
            client.get(personal(token), headers={"Accept-Language": language})
            for token in [*tokens, "short", "x" * 23, "é" * 22]
        ]
        pages += [client.post(personal(tokens[0]), filled(), headers={"Accept-Language": language})]
        pages += [client.get(reverse("feedback:answer_public", args=["y" * 22]),
                             headers={"Accept-Language": language})]  # fmt: skip
        assert {page.status_code for page in pages} == {404}
        assert len({page.content for page in pages}) == 1
        assert len({str(sorted(page.headers.items())) for page in pages}) == 1
        assert not any(page.cookies for page in pages)


def test_the_same_form_sent_twice_is_one_answer_and_thanked_twice(client, survey):
    question = QuestionFactory(survey=survey)
    link(survey)
    data = filled(**{f"q{question.pk}": 5})
    urls = {client.post(personal(), data).url for _twice in range(2)}
    assert urls == {f"{reverse('feedback:thanks')}?language=zh-hans"}
    assert Response.objects.count() == Item.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_form", [True, False])
@pytest.mark.parametrize("by_link", [True, False])
def test_of_several_votes_at_the_same_moment_one_counts(same_form, by_link):
    survey = SurveyFactory(is_public=True)
    question = QuestionFactory(survey=survey)
    invited = link(survey) if by_link else None
    sheets = [
        answers.Sheet(
            form_key=uuid.UUID(int=1 if same_form else number), values={question.pk: 4}, texts={},
            language="en", visitor="" if by_link else "v" * 40,
        )
        for number in range(1, 5)
    ]  # fmt: skip

    def voting(sheet):
        return lambda: answers.answer(
            survey_id=survey.pk, invitation_id=invited.pk if invited else None, sheet=sheet,
            now=timezone.now(),
        )  # fmt: skip

    gone = problems_of(*map(voting, sheets))
    assert {type(one) for one in gone} <= {answers.Gone}
    assert Response.objects.count() == Item.objects.count() == Answer.objects.count() == 1
    if not same_form:
        assert len(gone) == len(sheets) - 1


def test_the_public_link_counts_the_answers_of_a_browser(scene):
    survey = SurveyFactory(store=scene.store, is_public=True, per_person=2)
    question = QuestionFactory(survey=survey)
    first, second = Client(), Client()
    for client, wanted in ((first, 302), (first, 302), (first, 404), (second, 302)):
        client.get(public(survey))
        response = client.post(public(survey), filled(**{f"q{question.pk}": 3}))
        assert response.status_code == wanted
    assert first.get(public(survey)).status_code == 404
    assert Response.objects.count() == 3


def test_a_survey_without_public_link_has_none(client, scene):
    survey = SurveyFactory(store=scene.store)
    QuestionFactory(survey=survey)
    assert client.get(public(survey)).status_code == 404


def test_questions_depend_on_earlier_answers(client, survey):
    score = QuestionFactory(survey=survey, position=1)
    why = QuestionFactory(
        survey=survey, position=2, kind="TEXT", is_required=True, after=score, low=1, high=2
    )
    link(survey)
    missing = client.post(personal(), filled(**{f"q{score.pk}": 1}))
    assert missing.status_code == 422
    assert not Response.objects.exists()
    kept = client.post(personal(), filled(**{f"q{score.pk}": 5, f"q{why.pk}": "没有问"}))
    assert kept.status_code == 302
    assert list(Answer.objects.values_list("question", "value", "text")) == [(score.pk, 5, "")]


def test_what_a_robot_fills_in_is_thanked_and_forgotten(client, survey):
    question = QuestionFactory(survey=survey)
    link(survey)
    data = filled(**{f"q{question.pk}": 5}) | {HONEYPOT: "https://spam.example"}
    assert client.post(personal(), data).status_code == 302
    assert not Response.objects.exists()
    assert Invitation.objects.get().answered_at is None


@pytest.mark.parametrize(
    "value",
    ["0", "6", "-1", "1_0", "٣", "9" * 400, "5.0", "\x00", "\ud800", "' OR 1=1 --", "<b>5</b>"],
)
def test_hostile_scores_are_refused_beside_the_question(client, survey, value):
    question = QuestionFactory(survey=survey)
    link(survey)
    response = sending.post(client, personal(), filled() | {f"q{question.pk}": value})
    assert response.status_code == 422
    assert not Response.objects.exists()


@pytest.mark.parametrize("value", ["\x00", "坏\x00字", "x" * 2001])
def test_hostile_texts_are_refused_beside_the_question(client, survey, value):
    question = QuestionFactory(survey=survey, kind="TEXT")
    link(survey)
    response = sending.post(client, personal(), filled() | {f"q{question.pk}": value})
    assert response.status_code == 422
    assert not Response.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "\x00", "1" * 5000])
def test_a_form_without_a_sound_key_is_shown_again_with_one(client, survey, key):
    question = QuestionFactory(survey=survey)
    link(survey)
    response = client.post(personal(), {"form_key": key, f"q{question.pk}": "5"})
    assert response.status_code == 422
    fresh = re.search(r'name="form_key" value="([^"]+)"', response.content.decode()).group(1)
    assert uuid.UUID(fresh)


def test_markup_in_a_text_stays_text(client, scene, survey):
    question = QuestionFactory(survey=survey, kind="TEXT")
    link(survey)
    client.post(personal(), filled(**{f"q{question.pk}": "<script>alert(1)</script>"}))
    client.force_login(scene.lead.user)
    for url in (
        reverse("feedback:survey", args=[survey.pk]),
        reverse("feedback:item", args=[Item.objects.get().pk]),
    ):
        assert b"<script>alert" not in client.get(url).content


def test_an_empty_form_is_refused(client, survey):
    QuestionFactory(survey=survey)
    link(survey)
    response = client.post(personal(), filled(), headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "Please answer at least one question." in response.content.decode()


def test_the_other_language_keeps_what_was_filled_in(client, survey):
    question = QuestionFactory(survey=survey)
    link(survey)
    data = filled(**{f"q{question.pk}": 4}) | {"switch": "1"}
    response = client.post(f"{personal()}?language=en", data)
    text = response.content.decode()
    assert (response.status_code, response.headers["Content-Language"]) == (200, "zh-hans")
    assert '<html lang="en"' in text
    assert question.text_en in text
    assert f'id="q{question.pk}-4" value="4" checked' in text
    assert data["form_key"] in text
    assert not Response.objects.exists()


def test_one_address_is_slowed_down_and_others_get_through(client, survey):
    question = QuestionFactory(survey=survey)
    data = {f"q{question.pk}": "5"}
    statuses = [
        Client(REMOTE_ADDR="192.0.2.1").post(public(survey), filled() | data).status_code
        for _each in range(answering.MOST_PUBLIC + 3)
    ]
    assert statuses == [302] * answering.MOST_PUBLIC + [429] * 3
    link(survey)
    assert client.post(personal(), filled() | data, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_guesses_of_one_address_end_in_429_and_its_right_links_still_work(client, survey):
    QuestionFactory(survey=survey)
    statuses = [client.get(personal("z" * 22)).status_code for _each in range(102)]
    assert statuses == [404] * answering.MOST_GUESSES + [429] * 2
    link(survey)
    assert client.get(personal()).status_code == 200


def test_a_network_of_version_6_is_one_address():
    now = timezone.now()
    tallies.count_up(what="x", address="2001:db8:1:2::1", now=now)
    assert tallies.count_of(what="x", address="2001:db8:1:2:ffff::9", now=now) == 1
    assert tallies.count_of(what="x", address="2001:db8:1:3::1", now=now) == 0


def test_tallies_and_calls_are_forgotten_after_a_day():
    now = timezone.now()
    for old in (timedelta(hours=25), timedelta(hours=1)):
        TallyFactory(begun_at=now - old)
        HookCallFactory(at=now - old)
    assert (tallies.sweep(now), tallies.sweep(now)) == (2, 0)
    assert (Tally.objects.count(), HookCall.objects.count()) == (1, 1)


def test_the_address_of_the_page_is_kept_from_caches_and_other_sites(client, survey):
    link(survey)
    response = client.get(personal())
    assert (response["Cache-Control"], response["Referrer-Policy"], response["X-Robots-Tag"]) == (
        "private, no-store", "no-referrer", "noindex, nofollow",
    )  # fmt: skip


def test_no_link_stands_in_the_log(client, survey, caplog):
    QuestionFactory(survey=survey, is_required=True)
    link(survey)
    assert client.post(personal(), filled()).status_code == 422
    assert client.get(personal("n" * 22)).status_code == 404
    assert "/feedback/s/" not in caplog.text


def test_whoever_invited_is_reminded_once_of_what_is_missing(scene, survey):
    now = timezone.now()
    due = {"made_by": scene.agent, "remind_at": now - timedelta(minutes=1)}
    link(survey, "a" * 22, **due)
    link(survey, "b" * 22, **due)
    link(survey, "c" * 22, **due, answered_at=now)
    link(survey, "d" * 22, made_by=scene.agent, remind_at=now + timedelta(hours=1))
    link(SurveyFactory(store=scene.store, state="ENDED"), "e" * 22, **due)
    assert answers.oldest_reminder(now) == due["remind_at"]
    assert [answers.remind(now) for _twice in range(2)] == [2, 0]
    notice = Notice.objects.get()
    assert (notice.receiver, notice.params["count"]) == (scene.agent.user, 2)
    assert answers.oldest_reminder(now) is None
