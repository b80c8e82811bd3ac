from typing import cast

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Customer, Order
from feedback.enums import CallAfter, CallOutcome, CallState
from feedback.models.items import Item
from feedback.querysets import CallQuerySet, CallRuleQuerySet
from staff.people.models import Person, Store

LONGEST = 365
MOST_CALLS = 20


def _number(
    label: "str | Promise", *, default: int, least: int = 0, most: int = LONGEST
) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        cast("str", label), default=default,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
    )  # fmt: skip


class CallRule(models.Model):
    """Which customers of a store are called, how long after, and how many of them.

    `percent` of the closed cases or shipped orders are drawn; a customer is called `per_person`
    times in `rest_days` at most.
    """

    name = models.CharField(
        _("name"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("There is a rule of this name already.")},
    )
    store = models.ForeignKey(
        Store, models.PROTECT, related_name="call_rules", verbose_name=_("store")
    )
    after = models.CharField(_("call after"), max_length=5, choices=CallAfter.choices)
    days = _number(_("days after"), default=3)
    percent = _number(_("share drawn (per cent)"), default=20, least=1, most=100)
    per_person = _number(_("calls of one person at most"), default=1, least=1, most=MOST_CALLS)
    rest_days = _number(_("within (days)"), default=90, least=1)
    is_active = models.BooleanField(_("in use"), default=True)
    drawn_at = models.DateTimeField(_("last drawn at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = CallRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of the call list")
        verbose_name_plural = _("rules of the call list")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__lte=LONGEST, percent__gte=1, percent__lte=100)
                & Q(per_person__gte=1, per_person__lte=MOST_CALLS)
                & Q(rest_days__gte=1, rest_days__lte=LONGEST),
                name="call_rule_numbers_sensible",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """A customer who is to be called about one closed case or one order, once.

    `agent` held the case when it was closed. `turn` says how often it had been reopened. Without
    `rule` somebody put it on the list, because the survey after the case did not arrive.
    """

    rule = models.ForeignKey(CallRule, models.PROTECT, null=True, related_name="calls")
    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    complaint = models.OneToOneField(Complaint, models.CASCADE, null=True, related_name="call")
    order = models.OneToOneField(Order, models.CASCADE, null=True, related_name="call")
    agent = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    turn = models.PositiveSmallIntegerField(default=0)
    drawn_at = models.DateTimeField(_("drawn at"))
    due_at = models.DateTimeField(_("call from"))
    state = models.CharField(
        _("state"), max_length=8, choices=CallState.choices, default=CallState.WAITING
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="call")
    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone call")
        verbose_name_plural = _("phone calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint=None, order__isnull=False)
                | Q(complaint__isnull=False, order=None),
                name="call_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.REACHED, item__isnull=False)
                | ~Q(state=CallState.REACHED) & Q(item=None),
                name="call_reached_says_something",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "state", "due_at", "id"], name="call_of_store"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class CallAttempt(models.Model):
    call = models.ForeignKey(Call, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=9, choices=CallOutcome.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt of a phone call")
        verbose_name_plural = _("attempts of phone calls")

    def __str__(self) -> str:
        return f"{self.pk} {self.outcome}"
