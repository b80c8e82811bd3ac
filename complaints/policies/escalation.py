"""Which cases go up at once, whatever their deadlines say (CMP-10)."""

from dataclasses import dataclass

from complaints.enums import EscalationReason, Threat

THREATS = {
    Threat.PUBLIC: EscalationReason.PUBLIC,
    Threat.PLATFORM: EscalationReason.PLATFORM,
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides: `recent` counts the complaints of the customer within the policy's days.

    The case itself is one of them.
    """

    is_valued: bool
    recent: int
    threat: str


def reasons(facts: Facts, *, repeat: int) -> list[EscalationReason]:
    """Return why a case goes up at once; none when it does not. `repeat` complaints are enough.

    Source: house rules CMP-10.
    """
    found = []
    if facts.is_valued:
        found.append(EscalationReason.VALUED)
    if facts.recent >= repeat:
        found.append(EscalationReason.REPEATED)
    if facts.threat in THREATS:
        found.append(THREATS[Threat(facts.threat)])
    return found
