"""What a roster has to have: people on each shift, skills, and the rules it is held against."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.people.models import Person, Store, Team
from staff.roster.enums import RuleKind
from staff.roster.models.shifts import ShiftType

EVERY_DAY = "1234567"
MOST_PEOPLE = 1000
MOST_WEIGHT = 1000


class Skill(models.Model):
    """Something that somebody on a shift has to be able to do."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        return self.name


class PersonSkill(models.Model):
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="skills", verbose_name=_("person")
    )
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="people", verbose_name=_("skill"))

    class Meta:
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "skill"],
                name="person_skill_once",
                violation_error_message=_("This person has that skill already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Requirement(models.Model):
    """How many people a team needs on a shift, on some weekdays of a span; both days included.

    Where several fit a day, the one with the shortest span holds: so 11 November has its own.
    With a store it holds only while the team serves that store; with a skill only people who
    have it are counted.
    """

    team = models.ForeignKey(
        Team, models.CASCADE, related_name="requirements", verbose_name=_("team")
    )
    shift_type = models.ForeignKey(
        ShiftType, models.CASCADE, related_name="requirements", verbose_name=_("shift")
    )
    store = models.ForeignKey(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("store"),
        help_text=_("Holds only while the team serves this store."),
    )
    skill = models.ForeignKey(
        Skill,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("skill"),
        help_text=_("Only people with this skill are counted."),
    )
    weekdays = models.CharField(
        _("weekdays"),
        max_length=7,
        default=EVERY_DAY,
        validators=[RegexValidator(r"^[1-7]+\Z", _("Weekdays are digits from 1 to 7."))],
        help_text=_("Digits from 1 (Monday) to 7 (Sunday)."),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("Of several that fit a day, the one with the shortest span holds."),
    )
    minimum = models.PositiveSmallIntegerField(
        _("minimum"), validators=[MaxValueValidator(MOST_PEOPLE)]
    )
    wanted = models.PositiveSmallIntegerField(
        _("wanted"), validators=[MaxValueValidator(MOST_PEOPLE)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted__gte=F("minimum")),
                name="requirement_wants_the_minimum",
                violation_error_message=_("Wanted is not less than the minimum."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="requirement_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.minimum}–{self.wanted}"


class RosterRule(models.Model):
    """One rule that rosters are held against; without a team it holds for all teams."""

    kind = models.CharField(_("kind"), max_length=24, choices=RuleKind.choices)
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roster_rules",
        verbose_name=_("team"),
        help_text=_("Without a team the rule holds for all teams that have none of this kind."),
    )
    params = models.JSONField(_("numbers"), default=dict, blank=True)
    is_hard = models.BooleanField(
        _("must be kept"), default=False, help_text=_("Otherwise it is pointed out.")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MaxValueValidator(MOST_WEIGHT)]
    )
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("rule of the roster")
        verbose_name_plural = _("rules of the roster")

    def __str__(self) -> str:
        return str(RuleKind(self.kind).label)
