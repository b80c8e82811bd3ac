"""Surveys are built, opened, and customers invited; what was asked stands."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.models import Invitation, PersonalLink, Question, Survey
from feedback.policies import surveys as policies
from feedback.policies.surveys import Asked
from feedback.queries import surveys as queries
from portal import submissions
from tests.factories.complaints import CustomerFactory, OrderFactory
from tests.factories.feedback import (
    AnswerFactory,
    InvitationFactory,
    PersonalLinkFactory,
    QuestionFactory,
    ResponseFactory,
    SurveyFactory,
)
from tests.factories.staff import Department
from tests.feedback import sending

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HOSTILE = ["\x00", "\ud800", "9" * 40, "1_000", "١٢", "-1", "'; drop"]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def send(client):
    def post(person, view, /, *args, **data):
        client.force_login(person.user)
        url = reverse(view, args=args)
        return sending.post(client, url, data, headers={"Accept-Language": "en"})

    return post


def survey_data(scene, **more):
    return {
        "form_key": submissions.new_key(), "version": 0, "store": scene.store.pk,
        "title_zh": "满意吗", "title_en": "Satisfied?", "intro_zh": "", "intro_en": "",
        "opens_on": "", "closes_on": "", "per_person": 1, "link_days": 30, "remind_days": 7,
        "rest_days": 30, **more,
    }  # fmt: skip


def question_data(survey, **more):
    return {
        "version": survey.version, "position": 1, "kind": "SCORE", "text_zh": "满意吗",
        "text_en": "Satisfied?", "options_zh": "", "options_en": "", "after": "", "low": "",
        "high": "", **more,
    }  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("view", "count"), [("surveys", 7), ("invitations", 8)])
def test_lists_cost_the_same_for_any_number_of_rows(
    scene, client, rows, view, count, django_assert_num_queries
):
    for _row in range(rows):
        survey = SurveyFactory(store=scene.store)
        InvitationFactory(survey=survey, agent=scene.agent)
        used = InvitationFactory(survey=survey, answered_at=timezone.now())
        ResponseFactory(survey=survey, invitation=used, visitor="")
    client.force_login(scene.lead.user)
    client.get(reverse(f"feedback:{view}"))
    with django_assert_num_queries(count):
        response = client.get(reverse(f"feedback:{view}"))
    assert response.content.count(b"</tr>") == rows * (2 if view == "invitations" else 1) + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_a_survey_costs_the_same_for_any_number_of_questions(
    scene, client, rows, django_assert_num_queries
):
    survey = SurveyFactory(store=scene.store)
    for _row in range(rows):
        AnswerFactory(
            question=QuestionFactory(survey=survey), response=ResponseFactory(survey=survey)
        )
    client.force_login(scene.lead.user)
    client.get(reverse("feedback:survey", args=[survey.pk]))
    with django_assert_num_queries(10):
        client.get(reverse("feedback:survey", args=[survey.pk]))


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        (None, None, "until it is ended"),
        (date(2026, 11, 2), None, "11/02/2026 – …"),
        (None, date(2026, 11, 3), "… – 11/03/2026"),
    ],
)
def test_days_of_a_survey_are_told_in_the_list_and_on_its_page(scene, client, opens, closes, told):
    survey = SurveyFactory(store=scene.store, opens_on=opens, closes_on=closes)
    client.force_login(scene.lead.user)
    for path in (reverse("feedback:surveys"), reverse("feedback:survey", args=[survey.pk])):
        page = client.get(path, headers={"Accept-Language": "en"}).content.decode()
        assert told in page
        assert "… – …" not in page


def test_a_survey_is_begun_filled_and_opened(scene, send):
    data = survey_data(scene)
    urls = {send(scene.lead, "feedback:create_survey", **data).url for _twice in range(2)}
    survey = Survey.objects.get()
    assert urls == {reverse("feedback:survey", args=[survey.pk])}
    assert (survey.state, len(survey.public_key)) == ("DRAFT", 22)
    send(scene.lead, "feedback:survey_state", survey.pk, state="OPEN", version=1)
    assert Survey.objects.get().state == "DRAFT"
    send(scene.lead, "feedback:create_question", survey.pk, **question_data(survey))
    survey.refresh_from_db()
    send(scene.lead, "feedback:survey_state", survey.pk, state="OPEN", version=survey.version)
    survey.refresh_from_db()
    assert survey.state == "OPEN"
    again = send(scene.lead, "feedback:create_question", survey.pk, **question_data(survey))
    assert again.status_code == 422
    assert Question.objects.count() == 1


def test_of_two_who_change_a_survey_the_second_is_told(scene, send):
    survey = SurveyFactory(store=scene.store)
    first = send(scene.lead, "feedback:edit_survey", survey.pk, **survey_data(scene, version=1))
    second = send(scene.lead, "feedback:edit_survey", survey.pk, **survey_data(scene, version=1))
    assert (first.status_code, second.status_code) == (302, 422)


def test_a_survey_that_was_used_stays_with_its_store_and_its_questions(scene, send):
    survey = SurveyFactory(store=scene.store)
    InvitationFactory(survey=survey)
    scene.deputy  # noqa: B018 -- who serves both stores below
    moved = survey_data(scene, version=1, store=scene.other_store.pk)
    assert send(scene.supervisor, "feedback:edit_survey", survey.pk, **moved).status_code == 422
    send(scene.lead, "feedback:survey_state", survey.pk, state="DRAFT", version=1)
    survey.refresh_from_db()
    assert (survey.store, survey.state) == (scene.store, "OPEN")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["store", "per_person", "link_days", "remind_days", "opens_on",
                                  "version", "form_key"])  # fmt: skip
def test_hostile_surveys_are_refused_beside_the_field(scene, send, name, text):
    response = send(scene.lead, "feedback:create_survey", **survey_data(scene, **{name: text}))
    read_as_number = {("per_person", "١٢"), ("link_days", "١٢"), ("version", "1_000")}
    if (name, text) in read_as_number | {("version", "١٢"), ("remind_days", "١٢")}:
        assert response.status_code == 302
    else:
        assert response.status_code == 422
        assert not Survey.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"title_zh": ""}, {"title_en": "x" * 81}, {"title_zh": "坏\x00"},
        {"opens_on": "2026-12-02", "closes_on": "2026-12-01"},
        {"link_days": 7, "remind_days": 7}, {"per_person": 21}, {"per_person": 0},
    ],
)  # fmt: skip
def test_surveys_that_make_no_sense_are_refused(scene, send, more):
    response = send(scene.lead, "feedback:create_survey", **survey_data(scene, **more))
    assert response.status_code == 422


def test_questions_that_make_no_sense_are_refused(scene, send):
    survey = SurveyFactory(store=scene.store, state="DRAFT")
    score = QuestionFactory(survey=survey, position=5)
    text = QuestionFactory(survey=survey, position=6, kind="TEXT")
    wrong = [
        {"kind": "CHOICE"}, {"kind": "CHOICE", "options_zh": "一", "options_en": "one"},
        {"kind": "CHOICE", "options_zh": "一\n二", "options_en": "one"},
        {"kind": "CHOICE", "options_zh": "\n".join("一" * 13), "options_en": "\n".join("1" * 13)},
        {"kind": "X"}, {"position": 0}, {"text_zh": " "}, {"text_en": "x" * 201},
        {"position": 4, "after": score.pk, "low": 1, "high": 2},
        {"position": 7, "after": score.pk, "low": 4, "high": 2},
        {"position": 7, "after": score.pk, "low": 1, "high": 7},
        {"position": 7, "after": score.pk, "low": 1},
        {"position": 7, "after": text.pk, "low": 1, "high": 2},
        {"position": 7, "after": "9" * 30, "low": 1, "high": 2},
    ]  # fmt: skip
    for more in wrong:
        data = question_data(survey, **more)
        response = send(scene.lead, "feedback:create_question", survey.pk, **data)
        assert response.status_code == 422, more
    assert Question.objects.count() == 2


def test_a_question_that_another_needs_stays(scene, send):
    survey = SurveyFactory(store=scene.store, state="DRAFT")
    score = QuestionFactory(survey=survey, position=1)
    why = QuestionFactory(survey=survey, position=2, kind="TEXT", after=score, low=1, high=2)
    send(scene.lead, "feedback:drop_question", survey.pk, score.pk, version=1)
    assert Question.objects.count() == 2
    moved = question_data(survey, position=9)
    assert send(scene.lead, "feedback:question", survey.pk, score.pk, **moved).status_code == 422
    send(scene.lead, "feedback:drop_question", survey.pk, why.pk, version=1)
    send(scene.lead, "feedback:drop_question", survey.pk, score.pk, version=2)
    assert not Question.objects.exists()


def test_links_are_shown_once_and_only_their_hashes_kept(scene, send):
    survey = SurveyFactory(store=scene.store, remind_days=3)
    QuestionFactory(survey=survey)
    customer = CustomerFactory()
    orders = [OrderFactory(store=scene.store, customer=customer) for _twice in range(2)]
    orders.append(OrderFactory(store=scene.store))
    data = {
        "form_key": submissions.new_key(), "orders": "\n".join(one.number for one in orders),
        "nameless": 1, "agent": scene.agent.pk,
    }  # fmt: skip
    first = send(scene.agent, "feedback:invite", survey.pk, **data)
    assert send(scene.agent, "feedback:invite", survey.pk, **data).status_code == 302
    links = first.context["links"]
    assert [label for label, _url in links] == [orders[0].number, orders[2].number, ""]
    assert first.context["skipped"] == [orders[1].number]
    tokens = {url.rstrip("/").rsplit("/", 1)[1] for _label, url in links}
    assert len(tokens) == 3
    assert set(PersonalLink.objects.values_list("token_hash", flat=True)) == {
        queries.hashed(token) for token in tokens
    }
    made = Invitation.objects.order_by("pk").first()
    assert (made.agent, made.made_by) == (scene.agent, scene.agent)
    assert made.remind_at - made.made_at == timedelta(days=3)
    assert made.expires_at - made.made_at == timedelta(days=30)


def test_a_further_link_opens_the_same_single_answer(scene, send, client):
    survey = SurveyFactory(store=scene.store)
    question = QuestionFactory(survey=survey)
    invited = InvitationFactory(survey=survey)
    PersonalLinkFactory(invitation=invited, token_hash=queries.hashed("a" * 22))
    page = send(scene.agent, "feedback:new_link", invited.pk)
    new = "/feedback/" + page.context["links"][0][1].split("/feedback/")[1]
    old = reverse("feedback:answer_personal", args=["a" * 22])
    assert [client.get(url).status_code for url in (old, new)] == [200, 200]
    client.post(new, {"form_key": uuid.uuid4(), f"q{question.pk}": 5})
    assert [client.get(url).status_code for url in (old, new)] == [404, 404]
    assert send(scene.agent, "feedback:new_link", invited.pk).status_code == 302


@pytest.mark.parametrize(
    "more",
    [
        {}, {"orders": "no such order"}, {"nameless": "201"}, {"nameless": "-1"},
        {"nameless": "1.5"}, {"orders": "\x00"}, {"orders": "x" * 20_001},
        {"nameless": 1, "agent": "9" * 30}, {"nameless": 1, "form_key": "x"},
    ],
)  # fmt: skip
def test_hostile_invitations_are_refused(scene, send, more):
    survey = SurveyFactory(store=scene.store)
    data = {"form_key": submissions.new_key(), "orders": "", "nameless": "", "agent": ""} | more
    assert send(scene.agent, "feedback:invite", survey.pk, **data).status_code == 422
    assert not Invitation.objects.exists()


def test_an_order_of_another_store_is_not_found(scene, send):
    survey = SurveyFactory(store=scene.store)
    strange = OrderFactory(store=scene.other_store)
    data = {"form_key": submissions.new_key(), "orders": strange.number}
    assert send(scene.agent, "feedback:invite", survey.pk, **data).status_code == 422


def test_the_qr_code_is_an_image_of_the_public_link(scene, client):
    survey = SurveyFactory(store=scene.store, is_public=True)
    client.force_login(scene.agent.user)
    response = client.get(reverse("feedback:survey_qr", args=[survey.pk]))
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content
    hidden = SurveyFactory(store=scene.store)
    assert client.get(reverse("feedback:survey_qr", args=[hidden.pk])).status_code == 404


def test_the_preview_takes_nothing(scene, client):
    survey = SurveyFactory(store=scene.store, state="DRAFT")
    QuestionFactory(survey=survey)
    client.force_login(scene.agent.user)
    url = reverse("feedback:preview_survey", args=[survey.pk])
    for language, title in (("en", survey.title_en), ("zh-hans", survey.title_zh)):
        assert title in client.get(url, {"language": language}).content.decode()
    assert client.post(url).status_code == 405


@pytest.mark.parametrize(
    "asked",
    [{"survey": "1_0"}, {"survey": "9" * 40}, {"state": "x"}, {"since": "0001-01-01"},
     {"page": "9" * 30}, {"page": "-1"}],
)  # fmt: skip
def test_hostile_addresses_are_borne(scene, client, asked):
    client.force_login(scene.agent.user)
    assert client.get(reverse("feedback:invitations"), asked).status_code == 200


def test_results_count_each_value(scene):
    survey = SurveyFactory(store=scene.store)
    question = QuestionFactory(survey=survey, kind="NPS")
    for value in (10, 9, 7, 0):
        AnswerFactory(question=question, response=ResponseFactory(survey=survey), value=value)
    (result,) = queries.results_of(survey, [question])
    assert (result.of, result.share.value) == (4, 25)
    assert [bar.count for bar in result.bars] == [1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1]


@pytest.mark.parametrize(
    "act",
    [
        lambda: SurveyFactory(opens_on=date(2026, 11, 2), closes_on=date(2026, 11, 1)),
        lambda: SurveyFactory(per_person=0),
        lambda: SurveyFactory(public_key=SurveyFactory().public_key),
        lambda: QuestionFactory(low=1),
        lambda: QuestionFactory(kind="CHOICE"),
        lambda: QuestionFactory(options_zh="一"),
        lambda: PersonalLinkFactory(token_hash=PersonalLinkFactory().token_hash),
        lambda: ResponseFactory(form_key=ResponseFactory().form_key),
        lambda: ResponseFactory(visitor=""),
        lambda: [ResponseFactory(survey=one.survey, visitor=one.visitor)
                 for one in [ResponseFactory()]],
        lambda: AnswerFactory(text="both"),
        lambda: AnswerFactory(value=None),
        lambda: [AnswerFactory(response=one.response, question=one.question)
                 for one in [AnswerFactory()]],
    ],
)  # fmt: skip
def test_the_database_refuses_what_must_not_be(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, [1]), ({1: 2}, [1, 2]), ({1: 2, 2: 5}, [1, 2, 3]), ({1: 4, 2: 5}, [1]), ({2: 5}, [1])],
)
def test_a_question_is_asked_when_the_one_before_it_was_and_fits(values, expected):
    asked = [
        Asked(key=1, kind="SCORE"),
        Asked(key=2, kind="SCORE", after=1, low=1, high=2),
        Asked(key=3, kind="TEXT", after=2, low=5, high=5),
    ]
    assert [one.key for one in policies.shown(asked, values)] == expected


@pytest.mark.parametrize(
    ("state", "opens", "closes", "expected"),
    [
        ("OPEN", None, None, True), ("OPEN", 2, 2, True), ("OPEN", 3, None, False),
        ("OPEN", None, 1, False), ("DRAFT", None, None, False), ("ENDED", None, None, False),
    ],
)  # fmt: skip
def test_a_survey_takes_answers_on_its_days(state, opens, closes, expected):
    day = lambda number: date(2026, 11, number) if number else None  # noqa: E731 -- short
    assert (
        policies.is_open(
            state=state, opens_on=day(opens), closes_on=day(closes), today=date(2026, 11, 2)
        )
        is expected
    )
