"""An import finds cases by their references, and the index of words takes many rows at once.

How many rows wait beside the index is up to each transaction (portal.bulk.many_rows).
"""

from django.db import migrations, models

from portal.migrating import OnDatabase


def put(option):
    def run(editor):
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER INDEX complaint_words {option}", params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0009_files_of_replies"),
        ("staff", "0011_masking"),
    ]

    operations = [
        OnDatabase(
            put("RESET (gin_pending_list_limit)"), put("SET (gin_pending_list_limit = 1024)")
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_reference_once",
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("reference", "channel"),
                name="complaint_reference_once",
                violation_error_message="This channel has a complaint of that number already.",
            ),
        ),
    ]
