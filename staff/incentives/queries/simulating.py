"""What a month would pay under other numbers of the policy; nothing is written."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from portal.money import Fen
from portal.period import Month
from staff.incentives.enums import Settling
from staff.incentives.policies.settling import settle
from staff.incentives.policies.values import BASE, Facts, Key, Numbers, Settled
from staff.incentives.queries.computing import waived_lines
from staff.incentives.queries.facts import Reading, chosen, in_batches, numbers_of
from staff.rulebook import queries as rulebook
from staff.rulebook.models import Policy
from staff.rulebook.registry import Pay, Sum


class _Sums:
    """The money of all people under one set of numbers."""

    def __init__(self, numbers: Numbers, now: datetime) -> None:
        self.numbers, self.now = numbers, now
        self.zone = timezone.get_default_timezone()
        self.by_rule: dict[str, int] = defaultdict(int)
        self.payroll = self.packets = 0

    def add(self, facts: Facts, waived: Collection[Key]) -> Settled:
        found = settle(facts, numbers=self.numbers, zone=self.zone, now=self.now, waived=waived)
        self.by_rule[BASE] += found.base
        self.payroll += found.total
        for line in found.lines:
            self.by_rule[line.rule] += line.amount
            if line.settling == Settling.RED_PACKET:
                self.packets += line.amount
        return found


def pay(person_ids: Collection[int], month: Month, policy: Policy, now: datetime) -> Pay:
    """Return what the month of these people pays by the real versions, and by other numbers.

    Lines that an answer took back are left out both times; what came late is not part of it.
    """
    versions = rulebook.versions()
    old = _Sums(numbers_of(versions), now)
    new = _Sums(numbers_of(versions.as_if(policy, since=month.first_day)), now)
    changed = 0
    for batch in in_batches(chosen(person_ids)):
        reading = Reading(batch, [month])
        waived = waived_lines([one.pk for one in batch], [month])
        for one in batch:
            facts = reading.facts(one, month)
            taken_back = waived.get((one.pk, month.first_day), ())
            before, after = (sums.add(facts, taken_back) for sums in (old, new))
            changed += _money(before) != _money(after)
    return Pay(
        sums=tuple(
            Sum(rule=rule, before=Fen(old.by_rule[rule]), after=Fen(new.by_rule[rule]))
            for rule in sorted({*old.by_rule, *new.by_rule}, key=_in_order)
        ),
        payroll=(Fen(old.payroll), Fen(new.payroll)),
        packets=(Fen(old.packets), Fen(new.packets)),
        changed=changed,
    )


def _money(settled: Settled) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int, {"total": settled.total})
    for line in settled.lines:
        found[line.rule] += line.amount
    return found


def _in_order(rule: str) -> tuple[bool, str, int]:
    prefix, _dash, digits = rule.partition("-")
    return (rule != BASE, prefix, int(digits))
