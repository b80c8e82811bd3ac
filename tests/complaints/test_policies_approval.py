import pytest

from complaints.enums import RemedyKind, Revisited
from complaints.policies.approval import (
    Decider,
    Heads,
    Limits,
    Offer,
    Refusal,
    Verdict,
    may_decide,
    needed,
    why_not_offered,
)
from complaints.policies.revisits import outcome_of
from staff.people.enums import Post

LIMITS = Limits(lead=50_00, deputy=500_00)
HERE = Heads(supervisor_is_here=True, another_supervisor=False)
AWAY = Heads(supervisor_is_here=False, another_supervisor=False)
TWO = Heads(supervisor_is_here=True, another_supervisor=True)
K = RemedyKind


@pytest.mark.parametrize(
    ("amount", "granted", "post"),
    [
        (0, 0, None),
        (0, 600_00, None),
        (1, 0, Post.LEAD),
        (50_00, 0, Post.LEAD),
        (50_01, 0, Post.DEPUTY),
        (30_00, 20_00, Post.LEAD),
        (30_00, 20_01, Post.DEPUTY),
        (500_00, 0, Post.DEPUTY),
        (500_01, 0, Post.SUPERVISOR),
        (1, 500_00, Post.SUPERVISOR),
    ],
)
def test_the_cumulated_amount_says_who_approves(amount, granted, post):
    assert needed(amount, granted=granted, limits=LIMITS) == post


@pytest.mark.parametrize(
    ("amounts", "refunded", "refusal"),
    [
        ([38_00], 0, None),
        ([38_01], 0, Refusal.OVER_EXCHANGE),
        ([20_00, 20_00], 0, Refusal.OVER_EXCHANGE),
        ([20_00], 20_00, Refusal.OVER_EXCHANGE),
        ([18_00], 20_00, None),
        ([], 0, Refusal.NOTHING),
        ([0], 0, Refusal.NO_AMOUNT),
    ],
)
def test_partial_refunds_of_an_order_cost_at_most_an_exchange(amounts, refunded, refusal):
    offers = [Offer(K.PARTIAL_REFUND, amount) for amount in amounts]
    assert why_not_offered(offers, exchange=38_00, refunded=refunded) == refusal


def test_other_remedies_are_not_limited_by_the_exchange():
    offers = [Offer(K.REFUND, 99_00), Offer(K.APOLOGY, 0)]
    assert why_not_offered(offers, exchange=0, refunded=38_00) is None


P = Post


@pytest.mark.parametrize(
    ("decider", "own", "needs", "proposer", "heads", "verdict"),
    [
        (P.LEAD, False, P.LEAD, P.POSTSALE, HERE, Verdict(None)),
        (P.LEAD, True, P.LEAD, P.LEAD, HERE, Verdict(Refusal.OWN)),
        (P.LEAD, False, P.DEPUTY, P.POSTSALE, HERE, Verdict(Refusal.ABOVE_POST)),
        (P.POSTSALE, False, P.LEAD, P.PRESALE, HERE, Verdict(Refusal.ABOVE_POST)),
        (P.DEPUTY, False, P.LEAD, P.LEAD, HERE, Verdict(None)),
        (P.DEPUTY, False, P.DEPUTY, P.LEAD, HERE, Verdict(None)),
        (P.DEPUTY, True, P.LEAD, P.DEPUTY, HERE, Verdict(Refusal.OWN)),
        (P.DEPUTY, True, P.SUPERVISOR, P.DEPUTY, AWAY, Verdict(Refusal.OWN)),
        (P.DEPUTY, False, P.SUPERVISOR, P.LEAD, HERE, Verdict(Refusal.SUPERVISOR_IS_HERE)),
        (P.DEPUTY, False, P.SUPERVISOR, P.LEAD, AWAY, Verdict(None, is_exception=True)),
        (P.LEAD, False, P.SUPERVISOR, P.POSTSALE, AWAY, Verdict(Refusal.ABOVE_POST)),
        (P.SUPERVISOR, False, P.SUPERVISOR, P.DEPUTY, HERE, Verdict(None)),
        (P.SUPERVISOR, True, P.LEAD, P.SUPERVISOR, HERE, Verdict(Refusal.OWN)),
        (P.SUPERVISOR, False, P.SUPERVISOR, P.SUPERVISOR, TWO, Verdict(None)),
        (P.DEPUTY, False, P.LEAD, P.SUPERVISOR, TWO, Verdict(Refusal.ANOTHER_SUPERVISOR)),
        (P.DEPUTY, False, P.LEAD, P.SUPERVISOR, HERE, Verdict(None, is_exception=True)),
        (P.LEAD, False, P.LEAD, P.SUPERVISOR, HERE, Verdict(Refusal.ABOVE_POST)),
        (None, False, P.LEAD, P.POSTSALE, HERE, Verdict(Refusal.ABOVE_POST)),
    ],
)  # fmt: skip
def test_who_decides_on_a_proposal(decider, own, needs, proposer, heads, verdict):
    one = Decider(post=decider, is_own=own)
    assert may_decide(one, needs=needs, proposer=proposer, heads=heads) == verdict


@pytest.mark.parametrize(
    ("score", "outcome"),
    [(1, Revisited.NOT_SATISFIED), (2, Revisited.NOT_SATISFIED), (3, Revisited.SATISFIED)],
)
def test_a_score_up_to_two_is_not_satisfied(score, outcome):
    assert outcome_of(score, reopening=2) == outcome
