"""The API of people and stores, and who a token stands for."""

from datetime import date, datetime
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from ninja.params.functions import Query

from portal.api import paging
from portal.api.door import ApiRequest, Bearer
from portal.api.paging import Page
from portal.api.types import Cursor, Limit, Number, Shown
from portal.enums import ApiScope
from staff.people import access
from staff.people.http import StaffRequest
from staff.people.models import Person, Posting, Store, StoreService

router = Router(tags=["people"])
BY_NUMBER, BY_NAME = paging.by("number"), paging.by("name")


class Me(Shown):
    """Whom the token stands for, and what it may do."""

    account: str
    person: str | None
    name: str
    post: str | None
    token: str
    scopes: list[str]
    expires_at: datetime


class PersonShown(Shown):
    """A person of the department. Contact data only where the pages show them; never wages."""

    number: str
    name: str
    post: str | None
    team: str | None
    site: str | None
    reports_to: str | None
    hired_on: date
    left_on: date | None
    email: str | None
    phone: str | None


class StoreShown(Shown):
    name: str
    brand: str | None
    platform: str
    team: str | None
    is_open: bool


@router.get(
    "/me",
    response=Me,
    auth=Bearer(),
    operation_id="read_me",
    url_name="me",
    summary="Who the token stands for",
)
def me(request: HttpRequest) -> dict[str, Any]:
    call, staff = cast("ApiRequest", request), cast("StaffRequest", request)
    scope = staff.scope
    person = Person.objects.filter(pk=scope.person_id or 0).first()
    return {
        "account": call.user.username,
        "person": person.number if person else None,
        "name": person.name if person else call.user.get_full_name(),
        "post": str(scope.post) if scope.post else None,
        "token": call.token.name,
        "scopes": call.token.scopes,
        "expires_at": call.token.expires_at,
    }


def _postings(people: list[Person]) -> dict[int, Posting]:
    rows = Posting.objects.on(timezone.localdate()).filter(person__in=people)
    return {row.person_id: row for row in rows.select_related("team__site", "chief")}


def _shown(person: Person, posting: Posting | None, scope: access.Scope) -> dict[str, Any]:
    contact = access.may_see_contact(scope, person.pk)
    team = posting.team if posting else None
    return {
        "number": person.number,
        "name": person.name,
        "post": posting.post if posting else None,
        "team": team.name if team else None,
        "site": team.site.name if team and team.site else None,
        "reports_to": posting.chief.number if posting and posting.chief else None,
        "hired_on": person.hired_on,
        "left_on": person.left_on,
        "email": (person.email or None) if contact else None,
        "phone": (person.phone or None) if contact else None,
    }


@router.get(
    "/people",
    response=Page[PersonShown],
    auth=Bearer(ApiScope.PEOPLE),
    operation_id="list_people",
    url_name="people",
    summary="People by staff number",
)
def people(
    request: HttpRequest,
    *,
    employed: bool | None = Query(
        None, description="Only those employed today, or only the others."
    ),
    cursor: Cursor = Query(""),
    limit: Limit = Query(50),
) -> dict[str, Any]:
    scope = cast("StaffRequest", request).scope
    rows = Person.objects.visible_to(scope)
    if employed is not None:
        now_here = Person.objects.employed(scope.today).values("pk")
        rows = rows.filter(pk__in=now_here) if employed else rows.exclude(pk__in=now_here)
    page = paging.page_of(
        rows, sort=BY_NUMBER, cursor=cursor, limit=limit, show=lambda person: person
    )
    postings = _postings(page["items"])
    page["items"] = [_shown(one, postings.get(one.pk), scope) for one in page["items"]]
    return page


@router.get(
    "/people/{number}",
    response=PersonShown,
    auth=Bearer(ApiScope.PEOPLE),
    operation_id="read_person",
    url_name="person",
    summary="One person",
)
def person(request: HttpRequest, number: Number) -> dict[str, Any]:
    scope = cast("StaffRequest", request).scope
    found = get_object_or_404(Person.objects.visible_to(scope), number=number)
    return _shown(found, _postings([found]).get(found.pk), scope)


@router.get(
    "/stores",
    response=Page[StoreShown],
    auth=Bearer(ApiScope.PEOPLE),
    operation_id="list_stores",
    url_name="stores",
    summary="Stores by name",
)
def stores(
    request: HttpRequest, cursor: Cursor = Query(""), limit: Limit = Query(50)
) -> dict[str, Any]:
    scope = cast("StaffRequest", request).scope
    rows = Store.objects.visible_to(scope).select_related("brand")
    page = paging.page_of(rows, sort=BY_NAME, cursor=cursor, limit=limit, show=lambda store: store)
    served = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=scope.today),
        store__in=page["items"], valid_from__lte=scope.today,
    )  # fmt: skip
    teams = {row.store_id: row.team.name for row in served.select_related("team") if row.team}
    page["items"] = [
        {
            "name": store.name,
            "brand": store.brand.name if store.brand else None,
            "platform": store.platform,
            "team": teams.get(store.pk),
            "is_open": store.is_open,
        }
        for store in page["items"]
    ]
    return page
