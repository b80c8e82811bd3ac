"""Files of a case: checked by their content, kept out of reach of the web server."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from complaints.enums import EntryKind
from complaints.models import Attachment, Complaint, TimelineEntry
from portal import audit
from portal.filechecks import Checked, FileRefused, check
from staff.people.models import Person

__all__ = ["Checked", "FileRefused", "attach", "attach_once", "check", "remove"]


def attach(*, actor: Person, complaint_id: int, checked: Checked, now: datetime) -> Attachment:
    """Keep a file of a case. Raises FileRefused for one that the case has already.

    The stored name is random: what people call the file never becomes a path.
    """
    attachment = Attachment(
        complaint_id=complaint_id,
        name=checked.name,
        kind=checked.kind,
        size=checked.size,
        sha256=checked.sha256,
        added_by=actor,
        added_at=now,
    )
    if Attachment.objects.filter(complaint_id=complaint_id, sha256=checked.sha256).exists():
        raise FileRefused("twice", name=checked.name)
    attachment.file.save(f"{uuid.uuid4().hex}.bin", checked.file, save=False)
    stored, storage = attachment.file.name, attachment.file.storage
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
            Complaint.objects.filter(pk=complaint_id).update(changed_at=now)
            _note(attachment, EntryKind.ATTACHED, actor=actor, now=now)
    except IntegrityError:
        storage.delete(str(stored))
        raise FileRefused("twice", name=checked.name) from None
    except BaseException:
        storage.delete(str(stored))
        raise
    return attachment


def attach_once(*, actor: Person, complaint_id: int, checked: Checked, now: datetime) -> Attachment:
    """Keep a file of a case, or return the one that is there already."""
    try:
        return attach(actor=actor, complaint_id=complaint_id, checked=checked, now=now)
    except FileRefused:
        return Attachment.objects.get(complaint_id=complaint_id, sha256=checked.sha256)


@transaction.atomic
def remove(*, actor: Person, attachment: Attachment, now: datetime) -> None:
    """Take a file away; the file itself goes once the transaction holds."""
    name, storage = str(attachment.file.name), attachment.file.storage
    _note(attachment, EntryKind.DETACHED, actor=actor, now=now)
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _note(attachment: Attachment, kind: EntryKind, *, actor: Person, now: datetime) -> None:
    TimelineEntry.objects.create(
        complaint_id=attachment.complaint_id,
        at=now,
        actor=actor,
        kind=kind,
        params={"attachment": attachment.pk, "kind": attachment.kind},
    )
    verb = "attachment.added" if kind == EntryKind.ATTACHED else "attachment.removed"
    audit.record(
        actor=actor.user,
        verb=verb,
        target=attachment,
        at=now,
        after={"complaint": attachment.complaint_id, "sha256": attachment.sha256},
    )
