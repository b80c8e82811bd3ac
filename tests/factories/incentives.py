from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from staff import models
from staff.incentives.enums import Aim, Bound, Measure, MonthState, RunAct, Settling
from tests.factories.portal import UserFactory
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


class AdjustmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Adjustment

    source = factory.Sequence(lambda n: f"test:{n}")
    person = factory.SubFactory(PersonFactory)
    rule = "INC-4"
    day = date(2026, 10, 20)
    amount_fen = -1200
    reason = "补发运费"
    decided_at = NOW


class TargetFactory(DjangoModelFactory):
    """Follow-ups of a person in October 2026, nine of ten in time."""

    class Meta:
        model = models.Target

    name = factory.Sequence(lambda n: f"目标{n}")
    measure = Measure.FOLLOWUPS_IN_TIME
    aim = Aim.PERSON
    person = factory.SubFactory(PersonFactory)
    first_day = date(2026, 10, 1)
    last_day = date(2026, 10, 31)
    bound = Bound.AT_LEAST
    goal = 9000
    set_at = NOW


class TargetResultFactory(DjangoModelFactory):
    class Meta:
        model = models.TargetResult

    target = factory.SubFactory(TargetFactory)
    value = 9200
    rows = 25
    reached = True
    frozen_at = NOW


class TargetRowFactory(DjangoModelFactory):
    class Meta:
        model = models.TargetRow

    result = factory.SubFactory(TargetResultFactory)
    key = factory.Sequence(lambda n: f"F20261012-{n:04}")
    at = NOW
    value = 10000


class MeasurementFactory(DjangoModelFactory):
    class Meta:
        model = models.Measurement

    measure = Measure.INQUIRIES
    key = factory.Sequence(lambda n: f"2026-10-{n}")
    person = factory.SubFactory(PersonFactory)
    at = NOW
    value = 1000
    recorded_at = NOW


class SettlementRunFactory(DjangoModelFactory):
    class Meta:
        model = models.SettlementRun

    month = MONTH
    act = RunAct.SETTLE
    actor = factory.SubFactory(UserFactory)
    asked_at = NOW
    rung_at = NOW
