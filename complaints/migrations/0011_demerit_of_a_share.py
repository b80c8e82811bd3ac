"""A share that is a demerit instead of an amount (INC-5).

SQLite makes the table of shares anew for the check, and drops its triggers with the old one: so
they are taken down before and put up after.
"""

import importlib

import django.db.models.deletion
from django.db import migrations, models

from portal.guards import put_up, take_down

STANDING = [
    guard
    for guard in importlib.import_module("complaints.migrations.0005_liability").GUARDS
    if guard.table == "complaints_liabilityshare"
]


def down(_apps, editor):
    take_down(editor, STANDING)


def up(_apps, editor):
    put_up(editor, STANDING)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_case_ladder_and_routing"),
        ("staff", "0009_run_progress_and_demerit_source"),
    ]

    operations = [
        migrations.RunPython(down, up),
        migrations.AddField(
            model_name="liabilityshare",
            name="demerit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shares",
                to="staff.demerit",
            ),
        ),
        migrations.AddConstraint(
            model_name="liabilityshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("demerit__isnull", False)),
                fields=("demerit",),
                name="share_of_one_demerit",
            ),
        ),
        migrations.AddConstraint(
            model_name="liabilityshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("demerit", None),
                    models.Q(("amount_fen", 0), ("bearer", "PERSON")),
                    _connector="OR",
                ),
                name="share_costs_or_marks",
            ),
        ),
        migrations.RunPython(up, down),
    ]
