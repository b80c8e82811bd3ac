from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import texts


class PlainText(forms.CharField):
    """Text from a person: trimmed, without NUL and without halves of characters."""

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise forms.ValidationError(
                _("This text holds broken characters. Please type it again."), code="broken"
            ) from None
        return text


class AuditFilter(forms.Form):
    """What of the audit log is shown; kept in the address."""

    q = PlainText(label=_("Search by object or staff number"), required=False, max_length=60)
    verb = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        chosen = sorted(texts.verbs().items(), key=lambda pair: str(pair[1]))
        self.fields["verb"].choices = [("", _("all")), *chosen]  # type: ignore[attr-defined]  # a ChoiceField


class SavedViewForm(forms.Form):
    name = PlainText(label=_("Name of the view"), max_length=40)
    query = PlainText(max_length=1000, required=False)
