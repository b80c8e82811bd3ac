"""What the API shows and does: the same as pages and exports, and no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.enums import CaseStage, ProposalState
from complaints.models import Complaint, FollowUp, Order, Proposal
from feedback.models import Item
from portal.api import root
from portal.models import AuditEntry
from portal.transfer import registry
from staff.attendance.models import Punch
from staff.people.access import scope_of
from tests.api.calling import Caller, token_of
from tests.factories.complaints import (
    ComplaintFactory,
    CustomerFactory,
    FollowUpFactory,
    OrderFactory,
)
from tests.factories.feedback import ItemFactory
from tests.factories.staff import AssignmentFactory, Department, PolicyFactory, PunchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def them():
    PolicyFactory()
    return Department()


def pages(caller, path):
    """Return all rows of a list, page by page, two at a time."""
    joint = "&" if "?" in path else "?"
    rows, cursor = [], ""
    while True:
        page = caller.get(f"{path}{joint}limit=2&cursor={cursor}").json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        cursor = page["next"]


def exported(name, person):
    scope = scope_of(person.user, today=timezone.localdate())
    context = registry.Context(
        actor=person.user, scope=scope, now=timezone.now(), zone=timezone.get_default_timezone()
    )
    return list(registry.get(name).export(context))


def test_lists_hold_the_rows_of_the_export_page_by_page(them):
    for store in (them.store, them.store, them.store, them.other_store):
        case = ComplaintFactory(store=store, order=OrderFactory(store=store))
        FollowUpFactory(
            complaint=case, store=store, owner=them.agent if store == them.store else them.stranger
        )
        ItemFactory(store=store, reference=f"R{case.pk}")
        AssignmentFactory(
            person=them.agent,
            team=them.team,
            day=timezone.localdate() + timedelta(days=case.pk % 7),
        )
    PunchFactory(person=them.agent)
    PunchFactory(person=them.stranger)
    for person in (them.agent, them.lead, them.supervisor, them.stranger):
        caller = Caller(person)
        for path, kind, ours, theirs in (
            ("/complaints", "complaints", "number", "number"),
            ("/orders", "orders", "order", "order"),
            ("/followups", "followups", "number", "number"),
            ("/feedback", "reviews", "reference", "reference"),
            ("/punches", "punches", "number", "number"),
            ("/shifts", "roster", "date", "date"),
        ):
            shown = sorted(str(row[ours]) for row in pages(caller, path))
            assert shown == sorted(str(row[theirs]) for row in exported(kind, person)), path


def test_a_page_goes_on_behind_its_last_row_whatever_came_since(them):
    now = timezone.now()
    made = [
        ComplaintFactory(store=them.store, registered_at=now - timedelta(hours=n)) for n in range(4)
    ]
    caller = Caller(them.lead)
    first = caller.get("/complaints?limit=2").json()
    ComplaintFactory(store=them.store, registered_at=now + timedelta(minutes=1))
    second = caller.get(f"/complaints?limit=2&cursor={first['next']}").json()
    numbers = [row["number"] for row in first["items"] + second["items"]]
    assert numbers == [case.number for case in made]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [("/complaints", 7), ("/orders", 7), ("/followups", 7), ("/feedback", 7)],
)
def test_a_list_costs_the_same_for_any_number_of_rows(
    them, rows, path, queries, django_assert_num_queries
):
    for _ in range(rows):
        case = ComplaintFactory(store=them.store, order=OrderFactory(store=them.store))
        FollowUpFactory(complaint=case, store=them.store, owner=them.agent)
        ItemFactory(store=them.store)
    caller = Caller(them.lead)
    caller.get(path)
    with django_assert_num_queries(queries):
        answer = caller.get(path)
    assert len(answer.json()["items"]) == rows


def test_personal_data_stays_masked_and_a_look_is_logged(them):
    customer = CustomerFactory(name="张三", phone="13812345678", address="江苏省扬州市文昌路1号")
    case = ComplaintFactory(store=them.store, customer=customer, owner=them.agent)
    for path in (
        "/complaints",
        f"/complaints/{case.number}",
        "/orders",
        f"/complaints/{case.number}/timeline",
    ):
        text = Caller(them.supervisor).get(path).content.decode()
        assert "13812345678" not in text
        assert "文昌路" not in text
    looks = AuditEntry.objects.filter(verb="customer.unmasked")
    path = f"/complaints/{case.number}/contact"
    assert Caller(them.agent).post(path).json()["phone"] == "13812345678"
    assert looks.count() == 0  # the case is the agent's own
    assert Caller(them.lead).post(path).json()["address"] == "江苏省扬州市文昌路1号"
    assert looks.count() == 2
    assert Caller(them.mate).post(path).status_code == 403
    assert Caller(them.stranger).post(path).status_code == 404


def test_people_show_contact_to_whom_the_pages_do_and_wages_to_nobody(them):
    them.mate.phone = "13900000000"
    them.mate.save()
    path = f"/people/{them.mate.number}"
    assert Caller(them.agent).get(path).json()["phone"] is None
    assert Caller(them.lead).get(path).json()["phone"] == "13900000000"
    assert "salary" not in str(root.description()).lower()
    assert "wage" not in str(root.description()["components"]["schemas"]).lower().replace(
        "never wages", ""
    )


def test_late_stays_late_by_the_same_seconds(them):
    case = ComplaintFactory(store=them.store, owner=them.agent)
    Complaint.objects.filter(pk=case.pk).update(
        answered_at=timezone.now(), answered_late=37 * 60, answer_by=timezone.now()
    )
    caller = Caller(them.agent)
    assert caller.get("/complaints").json()["items"][0]["answered_late_seconds"] == 2220
    assert caller.get(f"/complaints/{case.number}").json()["answered_late_seconds"] == 2220


def test_a_complaint_goes_its_way_by_calls(them):
    agent, lead = Caller(them.agent), Caller(them.lead)
    body = {
        "channel": "PHONE", "store": them.store.name, "customer": "张三", "phone": "13812345678",
        "description": "灯不亮", "order_number": "A-1", "amount_fen": 9900, "take": True,
        "type": "",
    }  # fmt: skip
    made = agent.post("/complaints", body)
    assert made.status_code == 201
    number, tag = made.json()["number"], made["ETag"]
    assert made.json()["owner"] == them.agent.number
    path = f"/complaints/{number}"
    assert agent.post(f"{path}/acknowledge").status_code == 200
    again = agent.post(f"{path}/acknowledge")
    assert (again.status_code, again.json()["code"]) == (409, "ACKNOWLEDGED")
    stale = agent("PATCH", path, {"demand": "换货"}, If_Match=tag)
    assert stale.status_code == 412
    assert agent("PATCH", path, {"demand": "换货"}).status_code == 428
    fresh = agent.get(path)["ETag"]
    changed = agent("PATCH", path, {"demand": "换货"}, If_Match=fresh)
    assert (changed.status_code, changed.json()["demand"]) == (200, "换货")
    case = Complaint.objects.select_related("customer").get(number=number)
    assert (case.customer.phone, case.order.number) == ("13812345678", "A-1")
    assert agent.post(f"{path}/answer", {"text": "换一个新的"}).json()["answered_at"] is not None
    move = {"seen": "HANDLING", "to": "CLOSED"}
    assert lead.post(f"{path}/stage", {**move, "to": "SATISFIED"}).status_code in (409, 422)
    kinds = [line["kind"] for line in agent.get(f"{path}/timeline").json()["items"]]
    assert {"REGISTERED", "ACKNOWLEDGED", "CHANGED", "ANSWERED"} <= set(kinds)


def test_nobody_decides_on_their_own_proposal_here_either(them):
    case = ComplaintFactory(store=them.store, owner=them.lead, stage=CaseStage.PROPOSAL)
    lead, path = Caller(them.lead), f"/complaints/{case.number}/proposals"
    body = {"remedies": [{"kind": "COUPON", "amount_fen": 2000, "text": "券"}], "reason": "道歉"}
    judged = {
        "long_relation": "YES", "buys_again": "YES", "reasonable": "YES", "fault": "OURS",
        "findings": "仓库漏放",
    }  # fmt: skip
    assess = path.replace("proposals", "assessment")
    assert lead("PUT", assess, judged, If_Match='"0"').json()["version"] == 1
    assert lead("PUT", assess, judged, If_Match='"0"').status_code == 412
    made = lead.post(path, body)
    assert made.status_code == 201
    second = lead.post(path, body)
    assert (second.status_code, second.json()["code"]) == (409, "proposal_stands")
    sent = lead.post(f"{path}/1/submit", If_Match=made["ETag"])
    assert sent.status_code == 200, sent.json()
    assert sent.json()["state"] == ProposalState.SUBMITTED
    own = lead.post(f"{path}/1/decision", {"approve": True, "reason": "ok"}, If_Match=sent["ETag"])
    assert own.status_code == 409
    assert own.json()["code"] == "OWN"
    assert own.json()["detail"] == "Nobody decides on their own proposal (CMP-7)."
    assert Proposal.objects.get().decided_by is None
    deputy = Caller(them.deputy)
    late = deputy.post(f"{path}/1/decision", {"approve": True, "reason": "ok"}, If_Match='"1"')
    assert late.status_code == 412
    done = deputy.post(
        f"{path}/1/decision", {"approve": True, "reason": "ok"}, If_Match=sent["ETag"]
    )
    assert done.json()["state"] == ProposalState.APPROVED


def test_a_refund_above_an_exchange_is_refused_with_the_sentence_of_the_page(them):
    case = ComplaintFactory(
        store=them.store, owner=them.agent, stage=CaseStage.PROPOSAL,
        order=OrderFactory(store=them.store),
    )  # fmt: skip
    body = {
        "remedies": [{"kind": "PARTIAL_REFUND", "amount_fen": 3801}], "reason": "x",
        "goods_fen": 3000, "freight_out_fen": 800,
    }  # fmt: skip
    refused = Caller(them.agent).post(f"/complaints/{case.number}/proposals", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "OVER_EXCHANGE")
    assert "38.00" in refused.json()["detail"]


def test_follow_ups_are_assigned_moved_and_finished(them):
    case = ComplaintFactory(store=them.store, owner=them.agent)
    caller, due = Caller(them.agent), timezone.now() + timedelta(days=1)
    body = {"complaint": case.number, "due_at": due.isoformat(), "purpose": "回电"}
    made = caller.post("/followups", body)
    assert made.status_code == 201
    path, tag = f"/followups/{made.json()['number']}", made["ETag"]
    later = {"due_at": (due + timedelta(days=1)).isoformat(), "reason": "顾客没空"}
    moved = caller.post(f"{path}/reschedule", later, If_Match=tag)
    assert moved.json()["rescheduled"] == 1
    assert caller.post(f"{path}/finish", {"outcome": "好"}, If_Match=tag).status_code == 412
    given = caller.post(
        f"{path}/hand-over", {"to": them.mate.number, "reason": "下班"}, If_Match=moved["ETag"]
    )
    assert given.json()["owner"] == them.mate.number
    done = Caller(them.mate).post(f"{path}/finish", {"outcome": "好"}, If_Match=given["ETag"])
    assert done.json()["state"] == "DONE"
    again = Caller(them.mate).post(f"{path}/finish", {"outcome": "好"}, If_Match=done["ETag"])
    assert (again.status_code, again.json()["code"]) == (409, "NOT_OPEN")
    past = {**body, "due_at": "2020-01-01T00:00:00Z"}
    assert caller.post("/followups", past).json()["code"] == "DUE_IN_THE_PAST"
    assert FollowUp.objects.count() == 1


def test_rows_are_written_all_or_none_through_the_checks_of_a_file(them):
    caller = Caller(them.lead)
    good = {"order": "A-1", "store": them.store.name, "bought_at": "2026-11-01T08:00:00+08:00",
            "customer": "张三", "amount_fen": 9900}  # fmt: skip
    bad = {**good, "order": "A-2", "store": them.other_store.name}
    refused = caller.post("/orders", {"items": [good, bad]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "items.1.store"
    assert not Order.objects.exists()
    assert caller.post("/orders", {"items": [good]}).json() == {
        "added": 1,
        "changed": 0,
        "unchanged": 0,
    }
    assert caller.post("/orders", {"items": [good]}).json()["unchanged"] == 1
    changed = {**good, "tracking": "SF1"}
    assert caller.post("/orders", {"items": [changed]}).json()["changed"] == 1
    order = Order.objects.get()
    assert (order.amount_fen, order.tracking, order.customer.name) == (9900, "SF1", "张三")
    cleared = {**good, "tracking": None}
    assert caller.post("/orders", {"items": [cleared]}).json()["changed"] == 1
    twice = caller.post("/orders", {"items": [good, good]})
    assert twice.json()["errors"][0]["field"] == "items.1"
    assert Caller(them.agent).post("/orders", {"items": [good]}).status_code == 403


def test_punches_and_feedback_come_in_as_from_files(them):
    caller = Caller(them.lead)
    punch = {"number": them.agent.number, "punched_at": "2026-11-02T08:31:00+08:00", "kind": "IN"}
    assert caller.post("/punches", {"items": [punch]}).json()["added"] == 1
    assert caller.post("/punches", {"items": [punch]}).json()["unchanged"] == 1
    assert Punch.objects.get().kind == "IN"
    item = {"channel": "STORE_REVIEW", "store": them.store.name, "reference": "R-1",
            "received_at": "2026-11-02T08:31:00+08:00", "text": "差", "rating": 1}  # fmt: skip
    assert caller.post("/feedback", {"items": [item]}).json()["added"] == 1
    assert caller.post("/feedback", {"items": [{**item, "rating": 5}]}).json()["changed"] == 1
    assert Item.objects.get().rating == 5


def test_a_measure_is_the_figure_of_its_rows_and_shows_no_stranger(them):
    day = timezone.localdate()
    now = timezone.now()
    for owner, late in ((them.agent, False), (them.mate, True)):
        FollowUpFactory(
            store=them.store, owner=owner, due_at=now, state="DONE",
            done_at=now + timedelta(hours=1 if late else -1), done_by=owner, outcome="好",
            complaint=ComplaintFactory(store=them.store),
        )  # fmt: skip
    path = f"/measures/FOLLOWUPS_IN_TIME?since={day}&until={day}"
    lead = Caller(them.lead).get(path).json()
    assert (lead["value"], lead["count"], lead["unit"]) == (5000, 2, "percent")
    agent = Caller(them.agent).get(path).json()
    assert {row["person"] for row in agent["rows"]} == {them.agent.number, None}
    stranger = Caller(them.stranger).get(path).json()
    assert (stranger["value"], stranger["rows"]) == (None, [])


def test_the_administrator_sees_no_case_and_writes_none(them):
    ComplaintFactory(store=them.store)
    admin = Caller(token_of(them.outsider))
    assert admin.get("/complaints").json()["items"] == []
    body = {"channel": "PHONE", "store": them.store.name, "customer": "x", "description": "x"}
    assert admin.post("/complaints", body).status_code == 403


def test_a_channel_has_a_reference_once(them):
    caller = Caller(them.agent)
    body = {"channel": "CHAT", "store": them.store.name, "customer": "张三", "description": "x",
            "reference": "E-1"}  # fmt: skip
    assert caller.post("/complaints", body).status_code == 201
    again = caller.post("/complaints", body)
    assert (again.status_code, again.json()["code"]) == (409, "reference_taken")
    assert Complaint.objects.count() == 1
