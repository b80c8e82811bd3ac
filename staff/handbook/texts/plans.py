"""Words about contingency plans."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.handbook.enums import PlanKind
from staff.handbook.models import PlanTask
from staff.handbook.services.runs import ENDED, LATE, PROPOSED, TASK, TO_REVIEW, TRIGGERED
from staff.people.services import Refused

Params = Mapping[str, Any]
Badge = dict[str, str]

REFUSALS = {
    "changed_meanwhile": _(
        "Somebody else has changed this plan meanwhile. What you typed is kept below; saving again"
        " takes it."
    ),
    "plan_ended": _("This has ended meanwhile."),
    "plan_gone": _("This plan is archived or has no steps: it cannot be triggered."),
    "plan_not_ended": _("It is reviewed when it has ended."),
    "plan_reviewed": _("Somebody has reviewed it meanwhile."),
    "plan_running": _("This plan runs already."),
    "plan_task_done": _("Somebody has done this already."),
    "plan_task_theirs": _("They have this task already."),
    "plan_title_taken": _("There is a plan of this title already."),
    "proposal_decided": _("Somebody has decided on this proposal meanwhile."),
}
VERBS = {
    "plan.added": _("Contingency plan added"),
    "plan.archived": _("Contingency plan archived"),
    "plan.changed": _("Contingency plan changed"),
    "plan.dismissed": _("Proposed trigger dismissed"),
    "plan.ended": _("Triggered plan ended"),
    "plan.restored": _("Contingency plan restored"),
    "plan.reviewed": _("Triggered plan reviewed"),
    "plan.task_done": _("Task of a plan done"),
    "plan.task_given": _("Task of a plan given to somebody else"),
    "plan.triggered": _("Contingency plan triggered"),
}
KIND_ICONS = {
    PlanKind.SYSTEM_FAILURE: "hdd-network",
    PlanKind.DATA_LEAK: "shield-exclamation",
    PlanKind.COMPLAINT_WAVE: "graph-up-arrow",
    PlanKind.COURIER_STOPPAGE: "truck",
    PlanKind.OWN: "life-preserver",
}


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def kind_badge(kind: str) -> Badge:
    found = PlanKind(kind)
    return {"label": str(found.label), "tone": "neutral", "icon": KIND_ICONS[found]}


def run_badge(*, ended_at: datetime | None, reviewed_at: datetime | None) -> Badge:
    """Return how far it is."""
    if ended_at is None:
        return {"label": gettext("running"), "tone": "danger", "icon": "lightning"}
    if reviewed_at is None:
        return {"label": gettext("to be reviewed"), "tone": "warning", "icon": "hourglass-split"}
    return {"label": gettext("reviewed"), "tone": "success", "icon": "check-circle"}


def task_badge(task: PlanTask, *, ended_at: datetime | None, now: datetime) -> Badge:
    """Return whether a task is done, late, or waits."""
    if task.done_at is not None:
        return {"label": gettext("done"), "tone": "success", "icon": "check-circle"}
    if ended_at is not None:
        return {"label": gettext("not done"), "tone": "neutral", "icon": "slash-circle"}
    if task.due_at < now:
        return {"label": gettext("overdue"), "tone": "danger", "icon": "alarm"}
    return {"label": pgettext("work", "open"), "tone": "info", "icon": "hourglass-split"}


def triggered(params: Params) -> str:
    """Return what leads and groups read."""
    return gettext("%(by)s has triggered the plan “%(title)s”.") % params


def task(params: Params) -> str:
    """Return what owners of tasks read."""
    return gettext("“%(title)s” is triggered: you have tasks in it.") % params


def late(params: Params) -> str:
    """Return what owner, deputy and supervisor read of an overdue task."""
    return gettext("Overdue in “%(title)s”: %(what)s (%(owner)s)") % params


def proposed(params: Params) -> str:
    """Return what leads and above read of a proposal."""
    label = PlanKind(params["kind"]).label
    return gettext("Proposed to trigger a plan: %(kind)s") % {"kind": label}


def to_review(params: Params) -> str:
    """Return what is asked for when it has ended."""
    return gettext("What was learnt from “%(title)s”? The review is missing.") % params


def ended(params: Params) -> str:
    """Return what those concerned read at the end."""
    return gettext("%(by)s has ended the plan “%(title)s”.") % params


def _url(params: Params) -> str:
    return reverse("staff:plan_run", args=[params["run"]])


KINDS = [
    *(
        notices.Kind(code=code, icon="life-preserver", label=label, text=text, url=_url)
        for code, label, text in (
            (TRIGGERED, _("Plan triggered"), triggered),
            (TASK, _("Task of a plan"), task),
            (LATE, _("Task of a plan overdue"), late),
            (TO_REVIEW, _("Review missing"), to_review),
            (ENDED, _("Plan ended"), ended),
        )
    ),
    notices.Kind(
        code=PROPOSED, icon="life-preserver", label=_("Trigger proposed"), text=proposed,
        url=lambda _params: reverse("staff:plans"),
    ),
]  # fmt: skip
