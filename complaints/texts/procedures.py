"""Words of procedures: their steps, their timeline, and the text of an evidence pack."""

from collections.abc import Iterator, Mapping

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import ProcedureKind
from complaints.models import Complaint
from complaints.queries.procedures import Evidence
from complaints.texts import cases as case_texts

STEPS: Mapping[str, Promise] = {
    "lost_confirmed": gettext_lazy("The courier confirms the loss"),
    "customer_helped": gettext_lazy("The customer got a resend or a refund"),
    "claim_filed": gettext_lazy("The claim against the courier is filed"),
    "claim_settled": gettext_lazy("The claim is settled"),
    "warehouse_checked": gettext_lazy("The warehouse has checked stock and packing video"),
    "weight_compared": gettext_lazy("The shipping weight is compared"),
    "liability_proposed": gettext_lazy("The liability is proposed, or nobody is liable"),
    "purchase_proof": gettext_lazy("Purchase proof is there"),
    "brand_authorisation": gettext_lazy("Brand authorisation is there"),
    "chat_log": gettext_lazy("The chat log is there"),
    "statement": gettext_lazy("The statement to the platform is written"),
    "evidence_submitted": gettext_lazy("The evidence is handed in on the platform"),
    "platform_decided": gettext_lazy("The platform has decided"),
}
VERBS = {
    "procedure.begun": gettext_lazy("Procedure begun"),
    "procedure.step": gettext_lazy("Step of a procedure done"),
    "procedure.ended": gettext_lazy("Procedure ended"),
    "complaint.evidence": gettext_lazy("Evidence of a complaint taken out"),
}


def title_of(kind: str, *, number: str) -> str:
    """Return what a follow-up of a procedure says."""
    return _("%(kind)s of %(case)s: the deadline is near") % {
        "kind": ProcedureKind(kind).label,
        "case": number,
    }


def too_early(codes: list[str]) -> str:
    """Return which steps come first."""
    return _("First: %(steps)s") % {"steps": "; ".join(str(STEPS[code]) for code in codes)}


def summary(complaint: Complaint, evidence: Evidence) -> Iterator[str]:
    """Yield the lines of the text in an evidence pack; phone and address are not in it."""
    order, product = complaint.order, complaint.product
    facts = (
        (_("Number"), complaint.number),
        (_("Store"), complaint.store.name),
        (_("Order"), order.number if order else ""),
        (_("Product"), product.name if product else ""),
        (_("Batch"), complaint.batch),
        (_("Customer"), complaint.customer.name),
        (_("Received"), _moment(complaint.registered_at)),
        (_("What happened"), complaint.description),
        (_("What the customer asks for"), complaint.demand),
    )
    yield from (f"{label}: {value}" for label, value in facts if value)
    for running in evidence.running:
        yield ""
        yield str(ProcedureKind(running.procedure.kind).label)
        for line in running.lines:
            mark = "x" if line.done else " "
            said = f" ({line.done.note})" if line.done and line.done.note else ""
            yield f"[{mark}] {STEPS[line.code]}{said}"
    yield ""
    yield _("Notes and history")
    for entry in evidence.entries:
        who = entry.actor.name if entry.actor else ""
        yield f"{_moment(entry.at)} {who} {case_texts.of_entry(entry, owner=None)}".rstrip()
        note = evidence.notes.get(entry.params.get("note", 0))
        if note:
            yield f"    {note}"


def _moment(at: object) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")  # type: ignore[arg-type]  # a moment
