"""The kind `dingtalk`: DingTalk's own attendance reports (考勤报表).

A person is found by DingTalk's UserId, else by the number, never by the name alone. DingTalk's
own verdicts are kept as remarks of the punches and never judge; which boundary a punch belongs
to is left to the house rules, so that its kind stays empty. The portal exports these punches in
the layout of 原始记录.

A time with the verdict 补卡审批通过 is a punch like any other, and so is one that an administrator
changed: verdicts never judge (data-formats, `dingtalk`), and ATT-13 counts only what a person of
the department certified, who "is recorded and answers for it", which this word does not say. A
boundary with such a punch misses none, so that a make-up for it has no effect and is not counted
(ATT-13). Each such cell is named in a warning, and the word stands beside the punch on its day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Place, Row
from staff.attendance.resources import dingtalk_reading, evidence, sentences
from staff.attendance.resources.dingtalk_layouts import Report
from staff.attendance.resources.evidence import DINGTALK, DINGTALK_MINUTES, Brought
from staff.attendance.resources.punches import leads, narrowed, staff

COLUMNS = (
    Column("name", "姓名", values.Text(80)),
    Column("number", "工号", values.Text(20)),
    Column("user_id", "UserId", values.Text(64)),
    Column("date", "考勤日期", values.Day()),
    Column("punched_at", "打卡时间", values.Text(30), required=True),
    Column("verdict", "打卡结果", values.Text(200)),
)


class DingTalkResource(evidence.PunchesResource):
    """Punches of DingTalk: to the second from 原始记录, to the minute from the other reports."""

    def brought(self, rows: Sequence[Row], notes: Notes) -> Iterable[Brought]:  # noqa: ARG002 -- the reader has refused what is wrong
        for row in rows:
            remark = row.values["remark"]
            exact = row.values["exact"]
            yield Brought(
                row=row,
                person_id=row.values["person_id"],
                punched_at=row.values["punched_at"].replace(microsecond=0),
                exact=exact,
                says={"remark": remark} if remark else {},
                source=DINGTALK if exact else DINGTALK_MINUTES,
                place=row.place or Place("", row.number),
            )


def export_dingtalk(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give DingTalk's punches as 原始记录 has them; without seconds where there were none."""
    rows = narrowed(context).filter(source__in=(DINGTALK, DINGTALK_MINUTES))
    plain = rows.order_by("person__number", "punched_at").values_list(
        "person__name", "person__number", "person__dingtalk_id", "punched_at", "source", "remark"
    )
    for name, number, user_id, moment, source, remark in plain.iterator(chunk_size=2000):
        local = moment.astimezone(context.zone)
        yield {
            "name": name,
            "number": number,
            "user_id": user_id,
            "date": local.date(),
            "punched_at": _written(local, exact=source == DINGTALK),
            "verdict": remark,
        }


def _written(local: datetime, *, exact: bool) -> str:
    return f"{local:%Y-%m-%d %H:%M:%S}" if exact else f"{local:%Y-%m-%d %H:%M}"


DINGTALK_REPORTS = registry.register(
    registry.Kind(
        name="dingtalk",
        label=_("Attendance reports of DingTalk (考勤报表)"),
        columns=COLUMNS,
        sheet=Report.RECORDS.value,
        reader=dingtalk_reading.read,
        layout=_(
            "As DingTalk exports it: 原始记录, 打卡时间 or 每日统计, alone or in one workbook, "
            "with any set of columns. People are found by UserId, else by 工号."
        ),
        resource=DingTalkResource,
        export=export_dingtalk,
        by_month=True,
        sentences={**sentences.ROWS, **sentences.DINGTALK},
        may_import=leads,
        may_export=staff,
    )
)
