"""People, the organisation chart, and who serves which store."""

import tempfile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from portal import audit
from portal.models import SavedView
from portal.money import Fen, display_yuan
from portal.transfer import output, registry
from portal.transfer.registry import Context
from staff.people import access, filters, queries
from staff.people.access import Scope
from staff.people.enums import Platform, Post
from staff.people.http import StaffRequest
from staff.people.models import Person, Posting, Salary, Store

PAGE_SIZE = 50
POST_LOOK = {
    Post.SUPERVISOR: ("info", "star-fill"),
    Post.DEPUTY: ("info", "star-half"),
    Post.LEAD: ("success", "flag"),
    Post.PRESALE: ("neutral", "bag"),
    Post.POSTSALE: ("neutral", "life-preserver"),
}


def post_badges() -> dict[str, dict[str, str]]:
    """Return word, tone and icon of each post, translated once for a page."""
    return {
        str(post): {
            "label": str(post.label),
            "tone": POST_LOOK[post][0],
            "icon": POST_LOOK[post][1],
        }
        for post in Post
    }


def _saved_views(request: StaffRequest, page: str, query: str) -> dict[str, Any]:
    rows = SavedView.objects.filter(user_id=request.user.pk, page=page).order_by("name")
    return {
        "save_url": reverse("portal:save_view", args=[page]),
        "delete_url": reverse("portal:delete_view", args=[page]),
        "views": [
            {"pk": row.pk, "name": row.name, "url": f"?{row.query}", "active": row.query == query}
            for row in rows
        ],
    }


def _must_belong(scope: Scope) -> None:
    """The pages of the department are for its people and the administrator."""
    if scope.person_id is None and not scope.is_admin:
        raise Http404


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    _must_belong(request.scope)
    form = filters.PeopleFilter(request.GET, teams=queries.team_choices())
    sort, page = filters.sort_of(request.GET), filters.page_of(request.GET)
    today = request.scope.today
    found = queries.narrowed(Person.objects.visible_to(request.scope), form.wanted, day=today)
    start = (page - 1) * PAGE_SIZE
    rows = queries.rows_of(found, sort=sort, start=start, size=PAGE_SIZE + 1)
    kept = {"sort": sort} if sort != filters.NUMBER else {}
    badges = post_badges()
    context = {
        "form": form,
        "rows": [(row, badges.get(row.post or "")) for row in rows[:PAGE_SIZE]],
        "count": found.count(),
        "previous_url": f"?{form.query(**kept, page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(**kept, page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                ("number", gettext("by number")),
                ("name", gettext("by name")),
                ("team", gettext("by team")),
                ("hired", gettext("newest first")),
            )
        ],
        "keep": kept,
        "query": form.query(**kept),
        "manages": access.may_manage(request.scope),
        "today": today,
        **_saved_views(request, "people", form.query(**kept)),
    }
    template = "staff/people/index.html#rows" if request.htmx else "staff/people/index.html"
    return render(request, template, context)


@require_GET
def export(request: StaffRequest, kind: str) -> FileResponse:
    """A list as a file in the columns of its import, narrowed by the filters of the address."""
    try:
        chosen = registry.get(kind)
    except registry.UnknownKind:
        raise Http404 from None
    if chosen.export is None or not chosen.may_export(request.user, request.scope):
        raise PermissionDenied
    suffix = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    now, zone = timezone.now(), timezone.get_default_timezone()
    context = Context(
        actor=request.user, scope=request.scope, now=now, zone=zone, filters=request.GET.dict()
    )
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    chinese = (get_language() or "").startswith("zh")
    count = output.WRITERS[suffix](chosen, chosen.export(context), target, zone, chinese=chinese)
    target.seek(0)
    audit.record(
        actor=request.user, verb="export.done", at=now,
        after={"kind": kind, "format": suffix, "rows": count},
    )  # fmt: skip
    name = f"{kind}-{timezone.localdate(now)}.{suffix}"
    return FileResponse(target, as_attachment=True, filename=name)


@require_GET
def person(request: StaffRequest, number: str) -> HttpResponse:
    scope = request.scope
    _must_belong(scope)
    someone = get_object_or_404(Person.objects.visible_to(scope), number=number)
    postings = list(
        Posting.objects.filter(person=someone)
        .select_related("team__site", "chief")
        .order_by("-valid_from")
    )
    today = scope.today
    current = next((each for each in postings if each.valid_from <= today), None)
    everybody = queries.members(today)
    badges = post_badges()
    context = {
        "someone": someone,
        "badge": badges.get(current.post) if current else None,
        "current": current,
        "has_left": someone.left_on is not None and someone.left_on < today,
        "facts": _facts(scope, someone, current),
        "salaries": _salaries(scope, someone),
        "postings": [(posting, badges[posting.post]) for posting in postings],
        "above": [(each, badges[each.post]) for each in queries.above(someone.pk, everybody)],
        "below": [(each, badges[each.post]) for each in queries.below(someone.pk, everybody)],
        "services": queries.stores_of(current.team_id if current else None, day=today),
        "team_id": current.team_id if current else None,
        "shows_shifts": access.may_see_shifts(
            scope, person_id=someone.pk, team_id=current.team_id if current else None
        ),
        "manages": access.may_manage_person(scope, someone.pk),
        "has_record": someone.pk in scope.below_ids | {scope.person_id},
    }
    return render(request, "staff/people/person.html", context)


def _facts(scope: Scope, someone: Person, current: Posting | None) -> list[dict[str, Any]]:
    team = current.team if current else None
    facts: list[dict[str, Any]] = [
        {"label": gettext("Staff number"), "value": someone.number},
        {"label": gettext("Team"), "value": team.name if team else "–"},
        {"label": gettext("Site"), "value": team.site.name if team and team.site else "–"},
        {"label": gettext("Joined"), "value": date_format(someone.hired_on)},
    ]
    if someone.left_on:
        facts.append({"label": gettext("Last day"), "value": date_format(someone.left_on)})
    if access.may_see_contact(scope, someone.pk):
        facts += [
            {"label": gettext("Phone"), "value": someone.phone or "–"},
            {"label": gettext("E-mail"), "value": someone.email or "–"},
        ]
    return facts


def _salaries(scope: Scope, someone: Person) -> list[tuple[Salary, str]]:
    """Return the base salaries, newest first, to whom they are shown."""
    if not access.may_see_salary(scope, someone.pk):
        return []
    rows = Salary.objects.filter(person=someone).order_by("-valid_from")
    return [(row, display_yuan(Fen(row.base_fen))) for row in rows]


@require_GET
def chart(request: StaffRequest) -> HttpResponse:
    _must_belong(request.scope)
    top = queries.chart(request.scope.today)
    context = {"top": top, "badges": post_badges(), "me": request.scope.person_id}
    return render(request, "staff/people/chart.html", context)


@require_GET
def stores(request: StaffRequest) -> HttpResponse:
    _must_belong(request.scope)
    form = filters.StoreFilter(request.GET, teams=queries.team_choices())
    page, today = filters.page_of(request.GET), request.scope.today
    found = queries.found_stores(Store.objects.visible_to(request.scope), form.wanted, day=today)
    start = (page - 1) * PAGE_SIZE
    chosen = list(found.order_by("name")[start : start + PAGE_SIZE + 1])
    served = queries.services_by_store([store.pk for store in chosen[:PAGE_SIZE]])
    rows = []
    for store in chosen[:PAGE_SIZE]:
        history = served.get(store.pk, [])
        current = next((each for each in history if each.valid_from <= today), None)
        rows.append((store, Platform(store.platform).label, current, history))
    context = {
        "form": form,
        "rows": rows,
        "count": found.count(),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if chosen[PAGE_SIZE:] else "",
        "query": form.query(),
        "manages": access.may_manage(request.scope),
        **_saved_views(request, "stores", form.query()),
    }
    template = "staff/people/stores.html#rows" if request.htmx else "staff/people/stores.html"
    return render(request, template, context)
