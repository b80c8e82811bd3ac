"""The form for what customers said on the phone or elsewhere."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import Channel as Source
from feedback.filters import SENSIBLE
from feedback.forms.desk import NONE, Pairs
from feedback.services.entry import Entry
from portal.forms import PlainText

SOURCES = [choice for choice in Source.choices if choice[0] != Source.SURVEY]
AHEAD = timedelta(minutes=1)  # the clock of the browser


class EntryForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label=gettext_lazy("Kind of channel"), choices=SOURCES)
    store = forms.TypedChoiceField(label=gettext_lazy("Store"), coerce=int, empty_value=None)
    text = PlainText(
        label=gettext_lazy("What the customer says"), max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    received_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Rating"), required=False, coerce=int, empty_value=None,
        choices=[NONE, *((str(stars), "★" * stars) for stars in range(5, 0, -1))],
    )  # fmt: skip
    order = PlainText(label=gettext_lazy("Order number"), max_length=64, required=False)
    reference = PlainText(
        label=gettext_lazy("External number"), max_length=80, required=False,
        help_text=gettext_lazy("Of the post or the call, if it has one: it is then entered once."),
    )  # fmt: skip
    agent = forms.TypedChoiceField(
        label=gettext_lazy("Agent named"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        stores: Pairs,
        people: Pairs,
        now: datetime,
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **options)
        self.now = now
        self.fields["store"].choices = [NONE, *stores]  # type: ignore[attr-defined]  # a choice field
        self.fields["agent"].choices = [NONE, *people]  # type: ignore[attr-defined]  # a choice field

    def clean_received_at(self) -> datetime:
        moment: datetime = self.cleaned_data["received_at"]
        for validator in SENSIBLE:
            validator(moment.date())
        if moment > self.now + AHEAD:
            raise forms.ValidationError(_("This moment has not come yet."), code="future")
        return moment

    def entry(self) -> Entry:
        data = self.cleaned_data
        names = ("source", "text", "received_at", "rating", "order", "reference")
        return Entry(
            store_id=data["store"],
            agent_id=data["agent"],
            **{name: data[name] for name in names},
        )
