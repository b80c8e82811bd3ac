"""How far a settlement is, and the decision that a demerit is part of.

SQLite makes the table of demerits anew to add the column, and drops its triggers with the old
one: so they are taken down before and put up after.
"""

import importlib

from django.conf import settings
from django.db import migrations, models

from portal.guards import Guard, guarded, put_up, take_down

STANDING = [
    guard
    for guard in importlib.import_module("staff.migrations.0007_recognition").GUARDS
    if guard.table == "staff_demerit"
]
GUARDS = [
    Guard(
        name="staff_demerit_keeps_source",
        table="staff_demerit",
        act="update",
        when="NEW.source <> OLD.source",
        says="a demerit stays as it was recorded, and is taken back once",
    ),
]


def down(_apps, editor):
    take_down(editor, STANDING)


def up(_apps, editor):
    put_up(editor, STANDING)


class Migration(migrations.Migration):
    dependencies = [("staff", "0008_policy_stands")]

    operations = [
        guarded(GUARDS),
    ]
