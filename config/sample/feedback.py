"""Six weeks of reviews and chats: most of them triaged, those of today waiting."""

import random
import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from complaints.enums import Channel as Source
from complaints.models import Customer, Product
from config.sample.department import Made
from feedback.enums import Gauge, ItemKind
from feedback.models import Channel, Item, Topic
from feedback.policies import triage as policies
from feedback.queries import rules as rule_queries
from feedback.services import actions, intake, triage, ways
from portal import submissions
from staff.people.enums import Post

SEED = 20261109
ITEMS, DAYS, TODAY = 260, 42, 14
GOOD = [
    "手感很好，做工细致，比图片上还漂亮，客服回复也快。",
    "第二次买了，质量一直稳定，物流很快，推荐。",
    "送妈妈的，她很喜欢，包装也用心。",
    "客服小姐姐很耐心，讲了半天怎么用，满意。",
]
BAD = [
    "收到就有裂口，联系客服半天不回复，差评。",
    "快递太慢了，等了八天，包装还压坏了。",
    "颜色和图片差很多，尺码偏小，要退货。",
    "刚买就降价三十块，申请差价没人理，失望。",
]
MIDDLE = [
    "东西还可以，建议包装再厚一点，运输容易碎。",
    "一般般，没有想象中好，但也能用。",
    "请问这个可以放微波炉吗？说明书上没有写。",
    "希望能出大一号的，别的都很好。",
]
ANSWERS = ["非常抱歉给您添麻烦了，已为您安排补发。", "谢谢您的建议，已转给产品部门。"]


def fill(made: Made, *, now: datetime) -> None:
    """Write the items as an import would, then what the team did about them."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    _channels(made, now=now)
    desk = intake.Desk(now=now)
    customers = list(Customer.objects.order_by("pk")[:60])
    products = list(Product.objects.order_by("pk"))
    items = []
    for number in range(ITEMS):
        texts, ratings = rng.choice([(GOOD, (4, 5)), (GOOD, (5,)), (BAD, (1, 2)), (MIDDLE, (3,))])
        store = rng.choice(made.stores)
        source = Source.STORE_REVIEW if rng.random() < 0.8 else Source.CHAT  # noqa: PLR2004 -- most are reviews
        late = timedelta(hours=rng.uniform(0.2, 5) if number < TODAY else rng.uniform(8, DAYS * 24))
        items.append(
            Item(
                channel=desk.channel_of(source, store.pk), source=source, store=store,
                reference=f"P{20260000 + number}", text=rng.choice(texts),
                rating=rng.choice(ratings) if source == Source.STORE_REVIEW else None,
                received_at=now - late, product=rng.choice(products),
                customer=rng.choice(customers) if rng.random() < 0.6 else None,  # noqa: PLR2004 -- some say who they are
            )
        )  # fmt: skip
    intake.write_items(fresh=items, changed=[], desk=desk, actor=None)
    _work(made, items[TODAY:], rng=rng, now=now)


def _channels(made: Made, *, now: datetime) -> None:
    owner = made.people["D001"]
    for source, hours in ((Source.STORE_REVIEW, 24), (Source.CHAT, 12), (Source.SOCIAL, 72)):
        rows = Channel.objects.filter(source=source, store=None, team=None)
        rows.update(owner=owner, quiet_hours=hours, watched_since=now - timedelta(days=DAYS))


def _work(made: Made, items: list[Item], *, rng: random.Random, now: datetime) -> None:
    """Triage most, answer the negative ones, and take every way out at least once."""
    topics = {topic.code: topic.pk for topic in Topic.objects.all()}
    rules = rule_queries.in_force()
    for item in items:
        team = made.team_of_store[item.store_id]
        people = made.in_team(team, posts=(Post.PRESALE, Post.POSTSALE))
        actor, at = rng.choice(people), min(now, item.received_at + timedelta(hours=2))
        found = rule_queries.suggest(rules, item.text, item.rating)
        kind = found.kind or ItemKind.SUGGESTION
        triage.triage(
            actor=actor, item_ids=[item.pk], kind=kind, topic_ids=list(found.topics), now=at
        )
        if policies.is_negative(item.rating) and rng.random() < 0.85:  # noqa: PLR2004 -- nobody is perfect
            ways.answer(actor=actor, item_id=item.pk, text=rng.choice(ANSWERS), now=at)
    for item in [one for one in items if policies.is_negative(one.rating)][:4]:
        team = made.team_of_store[item.store_id]
        actor = made.in_team(team, posts=(Post.PRESALE, Post.POSTSALE))[0]
        ways.to_complaint(actor=actor, item_id=item.pk, now=now - timedelta(hours=1))
    _action(made, items, topics=topics, now=now)


def _action(made: Made, items: list[Item], *, topics: dict[str, int], now: datetime) -> None:
    """An action that is done, so that before and after stand side by side."""
    item = next(one for one in items if "包装再厚" in one.text)
    deputy, today = made.people["D001"], timezone.localdate(now)
    for title, ago, done in (("加厚运输包装", 20, True), ("详情页补充尺码对照表", 3, False)):
        day = today - timedelta(days=ago)
        made_action = actions.make_action(
            actor=deputy,
            facts=actions.ActionFacts(
                store_id=item.store_id, title=title, department="仓库" if done else "运营",
                owner_id=deputy.pk, due_on=day + timedelta(days=10),
                check_on=day + timedelta(days=25), gauge=Gauge.NEGATIVE_SHARE, window_days=14,
                topic_id=None if done else topics["mismatch"],
            ),
            origin=actions.Origin(item_id=item.pk if done else None),
            form_key=uuid.UUID(submissions.new_key()),
            today=day,
            now=now - timedelta(days=ago),
        )  # fmt: skip
        if done:
            actions.finish_action(
                actor=deputy, action_id=made_action.pk, version=1,
                done_on=today - timedelta(days=10), now=now - timedelta(days=10),
            )  # fmt: skip
