"""What triggers keep from being changed may be masked when a customer is erased (§10)."""

from importlib import import_module

from django.db import migrations

from portal.guards import append_only_words, let_mask

GUARDED = [
    import_module("staff.migrations.0005_incentives").GUARDS,
    import_module("staff.migrations.0006_targets").GUARDS,
    import_module("staff.migrations.0007_recognition").GUARDS,
]
WORDS = [
    "staff_announcementversion",
    "staff_articleversion",
    "staff_auditscore",
    "staff_qualityaudit",
]
TEXTS = ["staff_adjustment", "staff_demerit", "staff_dispute"]


class Migration(migrations.Migration):
    dependencies = [("staff", "0010_handbook")]

    operations = [
        *(append_only_words(table) for table in WORDS),
        *(let_mask(guards, TEXTS) for guards in GUARDED),
    ]
