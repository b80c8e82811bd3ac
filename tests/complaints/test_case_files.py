from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Customer, Order, Product
from complaints.resources import cases as case_files
from complaints.resources import orders as order_files
from complaints.services import deadlines
from portal.transfer import registry
from portal.transfer.registry import Context, Notes, Row
from staff.people.access import scope_of
from tests.factories.complaints import ComplaintFactory, OrderFactory
from tests.factories.staff import Department, PersonFactory, StoreFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
HEADER = "registered_at,channel,store,customer,phone,address,description,reference,type,order\n"


@pytest.fixture(autouse=True)
def stores():
    return StoreFactory(name="一号店"), StoreFactory(name="二号店")


def run(kind, text, tmp_path, *more):
    path = tmp_path / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("import", kind, str(path), *more, stdout=out, stderr=err)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue().strip().splitlines()[-1] if out.getvalue() else "", err.getvalue()


def exported(kind):
    out = StringIO()
    target = out
    call_command("export", kind, stdout=target)
    return out.getvalue()


def complaint(number, *, phone="", address="", customer="小王", at="2026-10-08 10:00", **more):
    kind, order = more.get("type", ""), more.get("order", "")
    story = f"杯子破了 {number},R{number},{kind},{order}"
    return f"{at},phone,一号店,{customer},{phone},{address},{story}\n"


def test_complaints_added_then_unchanged(tmp_path):
    text = (
        HEADER
        + complaint(1, phone="13812345678", type="产品缺陷")
        + complaint(2, type="service.attitude")
    )

    first = run("complaints", text, tmp_path)
    again = run("complaints", text, tmp_path)

    assert first[:2] == (0, "complaints: 2 added, 0 changed, 0 unchanged, 0 rejected")
    assert again[:2] == (0, "complaints: 0 added, 0 changed, 2 unchanged, 0 rejected")
    rows = Complaint.objects.order_by("number")
    assert [row.number for row in rows] == ["C20261008-0001", "C20261008-0002"]
    assert [row.type.code for row in rows] == ["quality.defect", "service.attitude"]
    assert rows[0].timeline.get().kind == "REGISTERED"
    assert Complaint.objects.matching(["杯子"]).count() == 2


def test_complaints_are_numbered_by_service_day(tmp_path):
    text = HEADER + complaint(1, at="2026-10-09 00:40") + complaint(2, at="2026-10-09 01:10")

    run("complaints", text, tmp_path)

    assert sorted(Complaint.objects.values_list("number", flat=True)) == [
        "C20261008-0001",
        "C20261009-0001",
    ]


def test_chinese_headers_and_labels_are_read(tmp_path):
    text = (
        "登记时间,渠道,店铺,客户,内容,等级,金额,类型\n"
        '2026/10/8 09:30,电话,一号店,小李,少了一件,严重,"1,299.50",物流延误\n'
    )

    assert run("complaints", text, tmp_path)[0] == 0
    row = Complaint.objects.get()
    assert (row.channel, row.severity, row.amount_fen) == ("PHONE", "SERIOUS", 129950)
    assert row.type.code == "service.logistics_delay"


def test_rows_with_unknown_things_are_rejected_by_name(tmp_path):
    text = (
        HEADER.strip()
        + ",recorder,number\n"
        + "2026-10-08 10:00,phone,三号店,甲,,,x,R1,,,,\n"
        + "2026-10-08 10:00,phone,一号店,甲,,,x,R2,,NO1,,\n"
        + "2026-10-08 10:00,phone,一号店,甲,,,x,R3,,,E999,\n"
        + "2026-10-08 10:00,phone,一号店,甲,,,x,R4,nonsense,,,\n"
        + "2026-10-08 10:00,phone,一号店,甲,,,x,R5,,,,C20200101-0001\n"
    )

    status, total, errors = run("complaints", text, tmp_path)

    assert (status, total) == (1, "complaints: 0 added, 0 changed, 0 unchanged, 5 rejected")
    assert [line.split(":")[1].strip() for line in errors.strip().splitlines()] == [
        "store",
        "order",
        "recorder",
        "type",
        "number",
    ]
    assert not Complaint.objects.exists()


def test_empty_leaves_and_dash_clears(tmp_path):
    run(
        "complaints",
        HEADER.strip() + ",demand,batch\n" + complaint(1).strip() + ",退款,B1\n",
        tmp_path,
    )

    result = run(
        "complaints", HEADER.strip() + ",demand,batch\n" + complaint(1).strip() + ",,-\n", tmp_path
    )

    row = Complaint.objects.get()
    assert result[1] == "complaints: 0 added, 1 changed, 0 unchanged, 0 rejected"
    assert (row.demand, row.batch, row.version) == ("退款", "", 2)


def test_number_identifies_a_row(tmp_path):
    case = ComplaintFactory(store=StoreFactory(name="三号店"))
    text = (
        "number,registered_at,channel,store,customer,description\n"
        f"{case.number},2026-11-02 12:00,phone,三号店,{case.customer.name},新的内容\n"
    )

    result = run("complaints", text, tmp_path)

    case.refresh_from_db()
    assert result[1] == "complaints: 0 added, 1 changed, 0 unchanged, 0 rejected"
    assert case.description == "新的内容"


def test_a_customer_with_several_addresses_settles(tmp_path):
    text = HEADER + "".join(
        complaint(number, phone="13812345678", address=address, at=f"2026-10-{day:02} 10:00")
        for number, address, day in [
            (1, "上海市甲路1号", 9),
            (2, "北京市乙路2号", 8),
            (3, "广州市丙路3号", 9),
        ]
    )
    run("complaints", text, tmp_path)

    again = run("complaints", text, tmp_path)

    assert again[1] == "complaints: 0 added, 0 changed, 3 unchanged, 0 rejected"
    assert Customer.objects.get().address == "广州市丙路3号"


def test_one_name_with_two_phones_is_two_customers(tmp_path):
    text = HEADER + "".join(
        complaint(number, phone=phone)
        for number, phone in [(1, ""), (2, "13800000001"), (3, "13800000002"), (4, "")]
    )
    run("complaints", text, tmp_path)

    again = run("complaints", text, tmp_path)

    assert again[1] == "complaints: 0 added, 0 changed, 4 unchanged, 0 rejected"
    assert Customer.objects.count() == 2


def test_orders_added_changed_unchanged(tmp_path):
    PersonFactory(number="E777")
    header = "order,store,customer,phone,product,amount,bought_at,shipped_at,remark,remark_by\n"
    text = header + "A1,一号店,小王,13812345678,杯子,59.9,2026-10-08 10:00,,,\n"
    text += "A1,二号店,小王,13812345678,杯子,59.9,2026-10-08 10:00,,备注,E777\n"

    first = run("orders", text, tmp_path)
    again = run("orders", text, tmp_path)
    shipped = run("orders", text.replace("10:00,,,", "10:00,2026-10-09 08:00,,"), tmp_path)

    assert first[1] == "orders: 2 added, 0 changed, 0 unchanged, 0 rejected"
    assert again[1] == "orders: 0 added, 0 changed, 2 unchanged, 0 rejected"
    assert shipped[1] == "orders: 0 added, 1 changed, 1 unchanged, 0 rejected"
    assert (Customer.objects.count(), Product.objects.count()) == (1, 1)
    assert Order.objects.get(store__name="二号店").remark_by.number == "E777"


def test_exports_imported_again_change_nothing(tmp_path):
    order = OrderFactory(remark="=1+1", tracking="-5")
    ComplaintFactory(order=order, store=order.store, customer=order.customer, demand="-全额退款")
    ComplaintFactory(customer=order.customer, produced_on="2026-01-02", reference="@x")

    for kind, count in (("orders", 1), ("complaints", 2)):
        path = tmp_path / f"{kind}-out.csv"
        call_command("export", kind, "--output", str(path), stdout=StringIO())
        out = StringIO()
        call_command("import", kind, str(path), stdout=out, stderr=StringIO())
        line = out.getvalue().strip().splitlines()[-1]
        assert line == f"{kind}: 0 added, 0 changed, {count} unchanged, 0 rejected"


@pytest.mark.parametrize("kind", ["orders", "complaints"])
def test_export_by_a_person_is_scoped_and_empty_of_personal_data(kind):
    department = Department()
    order = OrderFactory(store=department.store)
    ComplaintFactory(store=department.store, order=order, customer=order.customer)
    leak = OrderFactory(store=department.other_store)
    ComplaintFactory(store=department.other_store, order=leak, customer=leak.customer)
    scope = scope_of(department.lead.user, today=NOW.date())
    context = Context(
        actor=department.lead.user, scope=scope, now=NOW, zone=ZoneInfo("Asia/Shanghai")
    )

    rows = list(registry.get(kind).export(context))

    assert [row["order"] for row in rows] == [order.number]
    assert [(row["phone"], row["address"]) for row in rows] == [("", "")]
    assert rows[0]["customer"] == order.customer.name


@pytest.mark.parametrize("kind", ["orders", "complaints"])
def test_a_lead_imports_for_own_stores_only(kind):
    department = Department()
    scope = scope_of(department.lead.user, today=NOW.date())
    context = Context(
        actor=department.lead.user, scope=scope, now=NOW, zone=ZoneInfo("Asia/Shanghai")
    )
    values = {
        "store": department.other_store.name,
        "order": "A1",
        "bought_at": NOW,
        "registered_at": NOW,
        "channel": "PHONE",
        "customer": "小王",
        "description": "x",
    }
    notes = Notes()

    registry.get(kind).resource(context).check([Row(2, values, {"store": "x"})], notes)

    assert [finding.code for finding in notes.rejections] == ["not_your_store"]


@pytest.mark.parametrize("module", [case_files, order_files])
def test_a_batch_costs_a_constant_number_of_queries(module, stores):
    resource = getattr(module, "ComplaintResource", None) or module.OrderResource
    context = Context(actor=None, now=NOW, zone=ZoneInfo("Asia/Shanghai"))

    def batch(first, size):
        return [
            Row(
                number,
                {
                    "store": "一号店",
                    "order": f"A{number}",
                    "bought_at": NOW.replace(day=number % 28 + 1),
                    "registered_at": NOW.replace(day=number % 28 + 1),
                    "channel": "PHONE",
                    "customer": f"买家{number}",
                    "phone": f"139{number:08}",
                    "address": f"地址{number}",
                    "description": "破了",
                    "reference": f"R{number}",
                    "product": f"商品{number % 7}",
                },
                {},
            )
            for number in range(first, first + size)
        ]

    for number in range(1, 400):
        OrderFactory(store=stores[0], number=f"A{number}") if module is case_files else None
    counts = []
    for first, size in ((1, 50), (100, 200)):  # few rows go another way
        with CaptureQueriesContext(connection) as counted:
            one = resource(context)
            one.check(batch(first, size), Notes())
            one.write(batch(first, size), Notes(), 0)
        counts.append(len(counted.captured_queries))
    # SQLite cuts long statements into several; the number does not follow the rows.
    assert counts[1] <= counts[0] + (0 if connection.vendor == "postgresql" else 10)


def test_imported_cases_have_deadlines_that_follow_their_severity(tmp_path):
    header = HEADER.strip() + ",severity\n"
    line = complaint(1).strip()
    run("complaints", f"{header}{line},ordinary\n", tmp_path)
    before = Complaint.objects.get()
    assert before.acknowledge_by == before.due_at == datetime(2026, 10, 8, 2, 30, tzinfo=UTC)

    outcome = run("complaints", f"{header}{line},minor\n", tmp_path)

    assert outcome[1] == "complaints: 0 added, 1 changed, 0 unchanged, 0 rejected"
    case = Complaint.objects.get()
    assert case.timeline.get(kind="SEVERITY").params == {"from": "ORDINARY", "to": "MINOR"}
    assert (case.acknowledge_by, deadlines.recount([case.pk], now=NOW)) == (
        before.acknowledge_by,
        0,
    )
