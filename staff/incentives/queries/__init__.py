"""Reads of incentives: facts, what a month comes to, statements, soundness, targets, measures."""
