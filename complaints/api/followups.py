"""Follow-ups: list, detail, assign, finish, reschedule, hand over (FUP-1)."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.params.functions import Query

from complaints import access
from complaints.api import parts
from complaints.enums import FollowUpState
from complaints.models import FollowUp, Order
from complaints.queries import followups as queries
from complaints.services import followups as services
from portal.api import paging, versions
from portal.api.door import Bearer
from portal.api.once import IdempotencyKey, once
from portal.api.paging import Page
from portal.api.problems import FIELD_SENTENCES, Problem
from portal.api.types import Cursor, Given, Key, Limit, Moment, Number, OneOf, Shown, Words
from portal.api.versions import IfMatch
from portal.enums import ApiScope
from staff.people.models import Person

router = Router(tags=["follow-ups"])
BY_DUE = paging.by("due_at")
READ, WRITE = Bearer(ApiScope.FOLLOWUPS), Bearer(ApiScope.FOLLOWUPS_WRITE)
Reason = Annotated[str, Words(500, 1)]


class FollowUpShown(Shown):
    """A promise with an owner and a due time."""

    number: str
    reference: str
    complaint: str | None
    order: str | None
    store: str
    owner: str
    assigned_by: str | None
    purpose: str
    due_at: datetime
    urgent: bool
    state: str
    outcome: str
    done_at: datetime | None
    done_by: str | None
    rescheduled: int
    created_at: datetime
    version: int


class FollowUpGiven(Given):
    """A follow-up of a complaint (its number) or of an order (its id); without owner one's own."""

    complaint: Number | None = None
    order: Key | None = None
    owner: Number | None = None
    due_at: Moment
    purpose: Reason
    urgent: bool = False
    reference: Annotated[str, Words(80)] = ""


class FinishGiven(Given):
    outcome: Annotated[str, Words(1000, 1)]


class RescheduleGiven(Given):
    due_at: Moment
    reason: Reason


class HandOverGiven(Given):
    to: Number
    reason: Reason


RELATED = ("complaint", "order", "store", "owner", "assigned_by", "done_by")


def _shown(row: FollowUp) -> dict[str, Any]:
    names = (
        "number", "reference", "purpose", "due_at", "urgent", "state", "outcome", "done_at",
        "rescheduled", "created_at", "version",
    )  # fmt: skip
    people = ("assigned_by", "done_by")
    return {
        **{name: getattr(row, name) for name in names},
        "complaint": row.complaint.number if row.complaint else None,
        "order": row.order.number if row.order else None,
        "store": row.store.name,
        "owner": row.owner.number,
        **{name: one.number if (one := getattr(row, name)) else None for name in people},
    }


def _again(request: HttpRequest, found: FollowUp) -> FollowUpShown:
    """Return a follow-up that was just changed, also where one sees it no more."""
    row = FollowUp.objects.select_related(*RELATED).defer("complaint__words").get(pk=found.pk)
    versions.tell(request, row.version)
    return FollowUpShown.model_validate(_shown(row))


@router.get(
    "/followups",
    response=Page[FollowUpShown],
    auth=READ,
    operation_id="list_followups",
    url_name="followups",
    summary="Follow-ups by their due time",
)
def index(  # noqa: PLR0913 -- filters of the address
    request: HttpRequest,
    *,
    state: Annotated[str, OneOf(FollowUpState)] | None = Query(None),
    owner: Number | None = Query(None, description="Staff number."),
    store: Annotated[str, Words(80, 1)] | None = Query(None, description="Name of the store."),
    complaint: Number | None = Query(None, description="Number of the complaint."),
    due_since: Moment | None = Query(None),
    due_until: Moment | None = Query(None, description="Due before this moment."),
    created_since: Moment | None = Query(None),
    done_since: Moment | None = Query(None),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    wanted = {
        "state": state,
        "owner__number": owner,
        "store__name": store,
        "complaint__number": complaint,
        "due_at__gte": due_since,
        "due_at__lt": due_until,
        "created_at__gte": created_since,
        "done_at__gte": done_since,
    }
    rows = FollowUp.objects.visible_to(parts.staff(request).scope)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = rows.select_related(*RELATED).defer("complaint__words", "complaint__description")
    return paging.page_of(rows, sort=BY_DUE, cursor=cursor, limit=limit, show=_shown)


def _found(request: HttpRequest, number: str) -> FollowUp:
    found = queries.find(parts.staff(request).scope, number)
    if found is None:
        raise Http404
    return found


def _changeable(request: HttpRequest, number: str) -> FollowUp:
    found = _found(request, number)
    if not access.can_change_followup(parts.staff(request).scope, found):
        raise PermissionDenied
    return found


@router.get(
    "/followups/{number}",
    response=FollowUpShown,
    auth=READ,
    operation_id="read_followup",
    url_name="followup",
    summary="One follow-up",
)
def followup(request: HttpRequest, number: Number) -> FollowUpShown:
    return _again(request, _found(request, number))


def _person(request: HttpRequest, number: str, name: str, *, colleagues: bool) -> Person:
    """Return somebody to whom one may give follow-ups. Raises Problem 422."""
    people = dict(queries.candidates(parts.staff(request).scope, colleagues=colleagues))
    found = Person.objects.filter(number=number, pk__in=people).first()
    if found is None:
        raise Problem(422, errors=[(name, _("You cannot give follow-ups to this person."))])
    return found


def _about(request: HttpRequest, body: FollowUpGiven) -> dict[str, Any]:
    if (body.complaint is None) == (body.order is None):
        raise Problem(422, errors=[("complaint", _("Give a complaint or an order."))])
    scope = parts.staff(request).scope
    if body.complaint is not None:
        found = queries.cases_numbered(scope, [body.complaint])
        if not found:
            raise Problem(422, errors=[("complaint", str(FIELD_SENTENCES["choice"]))])
        return {"complaint": found[0]}
    order = Order.objects.visible_to(scope).filter(pk=body.order or 0).first()
    if order is None:
        raise Problem(422, errors=[("order", str(FIELD_SENTENCES["choice"]))])
    return {"order": order}


@router.post(
    "/followups",
    response={201: FollowUpShown},
    auth=WRITE,
    operation_id="assign_followup",
    url_name="followup_assign",
    summary="Assign a follow-up",
)
def assign(request: HttpRequest, body: FollowUpGiven, key: IdempotencyKey = "") -> Status[Any]:
    actor = parts.actor(request)
    if not access.can_assign(parts.staff(request).scope):
        raise PermissionDenied
    owner = _person(request, body.owner, "owner", colleagues=False) if body.owner else actor
    promise = services.Promise(
        owner_id=owner.pk,
        due_at=body.due_at,
        purpose=body.purpose,
        urgent=body.urgent,
        reference=body.reference,
        **_about(request, body),
    )

    def act() -> FollowUpShown:
        with parts.refusals(request):
            made = services.assign([promise], actor=actor, now=timezone.now())
        return _again(request, made[0])

    return once(request, key, act)


@router.post(
    "/followups/{number}/finish",
    response=FollowUpShown,
    auth=WRITE,
    operation_id="finish_followup",
    url_name="followup_finish",
    summary="End a follow-up with its outcome",
)
def finish(
    request: HttpRequest, number: Number, body: FinishGiven, tag: IfMatch = ""
) -> FollowUpShown:
    found, version = _changeable(request, number), versions.version_in(tag)
    with parts.refusals(request):
        services.finish(
            actor=parts.actor(request), followup_id=found.pk, outcome=body.outcome,
            now=timezone.now(), version=version,
        )  # fmt: skip
    return _again(request, found)


@router.post(
    "/followups/{number}/reschedule",
    response=FollowUpShown,
    auth=WRITE,
    operation_id="reschedule_followup",
    url_name="followup_reschedule",
    summary="Move the due time, with the reason; it is counted",
)
def reschedule(
    request: HttpRequest, number: Number, body: RescheduleGiven, tag: IfMatch = ""
) -> FollowUpShown:
    found, version = _changeable(request, number), versions.version_in(tag)
    with parts.refusals(request):
        services.reschedule(
            actor=parts.actor(request), followup_id=found.pk, due_at=body.due_at,
            reason=body.reason, now=timezone.now(), version=version,
        )  # fmt: skip
    return _again(request, found)


@router.post(
    "/followups/{number}/hand-over",
    response=FollowUpShown,
    auth=WRITE,
    operation_id="hand_over_followup",
    url_name="followup_hand_over",
    summary="Give a follow-up to somebody else",
)
def hand_over(
    request: HttpRequest, number: Number, body: HandOverGiven, tag: IfMatch = ""
) -> FollowUpShown:
    found, version = _changeable(request, number), versions.version_in(tag)
    to = _person(request, body.to, "to", colleagues=True)
    with parts.refusals(request):
        services.hand_over(
            actor=parts.actor(request), followup_ids=[found.pk], to=to, reason=body.reason,
            now=timezone.now(), version=version,
        )  # fmt: skip
    return _again(request, found)
