"""Forms of remarks, promises and unpaid orders, and the filters of their lists."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.enums import Channel, ChaseResult
from complaints.forms.cases import YuanField
from complaints.policies.orders import Parts
from complaints.queries import orders as queries
from complaints.services.customers import Buyer
from complaints.services.orders import Given
from complaints.services.unpaid import Cart, Try
from complaints.texts import orders as texts
from portal.forms import PlainText
from portal.money import Fen
from staff.daily.enums import Reason
from staff.people.filters import ANY, ListFilter

Stores = Sequence[tuple[int, str]]
FIRST_YEAR, LAST_YEAR = 2000, 2999
YEARS = [
    MinValueValidator(date(FIRST_YEAR, 1, 1)),
    MaxValueValidator(date(LAST_YEAR, 12, 31)),
]
CHANNELS = [
    (channel, channel.label)
    for channel in (Channel.CHAT, Channel.PHONE, Channel.PLATFORM, Channel.OTHER)
]


def _key() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput)


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    return forms.DateField(
        label=label,
        required=False,
        validators=YEARS,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class Moment(forms.DateTimeField):
    """A moment within the years that make sense."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"
    )

    def clean(self, value: Any) -> datetime | None:  # noqa: ANN401 -- Django's signature
        found: datetime | None = super().clean(value)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(_("This time makes no sense."))
        return found


class RemarkForm(forms.Form):
    """The one form of an order's remark (DAY-3); author, date and time the portal adds."""

    version = _version()
    logistics = PlainText(
        label=_("Logistics"),
        max_length=120,
        error_messages={"required": texts.PARTS["logistics"]},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Courier, address, when to ship."),
    )
    gift = PlainText(
        label=pgettext_lazy("part of an order remark", "Gift"),
        max_length=120,
        error_messages={"required": texts.PARTS["gift"]},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("What is added, and how many; “none” where there is none."),
    )
    wishes = PlainText(
        label=_("Other requests"),
        max_length=160,
        error_messages={"required": texts.PARTS["wishes"]},
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everything that was promised to the customer; “none” where there is none."),
    )

    def parts(self) -> Parts:
        """Return the parts, each on one line."""
        found = {name: " ".join(self.cleaned_data[name].split()) for name in texts.PARTS}
        return Parts(**found)


class PromiseForm(forms.Form):
    form_key = _key()
    promised_at = Moment(label=_("Promised to ship at"))
    chase_at = Moment(
        label=_("Remind me to ask the warehouse at"),
        required=False,
        help_text=_("A chase that is recorded before the promised time exempts (INC-4)."),
    )

    def given(self, *, purpose: str) -> Given:
        data = self.cleaned_data
        return Given(promised_at=data["promised_at"], chase_at=data["chase_at"], purpose=purpose)


class UnpaidForm(forms.Form):
    form_key = _key()
    store = forms.TypedChoiceField(label=_("Store"), coerce=int)
    number = PlainText(
        label=_("Order number"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = PlainText(label=_("Customer: name or platform name"), max_length=120)
    product = PlainText(label=_("Product"), max_length=200, required=False)
    amount = YuanField(label=_("Amount (yuan)"), required=False)
    placed_at = Moment(label=_("Placed at"))
    pay_until = Moment(
        label=_("To be paid until"),
        required=False,
        help_text=_("When the platform closes the order."),
    )
    note = PlainText(label=_("What the customer hesitates about"), max_length=300, required=False)

    def __init__(self, *args: Any, stores: Stores, now: datetime, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.now = now
        self.fields["store"].choices = [("", "---------"), *stores]  # type: ignore[attr-defined]  # a choice field

    def clean_placed_at(self) -> datetime:
        placed: datetime = self.cleaned_data["placed_at"]
        if placed > self.now:
            raise forms.ValidationError(_("An order cannot be placed in the future."))
        return placed

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        placed, until = data.get("placed_at"), data.get("pay_until")
        if placed and until and until <= placed:
            self.add_error("pay_until", _("It is to be paid after it was placed."))
        return data

    def cart(self, *, platform: str) -> Cart:
        data = self.cleaned_data
        return Cart(
            buyer=Buyer(name=data["name"], platform=platform),
            store_id=data["store"],
            number=data["number"],
            placed_at=data["placed_at"],
            pay_until=data["pay_until"],
            product=data["product"],
            amount=Fen(data["amount"]) if data["amount"] is not None else None,
            note=data["note"],
        )


class TryForm(forms.Form):
    form_key = _key()
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    words = PlainText(
        label=_("What was said"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    result = forms.ChoiceField(label=_("Result"), choices=ChaseResult.choices)

    def attempt(self) -> Try:
        data = self.cleaned_data
        return Try(
            channel=Channel(data["channel"]),
            words=data["words"],
            result=ChaseResult(data["result"]),
        )


class PaidForm(forms.Form):
    paid_at = Moment(label=_("Paid at"))


class LostForm(forms.Form):
    because = forms.ChoiceField(label=_("Reason"), choices=[("", "---------"), *Reason.choices])
    words = PlainText(label=_("In words"), max_length=300, required=False)


class ReopenForm(forms.Form):
    version = _version()


class UnpaidFilter(ListFilter):
    """Of the list of unpaid orders; the tab says which moment the days are about."""

    tab = forms.ChoiceField(
        required=False,
        choices=[(tab, tab) for tab in queries.TABS],
        widget=forms.HiddenInput,
    )
    store = forms.ChoiceField(label=_("Store"), required=False)
    chased = forms.ChoiceField(
        label=_("Chased"),
        required=False,
        choices=[ANY, (queries.NEVER, _("not yet")), (queries.CHASED, _("at least once"))],
    )
    reason = forms.ChoiceField(
        label=_("Lost because of"), required=False, choices=[ANY, *Reason.choices]
    )
    since = _day(_("From"))
    until = _day(_("To"))

    def __init__(self, data: Mapping[str, Any], *, stores: Stores) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Order number, customer, phone")
        self.offer("store", [(str(pk), name) for pk, name in stores])
        self.is_valid()

    @property
    def tab_now(self) -> str:
        return self.wanted.get("tab", queries.OPEN)

    @property
    def active(self) -> int:
        return sum(name not in ("q", "tab") for name in self.wanted)

    def narrowed(self) -> queries.Wanted:
        found = self.wanted
        return queries.Wanted(
            tab=self.tab_now,
            text=found.get("q", "").strip(),
            store=int(found["store"]) if "store" in found else None,
            chased=found.get("chased", ""),
            reason=found.get("reason", ""),
            since=self.cleaned_data.get("since"),
            until=self.cleaned_data.get("until"),
        )


class PromiseFilter(ListFilter):
    tab = forms.ChoiceField(
        required=False,
        choices=[(tab, tab) for tab in queries.PROMISE_TABS],
        widget=forms.HiddenInput,
    )
    store = forms.ChoiceField(label=_("Store"), required=False)

    def __init__(self, data: Mapping[str, Any], *, stores: Stores) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Order number, customer, phone")
        self.offer("store", [(str(pk), name) for pk, name in stores])
        self.is_valid()

    @property
    def tab_now(self) -> str:
        return self.wanted.get("tab", queries.OVERDUE)

    @property
    def active(self) -> int:
        return sum(name not in ("q", "tab") for name in self.wanted)
