"""A mailbox is read by processes that are killed at random moments.

`strike` starts this file as a program of its own: a fork is safe only where there is one thread,
which pytest with its workers and browsers does not promise.
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

TIMEOUT = 120


def strike(mailbox_id, *, first, step, waits):
    """Let the mailbox be read once for each of `waits`, the seconds until the reader is killed.

    The clock of the first reader shows `first`, that of each later one `step` more. Returns the
    number of mails taken in after each blow.
    """
    from django.db import connection  # noqa: PLC0415 -- the program sets Django up first

    name = str(connection.settings_dict["NAME"])
    values = [name, mailbox_id, first.isoformat(), step.total_seconds(), *waits]
    done = subprocess.run(  # noqa: S603 -- this file itself
        [sys.executable, "-m", "tests.portal.mail.blows", *map(str, values)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert not done.returncode, done.stderr
    return [int(count) for count in done.stdout.split()]


def moments(count, *, seed, least, most):
    """Return as many waits, in seconds, the same each time."""
    chance = random.Random(seed)  # noqa: S311 -- moments, no secrets
    return [chance.uniform(least, most) for _ in range(count)]


def main(name, mailbox_id, first, step, *waits):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 -- the settings come first

    django.setup()
    from django.db import connection, connections  # noqa: PLC0415 -- after the setup

    from portal.mail import reading  # noqa: PLC0415 -- after the setup
    from portal.models import IncomingMail  # noqa: PLC0415 -- after the setup

    connection.settings_dict["NAME"] = name
    now = datetime.fromisoformat(first)
    for wait in map(float, waits):
        connections.close_all()
        child = os.fork()
        if not child:
            try:
                reading.read(mailbox_id=int(mailbox_id), clock=lambda moment=now: moment)
            finally:
                os._exit(0)
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(IncomingMail.objects.count())  # noqa: T201 -- what the test reads
        now += timedelta(seconds=float(step))


if __name__ == "__main__":
    main(*sys.argv[1:])
