"""A kind that one user may import and export, and that user in a browser that speaks English."""

import pytest

from portal.transfer import registry
from tests.factories.portal import UserFactory
from tests.portal.transfer import kinds


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def kind(user):
    """A kind that only this user may import and export."""
    mine = lambda who, _scope: who.pk == user.pk  # noqa: E731 -- as short as a rule may be
    kind = registry.register(kinds.beats(may_import=mine, may_export=mine, by_month=True))
    yield kind
    registry.unregister("beats")


@pytest.fixture
def signed_in(client, user, kind):  # noqa: ARG001 -- the kind is there for all tests
    user.language = "en"
    user.save()
    client.force_login(user)
    return client
