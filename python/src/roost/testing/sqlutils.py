# SPDX-License-Identifier: Apache-2.0
"""Where suites written for PySpark look for the classes of `roost.testing.cases`."""

from __future__ import annotations

import os

from roost.testing.cases import ReusedSQLTestCase, SQLTestUtils
from roost.testing.packages import answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ReusedSQLTestCase", "SQLTestUtils"]

SPARK_HOME = os.environ.get("SPARK_HOME", "")
test_compiled = False
test_not_compiled_message = "There is no JVM, and so none of its test classes."


def search_jar(project_relative_path: str, sbt_jar_name_prefix: str, mvn_jar_name_prefix: str) -> None:
    """There are no jars."""


def __getattr__(name: str) -> Any:
    """Which packages there are."""
    return answer(name)
