"""Sentences of incentives, by topic."""
