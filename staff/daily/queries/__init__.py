"""Reads of reports and summaries: figures known, places, shifts, sums, lists, open work."""
