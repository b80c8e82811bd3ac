"""Training: courses, who of one's people has done them, and when again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from staff.handbook import access
from staff.handbook.filters.training import CourseFilter, StandingFilter
from staff.handbook.forms import training as forms
from staff.handbook.models import Completion, Course
from staff.handbook.queries import people
from staff.handbook.queries import training as queries
from staff.handbook.services import training as services
from staff.handbook.texts import training as texts
from staff.handbook.views import parts
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import ChangedMeanwhile, Refused

PAGE = "courses"


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = CourseFilter(request.GET)
    found = queries.narrowed(request.scope, form.wanted)
    number = page_of(request.GET)
    start = (number - 1) * queries.PAGE_ROWS
    rows = queries.rows_of(found, scope=request.scope, start=start, size=queries.PAGE_ROWS + 1)
    context = {
        "form": form,
        "rows": [
            {
                "row": row,
                "posts": texts.posts_of(row.course.posts),
                "mine": texts.state_badge(row.mine) if row.mine else None,
            }
            for row in rows[: queries.PAGE_ROWS]
        ],
        "count": found.order_by().count(),
        "edits": access.can_edit_courses(request.scope),
        "leads": request.scope.leads,
        **parts.paged(number, more=bool(rows[queries.PAGE_ROWS :]), query=form.query),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs("courses"),
    }
    template = "staff/handbook/courses.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _found(request: StaffRequest, pk: int) -> Course:
    rows = Course.objects.visible_to(request.scope).select_related("owner")
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    course = _found(request, pk)
    seen = queries.standings(course, scope=request.scope)
    teams = {one.place.team_id: one.place.team for one in seen if one.place.team_id}
    form = StandingFilter(request.GET, teams=sorted(teams.items(), key=lambda pair: pair[1]))
    shown = [one for one in seen if _fits(one, form.wanted)]
    number = page_of(request.GET)
    start = (number - 1) * queries.PAGE_ROWS
    context = {
        "course": course,
        "posts": texts.posts_of(course.posts),
        "form": form,
        "rows": [
            {
                "one": one,
                "badge": texts.state_badge(one.state),
                "may_withdraw": one.completion is not None
                and access.can_record_training(request.scope, one.place.person_id),
            }
            for one in shown[start : start + queries.PAGE_ROWS]
        ],
        "count": len(shown),
        "edits": access.can_edit_courses(request.scope),
        "records": request.scope.leads and not course.is_archived,
        **parts.paged(number, more=len(shown) > start + queries.PAGE_ROWS, query=form.query),
    }
    template = "staff/handbook/course.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _fits(one: queries.Standing, wanted: dict[str, str]) -> bool:
    text = wanted.get("q", "").strip().lower()
    if text and text not in one.place.name.lower() and text not in one.place.number.lower():
        return False
    if wanted.get("team") and wanted["team"] != str(one.place.team_id):
        return False
    return wanted.get("state", one.state) == one.state


def _must_edit(request: StaffRequest) -> None:
    parts.must_be_person(request.scope)
    if not access.can_edit_courses(request.scope):
        raise PermissionDenied


def _form_page(
    request: StaffRequest, form: Any, *, status: int = 200, **more: object  # noqa: ANN401 -- one of several forms
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "title": _("Set up a course"),
        "send": _("Save"),
        "icon": "check-lg",
        "back": reverse("staff:courses"),
        "back_label": _("Training"),
        **more,
    }
    return render(request, "staff/handbook/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    _must_edit(request)
    everybody = people.everybody_choices(request.scope)
    if request.method == "GET":
        initial = {"form_key": submissions.new_key(), "owner": request.scope.person_id}
        return _form_page(request, forms.CourseForm(initial=initial, people=everybody))
    form = forms.CourseForm(request.POST, people=everybody)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        course = services.add_course(
            actor=request.person,
            outline=form.outline(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This course is saved already; the form was sent twice."))
        return redirect(sent.result or "staff:courses")
    except Refused as refused:
        form.add_error("title", texts.sentence(refused))
        return _form_page(request, form, status=422)
    messages.success(request, _("The course is saved."))
    return redirect("staff:course", pk=course.pk)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    course = _found(request, pk)
    _must_edit(request)
    everybody = people.everybody_choices(request.scope)
    around: dict[str, Any] = {
        "title": _("Change the course"),
        "back": reverse("staff:course", args=[pk]),
        "back_label": course.title,
    }
    if request.method == "GET":
        names = ("version", "title", "text", "posts", "again_months")
        initial = {name: getattr(course, name) for name in names} | {"owner": course.owner_id}
        form = forms.ChangeCourseForm(initial=initial, people=everybody)
        return _form_page(request, form, **around)
    form = forms.ChangeCourseForm(request.POST, people=everybody)
    if not form.is_valid():
        return _form_page(request, form, status=422, **around)
    try:
        services.change_course(
            actor=request.person,
            course_id=pk,
            version=form.cleaned_data["version"],
            outline=form.outline(),
            now=timezone.now(),
        )
    except ChangedMeanwhile as refused:
        course = _found(request, pk)
        parts.with_version(form, course.version)
        told = f"{texts.sentence(refused)} {course.title}: {course.text}"
        return _form_page(request, form, status=409, told=told, **around)
    except Refused as refused:
        form.add_error("title", texts.sentence(refused))
        return _form_page(request, form, status=422, **around)
    messages.success(request, _("The course is saved."))
    return redirect("staff:course", pk=pk)


@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a course out of use, or back."""
    _found(request, pk)
    _must_edit(request)
    try:
        services.archive_course(
            actor=request.person,
            course_id=pk,
            archive="restore" not in request.POST,
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect("staff:course", pk=pk)


@require_http_methods(["GET", "POST"])
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down who of one's people has done a course."""
    course = _found(request, pk)
    if not request.scope.leads:
        raise PermissionDenied
    offered: dict[str, Any] = {
        "people": queries.recordable(course, scope=request.scope),
        "today": request.scope.today,
    }
    around: dict[str, Any] = {
        "title": _("Who has done it"),
        "back": reverse("staff:course", args=[pk]),
        "back_label": course.title,
    }
    if request.method == "GET":
        initial = {"form_key": submissions.new_key(), "done_on": request.scope.today}
        return _form_page(request, forms.DoneForm(initial=initial, **offered), **around)
    form = forms.DoneForm(request.POST, **offered)
    if not form.is_valid():
        return _form_page(request, form, status=422, **around)
    try:
        services.record_done(
            actor=request.person,
            course_id=pk,
            done=form.done(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This is recorded already; the form was sent twice."))
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Recorded. The people have been told."))
    return redirect("staff:course", pk=pk)


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what was recorded by mistake."""
    found = get_object_or_404(Completion.objects.visible_to(request.scope), pk=pk)
    if not access.can_record_training(request.scope, found.person_id):
        raise PermissionDenied
    services.withdraw(actor=request.person, completion_id=pk, now=timezone.now())
    messages.success(request, _("Withdrawn."))
    return redirect("staff:course", pk=found.course_id)
