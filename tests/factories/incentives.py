from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from staff import models
from staff.incentives.enums import MonthState, Settling
from tests.factories.staff import PersonFactory

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
MONTH = date(2026, 10, 1)


class SettlementFactory(DjangoModelFactory):
    """A draft of October 2026."""

    class Meta:
        model = models.Settlement

    month = MONTH
    computed_at = NOW

    class Params:
        published = factory.Trait(state=MonthState.PUBLISHED, published_at=NOW)
        closed = factory.Trait(
            state=MonthState.CLOSED,
            published_at=NOW,
            first_closer=factory.SubFactory(PersonFactory),
            signed_at=NOW,
            second_closer=factory.SubFactory(PersonFactory),
            closed_at=NOW,
        )


class DraftLineFactory(DjangoModelFactory):
    class Meta:
        model = models.DraftLine

    settlement = factory.SubFactory(SettlementFactory)
    person = factory.SubFactory(PersonFactory)
    about = MONTH
    rule = "LEAVE-2"
    policy = date(2026, 1, 1)
    day = date(2026, 10, 31)
    event = date(2026, 10, 31)
    halves = 4
    amount_fen = 38710
    settling = Settling.PAYROLL
    evidence = "{}"


class LedgerLineFactory(DraftLineFactory):
    """A line with a made-up hash; the services write the chain."""

    class Meta:
        model = models.LedgerLine

    settlement = factory.SubFactory(SettlementFactory, published=True)
    number = factory.Sequence(lambda n: n + 1)
    confirmed_at = NOW
    digest = "0" * 64


class DisputeFactory(DjangoModelFactory):
    class Meta:
        model = models.Dispute

    settlement = factory.SubFactory(SettlementFactory, published=True)
    person = factory.SubFactory(PersonFactory)
    about = MONTH
    rule = "ATT-1"
    day = date(2026, 10, 8)
    event = date(2026, 10, 8)
    side = "IN"
    reason = "打卡机坏了"
    raised_at = NOW


class ConfirmationFactory(DjangoModelFactory):
    class Meta:
        model = models.Confirmation

    settlement = factory.SubFactory(SettlementFactory, published=True)
    person = factory.SubFactory(PersonFactory)
    confirmed_at = NOW
