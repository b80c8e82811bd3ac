"""Channels, alarms and actions: noticed once, told once, measured before and after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.models import Action, Alarm, Channel, Invitation, Item, Rule, Silence
from feedback.queries import actions as action_queries
from feedback.queries import figures as figure_queries
from feedback.queries import measures
from feedback.services import alarms, channels, intake
from portal import submissions
from portal.models import Notice
from staff.incentives.queries.measures import Asked
from tests.at_once import problems_of
from tests.factories.daily import PassedOnFactory, ShiftSummaryFactory
from tests.factories.feedback import (
    ActionFactory,
    AlarmFactory,
    ChannelFactory,
    ItemFactory,
    ReplyFactory,
    RuleFactory,
    SilenceFactory,
)
from tests.factories.staff import AssignmentFactory, Department, PolicyFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def scene():
    return Department()


def test_a_silence_is_noticed_once_and_ended_by_the_next_item(scene):
    channel = ChannelFactory(
        store=scene.store, owner=scene.agent, quiet_hours=24,
        last_received_at=NOW - timedelta(hours=25),
    )  # fmt: skip
    assert channels.notice_silence(NOW) == 1
    assert channels.notice_silence(NOW + timedelta(minutes=1)) == 0
    assert Notice.objects.get().receiver == scene.agent.user
    item = ItemFactory(channel=channel, store=scene.store, received_at=NOW)
    intake.mark_received([item], now=NOW)
    assert Silence.objects.get().ended_at == NOW
    assert Notice.objects.get().read_at == NOW
    assert channels.notice_silence(NOW + timedelta(hours=1)) == 0
    assert channels.notice_silence(NOW + timedelta(hours=30)) == 1


def test_a_silence_without_owner_is_told_to_the_supervisors(scene):
    ChannelFactory(quiet_hours=1, watched_since=NOW - timedelta(hours=2))
    channels.notice_silence(NOW)
    assert Notice.objects.get().receiver == scene.supervisor.user


def test_a_paused_channel_is_not_silent():
    ChannelFactory(quiet_hours=1, watched_since=NOW - timedelta(hours=2), state="PAUSED")
    ChannelFactory(quiet_hours=None, last_received_at=NOW - timedelta(days=99))
    assert channels.notice_silence(NOW) == 0


def test_an_older_item_does_not_turn_the_clock_of_a_channel_back():
    channel = ChannelFactory(last_received_at=NOW)
    item = ItemFactory(channel=channel, received_at=NOW - timedelta(days=1))
    intake.mark_received([item], now=NOW)
    channel.refresh_from_db()
    assert channel.last_received_at == NOW


def test_unanswered_reviews_go_up_the_ladder_each_rung_once(scene):
    for stage, hours in (("LEAD", 0), ("DEPUTY", 1), ("SUPERVISOR", 2)):
        for item in ItemFactory.create_batch(2, store=scene.store, rating=1):
            AlarmFactory(item=item, stage=stage, due_at=NOW + timedelta(hours=hours))
    answered = ItemFactory(store=scene.other_store, rating=1, answered_at=NOW)
    AlarmFactory(item=answered, due_at=NOW)
    for hours in (0, 0, 1, 2, 3):
        while alarms.tell_due(NOW + timedelta(hours=hours)):
            pass
    told = Notice.objects.order_by("pk").values_list("receiver_id", "params__stage")
    assert list(told) == [
        (scene.lead.user_id, "LEAD"),
        (scene.deputy.user_id, "DEPUTY"),
        (scene.supervisor.user_id, "SUPERVISOR"),
    ]
    assert not Alarm.objects.waiting().exists()
    assert alarms.oldest_due(NOW + timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_tell_a_rung_once(scene):
    AlarmFactory(item=ItemFactory(store=scene.store, rating=1), due_at=NOW)
    assert problems_of(*[lambda: alarms.tell_due(NOW)] * 2) == []
    assert Notice.objects.count() == 1


def test_a_post_that_nobody_holds_passes_the_rung_up(scene):
    scene.lead.postings.update(valid_until=date(2026, 10, 1))
    AlarmFactory(item=ItemFactory(store=scene.store, rating=1), due_at=NOW)
    alarms.tell_due(NOW)
    assert Notice.objects.get().receiver == scene.supervisor.user


def test_an_action_stands_beside_its_measure_before_and_after(scene):
    action = ActionFactory(
        store=scene.store, gauge="NEGATIVE_SHARE", made_on=date(2026, 11, 2), window_days=10,
        state="DONE", done_on=date(2026, 11, 12),
    )  # fmt: skip
    for day, rating in (
        (date(2026, 10, 23), 1), (date(2026, 11, 1), 5), (date(2026, 11, 2), 1),
        (date(2026, 10, 22), 1), (date(2026, 11, 13), 5), (date(2026, 11, 22), 5),
        (date(2026, 11, 23), 1),
    ):  # fmt: skip
        ItemFactory(store=scene.store, rating=rating, service_day=day)
    ItemFactory(store=scene.other_store, rating=1, service_day=date(2026, 11, 13))
    before = action_queries.before(action, Item.objects.all())
    after = action_queries.after(action, Item.objects.all())
    assert (before.items, before.share.value, before.first, before.last) == (
        2, 50, date(2026, 10, 23), date(2026, 11, 1),
    )  # fmt: skip
    assert (after.items, after.share.value) == (2, 0)
    assert "since=2026-10-23" in before.query


def test_an_action_is_set_from_an_item_and_done_once(scene, client):
    item = ItemFactory(store=scene.store, text="包装太薄")
    client.force_login(scene.lead.user)
    url = f"{reverse('feedback:create_action')}?item={item.pk}"
    data = {
        "form_key": submissions.new_key(), "version": 0, "store": scene.store.pk,
        "title": "加厚包装", "department": "仓库", "owner": scene.agent.pk,
        "due_on": "2027-01-01", "check_on": "2027-02-01", "gauge": "MEAN_RATING",
        "window_days": 30,
    }  # fmt: skip
    assert client.post(url, data).url == client.post(url, data).url
    action = Action.objects.get()
    item.refresh_from_db()
    assert (action.item, item.kind, item.state) == (item, "SUGGESTION", "DONE")
    finish = reverse("feedback:finish_action", args=[action.pk])
    client.post(finish, {"version": 1, "done": 1})
    client.post(finish, {"version": 1, "drop": 1})
    action.refresh_from_db()
    assert (action.state, action.version) == ("DONE", 2)
    early = {**data, "form_key": submissions.new_key(), "check_on": "2026-12-01"}
    assert client.post(url, early).status_code == 422


def test_a_finding_of_a_shift_becomes_one_action(scene, client):
    """DAY-2: what goes to operations or product is acted upon, and the summary says by what."""
    finding = PassedOnFactory(
        summary=ShiftSummaryFactory(team=scene.team, sent=True, sent_by=scene.lead)
    )
    shift = AssignmentFactory(
        person=scene.agent, team=scene.team, day=finding.summary.day,
        shift_type=finding.summary.shift_type,
    )  # fmt: skip
    client.force_login(scene.lead.user)
    summary = reverse(
        "staff:daily_shift", args=[scene.team.pk, shift.day, finding.summary.shift_type.code]
    )
    url = f"{reverse('feedback:create_action')}?finding={finding.pk}"
    assert url in client.get(summary).content.decode()
    form = client.get(url).content.decode()
    assert f'value="{finding.text}"' in form
    data = {
        "form_key": submissions.new_key(), "version": 0, "store": scene.store.pk,
        "title": finding.text, "department": "商品部", "owner": scene.agent.pk,
        "due_on": "2027-01-01", "check_on": "2027-02-01", "gauge": "ITEMS", "window_days": 30,
    }  # fmt: skip
    first = client.post(url, data).url
    assert client.post(url, data).url == first
    assert client.post(url, {**data, "form_key": submissions.new_key()}).url == summary
    action = Action.objects.get()
    assert action.finding == finding
    page = client.get(summary).content.decode()
    assert (first in page, url in page) == (True, False)
    assert summary in client.get(first).content.decode()
    client.post(reverse("feedback:finish_action", args=[action.pk]), {"version": 1, "drop": 1})
    assert url in client.get(summary).content.decode()


@pytest.mark.parametrize("case", ["draft", "of another team", "unknown", "nonsense"])
def test_only_findings_that_one_sees_become_actions(scene, client, case):
    summary = ShiftSummaryFactory(
        team=TeamFactory() if case == "of another team" else scene.team, sent=case != "draft"
    )
    key = {"unknown": 0, "nonsense": "1_0"}.get(case, PassedOnFactory(summary=summary).pk)
    client.force_login(scene.lead.user)
    answer = client.get(reverse("feedback:create_action"), {"finding": key})
    assert answer.status_code == (200 if case == "nonsense" else 404)


def test_figures_put_the_month_beside_the_last(scene):
    for day, rating in ((date(2026, 11, 2), 5), (date(2026, 11, 3), 1), (date(2026, 10, 9), 5)):
        ItemFactory(store=scene.store, rating=rating, service_day=day)
    ItemFactory(store=scene.store, rating=None, service_day=date(2026, 11, 3))
    ItemFactory(
        store=scene.store, rating=1, service_day=date(2026, 11, 3), kind="SPAM", state="TRIAGED",
        triaged_at=NOW,
    )  # fmt: skip
    for group in figure_queries.GROUPS:
        found = figure_queries.of_month(
            Item.objects.all(), invitations=Invitation.objects.all(), group=group,
            month=date(2026, 11, 1),
        ).total  # fmt: skip
        assert (found.now.items, found.now.rated, found.now.csat.value) == (3, 2, 50)
        assert (found.last.items, found.last.csat.value) == (1, 100)


def test_reviews_answered_the_same_day_are_a_measure(scene):
    day = date(2026, 11, 2)
    fields = {"store": scene.store, "rating": 1, "received_at": NOW, "service_day": day}
    same, late, never = (ItemFactory(**fields) for _each in range(3))
    ReplyFactory(item=same, by=scene.agent, at=NOW)
    Item.objects.filter(pk=same.pk).update(answered_at=NOW)
    Item.objects.filter(pk=late.pk).update(answered_at=NOW + timedelta(days=1))
    ItemFactory(**{**fields, "rating": 3})
    asked = Asked(
        person_ids=[], store_ids=[scene.store.pk], since=NOW, until=NOW + timedelta(days=1)
    )
    found = {row.key: (row.value, row.person_id) for row in measures.reviews_same_day(asked)}
    assert found == {
        str(same.pk): (10000, scene.agent.pk), str(late.pk): (0, None), str(never.pk): (0, None),
    }  # fmt: skip


def form_of(channel, **more):
    return {
        "form_key": submissions.new_key(), "version": channel.version, "name": channel.name,
        "source": channel.source, "store": channel.store_id or "", "team": channel.team_id or "",
        "owner": "", "state": channel.state, "quiet_hours": "", **more,
    }  # fmt: skip


def test_a_channel_is_changed_once_for_each_version(scene, client):
    channel = ChannelFactory(store=scene.store)
    client.force_login(scene.supervisor.user)
    url = reverse("feedback:channel", args=[channel.pk])
    assert client.post(url, form_of(channel, quiet_hours=12)).status_code == 302
    assert client.post(url, form_of(channel, quiet_hours=5)).status_code == 422
    channel.refresh_from_db()
    assert (channel.quiet_hours, channel.version) == (12, 2)
    assert channel.watched_since is not None


@pytest.mark.parametrize(
    "more",
    [{"quiet_hours": "0"}, {"quiet_hours": "9" * 30}, {"name": ""}, {"store": "x"},
     {"owner": "9" * 30}, {"version": "-1"}, {"form_key": "x"}],
)  # fmt: skip
def test_hostile_channels_are_refused_beside_the_field(scene, client, more):
    client.force_login(scene.supervisor.user)
    channel = Channel(name="新渠道", source="CHAT", state="ACTIVE", version=0)
    data = form_of(channel, store=scene.store.pk) | more
    assert client.post(reverse("feedback:create_channel"), data).status_code == 422


def test_a_channel_sent_twice_is_one_and_a_taken_place_is_said(scene, client):
    client.force_login(scene.deputy.user)
    channel = Channel(name="新渠道", source="CHAT", state="ACTIVE", version=0)
    data, url = form_of(channel, store=scene.store.pk), reverse("feedback:create_channel")
    assert [client.post(url, data).status_code for _twice in range(2)] == [302, 302]
    assert Channel.objects.filter(name="新渠道").count() == 1
    again = {**data, "form_key": submissions.new_key(), "name": "又一个"}
    assert client.post(url, again).status_code == 422


def test_a_rule_is_made_and_changed(scene, client):
    client.force_login(scene.supervisor.user)
    data = {"form_key": submissions.new_key(), "version": 0, "name": "垃圾", "words": "加微信",
            "kind": "SPAM", "topic": "", "is_active": "on"}  # fmt: skip
    url = reverse("feedback:create_rule")
    assert [client.post(url, data).status_code for _twice in range(2)] == [302, 302]
    rule = Rule.objects.get(name="垃圾")
    edit = reverse("feedback:rule", args=[rule.pk])
    assert client.post(edit, {**data, "version": 1, "words": "加V"}).status_code == 302
    assert client.post(edit, {**data, "version": 1, "words": "加Q"}).status_code == 422
    empty = {**data, "form_key": submissions.new_key(), "name": "空", "words": " \n "}
    assert client.post(url, empty).status_code == 422


@pytest.mark.parametrize(
    "act",
    [
        lambda _scene: ItemFactory(rating=6),
        lambda _scene: ItemFactory(state="TRIAGED"),
        lambda _scene: ItemFactory(kind="PRAISE"),
        lambda _scene: [ItemFactory(reference="R1") for _twice in range(2)],
        lambda scene: ChannelFactory(store=scene.store, team=scene.team),
        lambda scene: [ChannelFactory(store=scene.store) for _twice in range(2)],
        lambda scene: [ChannelFactory(store=None, team=scene.team) for _twice in range(2)],
        lambda _scene: ChannelFactory(store=None),
        lambda _scene: ChannelFactory(quiet_hours=0),
        lambda _scene: RuleFactory(kind="", topic=None),
        lambda _scene: ActionFactory(state="DONE"),
        lambda _scene: ActionFactory(check_on=date(2026, 11, 1)),
        lambda _scene: AlarmFactory(item=AlarmFactory().item),
        lambda _scene: SilenceFactory(channel=SilenceFactory().channel),
    ],
)
def test_the_database_refuses_what_must_not_be(scene, act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act(scene)


def test_items_without_number_may_be_many():
    for _twice in range(2):
        ItemFactory(reference="")
    assert Item.objects.count() == 2


def test_the_csv_of_the_figures_opens_in_a_spreadsheet(scene, client):
    ItemFactory(store=scene.store, service_day=timezone.localdate())
    client.force_login(scene.lead.user)
    month = f"{timezone.localdate():%Y-%m}"
    response = client.get(reverse("feedback:figures"), {"month": month, "format": "csv"})
    assert response.content.decode().startswith("\ufeff")
    assert scene.store.name in response.content.decode()
    for text in ("2026-13", "x", "٢٠٢٦-١٠", "9999-12", "0001-01"):
        assert client.get(reverse("feedback:figures"), {"month": text}).status_code == 200


def test_the_policy_says_how_few_stars_are_negative():
    earlier, later = (
        {stars: ItemFactory(rating=stars, service_day=day) for stars in (1, 2, 3, 4)}
        for day in (date(2026, 5, 31), date(2026, 6, 1))
    )
    PolicyFactory(valid_from=date(2026, 6, 1), negative_stars=3)

    assert set(Item.objects.negative()) == {
        later[1], later[2], later[3], earlier[1], earlier[2],
    }  # fmt: skip
