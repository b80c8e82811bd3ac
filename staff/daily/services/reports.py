"""A daily report: saved while it is typed, filed once, corrected until the shift is summed up."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from portal import audit, locks, notices, submissions
from portal.models import User
from staff.daily import policies
from staff.daily.enums import Figure, Reason, ReportState
from staff.daily.models import (
    DailyReport,
    ReportFigure,
    ReportQuestion,
    ReportReason,
    UnfinishedOrder,
)
from staff.daily.queries.places import Place
from staff.daily.queries.shifts import Key, is_summed_up, key_of
from staff.people.models import Person
from staff.people.services import Refused

ANSWERED = "daily.answered"


class ChangedMeanwhile(Refused):
    """The report was saved from elsewhere since it was read; `current` is how it stands."""

    code = "daily_changed"

    def __init__(self, current: DailyReport) -> None:
        super().__init__()
        self.current = current


class AlreadyFiled(Refused):
    """The report of this day is filed; `current` is it."""

    code = "daily_filed"

    def __init__(self, current: DailyReport) -> None:
        super().__init__()
        self.current = current


class SummedUp(Refused):
    """The shift is summed up, so its reports stay as they are."""

    code = "daily_summed_up"


class AnswerChanged(Refused):
    """Somebody else has answered since the question was read; `current` is how it stands."""

    code = "answer_changed"

    def __init__(self, current: ReportQuestion) -> None:
        super().__init__()
        self.current = current


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """An order that could not be finished."""

    store_id: int
    buyer: str
    order_number: str
    bought_on: date
    problem: str
    asks: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a report says. `known` is what the portal knew of the figures."""

    figures: Mapping[Figure, int] = field(default_factory=dict)
    known: Mapping[Figure, int] = field(default_factory=dict)
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    questions: Sequence[str] = ()
    orders: Sequence[Unfinished] = ()
    learnt: str = ""
    lost_note: str = ""


def subject_of(person_id: int, day: date) -> str:
    """Return what notices about a missing report are settled by."""
    return f"daily:{person_id}:{day.isoformat()}"


def hold_shift(key: Key) -> None:
    """Let nobody else file into a shift or sum it up before the transaction ends.

    Held before rows of the shift are locked.
    """
    locks.hold(f"daily-shift:{key.team_id}:{key.day.isoformat()}:{key.shift_type_id}")


def _user(person: Person) -> User:
    if person.user is None:
        raise ValueError("whoever sends a form has a sign-in")
    return person.user


def _locked(actor: Person, place: Place, *, now: datetime) -> tuple[DailyReport, bool]:
    """Return the report of a day, locked, and whether it is made only now."""
    return DailyReport.objects.select_for_update(of=("self",)).get_or_create(
        person=actor,
        day=place.day,
        defaults={
            "post": place.post,
            "team_id": place.team_id,
            "shift_type": place.shift_type,
            "due_at": place.due_at,
            "saved_at": now,
        },
    )


def _refuse_conflict(report: DailyReport, *, editor: uuid.UUID, version: int) -> None:
    """Raise ChangedMeanwhile where another page has saved since this one read the report."""
    if report.version != version and report.editor != editor:
        raise ChangedMeanwhile(report)


@transaction.atomic
def save_draft(
    *,
    actor: Person,
    place: Place,
    draft: Mapping[str, str],
    editor: uuid.UUID,
    version: int,
    now: datetime,
) -> DailyReport:
    """Keep what stands in the form of a report; nothing is written where nothing changed.

    `editor` is the page that asks, `version` what it last read, 0 for a report that was not
    there. Raises AlreadyFiled, ChangedMeanwhile.
    """
    report, fresh = _locked(actor, place, now=now)
    if report.state == ReportState.FILED:
        raise AlreadyFiled(report)
    if not fresh:
        if report.draft == draft:
            return report  # a page that was left may have saved it without hearing so
        _refuse_conflict(report, editor=editor, version=version)
        report.version += 1
    report.draft, report.editor, report.saved_at = dict(draft), editor, now
    report.save(update_fields=["draft", "editor", "saved_at", "version"])
    return report


@transaction.atomic
def file_report(
    *,
    actor: Person,
    place: Place,
    content: Content,
    form_key: uuid.UUID,
    version: int,
    now: datetime,
) -> DailyReport:
    """File the report of a day with what it says, and silence its reminders.

    Raises AlreadySubmitted for a form sent twice, AlreadyFiled, ChangedMeanwhile.
    """
    submission = submissions.claim(key=form_key, user=_user(actor), now=now)
    type_id = place.shift_type.pk if place.shift_type else 0
    hold_shift(Key(place.team_id or 0, place.day, type_id))
    report, fresh = _locked(actor, place, now=now)
    if report.state == ReportState.FILED:
        raise AlreadyFiled(report)
    if not fresh:
        _refuse_conflict(report, editor=form_key, version=version)
    report.post, report.team_id = place.post, place.team_id
    report.shift_type, report.due_at = place.shift_type, place.due_at
    report.state, report.filed_at, report.draft = ReportState.FILED, now, {}
    report.late_minutes = policies.late_minutes(filed_at=now, due_at=place.due_at)
    _put(report, content, now=now)
    audit.record(
        actor=actor.user,
        verb="daily.filed",
        target=report,
        at=now,
        after={"day": place.day.isoformat(), "late_minutes": report.late_minutes},
    )
    notices.settle(subject_of(actor.pk, place.day), now=now)
    submissions.finish(submission, result=reverse("staff:daily_report", args=[report.pk]))
    return report


@transaction.atomic
def correct_report(
    *,
    actor: Person,
    report_id: int,
    content: Content,
    form_key: uuid.UUID,
    version: int,
    now: datetime,
) -> DailyReport:
    """Correct a filed report: figures and words are replaced, questions and orders are added.

    Raises AlreadySubmitted for a form sent twice, ChangedMeanwhile, and SummedUp once the summary
    of the shift has been sent.
    """
    submission = submissions.claim(key=form_key, user=_user(actor), now=now)
    key = key_of(DailyReport.objects.get(pk=report_id))
    hold_shift(key)
    report = DailyReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    if is_summed_up(key):
        raise SummedUp
    if report.version != version:
        raise ChangedMeanwhile(report)
    before = dict(report.figures.values_list("figure", "value"))
    report.figures.all().delete()
    report.reasons.all().delete()
    _put(report, content, now=now)
    audit.record(
        actor=actor.user,
        verb="daily.corrected",
        target=report,
        at=now,
        before=before,
        after={figure.value: value for figure, value in content.figures.items()},
    )
    submissions.finish(submission, result=reverse("staff:daily_report", args=[report.pk]))
    return report


def _put(report: DailyReport, content: Content, *, now: datetime) -> None:
    report.learnt, report.lost_note = content.learnt, content.lost_note
    report.saved_at = now
    report.version += 1
    report.save()
    ReportFigure.objects.bulk_create(
        ReportFigure(report=report, figure=figure, known=content.known.get(figure), value=value)
        for figure, value in content.figures.items()
    )
    ReportReason.objects.bulk_create(
        ReportReason(report=report, reason=reason, count=count)
        for reason, count in content.reasons.items()
    )
    ReportQuestion.objects.bulk_create(
        ReportQuestion(report=report, text=text) for text in content.questions
    )
    UnfinishedOrder.objects.bulk_create(
        UnfinishedOrder(report=report, **vars(order)) for order in content.orders
    )


@transaction.atomic
def answer_question(
    *, actor: Person, question_id: int, answer: str, version: int, now: datetime
) -> ReportQuestion:
    """Write the answer of a question down, also anew, and tell its author if it is not they.

    An empty answer opens the question again. Raises AnswerChanged.
    """
    rows = ReportQuestion.objects.select_for_update(of=("self",))
    question = rows.select_related("report__person").get(pk=question_id)
    if question.answer == answer:
        return question
    if question.version != version:
        raise AnswerChanged(question)
    question.answer = answer
    question.answered_by = actor if answer else None
    question.answered_at = now if answer else None
    question.version += 1
    question.save(update_fields=["answer", "answered_by", "answered_at", "version"])
    author = question.report.person
    audit.record(
        actor=actor.user,
        verb="daily.answered" if answer else "daily.answer_withdrawn",
        target=question,
        at=now,
        after={"person": author.number, "day": question.report.day.isoformat()},
    )
    if answer and author.pk != actor.pk and author.user_id:
        params = {"question": question.pk, "by": actor.name, "day": str(question.report.day)}
        draft = notices.Draft(
            receiver_id=author.user_id,
            key=f"daily-question:{question.pk}:{question.version}",
            kind=ANSWERED,
            params=params,
            subject=f"daily-question:{question.pk}",
        )
        notices.send([draft], now=now)
    return question
