"""The list of days, the board, published weeks, tiles."""

from datetime import date

import pytest
from django.urls import reverse

from portal.models import AuditEntry
from staff.people.enums import Post
from tests.factories.staff import (
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
    TeamFactory,
    WeekPublicationFactory,
)
from tests.staff.attendance.record import at
from tests.staff.attendance.views.steps import DAY, HOSTILE
from tests.staff.browser import as_, page, raw

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("result", ["", "absent"])
def test_the_list_costs_the_same_for_any_number_of_rows(
    client, rows, result, django_assert_num_queries
):
    me = PersonFactory(posting__post=Post.SUPERVISOR)
    for someone in PersonFactory.create_batch(rows, posting__chief=me, posting__team=TeamFactory()):
        AssignmentFactory(person=someone)
        PunchFactory(person=someone)
    client.force_login(me.user)
    page(client, "attendance_list", result=result)
    with django_assert_num_queries(14 if result else 15):
        shown = page(client, "attendance_list", result=result)
    assert shown.count('<td data-label="') == rows * 7


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, ["11-03", "11-02"]),
        ({"sort": "oldest"}, ["11-02", "11-03"]),
        ({"result": "late"}, ["11-02"]),
        ({"result": "missing"}, ["11-03"]),
        ({"result": "fine"}, []),
        ({"first": "2026-11-03", "last": "2026-11-01"}, ["11-03", "11-02"]),
        ({"first": "2026-11-03"}, ["11-03"]),
        ({"last": "2026-11-02"}, ["11-02"]),
        ({"q": "nobody at all"}, []),
        ({"team": "x", "first": "'", "last": "9999-99-99", "sort": "?"}, ["11-03", "11-02"]),
    ],
)
def test_the_list_is_narrowed_by_the_address(client, them, query, days):
    shown = page(as_(client, them.lead), "attendance_list", **query)
    parts = shown.split(f"/staff/attendance/people/{them.agent.number}/2026-")[1:]
    assert [part[:5] for part in parts] == days


@pytest.mark.parametrize("name", ["q", "team", "result", "first", "last", "sort", "page", "month"])
@pytest.mark.parametrize("text", HOSTILE)
def test_addresses_bear_anything(client, them, name, text):
    as_(client, them.deputy)
    expected = 400 if "\x00" in text else 200
    for view in ("attendance_list", "attendance", "red_packets", "board"):
        page(client, view, status=expected, **{name: text})
    address = reverse("staff:attendance_export")
    response = client.get(address, QUERY_STRING=raw({name: text}))
    assert response.status_code == expected
    if response.streaming:
        list(response.streaming_content)  # which closes its file


def test_the_list_is_paged(client, them):
    for n in range(52):
        AssignmentFactory(person=PersonFactory(posting__chief=them.lead), day=DAY)
        del n
    shown = page(as_(client, them.lead), "attendance_list")
    assert 'rel="next"' in shown
    assert shown.count("<tr>") == 51
    assert page(client, "attendance_list", page="2").count("<tr>") == 5
    shown = page(client, "attendance_list", result="absent", page="2")
    assert shown.count("<tr>") == 4


def test_the_list_as_a_file(client, them):
    as_(client, them.lead)
    query = {"result": "late", "first": "2026-11-01", "last": "2026-11-30"}
    response = client.get(reverse("staff:attendance_export"), query)
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    assert content.count("\n") == 2
    assert f"{them.agent.number},2026-11-02,day" in content
    assert AuditEntry.objects.get(verb="export.done").after["rows"] == 1


def test_the_fragment_of_the_list_and_of_the_board(client, them):
    as_(client, them.lead)
    for view in ("attendance_list", "board"):
        response = client.get(reverse(f"staff:{view}"), headers={"HX-Request": "true"})
        assert b"<html" not in response.content


def test_the_board_shows_who_runs(client, them):
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 5))
    AssignmentFactory(person=them.mate, team=them.team, day=date(2026, 11, 5), is_lead=True)
    PunchFactory(person=them.mate, punched_at=at("2026-11-05 08:33"))
    shown = page(as_(client, them.lead), "board")
    assert "missing for 210 min" in shown
    assert "on, 3 min late" in shown
    assert them.agent.number in page(as_(client, them.mate), "board")  # leads that shift
    assert "No shift runs now." in page(as_(client, them.other_lead), "board")
    page(as_(client, them.agent), "board", status=403)


def test_a_published_week_is_public_in_the_team_only(client, them):
    week = WeekPublicationFactory(team=them.team, first_day=DAY)
    shown = page(as_(client, them.mate), "week", week.team_id, "2026-11-02")
    assert "11 min late" in shown
    assert "2026-11-02" in page(client, "weeks")
    page(client, "week", week.team_id, "2026-10-26", status=404)
    page(client, "week", week.team_id, "x", status=404)
    page(as_(client, them.stranger), "week", week.team_id, "2026-11-02", status=404)
    assert "No week is published yet." in page(client, "weeks")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_published_week_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    them = Department()
    WeekPublicationFactory(team=them.team, first_day=DAY)
    for someone in [them.agent, them.mate, them.lead][:rows]:
        AssignmentFactory(person=someone, team=them.team)
    as_(client, them.mate)
    page(client, "week", them.team.pk, "2026-11-02")
    with django_assert_num_queries(15):
        page(client, "week", them.team.pk, "2026-11-02")


def test_tiles_show_what_one_may_see(client, them):
    MakeUpFactory(person=them.agent, day=date(2026, 11, 3))
    assert "20.00" in page(client, "tile_attendance")
    page(client, "tile_board", status=403)
    decide = reverse("portal:tile_decide")
    assert client.get(decide).status_code == 404
    as_(client, them.deputy)
    shown = client.get(decide, headers={"Accept-Language": "en"}).content.decode()
    assert f"{them.agent.name} · " in shown
    assert reverse("staff:makeups") in shown
    assert "missing" in page(client, "tile_board")
