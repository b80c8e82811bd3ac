"""Pages of reports and summaries."""
