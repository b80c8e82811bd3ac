from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.cases import Complaint
from staff.people.models import Person


class Presence(models.Model):
    """Somebody has the page of a case open; an old row says nothing."""

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, db_index=False, related_name="presences"
    )
    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="+")
    seen_at = models.DateTimeField()
    is_writing = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("presence at a case")
        verbose_name_plural = _("presences at cases")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "person"], name="presence_once")
        ]
        indexes = [models.Index(fields=["seen_at"], name="presence_age")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.person_id}"
