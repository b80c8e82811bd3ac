"""The agent came eleven minutes late on Monday and left without a punch on Tuesday."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.staff import AssignmentFactory, Department, PunchFactory
from tests.staff.attendance.record import at
from tests.staff.attendance.views.steps import DAY, NOW


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    """The agent came eleven minutes late on Monday and left without a punch on Tuesday."""
    department = Department()
    for offset in range(2):
        AssignmentFactory(
            person=department.agent, team=department.team, day=DAY + timedelta(days=offset)
        )
    for text in ("2026-11-02 08:41", "2026-11-02 17:37", "2026-11-03 08:20"):
        PunchFactory(person=department.agent, punched_at=at(text))
    client.cookies["django_language"] = "en"
    client.force_login(department.agent.user)
    return department
