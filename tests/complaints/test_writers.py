"""Who wrote on a proposal never decides it, whoever handed it in (CMP-7)."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints.models import Proposal
from complaints.policies.approval import Refusal
from complaints.services import remedies
from tests.complaints.scene import HOUR, MINUTE, NINE
from tests.complaints.way.steps import at_investigation, decided, draft
from tests.factories.complaints import ProposalWriterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OFFER = (("GIFT", 4000),)


@pytest.fixture
def case(department):
    return at_investigation(department)


def write(actor, case, now=NINE + HOUR):
    return remedies.propose(actor=actor, complaint_id=case.pk, draft=draft(*OFFER), now=now)


def edit(actor, proposal, now=NINE + HOUR + MINUTE):
    return remedies.change(
        actor=actor, proposal_id=proposal.pk, draft=draft(*OFFER), version=proposal.version, now=now
    )


def hand_in(actor, proposal):
    return remedies.submit(
        actor=actor, proposal_id=proposal.pk, version=proposal.version, now=NINE + HOUR + 2 * MINUTE
    )


def test_letting_another_edit_the_draft_does_not_free_its_writer(department, case):
    made = edit(department.agent, write(department.lead, case))
    waiting = hand_in(department.agent, made)
    found = remedies.verdict(actor=department.lead, proposal=waiting, now=timezone.now())
    assert found.refusal == Refusal.OWN
    with pytest.raises(remedies.Refused):
        decided(department.lead, waiting)
    assert decided(department.deputy, waiting).state == "APPROVED"


def test_a_proposal_that_takes_the_place_of_another_keeps_its_writers(department, case):
    waiting = hand_in(department.lead, write(department.lead, case))
    again = hand_in(department.agent, edit(department.agent, waiting, now=NINE + 2 * HOUR))
    with pytest.raises(remedies.Refused):
        decided(department.lead, again, now=NINE + 3 * HOUR)


def test_the_database_refuses_a_writer_as_well(department, case):
    waiting = hand_in(department.agent, write(department.agent, case))
    ProposalWriterFactory(proposal=waiting, person=department.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=waiting.pk).update(
            decided_by=department.lead, decided_at=NINE, state="APPROVED"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalWriterFactory(proposal=waiting, person=department.lead)
