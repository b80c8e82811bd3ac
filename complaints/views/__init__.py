"""Pages of the complaints app, by topic: cases, customers and orders, follow-ups."""
