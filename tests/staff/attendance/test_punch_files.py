"""The kinds punches, makeups and red_packets, and the worked example."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from tests.factories.staff import (
    Department,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
    RedPacketPaymentFactory,
)
from tests.staff.attendance.bringing import bring, bring_file, csv_of, give, local
from tests.staff.attendance.dingtalk_files import daily, of_day, person, save
from tests.staff.attendance.example import FILES
from tests.staff.people.test_resources import _in_english

__all__ = ["_in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
HEADS = {
    "punches": "number,punched_at,kind,source,reference",
    "makeups": "number,date,side,asked_at,decision,certified_by",
    "red_packets": "number,date,side,paid_at",
}


def table(kind, *rows):
    return "\n".join([HEADS[kind], *rows])


def test_punches_come_in_once_and_go_out_as_they_came(tmp_path):
    PersonFactory(number="E1")
    text = table(
        "punches",
        "E1,2026-10-08 08:31:07,in,钉钉,A1",
        "E1,2026/10/8 17:30,下班,机器,",
        "E1,2026-10-09 08:30:00,,,",
        "E1,2026-10-08 08:31:07,in,钉钉,A1",
    )
    assert bring("punches", text, tmp_path) == ((3, 0, 1, 0), [])
    assert bring("punches", text, tmp_path) == ((0, 0, 4, 0), [])
    assert local("kind", "source", "reference", "row", "column") == [
        ("E1", "10-08 08:31:07", "IN", "钉钉", "A1", 2, "B"),
        ("E1", "10-08 17:30:00", "OUT", "机器", "", 3, "B"),
        ("E1", "10-09 08:30:00", "", "", "", 4, "B"),
    ]
    assert bring("punches", csv_of("punches", give("punches")), tmp_path) == ((0, 0, 3, 0), [])
    assert give("punches", month=date(2026, 9, 1)) == []
    assert len(give("punches", month=date(2026, 10, 1))) == 3
    punch = Punch.objects.first()
    assert (punch.file_name, len(punch.file_sha256), punch.recorded_by) == ("punches.csv", 64, None)


@pytest.mark.parametrize(
    ("header", "row"),
    [("工号,打卡时间,类型,来源,流水号", "E1,2026-10-08 08:31:07,上班,,"), ("NUMBER,Punched at,Kind", "E1,2026-10-08 08:31:07,IN")],  # noqa: E501 -- a row of a table
)  # fmt: skip
def test_both_languages_are_understood(tmp_path, header, row):
    PersonFactory(number="E1")
    assert bring("punches", f"{header}\n{row}", tmp_path) == ((1, 0, 0, 0), [])
    assert local("kind") == [("E1", "10-08 08:31:07", "IN")]


def test_an_empty_cell_leaves_and_a_dash_clears_what_is_said_of_a_punch(tmp_path):
    PersonFactory(number="E1")
    when = "E1,2026-10-08 08:31:07"
    for row, counts, kept in (
        (f"{when},in,钉钉,A1", (1, 0, 0, 0), ("IN", "钉钉", "A1")),
        (f"{when},,,", (0, 0, 1, 0), ("IN", "钉钉", "A1")),
        (f"{when},,,A2", (0, 1, 0, 0), ("IN", "钉钉", "A2")),
        (f"{when},-,-,-", (0, 1, 0, 0), ("", "", "")),
    ):
        assert bring("punches", table("punches", row), tmp_path) == (counts, [])
        assert local("kind", "source", "reference") == [("E1", "10-08 08:31:07", *kept)]


def test_a_column_that_is_missing_leaves_a_punch_of_dingtalk_alone(tmp_path):
    PersonFactory(number="E1")
    row = of_day(person("E1"), date(2026, 10, 8), "08:31")
    rough = save(tmp_path / "d.xlsx", daily([row]))
    bring_file("dingtalk", rough)
    text = "number,punched_at\nE1,2026-10-08 08:31"
    assert bring("punches", text, tmp_path) == ((0, 0, 1, 0), [])
    everything = csv_of("punches", give("punches"))
    assert bring("punches", everything, tmp_path) == ((0, 0, 1, 0), [])


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("E9,2026-10-08 08:31,,,", 'number: there is no person "E9"'),
        ("E1,2026-10-08,,,", 'punched_at: "2026-10-08" is not a time such as 2026-10-08 08:31'),
        ("E1,,,,", "punched_at: is missing"),
        ("E1,2026-10-08 08:31,late,,", 'kind: "late" is none of in, out'),
        ("E1,2026-10-08 08:30,out,,", 'kind: "out" contradicts row 2, which brings the same punch'),
        ("E1,2026-10-08 08:3\x001,,,", 'punched_at: "2026-10-08 08:3\ufffd1" holds a control character'),  # noqa: E501 -- a row of a table
        ("E1,٢٠٢٦-10-08 08:31,,,", 'punched_at: "٢٠٢٦-10-08 08:31" is not a time such as 2026-10-08 08:31'),  # noqa: E501 -- a row of a table
        ("1_000,2026-10-08 08:31,,,", 'number: there is no person "1_000"'),
    ],
)  # fmt: skip
def test_a_bad_punch_is_refused_with_its_reason(tmp_path, row, line):
    PersonFactory(number="E1")
    text = table("punches", "E1,2026-10-08 08:30,in,,", row)
    assert bring("punches", text, tmp_path) == ((1, 0, 0, 1), [f"row 3: {line}"])
    assert local() == []


def test_a_batch_of_rows_in_any_order_asks_the_database_as_often(
    tmp_path, django_assert_num_queries
):
    everybody = [PersonFactory(number=f"E{n:03}") for n in range(60)]
    rows = [
        f"{one.number},2026-{month:02}-{at % 28 + 1:02} 08:{at % 60:02},,,"
        for at, one in enumerate(everybody)
        for month in (1, 12)
    ]
    assert bring("punches", table("punches", *rows), tmp_path) == ((120, 0, 0, 0), [])
    rows.sort(key=lambda row: row[8:])
    assert bring("punches", table("punches", *rows), tmp_path) == ((0, 0, 120, 0), [])
    # PostgreSQL: a savepoint and its end, and twice how rows are to be found.
    asked = {"postgresql": 26, "sqlite": 22}[connection.vendor]
    for some in (50, 1):
        with django_assert_num_queries(asked):
            bring("punches", table("punches", *rows[:some]), tmp_path)


def test_a_lead_brings_punches_of_the_people_below_and_own_ones(tmp_path):
    them = Department()
    fine = {
        "lead": {"lead", "agent", "mate"},
        "deputy": {"deputy", "lead", "agent", "mate", "stranger"},
    }
    who = ("supervisor", "deputy", "lead", "agent", "mate", "stranger")
    for day, (actor, allowed) in enumerate(fine.items(), 1):
        for name in who:
            row = f"{getattr(them, name).number},2026-10-0{day} 08:31,,,"
            counts, lines = bring(
                "punches", table("punches", row), tmp_path, getattr(them, actor).user
            )
            assert counts == ((1, 0, 0, 0) if name in allowed else (0, 0, 0, 1)), (actor, name)
            if name not in allowed:
                assert lines == [
                    f'row 2: number: "{getattr(them, name).number}" is not among the people below you'  # noqa: E501 -- a row of a table
                ]
    assert {each.recorded_by for each in Punch.objects.all()} == {them.lead.user, them.deputy.user}


def test_who_may_import_and_export_each_kind():
    from portal.transfer import uploads  # noqa: PLC0415 -- beside what it shows
    from staff.people.access import scope_of  # noqa: PLC0415 -- the same

    them = Department()
    kinds = {"punches", "dingtalk", "makeups", "red_packets"}

    def of(user, find):
        scope = scope_of(user, today=date(2026, 11, 2))
        return {kind.name for kind in find(user, scope)} & kinds

    for name, may_import, may_export in (
        ("supervisor", kinds, kinds),
        ("deputy", kinds, kinds),
        ("lead", kinds - {"makeups"}, kinds),
        ("agent", set(), kinds),
    ):
        user = getattr(them, name).user
        assert (of(user, uploads.importable), of(user, uploads.exportable)) == (
            may_import,
            may_export,
        )
    assert of(them.outsider, uploads.importable) == of(them.outsider, uploads.exportable) == set()


def test_export_shows_punches_of_oneself_and_the_people_below():
    them = Department()
    for one in (them.agent, them.mate, them.stranger, them.lead):
        PunchFactory(person=one)
    seen = {
        who: {row[0] for row in give("punches", getattr(them, who).user)}
        for who in ("agent", "lead", "other_lead", "deputy")
    }
    numbers = {who: getattr(them, who).number for who in ("agent", "mate", "stranger", "lead")}
    assert seen == {
        "agent": {numbers["agent"]},
        "lead": {numbers["agent"], numbers["mate"], numbers["lead"]},
        "other_lead": {numbers["stranger"]},
        "deputy": set(numbers.values()),
    }


def test_dingtalks_own_punches_go_out_as_raw_records(tmp_path):
    PersonFactory(number="E1", name="=张三", dingtalk_id="0012")
    row = of_day(person("E1"), date(2026, 10, 8), ("08:31", "'=迟到"), "次日 00:03")
    bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row])))
    PunchFactory(person__number="E2")
    assert give("dingtalk") == [
        ["=张三", "E1", "0012", "2026-10-08", "2026-10-08 08:31", "=迟到"],
        ["=张三", "E1", "0012", "2026-10-09", "2026-10-09 00:03", "正常"],
    ]
    assert bring("dingtalk", csv_of("dingtalk", give("dingtalk")), tmp_path) == ((0, 0, 2, 0), [])


def test_makeups_come_with_their_decision_and_go_out_as_they_came(tmp_path):
    PersonFactory(number="S1", posting__post="SUPERVISOR")
    PersonFactory(number="E1")
    text = table(
        "makeups",
        "E1,2026-10-08,in,2026-10-08 08:41:00,certified,S1",
        "E1,2026-10-08,out,2026-10-09 09:00,拒绝,S1",
        "E1,2026-10-09,上班,2026-10-09 09:00,,S1",
        "E1,2026-10-10,in,2026-10-10 09:00,,",
    )
    assert bring("makeups", text, tmp_path) == ((4, 0, 0, 0), [])
    assert bring("makeups", text, tmp_path) == ((0, 0, 4, 0), [])
    rows = MakeUp.objects.order_by("day", "side")
    assert list(rows.values_list("side", "state", "certified_by__number", "version")) == [
        ("IN", "CERTIFIED", "S1", 1), ("OUT", "REFUSED", "S1", 1),
        ("IN", "OPEN", "S1", 1), ("IN", "OPEN", None, 1),
    ]  # fmt: skip
    assert [bool(row.decided_at) for row in rows] == [True, True, False, False]
    assert bring("makeups", csv_of("makeups", give("makeups")), tmp_path) == ((0, 0, 4, 0), [])
    assert give("makeups", month=date(2026, 11, 1)) == []


def test_a_decision_that_comes_later_changes_the_make_up(tmp_path):
    PersonFactory(number="S1", posting__post="SUPERVISOR")
    PersonFactory(number="E1")
    start = "E1,2026-10-08,in,2026-10-08 08:41,"
    for rest, counts, state in (
        (",", (1, 0, 0, 0), "OPEN"),
        ("certified,S1", (0, 1, 0, 0), "CERTIFIED"),
        (",", (0, 0, 1, 0), "CERTIFIED"),
        ("refused,", (0, 1, 0, 0), "REFUSED"),
        ("-,-", (0, 1, 0, 0), "OPEN"),
    ):
        assert bring("makeups", table("makeups", start + rest), tmp_path) == (counts, [])
        assert MakeUp.objects.get().state == state
    assert MakeUp.objects.get().version == 4


def test_what_the_portal_has_noted_of_a_make_up_stays(tmp_path):
    makeup = MakeUpFactory(person__number="E1", certified=True, reason="手机没电", answer="好")
    PersonFactory(number="S1", posting__post="DEPUTY")
    row = f"E1,{makeup.day},in,2026-11-02 12:00,refused,S1"
    assert bring("makeups", table("makeups", row), tmp_path) == ((0, 1, 0, 0), [])
    makeup.refresh_from_db()
    assert (makeup.reason, makeup.answer, makeup.state, makeup.version) == (
        "手机没电", "好", "REFUSED", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("E9,2026-10-08,in,2026-10-08 08:41,,", 'number: there is no person "E9"'),
        ("E1,2026-10-08,in,2026-10-08 08:41,certified,", "certified_by: a certified make-up names who certified it (ATT-13)"),  # noqa: E501 -- a row of a table
        ("E1,2026-10-08,in,2026-10-08 08:41,certified,S9", 'certified_by: there is no person "S9"'),
        ("E1,2026-10-08,in,2026-10-08 08:41,certified,E2", 'certified_by: "E2" was neither deputy nor supervisor on that day'),  # noqa: E501 -- a row of a table
        ("S1,2026-10-08,in,2026-10-08 08:41,certified,S1", "certified_by: nobody certifies their own punch"),  # noqa: E501 -- a row of a table
        ("E1,2026-10-08,in,,certified,S1", "asked_at: is missing"),
        ("E1,2026-10-08,both,2026-10-08 08:41,,", 'side: "both" is none of in, out'),
        ("E1,2026-10-08,in,2026-10-08 08:41,perhaps,", 'decision: "perhaps" is none of open, certified, refused'),  # noqa: E501 -- a row of a table
    ],
)  # fmt: skip
def test_a_bad_make_up_is_refused_with_its_reason(tmp_path, row, line):
    PersonFactory(number="S1", posting__post="SUPERVISOR")
    PersonFactory(number="E1")
    PersonFactory(number="E2", posting__post="LEAD")
    assert bring("makeups", table("makeups", row), tmp_path) == ((0, 0, 0, 1), [f"row 2: {line}"])


def test_nobody_decides_their_own_make_up_or_payment_by_a_file(tmp_path):
    them = Department()
    rows = {
        "makeups": "{},2026-10-08,in,2026-10-08 08:41,certified," + them.supervisor.number,
        "red_packets": "{},2026-10-08,in,2026-10-08 12:00",
    }
    for kind, row in rows.items():
        for one, fine in ((them.deputy, 0), (them.agent, 1), (them.supervisor, 0)):
            text = table(kind, row.format(one.number))
            counts = bring(kind, text, tmp_path, them.deputy.user)[0]
            assert counts == (fine, 0, 0, 1 - fine), (kind, one)


def test_payments_come_in_once_and_a_withdrawn_one_can_be_recorded_anew(tmp_path):
    paid = RedPacketPaymentFactory(
        person__number="E1", withdrawn_at=datetime(2026, 11, 2, 5, tzinfo=UTC)
    )
    text = table(
        "red_packets",
        f"E1,{paid.day},in,2026-11-02 12:00",
        "E1,2026-11-02,下班,2026-11-03 09:00:01",
    )
    assert bring("red_packets", text, tmp_path) == ((2, 0, 0, 0), [])
    assert bring("red_packets", text, tmp_path) == ((0, 0, 2, 0), [])
    assert bring("red_packets", csv_of("red_packets", give("red_packets")), tmp_path) == (
        (0, 0, 2, 0),
        [],
    )
    later = table("red_packets", f"E1,{paid.day},in,2026-11-02 13:00")
    assert bring("red_packets", later, tmp_path) == ((0, 1, 0, 0), [])
    assert RedPacketPayment.objects.standing().count() == 2
    assert give("red_packets", month=date(2026, 10, 1)) == []


def test_payments_are_public_within_the_team():
    them = Department()
    for one in (them.agent, them.mate, them.stranger):
        RedPacketPaymentFactory(person=one)
    agent, mate, stranger = (one.number for one in (them.agent, them.mate, them.stranger))
    seen = {
        who: {row[0] for row in give("red_packets", getattr(them, who).user)}
        for who in ("mate", "stranger", "deputy", "supervisor")
    }
    assert seen == {
        "mate": {agent, mate},
        "stranger": {stranger},
        "deputy": {agent, mate, stranger},
        "supervisor": {agent, mate, stranger},
    }


def test_a_month_of_the_clock_ends_at_midnight_of_the_department(tmp_path):
    PersonFactory(number="E1")
    text = table("punches", "E1,2026-10-31 23:59:59,,,", "E1,2026-11-01 00:00:00,,,")
    bring("punches", text, tmp_path)
    assert [row[1] for row in give("punches", month=date(2026, 10, 1))] == ["2026-10-31 23:59:59"]
    assert [row[1] for row in give("punches", month=date(2026, 11, 1))] == ["2026-11-01 00:00:00"]


def test_a_fraction_of_a_second_is_dropped(tmp_path):
    person = PersonFactory(number="E1")
    text = table("punches", "E1,2026-10-08 08:30:59.9,,,")
    assert bring("punches", text, tmp_path) == ((1, 0, 0, 0), [])
    assert bring("punches", text, tmp_path) == ((0, 0, 1, 0), [])
    moment = datetime(2026, 10, 8, 0, 30, 59, tzinfo=UTC)
    assert Punch.objects.get(person=person).punched_at - moment == timedelta(0)


def test_the_worked_example_comes_in_whole_and_changes_nothing_the_second_time():
    expected = {
        "people": (27, 0, 0),
        "roster": (1356, 0, 0),
        "punches": (2526, 0, 62),
        "makeups": (55, 0, 0),
        "red_packets": (76, 0, 0),
    }
    for kind, counts in expected.items():
        assert bring_file(kind, FILES / f"{kind}.csv")[0] == (*counts, 0), kind
    for kind, counts in expected.items():
        assert bring_file(kind, FILES / f"{kind}.csv")[0] == (0, 0, sum(counts), 0), kind


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_zone_of_the_process_does_not_matter(tmp_path, monkeypatch, zone):
    PersonFactory(number="E1")
    text = table("punches", "E1,2026-10-31 23:59:59,,,")
    rows = [of_day(person("E1"), date(2026, 10, 31), "17:00", "次日 00:52")]
    path = save(tmp_path / "d.xlsx", daily(rows))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert datetime.now().astimezone().tzname() != "CST"
        bring("punches", text, tmp_path)
        bring_file("dingtalk", path)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert local() == [
        ("E1", "10-31 17:00:00"), ("E1", "10-31 23:59:59"), ("E1", "11-01 00:52:00"),
    ]  # fmt: skip
