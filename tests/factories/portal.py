from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory, Password

from portal import models
from portal.enums import (
    ApiScope,
    Channel,
    ExportState,
    MailPurpose,
    MailSafety,
    RobotKind,
    RunState,
    SetupMarkKind,
    WayMode,
)

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # a Monday, 12:00 in Shanghai


class UserFactory(DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"U{n:04}")
    password = Password("correct horse battery")
    email = factory.LazyAttribute(lambda user: f"{user.username.lower()}@example.com")


class AuditEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.AuditEntry

    at = NOW
    actor = factory.SubFactory(UserFactory)
    verb = "thing.changed"


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = models.Notice

    receiver = factory.SubFactory(UserFactory)
    key = factory.Sequence(lambda n: f"notice:{n}")
    kind = "test"
    created_at = NOW


class RobotFactory(DjangoModelFactory):
    class Meta:
        model = models.Robot

    name = factory.Sequence(lambda n: f"Robot {n}")
    kind = RobotKind.JSON
    address = "json://127.0.0.1:9/hook"


class OutboxMessageFactory(DjangoModelFactory):
    class Meta:
        model = models.OutboxMessage

    key = factory.Sequence(lambda n: f"message:{n}")
    channel = Channel.MAIL
    user = factory.SubFactory(UserFactory)
    kind = "test"
    created_at = NOW
    not_before = NOW
    next_try_at = NOW


class HeartbeatFactory(DjangoModelFactory):
    class Meta:
        model = models.Heartbeat

    name = factory.Sequence(lambda n: f"beat{n}")
    beat_at = NOW


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = models.Submission

    key = factory.Faker("uuid4")
    user = factory.SubFactory(UserFactory)
    created_at = NOW


class KeptDraftFactory(DjangoModelFactory):
    class Meta:
        model = models.KeptDraft

    user = factory.SubFactory(UserFactory)
    place = factory.Sequence(lambda n: f"note-{n}")
    text = '[["text", "杯子", null]]'
    kept_at = NOW


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = models.SavedView

    user = factory.SubFactory(UserFactory)
    page = "complaints"
    name = factory.Sequence(lambda n: f"view {n}")
    query = "q=1"


class ImportRunFactory(DjangoModelFactory):
    class Meta:
        model = models.ImportRun

    kind = "people"
    filename = "people.csv"
    sha256 = "0" * 64
    size = 1
    actor = factory.SubFactory(UserFactory)
    started_at = NOW
    moved_at = NOW
    state = RunState.DONE


class ExportRunFactory(DjangoModelFactory):
    class Meta:
        model = models.ExportRun

    kind = "orders"
    ending = "csv"
    actor = factory.SubFactory(UserFactory)
    asked_at = NOW
    moved_at = NOW
    state = ExportState.WRITING


class MailboxFactory(DjangoModelFactory):
    class Meta:
        model = models.Mailbox

    name = factory.Sequence(lambda n: f"Mailbox {n}")
    purpose = MailPurpose.CASES
    host = "127.0.0.1"
    safety = MailSafety.NONE
    username = "service"
    password = "open sesame"  # noqa: S105 -- of the tests' own server


class IncomingMailFactory(DjangoModelFactory):
    class Meta:
        model = models.IncomingMail

    mailbox = factory.SubFactory(MailboxFactory)
    identity = factory.Sequence(lambda n: f"{n:064}")
    uid = factory.Sequence(lambda n: n + 1)
    sender = "zhang@example.com"
    sender_masked = "z***@example.com"
    subject = "Broken lamp"
    received_at = NOW
    size = 1


class IncomingFileFactory(DjangoModelFactory):
    class Meta:
        model = models.IncomingFile

    mail = factory.SubFactory(IncomingMailFactory)
    name = "photo.exe"
    size = 1
    refused = "kind"


class ThrottleFactory(DjangoModelFactory):
    class Meta:
        model = models.Throttle

    key = factory.Sequence(lambda n: f"link:{n}")
    began_at = NOW


class ApiTokenFactory(DjangoModelFactory):
    class Meta:
        model = models.ApiToken

    user = factory.SubFactory(UserFactory)
    name = "Order system"
    digest = factory.Sequence(lambda n: f"{n:064}")
    hint = "kefu_abcd"
    scopes = factory.LazyFunction(lambda: list(ApiScope.values))
    created_at = NOW
    expires_at = NOW + timedelta(days=900)


class ApiCallFactory(DjangoModelFactory):
    class Meta:
        model = models.ApiCall

    token = factory.SubFactory(ApiTokenFactory)
    key = factory.Sequence(lambda n: f"key-{n}")
    fingerprint = "0" * 64
    created_at = NOW


class WebhookFactory(DjangoModelFactory):
    class Meta:
        model = models.Webhook

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Webhook {n}")
    address = "https://hooks.example.com/kefu"
    secret = "whsec_" + "a" * 43 + "="
    events = factory.LazyFunction(lambda: ["complaint.registered"])
    created_at = NOW


class SetupMarkFactory(DjangoModelFactory):
    class Meta:
        model = models.SetupMark

    code = factory.Sequence(lambda n: f"item-{n}")
    kind = SetupMarkKind.NOT_NEEDED
    reason = "one brand only"
    made_by = factory.SubFactory(UserFactory)
    made_at = NOW


class ChannelRuleFactory(DjangoModelFactory):
    class Meta:
        model = models.ChannelRule

    topic = "week"
    channel = Channel.MAIL
    mode = WayMode.ALWAYS


class ChannelChoiceFactory(DjangoModelFactory):
    class Meta:
        model = models.ChannelChoice

    user = factory.SubFactory(UserFactory)
    topic = "week"
    channel = Channel.MAIL
    wanted = True


class DigestPlanFactory(DjangoModelFactory):
    class Meta:
        model = models.DigestPlan


class OwnWordsFactory(DjangoModelFactory):
    class Meta:
        model = models.OwnWords

    topic = "week"
    text_zh = "辛苦了！"
    text_en = "Thank you!"


class SecondFactorFactory(DjangoModelFactory):
    class Meta:
        model = models.SecondFactor

    user = factory.SubFactory(UserFactory)
    type = "totp"
    data = factory.LazyFunction(lambda: {"secret": "JBSWY3DPEHPK3PXP"})
