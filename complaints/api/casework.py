"""Work on a complaint: clocks, owner, stage, contact."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from complaints import access
from complaints.api import parts
from complaints.api.shapes import AnswerGiven, CaseShown, ContactShown, MoveGiven, OwnerGiven, again
from complaints.enums import CaseStage
from complaints.queries import cases as queries
from complaints.services import cases, deadlines, stages
from portal.api.door import Bearer
from portal.api.problems import Problem
from portal.api.types import Number
from portal.enums import ApiScope
from staff.people.models import Person

router = Router(tags=["complaints"])
WRITE = Bearer(ApiScope.COMPLAINTS_WRITE)


@router.post(
    "/complaints/{number}/acknowledge",
    response=CaseShown,
    auth=WRITE,
    operation_id="acknowledge_complaint",
    url_name="complaint_acknowledge",
    summary="Note that the customer knows somebody is at it (CMP-4)",
)
def acknowledge(request: HttpRequest, number: Number) -> CaseShown:
    found, actor = parts.handled_case(request, number), parts.actor(request)
    with parts.refusals(request):
        deadlines.acknowledge(actor=actor, complaint_id=found.pk, now=timezone.now())
    return again(request, found)


@router.post(
    "/complaints/{number}/answer",
    response=CaseShown,
    auth=WRITE,
    operation_id="answer_complaint",
    url_name="complaint_answer",
    summary="Note what the customer was answered in substance (CMP-4)",
)
def answer(request: HttpRequest, number: Number, body: AnswerGiven) -> CaseShown:
    found, actor = parts.handled_case(request, number), parts.actor(request)
    with parts.refusals(request):
        deadlines.answer(actor=actor, complaint_id=found.pk, text=body.text, now=timezone.now())
    return again(request, found)


@router.post(
    "/complaints/{number}/owner",
    response=CaseShown,
    auth=WRITE,
    operation_id="set_owner",
    url_name="complaint_owner",
    summary="Take a complaint, or give it to somebody",
)
def owner(request: HttpRequest, number: Number, body: OwnerGiven) -> CaseShown:
    found, actor = parts.found_case(request, number), parts.actor(request)
    scope, now = parts.staff(request).scope, timezone.now()
    if body.owner == actor.number:
        if not access.can_take(scope, found):
            raise PermissionDenied
        try:
            cases.take(actor=actor, complaint_id=found.pk, now=now, seen_owner=found.owner_id)
        except cases.HasAnOwner:
            raise Problem(409, _("Somebody else has taken this case."), code="has_owner") from None
        return again(request, found)
    if not access.can_set_owner(scope, found):
        raise PermissionDenied
    owner_id = None
    if body.owner is not None:
        people = dict(queries.choices_for(scope, today=scope.today).people)
        chosen = Person.objects.filter(number=body.owner, pk__in=people).first()
        if chosen is None:
            raise parts.wrong("owner", _("You cannot give cases to this person."))
        owner_id = chosen.pk
    cases.set_owner(actor=actor, complaint_ids=[found.pk], owner_id=owner_id, now=now)
    return again(request, found)


@router.post(
    "/complaints/{number}/stage",
    response=CaseShown,
    auth=WRITE,
    operation_id="move_complaint",
    url_name="complaint_move",
    summary="Move a complaint to another stage (CMP-3)",
)
def move(request: HttpRequest, number: Number, body: MoveGiven) -> CaseShown:
    found, actor = parts.found_case(request, number), parts.actor(request)
    who = access.who_is(parts.staff(request).scope, found)
    if not who:
        raise PermissionDenied
    wish = stages.Wish(seen=body.seen, to=CaseStage(body.to), reason=body.reason)
    with parts.refusals(request):
        stages.move(actor=actor, complaint_id=found.pk, wish=wish, who=who, now=timezone.now())
    return again(request, found)


@router.post(
    "/complaints/{number}/contact",
    response=ContactShown,
    auth=Bearer(ApiScope.CONTACTS),
    operation_id="read_contact",
    url_name="complaint_contact",
    summary="Look at phone and address of a complaint, logged (§10)",
)
def contact(request: HttpRequest, number: Number) -> dict[str, Any]:
    found, actor = parts.found_case(request, number), parts.actor(request)
    if not access.can_unmask(parts.staff(request).scope, found):
        raise PermissionDenied
    now = timezone.now()
    seen = {
        what: cases.look(actor=actor, complaint=found, what=what, now=now)
        for what in ("phone", "address")
    }
    return {"customer": found.customer.name, **seen}
