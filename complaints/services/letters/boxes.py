"""Whose a mailbox for complaints is."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from complaints.models import CaseMailbox
from complaints.services.letters import landing
from portal import audit
from portal.models import User


class ChangedMeanwhile(Exception):
    """Somebody else has saved it since it was read."""


class BoxTaken(Exception):
    """Somebody else has just said whose the mailbox is."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whose a mailbox is: a store's or a team's; and what replies from it look like."""

    store_id: int | None
    team_id: int | None
    address: str
    takes_tags: bool
    signature: str


@transaction.atomic
def save_box(
    *, actor: User, mailbox_id: int, place: Place, version: int, now: datetime
) -> CaseMailbox:
    """Say whose a mailbox is, and take what came before that was known.

    `version` is 0 for a new one. Raises ChangedMeanwhile, BoxTaken.
    """
    box = CaseMailbox.objects.select_for_update(of=("self",)).filter(mailbox=mailbox_id).first()
    if (box.version if box else 0) != version:
        raise ChangedMeanwhile
    box = box or CaseMailbox(mailbox_id=mailbox_id, version=0)
    for name, value in vars(place).items():
        setattr(box, name, value)
    box.version += 1
    try:
        with transaction.atomic():
            box.save()
    except IntegrityError:
        raise BoxTaken from None
    audit.record(
        actor=actor, verb="case_mailbox.saved", target=box, at=now,
        after={"store": place.store_id, "team": place.team_id, "tags": place.takes_tags},
    )  # fmt: skip
    landing.take_waiting(box, now=now)
    return box
