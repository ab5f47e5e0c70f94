# SPDX-License-Identifier: Apache-2.0
"""RDDs of pairs of key and value: gathered, joined and placed by their keys.

Pairs are placed as PySpark's workers place them, so that what is collected stands in the same order: by a hash of
the key that is the same in every process (theirs run with PYTHONHASHSEED=0), combined first within each list and
then across lists.
"""

from __future__ import annotations

import sys
from itertools import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

    from roost.rdd import RDD

__all__ = ["Pairs", "ResultIterable", "portable_hash"]

_MASK = 2**64 - 1


class ResultIterable:
    """The values of a key."""

    def __init__(self, data: Iterable[Any]) -> None:
        self.data = list(data)
        self.index = 0
        self.maxindex = len(self.data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


def portable_hash(x: Any) -> int:
    """A hash that is the same in every process; of None too, and of tuples of such.

    >>> portable_hash((None, 1)) & 0xffffffff
    219750521
    """
    if x is None:
        return 0
    if isinstance(x, tuple):
        found = 0x345678
        for item in x:
            found = ((found ^ portable_hash(item)) * 1000003) & sys.maxsize
        found ^= len(x)
        return -2 if found == -1 else found
    if isinstance(x, (str, bytes)):
        return _text_hash(x)
    return hash(x)


def _text_hash(text: Any) -> int:
    """What hash() says of a text where PYTHONHASHSEED is 0: SipHash of its units, without a key."""
    if isinstance(text, str):
        widest = max(map(ord, text), default=0)
        text = text.encode("latin-1" if widest < 256 else "utf-16-le" if widest < 65536 else "utf-32-le")
    if not text:
        return 0
    found = _siphash(text, 1 if sys.version_info >= (3, 11) else 2, 3 if sys.version_info >= (3, 11) else 4)
    found = found - 2**64 if found >= 2**63 else found
    return -2 if found == -1 else found


def _siphash(data: bytes, rounds: int, last_rounds: int) -> int:
    state = [0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573]
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        state[3] ^= word
        _mix(state, rounds)
        state[0] ^= word
    state[2] ^= 0xFF
    _mix(state, last_rounds)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _mix(state: List[int], rounds: int) -> None:
    a, b, c, d = state
    for _ in range(rounds):
        a, c = (a + b) & _MASK, (c + d) & _MASK
        b, d = _turned(b, 13) ^ a, _turned(d, 16) ^ c
        a, c = (_turned(a, 32) + d) & _MASK, (c + b) & _MASK
        b, d = _turned(b, 17) ^ c, _turned(d, 21) ^ a
        c = _turned(c, 32)
    state[:] = a, b, c, d


def _turned(word: int, by: int) -> int:
    return (word << by | word >> (64 - by)) & _MASK


def _same(value: Any) -> Any:
    return value


class Pairs:
    """The part of `RDD` that this file holds."""

    map: Callable[..., RDD]
    flatMap: Callable[..., RDD]
    filter: Callable[..., RDD]
    getNumPartitions: Callable[[], int]
    union: Callable[[RDD], RDD]
    _all: Callable[[], Iterator[Any]]
    _lists: Callable[[], List[List[Any]]]
    _new: Callable[..., RDD]

    def keys(self) -> RDD:
        """The first of each pair."""
        return self.map(lambda pair: pair[0])

    def values(self) -> RDD:
        """The second of each pair."""
        return self.map(lambda pair: pair[1])

    def mapValues(self, f: Callable[[Any], Any]) -> RDD:
        """The second of each pair through a function."""
        return self.map(lambda pair: (pair[0], f(pair[1])), preservesPartitioning=True)

    def flatMapValues(self, f: Callable[[Any], Iterable[Any]]) -> RDD:
        """A pair for each value that a function makes of the second."""
        return self.flatMap(lambda pair: ((pair[0], value) for value in f(pair[1])), preservesPartitioning=True)

    def partitionBy(self, numPartitions: Optional[int], partitionFunc: Callable[[Any], int] = portable_hash) -> RDD:
        """The pairs in lists by their keys."""
        count = numPartitions or self._default_partitions()
        return self._new(lambda: _placed(self._lists(), count, partitionFunc), count)

    def _default_partitions(self) -> int:
        return self.getNumPartitions()

    def combineByKey(
        self,
        createCombiner: Any,
        mergeValue: Any,
        mergeCombiners: Any,
        numPartitions: Optional[int] = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD:
        """A pair for each key, its values combined."""
        count = numPartitions or self._default_partitions()

        def combined() -> List[List[Any]]:
            local = []
            for pairs in self._lists():
                found: Dict[Any, Any] = {}
                for key, value in pairs:
                    found[key] = mergeValue(found[key], value) if key in found else createCombiner(value)
                local.append(list(found.items()))
            return [_merged(pairs, mergeCombiners) for pairs in _placed(local, count, partitionFunc)]

        return self._new(combined, count)

    def reduceByKey(
        self,
        func: Callable[[Any, Any], Any],
        numPartitions: Optional[int] = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD:
        """A pair for each key, its values reduced."""
        return self.combineByKey(_same, func, func, numPartitions, partitionFunc)

    def reduceByKeyLocally(self, func: Callable[[Any, Any], Any]) -> Dict[Any, Any]:
        """A dictionary of the keys and their values reduced."""
        return dict(_merged(self._all(), func))

    def foldByKey(
        self,
        zeroValue: Any,
        func: Callable[[Any, Any], Any],
        numPartitions: Optional[int] = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD:
        """A pair for each key, its values reduced from a start."""
        return self.aggregateByKey(zeroValue, func, func, numPartitions, partitionFunc)

    def aggregateByKey(
        self,
        zeroValue: Any,
        seqFunc: Any,
        combFunc: Any,
        numPartitions: Optional[int] = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
    ) -> RDD:
        """A pair for each key, its values gathered from a start."""
        from copy import deepcopy

        return self.combineByKey(
            lambda value: seqFunc(deepcopy(zeroValue), value), seqFunc, combFunc, numPartitions, partitionFunc
        )

    def groupByKey(
        self, numPartitions: Optional[int] = None, partitionFunc: Callable[[Any], int] = portable_hash
    ) -> RDD:
        """A pair for each key, with its values."""
        found = self.combineByKey(
            lambda value: [value],
            lambda values, value: values.append(value) or values,
            lambda values, more: values + more,
            numPartitions,
            partitionFunc,
        )
        return found.mapValues(ResultIterable)

    def sortByKey(
        self,
        ascending: Optional[bool] = True,
        numPartitions: Optional[int] = None,
        keyfunc: Callable[[Any], Any] = _same,
    ) -> RDD:
        """The pairs in the order of their keys."""
        return self.sortBy(lambda pair: keyfunc(pair[0]), bool(ascending), numPartitions)  # type: ignore[attr-defined]

    def repartitionAndSortWithinPartitions(
        self,
        numPartitions: Optional[int] = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
        ascending: bool = True,
        keyfunc: Callable[[Any], Any] = _same,
    ) -> RDD:
        """The pairs in lists by their keys, each list in the order of the keys."""
        placed = self.partitionBy(numPartitions, partitionFunc)
        return placed.mapPartitions(
            lambda pairs: sorted(pairs, key=lambda pair: keyfunc(pair[0]), reverse=not ascending)
        )

    # ---- with other RDDs

    def groupWith(self, other: RDD, *others: RDD) -> RDD:
        """For each key the values of all sides."""
        return self._gathered((other, *others), None).mapValues(
            lambda sides: tuple(ResultIterable(values) for values in sides)
        )

    def cogroup(self, other: RDD, numPartitions: Optional[int] = None) -> RDD:
        """For each key the values of both sides."""
        return self._gathered((other,), numPartitions).mapValues(
            lambda sides: tuple(ResultIterable(values) for values in sides)
        )

    def _gathered(self, others: Tuple[RDD, ...], numPartitions: Optional[int]) -> RDD:
        """For each key a list of values for each side."""
        count = 1 + len(others)

        def labelled(rdd: Any, side: int) -> RDD:
            return rdd.mapValues(lambda value: (side, value))

        def by_side(found: ResultIterable) -> List[List[Any]]:
            sides: List[List[Any]] = [[] for _ in range(count)]
            for side, value in found:
                sides[side].append(value)
            return sides

        union = labelled(self, 0)
        for side, other in enumerate(others, 1):
            union = union.union(labelled(other, side))
        return union.groupByKey(numPartitions).mapValues(by_side)

    def _join(self, other: RDD, left: bool, right: bool, numPartitions: Optional[int]) -> RDD:
        def pairs(sides: List[List[Any]]) -> List[Tuple[Any, Any]]:
            mine = sides[0] or ([None] if right else [])
            theirs = sides[1] or ([None] if left else [])
            return [(a, b) for a in mine for b in theirs]

        return self._gathered((other,), numPartitions).flatMapValues(pairs)

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
        return self._gathered((other,), numPartitions).flatMapValues(lambda sides: [] if sides[1] else sides[0])

    # ---- actions

    def collectAsMap(self) -> Dict[Any, Any]:
        """The pairs as a dictionary."""
        return dict(self._all())

    def countByKey(self) -> Dict[Any, int]:
        """How many pairs each key has."""
        return self.keys().countByValue()

    def lookup(self, key: Any) -> List[Any]:
        """The values of a key."""
        return [value for found, value in self._all() if found == key]


def _placed(lists: List[List[Any]], count: int, place: Callable[[Any], int]) -> List[List[Any]]:
    """The pairs in so many lists by their keys."""
    made: List[List[Any]] = [[] for _ in range(count)]
    for pair in chain.from_iterable(lists):
        made[place(pair[0]) % count].append(pair)
    return made


def _merged(pairs: Iterable[Tuple[Any, Any]], merge: Callable[[Any, Any], Any]) -> List[Tuple[Any, Any]]:
    found: Dict[Any, Any] = {}
    for key, value in pairs:
        found[key] = merge(found[key], value) if key in found else value
    return list(found.items())
