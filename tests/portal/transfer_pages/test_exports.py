"""Exports from the page."""

import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.models import AuditEntry, Heartbeat
from portal.transfer import registry
from tests.portal.transfer import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize(("language", "header"), [("en", "name"), ("zh-hans", "名称")])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_an_export_is_written_in_the_readers_language_and_audited(
    signed_in, user, language, header, ending
):
    user.language = language
    user.save()
    Heartbeat.objects.create(name="=web", beat_at=kinds.NOW, detail="one")
    Heartbeat.objects.create(name="later", beat_at=kinds.NOW + timedelta(days=40), detail="two")
    address = reverse("portal:export_kind", args=["beats"])
    response = signed_in.get(address, {"format": ending, "month": "2026-10"})
    body = response.getvalue()
    assert f"beats-2026-10.{ending}" in response["Content-Disposition"]
    if ending == "json":
        assert [row["name"] for row in json.loads(body)] == ["=web"]
    elif ending == "csv":
        assert body.decode("utf-8-sig").splitlines()[0].split(",")[0] == header
        assert "'=web" in body.decode("utf-8-sig")
    else:
        assert load_workbook(io.BytesIO(body)).active["A1"].value == header
    said = AuditEntry.objects.get(verb="export.done")
    assert said.after == {"kind": "beats", "format": ending, "rows": 1, "month": "2026-10"}
    assert (said.actor, said.origin) == (user, "127.0.0.1")


@pytest.mark.parametrize(
    "query", ["format=exe", "month=2026-13", "month=0001-01", "month=%ED%A0%80"]
)
def test_a_wrong_choice_of_export_leads_back(signed_in, query):
    response = signed_in.get(reverse("portal:export_kind", args=["beats"]) + f"?{query}")
    assert (response.status_code, response.url) == (302, reverse("portal:transfers"))
    assert not AuditEntry.objects.filter(verb="export.done").exists()


def test_a_text_that_no_workbook_holds_leads_back(signed_in):
    registry.unregister("beats")
    long = {"name": "x" * 40_000, "beat_at": kinds.NOW}
    registry.register(kinds.beats(may_export=registry.everybody, export=lambda _context: [long]))
    address = reverse("portal:export_kind", args=["beats"])
    assert signed_in.get(address, {"format": "xlsx"}).status_code == 302
    assert signed_in.get(address, {"format": "csv"}).getvalue()
