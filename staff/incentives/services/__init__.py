"""Writes of incentives: settling, publishing, closing, disputes, decided amounts, targets."""
