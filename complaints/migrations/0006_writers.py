"""Who wrote on a proposal never decides it: held by the database as well (CMP-7)."""

import django.db.models.deletion
from django.db import migrations, models

from portal.guards import Guard, guarded


GUARDS = [
    Guard(
        name="proposal_not_by_writer",
        table="complaints_proposal",
        act="update",
        when=(
            "NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM complaints_proposalwriter"
            " WHERE proposal_id = NEW.id AND person_id = NEW.decided_by_id)"
        ),
        says="nobody decides on a proposal that they wrote on",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_departments_and_causes")]

    operations = [
        guarded(GUARDS),
    ]
