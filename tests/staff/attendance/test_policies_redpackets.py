"""Red packets, their payment and their doubling (ATT-11), as truth tables."""

from datetime import date, time

import pytest

from staff.attendance.policies.redpackets import first_of_week, publication_of, red_packets
from staff.rulebook.models import Policy
from staff.rulebook.queries import attendance_rules
from tests.staff.attendance.record import (
    LATER,
    RULES,
    SHANGHAI,
    Side,
    at,
    judged,
    made_up,
    paid,
    punch,
    rules_on,
    shift,
)

THURSDAY, MONDAY = "2026-10-08", "2026-10-12"


def packets(payments=(), *, now=LATER, day=THURSDAY, rules=rules_on):
    """One shift that began 11 minutes late."""
    results = judged(
        shifts=[shift(day)], punches=[punch(f"{day} 08:41"), punch(f"{day} 17:31")], rules=rules
    ).results
    return red_packets(results, payments, rules_on=rules, zone=SHANGHAI, now=now)


@pytest.mark.parametrize(
    ("paid_at", "now", "doubled", "owed"),
    [
        (None, f"{MONDAY} 09:59:59", 0, 2000),
        (None, f"{MONDAY} 10:00:00", 2000, 4000),
        (f"{MONDAY} 09:59:59", f"{MONDAY} 12:00", 0, 0),
        (f"{MONDAY} 10:00:00", f"{MONDAY} 12:00", 0, 0),
        (f"{MONDAY} 10:00:01", f"{MONDAY} 12:00", 2000, 0),
        ("2026-10-01 10:00:00", f"{MONDAY} 12:00", 0, 0),  # before the event
        ("2026-11-30 10:00:00", "2026-12-01 00:00", 2000, 0),
    ],
)
def test_unpaid_on_monday_at_ten_is_doubled_once(paid_at, now, doubled, owed):
    payments = [paid(THURSDAY, Side.IN, paid_at)] if paid_at else []
    (packet,) = packets(payments, now=at(now))
    assert (packet.fen, packet.doubled, packet.owed) == (2000, doubled, owed)
    assert (packet.is_paid, packet.parts) == (paid_at is not None, 5)


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        ("2026-10-05", "2026-10-12"),  # a Monday belongs to the week that it begins
        ("2026-10-11", "2026-10-12"),
        ("2026-10-31", "2026-11-02"),  # the doubling belongs to the month of the Monday
    ],
)
def test_the_week_runs_from_monday_to_sunday_by_the_date_of_the_shift(day, monday):
    (packet,) = packets(day=day)
    assert packet.doubles_at == at(f"{monday} 10:00")


def test_a_payment_settles_its_own_date_and_side_only():
    other = [
        paid(THURSDAY, Side.OUT, "2026-10-09 10:00"),
        paid(MONDAY, Side.IN, "2026-10-09 10:00"),
    ]
    (packet,) = packets(other)
    assert (packet.is_paid, packet.owed) == (False, 4000)
    twice = [paid(THURSDAY, Side.IN, f"{MONDAY} 11:00"), paid(THURSDAY, Side.IN, f"{MONDAY} 09:00")]
    (packet,) = packets(twice)
    assert (packet.doubled, packet.paid_at) == (0, at(f"{MONDAY} 09:00"))


def test_a_made_up_end_is_a_red_packet_too_and_absence_is_none():
    days = [f"2026-10-{n:02}" for n in (5, 6, 7, 8)]
    results = judged(
        shifts=[shift(day) for day in [*days, "2026-10-09"]],
        punches=[punch(f"{day} 08:30") for day in [*days, "2026-10-09"]],
        makeups=[made_up(day, Side.OUT, f"{day} 20:00") for day in days],
    ).results
    assert [result.half_days for result in results] == [0, 0, 0, 0, 1]
    (packet,) = red_packets(results, [], rules_on=rules_on, zone=SHANGHAI, now=LATER)
    assert (packet.day, packet.side, packet.rule) == (date(2026, 10, 8), Side.OUT, "ATT-13")
    assert (packet.fen, packet.doubled) == (1000, 1000)


def test_day_and_hour_of_the_publication_come_from_the_policy_of_the_weeks_last_day():
    tuesday = attendance_rules(
        Policy(
            valid_from=date(2026, 10, 9),
            publish_weekday=2,
            publish_at=time(9, 30),
            doubling_factor=3,
        )
    )

    def rules(day):
        return tuesday if day >= tuesday.valid_from else RULES

    (packet,) = packets(rules=rules)
    assert (packet.doubles_at, packet.doubled) == (at("2026-10-13 09:30"), 2000)
    (packet,) = packets(rules=rules, day="2026-10-09")
    assert packet.doubled == 4000


def test_a_policy_without_an_amount_owes_no_red_packet():
    free = attendance_rules(Policy(valid_from=date(2020, 1, 1), late_2_fen=0))
    assert packets(rules=lambda _day: free) == []


def test_the_moment_of_a_week():
    assert first_of_week(date(2026, 10, 11)) == date(2026, 10, 5)
    assert first_of_week(date(2026, 10, 5)) == date(2026, 10, 5)
    assert publication_of(date(2026, 10, 5), rules=RULES, zone=SHANGHAI) == at("2026-10-12 10:00")
