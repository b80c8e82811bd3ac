"""Announcements that each person confirms by name (DAY-5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import AnnouncementKind
from staff.handbook.querysets import (
    AnnouncementQuerySet,
    AnnouncementVersionQuerySet,
    ReadingQuerySet,
)
from staff.people.enums import Post
from staff.people.models import Person, Site, Team


class Announcement(models.Model):
    """What people are to know, from a day to a day, both included. Its words are its versions.

    `number` is the version that holds. `everywhere` says that teams and sites do not narrow whom
    it is for, `every_post` the same of posts; else the audience does. `next_at` is when the tick
    tells or reminds next, None for never again; `reminded` counts the reminders of the version.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=AnnouncementKind.choices)
    author = models.ForeignKey(
        Person, models.PROTECT, related_name="announcements", verbose_name=_("author")
    )
    number = models.PositiveIntegerField(_("version"), default=1)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    must_read = models.BooleanField(_("must be read"), default=False)
    everywhere = models.BooleanField(_("for all teams"), default=True)
    every_post = models.BooleanField(_("for all posts"), default=True)
    made_at = models.DateTimeField(_("made at"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminded = models.PositiveIntegerField(default=0, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="announcement_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="announcement_withdrawn_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(next_at__isnull=False),
                name="announcement_next",
            ),
            models.Index(fields=["last_day", "first_day"], name="announcement_span"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Audience(models.Model):
    """A team, a site or a post that an announcement is for; each row names exactly one."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="audience")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="+")
    post = models.CharField(_("post"), max_length=10, choices=Post.choices, blank=True)

    class Meta:
        verbose_name = _("audience of an announcement")
        verbose_name_plural = _("audiences of announcements")
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, site=None, post="")
                | Q(team=None, site__isnull=False, post="")
                | (Q(team=None, site=None) & ~Q(post="")),
                name="audience_names_one",
            ),
            models.UniqueConstraint(
                fields=["announcement", "team"],
                condition=Q(team__isnull=False),
                name="audience_team_once",
            ),
            models.UniqueConstraint(
                fields=["announcement", "site"],
                condition=Q(site__isnull=False),
                name="audience_site_once",
            ),
            models.UniqueConstraint(
                fields=["announcement", "post"], condition=~Q(post=""), name="audience_post_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}"


class AnnouncementVersion(models.Model):
    """What an announcement said from a moment on. The database refuses to change or delete it.

    The version that `withdraws` repeats the words that no longer hold; `why` says why.
    """

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=10_000)
    why = models.CharField(_("why this version"), max_length=200, blank=True)
    withdraws = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    objects = AnnouncementVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an announcement")
        verbose_name_plural = _("versions of announcements")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "number"], name="announcement_version_once"
            ),
            models.CheckConstraint(
                condition=~Q(why="") | Q(number=1), name="announcement_version_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}.{self.number}"


class Reading(models.Model):
    """Somebody confirmed that they have read a version. Never changed or deleted."""

    edition = models.ForeignKey(AnnouncementVersion, models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="readings")
    at = models.DateTimeField(_("confirmed at"))
    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmed reading")
        verbose_name_plural = _("confirmed readings")
        constraints = [models.UniqueConstraint(fields=["edition", "person"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.person_id}"
