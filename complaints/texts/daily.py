"""What complaints brings to daily reports and shift summaries, in words."""

from django.utils.translation import gettext_lazy as _

from complaints.queries import daily
from staff.daily.enums import Figure
from staff.daily.queries import known, open_work

FIGURES = {
    Figure.COMPLAINTS: known.Source(
        definition=_("Complaints that you registered on this service day."),
        read=daily.registered,
    ),
    Figure.FOLLOWUPS: known.Source(
        definition=_("Follow-ups that you finished on this service day."),
        read=daily.followups_done,
    ),
    Figure.CASES_CLOSED: known.Source(
        definition=_("Complaints of yours that were closed on this service day."),
        read=daily.cases_closed,
    ),
    Figure.REFUNDS: known.Source(
        definition=_("Refunds and partial refunds done on this service day that you saw to."),
        read=daily.refunds,
    ),
    Figure.EXCHANGES: known.Source(
        definition=_("Exchanges and replacements done on this service day that you saw to."),
        read=daily.exchanges,
    ),
    Figure.UNPAID_CHASED: known.Source(
        definition=_("Unpaid orders that you chased on this service day, each once."),
        read=daily.unpaid_chased,
    ),
    Figure.UNPAID_WON: known.Source(
        definition=_("Orders paid on this service day after you had chased them last."),
        read=daily.unpaid_won,
    ),
}
OPEN_WORK = {
    daily.CASE: open_work.Source(
        label=_("complaint"), read=daily.open_cases, page=daily.page_of_case
    ),
    daily.FOLLOWUP: open_work.Source(
        label=_("follow-up"), read=daily.open_followups, page=daily.page_of_followup
    ),
}
