"""DingTalk's reports: every confirmed layout, and every way public parsers went wrong."""

from datetime import date, datetime, time

import pytest
from openpyxl import load_workbook

from staff.attendance.models import Punch
from tests.factories.staff import PersonFactory, PunchFactory
from tests.staff.attendance import dingtalk_files as files
from tests.staff.attendance.bringing import bring_file, local
from tests.staff.attendance.dingtalk_files import (
    daily,
    grid,
    monthly,
    of_day,
    person,
    record,
    records,
    save,
    times,
)
from tests.staff.people.test_resources import _in_english

__all__ = ["_in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
THE_8TH, THE_9TH = date(2026, 10, 8), date(2026, 10, 9)
ZHANG = person("E1", "0012", "张三")
ROW = of_day(ZHANG, THE_8TH, "16:58", "次日 00:03")
BOTH = [("E1", "10-08 16:58:00"), ("E1", "10-09 00:03:00")]


@pytest.fixture(autouse=True)
def _people():
    PersonFactory(number="E1", name="张三", dingtalk_id="0012")
    PersonFactory(number="E2", name="张三丰")


def test_the_layouts_are_as_wide_as_those_that_were_found():
    assert [len(layout) for layout in (files.A, files.B, files.C)] == [39, 49, 51]


@pytest.mark.parametrize(
    "columns",
    [files.A, files.B, files.C, files.OLD, files.GROUPED, files.C[::-1], ["UserId", "workDate", *files.SHIFTS]],  # noqa: E501 -- a row of a table
    ids=["A", "B", "C", "2019", "grouped", "any order", "few"],
)  # fmt: skip
@pytest.mark.parametrize("merged", [True, False])
def test_the_daily_report_is_read_in_every_layout(tmp_path, columns, merged):
    path = save(tmp_path / "d.xlsx", daily([ROW], columns), merged=merged)
    assert bring_file("dingtalk", path) == ((2, 0, 0, 0), [])
    assert local() == BOTH
    assert bring_file("dingtalk", path) == ((0, 0, 2, 0), [])


@pytest.mark.parametrize("columns", [files.A, files.C, files.GROUPED])
@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", "\ufeff"), ("utf-8", ""), ("gb18030", "")]
)
def test_the_daily_report_is_read_from_csv(tmp_path, columns, encoding, mark):
    path = tmp_path / "d.csv"
    path.write_bytes((mark + files.csv_of(daily([ROW], columns)[1])).encode(encoding))
    assert bring_file("dingtalk", path) == ((2, 0, 0, 0), [])
    assert local("sheet", "row") == [(*each, "", 5) for each in BOTH]


def test_headers_that_are_not_merged_may_stand_in_both_rows(tmp_path):
    name, lines = daily([ROW])
    for at, leaf in enumerate(lines[3]):
        lines[3][at] = leaf or lines[2][at]
    group = ""
    for at, upper in enumerate(lines[2]):
        group = lines[2][at] = upper or group
    path = save(tmp_path / "d.xlsx", (name, lines), merged=False)
    assert bring_file("dingtalk", path) == ((2, 0, 0, 0), [])
    assert local() == BOTH


def test_every_punch_knows_where_it_comes_from(tmp_path):
    path = save(tmp_path / "客服_每日统计.xlsx", daily([ROW]))
    bring_file("dingtalk", path)
    first, last = Punch.objects.order_by("punched_at")
    assert (first.source, first.file_name, len(first.file_sha256)) == (
        "dingtalk-minutes", "客服_每日统计.xlsx", 64,
    )  # fmt: skip
    assert [(each.sheet, each.row, each.column) for each in (first, last)] == [
        ("每日统计", 5, "J"), ("每日统计", 5, "L"),
    ]  # fmt: skip
    sheet = load_workbook(path)["每日统计"]
    assert [sheet["J5"].value, sheet["L5"].value] == ["16:58", "次日 00:03"]


@pytest.mark.parametrize("mark", ["次日 00:03", "次日00:03", "次日  00:03", "次日 00：03"])
def test_the_next_day_is_the_next_day(tmp_path, mark):
    rows = [of_day(ZHANG, date(2026, 10, 31), "16:58", mark)]
    bring_file("dingtalk", save(tmp_path / "d.xlsx", daily(rows)))
    assert local() == [("E1", "10-31 16:58:00"), ("E1", "11-01 00:03:00")]


def test_months_are_told_from_the_whole_date(tmp_path):
    """A parser took one character of the date: October was lost, January went to November."""
    path = tmp_path / "d.xlsx"
    for first in (date(2026, 1, 8), date(2026, 10, 8), date(2026, 11, 8)):
        text = files.title("每日统计", first, first)
        save(path, daily([of_day(ZHANG, first, "08:30")], heading=text))
        assert bring_file("dingtalk", path) == ((1, 0, 0, 0), [])
    assert [when for _, when in local()] == ["01-08 08:30:00", "10-08 08:30:00", "11-08 08:30:00"]


def test_a_unit_in_a_duration_does_no_harm(tmp_path):
    row = {**ROW, "工作时长(分钟)": "7.5小时", "出勤天数": "12天"}
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row])))[0] == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "verdict", ["正常", "严重迟到", "旷工迟到", "缺卡", "管理员张三改为正常", "外勤", "随便什么"]
)
def test_the_verdict_is_kept_and_never_judges(tmp_path, verdict):
    row = of_day(ZHANG, THE_8TH, ("08:20", verdict), (None, "缺卡"))
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row]))) == ((1, 0, 0, 0), [])
    assert local("kind", "remark") == [("E1", "10-08 08:20:00", "", verdict)]


def test_a_make_up_of_dingtalk_is_taken_and_named(tmp_path):
    row = of_day(ZHANG, THE_8TH, ("08:30", "补卡审批通过"))
    counts, lines = bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row])))
    assert counts == (1, 0, 0, 0)
    assert lines == [
        (
            'warning 每日统计, row 5, column J: "08:30": DingTalk counts a make-up here; its time is '  # noqa: E501 -- a row of a table
            "taken as a punch. A make-up that the supervisor certifies belongs into the portal (ATT-13)."  # noqa: E501 -- a row of a table
        )
    ]


@pytest.mark.parametrize(
    ("number", "user_id", "found"),
    [
        ("", "0012", "E1"),
        ("0.0", "0012", "E1"),
        ("E2", "0012", "E1"),
        ("E2", "", "E2"),
        ("E2", "4711", "E2"),
        ("0.0", "", None),
        ("", "12", None),
        ("E", "", None),
    ],
)
def test_a_person_is_found_by_user_id_else_by_number(tmp_path, number, user_id, found):
    row = of_day(person(number, user_id), THE_8TH, "08:30")
    counts, _ = bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row])))
    assert counts == ((1, 0, 0, 0) if found else (0, 0, 0, 1))
    assert [each[0] for each in local()] == ([found] if found else [])


@pytest.mark.parametrize("name", ["张三", "张三(已离职)", "张三（离职）", "三丰"])
def test_a_name_alone_finds_nobody(tmp_path, name):
    row = of_day(person("0.0", "", name), THE_8TH, "08:30")
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row]))) == (
        (0, 0, 0, 1),
        [
            "每日统计, row 5, column A: has neither UserId nor 工号; a name alone does not say who it is"  # noqa: E501 -- a row of a table
        ],
    )


def test_somebody_who_left_is_found_all_the_same(tmp_path):
    row = of_day(person("E1", "0012", "张三（离职）"), THE_8TH, "08:30")
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row])))[0] == (1, 0, 0, 0)


def test_unknown_people_are_named_once_a_row_and_not_skipped(tmp_path):
    rows = [ROW, of_day(person("E9", "77", "李四"), THE_8TH, "08:30", "17:31")]
    path = save(tmp_path / "d.xlsx", daily(rows))
    line = '每日统计, row 6, column F: there is no person "77 E9 李四"'
    assert bring_file("dingtalk", path) == ((2, 0, 0, 1), [line])
    assert local() == []
    assert bring_file("dingtalk", path, partial=True) == ((2, 0, 0, 1), [line])
    assert local() == BOTH


def test_a_number_with_another_dingtalk_id_is_pointed_out(tmp_path):
    rows = [of_day(person("E1", "4711"), day, "08:30") for day in (THE_8TH, THE_9TH)]
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily(rows))) == (
        (2, 0, 0, 0),
        [
            (
                'warning 每日统计, row 5, column D: "E1" is known by another DingTalk id; taken by '
                "the number all the same"
            )
        ],
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"上班1打卡时间": "25:10"}, 'column J: "25:10" is not a time such as 08:31 or 次日 00:31'),
        ({"上班1打卡时间": "前日 08:30"}, 'column J: "前日 08:30" is not a time such as 08:31 or 次日 00:31'),  # noqa: E501 -- a row of a table
        ({"上班1打卡时间": "٠٨:٣٠"}, 'column J: "٠٨:٣٠" is not a time such as 08:31 or 次日 00:31'),
        ({"上班1打卡时间": "08:30 08:31"}, 'column J: "08:30 08:31" is not a time such as 08:31 or 次日 00:31'),  # noqa: E501 -- a row of a table
        ({"下班1打卡时间": "00:03"}, 'column L: "00:03" lies before the punch-in of the same shift; is the mark 次日 missing?'),  # noqa: E501 -- a row of a table
        ({"日期": "十月八日", "workDate": ""}, 'column G: "十月八日" is not a date such as 26-10-08 星期四'),  # noqa: E501 -- a row of a table
        ({"日期": "08-10-26"}, 'column G: "08-10-26" is not the day that workDate gives'),
        ({"日期": "08-10-26", "workDate": ""}, 'column G: "08-10-26" is not within the dates of the title'),  # noqa: E501 -- a row of a table
        ({"日期": "", "workDate": "1793376000001"}, 'column H: "1793376000001" is not a day in milliseconds such as 1793376000000'),  # noqa: E501 -- a row of a table
        ({"日期": "", "workDate": ""}, "column G: has neither 日期 nor workDate"),
        ({"UserId": "00\u007f12"}, 'column F: "00\ufffd12" holds a control character'),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named_by_its_cell(tmp_path, change, line):
    good = of_day(person("E2"), THE_8TH, "08:30")
    path = save(tmp_path / "d.xlsx", daily([good, {**ROW, **change}]))
    counts, lines = bring_file("dingtalk", path)
    assert (counts[3], lines) == (1, [f"每日统计, row 6, {line}"])
    assert local() == []


def test_two_bad_cells_of_one_row_are_both_named(tmp_path):
    path = save(tmp_path / "d.xlsx", daily([of_day(ZHANG, THE_8TH, "8点", "五点半")]))
    counts, lines = bring_file("dingtalk", path)
    assert counts == (0, 0, 0, 2)
    assert [line.split(":")[0] for line in lines] == [
        "每日统计, row 5, column J", "每日统计, row 5, column L",
    ]  # fmt: skip


def test_dates_and_times_of_the_spreadsheet_itself_are_read(tmp_path):
    row = {
        **ROW,
        "日期": datetime(2026, 10, 8, tzinfo=files.ZONE).replace(tzinfo=None),
        "workDate": 1791388800000,
        "上班1打卡时间": time(16, 58),
    }
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row]))) == ((2, 0, 0, 0), [])
    assert local() == BOTH


def test_raw_records_give_seconds_and_count_once_beside_the_daily_report(tmp_path):
    raw = [
        record(ZHANG, THE_8TH, "2026-10-08 16:58:59", "正常"),
        record(ZHANG, THE_8TH, "26-10-09 00:03", 管理员修改备注="手机没电"),
        record(ZHANG, THE_8TH, "20:15"),
        record(ZHANG, THE_8TH, None, "缺卡"),
    ]
    path = save(tmp_path / "d.xlsx", daily([ROW]), records(raw), monthly([ZHANG]))
    counts, lines = bring_file("dingtalk", path)
    assert counts == (3, 0, 2, 0)
    assert lines == [
        "warning 月度汇总, row 1: 月度汇总 is not read: it lacks punches and serves comparison only"
    ]
    assert local("source", "sheet", "row", "remark") == [
        ("E1", "10-08 16:58:59", "dingtalk", "原始记录", 4, "正常"),
        ("E1", "10-08 20:15:00", "dingtalk-minutes", "原始记录", 6, "正常"),
        ("E1", "10-09 00:03:00", "dingtalk-minutes", "原始记录", 5, "手机没电 · 正常"),
    ]


def test_the_planned_time_of_a_raw_record_is_no_punch(tmp_path):
    rows = [record(ZHANG, THE_8TH, "", "缺卡"), record(ZHANG, THE_8TH, "2026-10-08 08:41")]
    path = save(tmp_path / "d.xlsx", records(rows))
    assert bring_file("dingtalk", path) == ((1, 0, 0, 0), [])
    assert local() == [("E1", "10-08 08:41:00")]


def test_all_punches_of_a_day_stand_in_one_cell(tmp_path):
    cells = {
        date(2026, 10, 1): "08:21 \n12:03 \n17:40",
        date(2026, 10, 3): "16:58\n次日 00:03",
        date(2026, 10, 31): "08:30",
    }
    path = save(tmp_path / "d.xlsx", times([(ZHANG, cells)]))
    assert bring_file("dingtalk", path) == ((6, 0, 0, 0), [])
    assert [when for _, when in local()] == [
        "10-01 08:21:00", "10-01 12:03:00", "10-01 17:40:00",
        "10-03 16:58:00", "10-04 00:03:00", "10-31 08:30:00",
    ]  # fmt: skip
    assert set(Punch.objects.values_list("column", flat=True)) == {"G", "I", "AK"}


def test_days_are_counted_from_the_first_of_the_title(tmp_path):
    first, last = date(2026, 9, 26), date(2026, 10, 25)
    sheet = times([(ZHANG, {date(2026, 10, 1): "08:21"})], first, last)
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", sheet)) == ((1, 0, 0, 0), [])
    assert local() == [("E1", "10-01 08:21:00")]


def test_a_column_whose_day_is_not_the_titles_is_refused(tmp_path):
    labels = [str(n) for n in range(1, 30)] + ["31", "30"]
    sheet = times(
        [(ZHANG, dict.fromkeys((date(2026, 10, 1), date(2026, 10, 30)), "08:30"))], labels=labels
    )
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", sheet), partial=True) == (
        (1, 0, 0, 1),
        [
            (
                '打卡时间, row 3, column AJ: "31" is not the day that the title gives this column '
                "(2026-10-30)"
            )
        ],
    )
    assert local() == [("E1", "10-01 08:30:00")]


def test_a_day_without_a_column_is_missed(tmp_path):
    sheet = times([(ZHANG, {})], labels=[str(n) for n in range(1, 31)])
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", sheet)) == (
        "The report 打卡时间 (打卡时间!3) is not laid out as expected: 2026-10-31 not found.",
        [],
    )


def test_a_time_that_goes_back_within_a_cell_is_refused(tmp_path):
    sheet = times([(ZHANG, {THE_8TH: "16:58\n00:03"})])
    counts, lines = bring_file("dingtalk", save(tmp_path / "d.xlsx", sheet))
    assert counts == (0, 0, 0, 1)
    assert lines == [
        (
            '打卡时间, row 4, column N: "16:58\ufffd00:03" lies before the punch above it; nothing says '  # noqa: E501 -- a row of a table
            "which day it belongs to"
        )
    ]


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ([("Sheet", [["a", "b"], [1, 2]])], "The file holds none of DingTalk's reports 原始记录, 打卡时间, 每日统计."),  # noqa: E501 -- a row of a table
        ([("每日统计", [])], "The report 每日统计 (每日统计) is not laid out as expected: 姓名、UserId not found."),  # noqa: E501 -- a row of a table
        ([monthly([ZHANG])], "The file holds only 月度汇总, which lacks punches. Export 原始记录 or 每日统计."),  # noqa: E501 -- a row of a table
        ([daily([ROW], ["姓名", "部门", "日期", *files.SHIFTS])], "The report 每日统计 (每日统计!3) is not laid out as expected: UserId / 工号 not found."),  # noqa: E501 -- a row of a table
        ([daily([ROW], [*files.WHO, *files.SHIFTS])], "The report 每日统计 (每日统计!3) is not laid out as expected: 日期 / workDate not found."),  # noqa: E501 -- a row of a table
        ([daily([ROW], [*files.WHO, "日期"])], "The report 每日统计 (每日统计!3) is not laid out as expected: 上班1打卡时间 not found."),  # noqa: E501 -- a row of a table
        ([("原始记录", grid("原始记录", [*files.WHO, "考勤日期", "考勤时间"], [], two_rows=False))], "The report 原始记录 (原始记录!3) is not laid out as expected: 打卡时间 not found."),  # noqa: E501 -- a row of a table
        ([("打卡时间", times([])[1][1:])], "The report 打卡时间 (打卡时间!2) has no title with its first and last day."),  # noqa: E501 -- a row of a table
    ],
)  # fmt: skip
def test_a_file_that_is_laid_out_otherwise_is_not_read(tmp_path, sheets, reason):
    path = save(tmp_path / "d.xlsx", *sheets, merged=False)
    assert bring_file("dingtalk", path) == (reason, [])


def test_a_punch_column_that_is_not_known_is_refused_by_its_place(tmp_path):
    path = save(tmp_path / "d.xlsx", daily([ROW], [*files.C, "加班打卡时间"]))
    assert bring_file("dingtalk", path, partial=True) == (
        (2, 0, 0, 1),
        [
            '每日统计, row 3, column AZ: the column "加班打卡时间" holds punches but is not one that is known'  # noqa: E501 -- a row of a table
        ],
    )


def test_a_report_is_known_by_its_title_whatever_the_sheet_is_called(tmp_path):
    path = save(tmp_path / "d.xlsx", ("Sheet1", daily([ROW])[1]), ("说明", [["x"]]), ("空", []))
    counts, lines = bring_file("dingtalk", path)
    assert counts == (2, 0, 0, 0)
    assert lines == [
        "warning 说明, row 1: is none of DingTalk's reports and is not read",
        "warning 空, row 1: has no rows",
    ]


def test_the_order_of_files_does_not_matter(tmp_path):
    rough = save(tmp_path / "daily.xlsx", daily([ROW]))
    fine = save(
        tmp_path / "raw.xlsx",
        records([record(ZHANG, THE_8TH, f"2026-10-08 16:58:{second}") for second in ("07", "40")]),
    )
    own = tmp_path / "own.csv"
    own.write_text("number,punched_at,kind,source\nE1,2026-10-09 00:03:09,out,机器\n")
    asked = [("dingtalk", rough), ("dingtalk", fine), ("punches", own)]
    seen = []
    for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        for at in (*order, *order):
            counts, lines = bring_file(*asked[at])
            assert (counts[3], lines) == (0, [])
        assert bring_file(*asked[0])[0] == (0, 0, 2, 0)
        seen.append(local("kind", "source", "remark"))
        Punch.objects.all().delete()
    assert (
        seen
        == [
            [
                ("E1", "10-08 16:58:07", "", "dingtalk", "正常"),
                ("E1", "10-08 16:58:40", "", "dingtalk", "正常"),
                ("E1", "10-09 00:03:09", "OUT", "机器", ""),
            ]
        ]
        * 6
    )


def test_a_better_file_takes_the_place_of_a_rough_one(tmp_path):
    bring_file("dingtalk", save(tmp_path / "a.xlsx", daily([ROW])))
    fine = save(tmp_path / "b.xlsx", records([record(ZHANG, THE_8TH, "2026-10-08 16:58:00")]))
    assert bring_file("dingtalk", fine)[0] == (0, 1, 0, 0)
    assert bring_file("dingtalk", fine)[0] == (0, 0, 1, 0)
    punch = Punch.objects.order_by("punched_at").first()
    assert (punch.source, punch.file_name, punch.column) == ("dingtalk", "b.xlsx", "I")


def test_remarks_of_several_reports_are_gathered(tmp_path):
    late = save(tmp_path / "a.xlsx", daily([of_day(ZHANG, THE_8TH, ("08:40", "迟到"))]))
    mended = save(
        tmp_path / "b.xlsx", daily([of_day(ZHANG, THE_8TH, ("08:40", "管理员李四改为正常"))])
    )
    for first, second in ((late, mended), (mended, late)):
        bring_file("dingtalk", first)
        assert bring_file("dingtalk", second)[0] == (0, 1, 0, 0)
        assert bring_file("dingtalk", first)[0] == (0, 0, 1, 0)
        assert local("remark") == [("E1", "10-08 08:40:00", "管理员李四改为正常 · 迟到")]
        Punch.objects.all().delete()


def test_a_web_punch_of_the_same_minute_stays_alone(tmp_path):
    PunchFactory(
        person__number="E3", punched_at=datetime(2026, 10, 8, 8, 58, 12, tzinfo=files.ZONE)
    )
    row = of_day(person("E3"), THE_8TH, "08:58")
    assert bring_file("dingtalk", save(tmp_path / "d.xlsx", daily([row])))[0] == (0, 0, 1, 0)
