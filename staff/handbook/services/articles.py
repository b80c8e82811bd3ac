"""Articles are written, changed in versions, checked, used, archived, and reminded of (DAY-4)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from portal import audit, notices, submissions
from portal.texttokens import index_tokens
from staff.handbook.enums import ArticleKind, VoteKind
from staff.handbook.models import Article, ArticleTag, ArticleVersion, ArticleVote
from staff.handbook.queries.people import stand_in
from staff.handbook.services.telling import News, tell, user_of
from staff.people.models import Person
from staff.people.queries import members
from staff.people.services import ChangedMeanwhile, Refused
from staff.rulebook.queries import habits

CHECK, NO_HELP = "handbook.check", "handbook.no_help"
LONGEST_TITLE, LONGEST_TEXT = 120, 10_000
BATCH = 100


class IsArchived(Refused):
    """An archived article is not changed or used; it can be restored."""

    code = "article_archived"


class AnotherVersion(Refused):
    """A newer version holds by now than the one that was looked at."""

    code = "article_version_gone"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a version says: at least one language with title and text."""

    title_zh: str = ""
    text_zh: str = ""
    title_en: str = ""
    text_en: str = ""


@dataclass(frozen=True, kw_only=True)
class About:
    """What stands around the words of an article."""

    kind: ArticleKind
    owner_id: int
    check_on: date
    store_ids: Collection[int] = ()
    tags: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of an article, and why."""

    words: Words
    about: About
    why: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that was answered; `source` names it, such as `daily.question:12`.

    Without an owner the author owns the article.
    """

    question: str
    answer: str
    source: str
    kind: ArticleKind = ArticleKind.SCRIPT
    owner_id: int | None = None
    store_ids: Collection[int] = ()
    tags: Sequence[str] = ()


def subject_of(article_id: int) -> str:
    return f"article:{article_id}"


@transaction.atomic
def write_article(
    *, actor: Person, words: Words, about: About, form_key: uuid.UUID, now: datetime
) -> Article:
    """Add an article. Raises AlreadySubmitted for a form sent twice."""
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    article = _add(actor=actor, words=words, about=about, now=now)
    submissions.finish(submission, result=reverse("staff:article", args=[article.pk]))
    return article


@transaction.atomic
def answer_question(*, author: Person, asked: Asked, now: datetime) -> Article:
    """Make an article of a question and its answer; the title is the beginning of the question.

    Called again with the same source, it returns the article that there is, as it stands.
    Question and answer may be in either language. It is checked again after 90 days. Raises
    ValueError where question, answer or source says nothing.
    """
    question, answer = asked.question.strip(), asked.answer.strip()
    if not (question and answer and asked.source):
        raise ValueError("a question, its answer and where it came from")
    known = Article.objects.filter(source=asked.source).first()
    if known is not None:
        return known
    words = _in_its_language(question, answer)
    about = About(
        kind=asked.kind,
        owner_id=asked.owner_id or author.pk,
        check_on=timezone.localdate(now) + habits.span("articles.check_again"),
        store_ids=asked.store_ids,
        tags=asked.tags,
    )
    try:
        with transaction.atomic():
            return _add(actor=author, words=words, about=about, now=now, source=asked.source)
    except IntegrityError:  # somebody else was first; else there is none, and that is an error
        return Article.objects.get(source=asked.source)


def _in_its_language(question: str, answer: str) -> Words:
    line = " ".join(question.split())
    title = line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
    text = answer if title == line else f"{question}\n\n{answer}"
    text = text[:LONGEST_TEXT]
    if f"{question}{answer}".isascii():
        return Words(title_en=title, text_en=text)
    return Words(title_zh=title, text_zh=text)


def _add(*, actor: Person, words: Words, about: About, now: datetime, source: str = "") -> Article:
    title_words, all_words = _index(words, about.tags)
    article = Article.objects.create(
        kind=about.kind,
        owner_id=about.owner_id,
        made_at=now,
        changed_at=now,
        checked_on=timezone.localdate(now),
        checked_by=actor,
        check_on=about.check_on,
        source=source,
        title_words=title_words,
        words=all_words,
    )
    ArticleVersion.objects.create(
        article=article, number=1, made_by=actor, made_at=now, **vars(words)
    )
    _put_around(article, about)
    audit.record(
        actor=actor.user, verb="article.added", target=article, at=now, after=_facts(about)
    )
    return article


def _index(words: Words, tags: Sequence[str]) -> tuple[str, str]:
    """Return the tokens of titles and tags, and those of everything."""
    titles = (words.title_zh, words.title_en, *tags)
    everything = index_tokens(*titles, words.text_zh, words.text_en)
    return " ".join(index_tokens(*titles)), " ".join(everything)


def index_of_versions(keys: Collection[int]) -> None:
    """Make the words of articles anew whose versions were masked."""
    _index_anew(Article.objects.filter(versions__in=keys))


def index_of_tags(keys: Collection[int]) -> None:
    """Make the words of articles anew whose tags were masked."""
    _index_anew(Article.objects.filter(tags__in=keys))


def _index_anew(rows: QuerySet[Article]) -> None:
    for article in rows.distinct().prefetch_related("tags"):
        last = article.versions.order_by("-number").first()
        if last is None:
            continue
        words = Words(**{each.name: getattr(last, each.name) for each in fields(Words)})
        titles, everything = _index(words, [tag.name for tag in article.tags.all()])
        Article.objects.filter(pk=article.pk).update(title_words=titles, words=everything)


def _put_around(article: Article, about: About) -> None:
    article.stores.set(about.store_ids)
    wanted = dict.fromkeys(about.tags)
    article.tags.exclude(name__in=wanted).delete()
    ArticleTag.objects.bulk_create(
        [ArticleTag(article=article, name=name) for name in wanted], ignore_conflicts=True
    )


def _facts(about: About) -> dict[str, object]:
    return {
        "kind": str(about.kind),
        "owner": about.owner_id,
        "check_on": about.check_on.isoformat(),
        "stores": sorted(about.store_ids),
        "tags": len(about.tags),
    }


def _locked(article_id: int, *, version: int | None = None) -> Article:
    """Lock a live article. Raises IsArchived and ChangedMeanwhile."""
    article = Article.objects.select_for_update().get(pk=article_id)
    if version is not None and article.version != version:
        raise ChangedMeanwhile
    if article.is_archived:
        raise IsArchived
    return article


@transaction.atomic
def change_article(
    *,
    actor: Person,
    article_id: int,
    version: int,
    change: Change,
    now: datetime,
) -> Article:
    """Change an article; other words make a new version, which counts as checked.

    Raises ChangedMeanwhile and IsArchived.
    """
    words, about = change.words, change.about
    article = _locked(article_id, version=version)
    held = ArticleVersion.objects.get(article=article, number=article.number)
    if {name: getattr(held, name) for name in vars(words)} != vars(words):
        article.number += 1
        article.no_help = 0
        ArticleVersion.objects.create(
            article=article, number=article.number, why=change.why, made_by=actor, made_at=now,
            **vars(words),
        )  # fmt: skip
    article.title_words, article.words = _index(words, about.tags)
    article.kind, article.owner_id = about.kind, about.owner_id
    _note_check(article, actor=actor, check_on=about.check_on, now=now)
    _put_around(article, about)
    audit.record(
        actor=actor.user, verb="article.changed", target=article, at=now,
        after=_facts(about) | {"number": article.number},
    )  # fmt: skip
    return article


def _note_check(article: Article, *, actor: Person, check_on: date, now: datetime) -> None:
    article.checked_on, article.checked_by = timezone.localdate(now), actor
    article.check_on, article.reminded_at = check_on, None
    article.changed_at = now
    article.version += 1
    article.save()
    notices.settle(subject_of(article.pk), now=now)


@transaction.atomic
def check_article(
    *, actor: Person, article_id: int, version: int, check_on: date, now: datetime
) -> Article:
    """Note that an article still holds. Raises ChangedMeanwhile and IsArchived."""
    article = _locked(article_id, version=version)
    _note_check(article, actor=actor, check_on=check_on, now=now)
    audit.record(
        actor=actor.user, verb="article.checked", target=article, at=now,
        after={"check_on": check_on.isoformat()},
    )  # fmt: skip
    return article


@transaction.atomic
def archive_article(*, actor: Person, article_id: int, why: str, now: datetime) -> Article:
    """Take an article out of use, with a reason. Raises IsArchived for a second time."""
    article = _locked(article_id)
    article.archived_at, article.archived_by, article.archived_why = now, actor, why
    article.version += 1
    article.save()
    audit.record(actor=actor.user, verb="article.archived", target=article, at=now)
    notices.settle(subject_of(article.pk), now=now)
    return article


@transaction.atomic
def restore_article(*, actor: Person, article_id: int, now: datetime) -> Article:
    """Take an article back into use; a second time changes nothing."""
    article = Article.objects.select_for_update().get(pk=article_id)
    if article.is_archived:
        article.archived_at, article.archived_by, article.archived_why = None, None, ""
        article.version += 1
        article.save()
        audit.record(actor=actor.user, verb="article.restored", target=article, at=now)
    return article


@transaction.atomic
def vote(
    *, actor: Person, article_id: int, number: int, kind: VoteKind, now: datetime, note: str = ""
) -> bool:
    """Count that somebody copied a version, or that it did not help: once for each person.

    The owner is told of what did not help. Returns whether it was new. Raises IsArchived, and
    AnotherVersion where another version holds by now.
    """
    article = _locked(article_id)
    if article.number != number:
        raise AnotherVersion
    edition = ArticleVersion.objects.get(article=article, number=number)
    _vote, fresh = ArticleVote.objects.get_or_create(
        edition=edition, person=actor, kind=kind, defaults={"note": note, "at": now}
    )
    if not fresh:
        return False
    column = "copied" if kind == VoteKind.COPIED else "no_help"
    Article.objects.filter(pk=article.pk).update(**{column: F(column) + 1})
    if kind == VoteKind.NO_HELP and article.owner_id != actor.pk:
        owners = stand_in(
            article.owner_id, members(timezone.localdate(now)), today=timezone.localdate(now)
        )
        subject = subject_of(article.pk)
        news = News(
            kind=NO_HELP,
            key=f"{subject}:{number}:{actor.pk}",
            subject=subject,
            params=_params(article, edition) | {"by": actor.name},
        )
        tell(owners, news, now=now)
    return True


def _params(article: Article, edition: ArticleVersion) -> dict[str, object]:
    return {"article": article.pk, "zh": edition.title_zh, "en": edition.title_en}


@transaction.atomic
def remind(*, article_id: int, now: datetime) -> bool:
    """Remind the owner of one article to be checked, once whoever comes first.

    Somebody who has left is stood in for by the chief.
    """
    today = timezone.localdate(now)
    due = Article.objects.to_check(today).filter(pk=article_id, reminded_at=None)
    if not due.update(reminded_at=now):
        return False
    article = Article.objects.get(pk=article_id)
    edition = ArticleVersion.objects.get(article=article, number=article.number)
    subject = subject_of(article_id)
    news = News(
        kind=CHECK,
        key=f"{subject}:check:{article.check_on}",
        subject=subject,
        params=_params(article, edition),
    )
    tell(stand_in(article.owner_id, members(today), today=today), news, now=now)
    return True


def remind_due(now: datetime) -> int:
    """Remind of articles whose day of checking has come; a step of the tick."""
    due = Article.objects.to_check(timezone.localdate(now)).filter(reminded_at=None)
    found = list(due.order_by("check_on", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(remind(article_id=article_id, now=now) for article_id in found)


def oldest_due(now: datetime) -> datetime | None:
    """Return the beginning of the day of the oldest check not reminded of."""
    due = Article.objects.to_check(timezone.localdate(now)).filter(reminded_at=None)
    day = due.order_by("check_on").values_list("check_on", flat=True).first()
    return timezone.make_aware(datetime.combine(day, time())) if day else None
