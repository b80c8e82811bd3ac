"""A robot on loopback, and messages that wait for it."""

import json
import re
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from portal.enums import Channel
from tests.factories.portal import OutboxMessageFactory, RobotFactory

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SECRET = "SEC" + "a" * 61


class FakeRobot(ThreadingHTTPServer):
    """A robot on loopback that keeps what it is told; `status` is what it answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, dict]] = []
        self.status = 200

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "code": 0, "errmsg": "ok"}')

    def log_message(self, *_args):
        """Keep quiet."""


def clock(now=NOW):
    return lambda: now


def to_robot(server, **values):
    robot = RobotFactory(address=f"json://127.0.0.1:{server.server_address[1]}/hook")
    return OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot, **values)


def parcels(robot, *, most=99, **values):
    return [
        OutboxMessageFactory(channel=Channel.ROBOT, user=None, robot=robot, **values)
        for _ in range(most)
    ]


def marks_in(post):
    return re.findall(r"\[(K-[0-9a-f]{12})\]", json.dumps(post))
