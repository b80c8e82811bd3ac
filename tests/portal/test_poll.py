"""The question for news that every open page asks: what it tells, to whom, and what it costs."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from portal import notices
from portal.http import SEEN, SIGNED_IN
from portal.models import Notice
from tests.factories.portal import NoticeFactory, UserFactory

pytestmark = pytest.mark.django_db

KIND = notices.Kind(
    code="test.poll",
    icon="bell",
    label="Reminder",
    text=lambda params: f"<b>Call {params.get('n', '')}</b>",
    url=lambda _params: "/notices/",
)
POLL = "/poll"


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(notices._kinds, KIND.code, KIND)  # noqa: SLF001 -- a kind for this test only


@pytest.fixture
def user(client):
    user = UserFactory(language="en")
    client.force_login(user)
    client.get(reverse("portal:notices"))
    return user


def ask(client, *, unread=0, cursor=""):
    return client.get(POLL, {"unread": unread, "cursor": cursor}, headers={"HX-Request": "true"})


def test_the_path_of_the_short_way_is_that_of_the_view():
    assert reverse("portal:poll") == POLL


@pytest.mark.parametrize("unread", [0, 3])
def test_nothing_new_is_answered_with_two_look_ups(client, user, unread, django_assert_num_queries):
    rows = NoticeFactory.create_batch(unread, receiver=user)
    cursor = rows[-1].pk if rows else ""
    with django_assert_num_queries(2):
        response = ask(client, unread=unread, cursor=cursor)
    assert (response.status_code, response.content) == (204, b"")
    assert response["Cache-Control"] == "no-store"


def test_a_new_notice_rings_the_bell_and_shows_a_toast(client, user):
    old = NoticeFactory(receiver=user)
    new = NoticeFactory(receiver=user, kind=KIND.code, params={"n": 7})
    response = ask(client, unread=1, cursor=old.pk)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'data-unread="2"' in page
    assert f'name="cursor" value="{new.pk}"' in page
    assert page.count('class="toast"') == 1
    assert reverse("portal:notice", args=[new.pk]) in page
    assert "&lt;b&gt;Call 7&lt;/b&gt;" in page


def test_the_first_notice_of_all_shows_a_toast_as_well(client, user):
    NoticeFactory(receiver=user, kind=KIND.code)
    assert ask(client).content.decode().count('class="toast"') == 1


def test_a_flood_shows_a_few_toasts_and_the_whole_count(client, user):
    NoticeFactory.create_batch(120, receiver=user, kind=KIND.code)
    page = ask(client).content.decode()
    assert page.count('class="toast"') == 5
    assert "99+" in page


def test_what_was_read_in_another_tab_leaves_the_bell_without_a_toast(client, user):
    row = NoticeFactory(receiver=user)
    row.read_at = timezone.now()
    row.save()
    page = ask(client, unread=1, cursor=row.pk).content.decode()
    assert 'data-unread="0"' in page
    assert 'class="toast"' not in page


def test_the_answer_is_the_end_of_the_story(client, user):
    new = NoticeFactory(receiver=user)
    assert ask(client).status_code == 200
    assert ask(client, unread=1, cursor=new.pk).status_code == 204


@pytest.mark.usefixtures("user")
def test_others_notices_are_not_told(client):
    NoticeFactory(kind=KIND.code)
    assert ask(client).status_code == 204


@pytest.mark.parametrize("text", ["-1", "1e9", "９", "9" * 40, "' OR 1=1", "\x00"])
@pytest.mark.usefixtures("user")
def test_a_hostile_cursor_is_none(client, text):
    assert ask(client, unread=text, cursor=text).status_code == 204


def test_asking_is_no_activity_and_writes_nothing(client, user):
    session = client.session
    session[SEEN] = int(time.time()) - 600
    session.save()
    kept = Session.objects.get().session_data
    assert ask(client).status_code == 204
    NoticeFactory(receiver=user)
    assert ask(client).status_code == 200
    assert Session.objects.get().session_data == kept


def is_refused(response):
    return response.status_code == 401


@pytest.mark.parametrize(("mark", "limit"), [(SEEN, 1800), (SIGNED_IN, 12 * 3600)])
@pytest.mark.usefixtures("user")
def test_a_session_that_is_over_is_ended(client, mark, limit):
    session = client.session
    session[mark] = int(time.time()) - limit - 1
    session.save()
    assert is_refused(ask(client))
    assert Session.objects.count() == 0


def test_a_stranger_is_refused(client):
    assert is_refused(ask(client))


@pytest.mark.usefixtures("user")
def test_an_ended_session_is_refused(client):
    Session.objects.all().delete()
    assert is_refused(ask(client))


@pytest.mark.usefixtures("user")
def test_an_expired_session_is_refused(client):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert is_refused(ask(client))


def test_somebody_who_left_is_refused(client, user):
    user.is_active = False
    user.save()
    assert is_refused(ask(client))


def test_a_changed_password_ends_the_other_sessions(client, user):
    user.set_password("another horse battery")
    user.save()
    assert is_refused(ask(client))


def test_a_session_of_nobody_is_refused(client, user):
    Notice.objects.all().delete()
    session = client.session
    session["_auth_user_id"] = str(user.pk + 999)
    session.save()
    assert is_refused(ask(client))


def test_a_broken_cookie_is_refused(client):
    client.cookies["sessionid"] = "'; DROP TABLE django_session; --"
    assert is_refused(ask(client))


@pytest.mark.usefixtures("user")
def test_only_reading_goes_the_short_way(client):
    assert client.post(POLL).status_code == 405
