from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.models import Robot
from staff.people.enums import AbsenceKind, AbsenceState, Half, Platform, Post
from staff.people.querysets import (
    AbsenceQuerySet,
    PersonQuerySet,
    PostingQuerySet,
    SalaryQuerySet,
    StoreQuerySet,
    StoreServiceQuerySet,
    TeamQuerySet,
)


class Site(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("site")
    )
    robot = models.ForeignKey(
        Robot,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="teams",
        verbose_name=_("group robot"),
        help_text=_("Reminders that nobody answered are posted there as well."),
    )
    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="stores", verbose_name=_("brand")
    )
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices)
    is_open = models.BooleanField(_("open"), default=True)
    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")

    def __str__(self) -> str:
        return self.name


class StoreService(models.Model):
    """Which team serves a store, from a day until the day before the next row (ORG-2).

    A row without a team says that nobody serves the store from that day.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="services")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="store_services",
        verbose_name=_("team"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    objects = StoreServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service of a store")
        verbose_name_plural = _("services of stores")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "valid_from"],
                name="store_service_once_a_day",
                violation_error_message=_("This store has a change on that day already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="store_service_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Person(models.Model):
    """A member of the department. Both dates of employment are days employed (LEAVE-8)."""

    number = models.CharField(_("staff number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("sign-in"),
    )
    hired_on = models.DateField(_("hired on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    dingtalk_id = models.CharField(_("DingTalk id"), max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = PersonQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["user", "version"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("hired_on")),
                name="person_leaves_after_joining",
                violation_error_message=_("The day of leaving lies before the day of joining."),
            ),
            models.UniqueConstraint(
                fields=["dingtalk_id"],
                condition=~Q(dingtalk_id=""),
                name="person_dingtalk_once",
                violation_error_message=_("Another person has this DingTalk id."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Posting(models.Model):
    """Post, team and chief of a person from a day on (ORG-3). Both days are included."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="postings")
    post = models.CharField(_("post"), max_length=10, choices=Post.choices)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("team"),
    )
    chief = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posted_below",
        verbose_name=_("reports to"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    objects = PostingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "valid_from"],
                name="posting_once_a_day",
                violation_error_message=_("This person has a change on that day already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="posting_in_order",
            ),
            models.CheckConstraint(
                condition=Q(chief=None) | ~Q(chief=F("person")),
                name="posting_not_below_oneself",
                violation_error_message=_("Nobody reports to themselves."),
            ),
        ]
        indexes = [models.Index(fields=["valid_from", "valid_until"], name="posting_span")]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.get_post_display()}"


class Salary(models.Model):
    """Base salary in fen from the first day of a month on (ORG-3, INC-8)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="salaries")
    base_fen = models.BigIntegerField(_("base salary (fen)"))
    valid_from = models.DateField(_("valid from"))
    objects = SalaryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("base salary")
        verbose_name_plural = _("base salaries")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "valid_from"],
                name="salary_once_a_day",
                violation_error_message=_("This person has a base salary from that day already."),
            ),
            models.CheckConstraint(condition=Q(base_fen__gte=0), name="salary_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Absence(models.Model):
    """A day on which a person is away: all that roster and follow-ups know of leave."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    day = models.DateField(_("day"))
    half = models.CharField(_("part of the day"), max_length=6, choices=Half.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=AbsenceKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=AbsenceState.choices)
    source = models.CharField(_("source"), max_length=80, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    changed_at = models.DateTimeField(_("changed at"))
    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "half"],
                condition=Q(state=AbsenceState.APPROVED),
                name="absence_once_a_day",
                violation_error_message=_("This person is away on that day already."),
            )
        ]
        indexes = [models.Index(fields=["day", "state"], name="absence_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
