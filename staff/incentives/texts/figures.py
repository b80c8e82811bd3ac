"""The figures of targets and statements in words."""

from django.utils.translation import gettext_lazy as _

from portal.figures import Figure
from staff.incentives.queries import figures as queries
from staff.people.access import Scope, leads
from staff.people.enums import Post


def _sees_pay(scope: Scope) -> bool:
    return scope.rank >= Post.DEPUTY.rank


FIGURES = (
    Figure(
        code="targets.results",
        title=_("Targets by result"),
        definition=_(
            "Targets that ended in the period by their frozen result, each person of a post by "
            "themselves, and targets that run in it."
        ),
        position=60,
        icon="bullseye",
        read=queries.targets,
        rows=queries.target_rows,
        shown=leads,
        whole=False,
        labels={
            queries.REACHED: _("reached at the end"),
            queries.MISSED: _("not reached at the end"),
            queries.NO_DATA: _("ended without data"),
            queries.RUNNING: _("still running"),
        },
    ),
    Figure(
        code="pay.lines",
        title=_("Lines of statements by rule"),
        definition=_(
            "The lines that stand in the statements of the period's whole months, as the people "
            "see them: a closed month does not change any more, and what came late stands in the "
            "month that took it up."
        ),
        position=70,
        icon="receipt",
        read=queries.lines,
        rows=queries.line_rows,
        shown=_sees_pay,
        whole=False,
    ),
)
