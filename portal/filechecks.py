"""Checks files from outside by their content: uploads and what comes with a mail."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype
from django.conf import settings
from django.core.files.base import File

HEAD_BYTES = 64 * 1024
LONGEST_NAME = 200

IMAGES = {
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/tiff",
    "image/heic",
    "image/avif",
}
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/rtf",
}
SOUND = {
    "audio/mpeg",
    "audio/mp4",
    "audio/m4a",
    "audio/x-wav",
    "audio/ogg",
    "audio/amr",
    "audio/aac",
    "audio/x-flac",
}
FILMS = {"video/mp4", "video/quicktime", "video/webm", "video/3gpp", "video/x-matroska"}
ALLOWED = IMAGES | OFFICE | SOUND | FILMS | {"application/pdf"}
PLAIN, MAIL = "text/plain", "message/rfc822"
MAIL_HEADERS = (b"from:", b"received:", b"return-path:", b"delivered-to:", b"mime-version:")


class FileRefused(Exception):
    """The file is not taken; `code` says why: empty, too_large, kind, macros, twice."""

    def __init__(self, code: str, *, name: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.name = name


@dataclass(frozen=True)
class Checked:
    """A file that may be attached: its kind comes from its content."""

    file: File  # type: ignore[type-arg]  # bytes, whatever the storage
    name: str
    kind: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """Return the last part of a name without characters that steer a screen or a header."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(char for char in last if char.isprintable())
    return kept[-LONGEST_NAME:] or "file"


def _has_macros(file: File) -> bool:  # type: ignore[type-arg]  # bytes
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith("vbaProject.bin") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False
    finally:
        file.seek(0)


def _text_kind(head: bytes, *, whole: bool) -> str:
    """Return the kind of a text; empty when the bytes are no text."""
    if any(byte < 0x20 and byte not in b"\t\n\r\x0c\x1b" for byte in head):  # noqa: PLR2004 -- control characters
        return ""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(1 if whole else 4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            first = head.lstrip(b"\xef\xbb\xbf\r\n").lower()
            return MAIL if first.startswith(MAIL_HEADERS) else PLAIN
    return ""


def check(file: File, *, name: str) -> Checked:  # type: ignore[type-arg]  # bytes
    """Look at the content of an upload. Raises FileRefused."""
    name = clean_name(name)
    size = file.size or 0
    if not size:
        raise FileRefused("empty", name=name)
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise FileRefused("too_large", name=name)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    guess = filetype.guess(head)
    kind = guess.mime if guess else _text_kind(head, whole=size <= HEAD_BYTES)
    if kind == "application/zip" or kind in OFFICE:
        kind = _office_kind(file, kind)
    if kind not in ALLOWED and kind not in (PLAIN, MAIL):
        raise FileRefused("kind", name=name)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Checked(file=file, name=name, kind=kind, size=size, sha256=digest.hexdigest())


OFFICE_FOLDERS = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def _office_kind(file: File, kind: str) -> str:  # type: ignore[type-arg]  # bytes
    """Return which office document a zip archive is; empty for any other archive."""
    if _has_macros(file):
        raise FileRefused("macros", name=str(file.name or ""))
    if kind != "application/zip":
        return kind
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return ""
    finally:
        file.seek(0)
    if "[Content_Types].xml" not in names:
        return ""
    return next(
        (
            found
            for folder, found in OFFICE_FOLDERS.items()
            if any(name.startswith(folder) for name in names)
        ),
        "",
    )
