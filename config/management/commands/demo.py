"""`manage.py demo`: the whole portal with one command, on a sample department."""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import time
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config import sample
from config.processes import broker as brokers
from config.processes import folder, programs
from config.processes.watch import GaveUp, Watch
from portal import tasks
from portal.models import Heartbeat, User

LOOK_EVERY = 0.1  # seconds
READY_WITHIN = 60.0
PROOF_WITHIN = 30.0
LIVE, SIGN_IN = "/health/live", "/accounts/login/"  # as text: URLs would load every page here
STOP_ORDER = ("web", "worker", "beat", "broker")
COLUMNS = (8, 34)


class Stopped(Exception):
    """Somebody asked the demo to end before it was running."""


class Ending:
    """Notes the wish to end. While nothing runs yet it is granted on the spot."""

    def __init__(self) -> None:
        self.asked = False
        self.at_once = True
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        if self.at_once:
            raise Stopped


@dataclass(frozen=True)
class Place:
    """Where this demo runs."""

    var: Path
    broker: brokers.Broker
    host: str
    listener: socket.socket

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    @property
    def visited_at(self) -> str:
        """The host that a visitor on this machine types."""
        everywhere = {"0.0.0.0": "localhost", "::": "localhost"}  # noqa: S104 -- looked up, not bound
        host = everywhere.get(self.host, self.host)
        return f"[{host}]" if ":" in host else host

    @property
    def url(self) -> str:
        return f"http://{self.visited_at}:{self.port}/"


class Command(BaseCommand):
    help = "Run the whole portal on a sample department: web, worker, beat and broker."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen")
        parser.add_argument(
            "--port", type=int, default=8000, help="taken: the next free one; 0: any"
        )
        parser.add_argument("--broker", choices=brokers.CHOICES, default="auto")
        parser.add_argument(
            "--check", action="store_true", help="prove that a task goes through the worker; end"
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        if settings.PRODUCTION:
            raise CommandError("The demo has known sign-ins: it does not start in production.")
        self._began = time.monotonic()
        ending = Ending()
        var: Path = settings.VAR_DIR
        try:
            with folder.lock(var):
                self._run(var, options, ending)
        except folder.Taken:
            raise CommandError(f"Another demo is running on the data folder {var}.") from None
        except Stopped:
            self._say("stopped.")

    def _run(self, var: Path, options: dict[str, Any], ending: Ending) -> None:
        folder.turn_logs(var)
        with self._place(var, options) as place:
            self._prepare()
            watch = Watch(changed=lambda watch: self._note(place, watch))
            try:
                ending.at_once = False
                self._start(watch, place, ending)
                if options["check"]:
                    self._prove(watch, place, ending)
                elif not ending.asked:
                    self._welcome(place)
                    self._keep(watch, ending)
            except GaveUp as failure:
                raise CommandError(str(failure)) from None
            finally:
                watch.stop(order=STOP_ORDER)
                brokers.clear(place.broker)
                folder.forget_state(var)
                self._say("stopped.")

    # --- before anything runs ---------------------------------------------------------------

    def _prepare(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Preparing the database ...")
            call_command("migrate", verbosity=0, interactive=False)
        if not User.objects.exists():
            self._say("Filling in a sample department ...")
        sample.fill(now=timezone.now())
        connection.close()

    @contextlib.contextmanager
    def _place(self, var: Path, options: dict[str, Any]) -> Iterator[Place]:
        try:
            broker = brokers.choose(options["broker"], environment=os.environ, var=var)
        except brokers.NoServer:
            raise CommandError(
                "No valkey or redis server runs here; try --broker filesystem."
            ) from None
        try:
            listener = folder.listen(options["host"], options["port"])
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on {options['host']}, port {options['port']}: {error}"
            ) from None
        with listener:
            place = Place(var, broker, options["host"], listener)
            if options["port"] not in {0, place.port}:
                self._say(f"Port {options['port']} is taken; using {place.port}.")
            yield place

    # --- while it runs ----------------------------------------------------------------------

    def _start(self, watch: Watch, place: Place, ending: Ending) -> None:
        self._use_broker(place)
        base = settings.BASE_DIR
        env = programs.environment(
            os.environ, var=place.var, broker=place.broker, host=place.host, port=place.port
        )
        if place.broker.argv:
            watch.start(programs.broker(place.broker, base=base, env=env))
            brokers.answers(place.broker, within=5.0)
        watch.start(programs.web(base=base, env=env, listener=place.listener.fileno()))
        # Visitors first: on a small machine three programs that load at once are slow all three.
        self._wait_for_page(watch, place, ending)
        watch.start(programs.worker(base=base, env=env))
        watch.start(programs.beat(base=base, env=env))

    def _use_broker(self, place: Place) -> None:
        """Put right what the settings of this process said before the broker was chosen."""
        changes: dict[str, Any] = {"broker_url": place.broker.url}
        if not place.broker.url.startswith("filesystem"):
            changes["broker_transport_options"] = {}
        current_app.conf.update(changes)

    def _wait_for_page(self, watch: Watch, place: Place, ending: Ending) -> None:
        until = time.monotonic() + READY_WITHIN
        while not ending.asked:
            watch.look()
            if self._get(place, LIVE):
                return
            if time.monotonic() > until:
                raise CommandError(f"The web server did not answer in {READY_WITHIN:.0f} seconds.")

    def _get(self, place: Place, path: str, *, within: float = 0.5) -> bool:
        """Ask our own web server, past any proxy; the request waits in the socket's queue."""
        web = http.client.HTTPConnection(place.visited_at.strip("[]"), place.port, timeout=within)
        try:
            web.request("GET", path)
            return web.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            time.sleep(LOOK_EVERY / 2)
            return False
        finally:
            web.close()

    def _keep(self, watch: Watch, ending: Ending) -> None:
        while not ending.asked:
            watch.look()
            time.sleep(LOOK_EVERY)

    def _prove(self, watch: Watch, place: Place, ending: Ending) -> None:
        """Send one task and wait for the mark that only a worker leaves."""
        if not self._get(place, SIGN_IN, within=10.0):
            raise CommandError("The sign-in page does not answer.")
        token = secrets.token_hex(8)
        mark = Heartbeat.objects.filter(pk=f"proof:{token}")
        sent = time.monotonic()
        tasks.prove.delay(token)
        while not mark.exists():
            watch.look()
            if ending.asked:
                raise CommandError("Stopped before the proof.")
            if time.monotonic() > sent + PROOF_WITHIN:
                raise CommandError(f"No worker took the task in {PROOF_WITHIN:.0f} seconds.")
            time.sleep(LOOK_EVERY)
        mark.delete()
        connection.close()
        self._say(
            f"check: the page answers, and a task went through the worker"
            f" ({place.broker.kind} broker) in {time.monotonic() - sent:.1f} s;"
            f" {time.monotonic() - self._began:.1f} s in all."
        )

    # --- what is said and written -----------------------------------------------------------

    def _note(self, place: Place, watch: Watch) -> None:
        broker = place.broker
        state = {
            "pid": os.getpid(),
            "host": place.host,
            "port": place.port,
            "url": place.url,
            "broker": broker.kind,
            "broker_url": "" if broker.kind == "external" else broker.url,  # may hold a password
            "children": {
                kept.program.name: {"pid": kept.child.pid, "starts": kept.starts}
                for kept in watch
                if kept.child
            },
        }
        folder.write_state(place.var, state)

    def _welcome(self, place: Place) -> None:
        seconds = time.monotonic() - self._began
        self._say(f"\nKefu is running · 客服门户已启动 ({seconds:.1f} s)\n\n    {place.url}\n")
        known = set(User.objects.values_list("username", flat=True))
        shown = [(name, post) for name, post in sample.SIGN_INS if name in known]
        connection.close()
        rows = [("Sign-in", "Post · 岗位", "Password · 密码")]
        rows += [(name, post, sample.PASSWORD) for name, post in shown]
        for name, post, password in rows if shown else []:
            self._say(f"    {_padded(name, COLUMNS[0])}{_padded(post, COLUMNS[1])}{password}")
        self._say(f"\nData and logs · 数据与日志: {place.var}\nCtrl-C stops everything · 停止\n")

    def _say(self, text: str) -> None:
        """Nobody may be listening any more: `demo | head -1` must not end it badly."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.stdout.write(text)
            self.stdout.flush()


def _padded(text: str, width: int) -> str:
    """Fill up with spaces; Chinese characters are two columns wide."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(1, width - taken)
