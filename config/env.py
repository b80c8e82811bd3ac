"""Values of the settings, read from the environment once; refuses what production must not be."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


@dataclass(frozen=True)
class Basics:
    """The values that decide whether the process may start."""

    production: bool
    demo: bool
    debug: bool
    secret_key: str
    data_key: str
    allowed_hosts: list[str]
    require_second_factor: bool


def why_refuse(basics: Basics) -> str:
    """Return the sentence that says why production must not start like this, or an empty text."""
    if not basics.production:
        return ""
    reasons = [
        (not basics.secret_key, "SECRET_KEY is not set: production signs its sessions with it."),
        (
            len(basics.secret_key) < MINIMUM_KEY or basics.secret_key.startswith("django-insecure"),
            f"SECRET_KEY is weak: production needs at least {MINIMUM_KEY} random characters.",
        ),
        (
            not basics.data_key,
            "KEFU_DATA_KEY is not set: production seals customers' data with it.",
        ),
        (basics.debug, "DEBUG is on: production would show its insides to visitors."),
        (basics.demo, "KEFU_DEMO is on: production must not have known sign-ins."),
        (not basics.allowed_hosts, "ALLOWED_HOSTS is not set: name the host that visitors type."),
        (
            any(host in {"*", "."} for host in basics.allowed_hosts),
            "ALLOWED_HOSTS holds a wildcard: name the hosts that visitors type.",
        ),
        (
            not basics.require_second_factor,
            "KEFU_REQUIRE_MFA is off: in production supervisors and deputies need a second factor.",
        ),
    ]
    return next((sentence for wrong, sentence in reasons if wrong), "")


MINIMUM_KEY = 50


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret kept in a file of the data folder, made at the first call."""
    path = folder / name
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text(encoding="ascii")


def read_basics(var_dir: Path) -> Basics:
    """Read what decides about starting. Raises ImproperlyConfigured with the reason."""
    production = env.str("KEFU_ENV", "development") == "production"
    secret_key = env.str("SECRET_KEY", "")
    data_key = env.str("KEFU_DATA_KEY", "")
    if not production:
        secret_key = secret_key or kept_secret(var_dir, "secret_key")
        data_key = data_key or kept_secret(var_dir, "data_key")
    basics = Basics(
        production=production,
        demo=env.bool("KEFU_DEMO", False),
        debug=env.bool("DEBUG", False),
        secret_key=secret_key,
        data_key=data_key,
        allowed_hosts=env.list(
            "ALLOWED_HOSTS", default=[] if production else ["localhost", "127.0.0.1", "[::1]"]
        ),
        require_second_factor=env.bool("KEFU_REQUIRE_MFA", production),
    )
    if sentence := why_refuse(basics):
        raise ImproperlyConfigured(sentence)
    return basics
