"""Words about training."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.handbook.enums import TrainingState
from staff.handbook.services.training import DUE, RECORDED
from staff.people.enums import Post
from staff.people.services import Refused

Params = Mapping[str, Any]

REFUSALS = {
    "changed_meanwhile": _(
        "Somebody else has changed this course meanwhile. What you typed is kept below; saving"
        " again takes it."
    ),
    "course_archived": _("This course is archived. Restore it first."),
    "course_title_taken": _("There is a course of this title already."),
}
VERBS = {
    "course.added": _("Course added"),
    "course.archived": _("Course archived"),
    "course.changed": _("Course changed"),
    "course.restored": _("Course restored"),
    "training.recorded": _("Training recorded"),
    "training.withdrawn": _("Training withdrawn"),
}
LOOK = {
    TrainingState.MISSING: ("warning", "hourglass-split"),
    TrainingState.OVERDUE: ("danger", "alarm"),
    TrainingState.SOON: ("warning", "alarm"),
    TrainingState.VALID: ("success", "check-circle"),
}


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def state_badge(state: TrainingState) -> dict[str, str]:
    tone, icon = LOOK[state]
    return {"label": str(state.label), "tone": tone, "icon": icon}


def posts_of(posts: list[str]) -> list[str]:
    """Return the names of the posts; empty for all."""
    return [str(Post(post).label) for post in posts if post in Post.values]


def recorded(params: Params) -> str:
    """Return what people read of whom it was recorded."""
    return gettext("%(by)s has recorded that you have done “%(title)s”.") % params


def due(params: Params) -> str:
    """Return what the person and the chief read when it is due again."""
    day = date_format(date.fromisoformat(params["day"]), "SHORT_DATE_FORMAT")
    text = gettext("“%(title)s” is due again for %(person)s by %(day)s.")
    return text % {"title": params["title"], "person": params["person"], "day": day}


def _url(params: Params) -> str:
    return reverse("staff:course", args=[params["course"]])


KINDS = [
    notices.Kind(code=code, icon="mortarboard", label=_("Training"), text=text, url=_url)
    for code, text in ((RECORDED, recorded), (DUE, due))
]
