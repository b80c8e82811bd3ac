"""The request as the rulebook sees it: the rooms above know more about who asks."""

from datetime import date
from typing import Protocol

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from portal.models import User


class Reader(Protocol):
    """Who asks: 0 for agents and outsiders, 1 lead, 2 deputy, 3 supervisor."""

    @property
    def is_admin(self) -> bool: ...
    @property
    def rank(self) -> int: ...
    @property
    def today(self) -> date: ...


class RulebookRequest(HttpRequest):
    user: User
    htmx: HtmxDetails
    scope: Reader
