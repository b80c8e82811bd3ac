from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from portal import health, ticking
from tests.factories.portal import HeartbeatFactory, OutboxMessageFactory, UserFactory
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_steps(monkeypatch):
    monkeypatch.setattr(ticking, "_steps", {})


@pytest.fixture(autouse=True)
def _broker(monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "memory://")


@pytest.fixture
def ticks():
    return HeartbeatFactory(name=ticking.HEARTBEAT, beat_at=timezone.now())


def ready(client):
    response = client.get(reverse("portal:ready"))
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.content.decode().split("\n")[:-1]


ALL_WELL = ["database: ok", "tick: ok", "due: ok", "outbox: ok", "broker: ok"]


def test_the_process_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("portal:live"))
    assert (response.status_code, response.content) == (200, b"live\n")


@pytest.mark.usefixtures("ticks")
def test_all_is_well(client):
    assert ready(client) == (200, ALL_WELL)


@pytest.mark.usefixtures("ticks")
def test_readiness_is_cheap(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(reverse("portal:ready"))


def test_no_heartbeat_is_red(client):
    assert ready(client) == (503, [line.replace("tick: ok", "tick: failed") for line in ALL_WELL])


@pytest.mark.parametrize(("age", "status"), [(55, 200), (70, 503)])
def test_an_old_heartbeat_is_red(client, age, status):
    HeartbeatFactory(name=ticking.HEARTBEAT, beat_at=timezone.now() - timedelta(seconds=age))
    assert ready(client)[0] == status


@pytest.mark.parametrize(("age", "status"), [(55, 200), (70, 503)])
@pytest.mark.usefixtures("ticks")
def test_something_that_is_long_due_is_red(client, age, status):
    moment = timezone.now() - timedelta(seconds=age)
    ticking.register(ticking.Step("s", run=lambda _now: 0, oldest_due=lambda _now: moment))
    assert ready(client)[0] == status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, 503),
        ({"attempts": 3}, 503),
        ({"next_try_at": timedelta(seconds=100)}, 200),
        ({"gave_up_at": timedelta()}, 200),
        ({"sent_at": timedelta()}, 200),
        ({"withdrawn_at": timedelta()}, 200),
    ],
)
@pytest.mark.usefixtures("ticks")
def test_a_stalled_outbox_is_red(client, values, status):
    now = timezone.now()
    moments = {k: now - v for k, v in values.items() if isinstance(v, timedelta)}
    OutboxMessageFactory(**{"next_try_at": now - timedelta(seconds=130), **values, **moments})
    assert ready(client)[0] == status


@pytest.mark.usefixtures("ticks")
def test_a_leased_message_does_not_stall(client):
    now = timezone.now()
    OutboxMessageFactory(
        next_try_at=now - timedelta(seconds=130),
        lease="6f9619ff-8b86-d011-b42d-00c04fc964ff",
        leased_until=now + timedelta(seconds=10),
    )
    assert ready(client) == (200, ALL_WELL)


@pytest.mark.usefixtures("ticks")
def test_a_missing_broker_is_a_warning(client, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    assert ready(client) == (200, [*ALL_WELL[:-1], "broker: warning"])


@pytest.mark.usefixtures("ticks")
def test_a_silent_database_is_red_and_does_not_fail(client):
    def refuse(*_args):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        assert ready(client) == (503, ["database: failed", "broker: ok"])


def test_the_page_tells_nothing_about_people(client):
    OutboxMessageFactory(
        user=UserFactory(username="SECRET-1"),
        next_try_at=timezone.now() - timedelta(hours=1),
        last_error="SECRET-2",
    )
    assert "SECRET" not in client.get(reverse("portal:ready")).content.decode()


@pytest.mark.parametrize(
    ("who", "sees"),
    [("supervisor", True), ("deputy", True), ("outsider", True), ("lead", False), ("agent", False)],
)
def test_supervisors_see_a_banner_when_something_is_wrong(client, who, sees):
    found = getattr(Department(), who)
    client.force_login(getattr(found, "user", found))
    page = client.get(reverse("portal:notices"))
    assert bool(page.context["banner"]) is sees
    assert ('class="banner"' in page.content.decode()) is sees


@pytest.mark.usefixtures("ticks")
def test_there_is_no_banner_when_all_is_well(client):
    client.force_login(Department().supervisor.user)
    page = client.get(reverse("portal:notices")).content.decode()
    assert 'class="banner"' not in page


@pytest.mark.usefixtures("ticks")
def test_the_banner_looks_only_now_and_then(client, monkeypatch):
    client.force_login(UserFactory(is_superuser=True))
    client.get(reverse("portal:notices"))
    looked = []
    monkeypatch.setitem(health.CHECKS, "tick", lambda now: looked.append(now) or True)
    client.get(reverse("portal:notices"))
    assert looked == []
