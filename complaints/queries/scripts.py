"""Scripts of the handbook for a case: found by their words, with the case's values filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, FilteredRelation, Q
from django.utils import formats, timezone

from complaints.models import Complaint
from complaints.policies import scripts as policies
from complaints.policies.scripts import Field
from complaints.queries.cases import in_chinese
from staff.handbook.enums import ArticleKind
from staff.handbook.models import Article
from staff.handbook.queries import articles
from staff.people.access import Scope
from staff.people.models import Person

MOST = 8


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script as it reads for a case; `missing` are the fields that it cannot fill."""

    id: int
    number: int
    title: str
    text: str
    missing: tuple[str, ...]


def values_of(complaint: Complaint, *, agent: Person, now: datetime) -> dict[Field, str]:
    """Return what the case and whoever writes fill in; nothing that lists would mask."""
    due = complaint.due_at
    return {
        Field.CUSTOMER: complaint.customer.name,
        Field.NUMBER: complaint.number,
        Field.ORDER: complaint.order.number if complaint.order else "",
        Field.PRODUCT: complaint.product.name if complaint.product else "",
        Field.STORE: complaint.store.name,
        Field.AGENT: agent.name,
        Field.DUE: formats.date_format(timezone.localtime(due), "DATETIME_FORMAT") if due else "",
        Field.TODAY: formats.date_format(timezone.localdate(now), "DATE_FORMAT"),
    }


def found(
    scope: Scope, complaint: Complaint, text: str, *, values: Mapping[Field, str]
) -> list[Script]:
    """Return scripts of the case's store, best first, else the most used, in one query."""
    rows = Article.objects.visible_to(scope).live().filter(kind=ArticleKind.SCRIPT)
    rows = rows.filter(Q(stores=complaint.store_id) | Q(stores=None))
    held = FilteredRelation("versions", condition=Q(versions__number=F("number")))
    hits = articles.search(rows, text).articles.annotate(now=held)
    columns = ("pk", "number", "now__title_zh", "now__text_zh", "now__title_en", "now__text_en")
    return [_script(row, values) for row in hits.values_list(*columns)[:MOST]]


def _script(row: tuple[int, int, str, str, str, str], values: Mapping[Field, str]) -> Script:
    key, number, *words = row
    chinese, english = words[:2], words[2:]
    first, second = (chinese, english) if in_chinese() else (english, chinese)
    title, text = first if first[1] else second
    filled = policies.fill(text, values)
    return Script(id=key, number=number, title=title, text=filled.text, missing=filled.missing)
