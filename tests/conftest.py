import importlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase

from portal import guards

APPEND_ONLY = [
    "complaints_chase",
    "complaints_timelineentry",
    "portal_auditentry",
    "staff_acknowledgement",
    "staff_announcementversion",
    "staff_articleversion",
    "staff_auditscore",
    "staff_ledgerline",
    "staff_qualityaudit",
    "staff_reading",
    "staff_targetresult",
    "staff_targetrow",
]
GUARDS = [
    *importlib.import_module("staff.migrations.0004_incentives").GUARDS,
    *importlib.import_module("staff.migrations.0005_targets").GUARDS,
    *importlib.import_module("staff.migrations.0006_recognition").GUARDS,
    *importlib.import_module("staff.migrations.0007_policy_stands").GUARDS,
    *importlib.import_module("staff.migrations.0009_run_progress_and_demerit_source").GUARDS,
    *importlib.import_module("complaints.migrations.0005_liability").GUARDS,
    *importlib.import_module("complaints.migrations.0007_departments_and_causes").GUARDS,
]
DEFAULTS = [
    "staff.migrations.0002_defaults",
    "staff.migrations.0003_rulebook",
    "staff.migrations.0003_roster",
    "complaints.migrations.0002_types",
    "complaints.migrations.0007_departments_and_causes",
    "feedback.migrations.0002_defaults",
]


def _flush_with_guards_lifted(original):
    """Django's flush between transactional tests is the only thing that may empty the tables
    that grow; afterwards the protection stands again and the rows of the migrations are back."""

    def teardown(self):
        connection = connections["default"]
        with connection.schema_editor() as editor:
            for table in APPEND_ONLY:
                guards.lift(editor, table)
            guards.take_down(editor, GUARDS)
        try:
            original(self)
        finally:
            with connection.schema_editor() as editor:
                for table in APPEND_ONLY:
                    guards.protect(editor, table)
                guards.put_up(editor, GUARDS)
        for module in DEFAULTS:
            importlib.import_module(module).fill(apps)

    return teardown


TransactionTestCase._fixture_teardown = _flush_with_guards_lifted(  # noqa: SLF001 -- Django offers no hook
    TransactionTestCase._fixture_teardown  # noqa: SLF001 -- the same
)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
