"""How targets, measures and figures read, and the notices about them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal import notices
from portal.money import Fen, display_yuan
from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.models import Target
from staff.incentives.policies.targets import ONE_UNIT, SCALES, Refusal, Unit
from staff.incentives.queries import measures
from staff.incentives.services import targets as services
from staff.people.enums import Post

Params = Mapping[str, Any]
Badge = dict[str, str]

VERBS = {
    "adjustment.decided": gettext_lazy("Amount for a person decided"),
    "adjustment.withdrawn": gettext_lazy("Amount for a person withdrawn"),
    "target.set": gettext_lazy("Target set"),
    "target.changed": gettext_lazy("Target changed"),
    "target.withdrawn": gettext_lazy("Target withdrawn"),
    "target.frozen": gettext_lazy("Target ended"),
}
STATE_LOOK = {
    TargetState.RUNNING: ("info", "play-circle"),
    TargetState.FROZEN: ("neutral", "flag"),
    TargetState.WITHDRAWN: ("neutral", "x-circle"),
}
AIM_ICONS = {
    Aim.PERSON: "person",
    Aim.TEAM: "people",
    Aim.POST: "person-badge",
    Aim.STORE: "shop",
}
WITHOUT_SOURCE = {
    Measure.FIRST_RESPONSE_MINUTES: gettext_lazy(
        "Mean of the service minutes from the customer's first message to the first answer of a "
        "person; an automatic reply is no answer (ORG-5)."
    ),
    Measure.HANDLING_MINUTES: gettext_lazy(
        "Mean of the minutes from the registration of a complaint to its closing, without the time "
        "that waits for the customer (CMP-4)."
    ),
    Measure.CLOSED_IN_TIME: gettext_lazy(
        "Of the complaints closed in the period, the share without a missed deadline (CMP-4)."
    ),
    Measure.SATISFACTION: gettext_lazy("Mean of the scores that customers gave, 1 to 5 (FBK-5)."),
    Measure.CONVERSION: gettext_lazy(
        "Orders won of inquiries received, by the figures of the daily reports; pre-sale only."
    ),
    Measure.INQUIRIES: gettext_lazy("Inquiries received, by the figures of the daily reports."),
    Measure.REVIEWS_SAME_DAY: gettext_lazy(
        "Of the reviews with 1 or 2 stars, the share answered on the day they came in (FBK-3)."
    ),
    Measure.FOLLOWUPS_IN_TIME: gettext_lazy("Share of the follow-ups done by their due time."),
    Measure.AUDIT_SCORE: gettext_lazy(
        "Mean of the weighted scores of the quality audits, 0 to 100."
    ),
}
REFUSALS = {
    Refusal.NO_POST_MEASURE: gettext_lazy("Only pre-sale has a conversion target (INC-2)."),
    Refusal.ABOVE_SCALE: gettext_lazy("This measure does not reach so far."),
    Refusal.OVER: gettext_lazy("The period is over already."),
    Refusal.TOO_LONG: gettext_lazy("A period lasts a year at most."),
    Refusal.TOO_FAR: gettext_lazy("The period begins within the next year."),
}
REFUSED_FIELDS = {
    Refusal.NO_POST_MEASURE: "measure",
    Refusal.ABOVE_SCALE: "goal",
    Refusal.OVER: "last_day",
    Refusal.TOO_LONG: "last_day",
    Refusal.TOO_FAR: "first_day",
}


def definition_of(measure: Measure) -> Promise:
    """Return what is measured, from where, in words."""
    source = measures.source_of(measure)
    return source.definition if source else WITHOUT_SOURCE[measure]


def number_of(value: int) -> str:
    """Write hundredths as people read them: 92.5, 1,200."""
    shown = Decimal(value) / ONE_UNIT
    places = 0 if value % ONE_UNIT == 0 else (1 if value % 10 == 0 else 2)
    return str(number_format(shown, decimal_pos=places, use_l10n=True, force_grouping=True))


def value_of(value: int, measure: Measure) -> str:
    """Write a value with its unit: 92.5 %, 12 min."""
    number = number_of(value)
    unit = SCALES[measure].unit
    if unit == Unit.PERCENT:
        return f"{number}%"
    if unit == Unit.MINUTES:
        return _("%(number)s min") % {"number": number}
    if unit == Unit.POINTS:
        return pgettext("a score", "%(number)s points") % {"number": number}
    return number


def goal_of(target: Target) -> str:
    """Write the goal: at least 95 %."""
    value = value_of(target.goal, Measure(target.measure))
    if target.bound == Bound.AT_LEAST:
        return _("at least %(value)s") % {"value": value}
    return _("at most %(value)s") % {"value": value}


def aim_of(target: Target) -> str:
    """Write whom a target is for; person, team and store are read before."""
    if target.person is not None:
        return f"{target.person.number} {target.person.name}"
    if target.team is not None:
        return target.team.name
    if target.store is not None:
        return target.store.name
    return str(Post(target.post).label)


def reward_of(target: Target, *, with_amount: bool) -> str:
    """Write the reward; empty where there is none."""
    if target.reward == Reward.NONE:
        return ""
    parts = [str(Reward(target.reward).label)]
    if target.reward_fen and with_amount:
        parts = [_("%(yuan)s yuan") % {"yuan": display_yuan(Fen(target.reward_fen))}]
    if target.reward_text:
        parts.append(target.reward_text)
    return " · ".join(parts)


def summary_of(target: Target) -> str:
    """Write a target in one line, for whoever typed while somebody else changed it."""
    parts = [
        target.name,
        str(Measure(target.measure).label),
        aim_of(target),
        f"{target.first_day:%Y-%m-%d} – {target.last_day:%Y-%m-%d}",
        goal_of(target),
        reward_of(target, with_amount=True),
    ]
    return " · ".join(part for part in parts if part)


def state_badge(target: Target) -> Badge:
    tone, icon = STATE_LOOK[TargetState(target.state)]
    return {"label": str(TargetState(target.state).label), "tone": tone, "icon": icon}


def reached_badge(*, reached: bool | None, frozen: bool, bound: str) -> Badge:
    """Return how it stands in a word; without data it says so."""
    if reached is None:
        return {"label": _("no data"), "tone": "neutral", "icon": "question-circle"}
    if reached:
        label = _("reached") if frozen else _("on target")
        return {"label": label, "tone": "success", "icon": "check-circle"}
    if frozen:
        label = _("not reached")
    else:
        label = _("above the goal") if bound == Bound.AT_MOST else _("not there yet")
    return {"label": label, "tone": "warning", "icon": "exclamation-triangle"}


def _ended(params: Params) -> str:
    if params.get("reached") is None:
        text = _("The period of the target “%(name)s” is over. There was no data to measure it.")
    elif params["reached"]:
        text = _("The period of the target “%(name)s” is over: it is reached.")
    else:
        text = _("The period of the target “%(name)s” is over: it is not reached.")
    return text % {"name": params["name"]}


def _url(params: Params) -> str:
    return reverse("staff:target", args=[params["target"]])


KINDS = (
    notices.Kind(
        code=services.SET,
        icon="bullseye",
        label=gettext_lazy("Target set"),
        text=lambda params: _("A target for you is set: “%(name)s”.") % {"name": params["name"]},
        url=_url,
    ),
    notices.Kind(
        code=services.ENDED,
        icon="flag",
        label=gettext_lazy("Target ended"),
        text=_ended,
        url=_url,
    ),
    notices.Kind(
        code=services.WITHDRAWN,
        icon="x-circle",
        label=gettext_lazy("Target withdrawn"),
        text=lambda params: _("The target “%(name)s” is withdrawn.") % {"name": params["name"]},
        url=_url,
    ),
)
