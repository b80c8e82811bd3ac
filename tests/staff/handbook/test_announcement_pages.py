"""The pages of announcements."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from staff.handbook.models import Announcement, Reading
from tests.factories.handbook import AnnouncementFactory, AudienceFactory, ReadingFactory
from tests.staff.handbook.conftest import NOW
from tests.staff.handbook.inputs import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def form(them, **more):
    data = {
        "form_key": str(uuid.uuid4()), "kind": "RULE", "title": "退货规则", "text": "七天无理由。",
        "first_day": "2026-11-05", "last_day": "2026-11-20", "must_read": "on",
        "teams": [them.team.pk], "posts": ["POSTSALE"],
    }  # fmt: skip
    return data | more


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    for made in AnnouncementFactory.create_batch(rows):
        AudienceFactory(announcement=made, team=them.team)
        ReadingFactory(edition=made.versions.get(), person=them.agent)
    client.force_login(them.lead.user)
    client.get(reverse("staff:announcements"))
    with django_assert_num_queries(12):
        shown = client.get(reverse("staff:announcements")).content.decode()
    assert shown.count("1 of 2") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tile_and_the_readers_cost_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    made = AnnouncementFactory.create_batch(rows)[0]
    client.force_login(them.agent.user)
    client.get(reverse("staff:tile_announcements"))
    with django_assert_num_queries(6):
        shown = client.get(reverse("staff:tile_announcements")).content.decode()
    assert shown.count("/staff/handbook/announcements/") == rows
    for who in (them.agent, them.mate)[: rows - 1]:
        ReadingFactory(edition=made.versions.get(), person=who)
    client.force_login(them.lead.user)
    url = reverse("staff:announcement_readers", args=[made.pk])
    client.get(url)
    with django_assert_num_queries(11):
        client.get(url)


def test_somebody_reads_and_confirms(page, send, them):
    made = AnnouncementFactory(must_read=True, edition__title="双十一预售")
    assert "双十一预售" in page(them.agent, "tile_announcements")
    assert "must be read" in page(them.agent, "announcements")
    assert "I have read and understood this" in page(them.agent, "announcement", made.pk)
    for number in (*HOSTILE, "2"):
        send(them.agent, "announcement_confirm", made.pk, number=number)
    assert not Reading.objects.exists()
    for _twice in range(2):
        send(them.agent, "announcement_confirm", made.pk, number=1)
    assert Reading.objects.count() == 1
    assert "You have confirmed this:" in page(them.agent, "announcement", made.pk)
    send(them.agent, "rules_confirm", date(2020, 1, 1))
    assert "You have confirmed everything." in page(them.agent, "tile_announcements")
    assert "1 of 2" in page(them.lead, "announcements")


def test_whom_it_is_not_for_sees_nothing(page, send, them):
    made = AnnouncementFactory(everywhere=False, author=them.lead, edition__title="组内通知")
    AudienceFactory(announcement=made, team=them.team)
    assert "组内通知" not in page(them.stranger, "announcements", state="all")
    assert "组内通知" not in page(them.stranger, "tile_announcements")
    page(them.stranger, "announcement", made.pk, status=404)
    send(them.stranger, "announcement_confirm", made.pk, number=1, status=404)
    page(them.other_lead, "announcement_readers", made.pk, status=404)
    page(them.agent, "announcement_readers", made.pk, status=403)
    send(them.deputy, "announcement_confirm", made.pk, number=1, status=403)


def test_leads_see_their_own_people_and_the_author_everybody(page, them):
    made = AnnouncementFactory(author=them.deputy)
    ReadingFactory(edition=made.versions.get(), person=them.stranger)
    shown = page(them.lead, "announcement_readers", made.pk)
    assert them.agent.name in shown
    assert them.stranger.name not in shown
    assert "0 of 2 have confirmed." in shown
    shown = page(them.deputy, "announcement_readers", made.pk)
    assert "1 of 6 have confirmed." in shown
    shown = page(them.deputy, "announcement_readers", made.pk, state="read")
    assert them.stranger.name in shown
    assert them.agent.name not in shown
    shown = page(them.deputy, "announcement_readers", made.pk, q=them.agent.number)
    assert them.mate.name not in shown
    assert "Nobody fits." in page(them.deputy, "announcement_readers", made.pk, q="x9")
    shown = page(them.deputy, "announcement_readers", made.pk, team=them.other_team.pk)
    assert them.agent.name not in shown


@pytest.mark.parametrize("value", HOSTILE)
def test_lists_stand_hostile_addresses(page, them, value):
    made = AnnouncementFactory()
    status = 400 if "\x00" in value else 200
    for name in ("q", "kind", "state", "author", "team", "page"):
        page(them.lead, "announcements", status=status, **{name: value})
        page(them.lead, "announcement_readers", made.pk, status=status, **{name: value})


def test_an_announcement_is_made_once(page, send, them):
    data = form(them)
    first = send(them.lead, "announcement_new", **data)
    assert send(them.lead, "announcement_new", **data)["Location"] == first["Location"]
    made = Announcement.objects.get()
    assert (made.everywhere, made.every_post, made.must_read) == (False, False, True)
    assert them.team.name in page(them.agent, "announcement", made.pk)
    page(them.agent, "announcement_new", status=403)
    send(them.agent, "announcement_new", **form(them), status=403)


def test_a_lead_writes_to_the_own_team_only(page, send, them):
    assert them.other_team.name not in page(them.lead, "announcement_new")
    assert them.other_team.name in page(them.deputy, "announcement_new")
    for teams in ([], [them.other_team.pk]):
        send(them.lead, "announcement_new", **form(them, teams=teams), status=422)
    send(them.lead, "announcement_new", **form(them, sites=[them.other_team.site_id]))
    assert not Announcement.objects.get().audience.exclude(site=None).exists()
    send(them.deputy, "announcement_new", **form(them, teams=[], posts=[]))
    assert Announcement.objects.filter(everywhere=True, every_post=True).count() == 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", ["X", "", *HOSTILE]),
        ("title", ["x" * 121, "a\x00b", "", " "]),
        ("text", ["x" * 10_001, "a\x00b", ""]),
        ("first_day", ["", *HOSTILE]),
        ("last_day", ["2026-11-04", "2028-01-01", "", *HOSTILE]),
        ("teams", HOSTILE),
        ("posts", ["X", *HOSTILE]),
        ("form_key", ["", *HOSTILE]),
    ],
)
def test_hostile_forms_are_refused_beside_the_field(send, them, name, values):
    for value in values:
        answer = send(them.deputy, "announcement_new", **form(them, **{name: value}), status=422)
        assert name in answer.context["form"].errors, value
    assert not Announcement.objects.exists()


def test_what_is_over_is_not_announced(send, them):
    data = form(them, first_day="2026-10-01", last_day="2026-11-04")
    shown = send(them.lead, "announcement_new", **data, status=422).content.decode()
    assert "This day is over already." in shown


def edit(them, **more):
    data = form(them, version=1, why="时间改了", **more)
    del data["form_key"]
    return data


def test_a_correction_shows_its_reason_and_what_was_before(page, send, them):
    made = AnnouncementFactory(author=them.deputy, edition__title="退货规则", edition__text="旧的")
    ReadingFactory(edition=made.versions.get(), person=them.agent)
    assert "旧的" in page(them.deputy, "announcement_edit", made.pk)
    page(them.lead, "announcement_edit", made.pk, status=403)
    send(them.deputy, "announcement_edit", made.pk, **edit(them) | {"why": ""}, status=422)
    send(them.supervisor, "announcement_edit", made.pk, **edit(them))
    shown = page(them.agent, "announcement", made.pk)
    assert f"Corrected by {them.supervisor.name}: 时间改了" in shown
    assert "Earlier versions" in shown
    assert "I have read and understood this" in shown


def test_two_who_correct_at_once_lose_nothing(send, them):
    made = AnnouncementFactory(author=them.deputy)
    send(them.deputy, "announcement_edit", made.pk, **edit(them, text="八天无理由。"))
    late = edit(them, text="九天无理由。")
    shown = send(them.supervisor, "announcement_edit", made.pk, **late, status=409).content.decode()
    assert "八天无理由。" in shown
    assert "九天无理由。" in shown
    for _twice in range(2):
        send(them.supervisor, "announcement_edit", made.pk, **late | {"version": 2})
    made.refresh_from_db()
    assert made.number == 3


def test_a_withdrawn_announcement_says_so(page, send, client, them):
    made = AnnouncementFactory(author=them.lead, edition__title="预售")
    ReadingFactory(edition=made.versions.get(), person=them.agent)
    send(them.agent, "announcement_withdraw", made.pk, why="x", status=403)
    send(them.lead, "announcement_withdraw", made.pk, why="", status=422)
    for _twice in range(2):
        send(them.lead, "announcement_withdraw", made.pk, why="平台改期")
    shown = page(them.agent, "announcement", made.pk)
    assert "no longer holds: 平台改期" in shown
    assert "I know that it no longer holds" in shown
    assert "no longer holds" in page(them.agent, "tile_announcements")
    client.force_login(them.lead.user)
    assert client.get(reverse("staff:announcement_edit", args=[made.pk])).status_code == 302
    send(them.lead, "announcement_edit", made.pk, **edit(them))
    made.refresh_from_db()
    assert made.number == 2


def test_an_empty_list_says_what_would_be_here(page, them):
    assert "Nothing is announced at the moment." in page(them.agent, "announcements")
    assert reverse("staff:announcement_new") in page(them.lead, "announcements")
    assert "No announcement fits." in page(them.agent, "announcements", q="x")


def export(client, who, **query):
    client.force_login(who.user)
    answer = client.get(
        reverse("portal:export_kind", args=["readings"]), {"format": "csv", **query}
    )
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_confirmations_are_exported_as_far_as_one_sees_them(client, them):
    made = AnnouncementFactory(author=them.deputy)
    for who in (them.agent, them.stranger):
        ReadingFactory(edition=made.versions.get(), person=who)
    for query in ({}, {"announcement": made.pk}):
        text = export(client, them.lead, **query)
        assert them.agent.number in text
        assert them.stranger.number not in text
    assert them.mate.number in export(client, them.deputy, announcement=made.pk)
    for value in HOSTILE[2:]:
        export(client, them.lead, announcement=value)
    hidden = AnnouncementFactory(everywhere=False, author=them.supervisor)
    AudienceFactory(announcement=hidden, team=them.other_team)
    assert export(client, them.lead, announcement=hidden.pk).count("\n") == 1


def test_the_last_day_is_included(page, them):
    AnnouncementFactory(last_day=date(2026, 11, 5), edition__title="今天到期")
    AnnouncementFactory(last_day=date(2026, 11, 4), edition__title="昨天到期")
    shown = page(them.agent, "announcements")
    assert "今天到期" in shown
    assert "昨天到期" not in shown
    assert NOW.date() == date(2026, 11, 5)
