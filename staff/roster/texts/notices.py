"""What is told about the roster; days and shifts in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from portal import notices
from staff.roster.enums import PublicationKind, SwapState
from staff.roster.services import exchange, publishing

Params = Mapping[str, Any]
DAYS_TOLD = 5

VERBS = {
    "openshift.closed": gettext_lazy("Open shift closed"),
    "openshift.offered": gettext_lazy("Shift offered"),
    "openshift.taken": gettext_lazy("Open shift taken"),
    "roster.draft_discarded": gettext_lazy("Draft of a roster discarded"),
    "roster.feed_ended": gettext_lazy("Calendar link ended"),
    "roster.feed_renewed": gettext_lazy("Calendar link made"),
    "roster.published": gettext_lazy("Roster published"),
    "requirement.added": gettext_lazy("Requirement added"),
    "requirement.changed": gettext_lazy("Requirement changed"),
    "requirement.removed": gettext_lazy("Requirement removed"),
    "rosterrule.added": gettext_lazy("Rule of the roster added"),
    "rosterrule.changed": gettext_lazy("Rule of the roster changed"),
    "rosterrule.removed": gettext_lazy("Rule of the roster removed"),
    "skill.added": gettext_lazy("Skill added"),
    "skill.changed": gettext_lazy("Skill changed"),
    "skill.removed": gettext_lazy("Skill removed"),
    "personskill.added": gettext_lazy("Skill given to a person"),
    "personskill.changed": gettext_lazy("Skill of a person changed"),
    "personskill.removed": gettext_lazy("Skill taken from a person"),
    "swap.answered": gettext_lazy("Swap answered"),
    "swap.asked": gettext_lazy("Swap asked for"),
    "swap.decided": gettext_lazy("Swap decided"),
    "swap.withdrawn": gettext_lazy("Swap withdrawn"),
}


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "MONTH_DAY_FORMAT")


def _name(names: Sequence[Any]) -> str:
    return str(names[0] if (get_language() or "").startswith("zh") else names[1])


def _cell(shifts: Sequence[Sequence[Any]]) -> str:
    """Return the shifts of a day in words."""
    if not shifts:
        return _("free")
    said = [
        _("%(shift)s as lead") % {"shift": _name(one)} if one[2] else _name(one) for one in shifts
    ]
    return " + ".join(said)


def _changed(days: Sequence[Sequence[Any]]) -> str:
    told = [
        _("%(day)s: %(before)s → %(after)s")
        % {"day": _day(day), "before": _cell(before), "after": _cell(after)}
        for day, before, after in days[:DAYS_TOLD]
    ]
    if len(days) > DAYS_TOLD:
        left = len(days) - DAYS_TOLD
        told.append(
            ngettext("and %(count)s more day", "and %(count)s more days", left) % {"count": left}
        )
    return "; ".join(told)


def published(params: Params) -> str:
    """Return that a roster was published, and the first of the reader's changed days."""
    month = date_format(date.fromisoformat(params["month"]), "YEAR_MONTH_FORMAT")
    values = {"month": month, "days": _changed(params["days"])}
    if params["kind"] == PublicationKind.MONTH:
        return _("Your roster of %(month)s is published. %(days)s") % values
    return _("Your roster of %(month)s has changed. %(days)s") % values


def _given(params: Params) -> dict[str, str]:
    day, *names = params["given"]
    values = {
        "asker": params["asker"],
        "colleague": params["colleague"],
        "given": _("%(day)s %(shift)s") % {"day": _day(day), "shift": _name(names)},
        "taken": "",
    }
    if params["taken"]:
        day, *names = params["taken"]
        values["taken"] = _("%(day)s %(shift)s") % {"day": _day(day), "shift": _name(names)}
    return values


def swap_asked(params: Params) -> str:
    """Return what a colleague is asked."""
    if params["taken"]:
        return _("%(asker)s asks you to swap: %(given)s for your %(taken)s.") % _given(params)
    return _("%(asker)s asks you to take %(given)s.") % _given(params)


def swap_answered(params: Params) -> str:
    """Return what the colleague answered."""
    if params["state"] == SwapState.AGREED:
        return _("%(colleague)s agrees to the swap of %(given)s. The lead decides.") % _given(
            params
        )
    return _("%(colleague)s declines the swap of %(given)s.") % _given(params)


def swap_waits(params: Params) -> str:
    """Return what waits for the lead."""
    return _("%(asker)s and %(colleague)s want to swap %(given)s. You decide.") % _given(params)


def swap_decided(params: Params) -> str:
    """Return how it ended."""
    sentences = {
        SwapState.APPROVED: _(
            "The swap of %(given)s between %(asker)s and %(colleague)s is approved."
        ),
        SwapState.REFUSED: _(
            "The swap of %(given)s between %(asker)s and %(colleague)s is refused."
        ),
        SwapState.WITHDRAWN: _("%(asker)s has withdrawn the swap of %(given)s."),
    }
    return sentences[SwapState(params["state"])] % _given(params)


def offered(params: Params) -> str:
    """Return which shift lacks somebody."""
    values = {"day": _day(params["day"]), "shift": _name(params["shift"])}
    if params["asked"]:
        return _("You are asked to step in: %(day)s, %(shift)s.") % values
    return _("A shift is open: %(day)s, %(shift)s. The first who takes it has it.") % values


def taken(params: Params) -> str:
    """Return who took an offered shift."""
    return _("%(person)s takes %(shift)s on %(day)s.") % {
        "person": params["person"],
        "day": _day(params["day"]),
        "shift": _name(params["shift"]),
    }


def _mine(_params: Params) -> str:
    return reverse("staff:roster_mine")


def _exchange(_params: Params) -> str:
    return reverse("staff:roster_exchange")


KINDS = [
    notices.Kind(
        code=publishing.PUBLISHED, icon="calendar-week", label=gettext_lazy("Roster"),
        text=published, url=_mine,
    ),
    notices.Kind(
        code=exchange.SWAP_ASKED, icon="arrow-left-right", label=gettext_lazy("Swap asked for"),
        text=swap_asked, url=_exchange,
    ),
    notices.Kind(
        code=exchange.SWAP_ANSWERED, icon="arrow-left-right", label=gettext_lazy("Swap answered"),
        text=swap_answered, url=_exchange,
    ),
    notices.Kind(
        code=exchange.SWAP_WAITS, icon="arrow-left-right",
        label=gettext_lazy("Swap to decide"), text=swap_waits, url=_exchange,
    ),
    notices.Kind(
        code=exchange.SWAP_DECIDED, icon="arrow-left-right", label=gettext_lazy("Swap decided"),
        text=swap_decided, url=_exchange,
    ),
    notices.Kind(
        code=exchange.SHIFT_OFFERED, icon="calendar-plus", label=gettext_lazy("Open shift"),
        text=offered, url=_exchange,
    ),
    notices.Kind(
        code=exchange.SHIFT_TAKEN, icon="calendar-check", label=gettext_lazy("Open shift taken"),
        text=taken, url=_exchange,
    ),
]  # fmt: skip
