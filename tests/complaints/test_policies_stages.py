from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.enums import CaseStage, Revisited
from complaints.policies import stages as policies
from complaints.policies.stages import TABLE, Answer, Facts, Need, Refusal, Who
from complaints.policies.steps import Mark, Step, step_of

S, R = CaseStage, Revisited.NOT_REACHED
ALL = frozenset(Who)
WHOLE = Facts(
    owned=True, assessed=True, remedies=1, submitted=True, approved=True, agreed=True, tasks=1,
    attempts=1, outcome=Revisited.SATISFIED, thanked=True, caused=True, reason=True,
)  # fmt: skip
NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def test_every_pair_of_stages_that_is_not_in_the_table_is_refused():
    for start, to in product(S, S):
        answer = policies.why_not_moved(start, to, facts=WHOLE, who=ALL)
        if (start, to) not in TABLE:
            assert answer == Answer(Refusal.NO_SUCH_MOVE)
    assert (S.REGISTERED, S.SATISFIED) not in TABLE
    assert not [move for move in TABLE.values() if move.start == S.MERGED]


def test_the_way_of_cmp_3_is_open_with_all_facts():
    way = (*policies.WAY, S.SATISFIED)
    steps = list(pairwise(way))
    refused = [
        pair for pair in steps if policies.why_not_moved(*pair, facts=WHOLE, who=ALL) is not None
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("start", "to", "lacking", "needs"),
    [
        (S.REGISTERED, S.HANDLING, {"owned": False}, [Need.OWNER]),
        (S.INVESTIGATION, S.PROPOSAL, {"assessed": False}, [Need.ASSESSMENT]),
        (S.PROPOSAL, S.APPROVAL, {"remedies": 0}, [Need.REMEDY]),
        (S.PROPOSAL, S.APPROVAL, {"submitted": False}, [Need.SUBMITTED]),
        (S.APPROVAL, S.AGREED, {"approved": False}, [Need.APPROVAL]),
        (S.APPROVAL, S.AGREED, {"agreed": False}, [Need.AGREEMENT]),
        (S.AGREED, S.CARRYING_OUT, {"tasks": 0}, [Need.TASK]),
        (S.CARRYING_OUT, S.REVISIT, {"open_tasks": 1}, [Need.TASKS_DONE]),
        (S.REVISIT, S.SATISFIED, {"open_tasks": 1}, [Need.TASKS_DONE]),
        (S.REVISIT, S.SATISFIED, {"outcome": None}, [Need.SATISFACTION]),
        (S.REVISIT, S.SATISFIED, {"outcome": Revisited.NOT_REACHED}, [Need.SATISFACTION]),
        (S.REVISIT, S.SATISFIED, {"caused": False}, [Need.CAUSE]),
        (S.REVISIT, S.SATISFIED, {"ours": True}, [Need.PREVENTION]),
        (S.REVISIT, S.SATISFIED, {"ours": True, "measures": 1}, []),
        (S.REVISIT, S.SATISFIED, {"thanked": False}, [Need.THANKS]),
        (S.REVISIT, S.UNREACHED, {}, [Need.ATTEMPTS]),
        (S.REVISIT, S.UNREACHED, {"attempts": 2, "outcome": R}, [Need.ATTEMPTS]),
        (S.REVISIT, S.UNREACHED, {"attempts": 3, "outcome": R}, []),
        (S.HANDLING, S.WITHDRAWN, {"reason": False}, [Need.REASON]),
        (S.CARRYING_OUT, S.WITHDRAWN, {"open_tasks": 2}, [Need.TASKS_DONE]),
        (S.SATISFIED, S.INVESTIGATION, {"reason": False}, [Need.REASON]),
        (S.REVISIT, S.INVESTIGATION, {}, [Need.NOT_SATISFIED]),
    ],
)  # fmt: skip
def test_a_move_says_what_is_missing(start, to, lacking, needs):
    facts = Facts(**{**vars(WHOLE), **lacking})
    answer = policies.why_not_moved(start, to, facts=facts, who=ALL)
    assert answer == (Answer(Refusal.MISSING, tuple(needs)) if needs else None)


@pytest.mark.parametrize(
    ("start", "to", "who", "allowed"),
    [
        (S.HANDLING, S.UNFOUNDED, {Who.HANDLER}, False),
        (S.HANDLING, S.UNFOUNDED, {Who.HANDLER, Who.LEAD}, True),
        (S.HANDLING, S.WITHDRAWN, {Who.HANDLER}, True),
        (S.HANDLING, S.WITHDRAWN, set(), False),
        (S.APPROVAL, S.AGREED, {Who.HANDLER, Who.LEAD}, False),
        (S.HANDLING, S.MERGED, {Who.HANDLER, Who.LEAD}, False),
        (S.HANDLING, S.MERGED, {Who.PORTAL}, True),
    ],
)
def test_a_move_is_made_by_whom_the_table_names(start, to, who, allowed):
    answer = policies.why_not_moved(start, to, facts=WHOLE, who=frozenset(who))
    assert (answer is None) == allowed
    assert allowed or answer == Answer(Refusal.NOT_YOURS)


@pytest.mark.parametrize("stage", S)
def test_the_next_step_is_a_move_of_the_table(stage):
    for facts in (Facts(), WHOLE, Facts(attempts=3, outcome=Revisited.NOT_REACHED)):
        move = policies.next_move(stage, facts)
        assert (move is None) == (stage in policies.ENDED)
        assert move is None or move in policies.moves_from(stage)


def test_a_step_that_is_met_in_time_has_no_lateness():
    marks = [(NOW, Mark.OWED), (NOW + DAY, Mark.MET)]
    assert step_of(marks, within=DAY) == Step(
        due_at=NOW + DAY, met_at=NOW + DAY, late=None, open_at=None
    )
    assert step_of([], within=DAY) is None


def test_a_step_that_is_owed_runs():
    assert step_of([(NOW, Mark.OWED)], within=DAY) == Step(
        due_at=NOW + DAY, met_at=None, late=None, open_at=NOW + DAY
    )


def test_a_step_dropped_in_time_leaves_nothing():
    assert step_of([(NOW, Mark.OWED), (NOW + HOUR, Mark.DROPPED)], within=DAY) is None


def test_a_miss_stays_when_the_step_is_owed_again():
    marks = [
        (NOW, Mark.OWED),
        (NOW + 25 * HOUR, Mark.DROPPED),
        (NOW + 30 * HOUR, Mark.OWED),
        (NOW + 31 * HOUR, Mark.MET),
    ]
    missed = Step(due_at=NOW + DAY, met_at=NOW + 25 * HOUR, late=HOUR, open_at=None)
    assert step_of(marks, within=DAY) == missed
    running = step_of(marks[:3], within=DAY)
    assert (running.late, running.open_at) == (HOUR, NOW + 54 * HOUR)


@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(list(Mark))), max_size=12),
    st.randoms(use_true_random=False),
)
def test_a_step_comes_out_the_same_in_any_order(marks, shuffler):
    told = [(NOW + hour * HOUR, mark) for hour, mark in marks]
    shuffled = list(told)
    shuffler.shuffle(shuffled)
    assert step_of(told, within=DAY) == step_of(shuffled, within=DAY)
    for end in range(len(told)):
        before = step_of(sorted(told)[:end], within=DAY)
        after = step_of(told, within=DAY)
        if before and before.late is not None:
            assert (after.due_at, after.met_at, after.late) == (
                before.due_at, before.met_at, before.late,
            )  # fmt: skip
