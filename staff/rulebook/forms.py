"""Forms of the admin that two people may have open, or send twice."""

import hashlib
from datetime import time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import submissions
from staff.rulebook.models import Calendar


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
