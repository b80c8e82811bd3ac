"""The steps of a case on a Monday morning, each by its service."""

from complaints.enums import CaseStage, Channel, LinkPurpose, RemedyKind
from complaints.models import CauseKind, Complaint
from complaints.policies.stages import Who
from complaints.services import closing, deadlines, links, merging, remedies, stages, tasks
from complaints.services.links import About
from complaints.services.remedies import Draft, Judgement, Word
from tests.complaints.scene import HOUR, MINUTE, NINE
from tests.factories.complaints import ComplaintFactory

S, K = CaseStage, RemedyKind
HANDLER = frozenset({Who.HANDLER})


def at_investigation(department, **more):
    made = ComplaintFactory(
        store=department.store, owner=department.agent, registered_at=NINE, **more
    )
    deadlines.recount([made.pk], now=NINE)
    deadlines.acknowledge(actor=department.agent, complaint_id=made.pk, now=NINE + MINUTE)
    move(department.agent, made, S.INVESTIGATION, NINE + 2 * MINUTE)
    judge(department, made)
    return fresh(made)


def judge(department, case):
    remedies.assess(
        actor=department.agent,
        complaint_id=case.pk,
        judgement=Judgement(
            long_relation="YES", buys_again="YES", reputation="", reasonable="YES",
            fault="OURS", fault_percent=100, findings="包装太薄",
        ),
        version=0,
        now=NINE + 3 * MINUTE,
    )  # fmt: skip


def fresh(case):
    return Complaint.objects.get(pk=case.pk)


def move(actor, case, to, now, *, who=HANDLER, reason=""):
    wish = stages.Wish(seen=fresh(case).stage, to=to, reason=reason)
    return stages.move(actor=actor, complaint_id=case.pk, wish=wish, who=who, now=now)


def draft(*offers, **more):
    found = [remedies.Remedy(kind=kind, amount=amount) for kind, amount in offers]
    return Draft(remedies=found, reason="顾客愿意留下商品", **more)


def proposed(department, case, *offers, now=NINE + HOUR, by=None, **more):
    made = remedies.propose(
        actor=by or department.agent, complaint_id=case.pk, draft=draft(*offers, **more), now=now
    )
    return remedies.submit(
        actor=by or department.agent, proposal_id=made.pk, version=1, now=now + MINUTE
    )


def decided(actor, proposal, *, approve=True, now=NINE + 2 * HOUR):
    return remedies.decide(
        actor=actor,
        proposal_id=proposal.pk,
        version=proposal.version,
        approve=approve,
        reason="合理",
        now=now,
    )


def agreed(department, proposal, now=NINE + 3 * HOUR):
    word = Word(channel=Channel.PHONE, at=now, wording="可以")
    return tasks.agree(actor=department.agent, proposal_id=proposal.pk, word=word, now=now)


def at_revisit(department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 3000))
    decided(department.lead, proposal)
    for task in agreed(department, proposal):
        tasks.done(
            actor=department.agent, task_id=task.pk, proof="SF123", result="", now=NINE + 5 * HOUR
        )
    assert fresh(case).stage == S.REVISIT
    return fresh(case)


def attempt(outcome, **more):
    return closing.Attempt(channel=Channel.PHONE, outcome=outcome, **more)


def told_cause(department, case, code="courier-damage", now=NINE + 6 * HOUR):
    kind = CauseKind.objects.get(code=code)
    closing.find_cause(
        actor=department.agent, complaint_id=case.pk, kind=kind, text="包装", version=0, now=now
    )


def linked(department, case, purpose=LinkPurpose.SCORE, now=NINE + 6 * HOUR, **more):
    about = About(purpose=purpose, complaint=case, **more)
    return links.make(about, actor=department.agent, language="zh-hans", now=now)[0]


def merged(department, one, into, now=NINE + 4 * HOUR):
    return merging.merge(
        actor=department.agent, complaint_id=one.pk, into_id=into.pk, reason="同一件事", now=now
    )
