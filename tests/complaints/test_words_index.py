"""Many new rows wait beside the index of words, and are sorted in by a connection of its own."""

import pytest
from django.db import connection

from complaints.services.cases import words_of
from portal import postgresql
from tests.factories.complaints import ComplaintFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="needs PostgreSQL: set DATABASE_URL"
    ),
]


def waiting_pages():
    """Sort in what waits beside the index, and return how many pages that were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('complaint_words'::regclass)")
        return cursor.fetchone()[0]


def write_some():
    for case in ComplaintFactory.create_batch(3):
        case.words = words_of(case)
        case.save(update_fields=["words"])


def test_rows_are_sorted_into_the_index_beside_the_writer():
    postgresql.fit_for_many_rows(connection)
    write_some()
    assert waiting_pages() > 0  # they do wait
    write_some()
    sorting = postgresql.SortingIn("complaint_words")
    sorting.begin()
    sorting.begin()
    sorting.end()
    assert waiting_pages() == 0
    sorting.end()


def test_an_index_that_is_not_there_disturbs_no_writer(caplog):
    sorting = postgresql.SortingIn("no_such_index")
    sorting.begin()
    sorting.end()
    assert "left to be sorted in" in caplog.text
    write_some()
