# SPDX-License-Identifier: Apache-2.0
"""TaskContext: what a function of the user may ask about the task that calls it.

Functions run in this process, in the thread that waits for the query or the action; while one runs, its thread has
a context, and at all other times it has none, as in PySpark's driver.
"""

from __future__ import annotations

import threading
from itertools import count

from roost.errors.base import PySparkRuntimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Dict, List, Optional, Type

__all__ = ["BarrierTaskContext", "BarrierTaskInfo", "TaskContext"]

_attempts = count()
_here = threading.local()


class TaskContext:
    """The task that runs the function; None elsewhere.

    Examples
    --------
    >>> from roost.taskcontext import TaskContext
    >>> TaskContext.get() is None
    True
    >>> spark.sparkContext.range(2, numSlices=2).map(lambda _: TaskContext.get().partitionId()).collect()
    [0, 1]
    """

    _partition = 0
    _attempt = 0

    def __new__(cls) -> TaskContext:
        """The context there is, or an empty one."""
        return cls.get() or object.__new__(cls)

    @classmethod
    def get(cls) -> Optional[TaskContext]:
        """The context of the task that runs in this thread, or None."""
        return getattr(_here, "context", None)

    def attemptNumber(self) -> int:
        """How often the task was tried before; tasks are tried once."""
        return 0

    def cpus(self) -> int:
        """How many processors the task has."""
        return 1

    def getLocalProperty(self, key: str) -> Optional[str]:
        """A property that the thread which asked for the rows has set."""
        from roost.context import SparkContext

        context = SparkContext._active_spark_context
        return None if context is None else context.getLocalProperty(key)

    def partitionId(self) -> int:
        """The number of the partition."""
        return self._partition

    def resources(self) -> Dict[str, Any]:
        """Accelerators; there are none."""
        return {}

    def stageId(self) -> int:
        """The number of the stage; work is not divided into stages."""
        return 0

    def taskAttemptId(self) -> int:
        """A number that no other task of this process has."""
        return self._attempt


class BarrierTaskContext(TaskContext):
    """The task among others that wait for one another; partitions run one after the other here, so there are none."""

    @classmethod
    def get(cls) -> TaskContext:
        """Raises: no task is in a barrier stage."""
        raise PySparkRuntimeError(errorClass="NOT_IN_BARRIER_STAGE", messageParameters={})


    def barrier(self) -> None:
        """Wait for the other tasks."""
        self.get()

    def allGather(self, message: str = "") -> List[str]:
        """Wait for the other tasks, and hear what they say."""
        self.get()
        return []

    def getTaskInfos(self) -> List[BarrierTaskInfo]:
        """The other tasks."""
        self.get()
        return []


class BarrierTaskInfo:
    """A task among others that wait for one another."""

    def __init__(self, address: str) -> None:
        self.address = address


class running_task:
    """While it lasts, this thread runs a task for a partition."""

    __slots__ = ("_context", "_outer")

    def __init__(self, partition: int = 0) -> None:
        self._context = object.__new__(TaskContext)
        self._context._partition = partition
        self._context._attempt = next(_attempts)

    def __enter__(self) -> TaskContext:
        self._outer = TaskContext.get()
        _here.context = self._context
        return self._context

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        _here.context = self._outer
