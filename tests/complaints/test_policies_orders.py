"""Remarks, promises and won-back orders with pencil and paper (DAY-3, ORG-6, INC-4)."""

from datetime import datetime, timedelta

import pytest

from complaints.policies.orders import (
    Attempt,
    Parts,
    Refusal,
    Watch,
    Written,
    credited,
    remark_text,
    standing,
    watch_of,
    why_not_paid,
    why_not_promised,
)

NINE = datetime(2026, 10, 8, 9, 0)  # noqa: DTZ001 -- policies know no zone
HOUR = timedelta(hours=1)


def test_the_text_has_one_format():
    parts = Parts(logistics="顺丰", gift="毛巾1条", wishes="无")
    assert remark_text(parts, author="A001 张三", at=NINE) == (
        "物流：顺丰；赠品：毛巾1条；其他：无；客服：A001 张三；时间：2026-10-08 09:00"
    )


def test_the_longest_remark_fits():
    parts = Parts(logistics="物" * 120, gift="赠" * 120, wishes="其" * 160)
    assert len(remark_text(parts, author="N" * 20 + "名" * 40, at=NINE)) <= 500


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        (("顺丰", "无", "无"), []),
        (("", "无", "无"), ["logistics"]),
        (("顺丰", " ", "无"), ["gift"]),
        (("", "", ""), ["logistics", "gift", "wishes"]),
    ],
)
def test_what_a_remark_lacks_is_named(parts, missing):
    assert Parts(logistics=parts[0], gift=parts[1], wishes=parts[2]).missing == missing


@pytest.mark.parametrize(
    ("shipped", "counts"),
    [(None, 3), (NINE + 2 * HOUR, 2), (NINE + HOUR, 2), (NINE - HOUR, 1), (NINE + 9 * HOUR, 3)],
)
def test_the_version_counts_that_stood_when_the_order_left(shipped, counts):
    versions = [Written(1, NINE, 7), Written(2, NINE + HOUR, 8), Written(3, NINE + 3 * HOUR, 9)]
    assert standing(versions, shipped_at=shipped).key == counts


def test_without_a_version_none_counts():
    assert standing([], shipped_at=NINE) is None


@pytest.mark.parametrize(
    ("paid", "who"), [(NINE - HOUR, None), (NINE, 7), (NINE + HOUR, 8), (NINE + 2 * HOUR, 8)]
)
def test_whoever_chased_last_before_the_payment_won_the_order(paid, who):
    attempts = [
        Attempt(1, NINE, 7),
        Attempt(2, NINE + HOUR + timedelta(seconds=40), 8),
        Attempt(3, NINE + 3 * HOUR, 9),
    ]
    assert credited(attempts, paid_at=paid) == who


@pytest.mark.parametrize(
    ("paid", "reason"),
    [
        (NINE, None),
        (NINE + HOUR, None),
        (NINE + 2 * HOUR, Refusal.NOT_YET),
        (NINE - HOUR, Refusal.BEFORE_PLACED),
    ],
)
def test_a_payment_lies_between_the_order_and_now(paid, reason):
    assert why_not_paid(paid_at=paid, placed_at=NINE, now=NINE + HOUR) == reason


@pytest.mark.parametrize(
    ("promised", "chase", "shipped", "reason"),
    [
        (HOUR, None, False, None),
        (2 * HOUR, HOUR, False, None),
        (timedelta(), None, False, Refusal.PAST),
        (HOUR, None, True, Refusal.SHIPPED),
        (HOUR, timedelta(), False, Refusal.PAST),
        (HOUR, HOUR, False, Refusal.CHASE_TOO_LATE),
    ],
)
def test_a_promise_lies_ahead_and_its_chase_before_it(promised, chase, shipped, reason):
    assert (
        why_not_promised(
            promised_at=NINE + promised,
            chase_at=None if chase is None else NINE + chase,
            shipped=shipped,
            now=NINE,
        )
        == reason
    )


@pytest.mark.parametrize(
    ("promised", "watch"),
    [(NINE, Watch.OVERDUE), (NINE + HOUR, Watch.TODAY), (NINE + 2 * HOUR, Watch.LATER)],
)
def test_a_promise_is_late_at_its_instant(promised, watch):
    assert watch_of(promised, now=NINE, end_of_day=NINE + 2 * HOUR) == watch
