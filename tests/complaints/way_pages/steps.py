"""What the tests of these pages do again and again."""

from django.test import Client
from django.urls import reverse

from complaints.models import Complaint, Proposal
from portal import submissions
from tests.factories.complaints import ProposalFactory, RemedyFactory

HOSTILE = ("\x00", "\ud800", "1_000", "٣", "9" * 400, "-1", "NaN", "<script>")


def client_of(person):
    client = Client()
    client.force_login(person.user)
    return client


def page(name, *args):
    return reverse(f"complaints:{name}", args=args)


def text_of(response):
    return response.content.decode()


def fresh(case):
    return Complaint.objects.get(pk=case.pk)


def offer(**more):
    return {
        "form_key": submissions.new_key(),
        "kind_0": "EXCHANGE",
        "amount_0": "30.00",
        "text_0": "换一只新的",
        "reason": "换货最省",
        **more,
    }


def proposal_of(case, state="APPROVED", fen=0, **more):
    Complaint.objects.filter(pk=case.pk).update(stage="PROPOSAL")
    made = ProposalFactory(complaint=case, total_fen=fen, **more)
    RemedyFactory(proposal=made, amount_fen=fen)
    Proposal.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made
