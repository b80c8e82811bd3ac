"""Praise, reactions, demerits and coaching: written once, taken back once, told, audited."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from portal import notices, submissions
from portal.models import AuditEntry, Notice
from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.incentives.models import Coaching, Demerit, Praise, Reaction
from staff.incentives.services import coaching, recognition
from staff.people.enums import Post
from tests.at_once import at_once
from tests.factories.recognition import (
    CoachingFactory,
    DemeritFactory,
    PraiseFactory,
)
from tests.factories.staff import Department, PersonFactory, PostingFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)


@pytest.fixture
def them():
    return Department()


def words(**more):
    return recognition.Words(kind=PraiseKind.SERVICE, title="感谢信", text="客户来信", **more)


def give(actor, key=None, **more):
    return recognition.praise(
        actor=actor, words=words(**more), form_key=key or uuid.uuid4(), now=NOW
    )


def seen(person, day=TODAY):
    return recognition.Seen(
        person_id=person.pk, day=day, kind=DemeritKind.GAME, reason="玩手机游戏", evidence="截图 12"
    )


def mark(actor, person, key=None, **more):
    return recognition.record_demerit(
        actor=actor, seen=seen(person, **more), form_key=key or uuid.uuid4(), now=NOW
    )


def talk(due=None, **more):
    return coaching.Talk(
        **{"held_on": TODAY, "topic": "响应时间", "agreement": "两周后再看", "due_on": due, **more}
    )


def coach(actor, person, key=None, **more):
    return coaching.record_coaching(
        actor=actor, person_id=person.pk, talk=talk(**more), form_key=key or uuid.uuid4(), now=NOW
    )


def told(user, kind):
    with translation.override("en"):
        return [
            notices.kind_of(kind).text(notice.params)
            for notice in Notice.objects.filter(receiver=user, kind=kind)
        ]


# Praise


def test_praise_of_a_person_is_told_and_audited_without_its_words(them):
    given = give(them.lead, person_id=them.agent.pk)
    assert [one.person for one in given.receivers.all()] == [them.agent]
    assert told(them.agent.user, "praise.given") == [f"{them.lead.name} praises you: 感谢信"]
    entry = AuditEntry.objects.get(verb="praise.given")
    assert entry.after == {"kind": "SERVICE", "people": 1, "source": ""}


def test_praise_of_a_team_is_for_those_who_are_in_it_but_the_giver(them):
    gone = PersonFactory(posting=False, left_on=date(2026, 11, 4))
    PostingFactory(person=gone, team=them.team)
    moved = PersonFactory(posting=False)
    PostingFactory(person=moved, team=them.team, valid_until=date(2026, 11, 4))
    given = give(them.lead, team_id=them.team.pk)
    assert {one.person for one in given.receivers.all()} == {them.agent, them.mate}
    assert told(them.mate.user, "praise.given") == [
        f"{them.lead.name} praises your team {them.team.name}: 感谢信"
    ]


def test_nobody_praises_themselves_or_an_empty_team(them):
    with pytest.raises(recognition.OneselfPraised):
        give(them.lead, person_id=them.lead.pk)
    with pytest.raises(recognition.NobodyPraised):
        give(them.lead, team_id=TeamFactory().pk)
    assert not Praise.objects.exists()


def test_a_form_sent_twice_praises_once(them):
    key = uuid.uuid4()
    given = give(them.lead, key, person_id=them.agent.pk)
    with pytest.raises(submissions.AlreadySubmitted) as sent:
        give(them.lead, key, person_id=them.agent.pk)
    assert sent.value.result == f"/staff/recognition/praise/{given.pk}/"
    assert Praise.objects.count() == 1


def test_one_source_gives_one_praise(them):
    give(them.lead, person_id=them.agent.pk, source="feedback:7")
    with pytest.raises(IntegrityError), transaction.atomic():
        give(them.deputy, person_id=them.agent.pk, source="feedback:7")


def test_withdrawn_praise_stays_and_its_notice_is_silenced(them):
    given = give(them.lead, person_id=them.agent.pk)
    recognition.withdraw_praise(actor=them.lead, praise_id=given.pk, why="写错了人", now=NOW)
    given.refresh_from_db()
    assert (given.withdrawn_by, given.withdrawn_why) == (them.lead, "写错了人")
    assert not Notice.objects.filter(read_at=None).exists()
    with pytest.raises(recognition.AlreadyWithdrawn):
        recognition.withdraw_praise(actor=them.deputy, praise_id=given.pk, why="再撤", now=NOW)
    with pytest.raises(recognition.AlreadyWithdrawn):
        recognition.react(
            actor=them.mate, praise_id=given.pk, kind=ReactionKind.HEART, on=True, now=NOW
        )


# Reactions


def react(person, praise, kind=ReactionKind.HEART, *, on=True):
    return recognition.react(actor=person, praise_id=praise.pk, kind=kind, on=on, now=NOW)


def test_a_reaction_is_one_for_each_person_and_kind(them):
    praise = PraiseFactory(person=them.agent)
    for _time in range(2):
        react(them.mate, praise)
    react(them.mate, praise, ReactionKind.STAR)
    react(them.stranger, praise)
    assert Reaction.objects.count() == 3
    for _time in range(2):
        react(them.mate, praise, on=False)
    assert set(Reaction.objects.values_list("person", "kind")) == {
        (them.mate.pk, "STAR"), (them.stranger.pk, "HEART"),
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_same_reaction_at_once_is_one():
    them = Department()
    praise = PraiseFactory(person=them.agent)
    assert at_once(*[lambda: react(them.mate, praise)] * 6) == [None] * 6
    assert Reaction.objects.count() == 1


# Demerits


def test_a_demerit_is_told_and_the_reason_stays_out_of_notice_and_audit_log(them):
    demerit = mark(them.lead, them.agent)
    assert told(them.agent.user, "demerit.recorded") == [
        f"{them.lead.name} has recorded a demerit of yours for 11/05/2026: playing games."
    ]
    entry = AuditEntry.objects.get(verb="demerit.recorded")
    assert entry.after == {"person": them.agent.number, "day": "2026-11-05", "kind": "GAME"}
    assert "手机" not in f"{entry.before}{entry.after}{entry.target_label}"
    assert not Notice.objects.exclude(receiver=them.agent.user).exists()
    recognition.withdraw_demerit(actor=them.lead, demerit_id=demerit.pk, why="看错了", now=NOW)
    assert told(them.agent.user, "demerit.withdrawn") == [
        f"{them.lead.name} has withdrawn your demerit of 11/05/2026."
    ]
    assert Notice.objects.get(kind="demerit.recorded").read_at == NOW
    assert Demerit.objects.get().withdrawn_why == "看错了"


def test_a_demerit_is_refused_for_oneself_and_for_days_not_employed(them):
    with pytest.raises(recognition.OneselfMarked):
        mark(them.lead, them.lead)
    with pytest.raises(recognition.NotEmployed):
        mark(them.lead, them.agent, day=date(2020, 1, 1))
    key = uuid.uuid4()
    mark(them.lead, them.agent, key)
    with pytest.raises(submissions.AlreadySubmitted):
        mark(them.lead, them.agent, key)
    assert Demerit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_withdrawals_at_once_one_is_told():
    them = Department()
    demerit = DemeritFactory(person=them.agent, recorded_by=them.lead)
    results = at_once(
        *[
            lambda actor=actor: recognition.withdraw_demerit(
                actor=actor, demerit_id=demerit.pk, why="看错了", now=NOW
            )
            for actor in (them.lead, them.deputy)
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["AlreadyWithdrawn", "Demerit"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM staff_demerit",
        "UPDATE staff_demerit SET reason = 'x'",
        "UPDATE staff_demerit SET person_id = person_id + 1",
        "UPDATE staff_demerit SET day = '2020-01-01'",
        "UPDATE staff_demerit SET withdrawn_why = 'x' WHERE withdrawn_at IS NOT NULL",
    ],
)
def test_the_database_keeps_a_demerit_as_it_was(them, statement):
    demerit = DemeritFactory(person=them.agent)
    recognition.withdraw_demerit(actor=them.lead, demerit_id=demerit.pk, why="看错了", now=NOW)
    before = Demerit.objects.values().get()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Demerit.objects.values().get() == before


@pytest.mark.parametrize(
    "broken",
    [
        lambda: PraiseFactory(person=None),
        lambda: PraiseFactory(withdrawn_at=NOW),
        lambda: DemeritFactory(evidence=""),
        lambda: CoachingFactory(due_on=date(2026, 11, 1)),
        lambda: CoachingFactory(closed_at=NOW),
    ],
)
def test_the_database_refuses_what_must_not_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


# Coaching


def test_a_talk_is_told_confirmed_changed_and_closed(them):
    entry = coach(them.lead, them.agent)
    assert told(them.agent.user, "coaching.recorded") == [
        f"{them.lead.name} has written down your talk of 11/05/2026. Please read and confirm it."
    ]
    coaching.confirm_coaching(actor=them.agent, coaching_id=entry.pk, version=1, now=NOW)
    entry.refresh_from_db()
    assert (entry.read_at, entry.version) == (NOW, 1)
    changed = coaching.change_coaching(
        actor=them.lead, coaching_id=entry.pk, version=1, talk=talk(topic="退款"), now=NOW
    )
    assert (changed.topic, changed.version, changed.read_at) == ("退款", 2, None)
    assert Notice.objects.filter(kind="coaching.recorded", read_at=None).count() == 1
    with pytest.raises(coaching.ChangedMeanwhile):
        coaching.confirm_coaching(actor=them.agent, coaching_id=entry.pk, version=1, now=NOW)
    coaching.close_coaching(
        actor=them.lead, coaching_id=entry.pk, version=2, outcome="达标", now=NOW
    )
    for act in (
        lambda: coaching.close_coaching(
            actor=them.lead, coaching_id=entry.pk, version=3, outcome="再", now=NOW
        ),
        lambda: coaching.change_coaching(
            actor=them.lead, coaching_id=entry.pk, version=3, talk=talk(), now=NOW
        ),
    ):
        with pytest.raises(coaching.AlreadyClosed):
            act()
    assert list(
        AuditEntry.objects.filter(verb__startswith="coaching.")
        .order_by("pk")
        .values_list("verb", flat=True)
    ) == ["coaching.recorded", "coaching.confirmed", "coaching.changed", "coaching.closed"]
    assert "退款" not in "".join(f"{one.after}" for one in AuditEntry.objects.all())


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_the_second_is_told():
    them = Department()
    entry = CoachingFactory(person=them.agent, coach=them.lead)
    results = at_once(
        *[
            lambda topic=topic: coaching.change_coaching(
                actor=them.lead, coaching_id=entry.pk, version=1, talk=talk(topic=topic), now=NOW
            )
            for topic in ("甲", "乙")
        ]
    )
    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["ChangedMeanwhile", "Coaching"]
    assert Coaching.objects.get().version == 2


def test_nobody_coaches_themselves_and_a_form_counts_once(them):
    with pytest.raises(coaching.OneselfCoached):
        coach(them.lead, them.lead)
    key = uuid.uuid4()
    coach(them.lead, them.agent, key)
    with pytest.raises(submissions.AlreadySubmitted):
        coach(them.lead, them.agent, key)


def test_the_follow_up_is_reminded_of_once_on_its_day(them):
    entry = coach(them.lead, them.agent, due=date(2026, 11, 7))
    eve = datetime(2026, 11, 6, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    day = eve + timedelta(minutes=1)
    assert coaching.remind_due(eve) == 0
    assert coaching.oldest_due(eve) is None
    assert coaching.oldest_due(day) == day
    assert [coaching.remind_due(day), coaching.remind_due(day)] == [1, 0]
    text = f"Follow-up today: the talk of {them.lead.name} with {them.agent.name} of 11/05/2026."
    assert told(them.lead.user, "coaching.due") == [text]
    assert told(them.agent.user, "coaching.due") == [text]
    coaching.change_coaching(
        actor=them.lead, coaching_id=entry.pk, version=1, talk=talk(due=date(2026, 11, 9)), now=day
    )
    assert coaching.remind_due(day + timedelta(days=2)) == 1
    assert len(told(them.agent.user, "coaching.due")) == 2


def test_a_closed_talk_is_not_reminded_of(them):
    entry = coach(them.lead, them.agent, due=date(2026, 11, 7))
    coaching.close_coaching(
        actor=them.lead, coaching_id=entry.pk, version=1, outcome="达标", now=NOW
    )
    assert coaching.remind_due(NOW + timedelta(days=30)) == 0


def test_the_chief_of_today_is_reminded_where_the_coach_is_no_longer_above(them):
    former = PersonFactory(posting__post=Post.LEAD)
    CoachingFactory(person=them.agent, coach=former, due_on=TODAY)
    assert coaching.remind_due(NOW) == 1
    assert {notice.receiver for notice in Notice.objects.all()} == {them.agent.user, them.lead.user}


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_remind_once():
    them = Department()
    CoachingFactory(person=them.agent, coach=them.lead, due_on=TODAY)
    results = at_once(*[lambda: coaching.remind_due(NOW)] * 4)
    assert sum(results) == 1
    assert Notice.objects.filter(kind="coaching.due").count() == 2
