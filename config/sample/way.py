"""How far the sample's complaints have come on their way to the satisfied customer (CMP-3)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from complaints.enums import (
    CaseStage,
    Channel,
    EntryKind,
    Opinion,
    ProposalState,
    RemedyKind,
    Revisited,
    Side,
    TaskState,
)
from complaints.models import (
    Agreement,
    Assessment,
    CaseTask,
    CauseKind,
    Complaint,
    Department,
    PreventiveMeasure,
    Proposal,
    Remedy,
    Revisit,
    RootCause,
    TimelineEntry,
)
from complaints.policies import tasks as task_policies
from complaints.policies.stages import WAY
from complaints.services import deadlines
from portal.servicetime import Timetable
from staff.people.enums import Post
from staff.people.models import Person
from staff.rulebook import queries as rulebook

SEED = 20261128
S, K = CaseStage, RemedyKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRESH = 5 * DAY
OFFERS = (
    (K.EXCHANGE, 38_00, "同款换新，包装加固", K.REFUND, 129_00),
    (K.PARTIAL_REFUND, 20_00, "顾客留货，退 20 元", K.REFUND, 99_00),
    (K.RESEND, 26_00, "漏发配件补发", "", None),
    (K.PRICE_DIFFERENCE, 15_00, "补退活动差价", K.PRICE_DIFFERENCE, 15_00),
    (K.COUPON, 30_00, "30 元无门槛券", "", None),
    (K.REFUND, 168_00, "退货退款，运费由我方承担", K.REFUND, 168_00),
    (K.APOLOGY, 0, "电话致歉并说明原因", "", None),
)
FINDINGS = ("核对了出库照片，缺少缓冲材料。", "聊天记录显示答复超时。", "快递签收照片上外箱已破。")
CAUSES = ("packing", "courier-damage", "missing-item", "slow-answer", "product-defect", "unclear")
MEASURES = ("易碎品改用双层气泡膜", "打包台增加核对清单", "高峰时段增加一名售后")
WORDS = ("谢谢，处理得很快。", "可以接受。", "下次还会来。", "")


@dataclass
class _Rows:
    """What is written at once for all cases."""

    entries: list[TimelineEntry] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    tasks: list[CaseTask] = field(default_factory=list)
    revisits: list[Revisit] = field(default_factory=list)
    causes: list[RootCause] = field(default_factory=list)
    measures: list[PreventiveMeasure] = field(default_factory=list)
    moved: list[Complaint] = field(default_factory=list)


def fill(cases: Sequence[Complaint], *, now: datetime, desk: Timetable) -> None:
    """Send each case with an owner some steps along its way, as far as its age allows."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    rows = _Rows()
    helpers = _Helpers()
    for place, case in enumerate(cases):
        if case.owner is not None:
            waits = place % 3 < 2 and now - case.registered_at < FRESH  # noqa: PLR2004 -- two of three
            _Way(case, rng, rows, helpers, now=now, desk=desk).go(waits=waits)
    states = [proposal.state for proposal in rows.proposals]
    for proposal in rows.proposals:  # what is approved takes no remedies any more
        proposal.state = ProposalState.DRAFT
    TimelineEntry.objects.bulk_create(rows.entries, batch_size=500)
    Assessment.objects.bulk_create(rows.assessments, batch_size=500)
    Proposal.objects.bulk_create(rows.proposals, batch_size=500)
    Remedy.objects.bulk_create(rows.remedies, batch_size=500)
    for proposal, state in zip(rows.proposals, states, strict=True):
        proposal.state = state
    Proposal.objects.bulk_update(rows.proposals, ["state"], batch_size=500)
    Agreement.objects.bulk_create(rows.agreements, batch_size=500)
    CaseTask.objects.bulk_create(rows.tasks, batch_size=500)
    Revisit.objects.bulk_create(rows.revisits, batch_size=500)
    RootCause.objects.bulk_create(rows.causes, batch_size=500)
    PreventiveMeasure.objects.bulk_create(rows.measures, batch_size=500)
    Complaint.objects.bulk_update(rows.moved, ["stage", "stage_since", "closed_at"], batch_size=500)
    deadlines.recount([case.pk for case in cases], now=now)


class _Helpers:
    """Departments, causes and deciders, looked up once."""

    def __init__(self) -> None:
        self.departments = {one.code: one for one in Department.objects.all()}
        self.causes = {one.code: one for one in CauseKind.objects.all()}
        self.office = rulebook.timetable("office")
        today = timezone.localdate()
        people = Person.objects.employed(today)
        self.leads = list(people.filter(postings__post=Post.LEAD).order_by("number"))
        self.deputy = people.filter(postings__post=Post.DEPUTY).order_by("number").first()


class _Way:
    """One case on its way: each step some hours after the one before, and none in the future."""

    def __init__(
        self,
        case: Complaint,
        rng: random.Random,
        rows: _Rows,
        helpers: _Helpers,
        *,
        now: datetime,
        desk: Timetable,
    ) -> None:  # fmt: skip
        self.case, self.rng, self.rows, self.helpers = case, rng, rows, helpers
        self.now, self.desk = now, desk
        self.at = case.registered_at
        self.offer = rng.choice(OFFERS)
        self.owner = case.owner or helpers.leads[0]
        self.proposal = Proposal()

    def go(self, *, waits: bool) -> None:
        """Go as far as the time allows; a case that waits stays where somebody has to act."""
        stops = self.rng.choice((S.INVESTIGATION, S.APPROVAL, S.CARRYING_OUT, S.REVISIT))
        for stage in self._stages():
            at = self.desk.add(self.at, timedelta(minutes=self.rng.choice((4, 30, 75, 140))))
            if at >= self.now or (waits and self.case.stage == stops):
                break
            self._move(stage, at)
        if self.case.stage != S.REGISTERED:
            self.rows.moved.append(self.case)

    def _stages(self) -> Iterator[CaseStage]:
        costs = self.offer[1]
        for stage in WAY[1:]:
            if stage == S.APPROVAL and not costs:
                continue
            if stage == S.CARRYING_OUT and self.offer[0] not in task_policies.DUTIES:
                continue
            yield stage
        yield S.SATISFIED if self.rng.random() < 0.93 else S.UNREACHED  # noqa: PLR2004 -- most are reached

    def _move(self, stage: CaseStage, at: datetime) -> None:
        before = CaseStage(self.case.stage)
        act = {
            S.PROPOSAL: self._propose,
            S.APPROVAL: self._submit,
            S.AGREED: self._agree,
            S.REVISIT: self._done,
            S.SATISFIED: self._close,
            S.UNREACHED: self._close,
        }.get(stage)
        self.at = at
        self.case.stage, self.case.stage_since = stage, at
        if act:
            act()
        self._tell(EntryKind.MOVED, **{"from": before, "to": stage})

    def _tell(self, kind: EntryKind, **params: object) -> None:
        self.rows.entries.append(
            TimelineEntry(
                complaint=self.case, at=self.at, actor=self.owner, kind=kind, params=params
            )
        )

    def _propose(self) -> None:
        kind, fen, text, wanted, return_fen = self.offer
        self.rows.assessments.append(
            Assessment(
                complaint=self.case, long_relation=self.rng.choice(Opinion.values),
                buys_again=self.rng.choice(Opinion.values), reasonable=Opinion.YES,
                fault=self.rng.choice((Side.OURS, Side.WAREHOUSE, Side.COURIER)),
                fault_percent=self.rng.choice((50, 80, 100)),
                findings=self.rng.choice(FINDINGS), by=self.owner, at=self.at,
            )
        )  # fmt: skip
        self._tell(EntryKind.ASSESSED)
        self.proposal = Proposal(
            complaint=self.case, position=1, wanted=wanted, return_fen=return_fen,
            goods_fen=20_00, freight_out_fen=8_00, freight_back_fen=8_00, handling_fen=2_00,
            reason="比退货省，顾客也愿意接受。", total_fen=fen, proposed_by=self.owner,
            proposed_at=self.at,
        )  # fmt: skip
        self.rows.proposals.append(self.proposal)
        self.rows.remedies.append(
            Remedy(proposal=self.proposal, position=0, kind=kind, amount_fen=fen, text=text)
        )
        self._tell(EntryKind.PROPOSED, proposal=1, fen=fen)

    def _submit(self) -> None:
        self.proposal.state, self.proposal.submitted_at = ProposalState.SUBMITTED, self.at
        self.proposal.needs = Post.LEAD if self.proposal.total_fen <= 50_00 else Post.DEPUTY  # noqa: PLR2004 -- CMP-7

    def _agree(self) -> None:
        proposal = self.proposal
        if proposal.total_fen:
            by = self.helpers.deputy if proposal.needs == Post.DEPUTY else self._lead()
            proposal.decided_by, proposal.decided_at = by, self.at
            proposal.decision = "同意，尽快落实。"
        proposal.submitted_at = proposal.submitted_at or self.at
        proposal.state = ProposalState.AGREED
        self.rows.agreements.append(
            Agreement(
                proposal=proposal, channel=Channel.PHONE, at=self.at, wording="好的，就这样处理。",
                recorded_by=self.owner, recorded_at=self.at,
            )
        )  # fmt: skip
        self._tell(EntryKind.AGREED, proposal=1)
        duty = task_policies.DUTIES.get(RemedyKind(self.offer[0]))
        if duty is None:
            return
        department = self.helpers.departments[duty.department]
        budget = timedelta(minutes=department.task_minutes)
        self.rows.tasks.append(
            CaseTask(
                complaint=self.case, department=department, remedy=self.rows.remedies[-1],
                what=self.offer[2], owner=self.owner, needs_proof=duty.proof,
                made_by=self.owner, made_at=self.at,
                due_at=task_policies.due_at(
                    self.at, budget=budget, calendar=self.helpers.office
                ),
            )
        )  # fmt: skip

    def _lead(self) -> Person:
        others = [one for one in self.helpers.leads if one != self.owner]
        return self.rng.choice(others)

    def _done(self) -> None:
        if self.offer[0] in task_policies.DUTIES:
            task = self.rows.tasks[-1]
            task.state, task.done_at, task.done_by = TaskState.DONE, self.at, self.owner
            task.proof = f"SF{self.rng.randrange(10**9, 10**10)}"

    def _close(self) -> None:
        satisfied = self.case.stage == S.SATISFIED
        for attempt in range(1 if satisfied else 3):
            at = self.at - HOUR * (2 - attempt) if not satisfied else self.at
            outcome = Revisited.SATISFIED if satisfied else Revisited.NOT_REACHED
            self.rows.revisits.append(
                Revisit(
                    complaint=self.case, at=at, by=self.owner, channel=Channel.PHONE,
                    outcome=outcome, score=self.rng.choice((3, 4, 5, 5)) if satisfied else None,
                    words=self.rng.choice(WORDS) if satisfied else "", thanked=satisfied,
                )
            )  # fmt: skip
            self._tell(EntryKind.REVISITED, outcome=outcome, score=self.rows.revisits[-1].score)
        cause = self.helpers.causes[self.rng.choice(CAUSES)]
        self.rows.causes.append(
            RootCause(
                complaint=self.case, kind=cause, text=self.rng.choice(FINDINGS), by=self.owner,
                at=self.at,
            )
        )  # fmt: skip
        self._tell(EntryKind.CAUSE, cause=cause.code)
        if cause.is_ours:
            due = timezone.localdate(self.at + 10 * DAY)
            is_done = due < timezone.localdate(self.now) and self.rng.random() < 0.8  # noqa: PLR2004 -- some are late
            self.rows.measures.append(
                PreventiveMeasure(
                    complaint=self.case, what=self.rng.choice(MEASURES), owner=self._lead(),
                    due_on=due, made_by=self.owner, made_at=self.at,
                    done_on=due if is_done else None, effect="两周内未再发生" if is_done else "",
                )
            )  # fmt: skip
        self.case.closed_at = self.at
