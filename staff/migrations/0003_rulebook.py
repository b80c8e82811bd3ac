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
    dependencies = [("staff", "0002_defaults")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
