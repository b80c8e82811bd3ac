from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.sealing import SealedTextField


class Heartbeat(models.Model):
    """When something that must not stop was last alive, for instance the tick."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    beat_at = models.DateTimeField(_("last beat"))
    detail = models.CharField(_("detail"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A form that has been sent: the second send of the same form finds this row."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey("portal.User", models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    result = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")
        indexes = [models.Index(fields=["created_at"], name="submission_age")]

    def __str__(self) -> str:
        return str(self.key)


class KeptDraft(models.Model):
    """What a user has typed into a form that is not sent yet (portal.drafts). Kept sealed."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="+")
    place = models.CharField(max_length=80)
    text = SealedTextField()
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="kept_draft_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_draft_age")]

    def __str__(self) -> str:
        return self.place


class SavedView(models.Model):
    """Filters and sorting of a list that a user keeps under a name.

    A shared one is offered to everybody; what it finds is what whoever opens it may see.
    """

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="saved_views")
    page = models.CharField(_("page"), max_length=40)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters"), max_length=1000)
    is_shared = models.BooleanField(_("for everybody"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You have a view of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
