"""Reads of the roster: who is on duty, and what each shift has and needs."""

from staff.roster.queries.cover import Gap, gaps_without, gaps_without_each
from staff.roster.queries.duty import Duty, away_at, away_of_users, duty_at, user_ids

__all__ = [
    "Duty",
    "Gap",
    "away_at",
    "away_of_users",
    "duty_at",
    "gaps_without",
    "gaps_without_each",
    "user_ids",
]
