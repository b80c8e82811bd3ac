"""Settling and publishing as asked for in the portal: a row, done once by whichever task comes."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from portal.models import User
from portal.period import Month
from staff.incentives.enums import RunAct, RunState
from staff.incentives.models import SettlementRun
from staff.incentives.services import settling
from staff.rulebook.queries import NoPolicy

log = logging.getLogger(__name__)

RING_AGAIN_AFTER = timedelta(seconds=15)
FAILED = "failed"
REFUSED = (
    settling.NotSettled,
    settling.NotOver,
    settling.AlreadyPublished,
    settling.MonthClosed,
    NoPolicy,
)


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


def carry_out(*, run_id: int, now: datetime) -> bool:
    """Do what a waiting run asks for and note the outcome, in one transaction; once.

    Returns whether something was done. What goes wrong unforeseen is noted, too, and logged.
    """
    try:
        return _carry_out(run_id, now=now)
    except Exception:
        log.exception("settlement run %s", run_id)
        SettlementRun.objects.filter(pk=run_id, state=RunState.WAITING).update(
            state=RunState.REFUSED, refusal=FAILED, finished_at=now
        )
        return False


@transaction.atomic
def _carry_out(run_id: int, *, now: datetime) -> bool:
    waiting = SettlementRun.objects.filter(pk=run_id, state=RunState.WAITING)
    run = waiting.select_for_update(skip_locked=True).select_related("actor").first()
    if run is None:
        return False
    month = Month.of(run.month)
    act = settling.publish if run.act == RunAct.PUBLISH else settling.settle
    try:
        with transaction.atomic():
            done = act(month, actor=run.actor, now=now)
    except REFUSED as refused:
        run.state, run.refusal = RunState.REFUSED, type(refused).__name__
    else:
        run.state, run.people, run.lines = RunState.DONE, done.people, done.lines
    run.finished_at = now
    run.save(update_fields=["state", "refusal", "people", "lines", "finished_at"])
    return True


def to_ring_again(now: datetime) -> list[int]:
    """Return the runs whose bell nobody heard, and note that it rings again."""
    waiting = SettlementRun.objects.filter(
        state=RunState.WAITING, rung_at__lte=now - RING_AGAIN_AFTER
    )
    found = list(waiting.values_list("pk", flat=True))
    return [pk for pk in found if waiting.filter(pk=pk).update(rung_at=now)]


def oldest_waiting(now: datetime) -> datetime | None:
    """Return since when a run waits that should have been done; None where none does."""
    waiting = SettlementRun.objects.filter(
        state=RunState.WAITING, asked_at__lte=now - RING_AGAIN_AFTER
    )
    return waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
