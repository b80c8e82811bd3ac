"""500 signed-in people with open home pages, and 30 who act at once.

    DATABASE_URL=postgres://... python -m tests.benchmarks.home_load [--minutes 30] [--open 500]
        [--acting 30] [--workers 2]

Fills the sample department and as many colleagues as are wanted into a database of its own,
serves it with gunicorn, and plays the visitors over real connections: an open page asks for news
every five seconds, as the page itself does, and the acting ones open home with its tiles, lists
and the search, and mark notices as read, a second apart. Prints how long answers took, and the
memory of the web processes over time. Exit status 1 when an answer failed, 95 % took more than
500 ms, or the memory of the last tenth is more than a tenth above that of the second.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after the setup
from django.db import connection, connections  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.test.utils import setup_databases, teardown_databases  # noqa: E402 -- the same
from django.urls import reverse  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from config import sample  # noqa: E402 -- the same
from portal.models import User  # noqa: E402 -- the same
from staff.people.enums import Post  # noqa: E402 -- the same
from staff.people.models import Person, Team  # noqa: E402 -- the same
from tests.factories.staff import PersonFactory  # noqa: E402 -- the same

ROOT = Path(__file__).resolve().parents[2]
EVERY = 5.0  # seconds between two questions of an open page
PAUSE = 1.0  # seconds between two acts of somebody
MOST_AT_95 = 0.5  # seconds
GROWTH = 1.1
TILES = (
    "complaints:tile_followups", "complaints:tile_cases", "staff:tile_shift", "staff:tile_leave",
    "staff:tile_attendance", "staff:tile_daily",
)  # fmt: skip
PAGES = (
    "/",
    *(reverse(name) for name in TILES),
    "/complaints/",
    "/complaints/followups/",
    "/notices/",
    "/staff/roster/mine/",
    "/feedback/items/",
    "/search/?q=A0",
)


@dataclass
class Figures:
    """Seconds of each answer, those that failed, and the memory in MiB over time."""

    polls: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


class Line:
    """A connection of one visitor that is kept alive, opened again when the server closed it."""

    def __init__(self, port: int, cookie: str):
        self.port, self.cookie = port, cookie
        self.reader: asyncio.StreamReader | None = None

    async def ask(self, path: str, *, method: str = "GET", body: str = "", token: str = "") -> int:
        for _attempt in range(2):
            if self.reader is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            head = (
                f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n"
                f"X-CSRFToken: {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            )
            self.writer.write(head.encode())
            with suppress(OSError, asyncio.IncompleteReadError):
                await self.writer.drain()
                return await self._answer()
            self.writer.close()
            self.reader = None
        return 0

    async def _answer(self) -> int:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        names = {
            line.partition(":")[0].lower(): line.partition(":")[2].strip()
            for line in head.split("\r\n")[1:]
        }
        if "content-length" in names:
            await self.reader.readexactly(int(names["content-length"]))
        elif names.get("transfer-encoding") == "chunked":
            while size := int(await self.reader.readline(), 16):
                await self.reader.readexactly(size + 2)
            await self.reader.readline()
        if names.get("connection") == "close":
            self.writer.close()
            self.reader = None
        return status


async def timed(line: Line, path: str, figures: Figures, into: list[float], **words: str) -> None:
    begun = time.perf_counter()
    try:
        status = await line.ask(path, **words)
    except (OSError, asyncio.IncompleteReadError) as error:
        status, path = 0, f"{path} {error}"
    into.append(time.perf_counter() - begun)
    if status not in {200, 204, 302}:
        figures.failed.append(f"{status} {path}")


async def stay(line: Line, figures: Figures, until: float) -> None:
    """Keep a page open: ask for news every five seconds, each page at its own moments."""
    await asyncio.sleep(random.random() * EVERY)  # noqa: S311 -- to spread visitors
    while time.monotonic() < until:
        begun = time.monotonic()
        await timed(line, "/poll?unread=0&cursor=999999999", figures, figures.polls)
        await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - begun)))


async def act(line: Line, token: str, figures: Figures, until: float) -> None:
    await asyncio.sleep(random.random() * PAUSE)  # noqa: S311 -- the same
    while time.monotonic() < until:
        for page in PAGES:
            await timed(line, page, figures, figures.acts)
            await asyncio.sleep(PAUSE)
        await timed(
            line, "/notices/read/", figures, figures.acts, method="POST", body="show=unread",
            token=token,
        )  # fmt: skip


async def watch(pid: int, figures: Figures, until: float) -> None:
    """Note the memory of the web processes ten times and more."""
    while time.monotonic() < until:
        figures.memory.append(memory_of(pid))
        await asyncio.sleep(2)


def memory_of(pid: int) -> float:
    """Return the MiB that a process and its children hold."""
    total = 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (str(pid), *children):
        with suppress(OSError):
            for row in Path(f"/proc/{each}/status").read_text().splitlines():
                if row.startswith("VmRSS:"):
                    total += int(row.split()[1]) / 1024
    return total


def cookies_of(users: list[User]) -> list[tuple[str, str]]:
    """Sign everybody in and return cookies and the token of their forms."""
    found = []
    for user in users:
        client = Client()
        client.force_login(user)
        token = "a" * 32
        client.cookies[settings.CSRF_COOKIE_NAME] = token
        text = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        found.append((text, token))
    return found


def people(count: int) -> list[User]:
    """Fill the sample department, and colleagues in its teams up to the number."""
    sample.fill(now=timezone.now())
    teams, lead = list(Team.objects.all()), Person.objects.get(number="L001")
    there = User.objects.filter(person__isnull=False).count()
    for number in range(max(0, count - there)):
        team = teams[number % len(teams)]
        PersonFactory(posting__post=Post.PRESALE, posting__team=team, posting__chief=lead)
    return list(User.objects.filter(person__isnull=False, is_active=True).order_by("pk")[:count])


def serve(port: int, workers: int) -> "subprocess.Popen[bytes]":
    url = settings.DATABASES["default"]
    name = connections["default"].settings_dict["NAME"]
    address = f"postgres://{url['USER']}:{url['PASSWORD']}@{url['HOST']}:{url['PORT']}/{name}"
    env = os.environ | {
        "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings", "KEFU_WEB_TICK": "0",
    }  # fmt: skip
    argv = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind"]
    argv += [f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", str(workers)]
    argv += ["--threads", "4", "--keep-alive", "15", "--worker-connections", "2000"]
    argv += ["--no-control-socket", "--log-level", "warning"]
    return subprocess.Popen(argv, cwd=ROOT, env=env)  # noqa: S603 -- our own command


async def play(web: int, port: int, visitors: list[tuple[str, str]], options) -> Figures:
    figures = Figures()
    warm = Line(port, visitors[0][0])
    for _ in range(100):
        with suppress(OSError, asyncio.IncompleteReadError):
            if await warm.ask("/") == 200:
                break
        await asyncio.sleep(0.5)
    for page in PAGES * 4:
        await warm.ask(page)
    until = time.monotonic() + options.minutes * 60
    await asyncio.gather(
        watch(web, figures, until),
        *(stay(Line(port, cookie), figures, until) for cookie, _token in visitors),
        *(
            act(Line(port, cookie), token, figures, until)
            for cookie, token in visitors[: options.acting]
        ),
    )
    return figures


def at(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


def report(figures: Figures, options) -> int:
    for name, waits in (("polls", figures.polls), ("acts", figures.acts)):
        print(
            f"{name}: {len(waits)} answers; half within {at(waits, 0.5) * 1000:.0f} ms, 95 % within"
            f" {at(waits, 0.95) * 1000:.0f} ms, the slowest {max(waits, default=0) * 1000:.0f} ms"
        )
    both = figures.polls + figures.acts
    tenth = max(1, len(figures.memory) // 10)
    early = max(figures.memory[tenth : 2 * tenth] or figures.memory)
    late = max(figures.memory[-tenth:])
    print(
        f"{options.open} open pages, {options.acting} acting, {options.minutes:g} min: 95 % within"
        f" {at(both, 0.95) * 1000:.0f} ms, {len(figures.failed)} failed; memory of the web"
        f" processes {early:.0f} MiB early, {late:.0f} MiB at the end"
    )
    for each in sorted(set(figures.failed))[:10]:
        print("failed:", each)
    slow = at(both, 0.95) > MOST_AT_95
    return int(bool(figures.failed) or slow or late > early * GROWTH)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--open", type=int, default=500)
    parser.add_argument("--acting", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("This benchmark is about PostgreSQL: set DATABASE_URL.")
    old = setup_databases(verbosity=0, interactive=False)
    try:
        visitors = cookies_of(people(options.open))
        connection.close()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        web = serve(port, options.workers)
        try:
            figures = asyncio.run(play(web.pid, port, visitors, options))
        finally:
            web.terminate()
            web.wait(15)
    finally:
        teardown_databases(old, verbosity=0)
    return report(figures, options)


if __name__ == "__main__":
    sys.exit(main())
