"""Forms of scorecards, samples, audits and calibrations."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.incentives.forms.recognition import Choices, KeyedForm, PersonForm, area, day_field
from staff.incentives.models import Criterion, ScorecardVersion
from staff.incentives.policies.quality import MOST_CRITERIA, MOST_POINTS
from staff.incentives.services.quality import Mark
from staff.incentives.services.scorecards import Line

NOT_APPLICABLE = "na"
LARGEST_SAMPLE = 50
SEED_MOST = 2_147_483_647


class WeightField(forms.DecimalField):
    """A weight in per cent with at most two decimals, kept as whole basis points."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(
            min_value=Decimal("0.01"),
            max_value=Decimal(100),
            max_digits=5,
            decimal_places=2,
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:  # noqa: ANN401 -- as Django has it; basis points come out
        percent = super().clean(value)
        return None if percent is None else int(percent * 100)


class LineForm(forms.Form):
    """One criterion; a line without a title is left out."""

    title = PlainText(label=_("Criterion"), max_length=80, required=False)
    help = PlainText(label=_("What is looked at"), max_length=300, required=False)
    weight = WeightField(label=_("Weight in %"), required=False)
    most = forms.IntegerField(
        label=_("Most points"), min_value=1, max_value=MOST_POINTS, required=False
    )
    knocks_out = forms.BooleanField(label=_("0 points fail the whole"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("title"):
            for name, text in (
                ("weight", _("A criterion needs a weight.")),
                ("most", _("A criterion needs its most points.")),
            ):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, text)
        elif data.get("weight") and "title" not in self.errors:
            self.add_error("title", _("A weight without a criterion."))
        return data

    def line(self) -> Line | None:
        """Return the criterion of a valid form, None for an empty line."""
        data = self.cleaned_data
        if not data.get("title"):
            return None
        return Line(
            title=data["title"],
            help=data["help"],
            weight_bp=data["weight"],
            most=data["most"],
            knocks_out=data["knocks_out"],
        )


LineForms: "type[BaseFormSet[LineForm]]" = forms.formset_factory(
    LineForm, extra=3, max_num=MOST_CRITERIA, absolute_max=MOST_CRITERIA, validate_max=True
)


def initial_lines(version: ScorecardVersion) -> list[dict[str, Any]]:
    """Return the lines of a version as the form shows them."""
    return [
        {
            "title": criterion.title,
            "help": criterion.help,
            "weight": (Decimal(criterion.weight_bp) / 100).normalize().__format__("f"),
            "most": criterion.most,
            "knocks_out": criterion.knocks_out,
        }
        for criterion in version.criteria.all()
    ]


class ScorecardForm(KeyedForm):
    name = PlainText(label=_("Name of the scorecard"), max_length=80)


class SeenForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)


class SampleForm(PersonForm):
    source = forms.ChoiceField(label=_("Drawn from"))
    first_day = day_field(_("First day"))
    last_day = day_field(_("Last day (included)"))
    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=LARGEST_SAMPLE, initial=3)
    seed = forms.IntegerField(
        label=_("Seed (empty: a new one)"),
        min_value=0,
        max_value=SEED_MOST,
        required=False,
        help_text=_("The same seed draws the same again, so that anybody can check a draw."),
    )

    def __init__(self, *args: Any, sources: Sequence[tuple[str, Any]], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = sources  # type: ignore[attr-defined]  # a ChoiceField


class StartForm(forms.Form):
    """Who is audited, with which scorecard."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=int)
    card = forms.TypedChoiceField(label=_("Scorecard"), coerce=int)

    def __init__(self, *args: Any, people: Choices, cards: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "---------"), *people]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["card"].choices = cards  # type: ignore[attr-defined]  # a ChoiceField


class CalibrationForm(StartForm, KeyedForm):
    reference = PlainText(
        label=_("Conversation or case"),
        max_length=200,
        help_text=_("Where both auditors find it: platform, date, number. No customers' data."),
    )
    first = forms.TypedChoiceField(label=_("First auditor"), coerce=int)
    second = forms.TypedChoiceField(label=_("Second auditor"), coerce=int)

    def __init__(self, *args: Any, auditors: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", "---------"), *auditors]  # type: ignore[attr-defined]  # a ChoiceField


class AuditForm(KeyedForm):
    """Points for each criterion; "does not apply" is chosen, never left out by oversight."""

    reference = PlainText(
        label=_("Conversation or case"),
        max_length=200,
        help_text=_("Where it is found again: platform, date, number. No customers' data."),
    )
    comment = PlainText(
        label=_("Comment for the person"), max_length=1000, required=False, widget=area(3)
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        criteria: Iterable[Criterion],
        with_reference: bool = True,
        **kwargs: Any,  # noqa: ANN401 -- the same
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        if not with_reference:
            del self.fields["reference"]
        for criterion in self.criteria:
            points = [(str(n), str(n)) for n in range(criterion.most, -1, -1)]
            self.fields[f"points_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.title,
                choices=[("", "---------"), *points, (NOT_APPLICABLE, _("does not apply"))],
            )
            self.fields[f"note_{criterion.pk}"] = PlainText(
                label=_("Note"), max_length=300, required=False
            )

    def lines(self) -> list[dict[str, Any]]:
        """Return each criterion with its two fields."""
        return [
            {
                "criterion": criterion,
                "points": self[f"points_{criterion.pk}"],
                "note": self[f"note_{criterion.pk}"],
            }
            for criterion in self.criteria
        ]

    def marks(self) -> dict[int, Mark]:
        """Return the marks of a valid form by criterion."""
        data = self.cleaned_data
        found = {}
        for criterion in self.criteria:
            points = data[f"points_{criterion.pk}"]
            found[criterion.pk] = Mark(
                points=None if points == NOT_APPLICABLE else int(points),
                note=data[f"note_{criterion.pk}"],
            )
        return found
