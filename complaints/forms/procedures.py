"""Forms of procedures (CMP-11, CMP-12)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.enums import ProcedureKind
from complaints.forms.cases import moment_field
from complaints.models import Attachment
from portal.forms import PlainText

FIRST_YEAR, LAST_YEAR = 2000, 2999


class BeginForm(forms.Form):
    kind = forms.ChoiceField(label=_("Procedure"), choices=ProcedureKind.choices)
    deadline_at = moment_field(
        _("Deadline"),
        required=False,
        help_text=_("That of the platform for a dispute; a follow-up reminds you a day before."),
    )

    def clean_deadline_at(self) -> Any:  # noqa: ANN401 -- what the field gives
        deadline = self.cleaned_data["deadline_at"]
        if deadline and not FIRST_YEAR <= deadline.year <= LAST_YEAR:
            raise forms.ValidationError(_("This year is out of reach."))
        return deadline


class StepForm(forms.Form):
    code = forms.CharField(max_length=24)
    note = PlainText(label=_("What it rests on"), max_length=500, required=False)
    file = forms.TypedChoiceField(label=_("File"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, files: Sequence[Attachment], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        field: Any = self.fields["file"]
        field.choices = [("", "---------"), *((one.pk, one.name) for one in files)]


class EndForm(forms.Form):
    result = PlainText(label=_("How it ended"), max_length=500)
