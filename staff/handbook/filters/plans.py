"""Search and filters of contingency plans and of what was triggered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import PlanKind
from staff.handbook.queries.plans import ALL, ARCHIVED, LIVE, REVIEWED, RUNNING, TO_REVIEW
from staff.people.filters import ANY, ListFilter


class PlanFilter(ListFilter):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *PlanKind.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(LIVE, _("in use")), (ARCHIVED, _("archived")), (ALL, _("all"))],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Words of the plan or its steps")


class RunFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ANY,
            (RUNNING, _("running")),
            (TO_REVIEW, _("to be reviewed")),
            (REVIEWED, _("reviewed")),
        ],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Plan or reason")
