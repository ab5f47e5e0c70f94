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


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


def is_remote() -> bool:
    """Whether the engine is another process reached through PySpark's client; no, in PySpark's sense."""
    return False


def require_minimum_plotly_version() -> None:
    """Raise PySparkImportError unless there is a plotly that is new enough."""
    from roost.sql.pandas.utils import require_package

    require_package("plotly", "Plotly", "4.8")


class NumpyHelper:
    """What numpy has and a plot needs without it."""

    @staticmethod
    def linspace(start: float, stop: float, num: int) -> List[float]:
        """So many points at equal distances, both ends among them."""
        if num == 1:
            return [float(start)]
        step = (float(stop) - float(start)) / (num - 1)
        return [start + step * i for i in range(num)]
