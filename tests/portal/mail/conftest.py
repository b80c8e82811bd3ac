import tempfile
from pathlib import Path

import pytest

from tests.factories.portal import MailboxFactory
from tests.portal.mail import dovecot


@pytest.fixture(scope="session")
def imap_server():
    if not dovecot.is_installed():
        pytest.skip(dovecot.MISSING)
    # Not below pytest's own folder: each run of pytest shuts that to the server's users again.
    with tempfile.TemporaryDirectory(prefix="kefu-imap-") as folder:
        server = dovecot.start(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def server(imap_server):
    for path in imap_server.maildir.rglob("*"):
        if path.is_file():
            path.unlink()
    return imap_server


@pytest.fixture
def mailbox(server, db):  # noqa: ARG001 -- the rows need it
    return MailboxFactory(port=server.port)
