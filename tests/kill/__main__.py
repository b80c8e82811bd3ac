"""Strike the portal's processes dead at random while reminders fall due, and count.

`python -m tests.kill --blows 200 --reminders 10000 --database postgresql` is the long form;
`--short` is what CI runs. The exit code is 0 when every figure is within its bound, 1 when one
is not, 2 when nothing could be tried.
"""

import argparse
import importlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import django

from tests.kill.stage import NoServer, Stage, bundled_broker, make_cluster

SHORT = {"blows": 10, "reminders": 1000, "seconds": 30.0}
LONG = {
    "blows": 200,
    "reminders": 10000,
    "seconds": 1200.0,
}  # each start costs three seconds of a core
TARGETS = ["worker", "beat", "web", "broker", "database"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--broker", choices=["auto", "bundled", "filesystem"], default="auto")
    parser.add_argument("--blows", type=int)
    parser.add_argument("--reminders", type=int)
    parser.add_argument("--seconds", type=float, help="how long the blows go on, at most 1740")
    parser.add_argument("--seed", type=int, help="without one, a random one is taken and printed")
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=TARGETS)
    parser.add_argument("--short", action="store_true", help="the form of CI: about a minute")
    parser.add_argument("--faulty", action="store_true", help="with the service that marks first")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folder with the logs")
    chosen = parser.parse_args()
    for name, value in (SHORT if chosen.short else LONG).items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    if chosen.seed is None:
        chosen.seed = secrets.randbelow(10**6)
    return chosen


def surroundings(chosen: argparse.Namespace, stage: Stage) -> dict[str, str]:
    """Start database and broker; return the environment of the other children."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KEFU_", "DATABASE_", "REDIS_", "EMAIL_", "KILL_TEST"))
    }
    env |= {"DJANGO_SETTINGS_MODULE": "tests.kill.settings", "KEFU_VAR": str(stage.folder)}
    if chosen.faulty:
        env["KILL_TEST_FAULTY"] = "1"
    if chosen.database == "postgresql":
        cluster = make_cluster(stage.folder)
        stage.add("database", cluster.command, env=dict(os.environ))
        env["DATABASE_URL"] = cluster.url
    command = None if chosen.broker == "filesystem" else bundled_broker(stage.folder)
    if command:
        stage.add("broker", command, env=dict(os.environ))
        env["KEFU_BROKER_URL"] = f"redis+socket://{stage.folder / 'broker.sock'}"
    elif chosen.broker == "bundled":
        raise NoServer("the bundled broker does not run on this machine: nothing was struck.")
    return env


def perform(chosen: argparse.Namespace, stage: Stage) -> bool:
    """Play it once, print the figures, and tell whether all are within their bounds."""
    started = time.monotonic()
    env = surroundings(chosen, stage)
    os.environ.clear()
    os.environ.update(env)
    django.setup()
    run = importlib.import_module("tests.kill.run")  # its models need Django set up
    here = [*stage.children, "web", "worker", "beat"]
    measure = run.Measure(
        reminders=chosen.reminders,
        blows=chosen.blows,
        seconds=chosen.seconds,
        targets=[name for name in chosen.targets if name in here],
        seed=chosen.seed,
    )
    print(
        f"seed {chosen.seed}: {measure.blows} blows at {', '.join(measure.targets)} within"
        f" {measure.seconds:.0f} s, {measure.reminders} reminders, {chosen.database}, broker"
        f" {'bundled' if 'broker' in stage.children else 'filesystem'}",
        flush=True,
    )
    lines, struck = run.perform(stage, measure, env=env)
    for line in lines:
        bound = "" if line.most is None else f"at most {line.most:g}"
        verdict = "" if line.most is None else ("holds" if line.holds else "BROKEN")
        print(f"{line.label:<44}{line.value:>10g}  {bound:<12}{verdict}")
    blows = ", ".join(f"{name} {count}" for name, count in sorted(struck.items()))
    print(f"struck: {blows}; {time.monotonic() - started:.0f} s in all")
    return all(line.holds for line in lines)


def main() -> int:
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up below
    stage = Stage(Path(tempfile.mkdtemp(prefix="kefu-kill-")))
    try:
        return 0 if perform(chosen, stage) else 1
    except NoServer as reason:
        print(reason)
        return 2
    finally:
        stage.close()
        if chosen.keep:
            print(f"logs: {stage.folder}")
        else:
            shutil.rmtree(stage.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
