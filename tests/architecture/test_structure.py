"""What the code promises about its own shape."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models

from tests import factories
from tests.factories import (
    complaints,
    daily,
    feedback,
    handbook,
    incentives,
    leave,
    portal,
    privacy,
    recognition,
    roster,
    staff,
)

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("portal", "staff", "complaints", "feedback", "config")
OURS = ("portal", "staff", "complaints", "feedback")


def python_files():
    return [
        path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    ]


@pytest.mark.parametrize("path", [p for app in APPS for p in (ROOT / app).rglob("__init__.py")])
def test_every_package_has_a_door_plate(path):
    if "migrations" in path.parts:
        return
    assert ast.get_docstring(ast.parse(path.read_text())), path


def test_migrations_are_one_line_that_ends_where_it_is_written_down():
    """Of two branches with a new migration each, the second to be merged then conflicts."""
    assert [each.msg for each in run_checks() if each.id.startswith("dlm.")] == []


def test_every_model_has_a_factory():
    made = {
        factory._meta.model
        for module in (
            handbook,
            leave,
            daily,
            portal,
            privacy,
            staff,
            roster,
            incentives,
            recognition,
            complaints,
            feedback,
        )
        for factory in vars(module).values()
        if isinstance(factory, type) and issubclass(factory, factories.DjangoModelFactory)
        if factory._meta.model
    }
    ours = {
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    }
    assert ours - made == set()


def test_no_model_orders_itself_and_money_is_whole():
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            if model.__name__.startswith("Historical"):
                continue
            assert not model._meta.ordering, model
            for field in model._meta.get_fields():
                assert not isinstance(field, models.FloatField | models.DecimalField), field


def test_nothing_is_left_for_the_broker_to_time():
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword):
                assert node.arg not in {"eta", "countdown"}, path


def test_the_top_level_holds_what_it_may():
    allowed = {
        "manage.py",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "config",
        "portal",
        "staff",
        "complaints",
        "feedback",
        "tests",
        "var",
    }
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - allowed == set()
