"""A settlement asked for in the portal: its progress, left and found again, done once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from staff.incentives.enums import MonthState, RunAct, RunState
from staff.incentives.models import DraftLine, LedgerLine, Settlement, SettlementRun
from staff.incentives.services import runs, settling
from tests.at_once import at_once
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    closed,
    published,
    settled,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def asked(office, act=RunAct.SETTLE, month=OCTOBER):
    run, is_new = runs.ask(month=month, act=act, actor=office.deputy.user, now=NOW)
    assert is_new
    return run


class Clock:
    """Moves on by a second whenever it is asked, and does something each time."""

    def __init__(self, *, each=None, start=NOW):
        self.now = start
        self.each = each or (lambda: None)

    def __call__(self):
        self.each()
        self.now += timedelta(seconds=1)
        return self.now


def elsewhere(act):
    """Return what an act returns on a connection of its own."""
    found = []

    def run():
        try:
            found.append(act())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_everybody_sees_how_many_of_all_are_done_while_it_runs():
    run = asked(Office())
    seen = []

    def look():
        row = elsewhere(lambda: SettlementRun.objects.values_list("people_done", "people_all")[0])
        if row not in seen:
            seen.append(row)

    assert runs.carry_out(run_id=run.pk, clock=Clock(each=look))
    assert seen == [(0, 0), (1, 3), (2, 3), (3, 3)]
    run.refresh_from_db()
    assert (run.state, run.people, run.people_done) == (RunState.DONE, 3, 3)


def test_what_is_computed_ahead_is_what_the_command_computes():
    office = Office(late={8: 11})
    direct = settled(now=NOW)
    before = [str(row.evidence) for row in DraftLine.objects.order_by("pk")]
    assert runs.carry_out(run_id=asked(office).pk, clock=lambda: NOW)
    run = SettlementRun.objects.get()
    assert (run.people, run.lines) == (direct.people, direct.lines)
    assert [str(row.evidence) for row in DraftLine.objects.order_by("pk")] == before


def test_what_was_computed_on_other_ground_is_computed_anew():
    """The month was published meanwhile: the draft that was computed is not written."""
    Office(late={8: 11})
    ahead = settling.compute_ahead(OCTOBER, publishing=False, now=NOW)
    published(now=NOW)
    count = LedgerLine.objects.count()
    done = settling.settle(OCTOBER, actor=None, now=NOW, ahead=ahead)
    assert done.lines == 0
    assert LedgerLine.objects.count() == count
    assert not DraftLine.objects.exists()


def test_ahead_it_refuses_what_cannot_be_done_and_writes_nothing():
    Office()
    published(now=NOW)
    with pytest.raises(settling.AlreadyPublished):
        settling.compute_ahead(OCTOBER, publishing=True, now=NOW)
    with pytest.raises(settling.NotOver):
        settling.compute_ahead(OCTOBER.next(), publishing=True, now=NOW)
    assert [row.state for row in Settlement.objects.all()] == [MonthState.PUBLISHED]


def test_a_closed_month_is_refused_before_it_is_computed():
    office = Office()
    closed(office, now=NOW)
    with pytest.raises(settling.MonthClosed):
        settling.compute_ahead(OCTOBER, publishing=False, now=NOW)
    later = NOW + timedelta(days=8)
    run = asked(office)
    runs.carry_out(run_id=run.pk, clock=lambda: later)
    run.refresh_from_db()
    assert (run.state, run.refusal) == (RunState.REFUSED, "MonthClosed")


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_run_do_it_once():
    run = asked(Office(), RunAct.PUBLISH)
    results = at_once(*[lambda: runs.carry_out(run_id=run.pk, clock=lambda: NOW)] * 3)
    assert sorted(results) == [False, False, True]
    numbers = list(LedgerLine.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_run_left_behind_is_taken_again_and_whoever_lost_it_writes_nothing():
    office = Office()
    run = asked(office, RunAct.PUBLISH)
    taken = []

    def steal():
        if not taken and SettlementRun.objects.get().people_done == 2:
            taken.append(NOW)
            late = Clock(start=NOW + timedelta(minutes=5))
            assert runs.carry_out(run_id=run.pk, clock=late)

    assert not runs.carry_out(run_id=run.pk, clock=Clock(each=steal))
    run.refresh_from_db()
    assert (run.state, run.people) == (RunState.DONE, 3)
    assert LedgerLine.objects.filter(person=office.agent, rule="ORG-3").count() == 1
    assert Settlement.objects.get().published_at == NOW + timedelta(minutes=5, seconds=2)


def test_while_it_moves_the_bell_does_not_ring_again():
    run = asked(Office())
    soon = NOW + timedelta(seconds=20)
    SettlementRun.objects.update(moved_at=soon, people_done=1, people_all=3)
    assert runs.to_ring_again(soon + timedelta(seconds=59)) == []
    assert runs.oldest_waiting(soon + timedelta(seconds=59)) is None
    late = soon + timedelta(seconds=60)
    assert runs.oldest_waiting(late) == NOW
    assert runs.to_ring_again(late) == [run.pk]
    assert runs.carry_out(run_id=run.pk, clock=lambda: late)


def test_what_goes_wrong_unforeseen_is_noted():
    run = asked(Office())
    broken = []

    def breaks():
        if not broken and SettlementRun.objects.get().people_done == 1:
            broken.append("once")
            raise OSError("the disk is full")

    assert not runs.carry_out(run_id=run.pk, clock=Clock(each=breaks))
    run.refresh_from_db()
    assert (run.state, run.refusal) == (RunState.REFUSED, runs.FAILED)
    assert not Settlement.objects.exists()


def test_no_more_people_are_done_than_there_are():
    run = asked(Office())
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementRun.objects.filter(pk=run.pk).update(people_done=1)


def page(client, name, *args, htmx=False):
    headers = {"HX-Request": "true"} if htmx else {}
    with time_machine.travel(NOW, tick=False):
        return client.get(reverse(f"staff:{name}", args=args), headers=headers)


def test_the_page_shows_numbers_and_bar_and_asks_again(client):
    office = Office()
    client.cookies["django_language"] = "en"
    client.force_login(office.deputy.user)
    run = asked(office)
    assert "Waits for a worker" in page(client, "pay_month", "2026-10").content.decode()
    SettlementRun.objects.update(moved_at=NOW, people_done=125, people_all=500)
    whole = page(client, "pay_month", "2026-10").content.decode()
    part = page(client, "pay_month", "2026-10", htmx=True)
    for text in (whole, part.content.decode()):
        assert "People computed" in text
        assert "125 / 500" in text
        assert 'max="500" value="125"' in text
        assert 'hx-trigger="every 2s"' in text
    assert "<h1" not in part.content.decode()
    assert "HX-Retarget" not in part
    SettlementRun.objects.update(people_done=500)
    assert "their lines are being written" in page(client, "pay_month", "2026-10").content.decode()
    SettlementRun.objects.update(moved_at=None, people_done=0, people_all=0)
    runs.carry_out(run_id=run.pk, clock=lambda: NOW)
    after = page(client, "pay_month", "2026-10", htmx=True)
    assert after["HX-Retarget"] == "#body"
    assert "2026-10 is computed" in after.content.decode()
    assert "every 2s" not in after.content.decode()


def test_whoever_left_finds_it_in_the_list_of_months(client):
    office = Office()
    client.cookies["django_language"] = "en"
    client.force_login(office.supervisor.user)
    run = asked(office)
    SettlementRun.objects.update(moved_at=NOW, people_done=2, people_all=3)
    shown = page(client, "pay_months").content.decode()
    assert "Being computed" in shown
    assert "2 / 3" in shown
    assert reverse("staff:pay_month", args=["2026-10"]) in shown
    part = page(client, "pay_months", htmx=True).content.decode()
    assert "2 / 3" in part
    assert "<h1" not in part
    SettlementRun.objects.update(moved_at=None, people_done=0, people_all=0)
    runs.carry_out(run_id=run.pk, clock=lambda: NOW)
    part = page(client, "pay_months", htmx=True).content.decode()
    assert "Being computed" not in part
    assert "every 2s" not in part


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_months_costs_the_same(client, rows, django_assert_num_queries):
    office = Office()
    month = OCTOBER
    for _row in range(rows):
        settled(month, now=NOW)
        month = month.previous()
        asked(office, month=month)
    client.force_login(office.deputy.user)
    page(client, "pay_months")
    with django_assert_num_queries(8):
        response = page(client, "pay_months")
    assert response.content.count(b"<progress") == rows
