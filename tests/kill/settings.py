"""Settings of the processes that the kill test strikes: the project's own, on scratch data."""

import os

from config.settings import *
from config.settings import INSTALLED_APPS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if os.environ.get("KILL_TEST_FAULTY"):
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.kill.faulty.MarksFirst"]
