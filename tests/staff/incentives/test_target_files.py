"""The kind `targets`: in and out, hostile rows, and what is not one's to set."""

import pytest
from django.utils import translation

from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.models import Target
from tests.factories.incentives import TargetFactory
from tests.factories.staff import Department
from tests.staff.attendance.bringing import bring, csv_of, give

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HEAD = "name,measure,scope,period,at_least,at_most,reward,amount\n"


@pytest.fixture
def scene():
    with translation.override("en"):
        yield Department()


def rows_of(scene):
    return HEAD + "\n".join(
        [
            f"跟进,followups_in_time,person:{scene.agent.number},2026-12,95,,money,200",
            f"首响,first_response_minutes,team:{scene.team.name},2026-12,,3.5,gift: 茶具,",
            "成交,conversion,post:presale,2026-12-01/2026-12-15,30,,honour: 成交之星,",
            f"好评,satisfaction,store:{scene.store.name},2026-12,4.5,,,",
        ]
    )


def test_a_file_sets_targets_and_the_same_again_changes_nothing(scene, tmp_path):
    text = rows_of(scene)
    assert bring("targets", text, tmp_path)[0] == (4, 0, 0, 0)
    assert bring("targets", text, tmp_path)[0] == (0, 0, 4, 0)
    found = Target.objects.order_by("pk").values_list(
        "measure", "aim", "bound", "goal", "reward", "reward_text", "reward_fen"
    )
    assert list(found) == [
        (Measure.FOLLOWUPS_IN_TIME, Aim.PERSON, Bound.AT_LEAST, 9500, Reward.MONEY, "", 20000),
        (Measure.FIRST_RESPONSE_MINUTES, Aim.TEAM, Bound.AT_MOST, 350, Reward.GIFT, "茶具", None),
        (Measure.CONVERSION, Aim.POST, Bound.AT_LEAST, 3000, Reward.HONOUR, "成交之星", None),
        (Measure.SATISFACTION, Aim.STORE, Bound.AT_LEAST, 450, Reward.NONE, "", None),
    ]


def test_what_is_exported_and_imported_again_changes_nothing(scene, tmp_path):
    bring("targets", rows_of(scene), tmp_path)
    rows = give("targets")
    assert rows[0][3] == "2026-12-01/2026-12-15"
    assert bring("targets", csv_of("targets", rows), tmp_path)[0] == (0, 0, 4, 0)


def test_an_empty_cell_leaves_the_value_and_another_changes_it(scene, tmp_path):
    bring("targets", rows_of(scene), tmp_path)
    start = f"跟进,followups_in_time,person:{scene.agent.number},2026-12"
    assert bring("targets", HEAD + f"{start},,,,\n", tmp_path)[0] == (0, 0, 1, 0)
    assert bring("targets", HEAD + f"{start},90,,,\n", tmp_path)[0] == (0, 1, 0, 0)
    target = Target.objects.get(name="跟进")
    assert (target.goal, target.reward_fen, target.version) == (9000, 20000, 2)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,followups_in_time,person:NOBODY,2026-12,95,,,", "no person"),
        ("a,followups_in_time,planet:earth,2026-12,95,,,", "no person"),
        ("a,followups_in_time,post:king,2026-12,95,,,", "no person"),
        ("a,followups_in_time,post:presale,2026-13,95,,,", "no period"),
        ("a,followups_in_time,post:presale,2026-12-09/2026-12-01,95,,,", "no period"),
        ("a,followups_in_time,post:presale,2026-12-01/2026-02-30,95,,,", "no period"),
        ("a,followups_in_time,post:presale,2026-12,,,,", "both at_least and at_most"),
        ("a,followups_in_time,post:presale,2026-12,1,2,,", "both at_least and at_most"),
        ("a,followups_in_time,post:presale,2026-12,101,,,", "more than the measure reaches"),
        ("a,conversion,post:postsale,2026-12,30,,,", "only pre-sale"),
        ("a,followups_in_time,post:presale,2026-01-01/2027-12-31,30,,,", "a year at most"),
        ("a,followups_in_time,post:presale,2020-01,95,,,", "is over already"),
        ("a,followups_in_time,post:presale,2090-01,95,,,", "within the next year"),
        ("a,sales,post:presale,2026-12,30,,,", "sales"),
        ("a,followups_in_time,post:presale,2026-12,x,,,", "amount"),
    ],
)
@pytest.mark.usefixtures("scene")
def test_bad_rows_are_named(tmp_path, row, says):
    counts, lines = bring("targets", HEAD + row + "\n", tmp_path)
    assert counts == (0, 0, 0, 1)
    assert says in lines[0]
    assert not Target.objects.exists()


def test_what_has_ended_is_not_changed_but_may_stand_in_the_file(scene, tmp_path):
    TargetFactory(
        name="跟进", person=scene.agent, state=TargetState.FROZEN,
        ended_at="2026-11-01T00:00:00+08:00",
    )  # fmt: skip
    start = f"跟进,followups_in_time,person:{scene.agent.number},2026-10"
    assert bring("targets", HEAD + f"{start},90,,,\n", tmp_path)[0] == (0, 0, 1, 0)
    counts, lines = bring("targets", HEAD + f"{start},80,,,\n", tmp_path)
    assert counts == (0, 0, 0, 1)
    assert "has ended" in lines[0]


def test_a_deputy_sets_none_for_themselves_or_above(scene, tmp_path):
    for scope in (f"person:{scene.supervisor.number}", "post:deputy"):
        row = f"a,followups_in_time,{scope},2026-12,95,,,\n"
        counts, lines = bring("targets", HEAD + row, tmp_path, scene.deputy.user)
        assert counts == (0, 0, 0, 1)
        assert "you set no targets" in lines[0]


def test_a_lead_exports_what_is_seen_without_a_persons_money(scene, tmp_path):
    bring("targets", rows_of(scene), tmp_path)
    rows = {row[0]: row for row in give("targets", scene.lead.user)}
    assert set(rows) == {"跟进", "首响", "成交", "好评"}
    assert rows["跟进"][7] == ""
    assert {row[0] for row in give("targets", scene.stranger.user)} == set()
