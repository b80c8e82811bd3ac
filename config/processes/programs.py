"""What is run: the command lines of web, worker, beat and broker, and their environment."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from config.processes.broker import Broker
from config.processes.child import Program

WEB_WORKERS = 2
WEB_THREADS = 4
TASKS_AT_ONCE = 4
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def environment(
    given: Mapping[str, str], *, var: Path, broker: Broker, host: str, port: int
) -> dict[str, str]:
    """Return what the children find in their environment; what is given there stays."""
    values = {
        "ALLOWED_HOSTS": ",".join(
            dict.fromkeys([*LOCAL_HOSTS, f"[{host}]" if ":" in host else host])
        ),
        "KEFU_PUBLIC_URL": f"http://localhost:{port}",
        **given,
        "KEFU_DEMO": "1",
        "KEFU_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
    }
    if broker.kind != "external":
        values.pop("REDIS_URL", None)
        values["KEFU_BROKER_URL"] = broker.url
    return values


def _program(name: str, *argv: str, base: Path, env: Mapping[str, str], grace: float) -> Program:
    log = Path(env["KEFU_VAR"]) / "log" / f"{name}.log"
    return Program(name, argv, env, log, base, grace)


def broker(chosen: Broker, *, base: Path, env: Mapping[str, str]) -> Program:
    return _program("broker", *chosen.argv, base=base, env=env, grace=1.0)


def worker(*, base: Path, env: Mapping[str, str]) -> Program:
    """Run tasks in threads: one process to end, and one import of the project.

    No gossip and no mingling: that is talk among many workers and costs a second.
    """
    return _program(
        "worker",
        *(sys.executable, "-m", "celery", "--app", "config", "worker"),
        *("--pool", "threads", "--concurrency", str(TASKS_AT_ONCE), "--hostname", "kefu@%h"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
        base=base,
        env=env,
        grace=2.0,
    )


def beat(*, base: Path, env: Mapping[str, str]) -> Program:
    schedule = Path(env["KEFU_VAR"]) / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    return _program(
        "beat",
        *(sys.executable, "-m", "celery", "--app", "config", "beat"),
        *("--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"),
        base=base,
        env=env,
        grace=0.7,
    )


def web(*, base: Path, env: Mapping[str, str], listener: int) -> Program:
    """Serve the socket that the parent holds.

    While the web is started again, visitors wait in it instead of being refused, and no other
    program can take the port.
    """
    program = _program(
        "web",
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", f"fd://{listener}", "--worker-class", "gthread"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "1", "--timeout", "60", "--no-control-socket"),
        *("--log-level", "warning"),
        base=base,
        env=env,
        grace=1.5,
    )
    return replace(program, inherits=(listener,))
