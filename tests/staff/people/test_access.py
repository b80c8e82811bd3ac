import pytest

from staff.people import access
from staff.people.access import scope_of
from staff.people.models import Absence, Person, Team
from tests.factories.staff import LONG_AGO, AbsenceFactory, Department

pytestmark = pytest.mark.django_db
WHO = ["supervisor", "deputy", "lead", "agent", "outsider"]
WHOM = ["supervisor", "deputy", "lead", "agent", "mate", "stranger"]

SALARY = {
    "supervisor": {"supervisor", "deputy", "lead", "agent", "mate", "stranger"},
    "deputy": {"deputy", "lead", "agent", "mate", "stranger"},
    "lead": {"lead"},
    "agent": {"agent"},
    "outsider": set(),
}
CONTACT = SALARY | {"lead": {"lead", "agent", "mate"}, "outsider": set(WHOM)}
MANAGE = {
    "supervisor": {"deputy", "lead", "agent", "mate", "stranger"},
    "deputy": {"lead", "agent", "mate", "stranger"},
    "lead": set(),
    "agent": set(),
    "outsider": set(WHOM),
}
SET_SALARY = {who: MANAGE[who] - ({*WHOM} if who == "outsider" else set()) for who in WHO}


def scope(them, who):
    one = getattr(them, who)
    return scope_of(one if who == "outsider" else one.user, today=LONG_AGO.replace(year=2026))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("rule", "table"),
    [
        (access.may_see_salary, SALARY),
        (access.may_see_contact, CONTACT),
        (access.may_manage_person, MANAGE),
        (access.may_set_salary, SET_SALARY),
    ],
)
def test_who_may(rule, table, who):
    them = Department()
    mine = scope(them, who)
    assert {whom for whom in WHOM if rule(mine, getattr(them, whom).pk)} == table[who]


@pytest.mark.parametrize("who", WHO)
def test_whoever_may_act_also_sees(who):
    them = Department()
    mine = scope(them, who)
    visible = set(Person.objects.visible_to(mine).values_list("pk", flat=True))
    managed = set(Person.objects.manageable_by(mine).values_list("pk", flat=True))
    acts = {p.pk for p in Person.objects.all() if access.may_manage_person(mine, p.pk)}
    assert acts <= visible
    assert not access.may_manage(mine) or acts == managed


def test_absences_are_seen_by_oneself_and_from_above():
    them = Department()
    absence = AbsenceFactory(person=them.agent)
    seen = {who for who in WHO if absence in Absence.objects.visible_to(scope(them, who))}
    assert seen == {"agent", "lead", "deputy", "supervisor"}


def test_teams_are_seen_from_within_and_above():
    them = Department()
    seen = {who for who in WHO if them.other_team in Team.objects.visible_to(scope(them, who))}
    assert seen == {"supervisor", "deputy", "outsider"}
