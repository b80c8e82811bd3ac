from datetime import date

import pytest

from staff.rulebook import policies

D = date


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {}),
        ({"late_1_minutes": 10, "late_2_minutes": 10, "late_3_minutes": 30}, {}),
        ({"late_1_minutes": 10, "late_2_minutes": 9}, {"late_2_minutes": "lateness"}),
        ({"late_1_minutes": 10, "late_3_minutes": 9}, {"late_3_minutes": "lateness"}),
        ({"absence_1_half_days": 1, "absence_2_half_days": 2}, {}),
        (
            {"absence_1_half_days": 2, "absence_2_half_days": 2},
            {"absence_2_half_days": "absence"},
        ),
        ({"lead_approves_fen": 2, "deputy_approves_fen": 1}, {"deputy_approves_fen": "approval"}),
        (
            {"lead_after_minutes": 5, "deputy_after_minutes": 4, "supervisor_after_minutes": 3},
            {"deputy_after_minutes": "ladder", "supervisor_after_minutes": "ladder"},
        ),
    ],
)
def test_steps_that_descend_are_named(values, wrong):
    assert policies.descending(values) == wrong


def test_the_official_plan_of_2026_has_its_make_up_days():
    plan = policies.national_year(2026)
    assert plan.complete
    assert [each.day for each in plan.days if each.works] == [
        D(2026, 1, 4), D(2026, 2, 14), D(2026, 2, 28), D(2026, 5, 9), D(2026, 9, 20),
        D(2026, 10, 10),
    ]  # fmt: skip
    free = {each.day: (each.name_zh, each.name_en) for each in plan.days if not each.works}
    assert free[D(2026, 10, 1)] == ("国庆节", "National Day")
    assert free[D(2026, 2, 17)] == ("春节", "Spring Festival")
    assert len(free) == 33


def test_a_year_without_official_plan_has_the_days_by_law():
    plan = policies.national_year(2027)
    assert not plan.complete
    assert not any(each.works for each in plan.days)
    assert D(2027, 10, 1) in {each.day for each in plan.days}
    assert {each.day.year for each in plan.days} == {2027}


@pytest.mark.parametrize("year", [-1, 0, 1, 1900, 2101, 9999, 10**9])
def test_a_year_that_nobody_knows_has_no_days(year):
    assert policies.national_year(year).days == ()
