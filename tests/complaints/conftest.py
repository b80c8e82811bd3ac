from tests.portal.mail.conftest import imap_server, server

__all__ = ["imap_server", "server"]
