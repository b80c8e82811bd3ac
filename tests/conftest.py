import importlib
import sys
from collections.abc import Iterator
from functools import cache as remembered

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connections, transaction
from django.test import TransactionTestCase

DEFAULTS = [
    "staff.migrations.0002_defaults",
    "staff.migrations.0003_rulebook",
    "staff.migrations.0004_roster",
    "complaints.migrations.0002_types",
    "complaints.migrations.0005_departments_and_causes",
    "feedback.migrations.0002_defaults",
]
LASTING = {"django_migrations", "django_content_type", "auth_permission"}


@remembered
def tables_of(alias):
    names = connections[alias].introspection.django_table_names(only_existing=True)
    return sorted(set(names) - LASTING)


def _filled(connection):
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})"  # noqa: S608 -- our own tables
                for table in tables_of(connection.alias)
            )
        )
        return [table for (table,) in cursor.fetchall()]


def guards_lifted(connection, tables):
    """Return what lifts the guards of the tables, and what puts up the same again."""
    quote = connection.ops.quote_name
    if connection.vendor == "postgresql":
        alter = [f"ALTER TABLE {quote(table)} %s TRIGGER USER" for table in tables]
        return [each % "DISABLE" for each in alter], [each % "ENABLE" for each in alter]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = [row for row in cursor.fetchall() if row[1] in tables and "RAISE(" in row[2]]
    return [f"DROP TRIGGER {quote(name)}" for name, _table, _sql in guards], [
        sql for _name, _table, sql in guards
    ]


def _empty_tables(self):
    """Empty what a transactional test filled, and put the rows of the migrations back.

    Django's own flush empties all tables, which takes seconds where there are hundreds; and it
    would have to lift the guards of the tables that only grow.
    """
    for alias in self._databases_names(include_mirrors=False):
        connection = connections[alias]
        tables = _filled(connection)
        lifting, putting_up = guards_lifted(connection, tables)
        quote = connection.ops.quote_name
        emptying = [f"DELETE FROM {quote(table)}" for table in tables]  # noqa: S608 -- our own tables
        with (
            connection.constraint_checks_disabled(),
            transaction.atomic(using=alias),
            connection.cursor() as cursor,
        ):
            for statement in (*lifting, *emptying):
                cursor.execute(statement)
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in putting_up:
                cursor.execute(statement)
    for module in DEFAULTS:
        importlib.import_module(module).fill(apps)


TransactionTestCase._fixture_teardown = _empty_tables  # noqa: SLF001 -- Django offers no hook


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:  # noqa: ARG001 -- goes first
    """End what still has the test database open when all is done: it could not be dropped.

    The thread of a request that the browser did not wait for may outlive the last test.
    """
    yield
    with django_db_blocker.unblock():
        connection = connections["default"]
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT query, pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            for query, _ended in cursor.fetchall():
                sys.stderr.write(f"still open at the end of the tests: {query}\n")


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
