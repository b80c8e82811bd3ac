"""Any changed byte of the ledger is found, and where it is."""

import io
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from staff.incentives.policies import chain
from staff.incentives.queries import soundness
from staff.incentives.queries.soundness import FIELDS, Finding, Trouble
from staff.models import LedgerLine, Settlement
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    closed,
    published,
    punch,
    settled,
    without_guards,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
OTHER = {
    "number": "100", "settlement_id": None, "about": "'2026-10-02'", "person_id": None,
    "rule": "'ATT-3'", "policy": "'2020-01-02'", "day": "'2026-10-09'", "event": "'2026-10-09'",
    "side": "'OUT'", "halves": "halves + 1", "amount_fen": "amount_fen - 1",
    "settling": "'PAYROLL'", "evidence": "evidence || ' '", "reverses_id": "1",
    "confirmed_by_id": None, "confirmed_at": "'2026-11-02 04:00:01'", "digest": "'0'",
}  # fmt: skip


def ledger():
    office = Office(late={8: 11, 9: 35})
    published(now=NOW)
    return office


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def found():
    return soundness.check().finding


def test_a_ledger_is_sound_through_publication_correction_and_closing():
    assert found() is None
    office = ledger()
    assert found() is None
    punch(office.agent, "2026-10-09 08:29")
    settled(now=NOW)
    assert found() is None
    assert soundness.check().lines == LedgerLine.objects.count()
    Office("2026-11")
    closed(office, OCTOBER.next(), now=LATER)
    assert found() is None


def test_every_column_is_covered():
    without_guards()
    ledger()
    for name in (*FIELDS, "digest"):
        value = OTHER[name]
        if value is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {name} FROM staff_ledgerline WHERE number = 6")  # noqa: S608 -- our own names
            before = cursor.fetchone()[0]
            cursor.execute(f"UPDATE staff_ledgerline SET {name} = {value} WHERE number = 6")  # noqa: S608 -- our own names
            trouble = Trouble.MISSING if name == "number" else Trouble.CHANGED
            assert found() == Finding(trouble, 6), name
            key = 100 if name == "number" else 6
            cursor.execute(
                f"UPDATE staff_ledgerline SET {name} = %s WHERE number = {key}",  # noqa: S608 -- our own names
                [before],
            )
        assert found() is None, name


def test_references_are_covered():
    without_guards()
    office = ledger()
    other = Settlement.objects.create(month="2026-01-01", computed_at=NOW)
    for change in (
        {"settlement": other}, {"person": office.deputy}, {"confirmed_by": office.deputy.user},
    ):  # fmt: skip
        line = LedgerLine.objects.get(number=6)
        before = {name: getattr(line, name) for name in change}
        LedgerLine.objects.filter(number=6).update(**change)
        assert found() == Finding(Trouble.CHANGED, 6)
        LedgerLine.objects.filter(number=6).update(**before)
        assert found() is None


def test_a_date_written_in_another_way_is_a_change_where_dates_are_texts():
    """PostgreSQL keeps dates as dates: there it is the same one, written again."""
    without_guards()
    ledger()
    expected = Finding(Trouble.CHANGED, 6) if connection.vendor == "sqlite" else None
    for text in ("2026-10-8", "2026-10-08 ", "2026-10-08T00:00"):
        sql(f"UPDATE staff_ledgerline SET day = '{text}' WHERE number = 6")  # noqa: S608 -- our own names
        assert found() == expected, text


def test_bytes_that_are_no_text_are_a_change_or_are_not_taken():
    without_guards()
    ledger()
    if connection.vendor == "sqlite":
        sql("UPDATE staff_ledgerline SET evidence = CAST(x'7bff7d' AS TEXT) WHERE number = 6")
        assert found() == Finding(Trouble.CHANGED, 6)
        return
    bytes_ = "convert_from('\\x7bff7d'::bytea, 'UTF8')"
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(f"UPDATE staff_ledgerline SET evidence = {bytes_} WHERE number = 6")  # noqa: S608 -- our own bytes
    assert found() is None


def test_rows_that_are_taken_out_put_in_or_cut_off_are_found():
    without_guards()
    ledger()
    last = LedgerLine.objects.order_by("-number").first()
    columns = ", ".join(name for name in (*FIELDS, "digest") if name != "number")
    sql(f"INSERT INTO staff_ledgerline (number, {columns}) SELECT number + 1, {columns}"  # noqa: S608 -- our own names
        f" FROM staff_ledgerline WHERE number = {last.number}")  # fmt: skip
    assert found() == Finding(Trouble.CHANGED, last.number + 1)
    sql(f"DELETE FROM staff_ledgerline WHERE number > {last.number}")  # noqa: S608 -- our own names
    assert found() is None
    sql("DELETE FROM staff_ledgerline WHERE number = 3")
    assert found() == Finding(Trouble.MISSING, 3)
    sql("DELETE FROM staff_ledgerline WHERE number > 2")
    assert found() == Finding(Trouble.CUT, 3, "2026-10")
    sql("DELETE FROM staff_ledgerline")
    assert found() == Finding(Trouble.CUT, 1, "2026-10")


def test_a_ledger_hashed_again_does_not_fit_the_audit_log():
    without_guards()
    ledger()
    last = LedgerLine.objects.order_by("-number").first()
    LedgerLine.objects.filter(number=6).update(amount_fen=1)
    rewrite()
    assert found() == Finding(Trouble.REWRITTEN, last.number, "2026-10")
    LedgerLine.objects.filter(number=last.number).delete()
    assert found() == Finding(Trouble.CUT, last.number, "2026-10")


def test_lines_that_no_publication_wrote_are_found():
    without_guards()
    ledger()
    last = LedgerLine.objects.order_by("-number").first()
    last.number, last.pk = last.number + 1, last.number + 1
    last.save(force_insert=True)
    rewrite()
    assert found() == Finding(Trouble.ADDED, last.number)


def rewrite():
    digest = chain.START
    for values, _stored in list(soundness.raw_lines()):
        digest = chain.digest(digest, values)
        LedgerLine.objects.filter(number=values[0]).update(digest=digest)


def test_a_month_that_was_reopened_is_found():
    without_guards()
    office = ledger()
    closed_month = Settlement.objects.get()
    settlement = {"state": "CLOSED", "second_closer": office.deputy, "closed_at": NOW,
                  "first_closer": office.supervisor, "signed_at": NOW}  # fmt: skip
    Settlement.objects.update(**settlement)
    assert found() is None
    Settlement.objects.filter(pk=closed_month.pk).update(
        state="DRAFT", published_at=None, second_closer=None, closed_at=None
    )
    assert found() == Finding(Trouble.MONTH, 0, "2026-10")


def verify():
    out = io.StringIO()
    call_command("verify", stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_found():
    without_guards()
    ledger()
    last = LedgerLine.objects.order_by("-number").first()
    assert verify() == f"The ledger is sound: {last.number} lines, digest {last.digest}.\n"
    LedgerLine.objects.filter(number=5).update(amount_fen=5)
    with pytest.raises(CommandError) as error:
        verify()
    assert (str(error.value), error.value.returncode) == ("Line 5 of the ledger was changed.", 1)


def test_a_digest_covers_the_one_before_and_the_plain_values():
    values = [7, 1, "2026-10-08", "员工", None, "2026-11-02 04:00:00"]
    said = '[7,1,"2026-10-08","员工",null,"2026-11-02 04:00:00"]'
    wanted = sha256(("0" * 64 + said).encode()).hexdigest()
    assert chain.digest(chain.START, values) == wanted
    moment = datetime(2026, 11, 2, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [soundness.plain(value) for value in (moment, date(2026, 10, 8), None, 3)] == [
        "2026-11-02 04:00:00", "2026-10-08", None, 3,
    ]  # fmt: skip
