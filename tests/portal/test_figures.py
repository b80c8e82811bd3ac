"""Figures of dashboards: a month agrees to the unit between page, rows, list, file and statement.

Also over the night of the last day, and after late changes.
"""

import csv
import io
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, ChaseResult
from complaints.models import Complaint, FollowUp
from complaints.queries import weeks
from complaints.services import unpaid
from portal import figures, weekly
from portal.period import DaySpan, Month
from staff.attendance.queries import listing
from staff.daily.enums import Figure
from staff.daily.queries import sums
from staff.incentives.models import Settlement
from staff.incentives.queries import quality
from staff.incentives.queries.statements import statements
from staff.incentives.services import settling
from staff.people.access import scope_of
from staff.people.enums import Post
from staff.people.models import StoreService
from staff.rulebook import queries as rulebook
from staff.rulebook.models import Calendar
from tests.api.calling import Caller
from tests.factories.complaints import (
    CauseKindFactory,
    ComplaintFactory,
    FollowUpFactory,
    ProductFactory,
    RootCauseFactory,
    UnpaidChaseFactory,
    UnpaidOrderFactory,
)
from tests.factories.daily import DailyReportFactory, ReportFigureFactory
from tests.factories.feedback import ChannelFactory, ItemFactory, TopicFactory
from tests.factories.recognition import QualityAuditFactory
from tests.factories.staff import (
    AssignmentFactory,
    CalendarDayFactory,
    Department,
    PersonFactory,
    PolicyFactory,
    PunchFactory,
    SalaryFactory,
    StoreServiceFactory,
    TeamFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ZONE = ZoneInfo("Asia/Shanghai")
OCTOBER = Month(2026, 10)
NIGHT = datetime(2026, 11, 1, 0, 40, tzinfo=ZONE)  # the service day is the 31st of October
MORNING = datetime(2026, 11, 1, 9, 0, tzinfo=ZONE)
NOON = datetime(2026, 10, 15, 12, 0, tzinfo=ZONE)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)


@pytest.fixture
def scene():
    return Department()


def scope(person):
    return scope_of(person.user, today=timezone.localdate())


def asked(month=OCTOBER, **places):
    return figures.asked(month.span, now=NOW, **places)


def figure(code):
    return next(one for one in figures.every() if one.code == code)


def values(code, person, month=OCTOBER, **places):
    """Return what a figure says of each line, having held every line against its rows."""
    question = asked(month, **places)
    found = {}
    for line in figure(code).read(person and scope(person), question):
        rows = figure(code).rows(person and scope(person), question, line.code)
        assert line.value == sum(row.number for row in rows), (code, line.code)
        found[line.code] = line.value
    return found


def shown(client, code, person, month=OCTOBER):
    """Return what the tile shows of each line, by the way to its rows, and count these rows."""
    client.force_login(person.user)
    url = reverse("portal:figure_tile", args=[code])
    page = client.get(url, {"month": str(month)})
    assert page.status_code == 200
    found = {}
    for row in page.context["rows"]:
        if row["url"]:
            rows = client.get(row["url"])
            assert rows.context["sum"] == row["value"]
            found[row["url"].split("/")[-2]] = row["value"]
    return found


def called(code, person, month=OCTOBER):
    """Return what the API says of each line, having held every line against its rows there."""
    caller = Caller(person)
    days = f"since={month.first_day}&until={month.last_day}"
    answer = caller.get(f"/figures/{code}?{days}")
    assert answer.status_code == 200
    found = {}
    for line in answer.json()["lines"]:
        rows = caller.get(f"/figures/{code}/{line['line']}?{days}").json()
        assert rows["sum"] == line["value"] == sum(row["number"] for row in rows["rows"])
        found[line["line"]] = line["value"]
    return found


def everywhere(client, code, person, month=OCTOBER):
    """Return what dashboard, rows, export and API say alike of a figure, without the zeros."""
    found = some(values(code, person, month))
    assert shown(client, code, person, month) == found
    assert some(called(code, person, month)) == found
    if code != "pay.lines" and person.postings.get().post == Post.SUPERVISOR:
        # the command line sees everything; of statements that is more than those of people below
        file = exported(month)
        assert {line: file[code, line] for line in found} == found
    return found


def exported(month=OCTOBER):
    """Return what `manage.py export figures` writes, by figure and line."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    call_command("export", "figures", month=month.first_day, format="json", stdout=out)
    out.buffer.seek(0)
    return {(row["figure"], row["line"]): int(row["value"]) for row in json.load(out.buffer)}


def case(scene, at, **more):
    return ComplaintFactory(
        store=scene.store,
        registered_at=at,
        service_day=rulebook.service_day(at),
        changed_at=at,
        **more,
    )


def some(numbers):
    return {code: value for code, value in numbers.items() if value}


# --- the night of the last day ------------------------------------------------------------------


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


def _csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


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


# --- late changes -------------------------------------------------------------------------------


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


# --- attendance and statements -------------------------------------------------------------------


def evening(scene, day, *, late=0):
    """An evening shift that ends on the next day, with its punches."""
    begin = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=17)
    shift = AssignmentFactory(
        person=scene.agent, team=scene.team, day=day, starts_at=begin, ends_at=begin + 8 * HOUR
    )
    PunchFactory(person=scene.agent, punched_at=begin + late * MINUTE)
    PunchFactory(person=scene.agent, punched_at=begin + 8 * HOUR)
    return shift


def rules_of_attendance():
    """Return how often the export of attendance names each red packet of the month."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    call_command("export", "attendance", month=OCTOBER.first_day, format="json", stdout=out)
    out.buffer.seek(0)
    found = [name.split(":")[0] for row in json.load(out.buffer) for name in row["result"].split()]
    return {name: found.count(name) for name in ("ATT-1", "ATT-2")}


def lines_of_statements(settlement):
    found = [row.line.rule for one in statements(settlement) for row in one.lines if row.stands]
    return {name: found.count(name) for name in ("ATT-1", "ATT-2")}


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


def test_a_lead_has_no_figure_of_pay_anywhere(client, scene):
    client.force_login(scene.lead.user)
    assert client.get(reverse("portal:figure_tile", args=["pay.lines"])).status_code == 403
    days = f"since={OCTOBER.first_day}&until={OCTOBER.last_day}"
    assert Caller(scene.lead).get(f"/figures/pay.lines?{days}").status_code == 403
    assert Caller(scene.lead).get(f"/figures/none.such?{days}").status_code == 404
    codes = [one["code"] for one in Caller(scene.lead).get("/figures").json()["items"]]
    assert codes == [one.code for one in figures.seen_by(scope(scene.lead))]


def test_feedback_agrees_with_its_own_page_of_figures(client, scene):
    for at, rating in ((NOON, 5), (NIGHT, 1), (MORNING, 3)):
        ItemFactory(
            store=scene.store, received_at=at, service_day=rulebook.service_day(at), rating=rating
        )
    found = values("feedback.items", scene.lead)
    client.force_login(scene.lead.user)
    page = client.get(reverse("feedback:figures"), {"month": "2026-10"})
    total = page.context["total"]["now"]
    assert found == {
        "items": total.items, "rated": total.rated, "good": total.good, "bad": total.bad,
        "answered": total.answered,
    }  # fmt: skip
    assert found["items"] == 2
    assert everywhere(client, "feedback.items", scene.supervisor) == some(found)


def counted_by_clicks(client, month, group):
    """Return what the page of figures says of each line, held against the lists behind it."""
    page = client.get(reverse("feedback:figures"), {"month": str(month), "by": group})
    found = {}
    for line in page.context["lines"]:
        numbers = {"url": line["now"].items, "bad_url": line["now"].bad}
        for way, number in numbers.items() if line["url"] else ():
            listed = client.get(f"{reverse('feedback:items')}?{line[way]}")
            assert listed.context["count"] == number, (group, line["label"], way)
        found[line["label"]] = line["now"].items, line["now"].bad
    return found


def test_what_a_figure_of_feedback_counts_is_what_a_click_lists(client, scene):
    """Spam, a topic that is no longer used and a later policy of negative stars included."""
    PolicyFactory(valid_from=OCTOBER.next().first_day, negative_stars=3)
    topic, product = TopicFactory(is_active=False), ProductFactory()
    channel = ChannelFactory(store=scene.store, source="STORE_REVIEW")
    triaged = {"state": "TRIAGED", "triaged_at": NOW}
    usual = {"channel": channel, "product": product, "agent": scene.agent, "store": scene.store}
    for at, rating in ((NOON, 1), (NIGHT, 3), (MORNING, 3)):
        day = rulebook.service_day(at)
        for kind in ("COMPLAINT", "SPAM"):
            row = ItemFactory(
                received_at=at, service_day=day, rating=rating, kind=kind, **triaged, **usual
            )
            row.topics.add(topic)
    ItemFactory(store=scene.store, received_at=NOON, service_day=date(2026, 10, 15))
    client.force_login(scene.lead.user)
    for group in ("store", "team", "agent", "channel", "product", "topic"):
        found = counted_by_clicks(client, OCTOBER, group)
        assert (2, 1) in found.values() or (3, 1) in found.values()
        assert (1, 1) in counted_by_clicks(client, OCTOBER.next(), group).values()
    for month, bad in ((OCTOBER, 1), (OCTOBER.next(), 1)):
        assert everywhere(client, "feedback.items", scene.supervisor, month)["bad"] == bad
    assert figure("feedback.items").read(None, asked(OCTOBER.next()))[3].last == 1


def test_every_figure_says_the_same_on_the_dashboard_and_over_the_api(client, scene):
    case(scene, NIGHT)
    FollowUpFactory(store=scene.store, owner=scene.agent, due_at=NIGHT)
    ItemFactory(store=scene.store, received_at=NIGHT, service_day=date(2026, 10, 31), rating=1)
    UnpaidOrderFactory(store=scene.store, owner=scene.agent, placed_at=NIGHT)
    evening(scene, date(2026, 10, 31), late=5)
    for one in figures.seen_by(scope(scene.supervisor)):
        everywhere(client, one.code, scene.supervisor)


@pytest.mark.parametrize("query", ["", "since=2026-10-01", "since=x&until=y",
    "since=2026-10-02&until=2026-10-01", "since=2000-01-01&until=2999-12-31",
    "since=2026-10-01&until=2026-10-31&team=0",
])  # fmt: skip
def test_the_api_names_what_is_wrong_with_the_days(scene, query):
    for path in ("/figures/complaints.stage", "/figures/complaints.stage/REGISTERED"):
        answer = Caller(scene.lead).get(f"{path}?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


# --- places, periods, access ---------------------------------------------------------------------


def test_places_narrow_and_never_widen(scene):
    case(scene, NOON)
    leak = case(scene, NOON)
    Complaint.objects.filter(pk=leak.pk).update(store=scene.other_store)
    assert some(values("complaints.stage", scene.deputy)) == {"REGISTERED": 2}
    narrowed = {"team": scene.team.pk}
    assert some(values("complaints.stage", scene.deputy, **narrowed)) == {"REGISTERED": 1}
    assert some(values("complaints.stage", scene.lead, team=scene.other_team.pk)) == {}
    assert some(values("complaints.stage", scene.lead, store=scene.other_store.pk)) == {}


def test_a_store_that_changes_teams_counts_for_each_on_its_days(client, scene):
    """As on the page of figures of feedback by team; the night of the day before included."""
    change = date(2026, 10, 16)
    StoreService.objects.filter(store=scene.store).update(valid_until=change - DAY)
    other = TeamFactory(site=scene.team.site)
    StoreServiceFactory(store=scene.store, team=other, valid_from=change)
    PersonFactory(posting__team=other, posting__chief=scene.lead)
    night = datetime.combine(change, datetime.min.time(), ZONE) + 40 * MINUTE
    for at in (NOON, night, NOON + DAY):
        day = rulebook.service_day(at)
        promised = {"due_at": at, "done_at": at, "state": "DONE", "owner": scene.agent}
        FollowUpFactory(store=scene.store, complaint=case(scene, at), **promised)
        ItemFactory(store=scene.store, received_at=at, service_day=day, rating=5)
        row = UnpaidOrderFactory(store=scene.store, owner=scene.agent, placed_at=at - HOUR)
        UnpaidChaseFactory(unpaid=row, by=scene.agent, at=at)
    client.force_login(scene.lead.user)
    page = client.get(reverse("feedback:figures"), {"month": "2026-10", "by": "team"})
    by_team = {line["label"]: line["now"].items for line in page.context["lines"]}
    for team, count in ((scene.team, 2), (other, 1)):
        places = {"team": team.pk}
        assert by_team[team.name] == count
        for code, line in (
            ("feedback.items", "items"), ("complaints.stage", "REGISTERED"),
            ("followups.time", "IN_TIME"), ("orders.unpaid", "CHASED"),
        ):  # fmt: skip
            assert values(code, scene.lead, **places)[line] == count, code
            (last,) = [
                one.last
                for one in figure(code).read(scope(scene.lead), asked(OCTOBER.next(), **places))
                if one.code == line
            ]
            assert last == count, code


def test_a_month_is_compared_with_the_month_before_and_days_with_as_many():
    assert figures.before(OCTOBER.span) == Month(2026, 9).span
    days = DaySpan(date(2026, 10, 5), date(2026, 10, 11))
    assert figures.before(days) == DaySpan(date(2026, 9, 28), date(2026, 10, 4))


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_agents_have_no_dashboard(client, scene, who):
    client.force_login(getattr(scene, who).user)
    assert client.get(reverse("portal:figures")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "٢٠٢٦-١٠"},
        {"month": "9999-12"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"team": "1_000", "store": "9" * 30, "site": "-1"},
        {"page": "9" * 40},
    ],
)
def test_the_pages_bear_any_address(client, scene, query):
    client.force_login(scene.lead.user)
    for url in (
        reverse("portal:figures"),
        reverse("portal:figure_tile", args=["complaints.stage"]),
        reverse("portal:figure_rows", args=["complaints.cause", "9" * 30]),
        reverse("portal:figure_rows", args=["complaints.cause", "x"]),
    ):
        assert client.get(url, query).status_code == 200
    assert client.get(reverse("portal:figure_tile", args=["none.such"])).status_code == 404


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_of_a_figure_is_exported(client, scene, ending):
    case(scene, NOON)
    client.force_login(scene.lead.user)
    url = reverse("portal:figure_export", args=["complaints.stage"])
    query = {"month": "2026-10", "format": ending}
    file = client.get(url, query, headers={"Accept-Language": "en"})
    assert file.status_code == 200
    if ending == "xlsx":
        assert b"".join(file.streaming_content).startswith(b"PK")
    else:
        rows = _csv(file)
        assert [(row["figure"], row["line"], row["value"]) for row in rows] == [
            ("complaints.stage", "REGISTERED", "1")
        ]


@pytest.mark.parametrize("rows", [1, 3])
def test_every_tile_asks_at_most_six_questions(client, scene, rows, django_assert_max_num_queries):
    for _row in range(rows):
        case(scene, NOON)
        FollowUpFactory(store=scene.store, owner=scene.agent, due_at=NOON)
        ItemFactory(store=scene.store, received_at=NOON, service_day=NOON.date())
        evening(scene, NOON.date() + _row * DAY)
    session, who = 2, 5  # session and user; post, people below, stores
    client.force_login(scene.supervisor.user)
    for one in figures.seen_by(scope(scene.supervisor)):
        url = reverse("portal:figure_tile", args=[one.code])
        with django_assert_max_num_queries(session + who + 6):
            client.get(url, {"month": "2026-10"})


def test_the_page_itself_costs_the_same_with_any_data(client, scene, django_assert_num_queries):
    client.force_login(scene.lead.user)
    with django_assert_num_queries(12):
        client.get(reverse("portal:figures"), {"month": "2026-10"})
