"""Reads of procedures, and what goes into the evidence pack of a case."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from complaints.enums import ProcedureKind
from complaints.models import Attachment, Complaint, Note, Procedure, ProcedureStep, TimelineEntry
from complaints.policies.procedures import CHECKLISTS, lacking


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a checklist: whether it is done, and what has to come first."""

    code: str
    done: ProcedureStep | None
    lacking: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Running:
    """A procedure with its checklist."""

    procedure: Procedure
    lines: Sequence[Line]


def procedures_of(complaint: Complaint) -> list[Running]:
    """Return the procedures of a case, running ones first: 2 queries."""
    rows = Procedure.objects.filter(complaint=complaint).select_related(
        "begun_by", "ended_by", "followup"
    )
    found = list(rows.order_by("-ended_at", "-begun_at", "-pk"))
    found.sort(key=lambda one: one.ended_at is not None)
    steps = ProcedureStep.objects.filter(procedure__in=found).select_related("by", "file")
    done = {(step.procedure_id, step.code): step for step in steps}
    return [Running(procedure=one, lines=list(_lines(one, done))) for one in found]


def _lines(procedure: Procedure, done: dict[tuple[int, str], ProcedureStep]) -> Iterator[Line]:
    kind = ProcedureKind(procedure.kind)
    codes = {code for key, code in done if key == procedure.pk}
    for step in CHECKLISTS[kind]:
        yield Line(
            code=step.code,
            done=done.get((procedure.pk, step.code)),
            lacking=lacking(kind, step.code, done=codes),
        )


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an evidence pack holds of a case."""

    entries: Sequence[TimelineEntry]
    notes: dict[int, str]
    files: Sequence[Attachment]
    running: Sequence[Running]


def evidence_of(complaint: Complaint) -> Evidence:
    """Return the whole timeline, the notes, the files and the checklists of a case."""
    entries = TimelineEntry.objects.filter(complaint=complaint).select_related("actor")
    return Evidence(
        entries=list(entries.order_by("at", "pk")),
        notes=dict(Note.objects.filter(complaint=complaint).values_list("pk", "text")),
        files=list(Attachment.objects.filter(complaint=complaint).order_by("added_at", "pk")),
        running=procedures_of(complaint),
    )
