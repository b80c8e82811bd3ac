"""Forms of the desk: channels, rules, triage, answers, actions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.enums import Channel as Source
from feedback.enums import ChannelState, Gauge, ItemKind
from feedback.filters import SENSIBLE
from feedback.models.channels import LONGEST_RHYTHM
from feedback.queries.rules import words_in
from feedback.services.channels import ChannelFacts
from portal.forms import PlainText
from staff.incentives.enums import PraiseKind

Pairs = Sequence[tuple[int, str]]
NONE = ("", "---------")


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)


def _form_key() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput)


def _choice(label: Any, *, required: bool = False) -> forms.TypedChoiceField:  # noqa: ANN401 -- a lazy text
    return forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None)


def _offer(form: forms.Form, name: str, pairs: Pairs) -> None:
    form.fields[name].choices = [NONE, *pairs]  # type: ignore[attr-defined]  # a choice field


class ChannelForm(forms.Form):
    """A channel; a new one has version 0."""

    form_key = _form_key()
    version = _version()
    name = PlainText(label=_("Name"), max_length=80)
    source = forms.ChoiceField(label=_("Kind"), choices=Source.choices)
    store = _choice(_("Store"))
    team = _choice(_("Team"))
    owner = _choice(_("Owner"))
    mailbox = _choice(_("Mailbox"))
    state = forms.ChoiceField(label=_("State"), choices=ChannelState.choices)
    quiet_hours = forms.IntegerField(
        label=_("Silence is normal for (hours)"),
        required=False,
        min_value=1,
        max_value=LONGEST_RHYTHM,
        help_text=_("After that the owner is told, once. Empty: never."),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        stores: Pairs,
        teams: Pairs,
        people: Pairs,
        mailboxes: Pairs,
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **options)
        self.fields["mailbox"].help_text = _(
            "Only for the e-mail channel of a store: what comes in becomes items."
        )
        for name, pairs in (
            ("store", stores), ("team", teams), ("owner", people), ("mailbox", mailboxes),
        ):  # fmt: skip
            _offer(self, name, pairs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("store") and data.get("team"):
            self.add_error("team", _("A channel belongs to a store or to a team, not both."))
        of_a_store = data.get("source") == Source.MAIL and data.get("store")
        if data.get("mailbox") and not of_a_store:
            self.add_error("mailbox", _("A mailbox belongs to the e-mail channel of a store."))
        return data

    def facts(self) -> ChannelFacts:
        data = self.cleaned_data
        return ChannelFacts(
            name=data["name"],
            source=data["source"],
            state=data["state"],
            store_id=data["store"],
            team_id=data["team"],
            owner_id=data["owner"],
            quiet_hours=data["quiet_hours"],
            mailbox_id=data["mailbox"],
        )


class RuleForm(forms.Form):
    form_key = _form_key()
    version = _version()
    name = PlainText(label=_("Name"), max_length=60)
    words = PlainText(
        label=_("Words"),
        max_length=4000,
        help_text=_("One on each line; any of them counts."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    kind = forms.ChoiceField(
        label=_("Suggests the kind"),
        required=False,
        choices=[NONE, *ItemKind.choices],
        help_text=_("Only a rule for spam acts by itself; all others suggest."),
    )
    topic = _choice(_("Suggests the topic"))
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, *args: Any, topics: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        _offer(self, "topic", topics)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "words" in data and not words_in(data["words"]):
            self.add_error("words", _("A rule needs at least one word."))
        if not data.get("kind") and not data.get("topic"):
            self.add_error("kind", _("A rule suggests a kind, a topic, or both."))
        return data


class TriageForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices)
    topics = forms.TypedMultipleChoiceField(
        label=_("Topics"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, topics: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["topics"].choices = topics  # type: ignore[attr-defined]  # a choice field


class AnswerForm(forms.Form):
    form_key = _form_key()
    text = PlainText(
        label=_("What was answered"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PraiseForm(forms.Form):
    form_key = _form_key()
    person = _choice(_("Who is praised"), required=True)
    kind = forms.ChoiceField(label=pgettext_lazy("praise", "For"), choices=PraiseKind.choices)
    title = PlainText(label=_("Title"), max_length=60)
    text = PlainText(
        label=_("What was done"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody reads this on the wall: leave the customer's name out."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        _offer(self, "person", people)


class ActionForm(forms.Form):
    form_key = _form_key()
    version = _version()
    store = _choice(_("Store"), required=True)
    title = PlainText(label=_("What should change"), max_length=120)
    text = PlainText(
        label=_("How"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    department = PlainText(label=_("Department"), max_length=80)
    owner = _choice(_("Owner"), required=True)
    due_on = forms.DateField(
        label=_("By when"), validators=SENSIBLE, widget=forms.DateInput(attrs={"type": "date"})
    )
    check_on = forms.DateField(
        label=_("Effect checked on"),
        validators=SENSIBLE,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    gauge = forms.ChoiceField(label=_("Measured by"), choices=Gauge.choices)
    topic = _choice(_("Of the topic"))
    window_days = forms.IntegerField(
        label=_("Days measured before and after"), min_value=1, max_value=365, initial=30
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        stores: Pairs,
        people: Pairs,
        topics: Pairs,
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **options)
        for name, pairs in (("store", stores), ("owner", people), ("topic", topics)):
            _offer(self, name, pairs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        due, check = data.get("due_on"), data.get("check_on")
        if due and check and check < due:
            self.add_error("check_on", _("The effect is checked on the due day or later."))
        return data
