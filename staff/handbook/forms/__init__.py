"""Validation of what people type into the handbook, by topic."""
