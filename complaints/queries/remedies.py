"""Reads of proposals: what they cost, who decides, who is to be told (CMP-6, CMP-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from complaints.enums import ProposalState, RemedyKind
from complaints.models import CaseTask, Complaint, Proposal, ProposalWriter, Remedy, Revisit
from complaints.policies.approval import Heads, Limits, Offer
from complaints.querysets import RemedyProposalQuerySet
from portal.money import Fen
from staff.people.access import Scope
from staff.people.enums import AbsenceState, Half, Post
from staff.people.models import Absence, Posting
from staff.people.queries import members
from staff.roster import queries as roster
from staff.rulebook.models import Policy

WAITING, ALL, GRANTED = "waiting", "all", "granted"
TABS = (WAITING, ALL, GRANTED)


def limits_of(policy: Policy) -> Limits:
    return Limits(lead=Fen(policy.lead_approves_fen), deputy=Fen(policy.deputy_approves_fen))


def offers_of(proposal: Proposal) -> list[Offer]:
    rows = proposal.remedies.order_by("position").values_list("kind", "amount_fen")
    return [Offer(RemedyKind(kind), Fen(amount)) for kind, amount in rows]


def granted_to(complaint: Complaint, *, besides: int | None = None) -> Fen:
    """Return what the case was granted already, in fen (CMP-7)."""
    rows = Proposal.objects.granted().filter(complaint=complaint).exclude(pk=besides or 0)
    return Fen(rows.aggregate(sum=Sum("total_fen"))["sum"] or 0)


def refunded(complaint: Complaint, *, besides: int | None = None) -> Fen:
    """Return all partial refunds of the order, else of the case, but those of one proposal."""
    rows = Remedy.objects.filter(
        kind=RemedyKind.PARTIAL_REFUND, proposal__in=Proposal.objects.counting()
    ).exclude(proposal_id=besides or 0)
    if complaint.order_id is not None:
        rows = rows.filter(proposal__complaint__order_id=complaint.order_id)
    else:
        rows = rows.filter(proposal__complaint=complaint)
    return Fen(rows.aggregate(sum=Sum("amount_fen"))["sum"] or 0)


def post_of(person_id: int, *, today: date) -> Post | None:
    """Return the post that somebody holds on a day."""
    held = Posting.objects.on(today).filter(person_id=person_id).values_list("post", flat=True)
    return Post(post) if (post := held.first()) else None


def heads(today: date, *, proposer_id: int) -> Heads:
    """Return which supervisors are there on a day; whole days of approved absence count as away."""
    found = [one.person_id for one in members(today).values() if one.post == Post.SUPERVISOR]
    away = set(
        Absence.objects.filter(
            person_id__in=found, day=today, half=Half.WHOLE, state=AbsenceState.APPROVED
        ).values_list("person_id", flat=True)
    )
    here = [pk for pk in found if pk not in away]
    return Heads(
        supervisor_is_here=bool(here),
        another_supervisor=any(pk != proposer_id for pk in here),
    )


def supervisors_here(today: date) -> QuerySet[Posting]:
    """Select the posts of the supervisors who are there on a day, as `heads` counts them."""
    away = Absence.objects.filter(day=today, half=Half.WHOLE, state=AbsenceState.APPROVED)
    return (
        Posting.objects.on(today)
        .filter(Q(person__left_on=None) | Q(person__left_on__gte=today))
        .filter(post=Post.SUPERVISOR, person__hired_on__lte=today)
        .exclude(person_id__in=away.values("person_id"))
    )


def to_decide(scope: Scope) -> RemedyProposalQuerySet:
    """Select the proposals that wait and that somebody may decide: `may_decide` as a filter."""
    wrote = Q(proposed_by_id=scope.person_id) | Q(
        Exists(ProposalWriter.objects.filter(proposal=OuterRef("pk"), person=scope.person_id or 0))
    )
    rows = Proposal.objects.visible_to(scope).filter(~wrote, state=ProposalState.SUBMITTED)
    if scope.rank >= Post.SUPERVISOR.rank:
        return rows
    proposer = Posting.objects.on(scope.today).filter(person_id=OuterRef("proposed_by_id"))
    own_of_head = Q(Exists(proposer.filter(post=Post.SUPERVISOR)))
    if scope.rank < Post.DEPUTY.rank:
        return rows.filter(~own_of_head, needs=Post.LEAD)
    here = supervisors_here(scope.today)
    another = here.exclude(person_id=OuterRef("proposed_by_id"))
    return rows.filter(
        (~own_of_head & (~Q(needs=Post.SUPERVISOR) | ~Q(Exists(here))))
        | (own_of_head & ~Q(Exists(another)))
    )


def deciders(proposal: Proposal, *, needs: Post, now: datetime) -> list[int]:
    """Return the users who are told that a proposal waits: those next above with the post."""
    duty = roster.duty_at(now)
    proposer = proposal.proposed_by_id
    chain = [one for one in duty.chain(proposer) if one.post.rank >= needs.rank]
    people = {chain[0].person_id} if chain else set()
    lead = duty.lead_on_duty(proposer)
    if needs == Post.LEAD and lead is not None and lead != proposer:
        people.add(lead)
    if not people:
        wanted = {Post.SUPERVISOR, Post.DEPUTY}
        people = {
            key for key, one in duty.holders.items() if one.post in wanted and key != proposer
        }
    return sorted(roster.user_ids(people).values())


def writers_of(proposal: Proposal) -> set[int]:
    """Return the people who wrote on a proposal: nobody of them decides on it (CMP-7)."""
    return {proposal.proposed_by_id, *proposal.writers.values_list("person_id", flat=True)}


@dataclass(frozen=True, kw_only=True)
class Handling:
    """What was offered, given to departments and asked on a case."""

    proposals: Sequence[Proposal]
    tasks: Sequence[CaseTask]
    revisits: Sequence[Revisit]


def handling_of(complaint: Complaint) -> Handling:
    """Return proposals with remedies, tasks and revisits of a case, newest first: 4 queries."""
    proposals = with_remedies(Proposal.objects.filter(complaint=complaint))
    tasks = CaseTask.objects.filter(complaint=complaint)
    return Handling(
        proposals=list(
            proposals.select_related("proposed_by", "decided_by", "agreement").order_by("-position")
        ),
        tasks=list(
            tasks.select_related("department", "owner", "done_by").order_by("-state", "due_at")
        ),
        revisits=list(
            Revisit.objects.filter(Q(complaint=complaint) | Q(complaint__merged_into=complaint))
            .select_related("by")
            .order_by("-at", "-pk")
        ),
    )


def with_remedies(proposals: RemedyProposalQuerySet) -> RemedyProposalQuerySet:
    """Add the remedies in their order as `offered`."""
    remedies = Remedy.objects.order_by("position")
    return proposals.prefetch_related(Prefetch("remedies", remedies, to_attr="offered"))


def page_of(
    proposals: RemedyProposalQuerySet, *, tab: str, start: int, size: int
) -> list[Proposal]:
    """Return a page of the list of proposals: what waits oldest first, else newest first."""
    rows = with_remedies(proposals).select_related(
        "complaint__store", "complaint__customer", "proposed_by", "decided_by"
    )
    rows = rows.defer("complaint__words")
    if tab == WAITING:
        rows = rows.filter(state="SUBMITTED").order_by("submitted_at", "pk")
    elif tab == GRANTED:
        rows = rows.granted().order_by("-proposed_at", "-pk")
    else:
        rows = rows.order_by("-proposed_at", "-pk")
    return list(rows[start : start + size])


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Returns that became exchanges or price differences, in fen (CMP-6)."""

    count: int
    wanted: int
    granted: int

    @property
    def saved(self) -> int:
        return self.wanted - self.granted


def saved(proposals: RemedyProposalQuerySet) -> Saved:
    """Return what was saved by offering something else than the return that was wanted."""
    rows = proposals.granted().filter(wanted=RemedyKind.REFUND, return_fen__isnull=False)
    rows = rows.exclude(remedies__kind=RemedyKind.REFUND)
    wanted, granted, count = 0, 0, 0
    for return_fen, total_fen in rows.values_list("return_fen", "total_fen"):
        count, wanted, granted = count + 1, wanted + (return_fen or 0), granted + total_fen
    return Saved(count=count, wanted=wanted, granted=granted)
