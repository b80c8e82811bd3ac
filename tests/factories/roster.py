import hashlib
from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from staff import models
from staff.roster.enums import PublicationKind, RuleKind
from tests.factories.portal import UserFactory
from tests.factories.staff import PersonFactory, ShiftTypeFactory, TeamFactory

DAY = date(2026, 12, 1)
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def _type(code):
    return factory.LazyFunction(lambda: models.ShiftType.objects.get(code=code))


class SkillFactory(DjangoModelFactory):
    class Meta:
        model = models.Skill

    name = factory.Sequence(lambda n: f"技能{n}")


class PersonSkillFactory(DjangoModelFactory):
    class Meta:
        model = models.PersonSkill

    person = factory.SubFactory(PersonFactory)
    skill = factory.SubFactory(SkillFactory)


class RequirementFactory(DjangoModelFactory):
    class Meta:
        model = models.Requirement

    team = factory.SubFactory(TeamFactory)
    shift_type = _type("day")
    valid_from = date(2024, 1, 1)
    minimum = 1
    wanted = 2


class RosterRuleFactory(DjangoModelFactory):
    class Meta:
        model = models.RosterRule

    kind = RuleKind.MOST_DAYS_RUNNING
    params = {"days": 6}


class WishFactory(DjangoModelFactory):
    class Meta:
        model = models.Wish

    person = factory.SubFactory(PersonFactory)
    day = DAY
    made_at = NOW


class DraftCellFactory(DjangoModelFactory):
    class Meta:
        model = models.DraftCell

    person = factory.SubFactory(PersonFactory)
    team = factory.SubFactory(TeamFactory)
    day = DAY
    changed_at = NOW


class DraftStepFactory(DjangoModelFactory):
    class Meta:
        model = models.DraftStep

    team = factory.SubFactory(TeamFactory)
    month = DAY
    done_by = factory.SubFactory(UserFactory)
    done_at = NOW


class PublicationFactory(DjangoModelFactory):
    class Meta:
        model = models.Publication

    team = factory.SubFactory(TeamFactory)
    month = DAY
    number = factory.Sequence(lambda n: n + 1)
    kind = PublicationKind.MONTH
    changed_days = 1
    published_at = NOW


class PublicationReceiptFactory(DjangoModelFactory):
    class Meta:
        model = models.PublicationReceipt

    publication = factory.SubFactory(PublicationFactory)
    person = factory.SubFactory(PersonFactory)


class SwapFactory(DjangoModelFactory):
    class Meta:
        model = models.Swap

    asker = factory.SubFactory(PersonFactory)
    colleague = factory.SubFactory(PersonFactory)
    team = factory.SubFactory(TeamFactory)
    given_day = DAY
    given_shift = _type("day")
    asked_at = NOW


class OpenShiftFactory(DjangoModelFactory):
    class Meta:
        model = models.OpenShift

    team = factory.SubFactory(TeamFactory)
    day = DAY
    shift_type = factory.SubFactory(ShiftTypeFactory)
    posted_by = factory.SubFactory(UserFactory)
    posted_at = NOW


class CalendarFeedFactory(DjangoModelFactory):
    class Meta:
        model = models.CalendarFeed

    person = factory.SubFactory(PersonFactory)
    token_hash = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    made_at = NOW
