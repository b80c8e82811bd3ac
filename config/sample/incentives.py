"""Targets that run and one that has ended, and liabilities in every state."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from complaints.enums import Bearer, Ground
from complaints.models import Chase, Complaint, Liability, LiabilityShare, Order
from complaints.policies.liability import Part
from complaints.services import liability as liabilities
from config.sample.department import Made
from portal.money import Fen
from portal.period import DaySpan, Month
from staff.daily.queries import known
from staff.incentives.enums import Aim, Bound, Measure, Reward
from staff.incentives.models import Target
from staff.incentives.services import targets
from staff.incentives.services.targets import Wanted
from staff.people.enums import Post
from staff.people.models import Person
from staff.rulebook import queries as rulebook

REMARK = "圆通；赠杯垫一个；客户要求周末送；小鱼；10-08 14:20"


def fill(made: Made, *, now: datetime) -> None:
    """Write them down as their people did, in the order of time."""
    today = timezone.localdate(now)
    _targets(made, today=today, now=now)
    _ended(made, today=today, now=now)
    _liabilities(made, now=now)


def _targets(made: Made, *, today: date, now: datetime) -> None:
    deputy, agent = made.people["D001"], made.people["A001"]
    team_id, store = made.posting[agent.pk].team_id, made.stores[0]
    month = Month.of(today).span
    least = Bound.AT_LEAST
    for wanted in (
        Wanted(
            name="售后跟进准时率", measure=Measure.FOLLOWUPS_IN_TIME, aim=Aim.POST,
            post=Post.POSTSALE, goal=9000, reward=Reward.MONEY, reward_fen=Fen(20000),
            period=month, bound=least,
        ),
        Wanted(
            name="本月个人跟进", measure=Measure.FOLLOWUPS_IN_TIME, aim=Aim.PERSON,
            person_id=agent.pk, goal=9500, reward=Reward.MONEY, reward_fen=Fen(30000),
            period=month, bound=least,
        ),
        Wanted(
            name="团队首次响应", measure=Measure.FIRST_RESPONSE_MINUTES, aim=Aim.TEAM,
            team_id=team_id, period=month, bound=Bound.AT_MOST, goal=24000, reward=Reward.GIFT,
            reward_text="团队聚餐一次",
        ),
        Wanted(
            name="店铺好评", measure=Measure.SATISFACTION, aim=Aim.STORE, store_id=store.pk,
            goal=450, reward=Reward.HONOUR, reward_text="满意之星证书",
            period=month, bound=least,
        ),
    ):  # fmt: skip
        targets.set_target(actor=deputy.user, by=deputy, wanted=wanted, now=now)


def _ended(made: Made, *, today: date, now: datetime) -> None:
    """A target of last month, frozen when its last shift was over."""
    deputy, agent = made.people["D001"], made.people["A001"]
    last = Month.of(today).previous()
    target = Target.objects.create(
        name="上月个人跟进", measure=Measure.FOLLOWUPS_IN_TIME, aim=Aim.PERSON, person=agent,
        first_day=last.first_day, last_day=last.last_day, bound=Bound.AT_LEAST, goal=6000,
        reward=Reward.MONEY, reward_fen=30000, set_by=deputy,
        set_at=now - timedelta(days=DaySpan(last.first_day, today).days),
    )  # fmt: skip
    targets.freeze(target_id=target.pk, now=known.end_of(last.last_day, rulebook.timetable()))


def _liabilities(made: Made, *, now: datetime) -> None:
    lead, supervisor, agent = (made.people[number] for number in ("L001", "S001", "A001"))
    stores = [
        pk for pk, team in made.team_of_store.items() if team == made.posting[agent.pk].team_id
    ]
    orders = list(Order.objects.filter(store_id__in=stores).order_by("-bought_at")[:3])
    cases = Complaint.objects.filter(store_id__in=stores, type__code="service.attitude")
    remarked, late, chased = orders
    _change(remarked, remark=REMARK, remark_by=agent)
    for order in (late, chased):
        promised = now - timedelta(days=3)
        _change(order, promised_at=promised, shipped_at=promised + timedelta(hours=20))
    Chase.objects.create(
        order=chased, by=agent, at=now - timedelta(days=3, hours=5), text="电话催仓库，答复当晚发出"
    )
    freight = _proposed(lead, remarked, Ground.REMARK, Fen(1250), "备注写成旧地址，重发运费", now)
    liabilities.decide(
        actor=supervisor, liability_id=freight.pk, version=1, now=now - timedelta(days=1),
        parts=[Part(Bearer.PERSON, 1, agent.pk), Part(Bearer.COMPANY, 1)],
        decision="备注不完整，系统也没有提示，各担一半。",
    )  # fmt: skip
    waiting = _proposed(lead, late, Ground.LATE, Fen(3000), "答应顾客当天发货，晚了二十小时", now)
    LiabilityShare.objects.create(
        liability=waiting, position=0, bearer=Bearer.PERSON, person=agent, weight=1
    )
    _proposed(lead, chased, Ground.LATE, Fen(2000), "晚发，顾客要求赔偿运费", now)
    found = [
        Liability.objects.create(
            complaint=case, order=case.order, store_id=case.store_id, ground=Ground.ATTITUDE,
            cost_fen=5000,
            reason="聊天记录显示语气生硬，投诉属实", proposed_by=lead, proposed_at=now,
        )
        for case in cases.order_by("-registered_at")[:2]
    ]  # fmt: skip
    for attitude in found[1:]:
        _marked(attitude, supervisor, agent, now=now)


def _marked(attitude: Liability, supervisor: Person, agent: Person, *, now: datetime) -> None:
    """Answer proven attitude by a demerit (INC-5)."""
    marking = liabilities.Marking(
        parts=[Part(Bearer.PERSON, 1, agent.pk)], day=timezone.localdate(now),
        evidence=str(attitude.complaint), decision="语气生硬，投诉属实，记过一次。",
    )  # fmt: skip
    liabilities.mark(
        actor=supervisor, liability_id=attitude.pk, version=1, marking=marking, now=now
    )


def _change(order: Order, **fields: object) -> None:
    for name, value in fields.items():
        setattr(order, name, value)
    order.save(update_fields=list(fields))


def _proposed(
    lead: Person, order: Order, ground: Ground, cost: Fen, reason: str, now: datetime
) -> Liability:
    return liabilities.propose(
        actor=lead,
        proposal=liabilities.Proposal(ground=ground, cost=cost, reason=reason, order=order),
        now=now - timedelta(days=2),
    )
