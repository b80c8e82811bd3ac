"""Words about house rules: a version of the policy as text, and who has confirmed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.handbook.services.rules import BEGUN, REMINDER, UNREAD
from staff.people.services import Refused
from staff.rulebook import texts as rulebook
from staff.rulebook.models import Policy
from staff.rulebook.queries import numbers

Params = Mapping[str, Any]

REFUSALS = {
    "rules_not_begun": _("This version has not begun: it may still change. Confirm it then."),
}
VERBS = {"rules.confirmed": _("House rules confirmed")}


@dataclass(frozen=True)
class Rule:
    """A rule in words, with the sentence of each of its numbers."""

    code: str
    text: str
    numbers: list[str]


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def as_text(policy: Policy) -> list[tuple[int, str, list[Rule]]]:
    """Return a version section by section: number, title, and the rules in words."""
    return [
        (
            section,
            str(rulebook.SECTIONS[section]),
            [
                Rule(
                    code,
                    str(rulebook.RULES[code]),
                    [_number(policy, number) for number in inside],
                )
                for code, inside in rules
            ],
        )
        for section, rules in numbers.by_section()
    ]


def _number(policy: Policy, number: numbers.Number) -> str:
    values = {
        "label": rulebook.LABELS[number.name],
        "value": rulebook.said(number, getattr(policy, number.name)),
    }
    return gettext("%(label)s: %(value)s") % values


def _day(params: Params) -> str:
    return date_format(date.fromisoformat(params["day"]), "SHORT_DATE_FORMAT")


def begun(params: Params) -> str:
    """Return what everybody reads when a version begins."""
    return gettext("House rules have changed from %(day)s: please read and confirm.") % {
        "day": _day(params)
    }


def reminder(params: Params) -> str:
    """Return what people read who have not confirmed."""
    return gettext("You have not confirmed the house rules from %(day)s yet.") % {
        "day": _day(params)
    }


def unread(params: Params) -> str:
    """Return what chiefs read of their people."""
    text = ngettext(
        "%(count)d of your people has not confirmed the house rules from %(day)s yet.",
        "%(count)d of your people have not confirmed the house rules from %(day)s yet.",
        params["count"],
    )
    return text % {"count": params["count"], "day": _day(params)}


def _url(params: Params) -> str:
    return reverse("staff:rules_version", args=[params["day"]])


def _readers_url(params: Params) -> str:
    return reverse("staff:rules_readers", args=[params["day"]]) + "?state=unread"


KINDS = [
    *(
        notices.Kind(code=code, icon="book", label=_("House rules"), text=text, url=_url)
        for code, text in ((BEGUN, begun), (REMINDER, reminder))
    ),
    notices.Kind(
        code=UNREAD, icon="book", label=_("House rules not confirmed by your people"), text=unread,
        url=_readers_url,
    ),
]  # fmt: skip
