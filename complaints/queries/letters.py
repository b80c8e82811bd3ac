"""Which case a mail answers, which mails wait, and what a case has been written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from django.db.models import Case as DbCase
from django.db.models import Count, Q, QuerySet, Value, When

from complaints.enums import LandedBy
from complaints.models import CaseLetter, CaseMailbox, CaseReply, Complaint, Order
from complaints.policies import letters as policies
from portal.enums import MailPurpose
from portal.models import IncomingFile, IncomingMail, Mailbox, OutboxMessage
from portal.sealing import keyed_hash
from staff.people.access import Scope
from staff.people.models import Store, Team

PAGE = 50
MOST_SHOWN = 100
ORDER_LIKE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{5,63}")
MOST_TRIED = 50
SUGGESTED = 5
PROOF = 12  # digits


def proof_of(number: str) -> str:
    """Return what proves that a mail which names a case comes from one that we wrote."""
    return keyed_hash(f"case-mail:{number}")[:PROOF]


def box_of(mailbox_id: int) -> CaseMailbox | None:
    rows = CaseMailbox.objects.select_related("store", "team")
    return rows.filter(mailbox=mailbox_id).first()


def mailboxes(scope: Scope) -> QuerySet[Mailbox]:
    """Return the mailboxes for complaints of whose stores or teams one is, or of nobody yet."""
    rows = Mailbox.objects.filter(purpose=MailPurpose.CASES).defer("password")
    if scope.is_admin:
        return rows
    mine = CaseMailbox.objects.visible_to(scope)
    return rows.filter(Q(case_mailbox=None) | Q(case_mailbox__in=mine))


def boxes(scope: Scope) -> list[tuple[Mailbox, CaseMailbox | None]]:
    """Return the mailboxes for complaints, each with whose it is, if that is known."""
    rows = mailboxes(scope).order_by("name")
    known = CaseMailbox.objects.filter(mailbox__in=rows.values("pk"))
    found = {one.mailbox_id: one for one in known.select_related("store", "team")}
    return [(row, found.get(row.pk)) for row in rows]


def places(scope: Scope) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the stores and the teams whose mailbox one may say a mailbox is."""
    stores, teams = Store.objects.order_by("name"), Team.objects.order_by("name")
    if not scope.is_admin:
        stores = stores.filter(pk__in=scope.store_ids)
        teams = teams.filter(pk__in=scope.team_ids)
    return list(stores.values_list("pk", "name")), list(teams.values_list("pk", "name"))


def case_of(mail: IncomingMail) -> tuple[int, LandedBy] | None:
    """Return the case that a mail answers and what says so; a merged one is the case that stays."""
    found = _by_thread(mail)
    how = LandedBy.THREAD
    if found is None:
        found, how = _by_name(mail), LandedBy.TOKEN
    if found is None:
        return None
    into = Complaint.objects.filter(pk=found).values_list("merged_into_id", flat=True).first()
    return into or found, how


def _by_thread(mail: IncomingMail) -> int | None:
    named = [name for name in (mail.in_reply_to, *mail.references.split()) if name]
    if not named:
        return None
    replies = CaseReply.objects.filter(message_id__in=named).order_by("-pk")
    ours = replies.values_list("complaint_id", flat=True).first()
    if ours is not None:
        return ours
    before = CaseLetter.objects.filter(
        mail__mailbox=mail.mailbox_id, mail__message_id__in=named, complaint__isnull=False
    )
    return before.order_by("-pk").values_list("complaint_id", flat=True).first()


def _by_name(mail: IncomingMail) -> int | None:
    for number, proof in policies.named(mail.subject, mail.tags):
        if compare_digest(proof, proof_of(number)):
            key = Complaint.objects.filter(number=number).values_list("pk", flat=True).first()
            if key is not None:
                return key
    return None


def answers_to(letter: CaseLetter) -> list[CaseLetter]:
    """Return the waiting mails of the same thread, which go where this one goes."""
    name = letter.mail.message_id
    if not name:
        return []
    rows = CaseLetter.objects.waiting().filter(box=letter.box_id).exclude(pk=letter.pk)
    rows = rows.filter(Q(mail__in_reply_to=name) | Q(mail__references__contains=name))
    return list(rows.select_related("mail", "box").order_by("pk")[:PAGE])


def page_of(
    scope: Scope, *, aside: bool, before: int | None = None
) -> tuple[list[CaseLetter], int | None]:
    """Return a page of mails without a case, newest first, and the key that the next begins at."""
    rows = CaseLetter.objects.visible_to(scope).filter(complaint=None)
    rows = rows.exclude(set_aside_at=None) if aside else rows.filter(set_aside_at=None)
    if before:
        rows = rows.filter(pk__lt=before)
    rows = rows.select_related("mail", "box__store", "box__team", "handled_by")
    found = list(rows.annotate(files=Count("mail__files")).order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def count_waiting(scope: Scope) -> int:
    return CaseLetter.objects.visible_to(scope).waiting().count()


def orders_in(letter: CaseLetter) -> list[Order]:
    """Return the orders whose number stands in a mail, of its store where it has one."""
    text = f"{letter.mail.subject} {letter.mail.body}"
    words = (word for word in ORDER_LIKE.findall(text) if any(one.isdigit() for one in word))
    numbers = list(dict.fromkeys(words))[:MOST_TRIED]
    rows = Order.objects.filter(number__in=numbers).select_related("customer", "product", "store")
    if letter.box.store_id:
        rows = rows.filter(store=letter.box.store_id)
    return sorted(rows[:SUGGESTED], key=lambda row: numbers.index(row.number))


def suggested(scope: Scope, letter: CaseLetter, orders: Sequence[Order]) -> list[Complaint]:
    """Return cases that a mail may belong to: of the same sender, or about an order it names."""
    same = CaseLetter.objects.filter(
        mail__sender_hash=letter.mail.sender_hash, complaint__isnull=False
    ).exclude(mail__sender_hash="")
    wanted = Q(pk__in=same.values("complaint_id"))
    if orders:
        wanted |= Q(order__in=[order.pk for order in orders])
    rows = Complaint.objects.visible_to(scope).filter(wanted, merged_into=None)
    rows = rows.select_related("customer", "store").defer("words", "description")
    return list(rows.order_by("-registered_at", "-pk")[:SUGGESTED])


@dataclass(frozen=True, kw_only=True)
class Line:
    """A mail of a case, in either direction."""

    at: datetime
    letter: CaseLetter | None = None
    reply: CaseReply | None = None
    sent: str = ""
    """WAITING, SENT or FAILED for a reply."""


def key_of(reply_id: int) -> str:
    """Return the key under which the outbox sends a reply."""
    return f"case-reply:{reply_id}"


def lines_of(complaint: Complaint) -> list[Line]:
    """Return the mails of a case, newest first: five queries."""
    letters = (
        CaseLetter.objects.filter(complaint=complaint)
        .select_related("mail", "box", "handled_by")
        .prefetch_related("mail__files")
        .order_by("-pk")[:MOST_SHOWN]
    )
    replies = CaseReply.objects.filter(complaint=complaint).select_related("author")
    replies = replies.prefetch_related("files")
    written = list(replies.order_by("-pk")[:MOST_SHOWN])
    state = _states([key_of(one.pk) for one in written])
    lines = [Line(at=one.mail.received_at, letter=one) for one in letters]
    lines += [
        Line(at=one.written_at, reply=one, sent=state.get(key_of(one.pk), "SENT"))
        for one in written
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_SHOWN]


def _states(keys: Sequence[str]) -> dict[str, str]:
    """Return how the sending goes; a message that is gone was sent long ago."""
    if not keys:
        return {}
    rows = OutboxMessage.objects.filter(key__in=keys).annotate(
        how=DbCase(
            When(sent_at__isnull=False, then=Value("SENT")),
            When(gave_up_at__isnull=False, then=Value("FAILED")),
            default=Value("WAITING"),
        )
    )
    return dict(rows.values_list("key", "how"))


def senders_of(complaint: Complaint) -> list[CaseLetter]:
    """Return the last mail of each address that wrote to a case, newest first."""
    rows: QuerySet[CaseLetter] = CaseLetter.objects.filter(complaint=complaint)
    rows = rows.filter(mail__automatic__in=("", "FLOOD")).exclude(mail__sender_hash="")
    found: dict[str, CaseLetter] = {}
    for row in rows.select_related("mail", "box").order_by("-pk")[:MOST_SHOWN]:
        found.setdefault(row.mail.sender_hash, row)
    return list(found.values())


def box_for(complaint: Complaint, *, today: date) -> CaseMailbox | None:
    """Return the mailbox that a case is answered from: its last, its store's, its team's."""
    last = CaseLetter.objects.filter(complaint=complaint).order_by("-pk").select_related("box")
    if letter := last.first():
        return letter.box
    rows = CaseMailbox.objects.filter(boxes_serving(complaint.store_id, today=today))
    return rows.select_related("store").order_by("store_id", "pk").first()


def boxes_serving(store_id: object, *, today: date) -> Q:
    """Mailboxes of a store, and of the team that serves it; `store_id` may be an expression."""
    served = Q(
        team__store_services__store_id=store_id, team__store_services__valid_from__lte=today
    ) & (
        Q(team__store_services__valid_until=None) | Q(team__store_services__valid_until__gte=today)
    )
    return Q(store_id=store_id) | served


def file_of(scope: Scope, letter_id: int, pk: int) -> IncomingFile | None:
    """Return a kept file of a mail that one may see."""
    letters = CaseLetter.objects.visible_to(scope).filter(pk=letter_id)
    return IncomingFile.objects.filter(pk=pk, refused="", mail__case_letter__in=letters).first()
