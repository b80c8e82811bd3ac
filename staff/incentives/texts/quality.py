"""Words about quality audits, scorecards and calibrations."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.incentives.services.quality import ASKED, AUDITED, COMPARED
from staff.people.services import Refused

Params = Mapping[str, Any]
GOOD_BP, FAIR_BP = 8500, 7000

REFUSALS = {
    "already_audited": _("You have audited this item already."),
    "empty_pool": _("There is nothing of this person to draw from in these days that you may see."),
    "no_criteria": _("A scorecard needs at least one criterion."),
    "no_weight": _("Every criterion has a weight above 0 %."),
    "not_an_auditor": _("Two different auditors are needed, both above the person."),
    "not_in_period": _("The last day lies before the first."),
    "not_whole": _("The weights add up to 100 %."),
    "nothing_applied": _("At least one criterion applies."),
    "scorecard_changed": _(
        "Somebody else has saved a newer version in the meantime. Sending again makes yours the"
        " next version."
    ),
    "scorecard_name_taken": _("There is a scorecard of this name."),
    "too_many": _("A scorecard has at most 20 criteria."),
}
VERBS = {
    "audit.given": _("Quality audit given"),
    "calibration.asked": _("Calibration asked for"),
    "sample.drawn": _("Sample for audits drawn"),
    "scorecard.in_use": _("Scorecard put into use"),
    "scorecard.out_of_use": _("Scorecard taken out of use"),
    "scorecard.saved": _("Version of a scorecard saved"),
}


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def percent(bp: int | None) -> str:
    """Write basis points as per cent, with as many decimals as needed: `86.5`, `100`."""
    if bp is None:
        return "–"
    whole, rest = divmod(bp, 100)
    if not rest:
        return number_format(whole)
    places = 1 if rest % 10 == 0 else 2
    return number_format(f"{whole}.{rest:02d}"[: len(str(whole)) + 1 + places], places)


def score(bp: int | None) -> str:
    """Write a score as points of 100, always with two decimals: `86.50`."""
    if bp is None:
        return "–"
    return number_format(f"{bp // 100}.{bp % 100:02d}", 2)


def score_badge(bp: int) -> dict[str, str]:
    """Return the score with a tone and an icon: colour is never the only sign."""
    if bp >= GOOD_BP:
        return {"label": score(bp), "tone": "success", "icon": "check-circle"}
    if bp >= FAIR_BP:
        return {"label": score(bp), "tone": "warning", "icon": "dash-circle"}
    return {"label": score(bp), "tone": "danger", "icon": "x-circle"}


def audited(params: Params) -> str:
    """Return what the person reads of an audit."""
    return gettext("%(by)s has audited one of your conversations.") % params


def asked(params: Params) -> str:
    """Return what an auditor reads who is to score."""
    text = gettext("%(by)s asks you for a calibration: score an item of %(person)s by yourself.")
    return text % params


def compared(params: Params) -> str:
    """Return what both auditors read at the end."""
    text = gettext("Both have scored the item of %(person)s: see how far you lie apart.")
    return text % params


KINDS = [
    notices.Kind(
        code=AUDITED,
        icon="clipboard-check",
        label=_("Quality audit"),
        text=audited,
        url=lambda params: reverse("staff:quality_audit", args=[params["audit"]]),
    ),
    *(
        notices.Kind(
            code=code,
            icon="rulers",
            label=_("Calibration"),
            text=text,
            url=lambda params: reverse("staff:calibration", args=[params["calibration"]]),
        )
        for code, text in ((ASKED, asked), (COMPARED, compared))
    ),
]
