"""Search and filters of courses, and of who has done one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import TrainingState
from staff.handbook.queries.training import ALL, ARCHIVED, LIVE
from staff.people.filters import ANY, ListFilter


class CourseFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(LIVE, _("in use")), (ARCHIVED, _("archived")), (ALL, _("all"))],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Words of the course")


class StandingFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *TrainingState.choices]
    )
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, data: Mapping[str, Any], *, teams: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Number or name")
        self.offer("team", [(str(pk), name) for pk, name in teams])
