"""The settlement against the worked example, to the byte, by pencil and paper."""

import pytest

from tests.staff.incentives.book import Month, as_file, expected, facts_of, settled, written


@pytest.mark.parametrize("month", ["2026-08", "2026-09"])
def test_the_statements_of_the_example_come_out_to_the_byte(month):
    people = [written(row, facts, settled(facts)) for row, facts in facts_of(Month.parse(month))]
    assert as_file(month, people) == expected(month)
