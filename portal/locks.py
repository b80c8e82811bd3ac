"""Waiting for one another where there is no row yet that could be locked."""

from hashlib import blake2b

from django.db import connection


class NotInTransaction(RuntimeError):
    """A lock that ends with the transaction was asked for outside of one."""


def hold(*names: str, shared: bool = False) -> None:
    """Wait until nobody else holds one of the names, and hold them to the transaction's end.

    Those who hold a name `shared` do not wait for each other. On SQLite every transaction that
    writes holds the whole database from its begin (IMMEDIATE), so there is nothing to wait for.
    Whoever holds several names asks for them in one call: they are taken in one order.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(names)
    if connection.vendor != "postgresql":
        return
    keys = sorted({_key(name) for name in names})
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(f"SELECT {function}(%s)", [key])


def _key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
