"""Fields that the forms of the handbook share."""

from typing import Any

from django import forms

from staff.people.forms import SENSIBLE


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:  # noqa: ANN401 -- lazy texts
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        validators=SENSIBLE,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class KeyField(forms.UUIDField):
    """The key of a form that is sent once."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)


class WholeField(forms.IntegerField):
    """A whole number in plain digits: neither `1_000` nor the digits of other scripts."""

    def to_python(self, value: Any) -> int | None:  # noqa: ANN401 -- Django's signature
        text = str(value or "").strip()
        if text and not (text.isascii() and text.removeprefix("-").isdecimal()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class VersionField(WholeField):
    """The version of a row as it was shown."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=1, max_value=10**9)


class PickField(forms.TypedMultipleChoiceField):
    """Some of the rows offered, as boxes to tick."""

    def __init__(self, label: Any, *, help_text: Any = "") -> None:  # noqa: ANN401 -- lazy texts
        super().__init__(
            label=label,
            required=False,
            coerce=int,
            help_text=help_text,
            widget=forms.CheckboxSelectMultiple,
        )


def offer(form: forms.Form, name: str, choices: Any, *, none: bool = False) -> None:  # noqa: ANN401 -- as Django takes them
    """Set the choices of a field, with an empty one before them where asked."""
    form.fields[name].choices = [("", "---------"), *choices] if none else choices  # type: ignore[attr-defined]  # a choice field


class VersionForm(forms.Form):
    version = VersionField()
