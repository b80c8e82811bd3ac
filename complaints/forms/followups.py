"""Forms of follow-ups: assign, finish, reschedule, hand over, and the filters of the list."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.cases import moment_field
from complaints.policies import followups as policies
from complaints.policies.followups import Pick
from complaints.queries import followups as queries
from complaints.queries.followups import Choices
from complaints.querysets import FollowUpQuerySet
from portal.forms import PlainText
from portal.servicetime import Timetable
from staff.daily.queries import known
from staff.people.access import Scope

KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
MOST_PICKED = 500
PICKS = [
    (Pick.HALF_HOUR, _("in 30 min")),
    (Pick.HOUR, _("in 1 h")),
    (Pick.TWO_HOURS, _("in 2 h")),
    (Pick.FOUR_HOURS, _("in 4 h")),
    (Pick.NEXT_SHIFT, _("at the start of the next shift after today")),
    (Pick.EXACT, _("at this time:")),
]
ANY = ("", _("all"))
MINE, TEAM, ALL, DONE = "mine", "team", "open", "done"
TABS = {MINE: _("Mine"), TEAM: _("Team"), ALL: _("All open"), DONE: _("Done")}
DUES = [
    ANY,
    ("overdue", _("overdue")),
    ("today", _("today")),
    ("week", _("within 7 days")),
]


def picked(data: QueryDict) -> list[int]:
    """Return the keys of the rows that were chosen in a list; what is no key is left out."""
    return [int(key) for key in data.getlist("pick") if KEY.fullmatch(key)][:MOST_PICKED]


class _Person(forms.TypedChoiceField):
    """One of the people whom one may give follow-ups."""

    def __init__(self, people: Sequence[tuple[int, str]], *, label: Any) -> None:  # noqa: ANN401 -- a lazy text
        super().__init__(label=label, coerce=int, choices=[("", "---------"), *people])


def _purpose() -> PlainText:
    return PlainText(
        label=_("What is to be done"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _reason(*, required: bool = True) -> PlainText:
    return PlainText(label=_("Reason"), max_length=500, required=required)


class _When(forms.Form):
    """A due time: one of the picks, or a moment."""

    when = forms.ChoiceField(
        label=_("Due"),
        choices=PICKS,
        initial=Pick.TWO_HOURS,
        widget=forms.RadioSelect,
        help_text=_("Minutes and hours are service time of the desk; at night they stand still."),
    )
    due_at = moment_field(_("Date and time"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        moment = cleaned.get("due_at")
        if cleaned.get("when") == Pick.EXACT and moment is None and "due_at" not in self.errors:
            self.add_error("due_at", _("Give date and time."))
        if moment is not None and not _is_sensible(moment):
            self.add_error("due_at", _("This year is out of reach."))
        return cleaned


def _is_sensible(moment: datetime) -> bool:
    return 2000 <= moment.year <= 2999  # noqa: PLR2004 -- beyond them calendars overflow


def due_of(
    data: Mapping[str, Any], *, now: datetime, desk: Timetable, owner_id: int
) -> datetime | None:
    """Return the due time that a valid form means, None where it means none."""
    pick = Pick(data["when"])
    coming = queries.next_start(owner_id, now=now, desk=desk) if pick == Pick.NEXT_SHIFT else None
    return policies.picked_due(
        pick, now=now, desk=desk, next_shift=coming, exact=data.get("due_at")
    )


class AssignForm(_When):
    """One purpose for one or many cases or orders."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    purpose = _purpose()
    urgent = forms.BooleanField(
        label=_("Urgent"),
        required=False,
        help_text=_("Mail and robots do not wait for the next shift of whoever is reminded."),
    )
    field_order = ("form_key", "owner", "purpose", "when", "due_at", "urgent")

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["owner"] = _Person(people, label=_("Owner"))
        self.order_fields(self.field_order)


class CheckForm(_When):
    """Owner and due time alone, looked at before the form is sent."""

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["owner"] = _Person(people, label=_("Owner"))


class FinishForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = PlainText(
        label=_("Outcome"),
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RescheduleForm(_When):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = _reason()
    field_order = ("version", "when", "due_at", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["when"].initial = Pick.HALF_HOUR
        self.order_fields(self.field_order)


class HandOverForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = _reason()
    field_order = ("version", "to", "reason")

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["to"] = _Person(people, label=_("To"))
        self.order_fields(self.field_order)


class BulkHandOverForm(HandOverForm):
    """Hand over what was selected in a list, or offered."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        del self.fields["version"]


SENSIBLE = [
    MinValueValidator(datetime(2000, 1, 1).date()),  # noqa: DTZ001 -- a day
    MaxValueValidator(datetime(2999, 12, 30).date()),  # noqa: DTZ001 -- a day
]


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, validators=SENSIBLE, widget=widget)


class FollowUpFilter(forms.Form):
    """What stands in the address of the list. A value that is none of the choices is ignored."""

    q = PlainText(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Number, complaint or order")}
        ),
    )
    tab = forms.ChoiceField(required=False, choices=list(TABS.items()), widget=forms.HiddenInput)
    due = forms.ChoiceField(label=_("Due"), required=False, choices=DUES)
    owner = forms.TypedChoiceField(label=_("Owner"), required=False, coerce=int)
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int)
    urgent = forms.BooleanField(label=_("Urgent only"), required=False)
    since = _day(_("Due from"))
    until = _day(_("Due to"))

    def __init__(self, data: Mapping[str, Any], *, choices: Choices, usual: str) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.usual = usual
        self.offered = choices
        self.fields["store"].choices = [ANY, *choices.stores]  # type: ignore[attr-defined]  # a choice field
        self.fields["owner"].choices = [ANY, *choices.people]  # type: ignore[attr-defined]  # a choice field
        self.is_valid()

    @property
    def tab_now(self) -> str:
        return self.cleaned_data.get("tab") or self.usual

    @property
    def active(self) -> int:
        """How many filters are set, search and tab not counted."""
        return sum(
            1 for name, value in self.cleaned_data.items() if value and name not in ("q", "tab")
        )

    def query(self, **more: str) -> str:
        """Return the part of an address that keeps tab, search and filters."""
        kept = {name: _written(value) for name, value in self.cleaned_data.items() if value}
        return urlencode(kept | more)

    def apply(self, rows: FollowUpQuerySet, *, scope: Scope, now: datetime) -> FollowUpQuerySet:
        tab = self.tab_now
        if tab == MINE:
            rows = queries.own(scope)
        elif tab == TEAM:
            rows = queries.of_people(rows, scope)
        rows = queries.is_open(rows, done=tab == DONE)
        data = self.cleaned_data
        equal = {f"{name}_id": data[name] for name in ("owner", "store") if data.get(name)}
        if data.get("urgent"):
            equal["urgent"] = True
        rows = rows.filter(**equal).filter(**self._span(now))
        return queries.search(rows, data.get("q") or "")

    def _span(self, now: datetime) -> dict[str, datetime]:
        """Days from and to are service days, as in figures and exports (SHIFT-5)."""
        due, since, until = (self.cleaned_data.get(name) for name in ("due", "since", "until"))
        spans: dict[str, datetime] = {}
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        if due == "overdue":
            spans["due_at__lte"] = now
        elif due:
            spans["due_at__lt"] = midnight + timedelta(days=1 if due == "today" else 7)
        if due == "today":
            spans["due_at__gte"] = midnight
        desk = queries.desk_timetable() if since or until else None
        if since and desk:
            first = known.span_of(since, desk)[0]
            spans["due_at__gte"] = max(first, spans.get("due_at__gte", first))
        if until and desk:
            last = known.span_of(until, desk)[1]
            spans["due_at__lt"] = min(last, spans.get("due_at__lt", last))
        return spans


def _written(value: object) -> str:
    return "on" if value is True else str(value)
