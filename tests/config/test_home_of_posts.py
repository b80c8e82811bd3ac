"""What stands on the home page of each post at once (design.md), and what each part asks."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage
from complaints.enums import Channel as Source
from complaints.services.remedies import approval
from feedback.enums import ChannelState
from portal.setup import items
from staff.people.enums import Post
from staff.rulebook import queries as rulebook
from tests.factories.complaints import (
    CaseTaskFactory,
    ComplaintFactory,
    FollowUpFactory,
    HandoverOfferFactory,
    LiabilityFactory,
    OrderFactory,
    ProposalFactory,
    UnpaidOrderFactory,
)
from tests.factories.daily import HandedOverFactory, ShiftSummaryFactory
from tests.factories.feedback import ChannelFactory, ItemFactory
from tests.factories.incentives import DisputeFactory, SettlementFactory, TargetFactory
from tests.factories.leave import LeaveRequestFactory
from tests.factories.portal import AuditEntryFactory, NoticeFactory
from tests.factories.recognition import CoachingFactory
from tests.factories.roster import RequirementFactory
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
)

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AGENT = [
    "staff:tile_announcements",  # announcements to confirm, unread notices
    "staff:tile_shift",
    "staff:tile_attendance",
    "staff:tile_daily",
    "complaints:tile_followups",
    "complaints:tile_cases",
    "feedback:tile_feedback",
    "staff:tile_leave",
    "staff:tile_targets",
    "portal:tile_open",
]
LEAD = [
    "portal:tile_decide",
    "staff:tile_announcements",
    "staff:tile_shift",
    "staff:tile_attendance",
    "staff:tile_board",
    "staff:tile_daily",
    "complaints:tile_followups",
    "complaints:tile_team",
    "staff:tile_daily_team",
    "staff:tile_handover",
    "complaints:tile_unowned",
    "complaints:tile_cases",
    "feedback:tile_feedback",
    "staff:tile_leave",
    "staff:tile_targets",
    "portal:tile_open",
]
MANAGER = [
    "portal:setup_tile",
    "portal:tile_decide",
    "staff:tile_announcements",
    "complaints:tile_stages",
    "staff:tile_cover",
    "staff:tile_shift",
    "portal:tile_figures",
    "staff:tile_attendance",
    "staff:tile_board",
    "complaints:tile_followups",
    "complaints:tile_team",
    "staff:tile_daily_team",
    "complaints:tile_cases",
    "feedback:tile_feedback",
    "portal:tile_open",
]
HOMES = {
    "agent": AGENT, "mate": AGENT, "lead": LEAD, "deputy": MANAGER, "supervisor": MANAGER,
}  # fmt: skip


@pytest.fixture
def them():
    return Department()


def tiles(client, someone):
    client.force_login(getattr(someone, "user", someone))
    return [tile["url"] for tile in client.get(reverse("portal:home")).context["tiles"]]


def part(client, view, *args):
    """Return a part of the home page as the page asks for it."""
    headers = {"HX-Request": "true", "X-Kefu-Quiet": "1", "Accept-Language": "en"}
    answer = client.get(reverse(view, args=args), headers=headers)
    assert answer.status_code == 200, view
    return answer.content.decode()


@pytest.mark.parametrize("post", HOMES)
def test_home_of_a_post_has_these_parts(client, them, post):
    shown = tiles(client, getattr(them, post))
    assert sorted(shown) == sorted(reverse(view) for view in HOMES[post])


def test_home_of_the_administrator_begins_with_the_check_list(client, them):
    assert tiles(client, them.outsider) == [reverse("portal:setup_tile")]


def test_whoever_leads_a_shift_for_once_sees_who_is_on_and_the_reports(client, them):
    AssignmentFactory(person=them.agent, team=them.team, day=timezone.localdate(), is_lead=True)
    names = ("staff:tile_board", "staff:tile_daily_team", "staff:tile_handover")
    added = {reverse(name) for name in names}
    assert set(tiles(client, them.agent)) - {reverse(view) for view in AGENT} == added


# --- what each part says -------------------------------------------------------------------------


def test_a_lead_sees_only_the_proposals_that_a_lead_may_approve(client, them):
    small, large, own, leak = (
        ProposalFactory(
            complaint=ComplaintFactory(store=store), state="SUBMITTED", submitted_at=timezone.now(),
            needs=needs, proposed_by=by,
        )
        for store, needs, by in (
            (them.store, Post.LEAD, them.agent), (them.store, Post.DEPUTY, them.agent),
            (them.store, Post.LEAD, them.lead), (them.other_store, Post.LEAD, them.stranger),
        )
    )  # fmt: skip
    client.force_login(them.lead.user)
    shown = part(client, "portal:tile_decide")
    assert small.complaint.number in shown
    assert not [one for one in (large, own, leak) if one.complaint.number in shown]
    client.force_login(them.deputy.user)
    shown = part(client, "portal:tile_decide")
    assert [one.complaint.number in shown for one in (small, large, own, leak)] == [True] * 4


@pytest.mark.parametrize("is_away", [False, True])
def test_a_deputy_is_shown_what_is_the_supervisors_only_while_none_is_there(client, them, is_away):
    if is_away:
        AbsenceFactory(person=them.supervisor, day=timezone.localdate())
    large, largest, of_head, written = (
        ProposalFactory(
            complaint=ComplaintFactory(store=them.store), state="SUBMITTED",
            submitted_at=timezone.now(), needs=needs, proposed_by=by,
        )
        for needs, by in (
            (Post.DEPUTY, them.agent), (Post.SUPERVISOR, them.agent),
            (Post.LEAD, them.supervisor), (Post.LEAD, them.agent),
        )
    )  # fmt: skip
    written.writers.create(person=them.deputy)
    liability = LiabilityFactory(store=them.store, proposed_by=them.lead)
    client.force_login(them.deputy.user)
    shown = part(client, "portal:decisions")
    for one, expected in ((large, True), (largest, is_away), (of_head, True), (written, False)):
        assert (one.complaint.number in shown) is expected
        found = approval.verdict(actor=them.deputy, proposal=one, now=timezone.now())
        assert (found.refusal is None) is expected
    assert (reverse("complaints:liability", args=[liability.pk]) in shown) is is_away
    client.force_login(them.lead.user)
    shown = part(client, "portal:decisions")
    assert [one.complaint.number in shown for one in (of_head, written)] == [False, True]


def test_what_waits_comes_in_one_list_longest_waiting_first(client, them):
    now = timezone.now()
    AbsenceFactory(person=them.supervisor, day=timezone.localdate())  # the deputy stands in
    leave = LeaveRequestFactory(person=them.agent, asked_at=now - 2 * HOUR)
    makeup = MakeUpFactory(person=them.mate, asked_at=now - 3 * HOUR)
    liability = LiabilityFactory(store=them.store, proposed_at=now - HOUR, proposed_by=them.lead)
    dispute = DisputeFactory(person=them.agent, raised_at=now - 4 * HOUR)
    client.force_login(them.deputy.user)
    urls = [
        reverse("staff:dispute", args=[dispute.pk]), reverse("staff:makeups"),
        reverse("staff:leave_request", args=[leave.pk]),
        reverse("complaints:liability", args=[liability.pk]),
    ]  # fmt: skip
    for view in ("portal:tile_decide", "portal:decisions"):
        rows = part(client, view).rpartition("<ul" if "tile" in view else "<tbody")[2]
        found = [rows.index(f'"{url}"') for url in urls]
        assert found == sorted(found), view
    assert makeup.person.name in rows
    client.force_login(them.other_lead.user)
    assert "Nothing waits for your decision." in part(client, "portal:tile_decide")
    client.force_login(them.agent.user)
    assert client.get(reverse("portal:decisions")).status_code == 404


def test_the_list_of_what_waits_costs_the_same_for_any_number_of_rows(
    client, them, django_assert_num_queries
):
    client.force_login(them.deputy.user)
    for rows in (1, 2):  # so one, then three
        for _row in range(rows):
            MakeUpFactory(person=PersonFactory(posting__chief=them.lead))
        client.get(reverse("portal:decisions"))
        with django_assert_num_queries(10):
            page = client.get(reverse("portal:decisions"))
    assert page.content.decode().count('data-label="') == 3 * 3


def test_stages_count_what_is_late_and_without_owner(client, them):
    now = timezone.now()
    for stage, due, owner in (
        (CaseStage.REGISTERED, now - HOUR, None),
        (CaseStage.REGISTERED, now + HOUR, them.agent),
        (CaseStage.REVISIT, now - HOUR, them.agent),
    ):
        ComplaintFactory(store=them.store, stage=stage, due_at=due, owner=owner)
    ComplaintFactory(store=them.store, stage=CaseStage.SATISFIED, closed_at=now, due_at=now - HOUR)
    client.force_login(them.deputy.user)
    answer = client.get(reverse("complaints:tile_stages"))
    rows = [(row.stage, row.count, row.late, row.unowned) for row, _url in answer.context["rows"]]
    assert rows == [("REGISTERED", 2, 1, 1), ("REVISIT", 1, 1, 0)]
    for row, url in answer.context["rows"]:
        assert client.get(url).context["count"] == row.count


def test_silent_channels_are_for_deputies_and_what_waits_for_triage_for_leads(client, them):
    now = timezone.now()
    ChannelFactory(
        name="旗舰店邮箱", store=them.store, state=ChannelState.ACTIVE, quiet_hours=1,
        watched_since=now - 9 * DAY, last_received_at=now - 9 * DAY,
    )  # fmt: skip
    ItemFactory(store=them.store)
    told = {}
    for post in ("agent", "lead", "deputy"):
        client.force_login(getattr(them, post).user)
        shown = part(client, "feedback:tile_feedback")
        told[post] = ("旗舰店邮箱" in shown, "1 item to triage" in shown)
    assert told == {"agent": (False, False), "lead": (False, True), "deputy": (True, True)}


def test_news_are_announcements_and_unread_notices_of_ones_own(client, them):
    NoticeFactory.create_batch(2, receiver=them.agent.user)
    NoticeFactory(receiver=them.agent.user, read_at=timezone.now())
    NoticeFactory(receiver=them.mate.user)
    client.force_login(them.agent.user)
    assert "2 unread notices" in part(client, "staff:tile_announcements")
    client.force_login(them.lead.user)
    assert "No unread notice." in part(client, "staff:tile_announcements")


def test_the_board_names_who_is_late_or_missing(client, them):
    now = timezone.now()
    for someone, came in ((them.agent, None), (them.mate, now - HOUR + timedelta(minutes=20))):
        AssignmentFactory(
            person=someone, team=them.team, day=timezone.localdate(now),
            starts_at=now - HOUR, ends_at=now + 7 * HOUR,
        )  # fmt: skip
        if came:
            PunchFactory(person=someone, punched_at=came)
    client.force_login(them.lead.user)
    shown = part(client, "staff:tile_board")
    assert them.agent.name in shown
    assert "missing for" in shown
    assert them.mate.name in shown


def test_a_lead_sees_what_is_handed_over_at_the_end_and_what_the_shift_before_left(client, them):
    now = timezone.now()
    todo = FollowUpFactory(store=them.store, owner=them.agent, due_at=now + 3 * HOUR)
    other = FollowUpFactory(store=them.other_store, owner=them.stranger, due_at=now + 3 * HOUR)
    client.force_login(them.lead.user)
    assert "Nothing is handed over" in part(client, "staff:tile_handover")
    sent = ShiftSummaryFactory(
        team=them.team, day=timezone.localdate(now) - DAY, state="SENT", sent_at=now - HOUR,
        sent_by=them.lead,
    )  # fmt: skip
    left = HandedOverFactory(summary=sent, owner=them.mate)
    shown = part(client, "staff:tile_handover")
    assert (left.number in shown, todo.number in shown) == (True, False)
    AssignmentFactory(
        person=them.agent, team=them.team, day=timezone.localdate(now),
        starts_at=now - 8 * HOUR, ends_at=now + timedelta(minutes=30),
    )  # fmt: skip
    shown = part(client, "staff:tile_handover")
    assert [one.number in shown for one in (todo, left, other)] == [True, False, False]


def test_the_days_that_lack_people_are_those_of_the_figure(client, them):
    RequirementFactory(team=them.team, minimum=2)
    client.force_login(them.deputy.user)
    tile = client.get(reverse("staff:tile_cover"))
    figure = client.get(reverse("portal:figure_tile", args=["roster.cover"]))
    assert [lack for _day, lack in tile.context["days"]] == [
        row["value"] for row in figure.context["rows"]
    ]
    assert tile.context["lacks"] > 0


def test_this_month_against_the_last_says_what_the_dashboard_says(client, them):
    ComplaintFactory.create_batch(2, store=them.store, service_day=timezone.localdate())
    client.force_login(them.deputy.user)
    rows = client.get(reverse("portal:tile_figures")).context["rows"]
    figure = client.get(
        reverse("portal:figure_tile", args=["complaints.stage"]),
        {"month": f"{timezone.localdate():%Y-%m}"},
    )
    assert rows[0]["value"] == figure.context["total"] == 2


def test_a_target_is_measured_apart_and_kept_a_while(client, them):
    target = TargetFactory(person=them.agent)
    client.force_login(them.agent.user)
    tile = reverse("staff:tile_targets")
    bar = reverse("staff:tile_target", args=[target.pk])
    assert bar in client.get(tile).content.decode()
    assert client.get(bar).status_code == 200
    assert bar not in client.get(tile).content.decode()
    client.force_login(them.mate.user)
    assert client.get(bar).status_code == 404


# --- what each part asks -------------------------------------------------------------------------

SIGNED_IN = 2  # session and user; the scope is that of the page, a moment ago
COSTS = {
    "portal:setup_tile": 1,
    "portal:tile_decide": 6,
    "staff:tile_announcements": 2,
    "complaints:tile_stages": 2,
    "staff:tile_cover": 6,
    "staff:tile_shift": 5,
    "portal:tile_figures": 5,
    "staff:tile_attendance": 6,
    "staff:tile_board": 6,
    "staff:tile_daily": 5,
    "complaints:tile_followups": 3,
    "complaints:tile_team": 4,
    "staff:tile_daily_team": 3,
    "staff:tile_handover": 6,
    "complaints:tile_unowned": 4,
    "complaints:tile_cases": 4,
    "feedback:tile_feedback": 6,
    "staff:tile_leave": 5,
    "staff:tile_targets": 1,
    "portal:tile_open": 6,
}


def fill(them, rows):  # noqa: PLR0915 -- a row of each kind
    """Put rows of everything that home shows before lead and agents."""
    now = timezone.now()
    today = timezone.localdate(now)
    RequirementFactory(team=them.team, minimum=2)
    settlement = SettlementFactory(published=True)
    for number in range(rows):
        someone = PersonFactory(posting__chief=them.lead, posting__team=them.team)
        for one in (someone, them.agent, them.lead, them.deputy):
            day = today - number * DAY
            AssignmentFactory(
                person=one, team=them.team, day=day, is_lead=one == them.lead and number == 0,
                starts_at=now - number * DAY - 2 * HOUR,
                ends_at=now - number * DAY + timedelta(minutes=30),
            )  # fmt: skip
            PunchFactory(person=one, punched_at=now - number * DAY - 2 * HOUR)
            NoticeFactory(receiver=one.user)
            FollowUpFactory(store=them.store, owner=one, due_at=now - HOUR)
            ComplaintFactory(store=them.store, owner=one, due_at=now - HOUR)
            CaseTaskFactory(complaint__store=them.store, owner=one)
            UnpaidOrderFactory(store=them.store, owner=one)
            CoachingFactory(person=one, coach=them.supervisor)
            TargetFactory(person=one)
            LeaveRequestFactory(person=one, first_day=today + (9 + number) * DAY)
        ComplaintFactory(store=them.store)
        OrderFactory(store=them.store, promised_at=now - HOUR)
        ItemFactory(
            store=them.store, received_at=now, service_day=rulebook.service_day(now), rating=1
        )
        HandoverOfferFactory(
            followup=FollowUpFactory(store=them.store, owner=someone),
            lead=them.lead,
            owner=someone,
        )
        MakeUpFactory(person=someone)
        LiabilityFactory(store=them.store, proposed_by=them.lead)
        DisputeFactory(person=someone, settlement=settlement)
        ProposalFactory(
            complaint=ComplaintFactory(store=them.store), state="SUBMITTED", needs=Post.LEAD,
            submitted_at=now, proposed_by=them.agent,
        )  # fmt: skip
        ChannelFactory(
            store=them.store,
            source=(Source.STORE_REVIEW, Source.SURVEY, Source.CHAT)[number],
            state=ChannelState.ACTIVE,
            quiet_hours=1,
            watched_since=now - 9 * DAY,
        )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("post", ["agent", "lead", "deputy", "supervisor"])
def test_each_part_asks_what_stands_here_for_any_number_of_rows(client, them, rows, post):
    fill(them, rows)
    client.force_login(getattr(them, post).user)
    client.get(reverse("portal:home"))
    for view in HOMES[post]:
        part(client, view)  # what is kept is filled
        with CaptureQueriesContext(connection) as asked:
            part(client, view)
        own = len(asked) - SIGNED_IN
        assert own <= COSTS[view] <= 6, (view, own, [one["sql"][:90] for one in asked])


def test_the_check_list_is_looked_at_again_once_something_was_set_up(client, them, monkeypatch):
    looked = []
    real = items.lines
    monkeypatch.setattr(items, "lines", lambda request: looked.append(1) or real(request))
    client.force_login(them.outsider)
    for _time in range(2):
        part(client, "portal:setup_tile")
    assert len(looked) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        part(client, "portal:setup_tile")
        assert len(looked) == 1
        AuditEntryFactory()
        part(client, "portal:setup_tile")
    assert len(looked) == 2


def test_the_parts_of_home_share_the_scope_but_a_page_asks_anew(client, them):
    client.force_login(them.lead.user)
    client.get(reverse("portal:home"))
    them.lead.postings.update(post=Post.POSTSALE)
    assert client.get(reverse("complaints:tile_team")).status_code == 403
    part(client, "complaints:tile_team")  # the page of a moment ago
    cache.clear()
    headers = {"X-Kefu-Quiet": "1"}
    assert client.get(reverse("complaints:tile_team"), headers=headers).status_code == 403
