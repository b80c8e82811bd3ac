"""What is still at work for a person, and whose time is over (§10)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, ngettext

from complaints.models import (
    CaseLetter,
    CaseReply,
    CaseTask,
    Complaint,
    Customer,
    FollowUp,
    Order,
    UnpaidOrder,
)
from complaints.privacy.keys import CUSTOMER, ids, of_case, of_case_or_order, of_customer, of_letter
from complaints.queries import letters
from portal.models import IncomingMail, OutboxMessage
from portal.privacy import places
from portal.privacy.masking import MARK
from portal.privacy.own import MAIL
from portal.privacy.values import Subject


def still_open(subject: Subject) -> Sequence[str]:
    """What is still at work: for it the data is needed."""
    rows = Complaint.objects.filter(of_customer(subject)).at_work().order_by("number")
    said = [
        gettext("Complaint %(number)s is still open.") % {"number": number}
        for number in rows.values_list("number", flat=True)
    ]
    promises = FollowUp.objects.filter(of_case_or_order(subject)).open().order_by("number")
    said += [
        gettext("Follow-up %(number)s is still open.") % {"number": number}
        for number in promises.values_list("number", flat=True)
    ]
    tasks = CaseTask.objects.filter(of_case(subject)).open().order_by("complaint__number")
    said += [
        gettext("A department still has a task of complaint %(number)s.") % {"number": number}
        for number in tasks.values_list("complaint__number", flat=True)
    ]
    unpaid = UnpaidOrder.objects.filter(order__customer__in=ids(subject)).open()
    said += [
        gettext("Order %(number)s is still unpaid.") % {"number": number}
        for number in unpaid.order_by("pk").values_list("order__number", flat=True)
    ]
    return said + _unanswered(subject)


def _unanswered(subject: Subject) -> list[str]:
    """Say how many mails wait for a case, and which cases have a reply that has not gone out."""
    said = []
    if waiting := CaseLetter.objects.waiting().filter(of_letter(subject)).count():
        text = ngettext(
            "%(count)d mail still waits for an answer.",
            "%(count)d mails still wait for an answer.", waiting,
        )  # fmt: skip
        said.append(text % {"count": waiting})
    replies = (
        CaseReply.objects.filter(of_case(subject))
        .select_related("complaint")
        .only("complaint__number")
    )
    cases_of = {letters.key_of(row.pk): row.complaint.number for row in replies}
    going = OutboxMessage.objects.filter(
        key__in=cases_of, sent_at=None, gave_up_at=None, withdrawn_at=None
    )
    return said + [
        gettext("A reply to complaint %(number)s is still on its way.") % {"number": number}
        for number in sorted({cases_of[key] for key in going.values_list("key", flat=True)})
    ]


def due(since: datetime, most: int) -> Sequence[Subject]:
    """Return customers without anything since a moment, longest known first."""
    rows = Customer.objects.filter(created_at__lt=since).exclude(name__startswith=MARK)
    late = _worked(since) | Q(closed_at=None, due_at__isnull=False)
    cases_of = Complaint.objects.filter(late, customer=OuterRef("pk"))
    orders = Order.objects.filter(bought_at__gte=since, customer=OuterRef("pk"))
    promises = FollowUp.objects.filter(
        Q(complaint__customer=OuterRef("pk")) | Q(order__customer=OuterRef("pk")), state="OPEN"
    )
    tasks = CaseTask.objects.open().filter(complaint__customer=OuterRef("pk"))
    unpaid = UnpaidOrder.objects.open().filter(order__customer=OuterRef("pk"))
    for still in (cases_of, orders, promises, tasks, unpaid):
        rows = rows.exclude(Exists(still))
    for keys in places.busy(CUSTOMER, since):
        rows = rows.exclude(pk__in=keys)
    found = rows.order_by("created_at", "pk").values_list("pk", flat=True)[:most]
    return [Subject().with_keys(CUSTOMER, [key]) for key in found] + _due_mails(since, most)


def _due_mails(since: datetime, most: int) -> list[Subject]:
    """Return mails that were no complaint, long ago, those of one sender together.

    The address is not looked up: a platform's own writes every day, and what it wrote long ago is
    over all the same.
    """
    rows = IncomingMail.objects.filter(
        received_at__lt=since, case_letter__complaint=None, case_letter__set_aside_at__lt=since
    )
    rows = rows.exclude(subject=MARK).exclude(subject="", sender_hash="")
    found: dict[str, list[int]] = defaultdict(list)
    for pk, sender in rows.order_by("received_at", "pk").values_list("pk", "sender_hash")[:most]:
        found[sender or str(pk)].append(pk)
    return [Subject().with_keys(MAIL, keys) for keys in found.values()]


def _worked(since: datetime) -> Q:
    """Cases that were closed since, or are not closed and something was done about them."""
    done = Q(registered_at__gte=since) | Q(changed_at__gte=since)
    return Q(closed_at__gte=since) | Q(closed_at=None) & done


def lately(subject: Subject, since: datetime) -> bool:
    """Whether a case of the person was at work since, an order placed, or a customer made known."""
    return (
        Complaint.objects.filter(_worked(since), of_customer(subject)).exists()
        or Order.objects.filter(of_customer(subject), bought_at__gte=since).exists()
        or Customer.objects.filter(pk__in=ids(subject), created_at__gte=since).exists()
    )
