"""Calls with a token, as another system makes them."""

import json
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from portal import tokens
from portal.enums import ApiScope


def token_of(user, *scopes, days=30, name="Order system"):
    now = timezone.now()
    secret, _token = tokens.make(
        user=user, name=name, scopes=scopes or ApiScope.values,
        expires_at=now + timedelta(days=days), now=now,
    )  # fmt: skip
    return secret


class Caller:
    def __init__(self, person_or_secret, *scopes):
        given = person_or_secret
        self.secret = given if isinstance(given, str) else token_of(given.user, *scopes)
        self.client = Client()

    def __call__(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        headers.setdefault("Authorization", f"Bearer {self.secret}")
        headers.setdefault("Accept-Language", "en")
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
        return self.client.generic(
            method, f"/api/v1{path}", body or "", content_type="application/json", headers=headers
        )

    def get(self, path, **headers):
        return self("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self("POST", path, body, **headers)
