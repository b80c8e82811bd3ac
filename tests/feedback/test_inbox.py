"""The inbox, the page of an item and its ways out, as the team sees and uses them."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from feedback.models import Alarm, Item, Reply, Topic
from feedback.queries import rules as rule_queries
from feedback.services import intake, triage, ways
from portal import submissions
from staff.incentives.models import Praise
from tests.factories.complaints import CustomerFactory, OrderFactory, ProductFactory
from tests.factories.feedback import (
    ActionFactory,
    AlarmFactory,
    AnswerFactory,
    ChannelFactory,
    InvitationFactory,
    ItemFactory,
    ItemVersionFactory,
    QuestionFactory,
    ResponseFactory,
    SurveyFactory,
    TopicFactory,
)
from tests.factories.staff import Department, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def page(client):
    def get(person, view, /, *args, **data):
        client.force_login(person.user)
        return client.get(reverse(view, args=args), data, headers={"Accept-Language": "en"})

    return get


@pytest.fixture
def send(client):
    def post(person, view, /, *args, **data):
        client.force_login(person.user)
        url = reverse(view, args=args)
        return client.post(url, data, headers={"Accept-Language": "en"})

    return post


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox_costs_the_same_for_any_number_of_rows(
    scene, client, rows, django_assert_num_queries
):
    ItemFactory.create_batch(rows, store=scene.store)
    client.force_login(scene.lead.user)
    client.get(reverse("feedback:items"))
    with django_assert_num_queries(11):
        response = client.get(reverse("feedback:items"))
    assert response.content.count(b'name="pick"') == rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("view", "queries"), [("negative", 12), ("channels", 7), ("actions", 7), ("figures", 10)]
)
def test_lists_cost_the_same_for_any_number_of_rows(
    scene, client, rows, view, queries, django_assert_num_queries
):
    now = timezone.now()
    for _row in range(rows):
        item = ItemFactory(
            store=scene.store, rating=1, received_at=now,
            service_day=intake.rulebook.service_day(now),
        )  # fmt: skip
        ActionFactory(store=scene.store, item=item)
        ChannelFactory(team=scene.team, store=None, source=["CHAT", "MAIL", "SOCIAL"][_row])
    client.force_login(scene.lead.user)
    client.get(reverse(f"feedback:{view}"))
    with django_assert_num_queries(queries):
        assert client.get(reverse(f"feedback:{view}")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("asked", "queries"),
    [
        ({"by": "store"}, 10), ({"by": "team"}, 10), ({"by": "agent"}, 10), ({"by": "channel"}, 10),
        ({"by": "product"}, 10), ({"by": "topic"}, 11), ({"by": "store", "format": "csv"}, 10),
    ],
)  # fmt: skip
def test_figures_cost_the_same_by_whatever_they_are_grouped(
    scene, client, rows, asked, queries, django_assert_num_queries
):
    now = timezone.now()
    day = intake.rulebook.service_day(now)
    for _row in range(rows):
        item = ItemFactory(
            store=scene.store, rating=1, received_at=now, service_day=day,
            product=ProductFactory(), agent=PersonFactory(),
        )  # fmt: skip
        item.topics.add(TopicFactory())
        survey = SurveyFactory(store=scene.store)
        InvitationFactory(survey=survey, service_day=day)
        answered = ResponseFactory(survey=survey, item__service_day=day)
        AnswerFactory(response=answered, question=QuestionFactory(survey=survey, kind="NPS"))
    client.force_login(scene.supervisor.user)
    client.get(reverse("feedback:figures"), asked)
    with django_assert_num_queries(queries):
        assert client.get(reverse("feedback:figures"), asked).status_code == 200


@pytest.mark.parametrize("others", [0, 3])
def test_the_page_of_an_item_costs_the_same_whatever_topics_there_are(
    scene, client, others, django_assert_num_queries
):
    item = ItemFactory(store=scene.store)
    item.topics.add(TopicFactory(name_zh="停用的", name_en="Old one", is_active=False))
    TopicFactory.create_batch(others, name_en="Not of the item")
    client.force_login(scene.agent.user)
    client.get(reverse("feedback:item", args=[item.pk]))
    with django_assert_num_queries(10):
        shown = client.get(reverse("feedback:item", args=[item.pk])).context
    assert [topic.name_en for topic in shown["topics"]] == ["Old one"]
    assert [pk for pk, _name in shown["triage_form"].fields["topics"].choices] == list(
        Topic.objects.filter(is_active=True).order_by("position", "pk").values_list("pk", flat=True)
    )


def test_inbox_shows_the_stores_of_the_team_only(scene, page):
    ItemFactory(store=scene.store, text="自己店铺的评价")
    ItemFactory(store=scene.other_store, text="别的店铺的评价")
    shown = text_of(page(scene.agent, "feedback:items"))
    assert "自己店铺的评价" in shown
    assert "别的店铺的评价" not in shown


def test_suggestion_says_the_words_that_led_to_it(scene, page):
    ItemFactory(store=scene.store, text="快递太慢，要退货", rating=None)
    shown = text_of(page(scene.agent, "feedback:items"))
    assert "Suggested: complaint, Logistics (because of: 退货, 快递)" in shown
    assert Item.objects.get().kind == ""


def test_bulk_triage_is_undone_with_one_click(scene, send, page):
    items = ItemFactory.create_batch(2, store=scene.store)
    strange = ItemFactory(store=scene.other_store)
    keys = [item.pk for item in (*items, strange)]
    send(scene.agent, "feedback:triage_many", kind="PRAISE", pick=keys, query="")
    assert set(Item.objects.filter(state="TRIAGED").values_list("pk", flat=True)) == {
        item.pk for item in items
    }
    assert "Undo the last triage" in text_of(page(scene.agent, "feedback:items"))
    send(scene.agent, "feedback:undo", query="")
    assert Item.objects.filter(state="UNREAD", kind="", triaged_by=None).count() == 3


def test_undo_leaves_what_somebody_acted_on(scene):
    item = ItemFactory(store=scene.store)
    now = timezone.now()
    triage.triage(actor=scene.agent, item_ids=[item.pk], kind="QUESTION", now=now)
    ways.answer(actor=scene.mate, item_id=item.pk, text="可以的", now=now)
    assert triage.undo(actor=scene.agent, item_ids=[item.pk], now=now) == 0


def test_hit_rate_counts_suggestions_that_people_followed(scene):
    now = timezone.now()
    for kind in ("PRAISE", "PRAISE", "QUESTION"):
        item = ItemFactory(store=scene.store, text="很喜欢", rating=5)
        triage.triage(actor=scene.agent, item_ids=[item.pk], kind=kind, now=now)
    rate = rule_queries.hit_rate()
    assert (rate.hits, rate.of, rate.percent) == (2, 3, 67)


def test_triage_of_one_keeps_its_topics_and_opens_the_next(scene, send):
    now = timezone.now()
    first = ItemFactory(store=scene.store, received_at=now)
    second = ItemFactory(store=scene.store, received_at=now - timedelta(hours=1))
    topic = Topic.objects.get(code="quality")
    response = send(scene.agent, "feedback:triage", first.pk, kind="COMPLAINT", topics=[topic.pk])
    assert response.url == reverse("feedback:item", args=[second.pk])
    first.refresh_from_db()
    assert (first.kind, list(first.topics.all())) == ("COMPLAINT", [topic])


def test_a_complaint_with_one_click_is_linked_both_ways(scene, send, page):
    customer = CustomerFactory(name="小王")
    order = OrderFactory(store=scene.store, customer=customer)
    item = ItemFactory(store=scene.store, customer=customer, order=order, text="杯子裂了")
    send(scene.agent, "feedback:to_complaint", item.pk)
    send(scene.agent, "feedback:to_complaint", item.pk)
    case = Complaint.objects.get()
    assert (case.channel, case.reference, case.customer, case.order, case.description) == (
        "STORE_REVIEW", item.reference, customer, order, "杯子裂了",
    )  # fmt: skip
    item.refresh_from_db()
    assert (item.complaint, item.state, item.kind) == (case, "DONE", "COMPLAINT")
    assert case.number in text_of(page(scene.agent, "feedback:item", item.pk))
    shown = text_of(page(scene.agent, "complaints:case", case.number))
    assert reverse("feedback:item", args=[item.pk]) in shown


def test_an_answer_is_recorded_once_and_silences_the_alarms(scene, send):
    item = ItemFactory(store=scene.store, rating=1)
    AlarmFactory(item=item)
    key = submissions.new_key()
    for _twice in range(2):
        send(scene.agent, "feedback:answer", item.pk, text="很抱歉，马上补发。", form_key=key)
    assert Reply.objects.get().text == "很抱歉，马上补发。"
    assert not Alarm.objects.waiting().exists()
    item.refresh_from_db()
    assert item.answered_at is not None
    assert item.state == "DONE"


@pytest.mark.parametrize("text", ["x" * 5001, "", " \t "])
def test_hostile_answers_are_refused_beside_the_field(scene, send, text):
    item = ItemFactory(store=scene.store)
    response = send(scene.agent, "feedback:answer", item.pk, text=text, form_key=uuid.uuid4())
    assert response.status_code == 422
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"store": "1_000"}, {"store": "٣"}, {"channel": "9" * 40}, {"product": "9" * 40},
        {"since": "0001-01-01"}, {"rating": "9"}, {"state": "x"},
        {"topic": "-1"}, {"owner": "٣"}, {"agent": "1_0"},
    ],
)  # fmt: skip
def test_hostile_addresses_are_borne(scene, page, asked):
    ItemFactory(store=scene.store)
    assert page(scene.agent, "feedback:items", **asked).status_code == 200


def test_a_broken_cursor_is_not_found(scene, page):
    assert page(scene.agent, "feedback:items", after="x.y").status_code == 404


def test_praise_of_a_customer_goes_to_the_wall_once(scene, send):
    item = ItemFactory(store=scene.store, text="小李态度特别好")
    for _twice in range(2):
        send(
            scene.lead, "feedback:praise", item.pk, person=scene.agent.pk, kind="SERVICE",
            title="顾客点名表扬", text="耐心", form_key=submissions.new_key(),
        )  # fmt: skip
    given = Praise.objects.get()
    assert (given.person, given.source) == (scene.agent, f"feedback:{item.pk}")
    item.refresh_from_db()
    assert (item.praise, item.agent, item.kind) == (given, scene.agent, "PRAISE")


def test_nearly_the_same_and_earlier_texts_stand_on_the_page(scene, page):
    desk = intake.Desk(now=timezone.now())
    texts = [
        "手感很不错，面料摸着舒服，下次还来",
        "手感很不错，面料摸着舒服，下次还来！",
        "房间有异味",
    ]
    items = [ItemFactory.build(store=scene.store, text=text, rating=1) for text in texts]
    for item in items:
        item.channel = desk.channel_of(item.source, scene.store.pk)
    intake.write_items(fresh=items, changed=[], desk=desk, actor=None)
    hidden = ItemFactory(store=scene.other_store, text=texts[0])
    intake.index(hidden)
    hidden.save()
    ItemVersionFactory(item=items[0], text="旧的内容")
    response = page(scene.agent, "feedback:item", items[0].pk)
    assert [row[0] for row in response.context["near"]] == [items[1]]
    assert "旧的内容" in text_of(response)
    assert Item.objects.matching(["异味"]).get() == items[2]
