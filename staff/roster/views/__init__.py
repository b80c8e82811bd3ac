"""Pages of the roster: the matrix and its edits, one's own shifts, exchanges, the feed."""

from staff.roster.views import cover, edits, exchange, feed, own, pages, shifts

__all__ = ["cover", "edits", "exchange", "feed", "own", "pages", "shifts"]
