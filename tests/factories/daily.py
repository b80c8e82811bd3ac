from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from staff import models
from staff.daily.enums import Department, Figure, Reason, ReminderStage, ReportState, SummaryState
from staff.people.enums import Post
from tests.factories.staff import PersonFactory, StoreFactory, TeamFactory

DAY = date(2026, 11, 2)
DUE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
FILED = datetime(2026, 11, 2, 9, 20, tzinfo=UTC)


def day_shift():
    return models.ShiftType.objects.get(code="day")


class DailyReportFactory(DjangoModelFactory):
    """A report of the day shift of 2 November 2026, filed ten minutes before its end."""

    class Meta:
        model = models.DailyReport

    class Params:
        draft_only = factory.Trait(state=ReportState.DRAFT, filed_at=None)

    person = factory.SubFactory(PersonFactory)
    day = DAY
    post = Post.POSTSALE
    shift_type = factory.LazyFunction(day_shift)
    due_at = DUE
    state = ReportState.FILED
    saved_at = FILED
    filed_at = FILED


class ReportFigureFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportFigure

    report = factory.SubFactory(DailyReportFactory)
    figure = Figure.REFUNDS
    value = 3


class ReportReasonFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportReason

    report = factory.SubFactory(DailyReportFactory)
    reason = Reason.PRICE
    count = 2


class ReportQuestionFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportQuestion

    report = factory.SubFactory(DailyReportFactory)
    text = factory.Sequence(lambda n: f"第{n}问：能不能开专票？")


class UnfinishedOrderFactory(DjangoModelFactory):
    class Meta:
        model = models.UnfinishedOrder

    report = factory.SubFactory(DailyReportFactory)
    store = factory.SubFactory(StoreFactory)
    buyer = "tb_青山依旧"
    order_number = factory.Sequence(lambda n: f"2811{n:08}")
    bought_on = date(2026, 10, 28)
    problem = "外箱破损"
    asks = "补发一个杯盖"
    due_at = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


class ReportReminderFactory(DjangoModelFactory):
    class Meta:
        model = models.ReportReminder

    person = factory.SubFactory(PersonFactory)
    day = DAY
    stage = ReminderStage.BEFORE
    at = FILED


class ShiftSummaryFactory(DjangoModelFactory):
    """A summary that is being written; `sent` is one that deputy and supervisor have."""

    class Meta:
        model = models.ShiftSummary

    class Params:
        sent = factory.Trait(
            state=SummaryState.SENT, sent_at=DUE, sent_by=factory.SubFactory(PersonFactory)
        )

    team = factory.SubFactory(TeamFactory)
    day = DAY
    shift_type = factory.LazyFunction(day_shift)
    saved_at = DUE


class SummaryCheckFactory(DjangoModelFactory):
    class Meta:
        model = models.SummaryCheck

    summary = factory.SubFactory(ShiftSummaryFactory)
    figure = Figure.REFUNDS
    value = 3
    checked_by = factory.SubFactory(PersonFactory)
    checked_at = DUE


class PassedOnFactory(DjangoModelFactory):
    class Meta:
        model = models.PassedOn

    summary = factory.SubFactory(ShiftSummaryFactory)
    department = Department.PRODUCT
    text = "杯盖破损集中在同一批次"


class HandedOverFactory(DjangoModelFactory):
    class Meta:
        model = models.HandedOver

    summary = factory.SubFactory(ShiftSummaryFactory)
    kind = "followup"
    number = factory.Sequence(lambda n: f"F20261102-{n:04}")
    owner = factory.SubFactory(PersonFactory)
