"""Chat systems post signed and fresh, each post once, each number one item."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import Hook, HookCall, Item
from feedback.policies import hooks as policies
from feedback.services import hooks as services
from feedback.views import hooks as views
from portal.models import AuditEntry
from tests.at_once import at_once
from tests.factories.complaints import CustomerFactory, OrderFactory
from tests.factories.feedback import ChannelFactory, HookFactory, ItemFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def hook(scene):
    return HookFactory(channel__store=scene.store)


def post(hook, data, *, client=None, at=None, secret="", key="", **headers):
    """Send a post, signed at a moment (now unless told otherwise)."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    stamp = str(int(time.time()) if at is None else at)
    told = {
        "X-Kefu-Timestamp": stamp,
        "X-Kefu-Signature": policies.signature(secret or hook.secret, stamp, body),
        **headers,
    }
    return (client or Client()).post(
        reverse("feedback:receive", args=[key or hook.key]), body,
        content_type="application/json", headers=told,
    )  # fmt: skip


def test_a_post_becomes_an_item_of_its_channel(scene, hook):
    customer = CustomerFactory()
    order = OrderFactory(store=scene.store, customer=customer)
    data = {"number": "CH-1", "text": "快递太慢", "order": order.number, "rating": 1,
            "at": "2026-11-02T09:30:00+08:00"}  # fmt: skip
    response = post(hook, data)
    item = Item.objects.get()
    assert (response.status_code, response.json()) == (
        201, {"item": item.pk, "known": False, "order_known": True},
    )  # fmt: skip
    assert (item.channel, item.source, item.reference, item.store, item.order, item.customer) == (
        hook.channel, "CHAT", "CH-1", scene.store, order, customer,
    )  # fmt: skip
    assert (item.text, item.rating) == ("快递太慢", 1)
    assert timezone.localtime(item.received_at).hour == 9
    hook.refresh_from_db()
    assert hook.last_used_at is not None


def test_a_number_posted_twice_is_one_item(hook):
    statuses = [
        post(hook, {"number": "CH-1", "text": "一"}, at=int(time.time()) - ago).status_code
        for ago in (1, 0)
    ]
    assert statuses == [201, 200]
    assert Item.objects.get().text == "一"


def test_the_same_number_in_two_channels_is_two_items(hook):
    other = HookFactory()
    ItemFactory(channel=other.channel, source="CHAT", reference="CH-1")
    assert [post(hook, {"number": "CH-1", "text": "一"}, at=int(time.time()) - ago).status_code
            for ago in (1, 0)] == [201, 200]  # fmt: skip
    assert set(Item.objects.values_list("channel", "reference")) == {
        (other.channel_id, "CH-1"), (hook.channel_id, f"{hook.channel_id}:CH-1"),
    }  # fmt: skip


def test_the_very_same_post_is_refused_the_second_time(hook):
    now = int(time.time())
    data = {"number": "CH-1", "text": "一"}
    assert [post(hook, data, at=now).status_code for _twice in range(2)] == [201, 409]
    assert (Item.objects.count(), HookCall.objects.count()) == (1, 1)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**9])
def test_a_late_or_early_post_is_refused(hook, seconds):
    response = post(hook, {"number": "1", "text": "一"}, at=int(time.time()) + seconds)
    assert response.status_code == 401
    assert not Item.objects.exists()


def test_all_that_is_not_proven_is_refused_by_the_same_bytes(hook):
    data = {"number": "1", "text": "一"}
    answers = [
        post(hook, data, secret="wrong"),
        post(hook, data, key="x" * 22),
        post(hook, data, at=1),
        post(hook, data, at="١٢٣"),
        post(hook, data, at="1" * 40),
        post(hook, data, **{"X-Kefu-Signature": ""}),
        post(hook, data, **{"X-Kefu-Signature": "sha256=" + "0" * 64}),
        post(hook, data, **{"X-Kefu-Signature": "é"}),
        post(hook, data, **{"X-Kefu-Timestamp": ""}),
    ]
    assert {(one.status_code, one.content) for one in answers} == {
        (401, b'{"error": "not signed"}')
    }
    assert not Item.objects.exists()


def test_a_changed_body_is_not_signed(hook):
    stamp, body = str(int(time.time())), b'{"number": "1", "text": "good"}'
    headers = {"X-Kefu-Timestamp": stamp,
               "X-Kefu-Signature": policies.signature(hook.secret, stamp, body)}  # fmt: skip
    response = Client().post(
        reverse("feedback:receive", args=[hook.key]), body.replace(b"good", b"evil"),
        content_type="application/json", headers=headers,
    )  # fmt: skip
    assert response.status_code == 401


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"{", b"\xff\xfe", b'"text"', b"[" * 5000,
        b'{"rating": 1' + b"0" * 5000,
        {}, {"number": "1"}, {"number": "1", "text": " "}, {"number": "", "text": "x"},
        {"number": "x" * 65, "text": "x"}, {"number": "1", "text": "x" * 20_001},
        {"number": "1", "text": "x", "rating": 6}, {"number": "1", "text": "x", "rating": "٣"},
        {"number": "1", "text": "x", "rating": True}, {"number": "1", "text": {"a": 1}},
        {"number": "1", "text": "x", "at": "yesterday"},
        {"number": "1", "text": "x", "at": "2026-11-02T09:30:00"},
        {"number": "1", "text": "x", "at": "0001-01-01T00:00:00+08:00"},
        {"number": "1", "text": "a\x00b"}, {"number": "1\x00", "text": "b"},
        {"number": "1", "text": "\ud800"}, {"number": "1", "text": "x", "store": "没有"},
        {"number": "1", "text": "x", "surprise": 1},
    ],
)  # fmt: skip
def test_hostile_posts_are_refused(hook, data):
    response = post(hook, data)
    assert response.status_code == 422, response.content
    assert not Item.objects.exists()


def test_a_post_that_is_too_large_is_not_read(hook):
    assert post(hook, b"x" * (views.LARGEST + 1)).status_code == 413


def test_a_paused_channel_takes_nothing(hook):
    hook.channel.state = "PAUSED"
    hook.channel.save()
    assert post(hook, {"number": "1", "text": "x"}).status_code == 403


def test_refused_posts_of_one_address_slow_it_down(hook):
    wrong = [post(hook, {}, secret="wrong").status_code for _each in range(views.MOST_WRONG + 1)]
    assert wrong == [401] * views.MOST_WRONG + [429]
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert post(hook, {"number": "1", "text": "x"}, client=other).status_code == 201


def test_a_channel_of_a_team_speaks_about_the_stores_of_the_team(scene):
    hook = HookFactory(channel=ChannelFactory(source="CHAT", store=None, team=scene.team))
    names = (scene.store.name, scene.other_store.name, "")
    statuses = [
        post(hook, {"number": str(number), "text": "x", "store": name}).status_code
        for number, name in enumerate(names)
    ]
    assert statuses == [201, 422, 422]


def test_the_secret_is_shown_once_and_a_new_one_stops_the_old(scene, client):
    channel = ChannelFactory(source="CHAT", store=scene.store)
    client.force_login(scene.deputy.user)
    rotate = reverse("feedback:rotate_hook", args=[channel.pk])
    first, second = (client.post(rotate).context["secret"] for _twice in range(2))
    hook = Hook.objects.get()
    assert first != second == hook.secret
    assert post(hook, {"number": "1", "text": "x"}, secret=first).status_code == 401
    assert post(hook, {"number": "1", "text": "x"}, secret=second).status_code == 201
    page = client.get(reverse("feedback:hook", args=[channel.pk])).content.decode()
    assert hook.key in page
    assert second not in page
    assert second not in str(list(AuditEntry.objects.values()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM feedback_hook")
        assert second not in cursor.fetchone()[0]
    client.post(reverse("feedback:close_hook", args=[channel.pk]))
    assert post(hook, {"number": "2", "text": "x"}, secret=second).status_code == 401


def test_a_channel_of_reviews_has_no_hook(scene, client):
    channel = ChannelFactory(store=scene.store)
    client.force_login(scene.supervisor.user)
    assert client.get(reverse("feedback:hook", args=[channel.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_post", [True, False])
def test_of_several_posts_at_the_same_moment_one_becomes_an_item(same_post):
    hook, now = HookFactory(), timezone.now()

    def sending(number):
        call = services.Call(
            key=hook.key, timestamp="1", signature="s" if same_post else f"s{number}", body=b""
        )
        posted = services.Posted(number="CH-1", text="x", at=now - timedelta(minutes=1))
        return lambda: services.receive(hook=hook, call=call, posted=posted, now=now)[1]

    found = [
        "replayed" if isinstance(one, services.Replayed) else str(one)
        for one in at_once(*map(sending, range(4)))
    ]
    assert Item.objects.count() == 1
    assert sorted(found) == sorted(["False", *(["replayed"] * 3 if same_post else ["True"] * 3)])
