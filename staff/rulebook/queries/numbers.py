"""What stands in a version of the policy: its numbers by section and rule, and where from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any

from django.db import models

from staff.rulebook.enums import Unit, VersionState
from staff.rulebook.models import Policy

NOT_NUMBERS = {"id", "valid_from", "note", "version"}
SECTIONS = {"SHIFT": 2, "ATT": 3, "LEAVE": 4, "INC": 5, "CMP": 7, "FUP": 8, "FBK": 9}
ENDINGS = {
    "_half_days": Unit.HALF_DAYS,
    "_fen": Unit.YUAN,
    "_minutes": Unit.MINUTES,
    "_hours": Unit.HOURS,
    "_days": Unit.DAYS,
    "_percent": Unit.PERCENT,
    "_years": Unit.YEARS,
    "_weekday": Unit.WEEKDAY,
}
LAST = 1000  # of a section: what its heading says, without a number of its own

Value = int | time


@dataclass(frozen=True, kw_only=True)
class Number:
    """A field of the policy and the rule that it belongs to, such as `ATT-1`."""

    name: str
    rule: str
    section: int
    unit: Unit


def _unit_of(field: "models.Field[Any, Any]") -> Unit:
    if isinstance(field, models.TimeField):
        return Unit.CLOCK
    if field.name == "rest_days":
        return Unit.DAYS
    return next(
        (unit for ending, unit in ENDINGS.items() if field.name.endswith(ending)), Unit.COUNT
    )


def _section_of(rule: str) -> int:
    prefix, _dash, _digits = rule.partition("-")
    return SECTIONS[prefix] if prefix in SECTIONS else int(rule.removeprefix("§"))


def _place(number: Number) -> tuple[int, int]:
    digits = re.search(r"-([0-9]+)", number.rule)
    return number.section, int(digits[1]) if digits else LAST


def _numbers() -> tuple[Number, ...]:
    fields = [field for field in Policy._meta.concrete_fields if field.name not in NOT_NUMBERS]
    found = [
        Number(
            name=field.name,
            rule=str(field.help_text),
            section=_section_of(str(field.help_text)),
            unit=_unit_of(field),
        )
        for field in fields
    ]
    return tuple(sorted(found, key=_place))


NUMBERS = _numbers()
"""All numbers in the order of the house rules: by section, then by rule."""

BY_NAME = {number.name: number for number in NUMBERS}


def by_section(
    numbers: Sequence[Number] = NUMBERS,
) -> Iterator[tuple[int, list[tuple[str, list[Number]]]]]:
    """Yield each section with its rules, and each rule with its numbers."""
    for section, inside in groupby(numbers, key=lambda number: number.section):
        rules = groupby(inside, key=lambda number: number.rule)
        yield section, [(rule, list(found)) for rule, found in rules]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A number that differs between two versions."""

    number: Number
    old: Value
    new: Value


def changes(old: Policy, new: Policy) -> list[Change]:
    """Return the numbers in which two versions differ, in the order of the house rules."""
    return [
        Change(number=number, old=getattr(old, number.name), new=getattr(new, number.name))
        for number in NUMBERS
        if getattr(old, number.name) != getattr(new, number.name)
    ]


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version among the others. `until` is its last day, None while no other follows.

    `author` is empty where the version came with the portal.
    """

    policy: Policy
    state: VersionState
    until: date | None
    author: str = ""
    changed: int = 0

    @property
    def is_coming(self) -> bool:
        return self.state == VersionState.COMING


def _state(begins: date, until: date | None, today: date) -> VersionState:
    if begins > today:
        return VersionState.COMING
    return VersionState.IN_FORCE if until is None or until >= today else VersionState.PAST


def _authors() -> dict[int, str]:
    """Return who added each version: one query."""
    added = Policy.history.model.objects.filter(history_type="+").select_related("history_user")
    return {
        row.id: str(row.history_user.get_full_name() or row.history_user)
        for row in added.order_by("-history_id")
        if row.history_user
    }


def all_versions(*, today: date) -> list[Version]:
    """Return all versions, newest first: two queries."""
    rows, authors = list(Policy.objects.order_by("valid_from")), _authors()
    found = []
    for at, policy in enumerate(rows):
        until = rows[at + 1].valid_from - timedelta(days=1) if at + 1 < len(rows) else None
        found.append(
            Version(
                policy=policy,
                state=_state(policy.valid_from, until, today),
                until=until,
                author=authors.get(policy.pk, ""),
                changed=len(changes(rows[at - 1], policy)) if at else 0,
            )
        )
    return found[::-1]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A number in a version: its value, the one before, and the version that set it."""

    number: Number
    value: Value
    former: Value | None
    since: Policy

    @property
    def changed(self) -> bool:
        return self.former is not None and self.former != self.value


def standing(policy: Policy, versions: Sequence[Version]) -> dict[str, Standing]:
    """Return what stands in a version, by the number's name. `versions` are newest first."""
    line = [
        version.policy for version in versions if version.policy.valid_from <= policy.valid_from
    ]
    return {number.name: _standing(number, line) for number in NUMBERS}


def _standing(number: Number, line: Sequence[Policy]) -> Standing:
    values = [getattr(row, number.name) for row in line]
    same = next((at for at, value in enumerate(values) if value != values[0]), len(values))
    return Standing(
        number=number,
        value=values[0],
        former=values[1] if values[1:] else None,
        since=line[same - 1],
    )


def before(day: date, *, without: int | None = None) -> Policy | None:
    """Return the version that holds on the day before, None before the first.

    `without` leaves out a version that is about to move to that day.
    """
    rows = Policy.objects.filter(valid_from__lt=day).exclude(pk=without or 0)
    return rows.order_by("-valid_from").first()


def last_day_from(day: date, *, without: int | None = None) -> date | None:
    """Return the last day of a version that begins on a day, None while no other follows."""
    rows = Policy.objects.filter(valid_from__gt=day).exclude(pk=without or 0)
    following = rows.order_by("valid_from").first()
    return following.valid_from - timedelta(days=1) if following else None
