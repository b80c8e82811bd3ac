"""The audit log: one row in the caller's transaction. Rows are never changed or deleted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db.models import Model

from portal.models import AuditEntry, User

_origin: ContextVar[str] = ContextVar("kefu_origin", default="")


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """Note where the acts inside the block come from: an address, or the name of a command."""
    token = _origin.set(origin[:64])
    try:
        yield
    finally:
        _origin.reset(token)


def coming_through(what: str) -> None:
    """Add to where the acts of the enclosing block come from, until that block ends."""
    _origin.set(f"{_origin.get()} {what}".strip()[:64])


def record(
    *,
    actor: User | None,
    verb: str,
    target: Model | None = None,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write one act down. `before` and `after` hold references or masked values, no free text."""
    return AuditEntry.objects.create(
        at=at,
        actor=actor,
        origin=_origin.get(),
        verb=verb,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_label=str(target)[:120] if target is not None else "",
        before=dict(before or {}),
        after=dict(after or {}),
    )
