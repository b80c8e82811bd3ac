"""What the pages of surveys show, and who may answer one."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from complaints.models import Order
from feedback.enums import QuestionKind
from feedback.models import Answer, Invitation, Item, Question, Response, Survey
from feedback.policies import figures
from feedback.policies import surveys as policies
from feedback.policies.figures import Share
from feedback.policies.surveys import Asked
from feedback.querysets import InvitationQuerySet, ResponseQuerySet, SurveyQuerySet
from staff.people.models import Person, Posting

SHOWN_TEXTS = 20


def hashed(token: str) -> str:
    """Return what is stored of a personal link; 128 random bits need no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def asked(question: Question) -> Asked:
    """Return a question as the policies know it."""
    return Asked(
        key=question.pk,
        kind=question.kind,
        is_required=question.is_required,
        options=len(question.options_zh.splitlines()),
        after=question.after_id,
        low=question.low or 0,
        high=question.high or 0,
    )


def questions_of(survey: Survey) -> list[Question]:
    """Return the questions in the order in which they are asked."""
    return list(Question.objects.filter(survey=survey).order_by("position", "pk"))


def invitation_for(token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that a personal link still opens, with its survey."""
    rows = Invitation.objects.waiting(now).filter(links__token_hash=hashed(token))
    return rows.select_related("survey__store").first()


def public_survey(key: str) -> Survey | None:
    rows = Survey.objects.filter(public_key=key, is_public=True)
    return rows.select_related("store").first()


def turns_of(survey: Survey, visitor: str) -> int:
    """Return how often a browser has answered on the public link."""
    return Response.objects.filter(survey=survey, visitor=visitor).count()


def _count(rows: InvitationQuerySet | ResponseQuerySet) -> Coalesce:
    found = rows.filter(survey=OuterRef("pk")).order_by().values("survey")
    counted = found.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def rows_of(surveys: SurveyQuerySet, *, start: int, size: int) -> list[Survey]:
    """Return a page of surveys, newest first, with `invited`, `returned` and `received`."""
    rows = with_counts(surveys.select_related("store"))
    return list(rows.order_by("-made_at", "-pk")[start : start + size])


def with_counts(surveys: SurveyQuerySet) -> SurveyQuerySet:
    return surveys.annotate(
        invited=_count(Invitation.objects.all()),
        returned=_count(Invitation.objects.filter(answered_at__isnull=False)),
        received=_count(Response.objects.all()),
    )


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How often one value was given, and its share of the answers in per cent."""

    value: int
    label: str
    count: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was answered to a question; `share` is a mean, or the NPS, or None for the rest."""

    question: Question
    of: int
    share: Share | None
    bars: Sequence[Bar]
    texts: Sequence[str]


def results_of(survey: Survey, questions: Sequence[Question]) -> list[Result]:
    """Return the results of each question: two queries."""
    rows = Answer.objects.filter(question__survey=survey, value__isnull=False).order_by()
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for key, value, count in rows.values_list("question_id", "value").annotate(n=Count("pk")):
        counts[key][value] = count
    said = Answer.objects.filter(question__survey=survey).exclude(text="")
    texts: dict[int, list[str]] = defaultdict(list)
    for key, text in said.order_by("-pk").values_list("question_id", "text")[:200]:
        if len(texts[key]) < SHOWN_TEXTS:
            texts[key].append(text)
    return [_result(one, counts[one.pk], texts[one.pk]) for one in questions]


def _result(question: Question, counts: dict[int, int], texts: list[str]) -> Result:
    of = sum(counts.values())
    scale = policies.scale_of(asked(question))
    options = question.options
    values = range(scale[0], scale[1] + 1) if scale else range(0)
    bars = [
        Bar(
            value=value,
            label=options[value - 1] if question.kind == QuestionKind.CHOICE else str(value),
            count=counts.get(value, 0),
            percent=round(100 * counts.get(value, 0) / of) if of else 0,
        )
        for value in values
    ]
    return Result(
        question=question, of=of or len(texts), share=share_of(question.kind, counts), bars=bars,
        texts=texts,
    )  # fmt: skip


def share_of(kind: str, counts: dict[int, int]) -> Share | None:
    """Return the NPS or the mean of so many answers of each value."""
    if kind in {QuestionKind.CHOICE, QuestionKind.TEXT}:
        return None
    return figures.nps_of(counts) if kind == QuestionKind.NPS else figures.mean_of(counts)


def orders_of(store_id: int, numbers: Sequence[str]) -> dict[str, Order]:
    """Return the orders of a store by their numbers, with customers."""
    rows = Order.objects.filter(store_id=store_id, number__in=numbers)
    return {row.number: row for row in rows.select_related("customer").only("number", "customer")}


def answers_of(item: Item) -> list[Answer]:
    """Return what the response behind an item answered, in the order of the survey."""
    rows = Answer.objects.filter(response__item=item).select_related("question")
    return list(rows.order_by("question__position", "question__pk"))


def invitations_of(rows: InvitationQuerySet, *, start: int, size: int) -> list[Invitation]:
    """Return a page of invitations with what their list shows, newest first."""
    names = ("survey__store", "order", "agent", "made_by", "response", "after_case__complaint")
    related = rows.select_related(*names).defer("after_case__complaint__words")
    return list(related.order_by("-made_at", "-pk")[start : start + size])


def people_of(team_ids: Collection[int], *, today: date) -> list[tuple[int, str]]:
    """Return key and label of everybody who works in these teams on a day."""
    posted = Posting.objects.on(today).filter(team__in=team_ids)
    rows = Person.objects.employed(today).filter(postings__in=posted).distinct()
    return [
        (pk, f"{number} {name}")
        for pk, number, name in rows.order_by("number").values_list("pk", "number", "name")
    ]


def answer_text(answer: Answer) -> str:
    """Return an answer as it reads: the text, the chosen option, or the score on its scale."""
    question = answer.question
    if answer.value is None:
        return answer.text
    if question.kind == QuestionKind.CHOICE:
        return question.options[answer.value - 1]
    scale = policies.scale_of(asked(question))
    return f"{answer.value} / {scale[1]}" if scale else str(answer.value)
