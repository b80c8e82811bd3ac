"""The rules of the call list, and the form that is filled in during a call."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.enums import CallAfter, CallOutcome
from feedback.forms.desk import NONE, Pairs
from feedback.models.calls import LONGEST, MOST_CALLS
from feedback.services.calls import RuleFacts, Tried
from portal.forms import PlainText

FURTHEST = timedelta(days=60)


def _number(label: Any, *, least: int, most: int, hint: Any = "") -> forms.IntegerField:  # noqa: ANN401 -- lazy texts
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint)


class CallRuleForm(forms.Form):
    """A rule; a new one has version 0."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    name = PlainText(label=gettext_lazy("Name"), max_length=80)
    store = forms.TypedChoiceField(label=gettext_lazy("Store"), coerce=int, empty_value=None)
    after = forms.ChoiceField(label=gettext_lazy("Call after"), choices=CallAfter.choices)
    days = _number(
        gettext_lazy("Days later"), least=0, most=LONGEST,
        hint=gettext_lazy("For an order: long enough for the parcel to have arrived."),
    )  # fmt: skip
    percent = _number(
        gettext_lazy("Share that is drawn (per cent)"), least=1, most=100,
        hint=gettext_lazy("Drawn at random, each case or order once."),
    )  # fmt: skip
    per_person = _number(gettext_lazy("Calls to one customer at most"), least=1, most=MOST_CALLS)
    rest_days = _number(gettext_lazy("... within (days)"), least=1, most=LONGEST)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, *args: Any, stores: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["store"].choices = [NONE, *stores]  # type: ignore[attr-defined]  # a choice field

    def facts(self) -> RuleFacts:
        data = self.cleaned_data
        names = ("name", "after", "days", "percent", "per_person", "rest_days", "is_active")
        return RuleFacts(store_id=data["store"], **{name: data[name] for name in names})


class CallForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it went"), choices=CallOutcome.choices, widget=forms.RadioSelect
    )
    score = forms.TypedChoiceField(
        label=gettext_lazy("Satisfied, from 1 to 5?"), required=False, coerce=int,
        empty_value=None, choices=[NONE, *((str(one), "★" * one) for one in range(5, 0, -1))],
    )  # fmt: skip
    words = PlainText(
        label=gettext_lazy("What the customer says"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    again_at = forms.DateTimeField(
        label=gettext_lazy("Call again at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    note = PlainText(
        label=gettext_lazy("Note for the next attempt"), max_length=500, required=False
    )

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.now = now

    def clean_again_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["again_at"]
        if moment is not None and not self.now < moment <= self.now + FURTHEST:
            raise forms.ValidationError(
                _("Choose a moment within the next 60 days."), code="moment"
            )
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome = data.get("outcome")
        said = data.get("score") is not None or bool(data.get("words"))
        if outcome == CallOutcome.REACHED and not said and not self.errors:
            self.add_error("score", _("Give the score, or what the customer says."))
        if outcome and outcome != CallOutcome.REACHED and said:
            self.add_error("outcome", _("Only a customer who was reached says something."))
        if outcome == CallOutcome.LATER and not data.get("again_at") and not self.errors:
            self.add_error("again_at", _("When does the customer want to be called?"))
        return data

    def tried(self) -> Tried:
        data = self.cleaned_data
        again = data["again_at"] if data["outcome"] != CallOutcome.REACHED else None
        return Tried(
            outcome=CallOutcome(data["outcome"]), score=data["score"], words=data["words"],
            note=data["note"], again_at=again,
        )  # fmt: skip
