"""The page of the channels: owner, state, last item, expected rhythm, silence (FBK-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Channel as Source
from feedback.models import Channel, Silence
from feedback.services import channels, intake
from portal.models import Notice
from tests.factories.feedback import ChannelFactory, ItemFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ENGLISH = {"Accept-Language": "en"}
HOUR = timedelta(hours=1)


@pytest.fixture
def scene():
    return Department()


def shown(client, person):
    client.force_login(person.user)
    page = client.get(reverse("feedback:channels"), headers=ENGLISH)
    return [
        " ".join(row.split()) for row in page.content.decode().split("<tr>")[2:]
    ]  # the first is the head


def row_of(rows, name):
    (found,) = [row for row in rows if f">{name}</a>" in row]
    return found


def test_every_channel_has_owner_state_last_item_and_rhythm(scene, client):
    now = timezone.now()
    ChannelFactory(
        name="评价", store=scene.store, owner=scene.agent, quiet_hours=24,
        last_received_at=now - 2 * HOUR, watched_since=now - 99 * HOUR,
    )  # fmt: skip
    ChannelFactory(name="停用", store=scene.store, source="CHAT", owner=scene.lead, state="PAUSED")
    rows = shown(client, scene.agent)
    watched, paused = row_of(rows, "评价"), row_of(rows, "停用")
    assert scene.agent.name in watched
    assert "active" in watched
    assert timezone.localtime(now - 2 * HOUR).isoformat(timespec="seconds") in watched
    assert "silence is normal for 24 hours" in watched
    assert "silent" not in watched
    assert scene.lead.name in paused
    assert "paused" in paused


def test_a_silent_channel_comes_first_is_told_and_speaks_again(scene, client):
    now = timezone.now()
    usual = {"store": scene.store, "owner": scene.agent, "quiet_hours": 24}
    ChannelFactory(
        name="安静", last_received_at=now - 25 * HOUR, watched_since=now - 99 * HOUR, **usual
    )
    ChannelFactory(
        name="正常", last_received_at=now, source="CHAT", watched_since=now - 99 * HOUR, **usual
    )
    rows = shown(client, scene.agent)
    assert ["volume-mute" in row for row in rows] == [True, *[False] * (len(rows) - 1)]
    assert ">安静</a>" in rows[0]
    assert channels.notice_silence(now) == 1
    assert Notice.objects.get().receiver == scene.agent.user
    item = ItemFactory(channel=Channel.objects.get(name="安静"), store=scene.store, received_at=now)
    intake.mark_received([item], now=now)
    rows = shown(client, scene.agent)
    assert "silence is normal" in row_of(rows, "安静")
    assert not any("volume-mute" in row for row in rows)
    assert Silence.objects.get().ended_at == now


def test_each_kind_of_channel_stands_there_from_the_beginning(scene, client):
    client.force_login(scene.supervisor.user)
    page = client.get(reverse("feedback:channels"), headers=ENGLISH)
    kinds = {each["row"].channel.source for each in page.context["rows"]}
    assert kinds >= {"SURVEY", "MAIL", "CHAT", "SOCIAL", "STORE_REVIEW", "PHONE"}
    assert kinds <= set(Source.values)
