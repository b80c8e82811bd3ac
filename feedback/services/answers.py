"""Customers are asked and answer, each link once; an answer is an item of the survey channel."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Channel as Source
from complaints.models import Order
from feedback.enums import QuestionKind
from feedback.models import (
    Answer,
    Invitation,
    Item,
    Question,
    Response,
    Survey,
)
from feedback.policies import surveys as policies
from feedback.queries import surveys as queries
from feedback.services import aftercase, intake, personal
from feedback.services.surveys import Refused
from portal import audit, notices, submissions
from staff.people.models import Person
from staff.rulebook import queries as rulebook

REMINDER = "feedback.survey_reminder"
BATCH = 200


class Gone(Exception):
    """The link does not work, or not any more: whether used, expired or unknown is not told."""


@dataclass(frozen=True, kw_only=True)
class Invited:
    """The links that were made, each with the order it is for, and the orders left out."""

    links: Sequence[tuple[str, str]]
    skipped: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Guests:
    """Who is asked: the customers of orders, so many that name nobody, and about which agent."""

    orders: Sequence[Order] = ()
    nameless: int = 0
    agent_id: int | None = None


@transaction.atomic
def invite(
    *, actor: Person, survey_id: int, guests: Guests, form_key: uuid.UUID, now: datetime
) -> Invited:
    """Make personal links, which are shown once.

    A customer who was invited as often as the survey allows is left out. Raises AlreadySubmitted,
    and Refused for a survey that is not open.
    """
    if actor.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    claim = submissions.claim(key=form_key, user=actor.user, now=now)
    survey = Survey.objects.select_for_update().get(pk=survey_id)
    if not is_open(survey, now=now):
        raise Refused("closed")
    allowed, skipped = _within_limit(survey, guests.orders)
    day = rulebook.service_day(now)
    wanted: list[Order | None] = [*allowed, *([None] * guests.nameless)]
    made = Invitation.objects.bulk_create(
        Invitation(
            survey=survey, order=order, customer_id=order.customer_id if order else None,
            agent_id=guests.agent_id, made_by=actor, made_at=now, service_day=day,
            expires_at=now + timedelta(days=survey.link_days),
            remind_at=now + timedelta(days=survey.remind_days) if survey.remind_days else None,
        )
        for order in wanted
    )  # fmt: skip
    tokens = personal.make_many(made, now=now)
    audit.record(
        actor=actor.user, verb="survey.invited", target=survey, at=now,
        after={"links": len(made), "skipped": len(skipped)},
    )  # fmt: skip
    submissions.finish(claim, result=reverse("feedback:survey", args=[survey.pk]))
    labels = [order.number if order else "" for order in wanted]
    return Invited(links=list(zip(labels, tokens, strict=True)), skipped=skipped)


def _within_limit(survey: Survey, orders: Sequence[Order]) -> tuple[list[Order], list[str]]:
    """Return the orders whose customers may be asked once more, and the numbers of the others."""
    customers = {order.customer_id for order in orders if order.customer_id}
    asked = Counter(
        Invitation.objects.filter(survey=survey, customer__in=customers).values_list(
            "customer_id", flat=True
        )
    )
    allowed, skipped = [], []
    for order in orders:
        if order.customer_id is None:
            allowed.append(order)
        elif asked[order.customer_id] >= survey.per_person:
            skipped.append(order.number)
        else:
            asked[order.customer_id] += 1
            allowed.append(order)
    return allowed, skipped


@transaction.atomic
def new_link(*, actor: Person, invitation_id: int, now: datetime) -> str:
    """Return a further link of an invitation, to remind with; raises Gone for one that is over."""
    invitation = Invitation.objects.select_for_update().waiting(now).filter(pk=invitation_id)
    found = invitation.first()
    if found is None:
        raise Gone
    token = personal.make(found, now=now)
    aftercase.handed_over(found, now=now)
    audit.record(
        actor=actor.user,
        verb="survey.link",
        target=found,
        at=now,
        after={"survey": found.survey_id},
    )
    return token


def is_open(survey: Survey, *, now: datetime) -> bool:
    return policies.is_open(
        state=survey.state,
        opens_on=survey.opens_on,
        closes_on=survey.closes_on,
        today=timezone.localdate(now),
    )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A filled-in form: values and texts by the key of their question.

    `visitor` is the keyed hash of a browser on the public link, empty on a personal one.
    """

    form_key: uuid.UUID
    values: Mapping[int, int]
    texts: Mapping[int, str]
    language: str
    visitor: str = ""


@transaction.atomic
def answer(*, survey_id: int, invitation_id: int | None, sheet: Sheet, now: datetime) -> Response:
    """Take an answer, and make it an item; the same form sent twice is one answer.

    Raises Gone when the link was used, is over, or the browser has answered often enough.
    """
    known = Response.objects.filter(form_key=sheet.form_key, survey=survey_id).first()
    if known is not None:
        return known
    survey = Survey.objects.select_related("store").get(pk=survey_id)
    if not is_open(survey, now=now):
        raise Gone
    invitation = _claim(survey, invitation_id, now=now)
    turn = 1 if invitation else queries.turns_of(survey, sheet.visitor) + 1
    if turn > survey.per_person and invitation is None:
        raise Gone
    questions = queries.questions_of(survey)
    item = _item(survey, invitation, questions, sheet, now=now)
    try:
        with transaction.atomic():
            response = Response.objects.create(
                survey=survey, invitation=invitation, visitor=sheet.visitor, turn=turn,
                form_key=sheet.form_key, language=sheet.language, at=now, item=item,
            )  # fmt: skip
    except IntegrityError as taken:
        raise Gone from taken
    _write_answers(response, questions, sheet)
    aftercase.hear(invitation, item, now=now)
    return response


def _claim(survey: Survey, invitation_id: int | None, *, now: datetime) -> Invitation | None:
    """Take the one vote of an invitation; of two at the same moment one gets it."""
    if invitation_id is None:
        return None
    mine = Invitation.objects.waiting(now).filter(pk=invitation_id, survey=survey)
    if not mine.update(answered_at=now):
        raise Gone
    related = ("customer", "order__product", "agent")
    return Invitation.objects.select_related(*related).get(pk=invitation_id)


def _item(
    survey: Survey,
    invitation: Invitation | None,
    questions: Sequence[Question],
    sheet: Sheet,
    *,
    now: datetime,
) -> Item:
    """Write the item: the words of the customer as its text, the first score as its rating."""
    desk = intake.Desk(now=now)
    order = invitation.order if invitation else None
    asked = policies.shown([queries.asked(one) for one in questions], sheet.values)
    mark = f"I{invitation.pk}" if invitation else sheet.form_key.hex[:16]
    item = Item(
        channel=desk.channel_of(Source.SURVEY, survey.store_id), source=Source.SURVEY,
        reference=f"S{survey.pk}-{mark}", store=survey.store, order=order,
        customer=invitation.customer if invitation else None,
        product=order.product if order else None, agent=invitation.agent if invitation else None,
        rating=policies.rating_of(asked, sheet.values), text=_words(questions, sheet),
        received_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            intake.write_items(
                fresh=[item], changed=[], desk=desk, actor=None, verb="feedback.received"
            )
    except IntegrityError as taken:
        raise Gone from taken
    return item


def _words(questions: Sequence[Question], sheet: Sheet) -> str:
    """Return free texts and chosen options; questions are left out, they say nothing of triage."""
    said = [sheet.texts[one.pk] for one in questions if sheet.texts.get(one.pk)]
    chosen = [
        one.options_zh.splitlines()[sheet.values[one.pk] - 1]
        for one in questions
        if one.kind == QuestionKind.CHOICE and one.pk in sheet.values
    ]
    return "\n".join([*said, *chosen])


def _write_answers(response: Response, questions: Sequence[Question], sheet: Sheet) -> None:
    Answer.objects.bulk_create(
        Answer(
            response=response, question=one, value=sheet.values.get(one.pk),
            text=sheet.texts.get(one.pk, ""),
        )
        for one in questions
        if one.pk in sheet.values or sheet.texts.get(one.pk)
    )  # fmt: skip


@transaction.atomic
def remind(now: datetime) -> int:
    """Tell whoever invited which answers are missing, one batch; returns how many were due.

    The row is the claim: an invitation is reminded of once, whoever runs beside.
    """
    due = Invitation.objects.to_remind(now, today=timezone.localdate(now))
    skips = connection.features.has_select_for_update_skip_locked
    locked = due.select_for_update(skip_locked=skips, of=("self",) if skips else ())
    ids = list(locked.values_list("pk", flat=True)[:BATCH])
    Invitation.objects.filter(pk__in=ids, reminded_at=None).update(reminded_at=now)
    by_mail = aftercase.remind(ids, now=now)
    mine = Invitation.objects.filter(pk__in=ids, reminded_at=now).exclude(pk__in=by_mail)
    mine = mine.order_by("pk")
    found: dict[tuple[int, int], list[int]] = {}
    for pk, survey, user in mine.values_list("pk", "survey_id", "made_by__user_id"):
        if user:
            found.setdefault((survey, user), []).append(pk)
    notices.send(
        [
            notices.Draft(
                receiver_id=user, key=f"{REMINDER}:{keys[0]}", kind=REMINDER,
                params={"survey": survey, "count": len(keys)}, subject=f"survey:{survey}",
            )
            for (survey, user), keys in found.items()
        ],
        now=now,
    )  # fmt: skip
    return len(ids)


def oldest_reminder(now: datetime) -> datetime | None:
    """Return when the oldest reminder fell due that was not told."""
    due = Invitation.objects.to_remind(now, today=timezone.localdate(now))
    return due.values_list("remind_at", flat=True).first()
