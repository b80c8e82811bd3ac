"""`manage.py import KIND FILE`: the contract is data-formats, in English whatever the settings."""

import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from portal import audit
from portal.enums import RunState
from portal.transfer import registry, runner, texts
from portal.transfer.jobs import Job, Listener, Report, TakenOver
from portal.transfer.registry import Context, Finding, Kind
from portal.transfer.tables import Unreadable


class Command(BaseCommand):
    help = "Read a CSV or XLSX file of people, complaints, ... into the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = [kind.name for kind in registry.kinds() if kind.resource is not None]
        parser.add_argument("kind", choices=kinds, metavar="KIND", help=", ".join(kinds))
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check the file, write nothing")
        parser.add_argument(
            "--partial", action="store_true", help="write the good rows even if others are bad"
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        kind = registry.get(options["kind"])
        context = Context(
            actor=None,
            now=timezone.now(),
            zone=timezone.get_default_timezone(),
            partial=options["partial"],
            dry_run=options["dry_run"],
        )
        with translation.override("en"), audit.coming_from("manage.py import"):
            report = self._import(kind, options["file"], context)
        if report.status:
            sys.exit(report.status)

    def _import(self, kind: Kind, path: Path, context: Context) -> Report:
        def say(finding: Finding) -> None:
            self.stderr.write(texts.line(kind, finding))

        listener = Listener(progress=self._progress, rejected=say, warned=say)
        job = Job(kind=kind, path=path, context=context, clock=timezone.now, listener=listener)
        try:
            report = runner.run_import(job if context.dry_run else self._recorded(job))
        except Unreadable as refusal:
            report = Report(unreadable=refusal)
        except TakenOver:
            raise CommandError("Another process has taken this import over.") from None
        if report.unreadable is None:
            self.stdout.write(texts.total(kind.name, report.counts))
        else:
            self.stderr.write(texts.unreadable(report.unreadable, kind))
        return report

    def _recorded(self, job: Job) -> Job:
        run = runner.start_run(job, filename=job.path.name)
        if run.rows_written:
            self.stderr.write(
                f"An earlier import of this file was cut off; it goes on after {run.rows_written} "
                f"of {run.rows_total} rows."
            )
        return replace(job, run=run)

    def _progress(self, state: RunState, rows: int, total: int | None) -> None:
        if self.stderr.isatty():
            end = f" of {total}" if total else ""
            self.stderr.write(f"\r{state.label}: {rows}{end}", ending="")
