"""Which notices reach whom by which channel, within what the department allows (FUP-3).

In the portal every notice appears, always. What else a topic may use stands in the department's
table; where it leaves the choice, each person has one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import get_language

from portal import audit
from portal.enums import NOTICE_CHANNELS, Channel, WayMode
from portal.models import ChannelChoice, ChannelRule, OwnWords, User

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Notices that are chosen together: those whose kinds begin with one of `prefixes`."""

    code: str
    label: Text
    prefixes: Sequence[str]
    position: int
    mail: WayMode = WayMode.ASKED
    robot: WayMode = WayMode.NEVER
    private: bool = False
    """Nobody else's business (INC-8): never in a group."""

    def may_change(self, channel: str) -> bool:
        return channel != Channel.ROBOT or not self.private

    def default(self, channel: str) -> WayMode:
        return self.mail if channel == Channel.MAIL else self.robot


@dataclass(frozen=True, kw_only=True)
class Away:
    """When somebody may be disturbed outside the portal, and the robot of their team's group."""

    not_before: datetime
    robot_id: int | None = None


_topics: dict[str, Topic] = {}
_by_prefix: dict[str, Topic] = {}
_away: list[Callable[[Collection[int], datetime], Mapping[int, Away]]] = []


def register_topic(topic: Topic) -> None:
    """Make a topic known; called when an app is ready."""
    _topics[topic.code] = topic
    for prefix in topic.prefixes:
        _by_prefix[prefix] = topic


def register_away(provider: Callable[[Collection[int], datetime], Mapping[int, Away]]) -> None:
    """Say who knows shifts and teams: `(user_ids, now)` -> the answer by user."""
    _away[:] = [provider]


def away_of(user_ids: Collection[int], *, now: datetime) -> Mapping[int, Away]:
    """Return for each user from when messages may go out; outsiders are missing."""
    return _away[0](user_ids, now) if _away and user_ids else {}


def topics() -> list[Topic]:
    return sorted(_topics.values(), key=lambda topic: topic.position)


def topic_of(kind: str) -> Topic | None:
    """Return the topic of a kind of notice; None for what always goes its own way."""
    return _by_prefix.get(kind) or _by_prefix.get(kind.partition(".")[0])


def rules() -> dict[tuple[str, str], WayMode]:
    """Return the department's table: by topic and channel, defaults included."""
    found = {
        (topic.code, str(channel)): topic.default(channel)
        for topic in _topics.values()
        for channel in NOTICE_CHANNELS
    }
    for code, channel, mode in ChannelRule.objects.values_list("topic", "channel", "mode"):
        if code in _topics and _topics[code].may_change(channel):
            found[code, channel] = WayMode(mode)
    return found


def is_on(mode: WayMode, chosen: bool | None) -> bool:  # noqa: FBT001 -- three values
    """Tell whether a channel is used: as the department says, else as the person does."""
    if mode in {WayMode.NEVER, WayMode.ALWAYS}:
        return mode == WayMode.ALWAYS
    return mode == WayMode.OFFERED if chosen is None else chosen


def wanted(pairs: Collection[tuple[int, str]]) -> dict[Channel, set[tuple[int, str]]]:
    """Return which of these users want notices of these kinds, by channel; two queries.

    `pairs` are of user and kind. A kind without topic goes its own way and counts as wanted.
    """
    topic_by_kind = {kind: topic_of(kind) for _user, kind in pairs}
    codes = {topic.code for topic in topic_by_kind.values() if topic}
    if not codes:
        return {channel: set(pairs) for channel in NOTICE_CHANNELS}
    table = rules()
    rows = ChannelChoice.objects.filter(
        user_id__in={user for user, _kind in pairs}, topic__in=codes
    ).values_list("user_id", "topic", "channel", "wanted")
    chosen = {(user, code, channel): yes for user, code, channel, yes in rows}
    return {
        channel: {
            (user, kind)
            for user, kind in pairs
            if (topic := topic_by_kind[kind]) is None
            or is_on(table[topic.code, channel], chosen.get((user, topic.code, channel)))
        }
        for channel in NOTICE_CHANNELS
    }


@transaction.atomic
def choose(*, user: User, picked: Mapping[tuple[str, str], bool]) -> None:
    """Write somebody's choices, by topic and channel, where the department leaves one."""
    table = rules()
    free = {WayMode.ASKED, WayMode.OFFERED}
    for (code, channel), yes in picked.items():
        if table.get((code, channel)) in free:
            ChannelChoice.objects.update_or_create(
                user=user, topic=code, channel=channel, defaults={"wanted": yes}
            )


@transaction.atomic
def set_rules(*, actor: User, picked: Mapping[tuple[str, str], WayMode], now: datetime) -> int:
    """Write the department's table and audit what changed; returns how many cells did."""
    table = rules()
    changed = {
        cell: mode
        for cell, mode in picked.items()
        if cell in table and table[cell] != mode and _topics[cell[0]].may_change(cell[1])
    }
    for (code, channel), mode in changed.items():
        row, _made = ChannelRule.objects.update_or_create(
            topic=code, channel=channel, defaults={"mode": mode}
        )
        audit.record(
            actor=actor,
            verb="notices.rule_changed",
            target=row,
            at=now,
            before={"mode": str(table[code, channel])},
            after={"mode": str(mode)},
        )
    return len(changed)


def choices_of(user: User) -> dict[tuple[str, str], bool]:
    """Return what somebody has chosen, by topic and channel."""
    rows = ChannelChoice.objects.filter(user=user)
    return {
        (code, channel): yes
        for code, channel, yes in rows.values_list("topic", "channel", "wanted")
    }


def words_for(kind: str) -> str:
    """Return the department's own words for mails and robots, in the active language."""
    topic = topic_of(kind)
    row = OwnWords.objects.filter(topic=topic.code).first() if topic else None
    if row is None:
        return ""
    chinese = (get_language() or "").startswith("zh")
    return row.text_zh or row.text_en if chinese else row.text_en or row.text_zh


@transaction.atomic
def set_words(*, actor: User, topic: str, text_zh: str, text_en: str, now: datetime) -> bool:
    """Write the department's own words and audit it; False where nothing changed."""
    row = OwnWords.objects.select_for_update().filter(topic=topic).first() or OwnWords(topic=topic)
    if (row.text_zh, row.text_en) == (text_zh, text_en):
        return False
    row.text_zh, row.text_en = text_zh, text_en
    row.save()
    audit.record(actor=actor, verb="notices.words_changed", target=row, at=now)
    return True


def all_words() -> dict[str, OwnWords]:
    return {row.topic: row for row in OwnWords.objects.all()}
