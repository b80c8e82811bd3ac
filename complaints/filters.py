"""Search and filters of the list of cases; they stay in the address."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.enums import CaseStage, Channel, Severity
from complaints.queries import cases as queries
from complaints.queries.cases import SORTS, Choices
from complaints.querysets import ComplaintQuerySet
from staff.people.access import Scope

KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
SLACK = timedelta(days=14)  # a moment lies at most so far from its service day
ANY = ("", _("all"))
AGES = [
    ANY,
    ("1", _("since yesterday")),
    ("7", _("7 days")),
    ("30", _("30 days")),
    ("older", _("older than 30 days")),
]
OLD = timedelta(days=30)
LATE, WAITING, UNACKNOWLEDGED, UNANSWERED = "late", "waiting", "unacknowledged", "unanswered"
MISSED = "missed"
CLOCKS = [
    ANY,
    (LATE, _("late now")),
    (UNACKNOWLEDGED, _("not acknowledged")),
    (UNANSWERED, _("not answered")),
    (WAITING, _("waiting for the customer")),
    (MISSED, _("answered late")),
]
OPEN, CLOSED = "open", "closed"
STAGES = [
    ANY,
    (OPEN, _("at work")),
    (CLOSED, _("closed cases")),
    (_("Stage"), CaseStage.choices),
]
SENSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


def _day_field(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, validators=SENSIBLE, widget=widget)


class CaseFilter(forms.Form):
    """What stands in the address of the list. A value that is none of the choices is ignored."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Number, order, customer, phone, words")}
        ),
    )
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[ANY, *Channel.choices])
    type = forms.TypedChoiceField(label=_("Nature"), required=False, coerce=int)
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, choices=[ANY, *Severity.choices]
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=STAGES)
    clock = forms.ChoiceField(label=_("Deadline"), required=False, choices=CLOCKS)
    escalated = forms.ChoiceField(
        label=_("Escalation"), required=False, choices=[ANY, ("yes", _("escalated"))]
    )
    age = forms.ChoiceField(label=_("Received"), required=False, choices=AGES)
    picked = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)
    since = _day_field(_("From"))
    until = _day_field(_("To"))

    def __init__(self, data: Mapping[str, Any], *, choices: Choices) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.offered = choices
        types: list[Any] = [ANY]
        for group, label, above in choices.types:
            if above is None:
                types.append((group, label))
                below = [row for row in choices.types if row[2] == group]
                types += [(key, f"\u2003{name}") for key, name, _parent in below]
        owners = [("mine", _("mine")), ("none", _("without owner"))]
        self.fields["store"].choices = [ANY, *choices.stores]  # type: ignore[attr-defined]  # a choice field
        self.fields["type"].choices = types  # type: ignore[attr-defined]  # a choice field
        self.fields["owner"].choices = [ANY, *owners, *choices.people]  # type: ignore[attr-defined]  # a choice field
        self.is_valid()

    def clean_picked(self) -> str:
        """Keep the keys of rows that were selected."""
        keys = str(self.cleaned_data["picked"]).split(",")
        return ",".join(key for key in keys if KEY.fullmatch(key))

    @property
    def active(self) -> int:
        """How many filters are set, the search not counted."""
        return sum(1 for name, value in self.cleaned_data.items() if value and name != "q")

    def query(self, *, sort: str, **more: str) -> str:
        """Return the part of an address that keeps search, filters and sorting."""
        kept = {name: str(value) for name, value in self.cleaned_data.items() if value}
        usual = queries.BEST if kept.get("q") else queries.NEWEST
        return urlencode({**kept, **({"sort": sort} if sort != usual else {}), **more})

    def apply(self, cases: ComplaintQuerySet, *, scope: Scope, now: datetime) -> ComplaintQuerySet:
        data = self.cleaned_data
        equal = {
            f"{name}_id" if name == "store" else name: data[name]
            for name in ("store", "channel", "severity")
            if data.get(name)
        }
        cases = cases.filter(**equal)
        if data.get("type"):
            kinds = [
                data["type"],
                *(k for k, _n, above in self.offered.types if above == data["type"]),
            ]
            cases = cases.filter(type_id__in=kinds)
        if data.get("escalated"):
            cases = cases.filter(escalated_at__isnull=False)
        if data.get("picked"):
            cases = cases.filter(pk__in=data["picked"].split(","))
        cases = self._owner(cases, scope=scope)
        cases = self._stage(cases)
        cases = self._clock(cases, now=now)
        cases = self._age(cases, now=now)
        cases = self._days(cases)
        return queries.search(cases, data.get("q", ""))

    def _owner(self, cases: ComplaintQuerySet, *, scope: Scope) -> ComplaintQuerySet:
        owner = self.cleaned_data.get("owner")
        if not owner:
            return cases
        if owner == "none":
            return cases.filter(owner=None)
        return cases.filter(owner_id=scope.person_id if owner == "mine" else int(owner))

    def _stage(self, cases: ComplaintQuerySet) -> ComplaintQuerySet:
        stage = self.cleaned_data.get("stage")
        if stage in (OPEN, CLOSED):
            return cases.filter(closed_at__isnull=stage == OPEN)
        return cases.filter(stage=stage) if stage else cases

    def _clock(self, cases: ComplaintQuerySet, *, now: datetime) -> ComplaintQuerySet:
        clock = self.cleaned_data.get("clock")
        if clock == LATE:
            not_waiting = Q(waiting_until=None) | Q(waiting_until__lte=now)
            return cases.filter(not_waiting, due_at__lte=now)
        if clock == WAITING:
            return cases.filter(waiting_until__gt=now)
        if clock == MISSED:
            late = cases.filter(answered_late__isnull=False)
            return late.exclude(stage=CaseStage.MERGED)  # as the dashboard counts
        if clock:
            met = "acknowledged_at" if clock == UNACKNOWLEDGED else "answered_at"
            return cases.filter(**{met: None}, due_at__isnull=False)
        return cases

    def _age(self, cases: ComplaintQuerySet, *, now: datetime) -> ComplaintQuerySet:
        age = self.cleaned_data.get("age")
        if not age:
            return cases
        if age == "older":
            return cases.filter(registered_at__lt=now - OLD)
        return cases.filter(registered_at__gte=now - timedelta(days=int(age)))

    def _days(self, cases: ComplaintQuerySet) -> ComplaintQuerySet:
        """Days are service days; the moments beside them let the database use its index."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since:
            cases = cases.filter(
                service_day__gte=since, registered_at__gte=_midnight(since - SLACK)
            )
        if until:
            cases = cases.filter(service_day__lte=until, registered_at__lt=_midnight(until + SLACK))
        return cases


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def sort_of(data: Mapping[str, Any]) -> str:
    """Return the sorting that the address asks for, else the best first of a search, or the newest.

    A cursor belongs to a sorting by time.
    """
    asked = str(data.get("sort", ""))
    if asked in SORTS:
        return asked
    is_search = bool(str(data.get("q", "")).strip())
    return queries.BEST if is_search and "." not in str(data.get("after", "")) else queries.NEWEST
