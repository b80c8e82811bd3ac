from datetime import date

import factory
from factory.django import DjangoModelFactory

from portal.texttokens import index_tokens
from staff import models
from staff.handbook.enums import AnnouncementKind, ArticleKind, PlanKind, VoteKind
from staff.people.enums import Post
from tests.factories.staff import NOW, PersonFactory, PolicyFactory, TeamFactory


class ArticleFactory(DjangoModelFactory):
    """A script with one version, which says `title_zh` and so on; `edition=False` leaves it out."""

    class Meta:
        model = models.Article
        skip_postgeneration_save = True

    kind = ArticleKind.SCRIPT
    owner = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    made_at = NOW
    changed_at = NOW
    checked_on = date(2026, 11, 2)
    checked_by = factory.SelfAttribute("owner")
    check_on = date(2099, 1, 1)

    @factory.post_generation
    def edition(self, create, extracted, **kwargs):
        if create and extracted is not False:
            version = ArticleVersionFactory(article=self, number=self.number, **kwargs)
            titles = (version.title_zh, version.title_en)
            self.title_words = " ".join(index_tokens(*titles))
            self.words = " ".join(index_tokens(*titles, version.text_zh, version.text_en))
            self.save(update_fields=["title_words", "words"])


class ArticleTagFactory(DjangoModelFactory):
    class Meta:
        model = models.ArticleTag

    article = factory.SubFactory(ArticleFactory)
    name = "茶具"


class ArticleVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.ArticleVersion

    article = factory.SubFactory(ArticleFactory, edition=False)
    number = 1
    title_zh = factory.Sequence(lambda n: f"发票怎么开{n}")
    text_zh = "亲，订单完成后可以在订单详情里申请电子发票。"
    made_by = factory.SelfAttribute("article.owner")
    made_at = NOW


class ArticleVoteFactory(DjangoModelFactory):
    class Meta:
        model = models.ArticleVote

    edition = factory.SubFactory(ArticleVersionFactory)
    person = factory.SubFactory(PersonFactory)
    kind = VoteKind.COPIED
    at = NOW


class AnnouncementFactory(DjangoModelFactory):
    """For everybody, the whole of November 2026, told already; `edition=False` leaves words out."""

    class Meta:
        model = models.Announcement
        skip_postgeneration_save = True

    kind = AnnouncementKind.CAMPAIGN
    author = factory.SubFactory(PersonFactory, posting__post=Post.SUPERVISOR)
    first_day = date(2026, 11, 1)
    last_day = date(2026, 11, 30)
    made_at = NOW
    told_at = NOW

    @factory.post_generation
    def edition(self, create, extracted, **kwargs):
        if create and extracted is not False:
            AnnouncementVersionFactory(announcement=self, number=self.number, **kwargs)


class AnnouncementVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.AnnouncementVersion

    announcement = factory.SubFactory(AnnouncementFactory, edition=False)
    number = 1
    title = factory.Sequence(lambda n: f"双十一预售规则{n}")
    text = "定金不退，尾款 11 月 11 日 0 点开始支付。"
    why = factory.LazyAttribute(lambda row: "" if row.number == 1 else "改时间")
    made_by = factory.SelfAttribute("announcement.author")
    made_at = NOW


class AudienceFactory(DjangoModelFactory):
    """Of a team; the announcement is told that it is not for everybody."""

    class Meta:
        model = models.Audience

    announcement = factory.SubFactory(AnnouncementFactory, everywhere=False)
    team = factory.SubFactory(TeamFactory)


class ReadingFactory(DjangoModelFactory):
    class Meta:
        model = models.Reading

    edition = factory.SubFactory(AnnouncementVersionFactory)
    person = factory.SubFactory(PersonFactory)
    at = NOW


class PlanFactory(DjangoModelFactory):
    """With two steps, of the lead and of the deputy; `steps=False` leaves them out."""

    class Meta:
        model = models.Plan
        skip_postgeneration_save = True

    kind = PlanKind.SYSTEM_FAILURE
    title = factory.Sequence(lambda n: f"系统故障预案{n}")
    occasion = "客服系统 10 分钟无法登录。"
    owner = factory.SubFactory(PersonFactory, posting__post=Post.DEPUTY)
    made_at = NOW
    changed_at = NOW

    @factory.post_generation
    def steps(self, create, extracted, **_kwargs):
        if create and extracted is not False:
            PlanStepFactory(plan=self, position=1)
            PlanStepFactory(
                plan=self, position=2, what="联系平台技术支持", post=Post.DEPUTY, minutes=30
            )


class PlanStepFactory(DjangoModelFactory):
    class Meta:
        model = models.PlanStep

    plan = factory.SubFactory(PlanFactory, steps=False)
    position = 1
    what = "在群里发公告"
    post = Post.LEAD
    minutes = 10


class PlanRunFactory(DjangoModelFactory):
    class Meta:
        model = models.PlanRun

    plan = factory.SubFactory(PlanFactory)
    title = factory.SelfAttribute("plan.title")
    reason = "千牛登录不上"
    triggered_by = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    triggered_at = NOW

    class Params:
        over = factory.Trait(
            ended_at=NOW, ended_by=factory.SelfAttribute("triggered_by"), outcome="恢复"
        )


class PlanTaskFactory(DjangoModelFactory):
    class Meta:
        model = models.PlanTask

    run = factory.SubFactory(PlanRunFactory)
    position = factory.Sequence(lambda n: n % 30_000 + 1)
    what = "在群里发公告"
    post = Post.LEAD
    owner = factory.SubFactory(PersonFactory)
    due_at = NOW
    next_at = factory.SelfAttribute("due_at")


class ProposalFactory(DjangoModelFactory):
    class Meta:
        model = models.Proposal

    kind = PlanKind.SYSTEM_FAILURE
    reason = "一小时内 30 个投诉"
    link = factory.Sequence(lambda n: f"/complaints/?q={n}")
    proposed_at = NOW


class AcknowledgementFactory(DjangoModelFactory):
    class Meta:
        model = models.Acknowledgement

    policy = factory.SubFactory(PolicyFactory)
    person = factory.SubFactory(PersonFactory)
    at = NOW


class PolicyReminderFactory(DjangoModelFactory):
    class Meta:
        model = models.PolicyReminder

    policy = factory.SubFactory(PolicyFactory)
    next_at = NOW


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = models.Course

    title = factory.Sequence(lambda n: f"防诈骗培训{n}")
    text = "识别冒充客服的骗局。"
    owner = factory.SubFactory(PersonFactory, posting__post=Post.DEPUTY)
    again_months = 6
    made_at = NOW


class CompletionFactory(DjangoModelFactory):
    class Meta:
        model = models.Completion

    course = factory.SubFactory(CourseFactory)
    person = factory.SubFactory(PersonFactory)
    done_on = date(2026, 11, 2)
    recorded_by = factory.SubFactory(PersonFactory, posting__post=Post.LEAD)
    recorded_at = NOW
