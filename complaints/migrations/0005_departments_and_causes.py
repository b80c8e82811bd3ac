"""Departments and root causes to begin with, and guards of what was approved."""

from django.db import migrations

from portal.guards import Guard, guarded

DEPARTMENTS = (
    ("warehouse", "仓库", "Warehouse", 480),
    ("marketing", "市场部", "Marketing", 960),
    ("finance", "财务部", "Finance", 960),
    ("logistics", "物流部", "Logistics", 960),
    ("product", "产品部", "Product", 2400),
)
CAUSES = (
    ("product-defect", "产品质量缺陷", "Product defect", "SUPPLIER"),
    ("description", "商品描述不准确", "Wrong product description", "OURS"),
    ("wrong-item", "发错货", "Wrong item shipped", "WAREHOUSE"),
    ("missing-item", "漏发", "Item left out", "WAREHOUSE"),
    ("packing", "包装不当", "Poor packing", "WAREHOUSE"),
    ("late-shipping", "发货延迟", "Shipped late", "WAREHOUSE"),
    ("order-remark", "订单备注写错或漏写", "Wrong or missing order remark", "OURS"),
    ("wrong-information", "客服答复有误", "Wrong information given", "OURS"),
    ("attitude", "服务态度", "Service attitude", "OURS"),
    ("slow-answer", "答复不及时", "Slow answer", "OURS"),
    ("price", "价格或活动规则错误", "Wrong price or campaign rule", "OURS"),
    ("courier-delay", "快递延误", "Delayed by the courier", "COURIER"),
    ("courier-damage", "运输途中损坏", "Damaged by the courier", "COURIER"),
    ("courier-loss", "快递丢件", "Lost by the courier", "COURIER"),
    ("platform", "平台规则或故障", "Rule or failure of the platform", "PLATFORM"),
    ("wrong-use", "顾客使用不当", "Wrong use by the customer", "CUSTOMER"),
    ("changed-mind", "顾客改变主意", "Customer changed their mind", "CUSTOMER"),
    ("unclear", "原因不明", "Cause not clear", "NOBODY"),
)
FIXED = "('APPROVED', 'AGREED')"
OF_FIXED = (
    "EXISTS (SELECT 1 FROM complaints_proposal WHERE id = {row}.proposal_id AND state IN "
    + FIXED
    + ")"
)
GUARDS = [
    Guard(
        name="proposal_stands",
        table="complaints_proposal",
        act="update",
        when=(
            f"OLD.state IN {FIXED} AND (NEW.total_fen <> OLD.total_fen OR NEW.needs <> OLD.needs"
            " OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.state IN ('DRAFT', 'SUBMITTED'))"
        ),
        says="an approved proposal becomes void, it never changes",
    ),
    Guard(
        name="proposal_remedy_comes",
        table="complaints_remedy",
        act="insert",
        when=OF_FIXED.format(row="NEW"),
        says="an approved proposal becomes void, it never changes",
    ),
    Guard(
        name="proposal_remedy_stands",
        table="complaints_remedy",
        act="update",
        when=OF_FIXED.format(row="OLD"),
        says="an approved proposal becomes void, it never changes",
    ),
    Guard(
        name="proposal_remedy_stays",
        table="complaints_remedy",
        act="delete",
        when=OF_FIXED.format(row="OLD"),
        says="an approved proposal becomes void, it never changes",
    ),
]


def fill(apps, _editor=None):
    calendar = apps.get_model("staff", "Calendar").objects.filter(code="office").first()
    departments = apps.get_model("complaints", "Department")
    for place, (code, name_zh, name_en, minutes) in enumerate(DEPARTMENTS):
        departments.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": name_zh,
                "name_en": name_en,
                "calendar": calendar,
                "task_minutes": minutes,
                "position": place,
            },
        )
    kinds = apps.get_model("complaints", "CauseKind")
    for place, (code, name_zh, name_en, side) in enumerate(CAUSES):
        kinds.objects.get_or_create(
            code=code,
            defaults={"name_zh": name_zh, "name_en": name_en, "side": side, "position": place},
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_liability")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        guarded(GUARDS),
    ]
