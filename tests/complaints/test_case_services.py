from datetime import UTC, date, datetime, timedelta

import pytest

from complaints import access
from complaints.models import Attachment, Complaint, Customer, Order
from complaints.services import cases, customers, numbering
from complaints.services.customers import Buyer
from portal.models import AuditEntry
from staff.people.access import scope_of
from staff.people.enums import Platform
from tests.at_once import at_once
from tests.complaints.scene import facts
from tests.factories.complaints import (
    AttachmentFactory,
    ComplaintFactory,
    CustomerFactory,
    WatchFactory,
)
from tests.factories.staff import Department, PersonFactory, StoreFactory

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_once_to_two_at_the_same_time():
    def take():
        return [numbering.take("C", day=TODAY)[0] for _ in range(15)]

    results = at_once(take, take)

    assert sorted(results[0] + results[1]) == [f"C20261102-{n:04}" for n in range(1, 31)]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_numbers_of_many_days_are_given_once_to_two_at_the_same_time():
    days = [TODAY + timedelta(days=step) for step in range(3)]

    def take(order):
        return [numbering.take_many("C", counts=dict.fromkeys(order, 2)) for _ in range(5)]

    results = at_once(lambda: take(days), lambda: take(days[::-1]))

    given = [n for result in results for one in result for row in one.values() for n in row]
    assert len(given) == len(set(given)) == 60


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_case_one_gets_it():
    case = ComplaintFactory()
    people = PersonFactory.create_batch(2)

    def taking(person):
        return lambda: cases.take(actor=person, complaint_id=case.pk, now=NOW, seen_owner=None)

    results = at_once(*map(taking, people))

    losers = [result for result in results if isinstance(result, cases.HasAnOwner)]
    assert len(losers) == 1
    case.refresh_from_db()
    assert case.owner == losers[0].owner
    assert case.timeline.filter(kind="OWNER").count() == 1


@pytest.mark.both
@pytest.mark.django_db
def test_registered_case_is_found_by_each_of_its_words():
    case = cases.register(
        actor=PersonFactory(),
        facts=facts(StoreFactory(), order_number="TB-77", product="保温杯", demand="全额退款"),
        now=NOW,
    )

    for tokens in (["杯子", "子碎"], ["tb-77"], ["保温"], ["退款"], [case.number.lower()]):
        assert list(Complaint.objects.matching(tokens)) == [case], tokens
    assert not Complaint.objects.matching(["手机"]).exists()


@pytest.mark.both
@pytest.mark.django_db
def test_changed_case_is_found_by_its_new_words_only():
    person, store = PersonFactory(), StoreFactory()
    case = cases.register(actor=person, facts=facts(store), now=NOW)

    cases.change(
        actor=person,
        complaint_id=case.pk,
        facts=facts(store, description="水壶漏水"),
        version=case.version,
        now=NOW,
    )

    assert Complaint.objects.matching(["漏水"]).exists()
    assert not Complaint.objects.matching(["碎了"]).exists()


@pytest.mark.django_db
def test_case_number_uses_the_service_day():
    night = datetime(2026, 11, 2, 16, 40, tzinfo=UTC)  # 00:40 on the 3rd in Shanghai

    case = cases.register(actor=PersonFactory(), facts=facts(StoreFactory()), now=night)

    assert case.number == "C20261102-0001"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "buyer", "same"),
    [
        (("甲", "13812345678"), ("乙", "+86 138 1234 5678"), True),
        (("甲", ""), ("甲", ""), True),
        (("甲", ""), ("甲", "13812345678"), True),
        (("甲", "13812345678"), ("甲", ""), True),
        (("甲", "13812345678"), ("甲", "13900000000"), False),
        (("甲", ""), ("乙", ""), False),
    ],
)
def test_customer_is_recognised_by_phone_then_by_name(known, buyer, same):
    stored = customers.put_customer(
        Buyer(name=known[0], platform=Platform.TMALL, phone=known[1]), actor=None, now=NOW
    )

    found = customers.put_customer(
        Buyer(name=buyer[0], platform=Platform.TMALL, phone=buyer[1]), actor=None, now=NOW
    )

    assert (found == stored) is same


@pytest.mark.django_db
def test_customer_of_another_platform_is_another_customer():
    customers.put_customer(Buyer(name="甲", platform=Platform.TMALL), actor=None, now=NOW)
    customers.put_customer(Buyer(name="甲", platform=Platform.JD), actor=None, now=NOW)

    assert Customer.objects.count() == 2


@pytest.mark.django_db
def test_order_is_made_once_in_each_store():
    one, other = StoreFactory(), StoreFactory()
    for store in (one, one, other):
        cases.register(actor=PersonFactory(), facts=facts(store, order_number="A1"), now=NOW)

    assert Order.objects.filter(number="A1").count() == 2


@pytest.mark.django_db
def test_audit_and_timeline_hold_no_personal_data_and_no_text():
    person, store = PersonFactory(), StoreFactory()
    secret = Buyer(
        name="tb小王", platform=Platform.TMALL, phone="13812345678", address="扬州市文昌路1号303室"
    )
    case = cases.register(actor=person, facts=facts(store, buyer=secret), now=NOW)
    cases.change(
        actor=person,
        complaint_id=case.pk,
        facts=facts(store, buyer=secret, description="秘密的内容", demand="赔偿"),
        version=1,
        now=NOW,
    )
    cases.add_note(actor=person, complaint_id=case.pk, text="秘密的备注", now=NOW)
    cases.look(actor=person, complaint=case, what="phone", now=NOW)

    kept = str(list(AuditEntry.objects.values())) + str(list(case.timeline.values()))

    for text in ("13812345678", "文昌路1号303室", "秘密", "赔偿", "杯子"):
        assert text not in kept
    assert AuditEntry.objects.filter(verb="complaint.note").count() == 1


@pytest.mark.django_db
def test_giving_to_the_same_owner_changes_nothing():
    department = Department()
    case = ComplaintFactory(store=department.store, owner=department.agent)

    given = cases.set_owner(
        actor=department.lead, complaint_ids=[case.pk], owner_id=department.agent.pk, now=NOW
    )

    assert given == []
    assert not department.agent.user.notices.exists()


ACTS = {
    "edit": access.can_edit,
    "unmask": access.can_unmask,
    "take": access.can_take,
    "set_owner": access.can_set_owner,
}
WHO = ["supervisor", "deputy", "lead", "agent", "mate", "other_lead", "stranger"]


@pytest.mark.django_db
@pytest.mark.parametrize("owner", [None, "agent", "mate", "stranger"])
@pytest.mark.parametrize("recorder", [None, "agent", "stranger"])
def test_whoever_may_act_also_sees(owner, recorder):
    department = Department()
    case = ComplaintFactory(
        store=department.store,
        owner=owner and getattr(department, owner),
        recorder=recorder and getattr(department, recorder),
    )
    file = AttachmentFactory(complaint=case, added_by=case.recorder)

    for name in WHO:
        person = getattr(department, name)
        scope = scope_of(person.user, today=TODAY)
        sees = Complaint.objects.visible_to(scope).filter(pk=case.pk).exists()
        for act, may in ACTS.items():
            assert sees or not may(scope, case), (name, act)
        assert sees or not access.can_remove(scope, file), name
        assert sees == Attachment.objects.visible_to(scope).filter(pk=file.pk).exists()


@pytest.mark.django_db
def test_watching_shows_but_does_not_unmask():
    department = Department()
    case = ComplaintFactory(store=department.other_store)
    WatchFactory(complaint=case, person=department.lead)
    scope = scope_of(department.lead.user, today=TODAY)

    assert Complaint.objects.visible_to(scope).filter(pk=case.pk).exists()
    assert not access.can_unmask(scope, case)
    assert not access.can_edit(scope, case)


@pytest.mark.django_db
def test_customers_are_seen_through_visible_cases_only():
    department = Department()
    mine, other = CustomerFactory(), CustomerFactory()
    ComplaintFactory(store=department.store, customer=mine)
    ComplaintFactory(store=department.other_store, customer=other)
    scope = scope_of(department.agent.user, today=TODAY)

    assert list(Customer.objects.visible_to(scope)) == [mine]


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("phones", [("13812345678", ""), ("", "13900000000"), ("", "")])
def test_a_common_name_ties_no_customers_of_teams_that_do_not_see_each_other(phones):
    """Whoever writes down a name must not come by the phone of somebody else of that name."""
    us = Department()
    theirs, ours = (Buyer(name="张三", platform=Platform.TMALL, phone=phone) for phone in phones)
    first = cases.register(actor=us.stranger, facts=facts(us.other_store, buyer=theirs), now=NOW)
    second = cases.register(actor=us.agent, facts=facts(us.store, buyer=ours), now=NOW)
    again = cases.register(actor=us.agent, facts=facts(us.store, buyer=ours), now=NOW)
    assert first.customer_id != second.customer_id == again.customer_id
    by_phone = Buyer(name="张", platform=Platform.TMALL, phone="13812345678")
    known = cases.register(actor=us.agent, facts=facts(us.store, buyer=by_phone), now=NOW)
    assert (known.customer_id == first.customer_id) is bool(theirs.phone)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_who_register_one_new_customer_make_one():
    """On two service days, so that no number makes one of them wait for the other."""
    store, people = StoreFactory(), PersonFactory.create_batch(2)
    buyers = [
        Buyer(name=f"tb{number}", platform=Platform.TMALL, phone=f"138123400{number:02}")
        for number in range(12)
    ]

    def registering(person, days):
        def register():
            for buyer in buyers:
                cases.register(
                    actor=person,
                    facts=facts(store, buyer=buyer, registered_at=NOW - timedelta(days=days)),
                    now=NOW,
                )

        return register

    results = at_once(*(registering(person, days) for days, person in enumerate(people)))

    assert results == [None, None]
    assert Customer.objects.count() == len(buyers)
    assert Complaint.objects.count() == 2 * len(buyers)
