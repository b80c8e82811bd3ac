"""The handbook: its tables, the index over the words of articles, and versions that only grow.

PostgreSQL: a generated tsvector with a GIN index. SQLite: an FTS5 table kept by triggers.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from portal.guards import append_only
from portal.migrating import OnDatabase

POSTGRESQL = """
ALTER TABLE staff_article ADD COLUMN words_index tsvector
    GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED;
CREATE INDEX article_words ON staff_article USING gin (words_index)
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
"""
POSTGRESQL_BACK = """
DROP INDEX article_words;
ALTER TABLE staff_article DROP COLUMN words_index;
"""
SQLITE = [
    "CREATE VIRTUAL TABLE staff_articlewords USING fts5(words, content='staff_article',"
    " content_rowid='id', tokenize=\"ascii tokenchars '-'\")",
    "CREATE TRIGGER staff_articlewords_insert AFTER INSERT ON staff_article BEGIN"
    " INSERT INTO staff_articlewords(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER staff_articlewords_delete AFTER DELETE ON staff_article BEGIN"
    " INSERT INTO staff_articlewords(staff_articlewords, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER staff_articlewords_update AFTER UPDATE OF words ON staff_article BEGIN"
    " INSERT INTO staff_articlewords(staff_articlewords, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO staff_articlewords(rowid, words) VALUES (new.id, new.words); END",
]
SQLITE_BACK = [
    "DROP TRIGGER staff_articlewords_insert",
    "DROP TRIGGER staff_articlewords_delete",
    "DROP TRIGGER staff_articlewords_update",
    "DROP TABLE staff_articlewords",
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
    dependencies = [("staff", "0009_run_progress_and_demerit_source")]

    operations = [
        OnDatabase(build, remove),
        append_only("staff_articleversion"),
        append_only("staff_announcementversion"),
        append_only("staff_reading"),
        append_only("staff_acknowledgement"),
    ]
