"""`manage.py export KIND`: everything of a kind, in the columns of its import."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from portal import audit
from portal.transfer import output, registry
from portal.transfer.registry import Context


def month(text: str) -> date:
    """Return the first day of a month such as 2026-10."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a month such as 2026-10") from None


class Command(BaseCommand):
    help = "Write all rows of a kind as CSV, XLSX or JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = [kind.name for kind in registry.kinds() if kind.export is not None]
        parser.add_argument("kind", choices=kinds, metavar="KIND", help=", ".join(kinds))
        parser.add_argument("--month", type=month, metavar="2026-10")
        parser.add_argument("--format", choices=sorted(output.WRITERS), default="csv")
        parser.add_argument("--output", type=Path, metavar="FILE", help="else standard output")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        kind = registry.get(options["kind"])
        if kind.export is None:
            raise CommandError(f"{kind.name} cannot be exported.")
        now = timezone.now()
        zone = timezone.get_default_timezone()
        context = Context(actor=None, now=now, zone=zone, month=options["month"])
        write = output.writer(kind, options["format"], context)
        try:
            with translation.override("en"), self._target(options["output"]) as file:
                rows = write(kind, kind.export(context), file, zone, chinese=False)
        except output.CellTooLong:
            raise CommandError("A text is too long for a workbook. Export it as CSV.") from None
        except registry.NothingToExport as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from None
        with audit.coming_from("manage.py export"):
            after = {"kind": kind.name, "format": options["format"], "rows": rows}
            if options["month"]:
                after["month"] = f"{options['month']:%Y-%m}"
            audit.record(actor=None, verb="export.done", at=now, after=after)

    @contextmanager
    def _target(self, path: Path | None) -> Iterator[IO[bytes]]:
        """Give the file to write; it takes its name only when it is whole."""
        if path is None:
            buffer = getattr(self.stdout, "buffer", None) or sys.stdout.buffer
            yield buffer
            buffer.flush()
            return
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with draft.open("wb") as file:
                yield file
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
