from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from complaints.enums import EntryKind, ShippingState
from complaints.models import CaseAlarm, Complaint
from complaints.services import alarms, cases, customers, intake, routing
from complaints.texts import cases as texts
from portal.models import Notice
from staff.people.enums import Post
from tests.at_once import problems_of
from tests.complaints.scene import NINE, facts
from tests.factories.complaints import ComplaintTypeFactory, OrderFactory, TeamRoutingFactory
from tests.factories.roster import PersonSkillFactory, SkillFactory
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    PersonFactory,
    StoreFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 11, 2, 19, tzinfo=UTC)  # 03:00 in Shanghai
SHIPPED, NOT_SHIPPED = ShippingState.SHIPPED, ShippingState.NOT_SHIPPED


@pytest.fixture
def department():
    """`agent` is of post-sale, `mate` of pre-sale."""
    return Department()


def register(department, *, now=NINE, actor=None, owner_id=None, **more):
    return cases.register(
        actor=actor or department.stranger,
        facts=facts(department.store, **more),
        now=now,
        owner_id=owner_id,
    )


def told(kind):
    rows = Notice.objects.filter(kind=kind).order_by("pk").select_related("receiver")
    return [row.receiver.username for row in rows]


@pytest.mark.parametrize(("shipping", "who"), [(SHIPPED, "agent"), (NOT_SHIPPED, "mate")])
def test_the_shipping_state_says_which_side_gets_the_case(department, shipping, who):
    case = register(department, shipping=shipping)
    case.refresh_from_db()
    owner = getattr(department, who)
    assert (case.owner, case.owner_pinned) == (owner, False)
    assert told(routing.ROUTED) == [owner.number]
    line = case.timeline.get(kind=EntryKind.OWNER)
    assert (line.params["owner"], line.params["why"]) == (owner.pk, "NEW")
    assert owner.name in texts.of_entry(line, owner=owner.name)


def test_cases_are_given_evenly(department):
    PersonFactory(
        posting__post=Post.POSTSALE, posting__team=department.team, posting__chief=department.lead
    )
    for _ in range(6):
        register(department, shipping=SHIPPED)
    owned = Complaint.objects.values_list("owner", flat=True)
    assert sorted(list(owned).count(owner) for owner in set(owned)) == [3, 3]


def test_an_unknown_state_takes_whoever_has_less_of_either_side(department):
    for _ in range(2):
        register(department)
    assert set(Complaint.objects.values_list("owner", flat=True)) == {
        department.agent.pk,
        department.mate.pk,
    }


def test_who_registers_a_case_and_gets_it_is_not_told(department):
    case = register(department, actor=department.agent, shipping=SHIPPED)
    assert case.owner == department.agent
    assert told(routing.ROUTED) == []


def test_somebody_with_the_skill_of_the_type_comes_first(department):
    skill = SkillFactory()
    skilled = PersonFactory(
        posting__post=Post.POSTSALE, posting__team=department.team, posting__chief=department.lead
    )
    PersonSkillFactory(person=skilled, skill=skill)
    group = ComplaintTypeFactory(skill=skill)
    kind = ComplaintTypeFactory(parent=group)
    for _ in range(2):
        assert register(department, shipping=SHIPPED, type_id=kind.pk).owner == skilled
    AbsenceFactory(person=skilled)
    assert register(department, shipping=SHIPPED, type_id=kind.pk).owner == department.agent


def test_out_of_shift_the_case_is_offered_to_the_lead_on_duty(department):
    case = register(department, now=NIGHT, shipping=SHIPPED)
    assert case.owner is None
    assert told(routing.OFFERED) == [department.lead.number]
    line = case.timeline.get(kind=EntryKind.OFFERED)
    assert "%" not in texts.of_entry(line, owner=department.lead.name)
    cases.take(actor=department.mate, complaint_id=case.pk, now=NIGHT, seen_owner=None)
    assert not Notice.objects.filter(kind=routing.OFFERED, read_at=None).exists()


def test_with_the_lead_away_the_offer_passes_up(department):
    AssignmentFactory(person=department.mate, team=department.team)
    AssignmentFactory(person=department.agent, team=department.team, day=date(2026, 11, 3))
    AbsenceFactory(person=department.lead)
    register(department, shipping=SHIPPED)
    assert told(routing.OFFERED) == [department.deputy.number]


def test_people_off_shift_are_not_given_anything(department):
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    AssignmentFactory(person=department.agent, team=department.team, day=date(2026, 11, 3))
    register(department, shipping=SHIPPED)
    assert told(routing.OFFERED) == [department.mate.number]
    assert register(department, shipping=NOT_SHIPPED).owner == department.mate


def test_a_team_can_do_without_rules(department):
    TeamRoutingFactory(team=department.team, is_automatic=False)
    assert register(department, shipping=SHIPPED).owner is None
    assert not Notice.objects.exists()


def test_a_store_without_team_gets_no_owner(department):
    case = cases.register(actor=department.agent, facts=facts(StoreFactory()), now=NINE)
    assert case.owner is None


def test_ones_own_choice_stays(department):
    case = register(department, owner_id=department.mate.pk, shipping=SHIPPED)
    assert (case.owner, case.owner_pinned) == (department.mate, True)
    assert told(routing.ROUTED) == []


def ship(department, order, *, now=NINE + MINUTE, shipped_at=NINE):
    shipment = customers.Shipment(
        bought_at=order.bought_at, promised_at=None, shipped_at=shipped_at, tracking=""
    )
    order.refresh_from_db()
    customers.change_order(
        actor=department.lead, order_id=order.pk, shipment=shipment, version=order.version, now=now
    )


def ordered(department, **more):
    order = OrderFactory(store=department.store)
    case = register(department, order_number=order.number, shipping=NOT_SHIPPED, **more)
    assert case.order == order
    return order, case


def test_shipping_the_order_moves_the_case_and_tells_both(department):
    order, case = ordered(department)
    assert case.owner == department.mate
    ship(department, order)
    case.refresh_from_db()
    assert (case.shipping, case.owner, case.owner_pinned) == (SHIPPED, department.agent, False)
    assert told(routing.ROUTED)[1:] == [department.agent.number]
    assert told(routing.LEFT) == [department.mate.number]
    line = case.timeline.filter(kind=EntryKind.OWNER).order_by("pk").last()
    assert line.params == {
        "owner": department.agent.pk,
        "before": department.mate.pk,
        "why": "SHIPPED",
    }


def test_taking_the_shipment_back_moves_it_back(department):
    order, case = ordered(department)
    ship(department, order)
    ship(department, order, shipped_at=None, now=NINE + 2 * MINUTE)
    case.refresh_from_db()
    assert (case.shipping, case.owner) == (NOT_SHIPPED, department.mate)


def test_who_was_chosen_by_hand_keeps_the_case(department):
    order, case = ordered(department)
    cases.set_owner(actor=department.lead, complaint_ids=[case.pk], owner_id=None, now=NINE)
    cases.take(actor=department.mate, complaint_id=case.pk, now=NINE, seen_owner=None)
    ship(department, order)
    case.refresh_from_db()
    assert (case.shipping, case.owner) == (SHIPPED, department.mate)
    assert told(routing.LEFT) == []


def test_a_case_that_owes_nothing_any_more_stays_where_it_is(department):
    order, case = ordered(department)
    Complaint.objects.filter(pk=case.pk).update(due_at=None)
    ship(department, order)
    case.refresh_from_db()
    assert (case.shipping, case.owner) == (NOT_SHIPPED, department.mate)


def test_out_of_shift_the_owner_keeps_it_and_the_lead_is_offered_it(department):
    order, case = ordered(department)
    ship(department, order, now=NIGHT)
    case.refresh_from_db()
    assert (case.shipping, case.owner) == (SHIPPED, department.mate)
    assert told(routing.OFFERED) == []  # the lead shipped it, and knows
    assert case.timeline.filter(kind=EntryKind.OFFERED).count() == 1


def test_a_file_of_orders_moves_their_cases(department):
    order, case = ordered(department)
    order.shipped_at = NINE
    intake.write_orders(fresh=[], changed=[order], actor=None, now=NINE + MINUTE)
    case.refresh_from_db()
    assert (case.shipping, case.owner) == (SHIPPED, department.agent)


def test_a_form_that_says_shipped_moves_the_case(department):
    case = register(department, shipping=NOT_SHIPPED)
    said = facts(department.store, shipping=SHIPPED)
    cases.change(actor=department.lead, complaint_id=case.pk, facts=said, version=1, now=NINE)
    case.refresh_from_db()
    assert case.owner == department.agent


def test_moving_leaves_the_rungs_to_the_new_owner(department):
    order, case = ordered(department)
    first = CaseAlarm.objects.waiting().filter(complaint=case, clock="ACKNOWLEDGE")
    alarms.tell_due(first.get(stage="BEFORE").due_at)
    ship(department, order, now=NINE + 20 * MINUTE)
    assert not department.mate.user.notices.filter(kind=alarms.ALARM, read_at=None).exists()
    alarms.tell_due(first.get(stage="DUE").due_at)
    assert department.agent.user.notices.filter(kind=alarms.ALARM).exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_register_at_the_same_moment_still_share_evenly():
    department = Department()
    PersonFactory(
        posting__post=Post.POSTSALE, posting__team=department.team, posting__chief=department.lead
    )

    def registering(day):
        def work():
            for _ in range(4):
                at = NINE - timedelta(days=day)
                register(department, shipping=SHIPPED, registered_at=at)

        return work

    assert problems_of(*(registering(day) for day in range(3))) == []
    owned = list(Complaint.objects.values_list("owner", flat=True))
    assert sorted(owned.count(owner) for owner in set(owned)) == [6, 6]


@pytest.mark.django_db(transaction=True)
def test_shipping_and_changing_the_case_at_the_same_moment_end_well():
    department = Department()
    pairs = [ordered(department) for _ in range(8)]

    def shipping():
        for order, _case in pairs:
            ship(department, order)

    def taking():
        for _order, case in pairs:
            cases.set_owner(
                actor=department.lead,
                complaint_ids=[case.pk],
                owner_id=department.lead.pk,
                now=NINE,
            )

    assert problems_of(shipping, taking) == []
    assert set(Complaint.objects.values_list("owner", "shipping")) == {
        (department.lead.pk, SHIPPED)
    }


def test_the_admin_switches_routing_of_ones_own_teams(client, department):
    TeamRoutingFactory(team=department.other_team)
    own = TeamRoutingFactory(team=department.team)
    user = department.supervisor.user
    user.is_staff = True
    user.save()
    client.force_login(user)
    page = client.get(reverse("admin:complaints_teamrouting_changelist"))
    assert page.status_code == 200
    form = client.get(reverse("admin:complaints_teamrouting_change", args=[own.pk]))
    assert form.status_code == 200


def test_a_change_of_severity_and_side_at_once_leaves_the_rungs_of_the_new_deadline(department):
    case = register(department, shipping=NOT_SHIPPED)
    said = facts(department.store, shipping=SHIPPED, severity="SERIOUS")
    cases.change(actor=department.lead, complaint_id=case.pk, facts=said, version=1, now=NINE)
    case.refresh_from_db()
    waiting = CaseAlarm.objects.waiting().filter(complaint=case, clock="ACKNOWLEDGE")
    assert set(waiting.values_list("deadline", flat=True)) == {case.acknowledge_by}
    assert case.owner == department.agent


def test_what_was_offered_at_night_goes_to_who_is_there_in_the_morning(department):
    case = register(department, now=NIGHT, shipping=SHIPPED)
    assert routing.give_offered(NIGHT + MINUTE) == 0
    morning = NIGHT + timedelta(hours=6)  # 09:00 in Shanghai
    assert [routing.give_offered(morning), routing.give_offered(morning)] == [1, 0]
    case.refresh_from_db()
    assert (case.owner, case.owner_pinned) == (department.agent, False)
    assert case.timeline.filter(kind=EntryKind.OFFERED).count() == 1
    assert not Notice.objects.filter(kind=routing.OFFERED, read_at=None).exists()


def test_a_case_that_a_lead_left_without_owner_stays_so(department):
    case = register(department, now=NIGHT, shipping=SHIPPED)
    cases.take(actor=department.mate, complaint_id=case.pk, now=NIGHT, seen_owner=None)
    cases.set_owner(
        actor=department.lead, complaint_ids=[case.pk], owner_id=None, now=NIGHT + MINUTE
    )
    assert routing.give_offered(NIGHT + timedelta(hours=6)) == 0


@pytest.mark.parametrize("pinned", [False, True])
def test_another_store_moves_a_case_unless_its_owner_was_chosen(department, pinned):
    owner = department.agent.pk if pinned else None
    case = register(department, shipping=SHIPPED, owner_id=owner)
    other = facts(department.other_store, shipping=SHIPPED)
    cases.change(
        actor=department.deputy, complaint_id=case.pk, facts=other, version=case.version,
        now=NINE + MINUTE,
    )  # fmt: skip
    case.refresh_from_db()
    assert case.owner == (department.agent if pinned else department.stranger)
