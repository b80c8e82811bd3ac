"""More complaints about one thing within an hour propose an incident and the plan, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, ComplaintType, Wave
from complaints.services import waves
from complaints.texts import waves as texts
from portal.models import Notice
from staff.handbook.models import Proposal
from staff.rulebook.models import Policy
from tests.factories.complaints import (
    NOW,
    ComplaintFactory,
    ComplaintTypeFactory,
    ProductFactory,
    WaveFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def kind():
    return ComplaintType.objects.exclude(parent=None).first() or ComplaintTypeFactory()


def watch(now=NOW):
    return waves.watch(now, says=texts.reason)


def complain(count, *, kind, first=NOW - 50 * MINUTE, **more):
    return [
        ComplaintFactory(type=kind, registered_at=first + place * MINUTE, **more)
        for place in range(count)
    ]


@pytest.mark.parametrize(("count", "found"), [(10, 0), (11, 1)])
def test_more_than_the_policys_number_within_its_minutes_is_a_wave(scene, kind, count, found):
    policy = Policy.objects.get()
    assert (policy.wave_cases, policy.wave_minutes) == (10, 60)
    complain(count, kind=kind, store=scene.store)
    complain(30, kind=None, store=scene.store)
    assert watch() == found
    assert Wave.objects.count() == found


def test_a_wave_is_proposed_once_and_grows(scene, kind):
    complain(11, kind=kind, store=scene.store)
    assert [watch(), watch()] == [1, 0]
    complain(2, kind=kind, store=scene.store, first=NOW + MINUTE)
    assert watch(NOW + 5 * MINUTE) == 0
    wave = Wave.objects.get()
    assert (wave.cases, wave.last_at, wave.store) == (13, NOW + 2 * MINUTE, scene.store)
    proposal = Proposal.objects.get()
    assert proposal.link == reverse("complaints:wave", args=[wave.pk])
    assert proposal.reason.startswith("60 分钟内 11 件投诉")
    assert Notice.objects.filter(kind="plan.proposed", receiver=scene.lead.user).count() == 1


def test_after_quiet_minutes_a_further_wave_is_another(scene, kind):
    complain(11, kind=kind, store=scene.store)
    watch()
    later = NOW + timedelta(hours=3)
    complain(11, kind=kind, store=scene.store, first=later - 20 * MINUTE)
    assert watch(later) == 1
    assert Wave.objects.filter(ended_at=None).count() == 1
    assert Proposal.objects.count() == 2


def test_a_wave_of_a_product_goes_over_stores(scene, kind, client):
    product = ProductFactory()
    for store in (scene.store, scene.other_store):
        complain(6, kind=kind, store=store, product=product)
    assert watch() == 1
    wave = Wave.objects.get()
    assert (wave.product, wave.store) == (product, None)
    address = reverse("complaints:wave", args=[wave.pk])
    client.force_login(scene.lead.user)
    page = client.get(address)
    assert len(page.context["cases"]) == 6  # those of one's own stores
    numbers = Complaint.objects.filter(store=scene.store).values_list("number", flat=True)
    assert all(number in page.context["open_url"] for number in numbers)
    assert client.get(page.context["open_url"]).status_code == 200
    Wave.objects.update(seen_at=timezone.now())
    assert client.get(reverse("complaints:incidents")).content.count(address.encode()) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_cases(
    scene, kind, client, rows, django_assert_num_queries
):
    wave = WaveFactory(store=scene.store, type=kind)
    for _row in range(rows):
        ComplaintFactory(store=scene.store, type=kind, registered_at=NOW)
    client.force_login(scene.lead.user)
    address = reverse("complaints:wave", args=[wave.pk])
    client.get(address)
    with django_assert_num_queries(8):
        response = client.get(address)
    assert response.content.count(b"<tr>") == rows + 1


def test_the_database_holds_one_wave_that_goes_on(scene, kind):
    WaveFactory(store=scene.store, type=kind, ended_at=NOW)
    WaveFactory(store=scene.store, type=kind)
    for more in ({"store": scene.store}, {"store": None}, {"product": ProductFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WaveFactory(**{"type": kind, "store": scene.store, **more})
