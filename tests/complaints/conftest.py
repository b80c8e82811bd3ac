import pytest

from tests.factories.staff import Department
from tests.portal.mail.conftest import imap_server, server

__all__ = ["imap_server", "server"]


@pytest.fixture
def department():
    return Department()
