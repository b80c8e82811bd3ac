"""Values of the policy as the rules use them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The rungs of a reminder (FUP-2, CMP-10).

    `before` counts by the clock before the due time; the others in service time of the desk
    after it.
    """

    before: timedelta
    lead: timedelta
    deputy: timedelta
    supervisor: timedelta
