from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.enums import ErasureReason
from portal.forms import PlainText

REASONS = (ErasureReason.REQUEST, ErasureReason.UNLAWFUL)


class FindForm(forms.Form):
    """Whom one looks for; sent by POST, so that no log of addresses holds it."""

    q = PlainText(
        label=_("Platform name, phone, e-mail address or order number"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Exactly as it is stored; a phone in any spelling."),
    )


class GiveOutForm(forms.Form):
    """A file with everything is given out for a reason, which the audit log keeps."""

    why = PlainText(
        label=_("Number of the request"),
        max_length=40,
        help_text=_(
            "How the request is filed with you. No names: the audit log keeps it for ever."
        ),
    )


class EraseForm(forms.Form):
    """The last question before an erasure; `even_open` is asked only where something is open."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[(one.value, one.label) for one in REASONS]
    )
    reference = PlainText(
        label=_("Number of the request"),
        max_length=40,
        help_text=_("How the request is filed with you. No names: the log keeps it for ever."),
    )
    even_open = forms.BooleanField(
        label=_("Erase although something is still open; nobody can reach the customer then"),
        required=False,
    )
    sure = forms.BooleanField(
        label=_("I have checked that this is the right person. It cannot be undone.")
    )

    def __init__(self, *args: Any, is_open: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        if not is_open:
            del self.fields["even_open"]
