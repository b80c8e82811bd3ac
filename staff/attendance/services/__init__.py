"""Writes of attendance: web punches, make-ups, payments, published weeks, and what files bring."""
