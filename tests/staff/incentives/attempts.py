"""Attempts to change a closed month, over every path; a seed makes them the same again."""

import io
import json
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from portal.transfer.registry import Context
from staff.incentives.enums import RunAct
from staff.incentives.queries.computing import line_of
from staff.incentives.resources.statements import document, export
from staff.incentives.services import closing, disputes, runs, settling
from staff.models import (
    Confirmation,
    Dispute,
    DraftLine,
    LedgerLine,
    MakeUp,
    Person,
    Punch,
    Settlement,
)
from tests.factories.incentives import (
    ConfirmationFactory,
    DisputeFactory,
    DraftLineFactory,
    LedgerLineFactory,
)
from tests.staff.attendance.bringing import ZONE, bring
from tests.staff.incentives.staging import OCTOBER

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MODELS = (Settlement, LedgerLine, Dispute, Confirmation)
VALUES = {
    "IntegerField": "7", "BigIntegerField": "7", "PositiveIntegerField": "7", "BigAutoField": "777",
    "PositiveBigIntegerField": "777", "PositiveSmallIntegerField": "7", "CharField": "'x'",
    "TextField": "'x'", "DateField": "'2026-01-01'", "DateTimeField": "'2026-01-01 00:00:00'",
    "ForeignKey": "NULL", "OneToOneField": "NULL",
}  # fmt: skip


def snapshot():
    """All rows of the closed month, and the bytes of its contract with payroll."""
    settlement = Settlement.objects.get(month=OCTOBER.first_day)
    rows = [list(Settlement.objects.filter(pk=settlement.pk).values())]
    rows += [
        list(model.objects.filter(settlement=settlement).order_by("pk").values())
        for model in MODELS[1:]
    ]
    context = Context(actor=None, now=NOW, zone=ZONE, month=OCTOBER.first_day)
    return rows, json.dumps(document(context, export(context)), ensure_ascii=False)


class Attempts:
    """Chooses a path and tries; what is refused by an error or has no effect is fine."""

    def __init__(self, seed):
        self.random = random.Random(seed)  # noqa: S311 -- the same again, not a secret
        self.settlement = Settlement.objects.get(month=OCTOBER.first_day)
        self.people = list(Person.objects.order_by("number"))

    def one(self):
        """Try once; return the path and what was said."""
        name = self.random.choice([name for name in dir(self) if name.startswith("by_")])
        try:
            with transaction.atomic():
                getattr(self, name)()
        except (Exception, SystemExit) as refusal:  # noqa: BLE001 -- any refusal will do
            return name, type(refusal).__name__
        return name, "nothing"

    def somebody(self):
        return self.random.choice(self.people)

    def a_day(self):
        return OCTOBER.first_day + timedelta(days=self.random.randrange(31))

    def by_sql_update(self):
        model = self.random.choice(MODELS)
        field = self.random.choice(model._meta.concrete_fields)
        value = VALUES[field.get_internal_type()]
        self._sql(f"UPDATE {model._meta.db_table} SET {field.column} = {value}")  # noqa: S608 -- our own names

    def by_sql_delete(self):
        self._sql(f"DELETE FROM {self.random.choice(MODELS)._meta.db_table}")  # noqa: S608 -- our own names

    def by_sql_replace(self):
        table = self.random.choice(MODELS)._meta.db_table
        if connection.vendor == "sqlite":
            self._sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 -- our own names
        else:
            self._sql(f"TRUNCATE {table} CASCADE")

    def by_queryset_update(self):
        model = self.random.choice(MODELS)
        field = self.random.choice(model._meta.concrete_fields)
        other = model.objects.order_by("?").first()
        model.objects.update(**{field.attname: getattr(other, field.attname)})

    def by_queryset_delete(self):
        self.random.choice(MODELS).objects.all().delete()

    def by_bulk_update(self):
        rows = list(LedgerLine.objects.filter(settlement=self.settlement))
        for row in rows:
            row.amount_fen += 1
        LedgerLine.objects.bulk_update(rows, ["amount_fen"])

    def by_save(self):
        row = self.random.choice(MODELS).objects.order_by("?").first()
        row.save()

    def by_delete(self):
        self.random.choice(MODELS).objects.order_by("?").first().delete()

    def by_create(self):
        made = self.random.choice(
            [LedgerLineFactory, DraftLineFactory, DisputeFactory, ConfirmationFactory]
        )
        more = {"number": 10_000} if made is LedgerLineFactory else {}
        made(settlement=self.settlement, person=self.somebody(), **more)

    def by_settling(self):
        settling.settle(OCTOBER, actor=None, now=NOW)

    def by_portal(self):
        act = self.random.choice(list(RunAct))
        run, _new = runs.ask(month=OCTOBER, act=act, actor=self.somebody().user, now=NOW)
        runs.carry_out(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()
        if run.refusal:
            raise settling.MonthClosed(run.refusal)

    def by_publishing(self):
        settling.publish(OCTOBER, actor=None, now=NOW)

    def by_appending(self):
        lines = LedgerLine.objects.filter(settlement=self.settlement)
        row = self.random.choice(list(lines))
        entry = settling.Entry(about=OCTOBER.first_day, line=line_of(row))
        settling.correct(self.settlement, [(row.person_id, entry)], actor=None, now=NOW)

    def by_closing(self):
        closing.close(OCTOBER, by=self.somebody(), also_by=self.somebody(), actor=None, now=NOW)

    def by_signing(self):
        closing.sign(OCTOBER, person=self.somebody(), actor=None, now=NOW)

    def by_disputing(self):
        row = self.random.choice(list(LedgerLine.objects.filter(settlement=self.settlement)))
        line = disputes.Disputed(row.about, row.rule, row.day, row.event, row.side)
        disputes.dispute(OCTOBER, person=row.person, line=line, reason="x", now=NOW)

    def by_answering(self):
        said = disputes.Answer(reverse=True, by=self.somebody(), text="x")
        disputes.answer(self.random.choice(list(Dispute.objects.all())).pk, said=said, now=NOW)

    def by_confirming(self):
        disputes.confirm(OCTOBER, person=self.somebody(), now=NOW)

    def by_command(self):
        more = self.random.choice([(), ("--publish",), ("--close", "--by", "x", "--and", "y")])
        call_command("settle", str(OCTOBER), *more, stdout=io.StringIO(), stderr=io.StringIO())

    def by_import(self):
        person, day = self.somebody().number, self.a_day()
        boss, minute = self.people[0].number, self.random.randrange(60)
        kind, head, row = self.random.choice(
            [
                (
                    "punches",
                    "number,punched_at",
                    f"{person},{day} 08:{minute:02}",
                ),
                (
                    "makeups",
                    "number,date,side,asked_at,decision,certified_by",
                    f"{person},{day},in,{day} 12:00,certified,{boss}",
                ),
                ("red_packets", "number,date,side,paid_at", f"{person},{day},in,{day} 20:00"),
                (
                    "leave",
                    "number,kind,first_day,last_day,asked_at,decision,decided_by",
                    f"{person},personal,{day},{day},2026-09-01 08:00,approved,{boss}",
                ),
                (
                    "people",
                    "number,name,post,base_salary,hired_on,from",
                    f"{person},改,presale,9999,2020-01-01,2026-10-01",
                ),
                ("roster", "date,shift,number", f"{day},evening,{person}"),
            ]
        )
        with tempfile.TemporaryDirectory() as folder:
            bring(kind, f"{head}\n{row}", Path(folder))

    def by_facts(self):
        """Facts that come late: they may change, the closed month may not."""
        person, day = self.somebody(), self.a_day()
        act = self.random.choice(
            [
                lambda: Punch.objects.filter(person=person).delete(),
                lambda: MakeUp.objects.all().delete(),
                lambda: person.salaries.update(base_fen=self.random.randrange(10**6)),
                lambda: Person.objects.filter(pk=person.pk).update(name="改", left_on=day),
                lambda: person.assignments.filter(day=day).delete(),
            ]
        )
        act()

    def by_next_month(self):
        """What came late is settled in the month after, and published there or not."""
        following = OCTOBER.next()
        now = datetime(2026, 12, 2, 4, tzinfo=UTC)
        settling.settle(following, actor=None, now=now)

    def by_draft(self):
        DraftLine.objects.update(settlement=self.settlement)

    def _sql(self, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)
