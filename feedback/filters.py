"""Search and filters of the inbox; they stay in the address."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.enums import ItemKind, ItemState
from feedback.queries import items as queries
from feedback.queries import teams
from feedback.queries.items import NO_SPAM, SCORES, Choices
from feedback.querysets import InvitationQuerySet, ItemQuerySet
from portal.forms import PlainText
from staff.people.access import Scope

ANY = ("", _("all"))
SLACK = timedelta(days=14)  # a moment lies at most so far from its service day
SENSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
MOST_KEY = 2**63 - 1
NEGATIVE = "negative"


def _day_field(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, validators=SENSIBLE, widget=widget)


def _without_field(*names: str) -> forms.ChoiceField:
    """The other half of the fields with keys: rows that name none of this."""
    return forms.ChoiceField(
        required=False, choices=[ANY, *((one, one) for one in names)], widget=forms.HiddenInput
    )


def _key_field() -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=1, max_value=MOST_KEY, widget=forms.HiddenInput
    )


class ItemFilter(forms.Form):
    """What stands in the address of the inbox. A value that is none of the choices is ignored."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Words, number, order, customer, product")}
        ),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("unread")), ("all", _("all")), *ItemState.choices[1:]],
    )
    owner = forms.ChoiceField(
        label=_("Owner"), required=False, choices=[ANY, ("mine", _("mine")), ("none", _("nobody"))]
    )
    channel = forms.TypedChoiceField(label=_("Channel"), required=False, coerce=int)
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[ANY, (NO_SPAM, _("all but spam")), *ItemKind.choices],
    )
    topic = forms.TypedChoiceField(label=_("Topic"), required=False, coerce=int)
    rating = forms.ChoiceField(
        label=_("Rating"),
        required=False,
        choices=[
            ANY,
            (NEGATIVE, _("negative")),
            *((str(stars), "★" * stars) for stars in range(5, 0, -1)),
            ("none", _("none")),
        ],
    )
    answered = forms.ChoiceField(
        label=_("Answered"), required=False, choices=[ANY, ("yes", _("yes")), ("no", _("no"))]
    )
    since = _day_field(_("From"))
    until = _day_field(_("To"))
    product = _key_field()
    agent = _key_field()
    team = _key_field()
    without = _without_field("topic", "product", "agent", "team")
    survey = _key_field()
    asked = forms.ChoiceField(
        required=False, choices=[ANY, *((one, one) for one in SCORES)], widget=forms.HiddenInput
    )

    def __init__(self, data: Mapping[str, Any], *, choices: Choices) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.offered = choices
        former = queries.former_topic(str(data.get("topic", "")), choices.topics)
        for name, offered in (
            ("channel", choices.channels),
            ("store", choices.stores),
            ("topic", [*choices.topics, *former]),
        ):
            self.fields[name].choices = [ANY, *offered]  # type: ignore[attr-defined]  # a choice field
        self.is_valid()

    @property
    def active(self) -> int:
        """How many filters are set, the search not counted."""
        return sum(1 for name, value in self.cleaned_data.items() if value and name != "q")

    def query(self, **more: str) -> str:
        """Return the part of an address that keeps search and filters."""
        kept = {name: str(value) for name, value in self.cleaned_data.items() if value}
        return urlencode({**kept, **more})

    def apply(self, items: ItemQuerySet, *, scope: Scope) -> ItemQuerySet:
        data = self.cleaned_data
        state = data.get("state") or ItemState.UNREAD
        if state != "all":
            items = items.filter(state=state)
        for name, column in (
            ("channel", "channel_id"), ("store", "store_id"),
            ("topic", "topics"), ("product", "product_id"), ("agent", "agent_id"),
            ("survey", "response__survey"),
        ):  # fmt: skip
            if data.get(name):
                items = items.filter(**{column: data[name]})
        if data.get("asked"):
            items = queries.scored(items, data["asked"])
        items = self._kind(self._rating(self._team(items)))
        items = self._owner(self._answered(items), scope=scope)
        items = self._days(items)
        return queries.search(items, data.get("q", ""))

    def _team(self, items: ItemQuerySet) -> ItemQuerySet:
        team, without = self.cleaned_data.get("team"), self.cleaned_data.get("without")
        if team:
            items = teams.items_of(items, team)
        if without == "team":
            return teams.items_of_none(items)
        columns = {"topic": "topics", "product": "product_id", "agent": "agent_id"}
        return items.filter(**{columns[without]: None}) if without else items

    def _answered(self, items: ItemQuerySet) -> ItemQuerySet:
        answered = self.cleaned_data.get("answered")
        return items.filter(answered_at__isnull=answered == "no") if answered else items

    def _kind(self, items: ItemQuerySet) -> ItemQuerySet:
        kind = self.cleaned_data.get("kind")
        if kind == NO_SPAM:
            return items.exclude(kind=ItemKind.SPAM)
        return items.filter(kind=kind) if kind else items

    def _rating(self, items: ItemQuerySet) -> ItemQuerySet:
        rating = self.cleaned_data.get("rating")
        if not rating:
            return items
        if rating == NEGATIVE:
            return items.negative()
        return items.filter(rating=None if rating == "none" else int(rating))

    def _owner(self, items: ItemQuerySet, *, scope: Scope) -> ItemQuerySet:
        owner = self.cleaned_data.get("owner")
        if not owner:
            return items
        return items.filter(owner_id=scope.person_id if owner == "mine" else None)

    def _days(self, items: ItemQuerySet) -> ItemQuerySet:
        """Days are service days; the moments beside them let the database use its index."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since:
            items = items.filter(service_day__gte=since, received_at__gte=_midnight(since - SLACK))
        if until:
            items = items.filter(service_day__lte=until, received_at__lt=_midnight(until + SLACK))
        return items


class InvitationFilter(forms.Form):
    """What stands in the address of the list of invitations."""

    q = PlainText(
        label=_("Order number"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Order number")}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ANY,
            ("waiting", _("unanswered")),
            ("remind", _("to be reminded")),
            ("hand", _("after a case, to be sent by you")),
            ("answered", _("answered")),
            ("expired", _("expired")),
        ],
    )
    since = _day_field(_("From"))
    until = _day_field(_("To"))
    survey = _key_field()
    store = _key_field()
    product = _key_field()
    agent = _key_field()
    team = _key_field()
    without = _without_field("product", "agent", "team")

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.is_valid()

    @property
    def active(self) -> int:
        """How many filters are set, the search not counted."""
        return sum(1 for name, value in self.cleaned_data.items() if value and name != "q")

    def query(self, **more: str) -> str:
        """Return the part of an address that keeps search and filters."""
        kept = {name: str(value) for name, value in self.cleaned_data.items() if value}
        return urlencode({**kept, **more})

    def apply(self, rows: InvitationQuerySet, *, now: datetime) -> InvitationQuerySet:
        data = self.cleaned_data
        for name, column in (
            ("survey", "survey"), ("since", "service_day__gte"), ("until", "service_day__lte"),
            ("q", "order__number__startswith"), ("store", "survey__store"),
            ("product", "order__product"), ("agent", "agent"),
        ):  # fmt: skip
            if data.get(name):
                rows = rows.filter(**{column: data[name]})
        if data.get("team"):
            rows = teams.invitations_of(rows, data["team"])
        if without := data.get("without"):
            columns = {"product": "order__product", "agent": "agent"}
            rows = (
                teams.invitations_of_none(rows)
                if without == "team"
                else rows.filter(**{columns[without]: None})
            )
        states = {
            "waiting": rows.waiting(now),
            "remind": rows.waiting(now).filter(reminded_at__isnull=False),
            "hand": rows.waiting(now).filter(after_case__way="CHAT", after_case__handed_at=None),
            "answered": rows.filter(answered_at__isnull=False),
            "expired": rows.filter(answered_at=None, expires_at__lte=now),
        }
        return states.get(data.get("state", ""), rows)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
