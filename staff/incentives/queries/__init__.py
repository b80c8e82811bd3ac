"""Reads of incentives: facts of a month, what it comes to, statements, targets and measures."""
