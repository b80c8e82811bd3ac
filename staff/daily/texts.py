"""Words about reports and summaries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from portal import figures as portal_figures
from portal import notices
from staff.daily.enums import SummaryState
from staff.daily.queries import figures
from staff.daily.services.reminders import ASKED, DUE, OVERDUE
from staff.daily.services.reports import ANSWERED
from staff.daily.services.summaries import SENT
from staff.people.access import leads
from staff.people.services import Refused

Params = Mapping[str, Any]
Badge = dict[str, str]
HOUR = 60

REFUSALS = {
    "answer_changed": _(
        "Somebody else has answered in the meantime. Their answer is shown below; sending again"
        " takes what you typed."
    ),
    "daily_changed": _(
        "This report was saved from another page or device in the meantime. What you typed here is"
        " kept below; filing again takes it."
    ),
    "daily_filed": _("The report of this day is filed already."),
    "daily_summed_up": _(
        "The shift is summed up, so its reports stay as they are. Tell your lead what is wrong."
    ),
    "summary_changed": _(
        "Somebody else has saved this summary in the meantime. What you typed is kept below;"
        " sending again takes it."
    ),
    "summary_not_begun": _("This shift has not begun yet."),
    "summary_sent": _("This summary has been sent already and stays as it is."),
    "summary_unchecked": _("Please check each after-sale figure and tick it before you send."),
    "summary_unowned": _(
        "There are cases without an owner. Nobody leaves a case without an owner: give each of"
        " them to somebody, then send."
    ),
}
VERBS = {
    "daily.answered": _("Question of a report answered"),
    "daily.answer_withdrawn": _("Answer of a report's question withdrawn"),
    "daily.corrected": _("Daily report corrected"),
    "daily.filed": _("Daily report filed"),
    "daily.reminded": _("Missing daily reports asked for"),
    "daily.summary_sent": _("Shift summary sent"),
}
USUAL = _(
    "Yesterday: the same shift of the team on the day before. Usual: the median of the same shift"
    " on the same weekday of the four weeks before, where at least two of them have the figure."
)


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def lateness(minutes: int) -> str:
    """Return how late a report came, as people say it."""
    if minutes < HOUR:
        return ngettext("%(n)d min late", "%(n)d min late", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, HOUR)
    return gettext("%(hours)d h %(minutes)d min late") % {"hours": hours, "minutes": rest}


def report_badge(
    *, filed: bool, late_minutes: int, due_at: datetime, now: datetime, begun: bool
) -> Badge:
    """Return how a report stands: in time, late, being written, missing."""
    if filed and not late_minutes:
        return {"label": gettext("filed in time"), "tone": "success", "icon": "check-circle"}
    if filed:
        return {"label": lateness(late_minutes), "tone": "warning", "icon": "clock-history"}
    if now > due_at:
        return {"label": gettext("overdue"), "tone": "danger", "icon": "exclamation-octagon"}
    if begun:
        return {
            "label": pgettext("daily report", "being written"),
            "tone": "info",
            "icon": "pencil",
        }
    return {"label": gettext("not begun"), "tone": "neutral", "icon": "circle"}


def summary_badge(state: str) -> Badge:
    """Return how a summary stands; an empty state is one that nobody has begun."""
    if state == SummaryState.SENT:
        return {"label": gettext("sent"), "tone": "success", "icon": "send-check"}
    if state == SummaryState.DRAFT:
        return {
            "label": pgettext("daily report", "being written"),
            "tone": "info",
            "icon": "pencil",
        }
    return {"label": gettext("not summed up"), "tone": "neutral", "icon": "circle"}


def signed(number: int) -> str:
    """Return a difference with its sign."""
    return f"+{number}" if number > 0 else f"\N{MINUS SIGN}{-number}" if number < 0 else "0"


def _day(params: Params) -> str:
    return date_format(date.fromisoformat(params["day"]), "SHORT_DATE_FORMAT")


def due(params: Params) -> str:
    """Return what is read shortly before the end of a shift."""
    ends = timezone.localtime(datetime.fromisoformat(params["ends_at"]))
    text = gettext("Your daily report of %(day)s is due at the end of the shift, %(time)s.")
    return text % {"day": _day(params), "time": date_format(ends, "TIME_FORMAT")}


def overdue(params: Params) -> str:
    """Return what is read when a report is late."""
    return gettext("Your daily report of %(day)s is late. Please file it.") % {"day": _day(params)}


def asked(params: Params) -> str:
    """Return what is read when the lead asks for a report."""
    text = gettext("%(by)s asks for your daily report of %(day)s.")
    return text % {"by": params["by"], "day": _day(params)}


def answered(params: Params) -> str:
    """Return what the author of a question reads."""
    text = gettext("%(by)s has answered a question of your report of %(day)s.")
    return text % {"by": params["by"], "day": _day(params)}


def summed_up(params: Params) -> str:
    """Return what deputy and supervisor read of a summary."""
    chinese = (get_language() or "").startswith("zh")
    text = gettext("%(by)s has summed up the %(shift)s of %(team)s of %(day)s.") % {
        "by": params["by"],
        "shift": params["shift_zh"] if chinese else params["shift_en"],
        "team": params["team"],
        "day": _day(params),
    }
    if not params["missing"]:
        return text
    lacking = ngettext(
        "%(n)d report is missing.", "%(n)d reports are missing.", params["missing"]
    ) % {"n": params["missing"]}
    return gettext("%(first)s %(second)s") % {"first": text, "second": lacking}


def _write(params: Params) -> str:
    return reverse("staff:daily_write", args=[date.fromisoformat(params["day"])])


def _shift(params: Params) -> str:
    args = [params["team_id"], date.fromisoformat(params["day"]), params["shift"]]
    return reverse("staff:daily_shift", args=args)


KINDS = [
    *(
        notices.Kind(
            code=code, icon="journal-check", label=_("Daily report"), text=text, url=_write
        )
        for code, text in ((DUE, due), (OVERDUE, overdue), (ASKED, asked))
    ),
    notices.Kind(
        code=ANSWERED,
        icon="chat-left-quote",
        label=_("Answer"),
        text=answered,
        url=lambda params: reverse("staff:daily_question", args=[params["question"]]),
    ),
    notices.Kind(
        code=SENT,
        icon="journal-text",
        label=_("Shift summary"),
        text=summed_up,
        url=_shift,
    ),
]


FIGURES = (
    portal_figures.Figure(
        code="daily.sums",
        title=_("Sums of daily reports"),
        definition=_(
            "The figures of the reports that are filed for the days of the period; a report that "
            "comes late changes them."
        ),
        position=35,
        icon="journals",
        read=figures.sums,
        rows=figures.sum_rows,
        shown=leads,
        whole=False,
    ),
)
