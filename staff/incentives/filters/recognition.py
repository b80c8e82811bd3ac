"""Search and filters of the wall and of the lists of record; they stay in the address."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.incentives.enums import PraiseKind
from staff.incentives.queries.recognition import (
    BY_ME,
    CLOSED,
    DUE,
    ME,
    OPEN,
    STANDING,
    WITHDRAWN,
)
from staff.people.filters import ANY, ListFilter
from staff.people.forms import SENSIBLE


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    return forms.DateField(
        label=label,
        required=False,
        validators=SENSIBLE,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class WallFilter(ListFilter):
    kind = forms.ChoiceField(
        label=_("Kind of praise"), required=False, choices=[ANY, *PraiseKind.choices]
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    who = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[ANY, (ME, _("praise of me")), (BY_ME, _("given by me"))],
    )

    def __init__(self, data: Mapping[str, Any], *, teams: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Name or words")
        self.offer("team", [(str(pk), name) for pk, name in teams])


class RecordFilter(ListFilter):
    """Search by person; state; days, both included."""

    state = forms.ChoiceField(label=_("State"), required=False)
    since = _day(_("From"))
    until = _day(_("To"))

    def __init__(self, data: Mapping[str, Any], *, states: Sequence[tuple[str, Any]] = ()) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Number or name")
        if states:
            self.offer("state", states)
        else:
            del self.fields["state"]

    @property
    def days(self) -> tuple[date | None, date | None]:
        self.is_valid()
        return self.cleaned_data.get("since"), self.cleaned_data.get("until")


DEMERIT_STATES = [(STANDING, _("stands")), (WITHDRAWN, _("withdrawn"))]
COACHING_STATES = [(OPEN, _("still open")), (DUE, _("follow-up due")), (CLOSED, _("finished"))]
