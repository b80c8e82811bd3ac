"""`manage.py verify`: whether the ledger is what was written into it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from staff.incentives.queries import soundness
from staff.incentives.texts import settlement as texts


class Command(BaseCommand):
    help = "Recompute the running hash of the ledger; exit status 1 where a byte was changed."

    def handle(self, *_: object, **__: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        with translation.override("en"):
            found = soundness.check()
            if found.finding is not None:
                raise CommandError(texts.unsound(found.finding))
            self.stdout.write(texts.sound(found))
