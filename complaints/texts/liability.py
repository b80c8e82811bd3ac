"""The sentences of liabilities, and the notices about them."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import Bearer, Ground, LiabilityState
from complaints.models import LiabilityShare
from complaints.policies.liability import Refusal
from complaints.services import liability as services
from portal import notices

Params = Mapping[str, Any]

VERBS = {
    "liability.proposed": gettext_lazy("Liability proposed"),
    "liability.decided": gettext_lazy("Liability decided"),
    "liability.marked": gettext_lazy("Liability answered by demerits"),
    "liability.dropped": gettext_lazy("Liability dropped"),
    "liability.overturned": gettext_lazy("Liability overturned"),
    "order.chased": gettext_lazy("Warehouse chased about an order"),
}
STATE_LOOK = {
    LiabilityState.PROPOSED: ("warning", "hourglass-split"),
    LiabilityState.DECIDED: ("info", "check2-circle"),
    LiabilityState.DROPPED: ("neutral", "x-circle"),
    LiabilityState.OVERTURNED: ("neutral", "arrow-counterclockwise"),
}
REFUSALS = {
    Refusal.NOBODY: gettext_lazy("Say who bears the cost."),
    Refusal.TOO_MANY: gettext_lazy("These are too many bearers."),
    Refusal.TWICE: gettext_lazy("Somebody stands here twice."),
    Refusal.ONESELF: gettext_lazy("Nobody decides on a share of their own."),
    Refusal.EXEMPT: gettext_lazy(
        "The warehouse was chased before the promised time: that exempts people (INC-4)."
    ),
    Refusal.NO_ORDER: gettext_lazy("This ground needs an order."),
    Refusal.NO_PROMISE: gettext_lazy("The order has no promised time of shipping."),
    Refusal.NOT_LATE: gettext_lazy("The order was not shipped later than promised."),
    Refusal.NO_REMARK: gettext_lazy("The order has no remark."),
    Refusal.ONLY_WAREHOUSE: gettext_lazy(
        "What the warehouse left out is not borne by people (INC-4)."
    ),
    Refusal.ONLY_PEOPLE: gettext_lazy("An assessment of attitude is against people (INC-5)."),
    Refusal.ONLY_ATTITUDE: gettext_lazy("A demerit answers proven attitude only (INC-5)."),
    Refusal.NOT_EMPLOYED: gettext_lazy("Somebody here was not employed on that day."),
}


def badge_of(state: str) -> dict[str, str]:
    tone, icon = STATE_LOOK[LiabilityState(state)]
    return {"label": str(LiabilityState(state).label), "tone": tone, "icon": icon}


def bearer_of(share: LiabilityShare) -> str:
    if share.person is not None:
        return f"{share.person.number} {share.person.name}"
    return str(Bearer(share.bearer).label)


def _ground(params: Params) -> str:
    return str(Ground(params["ground"]).label)


def _proposed(params: Params) -> str:
    text = _("%(by)s proposes a liability: %(ground)s. It waits for your decision.")
    return text % {"by": params["by"], "ground": _ground(params)}


def _decided(params: Params) -> str:
    text = _("You bear a share of a cost: %(ground)s. The reason and the amount stand there.")
    return text % {"ground": _ground(params)}


def _overturned(params: Params) -> str:
    text = _("Your share of a cost is taken back: %(ground)s.")
    return text % {"ground": _ground(params)}


def _answered(params: Params) -> str:
    if params["state"] == LiabilityState.DROPPED:
        text = _("Of the liability that you proposed (%(ground)s) nobody bears anything.")
    else:
        text = _("The liability that you proposed (%(ground)s) is decided.")
    return text % {"ground": _ground(params)}


def _url(params: Params) -> str:
    return reverse("complaints:liability", args=[params["liability"]])


KINDS = tuple(
    notices.Kind(code=code, icon="cash-coin", label=label, text=text, url=_url)
    for code, label, text in (
        (services.PROPOSED, gettext_lazy("Liability proposed"), _proposed),
        (services.DECIDED, gettext_lazy("Liability decided"), _decided),
        (services.OVERTURNED, gettext_lazy("Liability overturned"), _overturned),
        (services.ANSWERED, gettext_lazy("Answer to a proposed liability"), _answered),
    )
)
