"""Pages of the handbook, by topic."""
