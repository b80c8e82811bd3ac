"""Which items, stores and channels the posts of chat systems are about."""

from datetime import date

from django.db.models import Q

from complaints.enums import Channel as Source
from feedback.models import Channel, Hook, Item
from staff.people.models import Store, StoreService
from staff.people.querysets import StoreQuerySet

SOURCES = (Source.CHAT, Source.SOCIAL, Source.PLATFORM, Source.OTHER)


def hook_of(channel: Channel) -> Hook | None:
    rows = Hook.objects.filter(channel=channel).select_related("rotated_by").defer("secret")
    return rows.first()


def item_of(channel: Channel, number: str) -> Item | None:
    """Return the item of this channel and number (FBK-6)."""
    names = [number, _own(channel, number)]
    rows = Item.objects.filter(channel=channel, source=channel.source, reference__in=names)
    return rows.defer("words").first()


def reference_for(channel: Channel, number: str) -> str:
    """Return the number; with the channel's own key before it where another channel has it."""
    taken = Item.objects.filter(source=channel.source, reference=number)
    return _own(channel, number) if taken.exclude(channel=channel).exists() else number


def _own(channel: Channel, number: str) -> str:
    return f"{channel.pk}:{number}"


def stores_of(channel: Channel, *, today: date) -> StoreQuerySet:
    """Return the stores about which a channel may speak."""
    if channel.store_id:
        return Store.objects.filter(pk=channel.store_id)
    if channel.team_id is None:
        return Store.objects.all()
    served = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        valid_from__lte=today,
        team=channel.team_id,
    )
    return Store.objects.filter(pk__in=served.values("store"))
