from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import connections, models
from django.db.models import BooleanField, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from portal.bulk import BulkCreate
from portal.texttokens import as_fts5, as_tsquery
from staff.rulebook.models import Policy

if TYPE_CHECKING:
    from feedback.models import (
        Action,
        Alarm,
        Call,
        CallRule,
        Channel,
        Invitation,
        Item,
        ItemVersion,
        Reply,
        Response,
        Survey,
    )
    from staff.people.access import Scope


def negative() -> Q:
    """Return what makes an item negative by the policy of its own service day (FBK-3).

    A later policy changes no month that is over, in whatever list or figure it is counted.
    """
    policies = Policy.objects.filter(valid_from__lte=OuterRef("service_day"))
    stars = policies.order_by("-valid_from").values("negative_stars")
    return Q(rating__lte=Subquery(stars[:1]))


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, scope: Scope) -> Self:
        """Channels of one's teams and their stores, and the general ones; the administrator all."""
        if scope.is_admin:
            return self
        if scope.post is None:
            return self.none()
        return self.filter(
            Q(store_id__in=scope.store_ids)
            | Q(team_id__in=scope.team_ids)
            | Q(store=None, team=None)
            | Q(owner_id=scope.person_id)
        )


class ItemQuerySet(BulkCreate, models.QuerySet["Item"]):
    def visible_to(self, scope: Scope) -> Self:
        """Items of the stores of one's teams, and those that one owns (§10).

        SQLite is kept from fetching and sorting all items of these stores where the newest few
        are asked for, or those of a month: no index serves a sum.
        """
        if scope.person_id is None:
            return self.none()
        of_stores = Q(store_id__in=scope.store_ids)
        if connections[self.db].vendor == "sqlite":
            of_stores = Q(In(F("store_id") + 0, list(scope.store_ids)))
        return self.filter(of_stores | Q(owner_id=scope.person_id))

    def negative(self) -> Self:
        """Rated with so few stars that the policy of their service day calls them negative."""
        return self.filter(negative())

    def matching(self, tokens: Sequence[str]) -> Self:
        """Items that hold all the tokens of portal.texttokens, through the database's index."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(
                RawSQL(
                    "feedback_item.words_index @@ %s::tsquery",
                    [as_tsquery(tokens)],
                    output_field=BooleanField(),
                )
            )
        words = as_fts5(tokens)
        rows = RawSQL("SELECT rowid FROM feedback_words WHERE feedback_words MATCH %s", [words])
        return self.filter(pk__in=rows)


class ItemVersionQuerySet(BulkCreate, models.QuerySet["ItemVersion"]):
    """Earlier texts are seen with their item."""


class ReplyQuerySet(models.QuerySet["Reply"]):
    """Answers are seen with their item."""


class AlarmQuerySet(BulkCreate, models.QuerySet["Alarm"]):
    def waiting(self) -> Self:
        return self.filter(told_at=None, silenced_at=None)

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, scope: Scope) -> Self:
        """Actions of the stores of one's teams, and those that one owns or made."""
        if scope.person_id is None:
            return self.none()
        return self.filter(
            Q(store_id__in=scope.store_ids)
            | Q(owner_id=scope.person_id)
            | Q(made_by_id=scope.person_id)
        )


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, scope: Scope) -> Self:
        """Surveys of the stores of one's teams."""
        if scope.person_id is None:
            return self.none()
        return self.filter(store_id__in=scope.store_ids)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, scope: Scope) -> Self:
        """Invitations to the surveys that one sees."""
        if scope.person_id is None:
            return self.none()
        return self.filter(survey__store_id__in=scope.store_ids)

    def waiting(self, now: datetime) -> Self:
        """Neither answered nor expired."""
        return self.filter(answered_at=None, expires_at__gt=now)

    def to_remind(self, now: datetime, *, today: date) -> Self:
        """Those of open surveys whose reminder is due, the oldest first."""
        due = self.waiting(now).filter(remind_at__lte=now, reminded_at=None)
        last = Q(survey__closes_on=None) | Q(survey__closes_on__gte=today)
        return due.filter(last, survey__state="OPEN").order_by("remind_at", "pk")


class CallRuleQuerySet(models.QuerySet["CallRule"]):
    def visible_to(self, scope: Scope) -> Self:
        """Rules of the stores of one's teams; the administrator all."""
        return self if scope.is_admin else self.filter(store_id__in=scope.store_ids)


class CallQuerySet(BulkCreate, models.QuerySet["Call"]):
    def visible_to(self, scope: Scope) -> Self:
        """Calls to customers of the stores of one's teams."""
        if scope.person_id is None or scope.post is None:
            return self.none()
        return self.filter(store_id__in=scope.store_ids)

    def listed(self) -> Self:
        """All but those that only say that a customer is left alone."""
        return self.exclude(state="LEFT")


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, scope: Scope) -> Self:
        """Responses to the surveys that one sees."""
        if scope.person_id is None:
            return self.none()
        return self.filter(survey__store_id__in=scope.store_ids)
