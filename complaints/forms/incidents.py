"""Forms of merging cases and of incidents (CMP-13)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.remedies import key_field, words
from complaints.models import CauseKind
from complaints.policies.numbers import NUMBER
from portal.forms import PlainText


def _number(label: Any) -> PlainText:  # noqa: ANN401 -- a lazy text
    return PlainText(label=label, max_length=20)


class MergeForm(forms.Form):
    """The case that stays, and why the two are one."""

    into = _number(_("Number of the case that stays"))
    reason = words(_("Why they are one case"), 1000)

    def clean_into(self) -> str:
        number = str(self.cleaned_data["into"]).upper()
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("This is not the number of a case."))
        return number


class NumberForm(forms.Form):
    number = _number(_("Number of a case"))

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).upper()
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("This is not the number of a case."))
        return number


class IncidentForm(forms.Form):
    """What is behind several complaints: one cause, one measure, one message."""

    form_key = key_field()
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9
    )
    title = PlainText(label=_("What is behind it"), max_length=200)
    cause = forms.ModelChoiceField(
        label=_("Root cause"), queryset=CauseKind.objects.none(), required=False
    )
    measure = words(_("One measure for all"), 500, required=False)
    message = words(_("One message to all customers concerned"), 2000, rows=4, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        field: Any = self.fields["cause"]
        field.queryset = CauseKind.objects.filter(is_active=True).order_by("position", "code")
        field.label_from_instance = lambda kind: kind.name
