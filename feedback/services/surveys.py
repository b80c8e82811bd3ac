"""Surveys are built, opened and ended (FBK-1). Questions stand once a survey is open."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from feedback.enums import QuestionKind, SurveyState
from feedback.models import Invitation, Question, Response, Survey
from feedback.policies import surveys as policies
from feedback.queries import surveys as queries
from feedback.services.channels import ChangedMeanwhile
from portal import audit, submissions
from staff.people.models import Person

KEY_BYTES = 16


class Refused(Exception):
    """The survey cannot be so; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class SurveyFacts:
    store_id: int
    title_zh: str
    title_en: str
    intro_zh: str = ""
    intro_en: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    is_public: bool = False
    per_person: int = 1
    link_days: int = 30
    remind_days: int | None = None
    is_after_case: bool = False
    rest_days: int = 30

    def columns(self, *, since: datetime | None, now: datetime) -> dict[str, object]:
        """Return the columns; a survey after cases asks about those that close from now on."""
        values = dict(vars(self))
        after = values.pop("is_after_case")
        return values | {"after_case_since": (since or now) if after else None}


@dataclass(frozen=True, kw_only=True)
class QuestionFacts:
    position: int
    kind: str
    text_zh: str
    text_en: str
    options_zh: str = ""
    options_en: str = ""
    is_required: bool = False
    after_id: int | None = None
    low: int | None = None
    high: int | None = None


@transaction.atomic
def make_survey(*, actor: Person, facts: SurveyFacts, form_key: uuid.UUID, now: datetime) -> Survey:
    """Begin a survey as a draft. Raises AlreadySubmitted."""
    if actor.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    claim = submissions.claim(key=form_key, user=actor.user, now=now)
    survey = Survey.objects.create(
        **facts.columns(since=None, now=now), public_key=secrets.token_urlsafe(KEY_BYTES),
        made_by=actor, made_at=now,
    )  # fmt: skip
    audit.record(actor=actor.user, verb="survey.made", target=survey, at=now, after=_told(survey))
    submissions.finish(claim, result=reverse("feedback:survey", args=[survey.pk]))
    return survey


@transaction.atomic
def change_survey(
    *, actor: Person, survey_id: int, facts: SurveyFacts, version: int, now: datetime
) -> Survey:
    """Change what a survey says about itself; its store only before anybody was asked.

    Raises ChangedMeanwhile and Refused.
    """
    survey = _locked(survey_id, version)
    if facts.store_id != survey.store_id and was_used(survey):
        raise Refused("store")
    before = _told(survey)
    for name, value in facts.columns(since=survey.after_case_since, now=now).items():
        setattr(survey, name, value)
    _save(survey)
    audit.record(
        actor=actor.user, verb="survey.changed", target=survey, at=now, before=before,
        after=_told(survey),
    )  # fmt: skip
    return survey


@transaction.atomic
def save_question(
    *,
    actor: Person,
    survey_id: int,
    question_id: int | None,
    facts: QuestionFacts,
    version: int,
    now: datetime,
) -> Question:
    """Add a question to a draft (None) or change one. Raises ChangedMeanwhile and Refused.

    `version` is that of the survey: one person at a time changes its questions.
    """
    survey = _draft(survey_id, version)
    if question_id is None:
        question = Question.objects.create(survey=survey, **asdict(facts))
    else:
        question = Question.objects.get(pk=question_id, survey=survey)
        for name, value in vars(facts).items():
            setattr(question, name, value)
        question.save()
    _check(queries.questions_of(survey))
    _note_questions(survey, actor=actor, now=now)
    return question


@transaction.atomic
def drop_question(
    *, actor: Person, survey_id: int, question_id: int, version: int, now: datetime
) -> None:
    """Take a question out of a draft. Raises ChangedMeanwhile and Refused."""
    survey = _draft(survey_id, version)
    if Question.objects.filter(survey=survey, after=question_id).exists():
        raise Refused("needed")
    Question.objects.filter(pk=question_id, survey=survey).delete()
    _note_questions(survey, actor=actor, now=now)


def _note_questions(survey: Survey, *, actor: Person, now: datetime) -> None:
    _save(survey)
    count = Question.objects.filter(survey=survey).count()
    audit.record(
        actor=actor.user, verb="survey.questions", target=survey, at=now, after={"count": count}
    )


def _check(questions: Sequence[Question]) -> None:
    """Refuse a condition on a later question, on a text, or on values off the scale."""
    seen: dict[int, Question] = {}
    for one in questions:
        if one.after_id is not None:
            before = seen.get(one.after_id)
            if before is None:
                raise Refused("later")
            scale = policies.scale_of(queries.asked(before))
            if scale is None:
                raise Refused("text")
            if not scale[0] <= (one.low or 0) <= (one.high or 0) <= scale[1]:
                raise Refused("scale")
        if one.kind == QuestionKind.CHOICE and len(one.options_zh.splitlines()) != len(
            one.options_en.splitlines()
        ):
            raise Refused("options")
        seen[one.pk] = one


@transaction.atomic
def set_state(*, actor: Person, survey_id: int, state: str, version: int, now: datetime) -> Survey:
    """Open a survey, end it, or put it back to a draft. Raises ChangedMeanwhile and Refused."""
    survey = _locked(survey_id, version)
    code = policies.why_not(
        now=survey.state,
        wanted=state,
        questions=Question.objects.filter(survey=survey).count(),
        answered=was_used(survey),
    )
    if code:
        raise Refused(code)
    before, survey.state = survey.state, state
    _save(survey)
    audit.record(
        actor=actor.user, verb="survey.state", target=survey, at=now,
        before={"state": before}, after={"state": state},
    )  # fmt: skip
    return survey


def was_used(survey: Survey) -> bool:
    """Whether anybody was asked or has answered."""
    return (
        Invitation.objects.filter(survey=survey).exists()
        or Response.objects.filter(survey=survey).exists()
    )


def _locked(survey_id: int, version: int) -> Survey:
    survey = Survey.objects.select_for_update().get(pk=survey_id)
    if survey.version != version:
        raise ChangedMeanwhile(survey)
    return survey


def _draft(survey_id: int, version: int) -> Survey:
    survey = _locked(survey_id, version)
    if survey.state != SurveyState.DRAFT:
        raise Refused("draft")
    return survey


def _save(survey: Survey) -> None:
    survey.version += 1
    survey.save()


def _told(survey: Survey) -> dict[str, object]:
    days = {name: day.isoformat() if day else None for name, day in (
        ("opens_on", survey.opens_on), ("closes_on", survey.closes_on),
    )}  # fmt: skip
    names = ("store_id", "state", "is_public", "per_person", "link_days", "remind_days",
             "rest_days")  # fmt: skip
    after = survey.after_case_since
    days["after_case_since"] = after.isoformat() if after else None
    return {name: getattr(survey, name) for name in names} | days
