"""Rows of the list of follow-ups, written in one go."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from complaints.enums import FollowUpState
from complaints.queries.followups import Row
from portal.templatetags.when import when

BADGE = ' <span class="badge tone-{}"><i class="bi bi-{}" aria-hidden="true"></i> {}</span>'


def heads() -> SafeString:
    """Write the headings of the columns after that of the boxes."""
    return format_html_join("", '<th scope="col">{}</th>', ((one,) for one in _labels()))


def _labels() -> tuple[str, ...]:
    return (
        _("Due"),
        _("Number"),
        _("What is to be done"),
        _("Complaint or order"),
        _("Store"),
        _("Owner"),
    )


def rows(followups: Iterable[Row], *, pick: bool, now: datetime) -> SafeString:
    """Return the rows of the table; with a box to select each, if `pick`."""
    cells = [f'<td data-label="{escape(label)}">' for label in _labels()]
    due_at, number, purpose, about, store, owner = cells
    select = escape(_("Select the row"))
    done = format_html(BADGE, "success", "check-circle", _("done"))
    urgent = format_html(BADGE, "danger", "lightning-charge", _("urgent"))
    context = Context()
    written = []
    for row in followups:
        shown = escape(row.number)
        is_open = row.state == FollowUpState.OPEN
        box = (
            f'<td data-label="{select}"><input class="form-check-input" type="checkbox"'
            f' name="pick" value="{row.id}" form="bulk" aria-label="{select} {shown}"></td>'
        )
        written.append(
            f"<tr>{box if pick else ''}"
            f"{due_at}{when(context, row.due_at, now=now, deadline=is_open)}"
            f"{'' if is_open else done}</td>"
            f'{number}<a href="/complaints/followups/{shown}/">{shown}</a></td>'
            f"{purpose}{escape(row.purpose)}{urgent if row.urgent else ''}"
            f"{_moved(row.rescheduled)}</td>"
            f"{about}{escape(row.case or row.order or '')}</td>"
            f"{store}{escape(row.store)}</td>"
            f"{owner}{escape(row.owner)}</td></tr>\n"
        )
    return mark_safe("".join(written))  # noqa: S308 -- every text of a row is escaped here


def _moved(times: int) -> str:
    return format_html(BADGE, "neutral", "calendar2-week", f"{times}×") if times else ""
