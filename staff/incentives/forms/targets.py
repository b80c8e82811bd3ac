"""Forms of targets: set, change and withdraw; and the filters of their list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from portal.money import LARGEST, Fen
from portal.period import DaySpan
from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.models import Target
from staff.incentives.policies.targets import ONE_UNIT
from staff.incentives.services.targets import Wanted
from staff.people.filters import ANY, ListFilter
from staff.people.forms import SENSIBLE
from staff.rulebook.forms import YuanField

Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    return forms.DateField(
        label=label,
        validators=SENSIBLE,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TargetForm(forms.Form):
    """A target, whole. `aims` are those that one may aim at, in groups."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=10**9
    )
    name = PlainText(label=_("Name of the target"), max_length=80)
    measure = forms.ChoiceField(label=_("Measure"), choices=Measure.choices)
    aim = forms.ChoiceField(label=_("Set for"))
    first_day = _day(_("First day of the period"))
    last_day = _day(_("Last day of the period"))
    bound = forms.ChoiceField(label=_("Bound"), choices=Bound.choices)
    goal = forms.DecimalField(
        label=_("Goal"),
        min_value=0,
        max_digits=11,
        decimal_places=2,
        help_text=_("In the unit of the measure: minutes, per cent, points or a number."),
    )
    reward = forms.ChoiceField(label=_("Reward"), choices=Reward.choices, initial=Reward.NONE)
    reward_fen = YuanField(
        label=_("Money (yuan)"),
        required=False,
        help_text=_(
            "For each person: whoever of a post reaches it, each member of a team, each who serves "
            "the store. It becomes a line of the ledger when the period is over."
        ),
    )
    reward_text = PlainText(
        label=_("What it is"),
        max_length=200,
        required=False,
        help_text=_("For instance the gift, or the words of the certificate."),
    )

    def __init__(self, *args: Any, aims: Choices, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["aim"].choices = [("", "---------"), *aims]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        money, fen = data.get("reward") == Reward.MONEY, data.get("reward_fen")
        if "reward_fen" not in self.errors:
            if money and (not fen or not 0 < fen <= LARGEST):
                self.add_error("reward_fen", _("Say how much money it is, above zero."))
            elif not money and fen:
                self.add_error("reward_fen", _("Only a reward in money has an amount."))
        if data.get("reward") in {Reward.GIFT, Reward.HONOUR} and not data.get("reward_text"):
            self.add_error("reward_text", _("Say what the reward is."))
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        kind, _sep, key = data["aim"].partition(":")
        aim = Aim(kind)
        return Wanted(
            name=data["name"],
            measure=Measure(data["measure"]),
            aim=aim,
            period=DaySpan(data["first_day"], data["last_day"]),
            bound=Bound(data["bound"]),
            goal=int(data["goal"] * ONE_UNIT),
            person_id=int(key) if aim == Aim.PERSON else None,
            team_id=int(key) if aim == Aim.TEAM else None,
            post=key if aim == Aim.POST else "",
            store_id=int(key) if aim == Aim.STORE else None,
            reward=Reward(data["reward"]),
            reward_text=data["reward_text"],
            reward_fen=Fen(data["reward_fen"]) if data["reward_fen"] else None,
        )


def key_of(target: Target) -> str:
    """Return the choice of the form that stands for a target's aim."""
    key = target.person_id or target.team_id or target.store_id or target.post
    return f"{target.aim}:{key}"


def _plain(hundredths: int) -> str:
    whole, rest = divmod(hundredths, ONE_UNIT)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def initial_of(target: Target) -> dict[str, Any]:
    names = ("version", "name", "measure", "first_day", "last_day", "bound", "reward")
    return {
        **{name: getattr(target, name) for name in names},
        "aim": key_of(target),
        "goal": _plain(target.goal),
        "reward_fen": target.reward_fen,
        "reward_text": target.reward_text,
    }


class WithdrawForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
    because = PlainText(label=_("Reason"), max_length=500)


class TargetFilter(ListFilter):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *TargetState.choices])
    measure = forms.ChoiceField(label=_("Measure"), required=False, choices=[ANY, *Measure.choices])
    aim = forms.ChoiceField(label=_("Set for"), required=False, choices=[ANY, *Aim.choices])

    def __init__(self, data: Any) -> None:  # noqa: ANN401 -- the address
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Name of the target")
