"""What is new to an open page: what it shows against what stands in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

MOST_COUNTED = 100
LONGEST_KEY = 18  # digits of a key


def number(text: str) -> int:
    """Return a key from an address; 0 for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else 0


@dataclass(frozen=True)
class Shown:
    """What a page says that it shows: the newest notice it was told of, and the bell's count."""

    cursor: int
    unread: int

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        return cls(number(request.GET.get("cursor", "")), number(request.GET.get("unread", "")))

    def is_current(self, unread: Sequence[int]) -> bool:
        """Tell whether nothing is new; `unread` are the keys of unread notices, newest first."""
        return len(unread) == self.unread and (not unread or unread[0] <= self.cursor)
