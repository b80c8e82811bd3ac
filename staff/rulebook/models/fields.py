"""Fields for numbers of the policy; `help_text` names the rule that a number comes from."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from portal.money import LARGEST

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST_MINUTES = 60 * 24 * 30


def minutes(
    label: "StrPromise", default: int, source: str
) -> "models.PositiveIntegerField[int, int]":
    """Minutes, at most those of 30 days."""
    return models.PositiveIntegerField(
        label, default=default, validators=[MaxValueValidator(MOST_MINUTES)], help_text=source
    )


def count(
    label: "StrPromise", default: int, source: str, *, least: int = 0, most: int = 366
) -> "models.PositiveSmallIntegerField[int, int]":
    """A small whole number: days, hours, half days, times, per cent."""
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        help_text=source,
    )


def fen(label: "StrPromise", default: int, source: str) -> "models.BigIntegerField[int, int]":
    """An amount in fen, not below zero."""
    return models.BigIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST)],
        help_text=source,
    )
