"""Two persons close a month, after the time for disputes; then nothing changes it (INC-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.models import AuditEntry
from staff.incentives.enums import MonthState
from staff.incentives.queries.months import listed
from staff.incentives.services import closing, disputes, settling
from staff.models import Dispute, LedgerLine, Settlement
from staff.people.enums import Post
from tests.at_once import at_once
from tests.factories.staff import PersonFactory
from tests.staff.attendance.record import at
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    published,
    settled,
    statement,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
LATER = at("2026-11-06 00:00")  # published on the 2nd: the 5th is the last day for disputes


def close(by, and_by, now=LATER):
    return closing.close(OCTOBER, by=by, also_by=and_by, actor=None, now=now)


def sign(person, now=LATER):
    return closing.sign(OCTOBER, person=person, actor=person.user, now=now)


def test_two_sign_and_the_second_closes():
    office = Office()
    published(now=NOW)
    assert sign(office.deputy).state == MonthState.PUBLISHED
    with pytest.raises(closing.SamePerson):
        sign(office.deputy)
    found = sign(office.supervisor)
    assert (found.state, found.first_closer, found.second_closer) == (
        MonthState.CLOSED, office.deputy, office.supervisor,
    )  # fmt: skip
    verbs = AuditEntry.objects.filter(verb__in=["settlement.signed", "settlement.closed"])
    assert [row.actor for row in verbs.order_by("pk")] == [
        office.deputy.user, office.supervisor.user,
    ]  # fmt: skip
    with pytest.raises(settling.MonthClosed):
        sign(office.supervisor)


def test_the_time_for_disputes_ends_with_the_third_day():
    office = Office()
    published(now=NOW)
    with pytest.raises(closing.TimeForDisputes) as error:
        close(office.supervisor, office.deputy, now=LATER - timedelta(seconds=1))
    assert error.value.until == LATER
    assert close(office.supervisor, office.deputy).closed_at == LATER


def test_only_deputies_and_supervisors_close_and_two_different_ones():
    office = Office()
    published(now=NOW)
    lead = PersonFactory(posting__post=Post.LEAD)
    gone = PersonFactory(posting__post=Post.SUPERVISOR, left_on=date(2026, 11, 5))
    former = PersonFactory(posting__post=Post.DEPUTY, posting__valid_until=date(2026, 11, 5))
    for person in (office.agent, lead, gone, former):
        with pytest.raises(closing.MayNotClose) as error:
            close(office.supervisor, person)
        assert error.value.person == person
    with pytest.raises(closing.SamePerson):
        close(office.deputy, office.deputy)
    assert Settlement.objects.get().first_closer is None


def test_neither_a_draft_nor_an_unknown_month_is_closed():
    office = Office()
    with pytest.raises(settling.NotSettled):
        close(office.supervisor, office.deputy)
    settled(now=NOW)
    with pytest.raises(closing.NotPublished):
        close(office.supervisor, office.deputy)


def test_an_open_dispute_keeps_the_month_open():
    office = Office(late={8: 11})
    published(now=NOW)
    row = next(row for row in statement(office.agent).lines if row.line.rule == "ATT-2")
    made = disputes.dispute(
        OCTOBER, person=office.agent, line=row.named, reason="打卡机坏了", now=NOW
    )
    assert listed()[0].open_disputes == 1
    with pytest.raises(closing.OpenDisputes) as error:
        close(office.supervisor, office.deputy)
    assert error.value.count == 1
    said = disputes.Answer(reverse=False, by=office.deputy, text="没有坏")
    disputes.answer(made.pk, said=said, now=NOW)
    assert close(office.supervisor, office.deputy).state == MonthState.CLOSED


def test_a_correction_voids_the_first_signature():
    office = Office(without=(8,))
    published(now=NOW)
    sign(office.deputy)
    settled(now=LATER)
    assert Settlement.objects.get().first_closer == office.deputy  # nothing was corrected
    office.agent.left_on = date(2026, 10, 20)
    office.agent.save()
    settled(now=LATER)
    assert Settlement.objects.get().first_closer is None
    assert sign(office.deputy).state == MonthState.PUBLISHED


def test_every_service_refuses_a_closed_month():
    office = Office(late={8: 11})
    published(now=NOW)
    row = next(row for row in statement(office.agent).lines if row.line.rule == "ATT-2")
    Dispute.objects.all().delete()
    close(office.supervisor, office.deputy)
    acts = [
        lambda: settled(now=LATER),
        lambda: published(now=LATER),
        lambda: close(office.deputy, office.supervisor),
        lambda: sign(office.deputy),
        lambda: disputes.dispute(OCTOBER, person=office.agent, line=row.named, reason="x", now=NOW),
        lambda: disputes.confirm(OCTOBER, person=office.agent, now=NOW),
    ]
    before = list(LedgerLine.objects.order_by("number").values())
    for act in acts:
        with pytest.raises(settling.MonthClosed):
            act()
    assert list(LedgerLine.objects.order_by("number").values()) == before


# --- two at once --------------------------------------------------------------------------------


def kinds(results):
    return sorted(type(each).__name__ for each in results)


@pytest.mark.django_db(transaction=True)
def test_two_settlements_at_once_are_one_draft():
    office = Office(late={8: 5})
    results = at_once(*[lambda: settled(now=NOW)] * 3)
    assert kinds(results) == ["Done"] * 3
    assert Settlement.objects.count() == 1
    assert len(statement(office.agent).lines) == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_publications_at_once_the_second_is_told():
    Office(late={8: 5})
    results = at_once(*[lambda: published(now=NOW)] * 2)
    assert kinds(results) == ["AlreadyPublished", "Done"]
    numbers = list(LedgerLine.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_settling_beside_a_publication_leaves_no_draft_behind():
    office = Office(late={8: 5})
    results = at_once(lambda: settled(now=NOW), lambda: published(now=NOW))
    assert kinds(results) == ["Done", "Done"]
    assert Settlement.objects.get().state == MonthState.PUBLISHED
    assert len(statement(office.agent).lines) == 3
    assert LedgerLine.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_of_two_closings_at_once_the_second_is_told():
    office = Office()
    published(now=NOW)
    pair = (office.supervisor, office.deputy)
    results = at_once(lambda: close(*pair), lambda: close(*reversed(pair)))
    assert kinds(results) == ["MonthClosed", "Settlement"]


@pytest.mark.django_db(transaction=True)
def test_two_first_signatures_at_once_close_the_month():
    office = Office()
    published(now=NOW)
    at_once(lambda: sign(office.supervisor), lambda: sign(office.deputy))
    found = Settlement.objects.get()
    assert {found.first_closer, found.second_closer} == {office.supervisor, office.deputy}
