"""Ten thousand submissions a minute from one address, while other customers answer.

    python tests/benchmarks/survey_flood.py [--seconds 60] [--rate 167] [--short]

Starts the web server as the README does (two workers of four threads, behind one proxy) on a
database of its own (the one of `DATABASE_URL`, else SQLite). Customers answer all the time, each
from an address of their own: first alone for a third of the time, then beside the flood. Prints
what the flood was answered and how long customers waited; ends with 1 when a customer was refused
or half of them waited more than three times as long as alone and more than 300 ms. `--short`
floods for 15 s.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402 -- after the path

django.setup()

from django.db import connection  # noqa: E402 -- after the set-up
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402 -- after the set-up

from feedback.models import Response  # noqa: E402 -- after the set-up
from tests.factories.feedback import QuestionFactory, SurveyFactory  # noqa: E402 -- after the set-up

ONE, PAUSE, SENDERS, PATIENCE = "192.0.2.1", 0.2, 8, 30
SLOWER, ENOUGH_MS = 3.0, 300.0
FORM = "application/x-www-form-urlencoded"


class Web:
    """The web server of the benchmark."""

    def __init__(self, port: int, path: str, field: str) -> None:
        self.port, self.path, self.field = port, path, field

    def send(self, address: str) -> tuple[int, float]:
        """Send one answer; returns the status and the milliseconds, 0 for no answer at all."""
        visit = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = urlencode({"form_key": str(uuid.uuid4()), self.field: "5"})
        headers = {"Content-Type": FORM, "X-Forwarded-For": address, "Host": "localhost"}
        begun = time.perf_counter()
        try:
            visit.request("POST", self.path, body, headers)
            answer = visit.getresponse()
            answer.read()
            status = answer.status
        except OSError:
            status = 0
        finally:
            visit.close()
        return status, 1000 * (time.perf_counter() - begun)


def answer_for(web: Web, seconds: float, first: int) -> list[tuple[int, float]]:
    """Let customers answer one after the other, each from another address."""
    until, found = time.monotonic() + seconds, []
    while time.monotonic() < until:
        number = first + len(found)
        found.append(web.send(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"))
        time.sleep(PAUSE)
    return found


def flood(web: Web, seconds: float, rate: float, told: Counter[int]) -> list[threading.Thread]:
    """Begin to send so many a second from one address, by several senders at once."""
    until, lock = time.monotonic() + seconds, threading.Lock()

    def send() -> None:
        while (begun := time.monotonic()) < until:
            status, _ms = web.send(ONE)
            with lock:
                told[status] += 1
            time.sleep(max(0.0, SENDERS / rate - (time.monotonic() - begun)))

    senders = [threading.Thread(target=send) for _each in range(SENDERS)]
    for sender in senders:
        sender.start()
    return senders


def serve(port: int) -> "subprocess.Popen[bytes]":
    name = connection.settings_dict["NAME"]
    on_postgresql = connection.vendor == "postgresql"
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}" if on_postgresql else ""
    env = os.environ | {
        "DATABASE_URL": url or f"sqlite:///{name}", "KEFU_WEB_TICK": "0", "KEFU_PROXY_COUNT": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings", "KEFU_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind",
               f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
               "--no-control-socket", "--log-level", "warning"]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=env)  # noqa: S603 -- fixed words


def wait_for(web: Web) -> None:
    for _try in range(300):
        with suppress(OSError):
            if web.send("10.255.255.255")[0] == 302:
                return
        time.sleep(0.2)
    raise SystemExit("the web server did not start")


def report(name: str, found: list[tuple[int, float]]) -> float:
    times = sorted(ms for _status, ms in found)
    half = statistics.median(times)
    statuses = dict(Counter(status for status, _ms in found))
    late = times[int(len(times) * 0.95)]
    print(f"customers {name}: {statuses}, half within {half:.0f} ms, 95 % within {late:.0f} ms")
    return half


def main(seconds: float, rate: float) -> int:
    survey = SurveyFactory(is_public=True)
    question = QuestionFactory(survey=survey)
    port = 18999
    web = Web(port, f"/feedback/q/{survey.public_key}/", f"q{question.pk}")
    server = serve(port)
    try:
        wait_for(web)
        alone = answer_for(web, seconds / 3, 0)
        told: Counter[int] = Counter()
        senders = flood(web, seconds, rate, told)
        beside = answer_for(web, seconds, 100_000)
        for sender in senders:
            sender.join()
    finally:
        server.terminate()
        server.wait(20)
    sent = sum(told.values())
    print(f"flood: {sent} in {seconds:.0f} s ({60 * sent / seconds:.0f} a minute): {dict(told)}")
    before, after = report("alone", alone), report("beside the flood", beside)
    print(f"answers written: {Response.objects.count()}")
    refused = any(status != 302 for status, _ms in [*alone, *beside])
    return int(refused or after > max(ENOUGH_MS, SLOWER * before))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=167, help="submissions a second")
    parser.add_argument("--short", action="store_true")
    wanted = parser.parse_args()
    setup_test_environment()
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        status = main(15 if wanted.short else wanted.seconds, wanted.rate)
    finally:
        teardown_databases(kept, verbosity=0)
    sys.exit(status)
