# SPDX-License-Identifier: Apache-2.0
"""``pytest --roost-compare``: the same tests on another engine, and where the outcomes differ.

The tests run here on roost.  When they are done, a second pytest runs them with
``--roost-remote`` set to the other engine (a real Spark by default), in a process of its own,
because ``import pyspark`` can mean one thing only in a process.  The run fails when a test passed
on one of them alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

_OUTCOMES = "ROOST_PYTEST_OUTCOMES"  # where the second run leaves what came out


class Outcomes:
    """Writes down how each test ended."""

    def __init__(self) -> None:
        self.found: Dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """The call says how it ended, unless setup or teardown failed or skipped."""
        if report.when == "call" or report.outcome != "passed":
            self.found[report.nodeid] = report.outcome

    def pytest_sessionfinish(self, session: Any) -> None:
        """In the second run: leaves the outcomes for the first."""
        path = os.environ.get(_OUTCOMES)
        if path and not hasattr(session.config, "workerinput"):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(self.found, file)


class Comparison(Outcomes):
    """Runs the second pytest, and reports."""

    def __init__(self, config: Any, other: str) -> None:
        super().__init__()
        self._config = config
        self._other = other
        self._theirs: Dict[str, str] = {}
        self._output = ""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: Any) -> None:
        """Runs the tests on the other engine."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "outcomes.json")
            environment = {**os.environ, _OUTCOMES: path}
            environment.pop("ROOST_ADDRESS", None)
            command = [sys.executable, "-m", "pytest", *_without_compare(self._config), f"--roost-remote={self._other}"]
            ended = subprocess.run(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
            self._output = ended.stdout
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    self._theirs = json.load(file)
        if self.differences() or not self._theirs:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def differences(self) -> List[Tuple[str, str, str]]:
        """Tests that ended otherwise on the other engine: name, outcome here, outcome there."""
        names = sorted(set(self.found) | set(self._theirs))
        pairs = ((name, self.found.get(name, "absent"), self._theirs.get(name, "absent")) for name in names)
        return [row for row in pairs if row[1] != row[2]]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The differences, or that there are none."""
        terminalreporter.section(f"roost and {self._other}")
        if not self._theirs:
            terminalreporter.write_line("the second run gave no outcomes; its last lines:")
            terminalreporter.write_line("\n".join(self._output.splitlines()[-20:]))
            return
        for name, here, there in self.differences():
            terminalreporter.write_line(f"{name}: {here} on roost, {there} on {self._other}")
        same = len(set(self.found) & set(self._theirs)) - len(self.differences())
        terminalreporter.write_line(f"{same} tests ended alike, {len(self.differences())} did not")


def _without_compare(config: Any) -> List[str]:
    """The arguments of this run for the second; what only this one shall do is left out."""
    given = [str(argument) for argument in config.invocation_params.args]
    return [argument for argument in given if not argument.startswith(("--roost-compare", "--roost-remote"))]


def register(config: Any) -> None:
    """Take part in a run that compares, or in the second run of one."""
    other = config.getoption("roost_compare", None)
    if hasattr(config, "workerinput"):
        return
    if other:
        config.pluginmanager.register(Comparison(config, other), "roost-comparison")
    elif os.environ.get(_OUTCOMES):
        config.pluginmanager.register(Outcomes(), "roost-outcomes")
