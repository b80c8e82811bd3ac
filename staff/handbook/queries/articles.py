"""Lists of articles, one article with its versions, and what its users say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from portal.texttokens import query_tokens
from staff.handbook.enums import VoteKind
from staff.handbook.models import Article, ArticleTag, ArticleVersion, ArticleVote
from staff.handbook.querysets import ArticleQuerySet
from staff.people.access import Scope
from staff.people.models import Store

PAGE_ROWS = 20
EXCERPT = 120
MOST_TAGS = 60
MOST_NOTES = 20
LIVE, TO_CHECK, UNHELPFUL, ARCHIVED, ALL = "", "check", "no_help", "archived", "all"
MINE = "mine"
COLUMNS = (
    "pk", "kind", "number", "now__title_zh", "now__title_en", "now__text_zh", "now__text_en",
    "copied", "no_help", "checked_on", "check_on", "archived_at", "owner__name",
)  # fmt: skip


@dataclass
class Row:
    """A line of the list, in the order of `COLUMNS`; tags and stores are filled in after."""

    id: int
    kind: str
    number: int
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    copied: int
    no_help: int
    checked_on: date
    check_on: date
    archived_at: datetime | None
    owner: str
    tags: list[str] = field(default_factory=list)
    stores: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """Articles in order. `nearest` says that none has all the words of the search."""

    articles: ArticleQuerySet
    nearest: bool = False


def narrowed(scope: Scope, wanted: Mapping[str, str]) -> Found:
    """Apply search and filters; what was searched for comes best first, else the most used."""
    articles = _in_state(Article.objects.visible_to(scope), wanted.get("state", LIVE), scope=scope)
    if wanted.get("kind"):
        articles = articles.filter(kind=wanted["kind"])
    if store := wanted.get("store"):
        articles = articles.filter(Q(stores=int(store)) | Q(stores=None))
    if wanted.get("tag"):
        articles = articles.filter(tags__name=wanted["tag"])
    if wanted.get("owner") == MINE:
        articles = articles.filter(owner_id=scope.person_id or 0)
    return search(articles, wanted.get("q", ""))


def _in_state(articles: ArticleQuerySet, state: str, *, scope: Scope) -> ArticleQuerySet:
    if state == ALL:
        return articles
    if state == ARCHIVED:
        return articles.exclude(archived_at=None)
    if state == TO_CHECK:
        return articles.to_check(scope.today)
    if state == UNHELPFUL:
        return articles.live().filter(no_help__gt=0)
    return articles.live()


def search(articles: ArticleQuerySet, text: str) -> Found:
    """Return the articles that have all the words, best first; where none has, those near by."""
    if not text.strip():
        return Found(articles.order_by("-copied", "-pk"))
    tokens = query_tokens(text.strip())
    if not tokens:
        return Found(articles.none())
    order = ("-score", "-copied", "-pk")
    whole = articles.matching(tokens)
    if len(tokens) == 1 or whole.exists():
        return Found(whole.scored(tokens).order_by(*order))
    near = articles.matching(tokens, any_of=True)
    return Found(near.scored(tokens).order_by(*order), nearest=True)


def rows_of(articles: ArticleQuerySet, *, start: int, size: int) -> list[Row]:
    """Return a page of the list in three queries."""
    held = FilteredRelation("versions", condition=Q(versions__number=F("number")))
    found = articles.annotate(now=held).values_list(*COLUMNS)[start : start + size]
    rows = {values[0]: Row(*values[: len(COLUMNS)]) for values in found}
    _fill(rows)
    return list(rows.values())


def _fill(rows: dict[int, Row]) -> None:
    tags = ArticleTag.objects.filter(article_id__in=rows).order_by("pk")
    for article, name in tags.values_list("article_id", "name"):
        rows[article].tags.append(name)
    stores = Article.stores.through.objects.filter(article_id__in=rows).order_by("store__name")
    for article, name in stores.values_list("article_id", "store__name"):
        rows[article].stores.append(name)


def store_choices() -> list[tuple[int, str]]:
    return list(Store.objects.filter(is_open=True).order_by("name").values_list("pk", "name"))


def tag_choices() -> list[str]:
    """Return the tags that most articles have, by name."""
    rows = ArticleTag.objects.filter(article__archived_at=None).values("name")
    most = rows.annotate(n=Count("pk")).order_by("-n", "name")[:MOST_TAGS]
    return sorted(row["name"] for row in most)


def tags_of(article: Article) -> list[str]:
    return list(article.tags.order_by("pk").values_list("name", flat=True))


def versions_of(article: Article) -> list[ArticleVersion]:
    """Return the versions, newest first, with how often each was used."""
    rows = ArticleVersion.objects.filter(article=article).select_related("made_by")
    return list(
        rows.annotate(
            copied=Count("votes", filter=Q(votes__kind=VoteKind.COPIED)),
            no_help=Count("votes", filter=Q(votes__kind=VoteKind.NO_HELP)),
        ).order_by("-number")
    )


def version_numbers(article: Article, numbers: Collection[int]) -> dict[int, ArticleVersion]:
    rows = ArticleVersion.objects.filter(article=article, number__in=numbers)
    return {row.number: row for row in rows.select_related("made_by")}


def votes_of(edition: ArticleVersion, *, person_id: int) -> set[str]:
    """Return what somebody did with a version."""
    rows = ArticleVote.objects.filter(edition=edition, person_id=person_id)
    return set(rows.values_list("kind", flat=True))


def notes_of(edition: ArticleVersion) -> list[ArticleVote]:
    """Return whom a version did not help, newest first."""
    rows = ArticleVote.objects.filter(edition=edition, kind=VoteKind.NO_HELP)
    return list(rows.select_related("person").order_by("-at", "-pk")[:MOST_NOTES])


def due_for(scope: Scope) -> QuerySet[Article]:
    """Return one's own articles that are to be checked."""
    return Article.objects.to_check(scope.today).filter(owner_id=scope.person_id or 0)
