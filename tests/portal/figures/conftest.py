"""The department whose figures are looked at."""

import pytest

from tests.factories.staff import Department


@pytest.fixture
def scene():
    return Department()
