"""Reads of the complaints app, by topic: cases, customers, follow-ups."""
