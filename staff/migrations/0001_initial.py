import datetime
import django.core.validators
import django.db.models.deletion
import portal.migrating
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("portal", "0002_append_only"),
    ]

    operations = [
        portal.migrating.CreateModels(
            operations=[
                migrations.CreateModel(
                    name="Brand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "brand",
                        "verbose_name_plural": "brands",
                    },
                ),
                migrations.CreateModel(
                    name="Calendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "windows",
                            models.JSONField(
                                help_text='Pairs of start and end, for instance [["08:30", "17:30"], ["17:00", "01:00"]].',
                                verbose_name="windows",
                            ),
                        ),
                        (
                            "weekdays",
                            models.CharField(
                                default="1234567",
                                help_text="1 is Monday, 7 is Sunday.",
                                max_length=7,
                                verbose_name="working weekdays",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "calendar",
                        "verbose_name_plural": "calendars",
                    },
                ),
                migrations.CreateModel(
                    name="Habit",
                    fields=[
                        (
                            "code",
                            models.CharField(
                                max_length=40,
                                primary_key=True,
                                serialize=False,
                                verbose_name="number",
                            ),
                        ),
                        ("value", models.PositiveIntegerField(verbose_name="value")),
                    ],
                    options={
                        "verbose_name": "number of daily work",
                        "verbose_name_plural": "numbers of daily work",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalPerson",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "number",
                            models.CharField(
                                db_index=True, max_length=20, verbose_name="staff number"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("hired_on", models.DateField(verbose_name="hired on")),
                        (
                            "left_on",
                            models.DateField(blank=True, null=True, verbose_name="left on"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=30, verbose_name="phone"),
                        ),
                        (
                            "dingtalk_id",
                            models.CharField(blank=True, max_length=64, verbose_name="DingTalk id"),
                        ),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical person",
                        "verbose_name_plural": "historical people",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalPolicy",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "late_1_minutes",
                            models.PositiveIntegerField(
                                default=10,
                                help_text="ATT-1",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="first step of lateness: up to (minutes)",
                            ),
                        ),
                        (
                            "late_1_fen",
                            models.BigIntegerField(
                                default=1000,
                                help_text="ATT-1",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet of the first step",
                            ),
                        ),
                        (
                            "late_2_minutes",
                            models.PositiveIntegerField(
                                default=20,
                                help_text="ATT-2",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="second step of lateness: up to (minutes)",
                            ),
                        ),
                        (
                            "late_2_fen",
                            models.BigIntegerField(
                                default=2000,
                                help_text="ATT-2",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet of the second step",
                            ),
                        ),
                        (
                            "late_3_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="ATT-3",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="third step of lateness: up to (minutes)",
                            ),
                        ),
                        (
                            "late_3_fen",
                            models.BigIntegerField(
                                default=5000,
                                help_text="ATT-3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet of the third step",
                            ),
                        ),
                        (
                            "red_packet_parts",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="ATT-1",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="parts of a red packet",
                            ),
                        ),
                        (
                            "too_late_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-4",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence for more minutes than that (half days)",
                            ),
                        ),
                        (
                            "no_punch_half_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="ATT-5",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence without any punch (half days)",
                            ),
                        ),
                        (
                            "absence_1_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-6",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="first step of absence: from (half days)",
                            ),
                        ),
                        (
                            "absence_1_wage_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="ATT-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="wages deducted at the first step (days)",
                            ),
                        ),
                        (
                            "absence_2_half_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="ATT-7",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="second step of absence: from (half days)",
                            ),
                        ),
                        (
                            "absence_2_wage_days",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="ATT-7",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="wages deducted at the second step (days)",
                            ),
                        ),
                        (
                            "absence_3_half_days",
                            models.PositiveSmallIntegerField(
                                default=4,
                                help_text="ATT-8",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="third step of absence: from (half days)",
                            ),
                        ),
                        (
                            "absence_3_wage_days",
                            models.PositiveSmallIntegerField(
                                default=10,
                                help_text="ATT-8",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="wages deducted at the third step (days)",
                            ),
                        ),
                        (
                            "absence_4_half_days",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="ATT-9",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="the month's wages are forfeited from (half days of absence)",
                            ),
                        ),
                        (
                            "full_attendance_fen",
                            models.BigIntegerField(
                                default=20000,
                                help_text="ATT-10",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="full-attendance bonus",
                            ),
                        ),
                        (
                            "publish_weekday",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-11",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(7),
                                ],
                                verbose_name="weekday on which the week before is published (1 is Monday)",
                            ),
                        ),
                        (
                            "publish_at",
                            models.TimeField(
                                default=datetime.time(10, 0),
                                help_text="ATT-11",
                                verbose_name="... at",
                            ),
                        ),
                        (
                            "doubling_factor",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="ATT-11",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(10),
                                ],
                                verbose_name="an unpaid red packet then costs so many times its amount",
                            ),
                        ),
                        (
                            "free_makeups",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(62),
                                ],
                                verbose_name="make-ups of a month that are free",
                            ),
                        ),
                        (
                            "makeup_out_fen",
                            models.BigIntegerField(
                                default=1000,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet for a further made-up punch-out",
                            ),
                        ),
                        (
                            "missing_in_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence for a missing punch-in (half days)",
                            ),
                        ),
                        (
                            "missing_out_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence for a missing punch-out (half days)",
                            ),
                        ),
                        (
                            "punch_before_hours",
                            models.PositiveSmallIntegerField(
                                default=4,
                                help_text="§3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(12),
                                ],
                                verbose_name="a punch belongs to a start up to (hours before it)",
                            ),
                        ),
                        (
                            "punch_after_hours",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="§3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(12),
                                ],
                                verbose_name="a punch belongs to an end up to (hours after it)",
                            ),
                        ),
                        (
                            "rest_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="LEAVE-1",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="rest days of a calendar month",
                            ),
                        ),
                        (
                            "rest_notice_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="LEAVE-1",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="a rest day is asked for ahead by (days)",
                            ),
                        ),
                        (
                            "leave_notice_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="LEAVE-3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="leave is asked for ahead by (days)",
                            ),
                        ),
                        (
                            "rest_lost_half_days",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="LEAVE-5",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(62),
                                ],
                                verbose_name="no rest days in the next month with more leave than (half days)",
                            ),
                        ),
                        (
                            "leave_year_half_days",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="LEAVE-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(732),
                                ],
                                verbose_name="personal leave of a calendar year (half days)",
                            ),
                        ),
                        (
                            "dispute_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="INC-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="a line can be disputed for (calendar days)",
                            ),
                        ),
                        (
                            "deduction_cap_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="INC-9",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="share of the month's pay that deductions may take (%)",
                            ),
                        ),
                        (
                            "least_pay_fen",
                            models.BigIntegerField(
                                default=0,
                                help_text="INC-9",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="paid out in any case",
                            ),
                        ),
                        (
                            "deduction_warning_percent",
                            models.PositiveSmallIntegerField(
                                default=20,
                                help_text="INC-9",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="the supervisor is warned when deductions exceed (%)",
                            ),
                        ),
                        (
                            "remind_before_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="FUP-2",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="reminder before the due time (minutes)",
                            ),
                        ),
                        (
                            "lead_after_minutes",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="CMP-10",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="shift lead after (minutes of service time)",
                            ),
                        ),
                        (
                            "deputy_after_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="CMP-10",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="deputy after (minutes of service time)",
                            ),
                        ),
                        (
                            "supervisor_after_minutes",
                            models.PositiveIntegerField(
                                default=90,
                                help_text="CMP-10",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="supervisor after (minutes of service time)",
                            ),
                        ),
                        (
                            "digest_after_minutes",
                            models.PositiveIntegerField(
                                default=5,
                                help_text="FUP-6",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="one digest when later than (minutes)",
                            ),
                        ),
                        (
                            "acknowledge_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="CMP-4",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="acknowledged within (minutes of service time)",
                            ),
                        ),
                        (
                            "same_day_until",
                            models.TimeField(
                                default=datetime.time(17, 0),
                                help_text="CMP-4",
                                verbose_name="answered the same service day when received before",
                            ),
                        ),
                        (
                            "answer_minutes",
                            models.PositiveIntegerField(
                                default=480,
                                help_text="CMP-4",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="answer to later ones within (minutes of service time)",
                            ),
                        ),
                        (
                            "remedy_start_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="remedy started within (hours by the clock)",
                            ),
                        ),
                        (
                            "revisit_hours",
                            models.PositiveSmallIntegerField(
                                default=72,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="revisit within (hours by the clock)",
                            ),
                        ),
                        (
                            "minor_percent",
                            models.PositiveSmallIntegerField(
                                default=200,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of minor cases (%)",
                            ),
                        ),
                        (
                            "ordinary_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of ordinary cases (%)",
                            ),
                        ),
                        (
                            "serious_percent",
                            models.PositiveSmallIntegerField(
                                default=50,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of serious cases (%)",
                            ),
                        ),
                        (
                            "critical_percent",
                            models.PositiveSmallIntegerField(
                                default=25,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of critical cases (%)",
                            ),
                        ),
                        (
                            "wait_days",
                            models.PositiveSmallIntegerField(
                                default=7,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="one wait for the customer lasts at most (days)",
                            ),
                        ),
                        (
                            "waits_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(180),
                                ],
                                verbose_name="all waits of a case last at most (days)",
                            ),
                        ),
                        (
                            "lead_approves_fen",
                            models.BigIntegerField(
                                default=5000,
                                help_text="CMP-7",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="the lead approves up to",
                            ),
                        ),
                        (
                            "deputy_approves_fen",
                            models.BigIntegerField(
                                default=50000,
                                help_text="CMP-7",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="the deputy approves up to",
                            ),
                        ),
                        (
                            "revisit_attempts",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="CMP-9",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="attempts to reach the customer",
                            ),
                        ),
                        (
                            "link_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                help_text="CMP-8",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(90),
                                ],
                                verbose_name="a customer's personal link is good for (days)",
                            ),
                        ),
                        (
                            "repeat_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="CMP-13",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="a complaint counts as repeated within (days)",
                            ),
                        ),
                        (
                            "escalated_repeat",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="CMP-10",
                                validators=[
                                    django.core.validators.MinValueValidator(2),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="complaints of one customer within those days that escalate at once",
                            ),
                        ),
                        (
                            "wave_cases",
                            models.PositiveSmallIntegerField(
                                default=10,
                                help_text="CMP-13",
                                validators=[
                                    django.core.validators.MinValueValidator(2),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="more complaints about one thing than this are a wave",
                            ),
                        ),
                        (
                            "wave_minutes",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="CMP-13",
                                validators=[
                                    django.core.validators.MinValueValidator(5),
                                    django.core.validators.MaxValueValidator(1440),
                                ],
                                verbose_name="… within (minutes)",
                            ),
                        ),
                        (
                            "reopening_score",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="CMP-14",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="a score up to this reopens the case",
                            ),
                        ),
                        (
                            "triage_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="FBK-2",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="feedback is triaged within (service days)",
                            ),
                        ),
                        (
                            "negative_stars",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="FBK-3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="a review with at most so many stars is negative",
                            ),
                        ),
                        (
                            "retention_years",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="§10",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(30),
                                ],
                                verbose_name="customers' data is made anonymous after (years)",
                            ),
                        ),
                        ("valid_from", models.DateField(db_index=True, verbose_name="valid from")),
                        (
                            "rest_hours",
                            models.PositiveSmallIntegerField(
                                default=11,
                                help_text="SHIFT-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(48),
                                ],
                                verbose_name="hours between two shifts of a person, at least",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why this version"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical policy",
                        "verbose_name_plural": "historical policies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "number",
                            models.CharField(
                                max_length=20, unique=True, verbose_name="staff number"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "user",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="person",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sign-in",
                            ),
                        ),
                        ("hired_on", models.DateField(verbose_name="hired on")),
                        (
                            "left_on",
                            models.DateField(blank=True, null=True, verbose_name="left on"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=30, verbose_name="phone"),
                        ),
                        (
                            "dingtalk_id",
                            models.CharField(blank=True, max_length=64, verbose_name="DingTalk id"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "person",
                        "verbose_name_plural": "people",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None),
                                    ("left_on__gte", models.F("hired_on")),
                                    _connector="OR",
                                ),
                                name="person_leaves_after_joining",
                                violation_error_message="The day of leaving lies before the day of joining.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("dingtalk_id", ""), _negated=True),
                                fields=("dingtalk_id",),
                                name="person_dingtalk_once",
                                violation_error_message="Another person has this DingTalk id.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "late_1_minutes",
                            models.PositiveIntegerField(
                                default=10,
                                help_text="ATT-1",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="first step of lateness: up to (minutes)",
                            ),
                        ),
                        (
                            "late_1_fen",
                            models.BigIntegerField(
                                default=1000,
                                help_text="ATT-1",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet of the first step",
                            ),
                        ),
                        (
                            "late_2_minutes",
                            models.PositiveIntegerField(
                                default=20,
                                help_text="ATT-2",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="second step of lateness: up to (minutes)",
                            ),
                        ),
                        (
                            "late_2_fen",
                            models.BigIntegerField(
                                default=2000,
                                help_text="ATT-2",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet of the second step",
                            ),
                        ),
                        (
                            "late_3_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="ATT-3",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="third step of lateness: up to (minutes)",
                            ),
                        ),
                        (
                            "late_3_fen",
                            models.BigIntegerField(
                                default=5000,
                                help_text="ATT-3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet of the third step",
                            ),
                        ),
                        (
                            "red_packet_parts",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="ATT-1",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="parts of a red packet",
                            ),
                        ),
                        (
                            "too_late_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-4",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence for more minutes than that (half days)",
                            ),
                        ),
                        (
                            "no_punch_half_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="ATT-5",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence without any punch (half days)",
                            ),
                        ),
                        (
                            "absence_1_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-6",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="first step of absence: from (half days)",
                            ),
                        ),
                        (
                            "absence_1_wage_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="ATT-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="wages deducted at the first step (days)",
                            ),
                        ),
                        (
                            "absence_2_half_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="ATT-7",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="second step of absence: from (half days)",
                            ),
                        ),
                        (
                            "absence_2_wage_days",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="ATT-7",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="wages deducted at the second step (days)",
                            ),
                        ),
                        (
                            "absence_3_half_days",
                            models.PositiveSmallIntegerField(
                                default=4,
                                help_text="ATT-8",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="third step of absence: from (half days)",
                            ),
                        ),
                        (
                            "absence_3_wage_days",
                            models.PositiveSmallIntegerField(
                                default=10,
                                help_text="ATT-8",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="wages deducted at the third step (days)",
                            ),
                        ),
                        (
                            "absence_4_half_days",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="ATT-9",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="the month's wages are forfeited from (half days of absence)",
                            ),
                        ),
                        (
                            "full_attendance_fen",
                            models.BigIntegerField(
                                default=20000,
                                help_text="ATT-10",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="full-attendance bonus",
                            ),
                        ),
                        (
                            "publish_weekday",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-11",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(7),
                                ],
                                verbose_name="weekday on which the week before is published (1 is Monday)",
                            ),
                        ),
                        (
                            "publish_at",
                            models.TimeField(
                                default=datetime.time(10, 0),
                                help_text="ATT-11",
                                verbose_name="... at",
                            ),
                        ),
                        (
                            "doubling_factor",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="ATT-11",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(10),
                                ],
                                verbose_name="an unpaid red packet then costs so many times its amount",
                            ),
                        ),
                        (
                            "free_makeups",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(62),
                                ],
                                verbose_name="make-ups of a month that are free",
                            ),
                        ),
                        (
                            "makeup_out_fen",
                            models.BigIntegerField(
                                default=1000,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="red packet for a further made-up punch-out",
                            ),
                        ),
                        (
                            "missing_in_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence for a missing punch-in (half days)",
                            ),
                        ),
                        (
                            "missing_out_half_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="ATT-13",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="absence for a missing punch-out (half days)",
                            ),
                        ),
                        (
                            "punch_before_hours",
                            models.PositiveSmallIntegerField(
                                default=4,
                                help_text="§3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(12),
                                ],
                                verbose_name="a punch belongs to a start up to (hours before it)",
                            ),
                        ),
                        (
                            "punch_after_hours",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="§3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(12),
                                ],
                                verbose_name="a punch belongs to an end up to (hours after it)",
                            ),
                        ),
                        (
                            "rest_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="LEAVE-1",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                                verbose_name="rest days of a calendar month",
                            ),
                        ),
                        (
                            "rest_notice_days",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="LEAVE-1",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="a rest day is asked for ahead by (days)",
                            ),
                        ),
                        (
                            "leave_notice_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="LEAVE-3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="leave is asked for ahead by (days)",
                            ),
                        ),
                        (
                            "rest_lost_half_days",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="LEAVE-5",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(62),
                                ],
                                verbose_name="no rest days in the next month with more leave than (half days)",
                            ),
                        ),
                        (
                            "leave_year_half_days",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="LEAVE-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(732),
                                ],
                                verbose_name="personal leave of a calendar year (half days)",
                            ),
                        ),
                        (
                            "dispute_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="INC-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="a line can be disputed for (calendar days)",
                            ),
                        ),
                        (
                            "deduction_cap_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="INC-9",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="share of the month's pay that deductions may take (%)",
                            ),
                        ),
                        (
                            "least_pay_fen",
                            models.BigIntegerField(
                                default=0,
                                help_text="INC-9",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="paid out in any case",
                            ),
                        ),
                        (
                            "deduction_warning_percent",
                            models.PositiveSmallIntegerField(
                                default=20,
                                help_text="INC-9",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="the supervisor is warned when deductions exceed (%)",
                            ),
                        ),
                        (
                            "remind_before_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="FUP-2",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="reminder before the due time (minutes)",
                            ),
                        ),
                        (
                            "lead_after_minutes",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="CMP-10",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="shift lead after (minutes of service time)",
                            ),
                        ),
                        (
                            "deputy_after_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="CMP-10",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="deputy after (minutes of service time)",
                            ),
                        ),
                        (
                            "supervisor_after_minutes",
                            models.PositiveIntegerField(
                                default=90,
                                help_text="CMP-10",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="supervisor after (minutes of service time)",
                            ),
                        ),
                        (
                            "digest_after_minutes",
                            models.PositiveIntegerField(
                                default=5,
                                help_text="FUP-6",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="one digest when later than (minutes)",
                            ),
                        ),
                        (
                            "acknowledge_minutes",
                            models.PositiveIntegerField(
                                default=30,
                                help_text="CMP-4",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="acknowledged within (minutes of service time)",
                            ),
                        ),
                        (
                            "same_day_until",
                            models.TimeField(
                                default=datetime.time(17, 0),
                                help_text="CMP-4",
                                verbose_name="answered the same service day when received before",
                            ),
                        ),
                        (
                            "answer_minutes",
                            models.PositiveIntegerField(
                                default=480,
                                help_text="CMP-4",
                                validators=[django.core.validators.MaxValueValidator(43200)],
                                verbose_name="answer to later ones within (minutes of service time)",
                            ),
                        ),
                        (
                            "remedy_start_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="remedy started within (hours by the clock)",
                            ),
                        ),
                        (
                            "revisit_hours",
                            models.PositiveSmallIntegerField(
                                default=72,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="revisit within (hours by the clock)",
                            ),
                        ),
                        (
                            "minor_percent",
                            models.PositiveSmallIntegerField(
                                default=200,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of minor cases (%)",
                            ),
                        ),
                        (
                            "ordinary_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of ordinary cases (%)",
                            ),
                        ),
                        (
                            "serious_percent",
                            models.PositiveSmallIntegerField(
                                default=50,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of serious cases (%)",
                            ),
                        ),
                        (
                            "critical_percent",
                            models.PositiveSmallIntegerField(
                                default=25,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="budgets of critical cases (%)",
                            ),
                        ),
                        (
                            "wait_days",
                            models.PositiveSmallIntegerField(
                                default=7,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="one wait for the customer lasts at most (days)",
                            ),
                        ),
                        (
                            "waits_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                help_text="CMP-4",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(180),
                                ],
                                verbose_name="all waits of a case last at most (days)",
                            ),
                        ),
                        (
                            "lead_approves_fen",
                            models.BigIntegerField(
                                default=5000,
                                help_text="CMP-7",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="the lead approves up to",
                            ),
                        ),
                        (
                            "deputy_approves_fen",
                            models.BigIntegerField(
                                default=50000,
                                help_text="CMP-7",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(10000000000000),
                                ],
                                verbose_name="the deputy approves up to",
                            ),
                        ),
                        (
                            "revisit_attempts",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="CMP-9",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="attempts to reach the customer",
                            ),
                        ),
                        (
                            "link_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                help_text="CMP-8",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(90),
                                ],
                                verbose_name="a customer's personal link is good for (days)",
                            ),
                        ),
                        (
                            "repeat_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="CMP-13",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="a complaint counts as repeated within (days)",
                            ),
                        ),
                        (
                            "escalated_repeat",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="CMP-10",
                                validators=[
                                    django.core.validators.MinValueValidator(2),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="complaints of one customer within those days that escalate at once",
                            ),
                        ),
                        (
                            "wave_cases",
                            models.PositiveSmallIntegerField(
                                default=10,
                                help_text="CMP-13",
                                validators=[
                                    django.core.validators.MinValueValidator(2),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="more complaints about one thing than this are a wave",
                            ),
                        ),
                        (
                            "wave_minutes",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="CMP-13",
                                validators=[
                                    django.core.validators.MinValueValidator(5),
                                    django.core.validators.MaxValueValidator(1440),
                                ],
                                verbose_name="… within (minutes)",
                            ),
                        ),
                        (
                            "reopening_score",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="CMP-14",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="a score up to this reopens the case",
                            ),
                        ),
                        (
                            "triage_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="FBK-2",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="feedback is triaged within (service days)",
                            ),
                        ),
                        (
                            "negative_stars",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="FBK-3",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="a review with at most so many stars is negative",
                            ),
                        ),
                        (
                            "retention_years",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="§10",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(30),
                                ],
                                verbose_name="customers' data is made anonymous after (years)",
                            ),
                        ),
                        ("valid_from", models.DateField(unique=True, verbose_name="valid from")),
                        (
                            "rest_hours",
                            models.PositiveSmallIntegerField(
                                default=11,
                                help_text="SHIFT-6",
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(48),
                                ],
                                verbose_name="hours between two shifts of a person, at least",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why this version"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "policy",
                        "verbose_name_plural": "policies",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lead_after_minutes__lte", models.F("deputy_after_minutes")),
                                    (
                                        "deputy_after_minutes__lte",
                                        models.F("supervisor_after_minutes"),
                                    ),
                                ),
                                name="policy_ladder_ascends",
                                violation_error_message="The ladder must not descend: lead, deputy, supervisor.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("late_1_minutes__lte", models.F("late_2_minutes")),
                                    ("late_2_minutes__lte", models.F("late_3_minutes")),
                                ),
                                name="policy_lateness_ascends",
                                violation_error_message="The steps of lateness must not descend.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("absence_1_half_days__lt", models.F("absence_2_half_days")),
                                    ("absence_2_half_days__lt", models.F("absence_3_half_days")),
                                    ("absence_3_half_days__lt", models.F("absence_4_half_days")),
                                ),
                                name="policy_absence_ascends",
                                violation_error_message="The steps of absence must ascend.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lead_approves_fen__lte", models.F("deputy_approves_fen"))
                                ),
                                name="policy_approval_ascends",
                                violation_error_message="The deputy approves at least what the lead does.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scorecard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "scorecard",
                        "verbose_name_plural": "scorecards",
                    },
                ),
                migrations.CreateModel(
                    name="SettlementRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        (
                            "act",
                            models.CharField(
                                choices=[("SETTLE", "settle"), ("PUBLISH", "publish")],
                                max_length=10,
                                verbose_name="act",
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                        ("rung_at", models.DateTimeField(verbose_name="rung at")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("WAITING", "waiting"),
                                    ("DONE", "done"),
                                    ("REFUSED", "refused"),
                                ],
                                default="WAITING",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                        ),
                        (
                            "moved_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="moved at"),
                        ),
                        (
                            "people_done",
                            models.PositiveIntegerField(default=0, verbose_name="people computed"),
                        ),
                        (
                            "people_all",
                            models.PositiveIntegerField(
                                default=0, verbose_name="people to compute"
                            ),
                        ),
                        ("people", models.PositiveIntegerField(default=0, verbose_name="people")),
                        ("lines", models.PositiveIntegerField(default=0, verbose_name="lines")),
                        (
                            "refusal",
                            models.CharField(blank=True, max_length=40, verbose_name="refusal"),
                        ),
                    ],
                    options={
                        "verbose_name": "run of a settlement",
                        "verbose_name_plural": "runs of settlements",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="settlementrun_first_of_month",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "WAITING")),
                                fields=("month",),
                                name="settlementrun_one_waiting",
                                violation_error_message="This month is being computed already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("people_done__lte", models.F("people_all"))),
                                name="settlementrun_done_of_all",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at", None), ("state", "WAITING")),
                                    models.Q(
                                        models.Q(("state", "WAITING"), _negated=True),
                                        ("finished_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="settlementrun_finished_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftType",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                        (
                            "name_zh",
                            models.CharField(max_length=40, verbose_name="name in Chinese"),
                        ),
                        (
                            "name_en",
                            models.CharField(max_length=40, verbose_name="name in English"),
                        ),
                        ("starts", models.TimeField(verbose_name="starts")),
                        ("ends", models.TimeField(verbose_name="ends")),
                        (
                            "colour",
                            models.CharField(
                                default="#4c78a8",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}\\Z", "A colour looks like #4c78a8."
                                    )
                                ],
                                verbose_name="colour",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "shift type",
                        "verbose_name_plural": "shift types",
                    },
                ),
                migrations.CreateModel(
                    name="Site",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "site",
                        "verbose_name_plural": "sites",
                    },
                ),
                migrations.CreateModel(
                    name="Skill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "skill",
                        "verbose_name_plural": "skills",
                    },
                ),
                migrations.CreateModel(
                    name="SpecialDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        (
                            "name_zh",
                            models.CharField(max_length=40, verbose_name="name in Chinese"),
                        ),
                        (
                            "name_en",
                            models.CharField(max_length=40, verbose_name="name in English"),
                        ),
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
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="absences",
                                to="staff.person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "half",
                            models.CharField(
                                choices=[
                                    ("WHOLE", "whole day"),
                                    ("FIRST", "first half"),
                                    ("SECOND", "second half"),
                                ],
                                max_length=6,
                                verbose_name="part of the day",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("REST", "rest day"),
                                    ("PERSONAL", "personal leave"),
                                    ("EMERGENCY", "emergency leave"),
                                    ("SICK", "sick"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("APPROVED", "approved"), ("WITHDRAWN", "withdrawn")],
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=80, verbose_name="source"),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("changed_at", models.DateTimeField(verbose_name="changed at")),
                    ],
                    options={
                        "verbose_name": "absence",
                        "verbose_name_plural": "absences",
                        "indexes": [models.Index(fields=["day", "state"], name="absence_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "APPROVED")),
                                fields=("person", "day", "half"),
                                name="absence_once_a_day",
                                violation_error_message="This person is away on that day already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Acknowledgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acknowledgements",
                                to="staff.policy",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acknowledgements",
                                to="staff.person",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="confirmed at")),
                    ],
                    options={
                        "verbose_name": "confirmed house rules",
                        "verbose_name_plural": "confirmed house rules",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "person"), name="acknowledgement_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Adjustment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(max_length=120, unique=True, verbose_name="source"),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="adjustments",
                                to="staff.person",
                            ),
                        ),
                        ("rule", models.CharField(max_length=12, verbose_name="rule")),
                        ("day", models.DateField(verbose_name="date")),
                        ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decided_adjustments",
                                to="staff.person",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="decided at")),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawn_adjustments",
                                to="staff.person",
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "withdrawn_because",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="withdrawn because"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decided amount",
                        "verbose_name_plural": "decided amounts",
                        "indexes": [
                            models.Index(fields=["person", "day"], name="adjustment_by_month")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_fen", 0), _negated=True),
                                name="adjustment_is_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="adjustment_not_for_oneself",
                                violation_error_message="Nobody decides on an amount of their own.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at", None),
                                        ("withdrawn_because", ""),
                                        ("withdrawn_by", None),
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                        models.Q(("withdrawn_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="adjustment_withdrawal_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Announcement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("CAMPAIGN", "campaign"),
                                    ("RULE", "rule"),
                                    ("PRODUCT", "product and stock"),
                                    ("SYSTEM", "system and platform"),
                                    ("OTHER", "other news"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="announcements",
                                to="staff.person",
                                verbose_name="author",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                        ("first_day", models.DateField(verbose_name="from")),
                        ("last_day", models.DateField(verbose_name="until")),
                        (
                            "must_read",
                            models.BooleanField(default=False, verbose_name="must be read"),
                        ),
                        (
                            "everywhere",
                            models.BooleanField(default=True, verbose_name="for all teams"),
                        ),
                        (
                            "every_post",
                            models.BooleanField(default=True, verbose_name="for all posts"),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        (
                            "told_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="told at"),
                        ),
                        ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("reminded", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "announcement",
                        "verbose_name_plural": "announcements",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at", "id"],
                                name="announcement_next",
                            ),
                            models.Index(
                                fields=["last_day", "first_day"], name="announcement_span"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="announcement_in_order",
                                violation_error_message="The last day lies before the first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="announcement_withdrawn_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="staff.calendar",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("HOLIDAY", "public holiday"),
                                    ("WORKDAY", "make-up working day"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "day of a calendar",
                        "verbose_name_plural": "days of calendars",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("calendar", "day"),
                                name="calendar_day_once",
                                violation_error_message="This calendar has that day already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feed",
                                to="staff.person",
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "calendar feed",
                        "verbose_name_plural": "calendar feeds",
                    },
                ),
                migrations.CreateModel(
                    name="Coaching",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coaching",
                                to="staff.person",
                            ),
                        ),
                        (
                            "coach",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coaching_given",
                                to="staff.person",
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="held on")),
                        ("topic", models.CharField(max_length=120, verbose_name="topic")),
                        (
                            "agreement",
                            models.TextField(max_length=2000, verbose_name="what was agreed"),
                        ),
                        (
                            "due_on",
                            models.DateField(blank=True, null=True, verbose_name="follow-up on"),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "read_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="confirmed at"
                            ),
                        ),
                        (
                            "reminded_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="reminded at"),
                        ),
                        (
                            "outcome",
                            models.CharField(blank=True, max_length=1000, verbose_name="outcome"),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "coaching entry",
                        "verbose_name_plural": "coaching entries",
                        "indexes": [
                            models.Index(fields=["person", "held_on"], name="coaching_by_person"),
                            models.Index(
                                condition=models.Q(
                                    ("closed_at", None),
                                    ("due_on__isnull", False),
                                    ("reminded_at", None),
                                ),
                                fields=["due_on"],
                                name="coaching_to_remind",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("coach", models.F("person")), _negated=True),
                                name="coaching_not_of_oneself",
                                violation_error_message="Nobody coaches themselves.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("due_on", None),
                                    ("due_on__gte", models.F("held_on")),
                                    _connector="OR",
                                ),
                                name="coaching_follow_up_after",
                                violation_error_message="The follow-up lies before the talk.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None), ("closed_by", None), ("outcome", "")
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("closed_by__isnull", False),
                                        models.Q(("outcome", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="coaching_closed_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Course",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        (
                            "text",
                            models.TextField(max_length=2000, verbose_name="what it is about"),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="courses",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("posts", models.JSONField(blank=True, default=list, verbose_name="posts")),
                        (
                            "again_months",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="due again after (months)",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        (
                            "archived_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="archived at"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "course",
                        "verbose_name_plural": "courses",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("archived_at", None)),
                                fields=("title",),
                                name="course_title_once",
                                violation_error_message="There is a course of this title already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("again_months", None),
                                    models.Q(("again_months__gte", 1), ("again_months__lte", 60)),
                                    _connector="OR",
                                ),
                                name="course_again_within_years",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Demerit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "withdrawn_why",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="why withdrawn"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demerits",
                                to="staff.person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="date of the shift")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("FILM", "watching films"),
                                    ("GAME", "playing games"),
                                    ("PRIVATE", "other private use of the shift"),
                                    ("ATTITUDE", "attitude towards a customer"),
                                    ("OTHER", "other breach of the rules"),
                                ],
                                max_length=10,
                                verbose_name="what for",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="what was seen")),
                        ("evidence", models.CharField(max_length=500, verbose_name="evidence")),
                        (
                            "source",
                            models.CharField(
                                blank=True, default="", max_length=80, verbose_name="decision"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demerits_recorded",
                                to="staff.person",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "demerit",
                        "verbose_name_plural": "demerits",
                        "indexes": [
                            models.Index(fields=["person", "day"], name="demerit_by_person")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("recorded_by", models.F("person")), _negated=True
                                ),
                                name="demerit_not_of_oneself",
                                violation_error_message="Nobody records a demerit of their own.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("evidence", ""), _negated=True),
                                ),
                                name="demerit_says_why",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("source", ""), _negated=True),
                                fields=("source",),
                                name="demerit_once_of_a_decision",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at", None),
                                        ("withdrawn_by", None),
                                        ("withdrawn_why", ""),
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                        models.Q(("withdrawn_why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="demerit_withdrawn_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalSalary",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("base_fen", models.BigIntegerField(verbose_name="base salary (fen)")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical base salary",
                        "verbose_name_plural": "historical base salaries",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="LeaveRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leave_requests",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("REST", "rest day"),
                                    ("PERSONAL", "personal leave"),
                                    ("EMERGENCY", "emergency leave"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="first day")),
                        ("last_day", models.DateField(verbose_name="last day")),
                        (
                            "half",
                            models.CharField(
                                choices=[
                                    ("WHOLE", "whole day"),
                                    ("FIRST", "first half"),
                                    ("SECOND", "second half"),
                                ],
                                default="WHOLE",
                                max_length=6,
                                verbose_name="part of the day",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason"),
                        ),
                        (
                            "call_taken_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="emergency_calls",
                                to="staff.person",
                                verbose_name="call taken by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("REQUESTED", "waiting for a decision"),
                                    ("APPROVED", "approved"),
                                    ("REFUSED", "refused"),
                                    ("WITHDRAWN", "withdrawn"),
                                ],
                                default="REQUESTED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leave_decisions",
                                to="staff.person",
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        (
                            "why",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="why it was decided so"
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "request for leave",
                        "verbose_name_plural": "requests for leave",
                        "indexes": [
                            models.Index(fields=["person", "first_day"], name="leave_of_person"),
                            models.Index(
                                condition=models.Q(("state", "REQUESTED")),
                                fields=["asked_at"],
                                name="leave_waiting",
                            ),
                            models.Index(fields=["first_day", "last_day"], name="leave_span"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="leave_in_order",
                                violation_error_message="The last day lies before the first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("half", "WHOLE"),
                                    ("last_day", models.F("first_day")),
                                    _connector="OR",
                                ),
                                name="leave_half_is_one_date",
                                violation_error_message="Half a day is asked for one date at a time.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("call_taken_by__isnull", False), ("kind", "EMERGENCY")
                                    ),
                                    models.Q(
                                        models.Q(("kind", "EMERGENCY"), _negated=True),
                                        ("call_taken_by", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="leave_emergency_names_the_call",
                                violation_error_message="An emergency says who took the call (LEAVE-3).",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("state__in", ["REQUESTED", "WITHDRAWN"]),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state__in", ["APPROVED", "REFUSED", "WITHDRAWN"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="leave_decision_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="leave_not_decided_by_oneself",
                                violation_error_message="Nobody decides their own request.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "WITHDRAWN"), ("withdrawn_at__isnull", False)
                                    ),
                                    models.Q(
                                        models.Q(("state", "WITHDRAWN"), _negated=True),
                                        ("withdrawn_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="leave_withdrawal_is_whole",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("REQUESTED", "APPROVED"))),
                                fields=("person", "first_day", "kind"),
                                name="leave_once_from_a_day",
                                violation_error_message="There is a request of this kind from that day already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MakeUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="makeups",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="date of the shift")),
                        (
                            "side",
                            models.CharField(
                                choices=[("IN", "punch-in"), ("OUT", "punch-out")],
                                max_length=3,
                                verbose_name="missing punch",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "undecided"),
                                    ("CERTIFIED", "certified"),
                                    ("REFUSED", "refused"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="decision",
                            ),
                        ),
                        (
                            "certified_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="certified by",
                            ),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=500, verbose_name="answer"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "make-up of a punch",
                        "verbose_name_plural": "make-ups of punches",
                        "indexes": [
                            models.Index(fields=["state", "asked_at"], name="makeup_by_state")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "day", "side"),
                                name="makeup_once",
                                violation_error_message="This punch was asked for already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("state", "OPEN"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="makeup_decided_or_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "CERTIFIED"), _negated=True),
                                    ("certified_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="makeup_certified_by_somebody",
                                violation_error_message="Who certifies a punch is named (ATT-13).",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("certified_by", None),
                                    models.Q(("certified_by", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="makeup_not_by_oneself",
                                violation_error_message="Nobody certifies their own punch.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonSkill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="skills",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="people",
                                to="staff.skill",
                                verbose_name="skill",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "skill of a person",
                        "verbose_name_plural": "skills of people",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "skill"),
                                name="person_skill_once",
                                violation_error_message="This person has that skill already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SYSTEM", "system failure"),
                                    ("LEAK", "data leak"),
                                    ("WAVE", "wave of complaints"),
                                    ("COURIER", "courier stoppage"),
                                    ("OWN", "own plan"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        (
                            "occasion",
                            models.TextField(max_length=1000, verbose_name="when it is triggered"),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        ("changed_at", models.DateTimeField(verbose_name="changed at")),
                        (
                            "archived_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="archived at"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "contingency plan",
                        "verbose_name_plural": "contingency plans",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("archived_at", None)),
                                fields=("title",),
                                name="plan_title_once",
                                violation_error_message="There is a plan of this title already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyReminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "policy",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="staff.policy",
                            ),
                        ),
                        ("next_at", models.DateTimeField()),
                        ("reminded", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "reminder of house rules",
                        "verbose_name_plural": "reminders of house rules",
                    },
                ),
                migrations.CreateModel(
                    name="Punch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="punches",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        ("punched_at", models.DateTimeField(verbose_name="punched at")),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[("IN", "punch-in"), ("OUT", "punch-out")],
                                max_length=3,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=40, verbose_name="source"),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="serial number"
                            ),
                        ),
                        (
                            "file_name",
                            models.CharField(blank=True, max_length=255, verbose_name="file"),
                        ),
                        (
                            "file_sha256",
                            models.CharField(
                                blank=True,
                                max_length=64,
                                validators=[
                                    django.core.validators.RegexValidator("^[0-9a-f]{64}\\Z")
                                ],
                                verbose_name="SHA-256 of the file",
                            ),
                        ),
                        (
                            "sheet",
                            models.CharField(blank=True, max_length=80, verbose_name="sheet"),
                        ),
                        (
                            "row",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="row"),
                        ),
                        (
                            "column",
                            models.CharField(blank=True, max_length=80, verbose_name="column"),
                        ),
                        (
                            "remark",
                            models.CharField(blank=True, max_length=200, verbose_name="remark"),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "punch",
                        "verbose_name_plural": "punches",
                        "indexes": [models.Index(fields=["punched_at"], name="punch_by_time")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "punched_at"),
                                name="punch_once_a_second",
                                violation_error_message="This person has a punch at that second already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RedPacketPayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="red_packet_payments",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="date of the shift")),
                        (
                            "side",
                            models.CharField(
                                choices=[("IN", "punch-in"), ("OUT", "punch-out")],
                                max_length=3,
                                verbose_name="red packet for",
                            ),
                        ),
                        ("paid_at", models.DateTimeField(verbose_name="paid at")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="withdrawn by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "payment of a red packet",
                        "verbose_name_plural": "payments of red packets",
                        "indexes": [models.Index(fields=["day"], name="red_packet_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("person", "day", "side"),
                                name="red_packet_paid_once",
                                violation_error_message="This red packet is recorded as paid already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                                    ("withdrawn_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="red_packet_withdrawn_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportReminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="service day")),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("BEFORE", "before the end of the shift"),
                                    ("AFTER", "after the end of the shift"),
                                    ("LEAD", "by the lead"),
                                ],
                                max_length=6,
                                verbose_name="stage",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder of a report",
                        "verbose_name_plural": "reminders of reports",
                        "indexes": [
                            models.Index(fields=["day", "person"], name="report_reminder_of_day")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stage", "LEAD"), _negated=True),
                                fields=("person", "day", "stage"),
                                name="report_reminder_once_a_stage",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Salary",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="salaries",
                                to="staff.person",
                            ),
                        ),
                        ("base_fen", models.BigIntegerField(verbose_name="base salary (fen)")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                    ],
                    options={
                        "verbose_name": "base salary",
                        "verbose_name_plural": "base salaries",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "valid_from"),
                                name="salary_once_a_day",
                                violation_error_message="This person has a base salary from that day already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("base_fen__gte", 0)), name="salary_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sample",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples",
                                to="staff.person",
                            ),
                        ),
                        (
                            "auditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples_drawn",
                                to="staff.person",
                            ),
                        ),
                        ("source", models.CharField(max_length=20, verbose_name="drawn from")),
                        ("first_day", models.DateField(verbose_name="first day")),
                        ("last_day", models.DateField(verbose_name="last day")),
                        ("seed", models.PositiveIntegerField(verbose_name="seed")),
                        ("pool", models.PositiveIntegerField(verbose_name="size of the pool")),
                        ("keys", models.JSONField(verbose_name="drawn")),
                        ("drawn_at", models.DateTimeField(verbose_name="drawn at")),
                    ],
                    options={
                        "verbose_name": "sample",
                        "verbose_name_plural": "samples",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="sample_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScorecardVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "scorecard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="staff.scorecard",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "version of a scorecard",
                        "verbose_name_plural": "versions of scorecards",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scorecard", "number"), name="scorecard_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("month", models.DateField(unique=True, verbose_name="month")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "draft"),
                                    ("PUBLISHED", "published"),
                                    ("CLOSED", "closed"),
                                ],
                                default="DRAFT",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("computed_at", models.DateTimeField(verbose_name="computed at")),
                        (
                            "computed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="published at"
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "first_closer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "signed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="first signature"
                            ),
                        ),
                        (
                            "second_closer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="closed at"),
                        ),
                    ],
                    options={
                        "verbose_name": "settlement of a month",
                        "verbose_name_plural": "settlements of months",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="settlement_first_of_month",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at", None),
                                        ("published_by", None),
                                        ("state", "DRAFT"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "DRAFT"), _negated=True),
                                        ("published_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="settlement_published_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("first_closer", None), ("signed_at", None)),
                                    models.Q(
                                        ("first_closer__isnull", False),
                                        ("signed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="settlement_signed_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("state", "CLOSED"), _negated=True),
                                        ("closed_at", None),
                                        ("second_closer", None),
                                    ),
                                    models.Q(
                                        ("first_closer__isnull", False),
                                        ("state", "CLOSED"),
                                        ("closed_at__isnull", False),
                                        ("second_closer__isnull", False),
                                        models.Q(
                                            ("second_closer", models.F("first_closer")),
                                            _negated=True,
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="settlement_closed_by_two",
                                violation_error_message="A month is closed by two different persons (INC-6).",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Store",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stores",
                                to="staff.brand",
                                verbose_name="brand",
                            ),
                        ),
                        (
                            "platform",
                            models.CharField(
                                choices=[
                                    ("TMALL", "Tmall"),
                                    ("TAOBAO", "Taobao"),
                                    ("JD", "JD"),
                                    ("PINDUODUO", "Pinduoduo"),
                                    ("DOUYIN", "Douyin"),
                                    ("OTHER", "other platform"),
                                ],
                                max_length=10,
                                verbose_name="platform",
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, verbose_name="open")),
                    ],
                    options={
                        "verbose_name": "store",
                        "verbose_name_plural": "stores",
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="staff.site",
                                verbose_name="site",
                            ),
                        ),
                        (
                            "robot",
                            models.ForeignKey(
                                blank=True,
                                help_text="Reminders that nobody answered are posted there as well.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="teams",
                                to="portal.robot",
                                verbose_name="group robot",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "team",
                        "verbose_name_plural": "teams",
                    },
                ),
                migrations.CreateModel(
                    name="Wish",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roster_wishes",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "shift_type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="wishes",
                                to="staff.shifttype",
                                verbose_name="shift",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "wish",
                        "verbose_name_plural": "wishes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "day"),
                                name="wish_once_a_day",
                                violation_error_message="There is a wish for this day already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AnnouncementVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="staff.announcement",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("text", models.TextField(max_length=10000, verbose_name="text")),
                        (
                            "why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why this version"
                            ),
                        ),
                        ("withdraws", models.BooleanField(default=False)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "version of an announcement",
                        "verbose_name_plural": "versions of announcements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("announcement", "number"), name="announcement_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("why", ""), _negated=True),
                                    ("number", 1),
                                    _connector="OR",
                                ),
                                name="announcement_version_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Article",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("SCRIPT", "script"), ("KNOWLEDGE", "product knowledge")],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        ("changed_at", models.DateTimeField(verbose_name="changed at")),
                        ("checked_on", models.DateField(verbose_name="last checked on")),
                        (
                            "checked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="checked by",
                            ),
                        ),
                        ("check_on", models.DateField(verbose_name="check again by")),
                        (
                            "reminded_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="reminded at"),
                        ),
                        (
                            "archived_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="archived at"),
                        ),
                        (
                            "archived_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "archived_why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why archived"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=80, verbose_name="source"),
                        ),
                        ("copied", models.PositiveIntegerField(default=0, verbose_name="copied")),
                        (
                            "no_help",
                            models.PositiveIntegerField(default=0, verbose_name="did not help"),
                        ),
                        ("title_words", models.TextField(default="", editable=False)),
                        ("words", models.TextField(default="", editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "stores",
                            models.ManyToManyField(
                                blank=True,
                                related_name="articles",
                                to="staff.store",
                                verbose_name="stores",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "article",
                        "verbose_name_plural": "articles",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("archived_at", None)),
                                fields=["check_on", "id"],
                                name="article_to_check",
                            ),
                            models.Index(fields=["-copied", "-id"], name="article_most_used"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("source", ""), _negated=True),
                                fields=("source",),
                                name="article_once_per_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("check_on__gt", models.F("checked_on"))),
                                name="article_checked_again_later",
                                violation_error_message="It is checked again after the day it was checked.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("archived_at", None),
                                        ("archived_by", None),
                                        ("archived_why", ""),
                                    ),
                                    models.Q(
                                        ("archived_at__isnull", False),
                                        ("archived_by__isnull", False),
                                        models.Q(("archived_why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="article_archived_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        (
                            "shift_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="staff.shifttype",
                                verbose_name="shift",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "is_lead",
                            models.BooleanField(default=False, verbose_name="leads the shift"),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="starts at")),
                        ("ends_at", models.DateTimeField(verbose_name="ends at")),
                        (
                            "rest_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="reason for a short rest"
                            ),
                        ),
                        (
                            "rest_reason_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="short rest allowed by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shift of a person",
                        "verbose_name_plural": "shifts of people",
                        "indexes": [
                            models.Index(fields=["starts_at", "ends_at"], name="assignment_span"),
                            models.Index(
                                fields=["person", "starts_at"], name="assignment_of_person"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "day", "shift_type"), name="assignment_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_lead", True)),
                                fields=("team", "day", "shift_type"),
                                name="assignment_one_lead",
                                violation_error_message="This shift has a lead already (ORG-7).",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="assignment_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Audience",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="audience",
                                to="staff.announcement",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="staff.team",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="staff.site",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audience of an announcement",
                        "verbose_name_plural": "audiences of announcements",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("post", ""), ("site", None), ("team__isnull", False)),
                                    models.Q(("post", ""), ("site__isnull", False), ("team", None)),
                                    models.Q(
                                        ("site", None),
                                        ("team", None),
                                        models.Q(("post", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="audience_names_one",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("team__isnull", False)),
                                fields=("announcement", "team"),
                                name="audience_team_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("site__isnull", False)),
                                fields=("announcement", "site"),
                                name="audience_site_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("post", ""), _negated=True),
                                fields=("announcement", "post"),
                                name="audience_post_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Calibration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calibrations",
                                to="staff.person",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calibrations",
                                to="staff.scorecardversion",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=20, verbose_name="source"),
                        ),
                        (
                            "reference",
                            models.CharField(max_length=200, verbose_name="conversation or case"),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        (
                            "done_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="done at"),
                        ),
                    ],
                    options={
                        "verbose_name": "calibration",
                        "verbose_name_plural": "calibrations",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("first", models.F("second")), _negated=True),
                                    models.Q(("first", models.F("person")), _negated=True),
                                    models.Q(("second", models.F("person")), _negated=True),
                                ),
                                name="calibration_by_two",
                                violation_error_message="A calibration takes two different auditors.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Completion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="completions",
                                to="staff.course",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="completions",
                                to="staff.person",
                            ),
                        ),
                        ("done_on", models.DateField(verbose_name="done on")),
                        (
                            "due_on",
                            models.DateField(blank=True, null=True, verbose_name="due again on"),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("is_latest", models.BooleanField(default=True, editable=False)),
                        (
                            "reminded_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="reminded at"),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "course done",
                        "verbose_name_plural": "courses done",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_latest", True), ("reminded_at", None)),
                                fields=["due_on", "id"],
                                name="completion_to_remind",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("course", "person", "done_on"),
                                name="completion_once_a_day",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_latest", True)),
                                fields=("course", "person"),
                                name="completion_one_latest",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("due_on", None),
                                    ("due_on__gt", models.F("done_on")),
                                    _connector="OR",
                                ),
                                name="completion_due_after_done",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                                    models.Q(
                                        ("is_latest", False),
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="completion_withdrawn_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Confirmation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "settlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmations",
                                to="staff.settlement",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmations",
                                to="staff.person",
                            ),
                        ),
                        ("confirmed_at", models.DateTimeField(verbose_name="confirmed at")),
                    ],
                    options={
                        "verbose_name": "confirmation of a statement",
                        "verbose_name_plural": "confirmations of statements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("settlement", "person"), name="statement_confirmed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Criterion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="criteria",
                                to="staff.scorecardversion",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("title", models.CharField(max_length=80, verbose_name="criterion")),
                        (
                            "help",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what is looked at"
                            ),
                        ),
                        (
                            "weight_bp",
                            models.PositiveIntegerField(verbose_name="weight (basis points)"),
                        ),
                        (
                            "most",
                            models.PositiveSmallIntegerField(default=5, verbose_name="most points"),
                        ),
                        (
                            "knocks_out",
                            models.BooleanField(
                                default=False, verbose_name="0 points fail the whole"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "criterion",
                        "verbose_name_plural": "criteria",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "position"), name="criterion_position_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("weight_bp__gte", 1), ("weight_bp__lte", 10000)
                                ),
                                name="criterion_weight_sane",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("most__gte", 1), ("most__lte", 100)),
                                name="criterion_points_sane",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="daily_reports",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="service day")),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="post",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "shift_type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.shifttype",
                                verbose_name="shift",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "state",
                            models.CharField(
                                choices=[("DRAFT", "being written"), ("FILED", "filed")],
                                default="DRAFT",
                                max_length=5,
                                verbose_name="state",
                            ),
                        ),
                        ("draft", models.JSONField(blank=True, default=dict, editable=False)),
                        ("editor", models.UUIDField(editable=False, null=True)),
                        (
                            "learnt",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="learnt today"
                            ),
                        ),
                        (
                            "lost_note",
                            models.CharField(
                                blank=True,
                                max_length=500,
                                verbose_name="note on the orders not won",
                            ),
                        ),
                        ("saved_at", models.DateTimeField(verbose_name="saved at")),
                        (
                            "filed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="filed at"),
                        ),
                        (
                            "late_minutes",
                            models.PositiveIntegerField(default=0, verbose_name="minutes late"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "daily report",
                        "verbose_name_plural": "daily reports",
                        "indexes": [
                            models.Index(
                                fields=["team", "day", "shift_type"], name="daily_report_of_shift"
                            ),
                            models.Index(fields=["day", "id"], name="daily_report_by_day"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "day"),
                                name="daily_report_once_a_day",
                                violation_error_message="There is a report of this day already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("filed_at", None), ("late_minutes", 0), ("state", "DRAFT")
                                    ),
                                    models.Q(("filed_at__isnull", False), ("state", "FILED")),
                                    _connector="OR",
                                ),
                                name="daily_report_filed_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dispute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "settlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="staff.settlement",
                            ),
                        ),
                        ("about", models.DateField(verbose_name="about the month")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="staff.person",
                            ),
                        ),
                        ("rule", models.CharField(max_length=12, verbose_name="rule")),
                        ("day", models.DateField(verbose_name="date")),
                        ("event", models.DateField(verbose_name="date of the shift")),
                        (
                            "side",
                            models.CharField(
                                blank=True,
                                choices=[("IN", "punch-in"), ("OUT", "punch-out")],
                                max_length=3,
                                verbose_name="side",
                            ),
                        ),
                        ("nth", models.PositiveSmallIntegerField(default=0)),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("raised_at", models.DateTimeField(verbose_name="raised at")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "waiting for an answer"),
                                    ("UPHELD", "the line stands"),
                                    ("REVERSED", "the line is taken back"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=500, verbose_name="answer"),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answered_disputes",
                                to="staff.person",
                            ),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                        ),
                    ],
                    options={
                        "verbose_name": "dispute",
                        "verbose_name_plural": "disputes",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["settlement"],
                                name="dispute_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "OPEN")),
                                fields=("about", "person", "rule", "day", "event", "side", "nth"),
                                name="dispute_open_once",
                                violation_error_message="This line is disputed already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answer", ""),
                                        ("answered_at", None),
                                        ("answered_by", None),
                                        ("state", "OPEN"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(("answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="dispute_answer_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_by", None),
                                    models.Q(("answered_by", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="dispute_not_answered_by_oneself",
                                violation_error_message="Nobody answers their own dispute.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DraftCell",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="draft_cells",
                                to="staff.person",
                                verbose_name="person",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="draft_cells",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("turns", models.JSONField(default=list, verbose_name="shifts")),
                        ("base", models.CharField(blank=True, max_length=200)),
                        ("is_fixed", models.BooleanField(default=False, verbose_name="fixed")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="reason for a short rest"
                            ),
                        ),
                        (
                            "reason_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("changed_at", models.DateTimeField(verbose_name="changed at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "draft of a day",
                        "verbose_name_plural": "drafts of days",
                        "indexes": [
                            models.Index(fields=["team", "day"], name="draft_cell_of_team")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "day"), name="draft_cell_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), ("reason_by", None)),
                                    models.Q(
                                        models.Q(("reason", ""), _negated=True),
                                        ("reason_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="draft_reason_with_name",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DraftStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="draft_steps",
                                to="staff.team",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        (
                            "done_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("done_at", models.DateTimeField(verbose_name="done at")),
                        ("before", models.JSONField(default=list)),
                    ],
                    options={
                        "verbose_name": "step of a draft",
                        "verbose_name_plural": "steps of drafts",
                        "indexes": [
                            models.Index(
                                fields=["team", "month", "done_by"], name="draft_step_of_user"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalPosting",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="post",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        (
                            "valid_until",
                            models.DateField(blank=True, null=True, verbose_name="valid until"),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "chief",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="staff.person",
                                verbose_name="reports to",
                            ),
                        ),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical posting",
                        "verbose_name_plural": "historical postings",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="LedgerLine",
                    fields=[
                        (
                            "settlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="staff.settlement",
                            ),
                        ),
                        ("about", models.DateField(verbose_name="about the month")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="staff.person",
                            ),
                        ),
                        ("rule", models.CharField(max_length=12, verbose_name="rule")),
                        ("policy", models.DateField(verbose_name="version of the policy")),
                        ("day", models.DateField(verbose_name="date")),
                        ("event", models.DateField(verbose_name="date of the shift")),
                        (
                            "side",
                            models.CharField(
                                blank=True,
                                choices=[("IN", "punch-in"), ("OUT", "punch-out")],
                                max_length=3,
                                verbose_name="side",
                            ),
                        ),
                        ("halves", models.PositiveIntegerField(verbose_name="quantity in halves")),
                        ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                        (
                            "settling",
                            models.CharField(
                                choices=[("PAYROLL", "payroll"), ("RED_PACKET", "red packet")],
                                max_length=10,
                                verbose_name="settled",
                            ),
                        ),
                        (
                            "evidence",
                            models.TextField(
                                help_text="JSON, as it was hashed", verbose_name="evidence"
                            ),
                        ),
                        (
                            "number",
                            models.PositiveBigIntegerField(
                                primary_key=True, serialize=False, verbose_name="number"
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="staff.ledgerline",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("confirmed_at", models.DateTimeField(verbose_name="confirmed at")),
                        ("digest", models.CharField(max_length=64, verbose_name="running hash")),
                    ],
                    options={
                        "verbose_name": "line of the ledger",
                        "verbose_name_plural": "lines of the ledger",
                        "indexes": [
                            models.Index(
                                fields=["settlement", "person"], name="ledger_by_statement"
                            ),
                            models.Index(fields=["about", "person"], name="ledger_by_month"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reverses", None),
                                    ("reverses__lt", models.F("number")),
                                    _connector="OR",
                                ),
                                name="ledger_reverses_an_earlier_line",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Measurement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("key", models.CharField(max_length=80, verbose_name="number")),
                        ("at", models.DateTimeField(verbose_name="when")),
                        ("value", models.BigIntegerField(verbose_name="value in hundredths")),
                        ("weight", models.BigIntegerField(default=1, verbose_name="weight")),
                        ("url", models.CharField(blank=True, max_length=200)),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("FIRST_RESPONSE_MINUTES", "first-response time"),
                                    ("HANDLING_MINUTES", "handling time of complaints"),
                                    ("CLOSED_IN_TIME", "complaints closed in time"),
                                    ("SATISFACTION", "satisfaction"),
                                    ("CONVERSION", "conversion rate"),
                                    ("INQUIRIES", "inquiries handled"),
                                    ("REVIEWS_SAME_DAY", "negative reviews answered the same day"),
                                    ("FOLLOWUPS_IN_TIME", "follow-ups in time"),
                                    ("AUDIT_SCORE", "audit score"),
                                ],
                                max_length=24,
                                verbose_name="measure",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measurements",
                                to="staff.person",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measurements",
                                to="staff.store",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "measured fact",
                        "verbose_name_plural": "measured facts",
                        "indexes": [
                            models.Index(fields=["measure", "at"], name="measurement_by_moment")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("measure", "key"), name="measurement_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("person__isnull", False),
                                    ("store__isnull", False),
                                    _connector="OR",
                                ),
                                name="measurement_of_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weight__gte", 1)), name="measurement_weighs"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpenShift",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="open_shifts",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "shift_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_shifts",
                                to="staff.shifttype",
                                verbose_name="shift",
                            ),
                        ),
                        (
                            "offered_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shifts_offered",
                                to="staff.person",
                                verbose_name="offered to",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "open"),
                                    ("TAKEN", "taken"),
                                    ("CLOSED", "closed"),
                                ],
                                default="OPEN",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "posted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("posted_at", models.DateTimeField(verbose_name="posted at")),
                        (
                            "taken_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shifts_taken",
                                to="staff.person",
                                verbose_name="taken by",
                            ),
                        ),
                        (
                            "taken_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="taken at"),
                        ),
                    ],
                    options={
                        "verbose_name": "open shift",
                        "verbose_name_plural": "open shifts",
                        "indexes": [
                            models.Index(fields=["team", "state", "day"], name="open_shift_of_team")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "TAKEN"),
                                        ("taken_at__isnull", False),
                                        ("taken_by__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("state", "TAKEN"), _negated=True),
                                        ("taken_at", None),
                                        ("taken_by", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="open_shift_taken_by_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="staff.plan",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "link",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="what it is about"
                            ),
                        ),
                        (
                            "triggered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_runs",
                                to="staff.person",
                            ),
                        ),
                        ("triggered_at", models.DateTimeField(verbose_name="triggered at")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True, max_length=1000, verbose_name="how it ended"
                            ),
                        ),
                        (
                            "went_well",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="what went well"
                            ),
                        ),
                        (
                            "to_change",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="what to change"
                            ),
                        ),
                        (
                            "plan_updated",
                            models.BooleanField(default=False, verbose_name="the plan was updated"),
                        ),
                        (
                            "reviewed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="reviewed at"),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "triggered plan",
                        "verbose_name_plural": "triggered plans",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at", "id"],
                                name="plan_run_next",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("plan",),
                                name="plan_runs_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at", None), ("ended_by", None), ("outcome", "")
                                    ),
                                    models.Q(
                                        ("ended_at__gte", models.F("triggered_at")),
                                        ("ended_by__isnull", False),
                                        models.Q(("outcome", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="plan_run_ended_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("reviewed_at", None),
                                        ("reviewed_by", None),
                                        ("to_change", ""),
                                        ("went_well", ""),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("reviewed_at__isnull", False),
                                        ("reviewed_by__isnull", False),
                                        models.Q(("went_well", ""), _negated=True),
                                        models.Q(("to_change", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="plan_run_reviewed_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="staff.plan",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "what",
                            models.CharField(max_length=300, verbose_name="what is to be done"),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="by whom",
                            ),
                        ),
                        ("each", models.BooleanField(default=False, verbose_name="each of them")),
                        (
                            "minutes",
                            models.PositiveIntegerField(
                                validators=[django.core.validators.MaxValueValidator(10080)],
                                verbose_name="within (minutes)",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a plan",
                        "verbose_name_plural": "steps of plans",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "position"), name="plan_step_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__lte", 10080)),
                                name="plan_step_within_a_week",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Posting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="postings",
                                to="staff.person",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="post",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "chief",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posted_below",
                                to="staff.person",
                                verbose_name="reports to",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        (
                            "valid_until",
                            models.DateField(blank=True, null=True, verbose_name="valid until"),
                        ),
                    ],
                    options={
                        "verbose_name": "posting",
                        "verbose_name_plural": "postings",
                        "indexes": [
                            models.Index(fields=["valid_from", "valid_until"], name="posting_span")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "valid_from"),
                                name="posting_once_a_day",
                                violation_error_message="This person has a change on that day already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="posting_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("chief", None),
                                    models.Q(("chief", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="posting_not_below_oneself",
                                violation_error_message="Nobody reports to themselves.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Praise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "withdrawn_why",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="why withdrawn"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="praise_got",
                                to="staff.person",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="praise_got",
                                to="staff.team",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SERVICE", "delighted customer"),
                                    ("RESULT", "outstanding result"),
                                    ("TEAMWORK", "teamwork"),
                                    ("IDEA", "improvement"),
                                    ("HONOUR", "honour of a period"),
                                ],
                                max_length=10,
                                verbose_name="kind of praise",
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="title")),
                        ("text", models.TextField(max_length=600, verbose_name="what was done")),
                        (
                            "given_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="praise_given",
                                to="staff.person",
                            ),
                        ),
                        ("given_at", models.DateTimeField(verbose_name="given at")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=80, verbose_name="source"),
                        ),
                    ],
                    options={
                        "verbose_name": "praise",
                        "verbose_name_plural": "praise",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person__isnull", False), ("team", None)),
                                    models.Q(("person", None), ("team__isnull", False)),
                                    _connector="OR",
                                ),
                                name="praise_of_one_or_a_team",
                                violation_error_message="Praise is for a person or for a team.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("person", None),
                                    models.Q(("person", models.F("given_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="praise_not_of_oneself",
                                violation_error_message="Nobody praises themselves.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at", None),
                                        ("withdrawn_by", None),
                                        ("withdrawn_why", ""),
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                        models.Q(("withdrawn_why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="praise_withdrawn_whole",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("source", ""), _negated=True),
                                fields=("source",),
                                name="praise_once_per_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="publications",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("MONTH", "a month"), ("CHANGES", "later changes")],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("changed_days", models.PositiveIntegerField(verbose_name="days changed")),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("published_at", models.DateTimeField(verbose_name="published at")),
                    ],
                    options={
                        "verbose_name": "publication",
                        "verbose_name_plural": "publications",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "month", "number"), name="publication_numbered_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Requirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "shift_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="staff.shifttype",
                                verbose_name="shift",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                help_text="Holds only while the team serves this store.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                blank=True,
                                help_text="Only people with this skill are counted.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="staff.skill",
                                verbose_name="skill",
                            ),
                        ),
                        (
                            "weekdays",
                            models.CharField(
                                default="1234567",
                                help_text="Digits from 1 (Monday) to 7 (Sunday).",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[1-7]+\\Z", "Weekdays are digits from 1 to 7."
                                    )
                                ],
                                verbose_name="weekdays",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        (
                            "valid_until",
                            models.DateField(
                                blank=True,
                                help_text="Of several that fit a day, the one with the shortest span holds.",
                                null=True,
                                verbose_name="valid until",
                            ),
                        ),
                        (
                            "minimum",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(1000)],
                                verbose_name="minimum",
                            ),
                        ),
                        (
                            "wanted",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(1000)],
                                verbose_name="wanted",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "requirement",
                        "verbose_name_plural": "requirements",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("wanted__gte", models.F("minimum"))),
                                name="requirement_wants_the_minimum",
                                violation_error_message="Wanted is not less than the minimum.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="requirement_in_order",
                                violation_error_message="The last day lies before the first.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RosterRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ONE_A_DAY", "one shift a day"),
                                    ("OVERLAP", "shifts do not overlap (SHIFT-6)"),
                                    ("REST_HOURS", "hours of rest between shifts (SHIFT-6)"),
                                    ("SUCCESSION", "forbidden order of shifts"),
                                    ("MOST_DAYS_RUNNING", "most days worked in a row"),
                                    ("LEAST_DAYS_RUNNING", "fewest days worked in a row"),
                                    ("MOST_OF_SHIFT_RUNNING", "most shifts of a kind in a row"),
                                    ("LEAST_DAYS_OFF", "fewest days off in a row"),
                                    ("REST_DAYS", "days off in a period"),
                                    ("MINUTES", "minutes in a period"),
                                    ("MOST_OF_SHIFT", "most shifts of a kind in the month"),
                                    ("WEEKENDS", "most weekends in the month"),
                                    ("ABSENCE", "a rest day or leave is kept free"),
                                    ("WISH", "wishes are met"),
                                    ("LEAD", "one lead for each shift (ORG-7)"),
                                    ("COVER", "enough people on each shift"),
                                    ("SKILLS", "skills on each shift"),
                                    ("FAIR_SHARE", "fair share"),
                                    ("FIXED", "fixed days stay"),
                                    ("CHANGE", "what is published changes little"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="Without a team the rule holds for all teams that have none of this kind.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roster_rules",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "params",
                            models.JSONField(blank=True, default=dict, verbose_name="numbers"),
                        ),
                        (
                            "is_hard",
                            models.BooleanField(
                                default=False,
                                help_text="Otherwise it is pointed out.",
                                verbose_name="must be kept",
                            ),
                        ),
                        (
                            "weight",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[django.core.validators.MaxValueValidator(1000)],
                                verbose_name="weight",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "rule of the roster",
                        "verbose_name_plural": "rules of the roster",
                    },
                ),
                migrations.CreateModel(
                    name="ShiftSummary",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="service day")),
                        (
                            "shift_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.shifttype",
                                verbose_name="shift",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("DRAFT", "being written"), ("SENT", "sent")],
                                default="DRAFT",
                                max_length=5,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "hard_presale",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="hard questions, pre-sale"
                            ),
                        ),
                        (
                            "hard_postsale",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="hard questions, post-sale",
                            ),
                        ),
                        (
                            "lost_note",
                            models.TextField(
                                blank=True,
                                max_length=2000,
                                verbose_name="orders not won: what is behind it",
                            ),
                        ),
                        (
                            "note",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="for those who read this"
                            ),
                        ),
                        ("saved_at", models.DateTimeField(verbose_name="saved at")),
                        (
                            "sent_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="sent by",
                            ),
                        ),
                        (
                            "missing",
                            models.PositiveIntegerField(
                                default=0, verbose_name="reports missing when it was sent"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "shift summary",
                        "verbose_name_plural": "shift summaries",
                        "indexes": [
                            models.Index(fields=["day", "id"], name="shift_summary_by_day")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "day", "shift_type"),
                                name="shift_summary_once_a_shift",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("sent_at", None), ("sent_by", None), ("state", "DRAFT")
                                    ),
                                    models.Q(
                                        ("sent_at__isnull", False),
                                        ("sent_by__isnull", False),
                                        ("state", "SENT"),
                                    ),
                                    _connector="OR",
                                ),
                                name="shift_summary_sent_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StoreService",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="services",
                                to="staff.store",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="store_services",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        (
                            "valid_until",
                            models.DateField(blank=True, null=True, verbose_name="valid until"),
                        ),
                    ],
                    options={
                        "verbose_name": "service of a store",
                        "verbose_name_plural": "services of stores",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("store", "valid_from"),
                                name="store_service_once_a_day",
                                violation_error_message="This store has a change on that day already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None),
                                    ("valid_until__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="store_service_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Swap",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "asker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps_asked",
                                to="staff.person",
                                verbose_name="asked by",
                            ),
                        ),
                        (
                            "colleague",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps_offered",
                                to="staff.person",
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("given_day", models.DateField(verbose_name="day given")),
                        (
                            "given_shift",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.shifttype",
                                verbose_name="shift given",
                            ),
                        ),
                        (
                            "taken_day",
                            models.DateField(blank=True, null=True, verbose_name="day taken"),
                        ),
                        (
                            "taken_shift",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.shifttype",
                                verbose_name="shift taken",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ASKED", "waits for the colleague"),
                                    ("AGREED", "waits for the lead"),
                                    ("APPROVED", "approved"),
                                    ("DECLINED", "declined by the colleague"),
                                    ("REFUSED", "refused"),
                                    ("WITHDRAWN", "withdrawn"),
                                ],
                                default="ASKED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=200, verbose_name="answer"),
                        ),
                    ],
                    options={
                        "verbose_name": "swap",
                        "verbose_name_plural": "swaps",
                        "indexes": [models.Index(fields=["team", "state"], name="swap_of_team")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("asker", models.F("colleague")), _negated=True),
                                name="swap_between_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("taken_day", None), ("taken_shift", None)),
                                    models.Q(
                                        ("taken_day__isnull", False), ("taken_shift__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="swap_takes_day_with_shift",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("decided_by", None)),
                                    models.Q(
                                        ("decided_at__isnull", False), ("decided_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="swap_decided_by_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("ASKED", "AGREED"))),
                                fields=("asker", "given_day", "given_shift"),
                                name="swap_pending_once",
                                violation_error_message="You have asked about this shift already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("FIRST_RESPONSE_MINUTES", "first-response time"),
                                    ("HANDLING_MINUTES", "handling time of complaints"),
                                    ("CLOSED_IN_TIME", "complaints closed in time"),
                                    ("SATISFACTION", "satisfaction"),
                                    ("CONVERSION", "conversion rate"),
                                    ("INQUIRIES", "inquiries handled"),
                                    ("REVIEWS_SAME_DAY", "negative reviews answered the same day"),
                                    ("FOLLOWUPS_IN_TIME", "follow-ups in time"),
                                    ("AUDIT_SCORE", "audit score"),
                                ],
                                max_length=24,
                                verbose_name="measure",
                            ),
                        ),
                        (
                            "aim",
                            models.CharField(
                                choices=[
                                    ("PERSON", "a person"),
                                    ("TEAM", "a team"),
                                    ("POST", "everybody of a post"),
                                    ("STORE", "a store"),
                                ],
                                max_length=6,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="targets",
                                to="staff.person",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="targets",
                                to="staff.team",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="post",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="targets",
                                to="staff.store",
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="first day")),
                        ("last_day", models.DateField(verbose_name="last day")),
                        (
                            "bound",
                            models.CharField(
                                choices=[("AT_LEAST", "at least"), ("AT_MOST", "at most")],
                                max_length=8,
                                verbose_name="bound",
                            ),
                        ),
                        ("goal", models.BigIntegerField(verbose_name="goal in hundredths")),
                        (
                            "reward",
                            models.CharField(
                                choices=[
                                    ("NONE", "no reward"),
                                    ("MONEY", "money"),
                                    ("GIFT", "gift or trip"),
                                    ("HONOUR", "honour"),
                                ],
                                default="NONE",
                                max_length=6,
                                verbose_name="reward",
                            ),
                        ),
                        (
                            "reward_text",
                            models.CharField(blank=True, max_length=200, verbose_name="what it is"),
                        ),
                        (
                            "reward_fen",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="money for each person (fen)"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RUNNING", "running"),
                                    ("FROZEN", "ended"),
                                    ("WITHDRAWN", "withdrawn"),
                                ],
                                default="RUNNING",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="set_targets",
                                to="staff.person",
                            ),
                        ),
                        ("set_at", models.DateTimeField(verbose_name="set at")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
                        ),
                        (
                            "withdrawn_because",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="withdrawn because"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "target",
                        "verbose_name_plural": "targets",
                        "indexes": [
                            models.Index(fields=["-last_day", "-id"], name="target_newest"),
                            models.Index(
                                condition=models.Q(("state", "RUNNING")),
                                fields=["last_day"],
                                name="target_waiting",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="target_in_order",
                                violation_error_message="The last day lies before the first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("goal__gte", 0)),
                                name="target_goal_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("aim", "PERSON"),
                                        ("person__isnull", False),
                                        ("post", ""),
                                        ("store", None),
                                        ("team", None),
                                    ),
                                    models.Q(
                                        ("aim", "TEAM"),
                                        ("person", None),
                                        ("post", ""),
                                        ("store", None),
                                        ("team__isnull", False),
                                    ),
                                    models.Q(
                                        ("aim", "POST"),
                                        ("person", None),
                                        ("store", None),
                                        ("team", None),
                                        models.Q(("post", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("aim", "STORE"),
                                        ("person", None),
                                        ("post", ""),
                                        ("store__isnull", False),
                                        ("team", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_has_one_aim",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("reward", "MONEY"),
                                        ("reward_fen__gt", 0),
                                        ("reward_fen__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("reward", "MONEY"), _negated=True),
                                        ("reward_fen", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_money_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state", "RUNNING")),
                                    models.Q(
                                        models.Q(("state", "RUNNING"), _negated=True),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_end_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "WITHDRAWN"),
                                        models.Q(("withdrawn_because", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "WITHDRAWN"), _negated=True),
                                        ("withdrawn_because", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_withdrawn_with_reason",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "WITHDRAWN"), _negated=True),
                                    ("aim", "PERSON"),
                                ),
                                fields=("name", "person", "first_day", "last_day"),
                                name="target_once_for_person",
                                violation_error_message="There is a target of this name already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "WITHDRAWN"), _negated=True), ("aim", "TEAM")
                                ),
                                fields=("name", "team", "first_day", "last_day"),
                                name="target_once_for_team",
                                violation_error_message="There is a target of this name already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "WITHDRAWN"), _negated=True), ("aim", "POST")
                                ),
                                fields=("name", "post", "first_day", "last_day"),
                                name="target_once_for_post",
                                violation_error_message="There is a target of this name already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "WITHDRAWN"), _negated=True),
                                    ("aim", "STORE"),
                                ),
                                fields=("name", "store", "first_day", "last_day"),
                                name="target_once_for_store",
                                violation_error_message="There is a target of this name already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WeekPublication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="week_publications",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="first day")),
                        ("published_at", models.DateTimeField(verbose_name="published at")),
                    ],
                    options={
                        "verbose_name": "published week",
                        "verbose_name_plural": "published weeks",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("team", "first_day"), name="week_published_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tags",
                                to="staff.article",
                            ),
                        ),
                        ("name", models.CharField(max_length=30, verbose_name="tag")),
                    ],
                    options={
                        "verbose_name": "tag of an article",
                        "verbose_name_plural": "tags of articles",
                        "indexes": [models.Index(fields=["name"], name="article_by_tag")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "name"), name="article_tag_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="article_tag_has_a_name",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="staff.article",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "title_zh",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="title (Chinese)"
                            ),
                        ),
                        (
                            "text_zh",
                            models.TextField(
                                blank=True, max_length=10000, verbose_name="text (Chinese)"
                            ),
                        ),
                        (
                            "title_en",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="title (English)"
                            ),
                        ),
                        (
                            "text_en",
                            models.TextField(
                                blank=True, max_length=10000, verbose_name="text (English)"
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why this version"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="article_versions",
                                to="staff.person",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "version of an article",
                        "verbose_name_plural": "versions of articles",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "number"), name="article_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("why", ""), _negated=True),
                                    ("number", 1),
                                    _connector="OR",
                                ),
                                name="article_version_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("title_zh", ""), _negated=True),
                                        models.Q(("text_zh", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("text_zh", ""),
                                        ("title_zh", ""),
                                        models.Q(("title_en", ""), _negated=True),
                                        models.Q(("text_en", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="article_version_chinese_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("title_en", ""), _negated=True),
                                        models.Q(("text_en", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("text_en", ""),
                                        ("title_en", ""),
                                        models.Q(("title_zh", ""), _negated=True),
                                        models.Q(("text_zh", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="article_version_english_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DraftLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "settlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="staff.settlement",
                            ),
                        ),
                        ("about", models.DateField(verbose_name="about the month")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="staff.person",
                            ),
                        ),
                        ("rule", models.CharField(max_length=12, verbose_name="rule")),
                        ("policy", models.DateField(verbose_name="version of the policy")),
                        ("day", models.DateField(verbose_name="date")),
                        ("event", models.DateField(verbose_name="date of the shift")),
                        (
                            "side",
                            models.CharField(
                                blank=True,
                                choices=[("IN", "punch-in"), ("OUT", "punch-out")],
                                max_length=3,
                                verbose_name="side",
                            ),
                        ),
                        ("halves", models.PositiveIntegerField(verbose_name="quantity in halves")),
                        ("amount_fen", models.BigIntegerField(verbose_name="amount (fen)")),
                        (
                            "settling",
                            models.CharField(
                                choices=[("PAYROLL", "payroll"), ("RED_PACKET", "red packet")],
                                max_length=10,
                                verbose_name="settled",
                            ),
                        ),
                        (
                            "evidence",
                            models.TextField(
                                help_text="JSON, as it was hashed", verbose_name="evidence"
                            ),
                        ),
                        (
                            "reverses",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.ledgerline",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a draft",
                        "verbose_name_plural": "lines of drafts",
                        "indexes": [
                            models.Index(
                                fields=["settlement", "person"], name="draft_line_by_person"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandedOver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "summary",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="handed_over",
                                to="staff.shiftsummary",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20, verbose_name="kind")),
                        ("number", models.CharField(max_length=40, verbose_name="number")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "due_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="due at"),
                        ),
                    ],
                    options={
                        "verbose_name": "work handed over",
                        "verbose_name_plural": "work handed over",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("summary", "kind", "number"), name="handed_over_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PassedOn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "summary",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passed_on",
                                to="staff.shiftsummary",
                            ),
                        ),
                        (
                            "department",
                            models.CharField(
                                choices=[("OPERATIONS", "operations"), ("PRODUCT", "product")],
                                max_length=10,
                                verbose_name="department",
                            ),
                        ),
                        (
                            "text",
                            models.CharField(max_length=500, verbose_name="what they should know"),
                        ),
                    ],
                    options={
                        "verbose_name": "finding passed on",
                        "verbose_name_plural": "findings passed on",
                    },
                ),
                migrations.CreateModel(
                    name="PlanTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="staff.planrun",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "what",
                            models.CharField(max_length=300, verbose_name="what is to be done"),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("SUPERVISOR", "supervisor"),
                                    ("DEPUTY", "deputy supervisor"),
                                    ("LEAD", "shift lead"),
                                    ("PRESALE", "pre-sale agent"),
                                    ("POSTSALE", "post-sale agent"),
                                ],
                                max_length=10,
                                verbose_name="by whom",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_tasks",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "done_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="done at"),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("stage", models.PositiveSmallIntegerField(default=0, editable=False)),
                        ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "task of a plan",
                        "verbose_name_plural": "tasks of plans",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at", "id"],
                                name="plan_task_next",
                            ),
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["owner", "due_at"],
                                name="plan_task_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("done_by", None)),
                                    models.Q(
                                        ("done_at__isnull", False), ("done_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="plan_task_done_whole",
                            ),
                            models.UniqueConstraint(
                                fields=("run", "position", "owner"), name="plan_task_once_each"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PraiseReceiver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "praise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receivers",
                                to="staff.praise",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="praise_received",
                                to="staff.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "receiver of praise",
                        "verbose_name_plural": "receivers of praise",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("praise", "person"), name="praise_received_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SYSTEM", "system failure"),
                                    ("LEAK", "data leak"),
                                    ("WAVE", "wave of complaints"),
                                    ("COURIER", "courier stoppage"),
                                    ("OWN", "own plan"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "link",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="what it is about"
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                        (
                            "run",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposal",
                                to="staff.planrun",
                            ),
                        ),
                        (
                            "dismissed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="dismissed at"
                            ),
                        ),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "dismissed_why",
                            models.CharField(blank=True, max_length=200, verbose_name="why not"),
                        ),
                    ],
                    options={
                        "verbose_name": "proposed trigger",
                        "verbose_name_plural": "proposed triggers",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("dismissed_at", None), ("run", None)),
                                fields=("kind", "link"),
                                name="proposal_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("dismissed_at", None),
                                        ("dismissed_by", None),
                                        ("dismissed_why", ""),
                                    ),
                                    models.Q(
                                        ("dismissed_at__isnull", False),
                                        ("dismissed_by__isnull", False),
                                        ("run", None),
                                        models.Q(("dismissed_why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_dismissed_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublicationReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "publication",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="staff.publication",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roster_receipts",
                                to="staff.person",
                            ),
                        ),
                        ("changes", models.JSONField(default=list)),
                        (
                            "seen_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="seen at"),
                        ),
                    ],
                    options={
                        "verbose_name": "receipt of a publication",
                        "verbose_name_plural": "receipts of publications",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("publication", "person"), name="publication_receipt_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QualityAudit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audits",
                                to="staff.person",
                            ),
                        ),
                        (
                            "auditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audits_made",
                                to="staff.person",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audits",
                                to="staff.scorecardversion",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=20, verbose_name="source"),
                        ),
                        (
                            "reference",
                            models.CharField(max_length=200, verbose_name="conversation or case"),
                        ),
                        (
                            "sample",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audits",
                                to="staff.sample",
                            ),
                        ),
                        (
                            "calibration",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audits",
                                to="staff.calibration",
                            ),
                        ),
                        (
                            "total_bp",
                            models.PositiveIntegerField(verbose_name="score (basis points)"),
                        ),
                        (
                            "comment",
                            models.CharField(blank=True, max_length=1000, verbose_name="comment"),
                        ),
                        ("audited_at", models.DateTimeField(verbose_name="audited at")),
                    ],
                    options={
                        "verbose_name": "quality audit",
                        "verbose_name_plural": "quality audits",
                        "indexes": [
                            models.Index(fields=["person", "audited_at"], name="audit_by_person")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("auditor", models.F("person")), _negated=True),
                                name="audit_not_of_oneself",
                                violation_error_message="Nobody audits themselves.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("total_bp__lte", 10000)),
                                name="audit_score_sane",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("calibration__isnull", False)),
                                fields=("calibration", "auditor"),
                                name="calibration_scored_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("source", ""), _negated=True), ("calibration", None)
                                ),
                                fields=("source", "reference", "person", "auditor"),
                                name="audit_once_per_item",
                                violation_error_message="You have audited this item already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reaction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "praise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reactions",
                                to="staff.praise",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reactions",
                                to="staff.person",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("APPLAUSE", "Applause"),
                                    ("HEART", "Thank you"),
                                    ("STAR", "A model for all"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reaction",
                        "verbose_name_plural": "reactions",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("praise", "person", "kind"), name="reaction_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="staff.announcementversion",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="staff.person",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="confirmed at")),
                    ],
                    options={
                        "verbose_name": "confirmed reading",
                        "verbose_name_plural": "confirmed readings",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "person"), name="reading_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="figures",
                                to="staff.dailyreport",
                            ),
                        ),
                        (
                            "figure",
                            models.CharField(
                                choices=[
                                    ("INQUIRIES", "inquiries received"),
                                    ("ORDERS_WON", "orders won"),
                                    ("UNPAID_CHASED", "unpaid orders chased"),
                                    ("UNPAID_WON", "unpaid orders won back"),
                                    ("CASES_OPENED", "after-sale cases opened"),
                                    ("CASES_CLOSED", "after-sale cases closed"),
                                    ("REFUNDS", "refunds"),
                                    ("EXCHANGES", "exchanges"),
                                    ("COMPLAINTS", "complaints registered"),
                                    ("FOLLOWUPS", "follow-ups done"),
                                ],
                                max_length=15,
                                verbose_name="figure",
                            ),
                        ),
                        (
                            "known",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="known to the portal"
                            ),
                        ),
                        ("value", models.PositiveIntegerField(verbose_name="reported")),
                    ],
                    options={
                        "verbose_name": "figure of a report",
                        "verbose_name_plural": "figures of reports",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "figure"), name="report_figure_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportQuestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="staff.dailyreport",
                            ),
                        ),
                        ("text", models.CharField(max_length=500, verbose_name="question")),
                        (
                            "answer",
                            models.TextField(blank=True, max_length=4000, verbose_name="answer"),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="answered by",
                            ),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                        ),
                        ("is_hard", models.BooleanField(default=False, verbose_name="hard")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "question of a report",
                        "verbose_name_plural": "questions of reports",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answer", ""), ("answered_at", None), ("answered_by", None)
                                    ),
                                    models.Q(
                                        models.Q(("answer", ""), _negated=True),
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="report_question_answer_is_whole",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportReason",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reasons",
                                to="staff.dailyreport",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("PRICE", "the price"),
                                    ("COMPETITOR", "bought from somebody else"),
                                    ("PROMOTION", "waits for a promotion"),
                                    ("STOCK", "out of stock"),
                                    ("UNFIT", "the product does not fit"),
                                    ("SHIPPING", "shipping: time or cost"),
                                    ("TRUST", "doubts about quality or reviews"),
                                    ("SILENT", "the customer did not answer again"),
                                    ("SERVICE", "we answered too late or not well"),
                                    ("OTHER", "another reason"),
                                ],
                                max_length=12,
                                verbose_name="reason",
                            ),
                        ),
                        ("count", models.PositiveIntegerField(verbose_name="count")),
                    ],
                    options={
                        "verbose_name": "reason of a report",
                        "verbose_name_plural": "reasons of reports",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "reason"), name="report_reason_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("count__gte", 1)), name="report_reason_counts"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SummaryCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "summary",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checks",
                                to="staff.shiftsummary",
                            ),
                        ),
                        (
                            "figure",
                            models.CharField(
                                choices=[
                                    ("INQUIRIES", "inquiries received"),
                                    ("ORDERS_WON", "orders won"),
                                    ("UNPAID_CHASED", "unpaid orders chased"),
                                    ("UNPAID_WON", "unpaid orders won back"),
                                    ("CASES_OPENED", "after-sale cases opened"),
                                    ("CASES_CLOSED", "after-sale cases closed"),
                                    ("REFUNDS", "refunds"),
                                    ("EXCHANGES", "exchanges"),
                                    ("COMPLAINTS", "complaints registered"),
                                    ("FOLLOWUPS", "follow-ups done"),
                                ],
                                max_length=15,
                                verbose_name="figure",
                            ),
                        ),
                        ("value", models.PositiveIntegerField(verbose_name="checked sum")),
                        (
                            "checked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(verbose_name="checked at")),
                    ],
                    options={
                        "verbose_name": "checked figure",
                        "verbose_name_plural": "checked figures",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("summary", "figure"), name="summary_check_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TargetResult",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="results",
                                to="staff.target",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="target_results",
                                to="staff.person",
                            ),
                        ),
                        (
                            "value",
                            models.BigIntegerField(null=True, verbose_name="value in hundredths"),
                        ),
                        ("rows", models.PositiveIntegerField(verbose_name="rows")),
                        ("reached", models.BooleanField(null=True, verbose_name="reached")),
                        ("frozen_at", models.DateTimeField(verbose_name="frozen at")),
                    ],
                    options={
                        "verbose_name": "result of a target",
                        "verbose_name_plural": "results of targets",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("target", "person"), name="target_result_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("person", None)),
                                fields=("target",),
                                name="target_result_once_as_a_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reached", None), ("rows", 0), ("value", None)),
                                    models.Q(
                                        ("reached__isnull", False),
                                        ("rows__gt", 0),
                                        ("value__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_result_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnfinishedOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="orders",
                                to="staff.dailyreport",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "buyer",
                            models.CharField(
                                max_length=120, verbose_name="customer's platform name"
                            ),
                        ),
                        (
                            "order_number",
                            models.CharField(max_length=64, verbose_name="order number"),
                        ),
                        ("bought_on", models.DateField(verbose_name="bought on")),
                        ("problem", models.CharField(max_length=300, verbose_name="problem")),
                        (
                            "asks",
                            models.CharField(
                                max_length=150, verbose_name="what the buyer asks for"
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="by when")),
                        (
                            "adopted_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="taken up at"),
                        ),
                        (
                            "adopted_as",
                            models.CharField(blank=True, max_length=20, verbose_name="taken up as"),
                        ),
                    ],
                    options={
                        "verbose_name": "unfinished order",
                        "verbose_name_plural": "unfinished orders",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("adopted_at", None)),
                                fields=["id"],
                                name="unfinished_order_waiting",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("adopted_as", ""), ("adopted_at", None)),
                                    models.Q(
                                        ("adopted_at__isnull", False),
                                        models.Q(("adopted_as", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="unfinished_order_adopted_is_whole",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="staff.articleversion",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="article_votes",
                                to="staff.person",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("COPIED", "copied"), ("NO_HELP", "did not help")],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what was missing"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "use of an article",
                        "verbose_name_plural": "uses of articles",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "person", "kind"), name="article_vote_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditScore",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "audit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="staff.qualityaudit",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="staff.criterion",
                            ),
                        ),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="points"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "score of a criterion",
                        "verbose_name_plural": "scores of criteria",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("audit", "criterion"), name="audit_score_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TargetRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("key", models.CharField(max_length=80, verbose_name="number")),
                        ("at", models.DateTimeField(verbose_name="when")),
                        ("value", models.BigIntegerField(verbose_name="value in hundredths")),
                        ("weight", models.BigIntegerField(default=1, verbose_name="weight")),
                        ("url", models.CharField(blank=True, max_length=200)),
                        (
                            "result",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measured",
                                to="staff.targetresult",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.store",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row behind a result",
                        "verbose_name_plural": "rows behind results",
                        "indexes": [
                            models.Index(fields=["result", "at", "id"], name="target_row_by_result")
                        ],
                    },
                ),
            ],
        ),
    ]
