"""What changed between two texts, with pencil and paper."""

import time

import pytest

from staff.handbook.policies.diff import Change, Piece, pieces

LINES = range(2000)
SAME, GONE, NEW = Change.SAME, Change.GONE, Change.NEW


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("一样", "一样", [(SAME, "一样")]),
        ("", "新的", [(NEW, "新的")]),
        ("旧的", "", [(GONE, "旧的")]),
        ("满99元。", "满89元。", [(SAME, "满"), (GONE, "9"), (NEW, "8"), (SAME, "9元。")]),
        ("甲乙丙", "一二三", [(GONE, "甲乙丙"), (NEW, "一二三")]),
        ("第一行\n第二行\n", "第一行\n", [(SAME, "第一行\n"), (GONE, "第二行\n")]),
        ("a\nb\nc", "a\nx1x2x3x4\nc", [(SAME, "a\n"), (GONE, "b\n"), (NEW, "x1x2x3x4\n"),
                                       (SAME, "c")]),
    ],
)  # fmt: skip
def test_pieces_tell_what_is_gone_and_what_is_new(before, after, expected):
    assert pieces(before, after) == [Piece(change, text) for change, text in expected]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("您好，\n七天无理由。\n谢谢", "您好！\n十五天无理由退货。\n谢谢惠顾\n"),
        ("a" * 2000, "a" * 1999 + "b"),
        ("ab" * 5000, "ba" * 5000),
        ("\n" * 9000, "\r\n" * 4000),
        ("".join(f"行{n}\n" for n in range(2000)), "".join(f"行{n * 7 % 2000}\n" for n in LINES)),
    ],
)  # fmt: skip
def test_pieces_give_both_texts_back_in_good_time(before, after):
    began = time.monotonic()
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.change != NEW) == before
    assert "".join(one.text for one in found if one.change != GONE) == after
    assert time.monotonic() - began < 3
