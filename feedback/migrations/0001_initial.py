import django.core.validators
import django.db.models.deletion
import portal.migrating
import portal.sealing
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("complaints", "0008_masking"),
        ("portal", "0002_append_only"),
        ("staff", "0011_masking"),
    ]

    operations = [
        portal.migrating.CreateModels(
            operations=[
                migrations.CreateModel(
                    name="CallRule",
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
                            "name",
                            models.CharField(
                                error_messages={"unique": "There is a rule of this name already."},
                                max_length=80,
                                unique=True,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="call_rules",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "after",
                            models.CharField(
                                choices=[
                                    ("CASE", "a case was closed"),
                                    ("ORDER", "an order was shipped"),
                                ],
                                max_length=5,
                                verbose_name="call after",
                            ),
                        ),
                        (
                            "days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="days after",
                            ),
                        ),
                        (
                            "percent",
                            models.PositiveSmallIntegerField(
                                default=20,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="share drawn (per cent)",
                            ),
                        ),
                        (
                            "per_person",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="calls of one person at most",
                            ),
                        ),
                        (
                            "rest_days",
                            models.PositiveSmallIntegerField(
                                default=90,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="within (days)",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "drawn_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last drawn at"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "rule of the call list",
                        "verbose_name_plural": "rules of the call list",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("days__lte", 365),
                                    ("percent__gte", 1),
                                    ("percent__lte", 100),
                                    ("per_person__gte", 1),
                                    ("per_person__lte", 20),
                                    ("rest_days__gte", 1),
                                    ("rest_days__lte", 365),
                                ),
                                name="call_rule_numbers_sensible",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
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
                            "name",
                            models.CharField(
                                error_messages={
                                    "unique": "There is a channel of this name already."
                                },
                                max_length=80,
                                unique=True,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("PHONE", "phone"),
                                    ("CHAT", "chat"),
                                    ("MAIL", "e-mail"),
                                    ("STORE_REVIEW", "store review"),
                                    ("SOCIAL", "social media"),
                                    ("SURVEY", "survey"),
                                    ("PLATFORM", "platform"),
                                    ("OTHER", "other channel"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_channels",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_channels",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_channels",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("ACTIVE", "active"), ("PAUSED", "paused")],
                                default="ACTIVE",
                                max_length=6,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "quiet_hours",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="After that the silence is noticed. Empty: never.",
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(8760),
                                ],
                                verbose_name="silence is normal for (hours)",
                            ),
                        ),
                        (
                            "mailbox",
                            models.OneToOneField(
                                blank=True,
                                error_messages={
                                    "unique": "Another channel takes the mails of this mailbox."
                                },
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_channel",
                                to="portal.mailbox",
                                verbose_name="mailbox",
                            ),
                        ),
                        (
                            "last_received_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last item"
                            ),
                        ),
                        (
                            "watched_since",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="watched since"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "channel",
                        "verbose_name_plural": "channels",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("store__isnull", False)),
                                fields=("source", "store"),
                                name="channel_once_for_store",
                                violation_error_message="There is a channel of this kind there already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("team__isnull", False)),
                                fields=("source", "team"),
                                name="channel_once_for_team",
                                violation_error_message="There is a channel of this kind there already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("store", None), ("team", None)),
                                fields=("source",),
                                name="channel_once_for_all",
                                violation_error_message="There is a channel of this kind there already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("store", None), ("team", None), _connector="OR"
                                ),
                                name="channel_of_store_or_team",
                                violation_error_message="A channel belongs to a store or to a team, not both.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("mailbox", None),
                                    models.Q(("source", "MAIL"), ("store__isnull", False)),
                                    _connector="OR",
                                ),
                                name="channel_mailbox_of_a_store",
                                violation_error_message="A mailbox belongs to the e-mail channel of a store.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("quiet_hours", None),
                                    models.Q(("quiet_hours__gte", 1), ("quiet_hours__lte", 8760)),
                                    _connector="OR",
                                ),
                                name="channel_rhythm_sensible",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LearntModel",
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
                            models.PositiveIntegerField(unique=True, verbose_name="version"),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="learnt at")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("file", models.CharField(max_length=200)),
                        ("sha256", models.CharField(max_length=64)),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "seconds",
                            models.PositiveIntegerField(default=0, verbose_name="seconds it took"),
                        ),
                        ("is_active", models.BooleanField(default=False, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "learnt model",
                        "verbose_name_plural": "learnt models",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("is_active",),
                                name="learnt_model_in_use_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Survey",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="surveys",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "title_zh",
                            models.CharField(max_length=80, verbose_name="title in Chinese"),
                        ),
                        (
                            "title_en",
                            models.CharField(max_length=80, verbose_name="title in English"),
                        ),
                        (
                            "intro_zh",
                            models.TextField(
                                blank=True, max_length=600, verbose_name="introduction in Chinese"
                            ),
                        ),
                        (
                            "intro_en",
                            models.TextField(
                                blank=True, max_length=600, verbose_name="introduction in English"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("DRAFT", "draft"), ("OPEN", "open"), ("ENDED", "ended")],
                                default="DRAFT",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "opens_on",
                            models.DateField(blank=True, null=True, verbose_name="open from"),
                        ),
                        (
                            "closes_on",
                            models.DateField(blank=True, null=True, verbose_name="open until"),
                        ),
                        (
                            "is_public",
                            models.BooleanField(default=False, verbose_name="has a public link"),
                        ),
                        (
                            "public_key",
                            models.CharField(editable=False, max_length=22, unique=True),
                        ),
                        (
                            "per_person",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="answers of one person at most",
                            ),
                        ),
                        (
                            "link_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="a personal link works for (days)",
                            ),
                        ),
                        (
                            "remind_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="reminder after (days)",
                            ),
                        ),
                        (
                            "after_case_since",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                null=True,
                                verbose_name="sent after cases since",
                            ),
                        ),
                        (
                            "rest_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="a customer is left alone for (days)",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "survey",
                        "verbose_name_plural": "surveys",
                        "indexes": [models.Index(fields=["-made_at", "-id"], name="survey_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opens_on", None),
                                    ("closes_on", None),
                                    ("closes_on__gte", models.F("opens_on")),
                                    _connector="OR",
                                ),
                                name="survey_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("per_person__gte", 1),
                                    ("per_person__lte", 20),
                                    ("link_days__gte", 1),
                                    ("link_days__lte", 365),
                                    ("rest_days__gte", 1),
                                    ("rest_days__lte", 365),
                                    models.Q(
                                        ("remind_days", None),
                                        models.Q(
                                            ("remind_days__gte", 1), ("remind_days__lte", 365)
                                        ),
                                        _connector="OR",
                                    ),
                                ),
                                name="survey_numbers_sensible",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tally",
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
                        ("key", models.CharField(max_length=40)),
                        ("begun_at", models.DateTimeField()),
                        ("count", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "tally of visits",
                        "verbose_name_plural": "tallies of visits",
                        "indexes": [models.Index(fields=["begun_at"], name="tally_by_age")],
                        "constraints": [
                            models.UniqueConstraint(fields=("key", "begun_at"), name="tally_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Topic",
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
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                        (
                            "name_zh",
                            models.CharField(max_length=40, verbose_name="name in Chinese"),
                        ),
                        (
                            "name_en",
                            models.CharField(max_length=40, verbose_name="name in English"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "topic",
                        "verbose_name_plural": "topics",
                    },
                ),
                migrations.CreateModel(
                    name="Hook",
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
                            "channel",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hook",
                                to="feedback.channel",
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=22, unique=True)),
                        ("secret", portal.sealing.SealedTextField()),
                        (
                            "rotated_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("rotated_at", models.DateTimeField(verbose_name="secret made at")),
                        (
                            "last_used_at",
                            models.DateTimeField(null=True, verbose_name="last used at"),
                        ),
                        (
                            "reply_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="address for answers"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "webhook",
                        "verbose_name_plural": "webhooks",
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
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
                            "survey",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to="feedback.survey",
                                verbose_name="survey",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.customer",
                                verbose_name="customer",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.order",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="agent asked about",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="invited by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="invited at")),
                        ("service_day", models.DateField(verbose_name="service day")),
                        ("expires_at", models.DateTimeField(verbose_name="works until")),
                        ("remind_at", models.DateTimeField(null=True, verbose_name="reminder due")),
                        (
                            "reminded_at",
                            models.DateTimeField(null=True, verbose_name="reminded at"),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(null=True, verbose_name="answered at"),
                        ),
                    ],
                    options={
                        "verbose_name": "invitation",
                        "verbose_name_plural": "invitations",
                        "indexes": [
                            models.Index(
                                fields=["survey", "-made_at", "-id"], name="invitation_of_survey"
                            ),
                            models.Index(fields=["service_day"], name="invitation_day"),
                            models.Index(
                                condition=models.Q(
                                    ("answered_at", None),
                                    ("remind_at__isnull", False),
                                    ("reminded_at", None),
                                ),
                                fields=["remind_at"],
                                name="invitation_to_remind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
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
                            "survey",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="feedback.survey",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SCORE", "satisfaction, 1 to 5"),
                                    ("STARS", "stars, 1 to 5"),
                                    ("NPS", "recommendation, 0 to 10"),
                                    ("CES", "effort, 1 to 7"),
                                    ("CHOICE", "one of several"),
                                    ("TEXT", "free text"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "text_zh",
                            models.CharField(max_length=200, verbose_name="question in Chinese"),
                        ),
                        (
                            "text_en",
                            models.CharField(max_length=200, verbose_name="question in English"),
                        ),
                        (
                            "options_zh",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="choices in Chinese"
                            ),
                        ),
                        (
                            "options_en",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="choices in English"
                            ),
                        ),
                        (
                            "is_required",
                            models.BooleanField(default=False, verbose_name="must be answered"),
                        ),
                        (
                            "after",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="feedback.question",
                                verbose_name="only after",
                            ),
                        ),
                        (
                            "low",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="from"
                            ),
                        ),
                        (
                            "high",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="to"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question of a survey",
                        "verbose_name_plural": "questions of surveys",
                        "indexes": [
                            models.Index(
                                fields=["survey", "position", "id"], name="question_in_order"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("after", None), ("high", None), ("low", None)),
                                    models.Q(
                                        ("after__isnull", False),
                                        ("high__gte", models.F("low")),
                                        ("low__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="question_condition_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "CHOICE"),
                                        models.Q(("options_zh", ""), _negated=True),
                                        models.Q(("options_en", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "CHOICE"), _negated=True),
                                        ("options_en", ""),
                                        ("options_zh", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="question_choices_of_a_choice",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rule",
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
                        ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                        (
                            "words",
                            models.TextField(
                                help_text="One on each line; any of them counts.",
                                max_length=4000,
                                verbose_name="words",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("PRAISE", "praise"),
                                    ("SUGGESTION", "suggestion"),
                                    ("QUESTION", "question"),
                                    ("COMPLAINT", "complaint"),
                                    ("SPAM", "spam"),
                                ],
                                max_length=10,
                                verbose_name="suggests the kind",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="feedback.topic",
                                verbose_name="suggests the topic",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "rule of triage",
                        "verbose_name_plural": "rules of triage",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", ""), _negated=True),
                                    ("topic__isnull", False),
                                    _connector="OR",
                                ),
                                name="rule_suggests_something",
                                violation_error_message="A rule suggests a kind, a topic, or both.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Silence",
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
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="silences",
                                to="feedback.channel",
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="silent since")),
                        ("noticed_at", models.DateTimeField(verbose_name="noticed at")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
                        ),
                    ],
                    options={
                        "verbose_name": "silence",
                        "verbose_name_plural": "silences",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("channel", "since"), name="silence_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AfterCase",
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
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="after_case",
                                to="complaints.complaint",
                            ),
                        ),
                        ("turn", models.PositiveSmallIntegerField(default=0)),
                        (
                            "invitation",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="after_case",
                                to="feedback.invitation",
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("MAIL", "by e-mail"),
                                    (
                                        "CHAT",
                                        "by the platform's chat, sent by the owner of the case",
                                    ),
                                    ("LEFT", "not asked: asked often enough of late"),
                                ],
                                max_length=7,
                                verbose_name="how the link goes out",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="when")),
                        (
                            "handed_at",
                            models.DateTimeField(null=True, verbose_name="link taken to send at"),
                        ),
                    ],
                    options={
                        "verbose_name": "survey after a case",
                        "verbose_name_plural": "surveys after cases",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("invitation", None), ("way", "LEFT")),
                                    models.Q(
                                        models.Q(("way", "LEFT"), _negated=True),
                                        ("invitation__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="after_case_asks_or_not",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HookCall",
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
                            "hook",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calls",
                                to="feedback.hook",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "call of a webhook",
                        "verbose_name_plural": "calls of webhooks",
                        "indexes": [models.Index(fields=["at"], name="hook_call_by_age")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("hook", "digest"), name="hook_call_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Item",
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
                            "channel",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="feedback.channel",
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("PHONE", "phone"),
                                    ("CHAT", "chat"),
                                    ("MAIL", "e-mail"),
                                    ("STORE_REVIEW", "store review"),
                                    ("SOCIAL", "social media"),
                                    ("SURVEY", "survey"),
                                    ("PLATFORM", "platform"),
                                    ("OTHER", "other channel"),
                                ],
                                max_length=12,
                                verbose_name="kind of channel",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="external number"
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_items",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_items",
                                to="complaints.order",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_items",
                                to="complaints.customer",
                                verbose_name="customer",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_items",
                                to="complaints.product",
                                verbose_name="product",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_about",
                                to="staff.person",
                                verbose_name="agent named",
                            ),
                        ),
                        (
                            "rating",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="rating"
                            ),
                        ),
                        ("text", models.TextField(max_length=20000, verbose_name="text")),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("service_day", models.DateField(verbose_name="service day")),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("PRAISE", "praise"),
                                    ("SUGGESTION", "suggestion"),
                                    ("QUESTION", "question"),
                                    ("COMPLAINT", "complaint"),
                                    ("SPAM", "spam"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("UNREAD", "unread"),
                                    ("TRIAGED", "triaged"),
                                    ("DONE", "done"),
                                ],
                                default="UNREAD",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "suggested",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("PRAISE", "praise"),
                                    ("SUGGESTION", "suggestion"),
                                    ("QUESTION", "question"),
                                    ("COMPLAINT", "complaint"),
                                    ("SPAM", "spam"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_items",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "triaged_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="triaged by",
                            ),
                        ),
                        (
                            "triaged_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="triaged at"),
                        ),
                        (
                            "by_rule",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="feedback.rule",
                                verbose_name="spam rule",
                            ),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_items",
                                to="complaints.complaint",
                                verbose_name="complaint",
                            ),
                        ),
                        (
                            "praise",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.praise",
                                verbose_name="praise",
                            ),
                        ),
                        ("changed_at", models.DateTimeField(verbose_name="changed at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("words", models.TextField(default="", editable=False)),
                        ("near_low", models.BigIntegerField(editable=False, null=True)),
                        ("near_high", models.BigIntegerField(editable=False, null=True)),
                        (
                            "topics",
                            models.ManyToManyField(
                                blank=True,
                                related_name="items",
                                to="feedback.topic",
                                verbose_name="topics",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "feedback item",
                        "verbose_name_plural": "feedback items",
                        "indexes": [
                            models.Index(fields=["-received_at", "-id"], name="item_newest"),
                            models.Index(
                                fields=["store", "-received_at", "-id"], name="item_of_store"
                            ),
                            models.Index(
                                condition=models.Q(("state", "UNREAD")),
                                fields=["-received_at", "-id"],
                                name="item_unread",
                            ),
                            models.Index(fields=["owner", "-received_at"], name="item_of_owner"),
                            models.Index(
                                fields=["service_day", "store", "rating"], name="item_day_rating"
                            ),
                            models.Index(
                                condition=models.Q(("order__isnull", False)),
                                fields=["order"],
                                name="item_of_order",
                            ),
                            models.Index(
                                condition=models.Q(("customer__isnull", False)),
                                fields=["customer"],
                                name="item_of_customer",
                            ),
                            models.Index(
                                condition=models.Q(("product__isnull", False)),
                                fields=["product"],
                                name="item_of_product",
                            ),
                            models.Index(
                                condition=models.Q(("agent__isnull", False)),
                                fields=["agent"],
                                name="item_of_agent",
                            ),
                            models.Index(
                                condition=models.Q(("complaint__isnull", False)),
                                fields=["complaint"],
                                name="item_of_complaint",
                            ),
                            models.Index(fields=["near_low"], name="item_near_low"),
                            models.Index(fields=["near_high"], name="item_near_high"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=("source", "reference"),
                                name="item_reference_once",
                                violation_error_message="This channel has an item of that number already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rating", None),
                                    models.Q(("rating__gte", 1), ("rating__lte", 5)),
                                    _connector="OR",
                                ),
                                name="item_rating_one_to_five",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", ""),
                                        ("state", "UNREAD"),
                                        ("triaged_at", None),
                                        ("triaged_by", None),
                                    ),
                                    models.Q(
                                        models.Q(("state", "UNREAD"), _negated=True),
                                        ("triaged_at__isnull", False),
                                        models.Q(("kind", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="item_triaged_has_a_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonalLink",
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
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="feedback.invitation",
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "personal link",
                        "verbose_name_plural": "personal links",
                    },
                ),
                migrations.CreateModel(
                    name="Action",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_actions",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actions",
                                to="feedback.item",
                                verbose_name="item",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(max_length=120, verbose_name="what should change"),
                        ),
                        ("text", models.TextField(blank=True, max_length=2000, verbose_name="how")),
                        ("department", models.CharField(max_length=80, verbose_name="department")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feedback_actions",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "gauge",
                            models.CharField(
                                choices=[
                                    ("MEAN_RATING", "mean rating"),
                                    ("NEGATIVE_SHARE", "share of negative ratings"),
                                    ("ITEMS", "number of items"),
                                ],
                                max_length=16,
                                verbose_name="measured by",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.product",
                                verbose_name="product",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="feedback.topic",
                                verbose_name="topic",
                            ),
                        ),
                        (
                            "window_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                                verbose_name="days measured before and after",
                            ),
                        ),
                        ("check_on", models.DateField(verbose_name="checked on")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "open"),
                                    ("DONE", "done"),
                                    ("DROPPED", "dropped"),
                                ],
                                default="OPEN",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        ("made_on", models.DateField(verbose_name="made on")),
                        (
                            "done_on",
                            models.DateField(blank=True, null=True, verbose_name="done on"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "improvement action",
                        "verbose_name_plural": "improvement actions",
                        "indexes": [
                            models.Index(fields=["state", "due_on"], name="action_by_state")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_on__isnull", False), ("state", "DONE")),
                                    models.Q(
                                        models.Q(("state", "DONE"), _negated=True),
                                        ("done_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="action_done_has_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("check_on__gte", models.F("due_on"))),
                                name="action_checked_after_due",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alarm",
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
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alarms",
                                to="feedback.item",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("LEAD", "to the lead"),
                                    ("DEPUTY", "to the deputy"),
                                    ("SUPERVISOR", "to the supervisor"),
                                ],
                                max_length=10,
                                verbose_name="stage",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "told_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="told at"),
                        ),
                        (
                            "silenced_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="silenced at"),
                        ),
                    ],
                    options={
                        "verbose_name": "alarm about a review",
                        "verbose_name_plural": "alarms about reviews",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("silenced_at", None), ("told_at", None)),
                                fields=["due_at", "id"],
                                name="alarm_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "stage"), name="alarm_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Call",
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
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="feedback.callrule",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.store",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.customer",
                            ),
                        ),
                        (
                            "complaint",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="call",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="call",
                                to="complaints.order",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("turn", models.PositiveSmallIntegerField(default=0)),
                        ("drawn_at", models.DateTimeField(verbose_name="drawn at")),
                        ("due_at", models.DateTimeField(verbose_name="call from")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("WAITING", "to be made"),
                                    ("REACHED", "reached"),
                                    ("REFUSED", "does not want to talk"),
                                    ("MISSED", "not reached"),
                                    ("LEFT", "left alone: called often enough of late"),
                                ],
                                default="WAITING",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="taken by",
                            ),
                        ),
                        (
                            "item",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="call",
                                to="feedback.item",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "phone call",
                        "verbose_name_plural": "phone calls",
                        "indexes": [
                            models.Index(
                                fields=["store", "state", "due_at", "id"], name="call_of_store"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("complaint", None), ("order__isnull", False)),
                                    models.Q(("complaint__isnull", False), ("order", None)),
                                    _connector="OR",
                                ),
                                name="call_about_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("item__isnull", False), ("state", "REACHED")),
                                    models.Q(
                                        models.Q(("state", "REACHED"), _negated=True),
                                        ("item", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="call_reached_says_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guess",
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
                            "item",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="guess",
                                to="feedback.item",
                            ),
                        ),
                        (
                            "model",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="guesses",
                                to="feedback.learntmodel",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PRAISE", "praise"),
                                    ("SUGGESTION", "suggestion"),
                                    ("QUESTION", "question"),
                                    ("COMPLAINT", "complaint"),
                                    ("SPAM", "spam"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "decided",
                            models.CharField(
                                choices=[
                                    ("PRAISE", "praise"),
                                    ("SUGGESTION", "suggestion"),
                                    ("QUESTION", "question"),
                                    ("COMPLAINT", "complaint"),
                                    ("SPAM", "spam"),
                                ],
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "learnt suggestion",
                        "verbose_name_plural": "learnt suggestions",
                    },
                ),
                migrations.CreateModel(
                    name="ItemVersion",
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
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="feedback.item",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "rating",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="rating"
                            ),
                        ),
                        ("replaced_at", models.DateTimeField(verbose_name="replaced at")),
                    ],
                    options={
                        "verbose_name": "earlier text of an item",
                        "verbose_name_plural": "earlier texts of items",
                        "indexes": [
                            models.Index(
                                fields=["item", "-replaced_at"], name="item_version_of_item"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
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
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="letters",
                                to="feedback.item",
                            ),
                        ),
                        (
                            "mail",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter",
                                to="portal.incomingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail of an item",
                        "verbose_name_plural": "mails of items",
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
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
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="replies",
                                to="feedback.item",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="answered at")),
                        ("text", models.TextField(max_length=5000, verbose_name="answer")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("RECORDED", "given elsewhere, written down here"),
                                    ("MAIL", "by e-mail"),
                                    ("HOOK", "by the chat system"),
                                ],
                                default="RECORDED",
                                max_length=8,
                                verbose_name="way",
                            ),
                        ),
                        ("message_id", models.CharField(blank=True, editable=False, max_length=80)),
                    ],
                    options={
                        "verbose_name": "answer to an item",
                        "verbose_name_plural": "answers to items",
                        "indexes": [
                            models.Index(fields=["item", "at"], name="reply_of_item"),
                            models.Index(
                                condition=models.Q(("message_id", ""), _negated=True),
                                fields=["message_id"],
                                name="reply_by_message",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Response",
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
                            "survey",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="feedback.survey",
                            ),
                        ),
                        (
                            "invitation",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="response",
                                to="feedback.invitation",
                            ),
                        ),
                        ("visitor", models.CharField(blank=True, editable=False, max_length=40)),
                        ("turn", models.PositiveSmallIntegerField(default=1, editable=False)),
                        ("form_key", models.UUIDField(editable=False, unique=True)),
                        (
                            "language",
                            models.CharField(
                                choices=[("zh-hans", "Simplified Chinese"), ("en", "English")],
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="answered at")),
                        (
                            "item",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="response",
                                to="feedback.item",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "response to a survey",
                        "verbose_name_plural": "responses to surveys",
                        "indexes": [
                            models.Index(fields=["survey", "-at", "-id"], name="response_of_survey")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("visitor", ""), _negated=True),
                                fields=("survey", "visitor", "turn"),
                                name="response_turn_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("invitation", None),
                                        models.Q(("visitor", ""), _negated=True),
                                    ),
                                    models.Q(("invitation__isnull", False), ("visitor", "")),
                                    _connector="OR",
                                ),
                                name="response_by_one_way",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
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
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="feedback.response",
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="feedback.question",
                            ),
                        ),
                        (
                            "value",
                            models.PositiveSmallIntegerField(null=True, verbose_name="value"),
                        ),
                        (
                            "text",
                            models.TextField(blank=True, max_length=2000, verbose_name="text"),
                        ),
                    ],
                    options={
                        "verbose_name": "answer",
                        "verbose_name_plural": "answers",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("response", "question"), name="answer_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("text", ""), ("value__isnull", False)),
                                    models.Q(
                                        ("value", None), models.Q(("text", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="answer_value_or_text",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallAttempt",
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
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attempts",
                                to="feedback.call",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("REACHED", "reached"),
                                    ("NO_ANSWER", "no answer"),
                                    ("LATER", "asks to be called later"),
                                    ("REFUSED", "does not want to talk"),
                                    ("WRONG", "wrong number"),
                                ],
                                max_length=9,
                                verbose_name="outcome",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "attempt of a phone call",
                        "verbose_name_plural": "attempts of phone calls",
                    },
                ),
            ],
        ),
    ]
