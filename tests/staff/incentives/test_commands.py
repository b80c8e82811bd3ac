"""`manage.py settle` and the exports, as payroll and a person in the portal get them."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.models import AuditEntry
from staff.incentives.enums import MonthState
from staff.models import LedgerLine, Settlement
from staff.people.enums import Post
from tests.factories.staff import PolicyFactory
from tests.staff.attendance.bringing import give
from tests.staff.incentives.staging import Office, paid_person, published

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
AFTER = datetime(2026, 11, 9, 4, 0, tzinfo=UTC)


def settle(*arguments, now=NOW):
    out, err = io.StringIO(), io.StringIO()
    with time_machine.travel(now, tick=False):
        call_command("settle", "2026-10", *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def refused(*arguments, now=NOW):
    with pytest.raises(CommandError) as error:
        settle(*arguments, now=now)
    assert error.value.returncode == 1
    return str(error.value)


def test_a_month_goes_from_draft_to_closed():
    office = Office(late={8: 11})
    two = ("--close", "--by", office.supervisor.number, "--and", office.deputy.number)
    assert refused(*two) == "2026-10 has not been settled yet."
    assert settle() == "2026-10: draft with 8 lines of 3 people.\n"
    assert refused(*two) == "2026-10 is a draft: it is published before it is closed."
    assert settle("--publish") == "2026-10 is published: 8 lines of 3 people.\n"
    assert refused("--publish") == "2026-10 is published already."
    assert settle() == "2026-10 is published and right: nothing to correct.\n"
    assert refused(*two) == (
        "Lines of 2026-10 can be disputed until 2026-11-06 00:00; it closes after that."
    )
    one = ("--close", "--by", office.deputy.number, "--and", office.deputy.number)
    assert refused(*one, now=AFTER) == "2026-10 is closed by two different persons (INC-6)."
    other = ("--close", "--by", office.deputy.number, "--and", office.agent.number)
    assert refused(*other, now=AFTER).endswith("and closes no month.")
    closed = "2026-10 is closed; the payroll is 19,161.30 yuan.\n"
    assert settle(*two, now=AFTER) == closed
    for arguments in ((), ("--publish",), two):
        assert refused(*arguments, now=AFTER) == (
            "2026-10 is closed: a closed month never changes (INC-6)."
        )
    origins = AuditEntry.objects.filter(verb__startswith="settlement.").values_list("origin")
    assert set(origins) == {("manage.py settle",)}


def test_what_is_said_wrongly_is_refused_before_anything_is_done():
    office = Office()
    assert refused("--close").startswith("A month is closed by two persons")
    assert refused("--by", office.deputy.number) == "--by and --and go with --close."
    assert refused("--close", "--by", "X1", "--and", "X2") == "Nobody has the number X1."
    with pytest.raises(CommandError):
        settle("--publish", "--close")
    for text in ("2026-13", "2026-1", "x", "2026-10-01"):
        with pytest.raises(CommandError, match="not a month"):
            call_command("settle", text)
    with pytest.raises(CommandError, match="No version of the policy holds in 2019-12"):
        call_command("settle", "2019-12")
    assert not Settlement.objects.exists()


def test_a_running_month_is_drafted_and_not_published():
    Office()
    early = datetime(2026, 10, 20, 4, tzinfo=UTC)
    assert settle(now=early).startswith("2026-10: draft")
    assert refused("--publish", now=early) == (
        "2026-10 is not over yet, so it cannot be published."
    )


def test_deductions_above_a_fifth_are_warned_about():
    office = Office(without=(8, 9))
    who = f"{office.agent.number} {office.agent.name}"
    said = f"{who}: deductions take 31 % of the month's pay; wage law may forbid it (INC-9)."
    assert settle().splitlines()[1:] == [said]


# --- exports ------------------------------------------------------------------------------------


def document(month="2026-10", tmp_path=None):
    target = tmp_path / "statements.json"
    with time_machine.travel(NOW, tick=False):
        call_command(
            "export", "statements", "--month", month, "--format", "json", "--output", str(target)
        )
    return target.read_text(encoding="utf-8")


def test_the_contract_with_payroll(tmp_path):
    office = Office(late={8: 11})
    settle()
    text = document(tmp_path=tmp_path)
    found = json.loads(text)
    assert text == json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    assert list(found) == ["month", "state", "people"]
    assert (found["month"], found["state"]) == ("2026-10", "draft")
    assert found["people"][2] == {
        "number": office.agent.number, "name": office.agent.name,
        "days_in_month": 31, "days_employed": 31,
        "base_salary": "6000.00", "daily_wage": "193.55",
        "lines": [
            {"rule": "ATT-2", "policy": "2020-01-01", "date": "2026-10-08", "side": "in",
             "quantity": "11", "amount": "-20.00", "settlement": "red_packet", "state": "owed"},
            {"rule": "ATT-11", "policy": "2020-01-01", "date": "2026-10-12", "side": "in",
             "quantity": "1", "amount": "-20.00", "settlement": "red_packet", "state": "owed"},
            {"rule": "LEAVE-2", "policy": "2020-01-01", "date": "2026-10-31", "side": "",
             "quantity": "2", "amount": "387.10", "settlement": "payroll", "state": "due"},
        ],
        "flags": [],
        "red_packets_owed": "40.00", "red_packets_paid": "0.00", "payroll_total": "6387.10",
    }  # fmt: skip
    settle("--publish")
    again = json.loads(document(tmp_path=tmp_path))
    assert again == found | {"state": "published"}


def test_statements_want_a_settled_month(tmp_path):
    Office()
    with pytest.raises(CommandError, match="2026-10 has not been settled yet"):
        document(tmp_path=tmp_path)
    with pytest.raises(CommandError, match="for one month"):
        call_command("export", "statements", "--format", "csv")
    assert not list(tmp_path.iterdir())


def test_a_month_without_people_is_a_document_all_the_same(tmp_path):
    settle()
    assert json.loads(document(tmp_path=tmp_path)) == {
        "month": "2026-10", "state": "draft", "people": [],
    }  # fmt: skip


def test_a_closed_statement_keeps_its_bytes_whatever_is_renamed(tmp_path):
    office = Office(late={8: 11})
    settle("--publish")
    settle("--close", "--by", office.supervisor.number, "--and", office.deputy.number, now=AFTER)
    before = document(tmp_path=tmp_path)
    office.agent.name, office.agent.number = "改名", "Z999"
    office.agent.save()
    office.agent.salaries.update(base_fen=1)
    assert document(tmp_path=tmp_path) == before


def test_rows_have_a_line_each_and_one_for_who_has_none():
    office = Office(late={8: 11})
    PolicyFactory(valid_from=date(2021, 1, 1), rest_days=0)
    settle()
    month = Settlement.objects.get().month
    rows = give("statements", month=month)
    assert [(row[2], row[8], row[13]) for row in rows] == [
        (office.supervisor.number, "", ""),
        (office.deputy.number, "", ""),
        (office.agent.number, "ATT-2", "-20.00"),
        (office.agent.number, "ATT-11", "-20.00"),
    ]


def test_the_ledger_is_exported_with_its_digests():
    office = Office(late={8: 11})
    published(now=NOW)
    rows = give("ledger")
    assert [row[0] for row in rows] == [str(number) for number in range(1, 9)]
    assert rows[-1][-1] == LedgerLine.objects.get(number=8).digest
    assert {row[3] for row in rows} == {
        office.supervisor.number, office.deputy.number, office.agent.number,
    }  # fmt: skip


def test_wages_reach_oneself_and_those_above_by_file():
    office = Office()
    lead = paid_person(office.deputy, post=Post.LEAD)
    below = paid_person(lead)
    other = paid_person(lead)
    published(now=NOW)
    month = Settlement.objects.get().month
    for kind, column in (("statements", 2), ("ledger", 3)):
        seen = {}
        for name, person in {
            "supervisor": office.supervisor, "deputy": office.deputy, "lead": lead,
            "below": below,
        }.items():  # fmt: skip
            rows = give(kind, person.user, month=month)
            seen[name] = {row[column] for row in rows}
        everybody = {p.number for p in (office.supervisor, office.deputy, office.agent, lead,
                                        below, other)}  # fmt: skip
        assert seen == {
            "supervisor": everybody,
            "deputy": everybody - {office.supervisor.number},
            "lead": {lead.number},
            "below": {below.number},
        }, kind


def test_the_page_of_exports_gives_the_own_statement_and_audits_it(client):
    office = Office()
    published(now=NOW)
    client.force_login(office.agent.user)
    url = reverse("portal:export_kind", args=["statements"])
    with time_machine.travel(NOW, tick=False):
        answer = client.get(url, {"month": "2026-10", "format": "csv"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        refused = client.get(url, {"month": "2026-09", "format": "json"}, follow=True)
    rows = list(csv.reader(io.StringIO(text)))
    assert {row[2] for row in rows[1:]} == {office.agent.number}
    entry = AuditEntry.objects.get(verb="export.done", actor=office.agent.user)
    assert entry.after == {"kind": "statements", "format": "csv", "rows": 2, "month": "2026-10"}
    assert "2026-09" in refused.content.decode()


def test_states_are_those_of_the_settlement():
    assert [state.value.lower() for state in MonthState] == ["draft", "published", "closed"]
