"""Forms of reports and summaries."""
