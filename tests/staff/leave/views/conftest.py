"""The department at noon of 5 November 2026, and the agent in a browser that speaks English."""

import pytest
import time_machine

from tests.factories.staff import Department
from tests.staff.leave.views.steps import NOW


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    department = Department()
    client.cookies["django_language"] = "en"
    client.force_login(department.agent.user)
    return department
