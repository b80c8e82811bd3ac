"""The sentence for each code that a row of attendance is refused with."""

from django.utils.translation import gettext_lazy as _

ROWS = {
    "certifier_missing": _("a certified make-up names who certified it (ATT-13)"),
    "certifies_oneself": _("nobody certifies their own punch"),
    "no_certifier": _('"%(text)s" was neither deputy nor supervisor on that day'),
    "not_below": _('"%(text)s" is not among the people below you'),
    "said_otherwise": _('"%(text)s" contradicts row %(first)s, which brings the same punch'),
    "unknown_person": _('there is no person "%(text)s"'),
}

DINGTALK = {
    "ahead_of_in": _(
        '"%(text)s" lies before the punch-in of the same shift; is the mark 次日 missing?'
    ),
    "back_in_time": _(
        '"%(text)s" lies before the punch above it; nothing says which day it belongs to'
    ),
    "header_unknown": _('the column "%(text)s" holds punches but is not one that is known'),
    "makeup_in_dingtalk": _(
        '"%(text)s": DingTalk counts a make-up here; its time is taken as a punch. '
        "A make-up that the supervisor certifies belongs into the portal (ATT-13)."
    ),
    "no_person": _("has neither UserId nor 工号; a name alone does not say who it is"),
    "no_day": _("has neither 日期 nor workDate"),
    "no_reports": _("The file holds none of DingTalk's reports 原始记录, 打卡时间, 每日统计."),
    "not_a_clock": _('"%(text)s" is not a time such as 08:31 or 次日 00:31'),
    "not_a_workday": _('"%(text)s" is not a day in milliseconds such as 1793376000000'),
    "not_dingtalk_day": _('"%(text)s" is not a date such as 26-10-08 星期四'),
    "only_monthly": _(
        "The file holds only 月度汇总, which lacks punches. Export 原始记录 or 每日统计."
    ),
    "other_day": _('"%(text)s" is not the day that workDate gives'),
    "other_dingtalk_id": _(
        '"%(text)s" is known by another DingTalk id; taken by the number all the same'
    ),
    "out_of_title": _('"%(text)s" is not within the dates of the title'),
    "report_changed": _(
        "The report %(report)s%(where)s is not laid out as expected: %(names)s not found."
    ),
    "report_title": _("The report %(report)s%(where)s has no title with its first and last day."),
    "sheet_empty": _("has no rows"),
    "sheet_monthly": _("月度汇总 is not read: it lacks punches and serves comparison only"),
    "sheet_unknown": _("is none of DingTalk's reports and is not read"),
    "wrong_day_column": _('"%(text)s" is not the day that the title gives this column (%(day)s)'),
}
