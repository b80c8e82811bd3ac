import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints.enums import ProcedureKind
from complaints.models import FollowUp, Procedure
from complaints.policies import procedures as policies
from complaints.services import cases, procedures
from complaints.texts.procedures import STEPS
from portal.models import AuditEntry
from tests.complaints.way_pages.steps import client_of, page
from tests.factories.complaints import (
    AttachmentFactory,
    ComplaintFactory,
    OrderFactory,
    ProcedureFactory,
)
from tests.factories.staff import Department

NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
K = ProcedureKind
HOSTILE = ("\x00", b"\xed\xa0\x80", "1_000", "٣", "9" * 400)


@pytest.mark.parametrize("kind", K)
def test_every_checklist_can_be_gone_through_in_its_order(kind):
    done = []
    for step in policies.CHECKLISTS[kind]:
        assert policies.lacking(kind, step.code, done=done) == []
        assert step.code in STEPS
        done.append(step.code)


@pytest.mark.parametrize(
    ("kind", "code", "done", "first"),
    [
        (K.LOST, "claim_filed", [], ["lost_confirmed", "customer_helped"]),
        (K.LOST, "claim_filed", ["lost_confirmed"], ["customer_helped"]),
        (K.MISSING, "liability_proposed", [], ["warehouse_checked"]),
        (K.DISPUTE, "evidence_submitted", ["chat_log"], ["purchase_proof", "brand_authorisation"]),
        (K.DISPUTE, "unknown", [], []),
    ],
)
def test_a_step_names_those_that_come_first(kind, code, done, first):
    assert policies.lacking(kind, code, done=done) == first


@pytest.fixture
def department(db):  # noqa: ARG001 -- the policies above need no database
    return Department()


@pytest.fixture
def case(department):
    return ComplaintFactory(
        store=department.store, owner=department.agent, order=OrderFactory(store=department.store)
    )


def begun(department, case, kind=K.LOST, deadline_at=None):
    plan = procedures.Plan(kind=kind, title="丢件理赔", deadline_at=deadline_at)
    return procedures.begin(actor=department.agent, complaint_id=case.pk, plan=plan, now=NINE)


def ticked(department, procedure, code):
    return procedures.tick_off(
        actor=department.agent, procedure_id=procedure.pk, code=code, note="", file=None, now=NINE
    )


@pytest.mark.both
def test_a_lost_parcel_is_followed_to_the_end_of_the_claim(department, case):
    procedure = begun(department, case, deadline_at=NINE + 3 * DAY)
    followup = FollowUp.objects.get()
    assert (followup.due_at, followup.owner) == (NINE + 2 * DAY, department.agent)
    with pytest.raises(procedures.TooEarly):
        ticked(department, procedure, "claim_filed")
    for code in ("lost_confirmed", "customer_helped", "claim_filed", "claim_settled"):
        ticked(department, procedure, code)
    with pytest.raises(procedures.NotOpen):
        ticked(department, procedure, "claim_filed")
    procedures.end(
        actor=department.agent, procedure_id=procedure.pk, result="赔付 80 元", now=NINE + DAY
    )
    followup.refresh_from_db()
    assert (followup.state, followup.outcome) == ("DONE", "赔付 80 元")
    with pytest.raises(procedures.NotOpen):
        ticked(department, procedure, "lost_confirmed")
    begun(department, case)


@pytest.mark.both
def test_one_procedure_of_a_kind_runs_at_a_time(department, case):
    begun(department, case)
    with pytest.raises(procedures.RunsAlready):
        begun(department, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureFactory(complaint=case)
    begun(department, case, K.MISSING)


@pytest.mark.parametrize("deadline", [None, NINE, NINE - DAY])
def test_a_dispute_has_the_deadline_of_the_platform(department, case, deadline):
    with pytest.raises(procedures.NoDeadline):
        begun(department, case, K.DISPUTE, deadline)
    assert begun(department, case, K.DISPUTE, NINE + DAY).followup.urgent


def test_the_page_begins_ticks_off_and_ends(department, case):
    client, url = client_of(department.agent), page("procedures", case.number)
    assert "这起投诉还没有流程" in client.get(url).content.decode()
    refused = client.post(url, {"kind": "DISPUTE", "deadline_at": ""})
    assert "平台的截止时间" in refused.content.decode()
    later = timezone.localtime(timezone.now() + 2 * DAY).strftime("%Y-%m-%dT%H:%M:%S")
    client.post(url, {"kind": "DISPUTE", "deadline_at": later})
    procedure = Procedure.objects.get()
    early = client.post(
        page("tick_off", case.number, procedure.pk), {"code": "evidence_submitted"}, follow=True
    )
    assert "请先完成" in early.content.decode()
    file = AttachmentFactory(complaint=case)
    client.post(
        page("tick_off", case.number, procedure.pk),
        {"code": "chat_log", "note": "旺旺记录", "file": file.pk},
    )
    step = procedure.steps.get()
    assert (step.code, step.note, step.file) == ("chat_log", "旺旺记录", file)
    client.post(page("end_procedure", case.number, procedure.pk), {"result": "平台支持我方"})
    assert "平台支持我方" in client.get(url).content.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_never_breaks_a_procedure(department, case, text):
    client = client_of(department.agent)
    procedure = begun(department, case)
    sent = dict.fromkeys(("kind", "deadline_at", "code", "note", "file", "result"), text)
    for url in (
        page("procedures", case.number),
        page("tick_off", case.number, procedure.pk),
        page("end_procedure", case.number, procedure.pk),
    ):
        assert client.post(url, sent).status_code < 500


def test_the_evidence_is_one_file_without_phone_and_address_and_logged(department, case):
    AttachmentFactory(complaint=case, file=SimpleUploadedFile("a.png", b"picture"))
    cases.add_note(actor=department.agent, complaint_id=case.pk, text="已联系", now=NINE)
    begun(department, case)
    response = client_of(department.agent).post(page("evidence", case.number))
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert bundle.namelist() == [f"{case.number}.txt", "files/01-照片.png"]
    told = bundle.read(f"{case.number}.txt").decode()
    assert case.order.number in told
    assert "已联系" in told
    assert case.customer.phone not in told
    assert case.customer.address not in told
    assert bundle.read("files/01-照片.png") == b"picture"
    assert AuditEntry.objects.filter(verb="complaint.evidence").count() == 1
