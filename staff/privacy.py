"""What staff keeps of customers (§10): orders in daily reports; else they may be named in texts.

Nothing here is a customer's but the unfinished orders of daily reports. Texts that people of the
department wrote are masked where a customer is named in them, those of the append-only tables
too: their triggers let nothing else through. What lines of money rest on holds references only.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.privacy import own, places
from portal.privacy.own import MACHINE, PEOPLE, REFERENCES
from portal.privacy.places import Gate, Place
from portal.privacy.values import Subject
from staff import models
from staff.handbook.services import articles
from staff.people.access import Scope
from staff.people.enums import Post
from staff.rulebook import queries as rulebook

ORDER = "_order"
"""Kind of the keys `store:number` of a person's orders; not written into the log."""


def _of_orders(subject: Subject) -> Q:
    numbers: dict[int, list[str]] = defaultdict(list)
    for key in subject.of(ORDER):
        store, _sign, number = key.partition(":")
        numbers[int(store)].append(number)
    wanted = Q(pk__in=[])
    for store_id, those in numbers.items():
        wanted |= Q(store=store_id, order_number__in=those)
    return wanted


def _opens(scope: Scope) -> bool:
    """Supervisor, deputy and administrator (§10)."""
    return scope.is_admin or scope.rank >= Post.DEPUTY.rank


def _sees(scope: object, stores: Collection[int]) -> bool:
    who = cast("Scope", scope)
    return who.is_admin or not stores or bool(who.store_ids & set(stores))


def _acts(scope: object, stores: Collection[int]) -> bool:
    """Only who answers for all the stores where the person is known."""
    who = cast("Scope", scope)
    return who.is_admin or who.store_ids >= set(stores)


def _years(now: datetime) -> int:
    return rulebook.policy_on(timezone.localdate(now)).retention_years


places.register_gate(
    Gate(
        opens=lambda scope: _opens(cast("Scope", scope)),
        sees=lambda scope, stores: _opens(cast("Scope", scope)) and _sees(scope, stores),
        acts=lambda scope, stores: _opens(cast("Scope", scope)) and _acts(scope, stores),
        names=lambda scope: cast("Scope", scope).post is not None,
    )
)
places.register_years(_years)
own.personal_files(
    "daily-reports", "daily-questions", "praise", "demerits", "quality_audits", "coaching",
    "articles", "readings", "trainings", "leave",
)  # fmt: skip
own.other_files(
    PEOPLE, "people", "stores", "roster", "attendance", "punches", "dingtalk", "makeups",
    "red_packets", "targets", "acknowledgements",
)  # fmt: skip
own.other_files(REFERENCES, "ledger", "statements")

places.declare(
    Place(
        model=models.UnfinishedOrder,
        label=_("Unfinished orders of daily reports"),
        of=_of_orders,
        said=("buyer",),
        masked=("order_number", "problem", "asks"),
        kept={"adopted_as": "is the number of a follow-up"},
    )
)
places.mask(models.DailyReport, "draft", "learnt", "lost_note")
places.mask(models.ReportQuestion, "text", "answer")
places.mask(models.ShiftSummary, "hard_presale", "hard_postsale", "lost_note", "note")
places.mask(models.PassedOn, "text")
places.keep(REFERENCES, models.HandedOver, "kind", "number")

places.mask(models.AnnouncementVersion, "title", "text", "why")
places.mask(
    models.Article, "archived_why", "source",
    kept=dict.fromkeys(("title_words", "words"), "are made anew from the versions"),
)  # fmt: skip
places.mask(models.ArticleTag, "name", after=articles.index_of_tags)
places.mask(
    models.ArticleVersion, "title_zh", "text_zh", "title_en", "text_en", "why",
    after=articles.index_of_versions,
)  # fmt: skip
places.mask(models.ArticleVote, "note")
places.mask(models.Plan, "title", "occasion")
places.mask(models.PlanStep, "what")
places.mask(models.PlanRun, "title", "reason", "link", "outcome", "went_well", "to_change")
places.mask(models.PlanTask, "what", "note")
places.mask(models.Proposal, "reason", "link", "dismissed_why")
places.mask(models.Course, "title", "text", kept={"posts": PEOPLE})
places.mask(models.Completion, "note")

places.mask(
    models.Adjustment, "reason", "withdrawn_because",
    kept=dict.fromkeys(("source", "rule"), REFERENCES),
)  # fmt: skip
places.keep(REFERENCES, models.DraftLine, "rule", "evidence")
places.keep(REFERENCES, models.LedgerLine, "rule", "evidence", "digest")
places.mask(models.Dispute, "reason", "answer", kept={"rule": REFERENCES})
places.keep(PEOPLE, models.Scorecard, "name")
places.keep(PEOPLE, models.Criterion, "title", "help")
places.keep(REFERENCES, models.Sample, "source", "keys")
places.mask(models.Calibration, "reference", kept={"source": REFERENCES})
places.mask(models.QualityAudit, "reference", "comment", kept={"source": REFERENCES})
places.mask(models.AuditScore, "note")
places.mask(models.Praise, "title", "text", "withdrawn_why", kept={"source": REFERENCES})
places.mask(models.Demerit, "reason", "evidence", "withdrawn_why", kept={"source": REFERENCES})
places.mask(models.Coaching, "topic", "agreement", "outcome")
places.keep(MACHINE, models.SettlementRun, "refusal")
places.keep(PEOPLE, models.Target, "name", "reward_text", "withdrawn_because")
places.keep(REFERENCES, models.TargetRow, "key", "url")
places.keep(REFERENCES, models.Measurement, "key", "url")

places.mask(models.LeaveRequest, "reason", "why")
places.mask(models.MakeUp, "reason", "answer")
places.keep(
    PEOPLE, models.Punch,
    "source", "reference", "file_name", "file_sha256", "sheet", "column", "remark",
)  # fmt: skip
places.keep(PEOPLE, models.ShiftType, "code", "name_zh", "name_en", "colour")
places.mask(models.Assignment, "rest_reason")
places.mask(models.Wish, "note")
places.mask(models.DraftCell, "reason", kept=dict.fromkeys(("turns", "base"), MACHINE))
places.keep(MACHINE, models.DraftStep, "before")
places.keep(MACHINE, models.PublicationReceipt, "changes")
places.mask(models.Swap, "note", "answer")
places.mask(models.OpenShift, "note")
places.keep("a hash of the link", models.CalendarFeed, "token_hash")
places.keep(PEOPLE, models.Skill, "name")
places.keep(PEOPLE, models.Requirement, "weekdays")
places.keep(PEOPLE, models.RosterRule, "params")

places.keep(PEOPLE, models.Site, "name")
places.keep(PEOPLE, models.Brand, "name")
places.keep(PEOPLE, models.Team, "name")
places.keep(PEOPLE, models.Store, "name")
places.keep(PEOPLE, models.Person, "number", "name", "email", "phone", "dingtalk_id")
places.keep(PEOPLE, models.Absence, "source")
places.keep(PEOPLE, models.Calendar, "code", "name", "windows", "weekdays")
places.keep(PEOPLE, models.CalendarDay, "name")
places.keep(PEOPLE, models.SpecialDay, "name_zh", "name_en")
places.keep(PEOPLE, models.Policy, "note")
places.keep(MACHINE, models.Habit, "code")
for _model, _fields in (
    (models.Person, ("number", "name", "email", "phone", "dingtalk_id")),
    (models.Posting, ()),
    (models.Salary, ()),
    (models.Policy, ("note",)),
):
    places.keep(PEOPLE, _model.history.model, *_fields, "history_change_reason")
