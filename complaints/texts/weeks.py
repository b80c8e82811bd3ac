"""The sentences of the weekly digest, and the topics of notices that people choose channels for."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.queries import weeks
from portal.choices import Topic
from portal.enums import WayMode
from portal.weekly import Figure


def _open_followups(n: int) -> str:
    return ngettext("%(n)d follow-up is open.", "%(n)d follow-ups are open.", n) % {"n": n}


def _overdue(n: int) -> str:
    return ngettext("%(n)d of them is overdue.", "%(n)d of them are overdue.", n) % {"n": n}


def _done(n: int) -> str:
    return ngettext("You finished %(n)d follow-up.", "You finished %(n)d follow-ups.", n) % {"n": n}


def _open_cases(n: int) -> str:
    return ngettext("%(n)d case of yours is open.", "%(n)d cases of yours are open.", n) % {"n": n}


def _closed_cases(n: int) -> str:
    said = ngettext("%(n)d case of yours was closed.", "%(n)d cases of yours were closed.", n)
    return said % {"n": n}


FIGURES = (
    Figure(code="followups", position=10, count=weeks.open_followups, says=_open_followups),
    Figure(code="overdue", position=11, count=weeks.overdue_followups, says=_overdue),
    Figure(code="cases", position=20, count=weeks.open_cases, says=_open_cases),
    Figure(code="done", position=30, count=weeks.done_followups, says=_done),
    Figure(code="closed", position=40, count=weeks.closed_cases, says=_closed_cases),
)
TOPICS = (
    Topic(
        code="reminders",
        label=_("Reminders of follow-ups and deadlines"),
        prefixes=("followup.reminder", "followup.digest", "complaint.alarm"),
        position=10,
        mail=WayMode.OFFERED,
        robot=WayMode.ALWAYS,
    ),
    Topic(
        code="followups", label=_("Follow-ups given and offered"), prefixes=("followup",),
        position=15,
    ),
    Topic(
        code="complaints",
        label=_("Complaints, proposals and tasks"),
        prefixes=("complaint", "proposal", "task", "liability"),
        position=20,
    ),
)  # fmt: skip
