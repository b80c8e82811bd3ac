"""The pages of lists, shifts, sums, tiles, notices and files."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.transfer import output, registry
from staff.daily.enums import SummaryState
from staff.daily.models import ReportQuestion, ShiftSummary
from tests.factories.complaints import ComplaintFactory
from tests.factories.daily import (
    DAY,
    DailyReportFactory,
    ReportQuestionFactory,
)
from tests.factories.staff import AbsenceFactory, AssignmentFactory
from tests.staff.browser import as_
from tests.staff.daily.scene import END, NOON, department, file, on_shift, url_of_shift
from tests.staff.daily.steps import (
    HOSTILE,
    LISTS,
    SURROGATE,
    page,
    raw,
    reports,
    send,
    summary,
    version_in,
)
from tests.staff.people.test_resources import context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shortly_before_the_end():
    with time_machine.travel(END - timedelta(minutes=10), tick=False):
        yield


@pytest.fixture
def them(client):
    found = department()
    client.cookies["django_language"] = "en"
    client.force_login(found.agent.user)
    return found


# Lists


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("daily", 14), ("daily_list", 13), ("daily_questions", 13), ("daily_period", 16)],
)
def test_lists_cost_the_same_for_any_number_of_rows(
    client, them, name, queries, rows, django_assert_num_queries
):
    reports(them, rows, person=them.lead if name == "daily" else them.agent)
    as_(client, them.lead)
    with django_assert_num_queries(queries):
        shown = page(
            client,
            name,
            **({"span": "month", "at": "2026-10-15"} if name == "daily_period" else {}),
        )
    body = re.search(r"<tbody>(.*?)</tbody>", shown, re.DOTALL)[1]
    assert body.count("<tr>") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_shifts_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    for n in range(1, rows):
        on_shift(them, day=DAY - timedelta(days=n))
    as_(client, them.lead)
    with django_assert_num_queries(14):
        shown = page(client, "daily_shifts")
    assert shown.count('<td data-label="Lead">') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_shift_costs_the_same_for_any_number_of_reports_and_open_work(
    client, them, rows, django_assert_num_queries
):
    for person in (them.agent, them.mate)[:rows]:
        file(person, questions=["能不能开专票？"])
    for _n in range(rows):
        ComplaintFactory(store=them.store, owner=them.agent, due_at=END)
    as_(client, them.lead)
    with django_assert_num_queries(21):
        shown = page(client, "daily_shift", *url_of_shift(them))
    assert shown.count('<td data-label="Whose">') == rows


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [value for value in HOSTILE if value != "\ud800"])
def test_nonsense_in_the_address_is_ignored(client, them, name, value):
    reports(them, 1)
    as_(client, them.lead)
    for key in ("q", "state", "month", "day", "team", "page", "sort", "span", "at"):
        page(client, name, status=400 if "\x00" in value else 200, **{key: value})
        assert client.get(f"{reverse(f'staff:{name}')}?{key}={SURROGATE}").status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3), ({"state": "late"}, 1), ({"state": "in_time"}, 2), ({"month": "2026-10"}, 1),
        ({"day": "2026-11-01"}, 1), ({"q": "复述"}, 1), ({"q": "问题里的词"}, 1),
        ({"q": "没有"}, 0),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_filters(client, them, query, count):
    DailyReportFactory(person=them.agent, team=them.team, late_minutes=9)
    found = DailyReportFactory(
        person=them.agent, team=them.team, day=date(2026, 11, 1), learnt="先复述问题"
    )
    ReportQuestionFactory(report=found, text="问题里的词")
    DailyReportFactory(person=them.mate, team=them.team, day=date(2026, 10, 31))
    DailyReportFactory(person=them.stranger, team=them.other_team)
    DailyReportFactory(person=them.mate, team=them.team, draft_only=True)
    as_(client, them.lead)
    assert page(client, "daily_list", **query).count('<td data-label="Person">') == count


def test_htmx_gets_the_rows_alone(client, them):
    reports(them, 2)
    as_(client, them.lead)
    for name in ("daily", "daily_list", "daily_questions", "daily_shifts"):
        response = client.get(reverse(f"staff:{name}"), headers={"hx-request": "true"})
        assert b"<html" not in response.content


def test_empty_lists_say_what_would_be_here(client, them):
    AssignmentFactory._meta.model.objects.all().delete()
    assert "You have no daily report yet." in page(client, "daily")
    assert "No question was noted yet." in page(client, "daily_questions")
    assert "No report is filed for these days." in page(client, "daily_period")
    as_(client, them.lead)
    assert "No report is filed yet." in page(client, "daily_list")
    assert "No shift of these two weeks has begun." in page(client, "daily_shifts")
    assert "No shift fits." in page(client, "daily_shifts", month="2026-09")
    assert "No report fits." in page(client, "daily_list", state="late")


# The shift


def test_a_lead_saves_and_sends_the_summary_of_the_shift(client, them):
    report = file(them.agent, questions=["能不能开专票？"])
    as_(client, them.lead)
    where = url_of_shift(them)
    shown = page(client, "daily_shift", *where)
    assert "Remind those missing" in shown
    said = summary(
        hard=report.questions.get().pk, note="<i>平稳</i>",
        **{"passed-0-department": "PRODUCT", "passed-0-text": "杯盖破损"},
    )  # fmt: skip
    send(client, "daily_shift", *where, **said, save="1")
    stored = ShiftSummary.objects.get()
    assert (stored.state, stored.note) == (SummaryState.DRAFT, "<i>平稳</i>")
    assert ReportQuestion.objects.get().is_hard
    shown = page(client, "daily_shift", *where)
    assert "杯盖破损" in shown
    said["version"] = version_in(shown)
    refused = send(client, "daily_shift", *where, status=422, **said, send="1").content.decode()
    assert "Please check each after-sale figure" in refused
    send(client, "daily_shift", *where, **said, checked="REFUNDS", send="1")
    shown = page(client, "daily_shift", *where)
    assert "Sent by" in shown
    assert "1 report was missing then" in shown
    assert "<i>平稳" not in shown
    assert them.supervisor.user.notices.filter(kind="daily.summary").count() == 1
    file(them.mate)  # comes after the summary, and changes its sums
    assert "was 2 when checked" in page(client, "daily_shift", *where)
    as_(client, them.agent)
    page(client, "daily_shift", *where, status=404)


def test_a_conflict_of_two_leads_loses_nothing(client, them):
    as_(client, them.lead)
    where = url_of_shift(them)
    send(client, "daily_shift", *where, **summary(note="一"))
    shown = send(client, "daily_shift", *where, status=409, **summary(note="二")).content.decode()
    assert "Somebody else has saved this summary" in shown
    assert "二" in shown
    send(client, "daily_shift", *where, **summary(note="二", version=version_in(shown)))
    assert ShiftSummary.objects.get().note == "二"


@pytest.mark.parametrize("value", HOSTILE)
def test_the_summary_stands_hostile_input(client, them, value):
    file(them.agent)
    as_(client, them.lead)
    for field in ("version", "note", "hard", "checked", "passed-TOTAL_FORMS", "passed-0-text"):
        said = summary() | {field: value}
        response = raw(client, "daily_shift", *url_of_shift(them), data=said)
        assert response.status_code in {302, 409, 422}, field


def test_whoever_stands_in_sums_up_that_shift(client, them):
    them.shift.delete()
    them.agent.assignments.update(is_lead=True)
    assert "Sum up the shift" in page(client, "daily")
    page(client, "daily_shift", *url_of_shift(them))
    page(client, "daily_shifts")
    on_shift(them, day=DAY - timedelta(days=1))
    page(client, "daily_shift", *url_of_shift(them, DAY - timedelta(days=1)), status=404)
    page(client, "daily_shift", them.team.pk, DAY, "evening", status=404)


def test_reminding_says_how_many_were_told(client, them):
    as_(client, them.lead)
    where = url_of_shift(them)

    def said():
        answer = send(client, "daily_remind", *where)
        return [str(one) for one in client.get(answer["Location"]).context["messages"]]

    assert said() == ["2 people are reminded."]
    assert said() == ["They were all reminded within the last quarter of an hour."]
    for person in (them.agent, them.mate):
        file(person)
    assert said() == ["No report is missing."]


# Sums, tiles, notices, files


def test_the_period_agrees_with_the_rows_and_leads_to_them(client, them):
    reports(them, 3)
    as_(client, them.lead)
    shown = page(client, "daily_period", span="month", at="2026-10-02")
    assert f"{reverse('staff:daily_list')}?day=2026-10-30" in shown
    assert "10/26/2026" in page(client, "daily_period", at="2026-10-28", team=them.team.pk)
    file(them.mate)
    assert "before: 3 (\N{MINUS SIGN}1)" in page(client, "daily_period", at="2026-11-02")
    as_(client, them.agent)
    assert "Sums of your own filed reports." in page(client, "daily_period")


def test_tiles_show_what_is_due_and_who_is_missing(client, them):
    assert "Write the report" in page(client, "tile_daily")
    file(them.agent, now=NOON)
    assert "Look at it" in page(client, "tile_daily")
    as_(client, them.lead)
    assert "1 / 2" in page(client, "tile_daily_team")
    as_(client, them.deputy)
    assert "No report is due from you." in page(client, "tile_daily")


def test_tiles_ask_little(client, them, django_assert_num_queries):
    page(client, "tile_daily")  # the first answer of a session notes that it was used
    scope, session = 2, 2
    with django_assert_num_queries(scope + session + 2):
        page(client, "tile_daily")
    page(as_(client, them.lead), "tile_daily_team")
    with django_assert_num_queries(scope + 1 + session + 3):
        page(client, "tile_daily_team")


def test_who_is_away_is_not_asked_for_a_report(client, them):
    AbsenceFactory(person=them.agent, day=DAY)
    assert "You are away on this day; no report is due." in page(client, "tile_daily")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_notices_read_in_both_languages_and_lead_to_their_page(client, them, language):
    question = ReportQuestionFactory(report=file(them.agent))
    as_(client, them.lead)
    send(client, "daily_remind", *url_of_shift(them))
    send(client, "daily_question", question.pk, version=1, answer="可以")
    send(client, "daily_shift", *url_of_shift(them), **summary(checked="REFUNDS"), send="1")
    them.agent.user.language = language
    for who in (them.agent, them.mate, them.supervisor):
        who.user.language = language
        who.user.save()
        as_(client, who)
        assert client.get(reverse("portal:notices")).status_code == 200
        for notice in who.user.notices.all():
            answer = client.get(reverse("portal:notice", args=[notice.pk]))
            assert client.get(answer["Location"]).status_code == 200


def exported(name, user, **filters):
    kind = registry.get(name)
    given = context(user)
    object.__setattr__(given, "filters", filters)
    return list(kind.export(given)), kind, given


def test_reports_are_exported_as_one_sees_them_with_figures_and_reasons(client, them):
    reports(them, 2)
    DailyReportFactory(person=them.stranger, team=them.other_team)
    DailyReportFactory(person=them.mate, draft_only=True)
    rows, kind, given = exported("daily-reports", them.lead.user)
    assert [(row["number"], row["refunds"], row["lost_price"]) for row in rows] == [
        (them.agent.number, 1, 2), (them.agent.number, 0, 2),
    ]  # fmt: skip
    assert rows[0]["inquiries"] is None
    assert len(list(output.plain_rows(kind.columns, rows, given.zone))) == 2
    narrowed, _kind, _given = exported("daily-reports", them.lead.user, day="2026-10-30")
    assert len(narrowed) == 1
    asked, _kind, _given = exported("daily-questions", them.agent.user, q="专票")
    assert len(asked) == 2
    for name in ("daily-reports", "daily-questions"):
        as_(client, them.lead)
        for suffix in ("csv", "xlsx"):
            answer = client.get(reverse("staff:export", args=[name]), {"format": suffix})
            assert answer.status_code == 200
            assert b"".join(answer.streaming_content)
        as_(client, them.outsider)
        assert client.get(reverse("staff:export", args=[name])).status_code == 403
