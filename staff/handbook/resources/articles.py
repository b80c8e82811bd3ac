"""The kind `articles`: scripts and product knowledge as they stand, filtered as the list is."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.handbook.enums import ArticleKind
from staff.handbook.filters.articles import ArticleFilter
from staff.handbook.models import Article
from staff.handbook.queries import articles as queries
from staff.people.access import Scope

CHUNK = 500


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the articles of the list, in its order; on the command line all of them."""
    if context.scope is None:
        found = Article.objects.order_by("pk")
    else:
        form = ArticleFilter(
            context.filters, stores=queries.store_choices(), tags=queries.tag_choices()
        )
        found = queries.narrowed(context.scope, form.wanted).articles
    start = 0
    while rows := queries.rows_of(found, start=start, size=CHUNK):
        yield from (_cells(row) for row in rows)
        start += CHUNK


def _cells(row: queries.Row) -> dict[str, Any]:
    return {
        "article": row.id,
        "kind": row.kind,
        "version": row.number,
        "title_zh": row.title_zh,
        "text_zh": row.text_zh,
        "title_en": row.title_en,
        "text_en": row.text_en,
        "tags": ", ".join(row.tags),
        "stores": ", ".join(row.stores),
        "owner": row.owner,
        "copied": row.copied,
        "no_help": row.no_help,
        "checked_on": row.checked_on,
        "check_on": row.check_on,
        "archived_at": row.archived_at,
    }


def may_export(_user: User, scope: Scope | None) -> bool:
    """Whoever is a person exports what they see."""
    return scope is not None and scope.person_id is not None


ARTICLES = registry.register(
    registry.Kind(
        name="articles",
        label=gettext_lazy("Scripts and product knowledge"),
        columns=(
            Column("article", "编号", values.Whole()),
            Column("kind", "类别", values.Choice(ArticleKind)),
            Column("version", "版本", values.Whole()),
            Column("title_zh", "标题（中文）", values.Text(120)),
            Column("text_zh", "正文（中文）", values.Text()),
            Column("title_en", "标题（英文）", values.Text(120)),
            Column("text_en", "正文（英文）", values.Text()),
            Column("tags", "标签", values.Text()),
            Column("stores", "店铺", values.Text()),
            Column("owner", "负责人", values.Text(80)),
            Column("copied", "复制次数", values.Whole()),
            Column("no_help", "没帮上忙", values.Whole()),
            Column("checked_on", "上次核对", values.Day()),
            Column("check_on", "下次核对", values.Day()),
            Column("archived_at", "归档时间", values.Moment()),
        ),
        export=export,
        may_export=may_export,
    )
)
