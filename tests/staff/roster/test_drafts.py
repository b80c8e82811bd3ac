from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from portal.models import AuditEntry, Notice
from staff.people.enums import Post
from staff.people.services import ChangedMeanwhile
from staff.roster import services
from staff.roster.models import (
    Assignment,
    DraftCell,
    DraftStep,
    Publication,
    PublicationReceipt,
    ShiftType,
)
from staff.roster.queries.month import month_of
from staff.roster.services import Rotation, Want
from tests.factories.roster import (
    DraftCellFactory,
    OpenShiftFactory,
    PersonSkillFactory,
    PublicationFactory,
    PublicationReceiptFactory,
    RequirementFactory,
    RosterRuleFactory,
    SwapFactory,
    WishFactory,
)
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    PersonFactory,
    PostingFactory,
    ShiftTypeFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MONTH = date(2026, 12, 1)


def december(day):
    return MONTH.replace(day=day)


def kind(code="day"):
    return ShiftType.objects.get(code=code)


def want(person, day, *codes, seen=None):
    shifts = [kind(code).pk for code in codes]
    return Want(person_id=person.pk, day=december(day), shifts=shifts, seen=seen)


def put(them, *wants, by=None):
    return services.set_shifts(
        actor=(by or them.lead).user, team_id=them.team.pk, month=MONTH, wants=wants, now=NOW
    )


def publish(them, by=None):
    return services.publish(
        actor=(by or them.deputy).user, team_id=them.team.pk, month=MONTH, now=NOW
    )


def drafted(them):
    """Person, day of the month and codes of what is drafted."""
    codes = dict(ShiftType.objects.values_list("pk", "code"))
    rows = DraftCell.objects.filter(team=them.team).order_by("day", "person__number")
    return [
        (row.person_id, row.day.day, [codes[shift] for shift, _team, _lead in row.turns])
        for row in rows
    ]


def published(them):
    rows = Assignment.objects.filter(team=them.team).order_by("day", "person__number")
    return [(row.person_id, row.day.day, row.shift_type.code, row.is_lead) for row in rows]


def test_a_draft_is_what_differs_from_the_published_days():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team, day=december(1))
    put(them, want(them.agent, 1), want(them.agent, 2, "evening"))
    assert drafted(them) == [(them.agent.pk, 1, []), (them.agent.pk, 2, ["evening"])]
    assert Assignment.objects.count() == 1
    put(them, want(them.agent, 1, "day"))
    assert drafted(them) == [(them.agent.pk, 2, ["evening"])]


@pytest.mark.parametrize(
    ("day", "codes", "refusal"),
    [
        (1, ["evening"], services.Overlap),  # the day shift of 1 December ends at 17:30
        (2, ["early"], services.Overlap),  # begins at 00:30, the evening before ends at 01:00
        (2, ["day"], None),  # too little rest is pointed out, not refused
    ],
)
def test_overlap_is_refused_across_the_neighbouring_days(day, codes, refusal):
    them = Department()
    ShiftTypeFactory(code="early", starts="00:30", ends="08:00")
    AssignmentFactory(person=them.agent, team=them.team, day=december(1))
    if day == 2:
        put(them, want(them.agent, 1, "evening"))
    wanted = want(them.agent, day, *codes, *(["day"] if day == 1 else []))
    if refusal:
        with pytest.raises(refusal):
            put(them, wanted)
    else:
        assert put(them, wanted).changed == [(them.agent.pk, december(day))]


def test_the_second_of_two_editors_is_told():
    them = Department()
    key = (them.agent.pk, december(5))
    seen = month_of(them.team.pk, MONTH).mark(key)
    put(them, want(them.agent, 5, "day", seen=seen))
    with pytest.raises(ChangedMeanwhile):
        put(them, want(them.agent, 5, "evening", seen=seen), by=them.deputy)
    fresh = month_of(them.team.pk, MONTH).mark(key)
    put(them, want(them.agent, 5, "evening", seen=fresh), by=them.deputy)
    assert drafted(them) == [(them.agent.pk, 5, ["evening"])]


def test_a_day_that_changed_underneath_is_a_conflict_until_it_is_looked_at():
    them = Department()
    put(them, want(them.agent, 5, "day"))
    AssignmentFactory(
        person=them.agent, team=them.team, day=december(5), shift_type=kind("evening")
    )
    assert month_of(them.team.pk, MONTH).conflicts == [(them.agent.pk, december(5))]
    with pytest.raises(services.Conflicts):
        publish(them)
    put(them, want(them.agent, 5, "day"))
    assert month_of(them.team.pk, MONTH).conflicts == []
    publish(them)
    assert published(them) == [(them.agent.pk, 5, "day", False)]


@pytest.mark.parametrize("who", ["stranger", "left"])
def test_nobody_of_another_team_is_drafted(who):
    them = Department()
    person = them.stranger
    if who == "left":
        person = PersonFactory(posting__team=them.team, left_on=date(2026, 12, 4))
    with pytest.raises(services.NotInTeam):
        put(them, want(person, 5, "day"))


def test_a_day_for_another_team_is_drafted_by_that_team():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.other_team, day=december(5))
    with pytest.raises(services.OtherTeam):
        put(them, want(them.agent, 5))


def test_only_shifts_in_use_are_drafted():
    them = Department()
    old = ShiftTypeFactory(is_active=False)
    for shift in (old.pk, 99999):
        with pytest.raises(services.UnknownShift):
            put(them, Want(person_id=them.agent.pk, day=december(5), shifts=[shift]))


def test_a_fixed_day_stays_through_edits_and_publication():
    them = Department()
    common = {"actor": them.lead.user, "team_id": them.team.pk, "month": MONTH, "now": NOW}
    key = (them.agent.pk, december(5))
    put(them, want(them.agent, 5, "day"))
    services.fix(key=key, fixed=True, **common)
    with pytest.raises(services.DayIsFixed):
        put(them, want(them.agent, 5, "evening"))
    publish(them)
    with pytest.raises(services.DayIsFixed):
        put(them, want(them.agent, 5))
    with pytest.raises(services.NothingToPublish):
        publish(them)
    services.fix(key=key, fixed=False, **common)
    assert drafted(them) == []
    assert services.fix(key=key, fixed=False, **common).changed == []


def test_whoever_becomes_lead_takes_the_place_of_the_one_before():
    them = Department()
    put(them, want(them.agent, 5, "day"), want(them.mate, 5, "day"))
    common = {"actor": them.lead.user, "team_id": them.team.pk, "month": MONTH, "now": NOW}
    services.set_lead(key=(them.agent.pk, december(5)), seen=None, **common)
    services.set_lead(key=(them.mate.pk, december(5)), seen=None, **common)
    publish(them)
    assert published(them) == [
        (them.agent.pk, 5, "day", False),
        (them.mate.pk, 5, "day", True),
    ]
    services.set_lead(key=(them.agent.pk, december(5)), seen=None, **common)
    publish(them)
    assert [row[3] for row in published(them)] == [True, False]
    services.set_lead(key=(them.agent.pk, december(5)), seen=None, **common)
    publish(them)
    assert [row[3] for row in published(them)] == [False, False]
    assert services.set_lead(key=(them.agent.pk, december(9)), seen=None, **common).changed == []
    with pytest.raises(ChangedMeanwhile):
        services.set_lead(key=(them.agent.pk, december(5)), seen="0~9", **common)


def test_undo_takes_back_ones_own_last_act_unless_somebody_was_there_since():
    them = Department()
    undo = {"team_id": them.team.pk, "month": MONTH, "now": NOW}
    put(them, want(them.agent, 5, "day"))
    put(them, want(them.agent, 5, "evening"), want(them.mate, 6, "day"))
    services.undo(actor=them.lead.user, **undo)
    assert drafted(them) == [(them.agent.pk, 5, ["day"])]
    with pytest.raises(services.NothingToUndo):
        services.undo(actor=them.deputy.user, **undo)
    put(them, want(them.agent, 5, "evening"), by=them.deputy)
    with pytest.raises(ChangedMeanwhile):
        services.undo(actor=them.lead.user, **undo)
    services.undo(actor=them.deputy.user, **undo)
    assert drafted(them) == [(them.agent.pk, 5, ["day"])]


def test_a_week_is_copied_with_what_cannot_be_left_alone_and_named():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team, day=december(7))
    AssignmentFactory(
        person=them.mate, team=them.team, day=december(8), shift_type=kind("evening"), is_lead=True
    )
    gone = PersonFactory(posting__team=them.team, left_on=december(13))
    AssignmentFactory(person=gone, team=them.team, day=december(9))
    put(them, want(them.agent, 14, "evening"))
    services.fix(
        actor=them.lead.user, team_id=them.team.pk, month=MONTH, now=NOW, fixed=True,
        key=(them.agent.pk, december(14)),
    )  # fmt: skip
    outcome = services.copy_week(
        actor=them.lead.user,
        team_id=them.team.pk,
        people=[them.agent.pk, them.mate.pk, gone.pk],
        days=(december(7), december(14)),
        now=NOW,
    )
    assert outcome.changed == [(them.mate.pk, december(15))]
    assert sorted(outcome.skipped) == sorted(
        [((them.agent.pk, december(14)), "fixed_day"), ((gone.pk, december(16)), "not_in_team")]
    )
    assert DraftCell.objects.get(person=them.mate).turns == [
        [kind("evening").pk, them.team.pk, True]
    ]


def test_a_rotation_fills_days_each_person_further_on():
    them = Department()
    day, evening = kind().pk, kind("evening").pk
    rotation = Rotation(
        people=[them.agent.pk, them.mate.pk],
        pattern=[day, day, None, evening],
        first=december(1),
        last=december(5),
        shift_by=2,
    )
    services.rotate(actor=them.lead.user, team_id=them.team.pk, rotation=rotation, now=NOW)
    rows = {
        person: [codes for who, _day, codes in drafted(them) if who == person.pk]
        for person in (them.agent, them.mate)
    }
    assert rows == {
        them.agent: [["day"], ["day"], ["evening"], ["day"]],
        them.mate: [["evening"], ["day"], ["day"]],
    }
    services.undo(actor=them.lead.user, team_id=them.team.pk, month=MONTH, now=NOW)
    assert drafted(them) == []


def test_more_than_an_act_may_change_is_refused():
    them = Department()
    rotation = Rotation(
        people=list(range(1, 3000)), pattern=[None], first=december(1), last=december(5)
    )
    with pytest.raises(services.TooMuch):
        services.rotate(actor=them.lead.user, team_id=them.team.pk, rotation=rotation, now=NOW)


def test_publication_tells_each_what_changed_and_knows_who_saw_it():
    them = Department()
    AssignmentFactory(person=them.mate, team=them.team, day=december(2))
    put(them, want(them.agent, 1, "day"), want(them.mate, 2, "evening"), want(them.lead, 3, "day"))
    done = publish(them)
    assert (done.number, done.kind, done.changed_days) == (1, "MONTH", 3)
    assert published(them) == [
        (them.agent.pk, 1, "day", False),
        (them.mate.pk, 2, "evening", False),
        (them.lead.pk, 3, "day", False),
    ]
    assert (DraftCell.objects.count(), DraftStep.objects.count()) == (0, 0)
    told = {notice.receiver_id: notice.params["days"] for notice in Notice.objects.all()}
    assert told == {
        them.agent.user_id: [["2026-12-01", [], [["白班", "Day shift", False]]]],
        them.mate.user_id: [
            ["2026-12-02", [["白班", "Day shift", False]], [["晚班", "Evening shift", False]]]
        ],
        them.lead.user_id: [["2026-12-03", [], [["白班", "Day shift", False]]]],
    }
    assert AuditEntry.objects.filter(verb="roster.published").count() == 1
    assert PublicationReceipt.objects.filter(seen_at=None).count() == 3
    assert services.mark_seen(person_id=them.agent.pk, now=NOW) == 1
    assert services.mark_seen(person_id=them.agent.pk, now=NOW) == 0
    put(them, want(them.agent, 1))
    assert publish(them).kind == "CHANGES"
    assert Publication.objects.count() == 2


def test_nothing_is_published_where_nothing_changes():
    them = Department()
    with pytest.raises(services.NothingToPublish):
        publish(them)


def test_a_short_rest_needs_the_supervisors_reason_which_stays():
    them = Department()
    put(them, want(them.agent, 1, "evening"), want(them.agent, 2, "day"))
    with pytest.raises(services.BrokenRules) as refused:
        publish(them)
    assert [one.code for one in refused.value.found] == ["short_rest"]
    assert published(them) == []
    common = {"actor": them.supervisor.user, "team_id": them.team.pk, "month": MONTH, "now": NOW}
    key = (them.agent.pk, december(2))
    with pytest.raises(services.NoReason):
        services.excuse(key=key, reason="  ", **common)
    services.excuse(key=key, reason="双十二大促", **common)
    publish(them)
    row = Assignment.objects.get(day=december(2))
    assert (row.rest_reason, row.rest_reason_by) == ("双十二大促", them.supervisor.user)
    assert [one.code for one in month_of(them.team.pk, MONTH).findings if one.is_hard] == []


def test_a_rule_broken_elsewhere_does_not_hold_a_publication_up():
    them = Department()
    for day, code in ((1, "evening"), (2, "day")):
        AssignmentFactory(
            person=them.mate, team=them.team, day=december(day), shift_type=kind(code)
        )
    put(them, want(them.agent, 20, "day"))
    assert publish(them).changed_days == 1


def test_a_draft_that_would_give_a_shift_two_leads_is_not_published():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team, day=december(1), is_lead=True)
    DraftCellFactory(
        person=them.mate, team=them.team, day=december(1),
        turns=[[kind().pk, them.team.pk, True]],
    )  # fmt: skip
    with pytest.raises(services.BrokenRules) as refused:
        publish(them)
    assert [one.code for one in refused.value.found] == ["two_leads"]


def test_discarding_leaves_what_is_published():
    them = Department()
    AssignmentFactory(person=them.agent, team=them.team, day=december(1))
    put(them, want(them.agent, 1), want(them.agent, 2, "day"))
    count = services.discard(
        actor=them.lead.user, team_id=them.team.pk, month=MONTH, last=december(31), now=NOW
    )
    assert (count, drafted(them), len(published(them))) == (2, [], 1)


def test_the_month_knows_absences_wishes_skills_and_needs_of_its_people():
    them = Department()
    AbsenceFactory(person=them.agent, day=december(5))
    AbsenceFactory(person=them.stranger, day=december(5))
    WishFactory(person=them.mate, day=december(6))
    WishFactory(person=them.mate, day=december(7), shift_type=kind("evening"))
    able = PersonSkillFactory(person=them.mate)
    RequirementFactory(team=them.team, minimum=1, wanted=2)
    RequirementFactory(team=them.team, store=them.store, minimum=3, wanted=3)
    RequirementFactory(team=them.other_team)
    plan = month_of(them.team.pk, MONTH).plan
    assert set(plan.away) == {(them.agent.pk, december(5))}
    assert plan.wishes == {
        (them.mate.pk, december(6)): None,
        (them.mate.pk, december(7)): kind("evening").pk,
    }
    skills = {worker.person_id: worker.skills for worker in plan.workers}
    assert skills[them.mate.pk] == {able.skill_id}
    needs = plan.needs.on(them.team.pk, december(1), kind().pk)
    assert sorted(need.minimum for need in needs) == [1, 3]


def test_evenings_of_the_months_before_are_carried_over():
    them = Department()
    for day in (date(2026, 11, 30), date(2026, 9, 1), date(2026, 8, 31)):
        AssignmentFactory(person=them.agent, team=them.team, day=day, shift_type=kind("evening"))
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 11))  # Double 11
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 15))  # a Sunday
    carried = {
        worker.person_id: dict(worker.carried)
        for worker in month_of(them.team.pk, MONTH).plan.workers
    }
    assert carried == {them.agent.pk: {"evenings": 2, "weekends": 1, "special": 1}} | {
        one.pk: {} for one in (them.lead, them.mate)
    }


def test_who_moves_within_the_month_and_who_helps_out_stand_in_the_rows():
    them = Department()
    mover = PersonFactory(posting__team=them.team, posting__valid_until=december(9))
    PostingFactory(person=mover, team=them.other_team, valid_from=december(10))
    AssignmentFactory(person=them.stranger, team=them.team, day=december(3))
    members = {one.person_id: one for one in month_of(them.team.pk, MONTH).members}
    assert (members[mover.pk].last, members[mover.pk].is_guest) == (december(9), False)
    assert members[them.stranger.pk].is_guest
    assert next(one.rank for one in month_of(them.team.pk, MONTH).members) == Post.LEAD.rank


@pytest.mark.parametrize(
    "make",
    [
        lambda them: DraftCellFactory(person=them.agent, team=them.other_team),
        lambda them: DraftCellFactory(person=them.mate, reason="因为"),
        lambda them: PublicationFactory(team=them.team, number=1),
        lambda _them: PublicationReceiptFactory(
            publication=PublicationReceipt.objects.get().publication,
            person=PublicationReceipt.objects.get().person,
        ),
        lambda them: WishFactory(person=them.agent),
        lambda _them: RequirementFactory(minimum=2, wanted=1),
        lambda _them: RequirementFactory(valid_until=date(2020, 1, 1)),
        lambda them: SwapFactory(asker=them.agent, colleague=them.agent, team=them.team),
        lambda them: SwapFactory(asker=them.agent, colleague=them.mate, team=them.team),
        lambda them: SwapFactory(asker=them.mate, team=them.team, taken_day=MONTH),
        lambda them: SwapFactory(asker=them.mate, team=them.team, decided_at=NOW),
        lambda them: OpenShiftFactory(team=them.team, state="TAKEN"),
        lambda them: OpenShiftFactory(team=them.team, taken_by=them.agent, taken_at=NOW),
    ],
)
def test_the_database_refuses(make):
    them = Department()
    DraftCellFactory(person=them.agent, team=them.team)
    WishFactory(person=them.agent)
    PublicationReceiptFactory(publication=PublicationFactory(team=them.team, number=1))
    SwapFactory(asker=them.agent, colleague=them.lead, team=them.team)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(them)


def test_rules_of_the_default_stand_after_migrate():
    rule = RosterRuleFactory._meta.model.objects
    assert rule.filter(kind="REST_HOURS", is_hard=True, team=None).count() == 1
    assert rule.filter(kind="FAIR_SHARE").count() == 3
