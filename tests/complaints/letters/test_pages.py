"""The pages that show mails: what they cost, bear and give away."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from complaints.enums import EntryKind
from complaints.models import CaseLetter
from complaints.services.timeline import note_down
from portal.models import AuditEntry
from tests.complaints.letters.steps import arrives, written
from tests.factories.complaints import NOW, CaseLetterFactory
from tests.factories.portal import IncomingFileFactory
from tests.feedback.sending import post

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_the_address_of_a_sender_is_shown_with_a_trace(scene, box, case, client):
    letter = CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    address = reverse("complaints:letter_sender", args=[letter.pk])
    client.force_login(scene.lead.user)
    assert "zhang@example.com" in client.post(address).content.decode()
    assert AuditEntry.objects.filter(verb="customer.unmasked").count() == 1
    client.force_login(scene.mate.user)
    assert client.post(address).status_code == 403


def test_files_of_a_mail_are_those_of_its_case(scene, box, case, client):
    letter = CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    file = IncomingFileFactory(
        mail=letter.mail, refused="", name="照片.png", kind="image/png",
        file=ContentFile(b"\x89PNG", name="x.bin"),
    )  # fmt: skip
    address = reverse("complaints:letter_file", args=[letter.pk, file.pk])
    client.force_login(scene.mate.user)
    response = client.get(address)
    assert b"".join(response.streaming_content) == b"\x89PNG"
    client.force_login(scene.stranger.user)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_mails(
    scene, box, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        arrives(box)
    client.force_login(scene.lead.user)
    client.get(reverse("complaints:letters"))
    with django_assert_num_queries(7):
        response = client.get(reverse("complaints:letters"))
    assert response.content.count(b"<tr>") == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_mails_of_a_case_cost_the_same_for_any_number(
    scene, box, case, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        written(case, box, scene)
        CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    client.force_login(scene.agent.user)
    client.get(reverse("complaints:mails", args=[case.number]))
    with django_assert_num_queries(11):
        response = client.get(reverse("complaints:mails", args=[case.number]))
    assert response.content.count(b"border-top") == 2 * rows


@pytest.mark.parametrize("text", ["\0", "\ud800", "9" * 400, "٣", "1_000", ""])
def test_hostile_input_is_answered_with_a_page(scene, box, case, client, text):
    letter = arrives(box)
    client.force_login(scene.lead.user)
    for name in ("attach_letter", "set_letter_aside"):
        address = reverse(f"complaints:{name}", args=[letter.pk])
        assert post(client, address, {"number": text, "why": text}).status_code in (302, 422)
    CaseLetter.objects.update(set_aside_at=None, set_aside_why="")
    fields = ("form_key", "to", "address", "subject", "text", "counts")
    data = dict.fromkeys(fields, text)
    assert post(client, reverse("complaints:reply", args=[case.number]), data).status_code == 422
    address = reverse("complaints:mailbox", args=[box.mailbox_id])
    client.force_login(scene.outsider)
    data = dict.fromkeys(("version", "store", "team", "address", "signature"), text)
    assert post(client, address, data).status_code == 422


def test_the_evidence_of_a_case_holds_its_mails(scene, box, case, client):
    letter = CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    IncomingFileFactory(
        mail=letter.mail, refused="", name="照片.png", kind="image/png",
        file=ContentFile(b"\x89PNG", name="y.bin"),
    )  # fmt: skip
    written(case, box, scene)
    client.force_login(scene.agent.user)
    answer = client.post(reverse("complaints:evidence", args=[case.number]))
    pack = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    names = [name for name in pack.namelist() if name.startswith("mails/")]
    assert len(names) == 3
    texts = "".join(pack.read(name).decode() for name in names if name.endswith(".txt"))
    assert "灯不亮" in texts
    assert "z***@example.com" in texts
    assert "zhang@" not in texts


def test_the_timeline_of_a_case_names_its_mails(scene, box, case, client):
    note_down([case.pk], kind=EntryKind.MAIL_IN, actor=None, now=NOW,
              params={"letter": 1, "automatic": "BOUNCE"})  # fmt: skip
    written(case, box, scene)
    client.force_login(scene.agent.user)
    page = client.get(reverse("complaints:case", args=[case.number]))
    assert page.status_code == 200
    assert len(page.context["timeline"]) == 2
