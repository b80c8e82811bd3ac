from datetime import UTC, date, datetime, timedelta

import pytest

from portal.models import Notice
from staff.people.models import Absence
from staff.people.services import AlreadyAway
from staff.roster import services
from staff.roster.enums import OpenShiftState, SwapState
from staff.roster.models import Assignment, OpenShift, Publication, ShiftType, Swap
from staff.roster.queries.standins import stand_ins
from staff.roster.services import Asked, BrokenRules, Offer
from tests.at_once import at_once
from tests.factories.roster import (
    OpenShiftFactory,
    PersonSkillFactory,
    RequirementFactory,
    SwapFactory,
)
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    PersonFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 3)


def kind(code="day"):
    return ShiftType.objects.get(code=code)


def works(person, day, code="day", team=None, **more):
    return AssignmentFactory(person=person, team=team, day=day, shift_type=kind(code), **more)


@pytest.fixture
def them():
    department = Department()
    works(department.agent, FIRST, team=department.team)
    works(department.mate, SECOND, "evening", team=department.team)
    return department


def ask(them, **more):
    wanted = {
        "colleague_id": them.mate.pk,
        "given_day": FIRST,
        "given_shift_id": kind().pk,
        "taken_day": SECOND,
        "taken_shift_id": kind("evening").pk,
    } | more
    return services.ask_swap(asker=them.agent, asked=Asked(**wanted), now=NOW)


def roster():
    rows = Assignment.objects.order_by("day", "person__number")
    return [(row.person_id, row.day, row.shift_type.code, row.is_lead) for row in rows]


def told(person):
    return list(
        Notice.objects.filter(receiver=person.user).order_by("pk").values_list("kind", flat=True)
    )


def decide(them, swap, *, approve=True, by=None):
    return services.decide_swap(
        actor=by or them.lead, swap_id=swap.pk, approve=approve, answer="", now=NOW
    )


def test_a_swap_goes_from_asker_to_colleague_to_lead(them):
    swap = ask(them)
    assert told(them.mate) == ["swap.asked"]
    services.answer_swap(person=them.mate, swap_id=swap.pk, agrees=True, now=NOW)
    assert (told(them.agent), told(them.lead)) == (["swap.answered"], ["swap.waits"])
    assert len(roster()) == 2
    assert decide(them, swap).state == SwapState.APPROVED
    assert roster() == [
        (them.mate.pk, FIRST, "day", False),
        (them.agent.pk, SECOND, "evening", False),
    ]
    assert (told(them.agent)[-1], told(them.mate)[-1]) == ("swap.decided", "swap.decided")
    assert Publication.objects.get().changed_days == 4
    with pytest.raises(services.NotPending):
        decide(them, swap)


def test_a_favour_takes_nothing_back_and_hands_the_lead_over(them):
    Assignment.objects.filter(person=them.agent).update(is_lead=True)
    swap = ask(them, taken_day=None, taken_shift_id=None)
    services.answer_swap(person=them.mate, swap_id=swap.pk, agrees=True, now=NOW)
    decide(them, swap)
    assert roster()[0] == (them.mate.pk, FIRST, "day", True)


@pytest.mark.parametrize(("agrees", "approve", "state"), [
    (False, None, SwapState.DECLINED), (True, False, SwapState.REFUSED),
])  # fmt: skip
def test_what_is_declined_or_refused_changes_nothing(them, agrees, approve, state):
    before = roster()
    swap = ask(them)
    services.answer_swap(person=them.mate, swap_id=swap.pk, agrees=agrees, now=NOW)
    if approve is not None:
        decide(them, swap, approve=approve)
    swap.refresh_from_db()
    assert (swap.state, roster()) == (state, before)
    with pytest.raises(services.NotPending):
        services.answer_swap(person=them.mate, swap_id=swap.pk, agrees=True, now=NOW)


def test_the_asker_withdraws_until_it_is_decided(them):
    swap = ask(them)
    with pytest.raises(services.AlreadyAsked):
        ask(them)
    services.withdraw_swap(person=them.agent, swap_id=swap.pk, now=NOW)
    assert told(them.mate)[-1] == "swap.decided"
    with pytest.raises(services.NotPending):
        services.withdraw_swap(person=them.agent, swap_id=swap.pk, now=NOW)
    ask(them)


def test_only_the_two_concerned_answer_and_withdraw(them):
    swap = ask(them)
    with pytest.raises(services.NotPending):
        services.answer_swap(person=them.lead, swap_id=swap.pk, agrees=True, now=NOW)
    with pytest.raises(services.NotPending):
        services.withdraw_swap(person=them.mate, swap_id=swap.pk, now=NOW)
    with pytest.raises(services.NotPending):
        decide(them, swap)


def test_the_rules_are_checked_again_when_the_lead_decides(them):
    swap = ask(them)
    services.answer_swap(person=them.mate, swap_id=swap.pk, agrees=True, now=NOW)
    works(them.mate, FIRST - timedelta(days=1), "evening", team=them.team)
    with pytest.raises(BrokenRules) as refused:
        decide(them, swap)
    assert [one.code for one in refused.value.found] == ["short_rest"]
    swap.refresh_from_db()
    assert swap.state == SwapState.AGREED
    Assignment.objects.filter(person=them.agent).delete()
    with pytest.raises(services.NotOnShift):
        decide(them, swap)


@pytest.mark.parametrize(
    "more",
    [
        {"given_day": SECOND},
        {"taken_day": FIRST},
        {"given_shift_id": 99999},
    ],
)
def test_shifts_that_are_not_there_are_not_swapped(them, more):
    with pytest.raises(services.NotOnShift):
        ask(them, **more)


def test_nobody_of_another_team_is_asked_and_nothing_that_has_begun(them):
    with pytest.raises(services.NotOnShift):
        ask(them, colleague_id=them.stranger.pk, taken_day=None, taken_shift_id=None)
    with pytest.raises(services.NotOnShift):
        services.ask_swap(
            asker=them.agent,
            asked=Asked(colleague_id=them.mate.pk, given_day=FIRST, given_shift_id=kind().pk),
            now=datetime(2026, 12, 1, 0, 30, tzinfo=UTC),
        )


def test_without_another_lead_the_chief_decides(them):
    AssignmentFactory(person=them.lead, team=them.team, day=FIRST, shift_type=kind("evening"))
    swap = SwapFactory(
        asker=them.lead, colleague=them.mate, team=them.team, given_day=FIRST,
        given_shift=kind("evening"),
    )  # fmt: skip
    services.answer_swap(person=them.mate, swap_id=swap.pk, agrees=True, now=NOW)
    assert (told(them.deputy), told(them.lead)) == (["swap.waits"], ["swap.answered"])


def test_an_open_shift_is_offered_to_who_is_free_and_taken_once(them):
    works(them.lead, FIRST, "evening", team=them.team)
    spare = PersonFactory(posting__team=them.team)
    offer = Offer(team_id=them.team.pk, day=FIRST, shift_type_id=kind().pk)
    row = services.offer_shift(actor=them.deputy.user, offer=offer, now=NOW)
    assert [bool(told(one)) for one in (them.agent, them.mate, them.lead, spare)] == [
        False, True, False, True,
    ]  # fmt: skip
    services.take_open(person=spare, open_id=row.pk, now=NOW)
    with pytest.raises(services.Taken):
        services.take_open(person=them.mate, open_id=row.pk, now=NOW)
    assert (spare.pk, FIRST, "day", False) in roster()
    assert told(them.deputy) == ["openshift.taken"]
    assert not services.close_open(actor=them.deputy.user, open_id=row.pk, now=NOW)


def test_an_open_shift_that_would_break_a_rule_stays_open(them):
    works(them.mate, FIRST - timedelta(days=1), "evening", team=them.team)
    row = OpenShiftFactory(team=them.team, day=FIRST, shift_type=kind())
    with pytest.raises(BrokenRules):
        services.take_open(person=them.mate, open_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert row.state == OpenShiftState.OPEN
    with pytest.raises(services.NotOnShift):
        services.take_open(person=them.stranger, open_id=row.pk, now=NOW)


def test_a_shift_offered_to_one_is_not_taken_by_another(them):
    row = OpenShiftFactory(
        team=them.team, day=FIRST, shift_type=kind("evening"), offered_to=them.lead
    )
    with pytest.raises(services.Taken):
        services.take_open(person=them.mate, open_id=row.pk, now=NOW)
    services.take_open(person=them.lead, open_id=row.pk, now=NOW)
    other = OpenShiftFactory(team=them.team, day=FIRST, shift_type=kind())
    assert services.close_open(actor=them.lead.user, open_id=other.pk, now=NOW)
    with pytest.raises(services.Taken):
        services.take_open(person=them.mate, open_id=other.pk, now=NOW)


def test_nobody_of_another_team_is_asked_to_take_a_shift(them):
    offer = Offer(
        team_id=them.team.pk, day=FIRST, shift_type_id=kind().pk, offered_to=them.stranger.pk
    )
    with pytest.raises(services.NotOnShift):
        services.offer_shift(actor=them.deputy.user, offer=offer, now=NOW)
    assert told(them.stranger) == []


def test_a_stand_in_leads_in_place_of_the_lead(them):
    works(them.lead, FIRST, team=them.team, is_lead=True)
    common = {"actor": them.deputy.user, "team_id": them.team.pk, "day": FIRST, "now": NOW}
    services.stand_in(shift_type_id=kind().pk, person_id=them.agent.pk, **common)
    leads = Assignment.objects.filter(day=FIRST, is_lead=True)
    assert [row.person_id for row in leads] == [them.agent.pk]
    assert (told(them.agent), told(them.lead)) == (["roster.published"], ["roster.published"])
    services.stand_in(shift_type_id=kind().pk, person_id=them.agent.pk, **common)
    assert Publication.objects.count() == 1
    with pytest.raises(services.NotOnShift):
        services.stand_in(shift_type_id=kind().pk, person_id=them.mate.pk, **common)


def test_illness_is_an_absence_that_takes_off_coverage_and_offers_stand_ins(them):
    spare = PersonFactory(posting__team=them.team)
    works(spare, FIRST - timedelta(days=4), "evening", team=them.team)
    tired = PersonFactory(posting__team=them.team)
    works(tired, FIRST - timedelta(days=1), "evening", team=them.team)
    ill = PersonFactory(posting__team=them.team)
    AbsenceFactory(person=ill, day=FIRST)
    services.call_sick(actor=them.lead.user, person_id=them.agent.pk, day=FIRST, now=NOW)
    absence = Absence.objects.get(person=them.agent)
    assert (absence.kind, absence.source, absence.half) == ("SICK", "roster:sick", "WHOLE")
    with pytest.raises(AlreadyAway):
        services.call_sick(actor=them.lead.user, person_id=them.agent.pk, day=FIRST, now=NOW)
    found = stand_ins(Assignment.objects.get(person=them.agent))
    assert [(member.person_id, one.is_possible) for member, one in found.candidates] == [
        (them.lead.pk, True),
        (spare.pk, True),
        (them.mate.pk, True),
        (ill.pk, False),
        (tired.pk, False),
    ]
    codes = {
        member.person_id: [each.code for each in one.problems] for member, one in found.candidates
    }
    assert codes[tired.pk] == ["short_rest"]
    services.put_on(
        actor=them.deputy.user,
        offer=Offer(team_id=them.team.pk, day=FIRST, shift_type_id=kind().pk, offered_to=spare.pk),
        now=NOW,
    )
    assert (spare.pk, FIRST, "day", False) in roster()
    assert told(spare) == ["roster.published"]


def test_who_has_the_skill_of_the_missing_person_comes_first(them):
    able = PersonSkillFactory(person=them.agent)
    spare = PersonFactory(posting__team=them.team)
    PersonSkillFactory(person=spare, skill=able.skill)
    RequirementFactory(team=them.team, skill=able.skill, minimum=1, wanted=1)
    found = stand_ins(Assignment.objects.get(person=them.agent))
    assert found.candidates[0][0].person_id == spare.pk
    assert [one.lacks_skill for _member, one in found.candidates] == [False, True, True]


def test_a_shift_without_a_team_has_no_stand_ins():
    assert stand_ins(AssignmentFactory()) is None


def _at_once(*acts):
    """Return, sorted, what came of acts at the same moment: "done", or the name of the error."""
    return sorted(
        type(one).__name__ if isinstance(one, Exception) else "done" for one in at_once(*acts)
    )


@pytest.mark.django_db(transaction=True)
def test_two_who_take_an_open_shift_at_once_are_one():
    them = Department()
    row = OpenShiftFactory(team=them.team, day=FIRST, shift_type=kind())
    came = _at_once(
        lambda: services.take_open(person=them.agent, open_id=row.pk, now=NOW),
        lambda: services.take_open(person=them.mate, open_id=row.pk, now=NOW),
    )
    assert came == ["Taken", "done"]
    assert (Assignment.objects.count(), OpenShift.objects.get().state) == (1, "TAKEN")


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_a_swap_at_once_are_one():
    them = Department()
    works(them.agent, FIRST, team=them.team)
    swap = SwapFactory(
        asker=them.agent, colleague=them.mate, team=them.team, state=SwapState.AGREED,
        given_day=FIRST,
    )  # fmt: skip
    came = _at_once(
        lambda: decide(them, swap),
        lambda: decide(them, swap, approve=False, by=them.deputy),
    )
    assert came == ["NotPending", "done"]
    state = Swap.objects.get().state
    assert (Assignment.objects.get().person == them.mate) == (state == SwapState.APPROVED)


@pytest.mark.django_db(transaction=True)
def test_a_publication_and_an_open_shift_at_once_never_overlap():
    """Both want the agent on 1 December: one of them is refused."""
    them = Department()
    services.set_shifts(
        actor=them.lead.user, team_id=them.team.pk, month=FIRST, now=NOW,
        wants=[services.Want(person_id=them.agent.pk, day=FIRST, shifts=[kind("evening").pk])],
    )  # fmt: skip
    row = OpenShiftFactory(team=them.team, day=FIRST, shift_type=kind())
    came = _at_once(
        lambda: services.publish(
            actor=them.deputy.user, team_id=them.team.pk, month=FIRST, now=NOW
        ),
        lambda: services.take_open(person=them.agent, open_id=row.pk, now=NOW),
    )
    assert came in (["BrokenRules", "done"], ["Conflicts", "done"])
    assert Assignment.objects.count() == 1
