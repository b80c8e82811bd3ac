import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from complaints.enums import Channel as Source
from feedback import models
from feedback.enums import AlarmStage, Gauge
from tests.factories.complaints import ComplaintFactory
from tests.factories.portal import IncomingMailFactory
from tests.factories.staff import PersonFactory, StoreFactory

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


class ChannelFactory(DjangoModelFactory):
    """A channel of a store of its own, because the general ones stand already."""

    class Meta:
        model = models.Channel

    name = factory.Sequence(lambda n: f"渠道{n}")
    source = Source.STORE_REVIEW
    store = factory.SubFactory(StoreFactory)


class SilenceFactory(DjangoModelFactory):
    class Meta:
        model = models.Silence

    channel = factory.SubFactory(ChannelFactory)
    since = NOW
    noticed_at = NOW


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = models.Topic

    code = factory.Sequence(lambda n: f"topic{n}")
    name_zh = "包装"
    name_en = "Packaging"


class RuleFactory(DjangoModelFactory):
    class Meta:
        model = models.Rule

    name = factory.Sequence(lambda n: f"规则{n}")
    words = "加微信\n刷单"
    kind = "SPAM"


class ItemFactory(DjangoModelFactory):
    """An item of the general channel of store reviews unless told otherwise."""

    class Meta:
        model = models.Item

    channel = factory.LazyAttribute(
        lambda row: models.Channel.objects.get(source=row.source, store=None, team=None)
    )
    source = Source.STORE_REVIEW
    reference = factory.Sequence(lambda n: f"R{n:06}")
    store = factory.SubFactory(StoreFactory)
    rating = 5
    text = "手感很不错，面料摸着舒服。"
    received_at = NOW
    service_day = date(2026, 11, 2)
    changed_at = NOW


class ItemVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.ItemVersion

    item = factory.SubFactory(ItemFactory)
    text = "手感不错。"
    rating = 4
    replaced_at = NOW


class ReplyFactory(DjangoModelFactory):
    class Meta:
        model = models.Reply

    item = factory.SubFactory(ItemFactory)
    by = factory.SubFactory(PersonFactory)
    at = NOW
    text = "谢谢您的评价。"


class AlarmFactory(DjangoModelFactory):
    class Meta:
        model = models.Alarm

    item = factory.SubFactory(ItemFactory, rating=1)
    stage = AlarmStage.LEAD
    due_at = NOW


class ActionFactory(DjangoModelFactory):
    class Meta:
        model = models.Action

    store = factory.SubFactory(StoreFactory)
    title = "加厚包装"
    department = "仓库"
    owner = factory.SubFactory(PersonFactory)
    due_on = date(2026, 11, 20)
    check_on = date(2026, 12, 20)
    gauge = Gauge.MEAN_RATING
    made_by = factory.SubFactory(PersonFactory)
    made_at = NOW
    made_on = date(2026, 11, 2)


class SurveyFactory(DjangoModelFactory):
    """An open survey of a store, without questions."""

    class Meta:
        model = models.Survey

    store = factory.SubFactory(StoreFactory)
    title_zh = "您对我们的服务满意吗？"
    title_en = "Are you satisfied with our service?"
    state = "OPEN"
    public_key = factory.Sequence(lambda n: f"{n:022}")
    made_by = factory.SubFactory(PersonFactory)
    made_at = NOW


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = models.Question

    survey = factory.SubFactory(SurveyFactory)
    position = factory.Sequence(lambda n: n % 90 + 1)
    kind = "SCORE"
    text_zh = "您对这次服务满意吗？"
    text_en = "How satisfied are you with the service?"


class InvitationFactory(DjangoModelFactory):
    """An invitation that works for a month from now on the real clock."""

    class Meta:
        model = models.Invitation

    survey = factory.SubFactory(SurveyFactory)
    made_by = factory.SubFactory(PersonFactory)
    made_at = factory.LazyFunction(timezone.now)
    service_day = factory.LazyFunction(timezone.localdate)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + timedelta(days=30))


class AfterCaseFactory(DjangoModelFactory):
    """A case that was left out, because nobody is invited here."""

    class Meta:
        model = models.AfterCase

    complaint = factory.SubFactory(ComplaintFactory)
    way = "LEFT"
    made_at = NOW


class CallRuleFactory(DjangoModelFactory):
    """A rule that draws every closed case of a store at once."""

    class Meta:
        model = models.CallRule

    name = factory.Sequence(lambda n: f"回访规则{n}")
    store = factory.SubFactory(StoreFactory)
    after = "CASE"
    days = 0
    percent = 100


class CallFactory(DjangoModelFactory):
    class Meta:
        model = models.Call

    rule = factory.SubFactory(CallRuleFactory)
    store = factory.SelfAttribute("rule.store")
    customer = factory.SelfAttribute("complaint.customer")
    complaint = factory.SubFactory(ComplaintFactory, store=factory.SelfAttribute("..store"))
    drawn_at = NOW
    due_at = NOW


class CallAttemptFactory(DjangoModelFactory):
    class Meta:
        model = models.CallAttempt

    call = factory.SubFactory(CallFactory)
    at = NOW
    by = factory.SubFactory(PersonFactory)
    outcome = "NO_ANSWER"


class LearntModelFactory(DjangoModelFactory):
    """A version whose file is not there."""

    class Meta:
        model = models.LearntModel

    number = factory.Sequence(lambda n: n + 1000)
    made_at = NOW
    file = "gone.json.gz"
    sha256 = "0" * 64


class GuessFactory(DjangoModelFactory):
    class Meta:
        model = models.Guess

    item = factory.SubFactory(ItemFactory)
    model = factory.SubFactory(LearntModelFactory)
    kind = "PRAISE"
    decided = "PRAISE"


class PersonalLinkFactory(DjangoModelFactory):
    class Meta:
        model = models.PersonalLink

    invitation = factory.SubFactory(InvitationFactory)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    made_at = NOW


class ResponseFactory(DjangoModelFactory):
    """A response by the public link."""

    class Meta:
        model = models.Response

    survey = factory.SubFactory(SurveyFactory)
    visitor = factory.Sequence(lambda n: f"{n:040x}")
    form_key = factory.LazyFunction(uuid.uuid4)
    language = "zh-hans"
    at = NOW
    item = factory.LazyAttribute(lambda row: ItemFactory(store=row.survey.store, source="SURVEY"))


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = models.Answer

    response = factory.SubFactory(ResponseFactory)
    question = factory.LazyAttribute(lambda row: QuestionFactory(survey=row.response.survey))
    value = 5


class TallyFactory(DjangoModelFactory):
    class Meta:
        model = models.Tally

    key = factory.Sequence(lambda n: f"{n:040x}")
    begun_at = NOW


class LetterFactory(DjangoModelFactory):
    class Meta:
        model = models.Letter

    item = factory.SubFactory(ItemFactory, source="MAIL")
    mail = factory.SubFactory(IncomingMailFactory)


class HookFactory(DjangoModelFactory):
    class Meta:
        model = models.Hook

    channel = factory.SubFactory(ChannelFactory, source="CHAT")
    key = factory.Sequence(lambda n: f"{n:022}")
    secret = "a-secret-of-the-tests"  # noqa: S105 -- of the tests
    rotated_at = NOW


class HookCallFactory(DjangoModelFactory):
    class Meta:
        model = models.HookCall

    hook = factory.SubFactory(HookFactory)
    digest = factory.Sequence(lambda n: f"{n:064x}")
    at = NOW
