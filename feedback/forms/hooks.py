"""Validation of what a chat system posts."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.filters import SENSIBLE
from feedback.services.hooks import Posted
from portal.forms import PlainText

LONGEST_NUMBER = 64
NAMES = frozenset({"number", "text", "at", "store", "order", "rating"})


def _is_sensible(moment: datetime) -> bool:
    first, last = (validator.limit_value for validator in SENSIBLE)
    return bool(first <= moment.date() <= last)


class ReplyAddressForm(forms.Form):
    reply_url = forms.URLField(
        label=gettext_lazy("Address for answers"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Answers are posted there. Empty: they are only written down."),
    )

    def clean_reply_url(self) -> str:
        url: str = self.cleaned_data["reply_url"]
        if url and not url.startswith(("http://", "https://")):
            raise forms.ValidationError(
                _("The address begins with http:// or https://."), code="scheme"
            )
        return url


class PostedForm(forms.Form):
    number = PlainText(max_length=LONGEST_NUMBER)
    text = PlainText(max_length=20_000)
    at = PlainText(max_length=40, required=False)
    store = PlainText(max_length=80, required=False)
    order = PlainText(max_length=64, required=False)
    rating = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None,
        choices=[(str(stars), str(stars)) for stars in range(1, 6)],
    )  # fmt: skip

    def clean_at(self) -> datetime | None:
        """Read a moment in ISO 8601 with its distance from UTC."""
        text = self.cleaned_data["at"]
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or timezone.is_naive(moment) or not _is_sensible(moment):
            raise forms.ValidationError(
                _("A moment reads like 2026-11-27T09:30:00+08:00."), code="moment"
            )
        return moment

    def posted(self, *, now: datetime) -> Posted:
        data = self.cleaned_data
        return Posted(
            number=data["number"], text=data["text"], at=data["at"] or now, store=data["store"],
            order=data["order"], rating=data["rating"],
        )  # fmt: skip


def wrong_with(data: object) -> str:
    """Return what is wrong with the shape of a post, before its values are looked at."""
    if not isinstance(data, dict):
        return _("The body is no JSON object.")
    if unknown := sorted(str(name)[:40] for name in data.keys() - NAMES):
        return _("Unknown: %(names)s") % {"names": ", ".join(unknown[:10])}
    if any(isinstance(value, dict | list | bool | float) for value in data.values()):
        return _("Each value is a text, a whole number or null.")
    return ""
