"""The sentence for each code that a rule or a service of the roster refuses with."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from staff.people import texts
from staff.people.services import Refused

REFUSALS = {
    "already_asked": _("You have asked about this shift already."),
    "changed_meanwhile": _(
        "Somebody else has changed this meanwhile. What stands there now is shown;"
        " yours can be set over it."
    ),
    "conflicts": _(
        "Days of this draft have changed in the roster since. They are marked: look at them first."
    ),
    "fixed_day": _("This day is fixed. Release it first."),
    "has_lead": _("This shift has a lead already (ORG-7)."),
    "no_reason": _("A rest this short needs a reason (SHIFT-6)."),
    "not_in_team": _("This person is not in the team on that day."),
    "not_on_shift": _("This shift is not there any more, or it has begun."),
    "not_pending": _("Somebody has answered, decided or withdrawn this meanwhile."),
    "nothing_to_publish": _("This draft changes nothing."),
    "nothing_to_undo": _("There is nothing of yours to undo."),
    "other_team": _("This person works for another team on that day."),
    "overlap": _("The shifts of one person never overlap (SHIFT-6)."),
    "taken": _("Somebody was faster, or this shift is no longer open."),
    "too_late_to_wish": _("A wish is for a day ahead."),
    "too_much": _("That is more than can be changed at once."),
    "unknown_shift": _("There is no such shift."),
}

ROWS = {
    "below_minimum": _("%(team)s has %(count)s of at least %(minimum)s people on this shift"),
    "draft_conflict": _("a draft of this day was made upon something else and has to be looked at"),
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
    if refusal.code == "broken_rules":
        count = int(refusal.params["count"])
        return ngettext(
            "%(count)s rule that must be kept would be broken.",
            "%(count)s rules that must be kept would be broken.",
            count,
        ) % {"count": count}
    if refusal.code in REFUSALS:
        return str(REFUSALS[refusal.code]) % refusal.params
    return texts.sentence(refusal)


def of_code(code: str) -> str:
    """Return the sentence of a refusal that takes no values."""
    return str(REFUSALS.get(code, code))
