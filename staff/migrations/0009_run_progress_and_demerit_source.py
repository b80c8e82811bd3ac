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
    for guard in importlib.import_module("staff.migrations.0006_recognition").GUARDS
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
    dependencies = [
        ("staff", "0008_settlement_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(down, up),
        migrations.AddField(
            model_name="demerit",
            name="source",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="decision"),
        ),
        migrations.AddField(
            model_name="settlementrun",
            name="moved_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="moved at"),
        ),
        migrations.AddField(
            model_name="settlementrun",
            name="people_all",
            field=models.PositiveIntegerField(default=0, verbose_name="people to compute"),
        ),
        migrations.AddField(
            model_name="settlementrun",
            name="people_done",
            field=models.PositiveIntegerField(default=0, verbose_name="people computed"),
        ),
        migrations.AddConstraint(
            model_name="demerit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("source",),
                name="demerit_once_of_a_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("people_done__lte", models.F("people_all"))),
                name="settlementrun_done_of_all",
            ),
        ),
        migrations.RunPython(up, down),
        guarded(GUARDS),
    ]
