import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from complaints.enums import EntryKind, FollowUpState, OfferState, Stage
from complaints.models import FollowUp, FollowUpMove, HandoverOffer, Reminder
from complaints.services import followups as services
from tests.factories.complaints import (
    ComplaintFactory,
    FollowUpFactory,
    HandoverOfferFactory,
    OrderFactory,
)
from tests.factories.staff import AbsenceFactory, AssignmentFactory

pytestmark = pytest.mark.django_db

NOON = "2026-11-02T04:00:00Z"  # 12:00 in Shanghai, a Monday
HOSTILE = ["\x00", "a\x00b", "9" * 400, "1_000", "١٢٣", "-1", "' OR 1=1 --", "%ED%A0%80", "%00", ""]


@pytest.fixture
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def open_one(department, _noon):
    case = ComplaintFactory(store=department.store)
    promise = services.Promise(
        complaint=case,
        owner_id=department.agent.pk,
        due_at=timezone.now() + timedelta(hours=2),
        purpose="回电确认",
    )
    return services.assign([promise], actor=department.lead, now=timezone.now())[0]


@pytest.fixture
def as_agent(client, department):
    client.force_login(department.agent.user)
    return client


@pytest.fixture
def as_lead(client, department):
    client.force_login(department.lead.user)
    return client


def numbers(response):
    return [row.number for row in response.context["page"].rows]


def address(name, followup):
    return reverse(f"complaints:{name}", args=[followup.number])


@pytest.mark.parametrize("rows", [1, 3])
def test_index_costs_the_same_for_any_number_of_rows(
    as_lead, department, rows, django_assert_max_num_queries
):
    FollowUpFactory.create_batch(rows, store=department.store, owner=department.agent)
    as_lead.get(reverse("complaints:followups"))  # the first one stores when the session began
    with django_assert_max_num_queries(11):
        response = as_lead.get(reverse("complaints:followups"))
    assert len(numbers(response)) == rows


@pytest.mark.usefixtures("_noon")
def test_tabs_show_mine_the_teams_all_open_and_done(as_agent, department):
    common = {"store": department.store}
    mine = FollowUpFactory(owner=department.agent, **common)
    mates = FollowUpFactory(owner=department.mate, **common)
    stores = FollowUpFactory(owner=department.supervisor, **common)
    done = FollowUpFactory(
        owner=department.agent, state=FollowUpState.DONE, done_at=timezone.now(), **common
    )
    FollowUpFactory(store=department.other_store, owner=department.stranger)
    shown = {
        tab: set(numbers(as_agent.get(reverse("complaints:followups"), {"tab": tab})))
        for tab in ("mine", "team", "open", "done", "nonsense")
    }
    assert shown == {
        "mine": {mine.number},
        "team": {mine.number, mates.number},
        "open": {mine.number, mates.number, stores.number},
        "done": {done.number},
        "nonsense": {mine.number},
    }


@pytest.mark.usefixtures("_noon")
def test_filters_by_due_urgency_owner_store_and_search(as_lead, department):
    now = timezone.now()
    case = ComplaintFactory(store=department.store)
    order = OrderFactory(store=department.store, number="TB-77")
    common = {"store": department.store, "owner": department.agent}
    late = FollowUpFactory(due_at=now - timedelta(hours=1), complaint=case, **common)
    soon = FollowUpFactory(due_at=now + timedelta(hours=1), urgent=True, **common)
    week = FollowUpFactory(due_at=now + timedelta(days=3), complaint=None, order=order, **common)
    far = FollowUpFactory(
        due_at=now + timedelta(days=30),
        store=department.store,
        owner=department.mate,
        reference="EXT-1",
    )

    def found(**query):
        return numbers(as_lead.get(reverse("complaints:followups"), query))

    assert found() == [row.number for row in (late, soon, week, far)]
    assert found(due="overdue") == [late.number]
    assert found(due="today") == [late.number, soon.number]
    assert found(due="week") == [late.number, soon.number, week.number]
    assert found(urgent="on") == [soon.number]
    assert found(owner=department.mate.pk) == [far.number]
    assert found(store=department.other_store.pk) == found()  # none of one's stores: ignored
    assert found(since="2026-11-05", until="2026-11-05") == [week.number]
    assert found(q=late.number.lower()) == [late.number]
    assert found(q=case.number) == [late.number]
    assert found(q="TB-77") == [week.number]
    assert found(q="EXT-1") == [far.number]
    assert found(q="nothing") == []


@pytest.mark.usefixtures("_noon")
def test_pages_follow_a_key_both_ways(as_lead, department):
    now = timezone.now()
    rows = [
        FollowUpFactory(
            store=department.store,
            owner=department.agent,
            due_at=now + timedelta(minutes=n // 3),  # several due at one moment
        )
        for n in range(120)
    ]
    expected = [row.number for row in rows]
    url = reverse("complaints:followups")
    first = as_lead.get(url)
    second = as_lead.get(url + first.context["next_url"])
    third = as_lead.get(url + second.context["next_url"])
    assert numbers(first) + numbers(second) + numbers(third) == expected
    assert (first.context["previous_url"], third.context["next_url"]) == ("", "")
    assert numbers(as_lead.get(url + third.context["previous_url"])) == numbers(second)
    assert numbers(as_lead.get(url + second.context["previous_url"])) == numbers(first)


def test_empty_lists_say_what_would_be_here(as_agent):
    page = as_agent.get(reverse("complaints:followups"), headers={"accept-language": "en"})
    assert b"Nothing to follow up." in page.content
    page = as_agent.get(
        reverse("complaints:followups"), {"q": "x"}, headers={"accept-language": "en"}
    )
    assert b"No follow-up fits." in page.content


def test_export_holds_the_filtered_rows(as_lead, department):
    one = FollowUpFactory(store=department.store, owner=department.agent, urgent=True)
    FollowUpFactory(store=department.store, owner=department.agent)
    FollowUpFactory(store=department.other_store)
    response = as_lead.get(
        reverse("portal:export_kind", args=["followups"]), {"urgent": "on", "tab": "team"}
    )
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(one.number)


def test_page_shows_history_reminders_and_acts_within_the_queries(
    as_agent, open_one, django_assert_max_num_queries
):
    as_agent.get(address("followup", open_one))
    with django_assert_max_num_queries(12):
        page = as_agent.get(address("followup", open_one))
    assert page.status_code == 200
    assert [rung.label for rung in page.context["rungs"]] == [str(one.label) for one in Stage]
    assert len(page.context["moves"]) == 1
    assert page.context["can_change"]


def test_finish_with_its_outcome_and_undo(as_agent, open_one):
    data = {"version": open_one.version, "outcome": "顾客满意"}
    response = as_agent.post(address("finish", open_one), data)
    assert response.url == address("followup", open_one)
    again = as_agent.post(address("finish", open_one), data)
    assert again.url == response.url
    open_one.refresh_from_db()
    assert (open_one.state, open_one.outcome) == (FollowUpState.DONE, "顾客满意")
    assert FollowUpMove.objects.filter(kind=EntryKind.DONE).count() == 1
    as_agent.post(address("undo_finish", open_one))
    open_one.refresh_from_db()
    assert open_one.state == FollowUpState.OPEN


def test_undo_after_ten_minutes_is_refused(as_agent, open_one):
    as_agent.post(address("finish", open_one), {"version": 1, "outcome": "好"})
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        as_agent.post(address("undo_finish", open_one))
    open_one.refresh_from_db()
    assert open_one.state == FollowUpState.DONE


def test_finish_without_outcome_says_so_beside_the_field(as_agent, open_one):
    response = as_agent.post(address("finish", open_one), {"version": 1, "outcome": " "})
    assert response.status_code == 422
    assert response.context["finish_form"].errors.keys() == {"outcome"}


def test_somebody_elses_change_is_shown_and_what_was_typed_stays(as_agent, department, open_one):
    services.reschedule(
        actor=department.lead,
        followup_id=open_one.pk,
        due_at=timezone.now() + timedelta(hours=5),
        reason="顾客开会",
        now=timezone.now(),
    )
    data = {"version": open_one.version, "outcome": "我写的结果"}
    response = as_agent.post(address("finish", open_one), data)
    assert response.status_code == 409
    assert "我写的结果" in response.content.decode()
    open_one.refresh_from_db()
    assert open_one.state == FollowUpState.OPEN
    form = response.context["finish_form"]
    as_agent.post(
        address("finish", open_one), {"version": form["version"].value(), "outcome": "我写的结果"}
    )
    open_one.refresh_from_db()
    assert open_one.state == FollowUpState.DONE


@pytest.mark.parametrize(
    ("when", "due_at", "expected"),
    [
        ("HALF_HOUR", "", "2026-11-02T04:30:00+00:00"),
        ("NEXT_SHIFT", "", "2026-11-03T00:30:00+00:00"),  # nothing rostered: the desk opens
        ("EXACT", "2026-11-04T09:15", "2026-11-04T01:15:00+00:00"),
    ],
)
def test_reschedule_by_a_pick_or_a_moment(as_agent, open_one, when, due_at, expected):
    data = {"version": 1, "when": when, "due_at": due_at, "reason": "顾客没接"}
    assert as_agent.post(address("reschedule", open_one), data).status_code == 302
    assert as_agent.post(address("reschedule", open_one), data).status_code == 302
    open_one.refresh_from_db()
    assert (open_one.due_at.isoformat(), open_one.rescheduled) == (expected, 1)


def test_reschedule_to_the_start_of_the_rostered_shift(as_agent, department, open_one):
    row = AssignmentFactory(
        person=department.agent, team=department.team, day=timezone.localdate() + timedelta(days=2)
    )
    data = {"version": 1, "when": "NEXT_SHIFT", "reason": "x"}
    as_agent.post(address("reschedule", open_one), data)
    open_one.refresh_from_db()
    assert open_one.due_at == row.starts_at


@pytest.mark.parametrize(
    ("when", "due_at"),
    [("EXACT", ""), ("EXACT", "2026-11-01T09:00"), ("EXACT", "0001-01-01T00:00"), ("EXACT", "x"),
     ("EXACT", "9999-12-31T23:59"), ("NONE", "")],
)  # fmt: skip
def test_reschedule_to_what_cannot_be_keeps_what_was_typed(as_agent, open_one, when, due_at):
    data = {"version": 1, "when": when, "due_at": due_at, "reason": "我的理由"}
    response = as_agent.post(address("reschedule", open_one), data)
    assert response.status_code == 422
    assert "我的理由" in response.content.decode()


def test_owner_hands_over_to_a_colleague_of_the_team(as_agent, department, open_one):
    data = {"version": 1, "to": department.stranger.pk, "reason": "下班"}
    assert as_agent.post(address("hand_over", open_one), data).status_code == 422
    data["to"] = department.mate.pk
    assert as_agent.post(address("hand_over", open_one), data).status_code == 302
    open_one.refresh_from_db()
    assert open_one.owner == department.mate


def test_lead_hands_over_what_was_selected(as_lead, department, open_one):
    other = FollowUpFactory(store=department.store, owner=department.agent)
    foreign = FollowUpFactory(store=department.other_store, owner=department.stranger)
    data = {
        "pick": [open_one.pk, other.pk, foreign.pk, "x", "9" * 30],
        "to": department.mate.pk,
        "reason": "请假",
        "query": "tab=team",
    }
    response = as_lead.post(reverse("complaints:hand_over_many"), data)
    assert response.url == reverse("complaints:followups") + "?tab=team"
    assert set(FollowUp.objects.filter(owner=department.mate)) == {open_one, other}


def filled(department, **more):
    return {
        "form_key": str(uuid.uuid4()),
        "owner": department.agent.pk,
        "purpose": "回电",
        "when": "TWO_HOURS",
        **more,
    }


@pytest.mark.usefixtures("_noon")
def test_assign_on_a_case_sent_twice_makes_one(as_lead, department):
    case = ComplaintFactory(store=department.store)
    page = as_lead.get(reverse("complaints:assign"), {"case": case.number})
    assert page.status_code == 200
    data = filled(department, pick=case.pk, urgent="on")
    first = as_lead.post(reverse("complaints:assign"), data)
    second = as_lead.post(reverse("complaints:assign"), data)
    assert first.url == second.url == reverse("complaints:case", args=[case.number])
    made = FollowUp.objects.get()
    assert (made.complaint, made.owner, made.urgent) == (case, department.agent, True)
    assert made.due_at == timezone.now() + timedelta(hours=2)
    assert Reminder.objects.filter(followup=made).count() == len(Stage)


@pytest.mark.usefixtures("_noon")
def test_assign_on_an_order_and_on_many_cases(as_lead, department):
    order = OrderFactory(store=department.store)
    response = as_lead.post(
        reverse("complaints:assign"), filled(department, order=order.pk, when="HOUR")
    )
    assert response.url == reverse("complaints:order", args=[order.pk])
    cases = ComplaintFactory.create_batch(3, store=department.store)
    hidden = ComplaintFactory(store=department.other_store)
    picks = [row.pk for row in (*cases, hidden)]
    shown = as_lead.post(reverse("complaints:assign_many"), {"pick": picks, "owner": ""})
    assert len(shown.context["cases"]) == 3
    as_lead.post(reverse("complaints:assign"), filled(department, pick=picks))
    assert FollowUp.objects.filter(complaint__in=cases).count() == 3
    assert not FollowUp.objects.filter(complaint=hidden).exists()


def test_agent_assigns_only_to_themselves(as_agent, department):
    case = ComplaintFactory(store=department.store)
    url = reverse("complaints:assign")
    data = filled(department, pick=case.pk, owner=department.mate.pk)
    assert as_agent.post(url, data).status_code == 422
    assert as_agent.post(url, data | {"owner": department.agent.pk}).status_code == 302
    assert [row.owner for row in FollowUp.objects.all()] == [department.agent]


@pytest.mark.usefixtures("_noon")
def test_form_warns_where_the_owner_will_be_away(as_lead, department):
    AbsenceFactory(person=department.agent, day=timezone.localdate() + timedelta(days=1))
    query = {"owner": department.agent.pk, "when": "EXACT", "due_at": "2026-11-03T14:00"}
    page = as_lead.get(reverse("complaints:presence"), query)
    assert page.context["warning"]
    query["owner"] = department.mate.pk
    assert not as_lead.get(reverse("complaints:presence"), query).context["warning"]


def test_offers_are_handed_over_or_kept(as_lead, department, open_one):
    other = FollowUpFactory(store=department.store, owner=department.agent)
    for row in (open_one, other):
        HandoverOfferFactory(followup=row, lead=department.lead, owner=department.agent)
    url = reverse("complaints:offers")
    assert len(as_lead.get(url).context["groups"]) == 1
    as_lead.post(url, {"pick": other.pk, "act": "keep"})
    as_lead.post(
        url, {"pick": open_one.pk, "act": "give", "to": department.mate.pk, "reason": "生病"}
    )
    states = HandoverOffer.objects.order_by("followup").values_list("state", flat=True)
    assert list(states) == [OfferState.TAKEN, OfferState.KEPT]
    open_one.refresh_from_db()
    assert open_one.owner == department.mate
    assert as_lead.get(url).context["groups"] == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("tile", ["tile_followups", "tile_team"])
def test_tiles_cost_the_same_for_any_number_of_rows(
    as_lead, department, rows, tile, django_assert_max_num_queries
):
    for row in FollowUpFactory.create_batch(rows, store=department.store, owner=department.agent):
        HandoverOfferFactory(followup=row, lead=department.lead, owner=department.agent)
    as_lead.get(reverse(f"complaints:{tile}"))
    with django_assert_max_num_queries(11):  # five of them the sign-in, the person and the scope
        response = as_lead.get(reverse(f"complaints:{tile}"))
    assert response.status_code == 200


FIELDS = (
    "q", "tab", "due", "owner", "store", "urgent", "since", "until", "after", "before", "pick",
    "to", "reason", "query", "version", "outcome", "when", "due_at", "form_key", "purpose",
    "case", "order", "act", "format",
)  # fmt: skip


def is_well(response):
    if response.streaming:
        list(response.streaming_content)  # which closes its file
    return response.status_code < 500


@pytest.mark.both
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_addresses_never_break_a_page(as_lead, text):
    queries = [dict.fromkeys(FIELDS, text), *({name: text} for name in FIELDS)]
    for name in ("followups", "presence", "offers", "assign", "assign_many"):
        for query in queries:
            assert is_well(as_lead.get(reverse(f"complaints:{name}"), query)), (name, query)
    path = reverse("complaints:followups") + quote(text or "x", safe="") + "/"
    assert as_lead.get(path).status_code in (400, 404)


@pytest.mark.both
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_forms_never_break_a_page(as_lead, department, open_one, text):
    case = ComplaintFactory(store=department.store)
    hostile = dict.fromkeys(FIELDS, text)
    for name in ("hand_over_many", "offers", "assign", "assign_many"):
        assert is_well(as_lead.post(reverse(f"complaints:{name}"), hostile))
    for key in ("owner", "purpose", "when", "due_at", "form_key", "order", "case"):
        data = filled(department, pick=case.pk) | {key: text}
        assert is_well(as_lead.post(reverse("complaints:assign"), data)), key
    good = {
        "version": 1, "outcome": "x", "reason": "x", "when": "EXACT",
        "due_at": "2026-11-03T09:00", "to": department.mate.pk,
    }  # fmt: skip
    forms = [hostile, *(good | {key: text} for key in good)]
    for name in ("finish", "reschedule", "hand_over", "undo_finish"):
        for data in forms:
            assert is_well(as_lead.post(address(name, open_one), data)), (name, data)
