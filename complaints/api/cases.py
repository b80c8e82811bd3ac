"""Complaints: list, detail, timeline, register, change, notes."""

from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.params.functions import Query

from complaints import access
from complaints.api import parts
from complaints.api.shapes import (
    CaseChange,
    CaseGiven,
    CaseRow,
    CaseShown,
    Line,
    Name,
    NoteGiven,
    NoteShown,
    again,
    note_of,
    row_of,
    shown,
)
from complaints.enums import CaseStage
from complaints.forms.cases import initial_of
from complaints.models import Complaint, ComplaintType, TimelineEntry
from complaints.services import cases
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from portal.api import paging, versions
from portal.api.door import Bearer
from portal.api.once import IdempotencyKey, once
from portal.api.paging import Page
from portal.api.problems import Problem
from portal.api.types import Cursor, Day, Limit, Moment, Number, OneOf, Words
from portal.api.versions import IfMatch
from portal.enums import ApiScope
from staff.people.models import Store

router = Router(tags=["complaints"])
NEWEST, CHANGED = paging.by("-registered_at"), paging.by("changed_at")
BY_TIME = paging.by("-at")
READ, WRITE = Bearer(ApiScope.COMPLAINTS), Bearer(ApiScope.COMPLAINTS_WRITE)


@router.get(
    "/complaints",
    response=Page[CaseRow],
    auth=READ,
    operation_id="list_complaints",
    url_name="complaints",
    summary="Complaints, the newest first, or in the order of their changes",
)
def index(  # noqa: PLR0913 -- filters of the address
    request: HttpRequest,
    *,
    changed_since: Moment | None = Query(
        None, description="Changed then or later, oldest change first."
    ),
    registered_since: Moment | None = Query(None),
    service_since: Day | None = Query(None, description="From this service day on."),
    service_until: Day | None = Query(None, description="To this service day, which counts."),
    store: Name | None = Query(None, description="Name of the store."),
    stage: Annotated[str, OneOf(CaseStage)] | None = Query(None),
    is_open: bool | None = Query(None, description="Only cases at work, or only closed ones."),
    owner: Number | None = Query(None, description="Staff number."),
    reference: Annotated[str, Words(80, 1)] | None = Query(None, description="External number."),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    rows = Complaint.objects.visible_to(parts.staff(request).scope).defer("words")
    wanted = {
        "changed_at__gte": changed_since,
        "registered_at__gte": registered_since,
        "service_day__gte": service_since,
        "service_day__lte": service_until,
        "store__name": store,
        "stage": stage,
        "closed_at__isnull": is_open,
        "owner__number": owner,
        "reference": reference,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = rows.select_related("store", "order", "customer", "type", "owner")
    rows = rows.defer("words", "customer__phone", "customer__address")
    sort = CHANGED if changed_since else NEWEST
    return paging.page_of(rows, sort=sort, cursor=cursor, limit=limit, show=row_of)


@router.get(
    "/complaints/{number}",
    response=CaseShown,
    auth=READ,
    operation_id="read_complaint",
    url_name="complaint",
    summary="One complaint",
)
def case(request: HttpRequest, number: Number) -> CaseShown:
    return shown(request, parts.found_case(request, number))


@router.get(
    "/complaints/{number}/timeline",
    response=Page[Line],
    auth=READ,
    operation_id="list_timeline",
    url_name="timeline",
    summary="What happened to a complaint, the latest first",
)
def timeline(
    request: HttpRequest, number: Number, cursor: Cursor = Query(""), limit: Limit = Query(50)
) -> dict[str, Any]:
    found = parts.found_case(request, number)
    rows = TimelineEntry.objects.filter(complaint=found).select_related("actor")
    return paging.page_of(rows, sort=BY_TIME, cursor=cursor, limit=limit, show=_line)


def _line(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": entry.at,
        "kind": entry.kind,
        "label": str(entry.get_kind_display()),
        "actor": entry.actor.number if entry.actor else None,
    }


def _store(request: HttpRequest, name: str) -> Store:
    found = Store.objects.visible_to(parts.staff(request).scope).filter(name=name).first()
    if found is None:
        raise parts.wrong("store", _("There is no such store."))
    return found


def _type(code: str) -> int | None:
    if not code:
        return None
    found = ComplaintType.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise parts.wrong("type", _("There is no such type of complaint."))
    return found.pk


def _facts(request: HttpRequest, data: dict[str, Any]) -> CaseFacts:
    """Return the facts in what a body says, as the form does."""
    store = _store(request, data["store"])
    simple = (
        "channel", "order_number", "bought_at", "shipping", "product", "specification",
        "produced_on", "batch", "used_since", "used_before", "severity", "amount_fen", "demand",
        "mood", "threat", "reference", "description",
    )  # fmt: skip
    return CaseFacts(
        buyer=Buyer(
            name=data["customer"],
            platform=store.platform,
            phone=data["phone"],
            company=data["company"],
            address=data["address"],
        ),
        store_id=store.pk,
        type_id=_type(data["type"]),
        registered_at=data.get("registered_at"),
        **{name: data[name] for name in simple},
    )


@router.post(
    "/complaints",
    response={201: CaseShown},
    auth=WRITE,
    operation_id="register_complaint",
    url_name="complaint_register",
    summary="Register a complaint",
)
def register(request: HttpRequest, body: CaseGiven, key: IdempotencyKey = "") -> Status[Any]:
    actor = parts.actor(request)
    if not access.can_register(parts.staff(request).scope):
        raise PermissionDenied
    now = timezone.now()
    if body.registered_at and body.registered_at > now:
        raise parts.wrong("registered_at", _("This moment lies ahead."))
    facts = _facts(request, body.model_dump())

    def act() -> CaseShown:
        owner_id = actor.pk if body.take else None
        made = cases.register(actor=actor, facts=facts, now=now, owner_id=owner_id)
        return again(request, made)

    try:
        return once(request, key, act)
    except IntegrityError:
        raise _taken() from None


def _taken() -> Problem:
    return Problem(
        409, _("This channel has a complaint of that number already."), code="reference_taken"
    )


@router.patch(
    "/complaints/{number}",
    response=CaseShown,
    auth=WRITE,
    operation_id="change_complaint",
    url_name="complaint_change",
    summary="Change the facts of a complaint",
)
def change(request: HttpRequest, number: Number, body: CaseChange, tag: IfMatch = "") -> CaseShown:
    found = parts.handled_case(request, number)
    version = versions.version_in(tag)
    given = body.model_dump(exclude_unset=True)
    stored = initial_of(found)
    data = {
        **stored,
        "customer": stored["name"],
        "store": found.store.name,
        "type": found.type.code if found.type else "",
        "phone": "",
        "address": "",
        **given,
    }
    if "type" not in given and found.type and not found.type.is_active:
        data["type"] = ""
    facts = _facts(request, data)
    try:
        with parts.refusals(request):
            cases.change(
                actor=parts.actor(request), complaint_id=found.pk, facts=facts, version=version,
                now=timezone.now(),
            )  # fmt: skip
    except IntegrityError:
        raise _taken() from None
    return again(request, found)


@router.post(
    "/complaints/{number}/notes",
    response={201: NoteShown},
    auth=WRITE,
    operation_id="add_note",
    url_name="note_add",
    summary="Write a note on a complaint",
)
def note(
    request: HttpRequest, number: Number, body: NoteGiven, key: IdempotencyKey = ""
) -> Status[Any]:
    found, actor = parts.handled_case(request, number), parts.actor(request)

    def act() -> NoteShown:
        made = cases.add_note(
            actor=actor, complaint_id=found.pk, text=body.text, now=timezone.now()
        )
        return NoteShown.model_validate(note_of(made))

    return once(request, key, act)
