from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import connections, models
from django.db.models import BooleanField, IntegerField
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from staff.handbook.models.articles import Article, ArticleVersion, ArticleVote
    from staff.people.access import Scope

ALL, SOME = " & ", " | "
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
            wanted = (SOME if any_of else ALL).join(f"'{token}'" for token in tokens)
            return self.filter(
                RawSQL(
                    "staff_article.words_index @@ %s::tsquery",
                    [wanted],
                    output_field=BooleanField(),
                )
            )
        phrase = (" OR " if any_of else " ").join(f'"{token}"' for token in tokens)
        rows = RawSQL("SELECT rowid FROM staff_articlewords WHERE words MATCH %s", [phrase])
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
