from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import connections, models
from django.db.models import BooleanField, F, IntegerField, Q
from django.db.models.expressions import RawSQL

from portal.texttokens import as_fts5, as_tsquery

if TYPE_CHECKING:
    from staff.handbook.models.announcements import (
        Announcement,
        AnnouncementVersion,
        Reading,
    )
    from staff.handbook.models.articles import Article, ArticleVersion, ArticleVote
    from staff.handbook.models.plans import Plan, PlanRun, PlanTask, Proposal
    from staff.handbook.models.rules import Acknowledgement
    from staff.handbook.models.training import Completion, Course
    from staff.people.access import Scope

TITLE_COUNTS = 3  # times as much as the text
SCORE = {
    "postgresql": "(SELECT COUNT(*) FROM unnest(%s::text[]) AS asked(token)"
    " WHERE strpos(' ' || staff_article.{column} || ' ', ' ' || token || ' ') > 0)",
    "sqlite": "(SELECT COUNT(*) FROM json_each(%s)"
    " WHERE instr(' ' || staff_article.{column} || ' ', ' ' || value || ' ') > 0)",
}


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, scope: Scope) -> Self:
        """The handbook is searchable by the whole department (DAY-4)."""
        return self if scope.person_id else self.none()

    def live(self) -> Self:
        return self.filter(archived_at=None)

    def to_check(self, today: date) -> Self:
        """Live ones whose day of checking again has come."""
        return self.live().filter(check_on__lte=today)

    def matching(self, tokens: Sequence[str], *, any_of: bool = False) -> Self:
        """Articles that hold all the tokens, or any of them, through the database's index."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(
                RawSQL(
                    "staff_article.words_index @@ %s::tsquery",
                    [as_tsquery(tokens, any_of=any_of)],
                    output_field=BooleanField(),
                )
            )
        words = as_fts5(tokens, any_of=any_of)
        rows = RawSQL("SELECT rowid FROM staff_articlewords WHERE words MATCH %s", [words])
        return self.filter(pk__in=rows)

    def scored(self, tokens: Sequence[str]) -> Self:
        """Annotate `score`: each token counts once, one in a title or a tag four times."""
        vendor = connections[self.db].vendor
        asked = list(tokens) if vendor == "postgresql" else json.dumps(list(tokens))
        sql = f"{SCORE[vendor]} + {TITLE_COUNTS} * {SCORE[vendor]}"
        score = sql.replace("{column}", "words", 1).replace("{column}", "title_words", 1)
        found = RawSQL(score, [asked, asked], output_field=IntegerField())  # noqa: S611 -- our own text
        return self.annotate(score=found)


class ArticleVersionQuerySet(models.QuerySet["ArticleVersion"]):
    """Versions are seen with their article."""


class ArticleVoteQuerySet(models.QuerySet["ArticleVote"]):
    """Notes of what was missing are seen with their article."""


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those for oneself that have begun, and one's own; for leads those for their teams.

        Whoever stands above the author sees it as well.
        """
        if scope.person_id is None or scope.post is None:
            return self.none()
        seen = Q(author_id=scope.person_id) | Q(author_id__in=scope.below_ids)
        seen |= self._addressed(scope) & Q(first_day__lte=scope.today)
        if scope.leads:
            seen |= self._for_teams(scope.team_ids)
        return self.filter(seen)

    def addressed_to(self, scope: Scope) -> Self:
        """Those for oneself by team, site and post, but one's own."""
        if scope.person_id is None or scope.post is None:
            return self.none()
        return self.filter(self._addressed(scope)).exclude(author_id=scope.person_id)

    def current(self, today: date) -> Self:
        return self.filter(first_day__lte=today, last_day__gte=today)

    def to_confirm(self, scope: Scope) -> Self:
        """Current ones for oneself whose version that holds one has not confirmed.

        A withdrawal is confirmed by those only who had confirmed an earlier version.
        """
        mine = {"versions__readings__person_id": scope.person_id or 0}
        every = self.model.objects
        held = every.filter(versions__number=F("number"), **mine)
        return (
            self.addressed_to(scope)
            .current(scope.today)
            .exclude(pk__in=held.values("pk"))
            .filter(Q(withdrawn_at=None) | Q(pk__in=every.filter(**mine).values("pk")))
        )

    def due(self, now: datetime) -> Self:
        return self.filter(next_at__lte=now).order_by("next_at", "pk")

    def _for_teams(self, team_ids: Collection[int]) -> Q:
        """Announcements that reach one of the teams, whatever the post."""
        here = Q(audience__team_id__in=team_ids) | Q(audience__site__teams__in=team_ids)
        return Q(everywhere=True) | Q(pk__in=self.model.objects.filter(here).values("pk"))

    def _addressed(self, scope: Scope) -> Q:
        posts = self.model.objects.filter(audience__post=scope.post).values("pk")
        teams = self._for_teams([scope.team_id] if scope.team_id else [])
        return teams & (Q(every_post=True) | Q(pk__in=posts))


class AnnouncementVersionQuerySet(models.QuerySet["AnnouncementVersion"]):
    """Versions are seen with their announcement."""


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, scope: Scope) -> Self:
        """One's own, those of one's announcements, and those of the people below."""
        return self.filter(
            Q(person_id=scope.person_id or 0)
            | Q(person_id__in=scope.below_ids)
            | Q(edition__announcement__author_id=scope.person_id or 0)
        )


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, scope: Scope) -> Self:
        """Everybody knows the plans: who has to look them up first is too late."""
        return self if scope.person_id else self.none()

    def live(self) -> Self:
        return self.filter(archived_at=None)


class PlanRunQuerySet(models.QuerySet["PlanRun"]):
    def visible_to(self, scope: Scope) -> Self:
        """Leads and above see all of them, others those in which they have a task."""
        if scope.person_id is None:
            return self.none()
        if scope.leads:
            return self
        mine = self.model.objects.filter(tasks__owner_id=scope.person_id).values("pk")
        return self.filter(pk__in=mine)

    def running(self) -> Self:
        return self.filter(ended_at=None)

    def due(self, now: datetime) -> Self:
        return self.filter(next_at__lte=now).order_by("next_at", "pk")


class PlanTaskQuerySet(models.QuerySet["PlanTask"]):
    def visible_to(self, scope: Scope) -> Self:
        """Tasks are seen with what runs: by leads and above all, by others their own run's."""
        if scope.person_id is None:
            return self.none()
        if scope.leads:
            return self
        mine = self.model.objects.filter(owner_id=scope.person_id).values("run_id")
        return self.filter(run_id__in=mine)

    def open(self) -> Self:
        return self.filter(done_at=None, run__ended_at=None)

    def due(self, now: datetime) -> Self:
        return self.filter(next_at__lte=now).order_by("next_at", "pk")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, scope: Scope) -> Self:
        """Leads and above, who may trigger."""
        return self if scope.person_id and scope.leads else self.none()

    def open(self) -> Self:
        return self.filter(run=None, dismissed_at=None)


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def visible_to(self, scope: Scope) -> Self:
        """One's own, and those of the people below."""
        return self.filter(Q(person_id=scope.person_id or 0) | Q(person_id__in=scope.below_ids))


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, scope: Scope) -> Self:
        """Everybody knows the courses."""
        return self if scope.person_id else self.none()

    def live(self) -> Self:
        return self.filter(archived_at=None)


class CompletionQuerySet(models.QuerySet["Completion"]):
    def visible_to(self, scope: Scope) -> Self:
        """One's own, and those of the people below."""
        return self.filter(Q(person_id=scope.person_id or 0) | Q(person_id__in=scope.below_ids))

    def counted(self) -> Self:
        """The newest of each person and course."""
        return self.filter(is_latest=True)

    def to_remind(self, until: date) -> Self:
        """Those of courses in use that are due again by a day and were not reminded of."""
        rows = self.counted().filter(reminded_at=None, due_on__lte=until)
        return rows.filter(course__archived_at=None)
