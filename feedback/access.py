"""Who may do what with feedback. Seeing is `visible_to` (§10)."""

from feedback.models import Action, Item, Survey
from staff.people.access import Scope, may_manage


def can_maintain(scope: Scope) -> bool:
    """Channels, topics and rules: deputy, supervisor, administrator."""
    return may_manage(scope)


def can_work(scope: Scope, item: Item) -> bool:
    """Triage, answer, take: whoever serves the item's store, and its owner."""
    if scope.person_id is None or scope.post is None:
        return False
    return item.store_id in scope.store_ids or item.owner_id == scope.person_id


def can_plan(scope: Scope, store_id: int) -> bool:
    """Improvement actions and praise: leads and above of the store."""
    return scope.leads and store_id in scope.store_ids


def can_finish(scope: Scope, action: Action) -> bool:
    """The owner of the action, and leads and above of its store."""
    if scope.person_id is not None and action.owner_id == scope.person_id:
        return True
    return can_plan(scope, action.store_id)


def can_invite(scope: Scope, survey: Survey) -> bool:
    """Whoever serves the store of the survey."""
    return (
        scope.person_id is not None
        and scope.post is not None
        and survey.store_id in scope.store_ids
    )
