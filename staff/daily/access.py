"""Who may write, answer and sum up (house rules §10, ORG-6, ORG-7). Seeing is `visible_to`."""

from staff.daily.models import DailyReport
from staff.people.access import Scope
from staff.people.enums import Post
from staff.roster.models import Assignment


def may_report(scope: Scope) -> bool:
    """Agents keep a daily report (DAY-1); a lead who serves customers may keep one, too."""
    return scope.post is not None and scope.rank <= Post.LEAD.rank


def may_correct(scope: Scope, report: DailyReport) -> bool:
    """A filed report is corrected by its author alone; until when, the service says."""
    return report.person_id == scope.person_id


def leads_shift(scope: Scope, shift: Assignment) -> bool:
    """Whether somebody sees and sums up the shift that an assignment belongs to.

    Its lead, also one who only stands in, and leads and above of the team.
    """
    if scope.person_id is None or shift.team_id is None:
        return False
    if scope.leads and shift.team_id in scope.team_ids:
        return True
    return Assignment.objects.filter(
        person_id=scope.person_id,
        is_lead=True,
        day=shift.day,
        team_id=shift.team_id,
        shift_type_id=shift.shift_type_id,
    ).exists()
