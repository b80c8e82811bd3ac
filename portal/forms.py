import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from portal import robots, submissions, targets, texts
from portal.enums import ApiScope
from portal.figures import Places
from portal.models import DigestPlan, Robot, User, Webhook
from portal.period import DaySpan, Month

FIRST_YEAR, LAST_YEAR = 2000, 2998
LONGEST_SPAN = 366
PLAIN_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)


class PlainText(forms.CharField):
    """Text from a person: trimmed, without NUL and without halves of characters."""

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise forms.ValidationError(
                _("This text holds broken characters. Please type it again."), code="broken"
            ) from None
        return text


class AuditFilter(forms.Form):
    """What of the audit log is shown; kept in the address."""

    q = PlainText(
        label=_("Search by object or staff number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("Object or staff number")}),
    )
    verb = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        chosen = sorted(texts.verbs().items(), key=lambda pair: str(pair[1]))
        self.fields["verb"].choices = [("", _("all")), *chosen]  # type: ignore[attr-defined]  # a ChoiceField


class FigureFilter(forms.Form):
    """Period and place of the figures, kept in the address; what makes no sense is ignored.

    Two days count before the month.
    """

    month = forms.RegexField(
        r"^[0-9]{4}-(0[1-9]|1[0-2])\Z",
        label=_("Month"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    site = forms.TypedChoiceField(label=_("Site"), required=False, coerce=int, empty_value=None)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    store = forms.TypedChoiceField(label=_("Store"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, Any], *, places: Places, today: date) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.today = today
        for name, found in (
            ("site", places.sites), ("team", places.teams), ("store", places.stores),
        ):  # fmt: skip
            self.fields[name].choices = [("", _("all")), *found]  # type: ignore[attr-defined]  # a ChoiceField
        self.is_valid()

    @property
    def span(self) -> DaySpan:
        """The days asked for: two days within a year of each other, a month, or this month."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and self._fits(since, until):
            return DaySpan(since, until)
        month = self.cleaned_data.get("month") or ""
        if month and FIRST_YEAR <= int(month[:4]) <= LAST_YEAR:
            return Month.parse(month).span
        return Month.of(self.today).span

    @staticmethod
    def _fits(since: date, until: date) -> bool:
        within = since.year >= FIRST_YEAR and until.year <= LAST_YEAR
        return within and 0 <= (until - since).days < LONGEST_SPAN

    @property
    def narrowed(self) -> dict[str, int]:
        """The places that were chosen."""
        names = ("team", "site", "store")
        return {name: int(self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)}

    @property
    def active(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values())


class SavedViewForm(forms.Form):
    name = PlainText(label=_("Name of the view"), max_length=40)
    query = PlainText(max_length=1000, required=False)
    shared = forms.BooleanField(required=False)


class RobotForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A group robot. Its address is a secret: it is typed in, never shown again."""

    new_address = PlainText(
        label=_("Address"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 80}),
        help_text=_(
            "DingTalk: dingtalk://secret@token, WeCom: wecombot://key, Feishu: feishu://secret@token."
            " The address is not shown again; leave this empty to keep it."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Robot
        fields = ["name", "kind", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        address = data.get("new_address") or (self.instance.address if self.instance.pk else "")
        if "kind" in data and "new_address" in data:
            self._check_address(data["kind"], address)
        if self.instance.pk and data.get("seen") != self.instance.version:
            raise forms.ValidationError(
                _("Somebody else has changed this robot meanwhile. Please load the page again."),
                code="stale",
            )
        return data

    def _check_address(self, kind: str, address: str) -> None:
        if not address:
            self.add_error("new_address", _("A robot needs an address."))
        elif address.startswith("wecom://"):
            self.add_error(
                "new_address",
                _("wecom:// belongs to another service (Pushplus). WeCom is wecombot://key."),
            )
        elif not robots.is_address(kind, address):
            self.add_error("new_address", _("This is not an address of a robot of this kind."))


class PlainNumber(forms.IntegerField):
    """A whole number in plain digits: no underscores, no digits of other scripts."""

    def to_python(self, value: object) -> int | None:
        if isinstance(value, str) and (text := value.strip()) and not PLAIN_DIGITS.fullmatch(text):
            raise forms.ValidationError(str(self.error_messages["invalid"]), code="invalid")
        return super().to_python(value)


class TokenForm(forms.Form):
    """A token of the API. Whoever has a second factor shows it: the token outlives the session."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = PlainText(
        label=_("Name"),
        max_length=80,
        help_text=_("Which system uses it, for instance: order system."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=ApiScope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may yourself at that moment."),
    )
    days = PlainNumber(label=_("Valid for (days)"), min_value=1, initial=90)
    code = PlainText(
        label=_("Code of your second factor"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        most = settings.API_TOKEN_DAYS
        self.fields["days"] = PlainNumber(
            label=_("Valid for (days)"),
            min_value=1,
            max_value=most,
            initial=min(90, most),
            help_text=_("At most %(days)d days.") % {"days": most},
        )
        self.order_fields(["form_key", "name", "scopes", "days", "code"])
        self.fields["form_key"].initial = submissions.new_key()
        self.factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if self.factor is None:
            del self.fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.factor is None or not TOTP(self.factor).validate_code(code):
            raise forms.ValidationError(_("This code is not the present one."), code="code")
        return code


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A webhook: where to post, what, and of which stores."""

    address = PlainText(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        help_text=_("A public https address. Redirects are not followed."),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"), widget=forms.CheckboxSelectMultiple
    )
    store_ids = forms.TypedMultipleChoiceField(
        label=_("Stores"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all stores that you see at that moment."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Webhook
        fields = ["name", "address", "events", "store_ids", "is_active"]

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        events: Mapping[str, Any],
        stores: Sequence[tuple[int, str]],
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = PlainText(label=_("Name"), max_length=80)
        self.fields["events"].choices = list(events.items())  # type: ignore[attr-defined]  # a choice field
        self.fields["store_ids"].choices = list(stores)  # type: ignore[attr-defined]  # the same
        self.fields["seen"].initial = self.instance.version
        self.fields["form_key"].initial = submissions.new_key()
        self.order_fields(["name", "address", "events", "store_ids", "is_active", "seen"])

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        try:
            targets.check(address)
        except targets.Forbidden as error:
            raise forms.ValidationError(str(texts.TARGETS[error.code]), code=error.code) from None
        return address


class DigestPlanForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """When the weekly digest is written."""

    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int)

    class Meta:
        model = DigestPlan
        fields = ["is_on", "weekday", "at"]
        widgets = {"at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
        labels = {"is_on": _("Write a weekly digest"), "at": _("At")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = [(n + 1, WEEKDAYS[n]) for n in range(7)]  # type: ignore[attr-defined]  # a ChoiceField


class OwnWordsForm(forms.Form):
    """What the department adds to mails and messages of one topic."""

    text_zh = PlainText(label=_("In Chinese"), max_length=300, required=False)
    text_en = PlainText(label=_("In English"), max_length=300, required=False)
