"""Who may do what with feedback. Seeing is `visible_to` (§10)."""

from feedback.models import Action, Call, Item, Survey
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


def can_call(scope: Scope, call: Call) -> bool:
    """Whoever serves the store, while nobody else has taken the call; leads in any case."""
    serves = scope.post is not None and call.store_id in scope.store_ids
    return serves and (scope.leads or call.owner_id in (None, scope.person_id))


def can_dial(scope: Scope, call: Call) -> bool:
    """See the number: whoever has taken the call, and leads and above of the store (§10)."""
    if scope.person_id is None or call.store_id not in scope.store_ids:
        return False
    return scope.leads or call.owner_id == scope.person_id
