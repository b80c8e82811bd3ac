"""Pages of incentives, by topic."""
