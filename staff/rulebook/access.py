"""Who may read and who may edit the policy (house rules §10): all read it."""

from typing import Protocol

DEPUTY_RANK = 2


class Editor(Protocol):
    @property
    def is_admin(self) -> bool: ...
    @property
    def rank(self) -> int: ...


def may_edit(scope: Editor) -> bool:
    """Deputy, supervisor and administrator."""
    return scope.is_admin or scope.rank >= DEPUTY_RANK


def may_simulate(scope: Editor) -> bool:
    """Deputy and supervisor, over the people below: the administrator sees no attendance."""
    return scope.rank >= DEPUTY_RANK
