"""What the calls about cases share: whom they stand for, the case, and why one is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from complaints import access
from complaints.models import Complaint
from complaints.services import cases, deadlines, followups, remedies, stages
from complaints.texts import clocks as clock_texts
from complaints.texts import followups as followup_texts
from complaints.texts import stages as texts
from portal.api.problems import FIELD_SENTENCES, Problem
from staff.people.http import StaffRequest
from staff.people.models import Person
from staff.rulebook import queries as rulebook


def staff(request: HttpRequest) -> StaffRequest:
    return cast("StaffRequest", request)


def actor(request: HttpRequest) -> Person:
    """Return the person who acts. Raises PermissionDenied where the token stands for none."""
    if staff(request).scope.person_id is None:
        raise PermissionDenied
    return staff(request).person


def found_case(request: HttpRequest, number: str) -> Complaint:
    """Return a case that one sees. Raises Http404."""
    rows = Complaint.objects.visible_to(staff(request).scope).defer("words")
    related = ("store", "customer", "order", "product", "type", "owner", "recorder", "merged_into")
    found = rows.filter(number=number).select_related(*related).first()
    if found is None:
        raise Http404
    return found


def handled_case(request: HttpRequest, number: str) -> Complaint:
    """Return a case that one may change. Raises Http404, PermissionDenied."""
    found = found_case(request, number)
    if not access.can_edit(staff(request).scope, found):
        raise PermissionDenied
    return found


def _changed(error: Exception) -> Problem:
    if isinstance(error, remedies.ProposalStands):
        sentence = _("This complaint has a proposal. Change that one.")
        return Problem(409, sentence, code="proposal_stands")
    return Problem(412, code="changed_meanwhile")


@contextmanager
def refusals(request: HttpRequest) -> Iterator[None]:
    """Turn what services refuse into problems, with the sentence that the pages show."""
    try:
        yield
    except (
        cases.ChangedMeanwhile,
        followups.ChangedMeanwhile,
        remedies.ChangedMeanwhile,
        stages.ChangedMeanwhile,
    ) as error:
        raise _changed(error) from None
    except remedies.Refused as error:
        sentence = texts.of_offer(error.reason, room=error.room)
        raise Problem(409, sentence, code=str(error.reason.value)) from None
    except remedies.NotNow as error:
        raise Problem(409, texts.not_now(error.stage), code="not_now") from None
    except stages.Refused as error:
        code = str(error.answer.refusal.value) if error.answer.refusal else "missing"
        raise Problem(409, texts.of_answer(error.answer), code=code) from None
    except followups.Refused as error:
        sentence = str(followup_texts.REFUSALS[error.reason])
        raise Problem(409, sentence, code=str(error.reason.value)) from None
    except deadlines.Refused as error:
        policy = rulebook.policy_on(staff(request).scope.today)
        sentence = clock_texts.of_refusal(
            error.reason, wait_days=policy.wait_days, waits_days=policy.waits_days
        )
        raise Problem(409, sentence, code=str(error.reason.value)) from None


def wrong(name: str, sentence: str = "") -> Problem:
    """Return what to raise for a field with a wrong value."""
    return Problem(422, errors=[(name, sentence or str(FIELD_SENTENCES["choice"]))])


__all__ = ["actor", "found_case", "handled_case", "refusals", "staff", "wrong"]
