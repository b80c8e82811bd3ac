"""What somebody is typing into a form, kept until the form has been sent.

On another device it is there again, and after a lost connection too. One row for each user and
place; a place names the form, such as `note-C20261102-0001`. The text is the form's fields as
JSON, stored sealed, because customers' phones and addresses stand in it.
"""

import json
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.models import KeptDraft, User

KEEP = timedelta(days=30)
MOST_DRAFTS = 100
MOST_CHARACTERS = 60_000
MOST_PLACES = 20
PLACE = re.compile(r"[A-Za-z0-9_-]{1,80}")


class NotADraft(ValueError):
    """What came is no list of fields, or too long."""


def read(text: str) -> str:
    """Return the fields as they are stored. Raises NotADraft.

    A field is its name, its value or values, and for boxes whether they are ticked.
    """
    if len(text) > MOST_CHARACTERS:
        raise NotADraft
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise NotADraft from None
    if not isinstance(fields, list) or not all(map(_is_field, fields)):
        raise NotADraft
    stored = json.dumps(fields, ensure_ascii=False)
    return stored.encode("utf-8", "replace").decode()


def _is_field(field: Any) -> bool:  # noqa: ANN401 -- whatever JSON holds
    match field:
        case [str(), str(), None | bool()]:
            return True
        case [str(), [*values], None]:
            return all(isinstance(value, str) for value in values)
    return False


@transaction.atomic
def keep(*, user: User, place: str, text: str, now: datetime) -> str:
    """Keep what stands in a form now, and return the mark of this state of it.

    Of more than MOST_DRAFTS the oldest go.
    """
    draft, fresh = KeptDraft.objects.update_or_create(
        user=user, place=place, defaults={"text": text, "kept_at": now}
    )
    if fresh:
        mine = KeptDraft.objects.filter(user=user).order_by("-kept_at", "-pk")
        old = mine.values_list("pk", flat=True)[MOST_DRAFTS : MOST_DRAFTS + 50]
        KeptDraft.objects.filter(pk__in=list(old)).delete()
    return mark_of(draft)


def kept(*, user: User, places: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what is kept of these places: the fields, and the mark of their state."""
    rows = KeptDraft.objects.filter(user=user, place__in=places)
    return {row.place: {"mark": mark_of(row), "values": json.loads(row.text)} for row in rows}


def forget(*, user: User, place: str) -> None:
    """Forget a draft: the form was sent, or what was typed was discarded."""
    KeptDraft.objects.filter(user=user, place=place).delete()


def mark_of(draft: KeptDraft) -> str:
    return draft.kept_at.isoformat()


def clean_up(*, now: datetime) -> None:
    """Delete drafts that nobody has touched for KEEP."""
    KeptDraft.objects.filter(kept_at__lt=now - KEEP).delete()
