from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel as Source
from complaints.models import Complaint, Customer, Order, Product
from feedback.enums import AlarmStage, ItemKind, ItemState, ReplyWay
from feedback.models.channels import Channel
from feedback.models.rules import Rule, Topic
from feedback.querysets import AlarmQuerySet, ItemQuerySet, ItemVersionQuerySet, ReplyQuerySet
from staff.incentives.models import Praise
from staff.people.models import Person, Store


class Item(models.Model):
    """One thing that a customer said on a channel (FBK-1).

    `words` holds the tokens of portal.texttokens by which it is found; `near_low` and `near_high`
    are sketches of its text, of which near-duplicates share one (policies.sketches).
    `suggested` keeps what the rules said when it was triaged, for their hit rate.
    """

    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        related_name="items",
        verbose_name=_("channel"),
        db_index=False,
    )
    source = models.CharField(_("kind of channel"), max_length=12, choices=Source.choices)
    reference = models.CharField(_("external number"), max_length=80, blank=True)
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        related_name="feedback_items",
        verbose_name=_("store"),
        db_index=False,
    )
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_items",
        verbose_name=_("order"),
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_items",
        verbose_name=_("customer"),
        db_index=False,
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_items",
        verbose_name=_("product"),
        db_index=False,
    )
    agent = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_about",
        verbose_name=_("agent named"),
        db_index=False,
    )
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    text = models.TextField(_("text"), max_length=20000)
    received_at = models.DateTimeField(_("received at"))
    service_day = models.DateField(_("service day"))
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind.choices, blank=True)
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="items", verbose_name=_("topics")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ItemState.choices, default=ItemState.UNREAD
    )
    suggested = models.CharField(max_length=10, choices=ItemKind.choices, blank=True)
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_items",
        verbose_name=_("owner"),
        db_index=False,
    )
    triaged_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("triaged by"),
        db_index=False,
    )
    triaged_at = models.DateTimeField(_("triaged at"), null=True, blank=True)
    by_rule = models.ForeignKey(
        Rule,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("spam rule"),
        db_index=False,
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    complaint = models.ForeignKey(
        Complaint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_items",
        verbose_name=_("complaint"),
        db_index=False,
    )
    praise = models.ForeignKey(
        Praise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("praise"),
        db_index=False,
    )
    changed_at = models.DateTimeField(_("changed at"))
    version = models.PositiveIntegerField(default=1, editable=False)
    words = models.TextField(editable=False, default="")
    near_low = models.BigIntegerField(null=True, editable=False)
    near_high = models.BigIntegerField(null=True, editable=False)
    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback item")
        verbose_name_plural = _("feedback items")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=~Q(reference=""),
                name="item_reference_once",
                violation_error_message=_("This channel has an item of that number already."),
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5),
                name="item_rating_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(state="UNREAD", triaged_at=None, triaged_by=None, kind="")
                | (~Q(state="UNREAD") & Q(triaged_at__isnull=False) & ~Q(kind="")),
                name="item_triaged_has_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="item_newest"),
            models.Index(fields=["store", "-received_at", "-id"], name="item_of_store"),
            models.Index(
                fields=["-received_at", "-id"], condition=Q(state="UNREAD"), name="item_unread"
            ),
            models.Index(fields=["owner", "-received_at"], name="item_of_owner"),
            models.Index(fields=["service_day", "store", "rating"], name="item_day_rating"),
            *(
                models.Index(
                    fields=[name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"item_of_{name}",
                )
                for name in ("order", "customer", "product", "agent", "complaint")
            ),
            models.Index(fields=["near_low"], name="item_near_low"),
            models.Index(fields=["near_high"], name="item_near_high"),
        ]

    def __str__(self) -> str:
        """Return source and key: the audit log keeps this, and a number may name a customer."""
        return f"{self.source}:{self.pk}"


class ItemVersion(models.Model):
    """What an item said before a re-import changed it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    text = models.TextField(_("text"))
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"))
    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier text of an item")
        verbose_name_plural = _("earlier texts of items")
        indexes = [models.Index(fields=["item", "-replaced_at"], name="item_version_of_item")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Reply(models.Model):
    """What was answered to the customer: sent by the channel, or written down.

    `message_id` is that of the mail it left in, by which an answer to it finds back.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="replies")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("answered at"))
    text = models.TextField(_("answer"), max_length=5000)
    way = models.CharField(
        _("way"), max_length=8, choices=ReplyWay.choices, default=ReplyWay.RECORDED
    )
    message_id = models.CharField(max_length=80, blank=True, editable=False)
    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to an item")
        verbose_name_plural = _("answers to items")
        indexes = [
            models.Index(fields=["item", "at"], name="reply_of_item"),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="reply_by_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Alarm(models.Model):
    """A rung of the ladder above a negative review without an answer (FBK-3).

    Written with the item; told once, or silenced by the answer.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="alarms")
    stage = models.CharField(_("stage"), max_length=10, choices=AlarmStage.choices)
    due_at = models.DateTimeField(_("due at"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    silenced_at = models.DateTimeField(_("silenced at"), null=True, blank=True)
    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm about a review")
        verbose_name_plural = _("alarms about reviews")
        constraints = [models.UniqueConstraint(fields=["item", "stage"], name="alarm_once")]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(told_at=None, silenced_at=None),
                name="alarm_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.stage}"
