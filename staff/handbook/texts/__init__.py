"""The sentences of the handbook, by topic."""
