"""Announcements: whom they reach, confirmed by name, anew after each change, reminded of."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from portal import notices, submissions
from portal.models import Notice
from staff.handbook import access
from staff.handbook.enums import AnnouncementKind
from staff.handbook.models import Announcement, AnnouncementVersion, Reading
from staff.handbook.policies.audience import Target, is_for
from staff.handbook.policies.reminders import next_morning
from staff.handbook.queries import announcements as queries
from staff.handbook.services import announcements as services
from staff.handbook.services.articles import AnotherVersion
from staff.people.access import scope_of
from staff.people.enums import Post
from staff.people.models import Person
from staff.people.services import ChangedMeanwhile
from tests.at_once import at_once
from tests.factories.handbook import AnnouncementFactory, AudienceFactory, ReadingFactory
from tests.factories.staff import PersonFactory, PostingFactory
from tests.staff.handbook.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 5)


def saying(**more):
    facts = {
        "kind": AnnouncementKind.CAMPAIGN, "title": "双十一预售", "text": "定金不退。",
        "first_day": TODAY, "last_day": TODAY + timedelta(days=10), "must_read": True,
        "target": Target(),
    }  # fmt: skip
    return services.Saying(**facts | more)


def announce(them, *, by=None, key=None, **more):
    return services.announce(
        actor=by or them.supervisor, saying=saying(**more), form_key=key or uuid.uuid4(), now=NOW
    )


def confirm(who, announcement, number=1):
    return services.confirm(actor=who, announcement_id=announcement.pk, number=number, now=NOW)


def change(them, announcement, *, version=1, now=NOW, **more):
    return services.change_announcement(
        actor=them.supervisor, announcement_id=announcement.pk, version=version,
        saying=saying(**more), why="时间改了", now=now,
    )  # fmt: skip


def told(kind, *, now=None):
    rows = Notice.objects.filter(kind=kind)
    rows = rows.filter(created_at=now) if now else rows
    return set(rows.values_list("receiver__person__number", flat=True))


def numbers(*people):
    return {one.number for one in people}


def scope(person, day=TODAY):
    return scope_of(person.user, today=day)


def asked(person, day=TODAY):
    rows = queries.unread_of(scope(person, day), most=10)
    return [row.title for row in rows if not row.is_rules]


TEAM, SITE = Target(team_ids={1}), Target(site_ids={7})


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target(), True),
        (TEAM, True),
        (Target(team_ids={2}), False),
        (SITE, True),
        (Target(team_ids={2}, site_ids={7}), True),
        (Target(posts={"LEAD"}), True),
        (Target(posts={"PRESALE"}), False),
        (Target(team_ids={1}, posts={"PRESALE"}), False),
        (Target(team_ids={2}, posts={"LEAD"}), False),
    ],
)
def test_a_lead_of_team_one_on_site_seven_is_meant(target, expected):
    assert is_for(target, team_id=1, site_id=7, post="LEAD") is expected


def test_whoever_has_no_team_is_meant_by_what_is_for_everybody():
    who = {"team_id": None, "site_id": None, "post": "DEPUTY"}
    assert [is_for(one, **who) for one in (Target(), TEAM, SITE)] == [True, False, False]


def test_the_next_morning_is_half_past_nine_of_the_next_day():
    late = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    assert next_morning(late) == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("case", range(6))
def test_what_the_database_selects_is_what_the_rule_says(them, case):
    target = [
        Target(),
        Target(team_ids={them.team.pk}),
        Target(site_ids={them.other_team.site_id}),
        Target(posts={Post.LEAD, Post.DEPUTY}),
        Target(team_ids={them.team.pk}, posts={Post.PRESALE}),
        Target(team_ids={them.team.pk}, site_ids={them.other_team.site_id}),
    ][case]
    made = announce(them, target=target)
    edition = queries.edition_of(made)
    meant = {one.place.person_id for one in queries.readers(made, edition, day=TODAY)}
    for who in vars(them).values():
        if isinstance(who, Person):
            found = Announcement.objects.addressed_to(scope(who)).exists()
            assert found is (who.pk in meant), who
            sees = Announcement.objects.visible_to(scope(who)).exists()
            assert sees or not found
            assert sees or not access.can_change_announcement(scope(who), made)


def test_an_announcement_is_told_to_whom_it_is_for(them):
    announce(them, target=Target(team_ids={them.team.pk}, posts={Post.POSTSALE, Post.LEAD}))
    assert told(services.NEW) == numbers(them.agent, them.lead)
    assert asked(them.agent) == ["双十一预售"]
    assert asked(them.mate) == []
    assert asked(them.supervisor) == []


def test_a_form_sent_twice_announces_once(them):
    key = uuid.uuid4()
    made = announce(them, key=key)
    with pytest.raises(submissions.AlreadySubmitted) as sent:
        announce(them, key=key)
    assert sent.value.result == f"/staff/handbook/announcements/{made.pk}/"
    assert Announcement.objects.count() == 1


def test_what_begins_later_is_told_when_its_day_comes(them):
    made = announce(them, first_day=TODAY + timedelta(days=2))
    assert told(services.NEW) == set()
    assert Announcement.objects.visible_to(scope(them.agent)).count() == 0
    assert services.act_due(NOW) == 0
    begins = timezone.make_aware(datetime(2026, 11, 7))  # noqa: DTZ001 -- made aware in Shanghai
    assert services.oldest_due(begins) == begins
    assert [services.act_due(begins) for _twice in range(2)] == [1, 0]
    assert len(told(services.NEW)) == 6
    made.refresh_from_db()
    assert made.told_at == begins


def test_confirming_is_counted_once_and_silences(them):
    made = announce(them)
    assert [confirm(them.agent, made) for _twice in range(2)] == [True, False]
    assert Reading.objects.count() == 1
    assert asked(them.agent) == []
    assert not Notice.objects.filter(receiver=them.agent.user, read_at=None).exists()
    assert asked(them.mate) == ["双十一预售"]


def test_other_words_are_confirmed_anew_and_told_as_corrected(them):
    made = announce(them)
    confirm(them.agent, made)
    change(them, made, text="定金可退。")
    assert asked(them.agent) == ["双十一预售"]
    assert told(services.CORRECTED) == numbers(
        them.agent, them.mate, them.lead, them.deputy, them.other_lead, them.stranger
    )
    with pytest.raises(AnotherVersion):
        confirm(them.agent, made, number=1)
    confirm(them.agent, made, number=2)
    assert asked(them.agent) == []
    assert [one.number for one in queries.versions_of(made)] == [2, 1]


def test_other_days_ask_for_nothing_and_a_wider_circle_is_told(them):
    made = announce(them, target=Target(team_ids={them.team.pk}))
    confirm(them.agent, made)
    later = NOW + timedelta(hours=1)
    change(them, made, now=later, last_day=TODAY + timedelta(days=20))
    assert asked(them.agent) == []
    assert told(services.NEW, now=later) == numbers(them.deputy, them.other_lead, them.stranger)
    with pytest.raises(ChangedMeanwhile):
        change(them, made, text="x")


def test_a_withdrawal_is_confirmed_by_those_who_had_confirmed(them):
    made = announce(them)
    confirm(them.agent, made)
    services.withdraw_announcement(
        actor=them.supervisor, announcement_id=made.pk, why="平台改期", now=NOW
    )
    assert told(services.GONE) == numbers(them.agent)
    assert (asked(them.agent), asked(them.mate)) == (["双十一预售"], [])
    confirm(them.agent, made, number=2)
    assert asked(them.agent) == []
    for act in (
        lambda: change(them, made, version=2),
        lambda: services.withdraw_announcement(
            actor=them.supervisor, announcement_id=made.pk, why="x", now=NOW
        ),
    ):
        with pytest.raises(services.IsWithdrawn):
            act()


def test_who_has_not_confirmed_is_reminded_each_morning_until_it_is_over(them):
    made = announce(
        them, last_day=TODAY + timedelta(days=2), target=Target(team_ids={them.team.pk})
    )
    confirm(them.agent, made)
    first = timezone.make_aware(datetime(2026, 11, 6, 9, 30))  # noqa: DTZ001 -- made aware
    assert services.act_due(first - timedelta(seconds=1)) == 0
    assert [services.act_due(first) for _twice in range(2)] == [1, 0]
    assert told(services.REMINDER) == numbers(them.mate, them.lead)
    assert told(services.UNREAD) == set()
    second = first + timedelta(days=1)
    assert services.act_due(second) == 1
    assert told(services.REMINDER, now=second) == numbers(them.mate, them.lead)
    assert told(services.UNREAD) == numbers(them.lead, them.deputy)
    assert services.act_due(second + timedelta(days=1)) == 0
    assert services.oldest_due(second + timedelta(days=9)) is None


def test_the_chief_reads_how_many_of_the_own_people_are_missing(them):
    made = announce(them, target=Target(posts={Post.PRESALE, Post.POSTSALE}))
    Announcement.objects.update(reminded=1)
    services.act_due(NOW + timedelta(days=1))
    notice = Notice.objects.get(kind=services.UNREAD, receiver=them.lead.user)
    with translation.override("en"):
        kind = notices.kind_of(notice.kind)
        assert kind.text(notice.params) == "2 of your people have not confirmed “双十一预售” yet."
        assert kind.url(notice.params).endswith(f"/{made.pk}/readers/?state=unread")


def test_what_need_not_be_read_is_not_reminded_of(them):
    made = announce(them, must_read=False)
    assert made.next_at is None
    assert services.act_due(NOW + timedelta(days=3)) == 0
    assert asked(them.agent) == ["双十一预售"]


def test_who_joins_later_is_asked_and_reminded(them):
    announce(them, target=Target(team_ids={them.team.pk}))
    new = PersonFactory(posting=False, hired_on=TODAY + timedelta(days=1))
    PostingFactory(person=new, team=them.team, valid_from=TODAY + timedelta(days=1))
    assert asked(new) == []
    assert asked(new, TODAY + timedelta(days=1)) == ["双十一预售"]
    services.act_due(NOW + timedelta(days=1))
    assert new.number in told(services.REMINDER)


def test_who_has_left_is_not_waited_for(them):
    made = announce(them)
    them.mate.left_on = TODAY - timedelta(days=1)
    them.mate.save()
    readers = queries.readers(made, queries.edition_of(made), day=TODAY)
    assert them.mate.pk not in {one.place.person_id for one in readers}


def test_counts_are_those_of_the_people_one_may_see(them):
    made = announce(them)
    confirm(them.agent, made)
    for who, expected in (
        (them.supervisor, (6, 1)), (them.lead, (2, 1)), (them.other_lead, (1, 0)),
        (them.agent, (0, 0)),
    ):  # fmt: skip
        reach = scope(who)
        row = queries.rows_of(queries.narrowed(reach, {}), scope=reach, start=0, size=9)[0]
        assert (row.meant, row.confirmed) == expected, who
    assert Reading.objects.visible_to(scope(them.other_lead)).count() == 0
    assert Reading.objects.visible_to(scope(them.lead)).count() == 1


def test_states_of_the_list(them):
    now = AnnouncementFactory(edition__title="现在")
    AnnouncementFactory(
        first_day=date(2026, 12, 1), last_day=date(2026, 12, 2), edition__title="以后"
    )
    AnnouncementFactory(last_day=date(2026, 11, 4), edition__title="过去")
    AnnouncementFactory(withdrawn_at=NOW, withdrawn_by=them.lead, edition__title="撤回")
    AudienceFactory(announcement__everywhere=False, announcement__edition__title="别组",
                    announcement__edition=True)  # fmt: skip
    ReadingFactory(edition=now.versions.get(), person=them.agent)

    def shown(who, **wanted):
        reach = scope(who)
        rows = queries.rows_of(queries.narrowed(reach, wanted), scope=reach, start=0, size=9)
        return {row.title for row in rows}

    assert shown(them.agent) == {"现在"}
    assert shown(them.agent, state="all") == {"现在", "过去", "撤回"}
    assert shown(them.agent, state="over") == {"过去"}
    assert shown(them.agent, state="withdrawn") == {"撤回"}
    assert shown(them.agent, state="coming") == set()
    assert shown(them.lead, state="coming") == {"以后"}
    assert shown(them.agent, state="unread") == set()
    assert shown(them.mate, state="unread") == {"现在"}
    assert shown(them.agent, q="定金", state="over") == {"过去"}
    assert shown(them.agent, kind="RULE") == set()
    assert shown(them.agent, author="mine") == set()


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_remind_once(them):
    made = announce(them)
    due = NOW + timedelta(days=1)

    def tick():
        return services.act(announcement_id=made.pk, now=due)

    assert sorted(at_once(tick, tick)) == [False, True]
    assert len(told(services.REMINDER)) == 6


def test_the_database_keeps_words_and_confirmations(them):
    made = announce(them)
    confirm(them.agent, made)
    for act in (
        lambda: AnnouncementVersion.objects.update(text="x"),
        lambda: Reading.objects.all().delete(),
        lambda: Reading.objects.update(at=NOW),
        lambda: ReadingFactory(edition=queries.edition_of(made), person=them.agent),
        lambda: AnnouncementFactory(last_day=date(2026, 10, 1)),
        lambda: AnnouncementFactory(withdrawn_at=NOW),
        lambda: AudienceFactory(post=Post.LEAD),
        lambda: AudienceFactory(team=None),
        lambda: [AudienceFactory(announcement=made, team=them.team) for _twice in range(2)],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
