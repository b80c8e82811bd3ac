"""Results read from the database: the same as from values, in a constant number of queries."""

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from portal.period import DaySpan, Month
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.attendance.policies.absences import step_reached
from staff.attendance.queries import listing
from staff.attendance.queries.board import Place, board
from staff.attendance.queries.records import days_of_people
from staff.models import Absence, Assignment, Person, ShiftType
from staff.people.access import scope_of
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.rulebook import queries as rulebook
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PersonFactory,
    PolicyFactory,
    PunchFactory,
    RedPacketPaymentFactory,
)
from tests.staff.attendance import example
from tests.staff.attendance.record import at

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 2)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def load_example(*, turned_around=False):
    """The files of the worked example as rows; a punch that comes twice is written once."""
    people = {}
    for row in example.rows("people"):
        if row["number"] not in people:
            people[row["number"]] = Person(
                number=row["number"],
                name=row["name"],
                hired_on=row["hired_on"],
                left_on=row["left_on"] or None,
            )
    Person.objects.bulk_create(people.values())
    records, kinds = example.records(), {row.code: row for row in ShiftType.objects.all()}
    codes = {key: row["shift"] for key, row in enumerate(example.rows("roster"))}
    Assignment.objects.bulk_create(
        [
            Assignment(
                person=people[number], shift_type=kinds[codes[shift.key]], day=shift.day,
                starts_at=shift.starts_at, ends_at=shift.ends_at,
            )
            for number, record in records.items()
            for shift in record.shifts
        ]
    )  # fmt: skip
    punches = [
        Punch(person=people[number], punched_at=row.at, kind=row.side or "", recorded_at=LATER)
        for number, record in records.items()
        for row in record.punches
    ]
    if turned_around:
        punches.reverse()
    Punch.objects.bulk_create(punches, ignore_conflicts=True)
    for number, record in records.items():
        MakeUp.objects.bulk_create(
            [
                MakeUp(
                    person=people[number], day=row.day, side=row.side, asked_at=row.asked_at,
                    state=row.state, certified_by=people["S001"],
                    decided_at=None if row.state == MakeUpState.OPEN else LATER,
                )
                for row in record.makeups
            ]
        )  # fmt: skip
        Absence.objects.bulk_create(
            [
                Absence(
                    person=people[number], day=row.day, half=row.half, kind=row.kind,
                    state=AbsenceState.APPROVED, recorded_at=LATER, changed_at=LATER,
                )
                for row in record.away
            ]
        )  # fmt: skip
    for number, rows in example.payments().items():
        RedPacketPayment.objects.bulk_create(
            [
                RedPacketPayment(
                    person=people[number], day=row.day, side=row.side, paid_at=row.paid_at,
                    recorded_at=LATER,
                )
                for row in rows
            ]
        )  # fmt: skip
    return people


def lines_of(one, month):
    """The lines of a month as `queries` give them: what a settlement would write."""
    found = []
    for packet in one.packets:
        state = "paid" if packet.is_paid else "owed"
        quantity = "1" if packet.rule == "ATT-13" else str(packet.minutes)
        if month.contains(packet.day):
            found.append((packet.rule, f"{packet.day}", packet.side.lower(), quantity, state))
        doubled_on = timezone.localdate(packet.doubles_at)
        if packet.doubled and month.contains(doubled_on):
            found.append(("ATT-11", f"{doubled_on}", packet.side.lower(), "1", state))
    rules = rulebook.versions().attendance_on(month.last_day)
    if step := step_reached(one.absence.half_days, rules.absence):
        days = f"{one.absence.half_days / 2:g}"
        found.append((step.rule, f"{one.absence.last_day}", "", days, "due"))
    return sorted(found)


KNOWN = {f"ATT-{n}" for n in (1, 2, 3, 6, 7, 8, 9, 11, 13)}


@pytest.mark.both
@pytest.mark.parametrize("turned_around", [False, True])
def test_the_example_read_from_the_database_gives_its_expected_lines(turned_around):
    people = load_example(turned_around=turned_around)
    numbers = {row.pk: number for number, row in people.items()}
    seen = 0
    for text in ("2026-08", "2026-09"):
        month = Month.parse(text)
        found = days_of_people(list(numbers), span=month.span, now=LATER)
        for number, lines in example.expected(text).items():
            wanted = sorted(
                (line["rule"], line["date"], line["side"], line["quantity"], line["state"])
                for line in lines
                if line["rule"] in KNOWN
            )
            one = found.get(people[number].pk)
            assert (lines_of(one, month) if one else []) == wanted, (text, number)
            seen += len(wanted)
    assert seen > 150


@pytest.fixture
def elsewhere():
    """The process runs in New York."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_the_zone_of_the_process_does_not_matter():
    people = load_example()
    month = Month.parse("2026-08")
    found = days_of_people([people["E002"].pk], span=month.span, now=LATER)[people["E002"].pk]
    assert time.timezone != 0
    assert len(lines_of(found, month)) > 5
    assert found.absence.last_day == date(2026, 8, 20)


@pytest.mark.parametrize("rows", [1, 3])
def test_results_cost_the_same_for_any_number_of_people(rows, django_assert_num_queries):
    people = PersonFactory.create_batch(rows)
    for someone in people:
        AssignmentFactory(person=someone)
        PunchFactory(person=someone)
        MakeUpFactory(person=someone, side=Side.OUT)
        AbsenceFactory(person=someone, day=DAY - timedelta(days=1))
        RedPacketPaymentFactory(person=someone)
    with django_assert_num_queries(6):
        found = days_of_people([row.pk for row in people], span=DaySpan(DAY, DAY), now=LATER)
    assert [len(one.results) for one in found.values()] == [1] * rows


def test_shifts_outside_of_employment_do_not_count():
    gone = PersonFactory(left_on=DAY)
    new = PersonFactory(hired_on=DAY + timedelta(days=1))
    for someone in (gone, new):
        for offset in range(3):
            AssignmentFactory(person=someone, day=DAY + timedelta(days=offset))
    span = DaySpan(DAY, DAY + timedelta(days=2))
    found = days_of_people([gone.pk, new.pk], span=span, now=LATER)
    assert [(result.day - DAY).days for result in found[gone.pk].results] == [0]
    assert [(result.day - DAY).days for result in found[new.pk].results] == [1, 2]


def test_the_version_of_the_policy_is_that_of_the_shifts_day():
    someone = PersonFactory()
    PolicyFactory(valid_from=DAY + timedelta(days=1), late_1_fen=7_00)
    for offset in range(2):
        AssignmentFactory(person=someone, day=DAY + timedelta(days=offset))
        for text in ("08:31", "17:30"):
            day = DAY + timedelta(days=offset)
            PunchFactory(person=someone, punched_at=at(f"{day} {text}"))
    found = days_of_people([someone.pk], span=DaySpan(DAY, DAY + timedelta(days=1)), now=LATER)
    assert [packet.fen for packet in found[someone.pk].packets] == [10_00, 7_00]


def test_leave_beyond_the_years_is_absence_once_its_day_has_begun():
    someone = PersonFactory()
    for n in range(32):
        AbsenceFactory(
            person=someone, day=date(2026, 10, 1) + timedelta(days=n), kind=AbsenceKind.PERSONAL
        )
    span = Month.parse("2026-11").span
    early = days_of_people([someone.pk], span=span, now=at("2026-10-31 23:00"))
    assert early[someone.pk].excess == ()
    begun = days_of_people([someone.pk], span=span, now=at("2026-11-01 00:00"))
    assert [(row.day, row.excess) for row in begun[someone.pk].excess] == [(date(2026, 11, 1), 2)]
    october = days_of_people([someone.pk], span=Month.parse("2026-10").span, now=LATER)
    assert october[someone.pk].absence.half_days == 2


def test_a_withdrawn_payment_and_a_withdrawn_absence_count_for_nothing():
    someone = PersonFactory()
    AssignmentFactory(person=someone)
    for text in ("08:41", "17:30"):
        PunchFactory(person=someone, punched_at=at(f"{DAY} {text}"))
    RedPacketPaymentFactory(person=someone, withdrawn_at=LATER)
    AbsenceFactory(person=someone, state=AbsenceState.WITHDRAWN)
    (packet,) = days_of_people([someone.pk], span=DaySpan(DAY, DAY), now=LATER)[someone.pk].packets
    assert (packet.is_paid, packet.owed) == (False, 40_00)


def test_a_doubling_shows_in_the_month_of_its_monday():
    someone = PersonFactory()
    AssignmentFactory(person=someone, day=date(2026, 10, 30))
    for text in ("08:41", "17:30"):
        PunchFactory(person=someone, punched_at=at(f"2026-10-30 {text}"))
    november = Month.parse("2026-11").span
    (packet,) = days_of_people([someone.pk], span=november, now=LATER)[someone.pk].packets
    assert (packet.day, packet.doubled) == (date(2026, 10, 30), 20_00)
    before = days_of_people([someone.pk], span=november, now=at("2026-11-02 09:59:59"))
    assert before[someone.pk].packets == ()


def scope(someone, today=DAY):
    return scope_of(someone.user, today=today)


def test_one_sees_own_shifts_those_below_and_those_one_leads():
    them = Department()
    for someone in (them.agent, them.mate, them.stranger):
        AssignmentFactory(person=someone, team=them.team)
    assert {row.person for row in listing.watched(scope(them.mate))} == {them.mate}
    Assignment.objects.filter(person=them.mate).update(is_lead=True)  # a stand-in (ORG-7)
    seen = {row.person for row in listing.watched(scope(them.mate))}
    assert seen == {them.agent, them.mate, them.stranger}
    other = AssignmentFactory(person=them.agent, team=them.team, day=DAY + timedelta(days=1))
    assert other not in listing.watched(scope(them.mate))
    assert {row.person for row in listing.watched(scope(them.lead))} == {them.agent, them.mate}
    assert not listing.watched(scope_of(them.outsider, today=DAY)).exists()
    assert listing.leads(scope(them.mate))
    assert not listing.leads(scope(them.agent))
    assert not listing.leads(scope_of(them.outsider, today=DAY))


@pytest.mark.parametrize(
    ("punches", "now", "place", "minutes"),
    [
        ([], "08:10", Place.COMING, 0),
        ([], "08:45", Place.MISSING, 15),
        (["08:25"], "08:26", Place.ON, 0),
        (["08:42"], "09:30", Place.ON, 12),
        (["08:25"], "17:05", Place.LEAVING, 0),
        (["08:25"], "17:42", Place.SERVING, 12),
        (["08:25", "17:40"], "17:42", Place.GONE, 0),
    ],
)
def test_the_board_says_where_somebody_is(punches, now, place, minutes):
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team)
    for text in punches:
        PunchFactory(person=them.agent, punched_at=at(f"{DAY} {text}"))
    (row,) = board(scope(them.lead), now=at(f"{DAY} {now}"))
    assert (row.place, row.minutes) == (place, minutes)
    assert board(scope(them.lead), now=at(f"{DAY} {now}"), team=them.other_team.pk) == []
    assert board(scope(them.other_lead), now=at(f"{DAY} {now}")) == []


def test_the_board_shows_who_is_on_leave_as_away():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team)
    AbsenceFactory(person=them.agent)
    (row,) = board(scope(them.lead), now=at(f"{DAY} 09:00"))
    assert row.place == Place.AWAY


def test_half_a_day_of_leave_moves_the_board_as_well():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team)
    AbsenceFactory(person=them.agent, half=Half.FIRST, kind=AbsenceKind.PERSONAL)
    (row,) = board(scope(them.lead), now=at(f"{DAY} 09:00"))
    assert row.place == Place.COMING


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_costs_the_same_for_any_number_of_people(rows, django_assert_num_queries):
    them = Department()
    for someone in [them.agent, them.mate, them.lead][:rows]:
        AssignmentFactory(person=someone, team=them.team)
    seen_by = scope(them.deputy)
    with django_assert_num_queries(6):
        assert len(board(seen_by, now=at(f"{DAY} 09:00"))) == rows
