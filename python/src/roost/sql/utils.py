# SPDX-License-Identifier: Apache-2.0
"""Odds and ends that programs import from ``pyspark.sql.utils``."""

from __future__ import annotations

from roost.errors import (  # noqa: F401
    AnalysisException,
    ArithmeticException,
    ArrayIndexOutOfBoundsException,
    DateTimeException,
    IllegalArgumentException,
    NumberFormatException,
    ParseException,
    PythonException,
    QueryExecutionException,
    SparkRuntimeException,
    SparkUpgradeException,
    StreamingQueryException,
    UnknownException,
    UnsupportedOperationException,
)


def is_remote() -> bool:
    """Whether the engine is another process reached through PySpark's client; no, in PySpark's sense."""
    return False
