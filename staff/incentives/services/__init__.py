"""Writes of incentives: settling, closing, disputes, decided amounts, targets, measures."""
