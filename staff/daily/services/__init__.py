"""Writes of reports and summaries: save, file, correct, answer, remind, sum up."""
