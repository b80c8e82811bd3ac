"""Notices in the portal and messages to the outside: rows in the caller's transaction.

A kind is registered from an app's `apps.py`; its text is made when somebody reads it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import choices
from portal.enums import Channel
from portal.models import Notice, OutboxMessage, Robot, User

Params = Mapping[str, Any]
SETTLED_AT_ONCE = 500
Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How notices of one kind read.

    `text` gives one sentence in the active language, without customers' data; `url` the path to
    go to; `details` adds what only the receiver reads in the portal, for many at once.
    """

    code: str
    icon: str
    label: Text
    text: Callable[[Params], str]
    url: Callable[[Params], str]
    details: Callable[[Sequence[Params]], Sequence[str]] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; called from `AppConfig.ready`."""
    _kinds[kind.code] = kind


def _unknown(code: str) -> Kind:
    return Kind(
        code=code,
        icon="bell",
        label=_("Notice"),
        text=lambda _params: str(_("A notice of a kind that is no longer known.")),
        url=lambda _params: "/notices/",
    )


def kind_of(code: str) -> Kind:
    """Return the kind; a stand-in for one that an older release wrote."""
    return _kinds.get(code) or _unknown(code)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A notice to be written. `subject` groups what is settled together, e.g. `followup:12`."""

    receiver_id: int
    key: str
    kind: str
    params: Params
    subject: str = ""
    urgent: bool = False


def send(drafts: Sequence[Draft], *, now: datetime) -> list[Notice]:
    """Write the notices; one that its receiver has already (same key) is not written again."""
    Notice.objects.bulk_create(
        [
            Notice(
                receiver_id=draft.receiver_id,
                key=draft.key,
                kind=draft.kind,
                params=dict(draft.params),
                subject=draft.subject,
                urgent=draft.urgent,
                created_at=now,
            )
            for draft in drafts
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    keys = {(draft.receiver_id, draft.key) for draft in drafts}
    found = Notice.objects.filter(
        receiver_id__in={receiver for receiver, _key in keys}, key__in={key for _r, key in keys}
    )
    written = [notice for notice in found if (notice.receiver_id, notice.key) in keys]
    _pass_on([notice for notice in written if notice.created_at == now], now=now)
    return written


def _pass_on(fresh: Sequence[Notice], *, now: datetime) -> None:
    """Put into the outbox what its receivers want by mail or in their team's group as well.

    Unless urgent it waits for the receiver's next shift. Kinds without topic go their own way.
    """
    rows = [notice for notice in fresh if choices.topic_of(notice.kind) is not None]
    if not rows:
        return
    pairs = {(notice.receiver_id, notice.kind) for notice in rows}
    wanted = choices.wanted(pairs)
    by_mail, by_robot = wanted[Channel.MAIL], wanted[Channel.ROBOT]
    by_mail = {pair for pair in by_mail if pair[0] in _with_address({user for user, _k in by_mail})}
    away = choices.away_of({user for user, _kind in by_mail | by_robot}, now=now)
    messages: list[Outgoing] = []
    for notice in rows:
        pair, their = (notice.receiver_id, notice.kind), away.get(notice.receiver_id)
        wait = now if notice.urgent or their is None else their.not_before
        robot = their.robot_id if their else None
        for channel, is_wanted in (("mail", pair in by_mail), ("robot", pair in by_robot)):
            if is_wanted and (channel == "mail" or robot):
                messages.append(
                    Outgoing(
                        key=f"notice:{notice.pk}:{channel}",
                        kind=notice.kind,
                        params=notice.params,
                        user_id=notice.receiver_id,
                        robot_id=robot if channel == "robot" else None,
                        subject=notice.subject,
                        not_before=wait,
                    )
                )
    post(messages, now=now)


def _with_address(user_ids: set[int]) -> set[int]:
    """Return those to whom mail can go."""
    if not user_ids:
        return set()
    rows = User.objects.filter(pk__in=user_ids, is_active=True).exclude(email="")
    return set(rows.values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message to the outside: to a user's mailbox or a robot. `key` is stable.

    With neither of them it goes to whoever portal.letters finds when it is sent.
    """

    key: str
    kind: str
    params: Params
    user_id: int | None = None
    robot_id: int | None = None
    subject: str = ""
    not_before: datetime | None = None


def _channel_of(message: Outgoing) -> Channel:
    if message.robot_id:
        return Channel.ROBOT
    return Channel.MAIL if message.user_id else Channel.LETTER


def post(messages: Sequence[Outgoing], *, now: datetime) -> None:
    """Put messages into the outbox; a key that is there already is not written again."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=message.key,
                channel=_channel_of(message),
                user_id=message.user_id,
                robot_id=message.robot_id,
                kind=message.kind,
                params=dict(message.params),
                subject=message.subject,
                created_at=now,
                not_before=message.not_before or now,
                next_try_at=message.not_before or now,
            )
            for message in messages
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def settle(subject: str, *, now: datetime, receivers: Sequence[int] | None = None) -> None:
    """Silence what was told about a subject.

    Unread notices count as read, messages that are still waiting are withdrawn. `receivers` are
    ids of users; None means everybody.
    """
    settle_all([subject], now=now, receivers=receivers)


def settle_all(
    subjects: Sequence[str], *, now: datetime, receivers: Sequence[int] | None = None
) -> None:
    """Silence what was told about many subjects; two statements a batch. See settle."""
    for start in range(0, len(subjects), SETTLED_AT_ONCE):
        some = subjects[start : start + SETTLED_AT_ONCE]
        unread = Notice.objects.filter(subject__in=some, read_at=None)
        waiting = OutboxMessage.objects.waiting().filter(subject__in=some)
        if receivers is not None:
            unread = unread.filter(receiver_id__in=receivers)
            waiting = waiting.filter(user_id__in=receivers)
        unread.update(read_at=now)
        waiting.update(withdrawn_at=now)


__all__ = [
    "Channel",
    "Draft",
    "Kind",
    "Outgoing",
    "Robot",
    "User",
    "kind_of",
    "post",
    "register",
    "send",
    "settle",
    "settle_all",
]
