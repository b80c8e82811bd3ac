"""The sentence for each code that a rule or a service refuses with."""

from django.utils.translation import gettext_lazy as _

from staff.people.services import Refused

REFUSALS = {
    "agent_as_chief": _(
        "%(person)s would report to %(chief)s, whose post is below or who leads nobody."
    ),
    "already_away": _("This person is away on that day already."),
    "changed_meanwhile": _("Somebody else has saved this meanwhile."),
    "circle": _("On some day somebody would report to themselves, over others."),
    "first_posting": _("A person keeps at least one posting."),
    "has_sign_in": _("This person can sign in already."),
    "not_employed": _("%(person)s is not employed on that day."),
    "number_taken": _("The staff number %(number)s is taken."),
    "salary_in_month": _(
        "A base salary changes on the first day of a month only, or begins with the work (ORG-3)."
    ),
}

ROWS = {
    "after_left": _("lies after the last day of work"),
    "agent_as_chief": _('"%(text)s" has too low a post to be reported to'),
    "bad_number": _('"%(text)s" is not a staff number: letters, digits and . @ + - _ only'),
    "before_hired": _("lies before the day of joining"),
    "chief_has_left": _('"%(text)s" had left by then'),
    "circle": _('with "%(text)s" somebody would report to themselves, over others'),
    "differs_from_row": _('"%(text)s" differs from row %(first)s of the same person'),
    "dingtalk_taken": _("another person has this DingTalk id"),
    "not_an_email": _('"%(text)s" is not an e-mail address'),
    "not_below": _('"%(text)s" is not among the people below you'),
    "number_taken": _('another sign-in is called "%(text)s"'),
    "other_site": _('this team belongs to the site "%(text)s"'),
    "salary_hidden": _("you may not change the base salary of this person"),
    "salary_in_month": _('"%(text)s" changes the salary, which only the first of a month may do'),
    "site_without_team": _('the site "%(text)s" is not kept: a site belongs to a team'),
    "unknown_person": _('there is no person "%(text)s"'),
}


def sentence(refusal: Refused) -> str:
    """Return why the service refused, in the active language."""
    return str(REFUSALS[refusal.code]) % refusal.params
