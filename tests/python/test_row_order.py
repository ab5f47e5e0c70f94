# SPDX-License-Identifier: Apache-2.0
"""The order of rows that nobody asked for: with few rows Spark's is always the same, and tests are written against it.

What is expected was recorded from Spark 4.1.1 with master local[2].
"""

import pytest

from roost.sql import SparkSession
from roost.sql import functions as F

BIRDS = [(0, "owl", 7), (1, "tern", 3), (2, "owl", 5), (1, "rook", 2), (0, "tern", 9), (2, "swift", 1), (1, "owl", 4)]
FEW = [(1, "x"), (2, "y"), (7, "z"), (1, "w")]


EXPECTED = {
    "rollup": [
        (2, "owl", 5),
        (0, None, 16),
        (0, "owl", 7),
        (None, None, 31),
        (1, None, 9),
        (2, None, 6),
        (1, "tern", 3),
        (1, "owl", 4),
        (0, "tern", 9),
        (2, "swift", 1),
        (1, "rook", 2),
    ],
    "cube": [
        (2, "owl", 1),
        (0, None, 2),
        (0, "owl", 1),
        (None, None, 7),
        (None, "owl", 3),
        (1, None, 3),
        (2, None, 2),
        (1, "tern", 1),
        (None, "tern", 2),
        (1, "owl", 1),
        (0, "tern", 1),
        (2, "swift", 1),
        (1, "rook", 1),
        (None, "swift", 1),
        (None, "rook", 1),
    ],
    "grouping sets": [
        (0, None, 16),
        (None, None, 31),
        (None, "owl", 16),
        (1, None, 9),
        (2, None, 6),
        (None, "tern", 12),
        (None, "swift", 1),
        (None, "rook", 2),
    ],
    "full": [
        (0, "owl", 7, None),
        (0, "tern", 9, None),
        (1, "tern", 3, "x"),
        (1, "tern", 3, "w"),
        (1, "rook", 2, "x"),
        (1, "rook", 2, "w"),
        (1, "owl", 4, "x"),
        (1, "owl", 4, "w"),
        (2, "owl", 5, "y"),
        (2, "swift", 1, "y"),
        (7, None, None, "z"),
    ],
    "anti": [
        (1, "tern", 3),
        (0, "owl", 7),
        (1, "rook", 2),
        (1, "owl", 4),
        (0, "tern", 9),
    ],
    "semi": [
        (1, "tern", 3),
        (1, "rook", 2),
        (1, "owl", 4),
        (2, "owl", 5),
        (2, "swift", 1),
    ],
    "right": [
        (1, "w", "tern", 3),
        (1, "x", "tern", 3),
        (2, "y", "owl", 5),
        (0, None, "owl", 7),
        (1, "w", "rook", 2),
        (1, "x", "rook", 2),
        (1, "w", "owl", 4),
        (1, "x", "owl", 4),
        (2, "y", "swift", 1),
        (0, None, "tern", 9),
    ],
    "except all": [
        (2, "owl"),
        (1, "rook"),
        (0, "tern"),
        (2, "swift"),
        (1, "owl"),
    ],
    "subtract": [
        (0, "owl"),
        (2, "owl"),
        (0, "tern"),
        (2, "swift"),
    ],
    "intersect": [
        (0, "owl"),
        (1, "tern"),
        (2, "owl"),
        (0, "tern"),
        (1, "owl"),
    ],
    "intersect all": [
        (0, "owl"),
        (1, "tern"),
        (2, "owl"),
        (0, "tern"),
        (1, "owl"),
    ],
    "repartition": [
        (1, "tern", 3),
        (0, "owl", 7),
        (2, "owl", 5),
        (1, "rook", 2),
        (0, "tern", 9),
        (2, "swift", 1),
        (1, "owl", 4),
    ],
    "repartition by two": [
        (0, "owl", 7),
        (1, "tern", 3),
        (2, "owl", 5),
        (1, "rook", 2),
        (0, "tern", 9),
        (2, "swift", 1),
        (1, "owl", 4),
    ],
    "split": [
        (0, "owl", 7),
        (1, "tern", 3),
        (0, "tern", 9),
        (1, "rook", 2),
        (2, "owl", 5),
        (1, "owl", 4),
        (2, "swift", 1),
    ],
}


@pytest.fixture(scope="module")
def two_threads(roost_server):
    session = SparkSession.builder.remote(roost_server.address).master("local[2]").create()
    yield session
    session.stop()


def queries(spark):
    left = spark.createDataFrame(BIRDS, "k int, bird string, n int")
    right = spark.createDataFrame(FEW, "k int, t string")
    pairs = left.select("k", "bird")
    return {
        "rollup": left.rollup("k", "bird").sum("n"),
        "cube": left.cube("k", "bird").count(),
        "grouping sets": left.groupingSets([["k"], ["bird"], []], "k", "bird").sum("n"),
        "full": left.join(right, "k", "full"),
        "anti": left.join(right.filter("k > 1"), "k", "anti"),
        "semi": left.join(right, "k", "semi"),
        "right": right.join(left, "k", "right"),
        "except all": pairs.exceptAll(pairs.limit(2)),
        "subtract": pairs.subtract(pairs.filter("k = 1")),
        "intersect": pairs.intersect(left.filter("n > 2").select("k", "bird")),
        "intersect all": pairs.intersectAll(left.filter("n > 2").select("k", "bird")),
        "repartition": left.repartition("bird"),
        "repartition by two": left.repartition("k", "bird"),
        "split": left.randomSplit([1.0, 1.0], 5),
    }


@pytest.mark.parametrize("what", EXPECTED)
def test_rows_come_in_the_order_of_spark(two_threads, what):
    made = queries(two_threads)[what]
    frames = made if isinstance(made, list) else [made]
    assert [tuple(row) for frame in frames for row in frame.collect()] == EXPECTED[what]


GROUPED = {
    "distinct doubles": [(7.5,), (1.5,), (2.4,), (1.7,), (5.5,), (8.6,), (6.0,)],
    "distinct of groups": [("tern", 2), ("owl", 3), (None, 1), ("swift", 1)],
    "first of groups": [("tern", 2), ("owl", 3), ("swift", 1), (None, 1)],
    "groups of groups": [(1, 2), (3, 1), (2, 2), (0, 2)],
    "groups of a semi join": [(0, 2), (1, 2), (2, 2)],
    "groups of a left join": [(1, 4), (2, 2), (0, 2), (3, 1)],
    "groups of what is sorted": [("owl", 6), ("swift", 2), ("tern", 4), (None, 2)],
    "lists of groups": [(0, [7.5, 1.7]), (1, [5.5, 6.0]), (2, [1.5, 2.4]), (3, [8.6])],
}


def grouped(spark):
    columns = "k int, bird string, x double"
    left = spark.createDataFrame(
        [
            (0, "owl", 7.5),
            (1, "tern", 5.5),
            (2, "owl", 1.5),
            (1, None, 6.0),
            (0, "tern", 1.7),
            (2, "swift", 2.4),
            (3, "owl", 8.6),
        ],
        columns,
    )
    right = spark.createDataFrame([(1, "x"), (2, "y"), (0, "z"), (1, "w")], "k int, t string")
    return {
        "distinct doubles": left.select("x").distinct(),
        "distinct of groups": left.groupBy("bird").count().distinct(),
        "first of groups": left.groupBy("bird").count().dropDuplicates(["bird"]),
        "groups of groups": left.groupBy("k", "bird").count().groupBy("k").count(),
        "groups of a semi join": left.join(right, "k", "semi").groupBy("k").count(),
        "groups of a left join": left.join(right, "k", "left").groupBy("k").count(),
        "groups of what is sorted": left.orderBy("bird").selectExpr("bird", "explode(array(1, 2)) e").groupBy("bird").count(),
        "lists of groups": left.groupBy("k").agg(F.collect_list("x").alias("l")).groupBy("k").agg(F.max("l")),
    }


@pytest.mark.parametrize("what", GROUPED)
def test_groups_come_as_two_maps_and_exchanges_leave_them(two_threads, what):
    assert [tuple(row) for row in grouped(two_threads)[what].collect()] == GROUPED[what]


def test_joins_by_null_safe_equality_come_as_their_exchange_leaves_them(two_threads):
    left = two_threads.createDataFrame([(1, "A"), (2, "B"), (3, "C"), (None, "D")], "id int, p string")
    right = two_threads.createDataFrame([(2, "x"), (3, "y"), (None, "z"), (9, "w")], "id int, q string")
    assert left.join(right, left.id.eqNullSafe(right.id), "left").collect() == [
        (1, "A", None, None),
        (2, "B", 2, "x"),
        (None, "D", None, "z"),
        (3, "C", 3, "y"),
    ]
    assert left.join(right, left.id.eqNullSafe(right.id)).collect() == [
        (None, "D", None, "z"),
        (2, "B", 2, "x"),
        (3, "C", 3, "y"),
    ]


WITH_NULLS = [(7, None), (2, "heron"), (None, "owl"), (2, "owl"), (9, "owl"), (2, "heron"), (4, None)]
ORDERS = {  # of the keys, by spark.sql.shuffle.partitions, as recorded with master local[1]
    "group": ([(7,), (2,), (9,), (4,), (None,)], [(None,), (9,), (4,), (7,), (2,)]),
    "rollup": ([(7,), (2,), (9,), (4,), (None,), (None,)], [(None,), (7,), (None,), (4,), (9,), (2,)]),
    "first rows": ([(None,), (2,), (4,), (7,), (9,)], [(None,), (2,), (4,), (7,), (9,)]),
    "distinct": ([(7,), (2,), (9,), (4,), (None,)], [(9,), (4,), (7,), (2,), (None,)]),
    "one partition": ([("heron",), ("owl",), (None,)], [("heron",), ("owl",), (None,)]),
}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("way", ORDERS)
def test_keys_with_nulls_come_as_sparks_first_step_leaves_them(roost_server, way, place):
    session = SparkSession.builder.remote(roost_server.address).master("local[1]").create()
    session.conf.set("spark.sql.shuffle.partitions", ["1", "200"][place])
    frame = session.createDataFrame(WITH_NULLS, "n int, s string")
    made = {
        "group": lambda: frame.groupBy("n").count(),
        "rollup": lambda: frame.rollup("n").count(),
        "first rows": lambda: frame.dropDuplicates(["n"]),
        "distinct": lambda: frame.select("n").distinct(),
        "one partition": lambda: frame.coalesce(1).groupBy("s").count(),
    }
    assert [tuple(row)[:1] for row in made[way]().collect()] == ORDERS[way][place]
    session.stop()
