"""A month agrees to the unit everywhere: over its last night, and after late changes."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from complaints.enums import CaseStage, ChaseResult
from complaints.models import Complaint, FollowUp
from complaints.queries import weeks
from complaints.services import unpaid
from portal import weekly
from staff.attendance.queries import listing
from staff.daily.enums import Figure
from staff.daily.queries import sums
from staff.incentives.models import Settlement
from staff.incentives.queries import quality
from staff.incentives.services import settling
from staff.rulebook.models import Calendar
from tests.api.calling import Caller
from tests.factories.complaints import (
    CauseKindFactory,
    FollowUpFactory,
    RootCauseFactory,
    UnpaidChaseFactory,
    UnpaidOrderFactory,
)
from tests.factories.daily import DailyReportFactory, ReportFigureFactory
from tests.factories.recognition import QualityAuditFactory
from tests.factories.staff import (
    CalendarDayFactory,
    SalaryFactory,
)
from tests.portal.figures.steps import (
    DAY,
    HOUR,
    MINUTE,
    MORNING,
    NIGHT,
    NOON,
    NOW,
    OCTOBER,
    ZONE,
    _csv,
    case,
    evening,
    everywhere,
    exported,
    lines_of_statements,
    rules_of_attendance,
    scope,
    shown,
    some,
    values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_case_of_the_last_night_counts_for_the_month_before_everywhere(client, scene):
    for at in (NOON, NIGHT, MORNING):
        case(scene, at)
    leak = case(scene, NOON)
    Complaint.objects.filter(pk=leak.pk).update(store=scene.other_store)
    october, november = OCTOBER, OCTOBER.next()
    assert some(values("complaints.stage", scene.lead)) == {"REGISTERED": 2}
    assert some(values("complaints.stage", scene.lead, november)) == {"REGISTERED": 1}
    assert shown(client, "complaints.stage", scene.lead) == {"REGISTERED": 2}
    assert exported()["complaints.stage", "REGISTERED"] == 3
    days = {"since": october.first_day.isoformat(), "until": october.last_day.isoformat()}
    listed = client.get(reverse("complaints:list"), days)
    assert listed.context["count"] == 2
    file = client.get(reverse("portal:export_kind", args=["complaints"]), {**days, "format": "csv"})
    assert len(_csv(file)) == 2
    by_month = client.get(
        reverse("portal:export_kind", args=["complaints"]), {"month": "2026-10", "format": "csv"}
    )
    assert len(_csv(by_month)) == 2


def test_half_past_midnight_on_the_first_belongs_to_the_month_before_in_the_api_too(client, scene):
    late = datetime(2026, 11, 1, 0, 30, tzinfo=ZONE)
    night, morning = case(scene, late), case(scene, MORNING)
    assert night.service_day == date(2026, 10, 31)
    assert everywhere(client, "complaints.stage", scene.supervisor) == {"REGISTERED": 1}
    caller = Caller(scene.supervisor)

    def listed(month):
        days = f"service_since={month.first_day}&service_until={month.last_day}"
        return [row["number"] for row in caller.get(f"/complaints?{days}").json()["items"]]

    assert listed(OCTOBER) == [night.number]
    assert listed(OCTOBER.next()) == [morning.number]
    Complaint.objects.filter(pk=night.pk).update(stage=CaseStage.SATISFIED, closed_at=NOW)
    assert everywhere(client, "complaints.stage", scene.supervisor) == {"SATISFIED": 1}
    assert listed(OCTOBER) == [night.number]


def test_a_measure_of_the_api_counts_service_days(scene):
    for at in (NOON, NIGHT, MORNING):
        FollowUpFactory(store=scene.store, owner=scene.agent, due_at=at, done_at=at, state="DONE")
    days = f"since={OCTOBER.first_day}&until={OCTOBER.last_day}"
    found = Caller(scene.lead).get(f"/measures/FOLLOWUPS_IN_TIME?{days}").json()
    assert found["count"] == sum(values("followups.time", scene.lead).values()) == 2


def test_an_audit_of_the_last_night_counts_for_the_month_before_everywhere(client, scene):
    """The measure of targets, the score on the person's page, and the export."""
    for at, total in ((NIGHT, 6000), (MORNING, 9000)):
        QualityAuditFactory(person=scene.agent, audited_at=at, total_bp=total)
    months = {
        one.month: one.count
        for one in quality.trend(scope(scene.lead), scene.agent.pk, today=NOW.date())
    }
    client.force_login(scene.lead.user)
    for month in (OCTOBER, OCTOBER.next()):
        assert months[month.first_day] == 1
        days = f"since={month.first_day}&until={month.last_day}"
        assert Caller(scene.lead).get(f"/measures/AUDIT_SCORE?{days}").json()["count"] == 1
        file = client.get(
            reverse("portal:export_kind", args=["quality_audits"]),
            {"month": str(month), "format": "csv"},
        )
        assert len(_csv(file)) == 1


def test_what_was_finished_on_the_last_night_of_a_week_is_in_its_digest(scene):
    """The 1st of November is a Sunday."""
    sunday_night = datetime(2026, 11, 2, 0, 40, tzinfo=ZONE)
    begun = sunday_night - 7 * DAY  # of the Sunday before
    for at in (begun, sunday_night, sunday_night - MINUTE, sunday_night + HOUR):
        FollowUpFactory(
            store=scene.store, owner=scene.agent, due_at=at, done_at=at, done_by=scene.agent,
            state="DONE", outcome="ok",
        )  # fmt: skip
    span = weekly.span_of(datetime(2026, 11, 2, 9, 0, tzinfo=ZONE))
    assert span.first_day == date(2026, 10, 26)
    assert weeks.done_followups([scene.agent.user_id], span) == {scene.agent.user_id: 2}


def test_a_follow_up_due_in_the_last_night_counts_for_the_month_before_everywhere(client, scene):
    for at in (NOON, NIGHT, MORNING):
        FollowUpFactory(store=scene.store, owner=scene.agent, due_at=at, done_at=at, state="DONE")
    assert some(values("followups.time", scene.lead)) == {"IN_TIME": 2}
    assert shown(client, "followups.time", scene.lead) == {"IN_TIME": 2}
    days = {"since": "2026-10-01", "until": "2026-10-31", "tab": "done"}
    assert client.get(reverse("complaints:followups"), days).context["count"] == 2
    file = client.get(
        reverse("portal:export_kind", args=["followups"]), {"month": "2026-10", "format": "csv"}
    )
    assert len(_csv(file)) == 2


def test_a_last_day_on_which_the_desk_is_closed_counts_for_the_month_after_everywhere(
    client, scene
):
    """A moment out of service time belongs to the service day that comes next (SHIFT-5)."""
    desk = Calendar.objects.get(code="desk")
    CalendarDayFactory(calendar=desk, day=OCTOBER.last_day, name="盘点")
    for at in (NOON, NOON + 16 * DAY, NIGHT):
        promised = {"due_at": at, "done_at": at, "state": "DONE", "owner": scene.agent}
        FollowUpFactory(store=scene.store, complaint=case(scene, at), **promised)
        row = UnpaidOrderFactory(store=scene.store, owner=scene.agent, placed_at=at - HOUR)
        UnpaidChaseFactory(unpaid=row, by=scene.agent, at=at)
    client.force_login(scene.lead.user)
    for month, count in ((OCTOBER, 1), (OCTOBER.next(), 2)):
        days = {"since": month.first_day.isoformat(), "until": month.last_day.isoformat()}
        cases = everywhere(client, "complaints.stage", scene.supervisor, month)
        promises = everywhere(client, "followups.time", scene.supervisor, month)
        orders = everywhere(client, "orders.unpaid", scene.supervisor, month)
        assert (cases, promises) == ({"REGISTERED": count}, {"IN_TIME": count})
        assert orders == {"CHASED": count}
        listed = client.get(reverse("complaints:followups"), {**days, "tab": "done"})
        assert listed.context["count"] == count
        file = client.get(
            reverse("portal:export_kind", args=["followups"]),
            {"month": str(month), "format": "csv"},
        )
        assert len(_csv(file)) == count
        asked = "&".join(f"{name}={day}" for name, day in days.items())
        measured = Caller(scene.lead).get(f"/measures/FOLLOWUPS_IN_TIME?{asked}").json()
        assert measured["count"] == count


def test_unpaid_orders_of_the_last_night_count_for_the_month_before(client, scene):
    row = UnpaidOrderFactory(store=scene.store, owner=scene.agent, placed_at=NOON)
    UnpaidChaseFactory(unpaid=row, by=scene.agent, at=NIGHT - HOUR, result=ChaseResult.THINKS)
    UnpaidChaseFactory(unpaid=row, by=scene.agent, at=NIGHT - 9 * HOUR)
    unpaid.pay(actor=scene.agent, unpaid_id=row.pk, paid_at=NIGHT, now=NIGHT)
    assert some(values("orders.unpaid", scene.lead)) == {"CHASED": 1, "WON": 1}
    assert some(values("orders.unpaid", scene.lead, OCTOBER.next())) == {}
    assert shown(client, "orders.unpaid", scene.lead) == {"CHASED": 1, "WON": 1}


def test_a_late_change_moves_a_case_between_lines_but_not_between_months(client, scene):
    row = case(scene, NIGHT)
    Complaint.objects.filter(pk=row.pk).update(stage=CaseStage.SATISFIED, closed_at=NOW)
    assert some(values("complaints.stage", scene.lead)) == {"SATISFIED": 1}
    assert some(values("complaints.cause", scene.lead)) == {"none": 1}
    cause = RootCauseFactory(complaint=row, kind=CauseKindFactory())
    assert some(values("complaints.cause", scene.lead)) == {str(cause.kind_id): 1}
    assert shown(client, "complaints.cause", scene.lead) == {str(cause.kind_id): 1}


def test_deadlines_count_what_became_of_each_case(scene):
    late = {"acknowledged_at": NOON + HOUR, "acknowledged_late": 60, "answer_by": NOON}
    case(scene, NOON, acknowledge_by=NOON, **late)
    case(scene, NOON, acknowledge_by=NOON, acknowledged_at=NOON, answered_at=NOON)
    case(scene, NOON)  # history without deadlines
    assert some(values("complaints.deadline", scene.lead)) == {
        "ACKNOWLEDGED": 1,
        "ACKNOWLEDGED_LATE": 1,
        "ANSWERED": 1,
        "UNANSWERED": 1,
    }


def test_a_follow_up_done_after_the_month_is_late_in_its_month(client, scene):
    row = FollowUpFactory(store=scene.store, owner=scene.agent, due_at=NOON)
    assert some(values("followups.time", scene.lead)) == {"OVERDUE": 1}
    FollowUp.objects.filter(pk=row.pk).update(state="DONE", done_at=NOW)
    assert some(values("followups.time", scene.lead)) == {"LATE": 1}
    assert everywhere(client, "followups.time", scene.lead) == {"LATE": 1}


def test_reports_that_come_late_change_the_sums_everywhere_alike(client, scene):
    def agree():
        report = sums.of_period(scope(scene.lead), OCTOBER.span).totals
        return some(values("daily.sums", scene.lead)) == some(
            {str(one): value for one, value in report.items()}
        )

    for day in (date(2026, 10, 31), date(2026, 11, 1)):
        report = DailyReportFactory(person=scene.agent, team=scene.team, day=day)
        ReportFigureFactory(report=report, figure=Figure.INQUIRIES, value=40)
    assert agree()
    late = DailyReportFactory(person=scene.mate, team=scene.team, day=date(2026, 10, 30))
    ReportFigureFactory(report=late, figure=Figure.INQUIRIES, value=7)
    assert values("daily.sums", scene.lead)[Figure.INQUIRIES] == 47
    assert agree()
    assert everywhere(client, "daily.sums", scene.lead)[Figure.INQUIRIES] == 47


def test_late_answers_are_as_many_in_the_list_as_on_the_dashboard(client, scene):
    """The one that stays counts, what was merged into it does not."""
    late = {"acknowledge_by": NOON, "answered_at": NOON + HOUR, "answered_late": 60}
    stays = case(scene, NOON, **late)
    case(scene, NOON, stage=CaseStage.MERGED, merged_into=stays, closed_at=NOW, **late)
    assert values("complaints.deadline", scene.lead)["ANSWERED_LATE"] == 1
    client.force_login(scene.lead.user)
    days = {"since": "2026-10-01", "until": "2026-10-31", "clock": "missed"}
    assert client.get(reverse("complaints:list"), days).context["count"] == 1


def test_statements_attendance_and_figures_agree_over_the_last_night_and_late_punches(
    client, scene
):
    SalaryFactory(person=scene.agent, base_fen=600000, valid_from=date(2026, 1, 1))
    evening(scene, date(2026, 10, 30), late=5)
    evening(scene, date(2026, 10, 31), late=12)  # ends on the 1st, counts for October
    evening(scene, date(2026, 11, 1), late=5)
    settling.settle(OCTOBER, actor=None, now=NOW)
    settlement = Settlement.objects.get()

    def agree():
        lines = values("pay.lines", scene.supervisor)
        statement = lines_of_statements(settlement)
        assert {name: lines.get(name, 0) for name in statement} == statement
        assert rules_of_attendance() == statement
        late = values("attendance.shifts", scene.lead)[listing.LATE]
        assert late == sum(statement.values())
        return statement

    assert agree() == {"ATT-1": 1, "ATT-2": 1}
    evening(scene, date(2026, 10, 29), late=3)  # comes in after the month's end
    settling.settle(OCTOBER, actor=None, now=NOW)
    assert agree() == {"ATT-1": 2, "ATT-2": 1}
    assert everywhere(client, "pay.lines", scene.supervisor)["ATT-1"] == 2
    assert everywhere(client, "attendance.shifts", scene.supervisor)[listing.LATE] == 3
