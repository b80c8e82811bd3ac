"""Forms of incentives, by topic."""
