"""DingTalk's reports as workbooks, in the layouts that public parsers confirm."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
WHO = ["姓名", "考勤组", "部门", "工号", "职位", "UserId"]
SHIFTS = [
    f"{side}{n}打卡{what}"
    for n in (1, 2, 3)
    for side in ("上班", "下班")
    for what in ("时间", "结果")
]
COUNTS = [
    "出勤天数", "休息天数", "工作时长(分钟)", "迟到次数", "迟到时长(分钟)", "严重迟到次数",
    "严重迟到时长(分钟)", "旷工迟到次数", "早退次数", "早退时长(分钟)", "上班缺卡次数",
    "下班缺卡次数", "旷工天数", "出差时长", "外出时长",
]  # fmt: skip
LEAVES = [
    "事假(天)",
    "病假(天)",
    "年假(天)",
    "调休(天)",
    "婚假(天)",
    "产假(天)",
    "陪产假(天)",
    "路途假(天)",
]
TEN_LEAVES = [*LEAVES, "丧假(天)", "哺乳假(小时)"]
OVERTIME = ["工作日（转调休）", "休息日（转调休）", "节假日（转调休）"]
FIXED = [*WHO, "日期", "workDate", "班次", *SHIFTS, "关联的审批单", *COUNTS]
A = [*FIXED, "加班-审批单统计", "加班时长-按加班规则计算"]
B = [
    *(name.replace("旷工迟到次数", "旷工迟到天数") for name in FIXED),
    *(("请假", leaf) for leaf in LEAVES),
    "加班总时长",
    *(("加班时长（转调休）", leaf) for leaf in OVERTIME),
]
C = [
    *FIXED,
    *(("请假", leaf) for leaf in TEN_LEAVES),
    "加班总时长",
    *(("加班时长（转调休）", leaf) for leaf in OVERTIME),
]
OLD = ["姓名", "部门", "工号", "职位", "UserId", "日期", "班次", *SHIFTS[:4], "工作时长"]
GROUPED = [
    *WHO,
    "日期",
    "班次",
    *((f"{side}1", f"打卡{what}") for side in ("上班", "下班") for what in ("时间", "结果")),
]
RECORDS = [
    *WHO, "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址", "打卡备注", "异常打卡原因",
    "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注", "管理员修改备注图片1",
]  # fmt: skip


def day_text(day):
    return f"{day:%y-%m-%d} 星期{'一二三四五六日'[day.weekday()]}"


def work_date(day):
    return str(int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp() * 1000))


def person(number, user_id="", name="张三"):
    return {
        "姓名": name,
        "考勤组": "客服",
        "部门": "客服部",
        "工号": number,
        "职位": "客服",
        "UserId": user_id,
    }


def of_day(who, day, *boundaries, **more):
    """One row of the daily report; boundaries are times or (time, result), in the order of the columns."""  # noqa: E501 -- one sentence
    row = {
        **who,
        "日期": day_text(day),
        "workDate": work_date(day),
        "班次": "A 08:30-17:30",
        **more,
    }
    for name, given in zip(SHIFTS[::2], boundaries, strict=False):
        time, result = given if isinstance(given, tuple) else (given, "正常" if given else "缺卡")
        row |= {name: time, name.replace("时间", "结果"): result}
    return row


def title(report, first=FIRST, last=LAST):
    return f"{report} 统计日期：{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"


def key(column):
    return (
        "".join(column)
        if isinstance(column, tuple) and column[0][:2] in {"上班", "下班"}
        else column[-1]
        if isinstance(column, tuple)
        else column
    )


def grid(report, columns, rows, *, heading=None, two_rows=True):
    """Return the cells of a sheet, row by row, as the report lays them out."""
    lines = [[title(report) if heading is None else heading], ["报表生成时间：2026-11-01 19:40"]]
    groups, leaves, last = [], [], None
    for column in columns:
        group, leaf = column if isinstance(column, tuple) else (column, None)
        groups.append(None if group == last and leaf else group)
        leaves.append(leaf)
        last = group
    lines.append(groups)
    if two_rows:
        lines.append(leaves)
    return lines + [[row.get(key(column)) for column in columns] for row in rows]


def put(book, name, lines, *, merged=True):
    """Add a sheet; merged as DingTalk merges it."""
    sheet = book.create_sheet(name)
    for line in lines:
        sheet.append(line)
    width = max((len(line) for line in lines), default=0)
    if merged and width > 1:
        for row in (1, 2):
            sheet.merge_cells(f"A{row}:{get_column_letter(width)}{row}")
        pairs = zip(lines[2], lines[3], strict=False) if len(lines) > 4 else ()
        for at, (upper, lower) in enumerate(pairs, 1):
            if upper and not lower:
                letter = get_column_letter(at)
                sheet.merge_cells(f"{letter}3:{letter}4")
    return sheet


def save(path, *sheets, merged=True):
    """Write a workbook; each sheet is (name, lines)."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets:
        put(book, name, lines, merged=merged)
    book.save(path)
    return path


def daily(rows, columns=C, **more):
    return "每日统计", grid("每日统计", columns, rows, **more)


def records(rows, **more):
    return "原始记录", grid("原始记录", RECORDS, rows, two_rows=False, **more)


def record(who, day, punched_at, result="正常", **more):
    return {
        **who, "考勤日期": day_text(day), "考勤时间": f"{day:%Y-%m-%d} 08:30",
        "打卡时间": punched_at, "打卡结果": result, **more,
    }  # fmt: skip


def times(rows, first=FIRST, last=LAST, labels=None):
    """The report of all punches: one row a person, one column a day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shown = labels or [
        "六日"[day.weekday() - 5] if day.weekday() > 4 else str(day.day) for day in days
    ]
    lines = [[title("打卡时间", first, last)], ["报表生成时间：2026-11-01 19:40"], [*WHO, *shown]]
    lines += [
        [*(who[name] for name in WHO), *(cells.get(day) for day in days)] for who, cells in rows
    ]
    return "打卡时间", lines


def monthly(rows):
    days = [FIRST + timedelta(days=n) for n in range(31)]
    lines = [
        [title("月度汇总")],
        ["报表生成时间：2026-11-01 19:40"],
        [*WHO, "出勤天数", "考勤结果", *([None] * 30)],
        [*([None] * 7), *(str(day.day) for day in days)],
    ]
    lines += [[*(who[name] for name in WHO), 22, *(["正常(08:30,18:07)"] * 31)] for who in rows]
    return "月度汇总", lines


def csv_of(lines):
    def cell(value):
        text = "" if value is None else str(value)
        return f'"{text}"' if set(text) & set(',"\n') else text

    width = max(len(line) for line in lines)
    return "\r\n".join(
        ",".join([*map(cell, line), *([""] * (width - len(line)))]) for line in lines
    )
