"""What an empty department starts with: the numbers of the house rules and its two shifts."""

from datetime import date, time

from django.db import migrations

DESK_WINDOWS = [["08:30", "17:30"], ["17:00", "01:00"]]


def fill(apps, _editor=None):
    policy = apps.get_model("staff", "Policy")
    policy.objects.get_or_create(valid_from=date(2020, 1, 1))
    calendar = apps.get_model("staff", "Calendar")
    calendar.objects.get_or_create(
        code="desk", defaults={"name": "客服 Service desk", "windows": DESK_WINDOWS}
    )
    calendar.objects.get_or_create(
        code="office",
        defaults={
            "name": "其他部门 Other departments",
            "windows": [["09:00", "18:00"]],
            "weekdays": "12345",
        },
    )
    shift_type = apps.get_model("staff", "ShiftType")
    for code, name_zh, name_en, starts, ends, colour in (
        ("day", "白班", "Day shift", time(8, 30), time(17, 30), "#b9770e"),
        ("evening", "晚班", "Evening shift", time(17), time(1), "#3f51b5"),
    ):
        shift_type.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": name_zh,
                "name_en": name_en,
                "starts": starts,
                "ends": ends,
                "colour": colour,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
