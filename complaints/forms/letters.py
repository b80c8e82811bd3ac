"""Forms of mails: where they go, what is answered, whose a mailbox is."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from complaints.enums import ReplyCounts
from complaints.forms.cases import FilesField
from complaints.models import Attachment, CaseLetter, Complaint
from complaints.policies import scripts
from complaints.policies.numbers import NUMBER
from complaints.services.letters import Place
from portal.forms import PlainText

CASE_LETTER = "C"
MOST_BYTES = 15 * 1024 * 1024
"""Of all files of a mail: what mail servers take, encoded, as a rule."""


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AttachLetterForm(forms.Form):
    """The number of the case that a mail belongs to."""

    number = PlainText(
        label=_("Number of the case"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "C20261008-0007"}),
    )

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).upper()
        if not NUMBER.fullmatch(number) or number[0] != CASE_LETTER:
            raise forms.ValidationError(_("This is not the number of a case."))
        return number


class AsideForm(forms.Form):
    why = PlainText(
        label=_("Why it is no complaint"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReplyForm(forms.Form):
    """A mail to the customer. Known addresses are offered masked; another one is typed in."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Receiver"), required=False)
    address = forms.EmailField(
        label=_("Another address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    subject = PlainText(label=_("Subject"), max_length=240)
    text = PlainText(label=_("Text"), max_length=10_000, widget=_area(10))
    along = forms.TypedMultipleChoiceField(
        label=_("Files of the case to send along"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    uploads = FilesField(label=_("Further files"), required=False)
    counts = forms.ChoiceField(
        label=_("What this mail is"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only what you say here counts for the deadlines of the case."),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        senders: Sequence[CaseLetter],
        files: Sequence[Attachment],
        complaint: Complaint,
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **options)
        self.senders = {str(one.pk): one for one in senders}
        known = [(key, one.mail.sender_masked) for key, one in self.senders.items()]
        self.fields["to"].choices = [*known, ("", _("another address"))]  # type: ignore[attr-defined]  # a choice field
        self.kept = {one.pk: one for one in files}
        self.fields["along"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, f"{one.name} ({filesizeformat(one.size)})") for key, one in self.kept.items()
        ]
        if not self.kept:
            del self.fields["along"]
        open_ones = [("", _("It only tells something"))]
        # What is sent a second time said so when it was open.
        if self.is_bound or (complaint.answer_by and complaint.acknowledged_at is None):
            open_ones.append((ReplyCounts.ACKNOWLEDGED, ReplyCounts.ACKNOWLEDGED.label))
        if self.is_bound or (complaint.answer_by and complaint.answered_at is None):
            open_ones.append((ReplyCounts.ANSWERED, ReplyCounts.ANSWERED.label))
        self.fields["counts"].choices = open_ones  # type: ignore[attr-defined]  # a choice field
        if len(open_ones) == 1:
            del self.fields["counts"]

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if left := scripts.left_open(text):
            raise forms.ValidationError(
                _("Still to be filled in: %(fields)s"),
                params={"fields": " ".join(left)},
                code="open",
            )
        return text

    def clean_subject(self) -> str:
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("to") and not data.get("address") and not self.errors:
            self.add_error("address", _("Say whom the mail goes to."))
        together = [*self.chosen(), *data.get("uploads", [])]
        if sum(one.size for one in together) > MOST_BYTES:
            self.add_error(
                "uploads",
                forms.ValidationError(
                    _("Files of a mail together hold at most %(limit)s."),
                    params={"limit": filesizeformat(MOST_BYTES)},
                ),
            )
        return data

    def chosen(self) -> list[Attachment]:
        """Return the files of the case that go along."""
        return [self.kept[key] for key in self.cleaned_data.get("along", [])]

    def letter(self) -> CaseLetter | None:
        """Return the mail that is answered."""
        return self.senders.get(self.cleaned_data.get("to") or "")

    def receiver(self) -> str:
        """Return the address in the open: a known one, or what was typed."""
        letter = self.letter()
        return letter.mail.sender if letter else str(self.cleaned_data["address"])


class BoxForm(forms.Form):
    """Whose a mailbox for complaints is, and how replies from it look."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    store = forms.TypedChoiceField(
        label=_("Store"), coerce=int, required=False, empty_value=None,
        help_text=_("For a mailbox of one store."),
    )  # fmt: skip
    team = forms.TypedChoiceField(
        label=_("Team"), coerce=int, required=False, empty_value=None,
        help_text=_("For one that serves all stores of a team."),
    )  # fmt: skip
    address = forms.EmailField(label=_("Address that replies are sent from"), max_length=254)
    takes_tags = forms.BooleanField(
        label=_("The mail server delivers name+tag@… to this mailbox"),
        required=False,
        help_text=_("Then answers find their case even when the subject was changed."),
    )
    signature = PlainText(label=_("Signature"), max_length=1000, required=False, widget=_area(3))

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        stores: Sequence[tuple[int, str]],
        teams: Sequence[tuple[int, str]],
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **options)
        self.fields["store"].choices = [("", "---------"), *stores]  # type: ignore[attr-defined]  # a choice field
        self.fields["team"].choices = [("", "---------"), *teams]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data["store"]) == bool(data["team"]):
            raise forms.ValidationError(_("A mailbox is that of a store or that of a team."))
        return data

    def place(self) -> Place:
        data = self.cleaned_data
        return Place(
            store_id=data["store"],
            team_id=data["team"],
            address=data["address"],
            takes_tags=data["takes_tags"],
            signature=data["signature"],
        )
