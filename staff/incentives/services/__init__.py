"""Writes of incentives: settling, publishing, correcting, closing, disputes, confirming."""
