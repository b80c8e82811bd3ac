"""`manage.py tick`: do what is due, without Celery."""

import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal import audit, outbox, ticking


class Command(BaseCommand):
    help = "Do what is due: reminders and messages. Runs until stopped; any number may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end.")
        parser.add_argument("--seconds", type=float, default=2.0, help="Pause between two looks.")

    def handle(self, *_args: object, once: bool, seconds: float, **_options: object) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        with audit.coming_from("tick"):
            while not stop.is_set():
                done = ticking.run(clock=timezone.now)
                done += outbox.send_due(clock=timezone.now)
                if once:
                    self.stdout.write(f"tick: {done} done")
                    return
                stop.wait(seconds)
