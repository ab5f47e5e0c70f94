# SPDX-License-Identifier: Apache-2.0
"""Classes for tests written with ``unittest``: a session per class, settings and tables that go again.

pytest's fixtures do this better (the plugin's ``spark``); these are here for suites that have grown up
on ``pyspark.testing.sqlutils``.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import sys
import tempfile
import time
import unittest
from contextlib import contextmanager

from roost.errors import PySparkException, QueryContextType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, Optional

__all__ = [
    "PySparkErrorTestUtils",
    "PySparkTestCase",
    "QuietTest",
    "ReusedPySparkTestCase",
    "ReusedSQLTestCase",
    "SQLTestUtils",
    "eventually",
    "timeout",
]


class QuietTest:
    """For ``with``: what happens inside is expected to fail, and need not be logged."""

    def __init__(self, sc: Any) -> None:
        self.sc = sc

    def __enter__(self) -> None:
        """The daemon's log is not on the terminal anyway."""

    def __exit__(self, *exception: Any) -> None:
        """Nothing was changed."""


class PySparkTestCase(unittest.TestCase):
    """A context for each test."""

    def setUp(self) -> None:
        """Make the context."""
        from roost.context import SparkContext

        self._old_sys_path = list(sys.path)
        self.sc = SparkContext("local[4]", type(self).__name__)

    def tearDown(self) -> None:
        """End the context."""
        self.sc.stop()
        sys.path = self._old_sys_path


class ReusedPySparkTestCase(unittest.TestCase):
    """A context for all tests of the class."""

    sc: Any

    @classmethod
    def conf(cls) -> Any:
        """The settings of the context; a subclass may have its own."""
        from roost.context import SparkConf

        return SparkConf()

    @classmethod
    def master(cls) -> str:
        """Where it runs, as Spark calls it."""
        return "local[4]"

    @classmethod
    def setUpClass(cls) -> None:
        """Make the context."""
        from roost.context import SparkContext

        cls.sc = SparkContext(cls.master(), cls.__name__, conf=cls.conf())

    @classmethod
    def tearDownClass(cls) -> None:
        """End the context."""
        cls.sc.stop()

    def quiet(self) -> QuietTest:
        """See `QuietTest`."""
        return QuietTest(self.sc)


class SQLTestUtils:
    """Settings, tables and functions for the time of a ``with``; for classes that have ``spark``."""

    spark: Any

    @contextmanager
    def sql_conf(self, pairs: Dict[str, Any]) -> Iterator[None]:
        """Settings that are put back afterwards."""
        assert isinstance(pairs, dict), "pairs should be a dictionary."
        before = {key: self.spark.conf.get(key, None) for key in pairs}
        try:
            for key, value in pairs.items():
                self.spark.conf.set(key, value)
            yield
        finally:
            for key, value in before.items():
                if value is None:
                    self.spark.conf.unset(key)
                else:
                    self.spark.conf.set(key, value)

    @contextmanager
    def temp_env(self, pairs: Dict[str, Optional[str]]) -> Iterator[None]:
        """Environment variables (None: without it) that are put back afterwards."""
        assert isinstance(pairs, dict), "pairs should be a dictionary."
        before = {key: os.environ.get(key) for key in pairs}
        try:
            _set_environment(pairs)
            yield
        finally:
            _set_environment(before)

    @contextmanager
    def database(self, *databases: str) -> Iterator[None]:
        """Databases that are dropped afterwards."""
        with self._dropping("DATABASE", databases, " CASCADE"):
            yield
        self.spark.catalog.setCurrentDatabase("default")

    @contextmanager
    def tempView(self, *views: str) -> Iterator[None]:
        """Temporary views that are dropped afterwards."""
        try:
            yield
        finally:
            for view in views:
                self.spark.catalog.dropTempView(view)

    def table(self, *tables: str) -> Any:
        """Tables that are dropped afterwards."""
        return self._dropping("TABLE", tables)

    def function(self, *functions: str) -> Any:
        """Functions that are dropped afterwards."""
        return self._dropping("FUNCTION", functions)

    def temp_func(self, *functions: str) -> Any:
        """Temporary functions that are dropped afterwards."""
        return self._dropping("TEMPORARY FUNCTION", functions)

    @contextmanager
    def _dropping(self, kind: str, names: Any, behind: str = "") -> Iterator[None]:
        try:
            yield
        finally:
            for name in names:
                self.spark.sql(f"DROP {kind} IF EXISTS {name}{behind}")

    @staticmethod
    def assert_close(a: Any, b: Any) -> None:
        """Raise unless numbers are about those in the rows' first column."""
        import math

        assert len(a) == len(b)
        for value, row in zip(a, b):
            near = abs(value - row[0]) < 1e-6 if math.isfinite(value) else value == row[0]
            assert near, f"{value} is not {row[0]}"


def _set_environment(pairs: Dict[str, Optional[str]]) -> None:
    for key, value in pairs.items():
        if value is None:
            os.environ.pop(key, None)
        else:
            os.environ[key] = value


class PySparkErrorTestUtils:
    """What errors must be like."""

    def check_error(
        self,
        exception: PySparkException,
        errorClass: str,
        messageParameters: Optional[Dict[str, str]] = None,
        query_context_type: Optional[QueryContextType] = None,
        fragment: Optional[str] = None,
        matchPVals: bool = False,
    ) -> None:
        """Raise unless an error is of a condition, has these parameters, and is where it is said to be.

        Parameters
        ----------
        exception : PySparkException
        errorClass : str
        messageParameters : dict, optional
        query_context_type : QueryContextType, optional
            None: the error is at no place in a query
        fragment : str, optional
            the text of that place, for DataFrames
        matchPVals : bool
            whether the parameters' values are regular expressions
        """
        case: Any = self
        case.assertIsInstance(exception, PySparkException)
        context = exception.getQueryContext()
        case.assertEqual(bool(context), query_context_type is not None, f"the error is at {context}")
        case.assertEqual(errorClass, exception.getCondition())
        given: Any = exception.getMessageParameters()
        if matchPVals:
            wanted = messageParameters or {}
            case.assertEqual(set(wanted), set(given))
            for key, pattern in wanted.items():
                case.assertRegex(given[key], pattern)
        else:
            case.assertEqual(messageParameters, given)
        for place in context:
            case.assertEqual(query_context_type, place.contextType())
            if place.contextType() == QueryContextType.DataFrame:
                case.assertEqual(fragment, place.fragment())


class ReusedSQLTestCase(ReusedPySparkTestCase, SQLTestUtils, PySparkErrorTestUtils):
    """A session (``spark``) for all tests of the class, a hundred rows (``df``), a folder's name (``tempdir``)."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make the session."""
        from roost.sql import Row, SparkSession

        super().setUpClass()
        cls._legacy_sc = cls.sc
        cls.spark = SparkSession(cls.sc)
        cls.tempdir = tempfile.NamedTemporaryFile(delete=False)
        os.unlink(cls.tempdir.name)
        cls.testData = [Row(key=i, value=str(i)) for i in range(100)]
        cls.df = cls.spark.createDataFrame(cls.testData)

    @classmethod
    def tearDownClass(cls) -> None:
        """End the session."""
        super().tearDownClass()
        cls.spark.stop()
        shutil.rmtree(cls.tempdir.name, ignore_errors=True)


def timeout(timeout: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: TimeoutError when a function takes longer than so many seconds (in the main thread)."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        def on_alarm(number: int, frame: Any) -> None:
            raise TimeoutError(f"Function {func.__name__} timed out after {timeout} seconds")

        @functools.wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            signal.signal(signal.SIGALRM, on_alarm)
            signal.alarm(timeout)
            try:
                return func(*args, **kwargs)
            finally:
                signal.alarm(0)

        return wrapper

    return decorate


def eventually(
    timeout: float = 30.0, catch_assertions: bool = False, catch_timeout: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: call a function until it answers True or None, for so many seconds at most.

    Parameters
    ----------
    timeout : float
        seconds
    catch_assertions, catch_timeout : bool
        whether an AssertionError, a TimeoutError means *not yet*

    Raises
    ------
    AssertionError
        when the time is over; or the last error that was caught
    """
    assert timeout > 0 and isinstance(catch_assertions, bool) and isinstance(catch_timeout, bool)
    caught = (AssertionError,) * catch_assertions + (TimeoutError,) * catch_timeout

    def decorate(condition: Callable[..., Any]) -> Callable[..., Any]:
        assert callable(condition)

        @functools.wraps(condition)
        def wrapper(*args: Any, **kwargs: Any) -> None:
            end = time.monotonic() + timeout
            last: Any = None
            while time.monotonic() < end:
                try:
                    last = condition(*args, **kwargs)
                except caught as error:
                    last = error
                if last is True or last is None:
                    return
                time.sleep(0.01)
            if isinstance(last, (AssertionError, TimeoutError)):
                raise last
            raise AssertionError(
                f"Test failed due to timeout after {timeout:g} sec, with last condition returning: {last}"
            )

        return wrapper

    return decorate
