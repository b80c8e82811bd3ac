"""Which channel an item belongs to, and how the channels are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from feedback.enums import ChannelState
from feedback.models import Channel
from feedback.policies import deadlines
from staff.people.access import Scope
from staff.people.models import StoreService


class Switchboard:
    """Finds the channel of a source and a store: the store's own, its team's, the general one."""

    def __init__(self, *, today: date) -> None:
        self._of_store: dict[tuple[str, int], Channel] = {}
        self._of_team: dict[tuple[str, int], Channel] = {}
        self._general: dict[str, Channel] = {}
        for row in Channel.objects.order_by("pk"):
            self.add(row)
        served = StoreService.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today
        )
        self._teams: dict[int, list[int]] = defaultdict(list)
        for store, team in served.values_list("store_id", "team_id"):
            if team:
                self._teams[store].append(team)

    def add(self, row: Channel) -> None:
        if row.store_id:
            self._of_store[row.source, row.store_id] = row
        elif row.team_id:
            self._of_team[row.source, row.team_id] = row
        else:
            self._general[row.source] = row

    def find(self, source: str, store_id: int) -> Channel | None:
        """Return the channel; None where there is none, not even a general one."""
        if found := self._of_store.get((source, store_id)):
            return found
        for team in self._teams.get(store_id, []):
            if found := self._of_team.get((source, team)):
                return found
        return self._general.get(source)


@dataclass(frozen=True, kw_only=True)
class ChannelRow:
    channel: Channel
    unread: int
    silent_since: datetime | None


def rows_for(scope: Scope, *, now: datetime) -> list[ChannelRow]:
    """Return the channels that one may see, the silent ones first, in one query."""
    in_reach = Q(items__state="UNREAD", items__store_id__in=scope.store_ids)
    found = (
        Channel.objects.visible_to(scope)
        .select_related("store", "team", "owner")
        .annotate(unread=Count("items", filter=in_reach))
        .order_by("name")
    )
    rows = [
        ChannelRow(
            channel=row, unread=getattr(row, "unread", 0), silent_since=silence_of(row, now=now)
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: row.silent_since is None)


def silent_for(scope: Scope, *, now: datetime) -> list[tuple[Channel, datetime]]:
    """Return the silent channels that one may see, the longest silent first, in one query."""
    rows = Channel.objects.visible_to(scope).filter(
        state=ChannelState.ACTIVE, quiet_hours__isnull=False
    )
    found = [(row, since) for row in rows if (since := silence_of(row, now=now))]
    return sorted(found, key=lambda pair: pair[1])


def silence_of(channel: Channel, *, now: datetime) -> datetime | None:
    """Return since when an active channel is silent for longer than normal."""
    if channel.state != ChannelState.ACTIVE or channel.quiet_hours is None:
        return None
    return deadlines.silent_since(
        last=channel.last_received_at,
        watched_since=channel.watched_since,
        quiet=timedelta(hours=channel.quiet_hours),
        now=now,
    )


def watched() -> Collection[Channel]:
    """Return the channels whose silence is noticed, with their owners and open silences."""
    rows = Channel.objects.filter(state=ChannelState.ACTIVE, quiet_hours__isnull=False)
    return rows.select_related("owner", "store").order_by("pk")
