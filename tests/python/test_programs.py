# SPDX-License-Identifier: Apache-2.0
"""The programs themselves: the shell `roost` and the daemon `roostd`, as a user starts them."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

import roost
from roost.sql import SparkSession

BIN = pathlib.Path(roost.__file__).parent / "bin"
ENVIRONMENT = {**os.environ, "ROOST_DAEMON": str(BIN / "roostd")}


def shell(*arguments, text=""):
    run = subprocess.run([BIN / "roost", *arguments], input=text, capture_output=True, text=True, env=ENVIRONMENT)
    return run.returncode, run.stdout, run.stderr


@contextlib.contextmanager
def daemon(*arguments, lifeline=True, **more):
    """A roostd of its own: (process, what it said when it was ready)."""
    ready, ready_end = os.pipe()
    held, held_end = os.pipe()
    options = ["--ready-fd", str(ready_end), *(["--lifeline", str(held)] if lifeline else []), *arguments]
    process = subprocess.Popen([BIN / "roostd", *options], pass_fds=[ready_end, held, *more.pop("pass_fds", ())], **more)
    os.close(ready_end)
    os.close(held)
    process.let_go = lambda: os.close(held_end)
    try:
        with open(ready) as said:
            yield process, json.loads(said.readline())
    finally:
        with contextlib.suppress(OSError):
            os.close(held_end)
        process.terminate()
        process.wait(10)


def path_of(address):
    return pathlib.Path(address.removeprefix("unix:"))


def gone(process, path, seconds=5):
    """Whether the daemon ends in time and leaves nothing."""
    process.wait(seconds)
    return not path.exists()


QUERY = "select 1 a, 'x|y' b, cast(null as int) c, array(1, 2) d, 'q\"u,o' e"


@pytest.mark.parametrize(
    "form, expected",
    [
        ("csv", 'a,b,c,d,e\n1,x|y,,"[1, 2]","q""u,o"\n'),
        ("json", '{"a":1,"b":"x|y","c":null,"d":[1,2],"e":"q\\"u,o"}\n'),
        ("markdown", '| a | b | c | d | e |\n|---:|---|---:|---|---|\n| 1 | x\\|y | NULL | [1, 2] | q"u,o |\n'),
    ],
)
def test_what_machines_read(form, expected):
    assert shell("-o", form, "-c", QUERY) == (0, expected, "")


def test_a_table_for_people():
    status, out, _ = shell("-c", "select 1 id, 'nest' name")
    assert status == 0
    assert out.splitlines() == ["+----+------+", "| id | name |", "+----+------+", "|  1 | nest |", "+----+------+", "1 row"]


def test_statements_from_everywhere(tmp_path):
    script = tmp_path / "s.sql"
    script.write_text("-- a comment; with a semicolon\nselect ';' x;\nselect 2 x")
    assert shell("-o", "csv", "--no-header", "-f", str(script))[:2] == (0, ";\n2\n")
    assert shell("-o", "csv", "--no-header", text="select 1;\nselect 3 -- the end")[:2] == (0, "1\n3\n")


def test_failures_and_their_status():
    status, out, err = shell("-c", "select 1/0", "-c", "select 2")
    assert (status, out) == (1, "") and "[DIVIDE_BY_ZERO]" in err and "^^^" in err
    status, out, err = shell("-k", "-o", "csv", "-c", "select nothing", "-c", "select 2")
    assert status == 1 and out == "2\n2\n" and "UNRESOLVED_COLUMN" in err
    assert shell("--no-such-option")[0] == 2
    assert shell("--connect", "unix:/nowhere/socket", "-c", "select 1")[0] == 3


def test_the_shell_joins_a_daemon_that_listens(tmp_path):
    path = tmp_path / "socket"
    with daemon("--listen", str(path)) as (process, said):
        assert said["pid"] == process.pid and path_of(said["address"]) == path
        assert shell("--connect", said["address"], "-o", "csv", "--no-header", "-c", "select 4")[:2] == (0, "4\n")
        with pytest.raises(subprocess.CalledProcessError):
            subprocess.run([BIN / "roostd", "--listen", path], check=True, capture_output=True, timeout=10)
        process.terminate()
        assert gone(process, path) and process.returncode == 0


def test_a_private_run_directory_that_goes_with_its_owner():
    with daemon() as (process, said):
        folder = path_of(said["address"]).parent
        assert folder.stat().st_mode & 0o777 == 0o700 and folder.stat().st_uid == os.getuid()
        process.let_go()
        assert gone(process, folder)


@pytest.mark.slow
def test_an_idle_daemon_ends():
    with daemon("--idle-timeout", "1", lifeline=False) as (process, said):
        session = SparkSession(said["address"], {}, name="idle")
        assert session.range(2).count() == 2
        time.sleep(1.5)
        assert process.poll() is None  # a connection is not idleness
        session.stop()
    with daemon("--idle-timeout", "1", lifeline=False) as (process, said):
        assert shell("--connect", said["address"], "-c", "select 1")[0] == 0
        assert gone(process, path_of(said["address"]).parent)


def test_a_socket_that_was_handed_over(tmp_path):
    path = tmp_path / "activated"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        # As systemd does it: the socket is descriptor 3, and LISTEN_PID the pid of the program itself.
        start = f"import os; os.dup2({listening.fileno()}, 3); os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))"
        code = f"{start}; os.execv({str(BIN / 'roostd')!r}, ['roostd', '--idle-timeout', '30'])"
        process = subprocess.Popen(
            [sys.executable, "-c", code], pass_fds=[listening.fileno()], stdout=subprocess.PIPE, text=True
        )
        try:
            assert path_of(json.loads(process.stdout.readline())["address"]) == path
            assert shell("--connect", f"unix:{path}", "-o", "csv", "--no-header", "-c", "select 5")[:2] == (0, "5\n")
        finally:
            process.terminate()
            process.communicate(timeout=10)
    assert path.exists()  # it is not the daemon's to remove


def test_a_crash_is_reported_and_survived():
    with daemon(stderr=subprocess.PIPE, text=True) as (process, said):
        session = SparkSession(said["address"], {}, name="crash")
        session.range(5).createOrReplaceTempView("v")
        (engine,) = map(int, pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
        os.kill(engine, signal.SIGSEGV)
        reports = path_of(said["address"]).parent
        for _ in range(100):
            if any(file.stat().st_size for file in reports.glob("crash-*.txt")):
                break
            time.sleep(0.05)
        assert session.table("v").count() == 5  # told again to the next engine
        (report,) = (file.read_text() for file in reports.glob("crash-*.txt") if file.stat().st_size)
        assert "signal 11" in report and "running: nothing" in report
        session.stop()


def test_python_scripts_run_with_roost_as_pyspark(tmp_path):
    script = tmp_path / "job.py"
    script.write_text(
        "import sys\nfrom pyspark.sql import SparkSession\n"
        "print(SparkSession.builder.getOrCreate().range(int(sys.argv[1])).count(), __name__)\n"
    )
    run = subprocess.run([sys.executable, "-m", "roost", script, "7"], capture_output=True, text=True)
    assert (run.stdout, run.returncode) == ("7 __main__\n", 0), run.stderr
