"""The pages of pay: own statements, those below, disputes, months; who sees none of it."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from portal.models import AuditEntry, Notice
from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState, RunAct, RunState
from staff.incentives.models import Confirmation, Dispute, Settlement, SettlementRun
from staff.incentives.services import runs
from staff.people.models import Person
from tests.factories.staff import Department, PersonFactory, SalaryFactory
from tests.staff.browser import as_, page, said, send
from tests.staff.incentives.staging import lines, published, punch, settled, shift, statement

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
OCTOBER = Month(2026, 10)
HOSTILE = ["\x00", "\ud800", "9" * 40, "1_000", "١٢", "2026-13", "'; drop"]


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    """The agent came eleven minutes late on 8 October; everybody has a salary."""
    department = Department()
    for who in (department.agent, department.mate, department.lead, department.deputy):
        SalaryFactory(person=who, base_fen=600000)
    shift(department.agent, "2026-10-08", "day", "08:30", "17:30")
    for text in ("2026-10-08 08:41", "2026-10-08 17:35"):
        punch(department.agent, text)
    client.cookies["django_language"] = "en"
    client.force_login(department.agent.user)
    return department


def objection(person, rule="ATT-2", **more):
    line = next(row.named for row in statement(person).lines if row.line.rule == rule)
    return {"month": "2026-10", "reason": "打卡机坏了"} | line._asdict() | more


# One's own statement


def test_a_statement_says_what_each_line_is_for(client, them):
    published(now=NOW)
    shown = page(client, "pay")
    for text in (
        "published",
        "6,000.00",
        "ATT-2",
        "Late or gone early, second step",
        "-20.00",
        "11 min",
        f"/staff/attendance/people/{them.agent.number}/2026-10-08/",
        "/staff/policy/2020-01-01/",
        "2026-10-08 08:41:00",
        "Lines can be disputed until",
    ):
        assert text in shown, text


@pytest.mark.usefixtures("them")
def test_without_a_settled_month_it_says_so(client):
    assert "No statement for this month." in page(client, "pay")
    settled(now=NOW)
    assert "No statement for this month." in page(client, "pay", month="2026-01")
    assert "A draft" in page(client, "pay")


def test_the_month_before_stands_beside(client, them):
    published(Month(2026, 9), now=NOW - timedelta(days=20))
    shift(them.agent, "2026-09-08", "day", "08:30", "17:30")
    published(now=NOW)
    shown = page(client, "pay")
    assert "Month before" in shown
    assert "?month=2026-09" in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_addresses_bear_anything(client, them, text):
    published(now=NOW)
    expected = 400 if "\x00" in text else 200
    page(client, "pay", status=expected, month=text)
    as_(client, them.deputy)
    page(client, "pay_people", status=expected, month=text, q=text, only=text, page=text)
    page(client, "disputes", status=expected, q=text, state=text, page=text)
    assert send(client, "pay_confirm", month=text).status_code in {302, 404}
    assert send(client, "pay_dispute", month=text, about=text).status_code in {404, 422}


def test_a_statement_opens_in_ten_queries(client, them, django_assert_num_queries):
    published(Month(2026, 9), now=NOW - timedelta(days=20))
    published(now=NOW)
    client.post(reverse("staff:pay_dispute"), objection(them.agent))
    page(client, "pay")
    with django_assert_num_queries(10):
        page(client, "pay")


# Whoever may not see it


def test_nobody_else_reaches_a_statement(client, them):
    published(now=NOW)
    number = them.agent.number
    for who, status in (
        (them.mate, 404),
        (them.lead, 404),
        (them.stranger, 404),
        (them.deputy, 200),
        (them.supervisor, 200),
    ):
        as_(client, who)
        page(client, "pay_person", number, status=status)
        assert client.get(reverse("staff:pay_pdf", args=[number])).status_code == status
        export = client.get(
            reverse("portal:export_kind", args=["statements"]),
            {"month": "2026-10", "format": "csv"},
        )
        assert export.status_code == 200
        text = b"".join(export.streaming_content).decode("utf-8-sig")
        assert (number in text) is (status == 200)
    as_(client, them.lead)
    for name in ("pay_people", "disputes", "pay_months"):
        page(client, name, status=403)


def test_looking_at_anothers_wage_is_written_down(client, them):
    published(now=NOW)
    page(client, "pay")
    assert not AuditEntry.objects.filter(verb="statement.seen").exists()
    as_(client, them.deputy)
    page(client, "pay_person", them.agent.number)
    client.get(reverse("staff:pay_pdf", args=[them.agent.number]))
    page(client, "pay_people")
    seen = list(AuditEntry.objects.filter(verb="statement.seen").order_by("pk"))
    assert [entry.actor for entry in seen] == [them.deputy.user] * 3
    assert seen[0].target_label == str(them.agent)
    assert seen[0].after == {"month": "2026-10"}
    assert them.agent.number in seen[2].after["people"]


def test_a_statement_on_paper(client, them):
    published(now=NOW)
    response = client.get(reverse("staff:pay_pdf", args=[them.agent.number]))
    assert response["Content-Disposition"] == 'attachment; filename="statement-2026-10.pdf"'
    text = PdfReader(BytesIO(response.content)).pages[0].extract_text()
    for part in (them.agent.name, "ATT-2", "-20.00"):
        assert part in text
    other = client.get(reverse("staff:pay_pdf", args=[them.agent.number]), {"month": "2025-01"})
    assert other.status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    department = Department()
    for someone in PersonFactory.create_batch(rows, posting__chief=department.deputy):
        SalaryFactory(person=someone, base_fen=600000)
    published(now=NOW)
    as_(client, department.deputy)
    page(client, "pay_people")
    with django_assert_num_queries(15):
        shown = page(client, "pay_people")
    assert shown.count("/staff/pay/people/") >= rows


def test_totals_over_fewer_than_three_are_hidden(client, them):
    published(now=NOW)
    as_(client, them.deputy)
    assert "yuan paid out" in page(client, "pay_people")
    shown = page(client, "pay_people", q=them.agent.number)
    assert "yuan paid out" not in shown
    assert "Totals over fewer than three" in shown
    assert "No statement fits." in page(client, "pay_people", q="nobody")


# Disputes and confirming


def test_whoever_answers_second_sees_the_first_answer_and_loses_no_word(client, them):
    published(now=NOW)
    client.post(reverse("staff:pay_dispute"), objection(them.agent))
    found = Dispute.objects.get()
    send(as_(client, them.deputy), "dispute", found.pk, decision="reverse", answer="核实了")
    as_(client, them.supervisor)
    again = send(client, "dispute", found.pk, decision="stands", answer="不对")
    assert again.status_code == 409
    told = again.content.decode()
    assert [text in told for text in ("Somebody else answered", "核实了", "不对")] == [True] * 3
    found.refresh_from_db()
    assert (found.state, found.answer) == (DisputeState.REVERSED, "核实了")


def test_disputes_end_with_the_third_day(client, them):
    """Published on 2 November: until 6 November 00:00 in the zone."""
    published(now=NOW)
    data = objection(them.agent)
    end = datetime(2026, 11, 5, 16, 0, tzinfo=UTC)
    with time_machine.travel(end, tick=False):
        as_(client, them.agent)
        assert "could be disputed until" in said(
            client, client.post(reverse("staff:pay_dispute"), data)
        )
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        as_(client, them.agent)
        client.post(reverse("staff:pay_dispute"), data)
    assert Dispute.objects.count() == 1


def test_high_deductions_are_said_to_the_person_without_advice(client, them):
    for day in (9, 10):
        shift(them.agent, f"2026-10-{day:02d}", "day", "08:30", "17:30")
    published(now=NOW)
    shown = page(client, "pay")
    assert "more than usual (INC-9)" in shown
    assert "wage law" not in shown
    assert "wage law" in page(as_(client, them.deputy), "pay_person", them.agent.number)


def test_a_line_is_disputed_answered_and_taken_back(client, them):
    published(now=NOW)
    data = objection(them.agent)
    assert "Why is the line wrong?" in page(client, "pay_dispute", **data)
    assert "is disputed" in said(client, client.post(reverse("staff:pay_dispute"), data))
    assert "already" in said(client, client.post(reverse("staff:pay_dispute"), data))
    found = Dispute.objects.get()
    notice = Notice.objects.get(receiver=them.deputy.user, kind="dispute.raised")
    assert notice.params["dispute"] == found.pk
    page(as_(client, them.lead), "dispute", found.pk, status=404)
    page(as_(client, them.mate), "dispute", found.pk, status=404)
    as_(client, them.deputy)
    assert "打卡机坏了" in page(client, "disputes")
    assert "-20.00" in page(client, "dispute", found.pk)
    assert send(client, "dispute", found.pk, decision="reverse", answer="").status_code == 422
    answered = send(client, "dispute", found.pk, decision="reverse", answer="核实了")
    assert "Answered." in said(client, answered)
    found.refresh_from_db()
    assert found.state == DisputeState.REVERSED
    assert [line for line in lines(them.agent) if line[0] == "ATT-2"] == [
        ("ATT-2", "10-08", -2000),
        ("ATT-2", "10-08", 2000),
    ]
    shown = page(as_(client, them.agent), "pay")
    assert "核实了" in shown
    assert "taken back" in shown


def test_only_ones_own_lines_are_disputed(client, them):
    published(now=NOW)
    data = objection(them.agent)
    as_(client, them.mate)
    assert "no such line" in said(client, client.post(reverse("staff:pay_dispute"), data))
    assert not Dispute.objects.exists()


def test_nobody_answers_their_own(client, them):
    published(now=NOW)
    client.post(reverse("staff:pay_dispute"), objection(them.agent))
    found = Dispute.objects.get()
    assert send(client, "dispute", found.pk, decision="reverse", answer="好").status_code == 403


def test_when_the_time_for_disputes_is_over_it_says_so(client, them):
    published(now=NOW - timedelta(days=1))
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        shown = page(as_(client, them.agent), "pay")
    assert "The time for disputes is over" in shown
    assert "/staff/pay/dispute/" not in shown


def test_a_statement_is_confirmed_once(client, them):
    settled(now=NOW)
    assert "is a draft" in said(client, send(client, "pay_confirm", month="2026-10"))
    published(now=NOW)
    for _ in range(2):
        assert "confirmed" in said(client, send(client, "pay_confirm", month="2026-10"))
    assert Confirmation.objects.filter(person=them.agent).count() == 1
    assert "Confirmed at" in page(client, "pay")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_disputes_costs_the_same(client, rows, django_assert_num_queries):
    department = Department()
    for someone in PersonFactory.create_batch(rows, posting__chief=department.deputy):
        SalaryFactory(person=someone, base_fen=600000)
        shift(someone, "2026-10-08", "day", "08:30", "17:30")
        punch(someone, "2026-10-08 08:41")
        punch(someone, "2026-10-08 17:35")
    published(now=NOW)
    for person in Person.objects.filter(salaries__base_fen=600000):
        as_(client, person).post(reverse("staff:pay_dispute"), objection(person))
    as_(client, department.deputy)
    page(client, "disputes")
    with django_assert_num_queries(8):
        assert page(client, "disputes").count("打卡机坏了") == rows


def test_open_disputes_stand_first(client, them):
    shift(them.mate, "2026-10-08", "day", "08:30", "17:30")
    for text in ("2026-10-08 08:41", "2026-10-08 17:35"):
        punch(them.mate, text)
    published(now=NOW)
    for who in (them.agent, them.mate):
        as_(client, who).post(reverse("staff:pay_dispute"), objection(who))
    later = Dispute.objects.latest("pk")
    as_(client, them.deputy)
    send(client, "dispute", later.pk, decision="stands", answer="核实了")
    shown = client.get(reverse("staff:disputes")).context["rows"]
    assert [row.state for row, *_rest in shown] == [DisputeState.OPEN, DisputeState.UPHELD]


# Months


def test_a_month_is_settled_published_and_closed_from_the_portal(client, them):
    as_(client, them.deputy)
    assert "2026-10" in page(client, "pay_months")
    page(client, "pay_month", "2026-10")
    send(client, "pay_act", "2026-10", act="SETTLE")
    assert "is being computed already" in said(
        client, send(client, "pay_act", "2026-10", act="SETTLE")
    )
    run = SettlementRun.objects.get()
    assert "Waits for a worker" in page(client, "pay_month", "2026-10")
    assert runs.carry_out(run_id=run.pk, clock=lambda: NOW)
    assert not runs.carry_out(run_id=run.pk, clock=lambda: NOW)
    assert "is computed" in page(client, "pay_month", "2026-10")
    send(client, "pay_act", "2026-10", act="PUBLISH", sure="yes")
    runs.carry_out(run_id=SettlementRun.objects.latest("pk").pk, clock=lambda: NOW)
    assert Settlement.objects.get().state == MonthState.PUBLISHED
    assert "can be disputed until" in said(
        client, send(client, "pay_act", "2026-10", act="sign", sure="yes")
    )
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        as_(client, them.deputy)
        assert "Signed." in said(client, send(client, "pay_act", "2026-10", act="sign", sure="yes"))
        assert "two different persons" in said(
            client, send(client, "pay_act", "2026-10", act="sign", sure="yes")
        )
        as_(client, them.supervisor)
        assert "is closed" in said(
            client, send(client, "pay_act", "2026-10", act="sign", sure="yes")
        )
        assert "Closed by" in page(client, "pay_month", "2026-10")
        send(client, "pay_act", "2026-10", act="SETTLE")
        runs.carry_out(run_id=SettlementRun.objects.latest("pk").pk, clock=lambda: NOW)
        assert "a closed month never changes" in page(client, "pay_month", "2026-10")


def test_acts_are_for_deputies_and_what_is_none_is_nothing(client, them):
    for who in (them.agent, them.lead):
        as_(client, who)
        assert send(client, "pay_act", "2026-10", act="SETTLE").status_code == 403
    as_(client, them.deputy)
    assert send(client, "pay_act", "2026-10", act="DROP").status_code == 404
    page(client, "pay_month", "2026-13", status=404)
    assert not SettlementRun.objects.exists()


def test_a_month_that_runs_is_not_published(client, them):
    as_(client, them.deputy)
    run, _new = runs.ask(month=Month(2026, 11), act=RunAct.PUBLISH, actor=them.deputy.user, now=NOW)
    runs.carry_out(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.refusal) == (RunState.REFUSED, "NotOver")
    assert "is not over yet" in page(client, "pay_month", "2026-11")
    assert not Settlement.objects.exists()


def test_a_bell_that_nobody_heard_rings_again(them):
    run, _new = runs.ask(month=OCTOBER, act=RunAct.SETTLE, actor=them.deputy.user, now=NOW)
    assert runs.to_ring_again(NOW + timedelta(seconds=14)) == []
    assert runs.oldest_waiting(NOW + timedelta(seconds=14)) is None
    later = NOW + timedelta(seconds=15)
    assert runs.oldest_waiting(later) == NOW
    assert runs.to_ring_again(later) == [run.pk]
    assert runs.to_ring_again(later) == []


@pytest.mark.usefixtures("them")
def test_home_shows_a_published_month_until_it_is_confirmed(client, them):
    def waits():
        return reverse("staff:pay") in client.get(reverse("portal:tile_open")).content.decode()

    settled(now=NOW)
    assert not waits()
    published(now=NOW)
    assert waits()
    Confirmation.objects.create(
        settlement=Settlement.objects.get(), person=them.agent, confirmed_at=NOW
    )
    assert not waits()


def test_publishing_and_signing_ask_first_without_a_script(client, them):
    settled(now=NOW)
    as_(client, them.deputy)
    for act, says in (("PUBLISH", "Publish the month?"), ("sign", "Sign the month?")):
        asked = send(client, "pay_act", "2026-10", act=act)
        assert asked.status_code == 200
        told = asked.content.decode()
        assert says in told
        assert f'value="{act}"' in told
    assert not SettlementRun.objects.exists()
    assert Settlement.objects.get().state == MonthState.DRAFT
