"""The description is valid OpenAPI 3.1, stable, and complete."""

import re

import pytest
from django.urls import reverse
from openapi_spec_validator import OpenAPIV31SpecValidator

from config.api import api
from portal.api import root
from portal.enums import ApiScope
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db

NAMES = {
    "read_assessment", "assess_complaint",
    "acknowledge_complaint", "add_note", "add_punches", "answer_complaint", "assign_followup",
    "change_complaint", "change_proposal", "decide_proposal", "finish_followup",
    "hand_over_followup", "list_complaints", "list_feedback", "list_figures", "list_followups",
    "list_measures",
    "list_orders", "list_people", "list_proposals", "list_punches", "list_shifts", "list_stores",
    "list_timeline", "move_complaint", "propose", "put_feedback", "put_orders", "read_complaint",
    "read_contact", "read_feedback", "read_figure",
    "read_figure_rows", "read_followup", "read_me", "read_measure", "read_order",
    "read_person", "read_proposal", "register_complaint", "reschedule_followup", "set_owner",
    "submit_proposal",
}  # fmt: skip


def test_the_published_root_is_the_one_that_answers():
    assert root.description()["info"]["title"] == api.title


def operations():
    for path, found in root.description()["paths"].items():
        for method, details in found.items():
            yield path, method, details


def test_the_description_is_valid():
    assert root.description()["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(root.description()).validate()


def test_names_of_calls_are_stable():
    assert {details["operationId"] for _path, _method, details in operations()} == NAMES


def test_no_text_of_an_address_is_described_as_taking_a_nul():
    """An address with a NUL is refused before it is read."""
    for path, _method, details in operations():
        for one in details.get("parameters", []):
            forms = one["schema"].get("anyOf", [one["schema"]]) if one["in"] != "header" else []
            for form in forms:
                narrow = {"pattern", "enum", "format"} & set(form)
                assert form["type"] != "string" or narrow, (path, one["name"])


def test_every_call_describes_its_problems_its_scope_and_its_door():
    for path, method, details in operations():
        answers = set(details["responses"])
        assert {"400", "401", "403", "404", "409", "422", "429"} <= answers, path
        assert ("415" in answers) == ("requestBody" in details), path
        versioned = any(one["name"] == "If-Match" for one in details["parameters"])
        assert ("412" in answers) == ("428" in answers) == versioned, path
        if path != "/api/v1/me":
            assert details["x-scope"] in ApiScope.values, path
            assert details["security"] == [{"Bearer": [details["x-scope"]]}], path
        writes = method != "get" and not path.endswith("/contact")
        assert writes == details.get("x-scope", "").endswith(":write"), path


def test_the_page_names_every_call_and_holds_no_script_or_style_of_its_own(client):
    client.force_login(Department().agent.user)
    content = client.get(reverse("portal:api_docs")).content.decode()
    for name in NAMES:
        assert f'id="{name}"' in content
    main = content.split("<main")[1].split("</main>")[0]
    assert not re.search(r"<script|<style|style=|onclick", main)


def test_tools_get_the_description_without_signing_in(client):
    answer = client.get(reverse("portal:openapi"))
    assert answer.json()["servers"] == [{"url": "http://testserver"}]
