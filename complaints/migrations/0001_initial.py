import django.db.models.deletion
import portal.migrating
import portal.sealing
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("portal", "0002_append_only"),
        ("staff", "0011_masking"),
    ]

    operations = [
        portal.migrating.CreateModels(
            operations=[
                migrations.CreateModel(
                    name="CaseMailbox",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_mailbox",
                                to="portal.mailbox",
                                verbose_name="mailbox",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_mailboxes",
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
                                related_name="case_mailboxes",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        ("address", models.EmailField(max_length=254, verbose_name="address")),
                        (
                            "takes_tags",
                            models.BooleanField(
                                default=False, verbose_name="the server delivers name+tag@…"
                            ),
                        ),
                        (
                            "signature",
                            models.TextField(blank=True, max_length=1000, verbose_name="signature"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "mailbox for complaints",
                        "verbose_name_plural": "mailboxes for complaints",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("store", None), ("team__isnull", False)),
                                    models.Q(("store__isnull", False), ("team", None)),
                                    _connector="OR",
                                ),
                                name="case_mailbox_of_store_or_team",
                                violation_error_message="A mailbox is that of a store or that of a team.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CauseKind",
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
                        ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                        (
                            "name_zh",
                            models.CharField(max_length=60, verbose_name="name in Chinese"),
                        ),
                        (
                            "name_en",
                            models.CharField(max_length=60, verbose_name="name in English"),
                        ),
                        (
                            "side",
                            models.CharField(
                                choices=[
                                    ("OURS", "ours"),
                                    ("WAREHOUSE", "the warehouse's"),
                                    ("SUPPLIER", "the supplier's"),
                                    ("COURIER", "the courier's"),
                                    ("PLATFORM", "the platform's"),
                                    ("CUSTOMER", "the customer's"),
                                    ("NOBODY", "nobody's"),
                                ],
                                max_length=10,
                                verbose_name="where it lies",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "root cause",
                        "verbose_name_plural": "root causes",
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintType",
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
                        ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="complaints.complainttype",
                                verbose_name="group",
                            ),
                        ),
                        (
                            "name_zh",
                            models.CharField(max_length=60, verbose_name="name in Chinese"),
                        ),
                        (
                            "name_en",
                            models.CharField(max_length=60, verbose_name="name in English"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who has it gets such cases first. Without one, that of the group counts.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="staff.skill",
                                verbose_name="skill",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "type of complaint",
                        "verbose_name_plural": "types of complaint",
                    },
                ),
                migrations.CreateModel(
                    name="Customer",
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
                            models.CharField(max_length=120, verbose_name="name or platform name"),
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
                        (
                            "company",
                            models.CharField(blank=True, max_length=120, verbose_name="company"),
                        ),
                        (
                            "phone",
                            portal.sealing.SealedTextField(
                                blank=True, default="", verbose_name="phone"
                            ),
                        ),
                        ("phone_hash", models.CharField(blank=True, editable=False, max_length=40)),
                        (
                            "phone_masked",
                            models.CharField(
                                blank=True,
                                editable=False,
                                max_length=40,
                                verbose_name="phone, masked",
                            ),
                        ),
                        (
                            "address",
                            portal.sealing.SealedTextField(
                                blank=True, default="", verbose_name="address"
                            ),
                        ),
                        (
                            "address_masked",
                            models.CharField(
                                blank=True,
                                editable=False,
                                max_length=20,
                                verbose_name="address, masked",
                            ),
                        ),
                        (
                            "is_valued",
                            models.BooleanField(
                                default=False, verbose_name="customer of high value"
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="known since")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "customer",
                        "verbose_name_plural": "customers",
                        "indexes": [
                            models.Index(
                                fields=["name"],
                                name="customer_name",
                                opclasses=["varchar_pattern_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("phone_hash", ""), _negated=True),
                                fields=["phone_hash"],
                                name="customer_phone",
                            ),
                            models.Index(
                                fields=["platform", "name"], name="customer_platform_name"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Department",
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
                        (
                            "name_zh",
                            models.CharField(max_length=60, verbose_name="name in Chinese"),
                        ),
                        (
                            "name_en",
                            models.CharField(max_length=60, verbose_name="name in English"),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.calendar",
                                verbose_name="calendar",
                            ),
                        ),
                        (
                            "task_minutes",
                            models.PositiveIntegerField(
                                default=480,
                                verbose_name="time for a task (minutes of its service time)",
                            ),
                        ),
                        (
                            "contact",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="whom to ask there"
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "department",
                        "verbose_name_plural": "departments",
                    },
                ),
                migrations.CreateModel(
                    name="NumberSeries",
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
                        ("letter", models.CharField(max_length=1)),
                        ("day", models.DateField()),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "number series",
                        "verbose_name_plural": "number series",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("letter", "day"), name="number_series_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
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
                            models.CharField(max_length=200, unique=True, verbose_name="name"),
                        ),
                    ],
                    options={
                        "verbose_name": "product",
                        "verbose_name_plural": "products",
                    },
                ),
                migrations.CreateModel(
                    name="TeamRouting",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routing",
                                to="staff.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "is_automatic",
                            models.BooleanField(
                                default=True,
                                help_text="By shipping state, skill, who is on shift, and evenly. Otherwise they wait for a lead.",
                                verbose_name="cases without owner are given by the rules",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "routing of a team",
                        "verbose_name_plural": "routing of teams",
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
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
                            models.CharField(max_length=20, unique=True, verbose_name="number"),
                        ),
                        (
                            "title",
                            models.CharField(max_length=200, verbose_name="what is behind it"),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "cause",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="complaints.causekind",
                                verbose_name="root cause",
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="one measure for all"
                            ),
                        ),
                        (
                            "message",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="one message to all"
                            ),
                        ),
                        ("told_at", models.DateTimeField(null=True, verbose_name="told to all at")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened at")),
                        (
                            "closed_at",
                            models.DateTimeField(null=True, verbose_name="incident closed at"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "incident",
                        "verbose_name_plural": "incidents",
                        "indexes": [
                            models.Index(fields=["-opened_at", "-id"], name="incident_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Order",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        ("number", models.CharField(max_length=64, verbose_name="order number")),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="complaints.customer",
                                verbose_name="customer",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="complaints.product",
                                verbose_name="product",
                            ),
                        ),
                        (
                            "specification",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="specification"
                            ),
                        ),
                        (
                            "batch",
                            models.CharField(blank=True, max_length=80, verbose_name="batch"),
                        ),
                        (
                            "amount_fen",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="amount (fen)"
                            ),
                        ),
                        (
                            "bought_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="bought at"),
                        ),
                        (
                            "promised_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="promised to ship at"
                            ),
                        ),
                        (
                            "shipped_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="shipped at"),
                        ),
                        (
                            "tracking",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="tracking number"
                            ),
                        ),
                        (
                            "remark",
                            models.CharField(blank=True, max_length=500, verbose_name="remark"),
                        ),
                        (
                            "remark_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="author of the remark",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "order",
                        "verbose_name_plural": "orders",
                        "indexes": [
                            models.Index(
                                fields=["number"],
                                name="order_number",
                                opclasses=["varchar_pattern_ops"],
                            ),
                            models.Index(
                                fields=["customer", "-bought_at"], name="order_of_customer"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("promised_at__isnull", False), ("shipped_at", None)
                                ),
                                fields=["promised_at", "id"],
                                name="order_promised",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("store", "number"),
                                name="order_once_in_store",
                                violation_error_message="This store has an order of that number already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_fen", None), ("amount_fen__gte", 0), _connector="OR"
                                ),
                                name="order_amount_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Wave",
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
                            "type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waves",
                                to="complaints.complainttype",
                                verbose_name="type",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waves",
                                to="complaints.product",
                                verbose_name="product",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waves",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        ("began_at", models.DateTimeField(verbose_name="began")),
                        ("last_at", models.DateTimeField(verbose_name="last complaint")),
                        ("cases", models.PositiveIntegerField(verbose_name="cases")),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(verbose_name="within minutes"),
                        ),
                        ("seen_at", models.DateTimeField(verbose_name="noticed")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="over since"),
                        ),
                    ],
                    options={
                        "verbose_name": "wave of complaints",
                        "verbose_name_plural": "waves of complaints",
                        "indexes": [models.Index(fields=["-seen_at", "-id"], name="wave_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("product", None), ("store__isnull", False)),
                                    models.Q(("product__isnull", False), ("store", None)),
                                    _connector="OR",
                                ),
                                name="wave_of_product_or_store",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("product__isnull", False)),
                                fields=("type", "product"),
                                name="wave_of_product_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("store__isnull", False)),
                                fields=("type", "store"),
                                name="wave_of_store_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Chase",
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
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chases",
                                to="complaints.order",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chases",
                                to="staff.person",
                                verbose_name="chased by",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "text",
                            models.CharField(
                                max_length=500, verbose_name="what was asked, and whom"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "chase to the warehouse",
                        "verbose_name_plural": "chases to the warehouse",
                        "indexes": [models.Index(fields=["order", "at"], name="chase_of_order")],
                    },
                ),
                migrations.CreateModel(
                    name="Complaint",
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
                            "acknowledge_by",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="acknowledge by"
                            ),
                        ),
                        (
                            "acknowledged_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="acknowledged at"
                            ),
                        ),
                        (
                            "acknowledged_late",
                            models.PositiveIntegerField(editable=False, null=True),
                        ),
                        (
                            "answer_by",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="answer by"
                            ),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="answered at"
                            ),
                        ),
                        ("answered_late", models.PositiveIntegerField(editable=False, null=True)),
                        (
                            "start_by",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="remedy started by"
                            ),
                        ),
                        (
                            "started_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="remedy started at"
                            ),
                        ),
                        ("started_late", models.PositiveIntegerField(editable=False, null=True)),
                        (
                            "revisit_by",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="revisit by"
                            ),
                        ),
                        (
                            "revisited_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="revisited at"
                            ),
                        ),
                        ("revisited_late", models.PositiveIntegerField(editable=False, null=True)),
                        ("used_seconds", models.PositiveIntegerField(default=0, editable=False)),
                        ("waited_seconds", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "waiting_until",
                            models.DateTimeField(
                                editable=False,
                                null=True,
                                verbose_name="waiting for the customer until",
                            ),
                        ),
                        (
                            "due_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="due at"),
                        ),
                        (
                            "threat",
                            models.CharField(
                                choices=[
                                    ("NONE", "no threat"),
                                    ("PUBLIC", "to go public"),
                                    ("PLATFORM", "to call in the platform"),
                                ],
                                default="NONE",
                                max_length=10,
                                verbose_name="threat",
                            ),
                        ),
                        (
                            "escalated_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="escalated at"
                            ),
                        ),
                        (
                            "escalated_because",
                            models.CharField(blank=True, default="", editable=False, max_length=60),
                        ),
                        ("owner_pinned", models.BooleanField(default=False, editable=False)),
                        (
                            "number",
                            models.CharField(max_length=20, unique=True, verbose_name="number"),
                        ),
                        ("registered_at", models.DateTimeField(verbose_name="registered at")),
                        ("service_day", models.DateField(verbose_name="service day")),
                        (
                            "channel",
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
                                verbose_name="channel",
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
                                related_name="complaints",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="complaints.order",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="complaints.customer",
                                verbose_name="customer",
                            ),
                        ),
                        (
                            "shipping",
                            models.CharField(
                                choices=[
                                    ("UNKNOWN", "not known"),
                                    ("NOT_SHIPPED", "not shipped"),
                                    ("SHIPPED", "shipped"),
                                ],
                                default="UNKNOWN",
                                max_length=12,
                                verbose_name="shipping state",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="complaints.product",
                                verbose_name="product",
                            ),
                        ),
                        (
                            "specification",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="specification"
                            ),
                        ),
                        (
                            "produced_on",
                            models.DateField(blank=True, null=True, verbose_name="production date"),
                        ),
                        (
                            "batch",
                            models.CharField(blank=True, max_length=80, verbose_name="batch"),
                        ),
                        (
                            "used_since",
                            models.CharField(blank=True, max_length=200, verbose_name="when used"),
                        ),
                        (
                            "description",
                            models.TextField(max_length=20000, verbose_name="what happened"),
                        ),
                        (
                            "used_before",
                            models.TextField(
                                blank=True,
                                max_length=5000,
                                verbose_name="what was used before and how that went",
                            ),
                        ),
                        (
                            "type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="complaints.complainttype",
                                verbose_name="type",
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[
                                    ("MINOR", "minor"),
                                    ("ORDINARY", "ordinary"),
                                    ("SERIOUS", "serious"),
                                    ("CRITICAL", "critical"),
                                ],
                                default="ORDINARY",
                                max_length=10,
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "amount_fen",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="amount involved (fen)"
                            ),
                        ),
                        (
                            "demand",
                            models.TextField(
                                blank=True,
                                max_length=5000,
                                verbose_name="what the customer asks for",
                            ),
                        ),
                        (
                            "mood",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("CALM", "calm"),
                                    ("DISAPPOINTED", "disappointed"),
                                    ("ANGRY", "angry"),
                                    ("FURIOUS", "furious"),
                                ],
                                max_length=14,
                                verbose_name="how the customer feels",
                            ),
                        ),
                        (
                            "recorder",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recorded_complaints",
                                to="staff.person",
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_complaints",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("REGISTERED", "registered"),
                                    ("HANDLING", "first handling"),
                                    ("INVESTIGATION", "investigation"),
                                    ("PROPOSAL", "proposal"),
                                    ("APPROVAL", "approval"),
                                    ("AGREED", "agreed with the customer"),
                                    ("CARRYING_OUT", "being carried out"),
                                    ("REVISIT", "revisit"),
                                    ("SATISFIED", "closed as satisfied"),
                                    ("UNREACHED", "closed, the customer was not reached"),
                                    ("UNFOUNDED", "closed as unfounded"),
                                    ("WITHDRAWN", "closed as withdrawn"),
                                    ("MERGED", "merged into another case"),
                                ],
                                default="REGISTERED",
                                editable=False,
                                max_length=13,
                                verbose_name="stage of the case",
                            ),
                        ),
                        (
                            "stage_since",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="in this stage since"
                            ),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="case closed at"
                            ),
                        ),
                        (
                            "reopened",
                            models.PositiveSmallIntegerField(
                                default=0, editable=False, verbose_name="times reopened"
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="complaints.complaint",
                                verbose_name="merged into",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cases",
                                to="complaints.incident",
                                verbose_name="incident",
                            ),
                        ),
                        ("changed_at", models.DateTimeField(verbose_name="changed at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("words", models.TextField(default="", editable=False)),
                    ],
                    options={
                        "verbose_name": "complaint",
                        "verbose_name_plural": "complaints",
                        "indexes": [
                            models.Index(fields=["-registered_at", "-id"], name="complaint_newest"),
                            models.Index(
                                fields=["store", "-registered_at", "-id"], name="complaint_of_store"
                            ),
                            models.Index(fields=["-changed_at", "-id"], name="complaint_changed"),
                            models.Index(
                                fields=["owner", "-registered_at"], name="complaint_of_owner"
                            ),
                            models.Index(
                                fields=["customer", "-registered_at"], name="complaint_of_customer"
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at", "id"],
                                name="complaint_by_due",
                            ),
                            models.Index(
                                fields=["stage", "-registered_at", "-id"], name="complaint_by_stage"
                            ),
                            models.Index(
                                condition=models.Q(("closed_at__isnull", False)),
                                fields=["closed_at", "id"],
                                name="complaint_closed",
                            ),
                            models.Index(
                                condition=models.Q(("waiting_until__isnull", False)),
                                fields=["waiting_until"],
                                name="complaint_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("escalated_at__isnull", False)),
                                fields=["-registered_at", "-id"],
                                name="complaint_escalated",
                            ),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="complaint_merged_into",
                            ),
                            models.Index(
                                condition=models.Q(("incident__isnull", False)),
                                fields=["incident"],
                                name="complaint_of_incident",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=("channel", "reference"),
                                name="complaint_reference_once",
                                violation_error_message="This channel has a complaint of that number already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_fen", None), ("amount_fen__gte", 0), _connector="OR"
                                ),
                                name="complaint_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("acknowledged_late", None),
                                    ("acknowledged_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="complaint_acknowledged_late_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_late", None),
                                    ("answered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="complaint_answered_late_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None),
                                        (
                                            "stage__in",
                                            (
                                                "REGISTERED",
                                                "HANDLING",
                                                "INVESTIGATION",
                                                "PROPOSAL",
                                                "APPROVAL",
                                                "AGREED",
                                                "CARRYING_OUT",
                                                "REVISIT",
                                            ),
                                        ),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        models.Q(
                                            (
                                                "stage__in",
                                                (
                                                    "REGISTERED",
                                                    "HANDLING",
                                                    "INVESTIGATION",
                                                    "PROPOSAL",
                                                    "APPROVAL",
                                                    "AGREED",
                                                    "CARRYING_OUT",
                                                    "REVISIT",
                                                ),
                                            ),
                                            _negated=True,
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_closed_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("merged_into__isnull", False), ("stage", "MERGED")),
                                    models.Q(
                                        models.Q(("stage", "MERGED"), _negated=True),
                                        ("merged_into", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_merged_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("escalated_at", None), ("escalated_because", "")),
                                    models.Q(
                                        ("escalated_at__isnull", False),
                                        models.Q(("escalated_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_escalation_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderRemark",
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
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="complaints.order",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "logistics",
                            models.CharField(blank=True, max_length=120, verbose_name="logistics"),
                        ),
                        (
                            "gift",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="gift of an order"
                            ),
                        ),
                        (
                            "wishes",
                            models.CharField(
                                blank=True, max_length=160, verbose_name="other requests"
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_remarks",
                                to="staff.person",
                                verbose_name="author of the remark",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="written at")),
                        ("text", models.CharField(max_length=500, verbose_name="remark")),
                    ],
                    options={
                        "verbose_name": "order remark",
                        "verbose_name_plural": "order remarks",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "version"), name="remark_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("gift", ""), ("logistics", ""), ("wishes", "")),
                                    models.Q(
                                        ("author__isnull", False),
                                        models.Q(("logistics", ""), _negated=True),
                                        models.Q(("gift", ""), _negated=True),
                                        models.Q(("wishes", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="remark_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShippingPromise",
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
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="complaints.order",
                            ),
                        ),
                        ("promised_at", models.DateTimeField(verbose_name="promised to ship at")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shipping_promises",
                                to="staff.person",
                                verbose_name="promised by",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="promise recorded at")),
                    ],
                    options={
                        "verbose_name": "promise of shipping",
                        "verbose_name_plural": "promises of shipping",
                    },
                ),
                migrations.CreateModel(
                    name="UnpaidOrder",
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
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unpaid",
                                to="complaints.order",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unpaid_orders",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unpaid_orders",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("placed_at", models.DateTimeField(verbose_name="placed at")),
                        (
                            "pay_until",
                            models.DateTimeField(null=True, verbose_name="to be paid until"),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True,
                                max_length=300,
                                verbose_name="what the customer hesitates about",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "not paid yet"),
                                    ("WON", "won back"),
                                    ("PAID", "paid without a chase"),
                                    ("LOST", "lost"),
                                ],
                                default="OPEN",
                                max_length=4,
                                verbose_name="state",
                            ),
                        ),
                        ("paid_at", models.DateTimeField(null=True, verbose_name="paid at")),
                        (
                            "won_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders_won_back",
                                to="staff.person",
                                verbose_name="won back by",
                            ),
                        ),
                        (
                            "lost_because",
                            models.CharField(
                                blank=True,
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
                                max_length=10,
                                verbose_name="lost because of",
                            ),
                        ),
                        (
                            "lost_note",
                            models.CharField(blank=True, max_length=300, verbose_name="in words"),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(
                                null=True, verbose_name="closed as paid or lost at"
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("noted_at", models.DateTimeField(verbose_name="noted at")),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "unpaid order",
                        "verbose_name_plural": "unpaid orders",
                        "indexes": [
                            models.Index(
                                fields=["store", "state", "-placed_at", "-id"],
                                name="unpaid_of_store",
                            ),
                            models.Index(fields=["won_by", "paid_at"], name="unpaid_won"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None), ("closed_by", None), ("state", "OPEN")
                                    ),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="unpaid_closed_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("paid_at__isnull", False), ("state__in", ("WON", "PAID"))
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ("WON", "PAID")), _negated=True),
                                        ("paid_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="unpaid_paid_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "WON"), ("won_by__isnull", False)),
                                    models.Q(
                                        models.Q(("state", "WON"), _negated=True), ("won_by", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="unpaid_won_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "LOST"),
                                        models.Q(("lost_because", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "LOST"), _negated=True),
                                        ("lost_because", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="unpaid_lost_for_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("pay_until", None),
                                    ("pay_until__gt", models.F("placed_at")),
                                    _connector="OR",
                                ),
                                name="unpaid_in_order",
                                violation_error_message="It is to be paid after it was placed.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
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
                                related_name="assessment",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "long_relation",
                            models.CharField(
                                choices=[
                                    ("YES", "yes"),
                                    ("PARTLY", "partly"),
                                    ("NO", "no"),
                                    ("UNKNOWN", "not known"),
                                ],
                                max_length=8,
                                verbose_name="a long relation with the customer",
                            ),
                        ),
                        (
                            "buys_again",
                            models.CharField(
                                choices=[
                                    ("YES", "yes"),
                                    ("PARTLY", "partly"),
                                    ("NO", "no"),
                                    ("UNKNOWN", "not known"),
                                ],
                                max_length=8,
                                verbose_name="the customer will buy again",
                            ),
                        ),
                        (
                            "reputation",
                            models.CharField(
                                blank=True,
                                max_length=500,
                                verbose_name="what will be said about us",
                            ),
                        ),
                        (
                            "reasonable",
                            models.CharField(
                                choices=[
                                    ("YES", "yes"),
                                    ("PARTLY", "partly"),
                                    ("NO", "no"),
                                    ("UNKNOWN", "not known"),
                                ],
                                max_length=8,
                                verbose_name="the demand is reasonable",
                            ),
                        ),
                        (
                            "fault",
                            models.CharField(
                                choices=[
                                    ("OURS", "ours"),
                                    ("WAREHOUSE", "the warehouse's"),
                                    ("SUPPLIER", "the supplier's"),
                                    ("COURIER", "the courier's"),
                                    ("PLATFORM", "the platform's"),
                                    ("CUSTOMER", "the customer's"),
                                    ("NOBODY", "nobody's"),
                                ],
                                max_length=10,
                                verbose_name="whose fault",
                            ),
                        ),
                        (
                            "fault_percent",
                            models.PositiveSmallIntegerField(
                                default=100, verbose_name="how much of it (%)"
                            ),
                        ),
                        (
                            "findings",
                            models.TextField(max_length=5000, verbose_name="what was found out"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "assessment",
                        "verbose_name_plural": "assessments",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("fault_percent__lte", 100)),
                                name="assessment_percent_of_all",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
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
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "file",
                            models.FileField(
                                max_length=200, upload_to="attachments/%Y/%m/", verbose_name="file"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("kind", models.CharField(max_length=80, verbose_name="kind")),
                        ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("added_at", models.DateTimeField(verbose_name="added at")),
                    ],
                    options={
                        "verbose_name": "attachment",
                        "verbose_name_plural": "attachments",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "sha256"),
                                name="attachment_once",
                                violation_error_message="This file is attached already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseAlarm",
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
                            "stage",
                            models.CharField(
                                choices=[
                                    ("BEFORE", "before the due time"),
                                    ("DUE", "at the due time"),
                                    ("LEAD", "to the lead on duty"),
                                    ("DEPUTY", "to the deputy"),
                                    ("SUPERVISOR", "to the supervisor"),
                                ],
                                max_length=10,
                                verbose_name="rung",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "receiver",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="receiver",
                            ),
                        ),
                        ("claim", models.UUIDField(editable=False, null=True)),
                        (
                            "delivered_at",
                            models.DateTimeField(null=True, verbose_name="delivered at"),
                        ),
                        (
                            "silenced_at",
                            models.DateTimeField(null=True, verbose_name="silenced at"),
                        ),
                        (
                            "digest",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="portal.notice",
                                verbose_name="told in a digest",
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alarms",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[
                                    ("ACKNOWLEDGE", "acknowledge"),
                                    ("ANSWER", "answer in substance"),
                                    ("START", "start the remedy"),
                                    ("REVISIT", "revisit the customer"),
                                    ("AT_ONCE", "escalated at once"),
                                ],
                                max_length=12,
                                verbose_name="deadline",
                            ),
                        ),
                        ("deadline", models.DateTimeField(verbose_name="moment of the deadline")),
                    ],
                    options={
                        "verbose_name": "alarm of a case",
                        "verbose_name_plural": "alarms of cases",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at", None), ("silenced_at", None)),
                                fields=["due_at", "id"],
                                name="casealarm_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("claim__isnull", False)),
                                fields=["claim"],
                                name="casealarm_claim",
                            ),
                            models.Index(
                                condition=models.Q(("receiver__isnull", False)),
                                fields=["receiver"],
                                name="casealarm_told_to",
                            ),
                            models.Index(
                                condition=models.Q(("digest__isnull", False)),
                                fields=["digest"],
                                name="casealarm_of_digest",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "clock", "stage", "deadline"),
                                name="casealarm_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("delivered_at", None),
                                    ("claim__isnull", False),
                                    _connector="OR",
                                ),
                                name="casealarm_delivery_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseLetter",
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
                            "box",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="complaints.casemailbox",
                            ),
                        ),
                        (
                            "mail",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_letter",
                                to="portal.incomingmail",
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "landed_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("THREAD", "it answers a mail of the case"),
                                    ("TOKEN", "it names the case"),
                                    ("HAND", "somebody put it there"),
                                    ("OPENED", "the case was registered from it"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("landed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "handled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "set_aside_why",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why it is no complaint"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail of a complaint",
                        "verbose_name_plural": "mails of complaints",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("complaint", None), ("set_aside_at", None)),
                                fields=["box", "-id"],
                                name="case_letter_waiting",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("complaint", None), ("landed_at", None), ("landed_by", "")
                                    ),
                                    models.Q(
                                        ("complaint__isnull", False),
                                        ("landed_at__isnull", False),
                                        models.Q(("landed_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="case_letter_landed_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("set_aside_at", None), ("complaint", None), _connector="OR"
                                ),
                                name="case_letter_lands_or_is_set_aside",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
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
                            models.CharField(max_length=20, unique=True, verbose_name="number"),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followups",
                                to="complaints.complaint",
                                verbose_name="complaint",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followups",
                                to="complaints.order",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followups",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followups",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assigned_followups",
                                to="staff.person",
                                verbose_name="assigned by",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(max_length=500, verbose_name="what is to be done"),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "urgent",
                            models.BooleanField(
                                default=False,
                                help_text="Mail and robots do not wait for the next shift.",
                                verbose_name="urgent",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("OPEN", "open"), ("DONE", "done")],
                                default="OPEN",
                                max_length=6,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(blank=True, max_length=1000, verbose_name="outcome"),
                        ),
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
                                verbose_name="done by",
                            ),
                        ),
                        (
                            "rescheduled",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="times rescheduled"
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="external number"
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "indexes": [
                            models.Index(
                                fields=["owner", "state", "due_at", "id"], name="followup_of_owner"
                            ),
                            models.Index(fields=["state", "due_at", "id"], name="followup_by_due"),
                            models.Index(
                                fields=["store", "state", "due_at", "id"], name="followup_of_store"
                            ),
                            models.Index(fields=["complaint", "due_at"], name="followup_of_case"),
                            models.Index(fields=["order", "due_at"], name="followup_of_order"),
                            models.Index(
                                condition=models.Q(("urgent", True)),
                                fields=["state", "due_at", "id"],
                                name="followup_urgent",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("complaint__isnull", False),
                                    ("order__isnull", False),
                                    _connector="OR",
                                ),
                                name="followup_is_about_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("state", "OPEN")),
                                    models.Q(("done_at__isnull", False), ("state", "DONE")),
                                    _connector="OR",
                                ),
                                name="followup_done_is_whole",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=("reference",),
                                name="followup_reference_once",
                                violation_error_message="There is a follow-up of that external number already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Liability",
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
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="liabilities",
                                to="complaints.complaint",
                                verbose_name="complaint",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="liabilities",
                                to="complaints.order",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="liabilities",
                                to="staff.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[
                                    ("REMARK", "badly written order remark"),
                                    ("WAREHOUSE", "the warehouse left something out"),
                                    ("LATE", "shipped later than promised"),
                                    ("ATTITUDE", "service attitude, proven true"),
                                    ("OTHER", "another reason"),
                                ],
                                max_length=10,
                                verbose_name="ground",
                            ),
                        ),
                        ("cost_fen", models.BigIntegerField(verbose_name="cost (fen)")),
                        ("reason", models.CharField(max_length=500, verbose_name="what happened")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "waiting for the supervisor"),
                                    ("DECIDED", "decided"),
                                    ("DROPPED", "nobody is liable"),
                                    ("OVERTURNED", "overturned"),
                                ],
                                default="PROPOSED",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposed_liabilities",
                                to="staff.person",
                                verbose_name="proposed by",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decided_liabilities",
                                to="staff.person",
                            ),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                        ),
                        (
                            "decision",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason of the decision"
                            ),
                        ),
                        (
                            "exempted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="complaints.chase",
                                verbose_name="exempted",
                            ),
                        ),
                        (
                            "overturned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overturned_liabilities",
                                to="staff.person",
                            ),
                        ),
                        (
                            "overturned_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="overturned at"
                            ),
                        ),
                        (
                            "overturned_because",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="overturned because"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "liability",
                        "verbose_name_plural": "liabilities",
                        "indexes": [
                            models.Index(fields=["-proposed_at", "-id"], name="liability_newest"),
                            models.Index(
                                condition=models.Q(("state", "PROPOSED")),
                                fields=["proposed_at"],
                                name="liability_waiting",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("complaint__isnull", False),
                                    ("order__isnull", False),
                                    _connector="OR",
                                ),
                                name="liability_is_about_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cost_fen__gt", 0)),
                                name="liability_costs_something",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("PROPOSED", "DECIDED"))),
                                fields=("order", "ground"),
                                name="liability_once_on_order",
                                violation_error_message="This order has a liability of that ground already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("PROPOSED", "DECIDED"))),
                                fields=("complaint", "ground"),
                                name="liability_once_on_complaint",
                                violation_error_message="This complaint has a liability of that ground already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("state", "PROPOSED"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "PROPOSED"), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("decision", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="liability_decision_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("state", "OVERTURNED"), _negated=True),
                                        ("overturned_at", None),
                                        ("overturned_by", None),
                                    ),
                                    models.Q(
                                        ("overturned_by__isnull", False),
                                        ("state", "OVERTURNED"),
                                        ("overturned_at__isnull", False),
                                        models.Q(("overturned_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="liability_overturning_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Note",
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
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("written_at", models.DateTimeField(verbose_name="written at")),
                        ("text", models.TextField(max_length=10000, verbose_name="text")),
                    ],
                    options={
                        "verbose_name": "note",
                        "verbose_name_plural": "notes",
                        "indexes": [
                            models.Index(fields=["complaint", "-written_at"], name="note_of_case")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Presence",
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
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="presences",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("seen_at", models.DateTimeField()),
                        ("is_writing", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "presence at a case",
                        "verbose_name_plural": "presences at cases",
                        "indexes": [models.Index(fields=["seen_at"], name="presence_age")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "person"), name="presence_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PreventiveMeasure",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="measures",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "what",
                            models.CharField(max_length=500, verbose_name="preventive measure"),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="preventive_measures",
                                to="staff.person",
                                verbose_name="owner",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("done_on", models.DateField(null=True, verbose_name="done on")),
                        (
                            "effect",
                            models.CharField(blank=True, max_length=500, verbose_name="effect"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "preventive measure",
                        "verbose_name_plural": "preventive measures",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_on", None)),
                                fields=["due_on"],
                                name="measure_open_by_due",
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
                            "complaint",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="complaints.complaint",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "still being written"),
                                    ("SUBMITTED", "waits for approval"),
                                    ("APPROVED", "given approval"),
                                    ("AGREED", "agreed with the customer"),
                                    ("REFUSED", "turned down"),
                                    ("DECLINED", "the customer declined"),
                                    ("VOID", "void"),
                                ],
                                default="DRAFT",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "wanted",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("APOLOGY", "apology"),
                                    ("EXPLANATION", "explanation"),
                                    ("REPLACEMENT", "replacement"),
                                    ("EXCHANGE", "exchange"),
                                    ("REFUND", "return and refund"),
                                    ("PARTIAL_REFUND", "partial refund, goods are kept"),
                                    ("PRICE_DIFFERENCE", "price difference"),
                                    ("RESEND", "resend"),
                                    ("GOODS", "goods as compensation"),
                                    ("GIFT", "gift"),
                                    ("COUPON", "coupon"),
                                    ("VISIT", "visit or invitation"),
                                    ("OTHER", "another remedy"),
                                ],
                                max_length=16,
                                verbose_name="what the customer wants",
                            ),
                        ),
                        (
                            "return_fen",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="what that would cost (fen)"
                            ),
                        ),
                        (
                            "goods_fen",
                            models.BigIntegerField(
                                default=0, verbose_name="value of the goods lost (fen)"
                            ),
                        ),
                        (
                            "freight_out_fen",
                            models.BigIntegerField(
                                default=0, verbose_name="freight to the customer (fen)"
                            ),
                        ),
                        (
                            "freight_back_fen",
                            models.BigIntegerField(default=0, verbose_name="freight back (fen)"),
                        ),
                        (
                            "handling_fen",
                            models.BigIntegerField(default=0, verbose_name="handling (fen)"),
                        ),
                        ("reason", models.CharField(max_length=1000, verbose_name="why this")),
                        (
                            "total_fen",
                            models.BigIntegerField(default=0, verbose_name="granted in all (fen)"),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="staff.person",
                                verbose_name="proposed by",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                        (
                            "submitted_at",
                            models.DateTimeField(null=True, verbose_name="submitted at"),
                        ),
                        (
                            "needs",
                            models.CharField(
                                blank=True, max_length=10, verbose_name="who has to approve"
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decided_proposals",
                                to="staff.person",
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                        (
                            "decision",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason of the decision"
                            ),
                        ),
                        (
                            "is_exception",
                            models.BooleanField(default=False, verbose_name="stood in"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "proposal",
                        "verbose_name_plural": "proposals",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "SUBMITTED")),
                                fields=["submitted_at"],
                                name="proposal_waiting",
                            ),
                            models.Index(fields=["-proposed_at", "-id"], name="proposal_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "position"), name="proposal_in_order"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ("DRAFT", "SUBMITTED", "APPROVED"))
                                ),
                                fields=("complaint",),
                                name="proposal_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(
                                        ("decided_by", models.F("proposed_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_never_by_oneself",
                                violation_error_message="Nobody decides on their own proposal.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("decided_by", None)),
                                    models.Q(
                                        ("decided_at__isnull", False), ("decided_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_decided_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("needs", ""),
                                    models.Q(("state__in", ("APPROVED", "AGREED")), _negated=True),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="proposal_approved_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("freight_back_fen__gte", 0),
                                    ("freight_out_fen__gte", 0),
                                    ("goods_fen__gte", 0),
                                    ("handling_fen__gte", 0),
                                    ("total_fen__gte", 0),
                                    models.Q(
                                        ("return_fen", None),
                                        ("return_fen__gte", 0),
                                        _connector="OR",
                                    ),
                                ),
                                name="proposal_amounts_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RootCause",
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
                                related_name="root_cause",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "kind",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="found",
                                to="complaints.causekind",
                            ),
                        ),
                        (
                            "text",
                            models.CharField(max_length=1000, verbose_name="how it came about"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "root cause of a case",
                        "verbose_name_plural": "root causes of cases",
                    },
                ),
                migrations.CreateModel(
                    name="TimelineEntry",
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
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="timeline",
                                to="complaints.complaint",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("REGISTERED", "registered"),
                                    ("CHANGED", "changed"),
                                    ("OWNER", "owner changed"),
                                    ("NOTE", "note"),
                                    ("ATTACHED", "file attached"),
                                    ("DETACHED", "file removed"),
                                    ("ASSIGNED", "follow-up assigned"),
                                    ("RESCHEDULED", "follow-up rescheduled"),
                                    ("HANDED_OVER", "follow-up handed over"),
                                    ("DONE", "follow-up done"),
                                    ("REOPENED", "follow-up taken up again"),
                                    ("ESCALATED", "went up the ladder"),
                                    ("OFFERED", "offered to the lead"),
                                    ("UNMASKED", "personal data looked at"),
                                    ("ACKNOWLEDGED", "acknowledged"),
                                    ("ANSWERED", "answered in substance"),
                                    ("WAITING", "waiting for the customer"),
                                    ("RESUMED", "no longer waiting"),
                                    ("SEVERITY", "severity changed"),
                                    ("MOVED", "stage changed"),
                                    ("ASSESSED", "assessed"),
                                    ("PROPOSED", "remedy proposed"),
                                    ("DECIDED", "proposal decided"),
                                    ("VOIDED", "proposal void"),
                                    ("AGREED", "agreed with the customer"),
                                    ("TASK", "task given to a department"),
                                    ("TASK_DONE", "task done"),
                                    ("TASK_OFF", "task cancelled"),
                                    ("REVISITED", "customer revisited"),
                                    ("CAUSE", "root cause found"),
                                    ("MEASURE", "preventive measure"),
                                    ("LINK", "personal link made"),
                                    ("MERGED", "another case merged into it"),
                                    ("INCIDENT", "put under an incident"),
                                    ("PROCEDURE", "procedure begun"),
                                    ("STEP", "step of a procedure done"),
                                    ("PROCEDURE_E", "procedure ended"),
                                    ("MAIL_IN", "mail received"),
                                    ("MAIL_OUT", "mail written"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("params", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "line of the timeline",
                        "verbose_name_plural": "lines of the timeline",
                        "indexes": [
                            models.Index(
                                fields=["complaint", "-at", "-id"], name="timeline_of_case"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnpaidChase",
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
                            "unpaid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chases",
                                to="complaints.unpaidorder",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unpaid_chases",
                                to="staff.person",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="chased at")),
                        (
                            "channel",
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
                                verbose_name="channel",
                            ),
                        ),
                        ("words", models.CharField(max_length=500, verbose_name="what was said")),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("WILL_PAY", "will pay"),
                                    ("THINKS", "still thinks about it"),
                                    ("ASKS", "has a question or a wish"),
                                    ("SILENT", "no answer"),
                                    ("DECLINES", "does not want it any more"),
                                ],
                                max_length=8,
                                verbose_name="result",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "chase of a payment",
                        "verbose_name_plural": "chases of payments",
                        "indexes": [
                            models.Index(fields=["by", "at"], name="unpaid_chase_of_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Watch",
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
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watches",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watches",
                                to="staff.person",
                            ),
                        ),
                        ("since", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "watch",
                        "verbose_name_plural": "watches",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "person"), name="watch_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
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
                            "proposal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="agreement",
                                to="complaints.proposal",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                blank=True,
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
                                verbose_name="channel",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="agreed at")),
                        (
                            "wording",
                            models.CharField(
                                blank=True, max_length=1000, verbose_name="what the customer said"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "agreement",
                        "verbose_name_plural": "agreements",
                    },
                ),
                migrations.CreateModel(
                    name="CaseReply",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "box",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="complaints.casemailbox",
                            ),
                        ),
                        (
                            "answers",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="complaints.caseletter",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("written_at", models.DateTimeField()),
                        ("receiver", portal.sealing.SealedTextField(verbose_name="receiver")),
                        ("receiver_masked", models.CharField(max_length=80)),
                        ("subject", models.CharField(max_length=300, verbose_name="subject")),
                        ("text", portal.sealing.SealedTextField(verbose_name="text")),
                        ("message_id", models.CharField(max_length=100, unique=True)),
                        (
                            "counts",
                            models.CharField(
                                blank=True,
                                choices=[
                                    (
                                        "ACKNOWLEDGED",
                                        "The customer now knows that somebody is at it",
                                    ),
                                    ("ANSWERED", "It answers the customer in substance"),
                                ],
                                max_length=12,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reply by mail",
                        "verbose_name_plural": "replies by mail",
                        "indexes": [
                            models.Index(fields=["complaint", "-written_at"], name="reply_of_case")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpMove",
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
                            "followup",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="moves",
                                to="complaints.followup",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("REGISTERED", "registered"),
                                    ("CHANGED", "changed"),
                                    ("OWNER", "owner changed"),
                                    ("NOTE", "note"),
                                    ("ATTACHED", "file attached"),
                                    ("DETACHED", "file removed"),
                                    ("ASSIGNED", "follow-up assigned"),
                                    ("RESCHEDULED", "follow-up rescheduled"),
                                    ("HANDED_OVER", "follow-up handed over"),
                                    ("DONE", "follow-up done"),
                                    ("REOPENED", "follow-up taken up again"),
                                    ("ESCALATED", "went up the ladder"),
                                    ("OFFERED", "offered to the lead"),
                                    ("UNMASKED", "personal data looked at"),
                                    ("ACKNOWLEDGED", "acknowledged"),
                                    ("ANSWERED", "answered in substance"),
                                    ("WAITING", "waiting for the customer"),
                                    ("RESUMED", "no longer waiting"),
                                    ("SEVERITY", "severity changed"),
                                    ("MOVED", "stage changed"),
                                    ("ASSESSED", "assessed"),
                                    ("PROPOSED", "remedy proposed"),
                                    ("DECIDED", "proposal decided"),
                                    ("VOIDED", "proposal void"),
                                    ("AGREED", "agreed with the customer"),
                                    ("TASK", "task given to a department"),
                                    ("TASK_DONE", "task done"),
                                    ("TASK_OFF", "task cancelled"),
                                    ("REVISITED", "customer revisited"),
                                    ("CAUSE", "root cause found"),
                                    ("MEASURE", "preventive measure"),
                                    ("LINK", "personal link made"),
                                    ("MERGED", "another case merged into it"),
                                    ("INCIDENT", "put under an incident"),
                                    ("PROCEDURE", "procedure begun"),
                                    ("STEP", "step of a procedure done"),
                                    ("PROCEDURE_E", "procedure ended"),
                                    ("MAIL_IN", "mail received"),
                                    ("MAIL_OUT", "mail written"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason"),
                        ),
                        (
                            "from_owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "to_owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("from_due_at", models.DateTimeField(null=True)),
                        ("to_due_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "change of a follow-up",
                        "verbose_name_plural": "changes of follow-ups",
                        "indexes": [
                            models.Index(fields=["followup", "-at", "-id"], name="move_of_followup")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverOffer",
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
                            "followup",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offers",
                                to="complaints.followup",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover_offers",
                                to="staff.person",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("ABSENT", "the owner is away"),
                                    ("OFF_SHIFT", "the owner is off shift"),
                                    ("LEFT", "the owner has left"),
                                ],
                                max_length=10,
                                verbose_name="reason",
                            ),
                        ),
                        ("day", models.DateField(null=True, verbose_name="day")),
                        ("key", models.CharField(max_length=120, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "open"),
                                    ("TAKEN", "handed over"),
                                    ("KEPT", "stays with the owner"),
                                    ("WITHDRAWN", "no longer needed"),
                                ],
                                default="OPEN",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("offered_at", models.DateTimeField(verbose_name="offered at")),
                        ("settled_at", models.DateTimeField(null=True, verbose_name="settled at")),
                        ("taken_version", models.PositiveIntegerField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "offered hand-over",
                        "verbose_name_plural": "offered hand-overs",
                        "indexes": [
                            models.Index(
                                fields=["lead", "state", "-offered_at"], name="offer_of_lead"
                            ),
                            models.Index(fields=["followup", "state"], name="offer_of_followup"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LiabilityShare",
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
                            "liability",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shares",
                                to="complaints.liability",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "bearer",
                            models.CharField(
                                choices=[
                                    ("PERSON", "a person"),
                                    ("WAREHOUSE", "the warehouse"),
                                    ("COURIER", "the courier"),
                                    ("COMPANY", "the company"),
                                ],
                                max_length=10,
                                verbose_name="bearer",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="liability_shares",
                                to="staff.person",
                            ),
                        ),
                        ("weight", models.PositiveIntegerField(verbose_name="parts")),
                        (
                            "amount_fen",
                            models.BigIntegerField(null=True, verbose_name="amount (fen)"),
                        ),
                        (
                            "demerit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shares",
                                to="staff.demerit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "share of a liability",
                        "verbose_name_plural": "shares of liabilities",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("liability", "position"), name="share_in_order"
                            ),
                            models.UniqueConstraint(
                                fields=("liability", "bearer", "person"),
                                name="share_once_for_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("bearer", "PERSON"), _negated=True),
                                fields=("liability", "bearer"),
                                name="share_once_for_bearer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("bearer", "PERSON"), ("person__isnull", False)),
                                    models.Q(
                                        models.Q(("bearer", "PERSON"), _negated=True),
                                        ("person", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="share_is_somebodys",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weight__gt", 0)), name="share_weighs"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("demerit__isnull", False)),
                                fields=("demerit",),
                                name="share_of_one_demerit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("demerit", None),
                                    models.Q(("amount_fen", 0), ("bearer", "PERSON")),
                                    _connector="OR",
                                ),
                                name="share_costs_or_marks",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_fen", None), ("amount_fen__gte", 0), _connector="OR"
                                ),
                                name="share_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Procedure",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="procedures",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("LOST", "lost parcel"),
                                    ("MISSING", "missing items"),
                                    ("DISPUTE", "dispute on the platform"),
                                ],
                                max_length=8,
                                verbose_name="kind of procedure",
                            ),
                        ),
                        ("deadline_at", models.DateTimeField(null=True, verbose_name="deadline")),
                        (
                            "begun_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("begun_at", models.DateTimeField(verbose_name="begun at")),
                        (
                            "ended_at",
                            models.DateTimeField(null=True, verbose_name="procedure ended at"),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="how it ended"
                            ),
                        ),
                        (
                            "followup",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="procedure",
                                to="complaints.followup",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "procedure",
                        "verbose_name_plural": "procedures",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("complaint", "kind"),
                                name="procedure_once_at_a_time",
                                violation_error_message="This procedure runs already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_by", None)),
                                    models.Q(
                                        ("ended_at__isnull", False), ("ended_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="procedure_ended_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "DISPUTE"), _negated=True),
                                    ("deadline_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="procedure_dispute_has_deadline",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalWriter",
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
                            "proposal",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="writers",
                                to="complaints.proposal",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "writer of a proposal",
                        "verbose_name_plural": "writers of proposals",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("proposal", "person"), name="proposal_writer_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remedy",
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
                            "proposal",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="remedies",
                                to="complaints.proposal",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("APOLOGY", "apology"),
                                    ("EXPLANATION", "explanation"),
                                    ("REPLACEMENT", "replacement"),
                                    ("EXCHANGE", "exchange"),
                                    ("REFUND", "return and refund"),
                                    ("PARTIAL_REFUND", "partial refund, goods are kept"),
                                    ("PRICE_DIFFERENCE", "price difference"),
                                    ("RESEND", "resend"),
                                    ("GOODS", "goods as compensation"),
                                    ("GIFT", "gift"),
                                    ("COUPON", "coupon"),
                                    ("VISIT", "visit or invitation"),
                                    ("OTHER", "another remedy"),
                                ],
                                max_length=16,
                                verbose_name="remedy",
                            ),
                        ),
                        (
                            "amount_fen",
                            models.BigIntegerField(default=0, verbose_name="amount (fen)"),
                        ),
                        (
                            "text",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what exactly"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "remedy",
                        "verbose_name_plural": "remedies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("proposal", "position"), name="remedy_in_order"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_fen__gte", 0)),
                                name="remedy_amount_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
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
                            "stage",
                            models.CharField(
                                choices=[
                                    ("BEFORE", "before the due time"),
                                    ("DUE", "at the due time"),
                                    ("LEAD", "to the lead on duty"),
                                    ("DEPUTY", "to the deputy"),
                                    ("SUPERVISOR", "to the supervisor"),
                                ],
                                max_length=10,
                                verbose_name="rung",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "receiver",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                                verbose_name="receiver",
                            ),
                        ),
                        ("claim", models.UUIDField(editable=False, null=True)),
                        (
                            "delivered_at",
                            models.DateTimeField(null=True, verbose_name="delivered at"),
                        ),
                        (
                            "silenced_at",
                            models.DateTimeField(null=True, verbose_name="silenced at"),
                        ),
                        (
                            "digest",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="portal.notice",
                                verbose_name="told in a digest",
                            ),
                        ),
                        (
                            "followup",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminders",
                                to="complaints.followup",
                            ),
                        ),
                        (
                            "followup_due_at",
                            models.DateTimeField(verbose_name="due time of the follow-up"),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder",
                        "verbose_name_plural": "reminders",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at", None), ("silenced_at", None)),
                                fields=["due_at", "id"],
                                name="reminder_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("claim__isnull", False)),
                                fields=["claim"],
                                name="reminder_claim",
                            ),
                            models.Index(
                                condition=models.Q(("receiver__isnull", False)),
                                fields=["receiver"],
                                name="reminder_told_to",
                            ),
                            models.Index(
                                condition=models.Q(("digest__isnull", False)),
                                fields=["digest"],
                                name="reminder_of_digest",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("followup", "stage", "followup_due_at", "receiver"),
                                name="reminder_once_for_receiver",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("delivered_at", None)),
                                fields=("followup", "stage", "followup_due_at"),
                                name="reminder_once_waiting",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("delivered_at", None),
                                    ("claim__isnull", False),
                                    _connector="OR",
                                ),
                                name="reminder_delivery_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseTask",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="complaints.department",
                                verbose_name="department",
                            ),
                        ),
                        (
                            "remedy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="complaints.remedy",
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what is to be done"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_tasks",
                                to="staff.person",
                                verbose_name="who sees to it here",
                            ),
                        ),
                        (
                            "contact",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="who does it there"
                            ),
                        ),
                        (
                            "needs_proof",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "no proof"),
                                    ("TRACKING", "tracking number"),
                                    ("REFUND", "refund number"),
                                    ("OTHER", "another proof"),
                                ],
                                max_length=8,
                                verbose_name="proof that is asked for",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="task given at")),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "still open"),
                                    ("DONE", "done"),
                                    ("CANCELLED", "cancelled"),
                                ],
                                default="OPEN",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        ("done_at", models.DateTimeField(null=True, verbose_name="done at")),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "proof",
                            models.CharField(blank=True, max_length=200, verbose_name="proof"),
                        ),
                        (
                            "result",
                            models.CharField(blank=True, max_length=500, verbose_name="result"),
                        ),
                        (
                            "followup",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="case_task",
                                to="complaints.followup",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "task of a department",
                        "verbose_name_plural": "tasks of departments",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["due_at"],
                                name="task_open_by_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("state", "OPEN")),
                                    models.Q(
                                        models.Q(("state", "OPEN"), _negated=True),
                                        ("done_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_done_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "DONE"), _negated=True),
                                    ("needs_proof", ""),
                                    models.Q(("proof", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="task_done_with_proof",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProcedureStep",
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
                            "procedure",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="complaints.procedure",
                            ),
                        ),
                        ("code", models.CharField(max_length=24)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what it rests on"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="complaints.attachment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a procedure",
                        "verbose_name_plural": "steps of procedures",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("procedure", "code"), name="procedure_step_once"
                            )
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
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="complaints.complaint",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("AGREE", "agree to what was offered"),
                                    ("SCORE", "say how satisfied one is"),
                                    ("TASK", "do a department's task"),
                                ],
                                max_length=5,
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="complaints.proposal",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="complaints.casetask",
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("language", models.CharField(max_length=10)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staff.person",
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(verbose_name="expires at")),
                        ("used_at", models.DateTimeField(null=True, verbose_name="used at")),
                        ("void_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "personal link",
                        "verbose_name_plural": "personal links",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("proposal__isnull", False),
                                        ("purpose", "AGREE"),
                                        ("task", None),
                                    ),
                                    models.Q(
                                        ("proposal", None),
                                        ("purpose", "TASK"),
                                        ("task__isnull", False),
                                    ),
                                    models.Q(
                                        ("proposal", None), ("purpose", "SCORE"), ("task", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="link_has_one_thing",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Revisit",
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisits",
                                to="complaints.complaint",
                            ),
                        ),
                        ("turn", models.PositiveSmallIntegerField(default=0)),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisits",
                                to="staff.person",
                            ),
                        ),
                        (
                            "channel",
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
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("NOT_REACHED", "customer not reached"),
                                    ("SATISFIED", "satisfied"),
                                    ("NOT_SATISFIED", "not satisfied"),
                                ],
                                max_length=13,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "score",
                            models.PositiveSmallIntegerField(
                                null=True, verbose_name="score (1 to 5)"
                            ),
                        ),
                        (
                            "words",
                            models.TextField(
                                blank=True, max_length=2000, verbose_name="what the customer said"
                            ),
                        ),
                        (
                            "thanked",
                            models.BooleanField(
                                default=False, verbose_name="the customer was thanked"
                            ),
                        ),
                        (
                            "link",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisit",
                                to="complaints.personallink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "revisit",
                        "verbose_name_plural": "revisits",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("score", None),
                                    models.Q(("score__gte", 1), ("score__lte", 5)),
                                    _connector="OR",
                                ),
                                name="revisit_score_in_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outcome", "NOT_REACHED"), _negated=True),
                                    models.Q(("score", None), ("thanked", False)),
                                    _connector="OR",
                                ),
                                name="revisit_not_reached_says_nothing",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
