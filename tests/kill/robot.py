"""A group robot on loopback that remembers every post it takes."""

import json
import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

IDENTIFIER = re.compile(r"\[(K-[0-9a-f]{12})\]")


class Taken(NamedTuple):
    """A post, with the identifiers of the messages in it."""

    identifiers: tuple[str, ...]
    text: str
    at: datetime


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Say nothing of senders that die while they speak: that is the test."""


class FakeRobot:
    """Listens from the moment it is made; `taken` grows with every post that was accepted."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender died in the middle: nothing was said
                said = json.loads(body)
                found = tuple(IDENTIFIER.findall(said["message"]))
                text = f"{said['title']}\n{said['message']}"
                taken.append(Taken(found or ("",), text, datetime.now(UTC)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                """Keep the figures readable."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
