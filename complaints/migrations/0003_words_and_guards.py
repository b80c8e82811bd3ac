"""The index over the words of a complaint, and a timeline that may only grow.

PostgreSQL: a generated tsvector with a GIN index. SQLite: an FTS5 table kept by triggers.
"""

from django.db import migrations

from portal.guards import append_only
from portal.migrating import OnDatabase

POSTGRESQL = """
ALTER TABLE complaints_complaint ADD COLUMN words_index tsvector
    GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED;
CREATE INDEX complaint_words ON complaints_complaint USING gin (words_index)
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
"""
POSTGRESQL_BACK = """
DROP INDEX complaint_words;
ALTER TABLE complaints_complaint DROP COLUMN words_index;
"""
SQLITE = [
    "CREATE VIRTUAL TABLE complaints_words USING fts5(words, content='complaints_complaint',"
    " content_rowid='id', tokenize=\"ascii tokenchars '-'\")",
    "CREATE TRIGGER complaints_words_insert AFTER INSERT ON complaints_complaint BEGIN"
    " INSERT INTO complaints_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER complaints_words_delete AFTER DELETE ON complaints_complaint BEGIN"
    " INSERT INTO complaints_words(complaints_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER complaints_words_update AFTER UPDATE OF words ON complaints_complaint BEGIN"
    " INSERT INTO complaints_words(complaints_words, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO complaints_words(rowid, words) VALUES (new.id, new.words); END",
]
SQLITE_BACK = [
    "DROP TRIGGER complaints_words_insert",
    "DROP TRIGGER complaints_words_delete",
    "DROP TRIGGER complaints_words_update",
    "DROP TABLE complaints_words",
]


def build(editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    for statement in [POSTGRESQL] if on_postgresql else SQLITE:
        editor.execute(statement, params=None)


def remove(editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    for statement in [POSTGRESQL_BACK] if on_postgresql else SQLITE_BACK:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_types")]

    operations = [
        OnDatabase(build, remove),
        append_only("complaints_timelineentry"),
    ]
