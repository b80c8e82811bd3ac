"""Special days for the roster, and the shopping festivals of this year and the next."""

from datetime import date

from django.db import migrations, models

YEARS = (2026, 2027)
FESTIVALS = (
    (6, 18, "618 购物节", "618 shopping festival"),
    (11, 11, "双十一", "Double 11"),
    (12, 12, "双十二", "Double 12"),
)


def fill(apps, _editor=None):
    special = apps.get_model("staff", "SpecialDay")
    for year in YEARS:
        for month, day, name_zh, name_en in FESTIVALS:
            special.objects.get_or_create(
                day=date(year, month, day),
                kind="CAMPAIGN",
                defaults={"name_zh": name_zh, "name_en": name_en},
            )


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_defaults"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="calendarday",
            options={
                "verbose_name": "day of a calendar",
                "verbose_name_plural": "days of calendars",
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CAMPAIGN", "shopping festival"),
                            ("HOLIDAY", "public holiday"),
                            ("OTHER", "other special day"),
                        ],
                        default="CAMPAIGN",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name_zh", models.CharField(max_length=40, verbose_name="name in Chinese")),
                ("name_en", models.CharField(max_length=40, verbose_name="name in English")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "kind"),
                        name="special_day_once",
                        violation_error_message="This special day is there already.",
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
