"""No path changes a closed month; the long count is `tests/benchmarks/closed_month.py`."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin

from staff.incentives.queries import soundness
from staff.incentives.services import closing, disputes
from staff.models import Confirmation, Dispute, DraftLine, LedgerLine, Settlement
from tests.staff.incentives.attempts import Attempts, snapshot
from tests.staff.incentives.staging import OCTOBER, Office, published, statement, works

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def a_closed_month():
    """October with a fine, a dispute that was answered, and a confirmation; and November."""
    office = Office(late={8: 11, 9: 35})
    works(office.agent, "2026-11")
    published(now=NOW)
    row = next(row for row in statement(office.agent).lines if row.line.rule == "ATT-2")
    made = disputes.dispute(OCTOBER, person=office.agent, line=row.named, reason="x", now=NOW)
    said = disputes.Answer(reverse=True, by=office.deputy, text="x")
    disputes.answer(made.pk, said=said, now=NOW)
    disputes.confirm(OCTOBER, person=office.agent, now=NOW)
    closing.close(
        OCTOBER, by=office.supervisor, also_by=office.deputy, actor=None,
        now=NOW + timedelta(days=7),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_random_attempts_change_no_row(seed):
    a_closed_month()
    before = snapshot()
    attempts = Attempts(seed)
    for _time in range(40):
        tried = attempts.one()
        assert snapshot() == before, tried
    assert soundness.check().finding is None


def test_the_admin_knows_none_of_it():
    for model in (Settlement, DraftLine, LedgerLine, Dispute, Confirmation):
        assert not admin.site.is_registered(model)
