"""The commands as an operator runs them, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "KEFU_ENV": "production",
    "SECRET_KEY": "vXk2Qd7LrP9sTzW4mNbH8cJfY3gUaE6iRoVx1DqKtMw5ZpSyBn0hGlCjF",
    "KEFU_DATA_KEY": "oP8bQ1nWz5TfXk3Lr7MvYc9SdHj2GaUe",
    "ALLOWED_HOSTS": "kefu.example.com",
}
CHECK = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
WEB = ["-m", "gunicorn", "--check-config", "config.wsgi"]
WORKER = ["-m", "celery", "-A", "config", "report"]


def run(command, folder, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {"KEFU_VAR": str(folder), "KEFU_WEB_TICK": "0", **GOOD, **environment}
    given = kept | {name: value for name, value in settings.items() if value is not None}
    return subprocess.run(  # noqa: S603 -- our own commands
        [sys.executable, *command],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_check_of_a_production_is_clean(tmp_path):
    result = run(CHECK, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("command", "change", "sentence"),
    [
        (CHECK, {"SECRET_KEY": None}, "SECRET_KEY is not set"),
        (CHECK, {"KEFU_DATA_KEY": None}, "KEFU_DATA_KEY is not set"),
        (CHECK, {"DEBUG": "1"}, "DEBUG is on"),
        (CHECK, {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS holds a wildcard"),
        (CHECK, {"KEFU_DEMO": "1"}, "KEFU_DEMO is on"),
        (CHECK, {"KEFU_REQUIRE_MFA": "0"}, "KEFU_REQUIRE_MFA is off"),
        (WEB, {"SECRET_KEY": None}, "SECRET_KEY is not set"),
        (WORKER, {"SECRET_KEY": None}, "SECRET_KEY is not set"),
    ],
)
def test_a_wrong_production_does_not_start_and_says_why(tmp_path, command, change, sentence):
    result = run(command, tmp_path, **change)
    told = result.stdout + result.stderr
    assert result.returncode != 0
    assert f"error: {sentence}" in told
    assert "Traceback" not in told
