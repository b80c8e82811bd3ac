"""Writes of attendance: punches on the web, make-ups, payments, and publishing a week."""
