"""The index over the words of a feedback item.

PostgreSQL: a generated tsvector with a GIN index. SQLite: an FTS5 table kept by triggers.
"""

from django.db import migrations

from portal.migrating import OnDatabase

POSTGRESQL = """
ALTER TABLE feedback_item ADD COLUMN words_index tsvector
    GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED;
CREATE INDEX feedback_words ON feedback_item USING gin (words_index)
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
"""
POSTGRESQL_BACK = """
DROP INDEX feedback_words;
ALTER TABLE feedback_item DROP COLUMN words_index;
"""
SQLITE = [
    "CREATE VIRTUAL TABLE feedback_words USING fts5(words, content='feedback_item',"
    " content_rowid='id', tokenize=\"ascii tokenchars '-'\")",
    "CREATE TRIGGER feedback_words_insert AFTER INSERT ON feedback_item BEGIN"
    " INSERT INTO feedback_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER feedback_words_delete AFTER DELETE ON feedback_item BEGIN"
    " INSERT INTO feedback_words(feedback_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER feedback_words_update AFTER UPDATE OF words ON feedback_item BEGIN"
    " INSERT INTO feedback_words(feedback_words, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO feedback_words(rowid, words) VALUES (new.id, new.words); END",
]
SQLITE_BACK = [
    "DROP TRIGGER feedback_words_insert",
    "DROP TRIGGER feedback_words_delete",
    "DROP TRIGGER feedback_words_update",
    "DROP TABLE feedback_words",
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
    dependencies = [("feedback", "0002_defaults")]

    operations = [
        OnDatabase(build, remove),
    ]
