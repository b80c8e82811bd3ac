"""Articles: written once, versions for ever, found by their words, counted, reminded of."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portal import notices, submissions
from portal.models import AuditEntry, Notice
from portal.texttokens import query_tokens
from staff.handbook import access
from staff.handbook.enums import ArticleKind, VoteKind
from staff.handbook.models import Article, ArticleTag, ArticleVersion, ArticleVote
from staff.handbook.queries import articles as queries
from staff.handbook.services import articles as services
from staff.people.access import scope_of
from staff.people.services import ChangedMeanwhile
from tests.at_once import at_once
from tests.factories.handbook import ArticleFactory, ArticleTagFactory, ArticleVersionFactory
from tests.staff.handbook.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 5)
WORDS = services.Words(title_zh="发票怎么开", text_zh="订单完成后申请电子发票。")


def about(them, **more):
    facts = {
        "kind": ArticleKind.SCRIPT,
        "owner_id": them.lead.pk,
        "check_on": TODAY + timedelta(days=90),
    }
    return services.About(**facts | more)


def write(them, words=WORDS, key=None, **more):
    return services.write_article(
        actor=them.lead, words=words, about=about(them, **more), form_key=key or uuid.uuid4(),
        now=NOW,
    )  # fmt: skip


def change(them, article, words=WORDS, *, version=1, why="改价格", now=NOW, **more):
    return services.change_article(
        actor=them.deputy, article_id=article.pk, version=version,
        change=services.Change(words=words, about=about(them, **more), why=why), now=now,
    )  # fmt: skip


def told(person, kind):
    with translation.override("en"):
        return [
            notices.kind_of(kind).text(notice.params)
            for notice in Notice.objects.filter(receiver=person.user, kind=kind)
        ]


def titles(found):
    return [row.title_zh or row.title_en for row in queries.rows_of(found, start=0, size=20)]


def test_an_article_is_written_with_its_first_version(them):
    made = write(them, store_ids=[them.store.pk], tags=["紫砂壶", "发票"])
    assert (made.number, made.checked_on, made.checked_by) == (1, TODAY, them.lead)
    edition = made.versions.get()
    assert (edition.title_zh, edition.why, edition.made_by) == ("发票怎么开", "", them.lead)
    assert queries.tags_of(made) == ["紫砂壶", "发票"]
    assert [store.pk for store in made.stores.all()] == [them.store.pk]
    entry = AuditEntry.objects.get(verb="article.added")
    assert "发票" not in str(entry.after)


def test_a_form_sent_twice_writes_one_article(them):
    key = uuid.uuid4()
    made = write(them, key=key)
    with pytest.raises(submissions.AlreadySubmitted) as sent:
        write(them, key=key)
    assert sent.value.result == f"/staff/handbook/articles/{made.pk}/"
    assert Article.objects.count() == 1


def test_other_words_make_a_version_and_the_same_words_none(them):
    made = write(them)
    services.vote(actor=them.agent, article_id=made.pk, number=1, kind=VoteKind.NO_HELP, now=NOW)
    change(them, made, tags=["发票"])
    made.refresh_from_db()
    assert (made.number, made.version, made.no_help) == (1, 2, 1)
    new = services.Words(title_zh="发票怎么开", text_zh="支持专票，三天内开出。")
    change(them, made, new, version=2)
    made.refresh_from_db()
    assert (made.number, made.version, made.no_help) == (2, 3, 0)
    rows = queries.versions_of(made)
    assert [(one.number, one.text_zh, one.why, one.made_by) for one in rows] == [
        (2, "支持专票，三天内开出。", "改价格", them.deputy),
        (1, "订单完成后申请电子发票。", "", them.lead),
    ]  # fmt: skip
    assert titles(queries.search(Article.objects.all(), "专票").articles) == ["发票怎么开"]
    assert titles(queries.search(Article.objects.all(), "电子").articles) == []


def test_a_stale_form_changes_nothing(them):
    made = write(them)
    change(them, made, tags=["一"])
    with pytest.raises(ChangedMeanwhile):
        change(them, made, tags=["二"])
    assert queries.tags_of(made) == ["一"]


def test_the_database_keeps_versions_as_they_are(them):
    made = write(them)
    for act in (
        lambda: ArticleVersion.objects.filter(article=made).update(text_zh="x"),
        lambda: ArticleVersion.objects.filter(article=made).delete(),
        lambda: ArticleVersionFactory(article=made, number=2, why=""),
        lambda: ArticleVersionFactory(article=made, number=2, why="x", title_zh=""),
        lambda: ArticleVersionFactory(article=made, number=2, why="x", title_en="only a title"),
        lambda: ArticleVersionFactory(article=made, number=1, why="x"),
        lambda: ArticleFactory(check_on=TODAY, checked_on=TODAY),
        lambda: ArticleFactory(archived_at=NOW),
        lambda: ArticleTag.objects.create(article=made, name=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_version_counts_each_person_once_for_each_kind(them):
    made = write(them)
    for who in (them.agent, them.agent, them.mate):
        services.vote(actor=who, article_id=made.pk, number=1, kind=VoteKind.COPIED, now=NOW)
    assert services.vote(
        actor=them.agent, article_id=made.pk, number=1, kind=VoteKind.NO_HELP, now=NOW, note="旧价"
    )
    made.refresh_from_db()
    assert (made.copied, made.no_help, ArticleVote.objects.count()) == (2, 1, 3)
    assert told(them.lead, services.NO_HELP) == [f"“发票怎么开” did not help {them.agent.name}."]
    with pytest.raises(services.AnotherVersion):
        services.vote(actor=them.mate, article_id=made.pk, number=2, kind=VoteKind.COPIED, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_once_count_once(them):
    made = write(them)

    def copy():
        return services.vote(
            actor=them.agent, article_id=made.pk, number=1, kind=VoteKind.COPIED, now=NOW
        )

    assert sorted(at_once(copy, copy)) == [False, True]
    made.refresh_from_db()
    assert made.copied == 1


def test_an_archived_article_is_neither_changed_nor_used_until_restored(them):
    made = write(them)
    services.archive_article(actor=them.lead, article_id=made.pk, why="活动结束", now=NOW)
    for act in (
        lambda: change(them, made, version=2),
        lambda: services.vote(
            actor=them.agent, article_id=made.pk, number=1, kind=VoteKind.COPIED, now=NOW
        ),
        lambda: services.archive_article(actor=them.lead, article_id=made.pk, why="x", now=NOW),
    ):
        with pytest.raises(services.IsArchived):
            act()
    assert titles(queries.narrowed(scope(them.agent), {}).articles) == []
    assert titles(queries.narrowed(scope(them.agent), {"state": "archived"}).articles) == [
        "发票怎么开"
    ]
    for _twice in range(2):
        services.restore_article(actor=them.lead, article_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.archived_at, made.archived_why, made.version) == (None, "", 3)
    assert AuditEntry.objects.filter(verb="article.restored").count() == 1


def scope(person):
    return scope_of(person.user, today=TODAY)


# Search


def test_search_finds_chinese_and_english_and_puts_titles_first():
    ArticleFactory(edition__title_zh="物流慢", edition__text_zh="退货运费由我们承担。", copied=9)
    ArticleFactory(edition__title_zh="退货运费谁出", edition__text_zh="质量问题我们出。")
    ArticleFactory(
        edition__title_zh="", edition__text_zh="", edition__title_en="Return policy",
        edition__text_en="Seven days, unused, with the label.",
    )  # fmt: skip
    found = queries.search(Article.objects.all(), "退货运费")
    assert (titles(found.articles), found.nearest) == (["退货运费谁出", "物流慢"], False)
    assert titles(queries.search(Article.objects.all(), "seven DAYS").articles) == ["Return policy"]
    assert titles(queries.search(Article.objects.all(), "？！").articles) == []
    assert len(titles(queries.search(Article.objects.all(), " ").articles)) == 3


def test_search_of_a_whole_question_shows_what_comes_closest():
    ArticleFactory(edition__title_zh="微波炉能用吗", edition__text_zh="描金款不可以放微波炉。")
    ArticleFactory(edition__title_zh="发货时间", edition__text_zh="请您放心，48 小时内发出。")
    found = queries.search(Article.objects.all(), "请问这个杯子可以放微波炉里加热吗？")
    assert found.nearest
    assert titles(found.articles)[0] == "微波炉能用吗"


def test_search_bears_the_longest_question():
    ArticleFactory()
    for text in ("退" * 5000, "a b c " * 400, "发票" * 300, "'\"\\ & | ! ( ) :*"):
        found = queries.search(Article.objects.all(), text)
        assert len(titles(found.articles)) <= 1
        assert all(token.strip() for token in query_tokens(text))


def test_most_used_come_first_and_filters_narrow(them):
    one = ArticleFactory(copied=3, owner=them.agent, edition__title_zh="一")
    two = ArticleFactory(copied=8, kind=ArticleKind.KNOWLEDGE, edition__title_zh="二")
    three = ArticleFactory(check_on=TODAY, no_help=1, edition__title_zh="三")
    two.stores.add(them.store, them.other_store)
    three.stores.add(them.other_store)
    ArticleTagFactory(article=one, name="茶具")
    for wanted, expected in (
        ({}, ["二", "一", "三"]),
        ({"kind": "KNOWLEDGE"}, ["二"]),
        ({"store": str(them.store.pk)}, ["二", "一"]),
        ({"store": str(them.other_store.pk)}, ["二", "一", "三"]),
        ({"tag": "茶具"}, ["一"]),
        ({"owner": "mine"}, ["一"]),
        ({"state": "check"}, ["三"]),
        ({"state": "no_help"}, ["三"]),
        ({"state": "all", "q": "一"}, ["一"]),
    ):
        assert titles(queries.narrowed(scope(them.agent), wanted).articles) == expected, wanted


# Questions of other rooms


def test_an_answered_question_becomes_one_article(them):
    asked = services.Asked(
        question="能开专票吗", answer="可以，三天内。", source="daily.question:7"
    )
    made = services.answer_question(author=them.agent, asked=asked, now=NOW)
    again = services.answer_question(author=them.lead, asked=asked, now=NOW)
    assert again == made
    edition = made.versions.get()
    assert (edition.title_zh, edition.text_zh) == ("能开专票吗", "可以，三天内。")
    assert (made.owner, made.check_on) == (them.agent, TODAY + timedelta(days=90))


def test_a_long_question_stands_whole_in_the_text_and_english_stays_english(them):
    long = services.Asked(question="问" * 200, answer="答", source="q:1", owner_id=them.lead.pk)
    edition = services.answer_question(author=them.agent, asked=long, now=NOW).versions.get()
    assert len(edition.title_zh) == 120
    assert edition.text_zh == "问" * 200 + "\n\n答"
    english = services.Asked(question="Do you ship abroad?", answer="Not yet.", source="q:2")
    edition = services.answer_question(author=them.agent, asked=english, now=NOW).versions.get()
    assert (edition.title_zh, edition.title_en) == ("", "Do you ship abroad?")


@pytest.mark.parametrize("more", [{"question": " "}, {"answer": ""}, {"source": ""}])
def test_a_question_that_says_nothing_is_no_article(them, more):
    asked = services.Asked(**{"question": "问", "answer": "答", "source": "q:1"} | more)
    with pytest.raises(ValueError, match="a question"):
        services.answer_question(author=them.agent, asked=asked, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_one_question_at_the_same_moment_gives_one_article(them):
    asked = services.Asked(question="问题", answer="答案", source="q:1")

    def act():
        return services.answer_question(author=them.agent, asked=asked, now=NOW).pk

    first, second = at_once(act, act)
    assert first == second
    assert Article.objects.count() == 1


# Checking


def test_the_owner_is_reminded_once_and_again_after_the_next_check(them):
    made = ArticleFactory(owner=them.agent, check_on=TODAY, edition__title_zh="包邮门槛")
    ArticleFactory(check_on=TODAY, archived_at=NOW, archived_by=them.lead, archived_why="x")
    ArticleFactory(check_on=TODAY + timedelta(days=1))
    assert services.oldest_due(NOW) is not None
    assert [services.remind_due(NOW) for _twice in range(2)] == [1, 0]
    assert services.oldest_due(NOW) is None
    assert told(them.agent, services.CHECK) == ["Does it still hold? “包邮门槛” is to be checked."]
    services.check_article(
        actor=them.agent,
        article_id=made.pk,
        version=1,
        check_on=TODAY + timedelta(days=30),
        now=NOW,
    )
    assert not Notice.objects.filter(read_at=None).exists()
    assert services.remind_due(NOW) == 0
    assert services.remind_due(NOW + timedelta(days=30)) == 2
    assert len(told(them.agent, services.CHECK)) == 2


def test_who_has_left_is_stood_in_for_by_the_chief(them):
    ArticleFactory(owner=them.agent, check_on=TODAY, edition__title_zh="包邮门槛")
    them.agent.postings.update(valid_until=TODAY - timedelta(days=1))
    services.remind_due(NOW)
    assert len(told(them.lead, services.CHECK)) == 1
    assert told(them.agent, services.CHECK) == []


def test_who_has_left_with_the_chief_is_stood_in_for_by_the_supervisors(them):
    ArticleFactory(owner=them.agent, check_on=TODAY)
    for who in (them.agent, them.lead):
        who.postings.update(valid_until=TODAY - timedelta(days=1))
    services.remind_due(NOW)
    assert len(told(them.supervisor, services.CHECK)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_remind_once(them):
    made = ArticleFactory(owner=them.agent, check_on=TODAY)

    def tick():
        return services.remind(article_id=made.pk, now=NOW)

    assert sorted(at_once(tick, tick)) == [False, True]
    assert Notice.objects.count() == 1


def test_whoever_may_change_also_sees(them):
    made = ArticleFactory(owner=them.stranger)
    for who in vars(them).values():
        if getattr(who, "user", None) is None:
            continue
        reach = scope(who)
        sees = Article.objects.visible_to(reach).filter(pk=made.pk).exists()
        assert sees or not access.can_change_article(reach, made)
    assert not Article.objects.visible_to(scope_of(them.outsider, today=TODAY)).exists()
