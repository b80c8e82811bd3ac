"""A case that is being investigated, and a browser in which its owner is signed in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.enums import CaseStage
from complaints.services import deadlines
from tests.complaints.way_pages.steps import client_of
from tests.factories.complaints import AssessmentFactory, ComplaintFactory, OrderFactory


@pytest.fixture
def case(department):
    made = ComplaintFactory(
        store=department.store,
        owner=department.agent,
        registered_at=timezone.now() - timedelta(minutes=5),
        order=OrderFactory(store=department.store),
        stage=CaseStage.INVESTIGATION,
    )
    AssessmentFactory(complaint=made)
    deadlines.recount([made.pk], now=timezone.now())
    return made


@pytest.fixture
def client(department):
    return client_of(department.agent)
