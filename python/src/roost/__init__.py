# SPDX-License-Identifier: Apache-2.0
"""roost: PySpark code without a JVM.

``roost.sql`` is used like ``pyspark.sql``; the work is done by a small daemon, which is started on
first use and ends with the process.  ``install_as_pyspark()`` lets unchanged programs say
``import pyspark``.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["Server", "install_as_pyspark", "start_server", "uninstall_as_pyspark"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from roost.compat import install_as_pyspark, uninstall_as_pyspark
    from roost.server import Server, start_server

_HOMES = {
    "Server": "roost.server",
    "start_server": "roost.server",
    "install_as_pyspark": "roost.compat",
    "uninstall_as_pyspark": "roost.compat",
    "SparkContext": "roost.context",
    "SparkConf": "roost.context",
    "SparkFiles": "roost.files",
    "StorageLevel": "roost.storagelevel",
    "RDD": "roost.rdd",
    "Accumulator": "roost.accumulators",
    "AccumulatorParam": "roost.accumulators",
    "BarrierTaskContext": "roost.taskcontext",
    "BarrierTaskInfo": "roost.taskcontext",
    "InheritableThread": "roost.util",
    "Broadcast": "roost.broadcast",
    "SparkJobInfo": "roost.status",
    "SparkStageInfo": "roost.status",
    "StatusTracker": "roost.status",
    "TaskContext": "roost.taskcontext",
    "inheritable_thread_target": "roost.util",
    "Row": "roost.sql.types",
    "SQLContext": "roost.sql.context",
    "HiveContext": "roost.sql.context",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list:
    return sorted({*globals(), *_HOMES})
