"""House rules: each version that has begun is read and confirmed by name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.models import Notice
from staff.handbook.models import Acknowledgement, PolicyReminder
from staff.handbook.queries import announcements, rules
from staff.handbook.services import rules as services
from staff.people.access import scope_of
from staff.rulebook.models import Policy
from tests.at_once import at_once
from tests.factories.handbook import AcknowledgementFactory, PolicyReminderFactory
from tests.factories.staff import PolicyFactory
from tests.staff.handbook.conftest import NOW
from tests.staff.handbook.inputs import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 5)
FIRST = date(2020, 1, 1)


@pytest.fixture
def policy():
    """A version that has begun on 1 November 2026."""
    return PolicyFactory(valid_from=date(2026, 11, 1), note="迟到红包调整", free_makeups=2)


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("receiver__person__number", flat=True))


def everybody(them):
    names = ("agent", "mate", "lead", "deputy", "supervisor", "stranger", "other_lead")
    return {getattr(them, name).number for name in names}


def asked(person):
    rows = announcements.unread_of(scope_of(person.user, today=TODAY), most=9)
    return [row.day for row in rows if row.is_rules]


def test_a_version_is_confirmed_once_and_a_new_one_anew(them):
    first = Policy.objects.get(valid_from=FIRST)
    assert asked(them.agent) == [FIRST]
    assert [
        services.confirm(actor=them.agent, policy_id=first.pk, now=NOW) for _twice in range(2)
    ] == [True, False]
    assert asked(them.agent) == []
    PolicyFactory(valid_from=date(2026, 11, 1))
    assert asked(them.agent) == [date(2026, 11, 1)]
    assert Acknowledgement.objects.count() == 1


def test_a_version_that_may_still_change_is_not_confirmed(them):
    coming = PolicyFactory(valid_from=TODAY + timedelta(days=1))
    with pytest.raises(services.NotBegun):
        services.confirm(actor=them.agent, policy_id=coming.pk, now=NOW)


@pytest.mark.usefixtures("them")
def test_the_version_with_which_a_department_begins_is_told_by_its_tile_alone():
    assert services.oldest_due(NOW) is None
    assert services.act_due(NOW) == 0
    assert not Notice.objects.exists()


def test_a_new_version_is_told_once_and_reminded_of_each_week(them, policy):
    services.confirm(actor=them.agent, policy_id=policy.pk, now=NOW)
    assert services.oldest_due(NOW) is not None
    assert [services.act_due(NOW) for _twice in range(2)] == [1, 0]
    assert told(services.BEGUN) == everybody(them) - {them.agent.number}
    week = datetime(2026, 11, 12, 1, 30, tzinfo=UTC)  # half past nine in Shanghai
    assert services.act_due(week - timedelta(seconds=1)) == 0
    assert [services.act_due(week) for _twice in range(2)] == [1, 0]
    assert told(services.REMINDER) == everybody(them) - {them.agent.number}
    unread = Notice.objects.filter(kind=services.UNREAD)
    counts = {row.receiver.person.number: row.params["count"] for row in unread}
    assert counts == {
        them.lead.number: 1, them.other_lead.number: 1, them.deputy.number: 2,
        them.supervisor.number: 1,
    }  # fmt: skip
    services.confirm(actor=them.mate, policy_id=policy.pk, now=NOW)
    assert not Notice.objects.filter(receiver=them.mate.user, read_at=None).exists()


@pytest.mark.usefixtures("them")
@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_tell_once(policy):
    def tick():
        return services.act(policy_id=policy.pk, now=NOW)

    assert sorted(at_once(tick, tick)) == [False, True]
    assert Notice.objects.count() == 7
    assert PolicyReminder.objects.get().reminded == 0


def test_the_database_keeps_confirmations(them, policy):
    AcknowledgementFactory(policy=policy, person=them.agent)
    for act in (
        lambda: Acknowledgement.objects.all().delete(),
        lambda: Acknowledgement.objects.update(at=NOW),
        lambda: AcknowledgementFactory(policy=policy, person=them.agent),
        lambda: [PolicyReminderFactory(policy=policy) for _twice in range(2)],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# Pages


def test_the_version_that_holds_is_read_as_text_and_confirmed(page, send, them, policy):
    shown = page(them.agent, "rules")
    assert "ATT-1" in shown
    assert "迟到红包调整" in shown
    assert "I have read and understood this" in shown
    for _twice in range(2):
        send(them.agent, "rules_confirm", policy.valid_from)
    assert "You have confirmed this:" in page(them.agent, "rules")
    assert "A newer version holds by now." in page(them.agent, "rules_version", FIRST)
    coming = PolicyFactory(valid_from=date(2027, 1, 1))
    shown = page(them.agent, "rules_version", coming.valid_from)
    assert "it may still change" in shown
    assert "I have read and understood this" not in shown
    send(them.agent, "rules_confirm", coming.valid_from)
    page(them.lead, "rules_readers", coming.valid_from, status=404)
    page(them.agent, "rules_version", date(2026, 11, 2), status=404)
    assert Acknowledgement.objects.count() == 1


def test_leads_see_who_of_their_people_has_confirmed(page, them, policy):
    AcknowledgementFactory(policy=policy, person=them.agent)
    AcknowledgementFactory(policy=policy, person=them.stranger)
    shown = page(them.lead, "rules_readers", policy.valid_from)
    assert "1 of 2 have confirmed." in shown
    assert them.stranger.name not in shown
    page(them.agent, "rules_readers", policy.valid_from, status=403)
    for value in HOSTILE[2:]:
        page(them.lead, "rules_readers", policy.valid_from, state=value, team=value, page=value)
    row = rules.versions(scope_of(them.lead.user, today=TODAY))[0]
    assert (row.policy, row.mine, row.confirmed) == (policy, None, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_any_number_of_people(
    client, them, policy, rows, django_assert_num_queries
):
    for who in (them.agent, them.mate, them.stranger)[:rows]:
        AcknowledgementFactory(policy=policy, person=who)
    client.force_login(them.supervisor.user)
    for url, count in (
        (reverse("staff:rules"), 10),
        (reverse("staff:rules_readers", args=[policy.valid_from]), 9),
    ):
        client.get(url)
        with django_assert_num_queries(count):
            client.get(url)


def test_confirmations_are_exported_as_far_as_one_sees_them(client, them, policy):
    for who in (them.agent, them.stranger):
        AcknowledgementFactory(policy=policy, person=who)
    client.force_login(them.lead.user)
    url = reverse("portal:export_kind", args=["acknowledgements"])
    answer = client.get(url, {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert them.agent.number in text
    assert them.stranger.number not in text
