"""The figure of the roster in words."""

from django.utils.translation import gettext_lazy as _

from portal.figures import Chart, Figure
from staff.people.access import leads
from staff.roster.queries import figures as queries

FIGURES = (
    Figure(
        code="roster.cover",
        title=_("Coverage of the next 14 days"),
        definition=_(
            "How many people the published shifts of each day lack to the minimum that is set; who "
            "is away the whole day does not count as there."
        ),
        position=40,
        icon="calendar-week",
        read=queries.cover,
        rows=queries.cover_rows,
        shown=leads,
        whole=False,
        ahead=True,
        chart=Chart.COLUMNS,
    ),
)
