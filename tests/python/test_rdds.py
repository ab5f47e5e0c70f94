# SPDX-License-Identifier: Apache-2.0
"""RDDs, and what belongs to them: values and orders are those that PySpark gives with the same partitions."""

import operator

import pytest

from roost import AccumulatorParam, BarrierTaskContext, SparkFiles, TaskContext
from roost.errors import PySparkRuntimeError
from roost.rdd_pairs import portable_hash
from roost.sql import functions as F

WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "the", "end"]


@pytest.fixture
def sc(spark):
    return spark.sparkContext


@pytest.mark.parametrize("size, pieces, lengths", [(20, 3, [6, 6, 8]), (1, 4, [0, 0, 0, 1]), (10, 4, [2, 2, 2, 4])])
def test_lists_are_dealt_in_small_batches(sc, size, pieces, lengths):
    assert [len(part) for part in sc.parallelize(list(range(size)), pieces).glom().collect()] == lengths


def test_keys_are_placed_as_pysparks_workers_place_them(sc):
    pairs = [("é", 1), ("日", 2), ("", 3), ("😀", 4), (None, 5), ((1, "a"), 6), (1.5, 7), (True, 8)]
    parts = sc.parallelize(pairs, 4).partitionBy(4).values().glom().collect()
    assert parts == [[3, 4, 5], [7, 8], [6], [1, 2]]
    assert portable_hash(None) == 0 and portable_hash(7) == 7


def test_what_is_gathered_by_key_comes_in_pysparks_order(sc):
    counted = sc.parallelize(WORDS, 2).map(lambda word: (word, 1)).reduceByKey(operator.add).collect()
    assert [word for word, _ in counted] == ["quick", "lazy", "dog", "end", "the", "brown", "fox", "jumps", "over"]
    assert dict(counted)["the"] == 3
    distinct = ["quick", "end", "the", "fox", "jumps", "lazy", "dog", "brown", "over"]
    assert sc.parallelize(WORDS, 4).distinct().collect() == distinct
    odd = sc.parallelize([1, 2, 3, 4, 5], 2).groupBy(lambda x: x % 2).mapValues(list).collect()
    assert odd == [(0, [2, 4]), (1, [1, 3, 5])]
    numbers = sc.parallelize([1, 2, 3, 4, 5], 2)
    assert numbers.subtract(sc.parallelize([2, 3], 2)).collect() == [4, 1, 5]


def test_joins(sc):
    a, b = sc.parallelize([("x", 1), ("y", 4)]), sc.parallelize([("x", 2), ("x", 3)])
    assert a.join(b).collect() == [("x", (1, 2)), ("x", (1, 3))]
    assert sorted(a.fullOuterJoin(b).collect()) == [("x", (1, 2)), ("x", (1, 3)), ("y", (4, None))]
    sides = dict(a.groupWith(b, a).collect())["x"]
    assert [list(values) for values in sides] == [[1], [2, 3], [1]]


def test_samples_are_pysparks_for_the_same_seed(sc):
    numbers = sc.parallelize(range(20), 3)
    assert numbers.sample(False, 0.3, 7).collect() == [0, 2, 4, 6, 12, 15, 16, 19]
    assert numbers.sample(True, 0.5, 7).collect() == [7, 10, 12, 13, 16, 18, 19]
    assert numbers.takeSample(False, 5, 3) == [8, 3, 6, 5, 15] and numbers.takeSample(True, 5, 3) == [2, 4, 9, 1, 8]
    first, second = numbers.randomSplit([1, 2], 5)
    assert first.collect() == [2, 3, 7, 9, 13, 15, 17] and second.count() == 13
    with pytest.raises(ValueError, match="Sample size cannot be negative"):
        numbers.takeSample(False, -1)


def test_numbers(sc):
    numbers = sc.parallelize(range(20), 3)
    assert numbers.histogram(4) == ([0.0, 4.75, 9.5, 14.25, 19], [5, 5, 5, 5])
    assert numbers.histogram([0, 5, 25]) == ([0, 5, 25], [5, 15])
    shown = "(count: 20, mean: 9.5, stdev: 5.766281297335398, max: 19.0, min: 0.0)"
    assert repr(numbers.stats()) == shown and numbers.meanApprox(1) == 9.5
    assert numbers.treeAggregate(0, operator.add, operator.add) == numbers.treeReduce(operator.add) == 190
    with pytest.raises(ValueError, match="Can not reduce"):
        sc.parallelize([]).max()


def test_tasks_have_a_context(spark, sc):
    assert TaskContext.get() is None
    numbers = sc.parallelize(range(3), 3)
    seen = numbers.map(lambda x: TaskContext.get()).collect()
    assert [task.partitionId() for task in seen] == [0, 1, 2]
    assert len({task.taskAttemptId() for task in seen}) == 3 and seen[0].cpus() == 1 and seen[0].resources() == {}
    sc.setLocalProperty("a", "b")
    called = F.udf(lambda i: TaskContext.get().getLocalProperty("a"), "string")
    assert spark.range(1).select(called("id")).first()[0] == "b"
    assert TaskContext.get() is None
    with pytest.raises(PySparkRuntimeError, match="not in a barrier stage"):
        BarrierTaskContext.get()


def test_accumulators(sc):
    total = sc.accumulator(0)
    sc.parallelize([1, 2, 3]).foreach(total.add)
    assert total.value == 6 and str(total) == "6"

    class Lists(AccumulatorParam):
        def zero(self, value):
            return []

        def addInPlace(self, value1, value2):
            return value1 + value2

    seen = sc.accumulator([], Lists())
    sc.parallelize("ab").foreach(lambda value: seen.add([value]))
    assert seen.value == ["a", "b"]
    with pytest.raises(PySparkRuntimeError, match="cannot be accessed inside tasks"):
        sc.parallelize([1]).foreach(lambda value: total.value)
    with pytest.raises(TypeError, match="No default accumulator param for type"):
        sc.accumulator("text")


def test_files_are_handed_to_functions(sc, tmp_path):
    (tmp_path / "words.txt").write_text("a b")
    sc.addFile(str(tmp_path / "words.txt"))
    assert sc.parallelize([1]).map(lambda _: open(SparkFiles.get("words.txt")).read()).collect() == ["a b"]
    assert sc.listFiles == [SparkFiles.get("words.txt")]


def test_properties_and_jobs(sc):
    sc.setJobGroup("group", "what it does")
    assert sc.getLocalProperty("spark.jobGroup.id") == "group"
    assert sc.getLocalProperty("spark.job.description") == "what it does"
    assert sc.statusTracker().getActiveJobsIds() == [] and sc.statusTracker().getJobInfo(0) is None
    numbers = sc.parallelize(range(20), 3)
    assert sc.runJob(numbers, lambda values: [sum(values)], [0, 2]) == [15, 112]


def test_pickled_and_piped(sc, tmp_path):
    path = str(tmp_path / "pickled")
    sc.parallelize([1, (2, "b")], 2).saveAsPickleFile(path)
    assert sc.pickleFile(path).collect() == [1, (2, "b")]
    assert sc.parallelize(["b", "a"]).pipe("sort").collect() == ["a", "b"]
