"""The pages of liabilities and chases, as agent, lead, deputy and supervisor see them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Bearer, Ground, LiabilityState
from complaints.models import Chase, Liability
from complaints.policies.liability import Part
from complaints.services import liability as services
from staff.incentives.models import Adjustment, Demerit
from staff.incentives.queries.adjustments import page_of
from tests.factories.complaints import (
    ChaseFactory,
    ComplaintFactory,
    LiabilityFactory,
    LiabilityShareFactory,
    OrderFactory,
)
from tests.factories.staff import AbsenceFactory, Department, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def open_as(client):
    def get(person, view, /, *args, **data):
        client.force_login(person.user)
        return client.get(reverse(view, args=args), data, headers={"Accept-Language": "en"})

    return get


@pytest.fixture
def send_as(client):
    def post(person, url, **data):
        client.force_login(person.user)
        return client.post(url, data, headers={"Accept-Language": "en"})

    return post


def text_of(response):
    return " ".join(response.content.decode().split())


def proposed(scene, **more):
    return LiabilityFactory(**{"store": scene.store, "proposed_by": scene.lead, **more})


def decided(scene, *people, cost=1200):
    row = proposed(scene, cost_fen=cost)
    parts = [Part(Bearer.PERSON, 1, one.pk) for one in people] or [Part(Bearer.WAREHOUSE, 1)]
    return services.decide(
        actor=scene.supervisor, liability_id=row.pk, version=1, parts=parts,
        decision="备注写错地址", now=timezone.now(),
    )  # fmt: skip


def decide_url(row):
    return reverse("complaints:decide_liability", args=[row.pk])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    scene, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        decided(scene, scene.agent)
    client.force_login(scene.deputy.user)
    with django_assert_num_queries(35):
        response = client.get(reverse("complaints:liabilities"))
    assert response.content.count(b"12.00") == 2 * rows


def test_an_agent_sees_the_own_share_and_nobody_elses(scene, open_as):
    row = decided(scene, scene.agent, scene.mate, cost=1301)
    page = text_of(open_as(scene.agent, "complaints:liability", row.pk))
    assert "6.51" in page
    assert "6.50" not in page
    assert scene.mate.name not in page
    listed = text_of(open_as(scene.mate, "complaints:liabilities"))
    assert "6.50" in listed
    assert "6.51" not in listed
    assert open_as(scene.stranger, "complaints:liability", row.pk).status_code == 404


def test_a_lead_who_proposed_learns_the_state_but_no_amount_and_no_reason(scene, open_as):
    row = decided(scene, scene.agent, scene.mate, cost=1301)
    page = text_of(open_as(scene.lead, "complaints:liability", row.pk))
    assert "decided" in page
    for secret in ("6.51", "6.50", scene.agent.name, "备注写错地址"):
        assert secret not in page


def test_before_the_decision_whoever_is_named_hears_nothing(scene, open_as):
    row = proposed(scene)
    LiabilityShareFactory(liability=row, person=scene.agent)
    assert open_as(scene.agent, "complaints:liability", row.pk).status_code == 404
    assert scene.agent.name in text_of(open_as(scene.lead, "complaints:liability", row.pk))


def test_a_case_shows_its_liabilities_to_whom_they_concern_only(scene, open_as):
    case = ComplaintFactory(store=scene.store)
    row = proposed(scene, complaint=case)
    proposed(scene, complaint=ComplaintFactory(store=scene.store))
    url = f"{reverse('complaints:liabilities')}?case={case.number}"
    assert url in text_of(open_as(scene.lead, "complaints:case", case.number))
    agent = text_of(open_as(scene.agent, "complaints:case", case.number))
    assert url not in agent
    assert "Liability" not in agent
    listed = open_as(scene.lead, "complaints:liabilities", case=case.number)
    assert [one["row"] for one in listed.context["rows"]] == [row]
    assert f"?case={case.number}&amp;tab=waiting" in text_of(listed)
    assert open_as(scene.lead, "complaints:liabilities", case='/"<x>').status_code == 200


def propose_url(**about):
    name, value = next(iter(about.items()))
    return f"{reverse('complaints:propose_liability')}?{name}={value}"


def proposal(**changed):
    return {
        "ground": "OTHER", "cost": "12.00", "reason": "地址写错", "bearer_0": "WAREHOUSE",
        "weight_0": "1", **changed,
    }  # fmt: skip


def test_a_lead_proposes_once_however_often_the_form_is_sent(scene, open_as, send_as):
    case = ComplaintFactory(store=scene.store)
    url = propose_url(case=case.number)
    form = open_as(scene.lead, "complaints:propose_liability", case=case.number).context["form"]
    data = proposal(form_key=form["form_key"].value(), bearer_0=f"PERSON:{scene.agent.pk}")
    answers = [send_as(scene.lead, url, **data).url for _ in range(2)]
    row = Liability.objects.get()
    assert answers == [reverse("complaints:liability", args=[row.pk])] * 2
    assert (row.cost_fen, row.complaint, row.shares.get().person) == (1200, case, scene.agent)
    again = send_as(scene.lead, url, **proposal())
    assert again.status_code == 422
    assert "stands for this order or complaint already" in text_of(again)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ground": "x"}, "ground"),
        ({"ground": "LATE"}, "ground"),
        ({"cost": "0"}, "cost"),
        ({"cost": "-3"}, "cost"),
        ({"cost": "1.234"}, "cost"),
        ({"cost": "9" * 40}, "cost"),
        ({"reason": ""}, "reason"),
        ({"reason": "\x00"}, "reason"),
        ({"reason": "a" * 501}, "reason"),
        ({"bearer_0": "PERSON:999999999"}, "bearer_0"),
        ({"bearer_0": "PERSON:"}, "bearer_0"),
        ({"weight_0": "0"}, "weight_0"),
        ({"weight_0": "10001"}, "weight_0"),
        ({"weight_0": "x"}, "weight_0"),
    ],
)
def test_bad_proposals_are_refused_beside_their_field(scene, send_as, changed, field):
    case = ComplaintFactory(store=scene.store)
    response = send_as(scene.lead, propose_url(case=case.number), **proposal(**changed))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Liability.objects.exists()


@pytest.mark.parametrize("query", ["", "?case=x", "?order=x", "?order=99999999999999999999999"])
def test_what_is_not_there_is_not_found(scene, send_as, query):
    url = reverse("complaints:propose_liability") + query
    assert send_as(scene.lead, url, **proposal()).status_code == 404


def test_the_supervisor_shares_the_cost_and_the_amounts_lead_back_to_the_page(
    scene, open_as, send_as
):
    row = proposed(scene, cost_fen=1000)
    assert open_as(scene.supervisor, "complaints:liability", row.pk).context["form"] is not None
    data = {
        "version": 1, "decision": "两人各半", "answer": "share",
        "bearer_0": f"PERSON:{scene.agent.pk}", "weight_0": 1,
        "bearer_1": f"PERSON:{scene.mate.pk}", "weight_1": 2,
    }  # fmt: skip
    assert send_as(scene.supervisor, decide_url(row), **data).status_code == 302
    assert sorted(Adjustment.objects.values_list("amount_fen", flat=True)) == [-667, -333]
    page = reverse("complaints:liability", args=[row.pk])
    assert {page_of(one.source) for one in Adjustment.objects.all()} == {page}
    late = send_as(scene.supervisor, decide_url(row), **data)
    assert late.status_code == 302
    assert Adjustment.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"bearer_0": ""}, "Say who bears the cost."),
        ({"bearer_1": "WAREHOUSE", "weight_1": 3}, "Somebody stands here twice."),
        ({"decision": ""}, "This field is required."),
    ],
)
def test_a_decision_that_does_not_hold_is_said_on_the_page(scene, send_as, changed, says):
    row = proposed(scene)
    data = {"version": 1, "decision": "仓库", "bearer_0": "WAREHOUSE", "weight_0": 1, **changed}
    response = send_as(scene.supervisor, decide_url(row), **data)
    assert response.status_code == 422
    assert says in text_of(response)
    row.refresh_from_db()
    assert row.state == LiabilityState.PROPOSED


def test_nobody_is_liable_needs_no_share(scene, send_as):
    row = proposed(scene)
    data = {"version": 1, "decision": "顾客自己改的地址", "answer": "drop"}
    assert send_as(scene.supervisor, decide_url(row), **data).status_code == 302
    row.refresh_from_db()
    assert row.state == LiabilityState.DROPPED


def test_the_deputy_decides_only_while_no_supervisor_is_there(scene, send_as, open_as):
    row = proposed(scene)
    data = {"version": 1, "decision": "仓库", "bearer_0": "WAREHOUSE", "weight_0": 1}
    assert send_as(scene.deputy, decide_url(row), **data).status_code == 403
    assert open_as(scene.deputy, "complaints:liability", row.pk).context["form"] is None
    AbsenceFactory(person=scene.supervisor, day=timezone.localdate())
    assert send_as(scene.deputy, decide_url(row), **data).status_code == 302


def test_only_people_below_may_bear_a_share(scene, send_as):
    row = proposed(scene)
    foreign = PersonFactory()
    data = {"version": 1, "decision": "x", "bearer_0": f"PERSON:{foreign.pk}", "weight_0": 1}
    assert send_as(scene.supervisor, decide_url(row), **data).status_code == 422


def test_overturned_the_page_says_why_and_strikes_the_amount(scene, open_as, send_as):
    row = decided(scene, scene.agent)
    url = reverse("complaints:overturn_liability", args=[row.pk])
    assert send_as(scene.supervisor, url, version=2, because="").status_code == 302
    assert Adjustment.objects.standing().count() == 1
    assert send_as(scene.supervisor, url, version=2, because="仓库承认漏发").status_code == 302
    page = text_of(open_as(scene.agent, "complaints:liability", row.pk))
    assert "<s>12.00</s>" in page
    assert "仓库承认漏发" in page
    assert not Adjustment.objects.standing().exists()


def test_an_order_shows_its_chases_and_what_they_exempt_from(scene, open_as, send_as):
    order = OrderFactory(store=scene.store, promised_at=timezone.now() - timedelta(days=1))
    url = reverse("complaints:chase", args=[order.pk])
    form = open_as(scene.agent, "complaints:order", order.pk).context["chase_form"]
    key = form["form_key"].value()
    for _twice in range(2):
        assert send_as(scene.agent, url, text="已催仓库", form_key=key).status_code == 302
    assert Chase.objects.count() == 1
    assert "已催仓库" in text_of(open_as(scene.lead, "complaints:order", order.pk))
    assert send_as(scene.stranger, url, text="x").status_code == 404
    assert send_as(scene.agent, url, text="").status_code == 302
    assert Chase.objects.count() == 1


def test_the_page_says_that_a_chase_exempts_and_offers_the_warehouse(scene, open_as, send_as):
    promised = timezone.now() - timedelta(days=1)
    order = OrderFactory(store=scene.store, promised_at=promised)
    ChaseFactory(order=order, by=scene.agent, at=promised - timedelta(hours=1))
    row = proposed(scene, complaint=None, order=order, ground=Ground.LATE)
    response = open_as(scene.supervisor, "complaints:liability", row.pk)
    assert "That exempts people from this cost" in text_of(response)
    assert response.context["form"]["bearer_0"].value() == "WAREHOUSE"
    data = {"version": 1, "decision": "x", "bearer_0": f"PERSON:{scene.agent.pk}", "weight_0": 1}
    refused = send_as(scene.supervisor, decide_url(row), **data)
    assert refused.status_code == 422
    assert "that exempts people" in text_of(refused)


def test_the_tile_counts_what_waits(scene, open_as):
    proposed(scene)
    proposed(scene, store=scene.other_store, proposed_by=scene.other_lead)
    decided(scene, scene.agent)
    shown = text_of(open_as(scene.supervisor, "portal:tile_decide"))
    assert shown.count("/complaints/liabilities/") == 3  # both, and the list of all


def attitude(scene, **more):
    case = ComplaintFactory(store=scene.store, owner=scene.agent)
    return proposed(scene, complaint=case, order=None, ground=Ground.ATTITUDE, **more)


def marking(scene, *people, **changed):
    bearers = {}
    for place, one in enumerate(people or (scene.agent,)):
        bearers |= {f"bearer_{place}": f"PERSON:{one.pk}", f"weight_{place}": 1}
    return {
        "version": 1, "decision": "聊天记录属实", "answer": "demerit",
        "day": timezone.localdate().isoformat(), "evidence": "聊天记录 17", **bearers, **changed,
    }  # fmt: skip


def test_a_demerit_is_offered_for_whoever_the_case_concerns(open_as, scene):
    row = attitude(scene)
    response = open_as(scene.supervisor, "complaints:liability", row.pk)
    choices = response.context["form"].fields["bearer_0"].choices
    near, others = [group for _title, group in choices if isinstance(group, list)]
    assert [label for _key, label in near] == [f"{scene.agent.number} {scene.agent.name}"]
    assert f"PERSON:{scene.mate.pk}" in dict(others)
    page = text_of(response)
    assert "Record a demerit instead" in page
    assert 'label="Concerned by the case"' in page
    assert f"{row.complaint.number}</textarea>" in page
    other = proposed(scene, ground=Ground.OTHER)
    shown = text_of(open_as(scene.supervisor, "complaints:liability", other.pk))
    assert "Record a demerit instead" not in shown
    assert "Record a demerit instead" not in text_of(
        open_as(scene.lead, "complaints:liability", row.pk)
    )


def test_a_demerit_decides_the_liability_and_both_lead_to_each_other(open_as, scene, send_as):
    row = attitude(scene)
    data = marking(scene)
    assert send_as(scene.supervisor, decide_url(row), **data).status_code == 302
    row.refresh_from_db()
    mark = Demerit.objects.get()
    assert (row.state, row.shares.get().demerit) == (LiabilityState.DECIDED, mark)
    for _again in range(2):
        assert send_as(scene.supervisor, decide_url(row), **data).status_code == 302
    assert Demerit.objects.count() == 1
    here, there = (
        reverse("complaints:liability", args=[row.pk]), reverse("staff:demerit", args=[mark.pk])
    )  # fmt: skip
    for who in (scene.agent, scene.supervisor):
        assert f'href="{there}"' in text_of(open_as(who, "complaints:liability", row.pk))
        assert f'href="{here}"' in text_of(open_as(who, "staff:demerit", mark.pk))
    lead = text_of(open_as(scene.lead, "staff:demerit", mark.pk))
    assert "Part of a decision on a liability" in lead
    assert here not in lead


def test_a_decided_demerit_is_not_withdrawn_by_itself(open_as, scene, send_as):
    row = attitude(scene)
    send_as(scene.supervisor, decide_url(row), **marking(scene))
    mark = Demerit.objects.get()
    url = reverse("staff:demerit_withdraw", args=[mark.pk])
    assert send_as(scene.supervisor, url, why="误记").status_code == 403
    assert "Withdraw this demerit" not in text_of(
        open_as(scene.supervisor, "staff:demerit", mark.pk)
    )
    over = reverse("complaints:overturn_liability", args=[row.pk])
    assert send_as(scene.supervisor, over, version=2, because="误记").status_code == 302
    mark.refresh_from_db()
    assert (mark.withdrawn_by, mark.withdrawn_why) == (scene.supervisor, "误记")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "1900-01-01"}, "day"),
        ({"day": "١٢"}, "day"),
        ({"day": "2026-11-31"}, "day"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": "\x00"}, "evidence"),
        ({"evidence": "a" * 501}, "evidence"),
        ({"decision": ""}, "decision"),
        ({"bearer_0": "PERSON:999999999"}, "bearer_0"),
        ({"bearer_0": ""}, None),
        ({"bearer_0": "WAREHOUSE"}, None),
        ({"version": "x"}, "version"),
    ],
)
def test_a_demerit_that_does_not_hold_is_said_on_the_page(scene, send_as, changed, field):
    row = attitude(scene)
    response = send_as(scene.supervisor, decide_url(row), **marking(scene, **changed))
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert list(errors) == [field or "__all__"]
    row.refresh_from_db()
    assert row.state == LiabilityState.PROPOSED
    assert not Demerit.objects.exists()


def test_what_is_no_attitude_gets_no_demerit(scene, send_as):
    row = proposed(scene)
    assert send_as(scene.supervisor, decide_url(row), **marking(scene)).status_code == 422
    row.refresh_from_db()
    assert row.state == LiabilityState.PROPOSED
