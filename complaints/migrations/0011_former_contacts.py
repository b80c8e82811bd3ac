"""What customers were reached by before, for an erasure to find in texts (§10)."""

import django.db.models.deletion
import portal.sealing
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_find_by_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PHONE", "phone"),
                            ("ADDRESS", "address"),
                            ("COMPANY", "company"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("value", portal.sealing.SealedTextField(verbose_name="former value")),
                ("until", models.DateTimeField(verbose_name="until")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_contacts",
                        to="complaints.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "former contact of a customer",
                "verbose_name_plural": "former contacts of customers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True),
                        name="former_contact_says_something",
                    )
                ],
            },
        ),
    ]
