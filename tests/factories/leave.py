from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from staff import models
from staff.leave.enums import LeaveKind, LeaveState
from staff.people.enums import Half
from tests.factories.staff import PersonFactory

ASKED = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


class LeaveRequestFactory(DjangoModelFactory):
    """An open request for one whole day of personal leave; `last_day` follows `first_day`."""

    class Meta:
        model = models.LeaveRequest

    person = factory.SubFactory(PersonFactory)
    kind = LeaveKind.PERSONAL
    first_day = date(2026, 11, 2)
    last_day = factory.SelfAttribute("first_day")
    half = Half.WHOLE
    asked_at = ASKED
    recorded_at = ASKED
    state = LeaveState.REQUESTED
