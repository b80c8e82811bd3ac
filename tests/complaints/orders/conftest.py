"""A department."""

import pytest

from tests.factories.staff import Department


@pytest.fixture
def scene():
    return Department()
