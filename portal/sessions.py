"""Where sessions are kept: in the database, under keys that can be keys."""

import re

from django.contrib.sessions.backends import db

KEY = re.compile(r"[0-9a-z]{8,40}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Look nothing up for a cookie that no session can have: PostgreSQL refuses NUL."""
        return bool(key and KEY.fullmatch(key))
