"""Forms of the roster: what comes in from outside is looked at here."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import submissions
from staff.people.forms import SENSIBLE, tried
from staff.people.models import Person
from staff.roster import filters, texts
from staff.roster.enums import RuleKind
from staff.roster.models import Assignment, Requirement, RosterRule, ShiftType
from staff.roster.policies.checks import PARAMS, Problem, why_wrong
from staff.roster.services import Asked, Turn, Want
from staff.rulebook.forms import CarefulForm

MOST_WANTS = 200
MOST_SHIFTS = 4
LONGEST_MARK = 300


class AssignmentForm(CarefulForm):
    """Tries the service, so that a refusal stands in the form."""

    apply: Callable[["AssignmentForm"], object]

    class Meta:
        model = Assignment
        fields = ("person", "day", "shift_type", "team", "is_lead")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        if "day" in self.fields:
            self.fields["day"].validators += SENSIBLE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        tried(lambda: type(self).apply(self), texts.sentence)
        return data

    def turn(self) -> Turn:
        data = self.cleaned_data
        return Turn(
            person_id=data["person"].pk,
            shift_type_id=data["shift_type"].pk,
            day=data["day"],
            team_id=data["team"].pk if data.get("team") else None,
            is_lead=data["is_lead"],
        )


class RequirementForm(CarefulForm):
    class Meta:
        model = Requirement
        fields = (
            "team", "shift_type", "store", "skill", "weekdays", "valid_from", "valid_until",
            "minimum", "wanted",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        for name in ("valid_from", "valid_until"):
            if name in self.fields:
                self.fields[name].validators += SENSIBLE
        if "wanted" in self.fields:
            self.fields["wanted"].required = False
            self.fields["wanted"].help_text = _("Empty: as many as the minimum.")

    def clean_weekdays(self) -> str:
        return "".join(sorted(set(self.cleaned_data["weekdays"])))

    def clean_wanted(self) -> int | None:
        wanted: int | None = self.cleaned_data["wanted"]
        return self.cleaned_data.get("minimum") if wanted is None else wanted


class RosterRuleForm(CarefulForm):
    """The numbers of a rule are looked at by its kind, and said in words where they do not fit."""

    class Meta:
        model = RosterRule
        fields = ("kind", "team", "params", "is_hard", "weight", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        if "params" in self.fields:
            self.fields["params"].help_text = _numbers_in_words()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind, params = data.get("kind"), data.get("params")
        if not kind or "params" in self.errors:
            return data
        params = {} if params is None else params
        problem = why_wrong(kind, params) or self._unknown_shift(kind, params)
        if problem:
            self.add_error("params", texts.problem(problem))
        data["params"] = params
        return data

    def _unknown_shift(self, kind: str, params: dict[str, Any]) -> Problem | None:
        codes = set(ShiftType.objects.values_list("code", flat=True))
        for name, param in PARAMS[kind].items():
            if param.is_shift and params.get(name) not in codes:
                return Problem("unknown_shift", str(params.get(name)))
        return None


def _numbers_in_words() -> str:
    """Return which numbers each kind of rule takes."""
    return "\n".join(
        f"{RuleKind(kind).label}: "
        + ", ".join(
            f'"{name}" ({param.range or ShiftType._meta.verbose_name})'
            for name, param in numbers.items()
        )
        for kind, numbers in PARAMS.items()
        if numbers
    )


class NotWants(ValueError):
    """What an editor sent is not a list of days."""


def wants_of(body: bytes) -> list[Want]:
    """Return the days that an editor sent as JSON. Raises NotWants."""
    try:
        sent = json.loads(body.decode("utf-8"))
        rows = sent["wants"]
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_WANTS:
            raise NotWants
        return [_want(row) for row in rows]
    except (UnicodeDecodeError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotWants from None


def _want(row: Any) -> Want:  # noqa: ANN401 -- whatever was sent
    day = filters.day_of(row["day"])
    shifts, seen = row["shifts"], row.get("seen")
    if day is None or not isinstance(shifts, list) or len(shifts) > MOST_SHIFTS:
        raise NotWants
    if seen is not None and (not isinstance(seen, str) or len(seen) > LONGEST_MARK):
        raise NotWants
    return Want(
        person_id=_key(row["person"]), day=day, shifts=[_key(one) for one in shifts], seen=seen
    )


def _key(value: object) -> int:
    found = filters.key_of(str(value)) if isinstance(value, int | str) else None
    if found is None or isinstance(value, bool):
        raise NotWants
    return found


class DayField(forms.DateField):
    """A day as the date picker of the browser sends it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 -- as DateField takes them
        super().__init__(validators=SENSIBLE, **kwargs)


def _must_be_keys(values: Iterable[object]) -> None:
    """Raise ValidationError for what cannot be a key: the database would choke on it."""
    if any(filters.key_of(str(value)) is None for value in values):
        raise ValidationError(_("This choice is not there."), code="invalid_choice")


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only for the type checker
    widget = forms.SelectMultiple(attrs={"size": 6})

    def clean(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        _must_be_keys(value or ())
        return super().clean(value)

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 -- Django's signature
        return f"{obj.name} ({obj.number})"


class KeyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only for the type checker
    """A choice of one row by its key."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        if value not in self.empty_values:
            _must_be_keys([getattr(value, "pk", value)])
        return super().to_python(value)


class PersonField(KeyField):
    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 -- Django's signature
        return f"{obj.name} ({obj.number})"


class CopyForm(forms.Form):
    """A week onto another one; nobody picked is everybody."""

    source = DayField(label=_("Copy the seven days from"))
    target = DayField(label=_("to the seven days from"))
    people = PeopleField(
        label=pgettext_lazy("people", "For"), queryset=Person.objects.none(), required=False
    )

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:  # noqa: ANN401 -- as Form takes them
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]  # a model choice field


class RotationForm(forms.Form):
    """A pattern such as `D D E E - -`, by the letters of the shifts."""

    pattern = forms.CharField(label=_("Pattern"), max_length=200)
    first = DayField(label=_("from"))
    last = DayField(label=_("until"))
    shift_by = forms.IntegerField(
        label=_("Each person starts so many days further"), min_value=0, max_value=31, initial=0
    )
    people = PeopleField(
        label=pgettext_lazy("people", "For"), queryset=Person.objects.none(), required=False
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- as Form takes them
        people: QuerySet[Person],
        letters: dict[str, int],
        **kwargs: Any,  # noqa: ANN401 -- the same
    ) -> None:
        super().__init__(*args, **kwargs)
        self.letters = letters
        self.fields["people"].queryset = people  # type: ignore[attr-defined]  # a model choice field
        self.fields["pattern"].help_text = _("%(letters)s, and - for a free day") % {
            "letters": " ".join(letters)
        }

    def clean_pattern(self) -> list[int | None]:
        found: list[int | None] = []
        for word in self.cleaned_data["pattern"].replace(",", " ").split():
            if word in {"-", "–", "—"}:
                found.append(None)
            elif word.upper() in self.letters:
                found.append(self.letters[word.upper()])
            else:
                raise ValidationError(
                    _('"%(word)s" is no shift. There are: %(letters)s'),
                    params={"word": word[:20], "letters": " ".join(self.letters)},
                )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and not 0 <= (last - first).days <= 62:  # noqa: PLR2004 -- two months
            self.add_error("last", _("The last day lies before the first, or too far from it."))
        return data


class KeyedForm(forms.Form):
    """A form that acts once, however often it is sent."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Form takes them
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = submissions.new_key()


class SwapForm(KeyedForm):
    """One of the own shifts for one of a colleague's, or for none."""

    given = forms.ChoiceField(label=_("I give"))
    colleague = PersonField(label=_("to"), queryset=Person.objects.none())
    taken = forms.ChoiceField(label=_("and take"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def asked(self) -> Asked:
        data = self.cleaned_data
        given_day, given_shift = _day_and_shift(data["given"])
        taken_day, taken_shift = _day_and_shift(data["taken"]) if data["taken"] else (None, None)
        return Asked(
            colleague_id=data["colleague"].pk,
            given_day=given_day,
            given_shift_id=given_shift,
            taken_day=taken_day,
            taken_shift_id=taken_shift,
            note=data["note"],
        )


def _day_and_shift(text: str) -> tuple[Any, int]:
    day, shift = text.split(":")[-2:]
    return filters.day_of(day), int(shift)


class WishForm(forms.Form):
    """`seen` is the mark of the wish for that day that was on the screen, empty for none."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    day = DayField(label=_("Day"))
    shift = KeyField(
        label=_("Wish"),
        queryset=ShiftType.objects.filter(is_active=True),
        required=False,
        empty_label=_("a day off"),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200)


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=200, required=False)
