"""Personal data of customers: found, given out, erased; and the log of erasures (§10)."""

from collections.abc import Collection
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import news, submissions
from portal.enums import ErasureReason
from portal.models import Erasure, User
from portal.privacy import erasing, exporting, persons, places, retaining
from portal.privacy.erasing import Done, Wish
from portal.privacy.forms import EraseForm, FindForm, GiveOutForm
from portal.privacy.persons import Person
from portal.privacy.values import Found, Subject

PAGE = 50
LOOKED_AT = 2000  # erasures of others that are passed over for one page
MOST_DUE = 100


def _scope(request: HttpRequest) -> Any:  # noqa: ANN401 -- staff's scope, handed through
    scope = getattr(request, "scope", None)
    if scope is None or not places.gate().opens(scope):
        raise Http404
    return scope


def _masked(found: Found, scope: Any) -> Found:  # noqa: ANN401 -- staff's scope, handed through
    """Return who was found; who has no post reads no names (§10)."""
    if places.gate().names(scope):
        return found
    return replace(found, title=f"{found.title[:1]}***")


@never_cache
@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """Find a person; below, what was erased and what will be."""
    scope = _scope(request)
    form = FindForm(request.POST or None)
    found: list[Found] | None = None
    if request.method == "POST" and form.is_valid():
        found = [
            _masked(hit, scope)
            for hit in persons.find(form.cleaned_data["q"])
            if places.gate().sees(scope, persons.stores_of(_of(hit.kind, hit.key)))
        ]
    now = timezone.now()
    page, more = _erasures(request, scope)
    due = retaining.nearly_due(now + retaining.SOON, most=MOST_DUE)
    return render(
        request,
        "portal/privacy/index.html",
        {
            "form": form,
            "found": found,
            "erasures": page,
            "next": f"?before={page[-1].pk}" if more else "",
            "prev": "?" if request.GET.get("before") else "",
            "years": places.years(now),
            "due": due,
            "is_more_due": due == MOST_DUE,
        },
    )


def _erasures(request: HttpRequest, scope: Any) -> tuple[list[Erasure], bool]:  # noqa: ANN401 -- the same
    """Return a page of the log, newest first, and whether there is more."""
    rows = Erasure.objects.select_related("actor").order_by("-pk")
    if before := news.number(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    may = (row for row in rows[:LOOKED_AT] if _may_read(row, request, scope))
    found = list(islice(may, PAGE + 1))
    return found[:PAGE], len(found) > PAGE


def _may_read(row: Erasure, request: HttpRequest, scope: Any) -> bool:  # noqa: ANN401 -- the same
    """Whether a line of the log is shown: own acts, and those about stores that one sees."""
    return row.actor_id == request.user.pk or places.gate().sees(
        scope, cast("Collection[int]", row.stores)
    )


def _of(kind: str, key: str) -> Subject:
    return persons.widened(Subject().with_keys(kind, [key]))


def _person(request: HttpRequest, kind: str, key: str, *, to_act: bool) -> Person:
    """Return the person of a key. Not visible is 404; seen but not one's own to act on is 403."""
    scope = _scope(request)
    if not persons.named(Subject().with_keys(kind, [key])):
        raise Http404
    found = persons.person(_of(kind, key))
    if not places.gate().sees(scope, found.stores):
        raise Http404
    if to_act and not places.gate().acts(scope, found.stores):
        raise PermissionDenied
    return replace(found, names=[_masked(hit, scope) for hit in found.names])


@never_cache
@require_GET
def privacy_person(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show what is stored of a person, by place."""
    return _show(request, kind, key, GiveOutForm())


def _show(request: HttpRequest, kind: str, key: str, form: GiveOutForm) -> HttpResponse:
    found = _person(request, kind, key, to_act=False)
    return render(
        request,
        "portal/privacy/person.html",
        {
            "person": found,
            "kind": kind,
            "key": key,
            "form": form,
            "may_act": places.gate().acts(_scope(request), found.stores),
        },
    )


@never_cache
@require_POST
def privacy_export(request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
    """Give out everything as one file."""
    found = _person(request, kind, key, to_act=True)
    form = GiveOutForm(request.POST)
    if not form.is_valid():
        return _show(request, kind, key, form)
    file = exporting.export(
        subject=found.subject,
        actor=cast("User", request.user),
        why=form.cleaned_data["why"],
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"personal-data-{kind}-{key[:12]}.zip")


@never_cache
@require_http_methods(["GET", "POST"])
def privacy_erase(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Say what erasing would change, ask, and erase."""
    found = _person(request, kind, key, to_act=True)
    form = EraseForm(
        request.POST or None,
        is_open=bool(found.open),
        initial={"form_key": submissions.new_key()},
    )
    if request.method == "POST" and form.is_valid():
        done = _erased(request, form, found.subject)
        if isinstance(done, HttpResponse):
            return done
    return render(
        request,
        "portal/privacy/erase.html",
        {"person": found, "kind": kind, "key": key, "form": form, **_foretold(found)},
    )


def _foretold(found: Person) -> dict[str, Any]:
    wish = Wish(subject=found.subject, actor=None, even_open=True)
    try:
        would = erasing.try_out(wish, now=timezone.now())
    except erasing.FilesAtWork:
        return {"rows": [], "is_imported": True}
    return {"rows": _by_place(would.counts), "is_imported": False}


def _by_place(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted((str(persons.label_of(code)), count) for code, count in counts.items())


def _erased(request: HttpRequest, form: EraseForm, subject: Subject) -> HttpResponse | None:
    """Erase once, however often the button is pressed; None where the form says why not."""
    user, now = cast("User", request.user), timezone.now()
    data = form.cleaned_data
    wish = Wish(
        subject=subject,
        actor=user,
        reason=ErasureReason(data["reason"]),
        reference=data["reference"],
        even_open=data.get("even_open", False),
    )
    try:
        with transaction.atomic():
            claim = submissions.claim(key=data["form_key"], user=user, now=now)
            path = _path_of(erasing.erase(wish, now=now))
            submissions.finish(claim, result=path)
    except submissions.AlreadySubmitted as first:
        return redirect(first.result or "portal:privacy")
    except erasing.StillOpen as still:
        form.add_error(None, " ".join(still.why))
        return None
    except erasing.FilesAtWork:
        form.add_error(None, _("A file with this person is being imported. Please try again soon."))
        return None
    erasing.clear_journal()
    messages.success(request, _("The person is erased. The figures are unchanged."))
    return redirect(path)


def _path_of(done: Done) -> str:
    return reverse("portal:privacy_erasure", args=[done.erasure.pk if done.erasure else 0])


@never_cache
@require_GET
def privacy_erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one line of the log: counts by place, and nothing of the person."""
    scope = _scope(request)
    row = get_object_or_404(Erasure.objects.select_related("actor"), pk=pk)
    if not _may_read(row, request, scope):
        raise Http404
    return render(
        request, "portal/privacy/erasure.html", {"erasure": row, "rows": _by_place(row.counts)}
    )
