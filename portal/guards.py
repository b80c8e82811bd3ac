"""Protection in the database itself, for migrations: what may only grow, and what is closed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.migrating import OnDatabase

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
POSTGRESQL_WORDS_ON = """
CREATE OR REPLACE FUNCTION kefu_append_only_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM portal_masking) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kefu_append_only_words();
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
NOT_MASKING = "NOT EXISTS (SELECT 1 FROM portal_masking)"
"""The condition that holds except within the transaction that masks texts (portal.privacy)."""

SQLITE_WORDS_ON = [
    SQLITE_ON[0].replace(" BEGIN", f" WHEN {NOT_MASKING} BEGIN"),
    SQLITE_ON[1],
]
SQLITE_OFF = [
    "DROP TRIGGER IF EXISTS {table}_no_update",
    "DROP TRIGGER IF EXISTS {table}_no_delete",
]


def protect(editor: BaseDatabaseSchemaEditor, table: str, *, words: bool = False) -> None:
    """Make the database refuse UPDATE, DELETE and TRUNCATE of a table.

    With `words` rows hold texts that people typed: these may be masked, and nothing else.
    """
    on_postgresql, on_sqlite = (
        (POSTGRESQL_WORDS_ON, SQLITE_WORDS_ON) if words else (POSTGRESQL_ON, SQLITE_ON)
    )
    statements = [on_postgresql] if editor.connection.vendor == "postgresql" else on_sqlite
    for statement in statements:
        editor.execute(statement.format(table=table), params=None)


def lift(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the protection away: for reversing the migration, and for the flush of tests."""
    statements = [POSTGRESQL_OFF] if editor.connection.vendor == "postgresql" else SQLITE_OFF
    for statement in statements:
        editor.execute(statement.format(table=table), params=None)


def append_only(table: str) -> OnDatabase:
    """Return the migration step that protects a table."""

    def on(editor: BaseDatabaseSchemaEditor) -> None:
        protect(editor, table)

    def off(editor: BaseDatabaseSchemaEditor) -> None:
        lift(editor, table)

    return OnDatabase(on, off)


def append_only_words(table: str) -> OnDatabase:
    """Return the migration step that lets the texts of a protected table be masked."""

    def on(editor: BaseDatabaseSchemaEditor) -> None:
        lift(editor, table)
        protect(editor, table, words=True)

    def off(editor: BaseDatabaseSchemaEditor) -> None:
        lift(editor, table)
        protect(editor, table)

    return OnDatabase(on, off)


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A trigger that refuses an act on rows of which a condition holds.

    `act` is insert, update, delete or (in PostgreSQL only, for the table as a whole) truncate;
    `when` an SQL condition over OLD and NEW that both databases understand, in which `TODAY` is
    the day by the clock of the database. `name` is unique in the database, `says` the error.
    """

    name: str
    table: str
    act: str
    when: str
    says: str


TODAY = {  # in Shanghai, which has no summer time (SHIFT-2)
    "postgresql": "(now() AT TIME ZONE 'Asia/Shanghai')::date",
    "sqlite": "date('now', '+8 hours')",
}
POSTGRESQL_GUARD = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN
        RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
END $$;
CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}();
"""
SQLITE_GUARD = (
    "CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN"
    " SELECT RAISE(ABORT, '{says}'); END"
)
POSTGRESQL_GUARD_OFF = "DROP TRIGGER IF EXISTS {name} ON {table}; DROP FUNCTION IF EXISTS {name}()"
SQLITE_GUARD_OFF = "DROP TRIGGER IF EXISTS {name}"


def put_up(editor: BaseDatabaseSchemaEditor, guards: Sequence[Guard]) -> None:
    """Make the database refuse what the guards say."""
    for guard in guards:
        if editor.connection.vendor == "postgresql":
            statement = POSTGRESQL_GUARD
        elif guard.act == "truncate":
            continue
        else:
            statement = SQLITE_GUARD
        editor.execute(
            statement.format(
                **vars(guard)
                | {"when": guard.when.replace("TODAY", TODAY[editor.connection.vendor])},
                row={"delete": "OLD", "truncate": "NULL"}.get(guard.act, "NEW"),
                each="STATEMENT" if guard.act == "truncate" else "ROW",
            ),
            params=None,
        )


def take_down(editor: BaseDatabaseSchemaEditor, guards: Sequence[Guard]) -> None:
    """Take guards away: for reversing the migration, and for the flush of tests."""
    on_postgresql = editor.connection.vendor == "postgresql"
    for guard in guards:
        statement = POSTGRESQL_GUARD_OFF if on_postgresql else SQLITE_GUARD_OFF
        editor.execute(statement.format(**vars(guard)), params=None)


def guarded(guards: Sequence[Guard]) -> OnDatabase:
    """Return the migration step that puts guards up."""

    def on(editor: BaseDatabaseSchemaEditor) -> None:
        put_up(editor, guards)

    def off(editor: BaseDatabaseSchemaEditor) -> None:
        take_down(editor, guards)

    return OnDatabase(on, off)


def maskable(guards: Sequence[Guard], tables: Collection[str]) -> list[Guard]:
    """Return the guards, of which those on updates of the tables let texts be masked."""
    return [
        replace(guard, when=f"({guard.when}) AND {NOT_MASKING}")
        if guard.act == "update" and guard.table in tables
        else guard
        for guard in guards
    ]


def let_mask(guards: Sequence[Guard], tables: Collection[str]) -> OnDatabase:
    """Return the migration step that lets the texts of guarded tables be masked."""
    concerned = [guard for guard in guards if guard.act == "update" and guard.table in tables]

    def on(editor: BaseDatabaseSchemaEditor) -> None:
        take_down(editor, concerned)
        put_up(editor, maskable(concerned, tables))

    def off(editor: BaseDatabaseSchemaEditor) -> None:
        take_down(editor, concerned)
        put_up(editor, concerned)

    return OnDatabase(on, off)
