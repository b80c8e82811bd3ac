from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from portal.models import (
        ApiToken,
        AuditEntry,
        ExportRun,
        ImportRun,
        Mailbox,
        Notice,
        OutboxMessage,
        Robot,
        User,
        Webhook,
    )


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User, *, below: Collection[int] = ()) -> Self:
        """Own acts, those of the users `below` (ids), everything for the administrator (§10)."""
        if user.is_superuser:
            return self
        return self.filter(Q(actor=user) | Q(actor__in=below))

    def matching(
        self, *, q: str = "", verb: str = "", since: date | None = None, until: date | None = None
    ) -> Self:
        """Those with an object or actor like `q`, of a kind, on days from `since` to `until`.

        Both days are included and meant in the department's zone.
        """
        rows = self
        if q:
            rows = rows.filter(Q(target_label__startswith=q) | Q(actor__username=q))
        if verb:
            rows = rows.filter(verb=verb)
        if since:
            rows = rows.filter(at__gte=_midnight(since))
        if until and until < date.max:
            rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
        return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(receiver=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> Self:
        return self.filter(sent_at=None, gave_up_at=None, withdrawn_at=None)

    def due(self, now: datetime) -> Self:
        """Messages whose time has come and that nobody holds a lease on.

        Those of a webhook that pauses wait until it goes on.
        """
        webhook = apps.get_model("portal", "Webhook")
        open_ones = webhook.objects.filter(is_active=True, paused_at=None).values("pk")
        return self.waiting().filter(
            Q(leased_until=None) | Q(leased_until__lt=now),
            Q(webhook=None) | Q(webhook_id__in=open_ones),
            next_try_at__lte=now,
        )


class RobotQuerySet(models.QuerySet["Robot"]):
    def free(self, now: datetime) -> Self:
        """Robots that nobody speaks through, and whose chat takes a message again."""
        return self.filter(Q(busy_until=None) | Q(busy_until__lte=now))


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """Own imports; the administrator sees all (names of files and counts, no rows)."""
        return self if user.is_superuser else self.filter(actor=user)


class ExportRunQuerySet(models.QuerySet["ExportRun"]):
    def visible_to(self, user: User) -> Self:
        """Own exports and nobody else's: the file holds what that person may see."""
        return self.filter(actor=user)


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def due(self, now: datetime) -> Self:
        """Mailboxes that are to be read and that nobody is reading."""
        return self.filter(
            Q(next_read_at=None) | Q(next_read_at__lte=now),
            Q(leased_until=None) | Q(leased_until__lt=now),
            is_active=True,
        )

    def failing(self, *, since: datetime) -> Self:
        """Active ones that could not be read from `since` on or longer."""
        return self.filter(is_active=True, failing_since__lte=since)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User, *, below: Collection[int]) -> Self:
        """Own ones and those of the people below; the administrator sees all (no secrets)."""
        return self if user.is_superuser else self.filter(user_id__in={user.pk, *below})

    def standing(self, now: datetime) -> Self:
        """Those that still open the door."""
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User, *, below: Collection[int]) -> Self:
        """Own ones and those of the people below; the administrator sees all."""
        return self if user.is_superuser else self.filter(user_id__in={user.pk, *below})

    def listening(self) -> Self:
        """Those that are told what happens; a paused one hears it once it goes on."""
        return self.filter(is_active=True, user__is_active=True)
