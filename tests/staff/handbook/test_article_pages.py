"""The pages of scripts and product knowledge."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.models import Notice
from staff.handbook.models import Article, ArticleVote
from tests.factories.handbook import (
    ArticleFactory,
    ArticleTagFactory,
    ArticleVersionFactory,
    ArticleVoteFactory,
)
from tests.staff.handbook.conftest import NOW
from tests.staff.handbook.inputs import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 5)


def form(them, **more):
    data = {
        "form_key": str(uuid.uuid4()), "kind": "SCRIPT", "title_zh": "发票怎么开",
        "text_zh": "订单完成后申请。\r\n谢谢", "title_en": "", "text_en": "",
        "tags": "发票，紫砂壶, 发票", "stores": [them.store.pk], "owner": them.lead.pk,
        "check_on": "2027-01-31",
    }  # fmt: skip
    return data | more


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    for _row in range(rows):
        made = ArticleFactory()
        made.stores.add(them.store)
        ArticleTagFactory(article=made)
    client.force_login(them.agent.user)
    client.get(reverse("staff:handbook"))
    for query, count in (({}, 13), ({"q": "发票"}, 13), ({"q": "发票怎么开"}, 14)):
        with django_assert_num_queries(count):
            response = client.get(reverse("staff:handbook"), query)
        assert response.content.count(b"/staff/handbook/articles/") == rows


@pytest.mark.parametrize("votes", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_notes(
    client, them, votes, django_assert_num_queries
):
    made = ArticleFactory()
    edition = made.versions.get()
    for _vote in range(votes):
        ArticleVoteFactory(edition=edition, kind="NO_HELP", note="旧价格")
    client.force_login(them.agent.user)
    client.get(reverse("staff:article", args=[made.pk]))
    with django_assert_num_queries(12):
        shown = client.get(reverse("staff:article", args=[made.pk])).content.decode()
    assert shown.count("旧价格") == votes


def test_the_list_shows_what_is_asked_for(page, them):
    ArticleFactory(
        edition__title_zh="发票怎么开", edition__title_en="Invoices", edition__text_en="x"
    )
    ArticleFactory(edition__title_zh="退货运费", archived_at=NOW, archived_by=them.lead,
                   archived_why="x")  # fmt: skip
    shown = page(them.agent, "handbook")
    assert "Invoices" in shown
    assert "退货运费" not in shown
    assert "Write an article" not in shown
    assert "No article has all these words." in page(them.agent, "handbook", q="发票去火星")
    assert "No article fits." in page(them.agent, "handbook", q="火星")
    assert "Write an article" in page(them.lead, "handbook")


def test_an_empty_handbook_says_how_to_begin(page, them):
    assert "The handbook is empty." in page(them.agent, "handbook")
    assert reverse("staff:article_new") in page(them.lead, "handbook")


def test_the_owner_sees_what_is_to_be_checked(page, them):
    ArticleFactory(owner=them.agent, check_on=TODAY)
    assert "1 article of yours is to be checked" in page(them.agent, "handbook")
    assert "of yours is to be checked" not in page(them.mate, "handbook")


@pytest.mark.parametrize("value", HOSTILE)
def test_the_list_stands_hostile_addresses(page, them, value):
    ArticleFactory()
    for name in ("q", "kind", "store", "tag", "owner", "state", "page"):
        page(them.agent, "handbook", status=400 if "\x00" in value else 200, **{name: value})


def test_pages_go_on(client, them):
    ArticleFactory.create_batch(21)
    client.force_login(them.agent.user)
    first = client.get(reverse("staff:handbook")).context
    second = client.get(reverse("staff:handbook"), {"page": "2"}).context
    assert (len(first["rows"]), len(second["rows"])) == (20, 1)
    assert not {one["row"].id for one in first["rows"]} & {one["row"].id for one in second["rows"]}
    assert first["next_url"] == "?page=2"


def test_an_article_is_written_once_and_errors_keep_what_was_typed(page, send, them):
    data = form(them)
    shown = send(them.lead, "article_new", **data | {"text_zh": "<b>"}, status=302)
    made = Article.objects.get()
    assert made.versions.get().text_zh == "<b>"
    assert [tag.name for tag in made.tags.order_by("pk")] == ["发票", "紫砂壶"]
    assert send(them.lead, "article_new", **data)["Location"] == shown["Location"]
    assert Article.objects.count() == 1
    assert "<b>" not in page(them.agent, "article", made.pk).split("<textarea")[1].split("</t")[0]
    kept = send(them.lead, "article_new", **form(them, title_zh=""), status=422).content.decode()
    assert "This language has a text but no title." in kept
    assert "订单完成后申请。" in kept
    page(them.agent, "article_new", status=403)
    send(them.agent, "article_new", **form(them), status=403)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", ["X", "", *HOSTILE]),
        ("title_zh", ["x" * 121, "a\x00b"]),
        ("text_zh", ["x" * 10_001, "a\x00b"]),
        ("tags", ["x" * 31, ",".join(map(str, range(11)))]),
        ("stores", ["999999", *HOSTILE]),
        ("owner", ["999999", "", *HOSTILE]),
        ("check_on", ["2026-11-05", "2027-12-01", "", *HOSTILE]),
        ("form_key", ["", *HOSTILE]),
    ],
)
def test_hostile_forms_are_refused_beside_the_field(send, them, name, values):
    for value in values:
        answer = send(them.lead, "article_new", **form(them, **{name: value}), status=422)
        assert name in answer.context["form"].errors, value
    assert not Article.objects.exists()


def test_one_language_is_enough_and_none_is_not(send, them):
    none = {"title_zh": "", "text_zh": ""}
    send(them.lead, "article_new", **form(them, **none), status=422)
    send(them.lead, "article_new", **form(them, **none, title_en="Invoices", text_en="Ask."))
    assert Article.objects.get().versions.get().title_en == "Invoices"


def edit(them, **more):
    data = form(them, version=1, why="价格变了", **more)
    del data["form_key"]
    return data


def test_a_change_makes_a_version_and_shows_what_changed(page, send, them):
    made = ArticleFactory(
        owner=them.agent, edition__title_zh="包邮", edition__text_zh="满99元包邮。"
    )
    assert "满99元包邮。" in page(them.agent, "article_edit", made.pk)
    send(them.agent, "article_edit", made.pk, **edit(them, title_zh="包邮", text_zh="满89元包邮。"))
    shown = page(them.mate, "article_versions", made.pk)
    assert "<del>" in shown
    assert "价格变了" in shown
    assert "the first version" in shown
    assert "满99元包邮。" in page(them.mate, "article_versions", made.pk, **{"from": 1, "to": 1})
    page(them.mate, "article_edit", made.pk, status=403)
    for value in HOSTILE:
        status = 400 if "\x00" in value else 404
        page(them.mate, "article_versions", made.pk, to=value, status=status)


def test_two_who_change_at_once_lose_nothing(send, them):
    made = ArticleFactory(edition__title_zh="包邮", edition__text_zh="满99元包邮。")
    send(them.lead, "article_edit", made.pk, **edit(them, text_zh="满89元包邮。"))
    late = edit(them, text_zh="满79元包邮。")
    answer = send(them.deputy, "article_edit", made.pk, **late, status=409)
    shown = answer.content.decode()
    assert "满79元包邮。" in shown
    assert "满89元包邮。" in shown
    assert 'name="version" value="2"' in shown
    send(them.deputy, "article_edit", made.pk, **late | {"version": 2})
    made.refresh_from_db()
    assert made.number == 3
    send(them.deputy, "article_edit", made.pk, **late | {"version": 2})  # the same once more
    made.refresh_from_db()
    assert made.number == 3


@pytest.mark.parametrize("why", ["", " ", "x" * 201])
def test_a_version_says_why(send, them, why):
    made = ArticleFactory()
    send(them.lead, "article_edit", made.pk, **edit(them) | {"why": why}, status=422)


def test_a_copy_is_counted_once_and_answered_with_the_counts(send, them):
    made = ArticleFactory()
    htmx = {"HX-Request": "true"}
    for _twice in range(2):
        shown = send(
            them.agent, "article_copied", made.pk, number=1, status=200, headers=htmx
        ).content.decode()
        assert "copied by 1 person" in shown
        assert "<html" not in shown
    send(them.mate, "article_copied", made.pk, number=1)
    for value in (*HOSTILE, "7"):
        send(them.stranger, "article_copied", made.pk, number=value)
    assert ArticleVote.objects.count() == 2


def test_what_did_not_help_reaches_the_owner(page, send, them):
    made = ArticleFactory(owner=them.lead)
    send(them.agent, "article_no_help", made.pk, number=1, note="x" * 301, status=422)
    for _twice in range(2):
        send(them.agent, "article_no_help", made.pk, number=1, note="<i>没写运费</i>")
    assert Notice.objects.get().receiver == them.lead.user
    shown = page(them.lead, "article", made.pk)
    assert "&lt;i&gt;没写运费&lt;/i&gt;" in shown
    assert "You have said so of this version" in page(them.agent, "article", made.pk)


def test_checking_archiving_and_restoring(page, send, them):
    made = ArticleFactory(owner=them.agent, check_on=TODAY)
    for day in ("2026-11-05", "2028-01-01", "", *HOSTILE):
        send(them.agent, "article_check", made.pk, version=1, check_on=day, status=422)
    send(them.agent, "article_check", made.pk, version=1, check_on="2026-12-01")
    send(them.agent, "article_check", made.pk, version=1, check_on="2026-12-24")  # stale
    made.refresh_from_db()
    assert (made.checked_by, made.check_on) == (them.agent, date(2026, 12, 1))
    send(them.mate, "article_check", made.pk, version=2, check_on="2026-12-01", status=403)
    send(them.mate, "article_archive", made.pk, why="x", status=403)
    send(them.agent, "article_archive", made.pk, why=" ", status=422)
    send(them.agent, "article_archive", made.pk, why="活动结束")
    shown = page(them.mate, "article", made.pk)
    assert f"Archived by {them.agent.name}: 活动结束" in shown
    assert "data-copy=" not in shown
    assert page(them.lead, "article", made.pk).count("Restore") == 1
    send(them.agent, "article_archive", made.pk, why="再次")
    send(them.lead, "article_restore", made.pk)
    made.refresh_from_db()
    assert made.archived_at is None


def test_an_archived_article_is_not_edited(client, send, them):
    made = ArticleFactory(archived_at=NOW, archived_by=them.lead, archived_why="x")
    client.force_login(them.lead.user)
    answer = client.get(reverse("staff:article_edit", args=[made.pk]))
    assert answer["Location"] == reverse("staff:article", args=[made.pk])
    send(them.lead, "article_edit", made.pk, **edit(them))
    assert made.versions.count() == 1


def test_the_reader_s_language_stands_first(client, page, them):
    made = ArticleFactory(
        edition__title_zh="发票", edition__title_en="Invoices", edition__text_en="Ask."
    )
    shown = page(them.agent, "article", made.pk)
    assert shown.index("text-en") < shown.index("text-zh-Hans")
    client.cookies["django_language"] = "zh-hans"
    shown = page(them.agent, "article", made.pk)
    assert shown.index("text-zh-Hans") < shown.index("text-en")


def test_the_list_is_exported_as_it_is_filtered(client, them):
    ArticleFactory(edition__title_zh="发票怎么开")
    ArticleFactory(edition__title_zh="退货", archived_at=NOW, archived_by=them.lead,
                   archived_why="x")  # fmt: skip
    client.force_login(them.agent.user)
    url = reverse("portal:export_kind", args=["articles"])
    text = b"".join(client.get(url, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "发票怎么开" in text
    assert "退货" not in text
    answer = client.get(url, {"format": "csv", "state": "archived"})
    assert "退货" in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_search_of_the_portal_finds_articles(client, them):
    made = ArticleFactory(edition__title_zh="紫砂壶开壶")
    client.force_login(them.agent.user)
    shown = client.get(reverse("portal:search"), {"q": "紫砂壶"}).content.decode()
    assert reverse("staff:article", args=[made.pk]) in shown


def test_versions_of_one_article_only(page, them):
    made = ArticleFactory()
    ArticleVersionFactory(number=2, why="别的", article=ArticleFactory())
    page(them.agent, "article_versions", made.pk, to=2, status=404)


def test_the_default_day_of_checking_lies_ahead(client, them):
    made = ArticleFactory(check_on=TODAY)
    client.force_login(them.lead.user)
    initial = client.get(reverse("staff:article", args=[made.pk])).context["check_form"].initial
    assert initial["check_on"] == TODAY + timedelta(days=90)
