"""Forms of the clocks of a case (CMP-4)."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.cases import moment_field
from portal.forms import PlainText

FIRST_YEAR, LAST_YEAR = 2000, 2999


class AnswerForm(forms.Form):
    text = PlainText(
        label=_("What the customer was answered"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("An answer in substance, not the news that somebody is at it."),
    )


class WaitForm(forms.Form):
    until = moment_field(_("Until, at the latest"))
    reason = PlainText(
        label=_("What the customer has to do first"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_until(self) -> Any:  # noqa: ANN401 -- what the field gives
        until: datetime = self.cleaned_data["until"]
        if not FIRST_YEAR <= until.year <= LAST_YEAR:
            raise forms.ValidationError(_("This year is out of reach."))
        return until
