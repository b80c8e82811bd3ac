"""The kind `reviews`: in, again, changed, out."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Customer
from feedback.models import Alarm, Channel, Item, ItemVersion
from feedback.resources import reviews
from portal.transfer.registry import Context, Notes, Row
from staff.people.access import scope_of
from tests.factories.complaints import OrderFactory
from tests.factories.feedback import ChannelFactory, RuleFactory
from tests.factories.staff import Department, StoreFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HEADER = "channel,store,reference,received_at,rating,text,customer,order,product\n"


@pytest.fixture(autouse=True)
def store():
    return StoreFactory(name="一号店")


def run(text, tmp_path, *more):
    path = tmp_path / "reviews.csv"
    path.write_text(text, encoding="utf-8")
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("import", "reviews", str(path), *more, stdout=out, stderr=err)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue().strip(), err.getvalue()


def line(number, text="包装很好", rating="5", more=",,", at="2026-10-08 10:00"):
    return f"store_review,一号店,R{number},{at},{rating},{text},{more}\n"


def test_reviews_added_then_unchanged(tmp_path):
    text = HEADER + line(1) + line(2, rating="", more="小王,,盖碗")
    assert run(text, tmp_path)[:2] == (
        0, "reviews: 2 added, 0 changed, 0 unchanged, 0 rejected",
    )  # fmt: skip
    assert run(text, tmp_path)[:2] == (
        0, "reviews: 0 added, 0 changed, 2 unchanged, 0 rejected",
    )  # fmt: skip
    first, second = Item.objects.order_by("reference")
    assert (first.rating, second.rating) == (5, None)
    assert (second.customer.name, second.product.name) == ("小王", "盖碗")
    assert first.channel == Channel.objects.get(source="STORE_REVIEW", store=None, team=None)
    assert first.channel.last_received_at == datetime(2026, 10, 8, 2, tzinfo=UTC)
    assert list(Item.objects.matching(["包装"])) == list(Item.objects.all())
    assert not Alarm.objects.exists()


def test_a_changed_review_keeps_its_earlier_text_and_is_unread_again(tmp_path):
    run(HEADER + line(1), tmp_path)
    now = timezone.now()
    Item.objects.update(kind="PRAISE", state="TRIAGED", triaged_at=now)
    assert "1 changed" in run(HEADER + line(1, text="用了一周裂了", rating="1"), tmp_path)[1]
    item = Item.objects.get()
    assert (item.text, item.rating, item.state, item.kind) == ("用了一周裂了", 1, "UNREAD", "")
    assert item.version == 2
    earlier = ItemVersion.objects.get()
    assert (earlier.text, earlier.rating) == ("包装很好", 5)
    assert list(Item.objects.matching(["裂了"])) == [item]
    assert not Item.objects.matching(["包装"]).exists()


def test_what_leaves_can_come_back_and_changes_nothing(tmp_path, store):
    OrderFactory(store=store, number="A1")
    text = line(1, text="=1+1", more="小王,A1,盖碗") + line(2, text='"第一行\n第二行"')
    run(HEADER + text, tmp_path)
    path = tmp_path / "out.csv"
    call_command("export", "reviews", "--output", str(path))
    text = path.read_text(encoding="utf-8")
    assert "0 added, 0 changed, 2 unchanged" in run(text, tmp_path)[1]
    assert Customer.objects.filter(name="小王").count() == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line(1).replace("一号店", "没有"), "there is no store"),
        (line(1, more=",A9,"), "no order"),
        (line(1, rating="6"), "rating"),
        (line(1, text=""), "text"),
        (line(1) + line(1), "row 3"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(tmp_path, row, said):
    status, _out, err = run(HEADER + row, tmp_path)
    assert status == 1
    assert said in err
    assert not Item.objects.exists()


def test_spam_is_sorted_out_by_its_rule_only(tmp_path):
    rule = RuleFactory(words="加微信")
    run(HEADER + line(1, text="加微信领红包") + line(2, text="差评，要退货"), tmp_path)
    spam, other = Item.objects.order_by("reference")
    assert (spam.kind, spam.state, spam.by_rule) == ("SPAM", "TRIAGED", rule)
    assert (other.kind, other.state) == ("", "UNREAD")


def test_a_negative_review_of_today_gets_its_rungs_and_history_none(tmp_path):
    local = timezone.localtime()
    at = f"{local:%Y-%m-%d %H:%M}"
    run(HEADER + line(1, rating="1", at=at) + line(2, rating="1"), tmp_path)
    assert list(Alarm.objects.order_by("due_at").values_list("item__reference", "stage")) == [
        ("R1", "LEAD"), ("R1", "DEPUTY"), ("R1", "SUPERVISOR"),
    ]  # fmt: skip


def test_the_channel_of_the_store_goes_before_the_general_one(tmp_path, store):
    own = ChannelFactory(store=store)
    run(HEADER + line(1), tmp_path)
    assert Item.objects.get().channel == own


def rows(count):
    return [
        Row(
            number=number + 2,
            values={
                "channel": "STORE_REVIEW",
                "store": "一号店",
                "reference": f"R{number}",
                "received_at": datetime(2026, 10, 8, tzinfo=UTC) + timedelta(minutes=number),
                "text": f"第{number}条",
            },
            cells={},
        )
        for number in range(count)
    ]


def test_a_person_imports_for_their_stores_only():
    people = Department()
    now = timezone.now()
    scope = scope_of(people.lead.user, today=timezone.localdate())
    context = Context(actor=people.lead.user, scope=scope, now=now, zone=ZoneInfo("Asia/Shanghai"))
    notes = Notes()
    reviews.ReviewResource(context).check(rows(1), notes)
    assert [one.code for one in notes.rejections] == ["not_your_store"]


def test_a_batch_costs_the_same_for_any_number_of_rows():
    context = Context(actor=None, now=timezone.now(), zone=ZoneInfo("Asia/Shanghai"))
    resource = reviews.ReviewResource(context)
    counts = []
    for count in (40, 200):
        with CaptureQueriesContext(connection) as queries:
            resource.check(rows(count), Notes())
        counts.append(len(queries))
    assert counts[0] == counts[1]
