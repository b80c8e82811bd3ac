from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.enums import (
    Channel,
    Opinion,
    Proof,
    ProposalState,
    RemedyKind,
    Side,
    TaskState,
)
from complaints.models.cases import Complaint
from complaints.models.followups import FollowUp
from complaints.querysets import RemedyProposalQuerySet, TaskQuerySet
from portal.money import Fen
from staff.people.models import Person
from staff.rulebook.models import Calendar

LIVE = (ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.APPROVED)
FIXED = (ProposalState.APPROVED, ProposalState.AGREED)


class Department(models.Model):
    """A department that carries out what was agreed (CMP-8), with the calendar it works by."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="+", verbose_name=_("calendar")
    )
    task_minutes = models.PositiveIntegerField(
        _("time for a task (minutes of its service time)"), default=480
    )
    contact = models.CharField(_("whom to ask there"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """Return the name in the active language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Assessment(models.Model):
    """What one thinks of a case before anything is offered (CMP-5)."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="assessment")
    long_relation = models.CharField(
        _("a long relation with the customer"), max_length=8, choices=Opinion.choices
    )
    buys_again = models.CharField(
        _("the customer will buy again"), max_length=8, choices=Opinion.choices
    )
    reputation = models.CharField(_("what will be said about us"), max_length=500, blank=True)
    reasonable = models.CharField(
        _("the demand is reasonable"), max_length=8, choices=Opinion.choices
    )
    fault = models.CharField(_("whose fault"), max_length=10, choices=Side.choices)
    fault_percent = models.PositiveSmallIntegerField(_("how much of it (%)"), default=100)
    findings = models.TextField(_("what was found out"), max_length=5000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                condition=Q(fault_percent__lte=100), name="assessment_percent_of_all"
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Proposal(models.Model):
    """What a customer is to be offered, one after the other (CMP-6), and who approved it (CMP-7).

    Amounts in fen. What an exchange would cost is the sum of `goods_fen` (the value of the goods
    that are lost), both freights and `handling_fen`; it limits partial refunds. `return_fen` is
    what the return that the customer wanted would have cost. A proposal that is approved never
    changes: changing it makes it void and begins another.
    """

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, db_index=False, related_name="proposals"
    )
    position = models.PositiveSmallIntegerField()
    state = models.CharField(
        _("state"), max_length=9, choices=ProposalState.choices, default=ProposalState.DRAFT
    )
    wanted = models.CharField(
        _("what the customer wants"), max_length=16, choices=RemedyKind.choices, blank=True
    )
    return_fen = models.BigIntegerField(_("what that would cost (fen)"), null=True, blank=True)
    goods_fen = models.BigIntegerField(_("value of the goods lost (fen)"), default=0)
    freight_out_fen = models.BigIntegerField(_("freight to the customer (fen)"), default=0)
    freight_back_fen = models.BigIntegerField(_("freight back (fen)"), default=0)
    handling_fen = models.BigIntegerField(_("handling (fen)"), default=0)
    reason = models.CharField(_("why this"), max_length=1000)
    total_fen = models.BigIntegerField(_("granted in all (fen)"), default=0)
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    needs = models.CharField(_("who has to approve"), max_length=10, blank=True)
    decided_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="decided_proposals",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    is_exception = models.BooleanField(_("stood in"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = RemedyProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="proposal_in_order"),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(state__in=LIVE), name="proposal_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="proposal_never_by_oneself",
                violation_error_message=_("Nobody decides on their own proposal."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_decided_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(needs="") | ~Q(state__in=FIXED) | Q(decided_by__isnull=False),
                name="proposal_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    total_fen__gte=0,
                    goods_fen__gte=0,
                    freight_out_fen__gte=0,
                    freight_back_fen__gte=0,
                    handling_fen__gte=0,
                )
                & (Q(return_fen=None) | Q(return_fen__gte=0)),
                name="proposal_amounts_positive",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(state=ProposalState.SUBMITTED),
                name="proposal_waiting",
            ),
            models.Index(fields=["-proposed_at", "-id"], name="proposal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.position}"

    @property
    def exchange_fen(self) -> Fen:
        """Return what an exchange would cost (CMP-6)."""
        return Fen(
            self.goods_fen + self.freight_out_fen + self.freight_back_fen + self.handling_fen
        )


class Remedy(models.Model):
    """One thing that is offered; several make a proposal. `amount_fen` is what it costs us."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, db_index=False, related_name="remedies")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("remedy"), max_length=16, choices=RemedyKind.choices)
    amount_fen = models.BigIntegerField(_("amount (fen)"), default=0)
    text = models.CharField(_("what exactly"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="remedy_in_order"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="remedy_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.kind}"


class Agreement(models.Model):
    """The customer agreed to a proposal (CMP-8): told to somebody, or on a personal link."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="agreement")
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, blank=True)
    at = models.DateTimeField(_("agreed at"))
    wording = models.CharField(_("what the customer said"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class CaseTask(models.Model):
    """Something a department does for a case (CMP-8), with an owner, a deadline and a proof.

    `due_at` counts in the department's own calendar. The follow-up reminds the desk of it.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="tasks")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="tasks", verbose_name=_("department")
    )
    remedy = models.ForeignKey(Remedy, models.PROTECT, null=True, related_name="tasks")
    what = models.CharField(_("what is to be done"), max_length=500, blank=True)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="case_tasks", verbose_name=_("who sees to it here")
    )
    contact = models.CharField(_("who does it there"), max_length=120, blank=True)
    needs_proof = models.CharField(
        _("proof that is asked for"), max_length=8, choices=Proof.choices, blank=True
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("task given at"))
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(
        _("state"), max_length=9, choices=TaskState.choices, default=TaskState.OPEN
    )
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    result = models.CharField(_("result"), max_length=500, blank=True)
    followup = models.OneToOneField(FollowUp, models.SET_NULL, null=True, related_name="case_task")
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a department")
        verbose_name_plural = _("tasks of departments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TaskState.OPEN, done_at=None)
                | (~Q(state=TaskState.OPEN) & Q(done_at__isnull=False)),
                name="task_done_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=TaskState.DONE) | Q(needs_proof="") | ~Q(proof=""),
                name="task_done_with_proof",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=TaskState.OPEN), name="task_open_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.pk}"
