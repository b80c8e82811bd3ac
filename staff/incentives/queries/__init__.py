"""Reads of incentives: a month and its facts, statements, soundness, targets, measures."""
