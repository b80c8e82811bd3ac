"""Two surveys with answers of two months: one by personal links, one by the QR code of a parcel."""

import random
import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from complaints.models import Order
from config.sample.department import Made
from feedback.enums import ItemKind, QuestionKind, SurveyState
from feedback.models import Channel, Invitation, Item, Question, Survey
from feedback.queries import rules as rule_queries
from feedback.services import answers, hooks, surveys, triage
from feedback.services.surveys import QuestionFacts, SurveyFacts
from portal import submissions
from staff.people.enums import Post
from staff.people.models import Person

SEED = 20261127
INVITED, PUBLIC, DAYS = 60, 24, 40
PLEASED = ["客服回得很快，问题当天就解决了。", "态度很好，谢谢。", ""]
ANNOYED = ["等了两天才有人回。", "补发的也压坏了。", "说法前后不一样，问了三次。"]
CONTENT_FROM = 4


def fill(made: Made, *, now: datetime) -> None:
    """Build the surveys as a lead would, let customers answer, and open a webhook."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    deputy = made.people["D001"]
    begun = now - timedelta(days=DAYS + 1)
    service = _service(made, deputy, now=begun)
    questions = list(Question.objects.filter(survey=service).order_by("position"))
    _answer_invited(made, service, questions, rng=rng, now=now)
    parcel = _parcel(made, deputy, now=begun)
    _answer_public(parcel, list(parcel.questions.order_by("position")), rng=rng, now=now)
    _triage(made, now=now)
    chat = Channel.objects.get(source="CHAT", store=None, team=None)
    if deputy.user is not None:
        hooks.rotate(actor=deputy.user, person=deputy, channel_id=chat.pk, now=now)


def _triage(made: Made, *, now: datetime) -> None:
    """All but what came in on the last two days was triaged."""
    rules = rule_queries.in_force()
    old = Item.objects.filter(source="SURVEY", received_at__lt=now - timedelta(days=2))
    for item in old.order_by("pk"):
        agents = made.in_team(made.team_of_store[item.store_id], posts=(Post.POSTSALE,))
        found = rule_queries.suggest(rules, item.text, item.rating)
        triage.triage(
            actor=agents[0], item_ids=[item.pk], kind=found.kind or ItemKind.SUGGESTION,
            topic_ids=list(found.topics), now=min(now, item.received_at + timedelta(hours=3)),
        )  # fmt: skip


def _begin(deputy: Person, facts: SurveyFacts, *, now: datetime) -> Survey:
    return surveys.make_survey(
        actor=deputy, facts=facts, form_key=uuid.UUID(submissions.new_key()), now=now
    )


def _add(deputy: Person, survey: Survey, facts: QuestionFacts, *, now: datetime) -> Question:
    made = surveys.save_question(
        actor=deputy, survey_id=survey.pk, question_id=None, facts=facts, version=survey.version,
        now=now,
    )  # fmt: skip
    survey.refresh_from_db()
    return made


def _open(deputy: Person, survey: Survey, *, now: datetime) -> Survey:
    return surveys.set_state(
        actor=deputy, survey_id=survey.pk, state=SurveyState.OPEN, version=survey.version, now=now
    )


def _service(made: Made, deputy: Person, *, now: datetime) -> Survey:
    facts = SurveyFacts(
        store_id=made.stores[0].pk, title_zh="客服回访：这次服务怎么样？",
        title_en="How was our service?", intro_zh="四个问题，不到一分钟。",
        intro_en="Four questions, less than a minute.", remind_days=7,
    )  # fmt: skip
    survey = _begin(deputy, facts, now=now)
    for question in (
        QuestionFacts(position=1, kind=QuestionKind.SCORE, text_zh="您对这次客服服务满意吗？",
                      text_en="How satisfied are you with our service?", is_required=True),
        QuestionFacts(position=2, kind=QuestionKind.CES, text_zh="解决这个问题费力吗？",
                      text_en="How easy was it to get your problem solved?"),
        QuestionFacts(position=3, kind=QuestionKind.NPS, text_zh="您会把我们推荐给朋友吗？",
                      text_en="Would you recommend us to friends?"),
        QuestionFacts(position=4, kind=QuestionKind.TEXT, text_zh="还有什么想告诉我们？",
                      text_en="Is there anything else you would like to tell us?"),
    ):  # fmt: skip
        _add(deputy, survey, question, now=now)
    return _open(deputy, survey, now=now)


def _parcel(made: Made, deputy: Person, *, now: datetime) -> Survey:
    facts = SurveyFacts(
        store_id=made.stores[1].pk, title_zh="收到货，还满意吗？",
        title_en="Happy with your parcel?", is_public=True,
    )  # fmt: skip
    survey = _begin(deputy, facts, now=now)
    stars = QuestionFacts(
        position=1, kind=QuestionKind.STARS, text_zh="给这次购物打几颗星？",
        text_en="How many stars for this purchase?", is_required=True,
    )  # fmt: skip
    first = _add(deputy, survey, stars, now=now)
    choice = QuestionFacts(
        position=2, kind=QuestionKind.CHOICE, text_zh="哪方面最需要改进？",
        text_en="What should we improve first?", options_zh="物流\n质量\n包装\n客服",
        options_en="Delivery\nQuality\nPackaging\nService", after_id=first.pk, low=1, high=3,
    )  # fmt: skip
    _add(deputy, survey, choice, now=now)
    return _open(deputy, survey, now=now)


def _answer_invited(
    made: Made, survey: Survey, questions: list[Question], *, rng: random.Random, now: datetime
) -> None:
    orders = list(Order.objects.filter(store=survey.store_id).order_by("pk")[:INVITED])
    agents = made.in_team(made.team_of_store[survey.store_id], posts=(Post.PRESALE, Post.POSTSALE))
    for number, order in enumerate(orders):
        at = now - timedelta(days=DAYS * (len(orders) - number) / len(orders), hours=1)
        agent = rng.choice(agents)
        made_links = answers.invite(
            actor=agent, survey_id=survey.pk,
            guests=answers.Guests(orders=[order], agent_id=agent.pk),
            form_key=uuid.UUID(submissions.new_key()), now=at,
        )  # fmt: skip
        if not made_links.links or rng.random() > 0.55:  # noqa: PLR2004 -- not everybody answers
            continue
        invitation = Invitation.objects.order_by("-pk")[0]
        mood = rng.choice([1, 2, 4, 5, 5, 5])
        score, effort, friends, text = questions
        values = {
            score.pk: mood, effort.pk: min(7, mood + rng.randint(0, 2)),
            friends.pk: min(10, 2 * mood + rng.randint(-1, 1)),
        }  # fmt: skip
        said = rng.choice(PLEASED if mood >= CONTENT_FROM else ANNOYED)
        sheet = answers.Sheet(
            form_key=uuid.UUID(submissions.new_key()), values=values,
            texts={text.pk: said} if said else {}, language="zh-hans",
        )  # fmt: skip
        answers.answer(
            survey_id=survey.pk, invitation_id=invitation.pk, sheet=sheet,
            now=min(now, at + timedelta(minutes=30)),
        )  # fmt: skip


def _answer_public(
    survey: Survey, questions: list[Question], *, rng: random.Random, now: datetime
) -> None:
    stars, choice = questions
    for number in range(PUBLIC):
        given = rng.choice([2, 3, 4, 5, 5, 5])
        values = {stars.pk: given}
        if given <= (choice.high or 0):
            values[choice.pk] = rng.randint(1, 4)
        sheet = answers.Sheet(
            form_key=uuid.UUID(submissions.new_key()), values=values, texts={},
            language="zh-hans", visitor=f"sample{number}",
        )  # fmt: skip
        at = timezone.localtime(now) - timedelta(days=DAYS * (PUBLIC - number) / PUBLIC - 1)
        answers.answer(survey_id=survey.pk, invitation_id=None, sheet=sheet, now=min(now, at))
