"""Settling and publishing as asked for in the portal: a row, done once by whichever task comes.

The row of SettlementRun is the truth. The month is computed first, without any lock, and the row
tells how many people are done; what came of it is written in one transaction with the row's
outcome. A run that has not moved for a minute was left behind by a killed worker: it is taken
again, and whoever lost it rolls back.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from portal.models import User
from portal.period import Month
from staff.incentives.enums import RunAct, RunState
from staff.incentives.models import SettlementRun
from staff.incentives.services import settling
from staff.rulebook.queries import NoPolicy

log = logging.getLogger(__name__)

RING_AGAIN_AFTER = timedelta(seconds=15)
LEFT_BEHIND = timedelta(seconds=60)
TOLD_EVERY = timedelta(seconds=1)
STEP = timedelta(microseconds=1)
FAILED = "failed"
REFUSED = (
    settling.NotSettled,
    settling.NotOver,
    settling.AlreadyPublished,
    settling.MonthClosed,
    NoPolicy,
)
Clock = Callable[[], datetime]


class TakenOver(Exception):
    """Another process has taken the run; this one stops."""


def ask(*, month: Month, act: RunAct, actor: User, now: datetime) -> tuple[SettlementRun, bool]:
    """Note that a month is to be settled or published; False beside a run that still waits."""
    try:
        with transaction.atomic():
            made = SettlementRun.objects.create(
                month=month.first_day, act=act, actor=actor, asked_at=now, rung_at=now
            )
    except IntegrityError:
        return SettlementRun.objects.filter(month=month.first_day).latest("pk"), False
    return made, True


def carry_out(*, run_id: int, clock: Clock) -> bool:
    """Do what a waiting run asks for and note the outcome; once.

    Returns whether something was done. What goes wrong unforeseen is noted, too, and logged.
    """
    run = _take(run_id, now=clock())
    if run is None:
        return False
    try:
        return _carry_out(run, clock)
    except TakenOver:
        log.info("settlement run %s was taken over", run_id)
    except Exception:
        log.exception("settlement run %s", run_id)
        _end(run, now=clock(), refusal=FAILED)
    return False


def _carry_out(run: SettlementRun, clock: Clock) -> bool:
    month, now = Month.of(run.month), clock()
    publishing = run.act == RunAct.PUBLISH
    try:
        ahead = settling.compute_ahead(
            month, publishing=publishing, now=now, progress=_Telling(run, clock)
        )
        with transaction.atomic():
            _hold(run)
            act = settling.publish if publishing else settling.settle
            done = act(month, actor=run.actor, now=now, ahead=ahead)
            _move(
                run, now=clock(), finished_at=now, state=RunState.DONE, people=done.people,
                lines=done.lines,
            )  # fmt: skip
    except REFUSED as refused:
        _end(run, now=clock(), refusal=type(refused).__name__)
    return True


class _Telling:
    """Writes into the row how many people are done: not for each, but often enough to be seen."""

    def __init__(self, run: SettlementRun, clock: Clock) -> None:
        self._run = run
        self._clock = clock
        self._told_at: datetime | None = None

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if self._told_at is None or done == total or now - self._told_at >= TOLD_EVERY:
            moved = _move(self._run, now=now, people_done=done, people_all=total)
            self._run.moved_at = self._told_at = moved


def _take(run_id: int, *, now: datetime) -> SettlementRun | None:
    """Return the run if it waits or was left behind, and nobody else has just taken it."""
    free = SettlementRun.objects.filter(_idle(now), state=RunState.WAITING)
    run = free.select_related("actor").filter(pk=run_id).first()
    if run is None:
        return None
    moved = now if run.moved_at is None else max(now, run.moved_at + STEP)
    mine = free.filter(pk=run_id, moved_at=run.moved_at)
    if not mine.update(moved_at=moved, people_done=0, people_all=0):
        return None
    run.moved_at = moved
    return run


def _idle(now: datetime) -> Q:
    return Q(moved_at=None) | Q(moved_at__lte=now - LEFT_BEHIND)


def _mine(run: SettlementRun) -> QuerySet[SettlementRun]:
    return SettlementRun.objects.filter(pk=run.pk, moved_at=run.moved_at, state=RunState.WAITING)


def _hold(run: SettlementRun) -> None:
    """Keep others from taking the run to the end of the transaction. Raises TakenOver."""
    if _mine(run).select_for_update().first() is None:
        raise TakenOver(run.pk)


def _move(run: SettlementRun, *, now: datetime, **fields: object) -> datetime:
    """Change the row, and return its new mark. Raises TakenOver where the mark is another's."""
    moved = max(now, run.moved_at + STEP) if run.moved_at else now
    if not _mine(run).update(moved_at=moved, **fields):
        raise TakenOver(run.pk)
    return moved


def _end(run: SettlementRun, *, now: datetime, refusal: str) -> None:
    """Note why nothing came of it, unless another process has taken the run meanwhile."""
    _mine(run).update(state=RunState.REFUSED, refusal=refusal, finished_at=now)


def to_ring_again(now: datetime) -> list[int]:
    """Return the runs whose bell nobody heard, and note that it rings again."""
    waiting = SettlementRun.objects.filter(
        _idle(now), state=RunState.WAITING, rung_at__lte=now - RING_AGAIN_AFTER
    )
    found = list(waiting.values_list("pk", flat=True))
    return [pk for pk in found if waiting.filter(pk=pk).update(rung_at=now)]


def oldest_waiting(now: datetime) -> datetime | None:
    """Return since when a run waits that should have been done; None where none does."""
    waiting = SettlementRun.objects.filter(
        _idle(now), state=RunState.WAITING, asked_at__lte=now - RING_AGAIN_AFTER
    )
    return waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
