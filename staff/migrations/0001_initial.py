import datetime
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("portal", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Brand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            name="ShiftType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=40, verbose_name="name in Chinese")),
                ("name_en", models.CharField(max_length=40, verbose_name="name in English")),
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(db_index=True, max_length=20, verbose_name="staff number"),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("hired_on", models.DateField(verbose_name="hired on")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
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
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                        default=datetime.time(10, 0), help_text="ATT-11", verbose_name="... at"
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
                    models.CharField(blank=True, max_length=200, verbose_name="why this version"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=20, unique=True, verbose_name="staff number"),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("hired_on", models.DateField(verbose_name="hired on")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                (
                    "dingtalk_id",
                    models.CharField(blank=True, max_length=64, verbose_name="DingTalk id"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("source", models.CharField(blank=True, max_length=80, verbose_name="source")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="staff.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        default=datetime.time(10, 0), help_text="ATT-11", verbose_name="... at"
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
                    models.CharField(blank=True, max_length=200, verbose_name="why this version"),
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
                            ("deputy_after_minutes__lte", models.F("supervisor_after_minutes")),
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
            name="Salary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("base_fen", models.BigIntegerField(verbose_name="base salary (fen)")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="salaries",
                        to="staff.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "base salary",
                "verbose_name_plural": "base salaries",
            },
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
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
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
            },
        ),
        migrations.CreateModel(
            name="StoreService",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
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
                    ),
                ),
            ],
            options={
                "verbose_name": "service of a store",
                "verbose_name_plural": "services of stores",
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postings",
                        to="staff.person",
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
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("is_lead", models.BooleanField(default=False, verbose_name="leads the shift")),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("ends_at", models.DateTimeField(verbose_name="ends at")),
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
            ],
            options={
                "verbose_name": "shift of a person",
                "verbose_name_plural": "shifts of people",
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
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
                        choices=[("HOLIDAY", "public holiday"), ("WORKDAY", "make-up working day")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="staff.calendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "day"),
                        name="calendar_day_once",
                        violation_error_message="This calendar has that day already.",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_on", None), ("left_on__gte", models.F("hired_on")), _connector="OR"
                ),
                name="person_leaves_after_joining",
                violation_error_message="The day of leaving lies before the day of joining.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dingtalk_id", ""), _negated=True),
                fields=("dingtalk_id",),
                name="person_dingtalk_once",
                violation_error_message="Another person has this DingTalk id.",
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["day", "state"], name="absence_by_day"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "APPROVED")),
                fields=("person", "day", "half"),
                name="absence_once_a_day",
                violation_error_message="This person is away on that day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="salary",
            constraint=models.UniqueConstraint(
                fields=("person", "valid_from"),
                name="salary_once_a_day",
                violation_error_message="This person has a base salary from that day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="salary",
            constraint=models.CheckConstraint(
                condition=models.Q(("base_fen__gte", 0)), name="salary_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="storeservice",
            constraint=models.UniqueConstraint(
                fields=("store", "valid_from"),
                name="store_service_once_a_day",
                violation_error_message="This store has a change on that day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="storeservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="store_service_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["valid_from", "valid_until"], name="posting_span"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                fields=("person", "valid_from"),
                name="posting_once_a_day",
                violation_error_message="This person has a change on that day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="posting_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("chief", None),
                    models.Q(("chief", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="posting_not_below_oneself",
                violation_error_message="Nobody reports to themselves.",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["starts_at", "ends_at"], name="assignment_span"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["person", "starts_at"], name="assignment_of_person"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("person", "day", "shift_type"), name="assignment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_lead", True)),
                fields=("team", "day", "shift_type"),
                name="assignment_one_lead",
                violation_error_message="This shift has a lead already (ORG-7).",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="assignment_in_order",
            ),
        ),
    ]
