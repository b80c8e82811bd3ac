"""Writes of the room, by topic. Every function is one transaction and writes the audit log."""
