from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.enums import CaseStage, Channel, EntryKind, Mood, Severity, ShippingState
from complaints.models.clocks import Clocks
from complaints.models.customers import Customer, Order, Product
from complaints.models.escalation import Escalated
from complaints.models.routing import Routed
from complaints.querysets import AttachmentQuerySet, ComplaintQuerySet, TimelineQuerySet
from staff.people.models import Person, Store
from staff.roster.models import Skill

OPEN_STAGES = (
    CaseStage.REGISTERED,
    CaseStage.HANDLING,
    CaseStage.INVESTIGATION,
    CaseStage.PROPOSAL,
    CaseStage.APPROVAL,
    CaseStage.AGREED,
    CaseStage.CARRYING_OUT,
    CaseStage.REVISIT,
)


class NumberSeries(models.Model):
    """The last number given on a service day, by letter (C for complaints, F for follow-ups)."""

    letter = models.CharField(max_length=1)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["letter", "day"], name="number_series_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.letter}{self.day}"


class ComplaintType(models.Model):
    """The nature of a complaint on two levels (CMP-2), for instance `quality.defect`.

    Departments may add their own; a group is a type without parent.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("group"),
    )
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    skill = models.ForeignKey(
        Skill,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("skill"),
        help_text=_("Who has it gets such cases first. Without one, that of the group counts."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("type of complaint")
        verbose_name_plural = _("types of complaint")

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """Return the name in the active language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Complaint(Clocks, Escalated, Routed):
    """One complaint, whatever its channel (CMP-1). Amounts in fen.

    `words` holds the tokens of portal.texttokens by which it is found; the database keeps an
    index over them. `recorder` signs the form by name. A foreign key that begins another index
    of its table has none of its own.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    registered_at = models.DateTimeField(_("registered at"))
    service_day = models.DateField(_("service day"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    reference = models.CharField(_("external number"), max_length=80, blank=True)
    store = models.ForeignKey(
        Store, models.PROTECT, db_index=False, related_name="complaints", verbose_name=_("store")
    )
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("order"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        db_index=False,
        related_name="complaints",
        verbose_name=_("customer"),
    )
    shipping = models.CharField(
        _("shipping state"),
        max_length=12,
        choices=ShippingState.choices,
        default=ShippingState.UNKNOWN,
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("product"),
    )
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    produced_on = models.DateField(_("production date"), null=True, blank=True)
    batch = models.CharField(_("batch"), max_length=80, blank=True)
    used_since = models.CharField(_("when used"), max_length=200, blank=True)
    description = models.TextField(_("what happened"), max_length=20000)
    used_before = models.TextField(
        _("what was used before and how that went"), max_length=5000, blank=True
    )
    type = models.ForeignKey(
        ComplaintType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("type"),
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.ORDINARY
    )
    amount_fen = models.BigIntegerField(_("amount involved (fen)"), null=True, blank=True)
    demand = models.TextField(_("what the customer asks for"), max_length=5000, blank=True)
    mood = models.CharField(
        _("how the customer feels"), max_length=14, choices=Mood.choices, blank=True
    )
    recorder = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recorded_complaints",
        verbose_name=_("recorded by"),
    )
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="owned_complaints",
        verbose_name=_("owner"),
    )
    stage = models.CharField(
        _("stage of the case"),
        max_length=13,
        choices=CaseStage.choices,
        default=CaseStage.REGISTERED,
        editable=False,
    )
    stage_since = models.DateTimeField(_("in this stage since"), null=True, editable=False)
    closed_at = models.DateTimeField(_("case closed at"), null=True, editable=False)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        db_index=False,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    incident = models.ForeignKey(
        "Incident",
        models.SET_NULL,
        db_index=False,
        null=True,
        editable=False,
        related_name="cases",
        verbose_name=_("incident"),
    )
    changed_at = models.DateTimeField(_("changed at"))
    version = models.PositiveIntegerField(default=1, editable=False)
    words = models.TextField(editable=False, default="")
    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "channel"],  # an import looks for references
                condition=~Q(reference=""),
                name="complaint_reference_once",
                violation_error_message=_("This channel has a complaint of that number already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0),
                name="complaint_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_late=None) | Q(acknowledged_at__isnull=False),
                name="complaint_acknowledged_late_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_late=None) | Q(answered_at__isnull=False),
                name="complaint_answered_late_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, stage__in=OPEN_STAGES)
                | (Q(closed_at__isnull=False) & ~Q(stage__in=OPEN_STAGES)),
                name="complaint_closed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(stage=CaseStage.MERGED, merged_into__isnull=False)
                | (~Q(stage=CaseStage.MERGED) & Q(merged_into=None)),
                name="complaint_merged_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(escalated_at=None, escalated_because="")
                | Q(escalated_at__isnull=False) & ~Q(escalated_because=""),
                name="complaint_escalation_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="complaint_newest"),
            models.Index(fields=["store", "-registered_at", "-id"], name="complaint_of_store"),
            models.Index(fields=["-changed_at", "-id"], name="complaint_changed"),
            models.Index(fields=["owner", "-registered_at"], name="complaint_of_owner"),
            models.Index(fields=["customer", "-registered_at"], name="complaint_of_customer"),
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="complaint_by_due"
            ),
            models.Index(fields=["stage", "-registered_at", "-id"], name="complaint_by_stage"),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(closed_at__isnull=False),
                name="complaint_closed",
            ),
            models.Index(
                fields=["waiting_until"],
                condition=Q(waiting_until__isnull=False),
                name="complaint_waiting",
            ),
            models.Index(
                fields=["-registered_at", "-id"],
                condition=Q(escalated_at__isnull=False),
                name="complaint_escalated",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="complaint_merged_into",
            ),
            models.Index(
                fields=["incident"],
                condition=Q(incident__isnull=False),
                name="complaint_of_incident",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_at_work(self) -> bool:
        """Whether somebody has to work on it, as `at_work` of the QuerySet."""
        is_history = self.stage == CaseStage.REGISTERED and self.due_at is None
        return self.closed_at is None and not is_history


class Watch(models.Model):
    """Somebody follows a case and sees it whatever its store (§10)."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, db_index=False, related_name="watches")
    person = models.ForeignKey(Person, models.CASCADE, related_name="watches")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [models.UniqueConstraint(fields=["complaint", "person"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.pk}"


class TimelineEntry(models.Model):
    """One line of a case's history; append-only. No personal values and no free text."""

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, db_index=False, related_name="timeline"
    )
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    params = models.JSONField(default=dict)
    objects = TimelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the timeline")
        verbose_name_plural = _("lines of the timeline")
        indexes = [models.Index(fields=["complaint", "-at", "-id"], name="timeline_of_case")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class Note(models.Model):
    complaint = models.ForeignKey(Complaint, models.CASCADE, db_index=False, related_name="notes")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(_("written at"))
    text = models.TextField(_("text"), max_length=10000)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["complaint", "-written_at"], name="note_of_case")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Attachment(models.Model):
    """A private file of a case. `kind` is what its content says, not its name."""

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, db_index=False, related_name="attachments"
    )
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/", max_length=200)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=80)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("added at"))
    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "sha256"],
                name="attachment_once",
                violation_error_message=_("This file is attached already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
