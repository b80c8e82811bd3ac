"""Many new rows wait beside the index of words, and are sorted in by a connection of its own."""

import pytest
from django.db import connection

from complaints.services.cases import words_of
from portal import postgresql
from tests.factories.complaints import ComplaintFactory

pytestmark = pytest.mark.django_db


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
    if connection.vendor != "postgresql":
        sorting = postgresql.SortingIn("complaint_words")
        sorting.begin()
        sorting.end()
        return
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


def test_rows_are_found_through_an_index_where_many_are_looked_up():
    def setting():
        if connection.vendor != "postgresql":
            return "on"
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_seqscan")
            return cursor.fetchone()[0]

    with postgresql.looking_up(connection):
        assert setting() == ("off" if connection.vendor == "postgresql" else "on")
