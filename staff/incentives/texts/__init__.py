"""Words of the room, by topic: refusals, notices, acts of the audit log."""
