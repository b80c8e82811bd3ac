"""What the services of remedies share: refusals, locked rows, the limit of refunds."""

from collections.abc import Sequence

from complaints.models import Complaint, Order, Proposal
from complaints.policies import approval as policies
from complaints.policies.approval import Offer, Refusal
from complaints.queries import remedies as queries
from complaints.services import stages
from portal.money import Fen


class Refused(Exception):
    """The rules do not allow it; `reason` says why, `room` what may still be refunded, in fen."""

    def __init__(self, reason: Refusal, *, room: Fen | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.room = room


class ChangedMeanwhile(Exception):
    """Somebody has changed it or decided on it since it was read."""


class ProposalStands(ChangedMeanwhile):
    """Somebody has written a proposal for the case already."""


class NotNow(Exception):
    """The stage of the case does not allow it; `stage` is where it is."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


def subject_of(proposal: Proposal) -> str:
    """Return the subject under which notices of a proposal are settled."""
    return f"proposal:{proposal.pk}"


def locked(proposal_id: int, *, version: int | None) -> tuple[Complaint, Proposal]:
    """Return case and proposal, both locked, the case first. Raises ChangedMeanwhile."""
    key = Proposal.objects.values_list("complaint_id", flat=True).get(pk=proposal_id)
    complaint = stages.locked(key)
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("proposed_by")
    proposal = rows.get(pk=proposal_id)
    if version is not None and proposal.version != version:
        raise ChangedMeanwhile
    return complaint, proposal


def why_not_offered(
    complaint: Complaint, offers: Sequence[Offer], *, exchange: Fen, besides: int | None = None
) -> None:
    """Raise Refused for what may not be offered; two cases of one order wait for each other."""
    if complaint.order_id is not None:
        list(Order.objects.select_for_update().filter(pk=complaint.order_id).values_list("pk"))
    refunded = queries.refunded(complaint, besides=besides)
    reason = policies.why_not_offered(offers, exchange=exchange, refunded=refunded)
    if reason:
        raise Refused(reason, room=Fen(max(exchange - refunded, 0)))
