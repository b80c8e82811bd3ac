"""`manage.py privacy`: give out, erase and retain personal data of customers (§10)."""

import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from portal import audit
from portal.enums import ErasureReason
from portal.privacy import erasing, exporting, log, persons, retaining
from portal.privacy.erasing import Wish
from portal.privacy.values import Subject

REASONS = {"request": ErasureReason.REQUEST, "unlawful": ErasureReason.UNLAWFUL}
WHOM = "platform name, phone, e-mail address, order number, or a key such as customer:12"


class Command(BaseCommand):
    help = "Give out, erase and retain personal data of customers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export", help="write all that is stored of a person as one ZIP")
        export.add_argument("--customer", required=True, metavar="WHO", help=WHOM)
        export.add_argument("--output", type=Path, required=True, metavar="FILE.zip")
        erase = acts.add_parser("erase", help="erase a person everywhere; figures stay")
        whom = erase.add_mutually_exclusive_group(required=True)
        whom.add_argument("--customer", metavar="WHO", help=WHOM)
        whom.add_argument("--again", action="store_true", help="after a backup was restored")
        erase.add_argument("--log", type=Path, metavar="FILE", help="with --again: the log to use")
        erase.add_argument("--reason", choices=REASONS, default="request")
        erase.add_argument("--reference", default="", metavar="NUMBER", help="of the request")
        erase.add_argument("--even-open", action="store_true", help="though cases are open")
        erase.add_argument("--dry-run", action="store_true", help="say what would change")
        erase.add_argument("--yes", action="store_true", help="do not ask")
        retain = acts.add_parser("retain", help="erase whose retention time is over")
        retain.add_argument("--dry-run", action="store_true", help="say how many they are")
        retain.add_argument("--most", type=int, default=1000, metavar="N")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        with translation.override("en"), audit.coming_from(f"manage.py privacy {options['act']}"):
            try:
                getattr(self, f"_{options['act']}")(options)
            except persons.NobodyFound:
                raise CommandError("Nobody is known by this.") from None
            except persons.SeveralFound as several:
                known = "\n".join(f"  {hit.kind}:{hit.key} {hit.text}" for hit in several.found)
                raise CommandError(f"Several persons are known by this:\n{known}") from None
            except erasing.StillOpen as still:
                why = " ".join(still.why)
                raise CommandError(f"{why} Close it first, or use --even-open.") from None
            except erasing.FilesAtWork:
                raise CommandError("A file with this person is being imported; wait.") from None

    def _export(self, options: dict[str, Any]) -> None:
        subject = persons.the_one(options["customer"])
        path: Path = options["output"]
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with (
                exporting.export(subject=subject, actor=None, why="", now=timezone.now()) as found,
                draft.open("wb") as file,
            ):
                shutil.copyfileobj(found, file)
            draft.chmod(0o600)
            draft.replace(path)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from None
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"Written: {path}")

    def _erase(self, options: dict[str, Any]) -> None:
        if options["again"]:
            self._again(options)
            return
        wish = Wish(
            subject=persons.the_one(options["customer"]),
            actor=None,
            reason=REASONS[options["reason"]],
            reference=options["reference"],
            even_open=options["even_open"],
        )
        now = timezone.now()
        if options["dry_run"] or not options["yes"]:
            self._tell(erasing.try_out(wish, now=now))
        if options["dry_run"]:
            self.stdout.write("Nothing is changed: this was a dry run.")
            return
        if not options["yes"] and input("This cannot be undone. Type yes to erase: ") != "yes":
            raise CommandError("Nothing is changed.")
        done = erasing.erase(wish, now=now)
        self.stdout.write(f"Erased: {sum(done.counts.values())} rows, erasure {done.erasure}.")

    def _tell(self, done: erasing.Done) -> None:
        for code, count in done.counts.items():
            self.stdout.write(f"{persons.label_of(code)}: {count}")

    def _again(self, options: dict[str, Any]) -> None:
        """Erase anew whoever a restored backup brought back."""
        lines = list(log.stored())
        file: Path = options["log"] or log.path()
        try:
            lines += log.read(file)
        except FileNotFoundError:
            if options["log"]:
                raise CommandError(f"There is no file {file}.") from None
        except log.NoLog as bad:
            raise CommandError(f"{file}: line {bad.line} is not one of the log.") from None
        count = 0
        for line in lines:
            subject = log.returned(line)
            if subject is None:
                continue
            count += 1
            if not options["dry_run"]:
                self._once_more(subject)
        done = "would be erased" if options["dry_run"] else "were erased"
        self.stdout.write(f"{count} of {len(lines)} erasures {done} again.")

    def _once_more(self, subject: Subject) -> None:
        wish = Wish(subject=subject, actor=None, reason=ErasureReason.AGAIN, even_open=True)
        erasing.erase(wish, now=timezone.now())

    def _retain(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        if options["dry_run"]:
            count = len(list(retaining.due(now, most=options["most"])))
            self.stdout.write(
                f"{count} persons are due; last thing before {retaining.before(now):%Y-%m-%d}."
            )
            return
        done, failed = retaining.retain(now=now, most=options["most"])
        self.stdout.write(f"retention: {done} erased, {failed} not possible now")
