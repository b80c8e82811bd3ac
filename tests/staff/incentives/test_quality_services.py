"""Scorecards, samples, audits and calibrations."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from portal import submissions
from portal.models import AuditEntry, Notice
from staff.incentives.models import AuditScore, Calibration, Criterion, QualityAudit, Sample
from staff.incentives.queries import quality as queries
from staff.incentives.services import quality, samples, scorecards
from staff.incentives.services.quality import Given, Mark, Target
from staff.incentives.services.scorecards import Line
from staff.people.access import scope_of
from tests.at_once import at_once
from tests.factories.complaints import ComplaintFactory
from tests.factories.recognition import (
    CalibrationFactory,
    CriterionFactory,
    QualityAuditFactory,
    ScorecardVersionFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)


@pytest.fixture
def them():
    return Department()


def line(title, weight, most=5, *, out=False):
    return Line(title=title, help="", weight_bp=weight, most=most, knocks_out=out)


def marks(version, *points):
    found = version.criteria.order_by("position")
    return {one.pk: Mark(points=given) for one, given in zip(found, points, strict=True)}


def audit(actor, person, version, *points, key=None, **more):
    source = more.pop("source", "")
    reference = more.pop("reference", "会话 1")
    target = Target(person_id=person.pk, version_id=version.pk, reference=reference, source=source)
    return quality.give_audit(
        actor=actor,
        target=target,
        given=Given(marks=marks(version, *points), **more),
        form_key=key or uuid.uuid4(),
        now=NOW,
    )


# Scorecards


def add(actor, lines, name="质检表"):
    return scorecards.add_scorecard(
        actor=actor, name=name, lines=lines, form_key=uuid.uuid4(), now=NOW
    )


def change(actor, card, lines, seen=1):
    return scorecards.change_scorecard(
        actor=actor, scorecard_id=card.pk, seen=seen, lines=lines, now=NOW
    )


def test_each_change_is_a_version_and_the_same_again_is_none(them):
    card = add(them.deputy, [line("态度", 6000), line("专业", 4000)])
    second = change(them.deputy, card, [line("态度", 5000), line("专业", 5000)])
    assert second.number == 2
    assert change(them.deputy, card, [line("态度", 5000), line("专业", 5000)]) == second
    with pytest.raises(scorecards.ScorecardChanged):
        change(them.supervisor, card, [line("态度", 10_000)])
    assert [len(one.criteria.all()) for one in queries.versions_of(card)] == [2, 2]
    assert [one.number for one in queries.latest_versions()] == [2]
    assert AuditEntry.objects.filter(verb="scorecard.saved").count() == 2


def test_weights_and_names_are_checked(them):
    with pytest.raises(scorecards.BadWeights) as refused:
        add(them.deputy, [line("态度", 9999)])
    assert refused.value.code == "not_whole"
    card = add(them.deputy, [line("态度", 10_000)])
    with pytest.raises(scorecards.NameTaken):
        add(them.supervisor, [line("态度", 10_000)])
    with pytest.raises(scorecards.BadWeights):
        change(them.deputy, card, [])


def test_a_scorecard_out_of_use_is_not_offered(them):
    card = add(them.deputy, [line("态度", 10_000)])
    acts = [
        scorecards.set_in_use(actor=them.deputy, scorecard_id=card.pk, active=False, now=NOW)
        for _time in range(2)
    ]
    assert acts == [True, False]
    assert queries.latest_versions() == []
    assert [one.scorecard for one in queries.latest_versions(active=False)] == [card]


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_is_told():
    them = Department()
    card = add(them.deputy, [line("态度", 10_000)])
    results = at_once(
        lambda: change(them.deputy, card, [line("甲", 10_000)]),
        lambda: change(them.supervisor, card, [line("乙", 10_000)]),
    )
    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["ScorecardChanged", "ScorecardVersion"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_criterion SET weight_bp = 1",
        "DELETE FROM staff_criterion",
        (
            "INSERT INTO staff_criterion (version_id, position, title, help, weight_bp, most,"
            " knocks_out) SELECT version_id, 9, 'x', '', 1, 5, knocks_out FROM staff_criterion"
            " WHERE position = 1"
        ),
        "UPDATE staff_qualityaudit SET total_bp = 10000",
        "DELETE FROM staff_qualityaudit",
        "UPDATE staff_auditscore SET points = 5",
        "DELETE FROM staff_auditscore",
    ],
)
def test_the_database_keeps_used_scorecards_and_audits_as_they_were(them, statement):
    audit(them.lead, them.agent, ScorecardVersionFactory(), 4, 3)

    def rows():
        found = (Criterion.objects, QualityAudit.objects, AuditScore.objects)
        return [list(one.order_by("pk").values()) for one in found]

    before = rows()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows() == before


def test_an_unused_version_may_still_be_corrected_in_the_database():
    version = ScorecardVersionFactory(criteria=False)
    one = CriterionFactory(version=version)
    Criterion.objects.filter(pk=one.pk).update(help="看问候语")
    assert Criterion.objects.get().help == "看问候语"


# Audits


def test_an_audit_scores_exactly_and_tells_the_person_without_the_score(them):
    given = audit(them.lead, them.agent, ScorecardVersionFactory(), 4, 3)
    assert given.total_bp == 7200
    notice = Notice.objects.get()
    assert (notice.receiver, notice.kind) == (them.agent.user, "audit.given")
    assert "7200" not in f"{notice.params}"
    entry = AuditEntry.objects.get(verb="audit.given")
    assert entry.after == {"person": them.agent.number, "calibration": None}


def test_what_cannot_be_audited_is_refused(them):
    version, other = ScorecardVersionFactory(), ScorecardVersionFactory()
    with pytest.raises(quality.NotAnAuditor):
        audit(them.lead, them.lead, version, 4, 3)
    with pytest.raises(quality.NothingApplied):
        audit(them.lead, them.agent, version, None, None)
    target = Target(person_id=them.agent.pk, version_id=version.pk, reference="会话 1")
    with pytest.raises(ValueError, match="another scorecard"):
        quality.give_audit(
            actor=them.lead,
            target=target,
            given=Given(marks=marks(other, 4, 3)),
            form_key=uuid.uuid4(),
            now=NOW,
        )
    with pytest.raises(ValueError, match="scale"):
        audit(them.lead, them.agent, version, 6, 3)
    assert not QualityAudit.objects.exists()


def test_a_form_and_an_item_count_once(them):
    version, key = ScorecardVersionFactory(), uuid.uuid4()
    audit(them.lead, them.agent, version, 4, 3, key=key)
    with pytest.raises(submissions.AlreadySubmitted):
        audit(them.lead, them.agent, version, 4, 3, key=key)
    audit(them.lead, them.agent, version, 4, 3)  # a reference in free words may come again
    first = audit(them.lead, them.agent, version, 4, 3, source="cases", reference="C1")
    with pytest.raises(quality.AlreadyAudited) as refused:
        audit(them.lead, them.agent, version, 1, 1, source="cases", reference="C1")
    assert refused.value.audit == first
    audit(them.deputy, them.agent, version, 4, 3, source="cases", reference="C1")
    assert QualityAudit.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_one_item_audited_at_once_is_audited_once():
    them = Department()
    version = ScorecardVersionFactory()
    results = at_once(
        *[lambda: audit(them.lead, them.agent, version, 4, 3, source="cases", reference="C1")] * 3
    )
    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["AlreadyAudited", "AlreadyAudited", "QualityAudit"]


def test_the_trend_is_the_mean_of_each_month(them):
    scope = scope_of(them.lead.user, today=TODAY)
    for at, total in (
        (datetime(2026, 8, 31, 17, 0, tzinfo=UTC), 8000),  # 01:00 on 1 September in Shanghai
        (datetime(2026, 9, 30, 16, 59, tzinfo=UTC), 9001),  # the evening shift of the 30th
        (datetime(2026, 11, 2, 4, 0, tzinfo=UTC), 7000),
        (datetime(2024, 11, 2, 4, 0, tzinfo=UTC), 1),
    ):
        QualityAuditFactory(person=them.agent, audited_at=at, total_bp=total)
    QualityAuditFactory(person=them.mate, audited_at=NOW, total_bp=5)
    QualityAuditFactory(
        person=them.agent, calibration=CalibrationFactory(), audited_at=NOW, total_bp=5
    )
    found = queries.trend(scope, them.agent.pk, today=TODAY)
    assert [(one.month.month, one.mean_bp, one.count) for one in found] == [
        (9, 8501, 2), (10, None, 0), (11, 7000, 1),
    ]  # fmt: skip
    stranger = scope_of(them.stranger.user, today=TODAY)
    assert [one.count for one in queries.trend(stranger, them.agent.pk, today=TODAY)] == [0]


# Samples


def draw(actor, person, size=2, seed=815):
    wanted = samples.Wanted(
        person_id=person.pk, source="cases", first_day=date(2026, 11, 1), last_day=TODAY,
        size=size, seed=seed,
    )  # fmt: skip
    scope = scope_of(actor.user, today=TODAY)
    return samples.draw_sample(
        actor=actor, scope=scope, wanted=wanted, form_key=uuid.uuid4(), now=NOW
    )


def case(them, **more):
    values = {
        "store": them.store, "owner": them.agent, "recorder": them.mate, "service_day": TODAY,
    }  # fmt: skip
    return ComplaintFactory(**values | more)


def test_a_sample_is_drawn_from_what_the_auditor_may_see(them):
    mine = {case(them).number for _n in range(4)}
    case(them, store=them.other_store)  # the lead does not see that store
    case(them, owner=them.mate)
    case(them, service_day=date(2026, 10, 31))
    sample = draw(them.lead, them.agent)
    assert (sample.pool, sample.seed, len(sample.keys)) == (4, 815, 2)
    assert set(sample.keys) < mine
    assert draw(them.lead, them.agent).keys == sample.keys
    assert set(draw(them.lead, them.agent, size=9).keys) == mine
    seen = queries.items_of(
        scope_of(them.other_lead.user, today=TODAY), [("cases", key) for key in sample.keys]
    )
    assert seen == {}


def test_nothing_to_draw_from_is_said(them):
    with pytest.raises(samples.EmptyPool):
        draw(them.lead, them.agent)
    assert not Sample.objects.exists()


# Calibrations


def ask(actor, person, first, second, version):
    target = Target(person_id=person.pk, version_id=version.pk, reference="会话 9")
    return quality.ask_calibration(
        actor=actor,
        target=target,
        auditors=(first.pk, second.pk),
        form_key=uuid.uuid4(),
        now=NOW,
    )


def test_two_auditors_score_blind_and_see_the_difference_at_the_end(them):
    version = ScorecardVersionFactory()
    asked = ask(them.deputy, them.agent, them.lead, them.deputy, version)
    assert [one.receiver for one in Notice.objects.filter(kind="calibration.asked")] == [
        them.lead.user
    ]
    audit(them.lead, them.agent, version, 4, 5, calibration_id=asked.pk)
    assert queries.compared(asked) is None
    assert Calibration.objects.get().done_at is None
    with pytest.raises(quality.AlreadyAudited):
        audit(them.lead, them.agent, version, 1, 1, calibration_id=asked.pk)
    audit(them.deputy, them.agent, version, 5, 5, calibration_id=asked.pk)
    found = queries.compared(asked)
    assert found is not None
    assert (found.deviation.total_bp, found.deviation.agreed) == (1200, 1)
    assert Calibration.objects.get().done_at == NOW
    done = Notice.objects.filter(kind="calibration.done")
    assert {one.receiver for one in done} == {them.lead.user, them.deputy.user}
    assert not Notice.objects.filter(receiver=them.agent.user).exists()
    agent = scope_of(them.agent.user, today=TODAY)
    assert not QualityAudit.objects.visible_to(agent).exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [("lead", "lead"), ("lead", "agent"), ("lead", "other_lead"), ("mate", "deputy")],
)
def test_auditors_are_two_of_the_chain_above(them, first, second):
    with pytest.raises(quality.NotAnAuditor):
        ask(
            them.deputy, them.agent, getattr(them, first), getattr(them, second),
            ScorecardVersionFactory(),
        )  # fmt: skip
    assert not Calibration.objects.exists()


def test_nobody_else_scores_in_a_calibration(them):
    version = ScorecardVersionFactory()
    asked = ask(them.deputy, them.agent, them.lead, them.deputy, version)
    with pytest.raises(quality.NotAnAuditor), transaction.atomic():
        audit(them.supervisor, them.agent, version, 1, 1, calibration_id=asked.pk)
    assert not QualityAudit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_scores_at_once_finish_the_calibration():
    them = Department()
    version = ScorecardVersionFactory()
    asked = ask(them.deputy, them.agent, them.lead, them.deputy, version)
    at_once(
        lambda: audit(them.lead, them.agent, version, 4, 5, calibration_id=asked.pk),
        lambda: audit(them.deputy, them.agent, version, 5, 5, calibration_id=asked.pk),
    )
    assert Calibration.objects.get().done_at == NOW
    assert Notice.objects.filter(kind="calibration.done").count() == 2
