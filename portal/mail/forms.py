from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from portal.mail.keeping import FIELDS
from portal.models import Mailbox

GUARDED = {"host", "port", "safety", "username"}


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A mailbox. Its password is typed in, never shown again, and sent to no other server."""

    name = PlainText(label=_("Name"), max_length=80)
    host = PlainText(label=_("Mail server"), max_length=200)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    username = PlainText(label=_("User name"), max_length=200)
    folder = PlainText(label=_("Folder"), max_length=200, initial="INBOX")
    new_password = PlainText(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("It is not shown again; leave this empty to keep it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Mailbox
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version

    def clean_host(self) -> str:
        return self._one_line("host")

    def clean_username(self) -> str:
        return self._one_line("username")

    def clean_folder(self) -> str:
        return self._one_line("folder")

    def clean_new_password(self) -> str:
        return self._one_line("new_password")

    def _one_line(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if any(ord(char) < 0x20 for char in text):  # noqa: PLR2004 -- control characters
            raise forms.ValidationError(_("Please type this on one line."), code="control")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("new_password") and "new_password" in data:
            if not self.instance.pk:
                self.add_error("new_password", _("A mailbox needs a password."))
            elif GUARDED & set(self.changed_data):
                self.add_error(
                    "new_password",
                    _("Where it is sent has changed: please type the password again."),
                )
        if self.instance.pk and data.get("seen") != self.instance.version:
            raise forms.ValidationError(
                _("Somebody else has changed this mailbox meanwhile. Please load the page again."),
                code="stale",
            )
        return data
