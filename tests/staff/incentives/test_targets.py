"""Targets: what they come to, frozen exactly once, and what can never change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.models import AuditEntry, Notice
from portal.money import Fen
from portal.period import DaySpan
from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.models import Adjustment, Measurement, Target, TargetResult, TargetRow
from staff.incentives.policies.targets import Figure, MeasuredValue, Refusal
from staff.incentives.queries import adjustments as adjustment_queries
from staff.incentives.queries import targets as queries
from staff.incentives.services import adjustments, measures
from staff.incentives.services import targets as services
from staff.people.enums import Post
from tests.at_once import at_once
from tests.factories.complaints import ComplaintFactory, FollowUpFactory, NoteFactory
from tests.factories.incentives import (
    AdjustmentFactory,
    MeasurementFactory,
    TargetFactory,
    TargetResultFactory,
    TargetRowFactory,
)
from tests.factories.staff import Department, PersonFactory, PostingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
OVER = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # 01:00 on 1 November: the evening shift ends
OCTOBER = DaySpan(date(2026, 10, 1), date(2026, 10, 31))


def wanted(**changed):
    asked = {
        "name": "十月跟进",
        "measure": Measure.FOLLOWUPS_IN_TIME,
        "aim": Aim.PERSON,
        "period": OCTOBER,
        "bound": Bound.AT_LEAST,
        "goal": 9000,
    }
    return services.Wanted(**{**asked, **changed})


def followup(owner, *, due=NOW - timedelta(days=2), late=None, **more):
    """A follow-up done in time, `late` after its due time, or not at all (late=False)."""
    done = {} if late is False else {"state": "DONE", "done_at": due + (late or timedelta())}
    return FollowUpFactory(owner=owner, due_at=due, **done, **more)


def standing(target, *, people=(), now=NOW):
    found = queries.standings([target], people={target.pk: list(people)}, now=now)
    return {person: one for (_pk, person), one in found.items()}


def test_a_person_is_measured_by_own_followups_in_the_period():
    agent = PersonFactory()
    followup(agent)
    followup(agent)
    followup(agent, late=timedelta(seconds=1))
    followup(agent, late=False)
    followup(agent, late=False, due=NOW + timedelta(days=1))  # not due yet
    followup(agent, due=datetime(2026, 9, 29, tzinfo=UTC))
    followup(PersonFactory())
    target = TargetFactory(person=agent)
    assert standing(target) == {agent.pk: queries.Standing(Figure(5000, 4), reached=False)}


def test_without_rows_there_is_no_data_and_not_zero():
    target = TargetFactory()
    assert standing(target) == {target.person_id: queries.NOTHING}


def test_a_period_counts_service_days():
    """00:30 on 1 November belongs to the service day of 31 October (SHIFT-5)."""
    agent = PersonFactory()
    followup(agent, due=datetime(2026, 10, 31, 16, 30, tzinfo=UTC))
    followup(agent, due=datetime(2026, 9, 30, 16, 30, tzinfo=UTC))
    target = TargetFactory(person=agent)
    assert standing(target, now=OVER)[agent.pk].figure == Figure(10000, 1)


def test_a_team_counts_people_while_they_belong_to_it():
    scene = Department()
    followup(scene.agent)
    followup(scene.mate, late=False)
    followup(scene.stranger, late=False)
    moved = PersonFactory(posting=False)
    PostingFactory(
        person=moved, team=scene.team, valid_from=date(2026, 9, 1), valid_until=date(2026, 10, 9)
    )
    PostingFactory(person=moved, team=scene.other_team, valid_from=date(2026, 10, 10))
    followup(moved, due=datetime(2026, 10, 9, 4, tzinfo=UTC))
    followup(moved, due=datetime(2026, 10, 10, 4, tzinfo=UTC), late=False)
    target = TargetFactory(aim=Aim.TEAM, person=None, team=scene.team)
    assert standing(target) == {None: queries.Standing(Figure(6667, 3), reached=False)}


def test_a_store_counts_its_own_and_a_post_each_by_themselves():
    scene = Department()
    followup(scene.agent, store=scene.store)
    followup(scene.stranger, store=scene.other_store, late=False)
    store = TargetFactory(aim=Aim.STORE, person=None, store=scene.other_store)
    assert standing(store) == {None: queries.Standing(Figure(0, 1), reached=False)}
    post = TargetFactory(aim=Aim.POST, person=None, post=Post.POSTSALE)
    both = {scene.agent.pk, scene.stranger.pk}
    assert {one.person_id for one in queries.holders(post, today=NOW.date())} == both
    assert standing(post, people=both) == {
        scene.agent.pk: queries.Standing(Figure(10000, 1), reached=True),
        scene.stranger.pk: queries.Standing(Figure(0, 1), reached=False),
    }


def test_first_response_is_service_time_to_the_first_note_or_finished_followup():
    agent = PersonFactory()
    begun = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
    noted = ComplaintFactory(owner=agent, registered_at=begun)
    NoteFactory(complaint=noted, written_at=begun + timedelta(minutes=12))
    NoteFactory(complaint=noted, written_at=begun + timedelta(hours=5))
    called = ComplaintFactory(owner=agent, registered_at=begun)
    FollowUpFactory(
        complaint=called, owner=agent, state="DONE", done_at=begun + timedelta(minutes=20)
    )
    night = datetime(2026, 10, 12, 17, 30, tzinfo=UTC)  # 01:30, the desk opens at 08:30
    ComplaintFactory(owner=agent, registered_at=night)
    target = TargetFactory(
        person=agent, measure=Measure.FIRST_RESPONSE_MINUTES, bound=Bound.AT_MOST, goal=3000
    )
    now = datetime(2026, 10, 13, 0, 32, tzinfo=UTC)  # 08:32: it has waited two minutes
    found = standing(target, now=now)[agent.pk]
    assert found == queries.Standing(Figure(1133, 3), reached=True)


def test_facts_written_down_are_measured_and_the_same_key_says_what_it_is_now():
    agent = PersonFactory()
    target = TargetFactory(person=agent, measure=Measure.INQUIRIES, goal=5000)
    row = MeasuredValue(
        key="2026-10-19", at=NOW - timedelta(days=1), value=3000, person_id=agent.pk
    )
    measures.record_measure(measure=Measure.INQUIRIES, row=row, now=NOW)
    assert standing(target)[agent.pk] == queries.Standing(Figure(3000, 1), reached=False)
    again = MeasuredValue(key="2026-10-19", at=row.at, value=6000, person_id=agent.pk)
    measures.record_measure(measure=Measure.INQUIRIES, row=again, now=NOW)
    assert standing(target)[agent.pk] == queries.Standing(Figure(6000, 1), reached=True)
    assert measures.forget_measure(measure=Measure.INQUIRIES, key="2026-10-19")
    assert not measures.forget_measure(measure=Measure.INQUIRIES, key="2026-10-19")
    assert standing(target)[agent.pk] == queries.NOTHING


def test_a_fact_of_nobody_is_refused():
    row = MeasuredValue(key="x", at=NOW, value=1)
    with pytest.raises(ValueError, match="somebody"):
        measures.record_measure(measure=Measure.INQUIRIES, row=row, now=NOW)
    assert Measurement.objects.count() == 0


def test_setting_tells_whom_it_concerns_and_audits():
    scene = Department()
    made = services.set_target(
        actor=scene.deputy.user, by=scene.deputy, now=NOW,
        wanted=wanted(aim=Aim.TEAM, team_id=scene.team.pk),
    )  # fmt: skip
    told = Notice.objects.filter(kind="target.set").values_list("receiver_id", flat=True)
    assert set(told) == {scene.agent.user_id, scene.mate.user_id, scene.lead.user_id}
    entry = AuditEntry.objects.get(verb="target.set")
    assert (entry.actor, entry.target_id) == (scene.deputy.user, str(made.pk))
    assert "十月跟进" not in str(entry.after)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"goal": 10001}, Refusal.ABOVE_SCALE),
        ({"measure": Measure.CONVERSION}, Refusal.NO_POST_MEASURE),
        ({"period": DaySpan(date(2026, 9, 1), date(2026, 9, 30))}, Refusal.OVER),
    ],
)
def test_what_the_rules_refuse_is_not_set(changed, reason):
    scene = Department()
    with pytest.raises(services.Refused) as refusal:
        services.set_target(
            actor=scene.deputy.user, by=scene.deputy, now=NOW,
            wanted=wanted(person_id=scene.agent.pk, **changed),
        )  # fmt: skip
    assert refusal.value.reason == reason
    assert not Target.objects.exists()


def test_a_name_stands_once_for_an_aim_and_period_unless_withdrawn():
    scene = Department()
    asked = wanted(person_id=scene.agent.pk)
    first = services.set_target(actor=scene.deputy.user, by=scene.deputy, wanted=asked, now=NOW)
    with pytest.raises(services.NameTaken):
        services.set_target(actor=scene.deputy.user, by=scene.deputy, wanted=asked, now=NOW)
    services.withdraw_target(
        actor=scene.deputy.user, target_id=first.pk, version=1, because="改目标", now=NOW
    )
    services.set_target(actor=scene.deputy.user, by=scene.deputy, wanted=asked, now=NOW)
    assert Target.objects.count() == 2


def test_a_change_needs_the_version_that_was_read():
    scene = Department()
    target = TargetFactory(person=scene.agent, name="甲")
    change = {"actor": scene.deputy.user, "target_id": target.pk, "now": NOW}
    services.change_target(**change, version=1, wanted=wanted(person_id=scene.agent.pk, goal=9500))
    with pytest.raises(services.ChangedMeanwhile):
        services.change_target(**change, version=1, wanted=wanted(person_id=scene.agent.pk))
    with pytest.raises(services.ChangedMeanwhile):
        services.withdraw_target(**change, version=1, because="错")
    target.refresh_from_db()
    assert (target.goal, target.version) == (9500, 2)


def test_a_period_that_is_over_is_not_changed_any_more():
    target = TargetFactory(last_day=date(2026, 10, 19))
    change = {"actor": None, "target_id": target.pk, "version": 1, "now": NOW}
    with pytest.raises(services.HasEnded):
        services.change_target(**change, wanted=wanted(person_id=target.person_id))
    with pytest.raises(services.HasEnded):
        services.withdraw_target(**change, because="错")


def test_freezing_waits_for_the_last_shift_and_happens_once():
    scene = Department()
    followup(scene.agent)
    target = TargetFactory(
        person=scene.agent, set_by=scene.deputy, reward=Reward.MONEY, reward_fen=20000
    )
    assert services.freeze_due(OVER - timedelta(seconds=1)) == 0
    assert services.oldest_due(OVER - timedelta(seconds=1)) is None
    assert services.oldest_due(OVER) == OVER
    assert services.freeze_due(OVER) == 1
    assert services.freeze_due(OVER) == 0
    assert services.oldest_due(OVER) is None
    assert not services.freeze(target_id=target.pk, now=OVER)
    result = TargetResult.objects.get()
    assert (result.person, result.value, result.rows, result.reached) == (
        scene.agent, 10000, 1, True,
    )  # fmt: skip
    assert TargetRow.objects.get().result == result
    given = Adjustment.objects.get()
    assert (given.person, given.rule, given.day, given.amount_fen) == (
        scene.agent, "INC-2", date(2026, 10, 31), 20000,
    )  # fmt: skip
    assert given.source == f"target:{target.pk}:{scene.agent.pk}"
    notice = Notice.objects.get(kind="target.ended")
    assert (notice.receiver, notice.params["reached"]) == (scene.agent.user, True)
    assert AuditEntry.objects.filter(verb="target.frozen").count() == 1


def test_a_frozen_figure_stays_whatever_happens_to_the_facts():
    agent = PersonFactory()
    row = followup(agent)
    target = TargetFactory(person=agent)
    services.freeze_due(OVER)
    target.refresh_from_db()
    row.state, row.done_at = "OPEN", None
    row.save()
    found = queries.standings([target], people={}, now=OVER)
    assert found[target.pk, agent.pk] == queries.Standing(Figure(10000, 1), reached=True)
    assert [one.key for one in queries.frozen_rows(target, agent.pk)] == [row.number]


def test_no_data_is_neither_reached_nor_missed_nor_paid():
    target = TargetFactory(reward=Reward.MONEY, reward_fen=20000)
    services.freeze_due(OVER)
    result = TargetResult.objects.get()
    assert (result.target, result.value, result.reached, result.rows) == (target, None, None, 0)
    assert not Adjustment.objects.exists()
    assert Notice.objects.get(kind="target.ended").params["reached"] is None


def test_money_goes_to_each_of_the_team_but_never_to_who_set_it():
    scene = Department()
    followup(scene.agent)
    TargetFactory(
        aim=Aim.TEAM, person=None, team=scene.team, set_by=scene.lead,
        reward=Reward.MONEY, reward_fen=5000,
    )  # fmt: skip
    services.freeze_due(OVER)
    paid = Adjustment.objects.values_list("person_id", "amount_fen")
    assert set(paid) == {(scene.agent.pk, 5000), (scene.mate.pk, 5000)}


def test_of_a_post_whoever_reaches_it_is_rewarded():
    scene = Department()
    followup(scene.agent)
    followup(scene.stranger, late=False)
    TargetFactory(
        aim=Aim.POST, person=None, post=Post.POSTSALE, reward=Reward.MONEY, reward_fen=5000
    )
    services.freeze_due(OVER)
    assert [row.person_id for row in Adjustment.objects.all()] == [scene.agent.pk]
    assert TargetResult.objects.count() == 2


def test_a_gift_is_no_money():
    agent = PersonFactory()
    followup(agent)
    TargetFactory(person=agent, reward=Reward.GIFT, reward_text="茶具一套")
    services.freeze_due(OVER)
    assert TargetResult.objects.get().reached is True
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda t, _r, _a: Target.objects.filter(pk=t.pk).update(goal=1),
        lambda t, _r, _a: Target.objects.filter(pk=t.pk).update(state=TargetState.RUNNING),
        lambda _t, r, _a: TargetResult.objects.filter(pk=r.pk).update(value=1),
        lambda _t, r, _a: TargetRow.objects.filter(result=r).delete(),
        lambda _t, _r, a: Adjustment.objects.filter(pk=a.pk).update(amount_fen=1),
        lambda _t, _r, a: Adjustment.objects.filter(pk=a.pk).update(person=PersonFactory()),
        lambda _t, _r, a: Adjustment.objects.filter(pk=a.pk).delete(),
    ],
)
def test_the_database_refuses_what_must_not_change(act):
    target = TargetFactory(state=TargetState.FROZEN, ended_at=OVER)
    result = TargetRowFactory(result=TargetResultFactory(target=target)).result
    adjustment = AdjustmentFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        act(target, result, adjustment)


@pytest.mark.parametrize(
    "made",
    [
        lambda: TargetFactory(aim=Aim.TEAM),
        lambda: TargetFactory(person=None),
        lambda: TargetFactory(goal=-1),
        lambda: TargetFactory(reward=Reward.MONEY),
        lambda: TargetFactory(reward_fen=100),
        lambda: TargetFactory(state=TargetState.FROZEN),
        lambda: TargetFactory(state=TargetState.WITHDRAWN, ended_at=NOW),
        lambda: TargetFactory(last_day=date(2026, 9, 1)),
        lambda: TargetResultFactory(value=None),
        lambda: MeasurementFactory(person=None),
        lambda: AdjustmentFactory(amount_fen=0),
        lambda: AdjustmentFactory(withdrawn_at=NOW),
    ],
)
def test_constraints(made):
    with pytest.raises(IntegrityError), transaction.atomic():
        made()


def test_nobody_decides_on_an_amount_of_their_own():
    person = PersonFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjustmentFactory(person=person, decided_by=person)


def test_an_amount_is_decided_once_for_a_source_and_withdrawn_once():
    agent, chief = PersonFactory(), PersonFactory()
    amount = adjustments.Amount(
        source="liability:1:1", person_id=agent.pk, rule="INC-4", day=NOW.date(),
        amount=Fen(-1200), reason="运费",
    )  # fmt: skip
    assert len(adjustments.decide(amounts=[amount], by=chief, now=NOW)) == 1
    assert adjustments.decide(amounts=[amount], by=chief, now=NOW) == []
    days = DaySpan(NOW.date(), NOW.date())
    assert [
        row.amount for row in adjustment_queries.of_people([agent.pk], days=days)[agent.pk]
    ] == [-1200]
    withdraw = {"sources": ["liability:1:1"], "by": chief, "because": "改判", "now": NOW}
    assert len(adjustments.withdraw(**withdraw)) == 1
    assert adjustments.withdraw(**withdraw) == []
    assert adjustment_queries.of_people([agent.pk], days=days) == {}
    verbs = AuditEntry.objects.filter(verb__startswith="adjustment").values_list("verb", flat=True)
    assert sorted(verbs) == ["adjustment.decided", "adjustment.withdrawn"]


@pytest.mark.django_db(transaction=True)
def test_frozen_twice_at_once_it_is_frozen_once():
    scene = Department()
    followup(scene.agent)
    TargetFactory(person=scene.agent, reward=Reward.MONEY, reward_fen=20000)
    assert sum(at_once(*[lambda: services.freeze_due(OVER)] * 4)) == 1
    counts = (TargetResult.objects.count(), TargetRow.objects.count(), Adjustment.objects.count())
    assert counts == (1, 1, 1)
