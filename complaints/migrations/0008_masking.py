"""What triggers keep from being changed may be masked when a customer is erased (§10)."""

from importlib import import_module

from django.db import migrations

from portal.guards import append_only_words, let_mask

LIABILITY = import_module("complaints.migrations.0004_liability").GUARDS
REMEDIES = import_module("complaints.migrations.0005_departments_and_causes").GUARDS
WORDS = ["complaints_chase", "complaints_orderremark", "complaints_unpaidchase"]
TEXTS = ["complaints_liability", "complaints_remedy"]


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_order_remarks_and_unpaid")]

    operations = [
        *(append_only_words(table) for table in WORDS),
        let_mask(LIABILITY, TEXTS),
        let_mask(REMEDIES, TEXTS),
    ]
