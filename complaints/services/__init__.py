"""Writes of the complaints app, by topic: customers, cases, attachments, follow-ups, reminders."""
