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
}
OPEN_WORK = {
    daily.CASE: open_work.Source(
        label=_("complaint"), read=daily.open_cases, page=daily.page_of_case
    ),
    daily.FOLLOWUP: open_work.Source(
        label=_("follow-up"), read=daily.open_followups, page=daily.page_of_followup
    ),
}
