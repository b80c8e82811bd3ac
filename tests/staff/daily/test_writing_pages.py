"""The pages on which reports are written, saved, corrected, and questions answered."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.models import Notice
from staff.daily.enums import Figure, ReportState, SummaryState
from staff.daily.models import DailyReport, ShiftSummary
from staff.daily.services import reports as services
from tests.factories.complaints import ComplaintFactory
from tests.factories.daily import (
    DAY,
    DailyReportFactory,
    ReportQuestionFactory,
)
from tests.factories.staff import AssignmentFactory
from tests.staff.browser import as_
from tests.staff.daily.scene import END, department, file, url_of_shift
from tests.staff.daily.steps import (
    HOSTILE,
    order_row,
    page,
    raw,
    save,
    send,
    sheet,
    summary,
    version_in,
)

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
    assert (report.late_minutes, report.figures.count(), report.orders.count()) == (0, 7, 1)
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
    found = dict(figures.values_list("figure", "value"))
    assert {figure: value for figure, value in found.items() if value} == {"COMPLAINTS": 1}
    assert sorted(found) == [
        "CASES_CLOSED", "COMPLAINTS", "EXCHANGES", "FOLLOWUPS", "REFUNDS", "UNPAID_CHASED",
        "UNPAID_WON",
    ]  # fmt: skip


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
    kept = ('value="zw"', "能不能开专票？", 'value="2811"', "being written", "Saved as a draft")
    for text in kept:
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
        **summary(checked=["REFUNDS", "EXCHANGES", "CASES_CLOSED", "COMPLAINTS"]),
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
