"""What becomes of the findings that a sent summary passed on (DAY-2).

The part of the portal that acts upon findings registers itself from its `registry.py`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from staff.daily.enums import SummaryState
from staff.daily.models import PassedOn, ShiftSummary
from staff.people.access import Scope


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Something that was made of a finding, as far as one may see it."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a finding is acted upon.

    `outcomes` gives what was made of some findings, in one query; `begin` the page that makes
    something of one, empty where the person may not.
    """

    outcomes: Callable[[Scope, Collection[int]], Mapping[int, Sequence[Outcome]]]
    begin: Callable[[Scope, int], str]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A finding with what was made of it, and where something can be made of it."""

    finding: PassedOn
    outcomes: Sequence[Outcome]
    begin: str


_ways: list[Way] = []


def register(way: Way) -> None:
    """Let a part of the portal act upon findings; called when it is ready."""
    _ways.append(way)


def followed(scope: Scope, findings: Sequence[PassedOn]) -> list[Followed]:
    """Return findings of sent summaries with what became of them."""
    keys = [finding.pk for finding in findings]
    told = [(way, way.outcomes(scope, keys)) for way in _ways] if keys else []
    return [
        Followed(
            finding=finding,
            outcomes=(made := [one for _way, all_ in told for one in all_.get(finding.pk, ())]),
            begin="" if made else next((way.begin(scope, finding.pk) for way, _all in told), ""),
        )
        for finding in findings
    ]


def sent_finding(scope: Scope, pk: int) -> PassedOn | None:
    """Return a finding of a sent summary that one sees; a draft's findings come and go."""
    seen = ShiftSummary.objects.visible_to(scope).filter(state=SummaryState.SENT)
    rows = PassedOn.objects.select_related("summary__team", "summary__shift_type")
    return rows.filter(pk=pk, summary__in=seen).first()
