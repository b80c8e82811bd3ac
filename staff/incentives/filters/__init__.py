"""Search and filters of the lists of the room, by topic."""
