"""Who may do what with the handbook. Seeing is `visible_to`."""

from staff.handbook.models import Announcement, Article, PlanRun, PlanTask
from staff.people.access import Scope
from staff.people.enums import Post


def can_write(scope: Scope) -> bool:
    """New articles: leads and above."""
    return scope.person_id is not None and scope.leads


def can_change_article(scope: Scope, article: Article) -> bool:
    """Leads and above, and whoever owns it."""
    return can_write(scope) or (scope.person_id is not None and article.owner_id == scope.person_id)


def can_announce(scope: Scope) -> bool:
    """Leads to their own teams; deputy and supervisor to everybody (`can_announce_widely`)."""
    return can_write(scope)


def can_announce_widely(scope: Scope) -> bool:
    return scope.person_id is not None and scope.rank >= Post.DEPUTY.rank


def can_change_announcement(scope: Scope, announcement: Announcement) -> bool:
    """The author, and whoever leads the author."""
    if not can_announce(scope):
        return False
    return announcement.author_id == scope.person_id or announcement.author_id in scope.below_ids


def can_see_readers(scope: Scope) -> bool:
    """Leads and above; which people, `readers_seen_by` says."""
    return can_write(scope)


def sees_reading_of(scope: Scope, announcement: Announcement, person_id: int) -> bool:
    """The author sees everybody's, others those of the people below."""
    return announcement.author_id == scope.person_id or person_id in scope.below_ids


def can_edit_plans(scope: Scope) -> bool:
    """Contingency plans: deputy and supervisor."""
    return scope.person_id is not None and scope.rank >= Post.DEPUTY.rank


def can_trigger(scope: Scope) -> bool:
    """Leads and above (DAY-6)."""
    return can_write(scope)


def can_finish_task(scope: Scope, task: PlanTask) -> bool:
    """The owner, whoever leads the owner, and deputy and supervisor."""
    if scope.person_id is None:
        return False
    mine = task.owner_id == scope.person_id or task.owner_id in scope.below_ids
    return mine or can_edit_plans(scope)


def can_give_task(scope: Scope, task: PlanTask) -> bool:
    """To somebody else: whoever leads the owner, and deputy and supervisor."""
    if scope.person_id is None or not scope.leads:
        return False
    mine = task.owner_id == scope.person_id or task.owner_id in scope.below_ids
    return mine or can_edit_plans(scope)


def can_end(scope: Scope, run: PlanRun) -> bool:
    """Whoever triggered it while they lead, and deputy and supervisor: end it, and review it."""
    mine = run.triggered_by_id == scope.person_id and can_trigger(scope)
    return mine or can_edit_plans(scope)


def can_edit_courses(scope: Scope) -> bool:
    """Courses: deputy and supervisor."""
    return can_edit_plans(scope)


def can_record_training(scope: Scope, person_id: int) -> bool:
    """That somebody has done a course: whoever leads them, nobody for themselves."""
    return can_write(scope) and person_id in scope.below_ids
