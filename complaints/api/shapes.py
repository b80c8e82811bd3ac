"""What complaints look like in the API: bodies, answers, and how a row becomes one."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field

from complaints.enums import CaseStage, Channel, Mood, Severity, ShippingState, Threat
from complaints.models import Complaint, Note
from portal.api import versions
from portal.api.types import Day, Fen, Given, Moment, Number, OneOf, Shown, Words

Name = Annotated[str, Words(80, 1)]


class CaseRow(Shown):
    """A complaint as lists show it; lateness in seconds of service time (CMP-4)."""

    number: str
    reference: str
    registered_at: datetime
    service_day: date
    changed_at: datetime
    channel: str
    store: str
    order: str | None
    customer: str
    phone_masked: str
    type: str | None
    severity: str
    stage: str
    owner: str | None
    amount_fen: int | None
    due_at: datetime | None
    waiting_until: datetime | None
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    acknowledged_late_seconds: int | None
    answer_by: datetime | None
    answered_at: datetime | None
    answered_late_seconds: int | None
    escalated_at: datetime | None
    closed_at: datetime | None
    version: int


class NoteShown(Shown):
    id: int
    written_at: datetime
    author: str | None
    text: str


class CaseShown(CaseRow):
    """A complaint with all that its page shows; phone and address stay masked."""

    company: str
    address_masked: str
    shipping: str
    product: str | None
    specification: str
    produced_on: date | None
    batch: str
    used_since: str
    used_before: str
    description: str
    demand: str
    mood: str
    threat: str
    recorder: str | None
    stage_since: datetime | None
    reopened: int
    merged_into: str | None
    notes: list[NoteShown]


class Line(Shown):
    """One line of a case's timeline."""

    id: int
    at: datetime
    kind: str
    label: str
    actor: str | None


class CaseFields(Given):
    """What the form of CMP-1 asks for besides what is always needed."""

    phone: Annotated[str, Words(40)] = ""
    company: Annotated[str, Words(120)] = ""
    address: Annotated[str, Words(300)] = ""
    order_number: Annotated[str, Words(64)] = ""
    bought_at: Moment | None = None
    shipping: Annotated[str, OneOf(ShippingState)] = ShippingState.UNKNOWN.value
    product: Annotated[str, Words(200)] = ""
    specification: Annotated[str, Words(200)] = ""
    produced_on: Day | None = None
    batch: Annotated[str, Words(80)] = ""
    used_since: Annotated[str, Words(200)] = ""
    used_before: Annotated[str, Words(5000)] = ""
    type: Annotated[str, Words(60)] = ""
    severity: Annotated[str, OneOf(Severity)] = Severity.ORDINARY.value
    amount_fen: Fen | None = None
    demand: Annotated[str, Words(5000)] = ""
    mood: Annotated[str, OneOf(Mood, blank=True)] = ""
    threat: Annotated[str, OneOf(Threat)] = Threat.NONE.value
    reference: Annotated[str, Words(80)] = ""


class CaseGiven(CaseFields):
    """A complaint to register (CMP-1); whoever the token stands for signs it."""

    channel: Annotated[str, OneOf(Channel)]
    store: Name
    customer: Annotated[str, Words(120, 1)]
    description: Annotated[str, Words(20000, 1)]
    registered_at: Moment | None = None
    take: bool = False


class CaseChange(CaseFields):
    """Fields to change; those left out stay. An empty phone or address keeps the known one."""

    channel: Annotated[str, OneOf(Channel)] = Channel.OTHER.value
    store: Name = Field(default_factory=str)
    customer: Annotated[str, Words(120, 1)] = Field(default_factory=str)
    description: Annotated[str, Words(20000, 1)] = Field(default_factory=str)


class NoteGiven(Given):
    text: Annotated[str, Words(10000, 1)]


class AnswerGiven(Given):
    text: Annotated[str, Words(5000, 1)]


class OwnerGiven(Given):
    """The staff number of the new owner; null for nobody."""

    owner: Number | None


class MoveGiven(Given):
    """Where the case is to go, from the stage that was seen."""

    seen: Annotated[str, OneOf(CaseStage)]
    to: Annotated[str, OneOf(CaseStage)]
    reason: Annotated[str, Words(1000)] = ""


class ContactShown(Shown):
    """Phone and address in the open; the look is logged unless the case is one's own."""

    customer: str
    phone: str
    address: str


PLAIN = (
    "number", "reference", "registered_at", "service_day", "changed_at", "channel", "severity",
    "stage", "amount_fen", "due_at", "waiting_until", "acknowledge_by", "acknowledged_at",
    "answer_by", "answered_at", "escalated_at", "closed_at", "version",
)  # fmt: skip
MORE = (
    "shipping", "specification", "produced_on", "batch", "used_since", "used_before",
    "description", "demand", "mood", "threat", "stage_since", "reopened",
)  # fmt: skip


def row_of(case: Complaint) -> dict[str, Any]:
    return {
        **{name: getattr(case, name) for name in PLAIN},
        "store": case.store.name,
        "order": case.order.number if case.order else None,
        "customer": case.customer.name,
        "phone_masked": case.customer.phone_masked,
        "type": case.type.code if case.type else None,
        "owner": case.owner.number if case.owner else None,
        "acknowledged_late_seconds": case.acknowledged_late,
        "answered_late_seconds": case.answered_late,
    }


def note_of(note: Note) -> dict[str, Any]:
    author = note.author.number if note.author else None
    return {"id": note.pk, "written_at": note.written_at, "author": author, "text": note.text}


def shown(request: HttpRequest, case: Complaint) -> CaseShown:
    """Return a case as it is answered, and name its version."""
    versions.tell(request, case.version)
    notes = Note.objects.filter(complaint=case).select_related("author").order_by("-pk")[:100]
    return CaseShown.model_validate(
        {
            **row_of(case),
            **{name: getattr(case, name) for name in MORE},
            "company": case.customer.company,
            "address_masked": case.customer.address_masked,
            "product": case.product.name if case.product else None,
            "recorder": case.recorder.number if case.recorder else None,
            "merged_into": case.merged_into.number if case.merged_into else None,
            "notes": [note_of(note) for note in notes],
        }
    )


def again(request: HttpRequest, case: Complaint) -> CaseShown:
    """Return a case that was just changed, also where one sees it no more."""
    related = ("store", "customer", "order", "product", "type", "owner", "recorder", "merged_into")
    rows = Complaint.objects.defer("words").select_related(*related)
    return shown(request, rows.get(pk=case.pk))
