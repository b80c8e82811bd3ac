from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.enums import Clock, Severity
from complaints.policies import deadlines
from complaints.policies.deadlines import Budgets, Case, Event, Fact
from portal.servicetime import Timetable, Window

ZONE = ZoneInfo("Asia/Shanghai")
DESK = Timetable(zone=ZONE, windows=(Window(time(8, 30), time(17, 30)), Window(time(17), time(1))))
MINUTE = timedelta(minutes=1)
USUAL = Budgets(
    acknowledge=30 * MINUTE,
    same_day_until=time(17),
    answer=480 * MINUTE,
    percents={
        Severity.MINOR: 200,
        Severity.ORDINARY: 100,
        Severity.SERIOUS: 50,
        Severity.CRITICAL: 25,
    },
)
ALWAYS_480 = replace(USUAL, same_day_until=time(0))
TWO_HOURS = replace(ALWAYS_480, answer=120 * MINUTE)


def at(text, day=10):
    hour, minute = map(int, text.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def answer(received, *events, budgets=ALWAYS_480, severity=Severity.ORDINARY):
    case = Case(received_at=received, severity=severity)
    return deadlines.deadline(Clock.ANSWER, case, events, budgets=budgets, desk=DESK)


def fact(moment, kind, **more):
    return Event(at=moment, fact=kind, **more)


def test_two_hours_from_before_midnight_end_the_next_morning():
    assert answer(at("23:50"), budgets=TWO_HOURS).due_at == at("9:20", day=11)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at("7:00"), at("1:00", day=11)),
        (at("9:00"), at("1:00", day=11)),
        (at("16:59"), at("1:00", day=11)),
        (at("17:00"), at("1:00", day=11)),
        (at("17:30"), at("9:00", day=11)),
        (at("0:40", day=11), at("16:10", day=11)),
    ],
)
def test_answer_is_due_at_the_end_of_the_service_day_or_after_eight_hours(received, due):
    assert answer(received, budgets=USUAL).due_at == due


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        (Severity.MINOR, "10:00"),
        (Severity.ORDINARY, "9:30"),
        (Severity.SERIOUS, "9:15"),
        (Severity.CRITICAL, "9:07"),
    ],
)
def test_severity_scales_the_budget(severity, due):
    case = Case(received_at=at("9:00"), severity=severity)
    found = deadlines.deadline(Clock.ACKNOWLEDGE, case, (), budgets=USUAL, desk=DESK)
    assert found.due_at.replace(second=0) == at(due)


def test_waiting_for_the_customer_moves_the_answer_from_17_to_21():
    assert answer(at("9:00")).due_at == at("17:00")
    waiting = fact(at("10:00"), Fact.WAITING, until=at("18:00"))
    found = answer(at("9:00"), waiting, fact(at("14:00"), Fact.RESUMED))
    assert (found.due_at, found.paused, found.late) == (at("21:00"), 240 * MINUTE, None)


def test_a_wait_ends_by_itself_at_its_end_date():
    found = answer(at("9:00"), fact(at("10:00"), Fact.WAITING, until=at("14:00")))
    assert found.due_at == at("21:00")


def test_paused_and_then_directly_answered_counts_the_same():
    waiting = fact(at("10:00"), Fact.WAITING, until=at("18:00"))
    straight = answer(at("9:00"), waiting, fact(at("14:00"), Fact.ANSWERED))
    resumed = answer(
        at("9:00"), waiting, fact(at("14:00"), Fact.RESUMED), fact(at("14:00"), Fact.ANSWERED)
    )
    assert straight == resumed
    assert (straight.used, straight.paused, straight.late) == (60 * MINUTE, 240 * MINUTE, None)


def test_a_change_of_severity_while_paused_keeps_what_was_used():
    found = answer(
        at("9:00"),
        fact(at("10:00"), Fact.WAITING, until=at("18:00")),
        fact(at("11:00"), Fact.SEVERITY, severity=Severity.SERIOUS),
        fact(at("14:00"), Fact.RESUMED),
    )
    assert (found.used, found.due_at) == (60 * MINUTE, at("17:00"))  # 240 - 60 from 14:00


def test_a_budget_that_a_graver_severity_has_used_up_is_missed_from_then_on():
    graver = fact(at("14:00"), Fact.SEVERITY, severity=Severity.SERIOUS)
    found = answer(at("9:00"), graver, fact(at("14:20"), Fact.ANSWERED))
    assert (found.due_at, found.late) == (at("14:00"), 20 * MINUTE)


def test_late_by_37_minutes_stays_so_for_ever():
    late = [fact(at("17:37"), Fact.ANSWERED)]
    found = answer(at("9:00"), *late)
    assert (found.due_at, found.late) == (at("17:00"), 37 * MINUTE)
    later = [
        fact(at("18:00"), Fact.SEVERITY, severity=Severity.MINOR),
        fact(at("18:10"), Fact.REOPENED),
        fact(at("18:20"), Fact.WAITING, until=at("20:00")),
        fact(at("23:00"), Fact.CLOSED),
    ]
    assert answer(at("9:00"), *later, *late) == found


def test_reopening_goes_on_with_the_old_clock():
    events = [fact(at("15:00"), Fact.ANSWERED), fact(at("19:00"), Fact.REOPENED)]
    found = answer(at("9:00"), *events)
    assert (found.due_at, found.met_at, found.used) == (at("21:00"), None, 360 * MINUTE)


def test_an_answer_at_the_very_moment_is_in_time():
    assert answer(at("9:00"), fact(at("17:00"), Fact.ANSWERED)).late is None


def test_the_stricter_clock_counts_after_merging():
    merged = fact(at("12:00"), Fact.STRICTER, left={Clock.ANSWER: 60 * MINUTE})
    assert answer(at("9:00"), merged).due_at == at("13:00")
    weaker = fact(at("12:00"), Fact.STRICTER, left={Clock.ANSWER: 600 * MINUTE})
    assert answer(at("9:00"), weaker).due_at == at("17:00")


def test_acknowledging_does_not_answer_and_is_not_undone_by_reopening():
    case = Case(received_at=at("9:00"), severity=Severity.ORDINARY)
    events = [fact(at("9:10"), Fact.ACKNOWLEDGED), fact(at("12:00"), Fact.REOPENED)]
    found = deadlines.deadline(Clock.ACKNOWLEDGE, case, events, budgets=USUAL, desk=DESK)
    assert (found.due_at, found.met_at) == (at("9:30"), at("9:10"))
    assert answer(at("9:00"), *events).met_at is None


START = at("7:00")
minutes = st.integers(0, 2 * 24 * 60)
events_of_any_kind = st.one_of(
    st.builds(lambda m, k: fact(START + m * MINUTE, k), minutes, st.sampled_from(
        [Fact.RESUMED, Fact.ACKNOWLEDGED, Fact.ANSWERED, Fact.CLOSED, Fact.REOPENED]
    )),
    st.builds(
        lambda m, s: fact(START + m * MINUTE, Fact.SEVERITY, severity=s),
        minutes,
        st.sampled_from(list(Severity)),
    ),
    st.builds(
        lambda m, n: fact(START + m * MINUTE, Fact.WAITING, until=START + (m + n) * MINUTE),
        minutes,
        st.integers(1, 900),
    ),
)  # fmt: skip


class Slow:
    """The rule again, minute by minute, without any arithmetic of spans."""

    def __init__(self, case, base, budgets):
        self.case, self.base, self.budgets = case, base, budgets
        self.severity, self.used, self.paused, self.late = case.severity, 0, 0, 0
        self.until = self.met = self.due = None

    @property
    def budget(self):
        return self.budgets.scaled(self.base, self.severity) // MINUTE

    def frozen(self):
        return self.met is not None and self.due is not None

    def event(self, event, now):
        if event.fact in deadlines.STOPS[Clock.ANSWER]:
            self.met, self.until = self.met or now, None
        elif event.fact == Fact.REOPENED:
            self.met = None
        elif event.fact == Fact.SEVERITY:
            self.severity = event.severity
        elif self.met is None and event.fact == Fact.RESUMED:
            self.until = None
        elif self.met is None and event.fact == Fact.WAITING:
            self.until = max(event.until, self.until or event.until)

    def minute(self, now):
        if self.until is not None and self.until <= now:
            self.until = None
        if self.met is not None or not DESK.is_open(now):
            return
        if self.until is not None:
            self.paused += 1
            return
        if self.used >= self.budget and self.due is None:
            self.due = now
        if self.due is not None:
            self.late += 1
        self.used += 1


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 1440),
    st.sampled_from(list(Severity)),
    st.lists(events_of_any_kind),
    st.randoms(),
)
def test_deadlines_equal_a_count_minute_by_minute_in_any_order(offset, severity, events, chance):
    case = Case(received_at=START + offset * MINUTE, severity=severity)
    whole = replace(USUAL, percents=USUAL.percents | {Severity.CRITICAL: 50})
    base = deadlines.answer_budget(case.received_at, budgets=whole, desk=DESK)
    base = base // (2 * MINUTE) * 2 * MINUTE
    budgets = replace(whole, same_day_until=time(0), answer=base)
    slow = Slow(case, base, budgets)
    order = sorted(events, key=lambda one: one.place)
    end = max([case.received_at, *(one.at for one in events)])
    now = case.received_at
    while now <= end and not slow.frozen():
        for event in order:
            if not slow.frozen() and max(event.at, case.received_at) == now:
                slow.event(event, now)
        if now < end and not slow.frozen():
            slow.minute(now)
        now += MINUTE
    chance.shuffle(events)

    found = deadlines.deadline(Clock.ANSWER, case, events, budgets=budgets, desk=DESK)

    if slow.due is not None:
        assert DESK.elapsed(min(found.due_at, slow.due), max(found.due_at, slow.due)) == timedelta()
    assert found.met_at == slow.met
    assert found.late == (slow.late * MINUTE if slow.frozen() else None)
    assert found.used == slow.used * MINUTE
    if slow.met is not None:
        assert found.paused == slow.paused * MINUTE
