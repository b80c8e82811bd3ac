import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from tests.kill.stage import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.both]

MOST_SECONDS = 300  # a busy machine starts the children slowly; usually it is one minute


def play(*options):
    """Run the short form on the kind of database that the tests run on, but on one of its own."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COV_CORE")
    }
    command = [sys.executable, "-m", "tests.kill", "--short", *options]
    ended = subprocess.run(
        [*command, "--database", connection.vendor],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    if ended.returncode == 2:
        pytest.skip(ended.stdout.strip().splitlines()[-1])  # no server to strike; it says which
    lines = re.findall(r"^(\w+: \D*?) +(-?[\d.e+]+)  ", ended.stdout, re.MULTILINE)
    figures = {label: float(value) for label, value in lines}
    return ended, figures


def test_nothing_is_lost_or_doubled_while_processes_are_killed():
    ended, figures = play()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert figures["portal: reminders that fell due"] == 1000


def test_a_service_that_marks_before_it_sends_is_found_out():
    ended, figures = play("--faulty", "--targets", "worker", "web")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert figures["portal: lost"] > 0
    assert figures["portal: doubled"] == 0
