from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, cast

from django.apps import apps
from django.db import connections, models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from portal.bulk import BulkCreate
from portal.texttokens import as_fts5, as_tsquery
from staff.people.enums import Post

if TYPE_CHECKING:
    from complaints.models import (
        Attachment,
        CaseAlarm,
        CaseLetter,
        CaseMailbox,
        CaseTask,
        Chase,
        Complaint,
        Customer,
        FollowUp,
        FollowUpMove,
        HandoverOffer,
        Incident,
        Liability,
        LiabilityShare,
        Order,
        PreventiveMeasure,
        Proposal,
        Reminder,
        TimelineEntry,
        UnpaidOrder,
        Wave,
    )
    from staff.people.access import Scope


WORDS = "complaints_words"
"""SQLite's index over the words of cases; its rowid is their key."""


class CustomerQuerySet(BulkCreate, models.QuerySet["Customer"]):
    def visible_to(self, scope: Scope) -> Self:
        """Customers with an order or a complaint in one's stores, or in a case of one's own."""
        case_model = apps.get_model("complaints", "Complaint")
        order_model = apps.get_model("complaints", "Order")
        cases = case_model.objects.visible_to(scope).filter(customer=OuterRef("pk"))
        orders = order_model.objects.visible_to(scope).filter(customer=OuterRef("pk"))
        return self.filter(Exists(cases) | Exists(orders))


class OrderQuerySet(BulkCreate, models.QuerySet["Order"]):
    def visible_to(self, scope: Scope) -> Self:
        """Orders of the stores of one's teams (§10)."""
        return self.filter(store_id__in=scope.store_ids)

    def promised(self) -> Self:
        """Orders with a promised time that have not left."""
        return self.filter(promised_at__isnull=False, shipped_at=None)


class UnpaidQuerySet(models.QuerySet["UnpaidOrder"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of the stores of one's teams, one's own, and those of the people below (§10)."""
        if scope.person_id is None:
            return self.none()
        return self.filter(
            Q(store_id__in=scope.store_ids) | Q(owner_id__in=scope.below_ids | {scope.person_id})
        )

    def open(self) -> Self:
        return self.filter(state="OPEN")


class _ArrayOf(Subquery):
    """The rows of a subquery as an array that PostgreSQL fetches once, before all else."""

    template = "ARRAY(%(subquery)s)"


class ComplaintQuerySet(BulkCreate, models.QuerySet["Complaint"]):
    def visible_to(self, scope: Scope) -> Self:
        """Cases of one's teams' stores, and any that one recorded, owns or watches (§10).

        On PostgreSQL the watched ones are an array: only then each part finds its own index.
        """
        if scope.person_id is None:
            return self.none()
        watched = (
            apps.get_model("complaints", "Watch")
            .objects.filter(person_id=scope.person_id)
            .values("complaint_id")
        )
        if connections[self.db].vendor == "postgresql":
            is_watched = Q(
                Func(
                    F("pk"),
                    _ArrayOf(watched),
                    template="%(expressions)s)",
                    arg_joiner=" = ANY(",
                    output_field=BooleanField(),
                )
            )
        else:
            is_watched = Q(pk__in=watched)
        return self.filter(
            Q(store_id__in=scope.store_ids)
            | Q(recorder_id=scope.person_id)
            | Q(owner_id=scope.person_id)
            | is_watched
        )

    def at_work(self) -> Self:
        """Cases that somebody has to work on; what came in as history without deadlines is none."""
        return self.filter(closed_at=None).exclude(stage="REGISTERED", due_at=None)

    def matching(self, tokens: Sequence[str], *, alone: bool = False) -> Self:
        """Cases that hold all the tokens of portal.texttokens, through the database's index.

        `alone` says that no other condition is joined by OR: then SQLite walks through its index
        and stops where enough is found, in the order of `newest_hits`.
        """
        if connections[self.db].vendor == "postgresql":
            return self.filter(
                RawSQL(
                    "complaints_complaint.words_index @@ %s::tsquery",
                    [as_tsquery(tokens)],
                    output_field=BooleanField(),
                )
            )
        phrase = as_fts5(tokens)
        if alone:
            same = f"{WORDS}.rowid = complaints_complaint.id"
            where = [f"{WORDS} MATCH %s", same]
            found: Self = cast("Any", self).extra(tables=[WORDS], where=where, params=[phrase])  # noqa: S610 -- fixed names; what is searched is a parameter
            return found
        rows = RawSQL(
            "SELECT rowid FROM complaints_words WHERE complaints_words MATCH %s", [phrase]
        )
        return self.filter(pk__in=rows)

    def newest_hits(self) -> Self:
        """The newest first; by key where SQLite walks through its index of words."""
        if WORDS in self.query.extra_tables:
            found: Self = cast("Any", self).extra(order_by=[f"-{WORDS}.rowid"])
            return found
        return self.order_by("-registered_at", "-pk")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, scope: Scope) -> Self:
        cases = apps.get_model("complaints", "Complaint").objects.visible_to(scope)
        return self.filter(complaint__in=cases)


class TimelineQuerySet(BulkCreate, models.QuerySet["TimelineEntry"]):
    """Lines are seen with their case."""


class MoveQuerySet(BulkCreate, models.QuerySet["FollowUpMove"]):
    """Changes are seen with their follow-up."""


class FollowUpQuerySet(BulkCreate, models.QuerySet["FollowUp"]):
    def visible_to(self, scope: Scope) -> Self:
        """Follow-ups of the stores of one's teams, those that one assigned, one's own (§10).

        Those of the people below, too, whatever the store: reminders go up to their chiefs.
        """
        if scope.person_id is None:
            return self.none()
        return self.filter(
            Q(store_id__in=scope.store_ids)
            | Q(owner_id__in=scope.below_ids | {scope.person_id})
            | Q(assigned_by_id=scope.person_id)
        )

    def open(self) -> Self:
        return self.filter(state="OPEN")


class _Rungs(BulkCreate):
    """Rungs of either ladder; they are seen with what they are about."""

    def waiting(self) -> Self:
        found: Self = cast("Any", self).filter(delivered_at=None, silenced_at=None)
        return found

    def due(self, now: datetime) -> Self:
        """Rungs whose moment has come and that nobody was told of yet, oldest first."""
        found: Self = cast("Any", self.waiting()).filter(due_at__lte=now).order_by("due_at", "id")
        return found


class ReminderQuerySet(_Rungs, models.QuerySet["Reminder"]):
    """Rungs of follow-ups."""


class CaseAlarmQuerySet(_Rungs, models.QuerySet["CaseAlarm"]):
    """Rungs of cases."""


class OfferQuerySet(models.QuerySet["HandoverOffer"]):
    def visible_to(self, scope: Scope) -> Self:
        """What is offered to oneself, and to the leads below."""
        return self.filter(Q(lead_id=scope.person_id) | Q(lead_id__in=scope.below_ids))


class ChaseQuerySet(models.QuerySet["Chase"]):
    """Chases are seen with their order."""


class LiabilityShareQuerySet(models.QuerySet["LiabilityShare"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own shares, and for deputy and supervisor those of the people below (INC-8).

        What a department bears is no wage, and a proposal without amounts is seen by who made it.
        """
        own = Q(person_id=scope.person_id or 0)
        proposed = Q(liability__proposed_by_id=scope.person_id or 0, amount_fen=None)
        if scope.rank >= Post.DEPUTY.rank:
            return self.filter(own | proposed | Q(person=None) | Q(person_id__in=scope.below_ids))
        return self.filter(own | proposed)


class LiabilityQuerySet(models.QuerySet["Liability"]):
    def visible_to(self, scope: Scope) -> Self:
        """Decided ones with a share of one's own, and what one proposed (INC-8).

        Deputy and supervisor also see those of the people below and of their teams' stores.
        """
        if scope.person_id is None:
            return self.none()
        share = apps.get_model("complaints", "LiabilityShare").objects
        own = share.filter(liability=OuterRef("pk"), person_id=scope.person_id)
        seen = Q(Exists(own), ~Q(state__in=("PROPOSED", "DROPPED")))
        seen |= Q(proposed_by_id=scope.person_id)
        if scope.rank >= Post.DEPUTY.rank:
            below = share.filter(liability=OuterRef("pk"), person_id__in=scope.below_ids)
            seen |= Q(store_id__in=scope.store_ids) | Q(Exists(below))
        return self.filter(seen)

    def waiting(self) -> Self:
        return self.filter(state="PROPOSED")


class RemedyProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of the cases that one sees."""
        cases = apps.get_model("complaints", "Complaint").objects.visible_to(scope)
        return self.filter(complaint__in=cases)

    def granted(self) -> Self:
        """What was approved and agreed: it counts towards what further approval needs (CMP-7)."""
        return self.filter(state="AGREED")

    def counting(self) -> Self:
        """What counts towards the limit of partial refunds of an order (CMP-6)."""
        return self.filter(state__in=("SUBMITTED", "APPROVED", "AGREED"))


class TaskQuerySet(models.QuerySet["CaseTask"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own ones, and those of the cases that one sees."""
        cases = apps.get_model("complaints", "Complaint").objects.visible_to(scope)
        return self.filter(Q(owner_id=scope.person_id or 0) | Q(complaint__in=cases))

    def open(self) -> Self:
        return self.filter(state="OPEN")


class MeasureQuerySet(models.QuerySet["PreventiveMeasure"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own ones, and those of the cases that one sees."""
        cases = apps.get_model("complaints", "Complaint").objects.visible_to(scope)
        return self.filter(Q(owner_id=scope.person_id or 0) | Q(complaint__in=cases))


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of one's teams' stores, and those that hold a case which one sees."""
        cases = apps.get_model("complaints", "Complaint").objects.visible_to(scope)
        held = cases.filter(incident=OuterRef("pk"))
        return self.filter(Q(store_id__in=scope.store_ids) | Q(Exists(held)))


class CaseMailboxQuerySet(models.QuerySet["CaseMailbox"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of one's teams and of the stores that they serve."""
        return self.filter(Q(store_id__in=scope.store_ids) | Q(team_id__in=scope.team_ids))


class CaseLetterQuerySet(models.QuerySet["CaseLetter"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of the cases that one sees; without a case, leads see those of their mailboxes."""
        cases = apps.get_model("complaints", "Complaint").objects.visible_to(scope)
        seen = Q(complaint__in=cases)
        if scope.leads:
            seen |= Q(complaint=None, box__store_id__in=scope.store_ids)
            seen |= Q(complaint=None, box__team_id__in=scope.team_ids)
        return self.filter(seen)

    def waiting(self) -> Self:
        """Those that nobody has dealt with."""
        return self.filter(complaint=None, set_aside_at=None)


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, scope: Scope) -> Self:
        """For leads: those of one's teams' stores, and of products that their cases name."""
        if not scope.leads:
            return self.none()
        cases = apps.get_model("complaints", "Complaint").objects.filter(
            store_id__in=scope.store_ids,
            product=OuterRef("product"),
            type=OuterRef("type"),
            registered_at__gte=OuterRef("began_at"),
            registered_at__lte=OuterRef("last_at"),
        )
        return self.filter(Q(store_id__in=scope.store_ids) | Q(Exists(cases)))
