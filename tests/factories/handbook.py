from datetime import date

import factory
from factory.django import DjangoModelFactory

from portal.texttokens import index_tokens
from staff import models
from staff.handbook.enums import AnnouncementKind, ArticleKind, VoteKind
from staff.people.enums import Post
from tests.factories.staff import NOW, PersonFactory, TeamFactory


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
