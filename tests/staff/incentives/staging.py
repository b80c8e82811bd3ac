"""The worked example in the database, brought in by its files as anybody would."""

import random
from datetime import date

from staff.models import Person
from tests.staff.attendance import example
from tests.staff.attendance.bringing import bring_file

KINDS = ("people", "roster", "punches", "makeups", "leave", "red_packets")


def bring_example(tmp_path, *, kinds=KINDS, seed=None):
    """Import the files, people first; with a seed their rows in another order."""
    for kind in kinds:
        path = example.FILES / f"{kind}.csv"
        if seed is not None:
            path = shuffled(path, tmp_path, seed)
        counts, lines = bring_file(kind, path)
        assert counts[3] == 0, lines[:5]


def shuffled(path, tmp_path, seed):
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    random.Random(seed).shuffle(rows)  # noqa: S311 -- an order, not a secret
    target = tmp_path / path.name
    target.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return target


def person(number):
    return Person.objects.get(number=number)


def first(month):
    return date.fromisoformat(f"{month}-01")
