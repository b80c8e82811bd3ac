"""The complaint form of CMP-1, and the small forms of a case's page."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel, Mood, Severity, ShippingState, Threat
from complaints.models import Complaint
from complaints.queries.cases import Choices
from complaints.services import attachments
from complaints.services.attachments import Checked, FileRefused
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer, Shipment
from complaints.texts import cases as texts
from portal.money import Fen, NotAnAmount, display_yuan, parse_yuan

NUL = "\x00"


class YuanField(forms.CharField):
    """An amount in yuan as people type it; fen in Python."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        text = super().to_python(value)
        if not text:
            return None
        try:
            amount = parse_yuan(str(text))
        except NotAnAmount:
            raise forms.ValidationError(_("This is not an amount in yuan.")) from None
        if amount < 0:
            raise forms.ValidationError(_("An amount cannot be negative."))
        return amount

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        return display_yuan(Fen(value)) if isinstance(value, int) else value


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each checked by its content."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:  # noqa: ANN401, ARG002 -- Django's signature; a list instead of one file
        files = data if isinstance(data, list | tuple) else [data]
        found: list[Checked] = []
        for one in files:
            if not isinstance(one, UploadedFile):
                continue
            try:
                found.append(attachments.check(one, name=one.name or ""))
            except FileRefused as error:
                raise forms.ValidationError(texts.of_file(error.code, name=error.name)) from None
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        unique = {checked.sha256: checked for checked in found}
        return list(unique.values())


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:  # noqa: ANN401 -- a lazy text and options of a field
    """Return a field for a moment that browsers offer a picker for, to the second."""
    attrs = {"type": "datetime-local", "step": "1"}
    widget = forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M:%S")
    return forms.DateTimeField(label=label, widget=widget, **options)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _text(label: Any, length: int, **attrs: str) -> forms.CharField:  # noqa: ANN401 -- a lazy text
    return forms.CharField(
        label=label, max_length=length, required=False, widget=forms.TextInput(attrs=attrs)
    )


class CaseForm(forms.Form):
    """One form whatever the channel (CMP-1), in sections that follow a call."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    customer_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    letter = forms.IntegerField(widget=forms.HiddenInput, required=False)

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    store = forms.TypedChoiceField(label=_("Store"), coerce=int)
    name = forms.CharField(label=_("Customer: name or platform name"), max_length=120)
    phone = _text(_("Phone"), 40, inputmode="tel", autocomplete="off")
    company = _text(_("Company"), 120)
    address = _text(_("Address"), 300, autocomplete="off")
    order_number = _text(_("Order number"), 64, autocomplete="off")
    bought_at = moment_field(_("Bought at"), required=False)
    shipping = forms.ChoiceField(label=_("Shipping state"), choices=ShippingState.choices)
    product = _text(_("Product"), 200)
    specification = _text(_("Specification"), 200)
    produced_on = forms.DateField(
        label=_("Production date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    batch = _text(_("Batch"), 80)
    used_since = _text(_("When used"), 200)
    description = forms.CharField(label=_("What happened"), max_length=20000, widget=_area(5))
    used_before = forms.CharField(
        label=_("What was used before, and how that went"),
        max_length=5000,
        required=False,
        widget=_area(2),
    )
    type = forms.TypedChoiceField(label=_("Nature"), coerce=int, required=False, empty_value=None)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, initial=Severity.ORDINARY
    )
    registered_at = moment_field(
        _("Received at"),
        required=False,
        help_text=_("Empty: now. A later registration can be dated back."),
    )
    amount_fen = YuanField(
        label=_("Amount involved (yuan)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    demand = forms.CharField(
        label=_("What the customer asks for"), max_length=5000, required=False, widget=_area(2)
    )
    mood = forms.ChoiceField(
        label=_("How the customer feels"),
        choices=[("", _("not known")), *Mood.choices],
        required=False,
    )
    threat = forms.ChoiceField(
        label=_("The customer threatens"), choices=Threat.choices, required=False
    )
    reference = _text(_("External number"), 80)
    take = forms.BooleanField(
        label=_("I look after this case myself"),
        required=False,
        help_text=_("Otherwise the rules find the owner: by shipping state, shift and load."),
    )
    uploads = FilesField(
        label=_("Chat logs, mails, photos"),
        required=False,
        help_text=_("Images, PDF, office documents, mails, texts, sound and short films."),
    )

    def __init__(self, *args: Any, choices: Choices, editing: bool = False, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["store"].choices = [("", "---------"), *choices.stores]  # type: ignore[attr-defined]  # a choice field
        self.fields["type"].choices = [("", "---------"), *choices.grouped_types()]  # type: ignore[attr-defined]  # a choice field
        if editing:
            for name in ("form_key", "letter", "uploads", "registered_at", "take"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str) and NUL in value:
                self.add_error(name, _("This text holds a character that cannot be stored."))
        return cleaned

    def clean_threat(self) -> str:
        return self.cleaned_data["threat"] or Threat.NONE

    def facts(self, *, platform: str) -> CaseFacts:
        """Return what the form says; `platform` is that of the store."""
        data = self.cleaned_data
        simple = (
            "channel", "order_number", "bought_at", "shipping", "product", "specification",
            "produced_on", "batch", "used_since", "used_before", "severity", "amount_fen",
            "demand", "mood", "threat", "reference", "description", "customer_id",
        )  # fmt: skip
        return CaseFacts(
            buyer=Buyer(
                name=data["name"],
                platform=platform,
                phone=data["phone"],
                company=data["company"],
                address=data["address"],
            ),
            store_id=data["store"],
            type_id=data["type"],
            registered_at=data.get("registered_at"),
            **{name: data[name] for name in simple},
        )


def initial_of(complaint: Complaint) -> dict[str, Any]:
    """Return the values of a case for its form; phone and address stay masked and empty."""
    order = complaint.order
    names = (
        "channel", "specification", "produced_on", "batch", "used_since", "used_before",
        "severity", "amount_fen", "demand", "mood", "threat", "reference", "description",
        "shipping", "version",
    )  # fmt: skip
    return {
        **{name: getattr(complaint, name) for name in names},
        "store": complaint.store_id,
        "type": complaint.type_id,
        "name": complaint.customer.name,
        "company": complaint.customer.company,
        "order_number": order.number if order else "",
        "bought_at": order.bought_at if order else None,
        "product": complaint.product.name if complaint.product else "",
    }


WIDE, HALF, THIRD = "col-12", "col-12 col-md-6", "col-6 col-md-4"


def _row(*fields: tuple[str, str]) -> Div:
    return Div(*(Div(Field(name), css_class=width) for name, width in fields), css_class="row g-2")


def section(*rows: Div) -> FormHelper:
    """Return a crispy helper for a part of a form; the page writes form and token itself."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*rows)
    return helper


CUSTOMER = section(
    _row(("name", HALF), ("phone", HALF)),
    _row(("company", HALF), ("address", HALF)),
    _row(("order_number", HALF), ("bought_at", HALF)),
)
CALL = section(_row(("channel", THIRD), ("store", HALF), ("shipping", THIRD)))
STORY = section(
    _row(("description", WIDE)),
    _row(("demand", HALF), ("used_before", HALF)),
)
JUDGED = section(
    _row(
        ("type", HALF),
        ("severity", THIRD),
        ("amount_fen", THIRD),
        ("mood", THIRD),
        ("threat", THIRD),
    ),
)
GOODS = section(
    _row(("product", HALF), ("specification", HALF)),
    _row(("produced_on", THIRD), ("batch", THIRD), ("used_since", THIRD)),
)
REST_NEW = section(
    _row(("uploads", HALF), ("reference", THIRD), ("registered_at", THIRD), ("take", WIDE))
)
REST_OLD = section(_row(("reference", THIRD)))


class NoteForm(forms.Form):
    """A note; `names` is the address of the names that complete after an @."""

    text = forms.CharField(
        label=_("Note"),
        max_length=10000,
        widget=_area(3),
        help_text=_("@name tells somebody who sees this case."),
    )

    def __init__(self, *args: Any, names: str = "", **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs |= {
            "data-key": "n",
            "data-mentions": names,
            "data-mentions-label": _("People who see this case"),
            "aria-autocomplete": "list",
        }


class AttachForm(forms.Form):
    uploads = FilesField(label=_("Files"))


class OwnerForm(forms.Form):
    """The new owner: one of those whom one may give cases, or nobody."""

    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", _("nobody")), *people]  # type: ignore[attr-defined]  # a choice field


class OrderForm(forms.Form):
    """What people keep up to date on an order."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    bought_at = moment_field(_("Bought at"), required=False)
    promised_at = moment_field(_("Promised to ship at"), required=False)
    shipped_at = moment_field(_("Shipped at"), required=False)
    tracking = _text(_("Tracking number"), 80)

    def shipment(self) -> Shipment:
        data = self.cleaned_data
        names = ("bought_at", "promised_at", "shipped_at", "tracking")
        return Shipment(**{name: data[name] for name in names})
