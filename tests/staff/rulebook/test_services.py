import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.models import AuditEntry
from portal.submissions import AlreadySubmitted
from staff.rulebook import services
from staff.rulebook.enums import DayKind
from staff.rulebook.models import Calendar, CalendarDay, Policy
from tests.at_once import problems_of
from tests.factories.portal import UserFactory
from tests.factories.staff import CalendarDayFactory, PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
TOMORROW = date(2026, 11, 3)
COMING = date(2086, 12, 1)  # also by the clock of the database


def save(policy, **more):
    return services.save_policy(
        **{"actor": UserFactory(), "policy": policy, "today": TODAY, "now": NOW} | more
    )


def test_a_new_version_is_audited_with_the_numbers_that_differ():
    actor = UserFactory()
    saved = save(Policy(valid_from=TOMORROW, late_1_fen=15_00, rest_days=3), actor=actor)
    entry = AuditEntry.objects.get(verb="policy.added")
    assert (entry.actor, entry.target_id) == (actor, str(saved.pk))
    assert entry.before == {"late_1_fen": "1000", "rest_days": "2"}
    assert entry.after == {"late_1_fen": "1500", "rest_days": "3"}
    assert saved.history.get().history_user == actor


@pytest.mark.parametrize("day", [TODAY, date(2026, 11, 1), date(2019, 1, 1)])
def test_a_version_begins_tomorrow_at_the_earliest(day):
    with pytest.raises(services.Begun):
        save(Policy(valid_from=day))
    assert Policy.objects.count() == 1


def test_a_version_that_has_begun_is_never_changed_nor_withdrawn():
    begun = PolicyFactory(valid_from=TODAY, rest_days=4)
    changed = Policy.objects.get(pk=begun.pk)
    changed.rest_days = 5
    with pytest.raises(services.Begun):
        save(changed)
    changed.valid_from = TOMORROW  # a later day does not open it again
    with pytest.raises(services.Begun):
        save(changed)
    with pytest.raises(services.Begun):
        services.withdraw_policy(actor=None, policy_id=begun.pk, seen=1, today=TODAY, now=NOW)
    begun.refresh_from_db()
    assert (begun.rest_days, begun.valid_from) == (4, TODAY)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda rows: rows.update(rest_days=5),
        lambda rows: rows.update(note="x"),
        lambda rows: rows.update(valid_from=COMING),
        lambda rows: rows.get().delete(),
        lambda rows: rows._raw_delete(rows.db),  # noqa: SLF001 -- round every protection of the ORM
    ],
)
def test_the_database_keeps_a_version_that_has_begun(act):
    today = timezone.localdate()
    for day in (date(2020, 1, 1), today):
        Policy.objects.get_or_create(valid_from=day)
        with pytest.raises(IntegrityError, match="only followed by another"), transaction.atomic():
            act(Policy.objects.filter(valid_from=day))
    coming = PolicyFactory(valid_from=today + timedelta(days=2))
    act(Policy.objects.filter(pk=coming.pk))


def test_the_table_of_versions_is_not_emptied():
    if connection.vendor != "postgresql":
        return  # SQLite knows no TRUNCATE
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE staff_policy CASCADE")


def test_settings_do_not_go_round_the_service_of_policies():
    coming = PolicyFactory()
    with pytest.raises(TypeError):
        services.save_setting(actor=None, row=coming, changed=["note"], now=NOW)
    with pytest.raises(TypeError):
        services.remove_setting(actor=None, row=coming, now=NOW)
    assert Policy.objects.filter(pk=coming.pk).exists()


def test_a_coming_version_is_changed_by_the_one_who_read_it_last():
    coming = PolicyFactory(valid_from=COMING)
    first, second = Policy.objects.get(pk=coming.pk), Policy.objects.get(pk=coming.pk)
    first.rest_days = 5
    save(first)
    second.rest_days = 6
    with pytest.raises(services.ChangedMeanwhile) as met:
        save(second)
    assert met.value.current.rest_days == 5
    entry = AuditEntry.objects.get(verb="policy.changed")
    assert (entry.before, entry.after) == ({"rest_days": "2"}, {"rest_days": "5"})


def test_a_coming_version_can_move_and_be_withdrawn():
    coming = PolicyFactory(valid_from=COMING, rest_days=5)
    coming.valid_from = date(2087, 1, 1)
    saved = save(coming)
    assert AuditEntry.objects.get().after == {"valid_from": "2087-01-01"}
    common = {"actor": None, "policy_id": saved.pk, "today": TODAY, "now": NOW}
    with pytest.raises(services.ChangedMeanwhile):
        services.withdraw_policy(seen=1, **common)
    services.withdraw_policy(seen=2, **common)
    assert not Policy.objects.filter(pk=saved.pk).exists()
    assert AuditEntry.objects.get(verb="policy.removed").before == {"rest_days": "5"}
    with pytest.raises(services.Gone):
        services.withdraw_policy(seen=2, **common)


def test_a_day_has_one_version():
    PolicyFactory(valid_from=TOMORROW)
    with pytest.raises(services.DayTaken):
        save(Policy(valid_from=TOMORROW))


def test_a_form_sent_twice_saves_once():
    key, actor = uuid.uuid4(), UserFactory()
    save(Policy(valid_from=TOMORROW), actor=actor, form_key=key)
    with pytest.raises(AlreadySubmitted):
        save(Policy(valid_from=date(2026, 11, 4)), actor=actor, form_key=key)
    assert Policy.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_adding_the_same_day_at_once_add_one_version():

    def adding(actor):
        return lambda: save(Policy(valid_from=TOMORROW, note=str(actor.pk)), actor=actor)

    problems = problems_of(adding(UserFactory()), adding(UserFactory()))
    assert [type(one) for one in problems] == [services.DayTaken]
    assert Policy.objects.filter(valid_from=TOMORROW).count() == 1
    assert AuditEntry.objects.filter(verb="policy.added").count() == 1
    assert connection.vendor in {"postgresql", "sqlite"}


def test_filling_a_year_adds_what_is_missing_and_keeps_what_was_entered():
    office = Calendar.objects.get(code="office")
    CalendarDayFactory(calendar=office, day=date(2026, 10, 1), kind=DayKind.WORKDAY, name="盘点")
    common = {"actor": UserFactory(), "calendar_id": office.pk, "year": 2026, "now": NOW}
    added = services.fill_year(**common)
    assert len(added) == 38  # 33 holidays and 6 make-up days, one of which was there
    kept = CalendarDay.objects.get(calendar=office, day=date(2026, 10, 1))
    assert (kept.kind, kept.name) == (DayKind.WORKDAY, "盘点")
    assert CalendarDay.objects.get(day=date(2026, 10, 10)).kind == DayKind.WORKDAY
    assert services.fill_year(**common) == []
    entry = AuditEntry.objects.get(verb="calendar.filled")
    assert entry.after["year"] == 2026
    assert len(entry.after["days"]) == 38
    office.refresh_from_db()
    assert office.version == 2


def test_filling_a_year_that_nobody_knows_adds_nothing():
    office = Calendar.objects.get(code="office")
    assert services.fill_year(actor=None, calendar_id=office.pk, year=9999, now=NOW) == []
    assert not AuditEntry.objects.exists()
