"""The revisit, its score, and the personal links: CMP-9."""

from datetime import timedelta

import pytest

from complaints.enums import Revisited
from complaints.models import PersonalLink
from complaints.services import closing, deadlines, links
from portal.models import Notice
from tests.complaints.scene import HOUR, MINUTE, NINE
from tests.complaints.way.steps import S, at_revisit, attempt, fresh, linked, move, told_cause

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def scored(token, score, *, now=NINE + 6 * HOUR):
    link = links.find(token, now=now)
    return closing.vote(link=link, score=score, words="", now=now)


def test_a_low_score_on_the_link_reopens_once_and_tells_owner_and_lead(department, case):
    at_revisit(department, case)
    token = linked(department, case)
    link = links.find(token, now=NINE + 6 * HOUR)
    closing.vote(link=link, score=2, words="还是坏的", now=NINE + 6 * HOUR)
    case = fresh(case)
    assert (case.stage, case.reopened) == (S.INVESTIGATION, 1)
    told = Notice.objects.filter(kind=closing.REOPENED).values_list("receiver", flat=True)
    assert set(told) == {department.agent.user_id, department.lead.user_id}
    with pytest.raises(links.Gone):
        closing.vote(link=link, score=1, words="", now=NINE + 6 * HOUR)
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 6 * HOUR)
    assert case.revisits.count() == 1
    assert deadlines.recount([case.pk], now=NINE) == 0


def test_a_low_score_reopens_a_closed_case_too(department, case):
    at_revisit(department, case)
    token = linked(department, case)
    told_cause(department, case)
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.SATISFIED, thanked=True),
        now=NINE + 6 * HOUR,
    )
    move(department.agent, case, S.SATISFIED, NINE + 6 * HOUR)
    scored(token, 1, now=NINE + 7 * HOUR)
    assert (fresh(case).stage, fresh(case).reopened) == (S.INVESTIGATION, 1)


def test_a_good_score_counts_as_satisfied(department, case):
    at_revisit(department, case)
    made = scored(linked(department, case), 3)
    assert (made.outcome, made.thanked, fresh(case).stage) == (Revisited.SATISFIED, True, S.REVISIT)


def test_a_link_is_kept_as_a_hash_and_expires(department, case):
    at_revisit(department, case)
    token = linked(department, case)
    row = PersonalLink.objects.get()
    assert token not in str(vars(row))
    assert (len(token), len(row.token_hash)) == (22, 64)
    assert links.find(token, now=NINE + 6 * HOUR + timedelta(days=14) - MINUTE) == row
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 6 * HOUR + timedelta(days=14))
    second = linked(department, case)
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 6 * HOUR)
    assert links.find(second, now=NINE + 6 * HOUR).pk != row.pk
