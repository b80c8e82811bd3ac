"""`python -m tests.translations`: are the Chinese texts complete, and compiled as written?

With `--write` collects the texts of all apps into the .po files (GNU gettext) and compiles them.
Exit status 1 when a text is missing, unsure (fuzzy), left out of the compiled file, or translated
in several ways, or when a library shows one that has no Chinese at all.
"""

import io
import os
import subprocess
import sys
from pathlib import Path

import django
from babel.messages import mofile, pofile
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "staff", "complaints", "feedback", "config")
LOCALE = "zh_Hans"


def po_files() -> list[Path]:
    return [
        path
        for app in APPS
        if (path := ROOT / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po").exists()
    ]


def collect() -> None:
    """Run makemessages; each text goes to the locale folder of its app."""
    for app in APPS:
        (ROOT / app / "locale").mkdir(exist_ok=True)
    ignored = [
        option
        for folder in (".venv", "var", "tests", "vendor", "sample")
        for option in ("--ignore", f"{folder}/*")
    ]
    subprocess.run(  # noqa: S603 -- our own command
        [
            sys.executable,
            "manage.py",
            "makemessages",
            "--locale",
            LOCALE,
            "--no-obsolete",
            "--no-location",
            "--no-wrap",
            *ignored,
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )


def read(path: Path):
    with path.open("rb") as source:
        return pofile.read_po(source, locale=LOCALE)


def compiled(path: Path) -> bytes:
    target = io.BytesIO()
    mofile.write_mo(target, read(path))
    return target.getvalue()


def compile_all() -> None:
    for path in po_files():
        path.with_suffix(".mo").write_bytes(compiled(path))


def wrong_with(message, catalog) -> str:
    """Return what is wrong with one translated text, or an empty text."""
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    if not all(texts):
        return "not translated"
    if message.fuzzy:
        return "unsure"
    return next((str(error) for error in message.check(catalog)), "")


def messages_of(source) -> dict[tuple[str, str], object]:
    return {
        (message.context or "", str(message.id)): message.string
        for message in mofile.read_mo(source)
        if message.id
    }


def problems() -> list[str]:
    found = []
    for path in po_files():
        catalog = read(path)
        app = path.relative_to(ROOT).parts[0]
        found += [
            f"{app}: {wrong}: {message.id!r}"
            for message in catalog
            if message.id and (wrong := wrong_with(message, catalog))
        ]
        compiled_file = path.with_suffix(".mo")
        stored = messages_of(io.BytesIO(compiled_file.read_bytes()))
        if stored != messages_of(io.BytesIO(compiled(path))):
            found.append(f"{app}: the compiled file does not follow the texts")
    return found


def contradictions() -> list[str]:
    """Texts that two apps translate differently: Django shows one of them in both.

    What means different things is told apart by a context.
    """
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for path in po_files():
        for message in read(path):
            if message.id:
                key, said = message.id, message.string
                texts = found.setdefault((message.context or "", str(key)), {})
                texts.setdefault(str(said), set()).add(path.relative_to(ROOT).parts[0])
    return [
        f"{', '.join(sorted(set.union(*texts.values())))}: translated in several ways: {key!r}"
        for (_context, key), texts in found.items()
        if len(texts) > 1
    ]


def lacking() -> list[str]:
    """Texts of libraries that have no Chinese, neither theirs nor ours (`portal/borrowed.py`)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    folders = {Path(config.path) / "locale" for config in apps.get_app_configs()}
    folders.add(Path(django.__file__).parent / "conf" / "locale")
    ours = {message.id for path in po_files() for message in read(path)}
    found = []
    for folder in sorted(folders):
        theirs = folder / LOCALE / "LC_MESSAGES" / "django.po"
        if not theirs.exists() or theirs in po_files():
            continue
        chinese = read(theirs)
        source = folder / "en" / "LC_MESSAGES" / "django.po"
        for message in read(source) if source.exists() else chinese:
            known = chinese.get(message.id, message.context) if message.id else None
            if message.id and message.id not in ours and (not known or wrong_with(known, chinese)):
                found.append(f"{folder.parent.name}: without Chinese: {message.id!r}")
    return found


def uncollected() -> list[str]:
    """Texts of code and templates that stand in no .po file."""
    before = {path: path.read_bytes() for path in po_files()}
    try:
        collect()
        known = {
            path: {message.id for message in pofile.read_po(io.BytesIO(content))}
            for path, content in before.items()
        }
        return [
            f"{path.relative_to(ROOT).parts[0]}: not collected: {message.id!r}"
            for path, ids in known.items()
            for message in read(path)
            if message.id and message.id not in ids
        ]
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def main() -> int:
    if "--write" in sys.argv:
        collect()
        compile_all()
    found = (
        problems() + contradictions() + lacking() + ([] if "--write" in sys.argv else uncollected())
    )
    print("\n".join(found) or "complete")  # noqa: T201 -- a command
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
