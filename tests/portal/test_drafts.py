import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from portal import drafts, tasks
from portal.models import KeptDraft
from portal.privacy import erasing
from portal.privacy.erasing import Wish
from portal.privacy.values import Subject
from tests.factories.complaints import CustomerFactory
from tests.factories.portal import NOW, KeptDraftFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIELDS = [["text", "杯子破了", None], ["urgent", "on", True], ["people", ["1", "2"], None]]


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def post(client, place, fields):
    text = fields if isinstance(fields, str | bytes) else json.dumps(fields)
    return client.post(reverse("portal:drafts"), {"place": place, "text": text})


def get(client, *places):
    return client.get(reverse("portal:drafts"), {"place": places}).json()["drafts"]


def test_what_was_typed_is_there_again_on_another_device(client, user):
    mark = post(client, "note-C1", FIELDS).json()["mark"]
    other = type(client)()
    other.force_login(user)
    assert get(other, "note-C1", "note-C2") == {"note-C1": {"mark": mark, "values": FIELDS}}
    newer = post(other, "note-C1", [["text", "又", None]]).json()["mark"]
    assert newer != mark
    assert get(client, "note-C1")["note-C1"]["values"] == [["text", "又", None]]
    assert KeptDraft.objects.count() == 1


@pytest.mark.usefixtures("user")
def test_sent_or_discarded_it_is_gone(client):
    post(client, "note-C1", FIELDS)
    post(client, "note-C2", FIELDS)
    assert post(client, "note-C1", "").json() == {"mark": ""}
    assert set(get(client, "note-C1", "note-C2")) == {"note-C2"}


@pytest.mark.usefixtures("user")
def test_nobody_else_sees_it_and_nobody_outside_asks(client):
    KeptDraftFactory(place="note-C1")
    assert get(client, "note-C1") == {}
    post(client, "note-C1", "")
    assert KeptDraft.objects.count() == 1
    client.logout()
    assert client.get(reverse("portal:drafts")).status_code == 302
    assert post(client, "note-C1", FIELDS).status_code == 302


@pytest.mark.usefixtures("user")
def test_it_is_stored_sealed(client):
    post(client, "complaint", [["phone", "13812345678", None]])
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM portal_keptdraft")
        (stored,) = cursor.fetchone()
    assert "13812345678" not in stored
    assert "13812345678" in KeptDraft.objects.get().text


@pytest.mark.parametrize(
    "text",
    [
        "x", "{}", "[1]", '[["a"]]', '[["a", 1, null]]', '[["a", [1], null]]', '[["a", "b", 1]]',
        "[" * 5000, '["' + "9" * 70_000 + '"]', "\x00",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("user")
def test_what_is_no_form_is_refused(client, text):
    assert post(client, "note-C1", text).status_code == 400
    assert not KeptDraft.objects.exists()


@pytest.mark.parametrize("place", ["", "a b", "x" * 81, "杯", "../x", "\x00"])
@pytest.mark.usefixtures("user")
def test_a_place_is_a_short_name(client, place):
    assert post(client, place, FIELDS).status_code == 400
    assert client.get(reverse("portal:drafts"), {"place": place}).status_code in (200, 400)
    assert not KeptDraft.objects.exists()


@pytest.mark.parametrize("wild", ['[["t", "\\ud800", null]]', '[["t", "\\u0000", null]]'])
@pytest.mark.usefixtures("user")
def test_odd_characters_are_kept_or_replaced(client, wild):
    assert post(client, "note-C1", wild).status_code == 200
    assert get(client, "note-C1")["note-C1"]["values"][0][1] in ("?", "\x00")


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_costs_the_same_for_any_number(client, user, rows, django_assert_num_queries):
    for number in range(rows):
        KeptDraftFactory(user=user, place=f"p-{number}")
    places = [f"p-{number}" for number in range(3)]
    get(client, *places)  # the first call of a session writes it
    with django_assert_num_queries(3):
        assert len(get(client, *places)) == rows


def test_only_so_many_are_kept_the_oldest_go(user, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 2)
    for number in range(4):
        now = NOW + timedelta(minutes=number)
        drafts.keep(user=user, place=f"p-{number}", text="[]", now=now)
    kept = KeptDraft.objects.order_by("place").values_list("place", flat=True)
    assert list(kept) == ["p-2", "p-3"]


def test_what_nobody_touched_for_30_days_goes():
    KeptDraftFactory(place="old", kept_at=NOW - timedelta(days=30, seconds=1))
    KeptDraftFactory(place="young", kept_at=NOW - timedelta(days=30) + timedelta(minutes=1))
    with time_machine.travel(NOW, tick=False):
        tasks.housekeeping()
        tasks.housekeeping()
    assert KeptDraft.objects.get().place == "young"


def test_an_erased_customer_stands_in_no_draft(user):
    customer = CustomerFactory(name="张三丰", phone="13812345678")
    fields = [["text", "张三丰 13812345678 要退款", None]]
    KeptDraftFactory(user=user, text=json.dumps(fields, ensure_ascii=False))
    subject = Subject().with_keys("customer", [str(customer.pk)])
    erasing.erase(Wish(subject=subject, actor=None, reference="2026-17"), now=NOW)
    (kept,) = drafts.kept(user=user, places=[KeptDraft.objects.get().place]).values()
    text = kept["values"][0][1]
    assert "张三丰" not in text
    assert "13812345678" not in text
    assert "要退款" in text
