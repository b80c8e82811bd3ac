"""What the pages of import and export ask for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.transfer import output
from portal.transfer.registry import Kind
from portal.transfer.tables import MEGABYTE
from portal.transfer.values import FIRST_YEAR, LAST_YEAR


class Upload(forms.Form):
    """A file to import. What is in it is checked later, in a task."""

    kind = forms.ChoiceField(label=_("What is in the file"))
    file = forms.FileField(
        label=_("File (CSV or XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Sequence[Kind], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            limit = settings.IMPORT_MAX_BYTES // MEGABYTE
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB."), code="large", params={"limit": limit}
            )
        return file


class ExportChoice(forms.Form):
    """What of a kind is exported, from the address."""

    format = forms.ChoiceField(
        choices=[(name, name) for name in sorted(output.WRITERS)], required=False
    )
    month = forms.DateField(input_formats=["%Y-%m"], required=False)

    def clean_month(self) -> date | None:
        month: date | None = self.cleaned_data["month"]
        if month is not None and not FIRST_YEAR <= month.year <= LAST_YEAR:
            raise forms.ValidationError(_("This is no month."), code="year")
        return month
