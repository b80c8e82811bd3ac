from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.money import Fen
from staff.attendance.enums import Side
from staff.incentives.enums import DisputeState, MonthState, Settling
from staff.incentives.querysets import (
    ConfirmationQuerySet,
    DisputeQuerySet,
    DraftLineQuerySet,
    LedgerLineQuerySet,
    SettlementQuerySet,
)
from staff.people.models import Person


class Settlement(models.Model):
    """A month of the whole department; `month` is its first day.

    Two different persons close it (INC-6): the first signs, with the second it is closed. The
    database refuses every change of a closed month.
    """

    month = models.DateField(_("month"), unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MonthState.choices, default=MonthState.DRAFT
    )
    computed_at = models.DateTimeField(_("computed at"))
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_closer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("first signature"), null=True, blank=True)
    second_closer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of a month")
        verbose_name_plural = _("settlements of months")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="settlement_first_of_month"),
            models.CheckConstraint(
                condition=Q(state=MonthState.DRAFT, published_at=None, published_by=None)
                | (~Q(state=MonthState.DRAFT) & Q(published_at__isnull=False)),
                name="settlement_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(first_closer=None, signed_at=None)
                | Q(first_closer__isnull=False, signed_at__isnull=False),
                name="settlement_signed_whole",
            ),
            models.CheckConstraint(
                condition=(~Q(state=MonthState.CLOSED) & Q(second_closer=None, closed_at=None))
                | (
                    Q(state=MonthState.CLOSED, first_closer__isnull=False)
                    & Q(second_closer__isnull=False, closed_at__isnull=False)
                    & ~Q(second_closer=F("first_closer"))
                ),
                name="settlement_closed_by_two",
                violation_error_message=_("A month is closed by two different persons (INC-6)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MoneyLine(models.Model):
    """What draft and ledger have in common.

    `settlement` is the month whose statement holds the line, `about` the first day of the month
    that it is about: an earlier one where it came late. `policy` is the first day of the version.
    """

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="%(class)ss")
    about = models.DateField(_("about the month"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")
    rule = models.CharField(_("rule"), max_length=12)
    policy = models.DateField(_("version of the policy"))
    day = models.DateField(_("date"))
    event = models.DateField(_("date of the shift"))
    side = models.CharField(_("side"), max_length=3, choices=Side.choices, blank=True)
    halves = models.PositiveIntegerField(_("quantity in halves"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    settling = models.CharField(_("settled"), max_length=10, choices=Settling.choices)
    evidence = models.TextField(_("evidence"), help_text=_("JSON, as it was hashed"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.rule} {self.day}"

    @property
    def amount(self) -> Fen:
        return Fen(self.amount_fen)


class DraftLine(MoneyLine):
    """A line of a month that is not published; derived, and replaced by each computation."""

    reverses = models.ForeignKey(
        "LedgerLine", models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = DraftLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a draft")
        verbose_name_plural = _("lines of drafts")
        indexes = [
            models.Index(fields=["settlement", "person"], name="draft_line_by_person"),
        ]


class LedgerLine(MoneyLine):
    """One line of the ledger (INC-1). Append-only in the database; `number` has no gaps.

    `digest` is SHA-256 over the digest of the line before and all that stands in this one. A line
    that `reverses` another takes it back; each is taken back at most once.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))
    digest = models.CharField(_("running hash"), max_length=64)
    objects = LedgerLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("lines of the ledger")
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None) | Q(reverses__lt=F("number")),
                name="ledger_reverses_an_earlier_line",
            ),
        ]
        indexes = [
            models.Index(fields=["settlement", "person"], name="ledger_by_statement"),
            models.Index(fields=["about", "person"], name="ledger_by_month"),
        ]


class Dispute(models.Model):
    """A person objects to a line of the own statement, with a reason (INC-6).

    It names the line by what it is about, so that one of a draft can be disputed as well. Where
    the answer takes the line back, it is left out from then on, and reversed if it stands in the
    ledger.
    """

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="disputes")
    about = models.DateField(_("about the month"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="disputes")
    rule = models.CharField(_("rule"), max_length=12)
    day = models.DateField(_("date"))
    event = models.DateField(_("date of the shift"))
    side = models.CharField(_("side"), max_length=3, choices=Side.choices, blank=True)
    nth = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=500)
    raised_at = models.DateTimeField(_("raised at"))
    state = models.CharField(
        _("state"), max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="answered_disputes"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(
                fields=["about", "person", "rule", "day", "event", "side", "nth"],
                condition=Q(state=DisputeState.OPEN),
                name="dispute_open_once",
                violation_error_message=_("This line is disputed already."),
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, answered_by=None, answered_at=None, answer="")
                | (
                    ~Q(state=DisputeState.OPEN)
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="dispute_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("person")),
                name="dispute_not_answered_by_oneself",
                violation_error_message=_("Nobody answers their own dispute."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["settlement"],
                condition=Q(state=DisputeState.OPEN),
                name="dispute_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day}"


class Confirmation(models.Model):
    """A person has confirmed the own statement of a month; silence counts as well (INC-6)."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="confirmations")
    confirmed_at = models.DateTimeField(_("confirmed at"))
    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation of a statement")
        verbose_name_plural = _("confirmations of statements")
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "person"], name="statement_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.confirmed_at:%Y-%m-%d}"
