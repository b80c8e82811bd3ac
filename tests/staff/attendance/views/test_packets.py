"""The wall of red packets: owed, paid, taken back."""

import pytest
import time_machine

from staff.attendance.models import RedPacketPayment
from tests.factories.staff import AssignmentFactory, Department, PersonFactory, PunchFactory
from tests.staff.attendance.record import at
from tests.staff.attendance.views.steps import DAY, HOSTILE, NOW, pick
from tests.staff.browser import as_, page, said, send

pytestmark = pytest.mark.django_db


def test_the_wall_is_public_in_the_team_and_paid_by_the_lead(client, them):
    for who in (them.agent, them.mate):
        shown = page(as_(client, who), "red_packets")
        assert "20.00" in shown
        assert "Record as paid" not in shown
    assert "20.00" not in page(as_(client, them.stranger), "red_packets")
    shown = page(as_(client, them.lead), "red_packets")
    assert pick(them.agent) in shown
    response = send(client, "pay_red_packets", pick=[pick(them.agent)], query="month=2026-11")
    assert response["Location"].endswith("?month=2026-11")
    assert "1 red packet is recorded as paid." in said(client, response)
    payment = RedPacketPayment.objects.get()
    assert (payment.paid_at, payment.recorded_by) == (NOW, them.lead.user)
    shown = page(client, "red_packets", state="paid")
    assert "Take back" in shown
    assert "left as it is" in said(client, send(client, "pay_red_packets", pick=[pick(them.agent)]))
    assert "is taken back" in said(client, send(client, "withdraw_payment", payment.pk))
    assert send(client, "withdraw_payment", payment.pk).status_code == 404
    assert not RedPacketPayment.objects.standing().exists()


def test_the_doubling_is_shown_from_monday_ten_on(client, them):
    with time_machine.travel(at("2026-11-09 10:00"), tick=False):
        shown = page(as_(client, them.lead), "red_packets", month="2026-11", state="doubled")
    assert "20.00 + 20.00" in shown
    assert "20.00 + 20.00" not in page(client, "red_packets")


def test_nobody_records_their_own_nor_for_others(client, them):
    AssignmentFactory(person=them.lead, team=them.team)
    for text in ("08:45", "17:30"):
        PunchFactory(person=them.lead, punched_at=at(f"2026-11-02 {text}"))
    as_(client, them.lead)
    assert "0 red packets" in said(client, send(client, "pay_red_packets", pick=[pick(them.lead)]))
    for who in (them.agent, them.mate, them.other_lead):
        as_(client, who)
        send(client, "pay_red_packets", pick=[pick(them.agent)])
    assert not RedPacketPayment.objects.exists()
    as_(client, them.deputy)
    send(client, "pay_red_packets", pick=[pick(them.lead), pick(them.agent)])
    assert RedPacketPayment.objects.count() == 2


def test_only_what_is_owed_can_be_paid(client, them):
    as_(client, them.lead)
    send(
        client,
        "pay_red_packets",
        pick=[pick(them.agent, side="OUT"), pick(them.agent, "2026-11-03")],
    )
    assert not RedPacketPayment.objects.exists()


def test_a_stand_in_lead_records_for_the_shift(client, them):
    AssignmentFactory(person=them.mate, team=them.team, day=DAY, is_lead=True)
    as_(client, them.mate)
    assert pick(them.agent) in page(client, "red_packets")
    send(client, "pay_red_packets", pick=[pick(them.agent)])
    payment = RedPacketPayment.objects.get()
    assert send(client, "withdraw_payment", payment.pk).status_code == 302


@pytest.mark.parametrize("text", HOSTILE)
def test_paying_bears_anything(client, them, text):
    as_(client, them.lead)
    for data in (
        {"pick": [text, f"{text}:2026-11-02:IN", f"{them.agent.pk}:{text}:IN"]},
        {"pick": [f"{them.agent.pk}:2026-11-02:{text}"], "query": text},
        {"pick": [pick(them.agent)], "paid_at": text},
    ):
        assert send(client, "pay_red_packets", **data).status_code == 302
    assert not RedPacketPayment.objects.exists()


def test_a_payment_lies_in_the_past(client, them):
    as_(client, them.lead)
    response = send(client, "pay_red_packets", pick=[pick(them.agent)], paid_at="2026-11-05T12:01")
    assert "A payment lies in the past" in said(client, response)
    send(client, "pay_red_packets", pick=[pick(them.agent)], paid_at="2026-11-04T09:30")
    assert RedPacketPayment.objects.get().paid_at == at("2026-11-04 09:30")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_wall_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    them = Department()
    for _n in range(rows):
        someone = PersonFactory(posting__chief=them.lead, posting__team=them.team)
        AssignmentFactory(person=someone, team=them.team)
        PunchFactory(person=someone, punched_at=at("2026-11-02 08:41"))
    as_(client, them.lead)
    page(client, "red_packets")
    with django_assert_num_queries(16):
        shown = page(client, "red_packets")
    assert shown.count('name="pick"') == rows
