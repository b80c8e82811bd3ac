import django.db.models.deletion
import portal.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("ending", models.CharField(max_length=4, verbose_name="format")),
                ("in_chinese", models.BooleanField(default=True)),
                ("month", models.DateField(blank=True, null=True, verbose_name="month")),
                ("filters", portal.sealing.SealedTextField(blank=True, default="")),
                ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                ("moved_at", models.DateTimeField(verbose_name="last moved at")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WRITING", "being written"),
                            ("DONE", "done"),
                            ("FAILED", "failed"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, upload_to="exports/%Y/%m/", verbose_name="file"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="export_runs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [models.Index(fields=["actor", "-asked_at"], name="export_by_actor")],
            },
        ),
    ]
