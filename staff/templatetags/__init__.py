"""Filters for the templates of staff."""
