"""Scripts and product knowledge: the list, an article, its versions side by side (DAY-4)."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal import shell
from staff.handbook import access
from staff.handbook.enums import VoteKind
from staff.handbook.filters.articles import ArticleFilter
from staff.handbook.forms import articles as forms
from staff.handbook.models import Article, ArticleVersion
from staff.handbook.policies.diff import pieces
from staff.handbook.queries import articles as queries
from staff.handbook.texts import articles as texts
from staff.handbook.views import parts
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.rulebook.queries import habits

PAGE = "handbook"
MOST_DIGITS = 9


def _line(row: queries.Row, request: StaffRequest) -> dict[str, Any]:
    return {
        "row": row,
        "title": texts.shown(row.title_zh, row.title_en),
        "text": texts.excerpt(texts.shown(row.text_zh, row.text_en), queries.EXCERPT),
        "kind": texts.kind_badge(row.kind),
        "state": texts.state_badge(
            check_on=row.check_on, archived_at=row.archived_at, today=request.scope.today
        ),
    }


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = ArticleFilter(request.GET, stores=queries.store_choices(), tags=queries.tag_choices())
    found = queries.narrowed(request.scope, form.wanted)
    number = page_of(request.GET)
    start = (number - 1) * queries.PAGE_ROWS
    rows = queries.rows_of(found.articles, start=start, size=queries.PAGE_ROWS + 1)
    context = {
        "form": form,
        "rows": [_line(row, request) for row in rows[: queries.PAGE_ROWS]],
        "nearest": found.nearest,
        "count": found.articles.order_by().count(),
        "due": queries.due_for(request.scope).count(),
        "writes": access.can_write(request.scope),
        **parts.paged(number, more=bool(rows[queries.PAGE_ROWS :]), query=form.query),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs("handbook"),
    }
    template = "staff/handbook/index.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def found(request: StaffRequest, pk: int) -> Article:
    """Return an article that one may see."""
    rows = Article.objects.visible_to(request.scope)
    return get_object_or_404(rows.select_related("owner", "checked_by", "archived_by"), pk=pk)


def held(article: Article) -> ArticleVersion:
    """Return the version that holds."""
    rows = ArticleVersion.objects.select_related("made_by")
    return rows.get(article=article, number=article.number)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return show(request, found(request, pk), {})


def show(
    request: StaffRequest,
    article: Article,
    bound: dict[str, django_forms.Form],
    *,
    status: int = 200,
) -> HttpResponse:
    """Answer the page of an article; a form in `bound` was sent and keeps what was typed."""
    edition, today = held(article), request.scope.today
    votes = queries.votes_of(edition, person_id=request.scope.person_id or 0)
    context = {
        "article": article,
        "edition": edition,
        "title": texts.shown(edition.title_zh, edition.title_en),
        "texts": _texts(edition),
        "kind": texts.kind_badge(article.kind),
        "state": texts.state_badge(
            check_on=article.check_on, archived_at=article.archived_at, today=today
        ),
        "tags": queries.tags_of(article),
        "stores": [store.name for store in article.stores.order_by("name")],
        "notes": queries.notes_of(edition),
        "said_no_help": VoteKind.NO_HELP in votes,
        "may_change": access.can_change_article(request.scope, article),
        "check_form": forms.CheckForm(
            initial={
                "version": article.version,
                "check_on": today + habits.span("articles.check_again"),
            },
            today=today,
            auto_id="check-%s",
        ),
        "no_help_form": forms.NoHelpForm(initial={"number": edition.number}, auto_id="help-%s"),
        "archive_form": forms.ArchiveForm(auto_id="archive-%s"),
        "open_form": next(iter(bound), ""),
        "now": timezone.now(),
        **bound,
    }
    return render(request, "staff/handbook/article.html", context, status=status)


def _texts(edition: ArticleVersion) -> list[dict[str, str]]:
    """Return the texts, that of the reader's language first."""
    both = [
        {"lang": "zh-Hans", "name": _("Chinese"), "title": edition.title_zh,
         "text": edition.text_zh},
        {"lang": "en", "name": _("English"), "title": edition.title_en, "text": edition.text_en},
    ]  # fmt: skip
    if not texts.in_chinese():
        both.reverse()
    return [one for one in both if one["title"]]


@require_GET
def versions(request: StaffRequest, pk: int) -> HttpResponse:
    """All versions, and what changed between two of them."""
    article = found(request, pk)
    rows = queries.versions_of(article)
    newer = _number(request.GET.get("to", ""), default=article.number)
    older = _number(request.GET.get("from", ""), default=max(newer - 1, 1))
    chosen = queries.version_numbers(article, {older, newer})
    if older not in chosen or newer not in chosen:
        raise Http404
    context = {
        "article": article,
        "title": texts.shown(chosen[newer].title_zh, chosen[newer].title_en),
        "rows": rows,
        "older": chosen[older],
        "newer": chosen[newer],
        "changes": [] if older == newer else _changes(chosen[older], chosen[newer]),
        "now": timezone.now(),
    }
    return render(request, "staff/handbook/versions.html", context)


def _number(text: str, *, default: int) -> int:
    if not text:
        return default
    fine = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if fine else 0


def _changes(older: ArticleVersion, newer: ArticleVersion) -> list[dict[str, Any]]:
    labels = {
        "title_zh": _("Title (Chinese)"), "text_zh": _("Text (Chinese)"),
        "title_en": _("Title (English)"), "text_en": _("Text (English)"),
    }  # fmt: skip
    return [
        {"label": label, "pieces": pieces(getattr(older, name), getattr(newer, name))}
        for name, label in labels.items()
        if getattr(older, name) != getattr(newer, name)
    ]


def back_to(article: Article) -> str:
    return reverse("staff:article", args=[article.pk])


def said(request: StaffRequest, text: str, pk: int) -> HttpResponse:
    """Tell that something went well, on the page of the article."""
    messages.success(request, text)
    return redirect("staff:article", pk=pk)
