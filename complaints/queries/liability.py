"""Reads of liabilities: their list, their shares, chases, and who is there to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from complaints.models import (
    Chase,
    FollowUp,
    Liability,
    LiabilityShare,
    Order,
    OrderRemark,
    ShippingPromise,
)
from complaints.policies.liability import Asking, Shipping
from complaints.querysets import LiabilityQuerySet
from staff.people.access import Scope
from staff.people.enums import AbsenceState, Half, Post
from staff.people.models import Absence, Person
from staff.people.queries import members

WAITING, DECIDED, ALL = "waiting", "decided", "all"
TABS = (WAITING, DECIDED, ALL)


def page_of(
    liabilities: LiabilityQuerySet, scope: Scope, *, tab: str, start: int, size: int
) -> list[Liability]:
    """Return a page of the list, newest first, with the shares that one may see as `seen`."""
    rows = with_shares(liabilities, scope).select_related(
        "complaint", "order", "store", "proposed_by", "decided_by"
    )
    if tab == WAITING:
        rows = rows.filter(state="PROPOSED")
    elif tab == DECIDED:
        rows = rows.exclude(state="PROPOSED")
    return list(rows.order_by("-proposed_at", "-pk")[start : start + size])


def with_shares(liabilities: LiabilityQuerySet, scope: Scope) -> LiabilityQuerySet:
    """Add the shares that one may see, in their order, as `seen`."""
    shares = LiabilityShare.objects.visible_to(scope).select_related("person")
    return liabilities.prefetch_related(
        Prefetch("shares", shares.order_by("position"), to_attr="seen")
    )


def of_order(scope: Scope, order: Order) -> list[Liability]:
    """Return the liabilities of an order that one may see."""
    rows = Liability.objects.visible_to(scope).filter(order=order)
    return list(rows.order_by("proposed_at", "pk"))


def shipping_of(order: Order | None) -> Shipping | None:
    if order is None:
        return None
    return Shipping(
        promised_at=order.promised_at,
        shipped_at=order.shipped_at,
        has_remark=bool(order.remark),
    )


def chases_of(order_id: int | None) -> list[Chase]:
    """Return the chases of an order, the first at the top."""
    rows = Chase.objects.filter(order_id=order_id or 0).select_related("by")
    return list(rows.order_by("at", "pk"))


def askings(order_id: int | None) -> list[Asking]:
    rows = Chase.objects.filter(order_id=order_id or 0).values_list("pk", "at")
    return [Asking(pk, at) for pk, at in rows]


@dataclass(frozen=True)
class Deciders:
    """Who decides on liabilities on a day; ids of users."""

    supervisor_is_here: bool
    supervisors: Sequence[int]
    deputies: Sequence[int]

    @property
    def to_tell(self) -> Sequence[int]:
        return self.supervisors if self.supervisor_is_here else self.deputies


def deciders(today: date) -> Deciders:
    """Return supervisors and deputies; these stand in while no supervisor is there (ORG-6)."""
    everybody = members(today).values()
    by_post = {
        post: [one.person_id for one in everybody if one.post == post]
        for post in (Post.SUPERVISOR, Post.DEPUTY)
    }
    heads = by_post[Post.SUPERVISOR]
    away = set(
        Absence.objects.filter(
            person_id__in=heads, day=today, half=Half.WHOLE, state=AbsenceState.APPROVED
        ).values_list("person_id", flat=True)
    )
    users = dict(
        Person.objects.filter(pk__in=[*heads, *by_post[Post.DEPUTY]]).values_list("pk", "user_id")
    )
    return Deciders(
        supervisor_is_here=any(pk not in away for pk in heads),
        supervisors=[user for pk in heads if (user := users.get(pk))],
        deputies=[user for pk in by_post[Post.DEPUTY] if (user := users.get(pk))],
    )


def concerned(liability: Liability) -> set[int]:
    """Return whom the case concerns: owner, recorder, author of the remark, whoever promised."""
    found = {share.person_id for share in liability.shares.all()}
    if liability.complaint is not None:
        found |= {liability.complaint.owner_id, liability.complaint.recorder_id}
        promises = FollowUp.objects.filter(complaint=liability.complaint)
        found |= set(promises.order_by().values_list("owner_id", flat=True).distinct())
    if liability.order is not None:
        found.add(liability.order.remark_by_id)
        for rows, name in ((OrderRemark, "author_id"), (ShippingPromise, "by_id")):
            of_order = rows.objects.filter(order=liability.order)
            found |= set(of_order.values_list(name, flat=True))
    return {pk for pk in found if pk is not None}


def people_to_choose(*, today: date, below: Scope | None = None) -> list[tuple[int, str]]:
    """Return everybody employed by number, or those below somebody."""
    found = sorted(members(today).values(), key=lambda one: one.number)
    return [
        (one.person_id, one.label)
        for one in found
        if below is None or one.person_id in below.below_ids
    ]
