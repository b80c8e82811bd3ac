"""What the ledger lacks: the lines that stand against those that a month comes to now (INC-1)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.money import Fen
from staff.incentives.policies.values import Line, on_payroll


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the ledger that is neither a reversal nor reversed, with its number."""

    number: int
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line to be written; `about` is the first day of the month that it is about.

    `reverses` is the number of the line that it takes back.
    """

    about: date
    line: Line
    reverses: int | None = None

    @property
    def order(self) -> tuple[date, bool, date, str, str, date, int]:
        """By month; what is taken back before what is new."""
        return (self.about, self.reverses is None, *self.line.order, self.reverses or 0)


def entries_of(about: date, lines: Iterable[Line]) -> list[Entry]:
    """Return the entries of a month of which nothing stands in the ledger."""
    return [Entry(about=about, line=line) for line in lines]


def differences(about: date, standing: Sequence[Standing], fresh: Sequence[Line]) -> list[Entry]:
    """Return the reversals and new lines that make what stands say what is found now.

    A line whose quantity, amount and settlement are unchanged stays, whatever its evidence.
    """
    wanted: dict[tuple[str, date, str, date], list[Line]] = defaultdict(list)
    for line in fresh:
        wanted[line.place].append(line)
    found = []
    for row in standing:
        same = next((line for line in wanted[row.line.place] if line.says == row.line.says), None)
        if same is None:
            found.append(Entry(about=about, line=reversal(row.line), reverses=row.number))
        else:
            wanted[row.line.place].remove(same)
    new = [Entry(about=about, line=line) for lines in wanted.values() for line in lines]
    return sorted([*found, *new], key=lambda entry: entry.order)


def reversal(line: Line) -> Line:
    """Return the line that takes another one back."""
    return replace(line, amount=Fen(-line.amount), evidence={})


def netted(entries: Iterable[Entry]) -> list[Line]:
    """Return one payroll line for each thing that lines are about, with what they add up to.

    A deduction that is taken back and made anew, smaller, is then no deduction but a payment.
    """
    sums: dict[tuple[date, tuple[str, date, str, date]], list[Line]] = defaultdict(list)
    for entry in entries:
        for line in on_payroll([entry.line]):
            sums[entry.about, line.place].append(line)
    found = [
        replace(lines[-1], amount=Fen(sum(line.amount for line in lines)))
        for lines in sums.values()
    ]
    return [line for line in found if line.amount]
