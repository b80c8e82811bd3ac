"""Phone calls: drawn by rule, three attempts, the number by a logged click, an item at the end."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage
from complaints.services import closing
from feedback.enums import CallOutcome as Outcome
from feedback.enums import CallState as S
from feedback.models import Call, CallAttempt, CallRule, Item
from feedback.policies import calls as policies
from feedback.services import calls
from portal import submissions
from portal.models import AuditEntry, Notice
from tests.factories.complaints import ComplaintFactory, CustomerFactory, OrderFactory
from tests.factories.feedback import CallFactory, CallRuleFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = timezone.now()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def scene():
    return Department()


def closed(scene, **fields):
    usual = {"store": scene.store, "owner": scene.agent, "stage": "SATISFIED", "closed_at": NOW}
    return ComplaintFactory(**usual | fields)


def waiting(scene, **fields):
    rule = CallRuleFactory(store=scene.store)
    return CallFactory(rule=rule, complaint=closed(scene), agent=scene.agent, **fields)


def tried(scene, call, outcome, *, now=NOW, **said):
    return calls.record(
        actor=scene.agent, call_id=call.pk, tried=calls.Tried(outcome=outcome, **said),
        form_key=uuid.uuid4(), now=now,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "attempts", "state"),
    [
        (Outcome.REACHED, 1, S.REACHED), (Outcome.REFUSED, 1, S.REFUSED),
        (Outcome.WRONG, 1, S.NOT_REACHED), (Outcome.NO_ANSWER, 1, S.WAITING),
        (Outcome.NO_ANSWER, 2, S.WAITING), (Outcome.NO_ANSWER, 3, S.NOT_REACHED),
        (Outcome.LATER, 1, S.WAITING), (Outcome.LATER, 9, S.WAITING),
    ],
)  # fmt: skip
def test_a_call_is_given_up_after_three_attempts(outcome, attempts, state):
    assert policies.state_after(outcome, attempts=attempts, most=3) == state


def test_the_sample_is_the_same_however_often_one_draws():
    drawn = [key for key in range(2000) if policies.is_drawn(1, key, percent=20)]
    assert 320 < len(drawn) < 480
    assert drawn == [key for key in range(2000) if policies.is_drawn(1, key, percent=20)]
    assert all(policies.is_drawn(1, key, percent=100) for key in range(200))


def test_closed_cases_are_drawn_once_so_many_days_later(scene):
    rule = CallRuleFactory(store=scene.store, days=2)
    case = closed(scene)
    closed(scene, customer=CustomerFactory(phone="", phone_hash=""))
    closed(scene, closed_at=NOW - 9 * DAY)
    closed(scene, store=scene.other_store)
    closed(scene, stage=CaseStage.REVISIT, closed_at=None)
    assert calls.draw_due(NOW + DAY) == 1
    assert Call.objects.count() == 0
    for hours in (49, 50):
        calls.draw_due(NOW + hours * HOUR)
    call = Call.objects.get()
    assert (call.rule, call.complaint, call.customer, call.agent, call.state) == (
        rule, case, case.customer, scene.agent, S.WAITING,
    )  # fmt: skip


def test_a_rule_draws_once_in_a_while_and_not_when_it_is_off(scene):
    rule = CallRuleFactory(store=scene.store)
    assert [calls.draw_due(NOW), calls.draw_due(NOW + timedelta(minutes=1))] == [1, 0]
    CallRule.objects.filter(pk=rule.pk).update(is_active=False)
    assert calls.draw_due(NOW + DAY) == 0


def test_shipped_orders_are_drawn_too(scene):
    CallRuleFactory(store=scene.store, after="ORDER", days=5)
    order = OrderFactory(store=scene.store, shipped_at=NOW - 5 * DAY)
    OrderFactory(store=scene.store, shipped_at=NOW - 4 * DAY)
    OrderFactory(store=scene.store)
    calls.draw_due(NOW)
    assert Call.objects.get().order == order


def test_a_customer_is_left_alone_after_so_many_calls(scene):
    rule = CallRuleFactory(store=scene.store, rest_days=30)
    first = closed(scene, closed_at=NOW - HOUR)
    closed(scene, customer=first.customer)
    calls.draw_due(NOW)
    assert list(Call.objects.order_by("pk").values_list("state", flat=True)) == ["WAITING", "LEFT"]
    later = NOW + 31 * DAY
    third = closed(scene, customer=first.customer, closed_at=later)
    calls.draw_due(later)
    assert Call.objects.get(complaint=third).state == S.WAITING
    assert rule.calls.count() == 3


def test_three_attempts_then_it_is_over(scene):
    call = waiting(scene)
    for number in range(3):
        call = tried(scene, call, Outcome.NO_ANSWER, now=NOW + number * 4 * HOUR)
        assert (call.state == S.WAITING) == (number < 2)
    assert (call.state, call.item, call.owner) == (S.NOT_REACHED, None, scene.agent)
    with pytest.raises(calls.Over):
        tried(scene, call, Outcome.REACHED, score=5)
    assert CallAttempt.objects.count() == 3


def test_what_the_customer_says_is_an_item_of_the_phone_channel(scene):
    call = tried(scene, waiting(scene), Outcome.REACHED, score=4, words="送货快一点就好了")
    item = call.item
    assert (item.source, item.rating, item.text, item.agent, item.customer, item.store) == (
        "PHONE", 4, "送货快一点就好了", scene.agent, call.customer, scene.store,
    )  # fmt: skip
    assert (item.channel.source, item.reference) == ("PHONE", f"call-{call.pk}")


def test_a_low_score_on_the_phone_reopens_the_closed_case_once(scene):
    call = waiting(scene)
    tried(scene, call, Outcome.REACHED, score=1, words="还是漏水")
    call.complaint.refresh_from_db()
    assert (call.complaint.stage, call.complaint.reopened) == (CaseStage.INVESTIGATION, 1)
    assert Notice.objects.filter(kind=closing.REOPENED, receiver=scene.lead.user).count() == 1
    revisit = call.complaint.revisits.get()
    assert (revisit.by, revisit.channel, revisit.score) == (scene.agent, "PHONE", 1)


def test_the_same_form_twice_is_one_attempt(scene):
    call, key = waiting(scene), uuid.uuid4()
    say = {"actor": scene.agent, "call_id": call.pk, "form_key": key, "now": NOW}
    calls.record(tried=calls.Tried(outcome=Outcome.NO_ANSWER), **say)
    with pytest.raises(submissions.AlreadySubmitted):
        calls.record(tried=calls.Tried(outcome=Outcome.NO_ANSWER), **say)
    assert CallAttempt.objects.count() == 1


def test_the_database_refuses_half_a_call(scene):
    call = waiting(scene)
    for wrong in ({"complaint": None}, {"state": S.REACHED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**wrong)


def test_the_number_is_shown_to_whom_may_and_each_look_is_logged(scene, client):
    call = waiting(scene)
    url, take = (
        reverse(f"feedback:{name}", args=[call.pk]) for name in ("call_phone", "take_call")
    )
    page = reverse("feedback:call", args=[call.pk])
    client.force_login(scene.mate.user)
    assert call.customer.phone not in client.get(page).content.decode()
    assert client.post(url).status_code == 403
    client.post(take)
    assert client.post(url).content.decode().count(call.customer.phone) == 1
    client.force_login(scene.agent.user)
    assert (client.post(url).status_code, client.post(take).status_code) == (403, 403)
    client.force_login(scene.lead.user)
    assert client.post(url).status_code == 200
    assert AuditEntry.objects.filter(verb="customer.unmasked").count() == 2


def form(**more):
    return {"form_key": str(uuid.uuid4()), "outcome": "REACHED", "score": "5", **more}


@pytest.mark.parametrize(
    "more",
    [
        {"score": ""}, {"outcome": "NO_ANSWER"}, {"outcome": "LATER", "score": ""},
        {"outcome": ""}, {"score": "6"}, {"score": "٣x"}, {"words": "\x00"}, {"form_key": "x"},
        {"outcome": "LATER", "score": "", "again_at": "2020-01-01T08:00"},
        {"outcome": "LATER", "score": "", "again_at": "9999-12-31T08:00"},
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_is_answered_beside_the_field(scene, client, more):
    call = waiting(scene)
    client.force_login(scene.agent.user)
    answer = client.post(reverse("feedback:call", args=[call.pk]), form(**more))
    assert answer.status_code == 422
    assert Item.objects.count() == CallAttempt.objects.count() == 0


def test_an_attempt_is_written_down_on_its_page(scene, client):
    call = waiting(scene)
    client.force_login(scene.agent.user)
    page = reverse("feedback:call", args=[call.pk])
    again = (timezone.localtime() + DAY).strftime("%Y-%m-%dT%H:%M")
    later = form(outcome="LATER", score="", again_at=again, note="下班后")
    assert client.post(page, later).url == reverse("feedback:calls")
    assert "下班后" in client.get(page).content.decode()
    assert client.post(page, form(words="很好")).url == page
    assert "很好" in client.get(page).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("view", "count"), [("calls", 8), ("call_rules", 7)])
def test_lists_cost_the_same_for_any_number_of_rows(
    scene, client, rows, view, count, django_assert_num_queries
):
    for _row in range(rows):
        waiting(scene, owner=scene.agent)
    client.force_login(scene.supervisor.user)
    client.get(reverse(f"feedback:{view}"))
    with django_assert_num_queries(count):
        response = client.get(reverse(f"feedback:{view}"))
    assert response.content.count(b"</tr>") == rows + 1


def rule_form(scene, **more):
    return {
        "form_key": str(uuid.uuid4()), "version": 0, "name": "结案三天后", "store": scene.store.pk,
        "after": "CASE", "days": 3, "percent": 30, "per_person": 1, "rest_days": 60,
        "is_active": "on", **more,
    }  # fmt: skip


def test_rules_are_made_and_changed_by_those_who_manage(scene, client):
    client.force_login(scene.supervisor.user)
    create = reverse("feedback:create_call_rule")
    data = rule_form(scene)
    assert [client.post(create, data).status_code for _twice in range(2)] == [302, 302]
    rule = CallRule.objects.get()
    edit = reverse("feedback:call_rule", args=[rule.pk])
    assert client.post(create, rule_form(scene)).status_code == 422
    assert client.post(edit, rule_form(scene, version=1, percent=50)).status_code == 302
    assert client.post(edit, rule_form(scene, version=1, percent=60)).status_code == 422
    rule.refresh_from_db()
    assert (rule.percent, rule.version) == (50, 2)
    for bad in ({"percent": 0}, {"percent": 101}, {"days": 9**30}, {"after": "x"}, {"store": "9"},
                {"name": "\x00"}, {"rest_days": -1}):  # fmt: skip
        assert client.post(create, rule_form(scene, **{"name": "别的", **bad})).status_code == 422
