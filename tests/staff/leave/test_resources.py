import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal.models import AuditEntry
from portal.transfer import output, registry
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.people.enums import AbsenceKind, AbsenceState, Half, Post
from staff.people.models import Absence
from tests.factories.leave import LeaveRequestFactory
from tests.factories.staff import AbsenceFactory, Department, PersonFactory
from tests.staff.people.test_resources import _in_english, bring, context, csv_of

__all__ = ["_in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]

HERE = Path(__file__).parent / "settlement"
HEAD = "number,kind,first_day,last_day,half,asked_at,decision,decided_by,reason,call_taken_by"


def leave(*rows):
    return "\n".join([HEAD, *rows])


def rest(day, asked, decision="approved", who="E0"):
    by = "S0" if decision else ""
    return f"{who},rest,{day},{day},,{asked} 09:00,{decision},{by},,"


def personal(first, last, asked, decision="approved", half=""):
    by = "S0" if decision else ""
    return f"E0,personal,{first},{last},{half},{asked} 09:00,{decision},{by},,"


@pytest.fixture
def boss():
    return PersonFactory(number="S0", posting__post=Post.SUPERVISOR)


@pytest.fixture
def person(boss):
    return PersonFactory(number="E0", posting__chief=boss)


def exported(user=None):
    kind = registry.get("leave")
    given = context(user)
    rows = output.plain_rows(kind.columns, kind.export(given), given.zone)
    return csv_of("leave", [[output.written(cell) for cell in row] for row in rows])


def absences(**more):
    rows = Absence.objects.filter(state=AbsenceState.APPROVED, **more)
    return list(rows.order_by("day", "half").values_list("day", "half", "kind"))


@pytest.mark.parametrize("order", ["as it stands", "reversed", "shuffled"])
def test_the_worked_example_is_taken_whole_and_twice(tmp_path, order):
    people = (HERE / "people.csv").read_text(encoding="utf-8")
    head, *rows = (HERE / "leave.csv").read_text(encoding="utf-8").splitlines()
    if order == "reversed":
        rows.reverse()
    elif order == "shuffled":
        random.Random(7).shuffle(rows)  # noqa: S311 -- an order, not a secret
    text = "\n".join([head, *rows])
    assert bring("people", people, tmp_path)[0][3] == 0
    counts, lines = bring("leave", text, tmp_path)
    assert counts == (48, 0, 0, 0)
    warned = [line for line in lines if not line.startswith("warning")]
    assert warned == []
    assert [line.split(": ", 2)[2] for line in lines] == [
        "past the leave of a calendar year, and counted as absence, in days: 2 (LEAVE-6)"
    ] * 2
    assert bring("leave", text, tmp_path)[0] == (0, 0, 48, 0)
    long_one = absences(person__number="E009", kind=AbsenceKind.PERSONAL)
    assert (len(long_one), long_one[0][0], long_one[-1][0]) == (
        32, date(2026, 8, 8), date(2026, 9, 8),
    )  # fmt: skip
    assert absences(person__number="E008") == [(date(2026, 8, 17), "WHOLE", "REST")]
    again = exported()
    assert bring("leave", again, tmp_path)[0] == (0, 0, 48, 0)


def test_rows_become_requests_with_their_absences(tmp_path, person, boss):
    text = leave(
        rest("2026-11-10", "2026-11-08"),
        "E0,请假,2026/11/12,2026-11-12,上半,2026-11-11 23:59:59,同意,S0,看牙,",
        "E0,emergency,2026-11-16,2026-11-17,,2026-11-16 19:00,approved,S0,急诊,S0",
        personal("2026-11-20", "2026-11-20", "2026-11-01", decision="refused"),
        personal("2026-11-24", "2026-11-24", "2026-11-01", decision=""),
    )
    assert bring("leave", text, tmp_path) == ((5, 0, 0, 0), [])
    assert absences() == [
        (date(2026, 11, 10), "WHOLE", "REST"),
        (date(2026, 11, 12), "FIRST", "PERSONAL"),
        (date(2026, 11, 16), "WHOLE", "EMERGENCY"),
        (date(2026, 11, 17), "WHOLE", "EMERGENCY"),
    ]
    half = LeaveRequest.objects.get(half=Half.FIRST)
    assert (half.kind, half.reason, half.decided_by) == (LeaveKind.PERSONAL, "看牙", boss)
    assert half.asked_at == datetime(2026, 11, 11, 15, 59, 59, tzinfo=UTC)
    assert set(Absence.objects.filter(kind=AbsenceKind.PERSONAL).values_list("source")) == {
        (half.source,)
    }
    assert sorted(LeaveRequest.objects.values_list("state", flat=True)) == [
        "APPROVED", "APPROVED", "APPROVED", "REFUSED", "REQUESTED",
    ]  # fmt: skip
    entry = AuditEntry.objects.get(verb="leave.imported")
    assert entry.after == {"added": 5, "changed": 0}
    assert person.absences.count() == 4


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (rest("2026-11-10", "2026-11-09"), "asked_at: asked for less than 2 days ahead (LEAVE-1)"),
        (
            personal("2026-11-10", "2026-11-10", "2026-11-10"),
            "asked_at: asked for less than 1 day ahead (LEAVE-3)",
        ),
        (
            "E0,emergency,2026-11-10,2026-11-10,,2026-11-10 09:00,approved,S0,,",
            "call_taken_by: an emergency says who took the call (LEAVE-3)",
        ),
        (
            "E0,emergency,2026-11-10,2026-11-10,,2026-11-10 09:00,approved,S0,,E0",
            "call_taken_by: the call was taken by somebody else than the one who is away (LEAVE-3)",
        ),
        (
            "E0,personal,2026-11-12,2026-11-10,,2026-11-01 09:00,approved,S0,,",
            "last_day: the last day lies before the first",
        ),
        (
            personal("2026-11-10", "2026-11-11", "2026-11-01", half="first"),
            "half: half a day is one date",
        ),
        (
            "E0,personal,2026-11-10,2026-11-10,,2026-11-01 09:00,approved,,,",
            "decided_by: a decision names who made it (LEAVE-7)",
        ),
        (
            "E0,personal,2026-11-10,2026-11-10,,2026-11-01 09:00,approved,E0,,",
            "decided_by: nobody decides their own request (LEAVE-7)",
        ),
        (
            "E0,personal,2026-11-10,2026-11-10,,2026-11-01 09:00,approved,E1,,",
            (
                'decided_by: "E1" is neither deputy nor supervisor on the day of asking '
                "(LEAVE-1, LEAVE-3)"
            ),
        ),
        (
            "NOBODY,rest,2026-11-10,2026-11-10,,2026-11-01 09:00,approved,S0,,",
            'number: there is no person "NOBODY"',
        ),
        (
            personal("2027-01-31", "2027-02-01", "2026-12-01"),
            "first_day: not all of these days are days employed (LEAVE-8)",
        ),
        (
            "E0,rest,2026-11-10,2026-11-10,,2026-11-01 09:00,withdrawn,S0,,",
            'decision: "withdrawn" is none of approved, refused',
        ),
        (
            personal("2026-01-01", "2027-01-02", "2025-12-01"),
            "last_day: a request covers at most 366 days",
        ),
    ],
)
def test_a_row_is_rejected_with_the_name_of_the_rule(tmp_path, person, row, line):
    PersonFactory(number="E1", posting__post=Post.LEAD)
    person.left_on = date(2027, 1, 31)
    person.save()
    assert bring("leave", leave(row), tmp_path) == ((0, 0, 0, 1), [f"row 2: {line}"])
    assert person.leave_requests.count() == 0


@pytest.mark.parametrize("reverse", [False, True])
def test_the_third_rest_day_is_rejected_whatever_the_order_of_rows(tmp_path, person, reverse):  # noqa: ARG001 -- the fixture sets the stage
    rows = [
        rest(f"2026-11-{day}", f"2026-11-0{asked}") for day, asked in ((20, 1), (21, 2), (22, 3))
    ]
    rows = rows[::-1] if reverse else rows
    counts, lines = bring("leave", leave(*rows), tmp_path)
    assert counts == (2, 0, 0, 1)
    where = 2 if reverse else 4
    assert lines == [f"row {where}: first_day: no rest day is left in 2026-11 (LEAVE-1)"]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_second_of_rest_day_and_leave_on_one_date_is_rejected(tmp_path, person, reverse):  # noqa: ARG001 -- the fixture sets the stage
    rows = [personal("2026-11-19", "2026-11-21", "2026-11-02"), rest("2026-11-20", "2026-11-03")]
    rows = rows[::-1] if reverse else rows
    counts, lines = bring("leave", leave(*rows), tmp_path)
    assert counts == (1, 0, 0, 1)
    where = 2 if reverse else 3
    assert lines == [
        f"row {where}: first_day: 2026-11-20 is a rest day and leave at once (LEAVE-1)"
    ]


def test_no_rest_day_after_a_month_with_four_days_of_leave(tmp_path, person):  # noqa: ARG001 -- the fixture sets the stage
    month = personal("2026-10-05", "2026-10-08", "2026-10-01")
    late = leave(month, rest("2026-11-20", "2026-11-01"))
    assert bring("leave", late, tmp_path) == (
        (1, 0, 0, 1),
        [
            (
                "row 3: first_day: no rest days in 2026-11 after too much leave the month before"
                " (LEAVE-5)"
            )
        ],
    )
    # Asked for before the leave was, it was in order then.
    early = leave(rest("2026-11-20", "2026-09-30"), month)
    assert bring("leave", early, tmp_path)[0] == (2, 0, 0, 0)


def test_rest_days_of_who_joins_within_the_month_are_in_proportion(tmp_path, boss):  # noqa: ARG001 -- the fixture sets the stage
    in_proportion = (
        "first_day: no rest day is left in 2026-11 in proportion to the days employed (LEAVE-8)"
    )
    PersonFactory(number="E0", hired_on=date(2026, 11, 15), posting__valid_from=date(2026, 11, 15))
    text = leave(rest("2026-11-20", "2026-11-15"), rest("2026-11-21", "2026-11-15"))
    assert bring("leave", text, tmp_path) == (
        (1, 0, 0, 1),
        [f"row 3: {in_proportion}"],
    )


def test_an_open_request_is_decided_by_the_file_and_a_decision_stays(tmp_path, person, boss):
    open_row = personal("2026-11-20", "2026-11-20", "2026-11-01", decision="")
    assert bring("leave", leave(open_row), tmp_path)[0] == (1, 0, 0, 0)
    decided = personal("2026-11-20", "2026-11-20", "2026-11-01")
    assert bring("leave", leave(decided), tmp_path)[0] == (0, 1, 0, 0)
    assert absences() == [(date(2026, 11, 20), "WHOLE", "PERSONAL")]
    assert bring("leave", leave(open_row), tmp_path)[0] == (0, 0, 1, 0)
    refused = personal("2026-11-20", "2026-11-20", "2026-11-01", decision="refused")
    assert bring("leave", leave(refused), tmp_path) == (
        (0, 0, 0, 1),
        ["row 2: decision: this request is decided already, and a decision stays (LEAVE-7)"],
    )
    only = person.leave_requests.get()
    assert (only.state, only.decided_by) == (LeaveState.APPROVED, boss)


def test_a_longer_leave_changes_the_absences_that_differ(tmp_path, person):  # noqa: ARG001 -- the fixture sets the stage
    bring("leave", leave(personal("2026-11-20", "2026-11-22", "2026-11-01")), tmp_path)
    kept = Absence.objects.get(day=date(2026, 11, 20)).pk
    shorter = leave(personal("2026-11-20", "2026-11-21", "2026-11-01"))
    assert bring("leave", shorter, tmp_path)[0] == (0, 1, 0, 0)
    assert [day for day, _half, _kind in absences()] == [date(2026, 11, 20), date(2026, 11, 21)]
    assert Absence.objects.get(day=date(2026, 11, 20)).pk == kept
    assert Absence.objects.get(day=date(2026, 11, 22)).state == AbsenceState.WITHDRAWN


def test_what_was_withdrawn_does_not_come_back(tmp_path, person):
    text = leave(rest("2026-11-20", "2026-11-01"))
    bring("leave", text, tmp_path)
    stored = person.leave_requests.get()
    LeaveRequest.objects.filter(pk=stored.pk).update(
        state=LeaveState.WITHDRAWN, withdrawn_at=stored.asked_at
    )
    Absence.objects.update(state=AbsenceState.WITHDRAWN)
    assert bring("leave", text, tmp_path)[0] == (0, 0, 1, 0)
    assert absences() == []
    assert exported().strip().count("\n") == 0


def test_a_sick_day_gives_way_and_half_of_it_stays(tmp_path, person):
    for day in (16, 17):
        AbsenceFactory(
            person=person, day=date(2026, 11, day), kind=AbsenceKind.SICK, source="roster:sick"
        )
    text = leave(
        "E0,emergency,2026-11-16,2026-11-16,,2026-11-16 19:00,approved,S0,,S0",
        "E0,emergency,2026-11-17,2026-11-17,second,2026-11-17 19:00,approved,S0,,S0",
    )
    assert bring("leave", text, tmp_path)[0] == (2, 0, 0, 0)
    assert absences() == [
        (date(2026, 11, 16), "WHOLE", "EMERGENCY"),
        (date(2026, 11, 17), "FIRST", "SICK"),
        (date(2026, 11, 17), "SECOND", "EMERGENCY"),
    ]


def test_the_portal_takes_rows_of_those_whose_requests_one_decides(tmp_path):
    department = Department()
    head = "number,kind,first_day,last_day,asked_at,decision,decided_by"
    row = "{},rest,2026-11-20,2026-11-20,2026-11-01 09:00,approved,{}"
    text = "\n".join(
        [
            head,
            row.format(department.agent.number, department.supervisor.number),
            row.format(department.deputy.number, department.supervisor.number),
            row.format(department.supervisor.number, department.deputy.number),
        ]
    )
    counts, lines = bring("leave", text, tmp_path, user=department.deputy.user, partial=True)
    assert counts == (2, 0, 0, 1)  # the supervisor has no other supervisor: the deputy decides
    assert lines == [
        f'row 3: number: "{department.deputy.number}" is not among the people below you'
    ]


def test_an_export_holds_what_one_may_see():
    department = Department()
    for someone in (department.agent, department.mate, department.stranger):
        LeaveRequestFactory(person=someone, reason=f"reason of {someone.number}")
    for who, seen in (
        (department.agent, {department.agent}),
        (department.lead, {department.agent, department.mate}),
        (department.deputy, {department.agent, department.mate, department.stranger}),
    ):
        text = exported(user=who.user)
        for someone in (department.agent, department.mate, department.stranger):
            assert (someone.number in text) == (someone in seen), (who, someone)
            assert (f"reason of {someone.number}" in text) == (someone in seen)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_batch_costs_the_same_for_any_number_of_rows(
    tmp_path, person, rows, django_assert_max_num_queries
):
    assert person
    text = leave(
        *(
            personal(
                f"2026-{1 + n // 28:02}-{1 + n % 28:02}",
                f"2026-{1 + n // 28:02}-{1 + n % 28:02}",
                "2025-12-01",
            )
            for n in range(rows)
        )
    )
    with django_assert_max_num_queries(48):
        assert bring("leave", text, tmp_path)[0] == (rows, 0, 0, 0)
