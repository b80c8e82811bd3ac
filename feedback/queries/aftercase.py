"""Which cases have closed and were not asked about yet, by whom they were held, and where to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints.enums import EntryKind
from complaints.models import CaseLetter, CaseMailbox, Complaint, Customer, TimelineEntry
from complaints.policies.stages import CLOSED
from feedback.enums import AfterWay, SurveyState
from feedback.models import AfterCase, Invitation, Letter, Survey
from feedback.policies import mails as mail_policies
from feedback.policies import surveys as policies
from portal.enums import AutomaticReason
from portal.models import IncomingMail, OutboxMessage
from portal.privacy.masking import MARK
from staff.people.models import Person

LOOKED_BACK = timedelta(days=14)
"""After so long nobody remembers: what an outage of the portal left undone is not made up for."""
ANSWERED_WITHIN = timedelta(days=60)
"""A mail that comes back comes back by then."""
PEOPLE = ("", AutomaticReason.FLOOD)


def surveys_of_stores(*, today: date) -> dict[int, Survey]:
    """Return the survey that goes out after cases of each store: the newest that is open."""
    rows = Survey.objects.filter(state=SurveyState.OPEN, after_case_since__isnull=False)
    rows = rows.filter(Q(opens_on=None) | Q(opens_on__lte=today))
    rows = rows.filter(Q(closes_on=None) | Q(closes_on__gte=today))
    return {row.store_id: row for row in rows.order_by("made_at", "pk")}


def closed_and_not_asked(
    surveys: Collection[Survey], *, now: datetime, most: int
) -> list[tuple[int, int]]:
    """Return keys and stores of closed cases that no survey went out after, the oldest first."""
    since = [one.after_case_since for one in surveys if one.after_case_since]
    wanted = Q(pk__in=[])
    for one in surveys:
        wanted |= Q(store=one.store_id, closed_at__gte=one.after_case_since)
    rows = Complaint.objects.filter(
        wanted, closed_at__gte=max(min(since), now - LOOKED_BACK), closed_at__lte=now,
        stage__in=CLOSED, after_case=None,
    )  # fmt: skip
    return list(rows.order_by("closed_at", "pk").values_list("pk", "store_id")[:most])


def holder_of(complaint: Complaint) -> Person | None:
    """Return who held a closed case at the moment when it was closed."""
    if complaint.closed_at is None:
        return complaint.owner
    moves = TimelineEntry.objects.filter(
        complaint=complaint, kind=EntryKind.OWNER, at__gt=complaint.closed_at
    )
    first = moves.order_by("at", "pk").first()
    if first is None:
        return complaint.owner
    return Person.objects.filter(pk=first.params.get("before") or 0).first()


def asked_lately(customer: Customer, survey: Survey, *, now: datetime) -> int:
    """Return how often surveys after cases asked this customer within the survey's days."""
    since = now - timedelta(days=survey.rest_days)
    rows = AfterCase.objects.filter(invitation__customer=customer, made_at__gt=since)
    return rows.count()


@dataclass(frozen=True, kw_only=True)
class Mailed:
    """The last mail of a customer about a case, and where a survey goes out from and back to."""

    mail: IncomingMail
    reply_to: str
    address: str = ""


def mail_of(complaint: Complaint) -> Mailed | None:
    """Return the last mail of the customer about this case; None where there is none.

    It came to the case itself, or to a feedback mailbox as an item that became the case.
    """
    found = [
        row.mail
        for row in (
            _last(CaseLetter.objects.filter(complaint=complaint, mail__automatic__in=PEOPLE)),
            _last(Letter.objects.filter(item__complaint=complaint)),
        )
        if row and row.mail.sender != MARK
    ]
    if not found:
        return None
    mail = max(found, key=lambda one: (one.received_at, one.pk))
    if box := CaseMailbox.objects.filter(mailbox=mail.mailbox_id).first():
        return Mailed(mail=mail, reply_to=box.address, address=box.address)
    return Mailed(mail=mail, reply_to=mail_policies.answer_address(mail.mailbox.username))


def _last(rows: "QuerySet[CaseLetter] | QuerySet[Letter]") -> CaseLetter | Letter | None:
    known = rows.exclude(mail__sender="").select_related("mail__mailbox")
    return known.order_by("-mail__received_at", "-pk").first()


def waits(invitation: Invitation, *, now: datetime) -> bool:
    """Whether an answer to the invitation would still be taken."""
    survey = invitation.survey
    return (
        invitation.answered_at is None
        and invitation.expires_at > now
        and policies.is_open(
            state=survey.state, opens_on=survey.opens_on, closes_on=survey.closes_on,
            today=timezone.localdate(now),
        )
    )  # fmt: skip


def undelivered(prefix: str, *, now: datetime) -> list[int]:
    """Return the keys of surveys whose mail the outbox gave up, as long as anybody remembers."""
    rows = OutboxMessage.objects.filter(kind=prefix, gave_up_at__gt=now - LOOKED_BACK)
    keys = {params.get("after") for params in rows.values_list("params", flat=True)}
    waiting = AfterCase.objects.filter(way=AfterWay.MAIL, invitation__answered_at=None)
    return list(waiting.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))


def mailed(*, now: datetime) -> list[int]:
    """Return the keys of surveys that went out by mail lately and are not answered."""
    rows = AfterCase.objects.filter(way=AfterWay.MAIL, invitation__answered_at=None)
    rows = rows.filter(made_at__gt=now - ANSWERED_WITHIN)
    return list(rows.values_list("pk", flat=True))
