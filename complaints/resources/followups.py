"""The kind `followups` (data-formats)."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.enums import FollowUpState
from complaints.forms import followups as forms
from complaints.forms.followups import FollowUpFilter
from complaints.models import Complaint, FollowUp, Order
from complaints.policies.followups import FARTHEST
from complaints.queries import followups as queries
from complaints.queries.figures import moments
from complaints.querysets import FollowUpQuerySet
from complaints.resources.orders import lead_imports, staff_exports
from complaints.services import followups as services
from complaints.services.followups import Promise, Revision
from portal.period import Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Row
from staff.people.access import Scope
from staff.people.models import Person
from staff.rulebook import queries as rulebook

Refusal = tuple[str, str]
SIMPLE = ("due_at", "purpose", "urgent", "reference")
CASE_FIELDS = ("number", "reference", "store", "order__number", "order__store")
ORDER_FIELDS = ("number", "store")


def identity(row: Row) -> Hashable | None:
    """The number where one is given, else the external number, else none."""
    if number := row.get("number"):
        return ("number", number.upper())
    if reference := row.get("reference"):
        return ("reference", reference)
    return None


@dataclass(frozen=True)
class _Target:
    """What a follow-up is about."""

    complaint: Complaint | None
    order: Order | None

    @property
    def store_id(self) -> int:
        about = self.complaint or self.order
        if about is None:
            raise ValueError("a follow-up is about a complaint or an order")
        return about.store_id


class FollowUpResource(registry.Resource):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        user = context.actor
        self.actor = Person.objects.filter(user=user).first() if user else None

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        _Batch(self, rows, notes).judge(writing=False)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        _Batch(self, rows, notes).judge(writing=True)


class _Known:
    """What the rows of a batch refer to, looked up in four queries."""

    def __init__(self, rows: Sequence[Row], scope: Scope | None) -> None:
        people = {row.get(name) for row in rows for name in ("owner", "assigned_by")} - {None}
        self.people = {one.number: one for one in Person.objects.filter(number__in=people)}
        self._look_up_cases(rows, scope)
        self._look_up_orders(rows, scope)
        self._look_up_followups(rows)

    def _look_up_cases(self, rows: Sequence[Row], scope: Scope | None) -> None:
        texts = {row.values["complaint"] for row in rows if row.get("complaint")}
        cases = Complaint.objects.all() if scope is None else Complaint.objects.visible_to(scope)
        found = cases.filter(
            Q(number__any_of={text.upper() for text in texts}) | Q(reference__any_of=texts)
        )
        self.cases: dict[str, Complaint] = {}
        self.references: dict[str, list[Complaint]] = defaultdict(list)
        for case in found.select_related("order").only(*CASE_FIELDS) if texts else ():
            self.cases[case.number] = case
            if case.reference:
                self.references[case.reference].append(case)

    def _look_up_orders(self, rows: Sequence[Row], scope: Scope | None) -> None:
        numbers = {row.values["order"] for row in rows if row.get("order")}
        orders = Order.objects.all() if scope is None else Order.objects.visible_to(scope)
        self.orders: dict[str, list[Order]] = defaultdict(list)
        for order in orders.filter(number__any_of=numbers).only(*ORDER_FIELDS) if numbers else ():
            self.orders[order.number].append(order)

    def _look_up_followups(self, rows: Sequence[Row]) -> None:
        numbers = {row.values["number"].upper() for row in rows if row.get("number")}
        references = {row.values["reference"] for row in rows if row.get("reference")}
        self.by_number: dict[str, FollowUp] = {}
        self.by_reference: dict[str, FollowUp] = {}
        if not numbers | references:
            return
        found = FollowUp.objects.filter(Q(number__any_of=numbers) | Q(reference__any_of=references))
        related = ("complaint", "order", "owner", "assigned_by")
        deferred = ("complaint__words", "complaint__description")
        for row in found.select_related(*related).defer(*deferred):
            self.by_number[row.number] = row
            if row.reference:
                self.by_reference[row.reference] = row

    def stored(self, row: Row) -> FollowUp | None:
        if number := row.get("number"):
            return self.by_number.get(number.upper())
        return self.by_reference.get(row.get("reference") or "")

    def case(self, text: str) -> list[Complaint]:
        case = self.cases.get(text.upper())
        return [case] if case else self.references.get(text, [])


class _Batch:
    """One batch: judged row by row, written by one call for the new and one for the changed."""

    def __init__(self, resource: FollowUpResource, rows: Sequence[Row], notes: Notes) -> None:
        self._actor = resource.actor
        self._now = resource.context.now
        self._scope: Scope | None = resource.context.scope
        self._rows = rows
        self._notes = notes
        self._known = _Known(rows, self._scope)

    def judge(self, *, writing: bool) -> None:
        promises: list[Promise] = []
        revisions: dict[int, Revision] = {}
        for row in self._rows:
            followup = self._known.stored(row)
            target = self._target(row, followup)
            refusal = target if isinstance(target, tuple) else self._why_not(row, followup, target)
            if refusal or isinstance(target, tuple):
                self._notes.reject(row, *(refusal or target))  # type: ignore[misc]  # a pair
            elif followup is None:
                self._notes.added(row)
                promises.append(self._promise(row, target))
            elif self._differences(row, followup, target):
                self._notes.changed(row)
                revisions[followup.pk] = self._revision(row, followup, target)
            else:
                self._notes.unchanged(row)
        if writing:
            services.assign(promises, actor=self._actor, now=self._now, past_allowed=True)
            services.revise(list(revisions.values()), actor=self._actor, now=self._now)

    def _target(self, row: Row, followup: FollowUp | None) -> _Target | Refusal:
        """Return what the row is about, or why that cannot be said."""
        case, number = row.get("complaint"), row.get("order")
        if followup is not None and self._is_about(followup, case=case, order=number):
            return _Target(followup.complaint, followup.order)
        if case:
            return self._about_case(case, number)
        if not number:
            return "complaint", "neither"
        orders = self._known.orders.get(number, [])
        if len(orders) != 1:
            return "order", "ambiguous_order" if orders else "unknown_order"
        return _Target(None, orders[0])

    def _about_case(self, text: str, number: str | None) -> _Target | Refusal:
        found = self._known.case(text)
        if len(found) != 1:
            return "complaint", "ambiguous_complaint" if found else "unknown_complaint"
        order = found[0].order
        if number and (order is None or order.number != number):
            return "order", "both"
        return _Target(found[0], order)

    @staticmethod
    def _is_about(followup: FollowUp, *, case: str | None, order: str | None) -> bool:
        """Whether the row says nothing about the complaint or order, or the same as is stored."""
        complaint, stored = followup.complaint, followup.order
        same_case = not case or (
            complaint is not None
            and (case.upper() == complaint.number or case == complaint.reference)
        )
        return same_case and (not order or (stored is not None and stored.number == order))

    def _why_not(self, row: Row, followup: FollowUp | None, target: _Target) -> Refusal | None:
        return (
            self._why_not_known(row, followup)
            or self._why_not_mine(row, followup, target)
            or self._why_not_moved(row, followup)
        )

    def _why_not_known(self, row: Row, followup: FollowUp | None) -> Refusal | None:
        for name in ("owner", "assigned_by"):
            if (number := row.get(name)) and number not in self._known.people:
                return name, "unknown_person"
        if row.get("number"):
            if followup is None:
                return "number", "unknown_number"
            holder = self._known.by_reference.get(row.get("reference") or "")
            if holder is not None and holder.pk != followup.pk:
                return "reference", "reference_taken"
        return None

    def _why_not_mine(self, row: Row, followup: FollowUp | None, target: _Target) -> Refusal | None:
        """Somebody who imports in the portal may do no more than on its pages."""
        scope = self._scope
        if scope is None:
            return None
        if followup is not None and not access.can_change_followup(scope, followup):
            return ("number", "unknown_number") if row.get("number") else (
                "reference", "reference_taken",
            )  # fmt: skip
        owner = self._known.people[row.values["owner"]].pk
        kept = followup is not None and followup.owner_id == owner
        if not kept and not access.can_assign_to(scope, owner):
            return "owner", "not_your_person"
        if followup is None and target.store_id not in scope.store_ids:
            return "complaint" if target.complaint else "order", "not_your_store"
        return None

    def _why_not_moved(self, row: Row, followup: FollowUp | None) -> Refusal | None:
        due_at = row.values["due_at"]
        if followup is None or followup.due_at != due_at:
            if due_at > self._now + FARTHEST:
                return "due_at", "due_too_far"
            if followup is not None and followup.state != FollowUpState.OPEN:
                return "due_at", "not_open"
        owner = self._known.people[row.values["owner"]].pk
        if followup and followup.owner_id != owner and followup.state != FollowUpState.OPEN:
            return "owner", "not_open"
        return None

    def _promise(self, row: Row, target: _Target) -> Promise:
        by = self._known.people.get(row.get("assigned_by") or "")
        return Promise(
            owner_id=self._known.people[row.values["owner"]].pk,
            due_at=row.values["due_at"],
            purpose=row.values["purpose"],
            complaint=target.complaint,
            order=target.order,
            urgent=bool(row.get("urgent")),
            reference=row.get("reference") or "",
            assigned_by_id=by.pk if by else None,
        )

    def _wanted(self, row: Row, target: _Target) -> dict[str, Any]:
        """Return the fields that the row says something about, with the values it wants."""
        wanted = {
            name: registry.cleared(FollowUp, name) if value is None else value
            for name, value in row.values.items()
            if name in SIMPLE
        }
        wanted["owner_id"] = self._known.people[row.values["owner"]].pk
        if "assigned_by" in row.values:
            by = row.values["assigned_by"]
            wanted["assigned_by_id"] = self._known.people[by].pk if by else None
        wanted["complaint_id"] = target.complaint.pk if target.complaint else None
        wanted["order_id"] = target.order.pk if target.order else None
        wanted["store_id"] = target.store_id
        return wanted

    def _differences(self, row: Row, followup: FollowUp, target: _Target) -> bool:
        wanted = self._wanted(row, target)
        return any(getattr(followup, name) != value for name, value in wanted.items())

    def _revision(self, row: Row, followup: FollowUp, target: _Target) -> Revision:
        owner, due_at = followup.owner_id, followup.due_at
        for name, value in self._wanted(row, target).items():
            setattr(followup, name, value)
        return Revision(followup=followup, from_owner_id=owner, from_due_at=due_at)


def rows_of(followups: FollowUpQuerySet) -> Iterator[Mapping[str, Any]]:
    """Give follow-ups in the columns of the import."""
    rows = followups.order_by("due_at", "pk").values_list(
        "number",
        "complaint__number",
        "order__number",
        "owner__number",
        "due_at",
        "purpose",
        "assigned_by__number",
        "urgent",
        "reference",
    )
    for number, case, order, owner, due_at, purpose, by, urgent, reference in rows.iterator(
        chunk_size=2000
    ):
        yield {
            "number": number,
            "complaint": case or "",
            "order": "" if case else order or "",
            "owner": owner,
            "due_at": due_at,
            "purpose": purpose,
            "assigned_by": by or "",
            "urgent": urgent,
            "reference": reference,
        }


def month_of(context: Context) -> tuple[datetime, datetime] | None:
    """Return begin and end of the service days of the month asked for (SHIFT-5)."""
    if context.month is None:
        return None
    return moments(Month.of(context.month).span, rulebook.timetable())


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give all follow-ups, or those that the exporting person sees and has filtered the list by."""
    followups = FollowUp.objects.all()
    scope: Scope | None = context.scope
    if scope is not None:
        followups = followups.visible_to(scope)
        if FollowUpFilter.base_fields.keys() & context.filters.keys():
            choices = queries.choices_for(scope)
            form = FollowUpFilter(context.filters, choices=choices, usual=forms.ALL)
            followups = form.apply(followups, scope=scope, now=context.now)
    if span := month_of(context):
        followups = followups.filter(due_at__gte=span[0], due_at__lt=span[1])
    yield from rows_of(followups)


FOLLOWUPS = registry.register(
    registry.Kind(
        name="followups",
        label=_("Follow-ups"),
        columns=(
            Column("number", "编号", values.Text(20)),
            Column("complaint", "投诉编号", values.Text(80), keeps=True),
            Column("order", "订单号", values.Text(64), keeps=True),
            Column("owner", "负责人工号", values.Text(20), required=True),
            Column("due_at", "到期时间", values.Moment(), required=True),
            Column("purpose", "事项", values.Text(500), required=True),
            Column("assigned_by", "指派人工号", values.Text(20)),
            Column("urgent", "紧急", values.YesNo()),
            Column("reference", "外部编号", values.Text(80)),
        ),
        identity=identity,
        resource=FollowUpResource,
        export=export,
        by_month=True,
        sentences={
            "unknown_complaint": _('there is no complaint "%(text)s"'),
            "ambiguous_complaint": _(
                'several complaints have the external number "%(text)s"; give the number'
            ),
            "unknown_order": _('there is no order "%(text)s"'),
            "ambiguous_order": _('several stores have an order "%(text)s"; give the complaint'),
            "both": _("give a complaint or an order, not an order that is not the complaint's"),
            "neither": _("give a complaint or an order"),
            "unknown_person": _('there is no person with the number "%(text)s"'),
            "unknown_number": _('there is no follow-up "%(text)s"'),
            "reference_taken": _('another follow-up has the external number "%(text)s"'),
            "not_your_person": _('"%(text)s" is not one of your people'),
            "not_your_store": _('"%(text)s" is not of a store of your teams'),
            "not_open": _("the follow-up is done and cannot be moved or handed over"),
            "due_too_far": _("the due time must lie within two years"),
        },
        may_import=lead_imports,
        may_export=staff_exports,
    )
)
