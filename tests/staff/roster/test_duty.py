from datetime import UTC, datetime

import pytest

from staff.people.enums import Post
from staff.roster import queries
from tests.factories.staff import AbsenceFactory, AssignmentFactory, Department, TeamFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def department():
    return Department()


def lead(department):
    return queries.duty_at(NOON).lead_of(department.team.pk)


def chain(team_id):
    return [holder.person_id for holder in queries.duty_at(NOON).chain_of(team_id)]


def test_without_a_roster_a_team_is_led_by_its_lead(department):
    assert lead(department) == department.lead.pk
    AbsenceFactory(person=department.lead)
    assert lead(department) is None


def test_a_running_shift_is_led_by_whom_it_says(department):
    AssignmentFactory(person=department.agent, team=department.team)
    assert lead(department) is None
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    assert lead(department) == department.mate.pk
    AbsenceFactory(person=department.mate)
    assert lead(department) is None


def test_above_a_team_are_its_lead_and_whoever_is_above(department):
    above = [department.deputy.pk, department.supervisor.pk]
    assert chain(department.team.pk) == [department.lead.pk, *above]
    department.lead.postings.update(post=Post.PRESALE)
    assert chain(department.team.pk) == above


def test_above_no_team_or_an_empty_one_are_the_supervisors(department):
    assert chain(None) == [department.supervisor.pk]
    assert chain(TeamFactory().pk) == [department.supervisor.pk]
