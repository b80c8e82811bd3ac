"""Liabilities: decided once, in the ledger once, taken back once; and who sees them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from complaints.enums import Bearer, Ground, LiabilityState
from complaints.models import Chase, Liability, LiabilityShare
from complaints.policies.liability import Part, Refusal
from complaints.services import liability as services
from complaints.services import merging
from portal import submissions
from portal.models import AuditEntry, Notice
from portal.money import Fen
from staff.incentives.models import Adjustment, Demerit
from tests.at_once import at_once, problems_of
from tests.factories.complaints import (
    ChaseFactory,
    ComplaintFactory,
    LiabilityFactory,
    LiabilityShareFactory,
    OrderFactory,
)
from tests.factories.staff import AbsenceFactory, Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def scene():
    return Department()


def person(who, weight=1):
    return Part(Bearer.PERSON, weight, who.pk)


def proposed(scene, **more):
    fields = {"ground": Ground.OTHER, "store": scene.store, "proposed_by": scene.lead}
    return LiabilityFactory(**{**fields, **more})


def decide(scene, liability, parts, *, version=1, actor=None):
    return services.decide(
        actor=actor or scene.supervisor, liability_id=liability.pk, version=version, parts=parts,
        decision="备注写错地址", now=NOW,
    )  # fmt: skip


def test_what_people_bear_becomes_amounts_once(scene):
    liability = proposed(scene, cost_fen=1000)
    decide(scene, liability, [person(scene.agent), person(scene.mate), Part(Bearer.WAREHOUSE, 1)])
    assert list(liability.shares.order_by("position").values_list("amount_fen", flat=True)) == [
        334, 333, 333,
    ]  # fmt: skip
    rows = Adjustment.objects.order_by("pk").values_list(
        "source", "person_id", "rule", "day", "amount_fen", "decided_by_id"
    )
    day, by = NOW.date(), scene.supervisor.pk
    assert list(rows) == [
        (f"liability:{liability.pk}:{scene.agent.pk}", scene.agent.pk, "INC-4", day, -334, by),
        (f"liability:{liability.pk}:{scene.mate.pk}", scene.mate.pk, "INC-4", day, -333, by),
    ]
    told = Notice.objects.filter(kind="liability.decided").values_list("receiver_id", flat=True)
    assert set(told) == {scene.agent.user_id, scene.mate.user_id}
    assert Notice.objects.get(kind="liability.answered").receiver == scene.lead.user
    with pytest.raises(services.AlreadyDecided):
        decide(scene, liability, [person(scene.agent)])
    assert Adjustment.objects.count() == 2


def test_attitude_falls_under_its_own_rule(scene):
    liability = proposed(scene, ground=Ground.ATTITUDE)
    decide(scene, liability, [person(scene.agent)])
    assert Adjustment.objects.get().rule == "INC-5"


def test_dropped_nobody_bears_anything(scene):
    liability = proposed(scene)
    LiabilityShareFactory(liability=liability, person=scene.agent)
    decide(scene, liability, [])
    liability.refresh_from_db()
    assert liability.state == LiabilityState.DROPPED
    assert not Adjustment.objects.exists()
    assert not liability.shares.exists()
    assert not Notice.objects.filter(receiver=scene.agent.user).exists()


def test_overturned_the_amounts_are_withdrawn_once(scene):
    liability = proposed(scene)
    decide(scene, liability, [person(scene.agent)])
    act = {"liability_id": liability.pk, "version": 2, "because": "仓库承认漏发", "now": NOW}
    services.overturn(actor=scene.supervisor, **act)
    row = Adjustment.objects.get()
    assert (row.withdrawn_at, row.withdrawn_by, row.amount_fen) == (NOW, scene.supervisor, -1200)
    with pytest.raises(services.AlreadyDecided):
        services.overturn(actor=scene.supervisor, **{**act, "version": 3})
    assert AuditEntry.objects.filter(verb="adjustment.withdrawn").count() == 1
    assert Notice.objects.filter(kind="liability.overturned").count() == 1


def test_after_it_was_overturned_it_may_be_decided_anew_as_another_decision(scene):
    order = OrderFactory(store=scene.store)
    for _round in range(2):
        made = services.propose(
            actor=scene.lead, now=NOW,
            proposal=services.Proposal(
                ground=Ground.OTHER, cost=Fen(1200), reason="重发运费", order=order
            ),
        )  # fmt: skip
        decide(scene, made, [person(scene.agent)])
        services.overturn(
            actor=scene.supervisor, liability_id=made.pk, version=2, because="改判", now=NOW
        )
    assert Adjustment.objects.count() == 2
    assert not Adjustment.objects.standing().exists()


def test_a_ground_stands_once_for_an_order_whatever_complaints_it_has(scene):
    """A second complaint about the same order, or the same one reopened, charges nobody again."""
    order = OrderFactory(store=scene.store)
    first, second = (ComplaintFactory(store=scene.store, order=order) for _ in range(2))

    def propose(**about):
        return services.propose(
            actor=scene.lead, now=NOW,
            proposal=services.Proposal(
                ground=Ground.OTHER, cost=Fen(1200), reason="重发运费", **about
            ),
        )  # fmt: skip

    decide(scene, propose(complaint=first), [person(scene.agent)])
    for about in ({"complaint": first}, {"complaint": second}, {"order": order}):
        with pytest.raises(services.StandsAlready):
            propose(**about)
    assert Liability.objects.count() == 1
    assert Adjustment.objects.count() == 1


def test_a_recorded_chase_before_the_promised_time_exempts(scene):
    promised = NOW - timedelta(days=2)
    order = OrderFactory(store=scene.store, promised_at=promised)
    chase = ChaseFactory(order=order, at=promised - timedelta(seconds=1))
    liability = proposed(scene, ground=Ground.LATE, complaint=None, order=order)
    with pytest.raises(services.Refused) as refusal:
        decide(scene, liability, [person(scene.agent)])
    assert refusal.value.reason == Refusal.EXEMPT
    decide(scene, liability, [Part(Bearer.WAREHOUSE, 1)])
    liability.refresh_from_db()
    assert liability.exempted_by == chase
    assert not Adjustment.objects.exists()


def test_a_chase_that_is_recorded_too_late_does_not_exempt(scene):
    order = OrderFactory(store=scene.store, promised_at=NOW - timedelta(days=2))
    services.chase(actor=scene.agent, order=order, text="催了仓库", now=NOW)
    liability = proposed(scene, ground=Ground.LATE, complaint=None, order=order)
    decide(scene, liability, [person(scene.agent)])
    assert Adjustment.objects.get().amount_fen == -1200


def test_nobody_decides_on_a_share_of_their_own(scene):
    liability = proposed(scene)
    with pytest.raises(services.Refused) as refusal:
        decide(scene, liability, [person(scene.supervisor)])
    assert refusal.value.reason == Refusal.ONESELF


def test_proposing_tells_the_supervisor_or_while_away_the_deputy(scene):
    case = ComplaintFactory(store=scene.store)
    proposal = services.Proposal(ground=Ground.OTHER, cost=Fen(1), reason="运费", complaint=case)
    services.propose(actor=scene.lead, proposal=proposal, now=NOW)
    assert Notice.objects.get().receiver == scene.supervisor.user
    AbsenceFactory(person=scene.supervisor, day=NOW.date())
    other = services.Proposal(ground=Ground.ATTITUDE, cost=Fen(1), reason="态度", complaint=case)
    services.propose(actor=scene.lead, proposal=other, now=NOW)
    assert Notice.objects.latest("pk").receiver == scene.deputy.user


def test_a_proposal_sent_twice_is_one(scene):
    key = submissions.uuid.uuid4()
    case = ComplaintFactory(store=scene.store)
    proposal = services.Proposal(ground=Ground.OTHER, cost=Fen(1), reason="运费", complaint=case)
    made = services.propose(actor=scene.lead, proposal=proposal, now=NOW, form_key=key)
    with pytest.raises(submissions.AlreadySubmitted) as error:
        services.propose(actor=scene.lead, proposal=proposal, now=NOW, form_key=key)
    assert error.value.result == reverse("complaints:liability", args=[made.pk])


@pytest.mark.parametrize(
    "act",
    [
        lambda row: Liability.objects.filter(pk=row.pk).update(cost_fen=1),
        lambda row: Liability.objects.filter(pk=row.pk).update(state="PROPOSED"),
        lambda row: LiabilityShare.objects.filter(liability=row).update(amount_fen=1),
        lambda row: LiabilityShare.objects.filter(liability=row).delete(),
        lambda row: Liability.objects.filter(pk=row.pk).delete(),
        lambda _row: Chase.objects.filter(pk=ChaseFactory().pk).update(at=NOW),
    ],
)
def test_the_database_refuses_to_change_what_is_decided(scene, act):
    liability = proposed(scene)
    decide(scene, liability, [person(scene.agent)])
    with pytest.raises(DatabaseError), transaction.atomic():
        act(liability)


@pytest.mark.parametrize(
    "made",
    [
        lambda: LiabilityFactory(complaint=None),
        lambda: LiabilityFactory(cost_fen=0),
        lambda: LiabilityFactory(state=LiabilityState.DECIDED),
        lambda: LiabilityShareFactory(person=None),
        lambda: LiabilityShareFactory(bearer=Bearer.COMPANY),
        lambda: LiabilityShareFactory(weight=0),
        lambda: LiabilityShareFactory(amount_fen=-1),
    ],
)
def test_constraints(made):
    with pytest.raises(IntegrityError), transaction.atomic():
        made()


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts():
    scene = Department()
    liability = proposed(scene)
    problems = problems_of(
        lambda: decide(scene, liability, [person(scene.agent)]),
        lambda: decide(scene, liability, [person(scene.mate)]),
    )
    assert [type(one) for one in problems] == [services.AlreadyDecided]
    assert Adjustment.objects.count() == 1
    assert LiabilityShare.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_proposals_at_once_one_stands():
    scene = Department()
    case = ComplaintFactory(store=scene.store)
    proposal = services.Proposal(ground=Ground.OTHER, cost=Fen(1), reason="运费", complaint=case)

    def propose():
        return services.propose(actor=scene.lead, proposal=proposal, now=NOW)

    assert [type(one) for one in problems_of(propose, propose)] == [services.StandsAlready]
    assert Liability.objects.count() == 1


def mark(scene, liability, *people, version=1, day=TODAY):
    marking = services.Marking(
        parts=[person(one) for one in people], day=day, evidence="聊天记录 17",
        decision="语气生硬，属实",
    )  # fmt: skip
    return services.mark(
        actor=scene.supervisor, liability_id=liability.pk, version=version, marking=marking, now=NOW
    )


def test_demerits_decide_the_liability_in_one_transaction_and_once(scene):
    liability = proposed(scene, ground=Ground.ATTITUDE)
    mark(scene, liability, scene.agent, scene.mate)
    liability.refresh_from_db()
    assert (liability.state, liability.decided_by, liability.decision) == (
        LiabilityState.DECIDED, scene.supervisor, "语气生硬，属实",
    )  # fmt: skip
    rows = Demerit.objects.order_by("pk").values_list("source", "person_id", "kind", "reason")
    assert list(rows) == [
        (f"liability:{liability.pk}:{one.pk}", one.pk, "ATTITUDE", "语气生硬，属实")
        for one in (scene.agent, scene.mate)
    ]
    shares = liability.shares.order_by("position").values_list("demerit__person_id", "amount_fen")
    assert list(shares) == [(scene.agent.pk, 0), (scene.mate.pk, 0)]
    assert not Adjustment.objects.exists()
    kinds = Notice.objects.filter(receiver=scene.agent.user).values_list("kind", flat=True)
    assert list(kinds) == ["demerit.recorded"]
    for act in (
        lambda: mark(scene, liability, scene.agent, version=2),
        lambda: decide(scene, liability, [person(scene.agent)], version=2),
    ):
        with pytest.raises(services.AlreadyDecided):
            act()
    assert Demerit.objects.count() == 2


def test_one_who_cannot_be_marked_leaves_all_undone(scene):
    liability = proposed(scene, ground=Ground.ATTITUDE)
    before = scene.mate.hired_on - timedelta(days=1)
    scene.agent.hired_on = before
    scene.agent.save()
    with pytest.raises(services.Refused) as refusal:
        mark(scene, liability, scene.agent, scene.mate, day=before)
    assert refusal.value.reason == Refusal.NOT_EMPLOYED
    liability.refresh_from_db()
    assert liability.state == LiabilityState.PROPOSED
    assert not Demerit.objects.exists()


def test_demerits_are_for_others_and_for_attitude(scene):
    for liability, who, reason in (
        (proposed(scene, ground=Ground.ATTITUDE), scene.supervisor, Refusal.ONESELF),
        (proposed(scene), scene.agent, Refusal.ONLY_ATTITUDE),
    ):
        with pytest.raises(services.Refused) as refusal:
            mark(scene, liability, who)
        assert refusal.value.reason == reason


def test_overturned_the_demerits_go_with_the_decision_and_may_be_decided_anew(scene):
    liability = proposed(scene, ground=Ground.ATTITUDE)
    mark(scene, liability, scene.agent)
    act = {"liability_id": liability.pk, "version": 2, "because": "顾客撤回", "now": NOW}
    services.overturn(actor=scene.supervisor, **act)
    row = Demerit.objects.get()
    assert (row.withdrawn_at, row.withdrawn_by, row.withdrawn_why) == (
        NOW, scene.supervisor, "顾客撤回",
    )  # fmt: skip
    with pytest.raises(services.AlreadyDecided):
        services.overturn(actor=scene.supervisor, **{**act, "version": 3})
    assert AuditEntry.objects.filter(verb="demerit.withdrawn").count() == 1
    told = Notice.objects.filter(receiver=scene.agent.user).order_by("pk")
    assert list(told.values_list("kind", flat=True)) == ["demerit.recorded", "demerit.withdrawn"]
    again = services.propose(
        actor=scene.lead, now=NOW,
        proposal=services.Proposal(
            ground=Ground.ATTITUDE, cost=Fen(1), reason="又查实", complaint=liability.complaint
        ),
    )  # fmt: skip
    mark(scene, again, scene.agent)
    assert Demerit.objects.filter(withdrawn_at=None).count() == 1


def test_the_database_keeps_the_key_between_demerit_and_decision(scene):
    liability = proposed(scene, ground=Ground.ATTITUDE)
    mark(scene, liability, scene.agent)
    row, share = Demerit.objects.get(), liability.shares.get()
    other = proposed(scene)
    for act in (
        lambda: Demerit.objects.filter(pk=row.pk).update(source="liability:9:9"),
        lambda: Demerit.objects.create(
            person=scene.mate, day=row.day, kind="OTHER", reason="x", evidence="x",
            source=row.source, recorded_by=scene.lead, recorded_at=NOW,
        ),
        lambda: LiabilityShare.objects.filter(pk=share.pk).update(demerit=None),
        share.delete,
        lambda: LiabilityShareFactory(
            liability=other, person=scene.mate, amount_fen=5, demerit=row
        ),
        lambda: LiabilityShareFactory(
            liability=other, person=scene.agent, amount_fen=0, demerit=row
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.django_db(transaction=True)
def test_two_demerits_at_once_are_one(scene):
    liability = proposed(scene, ground=Ground.ATTITUDE)
    results = at_once(*[lambda: mark(scene, liability, scene.agent)] * 3)
    problems = [one for one in results if isinstance(one, services.AlreadyDecided)]
    assert len(problems) == 2
    assert [one.pk for one in results if one not in problems] == [liability.pk]
    assert Demerit.objects.count() == 1


@pytest.mark.both
def test_merging_two_cases_does_not_charge_a_mistake_twice(scene):
    one, into = (ComplaintFactory(store=scene.store, owner=scene.agent) for _ in range(2))
    first = services.Proposal(ground=Ground.OTHER, cost=Fen(1), reason="运费", complaint=one)
    services.propose(actor=scene.lead, proposal=first, now=NOW)
    merging.merge(
        actor=scene.lead, complaint_id=one.pk, into_id=into.pk, reason="同一件事", now=NOW
    )
    again = services.Proposal(ground=Ground.OTHER, cost=Fen(1), reason="运费", complaint=into)
    with pytest.raises(services.StandsAlready):
        services.propose(actor=scene.lead, proposal=again, now=NOW)
    other = services.Proposal(ground=Ground.ATTITUDE, cost=Fen(1), reason="态度", complaint=into)
    services.propose(actor=scene.lead, proposal=other, now=NOW)
