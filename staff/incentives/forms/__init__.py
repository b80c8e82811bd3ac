"""Forms of the room, by topic."""
