"""What the tests of these pages do again and again."""

import uuid
from datetime import UTC, date, datetime

from django.urls import reverse

from tests.factories.recognition import (
    CalibrationFactory,
    CoachingFactory,
    DemeritFactory,
    PraiseFactory,
    QualityAuditFactory,
    ReactionFactory,
    ScorecardVersionFactory,
)

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)
HOSTILE = [
    "\x00",
    "a\x00b",
    "9" * 400,
    "1_000",
    "١٢",
    "-1",
    "' OR 1=1 --",
    "2026-13-45",
    "9999-12-31",
]


def page(client, view, *args, status=200, **query):
    response = client.get(reverse(f"staff:{view}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, view, *args, status=302, **data):
    response = client.post(reverse(f"staff:{view}", args=args), data)
    assert response.status_code == status
    return response


def key():
    return str(uuid.uuid4())


def make_praise(them, count):
    for praise in PraiseFactory.create_batch(count, person=them.agent, given_by=them.lead):
        ReactionFactory(praise=praise)


def make_audits(them, count):
    QualityAuditFactory.create_batch(count, person=them.agent, auditor=them.lead)


def make_demerits(them, count):
    DemeritFactory.create_batch(count, person=them.agent)


def make_coaching(them, count):
    CoachingFactory.create_batch(count, person=them.agent)


def make_calibrations(them, count):
    CalibrationFactory.create_batch(count, person=them.agent, first=them.lead)


def make_scorecards(_them, count):
    ScorecardVersionFactory.create_batch(count)
