"""Columns of the list of cases, written in one go: the list is the most asked-for page."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from complaints.enums import CaseStage, Channel
from complaints.queries.cases import CaseRow
from complaints.texts import clocks as texts
from portal.templatetags.when import when

ROW = (
    '<tr>{pick}<td class="key" data-label="{l_number}">'
    '<a href="/complaints/{number}/">{number}</a></td>'
    '<td class="at" data-label="{l_received}"><div>{received}'
    '<div class="text-body-secondary small">{channel}</div></div></td>'
    '<td data-label="{l_customer}">{customer} '
    '<span class="text-body-secondary small num">{phone}</span></td>'
    '<td data-label="{l_store}"><div>{store}'
    '<div class="text-body-secondary small num">{order}</div></div></td>'
    '<td data-label="{l_type}">{type}</td><td data-label="{l_severity}"><div>{severity}'
    '<div class="text-body-secondary small">{stage}</div></div></td>'
    '<td data-label="{l_clock}">{clock}</td>'
    '<td data-label="{l_owner}">{owner}</td><td data-label="{l_next}">{next}</td></tr>\n'
)
PICK = (
    '<td data-label="{label}"><input class="form-check-input" type="checkbox" name="pick"'
    ' value="{id}" form="bulk" aria-label="{label} {number}"></td>'
)
VALUES = (
    "id", "number", "received", "channel", "customer", "phone", "store", "order", "type",
    "severity", "stage", "clock", "owner", "next",
)  # fmt: skip
BADGE = '<span class="badge tone-{}"><i class="bi bi-{}" aria-hidden="true"></i> {}</span>'


def headings() -> list[str]:
    """Return the headings of the columns after that of the boxes."""
    return list(_labels().values())


def _labels() -> dict[str, str]:
    return {
        "l_number": _("Number"),
        "l_received": _("Received"),
        "l_customer": _("Customer"),
        "l_store": _("Store and order"),
        "l_type": _("Nature"),
        "l_severity": _("Severity and stage"),
        "l_clock": _("Time left"),
        "l_owner": _("Owner"),
        "l_next": _("Follow-up"),
    }


def rows(
    cases: Iterable[CaseRow],
    *,
    severities: dict[str, tuple[str, str, str]],
    pick: bool,
    now: datetime,
) -> SafeString:
    """Return the rows of the table; with a box to select each, if `pick`."""
    row = _row_template(pick=pick)
    context = Context()
    nobody = format_html('<span class="text-body-secondary">{}</span>', _("without owner"))
    up = " " + format_html(BADGE, "danger", "arrow-up-circle-fill", _("escalated"))
    channels = {str(one): escape(str(one.label)) for one in Channel}
    stages = {str(one): escape(str(one.label)) for one in CaseStage}
    badges = {
        code: format_html(BADGE, tone, icon, label)
        for code, (label, tone, icon) in severities.items()
    }
    return mark_safe(  # noqa: S308 -- every text of a row is escaped here
        "".join(
            row.format(
                id=case.id,
                number=escape(case.number),
                received=when(context, case.registered_at, now=now),
                channel=channels.get(case.channel, ""),
                customer=escape(case.customer),
                phone=escape(case.phone_masked),
                store=escape(case.store),
                order=escape(case.order or ""),
                type=escape(case.type_name or "–"),
                severity=badges[case.severity] + (up if case.escalated_at else ""),
                stage=stages[case.stage],
                clock=clock_of(context, case, now=now),
                owner=escape(case.owner) if case.owner else nobody,
                next=when(context, case.next_due_at, now=now, deadline=True),
            )
            for case in cases
        )
    )


def clock_of(context: Context, case: CaseRow, *, now: datetime) -> SafeString:
    """Return the time left, that the case waits, or how the answer came (CMP-4)."""
    if case.due_at is None:
        return _answered(case)
    if case.waiting_until and case.waiting_until > now:
        return format_html(BADGE, "neutral", "hourglass-split", _("waits for the customer"))
    return when(context, case.due_at, now=now, deadline=True)


def _answered(case: CaseRow) -> SafeString:
    if case.answered_at is None:
        return mark_safe("–")
    if case.answered_late is None:
        return format_html(BADGE, "success", "check2", _("answered in time"))
    return format_html(BADGE, "danger", "alarm", texts.of_late(case.answered_late))


def _row_template(*, pick: bool) -> str:
    """Return the row with its labels filled in, so that each row fills in its own values only."""
    own = {name: f"{{{name}}}" for name in VALUES}
    labels = {name: _kept(label) for name, label in _labels().items()}
    box = PICK.format(label=_kept(_("Select the row")), **own) if pick else ""
    return ROW.format(**labels, **own, pick=box)


def _kept(text: str) -> str:
    """Return a text escaped for HTML and for one more round of formatting."""
    return escape(text).replace("{", "{{").replace("}", "}}")


def heads() -> SafeString:
    return format_html_join("", '<th scope="col">{}</th>', ((one,) for one in headings()))
