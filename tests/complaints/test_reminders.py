from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.enums import OfferReason, OfferState, Stage
from complaints.models import FollowUp, HandoverOffer, Reminder
from complaints.policies.followups import Refusal
from complaints.services import followups, reminders, telling
from portal.models import Notice, OutboxMessage
from staff.people.enums import AbsenceState, Post
from tests.at_once import problems_of
from tests.factories.complaints import ComplaintFactory, FollowUpFactory
from tests.factories.portal import RobotFactory
from tests.factories.staff import AbsenceFactory, AssignmentFactory, Department, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Monday
DUE = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)  # 14:00
MINUTE = timedelta(minutes=1)


def assign(department, *, due_at=DUE, owner=None, now=NOON, actor=None, urgent=False):
    case = ComplaintFactory(store=department.store)
    promise = followups.Promise(
        complaint=case,
        owner_id=(owner or department.agent).pk,
        due_at=due_at,
        purpose="回电",
        urgent=urgent,
    )
    return followups.assign([promise], actor=actor or department.lead, now=now)[0]


def told(kind=reminders.REMINDER):
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return [(row.receiver.username, row.params.get("stage")) for row in rows]


def run_until(now):
    while reminders.deliver_due(now):
        pass


def test_rungs_of_an_agent_are_written_with_the_follow_up():
    department = Department()
    followup = assign(department)
    assert list(
        Reminder.objects.filter(followup=followup).order_by("pk").values_list("stage", "due_at")
    ) == [
        (Stage.BEFORE, DUE - 30 * MINUTE),
        (Stage.DUE, DUE),
        (Stage.LEAD, DUE),
        (Stage.DEPUTY, DUE + 30 * MINUTE),
        (Stage.SUPERVISOR, DUE + 90 * MINUTE),
    ]


def test_the_ladder_is_climbed_and_each_rung_is_told_once():
    department = Department()
    assign(department)
    run_until(DUE - 31 * MINUTE)
    assert told() == []
    for minutes in (-30, 0, 29, 30, 89, 90, 91, 500):
        run_until(DUE + minutes * MINUTE)
        run_until(DUE + minutes * MINUTE)
    agent, lead = department.agent.number, department.lead.number
    assert told() == [
        (agent, "BEFORE"),
        (agent, "DUE"),
        (lead, "LEAD"),
        (department.deputy.number, "DEPUTY"),
        (department.supervisor.number, "SUPERVISOR"),
    ]


def test_the_minutes_of_the_ladder_are_service_time():
    department = Department()
    late = datetime(2026, 11, 2, 16, 50, tzinfo=UTC)  # 00:50, ten minutes before the desk closes
    followup = assign(department, due_at=late)
    rung = dict(Reminder.objects.filter(followup=followup).values_list("stage", "due_at"))
    assert rung[Stage.LEAD] == late
    assert rung[Stage.DEPUTY] == datetime(2026, 11, 3, 0, 50, tzinfo=UTC)  # 08:50
    assert rung[Stage.SUPERVISOR] == datetime(2026, 11, 3, 1, 50, tzinfo=UTC)  # 09:50


@pytest.mark.parametrize(
    ("post", "stages"),
    [
        (Post.LEAD, ["BEFORE", "DUE", "DEPUTY", "SUPERVISOR"]),
        (Post.DEPUTY, ["BEFORE", "DUE", "SUPERVISOR"]),
        (Post.SUPERVISOR, ["BEFORE", "DUE"]),
    ],
)
def test_rungs_up_to_the_owners_own_post_are_skipped(post, stages):
    department = Department()
    owner = {
        Post.LEAD: department.lead,
        Post.DEPUTY: department.deputy,
        Post.SUPERVISOR: department.supervisor,
    }[post]
    followup = assign(department, owner=owner, actor=department.supervisor)
    rows = Reminder.objects.filter(followup=followup).order_by("pk")
    assert list(rows.values_list("stage", flat=True)) == stages


def test_a_rung_goes_to_the_lead_of_the_running_shift():
    department = Department()
    AssignmentFactory(person=department.agent, team=department.team)
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    assign(department)
    run_until(DUE)
    assert told()[-1] == (department.mate.number, "LEAD")


def test_a_shift_without_lead_passes_the_rung_to_the_deputy_at_the_same_moment():
    department = Department()
    AssignmentFactory(person=department.agent, team=department.team)
    assign(department)
    run_until(DUE)
    assert told()[-1] == (department.deputy.number, "LEAD")


def test_finishing_silences_at_once():
    department = Department()
    followup = assign(department)
    run_until(DUE - 30 * MINUTE)
    followups.finish(actor=department.agent, followup_id=followup.pk, outcome="好", now=DUE)
    run_until(DUE + 500 * MINUTE)
    assert told() == [(department.agent.number, "BEFORE")]
    assert not Notice.objects.filter(read_at=None).exists()


def test_moving_the_due_time_makes_new_reminders_and_moving_back_revives_the_old():
    department = Department()
    followup = assign(department)
    run_until(DUE - 30 * MINUTE)
    later = DUE + 60 * MINUTE
    followups.reschedule(
        actor=department.agent,
        followup_id=followup.pk,
        due_at=later,
        reason="客户在开会",
        now=DUE - 20 * MINUTE,
    )
    run_until(DUE)
    assert [stage for _who, stage in told()] == ["BEFORE"]
    run_until(later - 30 * MINUTE)
    assert [stage for _who, stage in told()] == ["BEFORE", "BEFORE"]
    followups.reschedule(
        actor=department.agent,
        followup_id=followup.pk,
        due_at=DUE + 40 * MINUTE,
        reason="提前",
        now=later - 29 * MINUTE,
    )
    run_until(DUE + 40 * MINUTE)
    assert [stage for _who, stage in told()] == ["BEFORE", "BEFORE", "DUE", "LEAD"]
    assert FollowUp.objects.get().rescheduled == 2


def test_handing_over_silences_the_old_owner_and_tells_the_new_one():
    department = Department()
    followup = assign(department)
    run_until(DUE - 30 * MINUTE)
    followups.hand_over(
        actor=department.lead,
        followup_ids=[followup.pk],
        to=department.mate,
        reason="生病",
        now=DUE - 10 * MINUTE,
    )
    assert not Notice.objects.filter(receiver=department.agent.user, read_at=None).exists()
    run_until(DUE)
    assert told()[1:] == [(department.mate.number, "DUE"), (department.lead.number, "LEAD")]
    assert told(followups.HANDED_OVER) == [(department.mate.number, None)]


def test_a_version_that_is_not_the_present_one_is_refused():
    department = Department()
    followup = assign(department)
    with pytest.raises(followups.ChangedMeanwhile):
        followups.finish(
            actor=department.agent, followup_id=followup.pk, outcome="", now=NOON, version=9
        )


def test_a_due_time_in_the_past_is_refused():
    department = Department()
    with pytest.raises(followups.Refused) as refused:
        assign(department, due_at=NOON)
    assert refused.value.reason == Refusal.DUE_IN_THE_PAST


def test_finishing_can_be_undone_for_ten_minutes():
    department = Department()
    followup = assign(department)
    followups.finish(actor=department.agent, followup_id=followup.pk, outcome="", now=NOON)
    followups.undo_finish(actor=department.agent, followup_id=followup.pk, now=NOON + MINUTE)
    run_until(DUE - 30 * MINUTE)
    run_until(DUE)
    assert [stage for _who, stage in told()] == ["BEFORE", "DUE", "LEAD"]
    followups.finish(actor=department.agent, followup_id=followup.pk, outcome="", now=DUE)
    with pytest.raises(followups.Refused):
        followups.undo_finish(
            actor=department.agent, followup_id=followup.pk, now=DUE + 11 * MINUTE
        )


def test_after_an_outage_each_person_gets_one_digest_and_no_step_is_lost(monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 7)
    department = Department()
    for _ in range(5):
        assign(department)
    run_until(DUE + 600 * MINUTE)
    digests = Notice.objects.filter(kind=reminders.DIGEST)
    assert {row.receiver.username: row.params["count"] for row in digests} == {
        department.agent.number: 10,
        department.lead.number: 5,
        department.deputy.number: 5,
        department.supervisor.number: 5,
    }
    assert told() == []
    assert Reminder.objects.exclude(delivered_at=None).count() == 25


def test_outside_channels_wait_for_the_receivers_next_shift_unless_urgent():
    department = Department()
    robot = RobotFactory()
    department.team.robot = robot
    department.team.save()
    AssignmentFactory(person=department.agent, team=department.team, day=date(2026, 11, 3))
    night = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)  # 02:00
    assign(department, due_at=night)
    assign(department, due_at=night, urgent=True)
    run_until(night)
    rows = OutboxMessage.objects.filter(params__stage="DUE", robot=robot).order_by("pk")
    assert [row.not_before for row in rows] == [datetime(2026, 11, 3, 0, 30, tzinfo=UTC), night]


def test_an_owner_off_shift_makes_the_lead_an_offer():
    department = Department()
    AssignmentFactory(person=department.agent, team=department.team, day=date(2026, 11, 3))
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    assign(department)
    run_until(DUE)
    offer = HandoverOffer.objects.get()
    assert (offer.lead, offer.owner, offer.reason) == (
        department.mate,
        department.agent,
        OfferReason.OFF_SHIFT,
    )


def test_an_absence_offers_the_days_follow_ups_and_a_withdrawn_one_gives_them_back():
    department = Department()
    first, second = assign(department), assign(department)
    assign(department, due_at=DUE + timedelta(days=3))
    absence = AbsenceFactory(person=department.agent, day=date(2026, 11, 2), changed_at=NOON)
    followups.sweep_offers(NOON)
    followups.sweep_offers(NOON)
    offers = HandoverOffer.objects.order_by("followup_id")
    assert [offer.followup_id for offer in offers] == [first.pk, second.pk]
    notice = Notice.objects.get(kind=followups.OFFERED)
    assert (notice.receiver, notice.params["count"]) == (department.lead.user, 2)
    followups.hand_over(
        actor=department.lead, followup_ids=[first.pk], to=department.mate, reason="", now=NOON
    )
    absence.state = AbsenceState.WITHDRAWN
    absence.changed_at = NOON + MINUTE
    absence.save()
    followups.sweep_offers(NOON + MINUTE)
    first.refresh_from_db()
    assert first.owner == department.agent
    states = HandoverOffer.objects.values_list("state", flat=True)
    assert set(states) == {OfferState.WITHDRAWN}


def test_what_the_stand_in_touched_stays_with_them():
    department = Department()
    followup = assign(department)
    absence = AbsenceFactory(person=department.agent, day=date(2026, 11, 2), changed_at=NOON)
    followups.sweep_offers(NOON)
    followups.hand_over(
        actor=department.lead, followup_ids=[followup.pk], to=department.mate, reason="", now=NOON
    )
    followups.reschedule(
        actor=department.mate,
        followup_id=followup.pk,
        due_at=DUE + MINUTE,
        reason="约好了",
        now=NOON,
    )
    absence.state = AbsenceState.WITHDRAWN
    absence.changed_at = NOON + MINUTE
    absence.save()
    followups.sweep_offers(NOON + MINUTE)
    followup.refresh_from_db()
    assert followup.owner == department.mate


def test_the_open_work_of_a_leaver_is_offered_once():
    department = Department()
    assign(department)
    department.agent.left_on = date(2026, 11, 1)
    department.agent.save()
    followups.sweep_offers(NOON)
    followups.sweep_offers(NOON)
    offer = HandoverOffer.objects.get()
    assert (offer.reason, offer.lead) == (OfferReason.LEFT, department.lead)


def test_an_owner_without_sign_in_passes_the_rung_up():
    department = Department()
    nobody = PersonFactory(user=None, posting__team=department.team, posting__chief=department.lead)
    assign(department, owner=nobody)
    run_until(DUE)
    assert {who for who, _stage in told()} == {department.lead.number}


def test_planning_twice_changes_nothing():
    department = Department()
    followup = assign(department)
    before = list(Reminder.objects.order_by("pk").values())
    reminders.plan([followup], now=NOON)
    assert list(Reminder.objects.order_by("pk").values()) == before


def test_a_rung_that_somebody_else_told_meanwhile_is_not_taken():
    department = Department()
    assign(department)
    due = Reminder.objects.due(DUE).order_by("pk")
    mine = telling.Telling(DUE, due.values_list("pk", flat=True)[:1])
    assert [told.rung.stage for told in mine.told] == ["BEFORE"]
    assert mine.claim(mine.told) == []
    assert Reminder.objects.exclude(delivered_at=None).count() == 1


@pytest.mark.parametrize("followups_of_each", [1, 10])
def test_a_batch_costs_the_same_for_any_number_of_rungs(
    followups_of_each, django_assert_num_queries
):
    department = Department()
    for person in (department.agent, department.mate):
        rows = FollowUpFactory.create_batch(
            followups_of_each,
            owner=person,
            store=department.store,
            due_at=DUE,
            complaint=ComplaintFactory(store=department.store),
        )
        reminders.plan(rows, now=DUE - MINUTE)
    with django_assert_num_queries(24):  # one looks who listens
        reminders.deliver_due(DUE)
    assert Notice.objects.filter(kind=reminders.REMINDER).count() == 4 * followups_of_each


@pytest.mark.django_db(transaction=True)
def test_ticks_side_by_side_tell_each_rung_once(monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 7)
    department = Department()
    rows = FollowUpFactory.create_batch(
        60, owner=department.agent, store=department.store, due_at=DUE
    )
    reminders.plan(rows, now=DUE - MINUTE)
    assert problems_of(*[lambda: run_until(DUE)] * 10) == []
    assert Notice.objects.filter(kind=reminders.REMINDER).count() == 120
    assert Reminder.objects.exclude(delivered_at=None).count() == 120
