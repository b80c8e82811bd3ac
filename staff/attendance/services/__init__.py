"""Writes of attendance: what files bring (`imports`)."""
