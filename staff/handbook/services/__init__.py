"""Writes of the handbook: one function, one transaction, audited."""
