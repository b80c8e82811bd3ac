"""What the tests of the pages do again and again."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from tests.factories.daily import (
    DAY,
    DailyReportFactory,
    ReportFigureFactory,
    ReportQuestionFactory,
    ReportReasonFactory,
    UnfinishedOrderFactory,
)

HOSTILE = [
    "\x00", "a\x00b", "9" * 40, "-1", "1_000", "١٢", "2026-13-45", "'; drop", "9999-12-31",
    "0000-01", "9999-12", "0001-01-01", "\ud800",
]  # fmt: skip
SURROGATE = "%ED%A0%80"
LISTS = ["daily", "daily_list", "daily_questions", "daily_shifts", "daily_period"]


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"staff:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, status=302, htmx=False, **data):
    headers = {"hx-request": "true"} if htmx else {}
    response = client.post(reverse(f"staff:{name}", args=args), data, headers=headers)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response


def raw(client, name, *args, data):
    """Send a form as a program would: also halves of characters."""
    body = urlencode(data, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    return client.post(reverse(f"staff:{name}", args=args), body, content_type=kind)


def sheet(**more):
    """What an untouched form sends."""
    empty = {
        "form_key": str(uuid.uuid4()), "version": "0", "learnt": "", "lost_note": "",
        "questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "0", "questions-0-text": "",
        "orders-TOTAL_FORMS": "1", "orders-INITIAL_FORMS": "0", "orders-0-store": "",
    }  # fmt: skip
    return empty | more


def order_row(them, **more):
    row = {
        "store": them.store.pk, "buyer": "tb_青山依旧", "order_number": "281100000001",
        "bought_on": "2026-10-28", "problem": "外箱破损", "asks": "补发",
        "due_at": "2026-11-03T12:00",
    }  # fmt: skip
    return {f"orders-0-{name}": value for name, value in (row | more).items()}


def save(client, *, status=200, **data):
    return send(client, "daily_save", DAY, status=status, htmx=True, **data).content.decode()


def version_in(shown):
    return re.search(r'name="version" value="(\d+)"', shown)[1]


def reports(them, rows, *, person=None):
    for n in range(rows):
        report = DailyReportFactory(
            person=person or them.agent, team=them.team, day=DAY - timedelta(days=n + 3)
        )
        ReportFigureFactory(report=report, value=n)
        ReportReasonFactory(report=report)
        ReportQuestionFactory(report=report)
        UnfinishedOrderFactory(report=report)


def summary(**more):
    empty = {
        "version": "0", "hard_presale": "", "hard_postsale": "", "lost_note": "", "note": "",
        "passed-TOTAL_FORMS": "1", "passed-INITIAL_FORMS": "0",
    }  # fmt: skip
    return empty | more
