"""The tables of complaints, and what happens to each of their fields."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import (
    Agreement,
    Assessment,
    Attachment,
    CaseLetter,
    CaseMailbox,
    CaseReply,
    CaseTask,
    CauseKind,
    Chase,
    Complaint,
    ComplaintType,
    Customer,
    Department,
    FollowUp,
    FollowUpMove,
    FormerContact,
    HandoverOffer,
    Incident,
    Liability,
    Note,
    NumberSeries,
    Order,
    OrderRemark,
    PersonalLink,
    PreventiveMeasure,
    Procedure,
    ProcedureStep,
    Product,
    Proposal,
    Remedy,
    Revisit,
    RootCause,
    ShippingPromise,
    TimelineEntry,
    UnpaidChase,
    UnpaidOrder,
)
from complaints.privacy.keys import (
    ids,
    of_call,
    of_case,
    of_case_or_order,
    of_customer,
    of_letter,
    of_order,
    of_proposal,
    of_unpaid,
)
from complaints.services import cases
from portal.models import ApiCall
from portal.privacy import own, places
from portal.privacy.erasing import own_number
from portal.privacy.masking import MARK
from portal.privacy.places import Place

REFERENCE = "is a reference, a figure or a code"
SAID = ("description", "used_before", "used_since", "demand")


def _index_cases(keys: Collection[int]) -> None:
    rows = Complaint.objects.filter(pk__in=keys).select_related("customer", "order", "product")
    for row in rows:
        Complaint.objects.filter(pk=row.pk).update(words=cases.words_of(row))


def _index_cases_of(keys: Collection[int]) -> None:
    _index_cases(list(Complaint.objects.filter(customer__in=keys).values_list("pk", flat=True)))


own.personal_files("orders", "unpaid-orders", "complaints", "followups", "deliveries")

places.declare(
    Place(
        model=Customer,
        label=_("Customer"),
        of=lambda subject: Q(pk__in=ids(subject)),
        blank={
            "name": own_number(), "company": "", "phone": "", "phone_hash": "",
            "phone_masked": "", "address": "", "address_masked": "",
        },
        after=_index_cases_of,
    ),
    Place(
        model=FormerContact,
        label=_("Earlier contact data"),
        of=of_customer,
        drop=True,
        kept={"value": "goes with its row"},
    ),
    Place(
        model=Order,
        label=_("Orders"),
        of=of_customer,
        said=("remark",),
        blank={"tracking": MARK},
        masked=("specification", "batch"),
        once=("number",),
    ),
    Place(
        model=Complaint,
        label=_("Complaints"),
        of=of_customer,
        said=SAID,
        masked=("specification", "batch"),
        once=("reference",),
        kept=dict.fromkeys(("number", "escalated_because"), REFERENCE)
        | {"words": "is made anew from the other fields"},
        after=_index_cases,
    ),
    Place(model=Note, label=_("Notes"), of=of_case, said=("text",)),
    Place(
        model=Attachment,
        label=_("Attachments"),
        of=of_case,
        drop=True,
        file="file",
        name="name",
        masked=("name",),
        kept=dict.fromkeys(("kind", "sha256"), REFERENCE),
    ),
    Place(
        model=Assessment,
        label=_("Assessments"),
        of=of_case,
        said=("reputation", "findings"),
    ),
    Place(
        model=Proposal,
        label=_("Proposals"),
        of=of_case,
        masked=("reason", "decision"),
        kept={"needs": REFERENCE},
    ),
    Place(
        model=Remedy,
        label=_("Remedies"),
        of=of_proposal,
        masked=("text",),
    ),
    Place(
        model=Agreement,
        label=_("Agreements"),
        of=of_proposal,
        said=("wording",),
    ),
    Place(
        model=CaseTask,
        label=_("Tasks of departments"),
        of=of_case,
        said=("proof",),
        masked=("what", "contact", "result"),
    ),
    Place(model=Revisit, label=_("Revisits"), of=of_case, said=("words",)),
    Place(model=RootCause, label=_("Causes"), of=of_case, masked=("text",)),
    Place(
        model=PreventiveMeasure,
        label=_("Preventive measures"),
        of=of_case,
        masked=("what", "effect"),
    ),
    Place(
        model=FollowUp,
        label=_("Follow-ups"),
        of=of_case_or_order,
        masked=("purpose", "outcome"),
        once=("reference",),
        kept={"number": REFERENCE},
    ),
    Place(
        model=FollowUpMove,
        label=_("Changes of follow-ups"),
        of=lambda subject: Q(followup__complaint__customer__in=ids(subject))
        | Q(followup__order__customer__in=ids(subject)),
        masked=("reason",),
    ),
    Place(
        model=Liability,
        label=_("Liabilities"),
        of=of_case_or_order,
        masked=("reason", "decision", "overturned_because"),
    ),
    Place(
        model=Chase,
        label=_("Chases to the warehouse"),
        of=of_order,
        masked=("text",),
    ),
    Place(
        model=OrderRemark,
        label=_("Order remarks"),
        of=of_order,
        said=("logistics", "gift", "wishes", "text"),
    ),
    Place(
        model=ShippingPromise,
        label=_("Promises of shipping"),
        of=of_order,
    ),
    Place(
        model=UnpaidOrder,
        label=_("Unpaid orders"),
        of=of_order,
        said=("note", "lost_note"),
    ),
    Place(
        model=UnpaidChase,
        label=_("Chases of payments"),
        of=of_unpaid,
        said=("words",),
    ),
    Place(
        model=CaseLetter,
        label=_("Mails of complaints"),
        of=of_letter,
        said=("set_aside_why",),
    ),
    Place(
        model=CaseReply,
        label=_("Replies by mail"),
        of=of_case,
        said=("subject",),
        blank=dict.fromkeys(("receiver", "receiver_masked", "text"), MARK),
        sealed=("receiver", "text"),
        kept={"message_id": own.MACHINE},
        hidden=("message_id",),
    ),
    Place(
        model=ApiCall,
        label=_("Answers of the API"),
        of=of_call,
        blank={"answer": {}},
        masked=("answer",),
        once=("key",),
        kept={"fingerprint": "a hash, deleted after a day"},
        hidden=("key", "fingerprint"),
    ),
    Place(model=Procedure, label=_("Procedures"), of=of_case, masked=("result",)),
    Place(
        model=ProcedureStep,
        label=_("Steps of procedures"),
        of=lambda subject: Q(procedure__complaint__customer__in=ids(subject)),
        masked=("note",),
        kept={"code": REFERENCE},
    ),
    Place(
        model=TimelineEntry,
        label=_("Timeline"),
        of=of_case,
        kept={"params": own.REFERENCES},
    ),
    Place(model=Incident, masked=("title", "measure", "message"), kept={"number": REFERENCE}),
)  # fmt: skip
places.keep(
    "a hash of the link; the link itself is nowhere", PersonalLink, "token_hash", "language"
)
places.keep(REFERENCE, HandoverOffer, "key")
places.keep(own.PEOPLE, Department, "code", "name_zh", "name_en", "contact")
places.keep(own.PEOPLE, CaseMailbox, "address", "signature")
places.keep(own.PEOPLE, CauseKind, "code", "name_zh", "name_en")
places.keep(own.PEOPLE, ComplaintType, "code", "name_zh", "name_en")
places.keep("names goods", Product, "name")
places.keep(own.MACHINE, NumberSeries, "letter")
