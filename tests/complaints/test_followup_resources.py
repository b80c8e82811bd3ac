import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.enums import EntryKind, FollowUpState
from complaints.models import FollowUp, FollowUpMove, Reminder
from complaints.resources import deliveries, followups
from complaints.services import followups as services
from complaints.services import reminders
from portal.models import Notice
from portal.transfer import output, registry, runner
from portal.transfer.jobs import Job
from staff.people.access import scope_of
from tests.factories.complaints import ComplaintFactory, FollowUpFactory, OrderFactory
from tests.factories.portal import RobotFactory
from tests.factories.staff import StoreFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
HEAD = "number,complaint,order,owner,due_at,purpose,assigned_by,urgent,reference"


@pytest.fixture
def bring(tmp_path):
    def run(*lines, head=HEAD, user=None, scope=None):
        path = tmp_path / "followups.csv"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        context = registry.Context(actor=user, scope=scope, now=NOW, zone=ZONE)
        given = Job(kind=followups.FOLLOWUPS, path=path, context=context, clock=lambda: NOW)
        record = runner.start_run(given, filename=path.name)
        return runner.run_import(replace(given, run=record))

    return run


def counts(**some):
    return {"added": 0, "changed": 0, "unchanged": 0, "rejected": 0} | some


def codes(report):
    return [(found.field, found.code) for found in report.rejections]


def test_import_makes_followups_with_reminders_and_the_same_file_changes_nothing(department, bring):
    case = ComplaintFactory(store=department.store, reference="R-1")
    order = OrderFactory(store=department.store, number="TB-9")
    agent, lead = department.agent.number, department.lead.number
    lines = [
        f",{case.number.lower()},,{agent},2026-11-02 13:00,回电,{lead},yes,A",
        f",R-1,,{agent},2026-11-02 09:00,补发,,,B",
        f",,TB-9,{agent},2026-11-02 14:00,催单,,否,C",
    ]
    assert bring(*lines).counts == counts(added=3)
    made = FollowUp.objects.order_by("reference")
    assert [(row.complaint, row.order, row.store, row.urgent) for row in made] == [
        (case, None, department.store, True),
        (case, None, department.store, False),
        (None, order, department.store, False),
    ]
    assert made[0].assigned_by == department.lead
    assert made[0].due_at == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
    assert Reminder.objects.filter(followup=made[1]).count() == 4  # its early rung has passed
    assert bring(*lines).counts == counts(unchanged=3)


def test_import_of_another_time_and_owner_reschedules_and_hands_over(department, bring):
    case = ComplaintFactory(store=department.store)
    agent, mate = department.agent.number, department.mate.number
    bring(f",{case.number},,{agent},2026-11-02 13:00,回电,,,A")
    followup = FollowUp.objects.get()
    late = NOW + timedelta(hours=1)
    while reminders.deliver_due(late):
        pass
    report = bring(f",,,{mate},2026-11-02 18:00,回电客户,,yes,A")
    assert report.counts == counts(changed=1)
    followup.refresh_from_db()
    assert (followup.owner, followup.purpose, followup.urgent, followup.rescheduled) == (
        department.mate, "回电客户", True, 1,
    )  # fmt: skip
    kinds = FollowUpMove.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [EntryKind.ASSIGNED, EntryKind.RESCHEDULED, EntryKind.HANDED_OVER]
    waiting = Reminder.objects.waiting()
    assert set(waiting.values_list("followup_due_at", flat=True)) == {followup.due_at}
    assert not Notice.objects.filter(kind=reminders.REMINDER, read_at=None).exists()


def test_import_by_number_changes_only_what_the_row_says(department, bring):
    followup = FollowUpFactory(store=department.store, owner=department.agent, reference="old")
    row = f"{followup.number},,,{department.agent.number},2026-11-02 12:00,新的事项"
    report = bring(row, head="number,complaint,order,owner,due_at,purpose")
    assert report.counts == counts(changed=1)
    followup.refresh_from_db()
    assert (followup.purpose, followup.reference, followup.rescheduled) == ("新的事项", "old", 0)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("F20261102-99999,,,{agent},2026-11-02 13:00,x,,,", ("complaint", "neither")),
        (",,,{agent},2026-11-02 13:00,x,,,", ("complaint", "neither")),
        ("F20261102-99999,{case},,{agent},2026-11-02 13:00,x,,,", ("number", "unknown_number")),
        (",C1,,{agent},2026-11-02 13:00,x,,,", ("complaint", "unknown_complaint")),
        (",twice,,{agent},2026-11-02 13:00,x,,,", ("complaint", "ambiguous_complaint")),
        (",,none,{agent},2026-11-02 13:00,x,,,", ("order", "unknown_order")),
        (",,SAME,{agent},2026-11-02 13:00,x,,,", ("order", "ambiguous_order")),
        (",{case},SAME,{agent},2026-11-02 13:00,x,,,", ("order", "both")),
        (",{case},,E999,2026-11-02 13:00,x,,,", ("owner", "unknown_person")),
        (",{case},,{agent},2026-11-02 13:00,x,E999,,", ("assigned_by", "unknown_person")),
        (",{case},,{agent},2029-11-02 13:00,x,,,", ("due_at", "due_too_far")),
        ("{done},,,{agent},2026-11-02 18:00,x,,,", ("due_at", "not_open")),
        ("{done},,,{mate},2026-11-02 12:00,x,,,", ("owner", "not_open")),
        ("{done},,,{agent},2026-11-02 12:00,x,,,taken", ("reference", "reference_taken")),
    ],
)
def test_import_says_why_a_row_is_refused(department, bring, row, code):
    case = ComplaintFactory(store=department.store)
    ComplaintFactory(store=department.store, reference="twice", channel="PHONE")
    ComplaintFactory(store=department.store, reference="twice", channel="MAIL")
    OrderFactory(store=department.store, number="SAME")
    OrderFactory(store=StoreFactory(), number="SAME")
    FollowUpFactory(store=department.store, reference="taken")
    done = FollowUpFactory(
        store=department.store, owner=department.agent, state=FollowUpState.DONE, done_at=NOW
    )
    text = row.format(
        case=case.number,
        done=done.number,
        agent=department.agent.number,
        mate=department.mate.number,
    )
    before = FollowUp.objects.count()
    assert codes(bring(text)) == [code]
    assert FollowUp.objects.count() == before


def test_import_by_a_lead_stays_within_their_reach(department, bring):
    theirs = ComplaintFactory(store=department.other_store)
    own = ComplaintFactory(store=department.store)
    hidden = FollowUpFactory(store=department.other_store, reference="X")
    user = department.lead.user
    scope = scope_of(user, today=NOW.date())
    agent, stranger = department.agent.number, department.stranger.number
    report = bring(
        f",{theirs.number},,{agent},2026-11-02 13:00,x,,,",
        f",{own.number},,{stranger},2026-11-02 13:00,x,,,",
        f",{own.number},,{agent},2026-11-02 13:00,x,,,X",
        f"{hidden.number},{own.number},,{agent},2026-11-02 13:00,x,,,",
        user=user,
        scope=scope,
    )
    assert codes(report) == [
        ("complaint", "unknown_complaint"),
        ("owner", "not_your_person"),
        ("reference", "reference_taken"),
        ("number", "unknown_number"),
    ]


def test_import_costs_the_same_for_any_number_of_rows(department, bring):
    case = ComplaintFactory(store=department.store)
    order = OrderFactory(store=department.store)
    agent, mate = department.agent.number, department.mate.number

    def queries(count, owner, prefix):
        rows = [
            f",{case.number if n % 2 else ''},{'' if n % 2 else order.number},{owner},"
            f"2026-11-02 13:{n:02},x,,,{prefix}{n}"
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as seen:
            report = bring(*rows)
        assert report.rejections == []
        return len(seen)

    queries(2, agent, "w")
    # SQLite splits a statement of many values in two; a query for each row would be 36 more.
    assert queries(40, agent, "b") <= queries(4, agent, "a") + 3
    assert queries(40, mate, "b") <= queries(4, mate, "a") + 3


def test_export_can_be_imported_again(department, bring):
    case = ComplaintFactory(
        store=department.store, order=OrderFactory(store=department.store, number="TB1")
    )
    agent = department.agent.number
    bring(f",{case.number},,{agent},2026-11-02 13:00,=1+1,,yes,A")
    OrderFactory(store=department.store, number="SAME")
    both = OrderFactory(store=department.other_store, number="SAME")
    services.assign(
        [
            services.Promise(
                owner_id=department.agent.pk,
                due_at=NOW + timedelta(days=1),
                purpose="y",
                order=both,
            )
        ],
        actor=None,
        now=NOW,
    )
    target = io.BytesIO()
    context = registry.Context(actor=None, now=NOW, zone=ZONE)
    assert (
        output.write_csv(
            followups.FOLLOWUPS, followups.export(context), target, ZONE, chinese=False
        )
        == 2
    )
    head, *lines = target.getvalue().decode("utf-8-sig").splitlines()
    assert bring(*lines, head=head).counts == counts(unchanged=2)


def test_export_of_a_person_holds_what_they_see(department):
    FollowUpFactory(store=department.store)
    FollowUpFactory(store=department.other_store)
    scope = scope_of(department.agent.user, today=NOW.date())
    context = registry.Context(actor=department.agent.user, scope=scope, now=NOW, zone=ZONE)
    assert len(list(followups.export(context))) == 1
    everything = registry.Context(actor=None, now=NOW, zone=ZONE)
    assert len(list(followups.export(everything))) == 2


def test_deliveries_list_each_reminder_once_and_each_message(department):
    department.team.robot = RobotFactory()
    department.team.save()
    department.agent.user.email = "agent@example.org"
    department.agent.user.save()
    case = ComplaintFactory(store=department.store)
    due_at = NOW + timedelta(hours=2)
    followup = services.assign(
        [
            services.Promise(
                owner_id=department.agent.pk, due_at=due_at, purpose="x", complaint=case
            )
        ],
        actor=department.lead,
        now=NOW,
    )[0]
    for moment in (due_at - timedelta(minutes=30), due_at):
        while reminders.deliver_due(moment):
            pass
    context = registry.Context(actor=None, now=NOW, zone=ZONE)
    target = io.BytesIO()
    output.write_csv(deliveries.DELIVERIES, deliveries.export(context), target, ZONE, chinese=False)
    rows = list(csv.DictReader(io.StringIO(target.getvalue().decode("utf-8-sig"))))
    portal = [(row["stage"], row["receiver"]) for row in rows if row["channel"] == "portal"]
    agent, lead = department.agent.number, department.lead.number
    assert portal == [("before", agent), ("due", agent), ("lead", lead)]
    assert {row["followup"] for row in rows} == {followup.number}
    assert len({row["identifier"] for row in rows}) == len(rows)
    keys = set(Notice.objects.filter(kind=reminders.REMINDER).values_list("key", flat=True))
    assert {row["identifier"] for row in rows if row["channel"] == "portal"} == keys
    assert {row["channel"] for row in rows} == {"portal", "mail", "robot"}
    scope = scope_of(department.stranger.user, today=NOW.date())
    foreign = registry.Context(actor=department.stranger.user, scope=scope, now=NOW, zone=ZONE)
    assert list(deliveries.export(foreign)) == []
