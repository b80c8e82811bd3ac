"""Writes of the shell: reading notices, saved views, cleaning up."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from portal import audit
from portal.models import (
    Heartbeat,
    ImportRun,
    Notice,
    OutboxMessage,
    Robot,
    SavedView,
    Submission,
    User,
)

KEEP_SUBMISSIONS = timedelta(days=2)
KEEP_READ_NOTICES = timedelta(days=180)
KEEP_SENT = timedelta(days=90)
KEEP_IMPORT_FILES = timedelta(days=7)
MOST_VIEWS = 20


class TooManyViews(Exception):
    """The user has as many saved views of this page as are kept."""


class ViewNameTaken(Exception):
    """The user has a saved view of that name already."""


def mark_read(*, user: User, notice_ids: Collection[int] | None, now: datetime) -> int:
    """Mark some, or with None all, of a user's notices as read; returns how many were unread."""
    unread = Notice.objects.visible_to(user).unread()
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=now)


@transaction.atomic
def save_view(
    *, user: User, page: str, name: str, query: str, is_shared: bool = False
) -> SavedView:
    """Keep the filters of a list under a name. Raises TooManyViews, ViewNameTaken."""
    User.objects.select_for_update().get(pk=user.pk)
    views = SavedView.objects.filter(user=user, page=page)
    if views.count() >= MOST_VIEWS:
        raise TooManyViews
    if views.filter(name=name).exists():
        raise ViewNameTaken
    return SavedView.objects.create(
        user=user, page=page, name=name, query=query, is_shared=is_shared
    )


@transaction.atomic
def save_robot(
    *, actor: User, robot: Robot, address: str, changed: Sequence[str], now: datetime
) -> Robot:
    """Save a group robot and audit it. An empty address keeps the one that it has.

    `changed` are the names of its other fields that changed.
    """
    added = robot.pk is None
    if address:
        robot.address = address
    robot.version = 1 if added else robot.version + 1
    robot.save(update_fields=None if added else ["name", "kind", "address", "is_active", "version"])
    audit.record(
        actor=actor,
        verb="robot.added" if added else "robot.changed",
        target=robot,
        at=now,
        after={name: str(getattr(robot, name)) for name in changed}
        | ({"address": "****"} if address else {}),
    )
    return robot


def clean_up(*, now: datetime) -> None:
    """Delete what has served its time: old form keys, sessions, read notices, sent messages."""
    Submission.objects.filter(created_at__lt=now - KEEP_SUBMISSIONS).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    Heartbeat.objects.filter(name__startswith="proof:", beat_at__lt=now - KEEP_SUBMISSIONS).delete()
    Notice.objects.filter(read_at__lt=now - KEEP_READ_NOTICES).delete()
    OutboxMessage.objects.filter(sent_at__lt=now - KEEP_SENT).delete()
    OutboxMessage.objects.filter(withdrawn_at__lt=now - KEEP_SENT).delete()
    _delete_import_files(moved_before=now - KEEP_IMPORT_FILES)


def _delete_import_files(*, moved_before: datetime) -> None:
    """Remove uploaded files, which hold personal data; the record of the import stays."""
    for run in ImportRun.objects.filter(moved_at__lt=moved_before).exclude(file="")[:1000]:
        run.file.delete(save=False)
        ImportRun.objects.filter(pk=run.pk).update(file="")
