"""Protection in the database itself, for migrations: tables that may only grow."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

POSTGRESQL_ON = """
CREATE OR REPLACE FUNCTION kefu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kefu_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kefu_append_only();
"""
POSTGRESQL_OFF = """
DROP TRIGGER IF EXISTS {table}_append_only ON {table};
DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};
"""
SQLITE_REFUSES = (
    "CREATE TRIGGER {{table}}_no_{act} BEFORE {act} ON {{table}} BEGIN"
    " SELECT RAISE(ABORT, 'rows of {{table}} are never changed or deleted'); END"
)
SQLITE_ON = [SQLITE_REFUSES.format(act=act) for act in ("update", "delete")]
SQLITE_OFF = [
    "DROP TRIGGER IF EXISTS {table}_no_update",
    "DROP TRIGGER IF EXISTS {table}_no_delete",
]


def protect(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Make the database refuse UPDATE, DELETE and TRUNCATE of a table."""
    statements = [POSTGRESQL_ON] if editor.connection.vendor == "postgresql" else SQLITE_ON
    for statement in statements:
        editor.execute(statement.format(table=table), params=None)


def lift(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the protection away: for reversing the migration, and for the flush of tests."""
    statements = [POSTGRESQL_OFF] if editor.connection.vendor == "postgresql" else SQLITE_OFF
    for statement in statements:
        editor.execute(statement.format(table=table), params=None)


def append_only(table: str) -> RunPython:
    """Return the migration step that protects a table."""

    def on(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        protect(editor, table)

    def off(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        lift(editor, table)

    return RunPython(on, off)
