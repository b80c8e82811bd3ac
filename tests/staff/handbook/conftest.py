"""The department at noon of 5 November 2026, and a browser that speaks English."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from tests.factories.staff import Department

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    client.cookies["django_language"] = "en"
    return Department()


@pytest.fixture
def page(client):
    """Return the text of a page as somebody sees it, with its spaces made one."""

    def get(who, view, *args, status=200, **query):
        client.force_login(who.user)
        response = client.get(reverse(f"staff:{view}", args=args), query)
        assert response.status_code == status, response.content.decode()[:2000]
        return " ".join(response.content.decode().split())

    return get


@pytest.fixture
def send(client):
    """Send a form as somebody and return the answer, which is a redirect unless told otherwise."""

    def post(who, view, *args, status=302, headers=None, **data):
        client.force_login(who.user)
        url = reverse(f"staff:{view}", args=args)
        response = client.post(url, data, headers=headers or {})
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return post
