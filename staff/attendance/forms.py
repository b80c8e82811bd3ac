"""Forms of attendance: clocking, asking for a make-up, deciding it, paying red packets."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from django.utils.translation import gettext_lazy as _

from staff.attendance.enums import Side
from staff.attendance.filters import SENSIBLE, day_of
from staff.attendance.services.payments import Key

CERTIFY, REFUSE = "certify", "refuse"
MOST_PICKED = 500
MOST_DIGITS = 15
SURROGATES = range(0xD800, 0xE000)


def refuse_surrogates(text: str) -> None:
    """Refuse what cannot be stored as text."""
    if any(ord(sign) in SURROGATES for sign in text):
        raise ValidationError(_("This text holds characters that cannot be stored."))


CAREFUL: list[Callable[[Any], None]] = [ProhibitNullCharactersValidator(), refuse_surrogates]


class ClockForm(forms.Form):
    side = forms.ChoiceField(choices=Side.choices)


class AskForm(forms.Form):
    """A make-up for one of the person's shifts that have begun."""

    day = forms.DateField(
        label=_("Date of the shift"),
        validators=[MinValueValidator(SENSIBLE[0]), MaxValueValidator(SENSIBLE[1])],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    side = forms.ChoiceField(label=_("Missing punch"), choices=Side.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        validators=CAREFUL,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecideForm(forms.Form):
    """`decision` is what was pressed: nothing is decided by the Enter key in the answer."""

    decision = forms.ChoiceField(choices=[(CERTIFY, CERTIFY), (REFUSE, REFUSE)])
    version = forms.IntegerField(min_value=1, max_value=10**9, widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Answer"), max_length=500, required=False, validators=CAREFUL)


class PaidForm(forms.Form):
    """When red packets were given; empty for now."""

    paid_at = forms.DateTimeField(
        label=_("Given at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Form takes them
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_paid_at(self) -> Any:  # noqa: ANN401 -- Django's signature
        paid_at = self.cleaned_data["paid_at"]
        if paid_at and not self.now - timedelta(days=400) <= paid_at <= self.now:
            raise ValidationError(_("A payment lies in the past, at most 400 days back."))
        return paid_at or self.now


def picked(texts: Iterable[str]) -> list[Key]:
    """Read what the boxes of the wall send: person, date and side; what is none is left out."""
    found: list[Key] = []
    for text in list(texts)[:MOST_PICKED]:
        person, _sep, rest = text.partition(":")
        day_text, _sep, side = rest.partition(":")
        day: date | None = day_of(day_text)
        fine = person.isascii() and person.isdecimal() and len(person) <= MOST_DIGITS
        if fine and day and side in Side.values:
            found.append((int(person), day, Side(side)))
    return found
