"""From a fresh clone to the first page, and the second start, in seconds.

`python tests/benchmarks/start_up.py [--python python3.11]` clones the last commit to a temporary
folder, makes an environment, installs the base lock, and starts the demo twice. Prints each
time, the processor time that went into it, and the size of the environment; ends with 1 when
one is over its limit: 60 s, 6 s, 200 MB. The limits are for two idle cores; the load is printed.
"""

import argparse
import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
FIRST_PAGE, SECOND_START, SIZE_MB = 60.0, 6.0, 200
GIVE_UP = 600  # seconds
PATIENCE = 0.02


def run(*argv, cwd):
    began = time.monotonic()
    subprocess.run(argv, cwd=cwd, check=True)  # noqa: S603 -- our own commands
    return time.monotonic() - began


def page(var):
    """Return the sign-in page of the demo, as soon as it can be had."""
    until = time.monotonic() + GIVE_UP
    while time.monotonic() < until:
        try:
            port = json.loads((var / "demo.json").read_text())["port"]
            web = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP)
            web.request("GET", "/accounts/login/")
            answer = web.getresponse()
            return answer.status, answer.read()
        except (OSError, ValueError):
            time.sleep(PATIENCE)
    raise SystemExit("no page")


def start(python, checkout, var):
    """Return the seconds from the command to the sign-in page, and to the end after SIGTERM."""
    env = {**os.environ, "KEFU_VAR": str(var)}
    for name in ("DATABASE_URL", "REDIS_URL", "KEFU_BROKER_URL", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603 -- our own command
        [python, "manage.py", "demo", "--port", "0"],
        cwd=checkout,
        env=env,
        stdout=subprocess.DEVNULL,
    ) as demo:
        status, _content = page(var)
        ready = time.monotonic() - began
        asked = time.monotonic()
        demo.send_signal(signal.SIGTERM)
        code = demo.wait(timeout=30)
    if status != http.client.OK or code:
        raise SystemExit(f"the page said {status}, the demo ended with {code}")
    return ready, time.monotonic() - asked


def size_mb(folder):
    return sum(f.lstat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20


def measure(given, folder):
    """Return the seconds of each part, and the size of the environment in MB."""
    checkout, venv, var = given.checkout or folder / "clone", folder / "venv", folder / "var"
    took = {"clone": 0.0}
    if not given.checkout:
        took["clone"] = run("git", "clone", "-q", str(BASE), str(checkout), cwd=folder)
    took["venv"] = run(given.python, "-m", "venv", str(venv), cwd=folder)
    python = str(venv / "bin" / "python")
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    lock = "config/requirements.lock"
    took["install"] = run(*pip, "--require-hashes", "-r", lock, cwd=checkout)
    took["first start"], _stopped = start(python, checkout, var)
    second, stopped = start(python, checkout, var)
    return took, second, stopped, size_mb(venv)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", default=sys.executable)
    options.add_argument("--checkout", type=Path, help="measure this one instead of a clone")
    with tempfile.TemporaryDirectory(prefix="kefu-start-") as place:
        took, second, stopped, size = measure(options.parse_args(), Path(place))
    used, total = resource.getrusage(resource.RUSAGE_CHILDREN), sum(took.values())
    print("  ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items()))
    print(f"fresh clone to first page  {total:6.1f} s   (at most {FIRST_PAGE:.0f})")
    print(f"second start to first page {second:6.1f} s   (at most {SECOND_START:.0f})")
    print(f"stopped after              {stopped:6.1f} s")
    print(f"base environment           {size:6.0f} MB  (at most {SIZE_MB})")
    cpu = used.ru_utime + used.ru_stime
    print(f"load {os.getloadavg()[0]:.1f}, processor time in all {cpu:.0f} s")
    return int(total > FIRST_PAGE or second > SECOND_START or size > SIZE_MB)


if __name__ == "__main__":
    sys.exit(main())
