"""A day of the department, played by four posts at four windows: from the late punch on Sunday to
the week's publication on Monday at ten. The clock of the portal is set, so that it is that day.

Pages are reached as people reach them: from the home page, the navigation, the tabs, the notices.
"""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from complaints.enums import ProposalState
from complaints.models import Complaint, FollowUp, Proposal
from portal import ticking
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment, WeekPublication
from staff.daily.enums import ReportState, SummaryState
from staff.daily.models import DailyReport, ShiftSummary
from staff.roster.models import ShiftType
from tests.factories.staff import AssignmentFactory, Department, PunchFactory
from tests.journeys.conftest import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
SUNDAY = date(2026, 11, 22)
SATURDAY, MONDAY = SUNDAY - timedelta(days=1), SUNDAY + timedelta(days=1)
POSTS = ("agent", "lead", "deputy", "supervisor")
SEEN_AT = {
    "zh-hans": dict(zip(POSTS, ("phone", "wide", "wide", "phone"), strict=True)),
    "en": dict(zip(POSTS, ("wide", "phone", "phone", "wide"), strict=True)),
}


def at(day, text):
    """The moment that the clock on the wall of the department shows."""
    return timezone.make_aware(datetime.fromisoformat(f"{day} {text}"))


@pytest.fixture
def clock():
    with time_machine.travel(at(SUNDAY, "08:41:20"), tick=True) as traveller:
        yield traveller


@pytest.fixture
def them(clock):  # noqa: ARG001 -- the people are made on that day
    """Agent and lead by day, mate and deputy in the evening; on Saturday the agent left unseen."""
    them = Department()
    evening = ShiftType.objects.get(code="evening")
    for person, day, more in (
        (them.agent, SATURDAY, {}),
        (them.agent, SUNDAY, {}),
        (them.lead, SUNDAY, {"is_lead": True}),
        (them.mate, SUNDAY, {"shift_type": evening}),
        (them.deputy, SUNDAY, {"is_lead": True, "shift_type": evening}),
    ):
        AssignmentFactory(person=person, team=them.team, day=day, **more)
    PunchFactory(person=them.agent, punched_at=at(SATURDAY, "08:21:00"))
    for person, begun, ended in (
        (them.lead, at(SUNDAY, "08:19:00"), at(SUNDAY, "17:34:00")),
        (them.mate, at(SUNDAY, "16:52:00"), at(MONDAY, "01:02:00")),
        (them.deputy, at(SUNDAY, "16:50:00"), at(MONDAY, "01:01:00")),
    ):
        PunchFactory(person=person, punched_at=begun)
        PunchFactory(person=person, punched_at=ended)
    return them


class Window:
    """What somebody does at their window: each page is checked when it comes the first time.

    `seen` is shared by the windows of one width; afterwards a page is only glanced at.
    """

    def __init__(self, visitor, person, seen):
        self.visitor, self.person, self.seen = visitor, person, seen
        self.page = visitor.page
        self.is_wide = self.page.viewport_size["width"] == WIDTHS["wide"]

    def begin(self):
        self.visitor.sign_in(self.person.number, PASSWORD)
        self.settled()

    def leave(self):
        """Close the page; half an hour later the session is over."""
        self.page.goto("about:blank")

    def settled(self):
        """Wait until the tiles of the home page are there."""
        self.page.locator(".tile-wait").first.wait_for(state="detached")
        self.look(f"home of {self.person.number}")

    def look(self, kind):
        if kind in self.seen:
            self.visitor.glance()
        else:
            self.visitor.check()
            self.seen.add(kind)

    def press(self, target, *, within="main", text=""):
        """Press what is seen, and look at the page that comes."""
        self._go(self.page.locator(f"{within} {target}").filter(has_text=text).first)

    def _go(self, found):
        with self.page.expect_navigation():
            found.click()
        if self.page.url == f"{self.visitor.base}/":
            self.settled()
        else:
            self.look(re.sub(r"\d+", "0", urlsplit(self.page.url).path))

    def to(self, name):
        """Go by the navigation; on a phone what does not fit below lies behind "more"."""
        entry = f"a.nav-entry[href='{reverse(name)}']"
        if self.is_wide:
            return self._go(self.page.locator(f".sidebar {entry}"))
        if not self.page.locator(f".bottombar {entry}").count():
            self.page.click(".bottombar button[data-bs-target='#more']")
            return self._go(self.page.locator(f"#more {entry}"))
        return self._go(self.page.locator(f".bottombar {entry}"))

    def tab(self, name):
        """Go by the tabs; the one that one has come to is in sight, where not all of them fit."""
        self.press(f".tabs a[href='{reverse(name)}']")
        here, row = (self.page.locator(f".tabs{part}").bounding_box() for part in (" .active", ""))
        assert here["x"] + here["width"] <= row["x"] + row["width"] + 1

    def tile(self, name):
        """The tile of the home page that leads to a page."""
        self.to("portal:home")
        return f".tile:has(h2 a[href^='{reverse(name)}'])"

    def told(self, part):
        """Open the newest unread notice that says something."""
        self.press("a[href$='/notices/']", within="#bell")
        self.press(".notice-row.is-unread a", text=part)

    def reads(self, *parts):
        text = self.page.inner_text("main")
        for part in parts:
            assert part in text, (part, text)


def comes_late(agent, lead):
    """The web punch at 08:41 is eleven minutes late, and the lead sees it at once."""
    agent.press("button[name=side][value=IN]", within="main .tile")
    agent.reads("08:41:")
    tile = lead.page.locator(lead.tile("staff:board"))
    assert agent.person.name in tile.inner_text()
    assert re.search(r"\b11\b", tile.locator(".badge").first.inner_text())
    lead.press(".tile-body a[href$='/attendance/now/']")
    lead.press("tbody a", text=agent.person.number)
    lead.reads("08:41:")


def registers(agent, department):
    agent.to("complaints:list")
    agent.press("a[href$='/complaints/create/']")
    page = agent.page
    page.select_option("#id_channel", "PHONE")
    page.select_option("#id_store", str(department.store.pk))
    page.fill("#id_name", "清风徐来2026")
    page.fill("#id_phone", "13812345678")
    page.fill("#id_description", "整套茶具到货全碎了。")
    page.fill("#id_demand", "全额退款")
    agent.press("form[data-draft] .form-foot button[type=submit]")
    return Complaint.objects.get()


def assigns(lead, case, owner, purpose):
    """From the page of the case; the form comes into the page."""
    page = lead.page
    page.click("#assign a")
    page.select_option("#assign-owner", str(owner.pk))
    page.fill("#assign-purpose", purpose)
    page.locator("input[name=when]").first.check()
    page.wait_for_load_state("networkidle")
    lead.press("form:has(#assign-owner) button[type=submit]")
    lead.reads(case.number, purpose)


def gives_out(lead, case, owner):
    """The case had no owner; it gets one, and two follow-ups."""
    lead.tile("complaints:list")
    lead.press(".tile-body a", text=case.number)
    lead.press("a[href$='/owner']")
    lead.page.select_option("#id_owner", str(owner.pk))
    lead.press("form button[type=submit]")
    assigns(lead, case, owner, "回电确认退款账号")
    assigns(lead, case, owner, "请仓库查打包记录")


def finishes(agent):
    agent.tile("complaints:followups")
    agent.press(".tile-body a", text="回电确认退款账号")
    agent.page.fill("#finish-outcome", "顾客确认退回原账号。")
    agent.press("form:has(#finish-outcome) button[type=submit]")
    agent.reads("顾客确认退回原账号。")


def proposes(agent, case):
    """A refund of 680 yuan: beyond the lead and the deputy (CMP-7)."""
    page = agent.page
    agent.tile("complaints:list")
    agent.press(".tile-body a", text=case.number)
    agent.press("form[action$='/acknowledge'] button")
    agent.press("#way ~ ul a[href$='/assess/'], #way ~ div a[href$='/assess/']")
    page.fill("#id_findings", "出库照片里没有缓冲材料。")
    page.select_option("#id_fault", "WAREHOUSE")
    page.fill("#id_fault_percent", "100")
    for name in ("reasonable", "long_relation", "buys_again"):
        page.select_option(f"#id_{name}", "YES")
    agent.press("form button[type=submit]")
    agent.press("a[href$='/proposals/create/']")
    page.select_option("#id_wanted", "REFUND")
    page.fill("#id_return_fen", "680")
    page.select_option("#id_kind_0", "REFUND")
    page.fill("#id_amount_0", "680")
    page.fill("#id_text_0", "退回原账号")
    page.fill("#id_reason", "整套损坏，责任在我方。")
    agent.press("form[data-draft] button[type=submit]")
    agent.press("form[action$='/submit'] button")


def asks_for_make_up(agent):
    agent.to("staff:attendance")
    agent.press("a[href*='/make-ups/ask/']")
    assert agent.page.input_value("[name=day]") == f"{SATURDAY}"
    assert agent.page.input_value("[name=side]") == Side.OUT
    agent.page.fill("[name=reason]", "下班时接待顾客，忘了打卡。")
    agent.press("form[action$='/ask/'] button[type=submit]")


def reports(agent):
    """The one complaint of the day stands in the report already."""
    agent.tile("staff:daily")
    agent.press(f".tile-body a[href$='/write/{SUNDAY}/']")
    page = agent.page
    assert page.input_value("[name='figure-COMPLAINTS']") == "1"
    page.fill("[name='questions-0-text']", "整套损坏能不能只换一件？")
    page.fill("[name='learnt']", "易碎品先问包装")
    page.wait_for_selector("#daily-state[data-state=saved]")
    agent.press("form[data-daily] button[type=submit]")
    agent.reads("整套损坏能不能只换一件？", "易碎品先问包装")


def sums_up(lead, agent):
    """Reads the report, and sends the summary with the work that is open."""
    page = lead.page
    lead.tile("staff:daily_shifts")
    lead.press(".tile-body a[href*='/daily/shifts/'][href$='/day/']")
    lead.press("#people ~ ul a", text=agent.person.name)
    lead.reads("整套损坏能不能只换一件？")
    lead.press("nav[aria-label] a[href$='/day/']")
    page.check("[name=hard]")
    for box in page.query_selector_all("[name=checked]"):
        box.check()
    page.fill("[name='passed-0-text']", "茶具外箱缺缓冲材料")
    page.click("button[name=send]")
    lead.press("button[data-yes]", within="#confirm")
    lead.reads("茶具外箱缺缓冲材料")


def reads_the_summary(window, agent):
    window.told(part="")
    window.reads("茶具外箱缺缓冲材料", agent.person.name)


def takes_over(deputy, mate):
    """Who leads the evening gives what the summary leaves open to whoever is on."""
    page = deputy.page
    followup = FollowUp.objects.get(state="OPEN")
    deputy.press("#work ~ .table-box a", text=followup.number)
    page.select_option("form[action$='/give'] [name=to]", str(mate.pk))
    page.fill("form[action$='/give'] [name=reason]", "白班结束，晚班接着催。")
    deputy.press("form[action$='/give'] button[type=submit]")
    deputy.reads(mate.name)


def certifies(deputy, case):
    """The make-up is the deputy's to decide; the refund of 680 yuan is not."""
    tile = deputy.page.locator(deputy.tile("portal:decisions"))
    assert case.number not in tile.inner_text()
    deputy.press(".tile-body a[href$='/make-ups/']")
    deputy.reads("下班时接待顾客，忘了打卡。")
    deputy.press("button[name=decision][value=certify]")
    assert deputy.page.locator("button[name=decision]").count() == 0


def approves(supervisor, case):
    supervisor.tile("portal:decisions")
    supervisor.press(".tile-body a[href*='/proposals/']", text=case.number)
    if not supervisor.page.locator("#id_reason").count():
        supervisor.press("tbody a", text=case.number)
    supervisor.reads("680.00")
    supervisor.page.fill("#id_reason", "同意全额退款。")
    supervisor.press("button[name=answer][value=approve]")


def monday(windows, team):
    """The week is public within the team: the packet that is still owed is doubled (ATT-11)."""
    agent, lead = windows["agent"], windows["lead"]
    assert "40.00" in agent.page.locator(agent.tile("staff:attendance")).inner_text()
    agent.told(part=team.name)
    agent.reads(agent.person.name, "20.00 + 20.00")
    agent.tab("staff:red_packets")
    assert agent.page.locator("[name=pick]").count() == 0
    lead.told(part=team.name)
    lead.reads(agent.person.name, "20.00 + 20.00")
    lead.tab("staff:red_packets")
    lead.page.check("[name=pick]")
    lead.press(".bulk button[type=submit]")
    for name in ("deputy", "supervisor"):
        window = windows[name]
        window.to("staff:attendance")
        window.tab("staff:weeks")
        window.press("tbody a")
        window.reads(agent.person.name, "20.00 + 20.00")
    agent.to("portal:home")
    assert "40.00" not in agent.page.locator(agent.tile("staff:attendance")).inner_text()


def later(clock, windows, moment):
    """Hours pass; whoever goes on working signs in again."""
    for window in windows:
        window.leave()
    clock.move_to(moment)
    for window in windows:
        window.begin()


def the_day(windows, department, clock):
    agent, lead, deputy, supervisor = windows.values()
    agent.begin()
    lead.begin()
    comes_late(agent, lead)
    clock.move_to(at(SUNDAY, "09:05:00"))
    case = registers(agent, department)
    gives_out(lead, case, department.agent)
    finishes(agent)
    proposes(agent, case)
    asks_for_make_up(agent)
    later(clock, (agent, lead), at(SUNDAY, "17:20:00"))
    reports(agent)
    sums_up(lead, agent)
    clock.move_to(at(SUNDAY, "17:33:00"))
    agent.to("staff:attendance")
    agent.press("button[name=side][value=OUT]")
    for window in (deputy, supervisor):
        window.begin()
        reads_the_summary(window, agent)
    takes_over(deputy, department.mate)
    certifies(deputy, case)
    approves(supervisor, case)
    agent.told(part=case.number)
    agent.reads("同意全额退款。")


@pytest.mark.parametrize("language", SEEN_AT)
def test_a_day_of_four_posts_from_the_late_punch_to_the_week(visitors, them, clock, language):
    seen = {width: set() for width in WIDTHS}
    windows = {
        post: Window(visitors(language=language, width=width), getattr(them, post), seen[width])
        for post, width in SEEN_AT[language].items()
    }
    the_day(windows, them, clock)
    assert Punch.objects.filter(person=them.agent, source="web").count() == 2
    assert FollowUp.objects.get(state="DONE").done_by == them.agent
    assert FollowUp.objects.get(state="OPEN").owner == them.mate
    assert DailyReport.objects.get().state == ReportState.FILED
    assert ShiftSummary.objects.get().state == SummaryState.SENT
    assert MakeUp.objects.get().state == MakeUpState.CERTIFIED
    assert MakeUp.objects.get().certified_by == them.deputy
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.decided_by) == (ProposalState.APPROVED, them.supervisor)

    later(clock, windows.values(), at(MONDAY, "10:00:02"))
    ticking.run(clock=timezone.now)
    assert WeekPublication.objects.get().team == them.team
    monday(windows, them.team)
    paid = RedPacketPayment.objects.get()
    assert (paid.person, paid.recorded_by) == (them.agent, them.lead.user)
    for window in windows.values():
        window.visitor.glance()
