"""Looking for a person in everything that the database and the data folder hold."""

import json
import re
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from portal import sealing

TOKEN = re.compile(r"gAAAA[\w=-]{80,}")


def dump():
    """Yield each table with all it holds as text, sealed values opened, indexes included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in cursor.fetchall():
            yield table, opened(content_of(cursor, table))


def content_of(cursor, table):
    if connection.vendor == "postgresql":
        cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 -- a table's own name
    else:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- the same
    return "\n".join(plain(value) for row in cursor.fetchall() for value in row)


def plain(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "ignore")
    text = str(value)
    if "\\u" in text:
        return text + "\n" + re.sub(r"\\u([0-9a-f]{4})", lambda hit: chr(int(hit[1], 16)), text)
    return text


def opened(text):
    """Return a text with what is sealed in it beside it in plain."""
    return text + "\n" + "\n".join(plain(sealing.unseal(token)) for token in TOKEN.findall(text))


def sessions():
    """Yield what is packed and signed in each session."""
    for row in Session.objects.all():
        yield "django_session", plain(json.dumps(row.get_decoded()))


def files():
    """Yield each file of the data folder with its content as text."""
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes().decode("utf-8", "ignore")
    for path in Path(settings.VAR_DIR).glob("*.jsonl"):
        yield str(path), path.read_text()


def of(words):
    """Return where a word stands: `{(table or file, word)}`."""
    places = [*dump(), *sessions(), *files()]
    return {
        (place, word) for place, text in places for word in words if word.lower() in text.lower()
    }
