"""Which rows belong to a person: conditions by the keys in which the person is known."""

from django.db.models import Q

from complaints.models import Complaint, FollowUp, Note
from portal.privacy.own import MAIL
from portal.privacy.values import Subject

CUSTOMER = "customer"


def ids(subject: Subject) -> list[int]:
    """Return the keys of the customers that a person is."""
    return subject.numbers(CUSTOMER)


def of_customer(subject: Subject) -> Q:
    return Q(customer__in=ids(subject))


def of_case(subject: Subject) -> Q:
    return Q(complaint__customer__in=ids(subject))


def of_order(subject: Subject) -> Q:
    return Q(order__customer__in=ids(subject))


def of_case_or_order(subject: Subject) -> Q:
    return of_case(subject) | of_order(subject)


def of_proposal(subject: Subject) -> Q:
    return Q(proposal__complaint__customer__in=ids(subject))


def of_letter(subject: Subject) -> Q:
    """Mails in cases of the person, and those that wait or are set aside but are the person's."""
    return of_case(subject) | Q(mail__in=subject.numbers(MAIL))


def of_unpaid(subject: Subject) -> Q:
    return Q(unpaid__order__customer__in=ids(subject))


def of_call(subject: Subject) -> Q:
    """Answers that the API gave about the person's cases, notes, proposals and follow-ups."""
    cases = list(Complaint.objects.filter(of_customer(subject)).values_list("number", flat=True))
    promises = FollowUp.objects.filter(of_case_or_order(subject)).values_list("number", flat=True)
    notes = Note.objects.filter(of_case(subject)).values_list("pk", flat=True)
    return (
        Q(answer__number__in=[*cases, *promises])
        | Q(answer__complaint__in=cases)
        | Q(answer__id__in=list(notes), answer__has_keys=["author", "text"])
    )
