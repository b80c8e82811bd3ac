from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from complaints import access
from complaints.models import FollowUp, HandoverOffer
from staff.people.access import scope_of
from tests.factories.complaints import ComplaintFactory, FollowUpFactory, HandoverOfferFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
EVERYBODY = ("supervisor", "deputy", "lead", "agent", "mate", "other_lead", "stranger")


def scope(department, who):
    return scope_of(getattr(department, who).user, today=TODAY)


def may_change(department, followup):
    return {
        who for who in EVERYBODY if access.can_change_followup(scope(department, who), followup)
    }


def test_owner_those_above_and_leads_of_the_store_may_change(department):
    ordinary = FollowUpFactory(store=department.store, owner=department.agent)
    assert may_change(department, ordinary) == {"supervisor", "deputy", "lead", "agent"}
    foreign = FollowUpFactory(store=department.other_store, owner=department.agent)
    assert may_change(department, foreign) == {
        "supervisor", "deputy", "lead", "other_lead", "agent",
    }  # fmt: skip


@pytest.mark.parametrize("owner", EVERYBODY)
@pytest.mark.parametrize("store", ["store", "other_store"])
def test_whoever_may_act_also_sees(department, owner, store):
    followup = FollowUpFactory(store=getattr(department, store), owner=getattr(department, owner))
    offer = HandoverOfferFactory(
        followup=followup, lead=department.lead, owner=getattr(department, owner)
    )
    for who in EVERYBODY:
        its = scope(department, who)
        if access.can_change_followup(its, followup):
            assert followup in FollowUp.objects.visible_to(its), who
        settles = offer.lead_id == its.person_id or offer.lead_id in its.below_ids
        assert (offer in HandoverOffer.objects.visible_to(its)) == settles, who


def test_who_may_assign_to_whom(department):
    assert [
        [
            access.can_assign_to(scope(department, who), getattr(department, to).pk)
            for to in EVERYBODY
        ]
        for who in ("supervisor", "lead", "agent")
    ] == [
        [True] * 7,
        [False, False, True, True, True, False, False],
        [False, False, False, True, False, False, False],
    ]


def test_another_team_gets_404_and_a_colleague_403(client, department):
    followup = FollowUpFactory(store=department.store, owner=department.agent)
    page = reverse("complaints:followup", args=[followup.number])
    acts = [
        reverse(f"complaints:{name}", args=[followup.number])
        for name in ("finish", "reschedule", "hand_over", "undo_finish")
    ]
    client.force_login(department.stranger.user)
    assert [client.get(page).status_code, *(client.post(url).status_code for url in acts)] == [
        404
    ] * 5
    client.force_login(department.mate.user)
    assert client.get(page).status_code == 200
    assert [client.post(url).status_code for url in acts] == [403] * 4
    assert not client.get(page).context["can_change"]
    client.force_login(department.outsider)
    assert client.get(page).status_code == 404


def test_bulk_and_team_are_for_leads(client, department):
    client.force_login(department.agent.user)
    assert client.post(reverse("complaints:hand_over_many")).status_code == 403
    assert client.get(reverse("complaints:tile_team")).status_code == 403
    assert client.get(reverse("complaints:offers")).context["groups"] == []


def test_assign_to_a_hidden_case_is_404(client, department):
    case = ComplaintFactory(store=department.other_store)
    client.force_login(department.lead.user)
    url = reverse("complaints:assign")
    assert client.get(url, {"case": case.number}).status_code == 404
    assert client.get(url).status_code == 404
    client.force_login(department.outsider)
    assert client.get(url, {"case": case.number}).status_code == 403


def test_acts_are_post_only(client, department):
    followup = FollowUpFactory(store=department.store, owner=department.agent)
    client.force_login(department.agent.user)
    for name in ("finish", "reschedule", "hand_over", "undo_finish"):
        url = reverse(f"complaints:{name}", args=[followup.number])
        assert client.get(url).status_code == 405
