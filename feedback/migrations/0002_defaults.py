"""A channel for each kind, the topics, and rules of triage to begin with; all can be changed."""

from django.db import migrations

CHANNELS = [
    ("PHONE", "电话回访"),
    ("CHAT", "在线聊天"),
    ("MAIL", "反馈邮箱"),
    ("STORE_REVIEW", "店铺评价"),
    ("SOCIAL", "社交媒体"),
    ("SURVEY", "在线问卷"),
    ("PLATFORM", "平台"),
    ("OTHER", "其他渠道"),
]
TOPICS = [
    ("logistics", "物流", "Logistics", "物流 快递 发货 送货 配送 包裹 到货 包装"),
    ("quality", "质量", "Quality", "质量 做工 破损 坏了 掉色 起球 异味 变质 瑕疵 裂 烂了 不新鲜"),
    ("attitude", "态度", "Attitude", "态度 客服 服务员 前台 不耐烦 不理人 不回复 骂"),
    ("price", "价格", "Price", "价格 降价 太贵 便宜 性价比 差价 优惠"),
    (
        "mismatch",
        "描述不符",
        "Not as described",
        "不符 色差 和图片 与图片 不一样 假货 盗版 正品 尺码 偏小 偏大",
    ),
]
KINDS = [
    (
        "投诉用语",
        "COMPLAINT",
        "差评 投诉 退货 退款 太差 很差 垃圾 失望 上当 骗人 后悔 坏了 假货 差劲 不好用 没法用 难用 难吃 恶心",
    ),
    ("表扬用语", "PRAISE", "很好 不错 喜欢 满意 好评 赞 推荐 很棒 好吃 舒服 漂亮 很快 惊喜 感谢"),
    ("建议用语", "SUGGESTION", "建议 希望 要是能 最好能 如果能 改进"),
    ("提问用语", "QUESTION", "请问 怎么用 吗？ 吗? 能不能 是不是 有没有 什么时候"),
]


def fill(apps, _editor=None):
    channel = apps.get_model("feedback", "Channel")
    for source, name in CHANNELS:
        channel.objects.get_or_create(source=source, store=None, team=None, defaults={"name": name})
    topic, rule = apps.get_model("feedback", "Topic"), apps.get_model("feedback", "Rule")
    for position, (code, name_zh, name_en, words) in enumerate(TOPICS):
        made, _ = topic.objects.get_or_create(
            code=code, defaults={"name_zh": name_zh, "name_en": name_en, "position": position}
        )
        rule.objects.get_or_create(
            name=name_zh, defaults={"topic": made, "words": words.replace(" ", "\n")}
        )
    for name, kind, words in KINDS:
        rule.objects.get_or_create(
            name=name, defaults={"kind": kind, "words": words.replace(" ", "\n")}
        )


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
