"""Forms of the end of a case: revisit, root cause, prevention, and what the customer answers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel, Revisited
from complaints.forms.remedies import key_field, version_field, words
from complaints.models import CauseKind
from complaints.models.closing import BEST_SCORE
from portal.forms import PlainText

SCORES = [(score, str(score)) for score in range(1, BEST_SCORE + 1)]
FIRST_YEAR, LAST_YEAR = 2000, 2999


def day_field(label: Any, **options: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text and options of a field
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class RevisitForm(forms.Form):
    """The call sheet of a revisit (CMP-9)."""

    form_key = key_field()
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Revisited.choices, widget=forms.RadioSelect
    )
    score = forms.TypedChoiceField(
        label=_("Score (1 to 5), if the customer gave one"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "–"), *SCORES],
    )
    words = words(_("What the customer said"), 2000, required=False)
    thanked = forms.BooleanField(label=_("The customer was thanked"), required=False)

    def __init__(self, *args: Any, reopening: int, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.reopening = reopening

    def clean(self) -> dict[str, Any]:
        """What was said and what it means must fit together."""
        data = super().clean() or self.cleaned_data
        outcome, score = data.get("outcome"), data.get("score")
        if outcome == Revisited.NOT_REACHED and (score or data.get("thanked")):
            self.add_error("outcome", _("A customer who was not reached says nothing."))
        if outcome == Revisited.SATISFIED and score and score <= self.reopening:
            self.add_error("score", _("A customer who gives so low a score is not satisfied."))
        if outcome == Revisited.NOT_SATISFIED and not data.get("words"):
            self.add_error("words", _("Say what the customer is not satisfied with."))
        return data


class CauseForm(forms.Form):
    seen = version_field()
    kind = forms.ModelChoiceField(label=_("Root cause"), queryset=CauseKind.objects.none())
    text = words(_("How it came about"), 1000)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        field: Any = self.fields["kind"]
        field.queryset = CauseKind.objects.filter(is_active=True).order_by("position", "code")
        field.label_from_instance = lambda kind: kind.name


class MeasureForm(forms.Form):
    """A preventive measure: what, by whom, until when (CMP-9)."""

    form_key = key_field()
    what = words(_("Preventive measure"), 500)
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    due_on = day_field(_("Due on"))

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        field: Any = self.fields["owner"]
        field.choices = [("", "---------"), *people]

    def clean_due_on(self) -> Any:  # noqa: ANN401 -- what the field gives
        due_on = self.cleaned_data["due_on"]
        if not FIRST_YEAR <= due_on.year <= LAST_YEAR:
            raise forms.ValidationError(_("This year is out of reach."))
        return due_on


class EndMeasureForm(forms.Form):
    version = version_field()
    effect = PlainText(label=_("Effect"), max_length=500)


class VoteForm(forms.Form):
    """What a customer answers on a personal link (CMP-14)."""

    score = forms.TypedChoiceField(
        label=_("How satisfied are you with how we dealt with it?"),
        coerce=int,
        choices=SCORES,
        widget=forms.RadioSelect,
    )
    words = words(_("What you want to tell us"), 2000, required=False)
