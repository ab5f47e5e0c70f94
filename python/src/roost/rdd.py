# SPDX-License-Identifier: Apache-2.0
"""RDDs as far as programs about DataFrames use them: local lists with an RDD's methods.

``sc.parallelize([...]).toDF()`` and ``df.rdd.map(f).collect()`` stand in many tests.  There is no
cluster to send functions to, so an RDD here is a recipe for a few lists in this process: nothing is
computed until an action asks, then every function runs here, in a task of the list's number
(`roost.taskcontext`).  What only makes sense on a cluster (Hadoop's formats, barriers) is not offered.
Pairs are ``rdd_pairs.py``'s, numbers and samples ``rdd_numbers.py``'s.
"""

from __future__ import annotations

import functools
from itertools import chain, islice

from roost.errors.base import PySparkNotImplementedError, PySparkValueError
from roost.rdd_numbers import BoundedFloat, Numbers, StatCounter
from roost.rdd_pairs import Pairs, ResultIterable, portable_hash
from roost.storagelevel import StorageLevel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional

    from roost.context import SparkContext

__all__ = ["RDD", "BoundedFloat", "ResultIterable", "StatCounter", "portable_hash"]

_NOTHING = object()


def split(values: Iterable[Any], pieces: int) -> List[List[Any]]:
    """Values in so many lists of about the same length.

    >>> split(range(5), 2)
    [[0, 1], [2, 3, 4]]
    """
    values = list(values)
    bounds = [len(values) * i // pieces for i in range(pieces + 1)]
    return [values[start:end] for start, end in zip(bounds, bounds[1:])]


def dealt(values: List[Any], pieces: int) -> List[List[Any]]:
    """Values in so many lists, as ``parallelize`` deals them: in small batches, whole ones to each list.

    >>> dealt(list(range(8)), 3)
    [[0, 1], [2, 3], [4, 5, 6, 7]]
    """
    size = max(1, min(len(values) // pieces, 1024))
    batches = [values[at : at + size] for at in range(0, len(values), size)]
    return [list(chain.from_iterable(part)) for part in split(batches, pieces)]


class RDD(Pairs, Numbers):
    """Some lists of values, computed when an action asks for them.

    Made by ``sc.parallelize``, ``sc.textFile`` and ``df.rdd``.

    Examples
    --------
    >>> words = spark.sparkContext.parallelize(["a", "b", "a"])
    >>> words.map(lambda w: (w, 1)).reduceByKey(lambda a, b: a + b).collect()
    [('a', 2), ('b', 1)]
    """

    def __init__(self, compute: Callable[[], List[List[Any]]], ctx: SparkContext, pieces: Optional[int] = None) -> None:
        self._compute = compute
        self.ctx = ctx
        self._pieces = pieces
        self._kept: Optional[List[List[Any]]] = None
        self._level = StorageLevel.NONE
        self.is_cached = self.is_checkpointed = False
        self._checkpoint: Optional[str] = None
        self._name: Optional[str] = None
        self._number = ctx._next_rdd_id()

    def _lists(self) -> List[List[Any]]:
        if self._kept is not None:
            return self._kept
        made = self._compute()
        if self.is_cached:
            self._kept = made
        return made

    def _all(self) -> Iterator[Any]:
        return chain.from_iterable(self._lists())

    def _new(self, compute: Callable[[], List[List[Any]]], pieces: Optional[int] = None) -> RDD:
        return RDD(compute, self.ctx, self._pieces if pieces is None else pieces)

    def _whole(self, compute: Callable[[List[Any]], Iterable[Any]], pieces: Optional[int] = None) -> RDD:
        """An RDD of what a function makes of all values together."""
        wanted = pieces or self._pieces
        return self._new(lambda: split(compute(list(self._all())), wanted or self.getNumPartitions()), wanted)

    # ---- values one by one

    def mapPartitionsWithIndex(
        self,
        f: Callable[[int, Iterator[Any]], Iterable[Any]],
        preservesPartitioning: bool = False,
    ) -> RDD:
        """Each list, with its number, through a function that gives values."""
        return self._new(lambda: [_run(f, i, values) for i, values in enumerate(self._lists())])

    mapPartitionsWithSplit = mapPartitionsWithIndex

    def mapPartitions(self, f: Callable[[Iterator[Any]], Iterable[Any]], preservesPartitioning: bool = False) -> RDD:
        """Each list through a function that gives values."""
        return self.mapPartitionsWithIndex(lambda _, values: f(values))

    def map(self, f: Callable[[Any], Any], preservesPartitioning: bool = False) -> RDD:
        """Each value through a function."""
        return self.mapPartitions(lambda values: map(f, values))

    def flatMap(self, f: Callable[[Any], Iterable[Any]], preservesPartitioning: bool = False) -> RDD:
        """Each value through a function that gives any number of values."""
        return self.mapPartitions(lambda values: chain.from_iterable(map(f, values)))

    def filter(self, f: Callable[[Any], Any]) -> RDD:
        """The values that a function says yes to."""
        return self.mapPartitions(lambda values: filter(f, values))

    def keyBy(self, f: Callable[[Any], Any]) -> RDD:
        """Pairs of what a function gives and the value."""
        return self.map(lambda value: (f(value), value))

    def glom(self) -> RDD:
        """One list for each partition."""
        return self.mapPartitions(lambda values: [list(values)])

    def zipWithIndex(self) -> RDD:
        """Pairs of a value and its number."""
        return self._whole(lambda values: [(value, i) for i, value in enumerate(values)])

    def zipWithUniqueId(self) -> RDD:
        """Pairs of a value and a number that is unlike any other's."""
        count = self.getNumPartitions()
        return self.mapPartitionsWithIndex(lambda k, values: [(v, i * count + k) for i, v in enumerate(values)])

    def zip(self, other: RDD) -> RDD:
        """Pairs of values at the same place."""
        return self._whole(lambda values: list(zip(values, other._all())))

    def distinct(self, numPartitions: Optional[int] = None) -> RDD:
        """Each value once."""
        return self.map(lambda value: (value, None)).reduceByKey(lambda first, _: first, numPartitions).keys()

    def sortBy(self, keyfunc: Callable[[Any], Any], ascending: bool = True, numPartitions: Optional[int] = None) -> RDD:
        """The values in the order of what a function gives."""
        return self._whole(lambda values: sorted(values, key=keyfunc, reverse=not ascending), numPartitions)

    def groupBy(
        self,
        f: Callable[[Any], Any],
        numPartitions: Optional[int] = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD:
        """Pairs of what a function gives and the values it gave it for."""
        return self.keyBy(f).groupByKey(numPartitions, partitionFunc)

    def pipe(self, command: str, env: Optional[Dict[str, str]] = None, checkCode: bool = False) -> RDD:
        """The lines that a program writes, which is given the values as lines, for each list."""
        import os
        import shlex
        import subprocess

        def through(values: Iterator[Any]) -> List[str]:
            text = "".join(f"{value}\n" for value in values)
            words, variables = shlex.split(command), {**os.environ, **(env or {})}
            done = subprocess.run(words, input=text, env=variables, stdout=subprocess.PIPE, text=True, check=False)
            if checkCode and done.returncode:
                raise RuntimeError(f"Pipe function `{command}' exited with error code {done.returncode}")
            return done.stdout.splitlines()

        return self.mapPartitions(through)

    # ---- several RDDs

    def union(self, other: RDD) -> RDD:
        """The values of both."""
        return self._new(lambda: self._lists() + other._lists(), self.getNumPartitions() + other.getNumPartitions())

    __add__ = union

    def intersection(self, other: RDD) -> RDD:
        """Values that both have, each once."""
        sides = self.map(lambda value: (value, None)).cogroup(other.map(lambda value: (value, None)))
        return sides.filter(lambda pair: all(map(len, pair[1]))).keys()

    def subtract(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """Values that the other has not."""
        theirs = other.map(lambda value: (value, True))
        return self.map(lambda value: (value, True)).subtractByKey(theirs, numPartitions).keys()

    def cartesian(self, other: RDD) -> RDD:
        """All pairs."""
        return self._whole(lambda values: [(a, b) for a in values for b in other._all()])

    # ---- actions

    def collect(self) -> List[Any]:
        """All values."""
        return list(self._all())

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Any]:
        """All values, one after the other."""
        return iter(self._all())

    def count(self) -> int:
        """How many values there are."""
        return sum(map(len, self._lists()))

    def first(self) -> Any:
        """The first value."""
        for value in self._all():
            return value
        raise ValueError("RDD is empty")

    def take(self, num: int) -> List[Any]:
        """The first values."""
        return list(islice(self._all(), num))

    def top(self, num: int, key: Any = None) -> List[Any]:
        """The greatest values, greatest first."""
        return sorted(self._all(), key=key, reverse=True)[:num]

    def takeOrdered(self, num: int, key: Any = None) -> List[Any]:
        """The least values, least first."""
        return sorted(self._all(), key=key)[:num]

    def isEmpty(self) -> bool:
        """Whether there is no value."""
        return not any(self._lists())

    def reduce(self, f: Callable[[Any, Any], Any]) -> Any:
        """The values reduced to one."""
        found = functools.reduce(lambda a, b: b if a is _NOTHING else f(a, b), self._all(), _NOTHING)
        if found is _NOTHING:
            raise ValueError("Can not reduce() empty RDD")
        return found

    def treeReduce(self, f: Callable[[Any, Any], Any], depth: int = 2) -> Any:
        """The values reduced to one."""
        _check_depth(depth)
        return self.reduce(f)

    def treeAggregate(self, zeroValue: Any, seqOp: Any, combOp: Any, depth: int = 2) -> Any:
        """The values gathered, from a start."""
        _check_depth(depth)
        return self.aggregate(zeroValue, seqOp, combOp)

    def fold(self, zeroValue: Any, op: Callable[[Any, Any], Any]) -> Any:
        """The values reduced to one, from a start."""
        return functools.reduce(op, self._all(), zeroValue)

    def aggregate(self, zeroValue: Any, seqOp: Any, combOp: Any) -> Any:
        """The values gathered, from a start."""
        from copy import deepcopy

        parts = [functools.reduce(seqOp, values, deepcopy(zeroValue)) for values in self._lists()]
        return functools.reduce(combOp, parts, deepcopy(zeroValue))

    def foreach(self, f: Callable[[Any], None]) -> None:
        """Call a function with every value."""

        def called(values: Iterator[Any]) -> Iterator[Any]:
            for value in values:
                f(value)
            return iter(())

        self.mapPartitions(called).count()

    def foreachPartition(self, f: Callable[[Iterator[Any]], Any]) -> None:
        """Call a function with every list."""

        def called(values: Iterator[Any]) -> Iterator[Any]:
            f(values)
            return iter(())

        self.mapPartitions(called).count()

    def collectWithJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> List[Any]:
        """All values."""
        return self.collect()

    def countByValue(self) -> Dict[Any, int]:
        """How often each value occurs."""
        from collections import defaultdict

        found: Dict[Any, int] = defaultdict(int)
        for value in self._all():
            found[value] += 1
        return found

    def saveAsTextFile(self, path: str, compressionCodecClass: Optional[str] = None) -> None:
        """A folder with a text file for each list."""
        import os

        os.makedirs(path)
        for i, values in enumerate(self._lists()):
            with open(os.path.join(path, f"part-{i:05d}"), "w", encoding="utf-8") as file:
                file.writelines(f"{value}\n" for value in values)
        open(os.path.join(path, "_SUCCESS"), "w").close()

    def saveAsPickleFile(self, path: str, batchSize: int = 10) -> None:
        """A folder with a file of pickled values for each list; ``sc.pickleFile`` reads it."""
        import os
        import pickle

        os.makedirs(path)
        for i, values in enumerate(self._lists()):
            with open(os.path.join(path, f"part-{i:05d}"), "wb") as file:
                pickle.dump(values, file)
        open(os.path.join(path, "_SUCCESS"), "w").close()

    # ---- partitions and keeping

    def getNumPartitions(self) -> int:
        """Of how many lists it is."""
        return self._pieces if self._pieces is not None else len(self._lists())

    def repartition(self, numPartitions: int) -> RDD:
        """The same values in so many lists."""
        return self._whole(lambda values: values, numPartitions)

    def coalesce(self, numPartitions: int, shuffle: bool = False) -> RDD:
        """The same values in at most so many lists."""
        return self.repartition(numPartitions if shuffle else min(numPartitions, self.getNumPartitions()))

    def cache(self) -> RDD:
        """Compute once, and keep."""
        return self.persist(StorageLevel.MEMORY_ONLY)

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY) -> RDD:
        """Compute once, and keep."""
        self.is_cached, self._level = True, storageLevel
        return self

    def unpersist(self, blocking: bool = False) -> RDD:
        """Forget what was kept."""
        self.is_cached, self._kept, self._level = False, None, StorageLevel.NONE
        return self

    def getStorageLevel(self) -> StorageLevel:
        """How it is kept."""
        return self._level

    def checkpoint(self) -> None:
        """Compute once, and keep; the context must have been given a folder, as in PySpark, where that is used."""
        folder = self.ctx.getCheckpointDir()
        if folder is None:
            raise PySparkValueError("Checkpoint directory has not been set in the SparkContext")
        self.localCheckpoint()
        self._checkpoint = f"{folder}/rdd-{self._number}"

    def localCheckpoint(self) -> None:
        """Compute once, and keep."""
        self.is_cached = self.is_checkpointed = True

    def isCheckpointed(self) -> bool:
        """Whether it was to be kept, and has been computed."""
        return self._checkpoint is not None and self._kept is not None

    def isLocallyCheckpointed(self) -> bool:
        """Whether it is to be kept without a folder."""
        return self.is_checkpointed and self._checkpoint is None

    def getCheckpointFile(self) -> Optional[str]:
        """Where it would be kept."""
        return self._checkpoint if self.isCheckpointed() else None

    def cleanShuffleDependencies(self, blocking: bool = False) -> None:
        """There are no files to clean up."""

    def getResourceProfile(self) -> None:
        """Which machines it wants; none."""

    def withResources(self, profile: Any) -> RDD:
        """The same; there is one machine."""
        return self

    @property
    def context(self) -> SparkContext:
        """The context that made it."""
        return self.ctx

    def toDebugString(self) -> bytes:
        """What it is made of."""
        return f"({self.getNumPartitions()}) {self!r} []".encode()

    def __repr__(self) -> str:
        return f"PythonRDD[{self._number}] at RDD at PythonRDD.scala:58"

    def setName(self, name: str) -> RDD:
        """Give it a name."""
        self._name = name
        return self

    def name(self) -> Optional[str]:
        """Its name."""
        return self._name

    def id(self) -> int:
        """A number that is unlike any other's."""
        return self._number

    def toDF(self, schema: Any = None, sampleRatio: Optional[float] = None) -> Any:
        """A DataFrame of the values."""
        return self.ctx._session.createDataFrame(self, schema, sampleRatio)

    def __getattr__(self, name: str) -> Any:
        if name in _REFUSED:
            raise PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"RDD.{name}"})
        raise AttributeError(f"'RDD' object has no attribute '{name}'")


# What only makes sense on a cluster.
_REFUSED = {
    *("barrier", "saveAsHadoopDataset", "saveAsHadoopFile", "saveAsNewAPIHadoopDataset", "saveAsNewAPIHadoopFile"),
    "saveAsSequenceFile",
}


def _run(f: Callable[[int, Iterator[Any]], Iterable[Any]], partition: int, values: List[Any]) -> List[Any]:
    """What a function makes of a list, in a task of its own."""
    from roost.taskcontext import running_task

    with running_task(partition):
        return list(f(partition, iter(values)))


def _check_depth(depth: int) -> None:
    if depth < 1:
        raise ValueError(f"Depth cannot be smaller than 1 but got {depth}.")


def lines_of(path: str) -> Iterator[str]:
    """The lines of the text files that a path (or pattern, or folder) names."""
    for name in files_of(path):
        with open(name, encoding="utf-8") as file:
            yield from (line.rstrip("\n") for line in file)


def files_of(path: str) -> List[str]:
    """The files that a path names: one, those of a folder, or those that a pattern or a list fits."""
    import glob
    import os

    found = []
    for part in path.split(","):
        plain = part[7:] if part.startswith("file://") else part[5:] if part.startswith("file:") else part
        for name in sorted(glob.glob(plain)):
            inside = sorted(os.listdir(name)) if os.path.isdir(name) else [""]
            found += [os.path.join(name, file) if file else name for file in inside if not file.startswith(("_", "."))]
    if not found:
        raise PySparkValueError(f"Input path does not exist: {path}")
    return found
