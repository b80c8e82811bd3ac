from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.enums import Stage, Threat
from complaints.policies import alarms, escalation
from complaints.policies.reminders import receiver
from portal.servicetime import Timetable, Window
from staff.people.enums import Post
from staff.roster.policies import Holder
from staff.rulebook.policies import Ladder

MINUTE = timedelta(minutes=1)
NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)  # 09:00 in Shanghai
DESK = Timetable(
    zone=ZoneInfo("Asia/Shanghai"),
    windows=(Window(time(8, 30), time(17, 30)), Window(time(17), time(1))),
)
LADDER = Ladder(before=30 * MINUTE, lead=timedelta(0), deputy=30 * MINUTE, supervisor=90 * MINUTE)


def rungs(minutes, *, owner_rank=0):
    """Return the rungs of a deadline so many minutes after nine, in minutes from the deadline."""
    deadline = NINE + minutes * MINUTE
    found = alarms.rungs(
        deadline=deadline, received_at=NINE, ladder=LADDER, desk=DESK, owner_rank=owner_rank
    )
    return [(rung.stage, (rung.due_at - deadline) / MINUTE) for rung in found]


UP = [(Stage.LEAD, 0), (Stage.DEPUTY, 30), (Stage.SUPERVISOR, 90)]


@pytest.mark.parametrize(("minutes", "before"), [(240, -30), (60, -30), (30, -15), (7.5, -3.75)])
def test_the_owner_is_reminded_half_an_hour_before_or_half_way(minutes, before):
    assert rungs(minutes) == [(Stage.BEFORE, before), (Stage.DUE, 0), *UP]


@pytest.mark.parametrize(
    ("owner_rank", "found"),
    [
        (None, [(Stage.BEFORE, -30), *UP]),
        (0, [(Stage.BEFORE, -30), (Stage.DUE, 0), *UP]),
        (Post.LEAD.rank, [(Stage.BEFORE, -30), (Stage.DUE, 0), *UP[1:]]),
        (Post.DEPUTY.rank, [(Stage.BEFORE, -30), (Stage.DUE, 0), *UP[2:]]),
        (Post.SUPERVISOR.rank, [(Stage.BEFORE, -30), (Stage.DUE, 0)]),
    ],
)
def test_rungs_up_to_the_owners_own_post_are_skipped(owner_rank, found):
    assert rungs(240, owner_rank=owner_rank) == found


def test_a_deadline_at_the_receipt_has_nothing_before_it():
    assert rungs(0) == [(Stage.DUE, 0), *UP]


@pytest.mark.parametrize(
    ("owner_rank", "stages"),
    [
        (None, [Stage.LEAD, Stage.DEPUTY, Stage.SUPERVISOR]),
        (0, [Stage.LEAD, Stage.DEPUTY, Stage.SUPERVISOR]),
        (1, [Stage.DEPUTY, Stage.SUPERVISOR]),
        (2, [Stage.SUPERVISOR]),
        (3, []),
    ],
)
def test_what_goes_up_at_once_goes_to_everybody_above_the_owner(owner_rank, stages):
    assert alarms.at_once(owner_rank=owner_rank) == stages


LEAD, DEPUTY = 1, 2
CHAIN = [Holder(LEAD, Post.LEAD, DEPUTY, None), Holder(DEPUTY, Post.DEPUTY, None, None)]


@pytest.mark.parametrize(
    ("stage", "on_duty", "chain", "who"),
    [
        (Stage.BEFORE, LEAD, CHAIN, LEAD),
        (Stage.DUE, None, CHAIN, DEPUTY),
        (Stage.LEAD, None, CHAIN, DEPUTY),
        (Stage.DEPUTY, LEAD, CHAIN, DEPUTY),
        (Stage.LEAD, None, [], None),
    ],
)
def test_a_case_without_owner_is_the_leads(stage, on_duty, chain, who):
    assert receiver(stage, owner_id=None, lead_on_duty=on_duty, chain=chain) == who


@pytest.mark.parametrize(
    ("valued", "recent", "threat", "reasons"),
    [
        (False, 1, Threat.NONE, []),
        (False, 2, Threat.NONE, []),
        (False, 3, Threat.NONE, ["REPEATED"]),
        (False, 9, Threat.NONE, ["REPEATED"]),
        (True, 1, Threat.NONE, ["VALUED"]),
        (False, 1, Threat.PUBLIC, ["PUBLIC"]),
        (False, 1, Threat.PLATFORM, ["PLATFORM"]),
        (True, 3, Threat.PLATFORM, ["VALUED", "REPEATED", "PLATFORM"]),
    ],
)
def test_what_goes_up_at_once(valued, recent, threat, reasons):
    facts = escalation.Facts(is_valued=valued, recent=recent, threat=threat)
    assert escalation.reasons(facts, repeat=3) == reasons
