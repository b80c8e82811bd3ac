"""The tables of the handbook, by topic."""

from staff.handbook.models.announcements import (
    Announcement,
    AnnouncementVersion,
    Audience,
    Reading,
)
from staff.handbook.models.articles import Article, ArticleTag, ArticleVersion, ArticleVote
from staff.handbook.models.plans import Plan, PlanRun, PlanStep, PlanTask, Proposal
from staff.handbook.models.rules import Acknowledgement, PolicyReminder
from staff.handbook.models.training import Completion, Course

__all__ = [
    "Acknowledgement",
    "Announcement",
    "AnnouncementVersion",
    "Article",
    "ArticleTag",
    "ArticleVersion",
    "ArticleVote",
    "Audience",
    "Completion",
    "Course",
    "Plan",
    "PlanRun",
    "PlanStep",
    "PlanTask",
    "PolicyReminder",
    "Proposal",
    "Reading",
]
