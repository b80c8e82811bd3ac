import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.processes import broker, folder, programs
from config.processes.child import Child, Program
from config.processes.watch import GaveUp, Watch, is_failure, pause_after

SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: None); " + SLEEP
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', {child!r}]);"
    "print(child.pid, flush=True); {then}"
)


def program(tmp_path, code, *, name="thing", grace=5.0):
    argv = (sys.executable, "-c", code)
    return Program(name, argv, os.environ, tmp_path / f"{name}.log", tmp_path, grace)


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true, *, within=10.0):
    until = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
    return found


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def look_until_it_ends(watch):
    """Look as often as it takes to note one end."""
    kept = next(iter(watch))
    child = kept.child

    def noted():
        watch.look()
        return kept.child is not child

    wait_until(noted)
    return kept


def test_child_has_a_session_of_its_own_and_writes_a_log(tmp_path):
    child = Child(program(tmp_path, "import os; print(os.getsid(0))"))
    wait_until(lambda: child.ended() is not None)
    assert child.program.tail() == str(child.pid)


def test_child_that_is_asked_ends(tmp_path):
    child = Child(program(tmp_path, SLEEP))
    child.stop()
    assert child.ended() == -signal.SIGTERM


def test_child_that_will_not_end_is_ended(tmp_path):
    child = Child(program(tmp_path, "print(1, flush=True); " + STUBBORN, grace=0.2))
    wait_until(child.program.tail)
    time.sleep(0.2)
    child.stop()
    assert child.ended() == -signal.SIGKILL


@pytest.mark.parametrize("then", ["sys.exit(3)", SLEEP])
def test_child_takes_its_own_children_with_it(tmp_path, then):
    child = Child(program(tmp_path, PARENT.format(child=STUBBORN, then=then)))
    grandchild = int(wait_until(child.program.tail))
    if "exit" not in then:
        os.kill(child.pid, signal.SIGKILL)
    wait_until(lambda: child.ended() is not None)
    wait_until(lambda: not is_alive(grandchild))


def test_child_dies_with_its_parent(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from config.processes.child import *;"
        f"child = Child(Program('x', (sys.executable, '-c', {STUBBORN!r}), {{}},"
        f"Path({str(tmp_path / 'x.log')!r}), Path('/')));"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)  # noqa: S603 -- our own
    with parent:
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
    wait_until(lambda: not is_alive(pid))


def test_tail_of_a_missing_log_is_empty(tmp_path):
    assert program(tmp_path, "").tail() == ""


@pytest.mark.parametrize(
    ("code", "lived", "failed"),
    [
        (1, 9.9, True),
        (0, 9.9, True),
        (-signal.SIGSEGV, 9.9, True),
        (1, 10.0, False),
        (-signal.SIGKILL, 0.1, False),
    ],
)
def test_failure_is_an_early_end_of_its_own(code, lived, failed):
    assert is_failure(code, lived=lived) is failed


def test_pause_is_none_at_first_and_never_near_two_seconds():
    assert [pause_after(failures) for failures in range(8)] == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1]


def test_watch_starts_again_what_was_killed_as_often_as_it_is_killed(tmp_path):
    watch = Watch()
    watch.start(program(tmp_path, SLEEP))
    for _blow in range(8):
        os.kill(next(iter(watch)).child.pid, signal.SIGKILL)
        kept = look_until_it_ends(watch)
    assert (kept.starts, kept.failures) == (9, 0)
    watch.stop()


def test_watch_gives_up_after_five_early_ends_in_a_row(tmp_path):
    clock = Clock()
    watch = Watch(clock=clock)
    watch.start(program(tmp_path, "print('no such module'); raise SystemExit(7)"))
    for _end in range(4):
        look_until_it_ends(watch)
        clock.now += 1
        watch.look()
    with pytest.raises(GaveUp, match=r"thing ended 5 times .* exit code 7(?s:.*)no such module"):
        look_until_it_ends(watch)


def test_watch_forgives_failures_of_a_child_that_lived_long_enough(tmp_path):
    clock = Clock()
    watch = Watch(clock=clock)
    watch.start(program(tmp_path, "raise SystemExit(1)"))
    for end in range(12):
        wait_until(lambda: not is_alive(next(iter(watch)).child.pid))
        clock.now += 10 if end % 4 == 3 else 1
        kept = look_until_it_ends(watch)
        if kept.child is None:  # a first failure is started again in the same look
            clock.now += 1
            watch.look()
    assert kept.starts == 13
    watch.stop()


def test_watch_tells_of_every_start(tmp_path):
    told = []
    watch = Watch(changed=lambda watch: told.append([kept.starts for kept in watch]))
    watch.start(program(tmp_path, SLEEP))
    os.kill(next(iter(watch)).child.pid, signal.SIGKILL)
    look_until_it_ends(watch)
    watch.stop()
    assert told == [[1], [2]]


def test_watch_stops_the_named_ones_first(tmp_path):
    watch = Watch()
    names = ["first", "second", "third"]
    for name in names:
        code = (
            "import signal, sys, time; signal.signal(signal.SIGTERM,"
            f"lambda *_: (open('order', 'a').write('{name} '), sys.exit()));"
            "print(1, flush=True); " + SLEEP
        )
        watch.start(program(tmp_path, code, name=name))
    wait_until(lambda: all(kept.program.tail() for kept in watch))
    watch.stop(order=("third", "first", "unknown"))
    assert (tmp_path / "order").read_text().split() == ["third", "first", "second"]


def test_lock_keeps_a_second_one_out_and_falls_afterwards(tmp_path):
    with folder.lock(tmp_path), pytest.raises(folder.Taken), folder.lock(tmp_path):
        pass
    with folder.lock(tmp_path):
        pass


def test_logs_are_turned_and_the_last_ones_kept(tmp_path):
    folder.turn_logs(tmp_path)
    log = tmp_path / "log" / "web.log"
    log.write_text("old")
    folder.turn_logs(tmp_path)
    assert not log.exists()
    assert log.with_suffix(".log.1").read_text() == "old"


def test_state_is_written_whole_and_forgotten(tmp_path):
    folder.write_state(tmp_path, {"port": 1})
    assert json.loads((tmp_path / "demo.json").read_text()) == {"port": 1}
    folder.forget_state(tmp_path)
    folder.forget_state(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_listening_moves_from_a_taken_port_to_the_next_free_one():
    with folder.listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with folder.listen("127.0.0.1", port) as second:
            assert second.getsockname()[1] > port


def test_listening_where_nobody_may_listen_says_so():
    with pytest.raises(OSError, match="assign"):
        folder.listen("192.0.2.1", 0)


@pytest.mark.parametrize("name", ["REDIS_URL", "KEFU_BROKER_URL"])
def test_broker_of_the_environment_is_used_as_it_is(tmp_path, name):
    chosen = broker.choose("auto", environment={name: "redis://:secret@host/1"}, var=tmp_path)
    assert chosen == broker.Broker("external", "redis://:secret@host/1")


def test_broker_without_a_server_is_the_file_system(tmp_path):
    chosen = broker.choose("filesystem", environment={"REDIS_URL": "redis://x"}, var=tmp_path)
    assert chosen == broker.Broker("filesystem", broker.FILESYSTEM)
    assert broker.answers(chosen, within=0)


def test_bundled_broker_answers_on_a_short_socket_and_keeps_its_messages(tmp_path):
    var = tmp_path / ("deep" * 30)
    chosen = broker.choose("bundled", environment={}, var=var)
    assert chosen.kind == "bundled"
    assert len(chosen.socket) <= broker.LONGEST_SOCKET
    assert not broker.answers(chosen, within=0.1)
    env = programs.environment({}, var=tmp_path, broker=chosen, host="127.0.0.1", port=1)
    (tmp_path / "log").mkdir()
    client = broker.redis.Redis(unix_socket_path=chosen.socket)
    for kept in (None, b"bell"):
        child = Child(programs.broker(chosen, base=tmp_path, env=env))
        assert broker.answers(chosen, within=5)
        assert client.get("queue") == kept
        client.set("queue", "bell")
        os.kill(child.pid, signal.SIGKILL)
        wait_until(lambda child=child: child.ended() is not None)
    client.close()
    assert broker.choose("bundled", environment={}, var=var) == chosen
    broker.clear(chosen)
    assert not Path(chosen.socket).parent.exists()


@pytest.mark.parametrize("content", [None, "#!/bin/sh\nexit 1\n", "not a program"])
def test_server_that_will_not_run_is_not_used(tmp_path, content):
    server = tmp_path / "server"
    if content is not None:
        server.write_text(content)
        server.chmod(0o700)
    assert not broker.runs(str(server))


def test_socket_folder_that_others_may_enter_is_not_used(tmp_path):
    first = broker.socket_folder(tmp_path)
    first.chmod(0o777)
    second = broker.socket_folder(tmp_path)
    assert second != first
    assert second.stat().st_mode & 0o077 == 0
    first.rmdir()
    second.rmdir()


def test_environment_of_children_keeps_what_is_given_and_names_the_host(tmp_path):
    chosen = broker.Broker("filesystem", broker.FILESYSTEM)
    given = {"REDIS_URL": "redis://x", "KEFU_PUBLIC_URL": "https://portal.example.com"}
    env = programs.environment(given, var=tmp_path, broker=chosen, host="::1", port=8001)
    assert env == {
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "KEFU_PUBLIC_URL": "https://portal.example.com",
        "KEFU_DEMO": "1",
        "KEFU_VAR": str(tmp_path),
        "KEFU_BROKER_URL": broker.FILESYSTEM,
        "PYTHONUNBUFFERED": "1",
    }


def test_environment_of_children_keeps_a_broker_that_is_given(tmp_path):
    chosen = broker.Broker("external", "redis://x")
    env = programs.environment(
        {"REDIS_URL": "redis://x"}, var=tmp_path, broker=chosen, host="10.0.0.1", port=8001
    )
    assert (env["REDIS_URL"], env["ALLOWED_HOSTS"]) == (
        "redis://x",
        "localhost,127.0.0.1,[::1],10.0.0.1",
    )
    assert "KEFU_BROKER_URL" not in env


def test_programs_run_the_interpreter_that_runs_us(tmp_path):
    env = {"KEFU_VAR": str(tmp_path)}
    with socket.socket() as listener:
        made = [
            programs.web(base=tmp_path, env=env, listener=listener.fileno()),
            programs.worker(base=tmp_path, env=env),
            programs.beat(base=tmp_path, env=env),
        ]
        assert made[0].inherits == (listener.fileno(),)
    assert {program.argv[0] for program in made} == {sys.executable}
    assert [program.log.name for program in made] == ["web.log", "worker.log", "beat.log"]
    assert sum(program.grace for program in made) < 5
