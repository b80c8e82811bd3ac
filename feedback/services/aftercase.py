"""After a case has closed its customer is asked, once (FBK-1); a low score reopens it (CMP-14)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.policies.stages import CLOSED
from complaints.services import closing
from feedback.enums import AfterWay, CallState
from feedback.models import AfterCase, Call, Invitation, Item, Survey
from feedback.policies import mails as mail_policies
from feedback.queries import aftercase as queries
from feedback.services import personal
from portal import audit, notices, outbox
from portal.letters import Written
from portal.models import IncomingMail
from staff.people.models import Person
from staff.rulebook import queries as rulebook

HAND_OVER, MAILED = "feedback.after_case", "feedback.after_case_mail"
BATCH = 50
ANOTHER = ":again"
LONGEST_WORDS = 2000


def ask_due(now: datetime) -> int:
    """Ask after cases that have closed, one batch; a step of the tick.

    Safe to run twice or side by side: the row of the case is the claim.
    """
    surveys = queries.surveys_of_stores(today=timezone.localdate(now))
    if not surveys:
        return 0
    found = queries.closed_and_not_asked(list(surveys.values()), now=now, most=BATCH)
    return sum(_ask(key, surveys[store], now=now) for key, store in found)


@transaction.atomic
def _ask(complaint_id: int, survey: Survey, *, now: datetime) -> int:
    """Invite the customer of one case, or leave a note why not; 0 where somebody else did."""
    rows = Complaint.objects.select_for_update(of=("self",)).defer("words")
    complaint = rows.select_related("customer", "order", "owner").get(pk=complaint_id)
    if complaint.stage not in CLOSED or AfterCase.objects.filter(complaint=complaint).exists():
        return 0
    after = AfterCase(complaint=complaint, turn=complaint.reopened, made_at=now)
    if queries.asked_lately(complaint.customer, survey, now=now) >= survey.per_person:
        after.way = AfterWay.LEFT_OUT
        after.save()
        return 1
    after.way = AfterWay.MAIL if queries.mail_of(complaint) else AfterWay.CHAT
    after.invitation = _invitation(complaint, survey, now=now)
    after.save()
    audit.record(
        actor=None, verb="survey.after_case", target=survey, at=now,
        after={"complaint": complaint.number, "way": after.way},
    )  # fmt: skip
    if after.way == AfterWay.MAIL:
        _post(after, now=now)
    else:
        _offer(after, now=now)
    return 1


def _invitation(complaint: Complaint, survey: Survey, *, now: datetime) -> Invitation:
    """Write the invitation; who held the case is asked about, and is reminded."""
    holder = queries.holder_of(complaint)
    remind = now + timedelta(days=survey.remind_days) if survey.remind_days else None
    return Invitation.objects.create(
        survey=survey, order=complaint.order, customer=complaint.customer, agent=holder,
        made_by=complaint.owner or holder or survey.made_by, made_at=now,
        service_day=rulebook.service_day(now), remind_at=remind,
        expires_at=now + timedelta(days=survey.link_days),
    )  # fmt: skip


def _post(after: AfterCase, *, now: datetime, again: str = "") -> None:
    key = f"{MAILED}:{after.pk}{again}"
    letter = notices.Outgoing(
        key=key, kind=MAILED, params={"after": after.pk, "case": after.complaint.number}
    )
    notices.post([letter], now=now)


def _offer(after: AfterCase, *, now: datetime) -> None:
    """Tell the owner of the case that the link is to be sent by the platform's chat."""
    invitation = after.invitation
    receiver = invitation.made_by if invitation else None
    if receiver is None or receiver.user_id is None:
        return
    notices.send(
        [
            notices.Draft(
                receiver_id=receiver.user_id, key=f"{HAND_OVER}:{after.pk}", kind=HAND_OVER,
                params={"case": after.complaint.number, "failed": after.failed_at is not None},
                subject=subject_of(after.pk),
            )
        ],
        now=now,
    )  # fmt: skip


def subject_of(after_id: int) -> str:
    return f"aftercase:{after_id}"


def write(params: Mapping[str, Any], now: datetime) -> Written | None:
    """Write the mail of a survey; its link is made now, because no link is kept.

    None when it was answered, is over, or no mail of the customer is there any more.
    """
    after = (
        AfterCase.objects.filter(pk=params["after"])
        .select_related("complaint", "invitation__survey__store")
        .first()
    )
    invitation = after.invitation if after else None
    if after is None or invitation is None or not queries.waits(invitation, now=now):
        return None
    found = queries.mail_of(after.complaint)
    if found is None:
        return None
    url = settings.PUBLIC_URL + reverse(
        "feedback:answer_personal", args=[personal.make(invitation, now=now)]
    )
    mail, survey = found.mail, invitation.survey
    with translation.override(mail_policies.language_of(f"{mail.subject}{mail.body}")):
        text = _(
            "Your case %(case)s is closed. Would you tell us in half a minute how it went?\n\n"
            "%(url)s\n\nThe link works once. If you are not satisfied, we take the case up again."
        ) % {"case": after.complaint.number, "url": url}
        subject = survey.title
    return Written(
        to=mail.sender, subject=subject, body=text, sender=survey.store.name,
        address=found.address, reply_to=found.reply_to,
        headers=mail_policies.threading(mail.message_id, mail.references)
        | {"Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def handed_over(invitation: Invitation, *, now: datetime) -> None:
    """Note that somebody has taken the link to send it."""
    rows = AfterCase.objects.filter(invitation=invitation, handed_at=None)
    if rows.update(handed_at=now):
        after = AfterCase.objects.get(invitation=invitation)
        notices.settle(subject_of(after.pk), now=now)


def remind(invitation_ids: list[int], *, now: datetime) -> set[int]:
    """Send the mail of these invitations again; returns those that a mail goes to."""
    rows = AfterCase.objects.filter(invitation__in=invitation_ids, way=AfterWay.MAIL)
    found = list(rows.select_related("complaint"))
    for after in found:
        _post(after, now=now, again=ANOTHER)
    return {after.invitation_id for after in found if after.invitation_id}


def fall_back(now: datetime) -> int:
    """Leave the link to the owner where no mail could be delivered; a step of the tick.

    Safe to run twice or side by side: the way is the claim.
    """
    return sum(_fail(key, now=now) for key in queries.undelivered(MAILED, now=now))


def message_ids(after_ids: Iterable[int]) -> dict[str, int]:
    """Return the Message-IDs of mails of surveys, each with its key; of some none went out."""
    return {
        outbox.message_id(f"{MAILED}:{key}{again}"): key
        for key in after_ids
        for again in ("", ANOTHER)
    }


def came_back(mail: IncomingMail, now: datetime) -> None:
    """Note that a mail server sent mails of surveys back, in the caller's transaction.

    They went out from the mailbox of the case, so its report comes to any mailbox.
    """
    names = set(mail.references.split())
    ours = message_ids(queries.mailed(now=now))
    for key in {ours[name] for name in names & ours.keys()}:
        _fail(key, now=now)


@transaction.atomic
def _fail(after_id: int, *, now: datetime) -> int:
    claimed = AfterCase.objects.filter(pk=after_id, way=AfterWay.MAIL)
    if not claimed.update(way=AfterWay.CHAT, failed_at=now):
        return 0
    rows = AfterCase.objects.select_related("complaint", "invitation__made_by")
    _offer(rows.get(pk=after_id), now=now)
    return 1


class NoPhone(Exception):
    """No phone number of the customer is known."""


@transaction.atomic
def call_instead(*, actor: Person, after_id: int, now: datetime) -> Call:
    """Put the customer on the call list, where the link did not or will not arrive.

    Who is on it already stays; a customer who was to be left alone is called. Raises NoPhone.
    """
    rows = AfterCase.objects.select_for_update(of=("self",))
    after = rows.select_related("complaint__customer", "invitation").get(pk=after_id)
    case = after.complaint
    if not case.customer.phone_hash:
        raise NoPhone
    call, _fresh = Call.objects.get_or_create(
        complaint=case,
        defaults={
            "store_id": case.store_id, "customer": case.customer, "turn": after.turn,
            "agent": after.invitation.agent if after.invitation else None, "drawn_at": now,
            "due_at": now,
        },
    )  # fmt: skip
    left = Call.objects.filter(pk=call.pk, state=CallState.LEFT_OUT)
    left.update(state=CallState.WAITING, due_at=now)
    audit.record(
        actor=actor.user, verb="call.instead", target=call, at=now, after={"case": case.number}
    )
    if after.invitation:
        handed_over(after.invitation, now=now)
    return call


def hear(invitation: Invitation | None, item: Item, *, now: datetime) -> None:
    """Let the score of an answer count for its case, in the caller's transaction."""
    if invitation is None or item.rating is None:
        return
    after = AfterCase.objects.filter(invitation=invitation).first()
    if after is not None:
        heard = closing.Heard(score=item.rating, words=item.text[:LONGEST_WORDS])
        closing.hear(complaint_id=after.complaint_id, turn=after.turn, heard=heard, now=now)
