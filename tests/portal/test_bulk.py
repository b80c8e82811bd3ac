import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from complaints.enums import EntryKind, FollowUpState
from complaints.models import Complaint, Customer, FollowUpMove, Reminder, TimelineEntry
from portal import bulk, locks
from portal.bulk import FROM_ROWS
from portal.models import AuditEntry, Heartbeat, User
from tests.factories.complaints import ComplaintFactory, FollowUpFactory
from tests.factories.staff import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, 0, 123456, tzinfo=UTC)
HOSTILE = "\\N\t\r\n\\. \"'; DROP TABLE x; --\U0001f9cb"


def customers(count, **more):
    return [
        Customer(
            name=f"{number} {HOSTILE}",
            platform="TMALL",
            created_at=NOW,
            phone="13800000000",
            **more,
        )
        for number in range(count)
    ]


def test_many_rows_are_stored_as_they_are_and_get_their_keys():
    made = Customer.objects.bulk_create(customers(FROM_ROWS))

    stored = Customer.objects.in_bulk([row.pk for row in made])
    assert len(stored) == FROM_ROWS
    for row in made:
        found = stored[row.pk]
        assert not row._state.adding  # noqa: SLF001 -- what Django asks before it saves
        assert (found.name, found.phone, found.created_at) == (row.name, "13800000000", NOW)
    made[0].name = "changed"
    made[0].save()
    assert Customer.objects.count() == FROM_ROWS


def test_rows_that_follow_get_keys_of_their_own():
    made = Customer.objects.bulk_create(customers(FROM_ROWS))
    after = Customer.objects.create(name="later", platform="TMALL", created_at=NOW)
    again = Customer.objects.bulk_create(customers(FROM_ROWS))

    keys = [row.pk for row in (*made, after, *again)]
    assert sorted(set(keys)) == sorted(keys)
    assert Customer.objects.count() == 2 * FROM_ROWS + 1


def test_each_kind_of_value_comes_back():
    case, followup = ComplaintFactory(), FollowUpFactory()
    claim = uuid.uuid4()
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            complaint=case, at=NOW, kind=EntryKind.NOTE, params={"note": number, "text": HOSTILE}
        )
        for number in range(FROM_ROWS)
    )
    FollowUpMove.objects.bulk_create(
        FollowUpMove(followup=followup, at=NOW, kind=EntryKind.DONE, to_due_at=None)
        for _ in range(FROM_ROWS)
    )
    Reminder.objects.bulk_create(
        Reminder(
            followup=followup,
            stage="DUE",
            followup_due_at=NOW + timedelta(minutes=number),
            due_at=NOW,
            claim=claim,
            delivered_at=NOW,
        )
        for number in range(FROM_ROWS)
    )
    users = [User(username=f"u{number}", password="!") for number in range(FROM_ROWS)]
    bulk.insert(users)

    entries = TimelineEntry.objects.filter(complaint=case, kind=EntryKind.NOTE).order_by("pk")
    assert [entry.params for entry in entries] == [
        {"note": number, "text": HOSTILE} for number in range(FROM_ROWS)
    ]
    assert set(Reminder.objects.filter(claim=claim).values_list("due_at", flat=True)) == {NOW}
    assert FollowUpMove.objects.filter(followup=followup, to_due_at=None).count() == FROM_ROWS
    stored = User.objects.get(username="u3")
    assert (stored.home, stored.is_active, stored.last_login) == ({}, True, None)


def test_a_related_row_that_was_stored_later_is_referred_to():
    cases = [ComplaintFactory.build(customer=None, store=None) for _ in range(FROM_ROWS)]
    store = ComplaintFactory().store
    buyers = customers(FROM_ROWS)
    for number, (case, buyer) in enumerate(zip(cases, buyers, strict=True)):
        case.number, case.customer, case.store = f"C20261102-{number + 9000}", buyer, store
        case.order = case.product = case.recorder = case.owner = case.type = None
    with pytest.raises(ValueError, match="customer of a row is not stored"), transaction.atomic():
        type(cases[0]).objects.bulk_create(cases)

    Customer.objects.bulk_create(buyers)
    type(cases[0]).objects.bulk_create(cases)

    assert [case.customer_id for case in cases] == [buyer.pk for buyer in buyers]
    assert type(cases[0]).objects.filter(customer__in=buyers).count() == FROM_ROWS


def test_a_refused_row_leaves_none_behind_and_is_an_integrity_error():
    followup = FollowUpFactory()
    rows = [
        type(followup)(
            number=f"F20261102-{number // 2 + 5000}",
            order=followup.order,
            complaint=followup.complaint,
            store=followup.store,
            owner=followup.owner,
            purpose="call",
            due_at=NOW,
            state=FollowUpState.OPEN,
            created_at=NOW,
        )
        for number in range(FROM_ROWS)
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        type(followup).objects.bulk_create(rows)
    assert type(followup).objects.count() == 1


def test_a_table_without_keys_of_its_own_is_refused():
    with pytest.raises(TypeError):
        bulk.insert([Heartbeat(name="a", beat_at=NOW)])
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_name_is_held_in_a_transaction_only():
    with pytest.raises(locks.NotInTransaction):
        locks.hold("a")
    with transaction.atomic():
        locks.hold("b", "a")
        locks.hold("a", shared=True)


def test_any_of_finds_what_in_finds():
    made = Customer.objects.bulk_create(customers(FROM_ROWS))
    names = {row.name for row in made[:3]} | {"nobody"}

    found = Customer.objects.filter(name__any_of=names)
    by_key = Customer.objects.filter(pk__any_of=[row.pk for row in made[:2]])

    assert set(found) == set(made[:3])
    assert set(by_key) == set(made[:2])
    assert not Customer.objects.filter(name__any_of=[]).exists()


def test_any_of_takes_more_values_than_a_statement_has_places():
    one = Customer.objects.bulk_create(customers(1))[0]

    found = Customer.objects.filter(name__any_of=[one.name, *map(str, range(40_000))])

    assert list(found) == [one]


def test_many_rows_are_changed_as_they_say():
    made = Customer.objects.bulk_create(customers(FROM_ROWS))
    other = Customer.objects.bulk_create(customers(1))[0]
    for number, row in enumerate(made):
        row.phone, row.version, row.company = f"139{number}", number + 2, HOSTILE

    Customer.objects.bulk_update(made, ["phone", "version", "company"])

    stored = Customer.objects.in_bulk()
    assert [(stored[row.pk].phone, stored[row.pk].version) for row in made] == [
        (f"139{number}", number + 2) for number in range(FROM_ROWS)
    ]
    assert {stored[row.pk].company for row in made} == {HOSTILE}
    assert (stored[other.pk].phone, stored[other.pk].version) == ("13800000000", 1)


def test_many_relations_and_moments_are_changed_or_cleared():
    owner = PersonFactory()
    cases = ComplaintFactory.create_batch(FROM_ROWS)
    for number, case in enumerate(cases):
        case.owner = owner if number % 2 else None
        case.due_at = NOW if number % 2 else None

    Complaint.objects.bulk_update(cases, ["owner", "due_at"])

    rows = Complaint.objects.order_by("pk").values_list("owner", "due_at")
    assert list(rows) == [(owner.pk, NOW) if n % 2 else (None, None) for n in range(FROM_ROWS)]


def test_expressions_are_left_to_django():
    made = Customer.objects.bulk_create(customers(FROM_ROWS))
    for row in made:
        row.version = F("version") + 5

    Customer.objects.bulk_update(made, ["version"])

    assert set(Customer.objects.values_list("version", flat=True)) == {6}


@pytest.mark.parametrize("model", [Complaint, TimelineEntry, User], ids=lambda one: one.__name__)
def test_a_blank_row_is_a_new_one_and_shares_nothing(model):
    blank = bulk.blanks(model)
    first, second, new = blank(), blank(), model()

    def values_of(row):
        return {name: value for name, value in vars(row).items() if name != "_state"}

    apart = {"date_joined"}  # the moment it was made
    assert values_of(first).keys() == values_of(new).keys()
    for name in values_of(new).keys() - apart:
        assert getattr(first, name) == getattr(new, name)
    assert first._state is not second._state  # noqa: SLF001 -- what Django asks before it saves
    assert first._state.adding  # noqa: SLF001 -- the same
    for name, value in values_of(first).items():
        if isinstance(value, dict | list):
            assert value is not getattr(second, name)
