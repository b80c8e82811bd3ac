"""The pages of privacy: who may, what is shown, two steps, once (§10)."""

import io
import json
import zipfile

import pytest
from django.urls import reverse

from complaints.models import Customer
from portal import submissions
from portal.models import AuditEntry, Erasure
from portal.privacy.masking import MARK
from tests.factories.complaints import ComplaintFactory, CustomerFactory, OrderFactory
from tests.factories.privacy import ErasureFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NAME, PHONE = "欧阳霏霏", "13877665544"
HOSTILE = ["\x00", "9" * 200, "1_000", "١٢", "' OR 1=1", "<b>", "customer:1"]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def customer(scene):
    made = CustomerFactory(name=NAME, phone=PHONE)
    OrderFactory(store=scene.store, customer=made, number="TB1")
    return made


@pytest.fixture
def boss(client, scene):
    client.force_login(scene.deputy.user)
    return client


def page(customer, what="person"):
    return reverse(f"portal:privacy_{what}", args=["customer", customer.pk])


def sent(**more):
    return {
        "form_key": submissions.new_key(), "reason": "REQUEST", "reference": "2026-1",
        "sure": "on", **more,
    }  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(boss, rows, django_assert_num_queries):
    ErasureFactory.create_batch(rows)
    boss.get(reverse("portal:privacy"))
    with django_assert_num_queries(15):
        response = boss.get(reverse("portal:privacy"))
    assert response.content.count(b"<tr>") == rows + 1


def test_find_give_out_erase(boss, customer):
    found = boss.post(reverse("portal:privacy"), {"q": "138 7766 5544"}, headers=ENGLISH)
    assert page(customer) in found.content.decode()
    assert PHONE not in found.content.decode()
    shown = boss.get(page(customer), headers=ENGLISH).content.decode()
    assert "<td>Orders</td>" in shown
    assert PHONE not in shown
    file = boss.post(page(customer, "export"), {"why": "2026-1"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))
    assert json.loads(archive.read("data.json"))["places"][0]["rows"][0]["phone"] == PHONE
    asked = boss.get(page(customer, "erase"), headers=ENGLISH).content.decode()
    assert "cannot be brought back" in asked
    assert Customer.objects.get().name == NAME
    done = boss.post(page(customer, "erase"), sent(), headers=ENGLISH)
    row = Erasure.objects.get()
    assert done.url == reverse("portal:privacy_erasure", args=[row.pk])
    assert Customer.objects.get().name == f"{MARK}{customer.pk}"
    told = boss.get(done.url, headers=ENGLISH).content.decode()
    assert "The person is erased." in told
    assert NAME not in told
    assert list(
        AuditEntry.objects.filter(verb__startswith="privacy").order_by("pk").values_list("verb")
    ) == [("privacy.exported",), ("privacy.erased",)]


def test_sent_twice_it_is_erased_once(boss, customer):
    data = sent()
    urls = {boss.post(page(customer, "erase"), data).url for _press in range(2)}
    assert len(urls) == Erasure.objects.count() == 1


@pytest.mark.parametrize("missing", ["sure", "reference", "reason", "form_key"])
def test_without_an_answer_nothing_is_erased(boss, customer, missing):
    response = boss.post(page(customer, "erase"), sent(**{missing: ""}))
    assert (response.status_code, Erasure.objects.count()) == (200, 0)
    assert Customer.objects.get().name == NAME


def test_what_is_open_has_to_be_said(boss, customer, scene):
    case = ComplaintFactory(store=scene.store, customer=customer, due_at=customer.created_at)
    response = boss.post(page(customer, "erase"), sent(), headers=ENGLISH)
    assert case.number in response.content.decode()
    assert Customer.objects.get().name == NAME
    assert boss.post(page(customer, "erase"), sent(even_open="on")).status_code == 302
    assert Erasure.objects.get().even_open


def test_a_deputy_of_some_of_the_stores_sees_but_does_not_act(client, scene, customer):
    from staff.people.enums import Post  # noqa: PLC0415 -- of this test only
    from tests.factories.staff import (  # noqa: PLC0415 -- of this test only
        PersonFactory,
        StoreFactory,
        StoreServiceFactory,
        TeamFactory,
    )

    far, elsewhere = TeamFactory(), StoreFactory()
    StoreServiceFactory(store=elsewhere, team=far)
    other = PersonFactory(posting__post=Post.DEPUTY, posting__team=far)
    client.force_login(other.user)
    assert client.get(page(customer)).status_code == 404
    assert client.post(page(customer, "erase"), sent()).status_code == 404
    OrderFactory(store=elsewhere, customer=customer)
    assert client.get(page(customer)).status_code == 200
    assert client.get(page(customer, "erase")).status_code == 403
    assert client.post(page(customer, "export"), {"why": "1"}).status_code == 403
    found = client.post(reverse("portal:privacy"), {"q": NAME}).content.decode()
    assert page(customer) in found
    client.force_login(scene.lead.user)
    assert client.post(reverse("portal:privacy"), {"q": NAME}).status_code == 404


def test_the_administrator_reads_no_name(client, scene, customer):
    client.force_login(scene.outsider)
    for shown in (
        client.post(reverse("portal:privacy"), {"q": PHONE}).content.decode(),
        client.get(page(customer)).content.decode(),
        client.get(page(customer, "erase")).content.decode(),
    ):
        assert "欧***" in shown
        assert NAME not in shown


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_input_is_answered(boss, customer, said):
    assert boss.post(reverse("portal:privacy"), {"q": said}).status_code == 200
    assert boss.post(page(customer, "export"), {"why": f"{said}" * 50}).status_code == 200
    assert boss.post(page(customer, "erase"), sent(reason=said)).status_code == 200
    for kind, key in (
        ("customer", "x"),
        ("sender", "9" * 40),
        ("item", "9" * 30),
        ("nothing", "1"),
    ):
        url = reverse("portal:privacy_person", args=[kind, key])
        assert boss.get(url).status_code == 404
    assert Customer.objects.get().name == NAME


def test_a_line_of_the_log_is_seen_for_ones_stores_and_ones_acts(client, scene):
    own = ErasureFactory(stores=[scene.store.pk])
    mine = ErasureFactory(stores=[10**6], actor=scene.deputy.user)
    others = ErasureFactory(stores=[10**6])
    client.force_login(scene.deputy.user)
    shown = client.get(reverse("portal:privacy")).context["erasures"]
    assert [row.pk for row in shown] == [mine.pk, own.pk]
    assert client.get(reverse("portal:privacy_erasure", args=[others.pk])).status_code == 404
    client.force_login(scene.outsider)
    assert len(client.get(reverse("portal:privacy")).context["erasures"]) == 3
