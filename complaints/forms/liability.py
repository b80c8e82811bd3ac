"""Forms of liabilities: propose, decide, overturn; and a chase to the warehouse."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.enums import Bearer, Ground
from complaints.forms.cases import YuanField
from complaints.forms.followups import SENSIBLE
from complaints.models import LiabilityShare, Order
from complaints.policies.liability import MOST_PARTS, Part
from complaints.queries import orders
from portal.forms import PlainText

ROWS = 5
People = Sequence[tuple[int, str]]
OTHERS = [(str(bearer), bearer.label) for bearer in Bearer if bearer != Bearer.PERSON]


def _reason(label: Any) -> PlainText:  # noqa: ANN401 -- a lazy text
    return PlainText(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)


def _groups(people: People, concerned: Collection[int]) -> list[tuple[Any, Any]]:
    """Group the people to choose from: those concerned by the case come first."""
    near = [(pk, label) for pk, label in people if pk in concerned]
    others = [(pk, label) for pk, label in people if pk not in concerned]
    return [
        (title, [(f"{Bearer.PERSON}:{pk}", label) for pk, label in group])
        for title, group in ((_("Concerned by the case"), near), (_("People"), others))
        if group
    ]


class SharesForm(forms.Form):
    """Up to so many bearers with their parts; a row without bearer says nothing."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        people: People,
        concerned: Collection[int] = (),
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **options)
        choices = [("", "---------"), *OTHERS, *_groups(people, concerned)]
        for row in range(ROWS):
            self.fields[f"bearer_{row}"] = forms.ChoiceField(
                label=_("Who bears it"),
                required=False,
                choices=choices,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"weight_{row}"] = forms.IntegerField(
                label=_("Parts"),
                required=False,
                min_value=1,
                max_value=MOST_PARTS,
                initial=1,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"bearer_{row}"], self[f"weight_{row}"]) for row in range(ROWS)]

    def parts(self) -> list[Part]:
        found = []
        for row in range(ROWS):
            kind, _sep, key = self.cleaned_data.get(f"bearer_{row}", "").partition(":")
            if kind:
                weight = self.cleaned_data.get(f"weight_{row}") or 1
                found.append(Part(Bearer(kind), weight, int(key) if key else None))
        return found


class ProposeForm(SharesForm):
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    ground = forms.ChoiceField(label=_("Ground"), choices=Ground.choices)
    cost = YuanField(label=_("Cost (yuan)"), help_text=_("For instance the freight of the resend."))
    reason = _reason(_("What happened"))

    def clean_cost(self) -> int:
        cost: int = self.cleaned_data["cost"]
        if not cost:
            raise forms.ValidationError(_("A cost is above zero."))
        return cost


class DecideForm(SharesForm):
    version = _version()
    decision = _reason(_("Reason of the decision"))


class AttitudeForm(DecideForm):
    """Decides on attitude: an amount, nobody, or demerits, which need a day and evidence."""

    day = forms.DateField(
        label=_("Date of the shift"),
        required=False,
        validators=SENSIBLE,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    evidence = PlainText(
        label=_("Evidence"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For a demerit: the case, the chat, who saw it."),
    )

    def __init__(self, *args: Any, today: date, marking: bool, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.today = today
        self.fields["day"].required = self.fields["evidence"].required = marking

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class OverturnForm(forms.Form):
    version = _version()
    because = PlainText(label=_("Reason"), max_length=500)


class ChaseForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = PlainText(label=_("What was asked, and whom"), max_length=500)


def initial_of(shares: Sequence[LiabilityShare]) -> dict[str, Any]:
    """Return the rows of shares that were proposed."""
    found: dict[str, Any] = {}
    for row, share in enumerate(shares[:ROWS]):
        key = f":{share.person_id}" if share.person_id else ""
        found |= {f"bearer_{row}": f"{share.bearer}{key}", f"weight_{row}": share.weight}
    return found


def usual_of(ground: str, order: Order | None, *, exempt: bool) -> dict[str, Any]:
    """Return the bearer that the ground points to where nobody was proposed (INC-4).

    The author of the remark that counts, or whoever promised the date.
    """
    if exempt or ground == Ground.WAREHOUSE:
        return {"bearer_0": str(Bearer.WAREHOUSE), "weight_0": 1}
    liable = {Ground.REMARK: orders.author_liable, Ground.LATE: orders.promiser}
    if order is None or ground not in liable:
        return {}
    person = liable[Ground(ground)](order)
    return {"bearer_0": f"{Bearer.PERSON}:{person}", "weight_0": 1} if person else {}
