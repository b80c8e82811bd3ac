"""Tokens of the API: made by a person, shown once, kept as a hash, used until they end.

A token sees and does what its person may at the moment of the call, narrowed to its scopes.
"""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from portal import audit, submissions
from portal.models import ApiCall, ApiToken, User

PREFIX = "kefu_"
MOST = 20  # of one person at a time
SEEN_STEP = timedelta(minutes=1)  # between two writes of the last use
KEEP_CALLS = timedelta(hours=24)  # how long an answer is kept for the same key
KEEP_ENDED = timedelta(days=365)


class TooManyTokens(Exception):
    """The person has as many valid tokens as one may have."""


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; it is long and random, so that a plain hash suffices."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> tuple[str, ApiToken]:
    """Make a token; the secret is returned here and kept nowhere.

    Raises TooManyTokens, and submissions.AlreadySubmitted for the second send of one form.
    """
    if form_key is not None:
        submissions.claim(key=form_key, user=user, now=now)
    User.objects.select_for_update().get(pk=user.pk)
    if ApiToken.objects.filter(user=user).standing(now).count() >= MOST:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(secret),
        hint=secret[: len(PREFIX) + 4],
        scopes=sorted(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    audit.record(
        actor=user,
        verb="token.made",
        target=token,
        at=now,
        after={"scopes": token.scopes, "expires_at": expires_at.isoformat()},
    )
    return secret, token


def find(secret: str, *, now: datetime) -> ApiToken | None:
    """Return the valid token with this secret, and note that it was used."""
    if not secret.startswith(PREFIX):
        return None
    rows = ApiToken.objects.standing(now).select_related("user")
    token = rows.filter(digest=digest_of(secret)).first()
    if token is not None and (
        token.last_used_at is None or not -SEEN_STEP < now - token.last_used_at < SEEN_STEP
    ):
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - SEEN_STEP)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


@transaction.atomic
def revoke(*, actor: User, token: ApiToken, now: datetime) -> bool:
    """End a token at once; False when it was ended already."""
    standing = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if not standing.update(revoked_at=now, revoked_by=actor):
        return False
    audit.record(actor=actor, verb="token.revoked", target=token, at=now)
    return True


def clean_up(*, now: datetime) -> None:
    """Forget the answers kept for repeated calls, and tokens that ended long ago."""
    ApiCall.objects.filter(created_at__lt=now - KEEP_CALLS).delete()
    ApiToken.objects.filter(
        Q(expires_at__lt=now - KEEP_ENDED) | Q(revoked_at__lt=now - KEEP_ENDED)
    ).delete()
