"""A handbook that has been in use for months: scripts, announcements, plans.

The texts stand in `handbook.toml`.
"""

import random
import tomllib
import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from config.sample.department import Made
from portal import submissions
from staff.handbook.enums import AnnouncementKind, ArticleKind, PlanKind, VoteKind
from staff.handbook.models import Announcement, Article
from staff.handbook.policies.audience import Target
from staff.handbook.services import announcements, articles, plans, rules, runs, training
from staff.people.access import scope_of
from staff.people.enums import Post
from staff.people.models import Person, Site, Team
from staff.rulebook.models import Policy

SEED = 20261127
TEXTS = Path(__file__).with_name("handbook.toml")
Piece = Mapping[str, Any]


def fill(made: Made, *, now: datetime) -> None:
    """Write the handbook as a department would over half a year."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    _articles(made, texts["articles"], rng=rng, now=now)
    _announcements(made, texts["announcements"], rng=rng, now=now)
    _plans(made, texts["plans"], texts["runs"], now=now)
    _courses(made, texts["courses"], rng=rng, now=now)


def _key() -> uuid.UUID:
    return uuid.UUID(submissions.new_key())


def _agents(made: Made) -> list[Person]:
    posts = (Post.PRESALE, Post.POSTSALE)
    return [one for one in made.people.values() if made.posting[one.pk].post in posts]


def _articles(made: Made, pieces: list[Piece], *, rng: random.Random, now: datetime) -> None:
    agents = _agents(made)
    for number, piece in enumerate(pieces):
        written = now - timedelta(days=piece["days"])
        article = articles.write_article(
            actor=made.people[piece["owner"]], words=_words(piece), about=_about(made, piece, now),
            form_key=_key(), now=written,
        )  # fmt: skip
        for person in rng.sample(agents, min(piece["copies"], len(agents))):
            articles.vote(
                actor=person, article_id=article.pk, number=1, kind=VoteKind.COPIED,
                now=written + timedelta(days=1),
            )  # fmt: skip
        if number % 4 == 2:  # noqa: PLR2004 -- some have moved on to a second version
            _second_version(made, article, piece, now=now)
    _afterwards(made, agents, now=now)


def _words(piece: Piece, text: str = "") -> articles.Words:
    return articles.Words(
        title_zh=piece["title"],
        text_zh=text or piece["text"],
        title_en=piece.get("title_en", ""),
        text_en=piece.get("text_en", ""),
    )


def _about(made: Made, piece: Piece, now: datetime) -> articles.About:
    today, days = timezone.localdate(now), piece["days"]
    return articles.About(
        kind=ArticleKind(piece["kind"]),
        owner_id=made.people[piece["owner"]].pk,
        check_on=today + timedelta(days=max(100 - days, 1 - days)),
        store_ids=[made.stores[index].pk for index in piece["stores"]],
        tags=piece["tags"],
    )


def _second_version(made: Made, article: Article, piece: Piece, *, now: datetime) -> None:
    article.refresh_from_db()
    text = piece["text"].replace("48 小时", "24 小时") + "\n如有疑问请联系组长。"
    about = _about(made, piece, now)
    articles.change_article(
        actor=made.people[piece["owner"]],
        article_id=article.pk,
        version=article.version,
        change=articles.Change(
            words=_words(piece, text),
            about=articles.About(
                **vars(about) | {"check_on": timezone.localdate(now) + timedelta(days=60)}
            ),
            why="发货时效缩短，补充求助方式",
        ),
        now=now - timedelta(days=6),
    )


def _afterwards(made: Made, agents: list[Person], *, now: datetime) -> None:
    """What did not help, what came of a question, and what is out of use."""
    stale = Article.objects.filter(versions__title_zh="快递指定：能发顺丰吗").distinct().get()
    for person, note in ((agents[0], "西藏、新疆能不能发顺丰没写"), (agents[3], "差价链接失效了")):
        articles.vote(
            actor=person, article_id=stale.pk, number=stale.number, kind=VoteKind.NO_HELP,
            note=note, now=now - timedelta(days=2),
        )  # fmt: skip
    articles.answer_question(
        author=agents[1],
        asked=articles.Asked(
            question="顾客问壶盖可以单独买吗？",
            answer="可以，部分款式有配件。把壶型和容量发给组长查库存，单独下单 20 元起。",
            source="sample.question:1",
            tags=["茶具", "配件"],
        ),
        now=now - timedelta(days=3),
    )
    old = Article.objects.filter(versions__title_zh__startswith="60 支").distinct().get()
    articles.archive_article(
        actor=made.people["L001"],
        article_id=old.pk,
        why="100 支已停产",
        now=now - timedelta(days=1),
    )


def _announcements(made: Made, pieces: list[Piece], *, rng: random.Random, now: datetime) -> None:
    today = timezone.localdate(now)
    for piece in pieces:
        day = today - timedelta(days=piece["ago"])
        announcement = announcements.announce(
            actor=made.people[piece["author"]],
            saying=announcements.Saying(
                kind=AnnouncementKind(piece["kind"]), title=piece["title"], text=piece["text"],
                first_day=day, last_day=day + timedelta(days=piece["lasts"]),
                must_read=piece["must_read"], target=_target(piece),
            ),
            form_key=_key(),
            now=now - timedelta(days=piece["ago"]),
        )  # fmt: skip
        _confirmed(made, announcement, rng=rng, now=now)
    announcements.act_due(now)


def _target(piece: Piece) -> Target:
    teams = Team.objects.filter(name=piece.get("team", "")).values_list("pk", flat=True)
    sites = Site.objects.filter(name=piece.get("site", "")).values_list("pk", flat=True)
    return Target(
        team_ids=frozenset(teams),
        site_ids=frozenset(sites),
        posts=frozenset(Post(post) for post in piece.get("posts", ())),
    )


def _confirmed(
    made: Made, announcement: Announcement, *, rng: random.Random, now: datetime
) -> None:
    """Most have confirmed; those whom one signs in as find something to do."""
    today = timezone.localdate(now)
    for number, person in made.people.items():
        scope = scope_of(person.user, today=today) if person.user else None
        if scope is None or number in {"A001", "L001"} or rng.random() < 0.25:  # noqa: PLR2004 -- some have not
            continue
        if Announcement.objects.addressed_to(scope).filter(pk=announcement.pk).exists():
            announcements.confirm(
                actor=person, announcement_id=announcement.pk, number=1,
                now=min(now, announcement.made_at + timedelta(hours=rng.uniform(1, 20))),
            )  # fmt: skip


def _plans(made: Made, pieces: list[Piece], ran: list[Piece], *, now: datetime) -> None:
    keys = {}
    for piece in pieces:
        plan = plans.write_plan(
            actor=made.people["S001"],
            wording=plans.Wording(
                kind=PlanKind[piece["kind"]], title=piece["title"], occasion=piece["occasion"],
                owner_id=made.people["D001"].pk,
                steps=[
                    plans.Step(
                        what=step["what"], post=Post(step["post"]), minutes=step["minutes"],
                        each=step["each"],
                    )
                    for step in piece["steps"]
                ],
            ),
            form_key=_key(),
            now=now - timedelta(days=90),
        )  # fmt: skip
        keys[piece["kind"]] = plan.pk
    for piece in ran:
        _run(made.people["L001"], keys[piece["kind"]], piece, now=now)
    runs.propose(
        plan_kind=PlanKind.COMPLAINT_WAVE,
        reason="过去一小时 12 起投诉，都说茶杯有裂口（同一批次）",
        link="/complaints/",
        now=now - timedelta(minutes=8),
    )


def _run(lead: Person, plan_id: int, piece: Piece, *, now: datetime) -> None:
    """Trigger a plan as the lead; what is over was done, ended and reviewed."""
    if lead.user is None:
        return
    began = now - timedelta(minutes=piece["minutes_ago"])
    run = runs.trigger(
        actor=lead, scope=scope_of(lead.user, today=timezone.localdate(now)), form_key=_key(),
        wanted=runs.Trigger(plan_id=plan_id, reason=piece["reason"]), now=began,
    )  # fmt: skip
    tasks = run.tasks.select_related("owner").order_by("due_at", "pk")
    for task in tasks if piece["over"] else tasks[:1]:
        runs.finish_task(
            actor=task.owner, task_id=task.pk, note="已完成，见群里截图",
            now=began + timedelta(minutes=10),
        )  # fmt: skip
    if not piece["over"]:
        return
    runs.end_run(
        actor=lead, run_id=run.pk, outcome="10:55 平台恢复，漏接 63 人全部补回",
        now=began + timedelta(hours=2),
    )  # fmt: skip
    review = runs.Review(
        went_well="通知快，五分钟内全部切到手机端。",
        to_change="故障公告模板要提前备好；补回名单按等待时间排序。",
        plan_updated=True,
    )
    runs.review_run(actor=lead, run_id=run.pk, review=review, now=began + timedelta(days=1))


def _courses(made: Made, pieces: list[Piece], *, rng: random.Random, now: datetime) -> None:
    """Courses that most have done, some long ago; and the house rules, confirmed by most."""
    today = timezone.localdate(now)
    for piece in pieces:
        posts = [Post(post) for post in piece["posts"]]
        course = training.add_course(
            actor=made.people["D001"],
            outline=training.Outline(
                title=piece["title"], text=piece["text"], owner_id=made.people["D001"].pk,
                posts=posts, again_months=piece.get("again_months"),
            ),
            form_key=_key(),
            now=now - timedelta(days=400),
        )  # fmt: skip
        meant = [
            person
            for person in made.people.values()
            if not posts or made.posting[person.pk].post in posts
        ]
        for days in piece["held_days_ago"]:
            training.record_done(
                actor=made.people["D001"],
                course_id=course.pk,
                done=training.Done(
                    person_ids=[one.pk for one in meant if rng.random() < piece["share"]],
                    done_on=today - timedelta(days=days),
                    note="随堂测试合格",
                ),
                form_key=_key(),
                now=now - timedelta(days=days),
            )
    training.remind_due(now)
    policy = Policy.objects.filter(valid_from__lte=today).latest("valid_from")
    began = timezone.make_aware(datetime.combine(policy.valid_from, time()))
    for number, person in made.people.items():
        if number not in {"A001", "L001"} and rng.random() < 0.8:  # noqa: PLR2004 -- some have not
            moment = max(began, now - timedelta(days=2))
            rules.confirm(actor=person, policy_id=policy.pk, now=moment)
