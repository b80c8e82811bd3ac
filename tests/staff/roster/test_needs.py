from datetime import date

import pytest

from staff.people.enums import Half
from staff.roster import queries
from staff.roster.policies import Need, Needs
from tests.factories.roster import PersonSkillFactory, RequirementFactory
from tests.factories.staff import AbsenceFactory, AssignmentFactory, Department

MONDAY = date(2026, 11, 2)
TUESDAY = date(2026, 11, 3)


def need(minimum, first, last=None, **more):
    return Need(
        team_id=1, shift=1, first=first, last=last, minimum=minimum, wanted=minimum + 1, **more
    )


@pytest.mark.parametrize(
    ("rows", "minimums"),
    [
        ([], []),
        ([need(2, date(2026, 1, 1))], [2]),
        ([need(2, date(2026, 1, 1)), need(3, date(2026, 6, 1))], [3]),
        ([need(9, MONDAY, MONDAY), need(2, date(2026, 1, 1))], [9]),
        ([need(9, TUESDAY, TUESDAY), need(2, date(2026, 1, 1))], [2]),
        ([need(2, date(2026, 1, 1), weekdays=frozenset({6, 7}))], []),
        ([need(2, date(2026, 1, 1)), need(1, date(2026, 1, 1), skill_id=5)], [2, 1]),
        ([need(2, date(2026, 1, 1), store_id=8)], [2]),
        ([need(2, date(2026, 1, 1), store_id=9)], []),
    ],
)
def test_the_requirement_with_the_shortest_span_holds(rows, minimums):
    needs = Needs(rows, {(1, 8): [(MONDAY, MONDAY)], (1, 9): [(TUESDAY, None)]})
    assert [found.minimum for found in needs.on(1, MONDAY, 1)] == minimums


@pytest.mark.django_db
def test_gaps_name_the_shifts_that_lack_people_without_somebody():
    them = Department()
    for person in (them.agent, them.mate, them.lead):
        AssignmentFactory(person=person, team=them.team, day=MONDAY)
    AssignmentFactory(person=them.agent, team=them.team, day=TUESDAY)
    AssignmentFactory(person=them.stranger, team=them.other_team, day=MONDAY)
    RequirementFactory(team=them.team, minimum=1, wanted=2)
    days = [MONDAY, TUESDAY]
    assert [(gap.day, gap.planned) for gap in queries.gaps_without(them.agent.pk, days)] == [
        (TUESDAY, 0)
    ]
    AbsenceFactory(person=them.mate, day=MONDAY)
    AbsenceFactory(person=them.lead, day=MONDAY, half=Half.FIRST)
    gaps = queries.gaps_without(them.agent.pk, days)
    assert [(gap.day, gap.planned, gap.minimum, gap.wanted, gap.is_below_minimum) for gap in gaps] \
        == [(MONDAY, 1, 1, 2, False), (TUESDAY, 0, 1, 2, True)]  # fmt: skip
    assert (gaps[0].shift_code, gaps[0].shift_name_zh, gaps[0].team_id) == (
        "day", "白班", them.team.pk,
    )  # fmt: skip
    assert queries.gaps_without(them.stranger.pk, days) == []


@pytest.mark.django_db
def test_a_skill_is_missed_only_by_whoever_has_it():
    them = Department()
    for person in (them.agent, them.mate):
        AssignmentFactory(person=person, team=them.team, day=MONDAY)
    able = PersonSkillFactory(person=them.agent)
    RequirementFactory(team=them.team, skill=able.skill, minimum=1, wanted=1)
    assert [gap.planned for gap in queries.gaps_without(them.agent.pk, [MONDAY])] == [0]
    assert queries.gaps_without(them.mate.pk, [MONDAY]) == []
