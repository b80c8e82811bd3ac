from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Product
from feedback.enums import ActionState, Gauge
from feedback.models.items import Item
from feedback.models.rules import Topic
from feedback.querysets import ActionQuerySet
from staff.daily.models import PassedOn
from staff.people.models import Person, Store


class Action(models.Model):
    """An improvement action (FBK-4): what should change, by when, measured by what.

    The measure counts the store's items, of a product and a topic where given, over so many days
    before it was set and after it was done.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="feedback_actions", verbose_name=_("store")
    )
    item = models.ForeignKey(
        Item,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("item"),
    )
    finding = models.ForeignKey(
        PassedOn,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("finding of a shift"),
    )
    title = models.CharField(_("what should change"), max_length=120)
    text = models.TextField(_("how"), max_length=2000, blank=True)
    department = models.CharField(_("department"), max_length=80)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="feedback_actions", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"))
    gauge = models.CharField(_("measured by"), max_length=16, choices=Gauge.choices)
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    window_days = models.PositiveSmallIntegerField(
        _("days measured before and after"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    check_on = models.DateField(_("checked on"))
    state = models.CharField(
        _("state"), max_length=8, choices=ActionState.choices, default=ActionState.OPEN
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("made at"))
    made_on = models.DateField(_("made on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement action")
        verbose_name_plural = _("improvement actions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="DONE", done_on__isnull=False)
                | (~Q(state="DONE") & Q(done_on=None)),
                name="action_done_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(check_on__gte=F("due_on")), name="action_checked_after_due"
            ),
            models.UniqueConstraint(
                fields=["finding"],
                condition=~Q(state="DROPPED"),
                name="action_once_a_finding",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="action_by_state")]

    def __str__(self) -> str:
        return f"{self.pk}"
