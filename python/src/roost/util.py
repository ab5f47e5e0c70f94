# SPDX-License-Identifier: Apache-2.0
"""Small things of PySpark's that libraries import: kinds of functions by number, versions, what is installed."""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Tuple

__all__ = ["InheritableThread", "PythonEvalType", "VersionUtils", "inheritable_thread_target", "is_remote_only"]

# The bounds of Java's whole numbers.
JVM_BYTE_MIN, JVM_BYTE_MAX = -(1 << 7), (1 << 7) - 1
JVM_SHORT_MIN, JVM_SHORT_MAX = -(1 << 15), (1 << 15) - 1
JVM_INT_MIN, JVM_INT_MAX = -(1 << 31), (1 << 31) - 1
JVM_LONG_MIN, JVM_LONG_MAX = -(1 << 63), (1 << 63) - 1


def is_remote_only() -> bool:
    """Whether there is only PySpark's client for Spark Connect; it is not."""
    return False


def inheritable_thread_target(f: Any = None) -> Callable[..., Any]:
    """Decorates what a thread runs; threads share the session here as it is."""
    return f if callable(f) else lambda function: function


class InheritableThread(threading.Thread):
    """A thread; it shares the session as it is, and takes over the properties that its maker has set."""

    def __init__(self, target: Callable[..., Any], *args: Any, session: Any = None, **kwargs: Any) -> None:
        from roost.context import SparkContext

        context = SparkContext._active_spark_context
        properties = {} if context is None else dict(context._properties.__dict__)

        def run(*given: Any, **named: Any) -> Any:
            if context is not None:
                context._properties.__dict__.update(properties)
            return target(*given, **named)

        super().__init__(None, run, *args, **kwargs)


class VersionUtils:
    """Takes versions apart."""

    @staticmethod
    def majorMinorVersion(sparkVersion: str) -> Tuple[int, int]:
        """The first two numbers.

        >>> VersionUtils.majorMinorVersion("4.1.1")
        (4, 1)
        """
        import re

        found = re.match(r"^(\d+)\.(\d+)(\..*)?$", sparkVersion)
        if found is None:
            raise ValueError(
                f"Spark tried to parse '{sparkVersion}' as a Spark version string, but it could not find the major "
                "and minor version numbers."
            )
        return int(found.group(1)), int(found.group(2))


class PythonEvalType:
    """The kinds of functions."""

    NON_UDF = 0
    SQL_BATCHED_UDF = 100
    SQL_ARROW_BATCHED_UDF = 101
    SQL_SCALAR_PANDAS_UDF = 200
    SQL_GROUPED_MAP_PANDAS_UDF = 201
    SQL_GROUPED_AGG_PANDAS_UDF = 202
    SQL_WINDOW_AGG_PANDAS_UDF = 203
    SQL_SCALAR_PANDAS_ITER_UDF = 204
    SQL_MAP_PANDAS_ITER_UDF = 205
    SQL_COGROUPED_MAP_PANDAS_UDF = 206
    SQL_MAP_ARROW_ITER_UDF = 207
    SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE = 208
    SQL_GROUPED_MAP_ARROW_UDF = 209
    SQL_COGROUPED_MAP_ARROW_UDF = 210
    SQL_TRANSFORM_WITH_STATE_PANDAS_UDF = 211
    SQL_TRANSFORM_WITH_STATE_PANDAS_INIT_STATE_UDF = 212
    SQL_TRANSFORM_WITH_STATE_PYTHON_ROW_UDF = 213
    SQL_TRANSFORM_WITH_STATE_PYTHON_ROW_INIT_STATE_UDF = 214
    SQL_GROUPED_MAP_ARROW_ITER_UDF = 215
    SQL_GROUPED_MAP_PANDAS_ITER_UDF = 216
    SQL_SCALAR_ARROW_UDF = 250
    SQL_SCALAR_ARROW_ITER_UDF = 251
    SQL_GROUPED_AGG_ARROW_UDF = 252
    SQL_WINDOW_AGG_ARROW_UDF = 253
    SQL_TABLE_UDF = 300
    SQL_ARROW_TABLE_UDF = 301
    SQL_ARROW_UDTF = 302
