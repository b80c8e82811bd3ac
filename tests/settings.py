"""Settings of the tests: the project's own, on the database and broker of the environment."""

import atexit
import os
import shutil
import tempfile

if "KEFU_VAR" not in os.environ:
    os.environ["KEFU_VAR"] = tempfile.mkdtemp(prefix="kefu-tests-")
    atexit.register(shutil.rmtree, os.environ["KEFU_VAR"], ignore_errors=True)
os.environ.setdefault("KEFU_WEB_TICK", "0")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in the thread

from config.settings import *
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SUFFIX = os.environ.get("KEFU_TEST_DB_SUFFIX", "")
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_kefu{SUFFIX}"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # threads of the live server come and go
else:
    # A file rather than memory: tests use several connections and processes.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["KEFU_VAR"], "test.sqlite3")}  # noqa: PTH118 -- a plain string is wanted
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True  # else every client of a test reads all static files
