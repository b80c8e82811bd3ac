from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from portal.models import AuditEntry
from portal.money import Fen
from staff.people import services
from staff.people.enums import AbsenceKind, Half, Post
from staff.people.models import Person, Posting, Salary
from staff.people.services import Away, Personal, Place
from tests.factories.staff import (
    Department,
    PersonFactory,
    PostingFactory,
    SalaryFactory,
    StoreFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)


def personal(person, **changes):
    names = ("number", "name", "hired_on", "left_on", "email", "phone", "dingtalk_id")
    return Personal(**{name: getattr(person, name) for name in names} | changes)


def place(person, **changes):
    held = Posting.objects.on(TODAY).get(person=person)
    found = {"post": Post(held.post), "team_id": held.team_id, "chief_id": held.chief_id}
    return Place(**found | changes)


def spans(person):
    rows = Posting.objects.filter(person=person).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_until"))


def test_hire_gives_place_salary_and_a_sign_in_without_password():
    them = Department()
    person = services.hire(
        actor=them.deputy.user,
        personal=Personal(number="N1", name="新人", hired_on=date(2026, 11, 10), email="a@b.cn"),
        place=Place(post=Post.POSTSALE, team_id=them.team.pk, chief_id=them.lead.pk),
        base_fen=Fen(500000),
        now=NOW,
    )
    assert spans(person) == [(date(2026, 11, 10), None)]
    assert Salary.objects.get(person=person).base_fen == 500000
    assert person.user.username == "N1"
    assert person.user.is_active
    assert not person.user.has_usable_password()
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs == {
        "person.hired", "person.posted", "person.salary_set", "person.sign_in_opened"
    }  # fmt: skip
    assert "500000" not in str(list(AuditEntry.objects.values_list("after", flat=True)))


def test_hire_refuses_a_taken_number():
    them = Department()
    with pytest.raises(services.NumberTaken):
        services.hire(
            actor=None,
            personal=personal(them.agent),
            place=Place(post=Post.PRESALE),
            base_fen=None,
            now=NOW,
        )


def test_postings_keep_their_spans_whole_in_any_order():
    them = Department()
    for day in (date(2026, 9, 1), date(2025, 1, 1), date(2026, 3, 1)):
        services.post_person(
            actor=None, person_id=them.agent.pk, place=place(them.agent), from_day=day, now=NOW
        )
    assert spans(them.agent) == [
        (date(2024, 1, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), None),
    ]


def test_posting_of_the_same_day_is_replaced():
    them = Department()
    for team in (them.other_team, them.team):
        services.post_person(
            actor=None,
            person_id=them.agent.pk,
            place=place(them.agent, team_id=team.pk),
            from_day=date(2026, 12, 1),
            now=NOW,
        )
    assert len(spans(them.agent)) == 2
    assert Posting.objects.get(valid_from=date(2026, 12, 1)).team == them.team


def test_withdrawn_posting_lets_the_one_before_hold_on():
    them = Department()
    posting = services.post_person(
        actor=None,
        person_id=them.agent.pk,
        place=place(them.agent),
        from_day=date(2026, 12, 1),
        now=NOW,
    )
    services.withdraw_posting(actor=None, posting_id=posting.pk, now=NOW)
    assert spans(them.agent) == [(date(2024, 1, 1), None)]
    with pytest.raises(services.FirstPosting):
        services.withdraw_posting(
            actor=None, posting_id=Posting.objects.get(person=them.agent).pk, now=NOW
        )


def test_circle_of_chiefs_is_refused_on_any_day():
    them = Department()
    services.post_person(
        actor=None,
        person_id=them.deputy.pk,
        place=place(them.deputy, post=Post.SUPERVISOR),
        from_day=date(2026, 12, 1),
        now=NOW,
    )
    with pytest.raises(services.Circle):
        services.post_person(
            actor=None,
            person_id=them.supervisor.pk,
            place=place(them.supervisor, chief_id=them.deputy.pk),
            from_day=date(2026, 12, 15),
            now=NOW,
        )
    assert len(spans(them.supervisor)) == 1


def test_an_agent_is_nobodys_chief():
    them = Department()
    with pytest.raises(services.AgentAsChief):
        services.post_person(
            actor=None,
            person_id=them.mate.pk,
            place=place(them.mate, chief_id=them.agent.pk),
            from_day=TODAY,
            now=NOW,
        )


def test_a_lead_with_people_does_not_become_an_agent():
    them = Department()
    with pytest.raises(services.AgentAsChief):
        services.post_person(
            actor=None,
            person_id=them.lead.pk,
            place=place(them.lead, post=Post.PRESALE),
            from_day=TODAY,
            now=NOW,
        )


def test_chief_must_be_employed_that_day():
    them = Department()
    gone = PersonFactory(left_on=date(2026, 10, 1), posting__post=Post.LEAD)
    with pytest.raises(services.NotEmployed):
        services.post_person(
            actor=None,
            person_id=them.agent.pk,
            place=place(them.agent, chief_id=gone.pk),
            from_day=TODAY,
            now=NOW,
        )


def test_post_people_moves_those_who_are_elsewhere():
    them = Department()
    moved = services.post_people(
        actor=None,
        person_ids=[them.agent.pk, them.mate.pk, them.stranger.pk],
        team_id=them.other_team.pk,
        from_day=date(2026, 12, 1),
        now=NOW,
    )
    assert moved == 2
    assert Posting.objects.filter(valid_from=date(2026, 12, 1)).count() == 2


@pytest.mark.parametrize("day", [date(2026, 11, 2), date(2026, 10, 31)])
def test_salary_within_a_month_is_refused(day):
    person = PersonFactory()
    with pytest.raises(services.SalaryInMonth):
        services.set_salary(actor=None, person_id=person.pk, base_fen=Fen(1), from_day=day, now=NOW)


def test_salary_of_a_day_is_replaced_and_kept_in_its_history():
    salary = SalaryFactory(base_fen=600000)
    services.set_salary(
        actor=None,
        person_id=salary.person_id,
        base_fen=Fen(700000),
        from_day=salary.valid_from,
        now=NOW,
    )
    assert list(Salary.objects.values_list("base_fen", flat=True)) == [700000]
    kept = salary.history.order_by("history_id").values_list("base_fen", flat=True)
    assert list(kept) == [600000, 700000]


def test_leaving_in_the_past_ends_the_sign_in_at_once():
    person = PersonFactory()
    services.leave_department(actor=None, person_id=person.pk, left_on=date(2026, 11, 1), now=NOW)
    person.user.refresh_from_db()
    assert not person.user.is_active


def test_leaving_today_ends_the_sign_in_tomorrow_and_once():
    person = PersonFactory()
    services.leave_department(actor=None, person_id=person.pk, left_on=TODAY, now=NOW)
    person.user.refresh_from_db()
    assert person.user.is_active
    evening = datetime(2026, 11, 2, 15, 59, 59, tzinfo=UTC)
    midnight = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    assert (services.end_sign_ins(evening), services.oldest_sign_in_due(evening)) == (0, None)
    assert services.oldest_sign_in_due(midnight) == midnight
    assert [services.end_sign_ins(midnight), services.end_sign_ins(midnight)] == [1, 0]
    person.user.refresh_from_db()
    assert not person.user.is_active
    assert AuditEntry.objects.filter(verb="account.sign_in_ended").count() == 1


def test_coming_back_opens_the_sign_in_again():
    person = PersonFactory(left_on=date(2026, 10, 1))
    services.end_sign_ins(NOW)
    services.change_person(
        actor=None,
        person_id=person.pk,
        personal=personal(person, left_on=None),
        version=None,
        now=NOW,
    )
    person.user.refresh_from_db()
    assert person.user.is_active


def test_change_tells_the_second_of_two():
    person = PersonFactory()

    def change(name):
        services.change_person(
            actor=None,
            person_id=person.pk,
            personal=personal(person, name=name),
            version=1,
            now=NOW,
        )

    change("甲")
    with pytest.raises(services.ChangedMeanwhile):
        change("乙")
    person.refresh_from_db()
    assert (person.name, person.version) == ("甲", 2)


def test_new_number_moves_the_sign_in_along():
    person = PersonFactory()
    services.change_person(
        actor=None,
        person_id=person.pk,
        personal=personal(person, number="NEU", phone="13800000000"),
        version=None,
        now=NOW,
    )
    person.user.refresh_from_db()
    assert person.user.username == "NEU"
    entry = AuditEntry.objects.get(verb="person.changed")
    assert entry.after == {"number": "NEU", "phone": True}


def test_open_sign_in_refuses_a_second():
    person = PersonFactory(user=None)
    user = services.open_sign_in(actor=None, person_id=person.pk, now=NOW)
    assert Person.objects.get(pk=person.pk).user == user
    with pytest.raises(services.HasSignIn):
        services.open_sign_in(actor=None, person_id=person.pk, now=NOW)


def test_store_changes_hands_with_history():
    store, first, second = StoreFactory(), TeamFactory(), TeamFactory()
    for team, day in (
        (second, date(2026, 6, 1)),
        (first, date(2026, 1, 1)),
        (None, date(2027, 1, 1)),
    ):
        services.serve_store(
            actor=None, store_id=store.pk, team_id=team and team.pk, from_day=day, now=NOW
        )
    rows = store.services.order_by("valid_from").values_list("team_id", "valid_until")
    assert list(rows) == [
        (first.pk, date(2026, 5, 31)),
        (second.pk, date(2026, 12, 31)),
        (None, None),
    ]
    services.withdraw_service(
        actor=None, service_id=store.services.get(valid_from=date(2026, 6, 1)).pk, now=NOW
    )
    assert store.services.get(team=first).valid_until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (Half.WHOLE, Half.WHOLE, True),
        (Half.WHOLE, Half.FIRST, True),
        (Half.FIRST, Half.WHOLE, True),
        (Half.FIRST, Half.FIRST, True),
        (Half.FIRST, Half.SECOND, False),
    ],
)
def test_absences_of_one_day(first, second, clash):
    person = PersonFactory()

    def record(half):
        return services.record_absence(
            actor=None,
            person_id=person.pk,
            away=Away(day=TODAY, half=half, kind=AbsenceKind.SICK),
            now=NOW,
        )

    absence = record(first)
    if clash:
        with pytest.raises(services.AlreadyAway):
            record(second)
    else:
        record(second)
    assert services.withdraw_absence(actor=None, absence_id=absence.pk, now=NOW) is True
    assert services.withdraw_absence(actor=None, absence_id=absence.pk, now=NOW) is False


@pytest.mark.both
@pytest.mark.parametrize(
    "make",
    [
        lambda p: PostingFactory(person=p, valid_from=date(2024, 1, 1)),
        lambda p: PostingFactory(
            person=p, valid_from=date(2025, 1, 2), valid_until=date(2025, 1, 1)
        ),
        lambda p: PostingFactory(person=p, valid_from=date(2025, 1, 1), chief=p),
        lambda p: SalaryFactory(person=p, base_fen=-1),
        lambda p: PersonFactory(number=p.number, user=None),
        lambda _p: PersonFactory(left_on=date(2023, 1, 1)),
    ],
)
def test_the_database_refuses(make):
    person = PersonFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        make(person)
