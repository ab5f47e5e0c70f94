# SPDX-License-Identifier: Apache-2.0
"""What RDDs tell of numbers, and samples of RDDs.

Samples take the values that PySpark takes for the same seed: it asks Python's own generator, seeded for each
partition with the seed and the partition's number.
"""

from __future__ import annotations

import math
import random
import sys
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

    from roost.rdd import RDD

__all__ = ["BoundedFloat", "Numbers", "StatCounter"]


class StatCounter:
    """Count, mean, variance and extremes of numbers."""

    def __init__(self, values: Iterable[float] = ()) -> None:
        self.n = 0
        self.mu = self.m2 = 0.0
        self.maxValue, self.minValue = float("-inf"), float("inf")
        for value in values:
            self.merge(value)

    def merge(self, value: float) -> StatCounter:
        """Count one more."""
        self.n += 1
        delta = value - self.mu
        self.mu += delta / self.n
        self.m2 += delta * (value - self.mu)
        self.maxValue, self.minValue = max(self.maxValue, value), min(self.minValue, value)
        return self

    def mergeStats(self, other: StatCounter) -> StatCounter:
        """Count those that another counted."""
        if other.n:
            delta, both = other.mu - self.mu, self.n + other.n
            self.m2 += other.m2 + delta * delta * self.n * other.n / both
            self.mu += delta * other.n / both
            self.n = both
            self.maxValue = max(self.maxValue, other.maxValue)
            self.minValue = min(self.minValue, other.minValue)
        return self

    def copy(self) -> StatCounter:
        """Another of the same."""
        return StatCounter().mergeStats(self)

    def count(self) -> int:
        """How many."""
        return self.n

    def sum(self) -> float:
        """Their sum."""
        return self.n * self.mu

    def mean(self) -> float:
        """Their mean."""
        return self.mu

    def min(self) -> float:
        """The least."""
        return float(self.minValue)

    def max(self) -> float:
        """The greatest."""
        return float(self.maxValue)

    def variance(self) -> float:
        """The population's variance."""
        return self.m2 / self.n if self.n else float("nan")

    def sampleVariance(self) -> float:
        """The sample's variance."""
        return self.m2 / (self.n - 1) if self.n > 1 else float("nan")

    def stdev(self) -> float:
        """The population's standard deviation."""
        return math.sqrt(self.variance())

    def sampleStdev(self) -> float:
        """The sample's standard deviation."""
        return math.sqrt(self.sampleVariance())

    def asDict(self, sample: bool = False) -> Dict[str, float]:
        """All figures by name."""
        return {
            "count": self.count(),
            "mean": self.mean(),
            "sum": self.sum(),
            "min": self.min(),
            "max": self.max(),
            "stdev": self.sampleStdev() if sample else self.stdev(),
            "variance": self.sampleVariance() if sample else self.variance(),
        }

    def __repr__(self) -> str:
        return (
            f"(count: {self.count()}, mean: {self.mean()}, stdev: {self.stdev()}, max: {self.max()}, "
            f"min: {self.min()})"
        )


class BoundedFloat(float):
    """A number, and between what it lies with what confidence."""

    confidence: float
    low: float
    high: float

    def __new__(cls, mean: float, confidence: float, low: float, high: float) -> BoundedFloat:
        """The number with its bounds."""
        made = float.__new__(cls, mean)
        made.confidence, made.low, made.high = confidence, low, high
        return made


def _exactly(value: float) -> BoundedFloat:
    return BoundedFloat(value, 1.0, value, value)


def _generator(seed: Optional[int], partition: int) -> random.Random:
    source = random.Random((random.randint(0, sys.maxsize) if seed is None else seed) ^ partition)
    for _ in range(10):  # seeds that lie close together shall not begin alike
        source.randint(0, 1)
    return source


def _poisson(source: random.Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (Knuth)."""
    count = 0
    if mean < 20:
        product, least = source.random(), math.exp(-mean)
        while product > least:
            count += 1
            product *= source.random()
        return count
    total = source.expovariate(mean)
    while total < 1:
        count += 1
        total += source.expovariate(mean)
    return count


def _enough(wanted: int, total: int, with_replacement: bool) -> float:
    """A fraction of `total` values that gives at least the wanted number almost always."""
    fraction = wanted / total
    if with_replacement:
        return fraction + (9 if wanted < 12 else 5) * math.sqrt(fraction / total)
    gamma = -math.log(0.00005) / total
    return min(1.0, fraction + gamma + math.sqrt(gamma * gamma + 2 * gamma * fraction))


class Numbers:
    """The part of `RDD` that this file holds."""

    collect: Callable[[], List[Any]]
    count: Callable[[], int]
    _all: Callable[[], Iterator[Any]]
    mapPartitionsWithIndex: Callable[..., RDD]
    reduce: Callable[..., Any]

    def stats(self) -> StatCounter:
        """Count, mean, variance and extremes."""
        found = StatCounter()
        for values in self._lists():  # type: ignore[attr-defined]
            found.mergeStats(StatCounter(values))
        return found

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

    def sampleVariance(self) -> float:
        """The sample's variance."""
        return self.stats().sampleVariance()

    def sampleStdev(self) -> float:
        """The sample's standard deviation."""
        return self.stats().sampleStdev()

    def max(self, key: Any = None) -> Any:
        """The greatest value."""
        return self.reduce(lambda a, b: max(a, b, key=key))

    def min(self, key: Any = None) -> Any:
        """The least value."""
        return self.reduce(lambda a, b: min(a, b, key=key))

    def countApprox(self, timeout: int, confidence: float = 0.95) -> int:
        """How many values there are; exactly."""
        return self.count()

    def sumApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """The sum; exactly."""
        return _exactly(self.sum())

    def meanApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """The mean; exactly."""
        return _exactly(self.mean())

    def countApproxDistinct(self, relativeSD: float = 0.05) -> int:
        """How many different values there are; exactly."""
        if relativeSD < 0.000017:
            raise ValueError("relativeSD should be greater than 0.000017")
        return len(set(self._all()))

    def histogram(self, buckets: Any) -> Tuple[List[Any], List[int]]:
        """How many values lie between which bounds: so many equal ones, or those given, the last one inclusive."""
        if isinstance(buckets, int):
            buckets = self._equal_bounds(buckets)
        elif not isinstance(buckets, (list, tuple)):
            raise TypeError("buckets should be a list or tuple or number(int or long)")
        elif len(buckets) < 2:
            raise ValueError("buckets should have more than one value")
        elif list(buckets) != sorted(buckets):
            raise ValueError("buckets should be sorted")
        elif len(set(buckets)) != len(buckets):
            raise ValueError("buckets should not contain duplicated values")
        from bisect import bisect_right

        counts = [0] * (len(buckets) - 1)
        for value in self._all():
            if value is None or value != value or not buckets[0] <= value <= buckets[-1]:
                continue
            counts[min(bisect_right(buckets, value) - 1, len(counts) - 1)] += 1
        return buckets, counts

    def _equal_bounds(self, count: int) -> List[Any]:
        if count < 1:
            raise ValueError("number of buckets must be >= 1")
        values = [v for v in self._all() if v is not None and v == v]
        if not values:
            raise ValueError("can not generate buckets from empty RDD")
        least, most = min(values), max(values)
        if least == most or count == 1:
            return [least, most]
        return [least + i * ((most - least) / count) for i in range(count)] + [most]

    # ---- samples

    def sample(self, withReplacement: bool, fraction: float, seed: Optional[int] = None) -> RDD:
        """About a fraction of the values."""
        if not fraction >= 0:
            raise ValueError("Fraction must be nonnegative.")

        def chosen(partition: int, values: Iterator[Any]) -> Iterator[Any]:
            source = _generator(seed, partition)
            for value in values:
                times = _poisson(source, fraction) if withReplacement else source.random() < fraction
                yield from (value for _ in range(times))

        return self.mapPartitionsWithIndex(chosen)

    def sampleByKey(self, withReplacement: bool, fractions: Dict[Any, float], seed: Optional[int] = None) -> RDD:
        """About a fraction of the pairs of each key."""
        if any(fraction < 0 for fraction in fractions.values()):
            raise ValueError(f"Negative fraction value: {fractions}")

        def chosen(partition: int, pairs: Iterator[Any]) -> Iterator[Any]:
            source = _generator(seed, partition)
            for pair in pairs:
                fraction = fractions[pair[0]]
                times = _poisson(source, fraction) if withReplacement else source.random() < fraction
                yield from (pair for _ in range(times))

        return self.mapPartitionsWithIndex(chosen)

    def randomSplit(self, weights: List[float], seed: Optional[int] = None) -> List[RDD]:
        """The values dealt to several RDDs in about these proportions."""
        if not all(weight >= 0 for weight in weights):
            raise ValueError("Weights must be nonnegative")
        if sum(weights) <= 0:
            raise ValueError("Sum of weights must be positive")
        chance = random.randint(0, 2**32 - 1) if seed is None else seed

        def part(low: float, high: float) -> RDD:
            def chosen(partition: int, values: Iterator[Any]) -> Iterator[Any]:
                source = _generator(chance, partition)
                return (value for value in values if low <= source.random() < high)

            return self.mapPartitionsWithIndex(chosen)

        bounds = [0.0]
        for weight in weights:
            bounds.append(bounds[-1] + weight / sum(weights))
        return [part(low, high) for low, high in zip(bounds, bounds[1:])]

    def takeSample(self, withReplacement: bool, num: int, seed: Optional[int] = None) -> List[Any]:
        """So many values, by chance."""
        if num < 0:
            raise ValueError("Sample size cannot be negative.")
        total = self.count() if num else 0
        if not total:
            return []
        source = random.Random(seed)
        if not withReplacement and num >= total:
            found = self.collect()
            source.shuffle(found)
            return found
        fraction = _enough(num, total, withReplacement)
        found = self.sample(withReplacement, fraction, seed).collect()
        while len(found) < num:
            found = self.sample(withReplacement, fraction, source.randint(0, sys.maxsize)).collect()
        source.shuffle(found)
        return list(islice(found, num))
