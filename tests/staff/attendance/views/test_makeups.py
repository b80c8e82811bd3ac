"""Make-ups: asked for, decided, taken back."""

from datetime import date, timedelta

import pytest

from portal.models import Notice
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp
from tests.factories.staff import AssignmentFactory, Department, MakeUpFactory, PersonFactory
from tests.staff.attendance.views.steps import DAY, HOSTILE, NOW
from tests.staff.browser import as_, page, said, send

pytestmark = pytest.mark.django_db


def ask(client, **data):
    given = {"day": "2026-11-03", "side": "OUT", "reason": "手机没电"} | data
    return send(client, "ask_makeup", **given)


def test_a_make_up_is_asked_for_and_told_to_the_deputy(client, them):
    shown = page(client, "ask_makeup", day="2026-11-03", side="OUT")
    assert 'value="2026-11-03"' in shown
    assert ask(client).status_code == 302
    makeup = MakeUp.objects.get()
    assert (makeup.person, makeup.side, makeup.asked_at) == (them.agent, Side.OUT, NOW)
    assert Notice.objects.get().receiver == them.deputy.user
    assert ask(client).status_code == 302  # the same sent twice
    assert ask(client, reason="忘了").status_code == 422
    assert MakeUp.objects.count() == 1


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("text", HOSTILE)
def test_asking_bears_anything(client, text):
    assert ask(client, day=text).status_code == 422
    assert ask(client, side=text).status_code == 422
    status = 400 if "\x00" in text else 200
    page(client, "ask_makeup", status=status, day=text, side=text, month=text)


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("reason", ["", "\x00", "长" * 501])
def test_a_reason_is_needed_and_clean(client, reason):
    assert ask(client, reason=reason).status_code == 422
    assert not MakeUp.objects.exists()


@pytest.mark.usefixtures("them")
def test_asking_for_a_day_without_a_shift_is_refused_in_words(client):
    response = ask(client, day="2026-11-04")
    assert response.status_code == 422
    assert "You have no shift on that day that has begun." in response.content.decode()


def test_the_decider_sees_rule_and_evidence_beside_the_button(client, them):
    MakeUpFactory(person=them.agent, day=date(2026, 11, 3), side=Side.OUT, reason="手机没电")
    shown = page(as_(client, them.deputy), "makeups")
    for text in ("手机没电", "the make-up is undecided: so far 0.5 days", "ATT-13", "Certify"):
        assert text in shown, text
    assert "Certify</button>" not in page(as_(client, them.lead), "makeups")
    assert "手机没电" not in page(as_(client, them.mate), "makeups")


def test_a_decision_is_told_and_a_double_one_explained(client, them):
    makeup = MakeUpFactory(person=them.agent, day=date(2026, 11, 3), side=Side.OUT)
    as_(client, them.deputy)
    data = {"version": "1", "decision": "certify", "answer": "好"}
    assert "is certified" in said(client, send(client, "decide_makeup", makeup.pk, **data))
    assert "is certified" in said(client, send(client, "decide_makeup", makeup.pk, **data))
    as_(client, them.supervisor)
    text = said(client, send(client, "decide_makeup", makeup.pk, version="1", decision="refuse"))
    assert "already decided this request: certified" in text
    assert them.deputy.name in text
    makeup.refresh_from_db()
    assert makeup.state == MakeUpState.CERTIFIED
    told = Notice.objects.get(receiver=them.agent.user)
    assert told.params["by"] == them.deputy.name
    assert them.deputy.name in page(as_(client, them.agent), "makeups")


@pytest.mark.parametrize("decision", ["", *HOSTILE])
def test_only_a_button_decides(client, them, decision):
    makeup = MakeUpFactory(person=them.agent)
    as_(client, them.deputy)
    response = send(client, "decide_makeup", makeup.pk, version="1", decision=decision)
    assert "Nothing is decided" in said(client, response)
    makeup.refresh_from_db()
    assert makeup.state == MakeUpState.OPEN


@pytest.mark.parametrize("text", HOSTILE)
def test_deciding_bears_anything(client, them, text):
    makeup = MakeUpFactory(person=them.agent)
    as_(client, them.deputy)
    assert (
        send(client, "decide_makeup", makeup.pk, version=text, decision="certify").status_code
        == 302
    )
    makeup.refresh_from_db()
    assert makeup.state == MakeUpState.OPEN


def test_nobody_decides_their_own(client, them):
    own = MakeUpFactory(person=them.deputy)
    response = send(as_(client, them.deputy), "decide_makeup", own.pk, version="1")
    assert response.status_code == 403
    response = send(
        as_(client, them.supervisor), "decide_makeup", own.pk, version="1", decision="refuse"
    )
    assert response.status_code == 302


def test_a_request_is_taken_back_while_it_is_open(client, them):
    makeup = MakeUpFactory(person=them.agent)
    assert "taken back" in said(client, send(client, "withdraw_makeup", makeup.pk))
    assert "no such request" in said(client, send(client, "withdraw_makeup", makeup.pk))
    other = MakeUpFactory(person=them.mate)
    assert send(client, "withdraw_makeup", other.pk).status_code == 404
    decided = MakeUpFactory(person=them.agent, certified=True)
    assert "already decided" in said(client, send(client, "withdraw_makeup", decided.pk))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_decision_list_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    them = Department()
    for n in range(rows):
        someone = PersonFactory(posting__chief=them.lead)
        AssignmentFactory(person=someone, day=DAY)
        MakeUpFactory(person=someone)
        MakeUpFactory(person=someone, side=Side.OUT, certified=True)
        MakeUpFactory(person=them.deputy, day=DAY + timedelta(days=n))
    as_(client, them.deputy)
    page(client, "makeups")
    with django_assert_num_queries(16):
        page(client, "makeups")
