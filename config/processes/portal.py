"""The commands of web, worker and beat."""

import sys
from collections.abc import Mapping
from pathlib import Path

from config.processes.children import Plan

WEB_WORKERS, WEB_THREADS, WORKER_THREADS = 1, 8, 4  # one web process: it starts twice as fast


def web(*, bind: str, environment: Mapping[str, str], logs: Path) -> Plan:
    command = [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", bind, "--worker-class", "gthread"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--no-control-socket", "--graceful-timeout", "3", "--keep-alive", "5"),
        *("--worker-tmp-dir", str(logs.parent), "--log-level", "warning"),
    ]
    return Plan(name="web", command=command, environment=environment, log=logs / "web.log")


def worker(*, environment: Mapping[str, str], logs: Path) -> Plan:
    command = [
        *(sys.executable, "-m", "celery", "-A", "config", "worker"),
        *("--pool", "threads", "--concurrency", str(WORKER_THREADS)),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]
    return Plan(name="worker", command=command, environment=environment, log=logs / "worker.log")


def beat(*, environment: Mapping[str, str], logs: Path, data: Path) -> Plan:
    command = [
        *(sys.executable, "-m", "celery", "-A", "config", "beat"),
        *("--schedule", str(data / "beat-schedule"), "--pidfile", "", "--loglevel", "WARNING"),
    ]
    return Plan(name="beat", command=command, environment=environment, log=logs / "beat.log")
