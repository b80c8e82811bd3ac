"""Praise with reactions, demerits, coaching, scorecards, audits, samples and calibrations."""

import random
import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from config.sample.department import Made
from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.incentives.models import Reaction, ScorecardVersion
from staff.incentives.services import coaching, quality, recognition, samples, scorecards
from staff.incentives.services.quality import Given, Mark, Target
from staff.incentives.services.scorecards import Line
from staff.people.access import Scope, scope_of
from staff.people.enums import Post
from staff.people.models import Person

PRAISE = [
    (
        PraiseKind.SERVICE,
        "客户手写感谢信",
        "深夜接到客户来电，耐心陪客户核对了四十分钟的赠品清单，客户寄来了手写感谢信。",
    ),
    (
        PraiseKind.RESULT,
        "大促当天接待第一",
        "活动当天接待 412 位客户，首次响应平均 11 秒，零投诉。",
    ),
    (
        PraiseKind.TEAMWORK,
        "主动补位",
        "同事临时请假，主动多接一个店铺的咨询，交接清楚，没有一单漏跟。",
    ),
    (
        PraiseKind.IDEA,
        "催付话术改进",
        "整理了未付款原因，改写三条催付话术，一周内挽回 38 单。",
    ),
    (
        PraiseKind.HONOUR,
        "季度服务之星",
        "本季度质检平均 94 分，满意度全组第一，带教两名新人。",
    ),
    (
        PraiseKind.SERVICE,
        "化解差评",
        "物流破损引发的一星差评，当天联系、补发、回访，客户主动改为五星。",
    ),
    (
        PraiseKind.TEAMWORK,
        "班次交接最清楚",
        "交接表每一单都写明下一步和时间，夜班同事点名表扬。",
    ),
    (
        PraiseKind.RESULT,
        "纠纷全部按时举证",
        "本月 17 起平台纠纷全部在期限前两小时交齐证据，胜诉 15 起。",
    ),
]
PRAISED, FOR_TEAMS = 24, (3, 11)
SEEN = [
    (
        DemeritKind.GAME,
        "上班时间玩手机游戏，客户等待超过五分钟。",
        "组长现场看到，会话 0815 的等待时间为证。",
    ),
    (DemeritKind.FILM, "夜班看电视剧，提醒后仍未关闭。", "值班监控截图 20-14。"),
    (DemeritKind.PRIVATE, "接待高峰期处理私人网购。", "组长现场看到。"),
]
AUDITED_DAYS_AGO = (170, 142, 120, 98, 70, 45, 33, 20, 6)
SECOND_SINCE, BETTER_SINCE = 50, 80  # days ago


def _line(title: str, weight_bp: int, *, most: int = 5, about: str = "", out: bool = False) -> Line:
    return Line(title=title, help=about, weight_bp=weight_bp, most=most, knocks_out=out)


LINES = [
    _line("开场与称呼", 1000, about="问候、称呼、自报工号"),
    _line("理解需求", 2500, about="复述问题，不反复追问"),
    _line("解决方案", 3500, most=10, about="准确、完整，符合规则"),
    _line("服务态度", 2000, about="辱骂、冷暴力为 0 分", out=True),
    _line("记录与跟进", 1000, about="插旗备注规范，承诺有跟进"),
]
LATER_LINES = [
    *LINES[:2],
    _line("解决方案", 3500, most=10, about="准确、完整、一次说清"),
    *LINES[3:],
]
CASE_LINES = [
    _line("登记完整", 3000),
    _line("首次响应及时", 3000),
    _line("方案合理", 4000, most=10),
]
COMMENTS = [
    "方案说得很清楚，备注再规范一点。",
    "响应快，下次先复述客户的问题。",
    "",
    "整体很好，继续保持。",
]


def fill(made: Made, *, now: datetime) -> None:
    """Write what the pages of recognition show, of the last half year."""
    rng = random.Random(20260601)  # noqa: S311 -- the demo is the same every time
    _praise(made, rng, now=now)
    _demerits(made, now=now)
    _coaching(made, now=now)
    _audits(made, rng, now=now)


def _key(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128))


def _agents(made: Made) -> list[Person]:
    agents = (Post.PRESALE, Post.POSTSALE)
    found = [one for one in made.people.values() if made.posting[one.pk].post in agents]
    return sorted(found, key=lambda one: one.number)


def _praise(made: Made, rng: random.Random, *, now: datetime) -> None:
    givers = [made.people[number] for number in ("L001", "D001", "S001")]
    agents, everybody = _agents(made), list(made.people.values())
    team = made.posting[made.people["L001"].pk].team_id
    for n in range(PRAISED):
        kind, title, text = PRAISE[n % len(PRAISE)]
        for_team = n in FOR_TEAMS
        given = recognition.praise(
            actor=givers[n % len(givers)],
            words=recognition.Words(
                kind=PraiseKind.TEAMWORK if for_team else kind,
                title="全组零投诉的一周" if for_team else title,
                text="全组一周零投诉，日报全部按时。" if for_team else text,
                person_id=None if for_team else agents[(n + 1) % PRAISED % len(agents)].pk,
                team_id=team if for_team else None,
            ),
            form_key=_key(rng),
            now=now - timedelta(days=3 * (PRAISED - n), hours=-5),
        )
        Reaction.objects.bulk_create(
            Reaction(praise=given, person=one, kind=reaction)
            for reaction in ReactionKind
            for one in rng.sample(everybody, rng.randrange(7))
        )


def _demerits(made: Made, *, now: datetime) -> None:
    today = timezone.localdate(now)
    lead, deputy = made.people["L001"], made.people["D001"]
    below = scope_of(lead.user, today=today).below_ids if lead.user else frozenset()
    agents = [one for one in _agents(made) if one.pk in below]
    for n, (kind, reason, evidence) in enumerate(SEEN):
        demerit = recognition.record_demerit(
            actor=lead,
            seen=recognition.Seen(
                person_id=agents[n % len(agents)].pk,
                day=today - timedelta(days=9 * n + 4),
                kind=kind,
                reason=reason,
                evidence=evidence,
            ),
            form_key=uuid.uuid5(uuid.NAMESPACE_OID, f"demerit-{n}"),
            now=now - timedelta(days=9 * n + 3),
        )
        if n == 1:
            recognition.withdraw_demerit(
                actor=deputy,
                demerit_id=demerit.pk,
                why="核对监控后确认是播放培训录像。",
                now=now - timedelta(days=10),
            )


def _coaching(made: Made, *, now: datetime) -> None:
    today = timezone.localdate(now)
    lead = made.people["L001"]
    below = scope_of(lead.user, today=today).below_ids if lead.user else frozenset()
    agents = [one for one in _agents(made) if one.pk in below]
    talks = [
        ("首次响应时间", "先用快捷短语接待，十秒内回第一句；两周后一起看数据。", 12, 0),
        ("插旗备注规范", "物流；赠品；其他要求；姓名；时间，五项一项不漏。", 6, 8),
        ("差评回访的开场", "先道歉再问经过，不先解释规则；录两通电话一起听。", 40, -12),
        ("售后退换流程", "每天复习一条退换规则，周五口头抽查三条。", 3, None),
    ]
    for n, (topic, agreement, ago, due) in enumerate(talks):
        entry = coaching.record_coaching(
            actor=lead,
            person_id=agents[n % len(agents)].pk,
            talk=coaching.Talk(
                held_on=today - timedelta(days=ago),
                topic=topic,
                agreement=agreement,
                due_on=None if due is None else today + timedelta(days=due),
            ),
            form_key=uuid.uuid5(uuid.NAMESPACE_OID, f"coaching-{n}"),
            now=now - timedelta(days=ago),
        )
        if topic == "差评回访的开场":
            coaching.close_coaching(
                actor=lead,
                coaching_id=entry.pk,
                version=entry.version,
                outcome="回访满意率从 62% 升到 88%，达到目标。",
                now=now - timedelta(days=10),
            )


def _audits(made: Made, rng: random.Random, *, now: datetime) -> None:
    today = timezone.localdate(now)
    lead, deputy = made.people["L001"], made.people["D001"]
    if lead.user is None:
        return
    scope = scope_of(lead.user, today=today)
    agents = [one for one in _agents(made) if one.pk in scope.below_ids][:5]
    old = now - timedelta(days=200)
    card = scorecards.add_scorecard(
        actor=deputy, name="会话接待质检表", lines=LINES, form_key=_key(rng), now=old
    )
    scorecards.add_scorecard(
        actor=deputy, name="投诉处理质检表", lines=CASE_LINES, form_key=_key(rng), now=old
    )
    first = card.versions.get()
    second = scorecards.change_scorecard(
        actor=deputy, scorecard_id=card.pk, seen=1, lines=LATER_LINES, now=now - timedelta(days=60)
    )
    for one in agents:
        for ago in AUDITED_DAYS_AGO:
            at = now - timedelta(days=ago + rng.randrange(4))
            quality.give_audit(
                actor=lead,
                target=Target(
                    person_id=one.pk,
                    version_id=(second if ago < SECOND_SINCE else first).pk,
                    reference=f"天猫 {timezone.localdate(at)} 会话 {rng.randrange(1000, 9999)}",
                ),
                given=Given(
                    marks=_marks(
                        second if ago < SECOND_SINCE else first, rng, easier=ago < BETTER_SINCE
                    ),
                    comment=rng.choice(COMMENTS),
                ),
                form_key=_key(rng),
                now=at,
            )
    _sample(lead, agents[0], scope=scope, now=now, rng=rng)
    _calibrations(made, agents, second, rng=rng, now=now)


def _marks(version: ScorecardVersion, rng: random.Random, *, easier: bool) -> dict[int, Mark]:
    low = 3 if easier else 2
    return {
        one.pk: Mark(points=rng.randrange(one.most * low // 4 + 1, one.most + 1))
        for one in version.criteria.order_by("position")
    }


def _sample(lead: Person, one: Person, *, scope: Scope, now: datetime, rng: random.Random) -> None:
    today = timezone.localdate(now)
    wanted = samples.Wanted(
        person_id=one.pk,
        source="cases",
        first_day=today - timedelta(days=60),
        last_day=today,
        size=5,
        seed=20260815,
    )
    try:
        samples.draw_sample(actor=lead, scope=scope, wanted=wanted, form_key=_key(rng), now=now)
    except samples.EmptyPool:
        return


def _calibrations(
    made: Made,
    agents: list[Person],
    version: ScorecardVersion,
    *,
    rng: random.Random,
    now: datetime,
) -> None:
    lead, deputy = made.people["L001"], made.people["D001"]
    for n, scored in enumerate(((lead, deputy), (deputy,))):
        target = Target(
            person_id=agents[n].pk, version_id=version.pk, reference=f"京东 会话 {4711 + n}"
        )
        calibration = quality.ask_calibration(
            actor=deputy,
            target=target,
            auditors=(lead.pk, deputy.pk),
            form_key=_key(rng),
            now=now - timedelta(days=5 - n),
        )
        for actor in scored:
            quality.give_audit(
                actor=actor,
                target=target,
                given=Given(marks=_marks(version, rng, easier=True), calibration_id=calibration.pk),
                form_key=_key(rng),
                now=now - timedelta(days=4 - n),
            )
