"""A version of the policy that has begun is never changed, only followed by another."""

from django.db import migrations

from portal.guards import Guard, guarded

SAYS = "a version of the policy that has begun is never changed, only followed by another"
GUARDS = [
    Guard(
        name="policy_stands",
        table="staff_policy",
        act="update",
        when="OLD.valid_from <= TODAY",
        says=SAYS,
    ),
    Guard(
        name="policy_stays",
        table="staff_policy",
        act="delete",
        when="OLD.valid_from <= TODAY",
        says=SAYS,
    ),
    Guard(
        name="policies_all_stay",
        table="staff_policy",
        act="truncate",
        when="1 = 1",
        says=SAYS,
    ),
]


class Migration(migrations.Migration):
    dependencies = [("staff", "0007_recognition")]

    operations = [
        guarded(GUARDS),
    ]
