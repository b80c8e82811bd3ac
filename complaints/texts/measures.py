"""What the measures of complaints and follow-ups count, in words."""

from django.utils.translation import gettext_lazy as _

from complaints.queries import measures
from staff.incentives.enums import Measure
from staff.incentives.queries.measures import Source

SOURCES = {
    Measure.FOLLOWUPS_IN_TIME: Source(
        definition=_(
            "Of the follow-ups that fell due in the period, the share done by their due time. One "
            "that was rescheduled counts with its last due time, one still open as late, each for "
            "its present owner and its store."
        ),
        read=measures.followups_in_time,
    ),
    Measure.FIRST_RESPONSE_MINUTES: Source(
        definition=_(
            "Of the complaints registered in the period, the mean service minutes from "
            "registration to the first note or finished follow-up, for the owner of the case and "
            "its store. A case that nobody has answered counts with the time it has waited."
        ),
        read=measures.first_response,
    ),
}
