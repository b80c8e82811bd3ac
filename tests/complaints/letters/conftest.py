"""A department with a mailbox for complaints, and a case."""

import pytest

from tests.factories.complaints import CaseMailboxFactory, ComplaintFactory
from tests.factories.staff import Department


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def box(scene):
    return CaseMailboxFactory(store=scene.store, signature="星河旗舰店 客服")


@pytest.fixture
def case(scene):
    return ComplaintFactory(store=scene.store, owner=scene.agent, recorder=scene.agent)
