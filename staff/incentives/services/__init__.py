"""Writes of incentives: settling, disputes, decided amounts, targets and measured facts."""
