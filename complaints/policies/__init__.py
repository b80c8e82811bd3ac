"""Rules of complaints and follow-ups as pure functions."""
