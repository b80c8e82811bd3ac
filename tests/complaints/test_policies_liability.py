"""Who bears a cost, with pencil and paper."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints.enums import Bearer, Ground
from complaints.policies.liability import (
    Asking,
    Part,
    Refusal,
    Shipping,
    amounts,
    exempting,
    rule_of,
    why_not_proposed,
    why_not_shared,
)
from portal.money import Fen

PROMISED = datetime(2026, 10, 8, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def shipping(*, promised=PROMISED, shipped=None, remark=True):
    return Shipping(promised_at=promised, shipped_at=shipped, has_remark=remark)


@pytest.mark.parametrize(
    ("ground", "order", "expected"),
    [
        (Ground.OTHER, None, None),
        (Ground.ATTITUDE, None, None),
        (Ground.REMARK, None, Refusal.NO_ORDER),
        (Ground.REMARK, shipping(remark=False), Refusal.NO_REMARK),
        (Ground.REMARK, shipping(), None),
        (Ground.WAREHOUSE, shipping(), None),
        (Ground.LATE, shipping(promised=None), Refusal.NO_PROMISE),
        (Ground.LATE, shipping(shipped=PROMISED), Refusal.NOT_LATE),
        (Ground.LATE, shipping(shipped=PROMISED + SECOND), None),
        (Ground.LATE, shipping(), None),
        (Ground.LATE, shipping(promised=NOW + SECOND), Refusal.NOT_LATE),
    ],
)
def test_why_not_proposed(ground, order, expected):
    assert why_not_proposed(ground, order, now=NOW) == expected


@pytest.mark.parametrize(
    ("ground", "promised", "chases", "expected"),
    [
        (Ground.LATE, PROMISED, [], None),
        (Ground.LATE, PROMISED, [Asking(1, PROMISED)], None),
        (Ground.LATE, PROMISED, [Asking(1, PROMISED + SECOND)], None),
        (Ground.LATE, PROMISED, [Asking(1, PROMISED - SECOND)], 1),
        (Ground.LATE, PROMISED, [Asking(2, PROMISED - SECOND), Asking(1, PROMISED - SECOND)], 1),
        (Ground.LATE, None, [Asking(1, PROMISED - SECOND)], None),
        (Ground.REMARK, PROMISED, [Asking(1, PROMISED - SECOND)], None),
    ],
)
def test_a_chase_before_the_promised_time_exempts(ground, promised, chases, expected):
    found = exempting(ground, promised, chases)
    assert (found.key if found else None) == expected


def person(key, weight=1):
    return Part(Bearer.PERSON, weight, key)


WAREHOUSE = Part(Bearer.WAREHOUSE, 1)


@pytest.mark.parametrize(
    ("ground", "parts", "exempt", "expected"),
    [
        (Ground.OTHER, [], False, Refusal.NOBODY),
        (Ground.OTHER, [person(1)], False, None),
        (Ground.OTHER, [person(1), WAREHOUSE], False, None),
        (Ground.OTHER, [person(1), person(1)], False, Refusal.TWICE),
        (Ground.OTHER, [WAREHOUSE, WAREHOUSE], False, Refusal.TWICE),
        (Ground.OTHER, [person(9)], False, Refusal.ONESELF),
        (Ground.OTHER, [person(n) for n in range(10, 19)], False, Refusal.TOO_MANY),
        (Ground.LATE, [person(1)], True, Refusal.EXEMPT),
        (Ground.LATE, [WAREHOUSE], True, None),
        (Ground.WAREHOUSE, [person(1), WAREHOUSE], False, Refusal.ONLY_WAREHOUSE),
        (Ground.WAREHOUSE, [WAREHOUSE], False, None),
        (Ground.ATTITUDE, [WAREHOUSE], False, Refusal.ONLY_PEOPLE),
        (Ground.ATTITUDE, [person(1)], False, None),
    ],
)
def test_why_not_shared(ground, parts, exempt, expected):
    assert why_not_shared(ground, parts, by=9, exempt=exempt) == expected


def test_attitude_is_a_rule_of_its_own():
    assert [rule_of(ground) for ground in Ground] == ["INC-4", "INC-4", "INC-4", "INC-5", "INC-4"]


def test_amounts_are_the_cost():
    assert amounts(Fen(1001), [person(1, 1), person(2, 2), WAREHOUSE]) == [250, 501, 250]
