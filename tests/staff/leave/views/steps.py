"""What the tests of these pages do again and again."""

from datetime import UTC, date, datetime, timedelta

from django.urls import reverse

from staff.leave.enums import LeaveKind
from tests.factories.leave import LeaveRequestFactory

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)
HOSTILE = [
    "\x00", "9" * 40, "-1", "1_000", "١٢", "2026-13-45", "'; drop", "9999-12-31", "0000-01",
    "9999-12", "0001-01", "2026-1１",
]  # fmt: skip
SURROGATE = "%ED%A0%80"
REST, PERSONAL, EMERGENCY = LeaveKind.REST, LeaveKind.PERSONAL, LeaveKind.EMERGENCY


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"staff:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, **data):
    return client.post(reverse(f"staff:{name}", args=args), data)


def requests_for(person, rows, **more):
    """Open requests of a person, each with a shift, a requirement and somebody else away."""
    found = []
    for n in range(rows):
        day = date(2026, 11, 10) + timedelta(days=7 * n)
        found.append(LeaveRequestFactory(person=person, first_day=day, **more))
    return found
