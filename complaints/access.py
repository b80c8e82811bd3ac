"""Who may do what with a case, an order or a follow-up. Seeing is `visible_to` (§10)."""

from complaints.models import (
    Attachment,
    CaseLetter,
    CaseMailbox,
    CaseTask,
    Complaint,
    FollowUp,
    Incident,
    Order,
    PreventiveMeasure,
    Proposal,
    UnpaidOrder,
)
from complaints.policies.stages import Who
from staff.people.access import Scope
from staff.people.enums import Post


def serves(scope: Scope, store_id: int) -> bool:
    """Whether the store is one of one's teams'."""
    return store_id in scope.store_ids


def can_register(scope: Scope) -> bool:
    """Anybody with a post: whoever the customer reaches first must answer (ORG-5)."""
    return scope.post is not None


def is_own(scope: Scope, complaint: Complaint) -> bool:
    """Whether one owns or recorded the case."""
    if scope.person_id is None:
        return False
    return scope.person_id in (complaint.owner_id, complaint.recorder_id)


def can_unmask(scope: Scope, complaint: Complaint) -> bool:
    """Phone and address: the owner, the recorder, and leads and above of the store's team."""
    return is_own(scope, complaint) or (scope.leads and serves(scope, complaint.store_id))


def can_edit(scope: Scope, complaint: Complaint) -> bool:
    """The owner, the recorder, leads of the store, and its team while the case has no owner."""
    if is_own(scope, complaint):
        return True
    return serves(scope, complaint.store_id) and (scope.leads or complaint.owner_id is None)


def can_take(scope: Scope, complaint: Complaint) -> bool:
    """A case without owner is free for everybody of the team; a lead takes over any of it."""
    if scope.person_id is None or complaint.owner_id == scope.person_id:
        return False
    return serves(scope, complaint.store_id) and (scope.leads or complaint.owner_id is None)


def can_set_owner(scope: Scope, complaint: Complaint) -> bool:
    return scope.leads and serves(scope, complaint.store_id)


def can_escalate(scope: Scope, complaint: Complaint) -> bool:
    """Whoever may change the case, once (CMP-10)."""
    return complaint.escalated_at is None and can_edit(scope, complaint)


def can_value(scope: Scope) -> bool:
    """Say whether a customer is of high value: leads and above."""
    return scope.leads


def can_unmask_sender(scope: Scope, letter: CaseLetter) -> bool:
    """As with a case's customer; of a mail without a case, leads of its mailbox."""
    if letter.complaint is not None:
        return can_unmask(scope, letter.complaint)
    return can_sort(scope, letter.box)


def can_sort(scope: Scope, box: CaseMailbox) -> bool:
    """Say which case a mail belongs to: leads of the mailbox's store or team."""
    here = box.store_id in scope.store_ids or box.team_id in scope.team_ids
    return scope.leads and here


def can_remove(scope: Scope, attachment: Attachment) -> bool:
    """Whoever added the file, and leads of the store."""
    if scope.person_id is not None and attachment.added_by_id == scope.person_id:
        return True
    return scope.leads and serves(scope, attachment.complaint.store_id)


def can_edit_order(scope: Scope, order: Order) -> bool:
    """Leads and above; what agents learn of a shipment goes to the case."""
    return scope.leads and serves(scope, order.store_id)


def can_assign(scope: Scope) -> bool:
    """Whether one may make follow-ups at all; an agent does so for themselves (FUP-1)."""
    return scope.post is not None


def can_assign_to(scope: Scope, person_id: int) -> bool:
    """Oneself; leads and above also the people below."""
    if not can_assign(scope):
        return False
    return person_id == scope.person_id or (scope.leads and person_id in scope.below_ids)


def can_change_followup(scope: Scope, followup: FollowUp) -> bool:
    """Finish, reschedule, hand over: the owner, those above, and leads of the store."""
    if scope.person_id is None:
        return False
    if followup.owner_id == scope.person_id:
        return True
    below = followup.owner_id in scope.below_ids
    return scope.leads and (below or serves(scope, followup.store_id))


def can_propose_liability(scope: Scope, store_id: int) -> bool:
    """Leads and above of the store; amounts are decided above them (INC-8)."""
    return scope.leads and serves(scope, store_id)


def can_decide_liability(scope: Scope, *, supervisor_is_here: bool) -> bool:
    """The supervisor, and the deputy while no supervisor is there (INC-5, ORG-6)."""
    return scope.rank >= Post.SUPERVISOR.rank or (
        scope.rank >= Post.DEPUTY.rank and not supervisor_is_here
    )


def can_chase(scope: Scope, order: Order) -> bool:
    """Whoever serves the order's store."""
    return scope.post is not None and serves(scope, order.store_id)


def can_write_remark(scope: Scope, order: Order) -> bool:
    """Remark and promise of shipping: whoever serves the order's store."""
    return can_chase(scope, order)


def can_chase_payment(scope: Scope, unpaid: UnpaidOrder) -> bool:
    """Its owner, and whoever serves the store."""
    own = scope.person_id is not None and unpaid.owner_id == scope.person_id
    return own or (scope.post is not None and serves(scope, unpaid.store_id))


def who_is(scope: Scope, complaint: Complaint) -> frozenset[Who]:
    """Return what somebody is towards a case, as the table of moves means it (CMP-3)."""
    found = set()
    if can_edit(scope, complaint):
        found.add(Who.HANDLER)
    if scope.leads and serves(scope, complaint.store_id):
        found.add(Who.LEAD)
    return frozenset(found)


def may_decide_proposals(scope: Scope, proposal: Proposal) -> bool:
    """Leads and above of the case's store; up to which amount, the policy says (CMP-7)."""
    return scope.leads and serves(scope, proposal.complaint.store_id)


def can_do_task(scope: Scope, task: CaseTask) -> bool:
    """Whoever sees to it here, and whoever may change the case."""
    own = scope.person_id is not None and task.owner_id == scope.person_id
    return own or can_edit(scope, task.complaint)


def can_end_measure(scope: Scope, measure: PreventiveMeasure) -> bool:
    """Its owner, and leads of the case's store."""
    own = scope.person_id is not None and measure.owner_id == scope.person_id
    return own or (scope.leads and serves(scope, measure.complaint.store_id))


def can_lead_incident(scope: Scope, incident: Incident) -> bool:
    """Leads and above of the store where it was found first."""
    return scope.leads and serves(scope, incident.store_id)
