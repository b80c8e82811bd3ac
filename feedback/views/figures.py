"""The figures of feedback, each with a click to its rows (FBK-5)."""

import csv
import io
import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from feedback.models import Invitation, Item
from feedback.policies.figures import Share
from feedback.queries import figures as queries
from feedback.queries.items import NO_SPAM, SCORES
from feedback.views import parts
from portal import audit
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook

FIRST_YEAR, LAST_YEAR = 2000, 2999
MOST_BARS = 12


def _month(request: StaffRequest) -> date:
    text = request.GET.get("month", "")
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return _this_month()
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else _this_month()


def _this_month() -> date:
    return rulebook.service_day(timezone.now()).replace(day=1)


def _labels() -> dict[str, str]:
    return {
        queries.STORE: _("Store"),
        queries.TEAM: _("Team"),
        queries.AGENT: _("Agent"),
        queries.CHANNEL: _("Channel"),
        queries.PRODUCT: _("Product"),
        queries.TOPIC: _("Topic"),
    }


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_serve(request)
    labels = _labels()
    group = request.GET.get("by", "")
    group = group if group in queries.GROUPS else queries.STORE
    month = _month(request)
    items = Item.objects.visible_to(request.scope)
    invitations = Invitation.objects.visible_to(request.scope)
    found = queries.of_month(items, invitations=invitations, group=group, month=month)
    if request.GET.get("format") == "csv":
        return _csv(request, found, label=labels[group], month=month)
    first, last = queries.month_of(month)
    days = {"state": "all", "kind": NO_SPAM, "since": first.isoformat(), "until": last.isoformat()}
    before, after = queries.month_before(month)[0], queries.month_of(month)[1]
    lines = [_line(line, group, days) for line in found.lines]
    context = {
        "total": _line(found.total, "", days),
        "lines": lines,
        "bars": _bars(lines),
        "scored": [line for line in lines if line["has_scores"]],
        "cut": found.cut,
        "group_label": labels[group],
        "month": month,
        "previous": f"?{urlencode({'by': group, 'month': f'{before:%Y-%m}'})}",
        "next": f"?{urlencode({'by': group, 'month': f'{queries.month_after(after):%Y-%m}'})}",
        "export": f"?{urlencode({'by': group, 'month': f'{month:%Y-%m}', 'format': 'csv'})}",
        "subtabs": [
            {
                "label": label,
                "url": f"?{urlencode({'by': code, 'month': f'{month:%Y-%m}'})}",
                "active": code == group,
            }
            for code, label in labels.items()
        ],
        **parts.tabs(request, parts.FIGURES),
    }
    return render(request, "feedback/figures.html", context)


def _line(line: queries.Line, group: str, days: dict[str, str]) -> dict[str, Any]:
    named = {group: str(line.key)} if line.key is not None else {"without": group}
    asked = days | (named if group else {})
    return {
        "label": line.label or _("none named"),
        "now": line.now,
        "last": line.last,
        "url": urlencode(asked),
        "bad_url": urlencode(asked | {"rating": "negative"}),
        "answered_url": urlencode(asked | {"answered": "yes"}),
        "change": _change(line.now.csat, line.last.csat),
        "has_scores": line.has_scores,
        "scores": _scores(line, asked) if line.has_scores else [],
    }


def _bars(lines: list[dict[str, Any]]) -> str:
    """Return what the chart draws, as JSON; empty where nobody has rated."""
    shown = [line for line in lines if line["now"].csat or line["last"].csat][:MOST_BARS]
    if not shown:
        return ""
    page = reverse("feedback:items")
    return json.dumps(
        {
            "names": [_("This month"), _("Month before")],
            "labels": [line["label"] for line in shown],
            "now": [_at(line["now"].csat, "value") for line in shown],
            "last": [_at(line["last"].csat, "value") for line in shown],
            "low": [_at(line["now"].csat, "low") for line in shown],
            "high": [_at(line["now"].csat, "high") for line in shown],
            "urls": [f"{page}?{line['url']}" for line in shown],
        }
    )


def _at(share: Share | None, name: str) -> float | None:
    return round(getattr(share, name), 1) if share else None


def _scores(line: queries.Line, asked: dict[str, str]) -> list[dict[str, Any]]:
    """Return recommendation, effort and response with the way to their rows."""
    now, last = line.scores, line.scores_last
    rows, invited = reverse("feedback:items"), reverse("feedback:invitations")
    nps, ces = (f"{rows}?{urlencode(asked | {'asked': one})}" for one in SCORES)
    rate = f"{invited}?{urlencode(asked | {'state': ''})}"
    return [
        _score(_("Recommendation (NPS)"), "megaphone", now.nps, last.nps, nps)
        | {"text": _digits(now.nps, 0), "unit": ""},
        _score(_("Effort (CES)"), "speedometer2", now.ces, last.ces, ces)
        | {"text": _digits(now.ces, 2), "unit": ""},
        _score(_("Response"), "envelope-open", now.rate, last.rate, rate)
        | {"text": _digits(now.rate, 1), "unit": "%"},
    ]


def _digits(share: Share | None, digits: int) -> str:
    return floatformat(share.value, digits) if share else "–"


def _score(
    label: str, icon: str, now: Share | None, last: Share | None, url: str
) -> dict[str, Any]:
    return {
        "label": label,
        "icon": icon,
        "now": now,
        "last": last,
        "change": _change(now, last),
        "url": url if now else "",
    }


def _change(now: Share | None, last: Share | None) -> float | None:
    """Return the change of a share in percentage points; None without both."""
    return now.value - last.value if now and last else None


def _csv(request: StaffRequest, found: queries.Figures, *, label: str, month: date) -> HttpResponse:
    """Return the table as CSV with a BOM, so that spreadsheets read the Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    low, high = pgettext("interval", "from"), pgettext("interval", "to")
    writer.writerow(
        [label, _("Items"), _("Rated"), "CSAT", low, high, _("Negative, per cent"),
         _("Answered, per cent"), _("CSAT of the month before"), "NPS", low, high,
         _("NPS of the month before"), "CES", low, high, _("CES of the month before"),
         _("Response, per cent"), _("Response of the month before")]
    )  # fmt: skip
    for line in found.lines:
        now = line.now
        writer.writerow(
            [_safe(line.label), now.items, now.rated, _one(now.csat, "value"),
             _one(now.csat, "low"), _one(now.csat, "high"), _one(now.negative, "value"),
             _one(now.reply_rate, "value"), _one(line.last.csat, "value"),
             *_three(line.scores.nps), _one(line.scores_last.nps, "value"),
             *_three(line.scores.ces), _one(line.scores_last.ces, "value"),
             _one(line.scores.rate, "value"), _one(line.scores_last.rate, "value")]
        )  # fmt: skip
    audit.record(
        actor=request.user, verb="export.done", at=timezone.now(),
        after={"kind": "feedback.figures", "format": "csv", "rows": len(found.lines)},
    )  # fmt: skip
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"feedback-{month:%Y-%m}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _three(share: Share | None) -> list[str]:
    return [_one(share, name) for name in ("value", "low", "high")]


def _one(share: Share | None, name: str) -> str:
    return f"{getattr(share, name):.1f}" if share else ""


def _safe(text: str) -> str:
    """Neutralise a cell that a spreadsheet would take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
