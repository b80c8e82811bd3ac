"""The sentences of remarks, promises and unpaid orders."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import UnpaidState
from complaints.policies.orders import Refusal, Watch

VERBS = {
    "order.remarked": gettext_lazy("Order remark written"),
    "order.promised": gettext_lazy("Shipping of an order promised"),
    "unpaid.noted": gettext_lazy("Unpaid order noted"),
    "unpaid.chased": gettext_lazy("Unpaid order chased"),
    "unpaid.paid": gettext_lazy("Payment of an unpaid order noted"),
    "unpaid.lost": gettext_lazy("Unpaid order closed as lost"),
    "unpaid.reopened": gettext_lazy("Unpaid order taken up again"),
    "unpaid.taken": gettext_lazy("Unpaid order taken over"),
}
REFUSALS = {
    Refusal.SHIPPED: gettext_lazy("This order has been shipped already."),
    Refusal.CLOSED: gettext_lazy("Somebody has closed or changed this meanwhile."),
    Refusal.NOT_YET: gettext_lazy("A payment cannot lie in the future."),
    Refusal.BEFORE_PLACED: gettext_lazy("The payment lies before the order was placed."),
    Refusal.PAST: gettext_lazy("This time is past."),
    Refusal.CHASE_TOO_LATE: gettext_lazy(
        "Ask the warehouse before the promised time: a later chase exempts nobody (INC-4)."
    ),
}
PARTS = {
    "logistics": gettext_lazy(
        "The remark lacks the logistics. Where nothing is special, say so, for instance “usual”."
    ),
    "gift": gettext_lazy("The remark lacks the gift. Where there is none, write “none”."),
    "wishes": gettext_lazy(
        "The remark lacks the other requests. Where there are none, write “none”."
    ),
}
STATE_LOOK = {
    UnpaidState.OPEN: ("warning", "hourglass-split"),
    UnpaidState.WON: ("success", "trophy"),
    UnpaidState.PAID: ("success", "check-circle"),
    UnpaidState.LOST: ("neutral", "x-circle"),
}
WATCH_LOOK = {
    Watch.OVERDUE: (gettext_lazy("overdue"), "danger", "exclamation-octagon"),
    Watch.TODAY: (gettext_lazy("due today"), "warning", "hourglass-split"),
    Watch.LATER: (gettext_lazy("still time"), "neutral", "clock"),
}


def badge_of(state: str) -> dict[str, str]:
    tone, icon = STATE_LOOK[UnpaidState(state)]
    return {"label": str(UnpaidState(state).label), "tone": tone, "icon": icon}


def watch_badge(watch: Watch) -> dict[str, str]:
    label, tone, icon = WATCH_LOOK[watch]
    return {"label": str(label), "tone": tone, "icon": icon}


def missing(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the field and the sentence for each part that a remark lacks."""
    return [(name, str(PARTS[name])) for name in names]


def won_by(name: str) -> str:
    return _("won back by %(name)s") % {"name": name}
