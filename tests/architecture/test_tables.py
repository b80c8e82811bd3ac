"""What templates promise of tables: a list becomes cards on a phone, each value with its label."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = re.compile(r"<table\b([^>]*)>(.*?)</table>", re.DOTALL)
TEMPLATES = [
    path for path in ROOT.glob("*/templates/**/*.html") if "<table" in path.read_text("utf-8")
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.relative_to(ROOT)}")
def test_a_table_of_labelled_values_becomes_cards_on_a_phone(path):
    tables = TABLE.findall(path.read_text("utf-8"))
    plain = [tag for tag, rows in tables if "data-label" in rows and "table-cards" not in tag]
    assert plain == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.relative_to(ROOT)}")
def test_a_list_that_the_keys_move_through_is_labelled(path):
    tables = TABLE.findall(path.read_text("utf-8"))
    assert [tag for tag, _rows in tables if "data-keys" in tag and "table-cards" not in tag] == []
