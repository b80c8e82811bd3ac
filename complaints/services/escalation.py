"""Cases that go up at once (CMP-10): marked once, and told to lead, deputy and supervisor once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from complaints.enums import EntryKind, EscalationReason
from complaints.models import Complaint, Customer, Note, TimelineEntry
from complaints.policies import escalation as policies
from complaints.queries import escalation as queries
from complaints.services import alarms, events
from portal import audit
from staff.people.models import Person

FIELDS = ("escalated_at", "escalated_because")


class AlreadyEscalated(Exception):
    """The case went up at once before."""


@transaction.atomic
def judge(
    cases: Sequence[Complaint],
    *,
    actor: Person | None,
    now: datetime,
    due_of: Mapping[int, datetime] | None = None,
    with_old: bool = True,
) -> list[Complaint]:
    """Let those cases go up at once that the rules say so of; return those marked just now.

    Customers must be loaded, and the rows locked or new. A case that went up before is not told
    again; a further reason is added to it. A case that was received before the days of the policy
    is no repeated one any more; it counts `with_old` only, and while it owes something.
    `due_of` see alarms.go_up.
    """
    repeat, days = queries.rule(timezone.localdate(now))
    new = [case for case in cases if case.registered_at > now - timedelta(days=days)]
    recent = queries.recent(new, days=days)
    judged = [case for case in cases if case.pk in recent or (with_old and case.is_at_work)]
    found = {
        case.pk: policies.reasons(
            policies.Facts(
                is_valued=case.customer.is_valued,
                recent=recent.get(case.pk, 0),
                threat=case.threat,
            ),
            repeat=repeat,
        )
        for case in judged
    }
    return _mark(judged, found, actor=actor, now=now, due_of=due_of)


def _mark(
    cases: Sequence[Complaint],
    reasons: Mapping[int, Sequence[EscalationReason]],
    *,
    actor: Person | None,
    now: datetime,
    due_of: Mapping[int, datetime] | None = None,
    params: Mapping[str, object] | None = None,
) -> list[Complaint]:
    """Write new reasons of cases, their timelines, and the rungs of those marked just now."""
    changed, first, entries = [], [], []
    for case in cases:
        news = [reason for reason in reasons[case.pk] if reason not in case.reasons]
        if not news:
            continue
        if case.escalated_at is None:
            case.escalated_at = now
            first.append(case)
        case.escalated_because = " ".join([*case.reasons, *news])
        changed.append(case)
        entries.append(
            TimelineEntry(
                complaint_id=case.pk,
                at=now,
                actor=actor,
                kind=EntryKind.ESCALATED,
                params={"because": news, **(params or {})},
            )
        )
    if changed:
        Complaint.objects.bulk_update(changed, FIELDS, batch_size=500)
        entries = TimelineEntry.objects.bulk_create(entries, batch_size=500)
        events.tell_of_cases(entries, now=now)
    if first:
        alarms.go_up(first, now=now, due_of=due_of)
    return first


@transaction.atomic
def escalate(*, actor: Person, complaint_id: int, reason: str, now: datetime) -> Complaint:
    """Let a case go up at once, with the reason in words. Raises AlreadyEscalated."""
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True).defer("words")
    complaint = rows.get(pk=complaint_id)
    if complaint.escalated_at is not None:
        raise AlreadyEscalated
    note = Note.objects.create(complaint=complaint, author=actor, written_at=now, text=reason)
    _mark(
        [complaint],
        {complaint.pk: [EscalationReason.BY_HAND]},
        actor=actor,
        now=now,
        params={"note": note.pk},
    )
    Complaint.objects.filter(pk=complaint.pk).update(changed_at=now)
    audit.record(
        actor=actor.user,
        verb="complaint.escalated",
        target=complaint,
        at=now,
        after={"note": note.pk},
    )
    return complaint


@transaction.atomic
def value(*, actor: Person, customer_id: int, is_valued: bool, now: datetime) -> bool:
    """Say whether a customer is of high value; open cases then go up at once.

    Returns whether it was otherwise before. The cases are locked first, as whoever changes one
    does before the customer.
    """
    rows = Complaint.objects.at_work().select_for_update(of=("self",), no_key=True)
    rows = rows.filter(customer_id=customer_id)
    cases = list(rows.select_related("customer").defer("words").order_by("pk"))
    changed = Customer.objects.filter(pk=customer_id, is_valued=not is_valued).update(
        is_valued=is_valued
    )
    if not changed:
        return False
    customer = Customer.objects.get(pk=customer_id)
    audit.record(
        actor=actor.user,
        verb="customer.valued",
        target=customer,
        at=now,
        before={"valued": not is_valued},
        after={"valued": is_valued},
    )
    if is_valued:
        for case in cases:
            case.customer = customer
        judge(cases, actor=actor, now=now)
    return True
