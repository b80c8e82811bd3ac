"""The types of complaint of CMP-2; a department may add its own."""

from django.db import migrations

TYPES = [
    (
        "quality",
        "产品质量",
        "Product quality",
        [
            ("defect", "产品缺陷", "Defect"),
            ("malfunction", "功能故障", "Malfunction"),
            ("not_as_described", "描述不符", "Not as described"),
        ],
    ),
    (
        "service",
        "服务质量",
        "Service quality",
        [
            ("logistics_delay", "物流延误", "Logistics delay"),
            ("damaged", "运输破损", "Damaged in transit"),
            ("after_sales", "售后服务", "After-sales service"),
            ("attitude", "服务态度", "Staff attitude"),
            ("communication", "沟通问题", "Communication"),
        ],
    ),
    (
        "price",
        "价格问题",
        "Price",
        [
            ("false", "虚假价格", "False price"),
            ("discrimination", "价格歧视", "Price discrimination"),
            ("unreasonable", "价格不合理", "Unreasonable price"),
        ],
    ),
    (
        "other",
        "其他",
        "Other",
        [
            ("platform_rules", "平台规则", "Platform rules"),
            ("violation", "违规行为", "Violation"),
            ("privacy", "隐私问题", "Privacy"),
        ],
    ),
]


def fill(apps, _editor=None):
    model = apps.get_model("complaints", "ComplaintType")
    for position, (code, name_zh, name_en, children) in enumerate(TYPES):
        group, _ = model.objects.get_or_create(
            code=code,
            defaults={"name_zh": name_zh, "name_en": name_en, "position": position * 100},
        )
        for step, (child, child_zh, child_en) in enumerate(children, start=1):
            model.objects.get_or_create(
                code=f"{code}.{child}",
                defaults={
                    "parent": group,
                    "name_zh": child_zh,
                    "name_en": child_en,
                    "position": position * 100 + step,
                },
            )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
