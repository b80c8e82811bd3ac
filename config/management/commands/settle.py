"""`manage.py settle MONTH`: compute a month, publish it, close it in the name of two persons."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from portal import audit
from portal.money import Fen, display_yuan
from portal.period import Month, NotAMonth
from staff.incentives.queries.statements import statements
from staff.incentives.services import closing, settling
from staff.incentives.texts import settlement as texts
from staff.people.models import Person


def month(text: str) -> Month:
    """Return a month such as 2026-10."""
    try:
        return Month.parse(text)
    except NotAMonth:
        raise ArgumentTypeError(f"{text!r} is not a month such as 2026-10") from None


class Command(BaseCommand):
    help = "Compute the statements of a month anew; publish or close it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", type=month, metavar="MONTH", help="such as 2026-10")
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--publish", action="store_true", help="write it into the ledger")
        acts.add_argument("--close", action="store_true", help="close it for ever, with two names")
        parser.add_argument("--by", metavar="NUMBER", help="who closes it")
        parser.add_argument("--and", metavar="NUMBER", dest="and_by", help="who closes it, too")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        wanted: Month = options["month"]
        if bool(options["by"] or options["and_by"]) and not options["close"]:
            raise CommandError("--by and --and go with --close.")
        with translation.override("en"), audit.coming_from("manage.py settle"):
            try:
                if options["close"]:
                    self._close(wanted, options["by"], options["and_by"])
                else:
                    self._settle(wanted, publish=options["publish"])
            except texts.REFUSALS as refusal:
                raise CommandError(texts.refusal(refusal, wanted)) from None

    def _settle(self, wanted: Month, *, publish: bool) -> None:
        now = timezone.now()
        act = settling.publish if publish else settling.settle
        done = act(wanted, actor=None, now=now)
        self.stdout.write(texts.done(done))
        for statement in statements(done.settlement):
            if statement.is_much:
                self.stderr.write(texts.warning(statement))

    def _close(self, wanted: Month, by: str | None, and_by: str | None) -> None:
        if not (by and and_by):
            raise CommandError("A month is closed by two persons: give --by NUMBER --and NUMBER.")
        settlement = closing.close(
            wanted,
            by=self._person(by),
            also_by=self._person(and_by),
            actor=None,
            now=timezone.now(),
        )
        total = Fen(sum(statement.total for statement in statements(settlement)))
        self.stdout.write(f"{wanted} is closed; the payroll is {display_yuan(total)} yuan.")

    def _person(self, number: str) -> Person:
        found = Person.objects.filter(number=number).first()
        if found is None:
            raise CommandError(f"Nobody has the number {number}.")
        return found
