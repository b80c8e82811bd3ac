"""The sentence for each code that a rule or a service of the roster refuses with."""

from django.utils.translation import gettext_lazy as _

from staff.people import texts
from staff.people.services import Refused

REFUSALS = {
    "has_lead": _("This shift has a lead already (ORG-7)."),
    "overlap": _("The shifts of one person never overlap (SHIFT-6)."),
}

ROWS = {
    "has_lead": _("this shift has a lead already (ORG-7)"),
    "more_warnings": _("and %(count)s more of this kind"),
    "no_lead": _("this shift has no lead (ORG-7)"),
    "not_below": _('"%(text)s" is not among the people below you'),
    "not_employed": _('"%(text)s" is not employed on that day'),
    "overlap": _("overlaps the shift of row %(other)s (SHIFT-6)"),
    "overlap_stored": _("overlaps a shift that is in the roster already (SHIFT-6)"),
    "short_rest": _("begins less than %(hours)s hours after the shift before (SHIFT-6)"),
    "unknown_person": _('there is no person "%(text)s"'),
    "unknown_shift": _('there is no shift "%(text)s"'),
    "unknown_team": _('there is no team "%(text)s"'),
}


def sentence(refusal: Refused) -> str:
    """Return why the service refused, in the active language."""
    if refusal.code in REFUSALS:
        return str(REFUSALS[refusal.code]) % refusal.params
    return texts.sentence(refusal)
