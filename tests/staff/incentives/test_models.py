"""The database itself refuses to change the ledger and what is closed, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from staff.incentives.enums import MonthState
from staff.models import Settlement
from tests.factories.incentives import (
    NOW,
    ConfirmationFactory,
    DisputeFactory,
    DraftLineFactory,
    LedgerLineFactory,
    SettlementFactory,
)
from tests.factories.staff import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
TABLES = ("settlement", "ledgerline", "dispute", "confirmation")
SAME = {
    "settlement": "computed_at = computed_at",
    "ledgerline": "rule = rule",
    "dispute": "reason = 'x'",
    "confirmation": "confirmed_at = confirmed_at",
}
REFUSALS = ("never changes", "never changed or deleted", "never replaced", "nor away")


def closed():
    line = LedgerLineFactory()
    DisputeFactory(settlement=line.settlement)
    ConfirmationFactory(settlement=line.settlement)
    Settlement.objects.update(
        state=MonthState.CLOSED,
        first_closer=PersonFactory(),
        signed_at=NOW,
        second_closer=PersonFactory(),
        closed_at=NOW,
    )
    return line.settlement


def statements():
    for table in TABLES:
        yield f"UPDATE staff_{table} SET {SAME[table]}"  # noqa: S608 -- our own names
        yield f"DELETE FROM staff_{table}"  # noqa: S608 -- our own names
        if connection.vendor == "postgresql":
            yield f"TRUNCATE staff_{table} CASCADE"
        else:
            yield f"INSERT OR REPLACE INTO staff_{table} SELECT * FROM staff_{table}"  # noqa: S608 -- our own names


def refusal(sql):
    with (
        pytest.raises(DatabaseError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    return str(error.value)


def test_sql_changes_nothing_of_a_closed_month():
    closed()
    connection.check_constraints()  # lets PostgreSQL truncate in the transaction of a test
    for sql in statements():
        assert any(text in refusal(sql) for text in REFUSALS), sql


@pytest.mark.parametrize("factory", [LedgerLineFactory, DisputeFactory, ConfirmationFactory])
def test_nothing_is_added_to_a_closed_month(factory):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(settlement=closed(), **({"number": 99} if factory is LedgerLineFactory else {}))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE staff_settlement SET state = 'DRAFT', published_at = NULL",
        "UPDATE staff_settlement SET month = '2026-09-01'",
        "DELETE FROM staff_settlement",
        "UPDATE staff_ledgerline SET amount_fen = amount_fen + 1",
        "DELETE FROM staff_ledgerline",
    ],
)
def test_a_published_month_goes_neither_back_nor_away(sql):
    LedgerLineFactory()
    assert any(text in refusal(sql) for text in REFUSALS)


def test_lines_enter_the_ledger_of_a_published_month_and_drafts_that_of_a_draft():
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLineFactory(settlement=SettlementFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftLineFactory(settlement=SettlementFactory(published=True))


def test_a_line_is_taken_back_once():
    line = LedgerLineFactory(number=1)
    LedgerLineFactory(number=2, settlement=line.settlement, reverses=line)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLineFactory(number=3, settlement=line.settlement, reverses=line)


def test_a_month_is_closed_by_two_different_persons():
    person = PersonFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementFactory(closed=True, first_closer=person, second_closer=person)


@pytest.mark.parametrize("day", [2, 31])
def test_a_settlement_is_named_by_the_first_of_its_month(day):
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementFactory(month=f"2026-10-{day:02}")


def test_a_line_is_disputed_once_at_a_time_and_answered_as_a_whole():
    dispute = DisputeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        DisputeFactory(settlement=dispute.settlement, person=dispute.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisputeFactory(settlement=dispute.settlement, state="UPHELD")
