"""Scripts and product knowledge with their versions (DAY-4)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import ArticleKind, VoteKind
from staff.handbook.querysets import ArticleQuerySet, ArticleVersionQuerySet, ArticleVoteQuerySet
from staff.people.models import Person, Store


class Article(models.Model):
    """A script or a piece of product knowledge. What it says stands in its versions.

    `number` is the version that holds. `title_words` and `words` hold the tokens of
    portal.texttokens by which it is found: those of the titles and tags, and those of all of it.
    `copied` counts who copied it, over all versions; `no_help` whom the version that holds did
    not help. `check_on` is the day from which it counts as to be checked again; the tick reminds
    the owner once. `source` names what it came of, such as a question of a daily report.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=ArticleKind.choices)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="articles", verbose_name=_("owner")
    )
    stores = models.ManyToManyField(
        Store, blank=True, related_name="articles", verbose_name=_("stores")
    )
    number = models.PositiveIntegerField(_("version"), default=1)
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    checked_on = models.DateField(_("last checked on"))
    checked_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    check_on = models.DateField(_("check again by"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    archived_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    archived_why = models.CharField(_("why archived"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)
    copied = models.PositiveIntegerField(_("copied"), default=0)
    no_help = models.PositiveIntegerField(_("did not help"), default=0)
    title_words = models.TextField(editable=False, default="")
    words = models.TextField(editable=False, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="article_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(check_on__gt=F("checked_on")),
                name="article_checked_again_later",
                violation_error_message=_("It is checked again after the day it was checked."),
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None, archived_by=None, archived_why="")
                | (Q(archived_at__isnull=False, archived_by__isnull=False) & ~Q(archived_why="")),
                name="article_archived_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["check_on", "id"], condition=Q(archived_at=None), name="article_to_check"
            ),
            models.Index(fields=["-copied", "-id"], name="article_most_used"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class ArticleTag(models.Model):
    """A product or a topic that an article is about."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="tags")
    name = models.CharField(_("tag"), max_length=30)

    class Meta:
        verbose_name = _("tag of an article")
        verbose_name_plural = _("tags of articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "name"], name="article_tag_once"),
            models.CheckConstraint(condition=~Q(name=""), name="article_tag_has_a_name"),
        ]
        indexes = [models.Index(fields=["name"], name="article_by_tag")]

    def __str__(self) -> str:
        return self.name


class ArticleVersion(models.Model):
    """What an article said from a moment on. The database refuses to change or delete it.

    At least one language is whole: a title and a text.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=120, blank=True)
    text_zh = models.TextField(_("text (Chinese)"), max_length=10_000, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=10_000, blank=True)
    why = models.CharField(_("why this version"), max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="article_versions")
    made_at = models.DateTimeField(_("made at"))
    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.CheckConstraint(
                condition=~Q(why="") | Q(number=1), name="article_version_says_why"
            ),
            models.CheckConstraint(
                condition=(~Q(title_zh="") & ~Q(text_zh=""))
                | (Q(title_zh="", text_zh="") & ~Q(title_en="") & ~Q(text_en="")),
                name="article_version_chinese_whole",
            ),
            models.CheckConstraint(
                condition=(~Q(title_en="") & ~Q(text_en=""))
                | (Q(title_en="", text_en="") & ~Q(title_zh="") & ~Q(text_zh="")),
                name="article_version_english_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}.{self.number}"


class ArticleVote(models.Model):
    """Somebody copied a version, or says that it did not help: once for each."""

    edition = models.ForeignKey(ArticleVersion, models.PROTECT, related_name="votes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="article_votes")
    kind = models.CharField(_("kind"), max_length=8, choices=VoteKind.choices)
    note = models.CharField(_("what was missing"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))
    objects = ArticleVoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of an article")
        verbose_name_plural = _("uses of articles")
        constraints = [
            models.UniqueConstraint(fields=["edition", "person", "kind"], name="article_vote_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind}"
