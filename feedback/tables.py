"""Rows of the inbox, written in one go: a page of fifty is opened all day."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from complaints.enums import Channel as Source
from feedback.enums import ItemKind, ItemState
from feedback.policies.triage import Suggestion, Words
from feedback.queries import rules as rule_queries
from feedback.queries.items import EXCERPT, ItemRow
from feedback.queries.learning import Learning
from portal.templatetags.when import when

BADGE = '<span class="badge tone-{}"><i class="bi bi-{}" aria-hidden="true"></i> {}</span>'
KIND_LOOK = {
    ItemKind.PRAISE: ("success", "hand-thumbs-up"),
    ItemKind.SUGGESTION: ("info", "lightbulb"),
    ItemKind.QUESTION: ("info", "question-circle"),
    ItemKind.COMPLAINT: ("danger", "exclamation-octagon"),
    ItemKind.SPAM: ("neutral", "slash-circle"),
}
STATE_LOOK = {
    ItemState.UNREAD: ("warning", "envelope"),
    ItemState.TRIAGED: ("info", "check2"),
    ItemState.DONE: ("success", "check2-all"),
}
ROW = (
    '<tr>{pick}<td data-label="{l_text}"><div class="text-break">'
    '<a href="/feedback/items/{id}/">{text}</a>'
    '<div class="text-body-secondary small">{reference}</div></div></td>'
    '<td data-label="{l_rating}" class="text-nowrap">{rating}</td>'
    '<td data-label="{l_received}">{received} '
    '<span class="text-body-secondary small">{source}</span></td>'
    '<td data-label="{l_store}">{store}</td>'
    '<td data-label="{l_kind}"><div>{kind}</div></td>'
    '<td data-label="{l_owner}">{owner}</td></tr>\n'
)
PICK = (
    '<td data-label="{label}"><input class="form-check-input" type="checkbox" name="pick"'
    ' value="{id}" form="bulk" aria-label="{label} {id}"></td>'
)
VALUES = ("id", "text", "reference", "rating", "received", "source", "store", "kind", "owner")


def badge(value: str) -> SafeString:
    """Return the badge of a kind or a state."""
    if value in KIND_LOOK:
        kind = ItemKind(value)
        return format_html(BADGE, *KIND_LOOK[kind], kind.label)
    state = ItemState(value)
    return format_html(BADGE, *STATE_LOOK[state], state.label)


def _labels() -> dict[str, str]:
    return {
        "l_text": _("What the customer says"),
        "l_rating": _("Rating"),
        "l_received": _("Received"),
        "l_store": _("Store"),
        "l_kind": _("Kind"),
        "l_owner": _("Owner"),
    }


def heads() -> SafeString:
    return format_html_join("", '<th scope="col">{}</th>', ((one,) for one in _labels().values()))


def stars(rating: int | None) -> str:
    """Return the stars with what a screen reader says; the number is given as well."""
    if rating is None:
        return "–"
    tone = "text-danger-emphasis" if rating <= 2 else "text-body"  # noqa: PLR2004 -- FBK-3
    said = _("%(rating)d of 5 stars") % {"rating": rating}
    return format_html(
        '<span class="{}" role="img" aria-label="{}">{}<span class="text-body-secondary">{}</span>'
        "</span>", tone, said, "★" * rating, "☆" * (5 - rating),
    )  # fmt: skip


def suggestion_html(found: Suggestion, topics: Mapping[int, str]) -> str:
    """Return what the rules suggest, with the words that led to it."""
    words = list(
        dict.fromkeys([*found.kind_words, *(w for ws in found.topics.values() for w in ws)])
    )
    if found.by_rating:
        words.append(_("the rating"))
    parts = [str(ItemKind(found.kind).label)] if found.kind else []
    parts += [topics[key] for key in found.topics if key in topics]
    if not parts:
        return ""
    because = _(", ").join(words)
    text = _("Suggested: %(what)s (because of: %(words)s)")
    return escape(text % {"what": _(", ").join(parts), "words": because})


def learnt_html(found: Learning | None, topics: Mapping[str, str]) -> str:
    """Return what the department's decisions taught, with certainty and words; empty for nothing.

    Where nobody has decided enough, the mood of the text speaks.
    """
    if found is None or found.said is None or not found.kind:
        return ""
    said = [(str(ItemKind(found.kind).label), found.said)]
    said += [(topics[one.label], one) for one in found.topics if one.label in topics]
    text = _("%(what)s %(percent)d %% (because of: %(words)s)")
    parts = [
        text % {"what": label, "percent": one.percent, "words": _(", ").join(one.words)}
        for label, one in said
    ]
    return escape(_("Learnt from decisions: %(what)s") % {"what": _("; ").join(parts)})


def rows(
    items: Iterable[ItemRow],
    *,
    rules: list[Words],
    topics: Mapping[int, str],
    pick: bool,
    now: datetime,
) -> SafeString:
    """Return the rows of the table; with a box to select each, if `pick`."""
    template, context = _row_template(pick=pick), Context()
    sources = {str(one): escape(str(one.label)) for one in Source}
    shown = {str(one): badge(one) for one in (*ItemKind, *ItemState)}
    ratings = {rating: stars(rating) for rating in (None, 1, 2, 3, 4, 5)}
    html = []
    for item in items:
        if item.kind:
            kind = shown[item.kind] + " " + shown[item.state]
        else:
            found = rule_queries.suggest(rules, item.text, item.rating)
            hint = suggestion_html(found, topics)
            kind = shown[item.state] + f'<div class="text-body-secondary small">{hint}</div>'
        html.append(
            template.format(
                id=item.id,
                text=escape(excerpt(item.text)),
                reference=escape(" · ".join(filter(None, (item.reference, item.product)))),
                rating=ratings[item.rating],
                received=when(context, item.received_at, now=now),
                source=sources.get(item.source, ""),
                store=escape(item.store),
                kind=kind,
                owner=escape(item.owner or "–"),
            )
        )
    return mark_safe("".join(html))  # noqa: S308 -- every text of a row is escaped here


def excerpt(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text[: EXCERPT * 2].split())
    return f"{line[:EXCERPT]}…" if len(line) > EXCERPT else line or "–"


def _row_template(*, pick: bool) -> str:
    """Return the row with its labels filled in, so that each row fills in its own values only."""
    own = {name: f"{{{name}}}" for name in VALUES}
    labels = {name: _kept(label) for name, label in _labels().items()}
    box = PICK.format(label=_kept(_("Select the row")), **own) if pick else ""
    return ROW.format(**labels, **own, pick=box)


def _kept(text: str) -> str:
    """Return a text escaped for HTML and for one more round of formatting."""
    return escape(text).replace("{", "{{").replace("}", "}}")
