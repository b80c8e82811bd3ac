from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.querysets import (
    MeasurementQuerySet,
    TargetQuerySet,
    TargetResultQuerySet,
    TargetRowQuerySet,
)
from staff.people.enums import Post
from staff.people.models import Person, Store, Team


class Target(models.Model):
    """A clear and measurable aim over a period, with its reward (INC-2). Both days are included.

    `goal` and all values are hundredths of the measure's unit. Money is for each person: whoever
    of a post reaches it, each member of a team that does, each who serves the store.
    """

    name = models.CharField(_("name"), max_length=80)
    measure = models.CharField(_("measure"), max_length=24, choices=Measure.choices)
    aim = models.CharField(_("for"), max_length=6, choices=Aim.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="targets")
    post = models.CharField(_("post"), max_length=10, choices=Post.choices, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="targets")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    bound = models.CharField(_("bound"), max_length=8, choices=Bound.choices)
    goal = models.BigIntegerField(_("goal in hundredths"))
    reward = models.CharField(
        _("reward"), max_length=6, choices=Reward.choices, default=Reward.NONE
    )
    reward_text = models.CharField(_("what it is"), max_length=200, blank=True)
    reward_fen = models.BigIntegerField(_("money for each person (fen)"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=TargetState.choices, default=TargetState.RUNNING
    )
    set_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="set_targets"
    )
    set_at = models.DateTimeField(_("set at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="target_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(condition=Q(goal__gte=0), name="target_goal_not_negative"),
            models.CheckConstraint(
                condition=Q(aim=Aim.PERSON, person__isnull=False, team=None, post="", store=None)
                | Q(aim=Aim.TEAM, person=None, team__isnull=False, post="", store=None)
                | (Q(aim=Aim.POST, person=None, team=None, store=None) & ~Q(post=""))
                | Q(aim=Aim.STORE, person=None, team=None, post="", store__isnull=False),
                name="target_has_one_aim",
            ),
            models.CheckConstraint(
                condition=Q(reward=Reward.MONEY, reward_fen__isnull=False, reward_fen__gt=0)
                | (~Q(reward=Reward.MONEY) & Q(reward_fen=None)),
                name="target_money_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=TargetState.RUNNING, ended_at=None)
                | (~Q(state=TargetState.RUNNING) & Q(ended_at__isnull=False)),
                name="target_end_is_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state=TargetState.WITHDRAWN) & ~Q(withdrawn_because=""))
                | (~Q(state=TargetState.WITHDRAWN) & Q(withdrawn_because="")),
                name="target_withdrawn_with_reason",
            ),
            *(
                models.UniqueConstraint(
                    fields=["name", aim.lower(), "first_day", "last_day"],
                    condition=~Q(state=TargetState.WITHDRAWN) & Q(aim=aim),
                    name=f"target_once_for_{aim.lower()}",
                    violation_error_message=_("There is a target of this name already."),
                )
                for aim in Aim.values
            ),
        ]
        indexes = [
            models.Index(fields=["-last_day", "-id"], name="target_newest"),
            models.Index(
                fields=["last_day"],
                condition=Q(state=TargetState.RUNNING),
                name="target_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetResult(models.Model):
    """What a target came to at the end of its period; append-only in the database.

    `person` is empty where a team or a store is measured as a whole. Without data `value` and
    `reached` are empty: nothing measured is neither 0 nor missed.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="results")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="target_results"
    )
    value = models.BigIntegerField(_("value in hundredths"), null=True)
    rows = models.PositiveIntegerField(_("rows"))
    reached = models.BooleanField(_("reached"), null=True)
    frozen_at = models.DateTimeField(_("frozen at"))
    objects = TargetResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a target")
        verbose_name_plural = _("results of targets")
        constraints = [
            models.UniqueConstraint(fields=["target", "person"], name="target_result_once"),
            models.UniqueConstraint(
                fields=["target"], condition=Q(person=None), name="target_result_once_as_a_whole"
            ),
            models.CheckConstraint(
                condition=Q(value=None, reached=None, rows=0)
                | Q(value__isnull=False, reached__isnull=False, rows__gt=0),
                name="target_result_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.person_id or ''}".strip()


class MeasuredRow(models.Model):
    """One row that a figure is made of. `value` counts `weight` times, both in their hundredths.

    `key` names what was measured as people know it: the number of a case.
    """

    key = models.CharField(_("number"), max_length=80)
    at = models.DateTimeField(_("when"))
    value = models.BigIntegerField(_("value in hundredths"))
    weight = models.BigIntegerField(_("weight"), default=1)
    url = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class TargetRow(MeasuredRow):
    """A row behind a frozen result, as it was then; append-only in the database."""

    result = models.ForeignKey(TargetResult, models.PROTECT, related_name="measured")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    objects = TargetRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row behind a result")
        verbose_name_plural = _("rows behind results")
        indexes = [models.Index(fields=["result", "at", "id"], name="target_row_by_result")]


class Measurement(MeasuredRow):
    """A fact of a measure that another part of the portal wrote down, once for each key."""

    measure = models.CharField(_("measure"), max_length=24, choices=Measure.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="measurements")
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="measurements")
    recorded_at = models.DateTimeField(_("recorded at"))
    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measured fact")
        verbose_name_plural = _("measured facts")
        constraints = [
            models.UniqueConstraint(fields=["measure", "key"], name="measurement_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(store__isnull=False),
                name="measurement_of_somebody",
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="measurement_weighs"),
        ]
        indexes = [
            models.Index(fields=["measure", "at"], name="measurement_by_moment"),
        ]
