from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from portal import fallback, tasks, ticking
from portal.models import Heartbeat, Notice
from tests.at_once import problems_of
from tests.factories.portal import NOW, HeartbeatFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Work:
    """A step that has some batches to do."""

    def __init__(self, *batches):
        self.batches = list(batches)
        self.moments = []

    def run(self, now):
        self.moments.append(now)
        count = self.batches.pop(0) if self.batches else 0
        if isinstance(count, Exception):
            raise count
        return count

    def oldest_due(self, _now):
        return NOW if self.batches else None


@pytest.fixture(autouse=True)
def steps(monkeypatch):
    monkeypatch.setattr(ticking, "_steps", {})

    def add(name, *batches):
        work = Work(*batches)
        ticking.register(ticking.Step(name, run=work.run, oldest_due=work.oldest_due))
        return work

    return add


class Clock:
    """Moves on by a second at each look."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def test_a_tick_repeats_until_nothing_is_due(steps):
    first, second = steps("one", 500, 500, 3), steps("two", 1)
    assert ticking.run(clock=Clock()) == 1004
    assert (len(first.moments), len(second.moments)) == (4, 2)


def test_the_clock_is_read_for_each_batch(steps):
    work = steps("one", 1, 1)
    ticking.run(clock=Clock())
    assert len(set(work.moments)) == 3


@pytest.mark.parametrize("error", [DatabaseError("locked"), ValueError("broken row")])
def test_a_step_that_fails_keeps_no_other_from_running(steps, error):
    steps("broken", error)
    good = steps("good", 2)
    assert ticking.run(clock=Clock()) == 2
    assert good.batches == []


def test_a_tick_leaves_its_mark():
    ticking.run(clock=lambda: NOW)
    assert ticking.last_beat(ticking.HEARTBEAT) == NOW


def test_the_mark_moves_at_most_once_a_second():
    ticking.beat("tick", now=NOW)
    ticking.beat("tick", now=NOW + timedelta(milliseconds=900))
    assert ticking.last_beat("tick") == NOW
    ticking.beat("tick", now=NOW + timedelta(seconds=1))
    assert ticking.last_beat("tick") == NOW + timedelta(seconds=1)


def test_the_oldest_of_all_steps_is_found(steps):
    steps("idle")
    assert ticking.oldest_due(NOW) is None
    steps("busy", 1)
    assert ticking.oldest_due(NOW) == NOW


def test_the_tasks_run_with_arguments_of_a_newer_caller(steps):
    work = steps("one", 2)
    tasks.tick(newer="argument")
    tasks.send_outbox(newer="argument")
    tasks.housekeeping(newer="argument")
    tasks.housekeeping()
    assert work.batches == []


def test_the_command_does_what_is_due_and_ends(steps, capsys):
    steps("one", 5)
    call_command("tick", once=True)
    assert capsys.readouterr().out == "tick: 5 done\n"


def test_the_fall_back_rests_while_somebody_else_ticks(steps):
    work = steps("one", 1)
    HeartbeatFactory(name=ticking.HEARTBEAT, beat_at=timezone.now())
    assert fallback.look() is False
    assert work.batches == [1]


@pytest.mark.parametrize(
    ("age", "by"), [(None, ""), (7, ""), (1, fallback.WEB), (-3600, ""), (3600, fallback.WEB)]
)
def test_the_fall_back_ticks_when_nobody_else_does(steps, age, by):
    work = steps("one", 1)
    if age is not None:
        HeartbeatFactory(name=ticking.HEARTBEAT, beat_at=NOW - timedelta(seconds=age), detail=by)
    assert fallback.look(clock=lambda: NOW) is True
    assert work.batches == []


@pytest.mark.usefixtures("steps")
def test_the_fall_back_gives_way_to_a_worker():
    now = timezone.now()
    assert fallback.look(clock=lambda: now) is True
    ticking.run(clock=lambda: now + timedelta(seconds=2))
    assert fallback.look(clock=lambda: now + timedelta(seconds=3)) is False


@pytest.mark.django_db(transaction=True)
def test_ten_ticks_at_once_do_the_work_once(monkeypatch):
    """The step claims by a conditional UPDATE, as every step does."""
    user = UserFactory()
    Notice.objects.bulk_create(
        Notice(receiver=user, key=f"n{n}", kind="test", created_at=NOW) for n in range(200)
    )
    done = []

    def claim(now):
        ids = list(Notice.objects.unread().order_by("pk").values_list("pk", flat=True)[:20])
        count = Notice.objects.unread().filter(pk__in=ids).update(read_at=now)
        done.append(count)
        return len(ids)

    monkeypatch.setattr(ticking, "_steps", {})
    ticking.register(ticking.Step("claim", run=claim, oldest_due=lambda _now: None))
    assert problems_of(*[lambda: ticking.run(clock=timezone.now)] * 10) == []
    assert sum(done) == 200
    assert Heartbeat.objects.count() == 1
