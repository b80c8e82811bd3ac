"""A team on the day shift of 2 November 2026: what the tests of this room begin with."""

import uuid
from datetime import UTC, datetime

from staff.daily.enums import Figure
from staff.daily.queries import places
from staff.daily.services import reports
from staff.daily.services.reports import Content
from staff.rulebook import queries as rulebook
from tests.factories.daily import DAY, day_shift
from tests.factories.staff import AssignmentFactory, Department

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
END = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def on_shift(them, *, day=DAY, code=None):
    """Agent and mate on the day shift, with the lead who leads it."""
    kind = {} if code is None else {"shift_type": code}
    for person in (them.agent, them.mate):
        AssignmentFactory(person=person, team=them.team, day=day, **kind)
    return AssignmentFactory(person=them.lead, team=them.team, day=day, is_lead=True, **kind)


def department():
    them = Department()
    them.shift = on_shift(them)
    return them


def place(person, day=DAY):
    return places.place_of(person.pk, day=day, desk=rulebook.timetable())


def file(person, *, now=END, day=DAY, version=0, key=None, **content):
    """File a report, by default just in time and with two figures."""
    said = {"figures": {Figure.INQUIRIES: 40, Figure.REFUNDS: 2}} | content
    return reports.file_report(
        actor=person, place=place(person, day), content=Content(**said),
        form_key=key or uuid.uuid4(), version=version, now=now,
    )  # fmt: skip


def url_of_shift(them, day=DAY):
    return [them.team.pk, day, day_shift().code]
