from datetime import UTC, date, datetime

import pytest

from staff.roster.models import Assignment, ShiftType
from tests.factories.roster import DraftCellFactory, RequirementFactory
from tests.factories.staff import AssignmentFactory, Department, PersonFactory, TeamFactory
from tests.staff.people.test_resources import _in_english, bring, csv_of, give

__all__ = ["_in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def roster(*rows):
    return "\n".join(["date,shift,number,lead,team", *rows])


def quiet(done):
    counts, lines = done
    return counts, [line for line in lines if not line.startswith("warning")]


@pytest.fixture
def team():
    return TeamFactory(name="一组")


@pytest.fixture
def people(team):
    return [PersonFactory(number=f"E{n}", posting__team=team) for n in range(3)]


def test_shifts_get_their_moments_and_the_persons_team(tmp_path, people, team):  # noqa: ARG001 -- the fixture sets the stage
    text = roster("2026-10-08,白班,E0,是,", "2026-10-08,evening,E1,,", "2026/10/9,day,E1,no,一组")
    assert quiet(bring("roster", text, tmp_path)) == ((3, 0, 0, 0), [])
    rows = Assignment.objects.order_by("starts_at").values_list(
        "person__number", "team", "is_lead", "starts_at", "ends_at"
    )
    assert list(rows) == [
        ("E0", team.pk, True, datetime(2026, 10, 8, 0, 30, tzinfo=UTC), datetime(2026, 10, 8, 9, 30, tzinfo=UTC)),  # noqa: E501 -- a row of a table
        ("E1", team.pk, False, datetime(2026, 10, 8, 9, 0, tzinfo=UTC), datetime(2026, 10, 8, 17, 0, tzinfo=UTC)),  # noqa: E501 -- a row of a table
        ("E1", team.pk, False, datetime(2026, 10, 9, 0, 30, tzinfo=UTC), datetime(2026, 10, 9, 9, 30, tzinfo=UTC)),  # noqa: E501 -- a row of a table
    ]  # fmt: skip
    assert quiet(bring("roster", text, tmp_path)) == ((0, 0, 3, 0), [])
    again = csv_of("roster", give("roster"))
    assert quiet(bring("roster", again, tmp_path)) == ((0, 0, 3, 0), [])


def test_warnings_name_missing_leads_and_short_rests(tmp_path, people):  # noqa: ARG001 -- the fixture sets the stage
    text = roster("2026-10-08,evening,E1,yes,", "2026-10-09,day,E1,no,")
    assert bring("roster", text, tmp_path) == (
        (2, 0, 0, 0),
        [
            "warning row 3: lead: this shift has no lead (ORG-7)",
            "warning row 3: shift: begins less than 11 hours after the shift before (SHIFT-6)",
        ],
    )


def test_missing_coverage_and_drafts_in_the_way_are_warnings(tmp_path, people, team):
    kinds = {code: ShiftType.objects.get(code=code) for code in ("day", "evening")}
    RequirementFactory(team=team, shift_type=kinds["day"], minimum=3, wanted=3)
    RequirementFactory(team=team, shift_type=kinds["evening"], minimum=1, wanted=1)
    AssignmentFactory(person=people[2], team=team, day=date(2026, 10, 8))
    DraftCellFactory(person=people[0], team=team, day=date(2026, 10, 8))
    text = roster("2026-10-08,day,E0,yes,", "2026-10-08,day,E1,no,", "2026-10-09,evening,E1,yes,")
    looked_at = "a draft of this day was made upon something else and has to be looked at"
    assert bring("roster", text, tmp_path) == (
        (3, 0, 0, 0),
        [
            "warning row 2: shift: 一组 has 0 of at least 1 people on this shift",
            "warning row 4: shift: 一组 has 0 of at least 3 people on this shift",
            f"warning row 2: date: {looked_at}",
        ],
    )


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("2026-10-08,day,E9,,", 'row 2: number: there is no person "E9"'),
        ("2026-10-08,night,E0,,", 'row 2: shift: there is no shift "night"'),
        ("2026-10-08,day,E0,,九组", 'row 2: team: there is no team "九组"'),
        ("2023-10-08,day,E0,,", 'row 2: number: "E0" is not employed on that day'),
        ("2026-10-08,day,E0,maybe,", 'row 2: lead: "maybe" is neither yes nor no'),
        ("2026-10-08,evening,E0,,", "row 2: shift: overlaps a shift that is in the roster already (SHIFT-6)"),  # noqa: E501 -- a row of a table
        ("2026-10-08,day,E0,yes,", "row 2: lead: this shift has a lead already (ORG-7)"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_reason(tmp_path, people, team, row, line):
    AssignmentFactory(person=people[0], team=team, day=date(2026, 10, 8))
    AssignmentFactory(person=people[1], team=team, day=date(2026, 10, 8), is_lead=True)
    assert quiet(bring("roster", roster(row), tmp_path)) == ((0, 0, 0, 1), [line])


def test_overlaps_and_second_leads_within_the_file_are_refused(tmp_path, people):  # noqa: ARG001 -- the fixture sets the stage
    text = roster(
        "2026-10-08,day,E0,yes,",
        "2026-10-08,evening,E0,,",
        "2026-10-08,day,E1,yes,",
        "2026-10-09,day,E1,,",
    )
    assert quiet(bring("roster", text, tmp_path, partial=True)) == (
        (2, 0, 0, 2),
        [
            "row 3: shift: overlaps the shift of row 2 (SHIFT-6)",
            "row 4: lead: this shift has a lead already (ORG-7)",
        ],
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_lead_passes_on_in_any_order_of_the_rows(tmp_path, people, team, order):
    AssignmentFactory(person=people[0], team=team, day=date(2026, 10, 8), is_lead=True)
    AssignmentFactory(person=people[1], team=team, day=date(2026, 10, 8))
    rows = ["2026-10-08,day,E0,no,", "2026-10-08,day,E1,yes,"]
    counts, lines = quiet(bring("roster", roster(*(rows[n] for n in order)), tmp_path))
    assert (counts[3], lines) == (0, [])
    assert Assignment.objects.get(is_lead=True).person == people[1]


def test_a_deputy_publishes_only_for_the_people_below(tmp_path):
    them = Department()
    user = them.deputy.user
    for person, fine in ((them.agent, 1), (them.deputy, 1), (them.supervisor, 0)):
        row = f"2026-10-08,day,{person.number},,"
        assert bring("roster", roster(row), tmp_path, user)[0] == (fine, 0, 0, 1 - fine)


def test_export_shows_what_one_may_see():
    them = Department()
    for person, team in ((them.agent, them.team), (them.stranger, them.other_team)):
        AssignmentFactory(person=person, team=team)
    seen = {
        who: {row[2] for row in give("roster", getattr(them, who).user)}
        for who in ("deputy", "mate", "other_lead")
    }
    agent, stranger = them.agent.number, them.stranger.number
    assert seen == {"deputy": {agent, stranger}, "mate": {agent}, "other_lead": {stranger}}
    assert give("roster", month=date(2026, 12, 1)) == []
