"""Writes of attendance: what files bring, web punches, make-ups, payments, published weeks."""
