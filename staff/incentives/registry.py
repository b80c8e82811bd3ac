"""What incentives add to the check-list of a new department, and to what waits for people."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal import piles
from portal.piles import Matter, Stack
from portal.setup import items
from portal.setup.items import Item, Progress, Way
from staff.incentives.enums import MonthState
from staff.incentives.models import (
    Coaching,
    Confirmation,
    Dispute,
    LedgerLine,
    Scorecard,
    Settlement,
    Target,
)
from staff.incentives.texts import statements as texts
from staff.people.registry import LIST, decides, import_url, is_person, scope_of

DISPUTES = piles.Kind(label=_("Disputes of statements"), icon="receipt", view="staff:disputes")
STATEMENT = piles.Kind(label=_("My statement"), icon="receipt", view="staff:pay")
COACHING = piles.Kind(label=_("Coaching"), icon="chat-left-text", view="staff:coaching_list")


def _disputes(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return the disputes of others that wait for an answer (INC-6), in one query."""
    scope = scope_of(request)
    rows = Dispute.objects.visible_to(scope).open().exclude(person_id=scope.person_id or 0)
    found = rows.order_by("raised_at", "pk").values_list("pk", "person__name", "rule", "raised_at")
    return [
        Matter(
            kind=DISPUTES,
            text=f"{name} · {texts.name_of(rule)}",
            url=reverse("staff:dispute", args=[pk]),
            since=raised_at,
        )
        for pk, name, rule, raised_at in found[:most]
    ]


def _statements(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return the published months that one has not confirmed, in one query."""
    me = scope_of(request).person_id or 0
    mine = LedgerLine.objects.filter(settlement=OuterRef("pk"), person_id=me)
    confirmed = Confirmation.objects.filter(settlement=OuterRef("pk"), person_id=me)
    rows = Settlement.objects.filter(Exists(mine), ~Exists(confirmed), state=MonthState.PUBLISHED)
    found = rows.order_by("month").values_list("month", "published_at")
    return [
        Matter(
            kind=STATEMENT,
            text=date_format(month, "YEAR_MONTH_FORMAT"),
            url=f"{reverse('staff:pay')}?month={month:%Y-%m}",
            since=timezone.localdate(published_at),
        )
        for month, published_at in found[:most]
    ]


def _coaching(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return talks of one's own to confirm, and those that are due, in one query."""
    scope = scope_of(request)
    rows = Coaching.objects.visible_to(scope).open()
    rows = rows.filter(Q(person_id=scope.person_id, read_at=None) | Q(due_on__lte=scope.today))
    found = rows.order_by("due_on", "pk").values_list(
        "pk", "person__name", "topic", "due_on", "held_on"
    )
    return [
        Matter(
            kind=COACHING,
            text=f"{name} · {topic}",
            url=reverse("staff:coaching", args=[pk]),
            since=due_on or held_on,
            late=due_on is not None and due_on < scope.today,
        )
        for pk, name, topic, due_on, held_on in found[:most]
    ]


def fill_piles() -> None:
    """Register what waits for people; called once when the app is ready."""
    for code, stack, position, shown, read in (
        ("disputes", Stack.DECIDE, 30, decides, _disputes),
        ("statements", Stack.OPEN, 50, is_person, _statements),
        ("coaching", Stack.OPEN, 60, is_person, _coaching),
    ):
        piles.register(
            piles.Source(code=code, stack=stack, position=position, shown=shown, read=read)
        )


def fill() -> None:
    """Register the items; called once when the app is ready."""
    items.register(
        Item(
            code="targets",
            title=_("Targets"),
            purpose=_("Clear, measurable aims for people, teams or stores, with a reward (INC-2)."),
            position=310,
            needs=("people",),
            look=lambda request: Progress(
                there=Target.objects.visible_to(scope_of(request)).count()
            ),
            ways=lambda _request: (
                Way(label=_("Set a target"), url=reverse("staff:target_create")),
                Way(label=_("Import a file of targets"), url=import_url("targets")),
                Way(label=LIST, url=reverse("staff:targets")),
            ),
        )
    )
    items.register(
        Item(
            code="scorecards",
            title=_("Scorecards"),
            purpose=_("Quality audits score sampled conversations against a scorecard (INC-7)."),
            position=320,
            look=lambda _request: Progress(there=Scorecard.objects.filter(is_active=True).count()),
            ways=lambda _request: (
                Way(label=_("Write a scorecard"), url=reverse("staff:scorecard_new")),
                Way(label=LIST, url=reverse("staff:scorecards")),
            ),
            shown=is_person,
        )
    )
