# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin: one daemon per run, a session of its own for every test.

With xdist the controller starts the daemon when it sets up its first worker, and the workers get
the address; without xdist the first test that wants a session starts it.  A run in which nobody
does pays for nothing but reading this file.

Fixtures: ``spark`` (an application and a session for each test, or for each class, module or session:
``roost_session_scope``), ``spark_session`` (the same), ``roost_server`` (the daemon),
``roost_noproc`` (a daemon that runs already).  ``factories`` makes more of them.

A setting is taken from the argument of a factory, else from the command line, else from the ini
file.
"""

from __future__ import annotations

import os
import sys
import time
from importlib.machinery import PathFinder

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional



class _AsTheyAre:
    """Finds roost's modules before pytest's hook does.

    pytest rewrites the assert statements of every module of a package that brings a plugin. roost's
    have none worth it, and where byte code may not be written (PYTHONDONTWRITEBYTECODE, a read-only
    image) the rewriting would cost each worker a fifth of a second.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        return PathFinder.find_spec(name, path, target) if name.startswith("roost.") else None


if _AsTheyAre not in sys.meta_path:
    sys.meta_path.insert(0, _AsTheyAre)

_LOG_LINES = 40
_RECENT_PLANS = 3


# ---- options


def pytest_addoption(parser: Any) -> None:
    """Command line and ini keys."""
    group = parser.getgroup("roost", "PySpark tests on roost")
    group.addoption(
        "--roost-remote",
        metavar="ADDRESS",
        help="use this daemon instead of starting one; sc://HOST:PORT for a Spark Connect server, "
        "'pyspark' for a real Spark in this process (tests import pyspark then)",
    )
    group.addoption(
        "--roost-compare",
        metavar="ENGINE",
        nargs="?",
        const="pyspark",
        help="run the tests a second time on another engine (as for --roost-remote; a real Spark by default) and "
        "report those that end otherwise there",
    )
    group.addoption("--roost-log", metavar="FILE", help="where the daemon's log goes, and stays")
    parser.addini("roost_remote", "as --roost-remote", default=None)
    parser.addini("roost_log", "as --roost-log", default=None)
    parser.addini(
        "roost_session_scope",
        "how long the spark fixture's session lives: function (default), class, module, package or session",
        default="function",
    )
    parser.addini("roost_timeout", "seconds that the queries of one test may take; 0: no limit", default="0")
    parser.addini("roost_conf", "settings of every session, key=value on each line", type="linelist", default=[])
    parser.addini("roost_as_pyspark", "whether `import pyspark` means roost", type="bool", default=False)


def _setting(config: Any, name: str) -> Optional[str]:
    return config.getoption(f"roost_{name}", None) or config.getini(f"roost_{name}") or None


def _is_foreign(remote: Optional[str]) -> bool:
    """Whether tests run on another engine than roost's."""
    return remote is not None and (remote == "pyspark" or remote.startswith("sc://"))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: Any) -> None:
    """Before any conftest imports pyspark."""
    if early_config.getini("roost_as_pyspark"):
        remote = getattr(early_config.known_args_namespace, "roost_remote", None)
        if not _is_foreign(remote or early_config.getini("roost_remote")):
            from roost import install_as_pyspark

            install_as_pyspark()


# ---- the daemon of the run


class _Run:
    """What this process knows of the run's daemon."""

    def __init__(self, config: Any) -> None:
        self.config = config
        self.remote = _setting(config, "remote")
        self.server: Any = None
        self.log: Optional[str] = _setting(config, "log")
        self._temporary_log = False
        self._environment: Dict[str, Optional[str]] = {}
        given = getattr(config, "workerinput", None)
        self.is_worker = given is not None
        self.address: Optional[str] = None
        if given is not None:
            self.address, self.log = given.get("roost_address"), given.get("roost_log")
        elif not _is_foreign(self.remote):
            self.address = self.remote
        if self.address:
            self._set("ROOST_ADDRESS", self.address)
        elif not _is_foreign(self.remote):
            self._prepare_log()

    def _prepare_log(self) -> None:
        """A daemon that is started by whatever means in this process writes its log where tests find it."""
        if self.log is None:
            import tempfile

            self.log = os.path.join(tempfile.gettempdir(), f"roost-pytest-{os.getpid()}.log")
            self._temporary_log = True
        self._set("ROOST_LOG", self.log)

    def _set(self, name: str, value: str) -> None:
        self._environment.setdefault(name, os.environ.get(name))
        os.environ[name] = value

    def start(self) -> str:
        """The daemon's address; starts it if this process is the one that does."""
        if self.address is None:
            if os.environ.get("ROOST_ADDRESS"):
                self.address = os.environ["ROOST_ADDRESS"]
            else:
                from roost import start_server

                self.server = start_server(log=self.log)
                self.address = self.server.address
                self._set("ROOST_ADDRESS", self.address)
        return self.address

    def describe(self) -> str:
        """For the header of the report."""
        if self.remote:
            return f"roost: {self.remote}"
        return f"roost: {self.address}" if self.address else "roost: starts with the first test that needs it"

    def end(self) -> None:
        """Stops what this process started."""
        if self.server is not None:
            self.server.stop()
        for name, value in self._environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if self._temporary_log and self.log is not None:
            try:
                os.unlink(self.log)
            except FileNotFoundError:
                pass

    # The log, for failed tests.
    def log_position(self) -> int:
        """How long the log is now."""
        try:
            return os.stat(self.log).st_size if self.log else 0
        except OSError:
            return 0

    def log_since(self, position: int) -> List[str]:
        """The last lines that were written after a position."""
        try:
            with open(self.log or os.devnull, errors="replace") as file:
                file.seek(position)
                return file.read().splitlines()[-_LOG_LINES:]
        except OSError:
            return []


_RUN = pytest.StashKey["_Run"]()


def pytest_configure(config: Any) -> None:
    """Remembers where the daemon is, or will be."""
    config.addinivalue_line("markers", "roost_timeout(seconds): how long the queries of this test may take")
    config.stash[_RUN] = _Run(config)
    if config.getoption("roost_compare", None) or "ROOST_PYTEST_OUTCOMES" in os.environ:
        from roost.pytest_compare import register

        register(config)


def pytest_unconfigure(config: Any) -> None:
    """Ends the daemon of the run."""
    run = config.stash.get(_RUN, None)
    if run is not None:
        run.end()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist's controller sets up a worker."""
    run = node.config.stash[_RUN]
    if not _is_foreign(run.remote):
        node.workerinput["roost_address"] = run.start()
        node.workerinput["roost_log"] = run.log


def pytest_report_header(config: Any) -> Optional[str]:
    """A line about the daemon."""
    return config.stash[_RUN].describe()


def pytest_collection_finish(session: Any) -> None:
    """Tests that run in forked children (pytest-forked) find the modules imported."""
    wanted = "roost.sql" in sys.modules or any("spark" in getattr(i, "fixturenames", ()) for i in session.items)
    if wanted and not _is_foreign(session.config.stash[_RUN].remote):
        from roost.sql import preload

        preload()


# ---- fixtures


def _scope(fixture_name: str, config: Any) -> str:
    return config.getini("roost_session_scope")


def _options(config: Any) -> Dict[str, str]:
    pairs = (line.partition("=") for line in config.getini("roost_conf"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _make_session(address: str, options: Dict[str, str], name: str) -> Any:
    """A session in an application of its own, the current one while the test runs."""
    from collections import deque

    from roost.sql.session import SparkSession

    session = SparkSession(address, options, name=name)
    session._recent = deque(maxlen=_RECENT_PLANS)
    before = SparkSession._default_session, getattr(SparkSession._active, "session", None)
    SparkSession._default_session = SparkSession._active.session = session
    return session, before


def _end_session(session: Any, before: Any) -> None:
    from roost.sql.session import SparkSession

    if not session._stopped:
        session._stopped = True
        session._core.close(True)
        session._held.clear()
    session._recent = None
    SparkSession._default_session, SparkSession._active.session = before


def _foreign_session(remote: str, options: Dict[str, str]) -> Iterator[Any]:
    """A session of a real Spark: each test has one of its own on the same engine."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for key, value in options.items():
        builder = builder.config(key, value)
    if remote == "pyspark":
        session = builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate().newSession()
        yield session
        return
    session = builder.remote(remote).create()
    yield session
    session.stop()


def _session(request: Any, remote: Optional[str], options: Dict[str, str]) -> Iterator[Any]:
    run = request.config.stash[_RUN]
    if _is_foreign(remote or run.remote):
        yield from _foreign_session(remote or run.remote, options)
        return
    session, before = _make_session(remote or run.start(), options, request.node.nodeid or "session")
    _limit(session, request.node)
    yield session
    _end_session(session, before)


@pytest.fixture(scope=_scope)
def spark(request: Any) -> Iterator[Any]:
    """A SparkSession in an application of its own: no tables, no views, default settings."""
    yield from _session(request, None, _options(request.config))


@pytest.fixture(scope=_scope)
def spark_session(spark: Any) -> Any:
    """The same as ``spark``."""
    return spark


@pytest.fixture(scope="session")
def roost_server(request: Any) -> Any:
    """The daemon of the run: ``.address``, and ``.pid`` where it is known."""
    run = request.config.stash[_RUN]
    run.start()
    return run.server or Remote(run.address)


@pytest.fixture(scope="session")
def roost_noproc(request: Any) -> Any:
    """A daemon that runs already (``--roost-remote``); nothing is started."""
    remote = _setting(request.config, "remote")
    if remote is None:
        pytest.fail("roost_noproc needs --roost-remote, or roost_remote in the ini file")
    return Remote(remote)


class Remote:
    """A daemon that somebody else started."""

    pid: Optional[int] = None

    def __init__(self, address: str) -> None:
        self.address = address

    def stop(self) -> None:
        """It is not ours to stop."""

    def __repr__(self) -> str:
        return f"Remote({self.address!r})"


class factories:
    """Makes fixtures with settings of their own.

    Examples
    --------
    In a conftest::

        from roost.pytest_plugin import factories

        other_server = factories.server(env={"ROOST_MEMORY_LIMIT": "256m"})
        ny = factories.spark(config={"spark.sql.session.timeZone": "America/New_York"})
    """

    @staticmethod
    def server(
        *, log: Optional[str] = None, env: Optional[Dict[str, str]] = None, scope: str = "session"
    ) -> Any:
        """A fixture with a daemon of its own."""

        @pytest.fixture(scope=scope)
        def server_fixture() -> Iterator[Any]:
            from roost import start_server

            with start_server(log=log, env=env) as started:
                yield started

        return server_fixture

    @staticmethod
    def noproc(remote: Optional[str] = None) -> Any:
        """A fixture with a daemon that runs already."""

        @pytest.fixture(scope="session")
        def noproc_fixture(request: Any) -> Any:
            return Remote(remote or _setting(request.config, "remote") or pytest.fail("no address is given"))

        return noproc_fixture

    @staticmethod
    def spark(
        *, server: Optional[str] = None, config: Optional[Dict[str, Any]] = None, scope: Optional[str] = None
    ) -> Any:
        """A fixture with a session.

        Parameters
        ----------
        server : str, optional
            the name of a fixture with the daemon to use; the run's by default
        config : dict, optional
            settings beside those of the ini file
        scope : str, optional
            how long the session lives; ``roost_session_scope`` by default
        """

        @pytest.fixture(scope=scope or _scope)
        def spark_fixture(request: Any) -> Iterator[Any]:
            remote = request.getfixturevalue(server).address if server else None
            options = {**_options(request.config), **{k: str(v) for k, v in (config or {}).items()}}
            yield from _session(request, remote, options)

        return spark_fixture


# ---- time limits and reports


def _seconds(item: Any) -> float:
    marker = item.get_closest_marker("roost_timeout") if hasattr(item, "get_closest_marker") else None
    if marker is not None and marker.args:
        return float(marker.args[0])
    return float(item.config.getini("roost_timeout") or 0)


def _limit(session: Any, item: Any) -> None:
    """Ends the session's queries when the test's time is over."""
    seconds = _seconds(item)
    session._core.deadline = time.monotonic() + seconds if seconds > 0 else 0.0


def _sessions(item: Any) -> List[Any]:
    """The sessions that a test uses; none if it has not touched roost."""
    module = sys.modules.get("roost.sql.session")
    if module is None:
        return []
    kind = module.SparkSession
    # Not isinstance(): a mock of a session is an instance of its class, too.
    found = [value for value in getattr(item, "funcargs", {}).values() if issubclass(type(value), kind)]
    current = kind.getActiveSession() or kind._default()
    if issubclass(type(current), kind):
        found.append(current)
    return list({id(session): session for session in found if not session._stopped}.values())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Iterator[None]:
    """The time limit begins with the test's body."""
    sessions = _sessions(item)
    for session in sessions:
        _limit(session, item)
    try:
        return (yield)
    finally:
        for session in sessions:
            session._core.deadline = 0.0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: Any) -> None:
    """Where the log stands before the test."""
    run = item.config.stash[_RUN]
    item.stash[_LOG_START] = run.log_position() if run.address or "ROOST_ADDRESS" in os.environ else 0


_LOG_START = pytest.StashKey["int"]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Iterator[None]:
    """A failed test's report carries the daemon's log and the plans of the last queries."""
    report = yield
    if report.failed and call.excinfo is not None and "roost.sql.session" in sys.modules:
        run = item.config.stash[_RUN]
        lines = run.log_since(item.stash.get(_LOG_START, 0))
        if lines:
            report.sections.append(("roost log", "\n".join(lines)))
        if call.when == "call":
            for text in _plans(item):
                report.sections.append(("roost plan", text))
    return report


def _plans(item: Any) -> List[str]:
    """The plans of the last queries, as text; what the engine does not answer at once is left out."""
    from roost._core import pb, unpack

    texts = []
    for session in _sessions(item):
        session._core.deadline = time.monotonic() + 2
        for what, keep in list(session._recent or ()):
            try:
                plan = what if isinstance(what, bytes) else pb(1, pb(2000, what.handle))
                held = keep if isinstance(what, bytes) else (what,)
                answer = session._analyze(5, pb(1, plan, 2, 2), held)
                texts.append(dict(unpack(answer[3]))[1].decode())
            except Exception:  # noqa: BLE001 - a report must not fail for the sake of its ornaments
                continue
        session._core.deadline = 0.0
    return texts
