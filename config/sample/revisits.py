"""Surveys after cases with their answers, and a call list on which some calls are made."""

import random
import uuid
from datetime import datetime, timedelta

from config.sample.department import Made
from feedback.enums import CallAfter, CallOutcome, QuestionKind, SurveyState
from feedback.models import AfterCase, Call, Survey
from feedback.services import aftercase, answers, calls, surveys
from feedback.services.calls import RuleFacts, Tried
from feedback.services.surveys import QuestionFacts, SurveyFacts
from portal import submissions
from staff.people.enums import Post
from staff.people.models import Person

SEED = 20261203
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWERED = [
    (5, "处理得很快，谢谢。"),
    (4, ""),
    (5, "客服很耐心。"),
    (1, "补发的还是坏的。"),
    (3, ""),
]
LEFT_TO_CALL = 4
DRAWN_AGO = (9, 6, 3, 0)
"""Days ago; what lies further back than three days is not drawn for any more."""
TRIED = [
    Tried(outcome=CallOutcome.REACHED, score=5, words="收到了，挺满意的，下次还来。"),
    Tried(outcome=CallOutcome.NO_ANSWER, note="响了很久没人接"),
    Tried(outcome=CallOutcome.REACHED, score=3, words="东西还行，就是等得久了点。"),
    Tried(outcome=CallOutcome.LATER, note="在上班，晚上再打"),
    Tried(outcome=CallOutcome.REFUSED, note="不想被打扰"),
    Tried(outcome=CallOutcome.REACHED, score=4, words="客服态度好，包装可以再结实些。"),
]


def _key() -> uuid.UUID:
    return uuid.UUID(submissions.new_key())


def fill(made: Made, *, now: datetime) -> None:
    """Ask after the cases of one store, and call customers of two others."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    deputy = made.people["D001"]
    survey = _survey(made, deputy, now=now - 10 * DAY)
    for at in (now - 3 * DAY, now - HOUR):
        aftercase.ask_due(at)
    _answer(survey, now=now)
    _call(made, deputy, rng=rng, now=now)


def _survey(made: Made, deputy: Person, *, now: datetime) -> Survey:
    facts = SurveyFacts(
        store_id=made.stores[2].pk, title_zh="您的问题解决了吗？",
        title_en="Is your problem solved?", is_after_case=True, remind_days=7,
    )  # fmt: skip
    survey = surveys.make_survey(actor=deputy, facts=facts, form_key=_key(), now=now)
    for question in (
        QuestionFacts(position=1, kind=QuestionKind.SCORE, text_zh="您对这次处理满意吗？",
                      text_en="How satisfied are you with the outcome?", is_required=True),
        QuestionFacts(position=2, kind=QuestionKind.TEXT, text_zh="还有什么想告诉我们？",
                      text_en="Is there anything else you would like to tell us?"),
    ):  # fmt: skip
        surveys.save_question(
            actor=deputy, survey_id=survey.pk, question_id=None, facts=question,
            version=survey.version, now=now,
        )  # fmt: skip
        survey.refresh_from_db()
    return surveys.set_state(
        actor=deputy, survey_id=survey.pk, state=SurveyState.OPEN, version=survey.version, now=now
    )


def _answer(survey: Survey, *, now: datetime) -> None:
    """Let the customers who were asked first answer; a score of 1 takes its case up again."""
    score, text = survey.questions.order_by("position")
    asked = AfterCase.objects.filter(invitation__survey=survey).order_by("pk")
    for after, (given, said) in zip(asked, ANSWERED, strict=False):
        sheet = answers.Sheet(
            form_key=_key(), values={score.pk: given}, texts={text.pk: said} if said else {},
            language="zh-hans",
        )  # fmt: skip
        answers.answer(
            survey_id=survey.pk, invitation_id=after.invitation_id, sheet=sheet,
            now=min(now, after.made_at + 5 * HOUR),
        )  # fmt: skip


def _call(made: Made, deputy: Person, *, rng: random.Random, now: datetime) -> None:
    """Draw by rules for some days; agents try most of the calls, and the last ones wait."""
    for store, after in (
        (made.stores[0], CallAfter.CASE),
        (made.stores[3], CallAfter.ORDER),
    ):
        facts = RuleFacts(
            name=f"{store.name} {after.label}", store_id=store.pk, after=after, days=1,
            percent=80, per_person=1, rest_days=60,
        )  # fmt: skip
        if deputy.user is not None:
            calls.make_rule(actor=deputy.user, facts=facts, form_key=_key(), now=now - 13 * DAY)
    for days in DRAWN_AGO:
        calls.draw_due(now - days * DAY)
    drawn = list(Call.objects.listed().order_by("pk"))
    for place, call in enumerate(drawn[: max(0, len(drawn) - LEFT_TO_CALL)][: len(TRIED) + 3]):
        team = made.team_of_store[call.store_id]
        agent = rng.choice(made.in_team(team, posts=(Post.PRESALE, Post.POSTSALE)))
        at = min(now, call.drawn_at + timedelta(hours=rng.uniform(1, 6)))
        calls.record(
            actor=agent, call_id=call.pk, tried=TRIED[place % len(TRIED)], form_key=_key(), now=at
        )
