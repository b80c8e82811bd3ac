"""Forms of contingency plans and of what is triggered (DAY-6)."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.forms import PlainText
from staff.handbook.enums import PlanKind
from staff.handbook.forms.fields import KeyField, VersionField, WholeField, area, offer
from staff.handbook.models.plans import LONGEST_MINUTES
from staff.handbook.services.plans import Step, Wording
from staff.handbook.services.runs import Review
from staff.people.enums import Post

MOST_STEPS, SPARE_STEPS = 30, 3
Choices = Sequence[tuple[int, str]]


class PlanForm(forms.Form):
    form_key = KeyField()
    kind = forms.ChoiceField(label=_("Kind"), choices=PlanKind.choices)
    title = PlainText(label=_("Title"), max_length=80)
    occasion = PlainText(
        label=_("When it is triggered"),
        max_length=1000,
        widget=area(3),
        help_text=_("The signs by which a lead knows that it is time, with numbers if you can."),
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"), coerce=int, help_text=_("Keeps the plan true and sees to its reviews.")
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        offer(self, "owner", people, none=True)

    def wording(self, steps: Sequence[Step]) -> Wording:
        """Return what a valid form says, with the steps of its formset."""
        data = self.cleaned_data
        return Wording(
            kind=PlanKind(data["kind"]),
            title=data["title"],
            occasion=data["occasion"],
            owner_id=data["owner"],
            steps=steps,
        )


class ChangePlanForm(PlanForm):
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]


class StepForm(forms.Form):
    """One step; a row without words is left out."""

    what = PlainText(label=_("What is to be done"), max_length=300, required=False)
    post = forms.ChoiceField(label=_("By whom"), choices=Post.choices, required=False)
    each = forms.BooleanField(label=_("each of them"), required=False)
    minutes = WholeField(
        label=_("Within (minutes)"), min_value=0, max_value=LONGEST_MINUTES, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what"):
            if data.get("post") == "":
                self.add_error("post", _("Say by whom."))
            if "minutes" in data and data["minutes"] is None:
                self.add_error("minutes", _("Say within how many minutes of the trigger."))
        return data


class BaseSteps(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> None:
        if not any(self.errors) and not self.steps():
            raise forms.ValidationError(_("A plan needs at least one step."), code="empty")

    def steps(self) -> list[Step]:
        """Return the steps of a valid formset."""
        rows = [form.cleaned_data for form in self.forms]
        return [
            Step(what=row["what"], post=Post(row["post"]), minutes=row["minutes"], each=row["each"])
            for row in rows
            if row.get("what")
        ]


_Steps = forms.formset_factory(
    StepForm,
    formset=BaseSteps,
    extra=SPARE_STEPS,
    max_num=MOST_STEPS,
    absolute_max=MOST_STEPS + SPARE_STEPS,
    validate_max=True,
)


def step_forms(data: Any = None, *, initial: Sequence[dict[str, Any]] = ()) -> BaseSteps:  # noqa: ANN401 -- as Django takes it
    """Return the rows of a plan's steps, with some to spare."""
    return cast("BaseSteps", _Steps(data, prefix="step", initial=list(initial)))


class TriggerForm(forms.Form):
    form_key = KeyField()
    proposal = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1
    )
    reason = PlainText(
        label=_("Reason"),
        max_length=500,
        widget=area(3),
        help_text=_("What has happened, since when, whom it concerns. No customers' data."),
    )


class GiveForm(forms.Form):
    """Who does a task of a running plan from now on."""

    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        offer(self, "owner", people, none=True)


class DoneForm(forms.Form):
    note = PlainText(
        label=pgettext_lazy("contingency plan", "What was done"),
        max_length=500,
        help_text=_("With time and numbers: it is read in the review."),
    )


class EndForm(forms.Form):
    outcome = PlainText(label=_("How it ended"), max_length=1000, widget=area(3))


class ReviewForm(forms.Form):
    went_well = PlainText(label=_("What went well"), max_length=2000, widget=area(3))
    to_change = PlainText(label=_("What to change"), max_length=2000, widget=area(3))
    plan_updated = forms.BooleanField(label=_("The plan was updated"), required=False)

    def review(self) -> Review:
        """Return what a valid form says."""
        return Review(**self.cleaned_data)


class DismissForm(forms.Form):
    why = PlainText(label=_("Why not"), max_length=200)
