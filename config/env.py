"""Values of the settings, read from the environment once; refuses what production must not be."""

import importlib.util
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(environ.Env):  # type: ignore[misc]  # environ is untyped
    """Says which value it cannot read."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- environ's signature
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} has a value that cannot be read.") from error


env = Environment()
ENVIRONMENTS = ("development", "production")
MINIMUM_KEY = 50
BOOT_ERROR = 3
POSTGRESQL = ("postgres", "psql", "pgsql", "postgis")


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
            any(host.startswith((".", "*")) for host in basics.allowed_hosts),
            "ALLOWED_HOSTS holds a wildcard: name the hosts that visitors type.",
        ),
        (
            not basics.require_second_factor,
            "KEFU_REQUIRE_MFA is off: in production supervisors and deputies need a second factor.",
        ),
    ]
    return next((sentence for wrong, sentence in reasons if wrong), "")


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
    name = env.str("KEFU_ENV", "development")
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured("KEFU_ENV must be development or production.")
    production = name == "production"
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


def why_no_driver(database_url: str, *, installed: bool) -> str:
    """Return the sentence for a PostgreSQL without its driver, or an empty text."""
    if installed or not database_url.startswith(POSTGRESQL):
        return ""
    return (
        "DATABASE_URL names a PostgreSQL, whose driver is not installed: "
        "pip install --require-hashes -r config/requirements-server.lock"
    )


def refuse_wrong_start() -> None:
    """End the process with one sentence where it must not start like this.

    Called before anything is loaded, so that web server, worker and commands all end without a
    traceback; the exit code is the one at which gunicorn does not try again.
    """
    installed = importlib.util.find_spec("psycopg") is not None
    if sentence := why_no_driver(env.str("DATABASE_URL", ""), installed=installed):
        sys.stderr.write(f"error: {sentence}\n")
        raise SystemExit(BOOT_ERROR)
    if env.str("KEFU_ENV", "development") == "development":
        return
    try:
        read_basics(BASE_DIR)  # nothing is read from or written to a folder here
    except ImproperlyConfigured as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(BOOT_ERROR) from None
