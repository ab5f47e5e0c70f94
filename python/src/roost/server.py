# SPDX-License-Identifier: Apache-2.0
"""Starting the daemon.

The daemon lives as long as somebody holds the write end of its lifeline, a pipe: whoever started it,
and the children that were forked since.  Nothing needs to be cleaned up at exit, and a process that
is killed takes its daemon with it.  Programs that are executed do not inherit the pipe; they find
the address in ``ROOST_ADDRESS`` and are guests.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

__all__ = ["Server", "start_server"]

_START_LIMIT = 20.0  # seconds until a daemon that says nothing counts as failed


class Server:
    """A daemon that this process started.

    Attributes
    ----------
    address : str
        where it listens: the path of a socket
    pid : int
        of its first process
    """

    def __init__(self, address: str, pid: int, lifeline: int) -> None:
        self.address = address
        self.pid = pid
        self._lifeline = lifeline
        self._owner = os.getpid()

    def stop(self) -> None:
        """End the daemon; waits for nothing. Does nothing in a forked child, and the second time."""
        if self._owner != os.getpid() or self._lifeline < 0:
            return
        lifeline, self._lifeline = self._lifeline, -1
        os.close(lifeline)
        try:
            import signal

            os.kill(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"Server(address={self.address!r}, pid={self.pid})"


def daemon_path() -> str:
    """The ``roostd`` to start: the package's own, or one on the PATH."""
    own = os.path.join(os.path.dirname(__file__), "bin", "roostd")
    path = os.environ.get("ROOST_DAEMON") or own
    if os.access(path, os.X_OK):
        return path
    import shutil

    found = shutil.which("roostd")
    if found is None:
        raise FileNotFoundError(f"there is no roostd at {path}, nor on the PATH")
    return found


def start_server(
    *,
    log: Optional[str] = None,
    log_level: Optional[str] = None,
    listen: Optional[str] = None,
    env: Optional[Dict[str, str]] = None,
) -> Server:
    """Start a daemon that ends with this process.

    Parameters
    ----------
    log : str, optional
        a file for its log; standard error by default
    log_level : str, optional
        ``error``, ``warn``, ``info`` or ``debug``
    listen : str, optional
        the path of its socket; a fresh one in a private folder by default
    env : dict, optional
        variables beside those of this process, such as ``ROOST_MEMORY_LIMIT``

    Returns
    -------
    Server

    Raises
    ------
    DaemonGone
        when it did not start
    """
    arguments = [daemon_path()]
    for option, value in (("--log", log), ("--log-level", log_level), ("--listen", listen)):
        if value is not None:
            arguments += [option, value]
    lifeline_read, lifeline_write = os.pipe()
    ready_read, ready_write = os.pipe()
    try:
        pid = _spawn(arguments, lifeline_read, ready_write, {**os.environ, **(env or {})})
    except BaseException:
        os.close(ready_read)
        os.close(lifeline_write)
        raise
    finally:
        os.close(lifeline_read)
        os.close(ready_write)
    try:
        import json

        told = json.loads(_read_line(ready_read, arguments[0]))
    except BaseException:
        os.close(lifeline_write)
        raise
    finally:
        os.close(ready_read)
    return Server(told["address"], told.get("pid", pid), lifeline_write)


def _spawn(arguments: List[str], lifeline: int, ready: int, environment: Dict[str, str]) -> int:
    """Start the daemon without a copy of this process (it may be large, and have threads)."""
    inherited = [os.dup(fd) for fd in (lifeline, ready)]
    try:
        for fd in inherited:
            os.set_inheritable(fd, True)
        full = [*arguments, "--lifeline", str(inherited[0]), "--ready-fd", str(inherited[1])]
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
        return os.posix_spawn(arguments[0], full, environment, file_actions=actions)
    finally:
        for fd in inherited:
            os.close(fd)


def _read_line(fd: int, name: str) -> bytes:
    """The line that the daemon says when it listens."""
    import select
    import time

    from roost.errors.base import DaemonGone

    text, deadline = b"", time.monotonic() + _START_LIMIT
    while not text.endswith(b"\n"):
        left = deadline - time.monotonic()
        readable = select.select([fd], [], [], max(left, 0))[0]
        piece = os.read(fd, 4096) if readable else b""
        if not piece:
            raise DaemonGone(
                errorClass="DAEMON_GONE",
                messageParameters={"detail": f"{name} did not start; what it says is in its log"},
            )
        text += piece
    return text


_private: Optional[Server] = None


def private_address() -> str:
    """The address of a daemon for this process and its children; starts it on first use.

    ``ROOST_LOG`` in the environment names a file for its log.
    """
    global _private
    if _private is None:
        _private = start_server(log=os.environ.get("ROOST_LOG"))
        # Children find it there, forked or executed.
        os.environ["ROOST_ADDRESS"] = _private.address
    return _private.address
