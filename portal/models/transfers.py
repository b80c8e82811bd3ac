from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.enums import ExportState, RunState
from portal.querysets import ExportRunQuerySet, ImportRunQuerySet
from portal.sealing import SealedTextField


class ImportRun(models.Model):
    """One import: the file, how far it came, what it did. A killed one goes on from the mark.

    `rows_written` is the mark: the number of data rows dealt with in the writing pass.
    """

    kind = models.CharField(_("kind"), max_length=40)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", max_length=200, blank=True)
    filename = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    actor = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="import_runs")
    started_at = models.DateTimeField(_("started at"))
    moved_at = models.DateTimeField(_("last moved at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices)
    partial = models.BooleanField(_("write the good rows even if some are bad"), default=False)
    dry_run = models.BooleanField(_("check only"), default=False)
    rows_total = models.PositiveIntegerField(default=0)
    rows_checked = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    messages = models.JSONField(_("messages"), default=list)
    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["actor", "-started_at"], name="import_by_actor")]

    def __str__(self) -> str:
        """Return key and kind: the audit log keeps this text, and a file may name a customer."""
        return f"{self.pk} {self.kind}"


class ExportRun(models.Model):
    """One long export: what was asked for, how far it came, and the file, for a day.

    `filters` are those of the address, as JSON; they are sealed, because people search by phone.
    """

    kind = models.CharField(_("kind"), max_length=40)
    ending = models.CharField(_("format"), max_length=4)
    in_chinese = models.BooleanField(default=True)
    month = models.DateField(_("month"), null=True, blank=True)
    filters = SealedTextField(default="", blank=True)
    actor = models.ForeignKey("portal.User", models.PROTECT, related_name="export_runs")
    asked_at = models.DateTimeField(_("asked for at"))
    moved_at = models.DateTimeField(_("last moved at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ExportState.choices)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    file = models.FileField(_("file"), upload_to="exports/%Y/%m/", max_length=200, blank=True)
    objects = ExportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["actor", "-asked_at"], name="export_by_actor")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"
