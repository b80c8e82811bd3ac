"""Several people and several cases at once: presence, mentions, bulk acts, undo, shared views."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Severity
from complaints.models import (
    Complaint,
    FollowUp,
    Presence,
    Reminder,
    TimelineEntry,
    Watch,
)
from complaints.policies.mentions import mentioned
from complaints.services import bulk, cases, followups, presence
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from complaints.views.bulk import UNDO
from portal import submissions
from portal.models import Notice, SavedView
from tests.factories.complaints import NOW, ComplaintFactory, IncidentFactory, PresenceFactory
from tests.factories.staff import Department
from tests.feedback.sending import post

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def case(scene):
    return ComplaintFactory(store=scene.store, owner=scene.agent, recorder=scene.agent)


def registered(scene):
    facts = CaseFacts(
        buyer=Buyer(name="张三", platform="TMALL"), store_id=scene.store.pk, channel="PHONE",
        description="灯坏了。",
    )  # fmt: skip
    return cases.register(actor=scene.agent, facts=facts, now=NOW)


def test_others_at_the_page_are_told_until_they_have_gone(scene, case):
    assert presence.here(actor=scene.agent, complaint_id=case.pk, is_writing=True, now=NOW) == []
    ask = {"actor": scene.mate, "complaint_id": case.pk, "is_writing": False}
    assert presence.here(**ask, now=NOW) == [(scene.agent.name, True)]
    assert presence.here(**ask, now=NOW + timedelta(minutes=2)) == []
    assert Presence.objects.count() == 2
    PresenceFactory(seen_at=NOW - timedelta(days=1))
    assert [presence.forget_old(NOW), presence.forget_old(NOW)] == [1, 0]


def test_presence_costs_little(scene, case, client, django_assert_num_queries):
    client.force_login(scene.agent.user)
    address = reverse("complaints:here", args=[case.number])
    client.post(address)
    with django_assert_num_queries(8):
        client.post(address, {"writing": "1"})
    client.force_login(scene.stranger.user)
    assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@李明 看一下", [1]),
        ("请@李明明和@A007", [2, 3]),
        ("@Li, @Lily", [4, 5]),
        ("@lily", [5]),
        ("a@b.example @nobody", []),
        ("@ @@李明", [1]),
        ("@王", [6, 7]),
    ],
)
def test_the_longest_name_after_an_at_is_meant(text, found):
    people = {
        1: ("李明", "A001"), 2: ("李明明", "A002"), 3: ("赵", "A007"), 4: ("Li", "A004"),
        5: ("Lily", "A005"), 6: ("王", "A008"), 7: ("王", "A009"),
    }  # fmt: skip
    assert mentioned(text, people) == found


def test_who_is_mentioned_is_told_once_and_only_who_sees_the_case(scene, case, client):
    client.force_login(scene.agent.user)
    numbers = [one.number for one in (scene.mate, scene.deputy, scene.stranger, scene.agent)]
    text = " ".join(f"@{number}" for number in (*numbers, scene.mate.number))
    assert client.post(reverse("complaints:note", args=[case.number]), {"text": text})
    told = Notice.objects.filter(kind=cases.MENTIONED).values_list("receiver", flat=True)
    assert sorted(told) == sorted([scene.mate.user_id, scene.deputy.user_id])
    names = client.get(reverse("complaints:names", args=[case.number])).json()["people"]
    offered = {one["number"] for one in names}
    assert scene.supervisor.number in offered
    assert scene.stranger.number not in offered


def test_a_watcher_from_elsewhere_can_be_mentioned(scene, case):
    Watch.objects.create(complaint=case, person=scene.stranger, since=NOW)
    cases.add_note(
        actor=scene.agent, complaint_id=case.pk, text=f"@{scene.stranger.number}", now=NOW
    )
    assert Notice.objects.get(kind=cases.MENTIONED).receiver == scene.stranger.user


def test_cases_given_to_somebody_are_taken_back_with_a_click(scene, client):
    picked = [ComplaintFactory(store=scene.store, owner=scene.mate) for _ in "abc"]
    client.force_login(scene.lead.user)
    data = {"pick": [one.pk for one in picked], "owner": scene.agent.pk, "query": ""}
    client.post(reverse("complaints:give"), data)
    assert Complaint.objects.filter(owner=scene.agent).count() == 3
    page = client.get(reverse("complaints:list"))
    assert page.context["undoable"] == 3
    cases.set_owner(actor=scene.lead, complaint_ids=[picked[0].pk], owner_id=None, now=NOW)
    client.post(reverse("complaints:undo"), {"next": "/complaints/"})
    assert Complaint.objects.filter(owner=scene.mate).count() == 2  # one was changed since
    assert client.get(reverse("complaints:list")).context["undoable"] == 0
    client.post(reverse("complaints:undo"))
    assert Complaint.objects.filter(owner=scene.mate).count() == 2


def test_followups_assigned_to_many_cases_are_taken_back(scene, client):
    picked = [ComplaintFactory(store=scene.store) for _ in "abc"]
    client.force_login(scene.lead.user)
    data = {
        "pick": [one.pk for one in picked], "form_key": submissions.new_key(),
        "owner": scene.agent.pk, "purpose": "回电", "when": "HOUR",
    }  # fmt: skip
    answer = client.post(reverse("complaints:assign"), data)
    made = list(FollowUp.objects.order_by("pk"))
    assert [row.state for row in made] == ["OPEN"] * 3
    page = client.get(answer.url)
    assert page.context["undoable"] == 3
    assert reverse("complaints:undo") in page.content.decode()
    followups.reschedule(
        actor=scene.agent, followup_id=made[0].pk, due_at=made[0].due_at + timedelta(days=1),
        reason="客户没空", now=timezone.now(),
    )  # fmt: skip
    for _ in range(2):
        client.post(reverse("complaints:undo"), {"next": answer.url})
    states = FollowUp.objects.order_by("pk").values_list("state", "done_by")
    assert list(states) == [("OPEN", None), ("DONE", scene.lead.pk), ("DONE", scene.lead.pk)]
    assert "收回" in FollowUp.objects.get(pk=made[1].pk).outcome
    assert not Reminder.objects.waiting().filter(followup__in=made[1:]).exists()


def test_the_time_to_take_back_is_short(scene, case, client):
    client.force_login(scene.lead.user)
    client.post(reverse("complaints:set_owner", args=[case.number]), {"owner": ""})
    session = client.session
    kept = session[UNDO]
    session[UNDO] = kept | {"at": "2026-01-01T00:00:00+00:00"}
    session.save()
    client.post(reverse("complaints:undo"), {"next": "//evil.example"})
    case.refresh_from_db()
    assert case.owner is None


def test_severity_of_many_moves_their_deadlines_and_comes_back(scene):
    one = registered(scene)
    before = one.answer_by
    done = bulk.grade(
        actor=scene.lead, complaint_ids=[one.pk], severity=Severity.CRITICAL,
        now=NOW + timedelta(minutes=1),
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.severity, one.answer_by < before) == ("CRITICAL", True)
    assert bulk.undo(actor=scene.lead, done=done, now=NOW + timedelta(minutes=2)) == 1
    one.refresh_from_db()
    assert (one.severity, one.answer_by) == ("ORDINARY", before)
    assert TimelineEntry.objects.filter(complaint=one, kind="SEVERITY").count() == 2


def test_severity_is_set_from_the_list(scene, case, client):
    client.force_login(scene.lead.user)
    data = {"act": "severity", "severity": "CRITICAL", "pick": [case.pk]}
    client.post(reverse("complaints:act"), data)
    case.refresh_from_db()
    assert case.severity == "CRITICAL"
    client.post(reverse("complaints:undo"))
    case.refresh_from_db()
    assert case.severity == "ORDINARY"


def test_many_are_watched_put_under_an_incident_and_exported(scene, client):
    picked = [ComplaintFactory(store=scene.store) for _ in "ab"]
    foreign = ComplaintFactory(store=scene.other_store)
    other = ComplaintFactory(store=scene.store)
    incident = IncidentFactory(store=scene.store)
    client.force_login(scene.lead.user)
    data = {"pick": [one.pk for one in (*picked, foreign)], "incident": incident.number}
    act = reverse("complaints:act")
    client.post(act, {**data, "act": "watch"})
    assert Watch.objects.filter(person=scene.lead).count() == 2
    client.post(reverse("complaints:undo"))
    assert not Watch.objects.exists()
    client.post(act, {**data, "act": "incident"})
    assert set(Complaint.objects.filter(incident=incident)) == set(picked)
    client.post(reverse("complaints:undo"))
    assert not Complaint.objects.filter(incident=incident).exists()
    answer = client.post(act, {**data, "act": "export"}, follow=True)
    file = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert all(one.number in file for one in picked)
    assert other.number not in file
    assert foreign.number not in file


def test_customers_of_many_cases_are_marked_as_valued_and_their_cases_go_up(scene, client):
    one = registered(scene)
    other = ComplaintFactory(store=scene.store, customer=one.customer)
    client.force_login(scene.lead.user)
    data = {"act": "value", "pick": [one.pk, other.pk]}
    client.post(reverse("complaints:act"), data)
    one.refresh_from_db()
    assert (one.customer.is_valued, one.escalated_at is not None) == (True, True)
    client.post(reverse("complaints:undo"))
    one.customer.refresh_from_db()
    assert not one.customer.is_valued


def test_what_was_done_to_an_incident_before_comes_back(scene, case):
    first, second = IncidentFactory(store=scene.store), IncidentFactory(store=scene.store)
    for incident in (first, second):
        done = bulk.put_under(actor=scene.lead, complaint_ids=[case.pk], incident=incident, now=NOW)
    assert bulk.undo(actor=scene.lead, done=done, now=NOW) == 1
    case.refresh_from_db()
    assert case.incident == first


@pytest.mark.parametrize("text", ["\0", "\ud800", "9" * 400, "٣", "1_000", ""])
@pytest.mark.usefixtures("case")
def test_hostile_input_is_answered(scene, client, text):
    client.force_login(scene.lead.user)
    for name in ("act", "give", "undo"):
        data = dict.fromkeys(
            ("act", "pick", "owner", "severity", "incident", "query", "next"), text
        )
        assert post(client, reverse(f"complaints:{name}"), data).status_code == 302
    for wanted in ("severity", "incident", "watch", "export"):
        data = {"act": wanted, "pick": text, "severity": text, "incident": text}
        assert post(client, reverse("complaints:act"), data).status_code == 302
    quoted = client.get(reverse("complaints:list"), {"picked": text.encode(errors="replace")})
    assert quoted.status_code == (400 if text == "\0" else 200)  # NUL in an address


def test_a_shared_view_is_offered_to_everybody_and_deleted_by_its_maker(scene, client):
    client.force_login(scene.lead.user)
    data = {"name": "今天的", "query": "age=1", "shared": "on"}
    client.post(reverse("portal:save_view", args=["complaints"]), data)
    client.post(reverse("portal:save_view", args=["complaints"]), {"name": "x", "query": ""})
    view = SavedView.objects.get(is_shared=True)
    client.force_login(scene.stranger.user)
    (offered,) = client.get(reverse("complaints:list")).context["views"]
    assert (offered["name"], offered["by"]) == ("今天的", str(scene.lead.user))
    delete = reverse("portal:delete_view", args=["complaints"])
    assert client.post(delete, {"view": view.pk}).status_code == 404
    client.force_login(scene.lead.user)
    assert client.post(delete, {"view": view.pk}).status_code == 302
