import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.env import Basics, kept_secret, read_basics, why_no_driver, why_refuse

GOOD = {
    "production": True,
    "demo": False,
    "debug": False,
    "secret_key": "k" * 50,
    "data_key": "d" * 50,
    "allowed_hosts": ["kefu.example.com"],
    "require_second_factor": True,
}


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({}, ""),
        ({"secret_key": ""}, "SECRET_KEY is not set"),
        ({"secret_key": "short"}, "SECRET_KEY is weak"),
        ({"secret_key": "django-insecure-" + "k" * 50}, "SECRET_KEY is weak"),
        ({"data_key": ""}, "KEFU_DATA_KEY is not set"),
        ({"debug": True}, "DEBUG is on"),
        ({"demo": True}, "KEFU_DEMO is on"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS is not set"),
        ({"allowed_hosts": ["kefu.example.com", "*"]}, "ALLOWED_HOSTS holds a wildcard"),
        ({"allowed_hosts": [".example.com"]}, "ALLOWED_HOSTS holds a wildcard"),
        ({"require_second_factor": False}, "KEFU_REQUIRE_MFA is off"),
    ],
)
def test_production_refuses_with_a_sentence(change, start):
    sentence = why_refuse(Basics(**GOOD | change))
    assert sentence.startswith(start)
    assert bool(sentence) == bool(start)


def test_development_refuses_nothing():
    assert why_refuse(Basics(**GOOD | {"production": False, "secret_key": "", "debug": True})) == ""


def test_development_makes_its_secrets_once(tmp_path, monkeypatch):
    for name in ("KEFU_ENV", "SECRET_KEY", "KEFU_DATA_KEY", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    first, second = read_basics(tmp_path), read_basics(tmp_path)
    assert first.secret_key == second.secret_key == kept_secret(tmp_path, "secret_key")
    assert first.secret_key != first.data_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert first.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("name", ["prod", "Production", ""])
def test_an_unknown_environment_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setenv("KEFU_ENV", name)
    with pytest.raises(ImproperlyConfigured, match="KEFU_ENV"):
        read_basics(tmp_path)


def test_a_number_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("KEFU_LOCKOUT_FAILURES", "many")
    with pytest.raises(ImproperlyConfigured, match="KEFU_LOCKOUT_FAILURES"):
        env.env.int("KEFU_LOCKOUT_FAILURES", 8)


@pytest.mark.parametrize(
    ("url", "installed", "start"),
    [
        ("postgres://kefu@db.example.com/kefu", False, "DATABASE_URL names a PostgreSQL"),
        ("postgresql://kefu@db.example.com/kefu", False, "DATABASE_URL names a PostgreSQL"),
        ("psql://kefu@db.example.com/kefu", False, "DATABASE_URL names a PostgreSQL"),
        ("postgres://kefu@db.example.com/kefu", True, ""),
        ("sqlite:///kefu.sqlite3", False, ""),
        ("", False, ""),
    ],
)
def test_a_postgresql_without_its_driver_is_told_which_lock_to_install(url, installed, start):
    sentence = why_no_driver(url, installed=installed)
    assert sentence.startswith(start)
    assert ("config/requirements-server.lock" in sentence) == bool(start)


def test_a_process_without_the_driver_ends_with_the_sentence(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgres://kefu@db.example.com/kefu")
    monkeypatch.setattr(env.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit) as ended:
        env.refuse_wrong_start()
    assert ended.value.code == env.BOOT_ERROR
    assert "requirements-server.lock" in capsys.readouterr().err
