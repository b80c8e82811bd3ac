"""The tables of the handbook, by topic."""

from staff.handbook.models.articles import Article, ArticleTag, ArticleVersion, ArticleVote

__all__ = ["Article", "ArticleTag", "ArticleVersion", "ArticleVote"]
