"""Pages of the shell."""

from portal.views.health import live, ready
from portal.views.home import home, search
from portal.views.notices import notices, poll

__all__ = ["home", "live", "notices", "poll", "ready", "search"]
