"""What waits of complaints: proposals and liabilities to decide, tasks, payments, promises."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, IntegerField, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.enums import Ground
from complaints.models import CaseTask, Liability, Order, UnpaidOrder
from complaints.queries import remedies
from complaints.queries.cases import in_chinese
from portal.money import Fen, display_yuan
from portal.piles import Kind, Matter, Source, Stack
from staff.people.enums import Post
from staff.people.registry import has_post, leads, scope_of

PROPOSALS = Kind(label=_("Proposals"), icon="lightbulb", view="complaints:proposals")
LIABILITIES = Kind(label=_("Liabilities"), icon="cash-coin", view="complaints:liabilities")
TASKS = Kind(label=_("Tasks of departments"), icon="truck", view="complaints:tasks")
UNPAID = Kind(label=_("Unpaid orders"), icon="wallet2", view="complaints:unpaid")
PROMISES = Kind(
    label=_("Promised shipping dates"), icon="calendar-check", view="complaints:promises"
)
AHEAD = timedelta(hours=24)


def _decisions(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return proposals (CMP-7) and liabilities (INC-4) that one may decide, in one query."""
    scope = scope_of(request)
    found = (
        remedies.to_decide(scope)
        .annotate(ground=Value("", output_field=CharField()), at=F("submitted_at"))
        .values_list("pk", "ground", "complaint__number", "position", "total_fen", "at")
        .order_by()
    )
    if scope.rank >= Post.DEPUTY.rank:
        number = Value(0, output_field=IntegerField())
        waiting = Liability.objects.visible_to(scope).waiting()
        if scope.rank < Post.SUPERVISOR.rank:
            waiting = waiting.filter(~Exists(remedies.supervisors_here(scope.today)))
        found = found.union(
            waiting.annotate(position=number, total_fen=number, at=F("proposed_at"))
            .values_list("pk", "ground", "store__name", "position", "total_fen", "at")
            .order_by(),
            all=True,
        )
    return [_decision(*row) for row in found.order_by("at")[:most]]


def _decision(key: int, ground: str, name: str, position: int, fen: int, at: datetime) -> Matter:
    if ground:
        url = reverse("complaints:liability", args=[key])
        text = f"{Ground(ground).label} · {name}"
        return Matter(kind=LIABILITIES, text=text, url=url, since=at)
    url = reverse("complaints:proposal", args=[name, position])
    return Matter(kind=PROPOSALS, text=f"{name} · ¥{display_yuan(Fen(fen))}", url=url, since=at)


def _tasks(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return what departments owe and one sees to oneself (CMP-8), in one query."""
    rows = CaseTask.objects.filter(owner_id=scope_of(request).person_id or 0).open()
    names = ("pk", "department__name_zh", "department__name_en", "complaint__number", "due_at")
    now, chinese = timezone.now(), in_chinese()
    return [
        Matter(
            kind=TASKS,
            text=f"{zh if chinese else en} · {number}",
            url=reverse("complaints:task", args=[pk]),
            since=due_at,
            late=due_at < now,
        )
        for pk, zh, en, number, due_at in rows.order_by("due_at", "pk").values_list(*names)[:most]
    ]


def _unpaid(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return one's own unpaid orders, what must be paid first at the top, in one query."""
    rows = UnpaidOrder.objects.visible_to(scope_of(request)).open()
    rows = rows.filter(owner_id=scope_of(request).person_id)
    found = rows.order_by(F("pay_until").asc(nulls_last=True), "placed_at", "pk")
    now = timezone.now()
    return [
        Matter(
            kind=UNPAID,
            text=number,
            url=reverse("complaints:unpaid_order", args=[pk]),
            since=pay_until or timezone.localdate(placed_at),
            late=pay_until is not None and pay_until < now,
        )
        for pk, number, pay_until, placed_at in found.values_list(
            "pk", "order__number", "pay_until", "placed_at"
        )[:most]
    ]


def _promises(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return what was promised for the next 24 hours or before, and has not left, in one query."""
    now = timezone.now()
    rows = Order.objects.visible_to(scope_of(request)).promised()
    rows = rows.filter(promised_at__lt=now + AHEAD).order_by("promised_at", "pk")
    return [
        Matter(
            kind=PROMISES,
            text=number,
            url=reverse("complaints:order", args=[pk]),
            since=promised_at,
            late=promised_at < now,
        )
        for pk, number, promised_at in rows.values_list("pk", "number", "promised_at")[:most]
        if promised_at is not None
    ]


SOURCES = (
    Source(
        code="cases",
        stack=Stack.DECIDE,
        position=20,
        shown=leads,
        read=_decisions,
    ),
    Source(code="tasks", stack=Stack.OPEN, position=10, shown=has_post, read=_tasks),
    Source(code="unpaid", stack=Stack.OPEN, position=20, shown=has_post, read=_unpaid),
    Source(code="promises", stack=Stack.OPEN, position=30, shown=has_post, read=_promises),
)
