"""Every URL is tried as every role; what is not yours does not exist."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from complaints.enums import LiabilityState
from complaints.models import Watch
from portal import tokens
from tests.access import ACCESS, ROLES
from tests.factories.complaints import (
    AttachmentFactory,
    CaseLetterFactory,
    CaseMailboxFactory,
    CaseTaskFactory,
    ComplaintFactory,
    CustomerFactory,
    FollowUpFactory,
    HandoverOfferFactory,
    IncidentFactory,
    LiabilityFactory,
    LiabilityShareFactory,
    OrderFactory,
    PreventiveMeasureFactory,
    ProcedureFactory,
    ProposalFactory,
    UnpaidOrderFactory,
    WaveFactory,
)
from tests.factories.daily import DailyReportFactory, ReportQuestionFactory
from tests.factories.feedback import (
    ActionFactory,
    AfterCaseFactory,
    CallFactory,
    ChannelFactory,
    HookFactory,
    InvitationFactory,
    ItemFactory,
    QuestionFactory,
    RuleFactory,
    SurveyFactory,
)
from tests.factories.handbook import (
    AnnouncementFactory,
    ArticleFactory,
    AudienceFactory,
    CompletionFactory,
    PlanTaskFactory,
)
from tests.factories.handbook import ProposalFactory as PlanProposalFactory
from tests.factories.incentives import DisputeFactory, DraftLineFactory, TargetFactory
from tests.factories.leave import LeaveRequestFactory
from tests.factories.portal import (
    ApiTokenFactory,
    ExportRunFactory,
    ImportRunFactory,
    MailboxFactory,
    NoticeFactory,
    WebhookFactory,
)
from tests.factories.privacy import ErasureFactory
from tests.factories.recognition import (
    CalibrationFactory,
    CoachingFactory,
    DemeritFactory,
    PraiseFactory,
    QualityAuditFactory,
    SampleFactory,
    ScorecardVersionFactory,
)
from tests.factories.roster import OpenShiftFactory, SwapFactory
from tests.factories.staff import (
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PolicyFactory,
    RedPacketPaymentFactory,
    WeekPublicationFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def names(patterns, namespace=""):
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            if entry.namespace != "admin":  # the admin has its own table
                yield from names(entry.url_patterns, inside)
        elif (
            entry.name
        ):  # pages without a name are the admin's doors: tests/portal/test_accounts.py
            yield f"{namespace}{entry.name}"


def test_every_url_has_a_line_and_every_line_a_url():
    assert set(names(get_resolver().url_patterns)) == set(ACCESS)


def make_scene():
    department = Department()
    customer = CustomerFactory()
    order = OrderFactory(store=department.store, customer=customer)
    case = ComplaintFactory(
        store=department.store,
        customer=customer,
        order=order,
        recorder=department.agent,
        owner=department.agent,
    )
    followup = FollowUpFactory(
        complaint=case, store=department.store, owner=department.agent, assigned_by=department.lead
    )
    report = DailyReportFactory(person=department.agent, team=department.team)
    draft = DraftLineFactory(person=department.agent)
    survey = SurveyFactory(store=department.store, made_by=department.lead, is_public=True)
    return SimpleNamespace(
        **vars(department),
        dispute=DisputeFactory(settlement=draft.settlement, person=department.agent),
        report=report,
        question=ReportQuestionFactory(report=report),
        customer=customer,
        order=order,
        unpaid=UnpaidOrderFactory(order=order, store=department.store, owner=department.agent),
        case=case,
        followup=followup,
        attachment=AttachmentFactory(
            complaint=case, file=SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n")
        ),
        offer=HandoverOfferFactory(followup=followup, lead=department.lead, owner=department.agent),
        mailbox=MailboxFactory(port=1),
        wave=WaveFactory(store=department.store),
        letter=CaseLetterFactory(box=CaseMailboxFactory(store=department.store)),
        erasure=ErasureFactory(),
        token=ApiTokenFactory(user=department.agent.user),
        webhook=WebhookFactory(user=department.deputy.user),
        notice=NoticeFactory(receiver=department.agent.user),
        run=ImportRunFactory(actor=department.lead.user),
        export=ExportRunFactory(
            actor=department.lead.user, file=SimpleUploadedFile("orders.csv", b"order\n")
        ),
        policy=PolicyFactory(),
        leave=LeaveRequestFactory(
            person=department.agent, first_day=timezone.localdate() + timedelta(days=7)
        ),
        shift=AssignmentFactory(person=department.agent, team=department.team),
        swap=SwapFactory(asker=department.agent, colleague=department.mate, team=department.team),
        open=OpenShiftFactory(team=department.team),
        makeup=MakeUpFactory(person=department.agent),
        payment=RedPacketPaymentFactory(person=department.agent),
        week=WeekPublicationFactory(team=department.team),
        target=TargetFactory(
            person=department.agent,
            set_by=department.deputy,
            first_day=timezone.localdate(),
            last_day=timezone.localdate() + timedelta(days=30),
        ),
        proposal=ProposalFactory(complaint=case, proposed_by=department.agent),
        task=CaseTaskFactory(complaint=case, owner=department.agent),
        incident=IncidentFactory(store=department.store, opened_by=department.lead),
        procedure=ProcedureFactory(complaint=case, begun_by=department.agent),
        measure=PreventiveMeasureFactory(complaint=case, owner=department.agent),
        liability=LiabilityFactory(store=department.store, proposed_by=department.lead),
        borne=LiabilityShareFactory(
            liability=LiabilityFactory(
                store=department.store,
                state=LiabilityState.DECIDED,
                proposed_by=department.deputy,
                decided_by=department.supervisor,
                decided_at=timezone.now(),
                decision="备注写错",
            ),
            person=department.agent,
            amount_fen=1200,
        ).liability,
        item=ItemFactory(store=department.store),
        channel=ChannelFactory(store=department.store),
        hook=HookFactory(channel__source="CHAT", channel__store=department.store),
        rule=RuleFactory(),
        call=CallFactory(rule__store=department.store, owner=department.agent),
        survey=survey,
        survey_question=QuestionFactory(survey=survey),
        invitation=InvitationFactory(survey=survey, made_by=department.agent),
        asked_after=AfterCaseFactory(
            way="CHAT", invitation=InvitationFactory(survey=survey), complaint__store=survey.store
        ).invitation,
        action=ActionFactory(
            store=department.store, owner=department.agent, made_by=department.lead
        ),
        praise=PraiseFactory(person=department.agent, given_by=department.lead),
        demerit=DemeritFactory(person=department.agent, recorded_by=department.lead),
        coaching=CoachingFactory(person=department.agent, coach=department.lead),
        card=ScorecardVersionFactory(made_by=department.deputy),
        audit=QualityAuditFactory(person=department.agent, auditor=department.lead),
        sample=SampleFactory(person=department.agent, auditor=department.lead),
        calibration=CalibrationFactory(
            person=department.agent, first=department.lead, second=department.deputy
        ),
        article=ArticleFactory(owner=department.agent),
        completion=CompletionFactory(person=department.agent, recorded_by=department.lead),
        plan_task=PlanTaskFactory(owner=department.agent, run__triggered_by=department.lead),
        plan_proposal=PlanProposalFactory(),
        announcement=AudienceFactory(
            announcement=AnnouncementFactory(
                author=department.lead,
                everywhere=False,
                first_day=timezone.localdate(),
                last_day=timezone.localdate(),
            ),
            team=department.team,
        ).announcement,
    )


def client_of(scene, role):
    client = Client(raise_request_exception=True)
    if role == "administrator":
        client.force_login(scene.outsider)
    elif role != "anonymous":
        client.force_login(getattr(scene, role).user)
    return client


def call_of(scene, role, line, url):
    """Call the API with a token of the role that may do everything its person may."""
    headers = dict(line.headers)
    if role != "anonymous":
        user = scene.outsider if role == "administrator" else getattr(scene, role).user
        secret = f"kefu_{role}"
        ApiTokenFactory(user=user, digest=tokens.digest_of(secret))
        headers["Authorization"] = f"Bearer {secret}"
    if line.method == "get":
        return Client().get(url, line.data(scene), headers=headers)
    body = json.dumps(line.data(scene))
    return Client().generic(
        line.method.upper(), url, body, content_type="application/json", headers=headers
    )


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):  # noqa: ARG001 -- the database is there
    """What the table speaks of, made once for all its lines and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_scene()
        transaction.set_rollback(True)


def put_back(file):
    """Bring the file of an export back that a line before took away: no rollback does."""
    if not file.storage.exists(file.name):
        file.storage.save(file.name, ContentFile(b"order\n"))


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_each_role_is_answered_as_the_table_says(scene, name):
    put_back(scene.export.file)
    for number, line in enumerate(ACCESS[name]):
        url = reverse(name, args=line.args(scene))
        answers = {}
        for role in ROLES:
            with transaction.atomic():
                if line.token:
                    response = call_of(scene, role, line, url)
                else:
                    response = getattr(client_of(scene, role), line.method)(url, line.data(scene))
                answers[role] = response.status_code
                for close in response._resource_closers:  # noqa: SLF001 -- close() ends the test's connection
                    close()
                transaction.set_rollback(True)
        assert answers == dict(line.expected), (name, number)


def test_a_person_of_another_team_learns_nothing_from_the_answer(scene):
    client = client_of(scene, "stranger")
    for number in (scene.case.number, "C20991231-9999"):
        response = client.get(reverse("complaints:case", args=[number]))
        assert response.status_code == 404
        content = response.content.decode()
        assert scene.case.customer.name not in content
        assert scene.case.description not in content


def test_watching_opens_the_case_to_the_watcher_only(scene):
    Watch.objects.create(complaint=scene.case, person=scene.stranger, since=scene.case.changed_at)
    url = reverse("complaints:case", args=[scene.case.number])
    assert client_of(scene, "stranger").get(url).status_code == 200
    assert client_of(scene, "other_lead").get(url).status_code == 404
