"""Channels are made and changed; their silence is noticed once (FBK-1)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from feedback.enums import ChannelState
from feedback.models import Channel, Silence
from feedback.queries import channels as queries
from feedback.services import mails
from portal import audit, notices, submissions
from portal.models import User
from staff.people.enums import Post
from staff.people.queries import members

SILENT = "feedback.channel_silent"
AT_ONCE = 50


class ChangedMeanwhile(Exception):
    """Somebody else changed it since it was read; `current` is what it is now."""

    def __init__(self, current: Any) -> None:  # noqa: ANN401 -- a channel, a rule or an action
        super().__init__(current.pk)
        self.current = current


@dataclass(frozen=True, kw_only=True)
class ChannelFacts:
    name: str
    source: str
    state: str
    store_id: int | None = None
    team_id: int | None = None
    owner_id: int | None = None
    quiet_hours: int | None = None
    mailbox_id: int | None = None


@transaction.atomic
def make_channel(
    *, actor: User, facts: ChannelFacts, form_key: uuid.UUID, now: datetime
) -> Channel:
    """Add a channel. Raises AlreadySubmitted, and IntegrityError for one of that place or name."""
    claim = submissions.claim(key=form_key, user=actor, now=now)
    channel = Channel.objects.create(**vars(facts), watched_since=_watched(facts, None, now=now))
    mails.take_waiting(channel, now=now)
    audit.record(actor=actor, verb="channel.made", target=channel, at=now, after=_told(channel))
    submissions.finish(claim, result=reverse("feedback:channels"))
    return channel


@transaction.atomic
def change_channel(
    *, actor: User, channel_id: int, facts: ChannelFacts, version: int, now: datetime
) -> Channel:
    """Change a channel. Raises ChangedMeanwhile, and IntegrityError as above."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    if channel.version != version:
        raise ChangedMeanwhile(channel)
    before = _told(channel)
    watched = _watched(facts, channel, now=now)
    for name, value in vars(facts).items():
        setattr(channel, name, value)
    channel.watched_since = watched
    channel.version += 1
    channel.save()
    if channel.state == ChannelState.PAUSED or channel.quiet_hours is None:
        Silence.objects.filter(channel=channel, ended_at=None).update(ended_at=now)
        notices.settle(subject_of(channel.pk), now=now)
    mails.take_waiting(channel, now=now)
    audit.record(
        actor=actor, verb="channel.changed", target=channel, at=now, before=before,
        after=_told(channel),
    )  # fmt: skip
    return channel


def _watched(facts: ChannelFacts, before: Channel | None, *, now: datetime) -> datetime | None:
    """Return since when silence counts: from when a rhythm was set, or the pause ended."""
    if facts.state != ChannelState.ACTIVE or facts.quiet_hours is None:
        return None
    return (before.watched_since if before else None) or now


def _told(channel: Channel) -> dict[str, object]:
    names = ("source", "state", "store_id", "team_id", "owner_id", "quiet_hours", "mailbox_id")
    return {name: getattr(channel, name) for name in names}


def subject_of(channel_id: int) -> str:
    return f"channel:{channel_id}"


def notice_silence(now: datetime) -> int:
    """Notice silent channels, each silence once; returns how many were noticed."""
    silent = [
        (channel, since)
        for channel in queries.watched()
        if (since := queries.silence_of(channel, now=now))
    ]
    known = set(
        Silence.objects.filter(channel__in=[channel for channel, _since in silent]).values_list(
            "channel_id", "since"
        )
    )
    fresh = [(channel, since) for channel, since in silent if (channel.pk, since) not in known]
    heads = _heads(now) if fresh else []
    return sum(_notice(channel, since, heads, now=now) for channel, since in fresh[:AT_ONCE])


@transaction.atomic
def _notice(channel: Channel, since: datetime, heads: list[int], *, now: datetime) -> int:
    """Write the silence and tell the owner, else the heads; the row is the claim."""
    made, is_new = Silence.objects.get_or_create(
        channel=channel, since=since, defaults={"noticed_at": now}
    )
    if not is_new:
        return 0
    owner = channel.owner.user_id if channel.owner else None
    notices.send(
        [
            notices.Draft(
                receiver_id=user_id, key=f"{SILENT}:{made.pk}", kind=SILENT,
                params={"channel": channel.pk, "name": channel.name, "since": since.isoformat()},
                subject=subject_of(channel.pk),
            )
            for user_id in ([owner] if owner else heads)
        ],
        now=now,
    )  # fmt: skip
    return 1


def _heads(now: datetime) -> list[int]:
    """Return the sign-ins of the supervisors, who hear of channels without owner."""
    people = [
        one.person_id
        for one in members(timezone.localdate(now)).values()
        if one.post == Post.SUPERVISOR
    ]
    users = User.objects.filter(person__in=people).order_by("pk")
    return list(users.values_list("pk", flat=True))
