"""Search and filters of announcements, and of who has confirmed one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import AnnouncementKind
from staff.handbook.queries.announcements import (
    ALL,
    COMING,
    CURRENT,
    MINE,
    OVER,
    TO_CONFIRM,
    WITHDRAWN,
)
from staff.people.filters import ANY, ListFilter

READ, UNREAD = "read", "unread"


class AnnouncementFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (CURRENT, _("holds now")),
            (TO_CONFIRM, _("to be confirmed by me")),
            (COMING, _("still to come")),
            (OVER, _("over")),
            (WITHDRAWN, _("withdrawn")),
            (ALL, _("all")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[ANY, *AnnouncementKind.choices]
    )
    author = forms.ChoiceField(label=_("Author"), required=False, choices=[ANY, (MINE, _("by me"))])

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Words of the announcement")


class ReaderFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, (UNREAD, _("not confirmed yet")), (READ, _("confirmed"))],
    )
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, data: Mapping[str, Any], *, teams: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Number or name")
        self.offer("team", [(str(pk), name) for pk, name in teams])
