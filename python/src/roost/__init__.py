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

    from roost.accumulators import Accumulator as Accumulator
    from roost.accumulators import AccumulatorParam as AccumulatorParam
    from roost.broadcast import Broadcast as Broadcast
    from roost.compat import install_as_pyspark as install_as_pyspark
    from roost.compat import uninstall_as_pyspark as uninstall_as_pyspark
    from roost.context import SparkConf as SparkConf
    from roost.context import SparkContext as SparkContext
    from roost.files import SparkFiles as SparkFiles
    from roost.rdd import RDD as RDD
    from roost.server import Server as Server
    from roost.server import start_server as start_server
    from roost.sql.context import HiveContext as HiveContext
    from roost.sql.context import SQLContext as SQLContext
    from roost.sql.types import Row as Row
    from roost.status import SparkJobInfo as SparkJobInfo
    from roost.status import SparkStageInfo as SparkStageInfo
    from roost.status import StatusTracker as StatusTracker
    from roost.storagelevel import StorageLevel as StorageLevel
    from roost.taskcontext import BarrierTaskContext as BarrierTaskContext
    from roost.taskcontext import BarrierTaskInfo as BarrierTaskInfo
    from roost.taskcontext import TaskContext as TaskContext
    from roost.util import InheritableThread as InheritableThread
    from roost.util import inheritable_thread_target as inheritable_thread_target

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
