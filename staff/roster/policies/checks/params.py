"""Which numbers each kind of rule takes, and what is wrong with given ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from staff.roster.enums import RuleKind

PERIODS = ("week", "month")
SHARES = ("evenings", "weekends", "special")
LONGEST_CODE = 20


@dataclass(frozen=True, kw_only=True)
class Param:
    """A whole number from `least` to `most`, a word of `words`, or the code of a shift."""

    least: int = 0
    most: int = 0
    words: tuple[str, ...] = ()
    is_shift: bool = False
    needed: bool = True

    def fits(self, value: object) -> bool:
        """Tell whether a value read from JSON is allowed."""
        if self.is_shift:
            return isinstance(value, str) and 0 < len(value) <= LONGEST_CODE
        if self.words:
            return isinstance(value, str) and value in self.words
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.least <= value <= self.most  # type: ignore[operator]  # whole says that it is a number

    @property
    def range(self) -> str:
        """What is allowed, as it is written in JSON; empty for the code of a shift."""
        if self.is_shift:
            return ""
        if self.words:
            return ", ".join(f'"{word}"' for word in self.words)
        return f"{self.least}–{self.most}"


SHIFT = Param(is_shift=True)
DAYS = Param(least=1, most=31)
PERIOD = Param(words=PERIODS)

PARAMS: Mapping[str, Mapping[str, Param]] = {
    RuleKind.ONE_A_DAY: {},
    RuleKind.OVERLAP: {},
    RuleKind.REST_HOURS: {"hours": Param(least=1, most=48, needed=False)},
    RuleKind.SUCCESSION: {"before": SHIFT, "after": SHIFT},
    RuleKind.MOST_DAYS_RUNNING: {"days": DAYS},
    RuleKind.LEAST_DAYS_RUNNING: {"days": DAYS},
    RuleKind.MOST_OF_SHIFT_RUNNING: {"shift": SHIFT, "times": DAYS},
    RuleKind.LEAST_DAYS_OFF: {"days": DAYS},
    RuleKind.REST_DAYS: {
        "least": Param(least=0, most=31, needed=False),
        "most": Param(least=0, most=31, needed=False),
        "period": PERIOD,
    },
    RuleKind.MINUTES: {
        "least": Param(least=0, most=44640, needed=False),
        "most": Param(least=0, most=44640, needed=False),
        "period": PERIOD,
    },
    RuleKind.MOST_OF_SHIFT: {"shift": SHIFT, "times": Param(least=0, most=31)},
    RuleKind.WEEKENDS: {"weekends": Param(least=0, most=5)},
    RuleKind.ABSENCE: {},
    RuleKind.WISH: {},
    RuleKind.LEAD: {},
    RuleKind.COVER: {},
    RuleKind.SKILLS: {},
    RuleKind.FAIR_SHARE: {
        "of": Param(words=SHARES),
        "off": Param(least=0, most=31),
        "months": Param(least=0, most=12),
    },
    RuleKind.FIXED: {},
    RuleKind.CHANGE: {"days": Param(least=0, most=31)},
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with the numbers of a rule: a code, the name of the number, and its range."""

    code: str
    name: str = ""
    range: str = ""


def why_wrong(kind: str, params: object) -> Problem | None:
    """Return the first thing that is wrong with the numbers of a rule, None if nothing is."""
    known = PARAMS.get(kind)
    if known is None or not isinstance(params, dict):
        return Problem("not_an_object")
    for name in params:
        if name not in known:
            return Problem("unknown_number", name[:40], ", ".join(f'"{one}"' for one in known))
    problems = (_why_wrong(name, param, params) for name, param in known.items())
    return next((problem for problem in problems if problem), None)


def _why_wrong(name: str, param: Param, given: Mapping[str, Any]) -> Problem | None:
    if name not in given:
        return Problem("number_missing", name, param.range) if param.needed else None
    return None if param.fits(given[name]) else Problem("out_of_range", name, param.range)
