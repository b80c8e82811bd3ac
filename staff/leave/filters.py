"""Search and filters of the lists of requests; they stay in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.leave.enums import LeaveKind, LeaveState
from staff.people.filters import ANY, ListFilter


class MonthInput(forms.DateInput):
    input_type = "month"


class OwnFilter(ListFilter):
    """Of one's own requests."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *LeaveKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *LeaveState.choices])
    month = forms.RegexField(
        r"^[0-9]{4}-(0[1-9]|1[0-2])\Z", label=_("Month"), required=False, widget=MonthInput()
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Reason")


class RequestFilter(OwnFilter):
    """Of the requests that one may see."""

    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, data: Mapping[str, Any], *, teams: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Number, name or reason")
        self.offer("team", [(str(pk), name) for pk, name in teams])
