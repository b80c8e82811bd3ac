"""What is broken, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.people.enums import AbsenceKind
from staff.roster.policies.checks import Finding, Problem

Names = Mapping[int, str]

PROBLEMS = {
    "not_an_object": gettext_lazy('Write the numbers as {"name": number}.'),
    "number_missing": gettext_lazy('"%(name)s" is missing. Allowed: %(range)s'),
    "out_of_range": gettext_lazy('"%(name)s" is not allowed like this. Allowed: %(range)s'),
    "unknown_number": gettext_lazy('This rule has no "%(name)s". It knows: %(range)s'),
    "unknown_shift": gettext_lazy('There is no shift "%(name)s".'),
}
SHARES = {
    "evenings": gettext_lazy("%(count)s evenings where the team has %(average)s on average"),
    "weekends": gettext_lazy("%(count)s weekend days where the team has %(average)s on average"),
    "special": gettext_lazy("%(count)s special days where the team has %(average)s on average"),
}
SENTENCES = {
    "absence_worked": gettext_lazy("works although away (%(kind)s)"),
    "below_minimum": gettext_lazy("%(shift)s has %(count)s of at least %(minimum)s people"),
    "days_running": gettext_lazy("day %(days)s in a row, at most %(most)s"),
    "few_days_off": gettext_lazy("only %(days)s days off in a row, at least %(least)s"),
    "few_days_running": gettext_lazy("only %(days)s days worked in a row, at least %(least)s"),
    "few_minutes": gettext_lazy("%(hours)s hours, at least %(least_hours)s"),
    "few_rest_days": gettext_lazy("%(count)s days off, at least %(least)s"),
    "fixed_moved": gettext_lazy("a fixed day was changed"),
    "many_changes": gettext_lazy("%(days)s published days change, at most %(most)s"),
    "many_minutes": gettext_lazy("%(hours)s hours, at most %(most_hours)s"),
    "many_of_shift": gettext_lazy("%(shift)s %(count)s times, at most %(most)s"),
    "many_rest_days": gettext_lazy("%(count)s days off, at most %(most)s"),
    "many_weekends": gettext_lazy("works on %(count)s weekends, at most %(most)s"),
    "no_lead": gettext_lazy("%(shift)s has no lead (ORG-7)"),
    "overlap": gettext_lazy("shifts overlap (SHIFT-6)"),
    "shift_running": gettext_lazy("%(shift)s %(times)s times in a row, at most %(most)s"),
    "short_rest": gettext_lazy(
        "%(hours)s hours of rest, at least %(least_hours)s: needs the supervisor's reason (SHIFT-6)"
    ),
    "skill_missing": gettext_lazy(
        "%(shift)s has %(count)s of at least %(minimum)s people with a skill that is needed"
    ),
    "succession": gettext_lazy("%(shift)s on the day after %(before_shift)s"),
    "two_a_day": gettext_lazy("%(count)s shifts on one day"),
    "two_leads": gettext_lazy("%(shift)s has %(count)s leads (ORG-7)"),
    "wish_rest": gettext_lazy("wished for a day off"),
    "wish_shift": gettext_lazy("wished for %(shift)s"),
}


def _hours(minutes: int) -> str:
    """Return hours with at most one decimal."""
    tenths = (minutes * 10 + 30) // 60
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


FILLED: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, str]]] = {
    "short_rest": lambda p: {
        "hours": _hours(p["minutes"]), "least_hours": _hours(p["least"]),
    },
    "few_minutes": lambda p: {"hours": _hours(p["count"]), "least_hours": _hours(p["least"])},
    "many_minutes": lambda p: {"hours": _hours(p["count"]), "most_hours": _hours(p["most"])},
    "unfair": lambda p: {"average": _tenths(p["average"])},
}  # fmt: skip


def words(found: Finding, shifts: Names) -> str:
    """Return what is broken, without the person and the day. `shifts` are names by key."""
    values = dict(found.params)
    if found.code in FILLED:
        values |= FILLED[found.code](found.params)
    values["shift"] = shifts.get(found.shift or 0, "")
    values["before_shift"] = shifts.get(values.get("before", 0), "")
    if "kind" in values:
        values["kind"] = str(AbsenceKind(values["kind"]).label)
    if found.code == "unfair":
        return str(SHARES[values["of"]]) % values
    return str(SENTENCES[found.code]) % values


def problem(found: Problem) -> str:
    """Return what is wrong with the numbers of a rule."""
    shown = found.range or _("the code of a shift")
    return str(PROBLEMS[found.code]) % {"name": found.name, "range": shown}
