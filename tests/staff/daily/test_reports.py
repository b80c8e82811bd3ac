"""Reports as services write them: saved, filed once, corrected, answered, seen by whom."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.models import AuditEntry, Notice
from portal.submissions import AlreadySubmitted
from staff.daily.enums import Figure, Reason, ReportState, SummaryState
from staff.daily.models import DailyReport, ReportFigure, ReportQuestion, UnfinishedOrder
from staff.daily.queries import known, places
from staff.daily.services import reports as services
from staff.daily.services.reports import Content, Unfinished
from staff.people.access import scope_of
from staff.people.enums import Post
from staff.rulebook import queries as rulebook
from tests.at_once import problems_of
from tests.factories.daily import (
    DAY,
    DailyReportFactory,
    ReportFigureFactory,
    ReportQuestionFactory,
    ReportReasonFactory,
    ShiftSummaryFactory,
    UnfinishedOrderFactory,
)
from tests.factories.staff import AssignmentFactory, PersonFactory, ShiftTypeFactory
from tests.staff.daily.scene import END, NOON, department, file, place

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LATE = END + timedelta(minutes=42, seconds=50)


@pytest.fixture
def them():
    return department()


def save(person, *, version, editor, now=NOON, **draft):
    return services.save_draft(
        actor=person, place=place(person), draft=draft, editor=editor, version=version, now=now
    )


def order(them, **more):
    said = {
        "store_id": them.store.pk, "buyer": "tb_青山依旧", "order_number": "281100000001",
        "bought_on": date(2026, 10, 28), "problem": "外箱破损", "asks": "补发一个杯盖",
        "due_at": END + timedelta(days=1),
    }  # fmt: skip
    return Unfinished(**said | more)


def test_a_draft_is_made_by_the_first_saving_and_holds_what_was_typed(them):
    page = uuid.uuid4()
    first = save(them.agent, version=0, editor=page, learnt="先复述问题")
    again = save(them.agent, version=first.version, editor=page, learnt="先复述问题再答")
    same = save(them.agent, version=again.version, editor=page, learnt="先复述问题再答")
    assert (first.pk, first.version, again.version, same.version) == (again.pk, 1, 2, 2)
    stored = DailyReport.objects.get()
    assert stored.state == ReportState.DRAFT
    assert (stored.draft, stored.team, stored.due_at) == (
        {"learnt": "先复述问题再答"}, them.team, END
    )  # fmt: skip


def test_a_page_does_not_overwrite_what_another_has_saved(them):
    phone, desk = uuid.uuid4(), uuid.uuid4()
    save(them.agent, version=0, editor=phone, learnt="手机上写的")
    with pytest.raises(services.ChangedMeanwhile) as refused:
        save(them.agent, version=0, editor=desk, learnt="电脑上写的")
    assert refused.value.current.draft == {"learnt": "手机上写的"}
    kept = save(them.agent, version=refused.value.current.version, editor=desk, learnt="合并")
    assert kept.draft == {"learnt": "合并"}
    # A saving of the same page that was overtaken by its successor is no conflict.
    assert save(them.agent, version=0, editor=desk, learnt="合并后").draft == {"learnt": "合并后"}


def test_a_page_that_brings_the_same_words_again_meets_no_conflict(them):
    """The page before it was lost with the answer to its last saving."""
    kept = save(them.agent, version=0, editor=uuid.uuid4(), learnt="先复述问题")
    again = save(them.agent, version=0, editor=uuid.uuid4(), learnt="先复述问题")
    assert (again.version, again.editor) == (kept.version, kept.editor)


def test_a_filed_report_holds_figures_reasons_questions_and_orders(them):
    page = uuid.uuid4()
    draft = save(them.agent, version=0, editor=page, learnt="x")
    report = file(
        them.agent,
        version=draft.version,
        key=page,
        figures={Figure.REFUNDS: 2, Figure.COMPLAINTS: 3},
        known={Figure.COMPLAINTS: 1},
        reasons={Reason.PRICE: 4},
        questions=["能不能开专票？", "破损补发怎么登记？"],
        orders=[order(them)],
        learnt="先复述问题",
        lost_note="友店满减",
    )
    assert (report.pk, report.state, report.late_minutes, report.draft) == (
        draft.pk, ReportState.FILED, 0, {}
    )  # fmt: skip
    assert list(report.figures.order_by("figure").values_list("figure", "known", "value")) == [
        ("COMPLAINTS", 1, 3),
        ("REFUNDS", None, 2),
    ]
    assert list(report.reasons.values_list("reason", "count")) == [("PRICE", 4)]
    assert report.questions.count() == 2
    assert report.orders.get().adopted_at is None
    entry = AuditEntry.objects.get(verb="daily.filed")
    assert entry.after == {"day": "2026-11-02", "late_minutes": 0}


def test_a_late_report_says_by_how_many_minutes(them):
    assert file(them.agent, now=LATE).late_minutes == 42


def test_a_report_is_filed_once_however_often_the_button_is_pressed(them):
    key = uuid.uuid4()
    report = file(them.agent, key=key)
    with pytest.raises(AlreadySubmitted) as sent, transaction.atomic():
        file(them.agent, key=key)
    assert sent.value.result.endswith(f"/daily/{report.pk}/")
    with pytest.raises(services.AlreadyFiled), transaction.atomic():
        file(them.agent)
    with pytest.raises(services.AlreadyFiled):
        save(them.agent, version=0, editor=uuid.uuid4(), learnt="nach")
    assert ReportFigure.objects.count() == 2


def test_filing_over_what_another_page_saved_is_refused(them):
    save(them.agent, version=0, editor=uuid.uuid4(), learnt="手机上写的")
    with pytest.raises(services.ChangedMeanwhile), transaction.atomic():
        file(them.agent)
    assert DailyReport.objects.get().state == ReportState.DRAFT
    assert file(them.agent, version=1).state == ReportState.FILED


@pytest.mark.django_db(transaction=True)
def test_of_two_filings_at_once_one_counts(them):
    filing = lambda: file(them.agent, questions=["能不能开专票？"])  # noqa: E731 -- said twice
    assert [type(one) for one in problems_of(filing, filing)] == [services.AlreadyFiled]
    assert (DailyReport.objects.count(), ReportQuestion.objects.count()) == (1, 1)


def correct(person, report, *, version=None, key=None, **content):
    return services.correct_report(
        actor=person, report_id=report.pk, content=Content(**content),
        form_key=key or uuid.uuid4(), version=version or report.version, now=LATE,
    )  # fmt: skip


def test_a_correction_replaces_figures_and_adds_rows(them):
    report = file(them.agent, questions=["旧问题"], orders=[order(them)], reasons={Reason.PRICE: 1})
    fixed = correct(
        them.agent,
        report,
        figures={Figure.REFUNDS: 5},
        questions=["新问题"],
        orders=[order(them, order_number="281100000002")],
        learnt="补充",
    )
    assert list(fixed.figures.values_list("figure", "value")) == [("REFUNDS", 5)]
    assert fixed.reasons.count() == 0
    assert sorted(fixed.questions.values_list("text", flat=True)) == ["新问题", "旧问题"]
    assert fixed.orders.count() == 2
    assert (fixed.late_minutes, fixed.filed_at) == (0, END)
    entry = AuditEntry.objects.get(verb="daily.corrected")
    assert (entry.before, entry.after) == ({"INQUIRIES": 40, "REFUNDS": 2}, {"REFUNDS": 5})


def test_a_correction_is_saved_once_and_never_over_another(them):
    report, key = file(them.agent), uuid.uuid4()
    correct(them.agent, report, key=key, learnt="一")
    with pytest.raises(AlreadySubmitted), transaction.atomic():
        correct(them.agent, report, key=key, learnt="一")
    with pytest.raises(services.ChangedMeanwhile), transaction.atomic():
        correct(them.agent, report, learnt="二")
    assert DailyReport.objects.get().learnt == "一"


def test_after_the_summary_is_sent_a_report_stays_as_it_is(them):
    report = file(them.agent)
    summary = ShiftSummaryFactory(team=them.team)
    correct(them.agent, report, learnt="还可以")
    report.refresh_from_db()
    summary.state, summary.sent_at, summary.sent_by = SummaryState.SENT, END, them.lead
    summary.save()
    with pytest.raises(services.SummedUp), transaction.atomic():
        correct(them.agent, report, learnt="晚了")
    assert file(them.mate, now=LATE).late_minutes == 42  # a missing report still comes in


def test_an_answer_is_noted_with_its_author_and_told_to_whoever_asked(them):
    question = ReportQuestionFactory(report=file(them.agent))
    said = {"question_id": question.pk, "now": LATE}
    services.answer_question(actor=them.lead, answer="可以", version=1, **said)
    question.refresh_from_db()
    assert (question.answer, question.answered_by, question.version) == ("可以", them.lead, 2)
    told = Notice.objects.get(kind=services.ANSWERED)
    assert told.receiver == them.agent.user
    with pytest.raises(services.AnswerChanged):
        services.answer_question(actor=them.agent, answer="不可以", version=1, **said)
    same = services.answer_question(actor=them.agent, answer="可以", version=1, **said)
    assert same.version == 2
    services.answer_question(actor=them.agent, answer="", version=2, **said)
    question.refresh_from_db()
    assert (question.answer, question.answered_by, question.answered_at) == ("", None, None)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("agent", True), ("mate", False), ("lead", True), ("deputy", True), ("supervisor", True),
        ("stranger", False), ("other_lead", False), ("outsider", False),
    ],
)  # fmt: skip
def test_a_report_is_seen_by_its_author_and_the_chain_above(them, who, sees):
    report = file(them.agent, questions=["能不能开专票？"])
    someone = getattr(them, who)
    scope = scope_of(getattr(someone, "user", someone), today=DAY)
    assert DailyReport.objects.visible_to(scope).filter(pk=report.pk).exists() is sees
    assert ReportQuestion.objects.visible_to(scope).exists() is sees


def test_a_draft_is_seen_by_its_author_alone(them):
    report = DailyReportFactory(person=them.agent, team=them.team, draft_only=True)
    seen = [
        who
        for who in ("agent", "mate", "lead", "deputy", "supervisor")
        if DailyReport.objects.visible_to(scope_of(getattr(them, who).user, today=DAY))
        .filter(pk=report.pk)
        .exists()
    ]
    assert seen == ["agent"]


def test_whoever_stands_in_as_lead_sees_the_reports_of_that_shift_alone(them):
    mine = file(them.agent)
    them.shift.delete()
    them.mate.assignments.update(is_lead=True)
    other = file(them.agent, day=DAY - timedelta(days=1), now=NOON)
    scope = scope_of(them.mate.user, today=DAY)
    seen = set(DailyReport.objects.visible_to(scope).values_list("pk", flat=True))
    assert (mine.pk in seen, other.pk in seen) == (True, False)


def test_place_is_that_of_the_last_shift_of_the_day(them):
    evening = ShiftTypeFactory(starts=time(17), ends=time(1))
    AssignmentFactory(person=them.agent, team=them.other_team, day=DAY, shift_type=evening)
    found = place(them.agent)
    assert (found.shift_type, found.team_id, found.post) == (
        evening, them.other_team.pk, Post.POSTSALE
    )  # fmt: skip
    assert found.due_at == datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
    assert found.starts_at == datetime(2026, 11, 2, 0, 30, tzinfo=UTC)


def test_without_a_shift_the_report_is_due_when_the_desk_closes(them):
    found = place(them.stranger)
    assert (found.shift_type, found.starts_at) == (None, None)
    assert found.due_at == datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
    assert place(PersonFactory(posting=False)) is None


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (NOON, DAY),
        (datetime(2026, 11, 2, 17, 30, tzinfo=UTC), DAY),  # 01:30: of the shift that was worked
        (
            datetime(2026, 11, 5, 4, 0, tzinfo=UTC),
            date(2026, 11, 5),
        ),  # long ago: of the service day
    ],
)
def test_the_report_on_the_desk_is_that_of_the_shift_that_was_worked(them, now, day):
    found = places.current_place(them.agent.pk, now=now)
    assert found.day == day
    assert (found.shift_type is None) is (day != DAY)


def test_a_service_day_runs_from_the_end_of_the_one_before():
    desk = rulebook.timetable()
    assert known.span_of(DAY, desk) == (
        datetime(2026, 11, 1, 17, 0, tzinfo=UTC),
        datetime(2026, 11, 2, 17, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: DailyReportFactory(filed_at=None),
        lambda: DailyReportFactory(state=ReportState.DRAFT),
        lambda: DailyReportFactory(draft_only=True, late_minutes=3),
        lambda: ReportReasonFactory(count=0),
        lambda: ReportQuestionFactory(answer="无人回答"),
        lambda: ReportQuestionFactory(answered_by=PersonFactory()),
        lambda: UnfinishedOrderFactory(adopted_at=NOON),
        lambda: UnfinishedOrderFactory(adopted_as="F20261102-0001"),
        lambda: ReportFigureFactory(report=ReportFigureFactory().report),
        lambda: DailyReportFactory(person=DailyReportFactory().person),
    ],
)
def test_the_database_refuses_what_must_not_be(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
    assert UnfinishedOrder.objects.count() == 0
