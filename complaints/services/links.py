"""Personal links for people without an account (CMP-8, CMP-14): 128 random bits, kept as a hash."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from complaints.enums import EntryKind, LinkPurpose
from complaints.models import CaseTask, Complaint, PersonalLink, Proposal
from complaints.services.timeline import note_down
from portal import audit
from staff.people.models import Person
from staff.rulebook import queries as rulebook

BYTES = 16
LONGEST = 64


class Gone(Exception):
    """The link is unknown, used, void or expired; nobody is told which."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a link is for."""

    purpose: LinkPurpose
    complaint: Complaint
    proposal: Proposal | None = None
    task: CaseTask | None = None


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make(about: About, *, actor: Person, language: str, now: datetime) -> tuple[str, PersonalLink]:
    """Make a link and return its token, which is kept nowhere; an earlier one becomes void."""
    earlier = PersonalLink.objects.filter(
        complaint=about.complaint,
        purpose=about.purpose,
        proposal=about.proposal,
        task=about.task,
        used_at=None,
        void_at=None,
    )
    earlier.update(void_at=now)
    token = secrets.token_urlsafe(BYTES)
    days = rulebook.policy_on(timezone.localdate(now)).link_days
    link = PersonalLink.objects.create(
        complaint=about.complaint,
        purpose=about.purpose,
        proposal=about.proposal,
        task=about.task,
        token_hash=hash_of(token),
        language=language,
        made_by=actor,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    note_down(
        [about.complaint.pk],
        kind=EntryKind.LINK,
        actor=actor,
        now=now,
        params={"purpose": about.purpose},
    )
    audit.record(
        actor=actor.user,
        verb="complaint.link",
        target=about.complaint,
        at=now,
        after={"purpose": about.purpose, "link": link.pk},
    )
    return token, link


def find(token: str, *, now: datetime) -> PersonalLink:
    """Return the link of a token. Raises Gone for what cannot be used, whatever the reason."""
    if len(token) > LONGEST:
        raise Gone
    rows = PersonalLink.objects.select_related(
        "complaint__store", "complaint__owner", "proposal", "task__department"
    )
    link = rows.filter(
        token_hash=hash_of(token), used_at=None, void_at=None, expires_at__gt=now
    ).first()
    if link is None:
        raise Gone
    return link


@contextmanager
def used(link: PersonalLink, *, now: datetime) -> Iterator[None]:
    """Use a link up together with what it is for, or neither. Raises Gone."""
    with transaction.atomic():
        use(link, now=now)
        yield


def use(link: PersonalLink, *, now: datetime) -> None:
    """Use a link up in the caller's transaction; of two at once, one gets Gone."""
    mine = PersonalLink.objects.filter(pk=link.pk, used_at=None, void_at=None, expires_at__gt=now)
    if not mine.update(used_at=now):
        raise Gone
