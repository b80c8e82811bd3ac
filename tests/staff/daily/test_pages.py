"""The pages of reports, questions, shifts and sums."""

import re
import uuid
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from portal.models import Notice
from portal.transfer import output, registry
from staff.daily.enums import Figure, ReportState, SummaryState
from staff.daily.models import DailyReport, ReportQuestion, ShiftSummary
from staff.daily.services import reports as services
from tests.factories.complaints import ComplaintFactory
from tests.factories.daily import (
    DAY,
    DailyReportFactory,
    ReportFigureFactory,
    ReportQuestionFactory,
    ReportReasonFactory,
    UnfinishedOrderFactory,
)
from tests.factories.staff import AbsenceFactory, AssignmentFactory
from tests.staff.daily.scene import END, NOON, department, file, on_shift, url_of_shift
from tests.staff.people.test_resources import context

pytestmark = pytest.mark.django_db
HOSTILE = [
    "\x00", "a\x00b", "9" * 40, "-1", "1_000", "١٢", "2026-13-45", "'; drop", "9999-12-31",
    "0000-01", "9999-12", "0001-01-01", "\ud800",
]  # fmt: skip
SURROGATE = "%ED%A0%80"
LISTS = ["daily", "daily_list", "daily_questions", "daily_shifts", "daily_period"]


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


def as_(client, who):
    client.force_login(getattr(who, "user", who))
    return client


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"staff:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, status=302, htmx=False, **data):
    headers = {"hx-request": "true"} if htmx else {}
    response = client.post(reverse(f"staff:{name}", args=args), data, headers=headers)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response


def raw(client, name, *args, data):
    """Send a form as a program would: also halves of characters."""
    body = urlencode(data, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    return client.post(reverse(f"staff:{name}", args=args), body, content_type=kind)


def sheet(**more):
    """What an untouched form sends."""
    empty = {
        "form_key": str(uuid.uuid4()), "version": "0", "learnt": "", "lost_note": "",
        "questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0", "questions-0-text": "",
        "orders-TOTAL_FORMS": "1", "orders-INITIAL_FORMS": "0", "orders-0-store": "",
    }  # fmt: skip
    return empty | more


def order_row(them, **more):
    row = {
        "store": them.store.pk, "buyer": "tb_青山依旧", "order_number": "281100000001",
        "bought_on": "2026-10-28", "problem": "外箱破损", "asks": "补发",
        "due_at": "2026-11-03T12:00",
    }  # fmt: skip
    return {f"orders-0-{name}": value for name, value in (row | more).items()}


# Writing


def test_the_form_opens_with_what_the_portal_knows(client, them):
    ComplaintFactory(store=them.store, recorder=them.agent, service_day=DAY)
    shown = page(client, "daily_write", DAY)
    assert re.search(r'name="figure-COMPLAINTS" value="1"', shown)
    assert "Portal: 1" in shown
    assert "Complaints that you registered on this service day." in shown
    assert DailyReport.objects.count() == 0  # looking writes nothing


def test_a_report_is_filed_with_the_difference_shown(client, them):
    ComplaintFactory(store=them.store, recorder=them.agent, service_day=DAY)
    rows = {"figure-COMPLAINTS": "3", "figure-REFUNDS": "2", "reason-PRICE": "4"}
    said = sheet(
        **rows, **order_row(them), **{"questions-0-text": "能不能开专票？"}, learnt="<b>好</b>"
    )
    sent = send(client, "daily_write", DAY, **said)
    assert send(client, "daily_write", DAY, **said)["Location"] == sent["Location"]
    report = DailyReport.objects.get()
    assert sent["Location"] == reverse("staff:daily_report", args=[report.pk])
    assert (report.late_minutes, report.figures.count(), report.orders.count()) == (0, 3, 1)
    shown = page(client, "daily_report", report.pk)
    assert "Portal: 1" in shown
    assert "+2" in shown
    assert "能不能开专票？" in shown
    assert "is being made" in shown
    assert "<b>好" not in shown
    assert page(client, "daily_write", DAY, status=302) == ""


def test_an_empty_figure_is_the_portals_own_and_an_unknown_one_is_left_out(client, them):
    ComplaintFactory(store=them.store, recorder=them.agent, service_day=DAY)
    send(client, "daily_write", DAY, **sheet(**{"figure-COMPLAINTS": ""}))
    figures = DailyReport.objects.get().figures
    assert sorted(figures.values_list("figure", "value")) == [("COMPLAINTS", 1), ("FOLLOWUPS", 0)]


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(client, them):
    rows = order_row(them, buyer="", due_at="2026-11-01T12:00", bought_on="2027-01-01")
    said = sheet(**rows, **{"figure-REFUNDS": "viele"}, learnt="bleibt")
    shown = send(client, "daily_write", DAY, status=422, **said).content.decode()
    for text in (
        "This is not a whole number such as 10.",
        "An unfinished order needs this.",
        "This moment must lie ahead, within two years.",
        "This day is yet to come.",
        "bleibt",
        'value="viele"',
    ):
        assert text in shown, text
    assert DailyReport.objects.count() == 0


@pytest.mark.usefixtures("them")
def test_a_late_report_says_so(client):
    with time_machine.travel(END + timedelta(minutes=90), tick=False):
        send(client, "daily_write", DAY, **sheet())
        assert "1 h 30 min late" in page(client, "daily_report", DailyReport.objects.get().pk)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (DAY - timedelta(days=14), 200), (DAY - timedelta(days=15), 404),
        (DAY + timedelta(days=1), 404), (date(1, 1, 1), 404), (date(9999, 12, 31), 404),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("them")
def test_reports_are_written_of_the_last_two_weeks(client, day, status):
    page(client, "daily_write", day, status=status)


def test_a_report_cannot_be_written_before_its_shift_has_begun(client, them):
    AssignmentFactory(person=them.stranger, team=them.other_team, day=DAY + timedelta(days=1))
    with time_machine.travel(END + timedelta(hours=14), tick=False):  # 07:30 of the next day
        as_(client, them.stranger)
        page(client, "daily_write", DAY + timedelta(days=1), status=404)
        assert "The report can be written once the shift has begun." in page(client, "daily")


# Saved while typing


def save(client, *, status=200, **data):
    return send(client, "daily_save", DAY, status=status, htmx=True, **data).content.decode()


def version_in(shown):
    return re.search(r'name="version" value="(\d+)"', shown)[1]


def test_what_is_typed_is_saved_and_comes_back(client, them):
    ComplaintFactory(store=them.store, recorder=them.agent, service_day=DAY)
    said = sheet(
        **{"figure-COMPLAINTS": "1", "figure-REFUNDS": "zw", "questions-2-text": "能不能开专票？"},
        **{"orders-1-order_number": "2811", "orders-0-store": str(them.store.pk)},
    )
    shown = save(client, **said)
    assert 'data-state="saved"' in shown
    assert "<html" not in shown
    draft = DailyReport.objects.get().draft
    assert "figure-COMPLAINTS" not in draft  # the portal's own number goes on following it
    assert draft["figure-REFUNDS"] == "zw"
    again = page(client, "daily_write", DAY)
    for text in ('value="zw"', "能不能开专票？", 'value="2811"', "being written"):
        assert text in again, text
    assert 'name="questions-TOTAL_FORMS" value="2"' in again
    filed = send(client, "daily_write", DAY, **sheet(version=version_in(again)))
    assert DailyReport.objects.get().state == ReportState.FILED
    assert 'data-state="filed"' in save(client, **said)
    assert filed["Location"]


@pytest.mark.usefixtures("them")
def test_another_device_is_told_and_may_keep_its_own(client):
    phone = sheet(learnt="手机")
    save(client, **phone)
    desk = sheet(learnt="电脑")
    shown = save(client, **desk)
    assert 'data-state="conflict"' in shown
    assert version_in(shown) == "0"
    current = re.search(r'data-current="(\d+)"', shown)[1]
    assert 'data-state="saved"' in save(client, **desk | {"version": current})
    assert DailyReport.objects.get().draft["learnt"] == "电脑"
    conflict = send(client, "daily_write", DAY, status=409, **sheet(learnt="第三"))
    shown = conflict.content.decode()
    assert "saved from another page or device" in shown
    assert "第三" in shown
    send(client, "daily_write", DAY, **sheet(learnt="第三", version=version_in(shown)))
    assert DailyReport.objects.get().learnt == "第三"


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.usefixtures("them")
def test_hostile_input_is_kept_out_or_refused(client, value):
    fields = (
        "figure-REFUNDS", "reason-PRICE", "learnt", "lost_note", "questions-0-text",
        "orders-0-store", "orders-0-order_number", "orders-0-due_at", "orders-0-bought_on",
    )  # fmt: skip
    said = sheet(**dict.fromkeys(fields, value))
    assert raw(client, "daily_save", DAY, data=said).status_code == 200
    page(client, "daily_write", DAY)
    for field in (*fields, "version", "form_key", "questions-TOTAL_FORMS", "orders-TOTAL_FORMS"):
        response = raw(client, "daily_write", DAY, data=sheet() | {field: value})
        assert response.status_code in {302, 409, 422}, (field, response.status_code)
        DailyReport.objects.all().delete()
    for field in ("version", "form_key"):
        assert raw(client, "daily_save", DAY, data=sheet() | {field: value}).status_code == 422


@pytest.mark.usefixtures("them")
def test_too_many_rows_and_too_long_texts_are_refused(client):
    rows = {f"questions-{n}-text": f"问 {n}" for n in range(40)}
    many = sheet(**{**rows, "questions-TOTAL_FORMS": "40"})
    assert (
        "submit at most 30" in send(client, "daily_write", DAY, status=422, **many).content.decode()
    )
    send(client, "daily_write", DAY, status=422, **sheet(learnt="长" * 4001))
    save(client, **sheet(learnt="长" * 9000))
    assert len(DailyReport.objects.get().draft["learnt"]) == 4000


# Correcting, answering


def test_a_correction_keeps_the_rows_and_is_refused_once_the_shift_is_summed_up(client, them):
    report = file(them.agent, questions=["旧问题"])
    shown = page(client, "daily_correct", report.pk)
    assert re.search(r'name="figure-INQUIRIES" value="40"', shown)
    fixed = sheet(version=report.version, **{"figure-INQUIRIES": "41", "questions-0-text": "新"})
    send(client, "daily_correct", report.pk, **fixed)
    assert report.figures.get(figure=Figure.INQUIRIES).value == 41
    assert report.questions.count() == 2
    send(client, "daily_correct", report.pk, status=409, **sheet(version=report.version))
    send(client, "daily_correct", report.pk, status=422, **sheet(**{"figure-REFUNDS": "x"}))
    as_(client, them.lead)
    send(
        client,
        "daily_shift",
        *url_of_shift(them),
        **summary(checked=["REFUNDS", "COMPLAINTS"]),
        send="1",
    )
    assert ShiftSummary.objects.get().state == SummaryState.SENT
    as_(client, them.agent)
    report.refresh_from_db()
    answer = send(client, "daily_correct", report.pk, **sheet(version=report.version))
    told = client.get(answer["Location"]).context["messages"]
    assert "stay as they are" in " ".join(str(one) for one in told)
    assert "Correct" not in page(client, "daily_report", report.pk)


def test_a_question_is_answered_found_and_never_over_another_answer(client, them):
    question = ReportQuestionFactory(report=file(them.agent), text="能不能开专票？")
    ReportQuestionFactory(report=file(them.stranger), text="能不能看到别组的专票？")
    as_(client, them.lead)
    page(client, "daily_question", question.pk)
    send(client, "daily_question", question.pk, version=1, answer="可以，要付款证明")
    assert Notice.objects.filter(kind=services.ANSWERED, receiver=them.agent.user).count() == 1
    shown = send(
        client, "daily_question", question.pk, status=409, version=1, answer="不行"
    ).content.decode()
    assert "可以，要付款证明" in shown
    assert "不行" in shown
    send(client, "daily_question", question.pk, status=422, version="1_0", answer="x")
    as_(client, them.agent)
    found = page(client, "daily_questions", q="专票 证明")
    assert "能不能开专票？" in found
    assert "别组" not in found
    assert "No question fits." in page(client, "daily_questions", q="专票 没有的词")
    assert "No question fits." in page(client, "daily_questions", state="open")


def test_questions_are_found_from_the_search_of_the_portal(client, them):
    ReportQuestionFactory(report=file(them.agent), text="能不能开专票？")
    ReportQuestionFactory(report=file(them.stranger), text="别组的专票")
    ReportQuestionFactory(
        report=DailyReportFactory(person=them.agent, day=DAY - timedelta(days=1), draft_only=True),
        text="草稿里的专票",
    )
    shown = client.get(reverse("portal:search"), {"q": "专票"}).content.decode()
    assert "能不能开专票？" in shown
    assert "别组" not in shown
    assert "草稿" not in shown


# Lists


def reports(them, rows, *, person=None):
    for n in range(rows):
        report = DailyReportFactory(
            person=person or them.agent, team=them.team, day=DAY - timedelta(days=n + 3)
        )
        ReportFigureFactory(report=report, value=n)
        ReportReasonFactory(report=report)
        ReportQuestionFactory(report=report)
        UnfinishedOrderFactory(report=report)


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


def summary(**more):
    empty = {
        "version": "0", "hard_presale": "", "hard_postsale": "", "lost_note": "", "note": "",
        "passed-TOTAL_FORMS": "1", "passed-INITIAL_FORMS": "0",
    }  # fmt: skip
    return empty | more


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
