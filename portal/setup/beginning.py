"""The first administrator of an empty portal."""

from datetime import datetime

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse

from portal import audit
from portal.models import User


class HasBegun(Exception):
    """Somebody can sign in already."""


@transaction.atomic
def begin(*, name: str, email: str, now: datetime) -> User:
    """Make the system administrator of a portal in which nobody can sign in yet.

    There is no password until it is chosen by a link. Raises HasBegun.
    """
    if User.objects.select_for_update().filter(is_superuser=True).exclude(username=name).exists():
        raise HasBegun
    user, made = User.objects.get_or_create(
        username=name,
        defaults={
            "email": email,
            "is_staff": True,
            "is_superuser": True,
            "password": make_password(None),
        },
    )
    if not made and (user.last_login is not None or not user.is_superuser):
        raise HasBegun
    audit.record(actor=None, verb="setup.begun", target=user, at=now)
    return user


def password_path(user: User) -> str:
    """Return the path on which a user chooses a password: it works once and for a limited time."""
    token = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
