# SPDX-License-Identifier: Apache-2.0
"""What ``import pyspark`` gives while :func:`roost.install_as_pyspark` holds.

It is a module of its own, not ``roost``, because of what programs ask of it by name: ``__version__``
is the version of Spark whose behaviour this is, and ``from pyspark import *`` brings PySpark's names.
``pyspark.version`` is this module too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, TypeVar, Union

    from roost import (
        RDD,
        Accumulator,
        AccumulatorParam,
        BarrierTaskContext,
        BarrierTaskInfo,
        Broadcast,
        HiveContext,
        InheritableThread,
        Row,
        SparkConf,
        SparkContext,
        SparkFiles,
        SparkJobInfo,
        SparkStageInfo,
        SQLContext,
        StatusTracker,
        StorageLevel,
        TaskContext,
        inheritable_thread_target,
    )

    F = TypeVar("F", bound=Callable)

__version__ = "4.1.1"

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "BarrierTaskContext",
    "BarrierTaskInfo",
    "Broadcast",
    "HiveContext",
    "InheritableThread",
    "Row",
    "SQLContext",
    "SparkConf",
    "SparkContext",
    "SparkFiles",
    "SparkJobInfo",
    "SparkStageInfo",
    "StatusTracker",
    "StorageLevel",
    "TaskContext",
    "__version__",
    "inheritable_thread_target",
    "keyword_only",
    "since",
]

__path__: list = []  # a package: its modules are found by roost.compat


def since(version: Union[str, float]) -> Callable[[F], F]:
    """Decorates a function: its documentation says since which version there is such a function."""

    def add(function: F) -> F:
        assert function.__doc__ is not None
        function.__doc__ = f"{function.__doc__.rstrip()}\n\n.. versionadded:: {version}"
        return function

    return add


def keyword_only(func: F) -> F:
    """Decorates a method that takes its arguments by name alone, and keeps them in ``_input_kwargs``."""
    from functools import wraps

    @wraps(func)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(f"Method {func.__name__} forces keyword arguments.")
        self._input_kwargs = kwargs
        return func(self, **kwargs)

    return checked


def __getattr__(name: str) -> Any:
    import roost

    if not hasattr(roost, name):
        from roost.refused import find

        return getattr(find("pyspark"), name)
    return getattr(roost, name)


def __dir__() -> list:
    return sorted({*globals(), *__all__})
