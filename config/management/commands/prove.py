"""`manage.py prove TOKEN`: ring for a task that leaves a mark, to prove that a worker runs."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from portal import tasks


class Command(BaseCommand):
    help = "Send one task that leaves a heartbeat named proof:TOKEN."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("token")

    def handle(self, *_args: object, token: str, **_options: object) -> None:
        tasks.prove.delay(token)
