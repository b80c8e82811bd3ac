import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import portal.migrating
import portal.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        portal.migrating.CreateModels(
            operations=[
                migrations.CreateModel(
                    name="ChannelRule",
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
                        ("topic", models.CharField(max_length=40, verbose_name="topic")),
                        (
                            "channel",
                            models.CharField(
                                choices=[("MAIL", "E-mail"), ("ROBOT", "Group robot")],
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("NEVER", "never"),
                                    ("ASKED", "who wants it"),
                                    ("OFFERED", "unless declined"),
                                    ("ALWAYS", "always"),
                                ],
                                max_length=8,
                                verbose_name="allowed",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule for notices",
                        "verbose_name_plural": "rules for notices",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("topic", "channel"), name="channel_rule_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DigestPlan",
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
                            "weekday",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(7),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        ("at", models.TimeField(default=datetime.time(8, 0), verbose_name="at")),
                        ("is_on", models.BooleanField(default=True, verbose_name="is sent")),
                    ],
                    options={
                        "verbose_name": "weekly digest",
                        "verbose_name_plural": "weekly digests",
                    },
                ),
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "name",
                            models.CharField(
                                max_length=40,
                                primary_key=True,
                                serialize=False,
                                verbose_name="name",
                            ),
                        ),
                        ("beat_at", models.DateTimeField(verbose_name="last beat")),
                        (
                            "detail",
                            models.CharField(blank=True, max_length=120, verbose_name="detail"),
                        ),
                    ],
                    options={
                        "verbose_name": "heartbeat",
                        "verbose_name_plural": "heartbeats",
                    },
                ),
                migrations.CreateModel(
                    name="Mailbox",
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
                            "purpose",
                            models.CharField(
                                choices=[("CASES", "Complaints"), ("FEEDBACK", "Feedback")],
                                max_length=10,
                                verbose_name="purpose",
                            ),
                        ),
                        ("host", models.CharField(max_length=200, verbose_name="mail server")),
                        ("port", models.PositiveIntegerField(default=993, verbose_name="port")),
                        (
                            "safety",
                            models.CharField(
                                choices=[
                                    ("TLS", "TLS from the start"),
                                    ("STARTTLS", "TLS after greeting (STARTTLS)"),
                                    ("NONE", "unprotected"),
                                ],
                                default="TLS",
                                max_length=10,
                                verbose_name="protection",
                            ),
                        ),
                        ("username", models.CharField(max_length=200, verbose_name="user name")),
                        (
                            "password",
                            portal.sealing.SealedTextField(
                                blank=True, default="", verbose_name="password"
                            ),
                        ),
                        (
                            "folder",
                            models.CharField(
                                default="INBOX", max_length=200, verbose_name="folder"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="is read")),
                        (
                            "uid_validity",
                            models.BigIntegerField(blank=True, editable=False, null=True),
                        ),
                        ("last_uid", models.BigIntegerField(default=0, editable=False)),
                        ("next_read_at", models.DateTimeField(editable=False, null=True)),
                        ("lease", models.UUIDField(editable=False, null=True)),
                        ("leased_until", models.DateTimeField(editable=False, null=True)),
                        (
                            "last_read_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last read"
                            ),
                        ),
                        (
                            "last_item_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last mail"
                            ),
                        ),
                        ("last_error", models.CharField(blank=True, editable=False, max_length=20)),
                        ("failing_since", models.DateTimeField(editable=False, null=True)),
                        ("failures", models.PositiveIntegerField(default=0, editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "mailbox",
                        "verbose_name_plural": "mailboxes",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("port__gte", 1), ("port__lte", 65535)),
                                name="mailbox_port_exists",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lease", None), ("leased_until", None)),
                                    models.Q(
                                        ("lease__isnull", False), ("leased_until__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="mailbox_lease_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Masking",
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
                    ],
                    options={
                        "verbose_name": "masking",
                        "verbose_name_plural": "maskings",
                    },
                ),
                migrations.CreateModel(
                    name="OwnWords",
                    fields=[
                        (
                            "topic",
                            models.CharField(
                                max_length=40,
                                primary_key=True,
                                serialize=False,
                                verbose_name="topic",
                            ),
                        ),
                        (
                            "text_zh",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="words in Chinese"
                            ),
                        ),
                        (
                            "text_en",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="words in English"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "words of the department",
                        "verbose_name_plural": "words of the department",
                    },
                ),
                migrations.CreateModel(
                    name="Robot",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("DINGTALK", "DingTalk"),
                                    ("WECOM", "WeCom"),
                                    ("FEISHU", "Feishu"),
                                    ("JSON", "Webhook (JSON)"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "address",
                            portal.sealing.SealedTextField(
                                help_text="DingTalk: dingtalk://secret@token, WeCom: wecombot://key, Feishu: feishu://secret@token.",
                                verbose_name="address",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("busy_until", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "group robot",
                        "verbose_name_plural": "group robots",
                    },
                ),
                migrations.CreateModel(
                    name="Throttle",
                    fields=[
                        ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ("began_at", models.DateTimeField(db_index=True)),
                        ("count", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "verbose_name": "throttle",
                        "verbose_name_plural": "throttles",
                    },
                ),
                migrations.CreateModel(
                    name="User",
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
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={
                                    "unique": "A user with that username already exists."
                                },
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[
                                    django.contrib.auth.validators.UnicodeUsernameValidator()
                                ],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        (
                            "last_name",
                            models.CharField(blank=True, max_length=150, verbose_name="last name"),
                        ),
                        (
                            "email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="email address"
                            ),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("zh-hans", "Simplified Chinese"), ("en", "English")],
                                help_text="Empty: the language of the browser.",
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "home",
                            models.JSONField(
                                blank=True, default=dict, verbose_name="choices of the pages"
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "abstract": False,
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiToken",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                        ("hint", models.CharField(editable=False, max_length=12)),
                        ("scopes", models.JSONField(default=list, verbose_name="scopes")),
                        ("created_at", models.DateTimeField(verbose_name="set up at")),
                        ("expires_at", models.DateTimeField(verbose_name="token valid until")),
                        ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked at")),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API token",
                        "verbose_name_plural": "API tokens",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="api_token_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("revoked_at", None), ("revoked_by", None)),
                                    models.Q(
                                        ("revoked_at__isnull", False), ("revoked_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="api_token_revoked_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
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
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(blank=True, max_length=64, verbose_name="from where"),
                        ),
                        ("verb", models.CharField(max_length=64, verbose_name="what")),
                        (
                            "target_type",
                            models.CharField(
                                blank=True, max_length=64, verbose_name="kind of object"
                            ),
                        ),
                        (
                            "target_id",
                            models.CharField(
                                blank=True, max_length=64, verbose_name="key of the object"
                            ),
                        ),
                        (
                            "target_label",
                            models.CharField(blank=True, max_length=120, verbose_name="object"),
                        ),
                        ("before", models.JSONField(default=dict, verbose_name="before")),
                        ("after", models.JSONField(default=dict, verbose_name="after")),
                    ],
                    options={
                        "verbose_name": "audit entry",
                        "verbose_name_plural": "audit entries",
                        "indexes": [
                            models.Index(fields=["-at", "-id"], name="audit_newest"),
                            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
                            models.Index(
                                fields=["target_type", "target_id", "-at"], name="audit_by_target"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelChoice",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="channel_choices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("topic", models.CharField(max_length=40, verbose_name="topic")),
                        (
                            "channel",
                            models.CharField(
                                choices=[("MAIL", "E-mail"), ("ROBOT", "Group robot")],
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        ("wanted", models.BooleanField(verbose_name="is wanted")),
                    ],
                    options={
                        "verbose_name": "choice of a channel",
                        "verbose_name_plural": "choices of channels",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "topic", "channel"), name="channel_choice_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Erasure",
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
                        ("at", models.DateTimeField(verbose_name="erased at")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("REQUEST", "asked for by the person"),
                                    ("UNLAWFUL", "should not have been kept"),
                                    ("RETENTION", "the retention time is over"),
                                    ("AGAIN", "again, after a backup was restored"),
                                ],
                                max_length=10,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="number of the request"
                            ),
                        ),
                        (
                            "even_open",
                            models.BooleanField(default=False, verbose_name="with open cases"),
                        ),
                        ("counts", models.JSONField(default=dict)),
                        ("stores", models.JSONField(default=list)),
                        ("noted_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "erasure",
                        "verbose_name_plural": "erasures",
                        "indexes": [
                            models.Index(fields=["-at", "-id"], name="erasure_newest"),
                            models.Index(
                                condition=models.Q(("noted_at", None)),
                                fields=["id"],
                                name="erasure_not_noted",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExportRun",
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
                        ("kind", models.CharField(max_length=40, verbose_name="kind")),
                        ("ending", models.CharField(max_length=4, verbose_name="format")),
                        ("in_chinese", models.BooleanField(default=True)),
                        ("month", models.DateField(blank=True, null=True, verbose_name="month")),
                        ("filters", portal.sealing.SealedTextField(blank=True, default="")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="export_runs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
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
                                blank=True,
                                max_length=200,
                                upload_to="exports/%Y/%m/",
                                verbose_name="file",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "export",
                        "verbose_name_plural": "exports",
                        "indexes": [
                            models.Index(fields=["actor", "-asked_at"], name="export_by_actor")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRun",
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
                        ("kind", models.CharField(max_length=40, verbose_name="kind")),
                        (
                            "file",
                            models.FileField(
                                blank=True,
                                max_length=200,
                                upload_to="imports/%Y/%m/",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "filename",
                            models.CharField(max_length=200, verbose_name="name of the file"),
                        ),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="import_runs",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="started at")),
                        ("moved_at", models.DateTimeField(verbose_name="last moved at")),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished at"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("CHECKING", "being checked"),
                                    ("READY", "checked, waiting for a go-ahead"),
                                    ("WRITING", "being written"),
                                    ("DONE", "done"),
                                    ("REJECTED", "rejected"),
                                    ("FAILED", "failed"),
                                ],
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "partial",
                            models.BooleanField(
                                default=False,
                                verbose_name="write the good rows even if some are bad",
                            ),
                        ),
                        ("dry_run", models.BooleanField(default=False, verbose_name="check only")),
                        ("rows_total", models.PositiveIntegerField(default=0)),
                        ("rows_checked", models.PositiveIntegerField(default=0)),
                        ("rows_written", models.PositiveIntegerField(default=0)),
                        ("added", models.PositiveIntegerField(default=0, verbose_name="added")),
                        ("changed", models.PositiveIntegerField(default=0, verbose_name="changed")),
                        (
                            "unchanged",
                            models.PositiveIntegerField(default=0, verbose_name="unchanged"),
                        ),
                        (
                            "rejected",
                            models.PositiveIntegerField(default=0, verbose_name="rejected"),
                        ),
                        ("messages", models.JSONField(default=list, verbose_name="messages")),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "indexes": [
                            models.Index(fields=["actor", "-started_at"], name="import_by_actor")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncomingMail",
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
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="portal.mailbox",
                            ),
                        ),
                        ("identity", models.CharField(editable=False, max_length=64)),
                        ("uid", models.BigIntegerField()),
                        ("message_id", models.CharField(blank=True, max_length=500)),
                        ("in_reply_to", models.CharField(blank=True, max_length=500)),
                        ("references", models.TextField(blank=True)),
                        ("tags", models.CharField(blank=True, max_length=500)),
                        (
                            "sender",
                            portal.sealing.SealedTextField(
                                blank=True, default="", verbose_name="sender"
                            ),
                        ),
                        (
                            "sender_name",
                            portal.sealing.SealedTextField(
                                blank=True, default="", verbose_name="name of the sender"
                            ),
                        ),
                        (
                            "sender_hash",
                            models.CharField(blank=True, editable=False, max_length=40),
                        ),
                        (
                            "sender_masked",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="sender, masked"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=500, verbose_name="subject"),
                        ),
                        (
                            "body",
                            portal.sealing.SealedTextField(
                                blank=True, default="", verbose_name="text"
                            ),
                        ),
                        (
                            "sent_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                        (
                            "is_whole",
                            models.BooleanField(default=True, verbose_name="could be read whole"),
                        ),
                        (
                            "automatic",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("LOOP", "our own mail that came back"),
                                    ("BOUNCE", "returned by a mail server"),
                                    ("DECLARED", "declared as automatic"),
                                    ("BULK", "sent to many"),
                                    ("SUBJECT", "subject of an automatic reply"),
                                    ("FLOOD", "too many mails of one sender in an hour"),
                                ],
                                max_length=10,
                                verbose_name="automatic",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("NEW", "new"),
                                    ("TAKEN", "taken"),
                                    ("IGNORED", "ignored"),
                                ],
                                default="NEW",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("taken_kind", models.CharField(blank=True, max_length=40)),
                        ("taken_key", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "verbose_name": "incoming mail",
                        "verbose_name_plural": "incoming mails",
                        "indexes": [
                            models.Index(
                                fields=["mailbox", "state", "-received_at"], name="mail_of_mailbox"
                            ),
                            models.Index(
                                fields=["sender_hash", "received_at"], name="mail_of_sender"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mailbox", "identity"), name="mail_once_in_mailbox"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "TAKEN"),
                                        models.Q(("taken_kind", ""), _negated=True),
                                        models.Q(("taken_key", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "TAKEN"), _negated=True),
                                        ("taken_key", ""),
                                        ("taken_kind", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="mail_taken_by_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                            "receiver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="receiver",
                            ),
                        ),
                        ("key", models.CharField(max_length=120, verbose_name="key")),
                        ("kind", models.CharField(max_length=64, verbose_name="kind")),
                        ("params", models.JSONField(default=dict, verbose_name="parameters")),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=64, verbose_name="subject"),
                        ),
                        ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        (
                            "read_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="read at"),
                        ),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "indexes": [
                            models.Index(fields=["receiver", "-id"], name="notice_newest"),
                            models.Index(
                                condition=models.Q(("read_at", None)),
                                fields=["receiver", "-id"],
                                name="notice_unread",
                            ),
                            models.Index(
                                condition=models.Q(("read_at", None)),
                                fields=["subject"],
                                name="notice_subject",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("receiver", "key"), name="notice_once_for_receiver"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("page", models.CharField(max_length=40, verbose_name="page")),
                        ("name", models.CharField(max_length=40, verbose_name="name")),
                        ("query", models.CharField(max_length=1000, verbose_name="filters")),
                        (
                            "is_shared",
                            models.BooleanField(default=False, verbose_name="for everybody"),
                        ),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "page", "name"),
                                name="saved_view_name_once",
                                violation_error_message="You have a view of this name already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SetupMark",
                    fields=[
                        (
                            "code",
                            models.CharField(
                                max_length=40,
                                primary_key=True,
                                serialize=False,
                                verbose_name="item of the check-list",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("NOT_NEEDED", "not needed"), ("FITS", "fits as it is")],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why not needed"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="when")),
                    ],
                    options={
                        "verbose_name": "mark of the check-list",
                        "verbose_name_plural": "marks of the check-list",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "NOT_NEEDED"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="setup_mark_says_why",
                                violation_error_message="Please say why this is not needed.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        ("key", models.UUIDField(primary_key=True, serialize=False)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("result", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "submitted form",
                        "verbose_name_plural": "submitted forms",
                        "indexes": [models.Index(fields=["created_at"], name="submission_age")],
                    },
                ),
                migrations.CreateModel(
                    name="Webhook",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="webhooks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("address", models.CharField(max_length=500, verbose_name="address")),
                        ("secret", portal.sealing.SealedTextField(verbose_name="secret")),
                        ("events", models.JSONField(default=list, verbose_name="events")),
                        ("store_ids", models.JSONField(default=list, verbose_name="stores")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("failures", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "paused_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="paused at"
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="set up at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "webhook",
                        "verbose_name_plural": "webhooks",
                    },
                ),
                migrations.CreateModel(
                    name="ApiCall",
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
                            "token",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="portal.apitoken",
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField(default=0)),
                        ("answer", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "API call",
                        "verbose_name_plural": "API calls",
                        "constraints": [
                            models.UniqueConstraint(fields=("token", "key"), name="api_call_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ErasedKey",
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
                            "erasure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keys",
                                to="portal.erasure",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("key", models.CharField(max_length=40)),
                        ("mark", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "verbose_name": "key of an erased person",
                        "verbose_name_plural": "keys of erased persons",
                        "indexes": [models.Index(fields=["kind", "key"], name="erased_key")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("erasure", "kind", "key"), name="erased_key_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncomingFile",
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
                            "mail",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="portal.incomingmail",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("kind", models.CharField(blank=True, max_length=100, verbose_name="kind")),
                        ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "file",
                            models.FileField(blank=True, max_length=200, upload_to="mails/%Y/%m/"),
                        ),
                        ("refused", models.CharField(blank=True, max_length=20)),
                    ],
                    options={
                        "verbose_name": "file of a mail",
                        "verbose_name_plural": "files of mails",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("refused", ""), models.Q(("file", ""), _negated=True)
                                    ),
                                    models.Q(
                                        models.Q(("refused", ""), _negated=True), ("file", "")
                                    ),
                                    _connector="OR",
                                ),
                                name="mail_file_or_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
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
                        ("key", models.CharField(max_length=160, unique=True, verbose_name="key")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("MAIL", "E-mail"),
                                    ("ROBOT", "Group robot"),
                                    ("LETTER", "Letter to somebody outside"),
                                    ("WEBHOOK", "Webhook"),
                                ],
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="receiver",
                            ),
                        ),
                        (
                            "robot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="portal.robot",
                                verbose_name="group robot",
                            ),
                        ),
                        (
                            "webhook",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="portal.webhook",
                            ),
                        ),
                        ("kind", models.CharField(max_length=64, verbose_name="kind")),
                        ("params", models.JSONField(default=dict, verbose_name="parameters")),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=64, verbose_name="subject"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("not_before", models.DateTimeField(verbose_name="not before")),
                        ("next_try_at", models.DateTimeField(verbose_name="next try at")),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
                        ),
                        ("lease", models.UUIDField(editable=False, null=True)),
                        ("leased_until", models.DateTimeField(editable=False, null=True)),
                        ("parcel", models.UUIDField(editable=False, null=True)),
                        (
                            "sent_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
                        ),
                        (
                            "gave_up_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="given up at"),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="withdrawn at"
                            ),
                        ),
                        (
                            "last_error",
                            models.CharField(blank=True, max_length=200, verbose_name="last error"),
                        ),
                    ],
                    options={
                        "verbose_name": "outgoing message",
                        "verbose_name_plural": "outgoing messages",
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("gave_up_at", None), ("sent_at", None), ("withdrawn_at", None)
                                ),
                                fields=["next_try_at", "id"],
                                name="outbox_waiting",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("gave_up_at", None),
                                    ("robot__isnull", False),
                                    ("sent_at", None),
                                    ("withdrawn_at", None),
                                ),
                                fields=["robot", "next_try_at", "id"],
                                name="outbox_of_robot",
                            ),
                            models.Index(
                                condition=models.Q(("gave_up_at__isnull", False)),
                                fields=["-gave_up_at"],
                                name="outbox_failed",
                            ),
                            models.Index(
                                condition=models.Q(("sent_at", None)),
                                fields=["subject"],
                                name="outbox_subject",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("channel", "MAIL"),
                                        ("robot", None),
                                        ("user__isnull", False),
                                        ("webhook", None),
                                    ),
                                    models.Q(
                                        ("channel", "ROBOT"),
                                        ("robot__isnull", False),
                                        ("webhook", None),
                                    ),
                                    models.Q(
                                        ("channel", "LETTER"),
                                        ("robot", None),
                                        ("user", None),
                                        ("webhook", None),
                                    ),
                                    models.Q(
                                        ("channel", "WEBHOOK"),
                                        ("robot", None),
                                        ("user", None),
                                        ("webhook__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="outbox_has_an_address",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lease", None), ("leased_until", None)),
                                    models.Q(
                                        ("lease__isnull", False), ("leased_until__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="outbox_lease_is_whole",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
