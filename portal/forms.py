from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import robots, texts
from portal.models import Robot


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


class SavedViewForm(forms.Form):
    name = PlainText(label=_("Name of the view"), max_length=40)
    query = PlainText(max_length=1000, required=False)


class RobotForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A group robot. Its address is a secret: it is typed in, never shown again."""

    new_address = PlainText(
        label=_("Address"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 80}),
        help_text=_(
            "DingTalk: dingtalk://secret@token, WeCom: wecombot://key, Feishu: feishu://token."
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
