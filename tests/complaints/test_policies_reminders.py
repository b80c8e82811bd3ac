from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.enums import Stage
from complaints.policies.reminders import receiver, rungs
from portal.servicetime import Timetable, Window
from staff.people.enums import Post
from staff.roster.policies import Holder
from staff.rulebook.policies import Ladder

DESK = Timetable(zone=ZoneInfo("Asia/Shanghai"), windows=(Window(time(8, 30), time(1, 0)),))
MINUTE = timedelta(minutes=1)
LADDER = Ladder(before=30 * MINUTE, lead=timedelta(0), deputy=30 * MINUTE, supervisor=90 * MINUTE)
MADE = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
OWNER, LEAD, DEPUTY, SUPERVISOR, MATE = 1, 2, 3, 4, 5


def ladder(*, due_at=DUE, rank=0, given=LADDER):
    found = rungs(due_at=due_at, made_at=MADE, ladder=given, desk=DESK, owner_rank=rank)
    return [(rung.stage, rung.due_at - due_at) for rung in found]


def test_all_rungs_in_order():
    assert ladder() == [
        (Stage.BEFORE, -30 * MINUTE),
        (Stage.DUE, timedelta(0)),
        (Stage.LEAD, timedelta(0)),
        (Stage.DEPUTY, 30 * MINUTE),
        (Stage.SUPERVISOR, 90 * MINUTE),
    ]


@pytest.mark.parametrize(("minutes", "early"), [(29, False), (30, False), (31, True)])
def test_early_rung_is_left_out_once_its_moment_has_passed(minutes, early):
    stages = [stage for stage, _wait in ladder(due_at=MADE + minutes * MINUTE)]
    assert (Stage.BEFORE in stages) == early


def test_a_policy_without_early_reminder_has_no_such_rung():
    none = Ladder(
        before=timedelta(0), lead=timedelta(0), deputy=30 * MINUTE, supervisor=90 * MINUTE
    )
    assert ladder(given=none)[0][0] == Stage.DUE


@pytest.mark.parametrize(
    ("rank", "last"),
    [
        (0, [Stage.LEAD, Stage.DEPUTY, Stage.SUPERVISOR]),
        (1, [Stage.DEPUTY, Stage.SUPERVISOR]),
        (2, [Stage.SUPERVISOR]),
        (3, []),
    ],
)
def test_rungs_up_to_the_owners_post_are_skipped(rank, last):
    assert [stage for stage, _wait in ladder(rank=rank)] == [Stage.BEFORE, Stage.DUE, *last]


def test_minutes_of_the_ladder_are_service_time():
    late = datetime(2026, 11, 2, 16, 50, tzinfo=UTC)  # 00:50, ten minutes before the desk closes
    night = timedelta(hours=7, minutes=30)
    assert ladder(due_at=late)[-2:] == [
        (Stage.DEPUTY, 30 * MINUTE + night),
        (Stage.SUPERVISOR, 90 * MINUTE + night),
    ]


def holder(person, post, chief):
    return Holder(person, post, chief, None)


CHAIN = [
    holder(LEAD, Post.LEAD, DEPUTY),
    holder(DEPUTY, Post.DEPUTY, SUPERVISOR),
    holder(SUPERVISOR, Post.SUPERVISOR, None),
]


@pytest.mark.parametrize(
    ("stage", "on_duty", "chain", "who"),
    [
        (Stage.BEFORE, LEAD, CHAIN, OWNER),
        (Stage.DUE, LEAD, CHAIN, OWNER),
        (Stage.LEAD, MATE, CHAIN, MATE),
        (Stage.LEAD, None, CHAIN, DEPUTY),
        (Stage.DEPUTY, MATE, CHAIN, DEPUTY),
        (Stage.SUPERVISOR, MATE, CHAIN, SUPERVISOR),
        (Stage.DEPUTY, MATE, [CHAIN[0], CHAIN[2]], SUPERVISOR),  # passes to the next above
        (Stage.SUPERVISOR, MATE, CHAIN[:2], DEPUTY),  # nobody so high: the highest there is
        (Stage.LEAD, None, CHAIN[:1], LEAD),
        (Stage.LEAD, None, [], OWNER),
        (Stage.DEPUTY, None, [], OWNER),
    ],
)
def test_who_hears_of_a_rung(stage, on_duty, chain, who):
    assert receiver(stage, owner_id=OWNER, lead_on_duty=on_duty, chain=chain) == who
