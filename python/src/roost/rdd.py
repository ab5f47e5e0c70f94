# SPDX-License-Identifier: Apache-2.0
"""RDDs as far as programs about DataFrames use them: local lists with an RDD's methods.

``sc.parallelize([...]).toDF()`` and ``df.rdd.map(f).collect()`` stand in many tests.  There is no
cluster to send functions to, so an RDD here is a recipe for a few lists in this process: nothing is
computed until an action asks, then every function runs here.  What only makes sense on a cluster
(Hadoop's formats, barriers, profiles, checkpoints) is not offered.
"""

from __future__ import annotations

import functools
from itertools import chain, islice

from roost.errors.base import PySparkNotImplementedError, PySparkValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

    from roost.context import SparkContext

__all__ = ["RDD", "Accumulator", "Broadcast", "StatCounter"]

_NOTHING = object()


class Broadcast:
    """A value that functions share; they run in this process anyway."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def unpersist(self, blocking: bool = False) -> None:
        """Nothing is held anywhere else."""

    def destroy(self, blocking: bool = False) -> None:
        """Nothing is held anywhere else."""


class Accumulator:
    """A value that functions add to."""

    def __init__(self, value: Any, param: Any = None) -> None:
        self.value = value
        self._param = param

    def add(self, term: Any) -> None:
        """Add to the value."""
        self.value = self._param.addInPlace(self.value, term) if self._param else self.value + term

    def __iadd__(self, term: Any) -> Accumulator:
        self.add(term)
        return self


class StatCounter:
    """Count, mean, variance and extremes of numbers."""

    def __init__(self, values: Iterable[float]) -> None:
        self._values = list(values)

    def count(self) -> int:
        """How many."""
        return len(self._values)

    def sum(self) -> float:
        """Their sum."""
        return float(sum(self._values))

    def mean(self) -> float:
        """Their mean."""
        return self.sum() / self.count()

    def min(self) -> float:
        """The least."""
        return min(self._values)

    def max(self) -> float:
        """The greatest."""
        return max(self._values)

    def variance(self) -> float:
        """The population's variance."""
        mean = self.mean()
        return sum((v - mean) ** 2 for v in self._values) / self.count()

    def sampleVariance(self) -> float:
        """The sample's variance."""
        return self.variance() * self.count() / (self.count() - 1)

    def stdev(self) -> float:
        """The population's standard deviation."""
        return self.variance() ** 0.5

    def sampleStdev(self) -> float:
        """The sample's standard deviation."""
        return self.sampleVariance() ** 0.5


def split(values: Iterable[Any], pieces: int) -> List[List[Any]]:
    """Values in so many lists of about the same length.

    >>> split(range(5), 2)
    [[0, 1], [2, 3, 4]]
    """
    values = list(values)
    bounds = [len(values) * i // pieces for i in range(pieces + 1)]
    return [values[start:end] for start, end in zip(bounds, bounds[1:])]


class RDD:
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
        self.ctx = self.context = ctx
        self._pieces = pieces
        self._kept: Optional[List[List[Any]]] = None
        self.is_cached = self.is_checkpointed = False
        self._name: Optional[str] = None

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
        return self._new(lambda: [list(f(i, iter(values))) for i, values in enumerate(self._lists())])

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
        return self._whole(lambda values: list(dict.fromkeys(values)), numPartitions)

    def sortBy(self, keyfunc: Callable[[Any], Any], ascending: bool = True, numPartitions: Optional[int] = None) -> RDD:
        """The values in the order of what a function gives."""
        return self._whole(lambda values: sorted(values, key=keyfunc, reverse=not ascending), numPartitions)

    def groupBy(self, f: Callable[[Any], Any], numPartitions: Optional[int] = None, partitionFunc: Any = None) -> RDD:
        """Pairs of what a function gives and the values it gave it for."""
        return self.keyBy(f).groupByKey(numPartitions)

    def sample(self, withReplacement: bool, fraction: float, seed: Optional[int] = None) -> RDD:
        """About a fraction of the values."""
        import random

        def chosen(values: List[Any]) -> List[Any]:
            source = random.Random(seed)
            if withReplacement:
                return source.choices(values, k=round(len(values) * fraction)) if values else []
            return [value for value in values if source.random() < fraction]

        return self._whole(chosen)

    # ---- several RDDs

    def union(self, other: RDD) -> RDD:
        """The values of both."""
        return self._new(lambda: self._lists() + other._lists(), self.getNumPartitions() + other.getNumPartitions())

    __add__ = union

    def intersection(self, other: RDD) -> RDD:
        """Values that both have, each once."""
        return self._whole(lambda values: [v for v in dict.fromkeys(values) if v in set(other._all())])

    def subtract(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """Values that the other has not."""

        def left(values: List[Any]) -> List[Any]:
            known = set(other._all())
            return [value for value in values if value not in known]

        return self._whole(left, numPartitions)

    def cartesian(self, other: RDD) -> RDD:
        """All pairs."""
        return self._whole(lambda values: [(a, b) for a in values for b in other._all()])

    # ---- pairs of key and value

    def keys(self) -> RDD:
        """The first of each pair."""
        return self.map(lambda pair: pair[0])

    def values(self) -> RDD:
        """The second of each pair."""
        return self.map(lambda pair: pair[1])

    def mapValues(self, f: Callable[[Any], Any]) -> RDD:
        """The second of each pair through a function."""
        return self.map(lambda pair: (pair[0], f(pair[1])))

    def flatMapValues(self, f: Callable[[Any], Iterable[Any]]) -> RDD:
        """A pair for each value that a function makes of the second."""
        return self.flatMap(lambda pair: [(pair[0], value) for value in f(pair[1])])

    def combineByKey(
        self,
        createCombiner: Any,
        mergeValue: Any,
        mergeCombiners: Any,
        numPartitions: Optional[int] = None,
        partitionFunc: Any = None,
    ) -> RDD:
        """A pair for each key, its values combined."""

        def combined(pairs: List[Tuple[Any, Any]]) -> List[Tuple[Any, Any]]:
            found: Dict[Any, Any] = {}
            for key, value in pairs:
                found[key] = mergeValue(found[key], value) if key in found else createCombiner(value)
            return list(found.items())

        return self._whole(combined, numPartitions)

    def reduceByKey(
        self,
        func: Callable[[Any, Any], Any],
        numPartitions: Optional[int] = None,
        partitionFunc: Any = None,
    ) -> RDD:
        """A pair for each key, its values reduced."""
        return self.combineByKey(lambda value: value, func, func, numPartitions)

    def foldByKey(
        self,
        zeroValue: Any,
        func: Callable[[Any, Any], Any],
        numPartitions: Optional[int] = None,
        partitionFunc: Any = None,
    ) -> RDD:
        """A pair for each key, its values reduced from a start."""
        return self.combineByKey(lambda value: func(zeroValue, value), func, func, numPartitions)

    def aggregateByKey(
        self,
        zeroValue: Any,
        seqFunc: Any,
        combFunc: Any,
        numPartitions: Optional[int] = None,
        partitionFunc: Any = None,
    ) -> RDD:
        """A pair for each key, its values gathered from a start."""
        from copy import deepcopy

        return self.combineByKey(
            lambda value: seqFunc(deepcopy(zeroValue), value), seqFunc, combFunc, numPartitions
        )

    def groupByKey(self, numPartitions: Optional[int] = None, partitionFunc: Any = None) -> RDD:
        """A pair for each key, with the list of its values."""
        return self.combineByKey(lambda value: [value], lambda found, value: [*found, value], None, numPartitions)

    def sortByKey(
        self,
        ascending: bool = True,
        numPartitions: Optional[int] = None,
        keyfunc: Any = lambda key: key,
    ) -> RDD:
        """The pairs in the order of their keys."""
        return self.sortBy(lambda pair: keyfunc(pair[0]), bool(ascending), numPartitions)

    def cogroup(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """For each key the values of both sides."""

        def gathered(pairs: List[Tuple[Any, Any]]) -> List[Tuple[Any, Any]]:
            found: Dict[Any, Tuple[List[Any], List[Any]]] = {}
            for side, part in enumerate((pairs, other._all())):
                for key, value in part:
                    found.setdefault(key, ([], []))[side].append(value)
            return list(found.items())

        return self._whole(gathered, numPartitions)

    def _join(self, other: RDD, left: bool, right: bool, numPartitions: Optional[int]) -> RDD:
        def pairs(sides: Tuple[List[Any], List[Any]]) -> List[Tuple[Any, Any]]:
            mine = sides[0] or ([None] if right else [])
            theirs = sides[1] or ([None] if left else [])
            return [(a, b) for a in mine for b in theirs]

        return self.cogroup(other, numPartitions).flatMapValues(pairs)

    def join(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """Pairs of values with the same key."""
        return self._join(other, False, False, numPartitions)

    def leftOuterJoin(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """The same, and keys that only this side has."""
        return self._join(other, True, False, numPartitions)

    def rightOuterJoin(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """The same, and keys that only the other side has."""
        return self._join(other, False, True, numPartitions)

    def fullOuterJoin(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """The same, and keys that only one side has."""
        return self._join(other, True, True, numPartitions)

    def subtractByKey(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """Pairs whose key the other has not."""
        known = other.keys()
        return self._whole(lambda pairs: [p for p in pairs if p[0] not in set(known._all())], numPartitions)

    def collectAsMap(self) -> Dict[Any, Any]:
        """The pairs as a dictionary."""
        return dict(self._all())

    def countByKey(self) -> Dict[Any, int]:
        """How many pairs each key has."""
        return self.keys().countByValue()

    def lookup(self, key: Any) -> List[Any]:
        """The values of a key."""
        return [value for found, value in self._all() if found == key]

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

    treeReduce = reduce

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
        for value in self._all():
            f(value)

    def foreachPartition(self, f: Callable[[Iterator[Any]], Any]) -> None:
        """Call a function with every list."""
        for values in self._lists():
            f(iter(values))

    def countByValue(self) -> Dict[Any, int]:
        """How often each value occurs."""
        from collections import defaultdict

        found: Dict[Any, int] = defaultdict(int)
        for value in self._all():
            found[value] += 1
        return found

    def stats(self) -> StatCounter:
        """Count, mean, variance and extremes."""
        return StatCounter(self._all())

    def sum(self) -> Any:
        """The sum."""
        return sum(self._all())

    def mean(self) -> float:
        """The mean."""
        return self.stats().mean()

    def variance(self) -> float:
        """The population's variance."""
        return self.stats().variance()

    def stdev(self) -> float:
        """The population's standard deviation."""
        return self.stats().stdev()

    def max(self, key: Any = None) -> Any:
        """The greatest value."""
        return max(self._all(), key=key)

    def min(self, key: Any = None) -> Any:
        """The least value."""
        return min(self._all(), key=key)

    def saveAsTextFile(self, path: str, compressionCodecClass: Optional[str] = None) -> None:
        """A folder with a text file for each list."""
        import os

        os.makedirs(path)
        for i, values in enumerate(self._lists()):
            with open(os.path.join(path, f"part-{i:05d}"), "w", encoding="utf-8") as file:
                file.writelines(f"{value}\n" for value in values)
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

    def partitionBy(self, numPartitions: Optional[int], partitionFunc: Any = hash) -> RDD:
        """The pairs in lists by their keys."""
        count = numPartitions or self.getNumPartitions()

        def placed() -> List[List[Any]]:
            made: List[List[Any]] = [[] for _ in range(count)]
            for pair in self._all():
                made[partitionFunc(pair[0]) % count].append(pair)
            return made

        return self._new(placed, count)

    def cache(self) -> RDD:
        """Compute once, and keep."""
        self.is_cached = True
        return self

    def persist(self, storageLevel: Any = None) -> RDD:
        """Compute once, and keep."""
        return self.cache()

    def unpersist(self, blocking: bool = False) -> RDD:
        """Forget what was kept."""
        self.is_cached, self._kept = False, None
        return self

    def setName(self, name: str) -> RDD:
        """Give it a name."""
        self._name = name
        return self

    def name(self) -> Optional[str]:
        """Its name."""
        return self._name

    def id(self) -> int:
        """A number that is unlike any other's."""
        return id(self)

    def toDF(self, schema: Any = None, sampleRatio: Optional[float] = None) -> Any:
        """A DataFrame of the values."""
        return self.ctx._session.createDataFrame(self, schema, sampleRatio)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"RDD.{name}"})


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
