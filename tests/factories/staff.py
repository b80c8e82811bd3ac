from datetime import UTC, date, datetime, time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from staff import models
from staff.attendance.enums import MakeUpState, Side
from staff.people.enums import AbsenceKind, AbsenceState, Half, Platform, Post
from staff.rulebook.enums import DayKind, SpecialKind
from tests.factories.portal import UserFactory

LONG_AGO = date(2024, 1, 1)
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = models.Site

    name = factory.Sequence(lambda n: f"站点{n}")


class BrandFactory(DjangoModelFactory):
    class Meta:
        model = models.Brand

    name = factory.Sequence(lambda n: f"品牌{n}")


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = models.Team

    name = factory.Sequence(lambda n: f"团队{n}")
    site = factory.SubFactory(SiteFactory)


class StoreFactory(DjangoModelFactory):
    class Meta:
        model = models.Store

    name = factory.Sequence(lambda n: f"店铺{n}")
    platform = Platform.TMALL


class StoreServiceFactory(DjangoModelFactory):
    class Meta:
        model = models.StoreService

    store = factory.SubFactory(StoreFactory)
    team = factory.SubFactory(TeamFactory)
    valid_from = LONG_AGO


class PersonFactory(DjangoModelFactory):
    """A pre-sale agent with a sign-in; `post`, `team` and `chief` go to the posting."""

    class Meta:
        model = models.Person
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"E{n:04}")
    name = factory.Sequence(lambda n: f"员工{n}")
    hired_on = LONG_AGO
    user = factory.SubFactory(
        UserFactory,
        username=factory.SelfAttribute("..number"),
        first_name=factory.SelfAttribute("..name"),
    )

    @factory.post_generation
    def posting(self, create, extracted, **kwargs):
        if create and extracted is not False:
            PostingFactory(person=self, **kwargs)


class PostingFactory(DjangoModelFactory):
    class Meta:
        model = models.Posting

    person = factory.SubFactory(PersonFactory, posting=False)
    post = Post.PRESALE
    team = None
    chief = None
    valid_from = LONG_AGO


class SalaryFactory(DjangoModelFactory):
    class Meta:
        model = models.Salary

    person = factory.SubFactory(PersonFactory)
    base_fen = 600000
    valid_from = LONG_AGO


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = models.Absence

    person = factory.SubFactory(PersonFactory)
    day = date(2026, 11, 2)
    half = Half.WHOLE
    kind = AbsenceKind.REST
    state = AbsenceState.APPROVED
    recorded_at = NOW
    changed_at = NOW


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = models.Policy

    valid_from = factory.Sequence(lambda n: date(2080, 1, 1) + timedelta(days=n))


class CalendarFactory(DjangoModelFactory):
    class Meta:
        model = models.Calendar

    code = factory.Sequence(lambda n: f"calendar{n}")
    name = "仓库"
    windows = [["09:00", "18:00"]]


class CalendarDayFactory(DjangoModelFactory):
    class Meta:
        model = models.CalendarDay

    calendar = factory.SubFactory(CalendarFactory)
    day = date(2026, 10, 1)
    kind = DayKind.HOLIDAY


class SpecialDayFactory(DjangoModelFactory):
    class Meta:
        model = models.SpecialDay

    day = factory.Sequence(lambda n: date(2030, 1, 1) + timedelta(days=n))
    kind = SpecialKind.CAMPAIGN
    name_zh = "店庆"
    name_en = "Anniversary"


class HabitFactory(DjangoModelFactory):
    class Meta:
        model = models.Habit

    code = "daily.remind_before"
    value = 20


class ShiftTypeFactory(DjangoModelFactory):
    class Meta:
        model = models.ShiftType

    code = factory.Sequence(lambda n: f"shift{n}")
    name_zh = "中班"
    name_en = "Middle shift"
    starts = time(12)
    ends = time(20)


class AssignmentFactory(DjangoModelFactory):
    """A day shift on 2 November 2026 unless told otherwise; moments follow from the type."""

    class Meta:
        model = models.Assignment

    person = factory.SubFactory(PersonFactory)
    shift_type = factory.LazyFunction(lambda: models.ShiftType.objects.get(code="day"))
    day = date(2026, 11, 2)
    starts_at = factory.LazyAttribute(
        lambda row: timezone.make_aware(datetime.combine(row.day, row.shift_type.starts))
    )
    ends_at = factory.LazyAttribute(
        lambda row: timezone.make_aware(
            datetime.combine(
                row.day + timedelta(days=int(row.shift_type.ends <= row.shift_type.starts)),
                row.shift_type.ends,
            )
        )
    )


class PunchFactory(DjangoModelFactory):
    """In for the day shift of 2 November 2026, at 08:21:30."""

    class Meta:
        model = models.Punch

    person = factory.SubFactory(PersonFactory)
    punched_at = datetime(2026, 11, 2, 0, 21, 30, tzinfo=UTC)
    source = "钉钉"
    recorded_at = NOW


class MakeUpFactory(DjangoModelFactory):
    class Meta:
        model = models.MakeUp

    person = factory.SubFactory(PersonFactory)
    day = date(2026, 11, 2)
    side = Side.IN
    asked_at = NOW
    reason = "手机没电"
    state = MakeUpState.OPEN

    class Params:
        certified = factory.Trait(
            state=MakeUpState.CERTIFIED,
            certified_by=factory.SubFactory(PersonFactory),
            decided_at=NOW,
        )
        refused = factory.Trait(state=MakeUpState.REFUSED, decided_at=NOW)


class RedPacketPaymentFactory(DjangoModelFactory):
    class Meta:
        model = models.RedPacketPayment

    person = factory.SubFactory(PersonFactory)
    day = date(2026, 11, 2)
    side = Side.IN
    paid_at = NOW
    recorded_at = NOW


class WeekPublicationFactory(DjangoModelFactory):
    class Meta:
        model = models.WeekPublication

    team = factory.SubFactory(TeamFactory)
    first_day = date(2026, 10, 26)
    published_at = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


class Department:
    """Two teams under one supervisor: everything a test of "who sees what" needs.

    supervisor > deputy > lead (team) > agent, mate; and other_lead > stranger (other team).
    `store` is served by the team, `other_store` by the other team; `outsider` is the
    administrator without a person.
    """

    def __init__(self) -> None:
        self.team, self.other_team = TeamFactory(), TeamFactory()
        self.store, self.other_store = StoreFactory(), StoreFactory()
        StoreServiceFactory(store=self.store, team=self.team)
        StoreServiceFactory(store=self.other_store, team=self.other_team)
        self.supervisor = PersonFactory(posting__post=Post.SUPERVISOR)
        self.deputy = PersonFactory(posting__post=Post.DEPUTY, posting__chief=self.supervisor)
        self.lead = self._of(self.team, Post.LEAD, self.deputy)
        self.agent = self._of(self.team, Post.POSTSALE, self.lead)
        self.mate = self._of(self.team, Post.PRESALE, self.lead)
        self.other_lead = self._of(self.other_team, Post.LEAD, self.deputy)
        self.stranger = self._of(self.other_team, Post.POSTSALE, self.other_lead)
        self.outsider = UserFactory(is_superuser=True, is_staff=True)

    def _of(self, team, post, chief):
        return PersonFactory(posting__post=post, posting__team=team, posting__chief=chief)
