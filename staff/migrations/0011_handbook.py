"""The handbook: its tables, the index over the words of articles, and versions that only grow.

PostgreSQL: a generated tsvector with a GIN index. SQLite: an FTS5 table kept by triggers.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from portal.guards import append_only

POSTGRESQL = """
ALTER TABLE staff_article ADD COLUMN words_index tsvector
    GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED;
CREATE INDEX article_words ON staff_article USING gin (words_index)
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
"""
POSTGRESQL_BACK = """
DROP INDEX article_words;
ALTER TABLE staff_article DROP COLUMN words_index;
"""
SQLITE = [
    "CREATE VIRTUAL TABLE staff_articlewords USING fts5(words, content='staff_article',"
    " content_rowid='id', tokenize=\"ascii tokenchars '-'\")",
    "CREATE TRIGGER staff_articlewords_insert AFTER INSERT ON staff_article BEGIN"
    " INSERT INTO staff_articlewords(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER staff_articlewords_delete AFTER DELETE ON staff_article BEGIN"
    " INSERT INTO staff_articlewords(staff_articlewords, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER staff_articlewords_update AFTER UPDATE OF words ON staff_article BEGIN"
    " INSERT INTO staff_articlewords(staff_articlewords, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO staff_articlewords(rowid, words) VALUES (new.id, new.words); END",
]
SQLITE_BACK = [
    "DROP TRIGGER staff_articlewords_insert",
    "DROP TRIGGER staff_articlewords_delete",
    "DROP TRIGGER staff_articlewords_update",
    "DROP TABLE staff_articlewords",
]


def build(_apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    for statement in [POSTGRESQL] if on_postgresql else SQLITE:
        editor.execute(statement, params=None)


def remove(_apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    for statement in [POSTGRESQL_BACK] if on_postgresql else SQLITE_BACK:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0010_daily"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("first_day", models.DateField(verbose_name="from")),
                ("last_day", models.DateField(verbose_name="until")),
                ("must_read", models.BooleanField(default=False, verbose_name="must be read")),
                ("everywhere", models.BooleanField(default=True, verbose_name="for all teams")),
                ("every_post", models.BooleanField(default=True, verbose_name="for all posts")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told at")),
                ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reminded", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="staff.person",
                        verbose_name="author",
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
                "verbose_name": "announcement",
                "verbose_name_plural": "announcements",
            },
        ),
        migrations.CreateModel(
            name="AnnouncementVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("text", models.TextField(max_length=10000, verbose_name="text")),
                (
                    "why",
                    models.CharField(blank=True, max_length=200, verbose_name="why this version"),
                ),
                ("withdraws", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="staff.announcement",
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
            ],
            options={
                "verbose_name": "version of an announcement",
                "verbose_name_plural": "versions of announcements",
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("checked_on", models.DateField(verbose_name="last checked on")),
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
                    "archived_why",
                    models.CharField(blank=True, max_length=200, verbose_name="why archived"),
                ),
                ("source", models.CharField(blank=True, max_length=80, verbose_name="source")),
                ("copied", models.PositiveIntegerField(default=0, verbose_name="copied")),
                ("no_help", models.PositiveIntegerField(default=0, verbose_name="did not help")),
                ("title_words", models.TextField(default="", editable=False)),
                ("words", models.TextField(default="", editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.person",
                        verbose_name="checked by",
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
                (
                    "stores",
                    models.ManyToManyField(
                        blank=True, related_name="articles", to="staff.store", verbose_name="stores"
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.CreateModel(
            name="ArticleTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="tag")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="staff.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of an article",
                "verbose_name_plural": "tags of articles",
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "title_zh",
                    models.CharField(blank=True, max_length=120, verbose_name="title (Chinese)"),
                ),
                (
                    "text_zh",
                    models.TextField(blank=True, max_length=10000, verbose_name="text (Chinese)"),
                ),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=120, verbose_name="title (English)"),
                ),
                (
                    "text_en",
                    models.TextField(blank=True, max_length=10000, verbose_name="text (English)"),
                ),
                (
                    "why",
                    models.CharField(blank=True, max_length=200, verbose_name="why this version"),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="staff.article",
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
            ],
            options={
                "verbose_name": "version of an article",
                "verbose_name_plural": "versions of articles",
            },
        ),
        migrations.CreateModel(
            name="ArticleVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(blank=True, max_length=300, verbose_name="what was missing"),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
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
            ],
            options={
                "verbose_name": "use of an article",
                "verbose_name_plural": "uses of articles",
            },
        ),
        migrations.CreateModel(
            name="Audience",
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
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audience",
                        to="staff.announcement",
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "audience of an announcement",
                "verbose_name_plural": "audiences of announcements",
            },
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("text", models.TextField(max_length=2000, verbose_name="what it is about")),
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
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="staff.person",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "course",
                "verbose_name_plural": "courses",
            },
        ),
        migrations.CreateModel(
            name="Completion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done_on", models.DateField(verbose_name="done on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due again on")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("is_latest", models.BooleanField(default=True, editable=False)),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="reminded at"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="staff.person",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.person",
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
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="staff.course",
                    ),
                ),
            ],
            options={
                "verbose_name": "course done",
                "verbose_name_plural": "courses done",
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                (
                    "archived_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="archived at"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="staff.person",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "contingency plan",
                "verbose_name_plural": "contingency plans",
            },
        ),
        migrations.CreateModel(
            name="PlanRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "link",
                    models.CharField(blank=True, max_length=200, verbose_name="what it is about"),
                ),
                ("triggered_at", models.DateTimeField(verbose_name="triggered at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "outcome",
                    models.CharField(blank=True, max_length=1000, verbose_name="how it ended"),
                ),
                (
                    "went_well",
                    models.TextField(blank=True, max_length=2000, verbose_name="what went well"),
                ),
                (
                    "to_change",
                    models.TextField(blank=True, max_length=2000, verbose_name="what to change"),
                ),
                (
                    "plan_updated",
                    models.BooleanField(default=False, verbose_name="the plan was updated"),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="reviewed at"),
                ),
                ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="staff.plan",
                    ),
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
                (
                    "triggered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_runs",
                        to="staff.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "triggered plan",
                "verbose_name_plural": "triggered plans",
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=300, verbose_name="what is to be done")),
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
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="staff.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a plan",
                "verbose_name_plural": "steps of plans",
            },
        ),
        migrations.CreateModel(
            name="PlanTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=300, verbose_name="what is to be done")),
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
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("stage", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_tasks",
                        to="staff.person",
                        verbose_name="owner",
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
            ],
            options={
                "verbose_name": "task of a plan",
                "verbose_name_plural": "tasks of plans",
            },
        ),
        migrations.CreateModel(
            name="PolicyReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("reminded", models.PositiveIntegerField(default=0)),
                (
                    "policy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.policy",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder of house rules",
                "verbose_name_plural": "reminders of house rules",
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(blank=True, max_length=200, verbose_name="what it is about"),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                (
                    "dismissed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dismissed at"),
                ),
                (
                    "dismissed_why",
                    models.CharField(blank=True, max_length=200, verbose_name="why not"),
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
                    "run",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="staff.planrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed trigger",
                "verbose_name_plural": "proposed triggers",
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="confirmed at")),
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
            ],
            options={
                "verbose_name": "confirmed reading",
                "verbose_name_plural": "confirmed readings",
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="confirmed at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="staff.person",
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
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["next_at", "id"],
                name="announcement_next",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(fields=["last_day", "first_day"], name="announcement_span"),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))),
                name="announcement_in_order",
                violation_error_message="The last day lies before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="announcement_withdrawn_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementversion",
            constraint=models.UniqueConstraint(
                fields=("announcement", "number"), name="announcement_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("why", ""), _negated=True), ("number", 1), _connector="OR"
                ),
                name="announcement_version_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["check_on", "id"],
                name="article_to_check",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-copied", "-id"], name="article_most_used"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("source",),
                name="article_once_per_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("check_on__gt", models.F("checked_on"))),
                name="article_checked_again_later",
                violation_error_message="It is checked again after the day it was checked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("archived_at", None), ("archived_by", None), ("archived_why", "")),
                    models.Q(
                        ("archived_at__isnull", False),
                        ("archived_by__isnull", False),
                        models.Q(("archived_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="article_archived_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="articletag",
            index=models.Index(fields=["name"], name="article_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="articletag",
            constraint=models.UniqueConstraint(fields=("article", "name"), name="article_tag_once"),
        ),
        migrations.AddConstraint(
            model_name="articletag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="article_tag_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.UniqueConstraint(
                fields=("article", "number"), name="article_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("why", ""), _negated=True), ("number", 1), _connector="OR"
                ),
                name="article_version_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="articlevote",
            constraint=models.UniqueConstraint(
                fields=("edition", "person", "kind"), name="article_vote_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("post", ""), ("site", None), ("team__isnull", False)),
                    models.Q(("post", ""), ("site__isnull", False), ("team", None)),
                    models.Q(("site", None), ("team", None), models.Q(("post", ""), _negated=True)),
                    _connector="OR",
                ),
                name="audience_names_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                condition=models.Q(("team__isnull", False)),
                fields=("announcement", "team"),
                name="audience_team_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                condition=models.Q(("site__isnull", False)),
                fields=("announcement", "site"),
                name="audience_site_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                condition=models.Q(("post", ""), _negated=True),
                fields=("announcement", "post"),
                name="audience_post_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("title",),
                name="course_title_once",
                violation_error_message="There is a course of this title already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("again_months", None),
                    models.Q(("again_months__gte", 1), ("again_months__lte", 60)),
                    _connector="OR",
                ),
                name="course_again_within_years",
            ),
        ),
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(
                condition=models.Q(("is_latest", True), ("reminded_at", None)),
                fields=["due_on", "id"],
                name="completion_to_remind",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("course", "person", "done_on"),
                name="completion_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_latest", True)),
                fields=("course", "person"),
                name="completion_one_latest",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on", None), ("due_on__gt", models.F("done_on")), _connector="OR"
                ),
                name="completion_due_after_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("title",),
                name="plan_title_once",
                violation_error_message="There is a plan of this title already.",
            ),
        ),
        migrations.AddIndex(
            model_name="planrun",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["next_at", "id"],
                name="plan_run_next",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("plan",),
                name="plan_runs_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("outcome", "")),
                    models.Q(
                        ("ended_at__gte", models.F("triggered_at")),
                        ("ended_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="plan_run_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrun",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="plan_step_once"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__lte", 10080)), name="plan_step_within_a_week"
            ),
        ),
        migrations.AddIndex(
            model_name="plantask",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["next_at", "id"],
                name="plan_task_next",
            ),
        ),
        migrations.AddIndex(
            model_name="plantask",
            index=models.Index(
                condition=models.Q(("done_at", None)),
                fields=["owner", "due_at"],
                name="plan_task_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="plantask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="plan_task_done_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="plantask",
            constraint=models.UniqueConstraint(
                fields=("run", "position", "owner"), name="plan_task_once_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dismissed_at", None), ("run", None)),
                fields=("kind", "link"),
                name="proposal_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dismissed_at", None), ("dismissed_by", None), ("dismissed_why", "")),
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
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(fields=("edition", "person"), name="reading_once"),
        ),
        migrations.RunPython(build, remove),
        append_only("staff_articleversion"),
        append_only("staff_announcementversion"),
        append_only("staff_reading"),
        append_only("staff_acknowledgement"),
    ]
