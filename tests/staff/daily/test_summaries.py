"""Shift summaries as services write them, and the sums that they stand on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.models import Notice
from portal.period import DaySpan
from staff.daily.enums import Department as To
from staff.daily.enums import Figure, Reason, SummaryState
from staff.daily.models import HandedOver, PassedOn, ReportQuestion, ShiftSummary
from staff.daily.queries import sums
from staff.daily.queries.shifts import Key, listed, shift_of
from staff.daily.services import summaries as services
from staff.daily.services.summaries import Words
from staff.people.access import scope_of
from tests.at_once import problems_of
from tests.factories.complaints import ComplaintFactory, FollowUpFactory
from tests.factories.daily import (
    DAY,
    DailyReportFactory,
    HandedOverFactory,
    ReportFigureFactory,
    ReportReasonFactory,
    ShiftSummaryFactory,
    SummaryCheckFactory,
    day_shift,
)
from tests.factories.staff import AbsenceFactory
from tests.staff.daily.scene import END, department, file, on_shift

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def them():
    return department()


def shift(them):
    return shift_of(them.team.pk, DAY, "day")


def send(them, *, version=0, actor=None, **words):
    said = {"checked": [Figure.REFUNDS]} | words
    return services.send_summary(
        actor=actor or them.lead, shift=shift(them), words=Words(**said), version=version, now=END
    )


def save(them, *, version=0, **words):
    return services.save_summary(
        actor=them.lead, shift=shift(them), words=Words(**words), version=version, now=END
    )


def key(them):
    return Key(them.team.pk, DAY, day_shift().pk)


def filed(them, day, value, *, figure=Figure.REFUNDS, person=None, **more):
    report = DailyReportFactory(
        person=person or them.agent, team=more.pop("team", them.team), day=day, **more
    )
    ReportFigureFactory(report=report, figure=figure, value=value)
    return report


def test_figures_are_summed_and_compared_with_yesterday_and_the_usual(them):
    filed(them, DAY, 4)
    filed(them, DAY, 3, person=them.mate)
    filed(them, DAY, 100, person=them.stranger, team=them.other_team)
    filed(them, DAY - timedelta(days=1), 9)
    for weeks, value in ((1, 2), (2, 8), (4, 4), (5, 1000)):
        filed(them, DAY - timedelta(weeks=weeks), value)
    draft = DailyReportFactory(person=them.lead, team=them.team, draft_only=True)
    ReportFigureFactory(report=draft, value=1000)
    found = {row.figure: row for row in sums.of_shift(key(them))}
    row = found[Figure.REFUNDS]
    assert (row.value, row.yesterday, row.usual) == (7, 9, 4)
    assert found[Figure.INQUIRIES].value is None


def test_reasons_are_counted_most_frequent_first(them):
    counted = {them.agent: {Reason.STOCK: 1, Reason.PRICE: 2}, them.mate: {Reason.PRICE: 3}}
    for person, counts in counted.items():
        report = DailyReportFactory(person=person, team=them.team)
        for reason, count in counts.items():
            ReportReasonFactory(report=report, reason=reason, count=count)
    assert sums.reasons_of_shift(key(them)) == {Reason.PRICE: 5, Reason.STOCK: 1}


def test_a_period_sums_the_same_rows_as_its_shifts_and_only_what_one_sees(them):
    for day, value in ((DAY, 4), (DAY + timedelta(days=1), 5)):
        filed(them, day, value)
    filed(them, DAY, 1, person=them.mate, late_minutes=3)
    filed(them, DAY, 100, person=them.stranger, team=them.other_team)
    span = DaySpan(DAY, DAY + timedelta(days=6))
    lead = sums.of_period(scope_of(them.lead.user, today=DAY), span)
    assert lead.totals == {Figure.REFUNDS: 10}
    assert (lead.report_totals, lead.by_day[DAY]) == ((3, 1), {Figure.REFUNDS: 5})
    assert sums.of_period(scope_of(them.agent.user, today=DAY), span).totals == {Figure.REFUNDS: 9}
    above = scope_of(them.supervisor.user, today=DAY)
    assert sums.of_period(above, span).totals == {Figure.REFUNDS: 110}
    assert sums.of_period(above, span, team=them.other_team.pk).totals == {Figure.REFUNDS: 100}
    assert sums.of_period(scope_of(them.outsider, today=DAY), span).totals == {}


def test_a_summary_is_saved_with_checks_questions_and_findings(them):
    report = file(them.agent, questions=["能不能开专票？", "不难的问题"])
    hard, easy = report.questions.order_by("pk")
    first = save(
        them,
        hard=[hard.pk],
        checked=[Figure.REFUNDS, Figure.EXCHANGES],
        passed_on=[(To.PRODUCT, "杯盖破损")],
        note="平稳",
    )
    assert (first.state, first.note) == (SummaryState.DRAFT, "平稳")
    assert list(first.checks.values_list("figure", "value")) == [("REFUNDS", 2)]  # no sum, no tick
    assert list(ReportQuestion.objects.filter(is_hard=True)) == [hard]
    second = save(them, version=first.version, hard=[easy.pk], passed_on=[(To.OPERATIONS, "满减")])
    assert list(ReportQuestion.objects.filter(is_hard=True)) == [easy]
    assert list(PassedOn.objects.values_list("department", "text")) == [("OPERATIONS", "满减")]
    assert second.checks.count() == 0


def test_a_check_stands_for_the_sum_that_was_checked(them):
    file(them.agent)
    first = save(them, checked=[Figure.REFUNDS])
    file(them.mate)
    assert first.checks.get().value == 2
    again = save(them, version=first.version, checked=[Figure.REFUNDS])
    assert again.checks.get().value == 4


def test_a_summary_is_never_saved_over_another(them):
    first = save(them, note="一")
    with pytest.raises(services.ChangedMeanwhile):
        save(them, note="二")
    assert save(them, note="一").version == first.version  # the same form sent twice
    question = file(them.agent, questions=["能不能开专票？"]).questions.get()
    with pytest.raises(services.ChangedMeanwhile):
        save(them, note="一", hard=[question.pk])
    assert ShiftSummary.objects.get().note == "一"


def test_a_sent_summary_tells_deputy_and_supervisor_once_and_keeps_the_list(them):
    file(them.agent)
    followup = FollowUpFactory(owner=them.mate, store=them.store)
    FollowUpFactory(owner=them.stranger, store=them.other_store)
    sent = send(them)
    assert (sent.state, sent.sent_by, sent.missing) == (SummaryState.SENT, them.lead, 1)
    assert list(HandedOver.objects.values_list("kind", "number", "owner")) == [
        ("followup", followup.number, them.mate.pk)
    ]
    told = Notice.objects.filter(kind=services.SENT)
    assert {notice.receiver for notice in told} == {them.deputy.user, them.supervisor.user}
    assert told[0].params["missing"] == 1
    with pytest.raises(services.AlreadySent):
        send(them, version=sent.version)
    with pytest.raises(services.AlreadySent):
        save(them, version=sent.version, note="晚了")
    assert Notice.objects.filter(kind=services.SENT).count() == 2


def test_whoever_sends_is_not_told(them):
    send(them, actor=them.deputy, checked=[])
    told = Notice.objects.filter(kind=services.SENT)
    assert [notice.receiver for notice in told] == [them.supervisor.user]


def test_nothing_is_sent_before_every_after_sale_figure_is_checked(them):
    file(them.agent, figures={Figure.REFUNDS: 2, Figure.INQUIRIES: 9})
    with pytest.raises(services.NotReady) as refused:
        send(them, checked=[])
    assert refused.value.code == "summary_unchecked"
    assert ShiftSummary.objects.count() == 0
    assert send(them).state == SummaryState.SENT


def test_nobody_leaves_a_case_without_an_owner(them):
    owing = {"due_at": END + timedelta(hours=1)}
    case = ComplaintFactory(store=them.store, owner=None, **owing)
    ComplaintFactory(store=them.store, owner=None, due_at=None)  # owes nothing any more
    ComplaintFactory(store=them.other_store, owner=None, **owing)
    with pytest.raises(services.NotReady) as refused:
        send(them)
    assert refused.value.code == "summary_unowned"
    case.owner = them.mate
    case.save()
    send(them)
    assert list(HandedOver.objects.values_list("kind", "number")) == [("case", case.number)]


@pytest.mark.django_db(transaction=True)
def test_of_two_sendings_at_once_one_counts(them):
    file(them.agent)
    problems = problems_of(
        lambda: send(them, actor=them.lead), lambda: send(them, actor=them.deputy)
    )
    assert [type(one) for one in problems] == [services.AlreadySent]
    assert ShiftSummary.objects.count() == 1


def test_a_shift_knows_who_is_missing_late_and_away(them):
    file(them.agent, now=END + timedelta(minutes=5))
    found = shift(them)
    assert [one.number for one in found.missing] == [them.mate.number]
    assert (found.filed, found.lead.number, len(found.expected)) == (1, them.lead.number, 2)
    AbsenceFactory(person=them.mate, day=DAY)
    assert shift(them).missing == []
    assert shift_of(them.team.pk, DAY, "evening") is None


def test_a_report_stays_on_the_page_of_its_shift_when_the_roster_changes(them):
    file(them.agent)
    them.agent.assignments.all().delete()
    found = shift(them)
    assert [one.number for one in found.members if one.filed_at] == [them.agent.number]
    assert [one.number for one in found.missing] == [them.mate.number]


def test_the_list_of_shifts_counts_reports_and_knows_the_summary(them):
    file(them.agent, now=END + timedelta(minutes=5))
    on_shift(them, day=DAY + timedelta(days=1))
    ShiftSummaryFactory(team=them.team, sent=True)
    span = DaySpan(DAY - timedelta(days=3), DAY + timedelta(days=3))
    lines = listed(scope_of(them.lead.user, today=DAY), span, now=END, team=None)
    assert [(line.day, line.expected, line.filed, line.late, line.state) for line in lines] == [
        (DAY, 2, 1, 1, "SENT")
    ]
    assert (lines[0].lead, lines[0].missing) == (them.lead.name, 1)
    assert listed(scope_of(them.other_lead.user, today=DAY), span, now=END, team=None) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("agent", False), ("lead", True), ("deputy", True), ("supervisor", True),
        ("other_lead", False), ("outsider", False),
    ],
)  # fmt: skip
def test_a_summary_is_seen_by_its_lead_and_the_team_above(them, who, sees):
    ShiftSummaryFactory(team=them.team)
    someone = getattr(them, who)
    scope = scope_of(getattr(someone, "user", someone), today=DAY)
    assert ShiftSummary.objects.visible_to(scope).exists() is sees


@pytest.mark.parametrize(
    "make",
    [
        lambda: ShiftSummaryFactory(state=SummaryState.SENT),
        lambda: ShiftSummaryFactory(sent_at=END),
        lambda: ShiftSummaryFactory(team=ShiftSummaryFactory().team),
        lambda: SummaryCheckFactory(summary=SummaryCheckFactory().summary),
        lambda: HandedOverFactory(number="F1", summary=HandedOverFactory(number="F1").summary),
    ],
)
def test_the_database_refuses_what_must_not_be(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
