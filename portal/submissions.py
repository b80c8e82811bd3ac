"""A creating form is sent once, however often its button is pressed."""

import uuid
from datetime import datetime

from portal.models import Submission, User


class AlreadySubmitted(Exception):
    """The form with this key was sent before; `result` is the path it led to."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


def new_key() -> str:
    """Return a key for a form that is about to be shown."""
    return str(uuid.uuid4())


def claim(*, key: uuid.UUID, user: User, now: datetime) -> Submission:
    """Take the key in the caller's transaction. Raises AlreadySubmitted for a second send.

    Two sends at the same moment wait for each other on the key's row.
    """
    submission, fresh = Submission.objects.select_for_update().get_or_create(
        key=key, defaults={"user": user, "created_at": now}
    )
    if not fresh:
        raise AlreadySubmitted(submission.result if submission.user_id == user.pk else "")
    return submission


def finish(submission: Submission, *, result: str) -> None:
    """Note the path that the form led to."""
    submission.result = result
    submission.save(update_fields=["result"])
