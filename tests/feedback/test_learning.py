"""Suggestions learnt from the department's own decisions (FBK-2): explained, never applied."""

import itertools
import json
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from feedback import tasks
from feedback.models import Guess, Item, LearntModel
from feedback.policies import learning as policies
from feedback.policies.learning import KIND, MOOD, TOPIC, Head, Learnt
from feedback.queries import learning as queries
from feedback.services import learning, triage
from portal.models import AuditEntry
from portal.privacy import erasing, persons
from portal.privacy.erasing import Wish
from portal.texttokens import index_tokens
from tests.factories.complaints import CustomerFactory
from tests.factories.feedback import NOW, ItemFactory, TopicFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
BAD = ["快递太慢，等了很久", "收到就坏了，失望", "客服不理人，差评", "质量很差，要求退货"]
GOOD = ["手感很好，喜欢", "物流很快，满意", "客服耐心，推荐", "质量不错，会再来"]
ASKED = ["请问能放微波炉吗", "请问有大号的吗", "请问几天能到", "请问怎么清洗"]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / queries.FOLDER


def decided(scene, texts, kind, *, count=40, rating=None, topics=()):
    numbers = itertools.count()
    items = [
        ItemFactory(
            store=scene.store, text=f"{texts[number % len(texts)]}{number % 7}", rating=rating,
            received_at=NOW + timedelta(minutes=next(numbers)),
        )
        for number in range(count)
    ]  # fmt: skip
    triage.triage(
        actor=scene.agent, item_ids=[item.pk for item in items], kind=kind, now=NOW,
        topic_ids=[topic.pk for topic in topics],
    )  # fmt: skip
    return items


def taught(scene):
    topic = TopicFactory(code="slow", name_zh="物流", name_en="Delivery")
    decided(scene, BAD[:1], "COMPLAINT", topics=[topic], rating=1)
    decided(scene, BAD[1:], "COMPLAINT", rating=1)
    decided(scene, GOOD, "PRAISE", rating=5)
    decided(scene, ASKED, "QUESTION")
    return learning.train(actor=scene.lead, now=NOW)


def test_it_learns_kind_topic_and_mood_and_says_by_which_words(scene, folder):
    model = taught(scene)
    assert queries.heads_of(model) == [MOOD, KIND, TOPIC]
    for name in (MOOD, KIND, TOPIC):
        tried = learning.Tried(**model.facts[name])
        assert (tried.tried > 0, tried.percent > 90) == (True, True)
    found = queries.suggestion("快递怎么这么慢，等了一周")
    assert (found.kind, found.topics[0].label) == ("COMPLAINT", "slow")
    assert found.said.certainty > 0.5
    assert "慢" in "".join(found.said.words)
    assert queries.suggestion("请问能洗吗").kind == "QUESTION"
    assert queries.suggestion("").kind == queries.suggestion("zzz").kind == ""
    assert (folder / model.file).exists()


@pytest.mark.usefixtures("folder")
def test_without_own_decisions_the_mood_of_ratings_speaks(scene):
    for number in range(60):
        ItemFactory(store=scene.store, text=f"{BAD[number % 4]}{number % 3}", rating=1)
        ItemFactory(store=scene.store, text=f"{GOOD[number % 4]}{number % 3}", rating=5)
    model = learning.train(actor=None, now=NOW)
    assert queries.heads_of(model) == [MOOD]
    assert queries.suggestion("质量很差").kind == "COMPLAINT"
    assert queries.suggestion("质量不错，喜欢").kind == "PRAISE"


@pytest.mark.usefixtures("folder")
def test_nothing_is_applied_by_itself_and_the_page_explains(scene, client):
    taught(scene)
    item = ItemFactory(store=scene.store, text="快递太慢，等了很久", rating=None)
    client.force_login(scene.agent.user)
    page = client.get(
        reverse("feedback:item", args=[item.pk]), headers={"Accept-Language": "en"}
    ).content.decode()
    assert "Learnt from decisions: complaint" in page
    assert "Delivery" in page
    item.refresh_from_db()
    assert (item.kind, item.state) == ("", "UNREAD")


@pytest.mark.usefixtures("folder")
def test_the_hit_rate_counts_what_people_then_decided(scene, client):
    model = taught(scene)
    right, wrong, back = (
        ItemFactory(store=scene.store, text=text, rating=None) for text in (*BAD[:2], GOOD[0])
    )
    for item, kind in ((right, "COMPLAINT"), (wrong, "PRAISE"), (back, "PRAISE")):
        triage.triage(actor=scene.agent, item_ids=[item.pk], kind=kind, now=NOW)
    triage.undo(actor=scene.agent, item_ids=[back.pk], now=NOW)
    rate = queries.rate_of(model)
    assert (rate.hits, rate.of) == (1, 2)
    client.force_login(scene.supervisor.user)
    page = client.get(reverse("feedback:rules"), headers={"Accept-Language": "en"}).content.decode()
    assert "Hit rate: 50 %" in page
    assert "came out right" in page


@pytest.mark.usefixtures("folder")
def test_an_erasure_takes_the_tokens_of_a_name_out_of_every_file(
    scene, folder, django_capture_on_commit_callbacks
):
    """Whoever is erased stands in no weights either (§10); the model still answers."""
    first = taught(scene)
    second = learning.train(actor=None, now=NOW)
    name = next(token for token in queries.weights_of(first).tokens if len(token) == 2)
    with django_capture_on_commit_callbacks(execute=True):
        assert learning.forget([name]) == 2
    for model in (first, second):
        before = model.file
        model.refresh_from_db()
        assert model.file != before
        assert not (folder / before).exists()
        assert name not in queries.weights_of(model).tokens
    assert learning.forget([name]) == 0
    assert queries.suggestion(BAD[0]) is not None


@pytest.mark.parametrize("said", ["13877665544", "138-7766-5544"])
def test_an_erasure_takes_a_phone_that_was_said_often_out_of_the_files(
    scene, folder, settings, said, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = settings.VAR_DIR
    decided(scene, [f"又坏了，请打{said}退货"], "COMPLAINT", rating=1)
    decided(scene, GOOD, "PRAISE", rating=5)
    model = learning.train(actor=scene.lead, now=NOW)
    phone = [token for token in index_tokens(said) if len(token) > 4]
    assert phone
    assert set(phone) <= set(queries.weights_of(model).tokens)
    customer = CustomerFactory(name="欧阳霏霏", phone="13877665544")
    subject = persons.the_one(f"customer:{customer.pk}")
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(Wish(subject=subject, actor=None), now=NOW)
    model.refresh_from_db()
    assert [path.name for path in folder.iterdir()] == [model.file]
    assert not set(phone) & set(queries.weights_of(model).tokens)


def test_versions_stay_and_an_earlier_one_can_be_used_again(scene, client):
    first = taught(scene)
    second = learning.train(actor=None, now=NOW)
    assert (second.number, queries.in_use()) == (first.number + 1, second)
    client.force_login(scene.supervisor.user)
    for number in (first.number, first.number, 99, "x"):
        client.post(reverse("feedback:use_learnt"), {"number": number})
        assert queries.in_use() == first
    assert AuditEntry.objects.filter(verb="feedback.learnt_used").count() == 2
    assert LearntModel.objects.count() == 2


def test_only_the_files_of_the_last_versions_and_the_one_in_use_are_kept(
    scene, folder, monkeypatch
):
    monkeypatch.setattr(learning, "KEPT", 1)
    first = taught(scene)
    learning.train(actor=None, now=NOW)
    assert [path.name for path in folder.iterdir()] == [queries.in_use().file]
    assert not learning.use(actor=scene.lead.user, number=first.number, now=NOW)


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"\x80\x04K\x01.", None])
def test_weights_that_were_changed_are_never_read(scene, folder, client, spoilt):
    model = taught(scene)
    path = folder / model.file
    path.unlink() if spoilt is None else path.write_bytes(spoilt)
    assert queries.suggestion(BAD[0]) is None
    client.force_login(scene.supervisor.user)
    page = client.get(reverse("feedback:rules"), headers={"Accept-Language": "en"}).content.decode()
    assert "cannot be read" in page
    item = ItemFactory(store=scene.store, text=BAD[0])
    triage.triage(actor=scene.agent, item_ids=[item.pk], kind="COMPLAINT", now=NOW)
    assert Item.objects.get(pk=item.pk).kind == "COMPLAINT"
    assert not Guess.objects.filter(item=item).exists()


@pytest.mark.usefixtures("folder")
def test_without_the_library_triage_goes_by_rules_and_says_so(scene, client, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(CommandError, match="not installed"):
        call_command("learn")
    tasks.learn()
    client.force_login(scene.supervisor.user)
    page = client.get(reverse("feedback:rules"), headers={"Accept-Language": "en"}).content.decode()
    assert "scikit-learn is missing" in page


@pytest.mark.usefixtures("folder")
def test_too_little_is_not_learnt_from(scene):
    ItemFactory(store=scene.store, rating=1, text=BAD[0])
    with pytest.raises(CommandError, match="Too little"):
        call_command("learn")
    tasks.learn()
    assert LearntModel.objects.count() == 0


@pytest.mark.usefixtures("folder")
def test_the_task_learns_only_when_something_was_decided(scene):
    taught(scene)
    tasks.learn()
    assert LearntModel.objects.count() == 1
    decided(scene, GOOD, "PRAISE", count=1)
    tasks.learn()
    assert LearntModel.objects.count() == 2
    out = StringIO()
    call_command("learn", say="快递太慢", stdout=out)
    assert out.getvalue().startswith("COMPLAINT ")


SMALL = Learnt(
    tokens=["差", "很差", "好"], idf=[1.0, 2.0, 1.0],
    heads={
        "mood": Head(labels=["NEGATIVE", "POSITIVE"], bias=[0, 0], rows=[[1, 1, -1], [-1, -1, 1]]),
        "topic": Head(labels=["a", "b"], bias=[-1, -1], rows=[[9, 0, 0], [0, 0, 9]], alone=True),
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "label", "words"),
    [
        (["差", "很差"], "NEGATIVE", ["很差"]),
        (["差"], "NEGATIVE", ["差"]),
        (["好", "别的"], "POSITIVE", ["好"]),
    ],
)
def test_the_strongest_words_stand_beside_the_label(tokens, label, words):
    (said,) = SMALL.say("mood", SMALL.read(tokens))
    assert (said.label, said.words) == (label, words)
    assert 50 < said.percent <= 100


def test_labels_that_stand_alone_may_be_none_or_several():
    assert [one.label for one in SMALL.say("topic", SMALL.read(["差", "好"]))] == ["a", "b"]
    assert SMALL.say("topic", SMALL.read(["很差"])) == []
    assert SMALL.say("kind", SMALL.read(["差"])) == SMALL.say("mood", {}) == []


def test_a_model_outlives_its_file_and_nothing_else_is_taken_for_one():
    data = json.loads(json.dumps(SMALL.as_data()))
    assert policies.from_data(data).as_data() == data
    for spoil in (
        {"format": 2}, {"idf": [1.0]}, {"tokens": 3}, {"heads": []},
        {"heads": {"mood": {**data["heads"]["mood"], "rows": [[1.0]]}}},
        {"heads": {"mood": {**data["heads"]["mood"], "bias": ["x", "y"]}}},
    ):  # fmt: skip
        with pytest.raises(policies.Unreadable):
            policies.from_data(data | spoil)
    with pytest.raises(policies.Unreadable):
        policies.from_data([])
