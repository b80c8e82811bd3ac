from datetime import date

import factory
from factory.django import DjangoModelFactory

from staff import models
from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.people.enums import Post
from tests.factories.staff import NOW, PersonFactory


class PraiseFactory(DjangoModelFactory):
    """Of a person, who receives it; `receivers=False` leaves that out."""

    class Meta:
        model = models.Praise
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    kind = PraiseKind.SERVICE
    title = factory.Sequence(lambda n: f"服务之星{n}")
    text = "客户来信感谢。"
    given_by = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    given_at = NOW

    @factory.post_generation
    def receivers(self, create, extracted, **_kwargs):
        if create and extracted is not False and self.person:
            PraiseReceiverFactory(praise=self, person=self.person)


class PraiseReceiverFactory(DjangoModelFactory):
    class Meta:
        model = models.PraiseReceiver

    praise = factory.SubFactory(PraiseFactory, receivers=False)
    person = factory.SubFactory(PersonFactory)


class ReactionFactory(DjangoModelFactory):
    class Meta:
        model = models.Reaction

    praise = factory.SubFactory(PraiseFactory)
    person = factory.SubFactory(PersonFactory)
    kind = ReactionKind.APPLAUSE


class DemeritFactory(DjangoModelFactory):
    class Meta:
        model = models.Demerit

    person = factory.SubFactory(PersonFactory)
    day = date(2026, 11, 2)
    kind = DemeritKind.GAME
    reason = "上班时间玩手机游戏"
    evidence = "组长现场看到"
    recorded_by = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    recorded_at = NOW


class CoachingFactory(DjangoModelFactory):
    class Meta:
        model = models.Coaching

    person = factory.SubFactory(PersonFactory)
    coach = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    held_on = date(2026, 11, 2)
    topic = "首次响应时间"
    agreement = "先用快捷短语接待，两周后再看数据。"
    recorded_at = NOW


class ScorecardFactory(DjangoModelFactory):
    class Meta:
        model = models.Scorecard

    name = factory.Sequence(lambda n: f"质检表{n}")


class ScorecardVersionFactory(DjangoModelFactory):
    """With two criteria, of 60 % and 40 %; `criteria=False` leaves them out."""

    class Meta:
        model = models.ScorecardVersion
        skip_postgeneration_save = True

    scorecard = factory.SubFactory(ScorecardFactory)
    number = 1
    made_by = factory.SubFactory(PersonFactory, posting__post=Post.SUPERVISOR)
    made_at = NOW

    @factory.post_generation
    def criteria(self, create, extracted, **_kwargs):
        if create and extracted is not False:
            CriterionFactory(version=self, position=1, title="态度", weight_bp=6000)
            CriterionFactory(version=self, position=2, title="专业", weight_bp=4000)


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = models.Criterion

    version = factory.SubFactory(ScorecardVersionFactory, criteria=False)
    position = 1
    title = "态度"
    weight_bp = 10_000
    most = 5


class SampleFactory(DjangoModelFactory):
    class Meta:
        model = models.Sample

    person = factory.SubFactory(PersonFactory)
    auditor = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    source = "cases"
    first_day = date(2026, 10, 1)
    last_day = date(2026, 11, 2)
    seed = 7
    pool = 3
    keys = factory.LazyFunction(list)
    drawn_at = NOW


class CalibrationFactory(DjangoModelFactory):
    class Meta:
        model = models.Calibration

    person = factory.SubFactory(PersonFactory)
    version = factory.SubFactory(ScorecardVersionFactory)
    reference = "天猫 2026-11-02 会话 0815"
    first = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    second = factory.SubFactory(PersonFactory, posting__post=Post.DEPUTY)
    asked_by = factory.SelfAttribute("second")
    asked_at = NOW


class QualityAuditFactory(DjangoModelFactory):
    class Meta:
        model = models.QualityAudit

    person = factory.SubFactory(PersonFactory)
    auditor = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    version = factory.SubFactory(ScorecardVersionFactory)
    reference = factory.Sequence(lambda n: f"天猫会话 {n}")
    total_bp = 8650
    audited_at = NOW


class AuditScoreFactory(DjangoModelFactory):
    class Meta:
        model = models.AuditScore

    audit = factory.SubFactory(QualityAuditFactory)
    criterion = factory.SubFactory(CriterionFactory)
    points = 4
