"""A server that a test listens with."""

import threading
from collections.abc import Iterator
from socketserver import BaseServer
from typing import TypeVar

S = TypeVar("S", bound=BaseServer)


def serving(server: S) -> Iterator[S]:
    """Yield the server while a thread of its own serves; for `yield from` in a fixture."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
