"""Forms of the way to an agreement: move, assess, propose, decide, agree; departments' tasks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.enums import CaseStage, Channel, Opinion, Proof, RemedyKind, Side
from complaints.forms.cases import YuanField, moment_field
from complaints.models import Assessment, Department, Proposal
from complaints.services.remedies import Draft, Remedy, verdict
from complaints.texts import stages as texts
from portal.forms import PlainText
from portal.money import LARGEST, Fen
from staff.people.models import Person

ROWS = 4
FIRST_YEAR, LAST_YEAR = 2000, 2999
NONE = ("", "---------")
People = Sequence[tuple[int, str]]


def words(label: Any, length: int, *, rows: int = 2, **options: Any) -> PlainText:  # noqa: ANN401 -- a lazy text and options of a field
    """Return a field of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainText(label=label, max_length=length, widget=widget, **options)


def version_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)


def key_field() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput, required=False)


class MoveForm(forms.Form):
    """Where the case is to go, from the stage that the page showed."""

    seen = forms.ChoiceField(choices=CaseStage.choices)
    to = forms.ChoiceField(choices=CaseStage.choices)
    reason = PlainText(max_length=1000, required=False)


class AssessForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The assessment before a proposal (CMP-5)."""

    seen = version_field()
    findings = words(_("What was found out"), 5000, rows=4)

    class Meta:
        model = Assessment
        fields = (
            "findings", "fault", "fault_percent", "reasonable", "long_relation", "buys_again",
            "reputation",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["fault"].choices = [NONE, *Side.choices]  # type: ignore[attr-defined]  # a choice field
        for name in ("reasonable", "long_relation", "buys_again"):
            self.fields[name].choices = [NONE, *Opinion.choices]  # type: ignore[attr-defined]  # the same
        self.fields["fault_percent"] = forms.IntegerField(
            label=_("How much of it (%)"), min_value=0, max_value=100
        )
        self.fields["reputation"] = PlainText(
            label=_("What will be said about us"), max_length=500, required=False
        )


class _Money(YuanField):
    """An amount in yuan that may be left out; 0 then."""

    def __init__(self, label: Any, **options: Any) -> None:  # noqa: ANN401 -- a lazy text and options of a field
        super().__init__(
            label=label,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **options,
        )

    def clean(self, value: Any) -> int:  # noqa: ANN401 -- Django's signature
        amount: int = super().clean(value) or 0
        if amount > LARGEST:
            raise forms.ValidationError(_("This amount is out of reach."))
        return amount


class ProposalForm(forms.Form):
    """Several remedies together, with what an exchange would cost (CMP-6)."""

    form_key = key_field()
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9
    )
    wanted = forms.ChoiceField(
        label=_("What the customer wants"), required=False, choices=[NONE, *RemedyKind.choices]
    )
    return_fen = _Money(_("What that would cost us (yuan)"))
    goods_fen = _Money(_("Value of the goods that are lost (yuan)"))
    freight_out_fen = _Money(_("Freight to the customer (yuan)"))
    freight_back_fen = _Money(_("Freight back (yuan)"))
    handling_fen = _Money(_("Handling (yuan)"))
    reason = words(_("Why this"), 1000)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        for row in range(ROWS):
            self.fields[f"kind_{row}"] = forms.ChoiceField(
                label=_("Remedy"),
                required=False,
                choices=[NONE, *RemedyKind.choices],
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            amount = _Money(_("Costs us (yuan)"))
            amount.widget.attrs["class"] = "form-control"
            self.fields[f"amount_{row}"] = amount
            self.fields[f"text_{row}"] = PlainText(
                label=_("What exactly"),
                required=False,
                max_length=300,
                widget=forms.TextInput(
                    attrs={
                        "class": "form-control",
                        "autocomplete": "off",
                        "placeholder": _("What exactly"),
                    }
                ),
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (self[f"kind_{row}"], self[f"amount_{row}"], self[f"text_{row}"]) for row in range(ROWS)
        ]

    def clean(self) -> dict[str, Any]:
        """An amount or a text without a remedy says nothing; it is not dropped silently."""
        data = super().clean() or self.cleaned_data
        for row in range(ROWS):
            said = data.get(f"amount_{row}") or data.get(f"text_{row}")
            if said and not data.get(f"kind_{row}") and f"kind_{row}" not in self.errors:
                self.add_error(f"kind_{row}", _("Choose the remedy of this line."))
        return data

    def draft(self) -> Draft:
        """Return what a valid form says."""
        data = self.cleaned_data
        found = [
            Remedy(
                kind=RemedyKind(kind),
                amount=Fen(data[f"amount_{row}"]),
                text=data[f"text_{row}"],
            )
            for row in range(ROWS)
            if (kind := data[f"kind_{row}"])
        ]
        return Draft(
            remedies=found,
            reason=data["reason"],
            wanted=data["wanted"],
            return_fen=data["return_fen"] or None,
            goods_fen=data["goods_fen"],
            freight_out_fen=data["freight_out_fen"],
            freight_back_fen=data["freight_back_fen"],
            handling_fen=data["handling_fen"],
        )


def initial_of(proposal: Proposal) -> dict[str, Any]:
    """Return what the form of a proposal begins with; its remedies must be loaded."""
    names = (
        "wanted", "goods_fen", "freight_out_fen", "freight_back_fen", "handling_fen", "reason",
        "return_fen", "version",
    )  # fmt: skip
    found = {name: getattr(proposal, name) for name in names}
    for row, remedy in enumerate(list(proposal.remedies.order_by("position"))[:ROWS]):
        found |= {
            f"kind_{row}": remedy.kind,
            f"amount_{row}": remedy.amount_fen,
            f"text_{row}": remedy.text,
        }
    return found


class VersionForm(forms.Form):
    version = version_field()


class DecideForm(VersionForm):
    reason = words(_("Why it is decided so"), 500)


class AgreeForm(VersionForm):
    """The customer's agreement, as it was given (CMP-8)."""

    channel = forms.ChoiceField(label=_("How the customer said so"), choices=Channel.choices)
    at = moment_field(_("When"))
    wording = words(_("What the customer said"), 1000)

    def clean_at(self) -> Any:  # noqa: ANN401 -- what the field gives
        at = self.cleaned_data["at"]
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise forms.ValidationError(_("This year is out of reach."))
        return at


class DeclineForm(VersionForm):
    words = words(_("What the customer said"), 1000)


class TaskForm(forms.Form):
    """What a department is to do (CMP-8)."""

    form_key = key_field()
    department = forms.TypedChoiceField(label=_("Department"), coerce=int)
    what = words(_("What is to be done"), 500)
    due_at = moment_field(
        _("Due at"),
        required=False,
        help_text=_("Left empty, the department has its usual time, in its own working hours."),
    )
    contact = PlainText(label=_("Who does it there"), max_length=120, required=False)
    needs_proof = forms.ChoiceField(
        label=_("Proof that is asked for"), required=False, choices=Proof.choices
    )

    def __init__(self, *args: Any, departments: Sequence[Department], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        field: Any = self.fields["department"]
        field.choices = [("", "---------"), *((one.pk, one.name) for one in departments)]

    def clean_due_at(self) -> Any:  # noqa: ANN401 -- what the field gives
        due_at = self.cleaned_data["due_at"]
        if due_at and not FIRST_YEAR <= due_at.year <= LAST_YEAR:
            raise forms.ValidationError(_("This year is out of reach."))
        return due_at


class DoneForm(forms.Form):
    proof = PlainText(label=_("Proof"), max_length=200, required=False)
    result = words(_("Result"), 500, required=False)

    def __init__(self, *args: Any, needs: str, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        if needs:
            self.fields["proof"].required = True
            self.fields["proof"].label = Proof(needs).label


class CancelForm(forms.Form):
    reason = PlainText(label=_("Reason"), max_length=500)


class WordsForm(forms.Form):
    """What a customer adds to a yes or a no."""

    words = words(_("What you want to tell us"), 1000, required=False)

    def said(self) -> str:
        return str(self.cleaned_data.get("words") or "")


class VerdictForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A decision in the administration; `actor` is who decides, set by its section (CMP-7)."""

    actor: Person
    answer = forms.ChoiceField(
        label=_("Decide"), choices=[NONE, ("approve", _("Approve")), ("refuse", _("Turn down"))]
    )
    words = words(_("Why it is decided so"), 500)
    seen = version_field()

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["seen"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        found = verdict(actor=self.actor, proposal=self.instance, now=timezone.now())
        if found.refusal:
            raise forms.ValidationError(texts.of_offer(found.refusal))
        return data
