from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from portal.models import AuditEntry
from staff.people.services import NotEmployed
from staff.roster import services
from staff.roster.models import Assignment, ShiftType
from staff.roster.services import Turn
from tests.factories.staff import AssignmentFactory, Department, ShiftTypeFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)


def turn(person, code="day", **more):
    kind = ShiftType.objects.get(code=code)
    return Turn(person_id=person.pk, shift_type_id=kind.pk, day=DAY, **more)


def test_assign_takes_the_team_of_the_day_and_is_audited():
    them = Department()
    row = services.assign(actor=them.deputy.user, turn=turn(them.agent), now=NOW)
    assert (row.team, row.starts_at) == (them.team, datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    assert AuditEntry.objects.get().verb == "roster.assigned"
    services.unassign(actor=them.deputy.user, assignment_id=row.pk, now=NOW)
    assert not Assignment.objects.exists()


def test_overlap_is_refused_and_a_change_of_the_shift_itself_is_none():
    them = Department()
    row = services.assign(actor=None, turn=turn(them.agent), now=NOW)
    with pytest.raises(services.Overlap):
        services.assign(actor=None, turn=turn(them.agent, "evening"), now=NOW)
    services.assign(actor=None, turn=turn(them.agent, "evening"), replaces=row.pk, now=NOW)
    assert Assignment.objects.get().shift_type.code == "evening"


def test_a_shift_has_one_lead():
    them = Department()
    services.assign(actor=None, turn=turn(them.agent, is_lead=True), now=NOW)
    with pytest.raises(services.HasLead):
        services.assign(actor=None, turn=turn(them.mate, is_lead=True), now=NOW)
    services.assign(actor=None, turn=turn(them.stranger, is_lead=True), now=NOW)


def test_nobody_works_before_joining():
    them = Department()
    early = Turn(
        person_id=them.agent.pk,
        shift_type_id=ShiftType.objects.get(code="day").pk,
        day=date(2023, 1, 1),
    )
    with pytest.raises(NotEmployed):
        services.assign(actor=None, turn=early, now=NOW)


@pytest.mark.both
@pytest.mark.parametrize(
    "make",
    [
        lambda row: AssignmentFactory(person=row.person, day=row.day),
        lambda row: AssignmentFactory(team=row.team, day=row.day, is_lead=True),
        lambda row: AssignmentFactory(ends_at=row.starts_at, starts_at=row.ends_at),
        lambda _row: ShiftTypeFactory(code="day"),
    ],
)
def test_the_database_refuses(make):
    them = Department()
    row = AssignmentFactory(person=them.agent, team=them.team, is_lead=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(row)
