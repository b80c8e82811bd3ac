"""Daily reports and shift summaries of three weeks, with questions, answers and open orders."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from complaints.services import adopting
from config.sample.department import Made
from staff.daily import policies
from staff.daily.enums import AFTER_SALE, Department, Figure, Reason, ReportState, SummaryState
from staff.daily.models import (
    DailyReport,
    HandedOver,
    PassedOn,
    ReportFigure,
    ReportQuestion,
    ReportReason,
    ShiftSummary,
    SummaryCheck,
    UnfinishedOrder,
)
from staff.daily.queries import known, open_work
from staff.daily.queries.shifts import AGENTS
from staff.people.enums import Post
from staff.roster.models import Assignment
from staff.rulebook import queries as rulebook

DAYS = 30
FORGOTTEN, LATE, CORRECTED = 0.04, 0.12, 0.15
QUESTIONS = [
    ("顾客问陶瓷茶具能不能进洗碗机，详情页没有写。", "釉上彩不建议，釉下彩可以；已请产品补页面。"),
    ("拼多多发货后改地址，系统里没有入口，应该找谁？", "仓库群里 @发货组，附订单号与新地址。"),
    ("满减和店铺券能不能叠加？客服话术和页面不一致。", "可以叠加，平台券除外；以活动公告为准。"),
    ("顾客要开专票，抬头与付款人不一致怎么办？", "需要付款证明与情况说明，模板在共享盘「开票」。"),
    ("京东价保期内降价，顾客要求退差价，从哪里提交？", "京麦后台「价保单」，由值班组长审核。"),
    ("破损补发的单子，物流单号在哪里登记才会自动同步？", ""),
    ("顾客说收到的样式和直播间展示的不一样，以哪个为准？", ""),
    ("大件送货上门时间能不能预约到晚上七点之后？", ""),
    ("茶叶临期能不能退？仓库和我说法不一样。", "保质期剩三分之一以内可退，仓库已更新说明。"),
    ("顾客投诉平台介入后，我们还能私下协商退款吗？", ""),
]  # fmt: skip
LEARNT = [
    "先复述一遍顾客的问题再答，来回少了一半。",
    "催付时带上库存数量，比只发优惠券管用。",
    "破损件先要三张图：外箱、内包装、破损处，举证一次过。",
    "大促前一天把改地址的快捷短语存好，省了很多时间。",
    "和仓库对接直接报包裹号，比报订单号快。",
    "顾客生气时先道歉再解释，最后给方案，不要反过来。",
]
PROBLEMS = [
    ("收到时外箱破损，杯盖裂了一个", "补发一个杯盖"),
    ("七天没有物流更新", "今天内给出包裹在哪里"),
    ("颜色发错，要的是青色来的是白色", "换货，运费我们出"),
    ("大件约好的日子没有送", "重新约周六上午"),
    ("发票抬头开错", "重开专票，旧的作废"),
]
BUYERS = [
    "tb_青山依旧",
    "jd_老茶客1987",
    "pdd_小鹿乱撞",
    "dy_山里人家",
    "tb_今天也要加油",
    "jd_木子李",
]
FINDINGS = [
    (Department.OPERATIONS, "满减叠加规则的页面文案和公告不一致，今天有九位顾客来问。"),
    (Department.PRODUCT, "青瓷盖碗的杯盖破损集中在同一批次，建议加一层内衬。"),
    (Department.OPERATIONS, "直播间承诺的赠品后台没有配置，客服只能手工登记。"),
    (Department.PRODUCT, "详情页没有写能否进洗碗机，问的人很多。"),
]  # fmt: skip
RANGES = {
    Figure.INQUIRIES: (38, 96),
    Figure.ORDERS_WON: (9, 31),
    Figure.UNPAID_CHASED: (4, 18),
    Figure.UNPAID_WON: (1, 7),
    Figure.CASES_OPENED: (3, 12),
    Figure.CASES_CLOSED: (2, 11),
    Figure.REFUNDS: (0, 5),
    Figure.EXCHANGES: (0, 4),
}
PRESALE = (Figure.INQUIRIES, Figure.ORDERS_WON, Figure.UNPAID_CHASED, Figure.UNPAID_WON)
POSTSALE = (
    Figure.INQUIRIES, Figure.CASES_OPENED, Figure.CASES_CLOSED, Figure.REFUNDS, Figure.EXCHANGES,
)  # fmt: skip
CHANCES = [
    (Reason.PRICE, 5), (Reason.SILENT, 6), (Reason.PROMOTION, 4), (Reason.STOCK, 2),
    (Reason.UNFIT, 3), (Reason.SHIPPING, 2), (Reason.COMPETITOR, 2), (Reason.TRUST, 1),
    (Reason.SERVICE, 1), (Reason.OTHER, 1),
]  # fmt: skip


def fill(made: Made, *, now: datetime) -> None:
    """Write what was filed, what was forgotten, what is being written, and the summaries."""
    story = _Story(made, now=now)
    today = timezone.localdate(now)
    for offset in range(DAYS, -1, -1):
        story.day(today - timedelta(days=offset))
    story.write()
    adopting.adopt_due(now)


@dataclass(frozen=True)
class _Written:
    """A report with its rows, not stored yet."""

    report: DailyReport
    figures: list[ReportFigure]
    reasons: list[ReportReason]
    questions: list[ReportQuestion]
    orders: list[UnfinishedOrder]


class _Story:
    """The reports of a department, day by day, the same every time."""

    def __init__(self, made: Made, *, now: datetime) -> None:
        self.made, self.now = made, now
        self.dice = random.Random(20261127)  # noqa: S311 -- a story, no secret
        self.desk = rulebook.timetable()
        self.written: list[_Written] = []
        self.shifts: dict[tuple[int, date, int], list[Assignment]] = {}
        self.orders = 0

    def day(self, day: date) -> None:
        rows = list(
            Assignment.objects.filter(day=day, team__isnull=False, starts_at__lte=self.now)
            .select_related("person", "shift_type", "team")
            .order_by("person__number")
        )
        agents = [row for row in rows if self._post(row) in AGENTS]
        counts = known.figures_of([row.person_id for row in agents], day=day, desk=self.desk)
        for row in rows:
            key = (row.team_id or 0, row.day, row.shift_type_id)
            self.shifts.setdefault(key, []).append(row)
        for row in agents:
            self._report(row, counts[row.person_id])

    def _post(self, row: Assignment) -> Post:
        return Post(self.made.posting[row.person_id].post)

    def _report(self, row: Assignment, counts: dict[Figure, int]) -> None:
        late = self.dice.random() < LATE
        minutes = self.dice.randint(5, 190) if late else -self.dice.randint(2, 25)
        filed_at = row.ends_at + timedelta(minutes=minutes)
        forgotten = self.dice.random() < FORGOTTEN
        report = DailyReport(
            person=row.person, day=row.day, post=self._post(row), team=row.team,
            shift_type=row.shift_type, due_at=row.ends_at, saved_at=min(filed_at, self.now),
        )  # fmt: skip
        if filed_at > self.now:
            self._draft(report, row)
        elif not forgotten:
            self._filed(report, row, counts, filed_at=filed_at)

    def _draft(self, report: DailyReport, row: Assignment) -> None:
        """Every third is being written while the shift runs."""
        if row.person_id % 3:
            return
        text, _answer = self.dice.choice(QUESTIONS)
        report.draft = {
            f"figure-{Figure.INQUIRIES}": str(self.dice.randint(12, 40)),
            "questions-0-text": text,
            "learnt": self.dice.choice(LEARNT),
        }
        self.written.append(_Written(report, [], [], [], []))

    def _filed(
        self, report: DailyReport, row: Assignment, counts: dict[Figure, int], *, filed_at: datetime
    ) -> None:
        report.state, report.filed_at = ReportState.FILED, filed_at
        report.late_minutes = policies.late_minutes(filed_at=filed_at, due_at=row.ends_at)
        if self.dice.random() < 1 / 3:
            report.learnt = self.dice.choice(LEARNT)
        figures = self._figures(report, counts)
        self.written.append(
            _Written(
                report, figures, self._reasons(report), self._questions(report, row),
                self._orders(report, row),
            )
        )  # fmt: skip

    def _figures(self, report: DailyReport, counts: dict[Figure, int]) -> list[ReportFigure]:
        own = PRESALE if report.post == Post.PRESALE else POSTSALE
        rows = [
            ReportFigure(
                report=report,
                figure=figure,
                known=counts.get(figure),
                value=self.dice.randint(*RANGES[figure]),
            )
            for figure in own
        ]
        for figure, count in counts.items():
            if figure in own:
                continue
            more = int(self.dice.random() < CORRECTED)
            rows.append(ReportFigure(report=report, figure=figure, known=count, value=count + more))
        return rows

    def _reasons(self, report: DailyReport) -> list[ReportReason]:
        if report.post != Post.PRESALE:
            return []
        reasons, weights = zip(*CHANCES, strict=True)
        picked = self.dice.choices(reasons, weights=weights, k=self.dice.randint(6, 18))
        return [
            ReportReason(report=report, reason=reason, count=picked.count(reason))
            for reason in Reason
            if reason in picked
        ]

    def _questions(self, report: DailyReport, row: Assignment) -> list[ReportQuestion]:
        if self.dice.random() > 0.22:  # noqa: PLR2004 -- every fifth report asks something
            return []
        text, answer = self.dice.choice(QUESTIONS)
        question = ReportQuestion(report=report, text=text, is_hard=self.dice.random() < 1 / 3)
        lead = self._lead(row)
        answered_at = row.ends_at + timedelta(hours=self.dice.randint(2, 20))
        if answer and lead and answered_at < self.now:
            question.answer, question.answered_by = answer, lead.person
            question.answered_at = answered_at
        return [question]

    def _lead(self, row: Assignment) -> Assignment | None:
        rows = self.shifts[(row.team_id or 0, row.day, row.shift_type_id)]
        return next((one for one in rows if one.is_lead), None)

    def _orders(self, report: DailyReport, row: Assignment) -> list[UnfinishedOrder]:
        """Only of the last days: what is older has long been finished."""
        if row.ends_at < self.now - timedelta(days=2) or self.dice.random() > 0.2:  # noqa: PLR2004 -- every fifth of the newest
            return []
        stores = [
            store for store in self.made.stores if self.made.team_of_store[store.pk] == row.team_id
        ]
        if not stores:
            return []
        self.orders += 1
        problem, asks = self.dice.choice(PROBLEMS)
        return [
            UnfinishedOrder(
                report=report, store=self.dice.choice(stores), buyer=self.dice.choice(BUYERS),
                order_number=f"2811{self.orders:06}{row.person_id:04}",
                bought_on=row.day - timedelta(days=self.dice.randint(2, 9)), problem=problem,
                asks=asks, due_at=self.now + timedelta(hours=self.dice.randint(4, 40)),
            )
        ]  # fmt: skip

    def write(self) -> None:
        """Store all of it in a few statements, then the summaries."""
        DailyReport.objects.bulk_create([one.report for one in self.written], batch_size=500)
        ReportFigure.objects.bulk_create(
            [row for one in self.written for row in one.figures], batch_size=500
        )
        ReportReason.objects.bulk_create([row for one in self.written for row in one.reasons])
        ReportQuestion.objects.bulk_create([row for one in self.written for row in one.questions])
        UnfinishedOrder.objects.bulk_create([row for one in self.written for row in one.orders])
        for key, rows_of_shift in self.shifts.items():
            self._summary(key, rows_of_shift)

    def _summary(self, key: tuple[int, date, int], rows: Sequence[Assignment]) -> None:
        """Sent for every shift but those of the last day, and now and then one forgotten."""
        team_id, day, type_id = key
        lead = next((row for row in rows if row.is_lead), None)
        sent_at = rows[0].ends_at + timedelta(minutes=self.dice.randint(20, 70))
        if (
            lead is None
            or sent_at > self.now - timedelta(hours=14)
            or self.dice.random() < LATE / 2
        ):
            return
        reports = [
            one
            for one in self.written
            if one.report.filed_at
            and (one.report.team_id, one.report.day, one.report.shift_type_id) == key
        ]
        owing = sum(self._post(row) in AGENTS for row in rows)
        summary = ShiftSummary.objects.create(
            team_id=team_id, day=day, shift_type_id=type_id, state=SummaryState.SENT,
            saved_at=sent_at, sent_at=sent_at, sent_by=lead.person,
            missing=max(0, owing - len(reports)),
            hard_postsale="平台介入后的协商口径需要统一，周会讲一次。" if day.day % 3 == 0 else "",
            lost_note="价格原因多数在比较友店的满减。" if day.day % 2 else "",
            note="整体平稳，赠品漏发已补登记。" if day.day % 4 == 0 else "",
        )  # fmt: skip
        self._checks(summary, reports, lead)
        department, text = FINDINGS[day.toordinal() % len(FINDINGS)]
        if day.day % 2:
            PassedOn.objects.create(summary=summary, department=department, text=text)
        if sent_at > self.now - timedelta(days=2):
            self._handed_over(summary, rows)

    def _checks(self, summary: ShiftSummary, reports: Iterable[_Written], lead: Assignment) -> None:
        sums: dict[str, int] = {}
        for row in (row for one in reports for row in one.figures):
            sums[row.figure] = sums.get(row.figure, 0) + row.value
        SummaryCheck.objects.bulk_create(
            SummaryCheck(
                summary=summary, figure=figure, value=sums[figure], checked_by=lead.person,
                checked_at=summary.saved_at,
            )
            for figure in AFTER_SALE
            if figure in sums
        )  # fmt: skip

    def _handed_over(self, summary: ShiftSummary, rows: Sequence[Assignment]) -> None:
        people = [row.person_id for row in rows]
        work = open_work.items(open_work.Asked(person_ids=people, store_ids=[]))
        HandedOver.objects.bulk_create(
            HandedOver(
                summary=summary, kind=item.kind, number=item.number, owner_id=item.owner_id,
                due_at=item.due_at,
            )
            for item in work[:12]
            if item.owner_id
        )  # fmt: skip
