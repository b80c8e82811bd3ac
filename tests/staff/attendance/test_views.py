"""The pages of attendance."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from portal.models import AuditEntry, Notice
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.people.enums import AbsenceKind, AbsenceState, Post
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
    RedPacketPaymentFactory,
    TeamFactory,
    WeekPublicationFactory,
)
from tests.staff.attendance.record import at

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 2)
NOW = at("2026-11-05 12:00")
HOSTILE = ["\x00", "\ud800", "9" * 40, "1_000", "١٢", "2026-13-45", "'; drop", "9999-12-31"]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    """The agent came eleven minutes late on Monday and left without a punch on Tuesday."""
    department = Department()
    for offset in range(2):
        AssignmentFactory(
            person=department.agent, team=department.team, day=DAY + timedelta(days=offset)
        )
    for text in ("2026-11-02 08:41", "2026-11-02 17:37", "2026-11-03 08:20"):
        PunchFactory(person=department.agent, punched_at=at(text))
    client.cookies["django_language"] = "en"
    client.force_login(department.agent.user)
    return department


def as_(client, who):
    client.force_login(getattr(who, "user", who))
    return client


def raw(query):
    """As a browser that has been tampered with would send it: surrogates are bytes as well."""
    return urlencode(query, doseq=True, errors="surrogatepass")


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"staff:{name}", args=args), QUERY_STRING=raw(query))
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, **data):
    form = "application/x-www-form-urlencoded"
    return client.post(reverse(f"staff:{name}", args=args), raw(data), content_type=form)


def said(client, response):
    return " ".join(str(m) for m in client.get(response["Location"]).context["messages"])


# One's own month and day


@pytest.mark.usefixtures("them")
def test_my_month_says_why_in_words(client):
    shown = page(client, "attendance")
    assert "In at 08:41 for 08:30: 11 min late, red packet of 20.00 yuan (ATT-2)." in shown
    assert "Out at 17:37 for 17:30: 7 min extended, no fault (SHIFT-3)." in shown
    assert "No punch-out for 17:30, and not made up: 0.5 days of absence (ATT-13)." in shown
    assert "day=2026-11-03&amp;side=OUT" in shown


def test_my_month_shows_leave_strays_and_what_is_not_judged(client, them):
    AbsenceFactory(person=them.agent, day=date(2026, 11, 4))
    PunchFactory(person=them.agent, punched_at=at("2026-11-04 03:00:07"))
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 5))
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 6))
    shown = page(client, "attendance")
    assert "rest day (whole day)" in shown
    assert "Punch at 03:00:07 near no shift, without consequence." in shown
    assert "Not judged before" in shown
    assert "2026-11-06" not in shown
    assert page(client, "attendance", month="2026-10") != shown
    assert "Nothing in this month." in page(client, "attendance", month="2026-09")


def test_leave_beyond_the_years_is_said(client, them):
    for n in range(31):
        AbsenceFactory(
            person=them.agent, day=date(2026, 10, 1) + timedelta(days=n), kind=AbsenceKind.PERSONAL
        )
    shown = page(client, "attendance", month="2026-10")
    assert "Beyond the leave of the year: 1 days count as absence (LEAVE-6)." in shown


def test_the_month_of_others_is_for_those_above(client, them):
    assert "11 min late" in page(as_(client, them.lead), "attendance_person", them.agent.number)
    page(as_(client, them.mate), "attendance_person", them.agent.number, status=404)
    page(as_(client, them.other_lead), "attendance_person", them.agent.number, status=404)
    page(as_(client, them.lead), "attendance_person", them.deputy.number, status=404)


def test_the_day_shows_every_punch_with_its_source(client, them):
    PunchFactory(
        person=them.agent,
        punched_at=at("2026-11-02 08:44:59"),
        file_name="考勤报表.xlsx",
        file_sha256="a" * 64,
        sheet="每日统计",
        row=7,
        column="上班1打卡时间",
        remark="迟到",
    )
    PunchFactory(person=them.agent, punched_at=at("2026-11-02 02:00"))
    MakeUpFactory(person=them.agent, reason="手机没电")
    RedPacketPaymentFactory(person=them.agent, withdrawn_at=NOW)
    AbsenceFactory(person=them.agent, state=AbsenceState.WITHDRAWN)
    shown = page(client, "attendance_day", them.agent.number, "2026-11-02")
    for text in (
        "考勤报表.xlsx", "每日统计", "上班1打卡时间", "a" * 64, "迟到", "手机没电", "08:44:59",
        "counts as punch-in", "at the start, a different one counts", "near no shift",
        "By the policy valid from", "taken back at",
    ):  # fmt: skip
        assert text in shown, text
    page(client, "attendance_day", them.agent.number, "2026-13-01", status=404)


def test_a_stand_in_sees_the_day_of_the_shift_and_no_more(client, them):
    AssignmentFactory(person=them.mate, team=them.team, day=DAY, is_lead=True)
    PunchFactory(person=them.agent, punched_at=at("2026-11-02 02:00:09"))
    AbsenceFactory(person=them.agent, kind=AbsenceKind.SICK)
    shown = page(as_(client, them.mate), "attendance_day", them.agent.number, "2026-11-02")
    assert "11 min late" in shown
    assert "02:00:09" not in shown
    page(client, "attendance_day", them.agent.number, "2026-11-03", status=404)


# The web punch


def test_clocking_writes_one_punch_a_second(client, them):
    response = send(client, "clock", side="IN")
    send(client, "clock", side="IN")
    punch = Punch.objects.get(source="web")
    assert (punch.person, punch.kind, punch.punched_at) == (them.agent, "IN", NOW)
    assert "Clocked in at 12:00:00." in said(client, response)
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        assert "Clocked out at 12:00:01." in said(client, send(client, "clock", side="OUT"))


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("side", ["", *HOSTILE])
def test_clocking_takes_in_and_out_only(client, side):
    assert "Choose whether you come or go." in said(client, send(client, "clock", side=side))
    assert not Punch.objects.filter(source="web").exists()


# Lists


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("result", ["", "absent"])
def test_the_list_costs_the_same_for_any_number_of_rows(
    client, rows, result, django_assert_num_queries
):
    me = PersonFactory(posting__post=Post.SUPERVISOR)
    for someone in PersonFactory.create_batch(rows, posting__chief=me, posting__team=TeamFactory()):
        AssignmentFactory(person=someone)
        PunchFactory(person=someone)
    client.force_login(me.user)
    page(client, "attendance_list", result=result)
    with django_assert_num_queries(14 if result else 15):
        shown = page(client, "attendance_list", result=result)
    assert shown.count('<td data-label="') == rows * 7


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, ["11-03", "11-02"]),
        ({"sort": "oldest"}, ["11-02", "11-03"]),
        ({"result": "late"}, ["11-02"]),
        ({"result": "missing"}, ["11-03"]),
        ({"result": "fine"}, []),
        ({"first": "2026-11-03", "last": "2026-11-01"}, ["11-03", "11-02"]),
        ({"first": "2026-11-03"}, ["11-03"]),
        ({"last": "2026-11-02"}, ["11-02"]),
        ({"q": "nobody at all"}, []),
        ({"team": "x", "first": "'", "last": "9999-99-99", "sort": "?"}, ["11-03", "11-02"]),
    ],
)
def test_the_list_is_narrowed_by_the_address(client, them, query, days):
    shown = page(as_(client, them.lead), "attendance_list", **query)
    parts = shown.split(f"/staff/attendance/people/{them.agent.number}/2026-")[1:]
    assert [part[:5] for part in parts] == days


@pytest.mark.parametrize("name", ["q", "team", "result", "first", "last", "sort", "page", "month"])
@pytest.mark.parametrize("text", HOSTILE)
def test_addresses_bear_anything(client, them, name, text):
    as_(client, them.deputy)
    expected = 400 if "\x00" in text else 200
    for view in ("attendance_list", "attendance", "red_packets", "board"):
        page(client, view, status=expected, **{name: text})
    address = reverse("staff:attendance_export")
    response = client.get(address, QUERY_STRING=raw({name: text}))
    assert response.status_code == expected
    if response.streaming:
        list(response.streaming_content)  # which closes its file


def test_the_list_is_paged(client, them):
    for n in range(52):
        AssignmentFactory(person=PersonFactory(posting__chief=them.lead), day=DAY)
        del n
    shown = page(as_(client, them.lead), "attendance_list")
    assert 'rel="next"' in shown
    assert shown.count("<tr>") == 51
    assert page(client, "attendance_list", page="2").count("<tr>") == 5
    shown = page(client, "attendance_list", result="absent", page="2")
    assert shown.count("<tr>") == 4


def test_the_list_as_a_file(client, them):
    as_(client, them.lead)
    query = {"result": "late", "first": "2026-11-01", "last": "2026-11-30"}
    response = client.get(reverse("staff:attendance_export"), query)
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    assert content.count("\n") == 2
    assert f"{them.agent.number},2026-11-02,day" in content
    assert AuditEntry.objects.get(verb="export.done").after["rows"] == 1


def test_the_fragment_of_the_list_and_of_the_board(client, them):
    as_(client, them.lead)
    for view in ("attendance_list", "board"):
        response = client.get(reverse(f"staff:{view}"), headers={"HX-Request": "true"})
        assert b"<html" not in response.content


def test_the_board_shows_who_runs(client, them):
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 5))
    AssignmentFactory(person=them.mate, team=them.team, day=date(2026, 11, 5), is_lead=True)
    PunchFactory(person=them.mate, punched_at=at("2026-11-05 08:33"))
    shown = page(as_(client, them.lead), "board")
    assert "missing for 210 min" in shown
    assert "on, 3 min late" in shown
    assert them.agent.number in page(as_(client, them.mate), "board")  # leads that shift
    assert "No shift runs now." in page(as_(client, them.other_lead), "board")
    page(as_(client, them.agent), "board", status=403)


# Make-ups


def ask(client, **data):
    given = {"day": "2026-11-03", "side": "OUT", "reason": "手机没电"} | data
    return send(client, "ask_makeup", **given)


def test_a_make_up_is_asked_for_and_told_to_the_deputy(client, them):
    shown = page(client, "ask_makeup", day="2026-11-03", side="OUT")
    assert 'value="2026-11-03"' in shown
    assert ask(client).status_code == 302
    makeup = MakeUp.objects.get()
    assert (makeup.person, makeup.side, makeup.asked_at) == (them.agent, Side.OUT, NOW)
    assert Notice.objects.get().receiver == them.deputy.user
    assert ask(client).status_code == 302  # the same sent twice
    assert ask(client, reason="忘了").status_code == 422
    assert MakeUp.objects.count() == 1


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("text", HOSTILE)
def test_asking_bears_anything(client, text):
    assert ask(client, day=text).status_code == 422
    assert ask(client, side=text).status_code == 422
    status = 400 if "\x00" in text else 200
    page(client, "ask_makeup", status=status, day=text, side=text, month=text)


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("reason", ["", "\x00", "长" * 501])
def test_a_reason_is_needed_and_clean(client, reason):
    assert ask(client, reason=reason).status_code == 422
    assert not MakeUp.objects.exists()


@pytest.mark.usefixtures("them")
def test_asking_for_a_day_without_a_shift_is_refused_in_words(client):
    response = ask(client, day="2026-11-04")
    assert response.status_code == 422
    assert "You have no shift on that day that has begun." in response.content.decode()


def test_the_decider_sees_rule_and_evidence_beside_the_button(client, them):
    MakeUpFactory(person=them.agent, day=date(2026, 11, 3), side=Side.OUT, reason="手机没电")
    shown = page(as_(client, them.deputy), "makeups")
    for text in ("手机没电", "the make-up is undecided: so far 0.5 days", "ATT-13", "Certify"):
        assert text in shown, text
    assert "Certify</button>" not in page(as_(client, them.lead), "makeups")
    assert "手机没电" not in page(as_(client, them.mate), "makeups")


def test_a_decision_is_told_and_a_double_one_explained(client, them):
    makeup = MakeUpFactory(person=them.agent, day=date(2026, 11, 3), side=Side.OUT)
    as_(client, them.deputy)
    data = {"version": "1", "decision": "certify", "answer": "好"}
    assert "is certified" in said(client, send(client, "decide_makeup", makeup.pk, **data))
    assert "is certified" in said(client, send(client, "decide_makeup", makeup.pk, **data))
    as_(client, them.supervisor)
    text = said(client, send(client, "decide_makeup", makeup.pk, version="1", decision="refuse"))
    assert "already decided this request: certified" in text
    assert them.deputy.name in text
    makeup.refresh_from_db()
    assert makeup.state == MakeUpState.CERTIFIED
    told = Notice.objects.get(receiver=them.agent.user)
    assert told.params["by"] == them.deputy.name
    assert them.deputy.name in page(as_(client, them.agent), "makeups")


@pytest.mark.parametrize("decision", ["", *HOSTILE])
def test_only_a_button_decides(client, them, decision):
    makeup = MakeUpFactory(person=them.agent)
    as_(client, them.deputy)
    response = send(client, "decide_makeup", makeup.pk, version="1", decision=decision)
    assert "Nothing is decided" in said(client, response)
    makeup.refresh_from_db()
    assert makeup.state == MakeUpState.OPEN


@pytest.mark.parametrize("text", HOSTILE)
def test_deciding_bears_anything(client, them, text):
    makeup = MakeUpFactory(person=them.agent)
    as_(client, them.deputy)
    assert (
        send(client, "decide_makeup", makeup.pk, version=text, decision="certify").status_code
        == 302
    )
    makeup.refresh_from_db()
    assert makeup.state == MakeUpState.OPEN


def test_nobody_decides_their_own(client, them):
    own = MakeUpFactory(person=them.deputy)
    response = send(as_(client, them.deputy), "decide_makeup", own.pk, version="1")
    assert response.status_code == 403
    response = send(
        as_(client, them.supervisor), "decide_makeup", own.pk, version="1", decision="refuse"
    )
    assert response.status_code == 302


def test_a_request_is_taken_back_while_it_is_open(client, them):
    makeup = MakeUpFactory(person=them.agent)
    assert "taken back" in said(client, send(client, "withdraw_makeup", makeup.pk))
    assert "no such request" in said(client, send(client, "withdraw_makeup", makeup.pk))
    other = MakeUpFactory(person=them.mate)
    assert send(client, "withdraw_makeup", other.pk).status_code == 404
    decided = MakeUpFactory(person=them.agent, certified=True)
    assert "already decided" in said(client, send(client, "withdraw_makeup", decided.pk))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_decision_list_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    them = Department()
    for n in range(rows):
        someone = PersonFactory(posting__chief=them.lead)
        AssignmentFactory(person=someone, day=DAY)
        MakeUpFactory(person=someone)
        MakeUpFactory(person=someone, side=Side.OUT, certified=True)
        MakeUpFactory(person=them.deputy, day=DAY + timedelta(days=n))
    as_(client, them.deputy)
    page(client, "makeups")
    with django_assert_num_queries(16):
        page(client, "makeups")


# Red packets


def pick(someone, day="2026-11-02", side="IN"):
    return f"{someone.pk}:{day}:{side}"


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


# Published weeks, tiles


def test_a_published_week_is_public_in_the_team_only(client, them):
    week = WeekPublicationFactory(team=them.team, first_day=DAY)
    shown = page(as_(client, them.mate), "week", week.team_id, "2026-11-02")
    assert "11 min late" in shown
    assert "2026-11-02" in page(client, "weeks")
    page(client, "week", week.team_id, "2026-10-26", status=404)
    page(client, "week", week.team_id, "x", status=404)
    page(as_(client, them.stranger), "week", week.team_id, "2026-11-02", status=404)
    assert "No week is published yet." in page(client, "weeks")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_published_week_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    them = Department()
    WeekPublicationFactory(team=them.team, first_day=DAY)
    for someone in [them.agent, them.mate, them.lead][:rows]:
        AssignmentFactory(person=someone, team=them.team)
    as_(client, them.mate)
    page(client, "week", them.team.pk, "2026-11-02")
    with django_assert_num_queries(15):
        page(client, "week", them.team.pk, "2026-11-02")


def test_tiles_show_what_one_may_see(client, them):
    MakeUpFactory(person=them.agent, day=date(2026, 11, 3))
    assert "20.00" in page(client, "tile_attendance")
    page(client, "tile_board", status=403)
    decide = reverse("portal:tile_decide")
    assert client.get(decide).status_code == 404
    as_(client, them.deputy)
    shown = client.get(decide, headers={"Accept-Language": "en"}).content.decode()
    assert f"{them.agent.name} · " in shown
    assert reverse("staff:makeups") in shown
    assert "missing" in page(client, "tile_board")
