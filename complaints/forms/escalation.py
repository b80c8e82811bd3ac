"""The form by which a case goes up at once (CMP-10)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText


class EscalateForm(forms.Form):
    reason = PlainText(
        label=_("Why it cannot wait"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
