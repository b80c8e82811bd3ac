"""Personal links of invitations: 128 random bits, of which only a hash is kept."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from feedback.models import Invitation, PersonalLink
from feedback.queries import surveys as queries
from feedback.services.surveys import KEY_BYTES


def make(invitation: Invitation, *, now: datetime) -> str:
    """Return the token of a further link; all links of an invitation take one answer together."""
    return make_many([invitation], now=now)[0]


def make_many(invitations: Sequence[Invitation], *, now: datetime) -> list[str]:
    """Return a token for each invitation, in their order."""
    tokens = [secrets.token_urlsafe(KEY_BYTES) for _one in invitations]
    PersonalLink.objects.bulk_create(
        PersonalLink(invitation=one, token_hash=queries.hashed(token), made_at=now)
        for one, token in zip(invitations, tokens, strict=True)
    )
    return tokens
