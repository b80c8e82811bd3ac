"""The figures of complaints in words: what each counts, by which moment."""

from django.utils.translation import gettext_lazy as _

from complaints.queries import figures as queries
from portal.figures import Figure
from staff.people.access import leads

FIGURES = (
    Figure(
        code="complaints.stage",
        title=_("Complaints by stage"),
        definition=_(
            "Complaints registered on the service days of the period, by the stage that they are "
            "in now."
        ),
        position=10,
        on_home=True,
        icon="signpost-split",
        read=queries.stages,
        rows=queries.stage_rows,
        shown=leads,
    ),
    Figure(
        code="complaints.deadline",
        title=_("Complaints by deadline"),
        definition=_(
            "Complaints registered on the service days of the period: whether they were "
            "acknowledged, and answered in substance, by their deadlines. Each counts once for "
            "either deadline; cases merged into another, and history without deadlines, do not."
        ),
        position=11,
        on_home=True,
        icon="stopwatch",
        read=queries.clocks,
        rows=queries.clock_rows,
        shown=leads,
        whole=False,
    ),
    Figure(
        code="complaints.cause",
        title=_("Complaints by root cause"),
        definition=_(
            "Complaints registered on the service days of the period, by the root cause that was "
            "found; without those merged into another."
        ),
        position=12,
        icon="diagram-3",
        read=queries.causes,
        rows=queries.cause_rows,
        labels={queries.NONE: _("not found yet")},
        shown=leads,
    ),
    Figure(
        code="complaints.type",
        title=_("Complaints by nature"),
        definition=_("Complaints registered on the service days of the period, by their nature."),
        position=13,
        icon="tags",
        read=queries.types,
        rows=queries.type_rows,
        labels={queries.NONE: _("not judged yet")},
        shown=leads,
    ),
    Figure(
        code="followups.time",
        title=_("Follow-ups in time"),
        definition=_(
            "Follow-ups that fall due on the service days of the period. One that was rescheduled "
            "counts with its last due time."
        ),
        position=20,
        on_home=True,
        icon="alarm",
        read=queries.followups,
        rows=queries.followup_rows,
        shown=leads,
    ),
    Figure(
        code="orders.unpaid",
        title=_("Unpaid orders chased and won back"),
        definition=_(
            "Unpaid orders chased on the service days of the period, paid on them, or closed as "
            "lost on them; one that is paid after a chase counts as won back."
        ),
        position=30,
        icon="wallet2",
        read=queries.unpaid,
        rows=queries.unpaid_rows,
        shown=leads,
        whole=False,
    ),
)
