"""The pages of targets: who sees which figure, hostile input, two people at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from staff.incentives.enums import Aim, Measure, Reward, TargetState
from staff.incentives.models import Adjustment, Target
from staff.incentives.services import targets as services
from staff.people.enums import Post
from tests.factories.complaints import FollowUpFactory
from tests.factories.incentives import TargetFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
OVER = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)


@pytest.fixture
def scene(time_machine):
    time_machine.move_to(NOW)
    return Department()


@pytest.fixture
def open_as(client):
    def get(person, view, /, *args, **data):
        client.force_login(person.user)
        return client.get(reverse(view, args=args), data, headers={"Accept-Language": "en"})

    return get


@pytest.fixture
def send_as(client):
    def post(person, view, /, *args, **data):
        client.force_login(person.user)
        return client.post(reverse(view, args=args), data, headers={"Accept-Language": "en"})

    return post


def text_of(response):
    return " ".join(response.content.decode().split())


def followup(owner, *, late=False, **more):
    due = NOW - timedelta(days=2)
    done = {} if late else {"state": "DONE", "done_at": due}
    return FollowUpFactory(owner=owner, due_at=due, **done, **more)


def wanted(scene, **changed):
    return {
        "name": "十月跟进",
        "measure": Measure.FOLLOWUPS_IN_TIME,
        "aim": f"PERSON:{scene.agent.pk}",
        "first_day": "2026-10-01",
        "last_day": "2026-10-31",
        "bound": "AT_LEAST",
        "goal": "92.5",
        "reward": "MONEY",
        "reward_fen": "200",
        "reward_text": "",
        **changed,
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    scene, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        TargetFactory(person=scene.agent)
        followup(scene.agent)
    client.force_login(scene.agent.user)
    with django_assert_num_queries(13):
        response = client.get(reverse("staff:targets"))
    assert response.content.count(b"<progress") == rows


def test_the_page_prints_the_definition_beside_the_number_and_its_rows_behind_a_click(
    scene, open_as
):
    row = followup(scene.agent)
    followup(scene.agent, late=True)
    target = TargetFactory(person=scene.agent)
    page = text_of(open_as(scene.agent, "staff:target", target.pk))
    assert "50%" in page
    assert "the share done by their due time" in page
    assert reverse("staff:target_rows", args=[target.pk]) in page
    rows = text_of(open_as(scene.agent, "staff:target_rows", target.pk))
    assert reverse("complaints:followup", args=[row.number]) in rows
    assert "100%" in rows


def test_no_data_says_so_and_never_zero(scene, open_as):
    target = TargetFactory(person=scene.agent, measure=Measure.SATISFACTION, goal=450)
    page = text_of(open_as(scene.agent, "staff:target", target.pk))
    assert "Nothing has been measured yet." in page
    assert "no data" in page
    assert "0 points" not in page
    assert "No data" in text_of(open_as(scene.agent, "staff:target_rows", target.pk))


def test_a_lead_sees_the_figure_of_the_shift_but_not_the_money(scene, open_as):
    followup(scene.agent)
    target = TargetFactory(person=scene.agent, reward=Reward.MONEY, reward_fen=123400)
    for person, sees in ((scene.agent, True), (scene.deputy, True), (scene.lead, False)):
        for name, args in (("staff:targets", []), ("staff:target", [target.pk])):
            page = text_of(open_as(person, name, *args))
            assert "100%" in page
            assert ("1,234.00" in page) is sees, (person, name)


def test_the_administrator_edits_targets_but_sees_no_persons_figure(scene, client):
    followup(scene.agent)
    target = TargetFactory(person=scene.agent)
    client.force_login(scene.outsider)
    for url in (reverse("staff:targets"), reverse("staff:target", args=[target.pk])):
        page = client.get(url)
        assert page.status_code == 200
        assert b"100%" not in page.content
    assert client.get(reverse("staff:target_rows", args=[target.pk])).status_code == 404
    assert client.get(reverse("staff:target_edit", args=[target.pk])).status_code == 200


def test_of_a_post_one_sees_oneself_and_a_lead_the_people_below(scene, open_as):
    followup(scene.agent)
    followup(scene.stranger, late=True)
    target = TargetFactory(aim=Aim.POST, person=None, post=Post.POSTSALE)
    mine = text_of(open_as(scene.agent, "staff:target", target.pk))
    assert scene.agent.name in mine
    assert scene.stranger.name not in mine
    below = text_of(open_as(scene.lead, "staff:target", target.pk))
    assert scene.agent.name in below
    assert scene.stranger.name not in below
    both = text_of(open_as(scene.deputy, "staff:target", target.pk))
    assert scene.stranger.name in both
    assert open_as(scene.mate, "staff:target", target.pk).status_code == 404
    foreign = open_as(scene.agent, "staff:target_rows", target.pk, person=scene.stranger.number)
    assert foreign.status_code == 404
    own = open_as(scene.agent, "staff:target_rows", target.pk, person=scene.agent.number)
    assert "100%" in text_of(own)


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_of_a_post_costs_the_same_for_any_number_of_people(
    scene, client, people, django_assert_num_queries
):
    for one in (scene.agent, scene.stranger, scene.other_lead)[:people]:
        followup(one)
    post = Post.POSTSALE if people > 1 else Post.PRESALE
    target = TargetFactory(aim=Aim.POST, person=None, post=post)
    client.force_login(scene.deputy.user)
    with django_assert_num_queries(37):
        client.get(reverse("staff:target", args=[target.pk]))


def test_a_target_is_set_once_however_often_the_form_is_sent(scene, open_as, send_as):
    form = open_as(scene.deputy, "staff:target_create").context["form"]
    data = wanted(scene, form_key=form["form_key"].value())
    first = send_as(scene.deputy, "staff:target_create", **data)
    second = send_as(scene.deputy, "staff:target_create", **data)
    target = Target.objects.get()
    assert (first.url, second.url) == (reverse("staff:target", args=[target.pk]),) * 2
    assert (target.goal, target.reward_fen, target.set_by) == (9250, 20000, scene.deputy)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"measure": "SALES"}, "measure"),
        ({"aim": "PERSON:1;DROP"}, "aim"),
        ({"aim": "POST:DEPUTY"}, "aim"),
        ({"aim": ""}, "aim"),
        ({"first_day": "2026-02-30"}, "first_day"),
        ({"first_day": "2026-11-01"}, "last_day"),
        ({"last_day": "2027-12-31"}, "last_day"),
        ({"first_day": "2026-09-01", "last_day": "2026-09-30"}, "last_day"),
        ({"goal": "-1"}, "goal"),
        ({"goal": "101"}, "goal"),
        ({"goal": "1e99"}, "goal"),
        ({"goal": "NaN"}, "goal"),
        ({"goal": "50.123"}, "goal"),
        ({"reward_fen": ""}, "reward_fen"),
        ({"reward_fen": "-5"}, "reward_fen"),
        ({"reward_fen": "9" * 30}, "reward_fen"),
        ({"reward": "NONE"}, "reward_fen"),
        ({"reward": "GIFT", "reward_fen": ""}, "reward_text"),
        ({"measure": Measure.CONVERSION}, "measure"),
    ],
)
def test_bad_input_is_refused_beside_its_field(scene, send_as, changed, field):
    response = send_as(scene.deputy, "staff:target_create", **wanted(scene, **changed))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Target.objects.exists()


def test_nobody_sets_a_target_for_themselves_or_for_whom_they_do_not_lead(scene, send_as):
    for aim in (f"PERSON:{scene.deputy.pk}", f"PERSON:{scene.supervisor.pk}", "POST:DEPUTY"):
        response = send_as(scene.deputy, "staff:target_create", **wanted(scene, aim=aim))
        assert response.status_code == 422


def test_a_name_that_stands_is_said_on_the_form(scene, send_as):
    send_as(scene.deputy, "staff:target_create", **wanted(scene))
    again = send_as(scene.deputy, "staff:target_create", **wanted(scene))
    assert again.status_code == 422
    assert "There is a target of this name already." in text_of(again)


def test_of_two_who_change_a_target_the_second_sees_what_the_first_wrote(scene, send_as):
    target = TargetFactory(person=scene.agent, name="甲")
    first = wanted(scene, version=1, goal="80")
    assert send_as(scene.deputy, "staff:target_edit", target.pk, **first).status_code == 302
    late = send_as(
        scene.supervisor, "staff:target_edit", target.pk, **wanted(scene, version=1, goal="70")
    )
    assert late.status_code == 409
    assert "at least 80%" in text_of(late)
    assert late.context["form"]["version"].value() == 2
    target.refresh_from_db()
    assert target.goal == 8000


def test_withdrawn_it_says_why_and_has_no_figure(scene, send_as, open_as):
    followup(scene.agent)
    target = TargetFactory(person=scene.agent)
    send_as(scene.deputy, "staff:target_withdraw", target.pk, version=1, because="指标换了")
    page = text_of(open_as(scene.agent, "staff:target", target.pk))
    assert "指标换了" in page
    assert "100%" not in page
    target.refresh_from_db()
    assert target.state == TargetState.WITHDRAWN


def test_frozen_the_page_shows_the_money_to_whom_it_belongs_only(scene, open_as, time_machine):
    followup(scene.agent)
    target = TargetFactory(
        aim=Aim.TEAM, person=None, team=scene.team, reward=Reward.MONEY, reward_fen=123400
    )
    time_machine.move_to(OVER)
    assert services.freeze_due(OVER) == 1
    assert Adjustment.objects.count() == 3
    amounts = {
        person: text_of(open_as(person, "staff:target", target.pk)).count(
            '<td data-label="Money" class="num">1,234.00'
        )
        for person in (scene.agent, scene.lead, scene.deputy)
    }
    assert amounts == {scene.agent: 1, scene.lead: 1, scene.deputy: 3}


def test_frozen_it_cannot_be_changed_by_any_form(scene, send_as, time_machine):
    target = TargetFactory(person=scene.agent)
    time_machine.move_to(OVER)
    services.freeze_due(OVER)
    for name, data in (
        ("staff:target_edit", wanted(scene, version=1, last_day="2026-12-31")),
        ("staff:target_withdraw", {"version": 1, "because": "错"}),
    ):
        assert send_as(scene.deputy, name, target.pk, **data).status_code == 302
    target.refresh_from_db()
    assert (target.state, target.goal, target.last_day) == (
        TargetState.FROZEN, 9000, date(2026, 10, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x", "measure": "y", "aim": "z", "page": "-1"},
        {"q": "\x00"},
        {"page": "99999999999999999999"},
        {"q": "' OR 1=1 --", "page": "٣"},
    ],
)
def test_odd_addresses_show_a_list(scene, open_as, query):
    TargetFactory(person=scene.agent)
    assert open_as(scene.agent, "staff:targets", **query).status_code in {200, 400}


def test_the_tile_shows_what_runs_for_oneself(scene, open_as):
    followup(scene.agent)
    own = TargetFactory(person=scene.agent)
    other = TargetFactory(person=scene.mate)
    page = text_of(open_as(scene.agent, "staff:tile_targets"))
    assert own.name in page
    assert other.name not in page
    assert "No target is set for you." in text_of(open_as(scene.stranger, "staff:tile_targets"))
