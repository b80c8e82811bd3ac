"""Dashboards: every figure as chart and table, this period against the last, down to the rows."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from portal import figures, shell
from portal.figures import Asked, Figure, Line
from portal.forms import FigureFilter
from portal.models import User
from portal.period import DaySpan, Month, NotAMonth
from portal.resources import FIGURES
from portal.transfer import exports
from portal.transfer.registry import Context
from portal.views.exports import CONTENT_TYPES, sent

PAGE_SIZE = 50
MOST_DIGITS = 6
MOST_EXPORTED = 5000


def _scope(request: HttpRequest) -> object:
    return getattr(request, "scope", None)


def _form(request: HttpRequest, *, with_places: bool = True) -> FigureFilter:
    """Return the filters; for a tile the places are looked up only where one is asked for."""
    asks = any(request.GET.get(name) for name in ("team", "site", "store"))
    places = figures.places_of(request) if with_places or asks else figures.Places()
    days = all(request.GET.get(name) for name in ("since", "until")) or request.GET.get("month")
    now = timezone.now()
    today = timezone.localdate(now) if days else figures.service_day(now)
    return FigureFilter(request.GET, places=places, today=today)


def _asked(form: FigureFilter) -> Asked:
    return figures.asked(form.span, now=timezone.now(), **form.narrowed)


def _query(form: FigureFilter, span: DaySpan) -> str:
    """Return the part of an address that says period and place."""
    month = Month.of(span.first_day)
    days = (
        {"month": str(month)}
        if span == month.span
        else {"since": span.first_day.isoformat(), "until": span.last_day.isoformat()}
    )
    return urlencode({**days, **form.narrowed})


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The page alone: each figure loads by itself."""
    seen = figures.seen_by(_scope(request))
    if not seen:
        raise PermissionDenied
    form = _form(request)
    span = form.span
    query = _query(form, span)
    context = {
        "form": form,
        "span": span,
        "before": figures.before(span),
        "tiles": [
            {
                "code": figure.code,
                "title": figure.title,
                "icon": figure.icon,
                "url": f"{reverse('portal:figure_tile', args=[figure.code])}?{query}",
            }
            for figure in seen
        ],
        "previous_url": f"?{_query(form, figures.before(span))}",
        "next_url": f"?{_query(form, _after(span))}",
        "export_query": urlencode(
            {
                "since": span.first_day.isoformat(),
                "until": span.last_day.isoformat(),
                **form.narrowed,
            }
        ),
        **shell.saved_views(request, "figures"),
        "query": query,
    }
    return render(request, "portal/figures/index.html", context)


def _after(span: DaySpan) -> DaySpan:
    month = Month.of(span.first_day)
    if span == month.span:
        try:
            return month.next().span
        except NotAMonth:
            return span
    first = span.last_day + timedelta(days=1)
    return DaySpan(first, first + timedelta(days=span.days - 1))


def _figure(request: HttpRequest, code: str) -> Figure:
    """Return a figure that whoever asks may look at."""
    found = next((one for one in figures.every() if one.code == code), None)
    if found is None or _scope(request) is None:
        raise Http404
    if not found.shown(_scope(request)):
        raise PermissionDenied
    return found


@require_GET
def tile_figures(request: HttpRequest) -> HttpResponse:
    """This month against the last, for the home page: the sums, and what should be few."""
    scope, now = _scope(request), timezone.now()
    seen = [one for one in figures.seen_by(scope) if one.on_home]
    if not seen:
        raise PermissionDenied
    month = Month.of(timezone.localdate(now))
    asked = figures.asked(month.span, now=now)
    index_url = f"{reverse('portal:figures')}?month={month}"
    rows: list[dict[str, Any]] = []
    for figure in seen:
        lines = figure.read(scope, asked)
        rows.extend(_home_rows(figure, lines, url=f"{index_url}#{figure.code}"))
    return render(request, "portal/figures/home.html", {"rows": rows})


def _home_rows(figure: Figure, lines: Sequence[Line], *, url: str) -> list[dict[str, Any]]:
    """Return the sum of a figure, where its lines make one, and its lines that should be few."""
    found = []
    if figure.whole:
        whole = Line(
            code="", label=figure.title, value=sum(line.value for line in lines),
            last=sum(line.last or 0 for line in lines),
        )  # fmt: skip
        found.append((whole, str(figure.title)))
    found += [(line, figures.label_of(figure, line)) for line in lines if line.bad]
    return [
        {
            "label": label, "value": line.value, "last": line.last or 0, "bad": line.bad,
            "change": line.value - (line.last or 0), "url": url,
        }
        for line, label in found
    ]  # fmt: skip


@require_GET
def figure_tile(request: HttpRequest, code: str) -> HttpResponse:
    figure, form = _figure(request, code), _form(request, with_places=False)
    asked = _asked(form)
    lines = figure.read(_scope(request), asked)
    query = _query(form, form.span)
    total = sum(line.value for line in lines)
    last = sum(line.last or 0 for line in lines)
    context = {
        "figure": figure,
        "rows": [_line(figure, line, total=total, query=query) for line in lines],
        "total": total,
        "last": last,
        "change": total - last,
        "compared": any(line.last is not None for line in lines),
        "is_empty": not any(line.value or line.last for line in lines) and not figure.ahead,
        "all_well": figure.ahead and not total,
        "chart": json.dumps(_chart(figure, lines)),
        "unheeded": [name for name in form.narrowed if name not in figure.narrows],
        "query": query,
    }
    return render(request, "portal/figures/tile.html", context)


def _line(figure: Figure, line: Line, *, total: int, query: str) -> dict[str, Any]:
    url = reverse("portal:figure_rows", args=[figure.code, line.code])
    return {
        "label": figures.label_of(figure, line),
        "value": line.value,
        "last": line.last,
        "change": None if line.last is None else line.value - line.last,
        "share": round(line.value * 100 / total) if figure.whole and total else None,
        "bad": line.bad and line.value > 0,
        "url": f"{url}?{query}" if line.value else "",
    }


def _chart(figure: Figure, lines: Any) -> dict[str, Any]:  # noqa: ANN401 -- a sequence of lines
    last = [line.last for line in lines]
    return {
        "kind": figure.chart.value,
        "labels": [figures.label_of(figure, line) for line in lines],
        "now": [line.value for line in lines],
        "last": last if any(value is not None for value in last) else [],
    }


@require_GET
def figure_rows(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """Everything that one line counts, a page at a time."""
    figure, form = _figure(request, code), _form(request, with_places=False)
    asked = _asked(form)
    found = figure.rows(_scope(request), asked, line)
    page = _page_of(request.GET.get("page", ""))
    start = (page - 1) * PAGE_SIZE
    query = _query(form, form.span)
    label = next(
        (
            figures.label_of(figure, one)
            for one in figure.read(_scope(request), asked)
            if one.code == line
        ),
        figures.label_of(figure, Line(code=line, value=0)),
    )
    context = {
        "figure": figure,
        "label": label,
        "span": form.span,
        "rows": [
            {"row": row, "is_day": _is_day(row.at)} for row in found[start : start + PAGE_SIZE]
        ],
        "count": len(found),
        "sum": sum(row.number for row in found),
        "numbered": any(row.number != 1 for row in found),
        "back": f"{reverse('portal:figures')}?{query}#{figure.code}",
        "previous_url": f"?{query}&page={page - 1}" if page > 1 else "",
        "next_url": f"?{query}&page={page + 1}" if found[start + PAGE_SIZE :] else "",
        "now": asked.now,
    }
    return render(request, "portal/figures/rows.html", context)


def _is_day(at: object) -> bool:
    return type(at) is date


def _page_of(text: str) -> int:
    fine = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return max(1, int(text)) if fine else 1


@require_GET
def figure_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The table of a figure as CSV or XLSX, as the command line exports it."""
    figure, form = _figure(request, code), _form(request, with_places=False)
    ending = request.GET.get("format", "csv")
    if ending not in CONTENT_TYPES:
        raise Http404
    span = form.span
    filters = {
        "figure": figure.code, "since": span.first_day.isoformat(),
        "until": span.last_day.isoformat(),
        **{name: str(key) for name, key in form.narrowed.items()},
    }  # fmt: skip
    context = Context(
        actor=cast("User", request.user), scope=_scope(request), now=timezone.now(),
        zone=timezone.get_default_timezone(), filters=filters,
    )  # fmt: skip
    chinese = (translation.get_language() or "").startswith("zh")
    file = exports.write(FIGURES, context, ending=ending, chinese=chinese, most=MOST_EXPORTED)
    return sent(file, f"{figure.code}-{span.first_day}-{span.last_day}", ending)
