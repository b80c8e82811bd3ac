"""Courses are set up; that somebody has done one is recorded, withdrawn, and due again."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import audit, submissions
from staff.handbook.models import Completion, Course
from staff.handbook.policies.training import AHEAD, due_again
from staff.handbook.services.telling import News, tell, user_of
from staff.people.models import Person
from staff.people.queries import above, members
from staff.people.services import ChangedMeanwhile, Refused

RECORDED, DUE = "training.recorded", "training.due"
BATCH = 100


class TitleTaken(Refused):
    """Another course has this title."""

    code = "course_title_taken"


class CourseGone(Refused):
    """The course is archived."""

    code = "course_archived"


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What a course is."""

    title: str
    text: str
    owner_id: int
    posts: Sequence[str]
    again_months: int | None


@dataclass(frozen=True, kw_only=True)
class Done:
    """Who has done a course when."""

    person_ids: Collection[int]
    done_on: date
    note: str


def subject_of(course_id: int) -> str:
    return f"course:{course_id}"


def _check_title(title: str, *, but: int = 0) -> None:
    if Course.objects.live().filter(title=title).exclude(pk=but).exists():
        raise TitleTaken


def _record(course: Course, *, actor: Person, verb: str, now: datetime) -> None:
    after = {"owner": course.owner_id, "again_months": course.again_months}
    audit.record(actor=actor.user, verb=verb, target=course, at=now, after=after)


@transaction.atomic
def add_course(*, actor: Person, outline: Outline, form_key: uuid.UUID, now: datetime) -> Course:
    """Set a course up. Raises TitleTaken, and AlreadySubmitted for a form sent twice."""
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    _check_title(outline.title)
    course = Course.objects.create(**vars(outline), made_at=now)
    _record(course, actor=actor, verb="course.added", now=now)
    submissions.finish(submission, result=reverse("staff:course", args=[course.pk]))
    return course


@transaction.atomic
def change_course(
    *, actor: Person, course_id: int, version: int, outline: Outline, now: datetime
) -> Course:
    """Change a course; what was done keeps its day. Raises ChangedMeanwhile and TitleTaken."""
    course = Course.objects.select_for_update().get(pk=course_id)
    if course.version != version:
        raise ChangedMeanwhile
    _check_title(outline.title, but=course_id)
    for name, value in vars(outline).items():
        setattr(course, name, value)
    course.version += 1
    course.save()
    _record(course, actor=actor, verb="course.changed", now=now)
    return course


@transaction.atomic
def archive_course(*, actor: Person, course_id: int, archive: bool, now: datetime) -> Course:
    """Take a course out of use or back; a second time changes nothing. Raises TitleTaken."""
    course = Course.objects.select_for_update().get(pk=course_id)
    if course.is_archived == archive:
        return course
    if not archive:
        _check_title(course.title)
    course.archived_at = now if archive else None
    course.version += 1
    course.save()
    verb = "course.archived" if archive else "course.restored"
    _record(course, actor=actor, verb=verb, now=now)
    return course


@transaction.atomic
def record_done(
    *, actor: Person, course_id: int, done: Done, form_key: uuid.UUID, now: datetime
) -> int:
    """Write down that people have done a course on a day; returns how many were new.

    Raises CourseGone, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    course = Course.objects.select_for_update().get(pk=course_id)
    if course.is_archived:
        raise CourseGone
    known = Completion.objects.filter(course=course, done_on=done.done_on, withdrawn_at=None)
    new = sorted(set(done.person_ids) - set(known.values_list("person_id", flat=True)))
    due_on = due_again(done.done_on, months=course.again_months)
    Completion.objects.bulk_create(
        [
            Completion(
                course=course, person_id=person, done_on=done.done_on, due_on=due_on,
                note=done.note, recorded_by=actor, recorded_at=now, is_latest=False,
            )
            for person in new
        ]
    )  # fmt: skip
    _mark_latest(course, new)
    audit.record(
        actor=actor.user, verb="training.recorded", target=course, at=now,
        after={"people": new, "done_on": done.done_on.isoformat()},
    )  # fmt: skip
    subject = subject_of(course_id)
    params = {"course": course_id, "title": course.title, "by": actor.name}
    key = f"{subject}:done:{done.done_on}"
    tell(new, News(kind=RECORDED, key=key, subject=subject, params=params), now=now)
    submissions.finish(submission, result=reverse("staff:course", args=[course_id]))
    return len(new)


def _mark_latest(course: Course, person_ids: Collection[int]) -> None:
    """Mark the newest of each person that was not withdrawn, under the lock of the course."""
    rows = Completion.objects.filter(course=course, person_id__in=person_ids)
    rows.filter(is_latest=True).update(is_latest=False)
    standing = rows.filter(withdrawn_at=None).order_by("done_on", "pk")
    newest = dict(standing.values_list("person_id", "pk"))
    Completion.objects.filter(pk__in=newest.values()).update(is_latest=True)


@transaction.atomic
def withdraw(*, actor: Person, completion_id: int, now: datetime) -> Completion:
    """Take back what was recorded by mistake; a second time changes nothing."""
    found = Completion.objects.get(pk=completion_id)
    course = Course.objects.select_for_update().get(pk=found.course_id)
    rows = Completion.objects.filter(pk=completion_id, withdrawn_at=None)
    if rows.update(withdrawn_at=now, withdrawn_by=actor, is_latest=False):
        _mark_latest(course, [found.person_id])
        audit.record(
            actor=actor.user, verb="training.withdrawn", target=course, at=now,
            after={"person": found.person_id, "done_on": found.done_on.isoformat()},
        )  # fmt: skip
    found.refresh_from_db()
    return found


@transaction.atomic
def remind(*, completion_id: int, now: datetime) -> bool:
    """Remind the person and the nearest chief of one course, once whoever comes first."""
    today = timezone.localdate(now)
    due = Completion.objects.filter(
        pk__in=Completion.objects.to_remind(today + AHEAD).filter(pk=completion_id).values("pk"),
        reminded_at=None,
    )
    if not due.update(reminded_at=now):
        return False
    found = Completion.objects.select_related("course", "person").get(pk=completion_id)
    everybody = members(today)
    if found.person_id not in everybody:
        return True
    chief = next(iter(above(found.person_id, everybody)), None)
    subject = subject_of(found.course_id)
    params = {
        "course": found.course_id,
        "title": found.course.title,
        "person": found.person.name,
        "day": found.due_on.isoformat() if found.due_on else "",
    }
    news = News(kind=DUE, key=f"{subject}:due:{found.pk}", subject=subject, params=params)
    tell({found.person_id, chief.person_id if chief else 0}, news, now=now)
    return True


def remind_due(now: datetime) -> int:
    """Remind of courses that are due again within two weeks; a step of the tick."""
    due = Completion.objects.to_remind(timezone.localdate(now) + AHEAD).order_by("due_on", "pk")
    found = list(due.values_list("pk", flat=True)[:BATCH])
    return sum(remind(completion_id=pk, now=now) for pk in found)


def oldest_due(now: datetime) -> datetime | None:
    """Return the beginning of the oldest day on which somebody was to be reminded."""
    due = Completion.objects.to_remind(timezone.localdate(now) + AHEAD).order_by("due_on")
    day = due.values_list("due_on", flat=True).first()
    return timezone.make_aware(datetime.combine(day - AHEAD, time())) if day else None
