"""Articles are written, changed, checked, used, archived and restored (DAY-4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import submissions
from staff.handbook import access
from staff.handbook.enums import ArticleKind, VoteKind
from staff.handbook.forms import articles as forms
from staff.handbook.models import Article, ArticleVersion
from staff.handbook.queries import articles as queries
from staff.handbook.queries import people
from staff.handbook.services import articles as services
from staff.handbook.texts import articles as texts
from staff.handbook.views import parts
from staff.handbook.views.articles import back_to, found, held, said, show
from staff.people.http import StaffRequest
from staff.people.services import ChangedMeanwhile, Refused
from staff.rulebook.queries import habits

WORDS = ("title_zh", "text_zh", "title_en", "text_en")


def _offered(request: StaffRequest) -> dict[str, Any]:
    return {
        "people": people.everybody_choices(request.scope),
        "stores": queries.store_choices(),
        "today": request.scope.today,
    }


def _form_page(
    request: StaffRequest, form: forms.ArticleForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Write an article"),
        "send": _("Save"),
        "icon": "check-lg",
        "back": reverse("staff:handbook"),
        "back_label": _("Handbook"),
        **more,
    }
    return render(request, "staff/handbook/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    if not access.can_write(request.scope):
        raise PermissionDenied
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "kind": ArticleKind.SCRIPT,
            "owner": request.scope.person_id,
            "check_on": request.scope.today + habits.span("articles.check_again"),
        }
        form = forms.ArticleForm(initial=initial, **_offered(request))
        return _form_page(request, form, draft="article")
    form = forms.ArticleForm(request.POST, **_offered(request))
    if not form.is_valid():
        return _form_page(request, form, status=422, draft="article")
    try:
        article = services.write_article(
            actor=request.person,
            words=form.words(),
            about=form.about(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This article is saved already; the form was sent twice."))
        return redirect(sent.result or "staff:handbook")
    return said(request, _("The article stands in the handbook."), article.pk)


def _changeable(request: StaffRequest, pk: int) -> Article:
    article = found(request, pk)
    if not access.can_change_article(request.scope, article):
        raise PermissionDenied
    return article


def _edit_page(
    request: StaffRequest, article: Article, form: forms.ArticleForm, *, status: int = 200,
    told: str = "", current: ArticleVersion | None = None,
) -> HttpResponse:  # fmt: skip
    return _form_page(
        request,
        form,
        status=status,
        title=_("Change the article"),
        back=back_to(article),
        back_label=_("Article"),
        told=told,
        current=current,
    )


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    article = _changeable(request, pk)
    if article.is_archived:
        messages.warning(request, texts.REFUSALS["article_archived"])
        return redirect("staff:article", pk=pk)
    if request.method == "GET":
        edition, today = held(article), request.scope.today
        initial = {name: getattr(edition, name) for name in WORDS} | {
            "version": article.version,
            "kind": article.kind,
            "owner": article.owner_id,
            "check_on": max(article.check_on, today + habits.span("articles.check_again")),
            "tags": "，".join(queries.tags_of(article)),
            "stores": list(article.stores.values_list("pk", flat=True)),
        }
        form = forms.ChangeArticleForm(initial=initial, **_offered(request))
        return _edit_page(request, article, form)
    form = forms.ChangeArticleForm(request.POST, **_offered(request))
    if not form.is_valid():
        return _edit_page(request, article, form, status=422)
    return _save(request, article, form)


def _save(request: StaffRequest, article: Article, form: forms.ArticleForm) -> HttpResponse:
    try:
        services.change_article(
            actor=request.person,
            article_id=article.pk,
            version=form.cleaned_data["version"],
            change=services.Change(
                words=form.words(), about=form.about(), why=form.cleaned_data["why"]
            ),
            now=timezone.now(),
        )
    except ChangedMeanwhile as refused:
        article = found(request, article.pk)
        current = held(article)
        if {name: getattr(current, name) for name in WORDS} != vars(form.words()):
            parts.with_version(form, article.version)
            told = texts.sentence(refused)
            return _edit_page(request, article, form, status=409, told=told, current=current)
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:article", pk=article.pk)
    return said(request, _("The article is changed and counts as checked today."), article.pk)


@require_POST
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """The article still holds."""
    article = _changeable(request, pk)
    form = forms.CheckForm(request.POST, today=request.scope.today, auto_id="check-%s")
    if not form.is_valid():
        return show(request, article, {"check_form": form}, status=422)
    try:
        services.check_article(
            actor=request.person,
            article_id=pk,
            version=form.cleaned_data["version"],
            check_on=form.cleaned_data["check_on"],
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:article", pk=pk)
    return said(request, _("Checked. The owner is reminded again on that day."), pk)


@require_POST
def copied(request: StaffRequest, pk: int) -> HttpResponse:
    """Count the copy; the browser copies by itself, without a script the text is marked by hand."""
    article = found(request, pk)
    form = forms.CopiedForm(request.POST)
    try:
        services.vote(
            actor=request.person,
            article_id=pk,
            number=form.cleaned_data["number"] if form.is_valid() else 0,
            kind=VoteKind.COPIED,
            now=timezone.now(),
        )
    except Refused as refused:
        if not request.htmx:
            messages.warning(request, texts.sentence(refused))
    article.refresh_from_db(fields=["copied", "no_help"])
    if request.htmx:
        return render(request, "staff/handbook/article.html#counts", {"article": article})
    return redirect("staff:article", pk=pk)


@require_POST
def no_help(request: StaffRequest, pk: int) -> HttpResponse:
    article = found(request, pk)
    form = forms.NoHelpForm(request.POST, auto_id="help-%s")
    if not form.is_valid():
        return show(request, article, {"no_help_form": form}, status=422)
    try:
        services.vote(
            actor=request.person,
            article_id=pk,
            number=form.cleaned_data["number"],
            kind=VoteKind.NO_HELP,
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:article", pk=pk)
    return said(request, _("Thank you. The owner has been told."), pk)


@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    article = _changeable(request, pk)
    form = forms.ArchiveForm(request.POST, auto_id="archive-%s")
    if not form.is_valid():
        return show(request, article, {"archive_form": form}, status=422)
    try:
        services.archive_article(
            actor=request.person, article_id=pk, why=form.cleaned_data["why"], now=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:article", pk=pk)
    return said(request, _("Archived. It is found under “archived” and can be restored."), pk)


@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    _changeable(request, pk)
    services.restore_article(actor=request.person, article_id=pk, now=timezone.now())
    return said(request, _("The article is in use again."), pk)
