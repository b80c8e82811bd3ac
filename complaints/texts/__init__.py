"""The sentences of the complaints app, by topic."""
