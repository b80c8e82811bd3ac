"""Announcements are made, corrected, withdrawn, confirmed, told and reminded of (DAY-5)."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import audit, notices, submissions
from staff.handbook.enums import AnnouncementKind
from staff.handbook.models import Announcement, AnnouncementVersion, Audience, Reading
from staff.handbook.policies.audience import Target
from staff.handbook.policies.reminders import next_morning
from staff.handbook.queries.announcements import Reader, edition_of, readers
from staff.handbook.services.articles import AnotherVersion
from staff.handbook.services.telling import News, settle_for, tell, user_of
from staff.people.models import Person
from staff.people.services import ChangedMeanwhile, Refused
from staff.rulebook.queries import habits

NEW, CORRECTED, GONE = "announcement.new", "announcement.corrected", "announcement.withdrawn"
REMINDER, UNREAD = "announcement.reminder", "announcement.unread"
BATCH = 50


class IsWithdrawn(Refused):
    """A withdrawn announcement is not changed any more."""

    code = "announcement_withdrawn"


@dataclass(frozen=True, kw_only=True)
class Saying:
    """What an announcement says, when it holds, and for whom."""

    kind: AnnouncementKind
    title: str
    text: str
    first_day: date
    last_day: date
    must_read: bool
    target: Target


def subject_of(announcement_id: int) -> str:
    return f"announcement:{announcement_id}"


@transaction.atomic
def announce(*, actor: Person, saying: Saying, form_key: uuid.UUID, now: datetime) -> Announcement:
    """Make an announcement; whom it is for is told at once, or when its first day comes.

    Raises AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    announcement = Announcement(author=actor, made_at=now)
    _put(announcement, saying)
    announcement.next_at = max(now, _midnight(saying.first_day))
    announcement.save()
    _address(announcement, saying.target)
    AnnouncementVersion.objects.create(
        announcement=announcement, number=1, title=saying.title, text=saying.text, made_by=actor,
        made_at=now,
    )  # fmt: skip
    _record(announcement, actor=actor, verb="announcement.made", now=now)
    if announcement.next_at <= now:
        _tell(announcement, now=now)
    submissions.finish(submission, result=reverse("staff:announcement", args=[announcement.pk]))
    return announcement


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _put(announcement: Announcement, saying: Saying) -> None:
    announcement.kind, announcement.must_read = saying.kind, saying.must_read
    announcement.first_day, announcement.last_day = saying.first_day, saying.last_day
    announcement.everywhere = saying.target.everywhere
    announcement.every_post = saying.target.every_post


def _address(announcement: Announcement, target: Target) -> None:
    announcement.audience.all().delete()
    rows = [Audience(announcement=announcement, team_id=pk) for pk in sorted(target.team_ids)]
    rows += [Audience(announcement=announcement, site_id=pk) for pk in sorted(target.site_ids)]
    rows += [Audience(announcement=announcement, post=post) for post in sorted(target.posts)]
    Audience.objects.bulk_create(rows)


def _record(announcement: Announcement, *, actor: Person, verb: str, now: datetime) -> None:
    audit.record(
        actor=actor.user,
        verb=verb,
        target=announcement,
        at=now,
        after={
            "number": announcement.number,
            "from": announcement.first_day.isoformat(),
            "until": announcement.last_day.isoformat(),
            "must_read": announcement.must_read,
        },
    )


def _locked(announcement_id: int, *, version: int | None = None) -> Announcement:
    """Lock one that stands. Raises ChangedMeanwhile and IsWithdrawn."""
    found = Announcement.objects.select_for_update().get(pk=announcement_id)
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    if found.is_withdrawn:
        raise IsWithdrawn
    return found


@transaction.atomic
def change_announcement(
    *,
    actor: Person,
    announcement_id: int,
    version: int,
    saying: Saying,
    why: str,
    now: datetime,
) -> Announcement:
    """Change an announcement; other words make a version that everybody confirms anew.

    Whoever it reaches now and did not before is told as well. Raises ChangedMeanwhile and
    IsWithdrawn.
    """
    announcement = _locked(announcement_id, version=version)
    held = edition_of(announcement)
    if (held.title, held.text) != (saying.title, saying.text):
        _add_version(
            announcement, actor=actor, saying=(saying.title, saying.text), why=why, now=now
        )
    _put(announcement, saying)
    announcement.version += 1
    announcement.next_at = max(now, _midnight(saying.first_day))
    announcement.told_at = None
    announcement.save()
    _address(announcement, saying.target)
    _record(announcement, actor=actor, verb="announcement.changed", now=now)
    if announcement.next_at <= now:
        _tell(announcement, now=now)
    return announcement


def _add_version(
    announcement: Announcement,
    *,
    actor: Person,
    saying: tuple[str, str],
    why: str,
    now: datetime,
    withdraws: bool = False,
) -> None:
    announcement.number += 1
    announcement.reminded = 0
    AnnouncementVersion.objects.create(
        announcement=announcement, number=announcement.number, title=saying[0], text=saying[1],
        why=why, withdraws=withdraws, made_by=actor, made_at=now,
    )  # fmt: skip
    notices.settle(subject_of(announcement.pk), now=now)


@transaction.atomic
def withdraw_announcement(
    *, actor: Person, announcement_id: int, why: str, now: datetime
) -> Announcement:
    """Withdraw an announcement; whoever had confirmed it confirms that it no longer holds.

    Raises IsWithdrawn for a second time.
    """
    announcement = _locked(announcement_id)
    held = edition_of(announcement)
    announcement.withdrawn_at, announcement.withdrawn_by = now, actor
    words = (held.title, held.text)
    _add_version(announcement, actor=actor, saying=words, why=why, now=now, withdraws=True)
    announcement.version += 1
    announcement.next_at = now
    announcement.save()
    _record(announcement, actor=actor, verb="announcement.withdrawn", now=now)
    _tell(announcement, now=now)
    return announcement


@transaction.atomic
def confirm(*, actor: Person, announcement_id: int, number: int, now: datetime) -> bool:
    """Note that somebody has read a version; returns whether it was new.

    Raises AnotherVersion where other words hold by now.
    """
    announcement = Announcement.objects.select_for_update().get(pk=announcement_id)
    if announcement.number != number:
        raise AnotherVersion
    edition = edition_of(announcement)
    _reading, fresh = Reading.objects.get_or_create(
        edition=edition, person=actor, defaults={"at": now}
    )
    if fresh:
        settle_for([actor.pk], subject=subject_of(announcement_id), now=now)
    return fresh


def _tell(announcement: Announcement, *, now: datetime) -> None:
    """Tell everybody who is meant, once for each version, and say when the tick comes again."""
    edition = edition_of(announcement)
    today = timezone.localdate(now)
    kind = GONE if edition.withdraws else NEW if edition.number == 1 else CORRECTED
    waiting = [one for one in readers(announcement, edition, day=today) if one.read_at is None]
    if announcement.last_day >= today:
        tell(
            [one.place.person_id for one in waiting],
            _news(announcement, edition, kind=kind, key=str(edition.number)),
            now=now,
        )
    announcement.told_at = now
    announcement.next_at = _next(announcement, now=now)
    announcement.save(update_fields=["told_at", "next_at"])


def _next(announcement: Announcement, *, now: datetime) -> datetime | None:
    """Return the moment of the next reminder, None where none is due while it holds."""
    moment = next_morning(timezone.localtime(now))
    lasts = timezone.localdate(moment) <= announcement.last_day
    return moment if announcement.must_read and lasts else None


def _news(announcement: Announcement, edition: AnnouncementVersion, *, kind: str, key: str) -> News:
    subject = subject_of(announcement.pk)
    return News(
        kind=kind,
        key=f"{subject}:{key}",
        subject=subject,
        params={
            "announcement": announcement.pk,
            "title": edition.title,
            "must": announcement.must_read,
            "until": announcement.last_day.isoformat(),
        },
    )


@transaction.atomic
def act(*, announcement_id: int, now: datetime) -> bool:
    """Tell or remind of one announcement that is due, once whoever comes first."""
    due = Announcement.objects.due(now).filter(pk=announcement_id).order_by()
    if not due.update(next_at=None):
        return False
    announcement = Announcement.objects.select_for_update().get(pk=announcement_id)
    if announcement.told_at is None:
        _tell(announcement, now=now)
    else:
        _remind(announcement, now=now)
    return True


def _remind(announcement: Announcement, *, now: datetime) -> None:
    """Remind who has not confirmed; from the second time on their chiefs hear of it."""
    today = timezone.localdate(now)
    edition = edition_of(announcement)
    waiting = [one for one in readers(announcement, edition, day=today) if one.read_at is None]
    if announcement.must_read and announcement.first_day <= today <= announcement.last_day:
        announcement.reminded += 1
        news = _news(announcement, edition, kind=REMINDER, key=f"{edition.number}:{today}")
        tell([one.place.person_id for one in waiting], news, now=now)
        if announcement.reminded >= habits.value("announcements.chiefs_from"):
            _tell_chiefs(announcement, edition, waiting=waiting, now=now)
    announcement.next_at = _next(announcement, now=now)  # people may still join
    announcement.save(update_fields=["reminded", "next_at"])


def _tell_chiefs(
    announcement: Announcement,
    edition: AnnouncementVersion,
    *,
    waiting: Collection[Reader],
    now: datetime,
) -> None:
    """Tell each chief how many of the own people have not confirmed."""
    people: dict[int, int] = defaultdict(int)
    for one in waiting:
        if one.place.chief_id and one.place.chief_id != announcement.author_id:
            people[one.place.chief_id] += 1
    today = timezone.localdate(now)
    for chief, count in people.items():
        news = _news(announcement, edition, kind=UNREAD, key=f"{edition.number}:{today}:unread")
        params = {**news.params, "count": count}
        tell([chief], News(**vars(news) | {"params": params}), now=now)


def act_due(now: datetime) -> int:
    """Tell and remind of what is due; a step of the tick."""
    found = list(Announcement.objects.due(now).values_list("pk", flat=True)[:BATCH])
    return sum(act(announcement_id=pk, now=now) for pk in found)


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment of the oldest telling or reminder that is due."""
    return Announcement.objects.due(now).values_list("next_at", flat=True).first()
