"""Persons as complaints know them: by which keys and words, and who is somebody else."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from complaints.enums import ContactKind
from complaints.models import (
    CaseReply,
    Complaint,
    Customer,
    FormerContact,
    Order,
    PersonalLink,
    Product,
)
from complaints.privacy import retention
from complaints.privacy.keys import CUSTOMER, ids, of_case, of_customer
from complaints.services import customers
from complaints.services.customers import Buyer
from complaints.services.letters import PEOPLE
from portal import sealing
from portal.mail.reading import sender_hash
from portal.models import IncomingMail
from portal.privacy import own, places
from portal.privacy.masking import MARK, Mask
from portal.privacy.own import MAIL, SENDER
from portal.privacy.places import Marks, Room
from portal.privacy.values import Found, Subject, Words
from staff.people.models import Person, Store
from staff.privacy import ORDER

BATCH = 200


def _widen(subject: Subject) -> Subject:
    """A customer with the same phone is the same person, as for whoever registers a case."""
    rows = Customer.objects.filter(pk__in=ids(subject)).exclude(phone_hash="")
    same = Customer.objects.filter(phone_hash__in=rows.values("phone_hash"))
    subject = subject.with_keys(CUSTOMER, same.values_list("pk", flat=True))
    orders = Order.objects.filter(of_customer(subject)).values_list("store", "number")
    subject = subject.with_keys(ORDER, [f"{store}:{number}" for store, number in orders])
    return _widen_by_mails(subject)


def _widen_by_mails(subject: Subject) -> Subject:
    """Mails of the person's cases, and the addresses from which nobody else's cases were written.

    An address alone leads to the one customer of its cases; that of a machine is nobody's.
    """
    mails = IncomingMail.objects.filter(case_letter__complaint__customer__in=ids(subject))
    subject = subject.with_keys(MAIL, mails.values_list("pk", flat=True))
    ours = CaseReply.objects.filter(of_case(subject)).values_list("message_id", flat=True)
    subject = subject.with_keys(MAIL, own.reports_on(ours).values_list("pk", flat=True))
    written = mails.filter(automatic__in=PEOPLE).exclude(sender_hash="")
    senders = set(written.values_list("sender_hash", flat=True))
    return with_senders(subject, senders | _answered_at(subject) | subject.of(SENDER))


def with_senders(subject: Subject, senders: Collection[str]) -> Subject:
    """Return the person known by those of the addresses, too, that wrote for nobody else."""
    for sender in sorted(senders):
        found = places.written_for(sender)
        if found <= set(ids(subject)) or (len(found) == 1 and not ids(subject)):
            subject = subject.with_keys(SENDER, [sender]).with_keys(CUSTOMER, found)
    return subject


def _written_for(sender: str) -> Collection[int]:
    rows = Customer.objects.filter(
        complaints__letters__mail__sender_hash=sender,
        complaints__letters__mail__automatic__in=PEOPLE,
    )
    return set(rows.values_list("pk", flat=True))


def _answered_at(subject: Subject) -> set[str]:
    """Return hashes of the addresses at which cases of the person only were answered.

    Addresses are stored sealed: of the others only those that look alike are opened.
    """
    rows = CaseReply.objects.exclude(receiver_masked=MARK).order_by().only("receiver")
    own_rows = rows.filter(of_case(subject))
    found = {sender_hash(row.receiver) for row in own_rows}
    if not found:
        return found
    alike = rows.filter(receiver_masked__in=own_rows.values("receiver_masked"))
    return found - {sender_hash(row.receiver) for row in alike.exclude(of_case(subject))}


def _words(subject: Subject) -> Words:
    rows = list(Customer.objects.filter(pk__in=ids(subject)))
    names = {name for row in rows for name in (row.name, row.company)}
    now = Words(
        names=frozenset(name for name in names if name and not name.startswith(MARK)),
        phones=frozenset(row.phone for row in rows if row.phone),
        addresses=frozenset(row.address for row in rows if row.address),
        mails=_written_to(subject),
    )
    return now | _former_words(subject)


def _former_words(subject: Subject) -> Words:
    """Return what the person was reached by before; a phone that is another's now is theirs."""
    said: dict[str, set[str]] = defaultdict(set)
    for row in FormerContact.objects.filter(of_customer(subject)):
        said[row.kind].add(row.value)
    hashes = {phone: sealing.phone_hash(phone) for phone in said[ContactKind.PHONE]}
    others = Customer.objects.exclude(phone_hash="").exclude(pk__in=ids(subject))
    taken = others.filter(phone_hash__in=hashes.values()).values_list("phone_hash", flat=True)
    theirs = set(taken)
    return Words(
        names=frozenset(said[ContactKind.COMPANY]),
        phones=frozenset(phone for phone, key in hashes.items() if key not in theirs),
        addresses=frozenset(said[ContactKind.ADDRESS]),
    )


def _written_to(subject: Subject) -> frozenset[str]:
    """Return the addresses that cases of the person were answered to.

    One from which others wrote, a platform's own for instance, gives nobody away.
    """
    replies = CaseReply.objects.filter(of_case(subject)).only("receiver")
    found = {sender_hash(row.receiver): row.receiver for row in replies if row.receiver != MARK}
    strange = set(found) - subject.of(SENDER)
    others = IncomingMail.objects.filter(sender_hash__in=strange).values_list("sender_hash")
    known = {key for (key,) in others}
    return frozenset(address for key, address in found.items() if key not in known)


def _others(subject: Subject, names: Collection[str]) -> Mapping[str, Subject]:
    """Other customers of the same name or company: not the same person."""
    rows = Customer.objects.filter(Q(name__in=names) | Q(company__in=names))
    found: dict[str, Subject] = {}
    for pk, name, company in rows.exclude(pk__in=ids(subject)).values_list("pk", "name", "company"):
        for each in {name, company} & set(names):
            found[each] = found.get(each, Subject()).with_keys(CUSTOMER, [pk])
    return found


def _common(names: Collection[str]) -> Collection[str]:
    """Names that mean somebody or something of the department as well."""
    found = set(Person.objects.filter(name__in=names).values_list("name", flat=True))
    found |= set(Store.objects.filter(name__in=names).values_list("name", flat=True))
    return found | set(Product.objects.filter(name__in=names).values_list("name", flat=True))


def _find(text: str) -> Sequence[Found]:
    wanted = Q(name=text) | Q(orders__number=text) | Q(complaints__number=text)
    if hashed := sealing.phone_hash(text):
        wanted |= Q(phone_hash=hashed)
    keys = Customer.objects.filter(wanted).values_list("pk", flat=True).distinct()
    return _named(Subject().with_keys(CUSTOMER, keys[:BATCH]))


def _named(subject: Subject) -> Sequence[Found]:
    return [
        Found(
            kind=CUSTOMER,
            key=str(row.pk),
            title=row.name,
            text=" · ".join(
                part
                for part in (row.get_platform_display(), row.phone_masked, row.address_masked)
                if part
            ),
        )
        for row in Customer.objects.filter(pk__in=ids(subject)).order_by("pk")
    ]


def _stores(subject: Subject) -> Collection[int]:
    found = set(Complaint.objects.filter(of_customer(subject)).values_list("store", flat=True))
    return found | set(Order.objects.filter(of_customer(subject)).values_list("store", flat=True))


def _hold(subject: Subject) -> None:
    for row in Customer.objects.filter(pk__in=ids(subject)).order_by("pk"):
        customers.hold(Buyer(name=row.name, platform=row.platform, phone=row.phone))


def _mark_of(row: Customer) -> str:
    return sealing.keyed_hash(f"customer:{row.platform}:{row.name}")


def _marks(subject: Subject) -> Marks:
    """A customer is known again by platform and name, and by the phone."""
    found: dict[tuple[str, str], str] = {}
    for row in Customer.objects.filter(pk__in=ids(subject)).exclude(name__startswith=MARK):
        found[CUSTOMER, str(row.pk)] = _mark_of(row)
        if row.phone_hash:
            found["phone", row.phone_hash] = row.phone_hash
    return found


def _seek(marks: Marks, at: datetime) -> Subject:
    """Return customers that are there again, by name or phone, if they are from before then.

    Who came anew since is another matter and stays.
    """
    wanted = {mark for (kind, _key), mark in marks.items() if kind == CUSTOMER} - {""}
    phones = [key for kind, key in marks if kind == "phone"]
    rows = Customer.objects.filter(created_at__lte=at).exclude(name__startswith=MARK)
    found = set(rows.filter(phone_hash__in=phones).values_list("pk", flat=True))
    if wanted:
        named = rows.only("pk", "platform", "name").iterator(2000)
        found |= {row.pk for row in named if _mark_of(row) in wanted}
    return Subject().with_keys(CUSTOMER, found)


def _finish(*, subject: Subject, mask: Mask, now: datetime, dry: bool) -> None:
    """Close the personal links: nothing is shown or answered by them any more."""
    del mask, dry
    links = PersonalLink.objects.filter(of_case(subject), used_at=None, void_at=None)
    links.update(void_at=now)


places.register_room(
    "complaints",
    Room(
        widen=_widen, words=_words, others=_others, common=_common, find=_find, named=_named,
        stores=_stores, open=retention.still_open, hold=_hold, marks=_marks, seek=_seek,
        finish=_finish, due=retention.due, lately=retention.lately, written_for=_written_for,
    ),
)  # fmt: skip
