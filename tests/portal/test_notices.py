from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import notices
from portal.models import Notice, OutboxMessage
from tests.factories.portal import NOW, NoticeFactory, OutboxMessageFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "portal:notices"


def text(params):
    """Say it in the language of whoever reads it."""
    return str(notices._("Notice")) + f" {params['n']}"


KIND = notices.Kind(
    code="test.list",
    icon="bell",
    label="Kind",
    text=text,
    url=lambda params: f"/complaints/{params['n']}/",
)


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """A kind with details that come with one look-up for all; returns how often it was asked."""
    calls = []

    def details(many):
        calls.append(len(many))
        return [f"<i>secret {params['n']}</i>" for params in many]

    kind = notices.Kind(**{**vars(KIND), "details": details})
    monkeypatch.setitem(notices._kinds, KIND.code, kind)  # noqa: SLF001 -- a kind for this test only
    return calls


@pytest.fixture
def user(client):
    user = UserFactory(language="en")
    client.force_login(user)
    return user


def rows_for(user, *numbers, **values):
    return [
        NoticeFactory(receiver=user, kind=KIND.code, params={"n": n}, **values) for n in numbers
    ]


def shown(response):
    return [line.pk for line in response.context["lines"]]


def test_notices_come_newest_first_and_only_ones_own(client, user):
    first, second = rows_for(user, 1, 2)
    rows_for(UserFactory(), 3)
    assert shown(client.get(reverse(LIST))) == [second.pk, first.pk]


def test_the_unread_ones_alone_are_shown_by_address(client, user):
    rows_for(user, 1, read_at=NOW)
    (unread,) = rows_for(user, 2)
    assert shown(client.get(reverse(LIST), {"show": "unread"})) == [unread.pk]


def test_details_are_looked_up_once_for_a_page_and_escaped(client, user, asked):
    rows_for(user, 1, 2, 3)
    page = client.get(reverse(LIST)).content.decode()
    assert asked == [3]
    assert "&lt;i&gt;secret 2&lt;/i&gt;" in page


def test_a_kind_that_is_gone_is_shown_in_words(client, user):
    row = NoticeFactory(receiver=user, kind="gone.kind", params={"x": 1})
    response = client.get(reverse(LIST))
    assert "A notice of a kind that is no longer known." in response.content.decode()
    assert client.get(reverse("portal:notice", args=[row.pk])).url == reverse(LIST)


def test_pages_follow_a_key(client, user):
    rows = rows_for(user, *range(65))
    seen, address = [], "?"
    while address:
        response = client.get(reverse(LIST) + address)
        seen += shown(response)
        address = response.context["next"]
    assert seen == [row.pk for row in reversed(rows)]


def test_going_to_the_thing_counts_as_reading(client, user):
    (row,) = rows_for(user, 5)
    response = client.get(reverse("portal:notice", args=[row.pk]))
    row.refresh_from_db()
    assert response.url == "/complaints/5/"
    assert row.read_at is not None


@pytest.mark.usefixtures("user")
def test_nobody_goes_by_somebody_elses_notice(client):
    (row,) = rows_for(UserFactory(), 5)
    assert client.get(reverse("portal:notice", args=[row.pk])).status_code == 404
    assert client.post(reverse("portal:read"), {"notice": row.pk}).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_one_or_all_are_marked_as_read(client, user):
    first, *_rest = rows_for(user, 1, 2, 3)
    (others,) = rows_for(UserFactory(), 4)
    client.post(reverse("portal:read"), {"notice": first.pk})
    assert Notice.objects.filter(receiver=user).unread().count() == 2
    client.post(reverse("portal:read"))
    assert list(Notice.objects.unread()) == [others]


@pytest.mark.parametrize("wrong", ["x", "9" * 30, "-3"])
def test_a_wrong_key_marks_nothing(client, user, wrong):
    rows_for(user, 1)
    assert client.post(reverse("portal:read"), {"notice": wrong}).status_code == 404
    assert Notice.objects.unread().count() == 1


def test_reading_one_leads_back_to_where_one_was(client, user):
    (row,) = rows_for(user, 1)
    response = client.post(reverse("portal:read"), {"notice": row.pk, "show": "unread"})
    assert response.url == reverse(LIST) + "?show=unread"


@pytest.mark.parametrize("key", [0, 10**30])
@pytest.mark.usefixtures("user")
def test_no_notice_is_behind_a_wrong_address(client, key):
    assert client.get(f"/notices/{key}/").status_code == 404


@pytest.mark.usefixtures("user")
def test_reading_needs_the_button(client):
    assert client.get(reverse("portal:read")).status_code == 405


@pytest.mark.usefixtures("user")
def test_an_empty_list_says_what_would_be_here(client):
    assert "No notices" in client.get(reverse(LIST)).content.decode()


def test_the_bell_shows_the_count(client, user):
    rows_for(user, 1, 2)
    assert 'data-unread="2"' in client.get(reverse(LIST)).content.decode()


def test_a_notice_reads_in_the_language_of_its_reader(client, user):
    rows_for(user, 1)
    english = client.get(reverse(LIST)).content.decode()
    user.language = "zh-hans"
    user.save()
    chinese = client.get(reverse(LIST)).content.decode()
    assert '<html lang="en"' in english
    assert '<html lang="zh-hans"' in chinese


@pytest.mark.both
def test_a_notice_with_the_same_key_is_written_once_for_each_receiver():
    one, other = UserFactory(), UserFactory()
    draft = notices.Draft(receiver_id=one.pk, key="k", kind="test", params={})
    again = notices.Draft(receiver_id=other.pk, key="k", kind="test", params={})
    first = notices.send([draft], now=NOW)
    assert notices.send([draft], now=NOW) == first
    notices.send([draft, again], now=NOW)
    assert sorted(Notice.objects.values_list("receiver", flat=True)) == [one.pk, other.pk]


def test_settling_a_subject_silences_what_was_told_about_it():
    told = NoticeFactory(subject="followup:1")
    waiting = OutboxMessageFactory(subject="followup:1")
    other = NoticeFactory(subject="followup:2")
    notices.settle("followup:1", now=NOW)
    assert list(Notice.objects.unread()) == [other]
    told.refresh_from_db()
    waiting.refresh_from_db()
    assert (told.read_at, waiting.withdrawn_at) == (NOW, NOW)


def test_settling_for_some_leaves_the_others():
    stays = NoticeFactory(subject="followup:1")
    goes = NoticeFactory(subject="followup:1")
    kept = OutboxMessageFactory(subject="followup:1", user=stays.receiver)
    notices.settle("followup:1", now=NOW, receivers=[goes.receiver_id])
    assert list(Notice.objects.unread()) == [stays]
    assert list(OutboxMessage.objects.waiting()) == [kept]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows, django_assert_num_queries):
    client, user = Client(), UserFactory()
    client.force_login(user)
    rows_for(user, *range(rows), created_at=timezone.now() - timedelta(hours=1))
    client.get(reverse(LIST))
    with django_assert_num_queries(6):
        response = client.get(reverse(LIST))
    assert len(response.context["lines"]) == rows
