"""A department, and a case of it that is being investigated."""

import pytest

from tests.complaints.way.steps import at_investigation


@pytest.fixture
def case(department):
    return at_investigation(department)
