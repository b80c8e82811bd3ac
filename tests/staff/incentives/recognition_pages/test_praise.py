"""The wall, praise, reactions, and certificates."""

import pytest
from django.urls import reverse

from staff.incentives.models import Praise, Reaction
from tests.factories.recognition import PraiseFactory, PraiseReceiverFactory
from tests.staff.browser import as_
from tests.staff.incentives.recognition_pages.steps import key, page, send

pytestmark = pytest.mark.django_db


def test_the_wall_is_narrowed_and_paged_by_key(client, them):
    praises = PraiseFactory.create_batch(25, person=them.agent, given_by=them.deputy)
    PraiseFactory(person=them.stranger, title="别组的表彰", kind="HONOUR", given_by=them.lead)
    shown = client.get(reverse("staff:wall"))
    assert len(shown.context["rows"]) == 20
    second = client.get(reverse("staff:wall") + shown.context["next_url"])
    assert [row["praise"].pk for row in second.context["rows"]] == [
        one.pk for one in praises[5::-1]
    ]
    back = client.get(reverse("staff:wall") + second.context["previous_url"])
    assert [row["praise"].pk for row in back.context["rows"]] == [
        row["praise"].pk for row in shown.context["rows"]
    ]
    for query, count in (
        ({"kind": "HONOUR"}, 1), ({"team": them.other_team.pk}, 1), ({"who": "by_me"}, 1),
        ({"who": "me"}, 0), ({"q": "别组"}, 1), ({"q": them.stranger.name}, 1), ({"kind": "X"}, 26),
    ):  # fmt: skip
        assert client.get(reverse("staff:wall"), query).context["count"] == count, query


def test_praise_is_given_once_and_errors_keep_what_was_typed(client, them):
    data = {
        "to": f"p{them.agent.pk}", "kind": "SERVICE", "title": "感谢信", "text": "<b>好</b>",
        "form_key": key(),
    }  # fmt: skip
    shown = send(client, "praise_new", **data | {"title": ""}, status=422).content.decode()
    assert "&lt;b&gt;好&lt;/b&gt;" in shown
    first = send(client, "praise_new", **data)
    assert send(client, "praise_new", **data)["Location"] == first["Location"]
    assert Praise.objects.count() == 1
    assert "<b>好" not in page(client, "wall")
    for to in (f"p{them.lead.pk}", "p999999", "x1", "p", ""):
        send(client, "praise_new", **data | {"to": to, "form_key": key()}, status=422)
    page(as_(client, them.agent), "praise_new", status=403)


def test_a_reaction_is_answered_with_its_counts(client, them):
    praise = PraiseFactory(person=them.agent)
    path = reverse("staff:praise_react", args=[praise.pk])
    htmx = {"HTTP_HX_REQUEST": "true"}
    shown = client.post(path, {"kind": "HEART", "on": "1"}, **htmx).content.decode()
    assert 'aria-pressed="true"' in shown
    assert "<html" not in shown
    assert client.post(path, {"kind": "HEART", "on": "1"})["Location"].endswith(
        f"#praise-{praise.pk}"
    )
    assert Reaction.objects.count() == 1
    for data in ({"kind": "NONE", "on": "1"}, {"kind": "HEART", "on": "2"}, {}):
        assert client.post(path, data, **htmx).status_code == 200
    shown = client.post(path, {"kind": "HEART", "on": "0"}, **htmx).content.decode()
    assert 'aria-pressed="true"' not in shown
    assert not Reaction.objects.exists()


def test_withdrawn_praise_leaves_wall_record_and_certificate(client, them):
    praise = PraiseFactory(person=them.agent, given_by=them.lead, title="写错的表彰")
    send(client, "praise_withdraw", praise.pk, status=422)
    send(client, "praise_withdraw", praise.pk, why="写错了人")
    assert "写错的表彰" not in page(client, "wall")
    assert "写错的表彰" not in page(client, "record_person", them.agent.number)
    page(client, "certificate", praise.pk, status=404)
    assert "写错了人" in page(client, "praise", praise.pk)
    send(client, "praise_react", praise.pk, kind="HEART", on="1", status=404)


def test_the_certificate_says_who_what_and_by_whom(client, them):
    praise = PraiseFactory(person=None, team=them.team, given_by=them.lead, text="好" * 600)
    PraiseReceiverFactory(praise=praise, person=them.agent)
    shown = page(client, "certificate", praise.pk)
    for text in (
        them.team.name,
        praise.title,
        "好" * 600,
        them.lead.name,
        "very-long",
        "shift lead",
    ):
        assert text in shown
    assert praise.title in page(client, "record_person", them.agent.number)
