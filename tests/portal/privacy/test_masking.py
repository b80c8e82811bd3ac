"""What gives a person away is found in every spelling, and nothing else is touched."""

import json
import re

import pytest

from portal.privacy.masking import MARK, Mask, spoken_addresses
from portal.privacy.values import Words

MASK = Mask(
    Words(
        names=frozenset({"欧阳霏霏", "tb_feifei88", "Li Lei"}),
        phones=frozenset({"138 1234 5678", "0514-87654321"}),
        addresses=frozenset({"江苏省扬州市广陵区文昌中路18号2栋301室"}),
        mails=frozenset({"Feifei@example.com"}),
    )
)


@pytest.mark.parametrize(
    "said",
    [
        "欧阳霏霏",
        "欧阳 霏霏",
        "tb_feifei88",
        "TB_FEIFEI88",
        "li  lei",
        "13812345678",
        "138-1234-5678",
        "138 1234 5678",
        "+86 138 1234 5678",
        "８６１３８１２３４５６７８",
        "051487654321",
        "0514-8765 4321",
        "江苏省扬州市广陵区文昌中路18号2栋301室",
        "文昌中路18号2栋301室",
        "文昌中路18号 2栋 301室",
        "feifei@EXAMPLE.com",
        r"\u6b27\u9633\u970f\u970f",
        "%E6%AC%A7%E9%98%B3%E9%9C%8F%E9%9C%8F",
    ],
)
def test_a_word_is_masked_in_its_spellings(said):
    assert re.search(MASK.coded_sieve, said, re.IGNORECASE)
    assert MASK.text(f"请联系「{said}」，谢谢") == f"请联系「{MARK}」，谢谢"


@pytest.mark.parametrize(
    "said",
    [
        "tb_feifei889",
        "mytb_feifei88",
        "1381234567",
        "9138123456789",
        "欧阳",
        "Lilei",
        "文昌中路18号",
    ],
)
def test_what_is_somebody_elses_stays(said):
    assert MASK.text(f"({said})") == f"({said})"


def test_json_is_masked_in_depth():
    assert MASK.value({"a": ["欧阳霏霏", 3, None, True], "欧阳霏霏": {"b": 13812345678}}) == {
        "a": [MARK, 3, None, True],
        MARK: {"b": MARK},
    }


def test_words_that_say_too_little_are_not_masked():
    mask = Mask(Words(names=frozenset({"", "王", " "}), phones=frozenset({"110", ""})))
    assert (bool(mask), mask.text("王 110")) == (False, "王 110")


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("江苏省扬州市广陵区文昌中路18号", "文昌中路18号"),
        ("上海市浦东新区世纪大道1号", "世纪大道1号"),
        ("内蒙古自治区呼和浩特市新城区北大街12号", "北大街12号"),
        ("文昌中路18号小区3栋", None),
        ("扬州市1号", None),
    ],
)
def test_an_address_is_known_from_the_street_on(address, street):
    assert spoken_addresses([address]) == {address, street} - {None}


@pytest.mark.parametrize("before", ["号", "电", "箱", "话", ""])
def test_words_are_found_behind_characters_that_json_has_escaped(before):
    mask = Mask(Words(phones=frozenset({"13877665544"}), mails=frozenset({"fei@mail.example"})))
    for word in ("13877665544", "fei@mail.example"):
        text = json.dumps(f"{before}{word}。")
        assert json.loads(mask.text(text)) == f"{before}{MARK}。"
