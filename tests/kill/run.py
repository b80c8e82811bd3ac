"""One performance: start the stage, promise, strike, wait, judge. Imported with Django set up."""

import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from complaints.models import Reminder
from portal import ticking
from portal.models import OutboxMessage
from tests.kill import scene, verdict
from tests.kill.robot import FakeRobot
from tests.kill.stage import Stage, portal_commands
from tests.kill.verdict import Line

STARTED_WITHIN = 90.0  # seconds, on a machine that is busy with other things
SETTLED_WITHIN = 60.0
STRAGGLERS = 3.0  # a copy on its way arrives within this


class NotStarted(Exception):
    """The children did not come alive; their logs say why."""


@dataclass(frozen=True)
class Measure:
    """How much: the reminders, the blows, whom they may hit and how long they go on."""

    reminders: int
    blows: int
    seconds: float
    targets: list[str]
    seed: int


def patiently(act):
    """Return what `act` reads, or None while the database is struck dead."""
    try:
        return act()
    except DatabaseError:
        connection.close()
        return None


def make_database(stage: Stage) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while patiently(lambda: connection.ensure_connection() or True) is None:
        if time.monotonic() > until:
            raise NotStarted("the database")
        stage.wait(0.2)
    call_command("migrate", verbosity=0)


def start(stage: Stage, *, env: dict[str, str]) -> None:
    """Start web, worker and beat and wait until the tick runs."""
    for name, command in portal_commands(stage.folder).items():
        stage.add(name, command, env=env)
    until = time.monotonic() + STARTED_WITHIN
    while patiently(lambda: ticking.last_beat(ticking.HEARTBEAT)) is None:
        if time.monotonic() > until:
            raise NotStarted(f"no tick; see the logs in {stage.folder}")
        stage.wait(0.2)


def strike(stage: Stage, measure: Measure, *, start_at: datetime, chance: random.Random) -> Counter:
    """Deal the blows at random moments, the last one at the end of the span."""
    moments = [*sorted(chance.random() for _ in range(measure.blows - 1)), 1.0]
    struck: Counter[str] = Counter()
    for part in moments:
        moment = start_at + timedelta(seconds=part * measure.seconds)
        stage.wait(max(0.0, (moment - timezone.now()).total_seconds()))
        while not (living := stage.living(measure.targets)):
            stage.wait(0.05)
        victim = chance.choice(living)
        stage.strike(victim)
        struck[victim] += 1
    return struck


def is_settled() -> bool:
    """Tell whether all is told and sent. A dead database is asked again."""
    now = timezone.now()
    left = patiently(
        lambda: (
            Reminder.objects.due(now).exists()
            or OutboxMessage.objects.waiting().filter(next_try_at__lte=now).exists()
        )
    )
    return left is False


def settle(stage: Stage, *, last_blow: datetime) -> None:
    until = last_blow + timedelta(seconds=SETTLED_WITHIN)
    while timezone.now() < until and not is_settled():
        stage.wait(0.5)
    stage.wait(STRAGGLERS)


def perform(stage: Stage, measure: Measure, *, env: dict[str, str]) -> tuple[list[Line], Counter]:
    """Return the figures and how often each child was struck."""
    chance = random.Random(measure.seed)
    robot = FakeRobot()
    make_database(stage)
    people = scene.department(robot.address)
    start(stage, env=env)
    start_at = timezone.now() + timedelta(seconds=3 + measure.reminders / 400)
    plan = scene.promise(
        people,
        rungs=measure.reminders,
        start=start_at,
        span=timedelta(seconds=measure.seconds),
        chance=chance,
    )
    struck = strike(stage, measure, start_at=start_at, chance=chance)
    last_blow = timezone.now()
    settle(stage, last_blow=last_blow)
    for name in ("beat", "worker", "web"):
        stage.children.pop(name).kill()
    while patiently(lambda: Reminder.objects.exists() or True) is None:
        stage.wait(0.2)
    lines = [
        *verdict.in_portal(plan, last_blow=last_blow),
        *verdict.at_robot(plan, robot.taken, last_blow=last_blow, blows=measure.blows),
    ]
    robot.close()
    return lines, struck
