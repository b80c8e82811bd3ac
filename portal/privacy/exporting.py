"""All that is stored of a person as one file: a ZIP with `data.json` and their files."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import FileField, ForeignKey, Model
from django.utils.translation import gettext

from portal import audit
from portal.models import User
from portal.privacy import persons, places
from portal.privacy.masking import Mask
from portal.privacy.places import Place
from portal.privacy.values import Subject

CHUNK = 500
LONGEST_NAME = 80


@transaction.atomic
def export(*, subject: Subject, actor: User | None, why: str, now: datetime) -> IO[bytes]:
    """Return the file, at its beginning, and write the act to the audit log.

    `why` is the number of the request; the log holds it and the counts.
    """
    target = cast("IO[bytes]", TemporaryFile())  # noqa: SIM115 -- who calls closes it
    counts: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        data = {
            "about": gettext("All personal data that is stored of this person."),
            "made_at": now,
            "places": [
                {"place": place.code, "name": str(each.label), "rows": rows}
                for each in persons.stored(subject)
                for place in [each.place]
                for rows in [list(_rows(place, subject, archive))]
                if counts.setdefault(place.code, len(rows)) or rows
            ],
        }
        archive.writestr(
            "data.json",
            json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, default=None),
        )
    audit.record(
        actor=actor,
        verb="privacy.exported",
        at=now,
        after={
            "keys": [list(pair) for pair in subject.pairs()],
            "why": Mask(persons.words_of(subject)).text(why),
            "counts": counts,
        },
    )
    target.seek(0)
    return target


def _rows(place: Place, subject: Subject, archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    for row in persons.own_rows(place, subject).order_by("pk").iterator(chunk_size=CHUNK):
        shown = {name: getattr(row, name) for name in _fields(place)}
        if place.file:
            shown["file"] = _put_file(place, row, archive)
        yield {
            "id": row.pk,
            **{name: value for name, value in shown.items() if value not in ("", None)},
        }


def _fields(place: Place) -> list[str]:
    """Return the fields that are given out: what the person's own rows hold, no keys and hashes."""
    hidden = {*place.hidden, place.file, "version", "words"}
    return [
        field.name
        for field in place.model._meta.concrete_fields
        if not isinstance(field, ForeignKey | FileField)
        and not field.primary_key
        and not field.name.endswith(("_hash", "_masked"))
        and field.name not in hidden
    ]


def _put_file(place: Place, row: Model, archive: zipfile.ZipFile) -> str:
    """Copy a row's file into the archive and return its path there; empty for none."""
    stored = getattr(row, place.file)
    if not stored or not stored.storage.exists(stored.name):
        return ""
    plain = str(getattr(row, place.name, "") or "file")[-LONGEST_NAME:].replace("/", "_")
    path = f"files/{place.model._meta.model_name}-{row.pk}-{plain}"
    with stored.open("rb") as source, archive.open(path, "w") as copy:
        for chunk in source.chunks():
            copy.write(chunk)
    return path


__all__ = ["export", "places"]
