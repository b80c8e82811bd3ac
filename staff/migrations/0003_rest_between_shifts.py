import django.core.validators
from django.db import migrations, models


def field():
    return models.PositiveSmallIntegerField(
        default=11,
        help_text="SHIFT-6",
        validators=[django.core.validators.MaxValueValidator(48)],
        verbose_name="hours between two shifts of a person, at least",
    )


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_defaults")]

    operations = [
        migrations.AddField(model_name=name, name="rest_hours", field=field())
        for name in ("historicalpolicy", "policy")
    ]
