"""What PostgreSQL is told where many rows are looked up and written. SQLite needs none of it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

from django.db import Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

LOOKING_UP = {
    "enable_seqscan": "off",
    "jit": "off",  # where no index serves, the plan is held for so dear that it would be compiled
}
MANY_ROWS = {
    **LOOKING_UP,
    "synchronous_commit": "off",
    "gin_pending_list_limit": "64MB",
    "work_mem": "64MB",
}
PAUSE = 0.3  # seconds


def fit_for_many_rows(connection: BaseDatabaseWrapper) -> None:
    """Fit the rest of a transaction to looking up and writing many rows.

    - It ends before it is on the disk. What PostgreSQL writes keeps its order: after a power cut
      the last transactions are gone, never one in between, and the next ordinary one waits for
      all before it. So only for work that goes on from a mark of its own transaction.
    - Rows are found through an index, also in a table that has grown faster than PostgreSQL has
      looked at it.
    - It leaves the sorting of words into their index to `SortingIn`, up to a limit.
    """
    _fit(connection, MANY_ROWS)


@contextmanager
def looking_up(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let rows be found through an index, also where PostgreSQL does not know the table yet."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=connection.alias):
        _fit(connection, LOOKING_UP)
        yield


def _fit(connection: BaseDatabaseWrapper, settings: Mapping[str, str]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
            cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])


class SortingIn:
    """Sorts new rows into a GIN index on a connection of its own, while others are written.

    A search stays quick meanwhile, and the writer does not wait. Without it PostgreSQL sorts in
    by itself, within a statement of the writer, when the rows that wait exceed their limit.
    """

    def __init__(self, index: str, *, using: str = "default") -> None:
        self._index = index
        self._using = using
        self._over = Event()
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Sort in from now on; once is enough."""
        if self._thread is None and connections[self._using].vendor == "postgresql":
            self._thread = Thread(target=self._run, name=f"sorting into {self._index}", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Sort in what is left, and come back when it is done."""
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        connection = connections[self._using]
        try:
            while not self._over.wait(PAUSE):
                self._sort(connection)
            self._sort(connection)
        except Error:
            log.exception("words are left to be sorted in by the next writers")
        finally:
            connection.close()

    def _sort(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [self._index])
