"""Disputing a line, the answer with or without a reversal, and confirming (INC-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.models import AuditEntry, Notice
from staff.incentives import access
from staff.incentives.enums import DisputeState
from staff.incentives.services import disputes, settling
from staff.models import Confirmation, Dispute, LedgerLine
from staff.people.access import scope_of
from staff.people.enums import Post
from tests.factories.staff import PolicyFactory
from tests.staff.attendance.record import at
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    lines,
    paid_person,
    published,
    punch,
    settled,
    shift,
    statement,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
REST = ("LEAVE-2", "10-31", 38710)


def named(person, rule, at_place=0):
    return [row for row in statement(person).lines if row.line.rule == rule][at_place].named


def raise_it(office, rule="ATT-2", *, now=NOW, line=None):
    return disputes.dispute(
        OCTOBER, person=office.agent, line=line or named(office.agent, rule),
        reason="打卡机坏了", now=now,
    )  # fmt: skip


def grant(dispute, by, *, reverse=True, now=NOW):
    said = disputes.Answer(reverse=reverse, by=by, text="核实了")
    return disputes.answer(dispute.pk, said=said, now=now)


def test_a_line_of_a_draft_is_left_out_from_then_on():
    office = Office(late={8: 11})
    settled(now=NOW)
    grant(raise_it(office, "ATT-2"), office.deputy)
    assert lines(office.agent) == [("ATT-11", "10-12", -2000), REST]
    settled(now=NOW)
    published(now=NOW)
    assert lines(office.agent) == [("ATT-11", "10-12", -2000), REST]


def test_a_published_line_is_reversed_in_one_step_with_the_answer():
    office = Office(late={8: 35})
    published(now=NOW)
    made = raise_it(office, "ATT-6")
    assert {row.receiver for row in Notice.objects.filter(kind="dispute.raised")} == {
        office.deputy.user, office.supervisor.user,
    }  # fmt: skip
    done = grant(made, office.supervisor)
    assert (done.state, done.answered_by) == (DisputeState.REVERSED, office.supervisor)
    back = LedgerLine.objects.get(reverses__rule="ATT-6")
    assert (back.amount_fen, back.confirmed_by) == (58065, office.supervisor.user)
    assert lines(office.agent) == [("ATT-6", "10-08", -58065), ("ATT-6", "10-08", 58065), REST]
    assert statement(office.agent).total == 600000 + 38710
    assert not Notice.objects.filter(kind="dispute.raised", read_at=None).exists()
    assert Notice.objects.get(kind="dispute.answered").receiver == office.agent.user
    settled(now=NOW)
    assert LedgerLine.objects.filter(person=office.agent).count() == 4
    verbs = ["dispute.raised", "dispute.granted", "settlement.corrected"]
    assert AuditEntry.objects.filter(verb__in=verbs).count() == 3


def test_a_line_stands_where_the_answer_says_so():
    office = Office(late={8: 11})
    published(now=NOW)
    before = lines(office.agent)
    assert grant(raise_it(office), office.deputy, reverse=False).state == DisputeState.UPHELD
    assert lines(office.agent) == before
    raise_it(office)  # once more, with better reasons


def test_a_limit_follows_a_line_that_is_taken_back():
    PolicyFactory(valid_from=date(2021, 1, 1), deduction_cap_percent=20)
    office = Office(without=(8, 9))
    published(now=NOW)
    grant(raise_it(office, "ATT-8"), office.deputy)
    assert statement(office.agent).total == 600000 + 38710
    assert [row.line.rule for row in statement(office.agent).lines if row.stands] == ["LEAVE-2"]


def test_the_time_for_disputes_ends_and_a_line_must_be_there():
    office = Office(late={8: 11})
    published(now=NOW)
    line = named(office.agent, "ATT-2")
    for other in (line._replace(rule="ATT-3"), line._replace(nth=1), line._replace(side="OUT")):
        with pytest.raises(disputes.NoSuchLine):
            raise_it(office, line=other)
    end = at("2026-11-06 00:00")
    with pytest.raises(disputes.TooLate) as error:
        raise_it(office, now=end)
    assert error.value.until == end
    made = raise_it(office, now=end - timedelta(seconds=1))
    with pytest.raises(disputes.AlreadyDisputed):
        raise_it(office)
    grant(made, office.deputy, now=end + timedelta(days=1))  # an answer may come later
    with pytest.raises(disputes.NoSuchLine):
        raise_it(office, line=line)


def test_an_answer_is_given_once_and_not_by_oneself():
    office = Office(late={8: 11})
    published(now=NOW)
    made = raise_it(office)
    with pytest.raises(disputes.OwnDispute):
        grant(made, office.agent)
    grant(made, office.deputy)
    count = LedgerLine.objects.count()
    for reverse in (True, False):
        with pytest.raises(disputes.AlreadyAnswered):
            grant(made, office.supervisor, reverse=reverse)
    assert LedgerLine.objects.count() == count


def test_of_two_lines_alike_one_is_taken_back():
    office = Office()
    office.agent.assignments.all().delete()
    office.agent.punches.all().delete()
    for start, end in (("08:30", "12:30"), ("14:00", "17:30")):
        code = "day" if start == "08:30" else "evening"
        shift(office.agent, "2026-10-08", code, start, end)
    for text in ("08:35", "12:30", "14:05", "17:30"):
        punch(office.agent, f"2026-10-08 {text}")
    published(now=NOW)
    both = [("ATT-1", "10-08", -1000)] * 2
    assert [row for row in lines(office.agent) if row[0] == "ATT-1"] == both
    first = named(office.agent, "ATT-1", 0)
    grant(raise_it(office, line=first), office.deputy)
    left = [row for row in statement(office.agent).lines if row.nth is not None]
    assert [(row.line.rule, row.nth) for row in left if row.line.rule == "ATT-1"] == [("ATT-1", 1)]
    grant(raise_it(office, line=first._replace(nth=1)), office.deputy)
    assert statement(office.agent).owed == 2000  # the two doublings stand, each by itself
    settled(now=NOW)
    assert statement(office.agent).owed == 2000


def test_base_and_limit_are_not_waived():
    PolicyFactory(valid_from=date(2021, 1, 1), deduction_cap_percent=20)
    office = Office(without=(8, 9))
    published(now=NOW)
    assert {row.line.rule for row in statement(office.agent).lines if row.nth is not None} == {
        "ATT-8", "LEAVE-2",
    }  # fmt: skip
    line = named(office.agent, "ATT-8")._replace(rule="INC-9", day=OCTOBER.last_day)
    with pytest.raises(disputes.NoSuchLine):
        raise_it(office, line=line)


def test_a_published_statement_is_confirmed_once():
    office = Office()
    with pytest.raises(settling.NotSettled):
        disputes.confirm(OCTOBER, person=office.agent, now=NOW)
    settled(now=NOW)
    with pytest.raises(disputes.NotPublished):
        disputes.confirm(OCTOBER, person=office.agent, now=NOW)
    published(now=NOW)
    for moment in (NOW, NOW + timedelta(hours=1)):
        disputes.confirm(OCTOBER, person=office.agent, now=moment)
    assert Confirmation.objects.get().confirmed_at == NOW
    assert AuditEntry.objects.filter(verb="statement.confirmed").count() == 1


def test_wages_are_seen_by_oneself_and_by_deputy_and_supervisor_above():
    office = Office()
    lead = paid_person(office.deputy, post=Post.LEAD)
    below = paid_person(lead)
    scopes = {
        name: scope_of(person.user, today=NOW.date())
        for name, person in {
            "supervisor": office.supervisor, "deputy": office.deputy, "lead": lead,
            "agent": office.agent, "below": below,
        }.items()
    }  # fmt: skip
    seen = {name: access.can_see(scope, below.pk) for name, scope in scopes.items()}
    assert seen == {
        "supervisor": True, "deputy": True, "lead": False, "agent": False, "below": True,
    }  # fmt: skip
    answers = {name for name, scope in scopes.items() if access.can_answer(scope, below.pk)}
    assert answers == {"supervisor", "deputy"}
    settles = {name for name, scope in scopes.items() if access.may_settle(scope)}
    assert settles == {"supervisor", "deputy"}
    assert [name for name, scope in scopes.items() if access.can_dispute(scope, below.pk)] == [
        "below"
    ]
    assert not Dispute.objects.visible_to(scopes["lead"]).exists()
