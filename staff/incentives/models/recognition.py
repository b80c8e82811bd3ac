"""Praise with its reactions, demerits, and coaching entries."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.incentives.querysets import CoachingQuerySet, DemeritQuerySet, PraiseQuerySet
from staff.people.models import Person, Team

NOT_WITHDRAWN = Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
WITHDRAWN = Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")


class Withdrawable(models.Model):
    """What is never deleted, but can be taken back once, with a reason."""

    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.CharField(_("why withdrawn"), max_length=500, blank=True)

    class Meta:
        abstract = True


class Praise(Withdrawable):
    """Public praise of a person or a team (INC-3).

    Who is praised stands in `receivers`, written down when the praise is given: for a team those
    who were in it on that day. `source` names what it came of, e.g. an item of feedback.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="praise_got"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="praise_got")
    kind = models.CharField(_("kind of praise"), max_length=10, choices=PraiseKind.choices)
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("what was done"), max_length=600)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="praise_given")
    given_at = models.DateTimeField(_("given at"))
    source = models.CharField(_("source"), max_length=80, blank=True)
    objects = PraiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("praise")
        verbose_name_plural = _("praise")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None) | Q(person=None, team__isnull=False),
                name="praise_of_one_or_a_team",
                violation_error_message=_("Praise is for a person or for a team."),
            ),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(person=F("given_by")),
                name="praise_not_of_oneself",
                violation_error_message=_("Nobody praises themselves."),
            ),
            models.CheckConstraint(
                condition=NOT_WITHDRAWN | WITHDRAWN, name="praise_withdrawn_whole"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="praise_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        """Return the key: the audit log keeps this text, and titles name customers."""
        return f"{self.pk}"


class PraiseReceiver(models.Model):
    """Somebody whom a praise is for."""

    praise = models.ForeignKey(Praise, models.CASCADE, related_name="receivers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="praise_received")

    class Meta:
        verbose_name = _("receiver of praise")
        verbose_name_plural = _("receivers of praise")
        constraints = [
            models.UniqueConstraint(fields=["praise", "person"], name="praise_received_once"),
        ]

    def __str__(self) -> str:
        return f"{self.praise_id} {self.person_id}"


class Reaction(models.Model):
    """A colleague's sign under a praise; one of each kind for each person."""

    praise = models.ForeignKey(Praise, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="reactions")
    kind = models.CharField(_("kind"), max_length=10, choices=ReactionKind.choices)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["praise", "person", "kind"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.praise_id} {self.kind}"


class Demerit(Withdrawable):
    """A demerit with what was seen (ATT-14). The database refuses to delete or rewrite it.

    `source` names the decision that it is part of, once; such a one is taken back with that.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="demerits")
    day = models.DateField(_("date of the shift"))
    kind = models.CharField(_("what for"), max_length=10, choices=DemeritKind.choices)
    reason = models.CharField(_("what was seen"), max_length=500)
    evidence = models.CharField(_("evidence"), max_length=500)
    source = models.CharField(_("decision"), max_length=80, blank=True, default="")
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="demerits_recorded")
    recorded_at = models.DateTimeField(_("recorded at"))
    objects = DemeritQuerySet.as_manager()

    class Meta:
        verbose_name = _("demerit")
        verbose_name_plural = _("demerits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(recorded_by=F("person")),
                name="demerit_not_of_oneself",
                violation_error_message=_("Nobody records a demerit of their own."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(evidence=""), name="demerit_says_why"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="demerit_once_of_a_decision"
            ),
            models.CheckConstraint(
                condition=NOT_WITHDRAWN | WITHDRAWN, name="demerit_withdrawn_whole"
            ),
        ]
        indexes = [models.Index(fields=["person", "day"], name="demerit_by_person")]

    def __str__(self) -> str:
        return f"{self.day}"


class Coaching(models.Model):
    """A talk with a person: what about, what was agreed, until when (INC-7).

    Private to the person and the chain above. `due_on` is the day of the follow-up, of which the
    tick reminds once; changing it sets the reminder again. `version` grows with every change.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="coaching")
    coach = models.ForeignKey(Person, models.PROTECT, related_name="coaching_given")
    held_on = models.DateField(_("held on"))
    topic = models.CharField(_("topic"), max_length=120)
    agreement = models.TextField(_("what was agreed"), max_length=2000)
    due_on = models.DateField(_("follow-up on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    version = models.PositiveIntegerField(default=1, editable=False)
    read_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = CoachingQuerySet.as_manager()

    class Meta:
        verbose_name = _("coaching entry")
        verbose_name_plural = _("coaching entries")
        constraints = [
            models.CheckConstraint(
                condition=~Q(coach=F("person")),
                name="coaching_not_of_oneself",
                violation_error_message=_("Nobody coaches themselves."),
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("held_on")),
                name="coaching_follow_up_after",
                violation_error_message=_("The follow-up lies before the talk."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="coaching_closed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "held_on"], name="coaching_by_person"),
            models.Index(
                fields=["due_on"],
                condition=Q(closed_at=None, reminded_at=None, due_on__isnull=False),
                name="coaching_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on}"
