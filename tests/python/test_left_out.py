# SPDX-License-Identifier: Apache-2.0
"""Columns that a query has left out, named behind it."""

import pytest

import roost.sql.functions as F
from roost.errors import AnalysisException


@pytest.fixture
def frame(spark):
    return spark.createDataFrame([(1, 2, 3), (4, 5, 6)], "a int, b int, c int")


def one(frame):
    return frame.where("b = 2 AND c = 3").collect()


def test_operators_that_hand_columns_up(frame):
    a = frame.select("a")
    for handed in (a, a.distinct(), a.limit(9), a.sort("b"), a.repartition("c"), a.hint("x"), a.na.fill(0), a.sample(1.0),
                   a.dropDuplicates(["a"]), frame.drop("b", "c"), a.observe("o", F.count("a").alias("n"))):
        assert one(handed) == [(1,)]
    right = a.sparkSession.range(1).select(F.lit(7).alias("one"))
    assert one(a.lateralJoin(right)) == [(1, 7)]
    assert one(frame.select("a", F.explode(F.array("b")).alias("e"))) == [(1, 2)]
    assert frame.groupBy("a").agg(F.sum("b").alias("s")).select("s").where("a = 1").collect() == [(2,)]


def test_operators_that_do_not(frame):
    a = frame.select("a")
    for closed in (a.alias("x"), a.union(a), a.join(a, "a"), frame.groupBy("a").count(), frame.groupBy("a").pivot("b").sum("c")):
        with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN"):
            closed.where("b = 2")


def test_what_cannot_be_at_a_level_is_looked_for_further_below(spark):
    source = spark.createDataFrame([((1,), "deep")], "s struct<x:int>, m string")
    near = source.select(F.struct(F.lit(2).alias("y")).alias("s"), F.lit("near").alias("m")).select(F.lit("k").alias("k"))
    assert near.where("s.x = 1 AND m = 'deep'").collect() == [("k",)]
    assert near.where((F.col("s")["x"] == 1) & (F.col("m") == "deep")).collect() == [("k",)]
    assert near.where("CASE WHEN true THEN s END.x = 1").collect() == [("k",)]
    assert near.where("m = 'near'").collect() == [("k",)]
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN.*`s`.*`k`"):
        near.where(F.col("s")["z"] == 1)
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN"):
        source.select("s").sort("s.z")
    twice = spark.createDataFrame([(1, "deep")], "x int, m string").select(F.lit(2).alias("x"), F.lit(3).alias("x"),
                                                                          F.lit("near").alias("m"))
    assert twice.select(F.lit(0).alias("k")).where("x = 1 AND m = 'deep'").collect() == [(0,)]


def test_lambdas_come_after_what_is_before_them(spark):
    source = spark.createDataFrame([([1], (1,), 7, "deep"), ([2], (2,), 8, "deep")],
                                   "v array<int>, s struct<x:int>, a int, m string")
    near = source.select(F.array(F.lit(2)).alias("v"), F.struct(F.lit(2).alias("y")).alias("s"), F.lit("near").alias("m"),
                         "a").select("a")
    assert near.where("exists(v, e -> e = s.x)").collect() == [(8,)]
    assert near.where("m = 'near' AND exists(v, e -> e = s.x AND m = 'near')").collect() == [(8,)]
    assert near.where("exists(v, e -> e = s.x AND m = 'near')").collect() == []


def test_subqueries_see_what_was_found(spark, frame):
    spark.createDataFrame([(2,)], "k int").createOrReplaceTempView("two")
    a = frame.select("a")
    assert a.where("b < 9 AND EXISTS (SELECT 1 FROM two WHERE k = b)").collect() == [(1,)]
    assert a.where("EXISTS (SELECT 1 FROM two WHERE k = b) AND b < 9").collect() == [(1,)]
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN"):
        a.where("EXISTS (SELECT 1 FROM two WHERE k = b)")


def test_columns_of_frames(spark, frame):
    other = spark.createDataFrame([(7, 8, 9)], "x int, y int, z int")
    assert frame.union(other).select("a").where(frame.b == 8).collect() == [(7,)]
    assert frame.alias("l").union(other).select("a").where("l.b = 8").collect() == [(7,)]
    assert frame.union(frame).where(frame.b == 2).count() == 2
    assert spark.sql("WITH t AS (SELECT * FROM {f}) SELECT a FROM t", f=frame).where(frame.a == 1).collect() == [(1,)]
    for wrong, name in ((lambda: other.select(frame.b), "MISSING_FROM_INPUT"),
                        (lambda: frame.groupBy("a").count().select("a").sort(frame.b), "MISSING_FROM_INPUT"),
                        (lambda: frame.union(other).select(other.x), "MISSING_FROM_INPUT"),
                        (lambda: frame.toDF("a", "b", "c").select(frame.b), "APPEAR_IN_OPERATION")):
        with pytest.raises(AnalysisException) as error:
            wrong()
        assert error.value.getCondition() == "MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_" + name


def test_columns_of_a_frame_joined_with_itself(spark, frame):
    some, without = frame.filter("a = 1"), frame.drop("b", "c")
    joined = frame.join(some, frame.a == some.a)
    assert joined.count() == 1
    for ambiguous in (lambda: joined.select(frame.b), lambda: joined.where(some.b == 2), lambda: joined.groupBy(frame.a),
                      lambda: frame.join(some, frame.a > some.a), lambda: frame.join(some, "a").sort(frame.c),
                      lambda: frame.join(some, (frame.a == some.a) & (frame.b > 1)),
                      lambda: without.join(frame, frame.a == without.a).select(frame.b)):
        with pytest.raises(AnalysisException, match="Column .* are ambiguous") as error:
            ambiguous().count()
        assert error.value.getCondition() == "_LEGACY_ERROR_TEMP_1182"
    assert joined.drop(some.a).columns == ["b", "c", "a", "b", "c"]
    assert frame.join(some, "a").select(frame.a).collect() == [(1,)]
    assert frame.join(without, "a").select(frame.b).count() == 2
    renamed = frame.withColumnRenamed("a", "k")
    assert frame.join(renamed, frame.a == renamed.k).select(renamed.k, frame.a).count() == 2
    spark.conf.set("spark.sql.analyzer.failAmbiguousSelfJoin", "false")
    assert joined.select(frame.b).collect() == [(2,)]


def test_stars_mean_what_is_there(frame):
    text = F.to_json(F.struct("*"))
    a = frame.select("a")
    assert a.where((text == '{"a":4}') & (F.col("b") == 5)).collect() == [(4,)]
    assert a.where((F.col("b") == 5) & (F.to_json(F.struct(a.colRegex("`.*`"))) == '{"a":4}')).collect() == [(4,)]
    for refused in (lambda: a.sort(F.struct("*")), lambda: a.repartition(2, F.hash("*")), lambda: a.sort(F.count("*"))):
        with pytest.raises(AnalysisException, match=r"Invalid usage of '\*' in (Sort|RepartitionByExpression)"):
            refused().collect()


@pytest.mark.parametrize(
    "query, meant",
    [
        ("WITH t AS (TABLE {f}) TABLE t", True),
        ("WITH t AS (TABLE {f}) TABLE t UNION ALL TABLE t", True),
        ("WITH t AS (TABLE {f}) SELECT x.* FROM t x JOIN t y ON x.a = y.a", True),
        ("WITH t AS (TABLE {f}) SELECT y.* FROM t x JOIN t y ON x.a = y.a", False),
        ("WITH t AS (TABLE {f}), u AS (TABLE t) TABLE u", False),
        ("WITH t AS (TABLE {f}), u AS (TABLE t UNION ALL TABLE t) TABLE t", False),
        ("WITH t AS (TABLE {f}), u AS (SELECT a, b + 0 AS b FROM t) SELECT u.a, t.b FROM u JOIN t USING (a)", False),
        ("WITH t AS (TABLE {f}) SELECT * FROM {f} UNION ALL SELECT * FROM {f}", False),
        ("SELECT * FROM {f} UNION ALL SELECT * FROM {f}", True),
    ],
)
def test_columns_of_a_frame_in_a_query_with_ctes(spark, frame, query, meant):
    rows = spark.sql(query, f=frame).select("a")
    if meant:
        assert {row.a for row in rows.where(frame.b == 2).collect()} == {1}
    else:
        with pytest.raises(AnalysisException, match="MISSING_ATTRIBUTES"):
            rows.where(frame.b == 2).collect()
