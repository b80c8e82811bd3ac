"""The web server beside a benchmark, and somebody who reads in it all the time.

`answering` is entered by a benchmark; `python tests/benchmarks/web_meanwhile.py URL COOKIE` is the
reader, a process of its own so that the benchmark's work does not count as waiting.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("/", "/notices/", "/poll", "/complaints/followups/", "/complaints/")
PAUSE = 0.1  # seconds between an answer and the next request
STARTED_WITHIN = 60.0
PATIENCE = 30  # seconds for one answer
MOST_AT_95 = 1000.0  # milliseconds: slower, and the portal does not answer


@dataclass
class Answers:
    """What the reader got: the milliseconds of each answer, and those that were none."""

    waits: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def in_time(self) -> bool:
        return bool(self.waits) and not self.failed and self.at(0.95) <= MOST_AT_95

    def take(self, lines: Iterable[str]) -> None:
        """Take what the reader printed; the last line may be cut off, it was killed."""
        for line in lines:
            status, _, wait = line.partition(" ")
            if status in {"200", "204"} and wait:
                self.waits.append(float(wait))
            else:
                self.failed += 1

    def at(self, part: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * part))]

    def __str__(self) -> str:
        if not self.waits:
            return f"web meanwhile: no answer, {self.failed} failed"
        return (
            f"web meanwhile: {len(self.waits)} answers, {self.failed} failed; half within "
            f"{self.at(0.5):.0f} ms, 95 % within {self.at(0.95):.0f} ms, the slowest "
            f"{max(self.waits):.0f} ms"
        )


def get(port: int, page: str, cookie: str) -> int:
    """Return the status of a page, over a connection of its own."""
    visit = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        visit.request("GET", page, headers={"Cookie": cookie})
        answer = visit.getresponse()
        answer.read()
        return answer.status
    finally:
        visit.close()


def read_on(port: int, cookie: str) -> None:
    """Ask for page after page and print status and milliseconds of each, until killed."""
    while True:
        for page in PAGES:
            begun = time.perf_counter()
            try:
                status = get(port, page, cookie)
            except OSError:
                status = 0
            print(status, (time.perf_counter() - begun) * 1000, flush=True)
            time.sleep(PAUSE)


@contextmanager
def answering(*, database_url: str, cookie: str, port: int) -> Iterator[Answers]:
    """Serve the portal on a database and read in it; the answers are filled in at the end."""
    env = os.environ | {"DATABASE_URL": database_url, "KEFU_WEB_TICK": "0"}
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1"]
    command += ["--threads", "4", "--no-control-socket", "--log-level", "warning"]
    answers = Answers()
    with tempfile.TemporaryFile("w+") as told:
        web = subprocess.Popen(command, cwd=ROOT, env=env)  # noqa: S603 -- fixed words
        try:
            _warm_up(port, cookie)
            words = [sys.executable, str(Path(__file__)), str(port), cookie]
            reader = subprocess.Popen(words, stdout=told)  # noqa: S603 -- the same
            try:
                yield answers
            finally:
                reader.kill()
                reader.wait()
        finally:
            web.terminate()
            web.wait(10)
        told.seek(0)
        answers.take(told.read().splitlines())


def _warm_up(port: int, cookie: str) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        with suppress(OSError):
            statuses = [get(port, page, cookie) for page in PAGES]
            if not {*statuses} <= {200, 204}:
                raise SystemExit(f"the pages answer {statuses}")
            return
        time.sleep(0.1)
    raise SystemExit("the web server did not start")


if __name__ == "__main__":
    read_on(int(sys.argv[1]), sys.argv[2])
