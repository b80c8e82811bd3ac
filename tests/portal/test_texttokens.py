import re
import sqlite3
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.texttokens import (
    MAX_CHARACTERS,
    MAX_QUERY_CHARACTERS,
    MAX_WORD_CHARACTERS,
    as_fts5,
    as_tsquery,
    begun_tokens,
    index_tokens,
    is_character,
    query_tokens,
)

CJK = st.one_of(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
    st.sampled_from("投诉退款快递破损々〇カタひらㄅ한국"),
)
ANY_TEXT = st.text(st.characters())  # surrogates, controls and marks included
MIXED_TEXT = st.lists(
    st.one_of(
        st.text(CJK), st.text(st.characters()), st.sampled_from([" ", "，", "C2026-07", "XL"])
    )
).map("".join)


def found(query, *texts):
    """Whether the tokens find the texts, as both databases ask it."""
    return set(query_tokens(query)) <= set(index_tokens(*texts))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("投诉单", {"投", "诉", "单", "投诉", "诉单"}),
        ("退", {"退"}),
        ("退。款", {"退", "款"}),
        ("Late Delivery", {"late", "delivery"}),
        ("买了2件XL码", {"买", "了", "买了", "2", "件", "xl", "码"}),
        ("iPhone15手机", {"iphone15", "iphone", "15", "手", "机", "手机"}),
        ("C20261008-0007", {"c20261008-0007", "c20261008", "0007", "c", "20261008"}),
        ("2026/10/8", {"2026", "10", "8", "2026-10", "10-8"}),
        ("a.b@c.cn", {"a", "b", "c", "cn", "a-b", "b-c", "c-cn"}),
        ("a1b2c3d4", {"a1b2c3d4"}),
        ("C2026", {"c2026", "c", "2026"}),
        ("投\u200b诉", {"投", "诉", "投诉"}),
        ("葛\U000e0100城", {"葛", "城", "葛城"}),
        ("ｶﾞス", {"ガ", "ス", "ガス"}),
        ("café", {"café"}),
        ("cafe\u0301", {"café"}),
        ("Straße İ", {"strasse", "i"}),
        ('don\'t "quote" \\ back--slash', {"don", "t", "quote", "back", "slash"}),
        ("", set()),
        ("👍 ，。 \x00 \ud800 _", set()),
    ],
)
def test_index_tokens_are_characters_pairs_and_words(text, tokens):
    assert set(index_tokens(text)) == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("投诉单", {"投诉", "诉单", "单"}),
        ("退。款", {"退", "款"}),
        ("买了2件XL码", {"买了", "了", "2", "件", "xl", "码"}),
        ("C20261008-0007", {"c20261008-0007", "c20261008", "0007", "c", "20261008"}),
        ("", set()),
    ],
)
def test_begun_tokens_leave_out_characters_that_begin_a_pair(text, tokens):
    assert set(begun_tokens(text)) == tokens


@given(MIXED_TEXT)
@example("投诉单 退 款XL码")
def test_every_token_is_a_begun_one_or_begins_one(text):
    begun = begun_tokens(text)
    assert set(begun) <= set(index_tokens(text))
    for token in index_tokens(text):
        assert token in begun or (
            is_character(token) and any(other.startswith(token) for other in begun)
        )


def test_one_character_is_asked_for_as_a_beginning():
    assert as_tsquery(["投", "诉单", "c"]) == "'投':* & '诉单' & 'c'"
    assert as_tsquery(["投", "诉单"], any_of=True) == "'投':* | '诉单'"
    assert as_fts5(["投", "诉单"]) == '"投" * AND "诉单"'
    assert as_fts5(["投", "诉单"], any_of=True) == '"投" * OR "诉单"'


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("投诉单", ["投诉", "诉单"]),
        ("退", ["退"]),
        ("退 款", ["退", "款"]),
        ("C20261008-0007", ["c20261008", "0007", "c20261008-0007"]),
        ("C20261008_0007", ["c20261008", "0007", "c20261008-0007"]),
        ("iPhone15", ["iphone15"]),
        ("👍", []),
        ("", []),
    ],
)
def test_query_tokens_are_the_fewest_that_find(query, tokens):
    assert query_tokens(query) == tokens


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("快递破损", "收到时快递破损严重", True),
        ("快递 破损", "破损的是快递盒", True),
        ("损快", "快递破损", False),
        ("late", "Delivered LATE.Then lost", True),
        ("lat", "delivered late", False),
        ("delivered late", "late, but delivered", True),
        ("C20261008-0007", "见c20261008-0007-A号", True),
        ("0007", "见C20261008-0007号", True),
        ("C20261008-0008", "C20261008-0007 and X-0008", False),
        ("C20261008-0007", "C20261008 0007", False),
        ("2026/10/08", "bought on 2026-10-08", True),
    ],
)
def test_queries_find_what_people_mean(query, text, is_found):
    assert found(query, text) is is_found


def test_texts_are_found_together_but_do_not_run_into_each_other():
    assert found("退款 破损", "要求退款", "快递破损")
    assert not found("款快", "要求退款", "快递破损")


@given(MIXED_TEXT, st.text(CJK, min_size=1), MIXED_TEXT)
def test_every_run_of_cjk_finds_the_texts_that_contain_it(before, query, after):
    assert found(query, before + query + after)


@given(st.text(CJK, min_size=1, max_size=60), st.data())
def test_every_piece_of_a_cjk_text_finds_it(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    tokens = query_tokens(text[start:end])
    assert tokens
    assert set(tokens) <= set(index_tokens("order", text))


@given(ANY_TEXT)
@example("a\ud800'\"\\\x00\u2028b")
def test_every_text_finds_itself(text):
    assert found(text, text)


@given(ANY_TEXT, ANY_TEXT)
@example("\U0002ebe1", "")
@example("１２３\u00bd㌔\ufdfaǅİﬁ", "e\u0301\u0301 \u1100\u1161\u11a8")
def test_tokens_hold_letters_digits_and_hyphens_only(one, other):
    tokens = [*index_tokens(one, other), *query_tokens(one)]
    # Chinese characters younger than this Python's tables are no letters to it; they are to us.
    letters = r"(?:[^\W_]|[\U00020000-\U000323af])+"
    assert not [token for token in tokens if not re.fullmatch(f"{letters}(-{letters})?", token)]
    assert all(token.encode() for token in tokens)
    assert len(set(index_tokens(one, other))) == len(index_tokens(one, other))


HOSTILE = {
    "marks": "a" + "\u0301\u0323" * 500_000,
    "one long word": "a" * 1_000_000,
    "one long number": "1a" * 500_000,
    "joints": "a-" * 500_000,
    "expanding": "\ufdfa" * 1_000_000,
    "surrogates": "\ud800" * 1_000_000,
    "nul": "\x00" * 1_000_000,
    "emoji": "👨‍👩‍👧" * 200_000,
    "cjk": "".join(chr(0x20000 + number % 40_000) for number in range(1_000_000)),
    "jamo": "\u1100\u1161\u11a8" * 333_333,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_costs_little(kind):
    started = time.process_time()
    tokens = index_tokens(HOSTILE[kind])
    queries = query_tokens(HOSTILE[kind])
    assert time.process_time() - started < 1
    assert len(tokens) <= 2 * MAX_CHARACTERS
    assert len(queries) <= MAX_QUERY_CHARACTERS
    assert max(map(len, [*tokens, *queries]), default=0) <= 2 * MAX_WORD_CHARACTERS + 1
    assert sum(len(token.encode()) for token in tokens) < 1_000_000


def test_long_word_is_found_by_its_whole_and_by_what_is_stored_of_it():
    word = "x" * 100
    assert index_tokens(word) == ["x" * MAX_WORD_CHARACTERS]
    assert found(word, word)


def test_short_texts_are_not_crowded_out_by_a_long_one():
    tokens = index_tokens("话" * (2 * MAX_CHARACTERS), "C20261008-0007", "张三")
    assert {"c20261008-0007", "张三", "话话"} <= set(tokens)


def test_end_of_a_text_that_is_too_long_is_left_out():
    text = "话" * MAX_CHARACTERS + "末"
    assert not found("末", text)
    assert found("话话话", text)


def test_full_text_search_of_sqlite_keeps_the_tokens_whole():
    texts = ["见C20261008-0007号，快递破损", "C20261008 and 0007", "Café 快递", "Lätt " + "𠀀𠀁"]
    database = sqlite3.connect(":memory:")
    database.execute(
        """CREATE VIRTUAL TABLE words USING fts5(t, tokenize="ascii tokenchars '-'")"""
    )
    rows = [(" ".join(begun_tokens(text)),) for text in texts]
    database.executemany("INSERT INTO words VALUES (?)", rows)

    def matches(query):
        wanted = as_fts5(query_tokens(query))
        answer = database.execute("SELECT rowid FROM words WHERE words MATCH ?", [wanted])
        return [rowid for (rowid,) in answer]

    queries = [
        "C20261008-0007",
        "0007",
        "快递",
        "递破",
        "损",
        "CAFÉ",
        "lätt",
        "𠀀𠀁",
        "快破",
        "破",
        "破 快",
    ]
    answers = [[1], [1, 2], [1, 3], [1], [1], [3], [4], [4], [], [1], [1]]
    assert [matches(query) for query in queries] == answers
    database.close()


def test_folding_does_not_depend_on_how_a_text_was_composed():
    text = "Ångström 한국어 が"
    assert index_tokens(unicodedata.normalize("NFD", text)) == index_tokens(text)
