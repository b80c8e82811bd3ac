"""The pure rules of feedback, with pencil and paper."""

from datetime import UTC, date, datetime, timedelta

import pytest

from feedback.enums import AlarmStage
from feedback.policies import deadlines, figures, triage
from feedback.policies.triage import Words
from portal.servicetime import Timetable, Window
from portal.texttokens import index_tokens

RULES = [
    Words(key=1, words=["差评", "退货"], kind="COMPLAINT"),
    Words(key=2, words=["喜欢", "好评"], kind="PRAISE"),
    Words(key=3, words=["物流", "快递"], topic=7),
    Words(key=4, words=["加微信"], kind="SPAM"),
]


@pytest.mark.parametrize(
    ("text", "rating", "kind", "words"),
    [
        ("差评，要退货", None, "COMPLAINT", ["差评", "退货"]),
        ("很喜欢", None, "PRAISE", ["喜欢"]),
        ("喜欢，但是要退货", None, "", []),
        ("喜欢，但是要退货", 1, "COMPLAINT", ["退货"]),
        ("喜欢，但是要退货", 5, "PRAISE", ["喜欢"]),
        ("还行", None, "", []),
        ("还行", 3, "", []),
        ("还行", 2, "COMPLAINT", []),
    ],
)
def test_suggestion_is_the_kind_with_the_most_words(text, rating, kind, words):
    found = triage.suggest(RULES, text, rating=rating)
    assert (found.kind, list(found.kind_words)) == (kind, words)


def test_suggestion_names_every_topic_with_its_words():
    found = triage.suggest(RULES, "快递太慢，物流没更新", rating=None)
    assert found.topics == {7: ["物流", "快递"]}
    assert found.kind == ""


def test_only_a_rule_of_spam_is_one():
    assert triage.spam_rule(RULES, "请加微信领红包") == 4
    assert triage.spam_rule(RULES, "差评") is None


def test_sketches_of_nearly_the_same_texts_share_one():
    text = "手感很不错，面料摸着舒服。性价比挺高的，下次还会再来买。"
    first = triage.sketches(index_tokens(text))
    second = triage.sketches(index_tokens(text + "！"))
    other = triage.sketches(index_tokens("房间有异味，前台态度冷淡，再也不来了。"))
    assert first == second
    assert not set(first) & set(other)
    assert triage.sketches(["好"]) == (None, None)


def test_likeness_is_the_share_in_common():
    assert triage.likeness("ab", "ab") == 1
    assert triage.likeness("abc", "abd") == 0.5
    assert triage.likeness("", "") == 0


def test_wilson_of_eight_in_ten():
    share = figures.wilson(8, 10)
    assert (round(share.value), round(share.low, 1), round(share.high, 1)) == (80, 49.0, 94.3)
    assert figures.wilson(0, 0) is None
    assert figures.wilson(3, 3).high == 100
    with pytest.raises(ValueError, match="hits"):
        figures.wilson(4, 3)


def test_mean_with_its_interval():
    share = figures.mean(12, 50, 3)  # 3, 4 and 5
    assert share.value == 4
    assert round(share.high - share.value, 2) == 1.13  # 1.96 * 1 / sqrt(3)
    assert figures.mean(4, 16, 1).low == 4
    assert figures.mean(0, 0, 0) is None


def test_the_mean_of_counted_scores():
    share = figures.mean_of({3: 1, 4: 1, 5: 1})
    assert share == figures.mean(12, 50, 3)
    assert figures.mean_of({}) is None


def test_nps_of_counts_is_that_of_the_scores():
    assert figures.nps_of({10: 3, 6: 1, 8: 2}) == figures.nps([10, 10, 10, 6, 8, 8])
    assert figures.nps_of({10: 3, 6: 1}).value == 50
    assert (figures.nps_of({0: 2}).value, figures.nps_of({0: 2}).low) == (-100, -100)
    with pytest.raises(ValueError, match="between"):
        figures.nps_of({-1: 1})


def test_nps_is_promoters_minus_detractors():
    share = figures.nps([10, 9, 8, 7, 6, 0, 10, 10])  # 4 promoters, 2 detractors of 8
    assert share.value == 25
    assert figures.nps([]) is None
    assert figures.nps([10]).high == 100
    with pytest.raises(ValueError, match="between"):
        figures.nps([11])


DESK = Timetable(
    zone=UTC,
    windows=(Window(datetime(2026, 1, 1, 8).time(), datetime(2026, 1, 1, 20).time()),),  # noqa: DTZ001 -- a wall clock
    weekdays=frozenset(range(7)),
    holidays=frozenset(),
    workdays=frozenset(),
)
LADDER = {
    AlarmStage.LEAD: timedelta(0),
    AlarmStage.DEPUTY: timedelta(hours=1),
    AlarmStage.SUPERVISOR: timedelta(hours=4),
}


def test_rungs_count_from_the_end_of_the_service_day():
    day = date(2026, 11, 2)
    now = datetime(2026, 11, 2, 10, tzinfo=UTC)
    found = deadlines.rungs(day=day, now=now, desk=DESK, ladder=LADDER)
    assert found == {
        "LEAD": datetime(2026, 11, 2, 20, tzinfo=UTC),
        "DEPUTY": datetime(2026, 11, 3, 9, tzinfo=UTC),
        "SUPERVISOR": datetime(2026, 11, 3, 12, tzinfo=UTC),
    }
    later = now + timedelta(days=1)
    assert deadlines.rungs(day=day, now=later, desk=DESK, ladder=LADDER) == {}


def test_silence_counts_from_the_last_item_or_the_first_day_of_watching():
    now = datetime(2026, 11, 2, 10, tzinfo=UTC)
    quiet, old = timedelta(hours=24), now - timedelta(hours=25)
    since = deadlines.silent_since
    assert since(last=old, watched_since=None, quiet=quiet, now=now) == old
    assert since(last=old, watched_since=now, quiet=quiet, now=now) is None
    assert since(last=None, watched_since=old, quiet=quiet, now=now) == old
    assert since(last=now, watched_since=old, quiet=quiet, now=now) is None
    assert since(last=old, watched_since=None, quiet=None, now=now) is None
