"""Forms that two people may have open, or send twice; and the policy in the words of people."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.models import BaseInlineFormSet, model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import submissions
from portal.forms import PlainText
from portal.money import LARGEST, Fen, NotAnAmount, display_yuan, parse_yuan
from portal.period import Month, NotAMonth
from staff.rulebook import policies, texts
from staff.rulebook.enums import Unit
from staff.rulebook.models import Calendar, Policy
from staff.rulebook.queries import habits
from staff.rulebook.queries.numbers import NUMBERS, Number

LAST_DAY, FIRST_YEAR = date(2999, 12, 31), 2000
ATTENDANCE = 3
OF_PAY = (
    "rest_days", "rest_lost_half_days", "leave_year_half_days", "deduction_cap_percent",
    "least_pay_fen",
)  # fmt: skip


def mark_of(row: models.Model) -> str:
    """Return what changes whenever the stored row changes."""
    if hasattr(row, "version"):
        return str(row.version)
    return hashlib.sha256(repr(sorted(model_to_dict(row).items())).encode()).hexdigest()[:16]


class CarefulForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """Tells the second of two people what the first one saved, and knows a form sent twice."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = submissions.new_key()
        if self.instance.pk:
            self.fields["seen"].initial = mark_of(self.instance)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            self._must_be_fresh(data)
        return data

    def _must_be_fresh(self, data: dict[str, Any]) -> None:
        rows = type(self.instance)._default_manager.select_for_update()  # noqa: SLF001 -- Django's name for the model's own manager
        stored = rows.get(pk=self.instance.pk)
        if data.get("seen") == mark_of(stored):
            return
        sent = cast("QueryDict", self.data).copy()
        sent[self.add_prefix("seen")] = mark_of(stored)
        self.data = sent
        kept = model_to_dict(stored)
        told = [gettext("Somebody else has saved this meanwhile. Save again to put yours over it.")]
        for name, field in self.fields.items():
            if name in kept and field.prepare_value(kept[name]) != field.prepare_value(
                _plain(data.get(name))
            ):
                shown = {"field": field.label or name, "value": getattr(stored, name)}
                told.append(gettext("Now saved: %(field)s: %(value)s") % shown)
        raise ValidationError(told, code="changed_meanwhile")


def _plain(value: Any) -> Any:  # noqa: ANN401 -- Django's signature
    return value.pk if isinstance(value, models.Model) else value


class CalendarForm(CarefulForm):
    """Windows are pairs of times; weekdays are digits."""

    class Meta:
        model = Calendar
        fields = ("code", "name", "windows", "weekdays")

    def clean_windows(self) -> list[list[str]]:
        windows = self.cleaned_data["windows"]
        try:
            pairs = [[time.fromisoformat(start), time.fromisoformat(end)] for start, end in windows]
        except (TypeError, ValueError):
            pairs = []
        if not pairs or any(start == end or start.tzinfo or end.tzinfo for start, end in pairs):
            raise ValidationError(
                _('Windows are pairs of times, for instance [["08:30", "17:30"]].')
            )
        return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in pairs]

    def clean_weekdays(self) -> str:
        days = str(self.cleaned_data["weekdays"])
        if not days or set(days) - set("1234567"):
            raise ValidationError(_("Weekdays are digits from 1 to 7."))
        return "".join(sorted(set(days)))


class YuanField(forms.Field):
    """An amount in yuan that becomes fen."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        text = str(value or "").strip()
        if not text:
            return None
        try:
            amount = parse_yuan(text)
        except NotAnAmount:
            raise ValidationError(_("This is not an amount such as 6000 or 6,000.00.")) from None
        if not 0 <= amount <= LARGEST:
            raise ValidationError(_("An amount is not negative."))
        return amount

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        return display_yuan(Fen(value)) if isinstance(value, int) else value


class CountField(forms.Field):
    """A whole number within bounds, in ASCII digits."""

    widget = forms.TextInput
    shape = re.compile(r"[0-9]{1,9}")
    wrong = _("This is not a whole number such as 10.")

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:  # noqa: ANN401 -- as Field takes them
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        return int(text)

    def said(self, value: int) -> str:
        return str(value)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        text = str(value or "").strip()
        if not text:
            return None
        if not self.shape.fullmatch(text):
            raise ValidationError(self.wrong)
        number = self.read(text)
        if not self.least <= number <= self.most:
            bounds = {"least": self.said(self.least), "most": self.said(self.most)}
            raise ValidationError(_("From %(least)s to %(most)s."), params=bounds)
        return number

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        return self.said(value) if isinstance(value, int) else value


class HalfDaysField(CountField):
    """Days in steps of a half (`0.5`, `3`) that become half days."""

    shape = re.compile(r"[0-9]{1,3}(\.[05]0?)?")
    wrong = _("These are not days such as 3 or 0.5.")

    def read(self, text: str) -> int:
        whole, _dot, part = text.partition(".")
        return int(whole) * 2 + int(part.startswith("5"))

    def said(self, value: int) -> str:
        return texts.days_of(value)


class ClockField(forms.Field):
    """A time of day such as `17:00`."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    shape = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?")

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        text = str(value or "").strip()
        if not text:
            return None
        if not self.shape.fullmatch(text):
            raise ValidationError(_("This is not a time such as 17:00."))
        return time.fromisoformat(text)


class DayField(forms.Field):
    """A day such as `2026-10-08`."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    shape = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        text = str(value or "").strip()
        if not text:
            return None
        wrong = ValidationError(_("This is not a day such as 2026-10-08."))
        if not self.shape.fullmatch(text):
            raise wrong
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise wrong from None
        if day > LAST_DAY:
            raise wrong
        return day


class MonthField(forms.Field):
    """A month such as `2026-10`."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"})

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        text = str(value or "").strip()
        if not text:
            return None
        try:
            month = Month.parse(text)
        except NotAMonth:
            month = None
        if month is None or not FIRST_YEAR <= month.year <= LAST_DAY.year:
            raise ValidationError(_("This is not a month such as 2026-10."))
        return month


def number_field(number: Number) -> forms.Field:
    """Return the field in which people type a number of the policy."""
    stored = cast("models.Field[Any, Any]", Policy._meta.get_field(number.name))
    label = texts.LABELS[number.name]
    if number.unit == Unit.CLOCK:
        return ClockField(label=label)
    if number.unit == Unit.YUAN:
        return YuanField(label=label)
    if number.unit == Unit.WEEKDAY:
        return forms.TypedChoiceField(label=label, coerce=int, choices=list(texts.WEEKDAYS.items()))
    limits = {
        kind: [each.limit_value for each in stored.validators if isinstance(each, kind)]
        for kind in (MinValueValidator, MaxValueValidator)
    }
    least, most = max(limits[MinValueValidator]), min(limits[MaxValueValidator])
    field = HalfDaysField if number.unit == Unit.HALF_DAYS else CountField
    return field(label=label, least=least, most=most)


class NumbersForm(forms.Form):
    """Numbers of the policy as people say them, filled with those of a version."""

    numbers: Sequence[Number] = NUMBERS

    def __init__(self, *args: Any, following: Policy, **kwargs: Any) -> None:  # noqa: ANN401 -- as Form takes them
        filled = {number.name: getattr(following, number.name) for number in self.numbers}
        kwargs["initial"] = filled | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.following = following
        for number in self.numbers:
            self.fields[number.name] = number_field(number)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        add_step_errors(self, data)
        return data

    def policy(self, stored: Policy | None = None) -> Policy:
        """Return a version with these numbers that is not saved, or put them into a stored one.

        Numbers that the form does not ask for stay as they are in the version that it follows.
        """
        policy = stored or copy(self.following)
        if stored is None:
            policy.pk, policy.version = None, 1
        for number in self.numbers:
            setattr(policy, number.name, self.cleaned_data[number.name])
        return policy


def add_step_errors(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """Mark the numbers that break the order of their steps."""
    known = {name: value for name, value in data.items() if isinstance(value, int)}
    for name, chain in policies.descending(known).items():
        form.add_error(name, texts.CHAINS[chain])


class PolicyForm(NumbersForm):
    """A version that is new or still coming: from which day, why, and its numbers."""

    valid_from = DayField(label=_("valid from"))
    note = PlainText(label=_("why this version"), max_length=200, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- as Form takes them
        today: date,
        stored: Policy | None = None,
        **kwargs: Any,  # noqa: ANN401 -- as Form takes them
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.stored = today, stored

    def clean_valid_from(self) -> date:
        day = cast("date", self.cleaned_data["valid_from"])
        if day <= self.today:
            raise ValidationError(texts.REFUSALS["too_early"])
        taken = Policy.objects.filter(valid_from=day)
        if self.stored:
            taken = taken.exclude(pk=self.stored.pk)
        if taken.exists():
            raise ValidationError(texts.REFUSALS["day_taken"])
        return day

    def clean_seen(self) -> int:
        seen = str(self.cleaned_data["seen"])
        return int(seen) if CountField.shape.fullmatch(seen) else 0

    def policy(self, stored: Policy | None = None) -> Policy:
        policy = super().policy(stored)
        policy.valid_from = self.cleaned_data["valid_from"]
        policy.note = self.cleaned_data["note"]
        return policy

    def sent(self) -> list[tuple[str, str]]:
        """Return what was typed, to be sent once more from the preview."""
        return [(name, str(self[name].value() or "")) for name in self.fields]


class SimulationForm(NumbersForm):
    """A month and the numbers under which it is looked at: those that its pay depends on."""

    numbers = [each for each in NUMBERS if each.section == ATTENDANCE or each.name in OF_PAY]

    month = MonthField(label=_("month"))
    team = forms.TypedChoiceField(label=_("team"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, teams: Sequence[tuple[int, str]], **kwargs: Any) -> None:  # noqa: ANN401 -- as Form takes them
        super().__init__(*args, **kwargs)
        team = cast("forms.TypedChoiceField", self.fields["team"])
        team.choices = [("", _("everybody below me")), *teams]


class PolicySectionForm(CarefulForm):
    """A version in the admin: the same fields and the same refusals as in the portal."""

    today: date

    class Meta:
        model = Policy
        fields = ("valid_from", "note", *(number.name for number in NUMBERS))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        for number in NUMBERS:
            if number.name in self.fields:
                self.fields[number.name] = number_field(number)
                self.fields[number.name].help_text = number.rule
        if "valid_from" in self.fields:
            self.fields["valid_from"] = DayField(label=_("valid from"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "valid_from" in data and data["valid_from"] <= self.today:
            self.add_error("valid_from", texts.REFUSALS["too_early"])
        add_step_errors(self, data)
        return data


class HabitsForm(forms.Form):
    """The smaller numbers of daily work; the page of somebody else is told from this one."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, values: Mapping[str, int], **kwargs: Any) -> None:  # noqa: ANN401 -- as Form takes them
        super().__init__(*args, **kwargs)
        self.mark = hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]
        self.fields["seen"].initial = self.mark
        for kind in habits.kinds():
            self.fields[_plain_name(kind.code)] = CountField(
                label=kind.label,
                least=kind.least,
                most=kind.most,
                initial=values[kind.code],
                help_text=texts.habit_help(kind),
            )

    def is_stale(self) -> bool:
        return bool(self.cleaned_data["seen"] != self.mark)

    def wanted(self) -> dict[str, int]:
        return {kind.code: self.cleaned_data[_plain_name(kind.code)] for kind in habits.kinds()}


def _plain_name(code: str) -> str:
    return code.replace(".", "_")


class NamedRows(BaseInlineFormSet):  # type: ignore[type-arg]  # generic only for the type checker
    """Each field has a name for those who hear the page: the table's head alone names none."""

    def add_fields(self, form: Any, index: int | None) -> None:  # noqa: ANN401 -- Django's signature
        super().add_fields(form, index)
        for field in form.fields.values():
            for widget in (field.widget, getattr(field.widget, "widget", None)):
                if widget is not None and field.label:
                    widget.attrs.setdefault("aria-label", field.label)
