"""Where a mail lands: in the case that it answers, else before the lead (CMP-4).

A mail is written by the reader in one transaction with what becomes of it here, so that nothing is
lost and nothing doubled when the process dies between. What a machine wrote is kept where it
belongs, answers nothing and ends no wait.
"""

import logging
import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints.enums import EntryKind, LandedBy
from complaints.models import CaseLetter, CaseMailbox, CaseReply, Complaint
from complaints.queries import letters as queries
from complaints.queries import routing
from complaints.services import cases, deadlines
from complaints.services.attachments import Checked
from complaints.services.cases import CaseFacts
from complaints.services.timeline import note_down
from portal import audit, notices
from portal.enums import AutomaticReason, MailState
from portal.mail import reading
from portal.models import IncomingMail
from staff.people.models import Person
from staff.roster import queries as roster

log = logging.getLogger(__name__)

WRITTEN, WAITS = "complaint.mail", "complaint.mail_waits"
TAKEN = "complaints.letter"
PEOPLE = frozenset({"", AutomaticReason.FLOOD})
"""Somebody who writes very often is no machine for certain."""
MOST = 500


class AlreadyHandled(Exception):
    """Somebody else has dealt with the mail; `case` is where it is now, if in one."""

    def __init__(self, case: Complaint | None) -> None:
        super().__init__(case.number if case else "")
        self.case = case


def subject_of(letter_id: int) -> str:
    """Return the subject under which notices about a mail are settled."""
    return f"case_letter:{letter_id}"


def take(mail: IncomingMail, now: datetime) -> None:
    """Take one mail; the caller's transaction writes it as well.

    A mail to a mailbox of which nobody has said whose it is stays new until somebody does.
    """
    box = queries.box_of(mail.mailbox_id)
    if box is None:
        return
    letter = CaseLetter.objects.create(box=box, mail=mail)
    if not reading.take(mail=mail, kind=TAKEN, key=str(letter.pk)):
        raise AlreadyHandled(None)
    found = queries.case_of(mail)
    if found is not None:
        _land(letter, found[0], how=found[1], actor=None, now=now)
    elif mail.automatic not in PEOPLE:
        CaseLetter.objects.filter(pk=letter.pk).update(set_aside_at=now)
    else:
        _tell_lead(letter, now=now)


def take_waiting(box: CaseMailbox, *, now: datetime) -> int:
    """Take what came before anybody said whose the mailbox is, oldest first; return how many."""
    rows = IncomingMail.objects.filter(mailbox=box.mailbox_id, state=MailState.NEW)
    found = list(rows.select_for_update().order_by("received_at", "pk")[:MOST])
    for mail in found:
        try:
            with transaction.atomic():
                take(mail, now)
        except Exception:  # one mail must not stop those behind it
            log.exception("mail %s could not be taken", mail.pk)
    return len(found)


def _claim(letter_id: int) -> CaseLetter:
    """Lock a mail that is in no case. Raises AlreadyHandled."""
    rows = CaseLetter.objects.select_for_update(of=("self",)).select_related("mail", "box")
    letter = rows.get(pk=letter_id)
    if letter.complaint_id is not None:
        raise AlreadyHandled(letter.complaint)
    return letter


def _land(
    letter: CaseLetter, complaint_id: int, *, how: LandedBy, actor: Person | None, now: datetime
) -> None:
    """Put a mail into a case, whose owner is told. A customer who writes is no longer waited for.

    The condition of the UPDATE is the claim where rows are not locked.
    """
    mine = CaseLetter.objects.filter(pk=letter.pk, complaint=None)
    if not mine.update(
        complaint=complaint_id, landed_by=how, landed_at=now, handled_by=actor,
        set_aside_at=None, set_aside_why="",
    ):  # fmt: skip
        raise AlreadyHandled(CaseLetter.objects.get(pk=letter.pk).complaint)
    machine = letter.mail.automatic not in PEOPLE
    params: dict[str, object] = {"letter": letter.pk}
    if machine:
        params["automatic"] = letter.mail.automatic
    Complaint.objects.filter(pk=complaint_id).update(changed_at=now)
    note_down([complaint_id], kind=EntryKind.MAIL_IN, actor=actor, now=now, params=params)
    case = Complaint.objects.select_related("owner").defer("words").get(pk=complaint_id)
    audit.record(
        actor=actor.user if actor else None, verb="complaint.mail_in", target=case, at=now,
        after={**params, "how": how},
    )  # fmt: skip
    if not machine:
        deadlines.heard(complaint_id=complaint_id, now=now)
    notices.settle(subject_of(letter.pk), now=now)
    if letter.mail.automatic in (*PEOPLE, AutomaticReason.BOUNCE):
        _tell_case(letter, case, besides=actor, now=now)


def _tell_case(
    letter: CaseLetter, case: Complaint, *, besides: Person | None, now: datetime
) -> None:
    """Tell the owner that the customer has written, or that a reply came back.

    Of a case without owner the lead on duty hears, of a reply that came back its author as well.
    """
    people = {case.owner_id} if case.owner_id else set(_leads_of(case.store_id, now=now))
    bounced = letter.mail.automatic == AutomaticReason.BOUNCE
    if bounced:
        named = letter.mail.references.split()
        replies = CaseReply.objects.filter(complaint=case, message_id__in=named)
        people |= set(replies.values_list("author_id", flat=True))
    told = {one for one in people if one} - {besides.pk if besides else 0}
    _send(WRITTEN, letter, told, params={"case": case.number, "bounced": bounced}, now=now)


def _tell_lead(letter: CaseLetter, *, now: datetime) -> None:
    """Tell the lead on duty of a mail without a case."""
    box = letter.box
    people = _leads_of(box.store_id, now=now) if box.store_id else _leads(box.team_id or 0, now=now)
    place = box.store.name if box.store else box.team.name if box.team else ""
    _send(WAITS, letter, people, params={"place": place, "letter": letter.pk}, now=now)


def _leads_of(store_id: int, *, now: datetime) -> list[int]:
    team = routing.teams_of([store_id], today=timezone.localdate(now)).get(store_id)
    return _leads(team, now=now) if team else []


def _leads(team_id: int, *, now: datetime) -> list[int]:
    """Return the lead on duty of a team, else who stands above it first."""
    duty = roster.duty_at(now)
    lead = duty.lead_of(team_id)
    above = [one.person_id for one in duty.chain_of(team_id) if one.person_id not in duty.away]
    return ([lead] if lead else above)[:1]


def _send(
    kind: str,
    letter: CaseLetter,
    people: Collection[int],
    *,
    params: dict[str, object],
    now: datetime,
) -> None:
    notices.send(
        [
            notices.Draft(
                receiver_id=user, key=f"{kind}:{letter.pk}", kind=kind, params=params,
                subject=subject_of(letter.pk),
            )
            for user in roster.user_ids(people).values()
        ],
        now=now,
    )  # fmt: skip


@transaction.atomic
def attach(*, actor: Person, letter_id: int, complaint_id: int, now: datetime) -> int:
    """Put a mail without a case, and the waiting ones of its thread, into a case.

    Returns how many mails landed. Raises AlreadyHandled.
    """
    letter = _claim(letter_id)
    rest = queries.answers_to(letter)
    for one in (letter, *rest):
        _land(one, complaint_id, how=LandedBy.HAND, actor=actor, now=now)
    return 1 + len(rest)


@transaction.atomic
def register_from(  # noqa: PLR0913 -- what registering takes, and the mail
    *,
    actor: Person,
    letter_id: int,
    facts: CaseFacts,
    now: datetime,
    form_key: uuid.UUID | None = None,
    files: Collection[Checked] = (),
    owner_id: int | None = None,
) -> Complaint:
    """Register a case from a mail that has none. Raises AlreadyHandled, AlreadySubmitted."""
    letter = _claim(letter_id)
    made = cases.register(
        actor=actor, facts=facts, now=now, form_key=form_key, files=files, owner_id=owner_id
    )
    for one in (letter, *queries.answers_to(letter)):
        _land(one, made.pk, how=LandedBy.OPENED, actor=actor, now=now)
    return made


@transaction.atomic
def set_aside(*, actor: Person, letter_id: int, why: str, now: datetime) -> None:
    """Say that a mail is no complaint, and why. Raises AlreadyHandled."""
    letter = _claim(letter_id)
    waiting = CaseLetter.objects.waiting().filter(pk=letter.pk)
    if not waiting.update(set_aside_at=now, set_aside_why=why, handled_by=actor):
        raise AlreadyHandled(None)
    audit.record(actor=actor.user, verb="case_letter.set_aside", target=letter, at=now)
    notices.settle(subject_of(letter.pk), now=now)


@transaction.atomic
def take_back(*, actor: Person, letter_id: int, now: datetime) -> None:
    """Let a mail that was set aside wait again. Raises AlreadyHandled."""
    aside = CaseLetter.objects.filter(pk=letter_id, complaint=None).exclude(set_aside_at=None)
    if not aside.update(set_aside_at=None, set_aside_why="", handled_by=None):
        raise AlreadyHandled(CaseLetter.objects.get(pk=letter_id).complaint)
    letter = CaseLetter.objects.get(pk=letter_id)
    audit.record(actor=actor.user, verb="case_letter.taken_back", target=letter, at=now)


@transaction.atomic
def look(*, actor: Person, letter: CaseLetter, now: datetime) -> str:
    """Return the sender's address in the open. Who does not own the case leaves a trace (§10)."""
    case = letter.complaint
    if case is None:
        audit.record(actor=actor.user, verb="customer.unmasked", target=letter, at=now)
    elif case.owner_id != actor.pk:
        note_down([case.pk], kind=EntryKind.UNMASKED, actor=actor, now=now, params={"what": "mail"})
        audit.record(
            actor=actor.user, verb="customer.unmasked", target=case, at=now,
            after={"what": "mail", "letter": letter.pk},
        )  # fmt: skip
    return str(letter.mail.sender)
