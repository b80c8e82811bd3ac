"""The sections of the admin for channels, topics and rules of triage; for those who manage."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from feedback.enums import ChannelState
from feedback.models import Channel, Rule, Topic
from staff.rulebook.admin import ManagedAdmin


@admin.register(Channel)
class ChannelAdmin(ManagedAdmin):
    """Channels; one that is no longer used is paused, not deleted."""

    list_display = ("name", "source", "store", "team", "owner", "state", "quiet_hours")
    list_select_related = ("store", "team", "owner")
    list_filter = ("source", "state")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        return Channel.objects.visible_to(request.scope)  # type: ignore[attr-defined]  # staff's middleware puts it there

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:  # noqa: ANN401 -- Django's signature
        """From now on silence counts, where a rhythm is set and the channel is not paused."""
        if obj.state != ChannelState.ACTIVE or obj.quiet_hours is None:
            obj.watched_since = None
        elif obj.watched_since is None:
            obj.watched_since = timezone.now()
        super().store(request, obj, form, change=change)


@admin.register(Topic)
class TopicAdmin(ManagedAdmin):
    """What items are about; a topic that is no longer used is switched off, not deleted."""

    list_display = ("code", "name_zh", "name_en", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("position", "code")


@admin.register(Rule)
class RuleAdmin(ManagedAdmin):
    list_display = ("name", "kind", "topic", "is_active")
    list_select_related = ("topic",)
    list_filter = ("is_active", "kind")
    search_fields = ("name", "words")
    ordering = ("name",)
