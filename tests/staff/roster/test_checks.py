"""The rules of rosters as truth tables: one person's days as a text, a letter for each shift."""

from datetime import date, timedelta

import pytest

from staff.roster.enums import RuleKind
from staff.roster.policies import Need, Needs
from staff.roster.policies.checks import (
    CHECKS,
    FREE,
    PARAMS,
    Away,
    Kind,
    Plan,
    Rule,
    Turn,
    Worker,
    cost,
    findings,
    rules_for,
    why_wrong,
)

MONDAY = date(2026, 11, 2)
DAY, EVENING, SHORT = 1, 2, 3
TEAM = 7
KINDS = {
    DAY: Kind(DAY, "day", 510, 1050),
    EVENING: Kind(EVENING, "evening", 1020, 1500),
    SHORT: Kind(SHORT, "short", 540, 720),
}
LETTERS = {
    "D": (DAY,),
    "E": (EVENING,),
    "S": (SHORT,),
    "-": (),
    "B": (SHORT, EVENING),
    "X": (DAY, EVENING),
}


def cells(text, team=TEAM):
    """`D` day, `E` evening, lower case led, `-` free, `B` two shifts, `X` two that overlap."""
    return [
        tuple(Turn(shift, team, letter.islower()) for shift in LETTERS[letter.upper()]) or FREE
        for letter in text
    ]


def plan(*rows, start=0, stop=None, **more):
    length = len(rows[0])
    workers = more.pop("workers", [Worker(person_id=n) for n in range(1, len(rows) + 1)])
    return Plan(
        team_id=TEAM,
        days=[MONDAY + timedelta(days=n) for n in range(length)],
        start=start,
        stop=length if stop is None else stop,
        workers=workers,
        kinds=KINDS,
        rows={n: cells(text) for n, text in enumerate(rows, 1)},
        **more,
    )


def found(kind, which, **params):
    """Code, person and place (day of the plan) of everything found."""
    return [
        (one.code, one.person_id, None if one.day is None else (one.day - MONDAY).days)
        for one in CHECKS[kind](which, params)
    ]


@pytest.mark.parametrize(
    ("kind", "row", "params", "expected"),
    [
        (RuleKind.ONE_A_DAY, "DBD", {}, [("two_a_day", 1)]),
        (RuleKind.ONE_A_DAY, "DED", {}, []),
        (RuleKind.OVERLAP, "X", {}, [("overlap", 0)]),
        (RuleKind.OVERLAP, "BDE", {}, []),
        (RuleKind.REST_HOURS, "ED", {}, [("short_rest", 1)]),  # 01:00 to 08:30 are 7.5 hours
        (RuleKind.REST_HOURS, "DE", {}, []),
        (RuleKind.REST_HOURS, "E-D", {}, []),
        (RuleKind.REST_HOURS, "ED", {"hours": 7}, []),
        (RuleKind.REST_HOURS, "ED", {"hours": 8}, [("short_rest", 1)]),
        (RuleKind.REST_HOURS, "EE", {"hours": 16}, []),  # exactly 16 hours are enough
        (RuleKind.REST_HOURS, "EE", {"hours": 17}, [("short_rest", 1)]),
        (RuleKind.REST_HOURS, "B", {}, [("short_rest", 0)]),
        (RuleKind.SUCCESSION, "EDED", {"before": "evening", "after": "day"}, [("succession", 1), ("succession", 3)]),  # noqa: E501 -- a row of a table
        (RuleKind.SUCCESSION, "E-D", {"before": "evening", "after": "day"}, []),
        (RuleKind.SUCCESSION, "ED", {"before": "gone", "after": "day"}, []),
        (RuleKind.MOST_DAYS_RUNNING, "DDDD", {"days": 4}, []),
        (RuleKind.MOST_DAYS_RUNNING, "DDEDD-", {"days": 3}, [("days_running", 3), ("days_running", 4)]),  # noqa: E501 -- a row of a table
        (RuleKind.LEAST_DAYS_RUNNING, "-D-DD-", {"days": 2}, [("few_days_running", 1)]),
        (RuleKind.LEAST_DAYS_RUNNING, "D-", {"days": 2}, []),  # what came before is not known
        (RuleKind.MOST_OF_SHIFT_RUNNING, "EEEDE", {"shift": "evening", "times": 2}, [("shift_running", 2)]),  # noqa: E501 -- a row of a table
        (RuleKind.MOST_OF_SHIFT_RUNNING, "EDED", {"shift": "evening", "times": 1}, []),
        (RuleKind.LEAST_DAYS_OFF, "D-D--D", {"days": 2}, [("few_days_off", 1)]),
        (RuleKind.LEAST_DAYS_OFF, "-D--D-", {"days": 2}, []),
        (RuleKind.REST_DAYS, "DDDD-DD", {"period": "month", "least": 2}, [("few_rest_days", None)]),
        (RuleKind.REST_DAYS, "DDD--DD", {"period": "month", "least": 2}, []),
        (RuleKind.REST_DAYS, "D------", {"period": "month", "most": 5}, [("many_rest_days", None)]),
        (RuleKind.REST_DAYS, "DDDDDDDDD-", {"period": "week", "least": 1}, [("few_rest_days", 6)]),
        (RuleKind.MINUTES, "DD", {"period": "month", "most": 1080}, []),
        (RuleKind.MINUTES, "DDS", {"period": "month", "most": 1080}, [("many_minutes", None)]),
        (RuleKind.MINUTES, "S", {"period": "month", "least": 181}, [("few_minutes", None)]),
        (RuleKind.MOST_OF_SHIFT, "EDE", {"shift": "evening", "times": 1}, [("many_of_shift", None)]),  # noqa: E501 -- a row of a table
        (RuleKind.MOST_OF_SHIFT, "EDE", {"shift": "evening", "times": 2}, []),
        (RuleKind.WEEKENDS, "DDDDDD-DDDDD-D", {"weekends": 1}, [("many_weekends", None)]),
        (RuleKind.WEEKENDS, "DDDDDDDDDDDD--", {"weekends": 1}, []),
    ],
)  # fmt: skip
def test_the_days_of_one_person(kind, row, params, expected):
    assert found(kind, plan(row), **params) == [(code, 1, day) for code, day in expected]


def test_only_the_month_is_judged_but_the_days_around_count():
    around = plan("DDDDDDD", start=4, stop=6)
    assert found(RuleKind.MOST_DAYS_RUNNING, around, days=3) == [
        ("days_running", 1, 4),
        ("days_running", 1, 5),
    ]
    assert found(RuleKind.REST_HOURS, plan("EDED", start=2, stop=4)) == [("short_rest", 1, 3)]


def test_a_reason_excuses_a_short_rest_on_that_day_only():
    excused = plan("EDED", excused=frozenset({(1, MONDAY + timedelta(days=1))}))
    assert found(RuleKind.REST_HOURS, excused) == [("short_rest", 1, 3)]


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (Away(kind="REST"), [("absence_worked", 1, 1)]),
        (Away(kind="REST", is_whole=False), []),
    ],
)
def test_a_shift_on_a_day_off_is_named_and_does_not_count_as_worked(away, expected):
    one = plan("DDD", away={(1, MONDAY + timedelta(days=1)): away, (9, MONDAY): away})
    assert found(RuleKind.ABSENCE, one) == expected
    running = found(RuleKind.MOST_DAYS_RUNNING, one, days=2)
    assert running == ([] if expected else [("days_running", 1, 2)])


@pytest.mark.parametrize(
    ("row", "wish", "expected"),
    [
        ("D", None, [("wish_rest", 1, 0)]),
        ("-", None, []),
        ("D", EVENING, [("wish_shift", 1, 0)]),
        ("-", EVENING, [("wish_shift", 1, 0)]),
        ("E", EVENING, []),
    ],
)
def test_wishes_are_met_or_named(row, wish, expected):
    assert found(RuleKind.WISH, plan(row, wishes={(1, MONDAY): wish})) == expected


def test_fixed_days_and_changes_of_what_is_published():
    before = {1: cells("DDE"), 2: cells("---")}
    moved = plan("DEE", "DDD", published=before, fixed={(1, MONDAY): cells("E")[0]})
    assert found(RuleKind.FIXED, moved) == [("fixed_moved", 1, 0)]
    assert found(RuleKind.CHANGE, moved, days=0) == [("many_changes", 1, None)]
    assert found(RuleKind.CHANGE, moved, days=1) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("d", "D"), []),
        (("D", "D"), [("no_lead", None, 0)]),
        (("d", "d"), [("two_leads", None, 0)]),
        (("-", "-"), []),
        (("d", "e"), []),
    ],
)
def test_a_shift_has_exactly_one_lead(rows, expected):
    assert found(RuleKind.LEAD, plan(*rows)) == expected


def test_a_lead_who_is_away_leads_nothing():
    away = {(1, MONDAY): Away(kind="SICK")}
    assert found(RuleKind.LEAD, plan("d", "D", away=away)) == [("no_lead", None, 0)]


def test_cover_and_skills_count_who_is_there():
    needs = Needs(
        (
            Need(team_id=TEAM, shift=DAY, first=MONDAY, minimum=2, wanted=3),
            Need(team_id=TEAM, shift=DAY, skill_id=5, first=MONDAY, minimum=1, wanted=1),
            Need(team_id=8, shift=EVENING, first=MONDAY, minimum=9, wanted=9),
        )
    )
    workers = [Worker(person_id=1, skills=frozenset({5})), Worker(person_id=2)]
    both = plan("DD", "DD", needs=needs, workers=workers)
    assert found(RuleKind.COVER, both) == []
    assert found(RuleKind.SKILLS, both) == []
    away = {(1, MONDAY): Away(kind="SICK")}
    one = plan("DD", "DD", needs=needs, workers=workers, away=away)
    assert found(RuleKind.COVER, one) == [("below_minimum", None, 0)]
    assert found(RuleKind.SKILLS, one) == [("skill_missing", None, 0)]


@pytest.mark.parametrize(
    ("carried", "off", "expected"),
    [
        (0, 1, []),  # 3 and 1: the average is 2, and 3 is not more than 2 + 1
        (0, 0, [("unfair", 1, None)]),
        (2, 1, [("unfair", 1, None)]),  # 5 and 1: the average is 3
        (2, 2, []),
    ],
)
def test_evenings_are_shared_with_the_months_before(carried, off, expected):
    workers = [Worker(person_id=1, carried={"evenings": carried}), Worker(person_id=2)]
    shared = plan("EEED", "DDDE", workers=workers)
    assert found(RuleKind.FAIR_SHARE, shared, of="evenings", off=off, months=3) == expected


def test_weekends_and_special_days_are_shared_without_guests():
    workers = [Worker(person_id=1), Worker(person_id=2), Worker(person_id=3, is_guest=True)]
    shared = plan("DDDDDDD", "-------", "DDDDDDD", workers=workers, special=frozenset({MONDAY}))
    assert found(RuleKind.FAIR_SHARE, shared, of="weekends", off=0, months=3) == [
        ("unfair", 1, None)
    ]
    assert found(RuleKind.FAIR_SHARE, shared, of="special", off=0, months=3) == [
        ("unfair", 1, None)
    ]
    assert found(RuleKind.FAIR_SHARE, shared, of="special", off=1, months=3) == []


def test_who_joins_within_the_month_is_not_asked_for_days_off():
    workers = [Worker(person_id=1, first=MONDAY + timedelta(days=3))]
    late = plan("---DDDD", workers=workers)
    assert found(RuleKind.REST_DAYS, late, period="month", least=5) == []


def test_findings_come_hard_rules_first_and_cost_their_weight():
    rules = [
        Rule(kind=RuleKind.LEAD, weight=3),
        Rule(kind=RuleKind.REST_HOURS, is_hard=True, weight=50),
        Rule(kind=RuleKind.MOST_DAYS_RUNNING, params={"days": "many"}),
    ]
    one = findings(plan("ED"), rules)
    assert [(each.code, each.is_hard) for each in one] == [
        ("short_rest", True),
        ("no_lead", False),
        ("no_lead", False),
    ]
    assert cost(one) == 50 * 4 + 3 * 2  # 3.5 hours short are 4


def test_a_team_has_its_own_rules_of_a_kind_or_those_of_all():
    rules = [
        Rule(kind="LEAD"),
        Rule(kind="COVER"),
        Rule(kind="COVER", team_id=1),
        Rule(kind="COVER", team_id=2),
    ]
    assert [(rule.kind, rule.team_id) for rule in rules_for(rules, 1)] == [
        ("LEAD", None),
        ("COVER", 1),
    ]
    assert [rule.team_id for rule in rules_for(rules, 3)] == [None, None]


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("LEAD", {}, None),
        ("LEAD", {"days": 1}, "unknown_number"),
        ("LEAD", [], "not_an_object"),
        ("NONE", {}, "not_an_object"),
        ("MOST_DAYS_RUNNING", {}, "number_missing"),
        ("MOST_DAYS_RUNNING", {"days": 6}, None),
        ("MOST_DAYS_RUNNING", {"days": 0}, "out_of_range"),
        ("MOST_DAYS_RUNNING", {"days": 10**30}, "out_of_range"),
        ("MOST_DAYS_RUNNING", {"days": "6"}, "out_of_range"),
        ("MOST_DAYS_RUNNING", {"days": True}, "out_of_range"),
        ("MOST_DAYS_RUNNING", {"days": 6.0}, "out_of_range"),
        ("MOST_OF_SHIFT_RUNNING", {"shift": "", "times": 1}, "out_of_range"),
        ("MOST_OF_SHIFT_RUNNING", {"shift": "evening", "times": 1}, None),
        ("FAIR_SHARE", {"of": "mornings", "off": 1, "months": 1}, "out_of_range"),
        ("REST_HOURS", {}, None),
    ],
)
def test_numbers_that_do_not_fit_are_named(kind, params, expected):
    problem = why_wrong(kind, params)
    assert (problem.code if problem else None) == expected


def test_every_kind_has_a_check_and_numbers():
    assert set(CHECKS) == set(PARAMS) == set(RuleKind)
