# SPDX-License-Identifier: Apache-2.0
"""Each row with the nearest of another DataFrame."""

import pytest

import roost.sql.functions as F
from roost.errors import AnalysisException, IllegalArgumentException


@pytest.fixture
def left(spark):
    return spark.createDataFrame([(1, "a"), (5, "b"), (10, "c")], ["a", "left_val"])


@pytest.fixture
def right(spark):
    return spark.createDataFrame([(1, 1), (2, 2), (3, 3), (6, 6), (7, 7)], ["a", "right_val"])


def pairs(left, right, **arguments):
    return [(row[0], row[2]) for row in left._joinAsOf(right, "a", "a", **arguments).collect()]


def test_directions(left, right):
    assert pairs(left, right) == [(1, 1), (5, 3), (10, 7)]
    assert pairs(left, right, direction="Forward") == [(1, 1), (5, 6)]
    assert pairs(left, right, direction="nearest") == [(1, 1), (5, 6), (10, 7)]
    assert pairs(left, right, allowExactMatches=False) == [(5, 3), (10, 7)]
    assert pairs(left, right, allowExactMatches=False, direction="nearest") == [(1, 2), (5, 6), (10, 7)]


def test_tolerance(left, right):
    assert pairs(left, right, tolerance=F.lit(1)) == [(1, 1)]
    assert pairs(left, right, tolerance=F.lit(1), how="left") == [(1, 1), (5, None), (10, None)]
    assert pairs(left, right, tolerance=F.lit(2), direction="nearest", how="left_outer") == [(1, 1), (5, 6), (10, None)]
    assert pairs(left, right, tolerance=F.lit(2), direction="forward", allowExactMatches=False) == [(1, 2), (5, 6)]


def test_tolerance_of_time(spark):
    left = spark.sql("SELECT TIMESTAMP'2024-01-02 10:00:00' AS a, 'x' AS v")
    right = spark.sql("SELECT TIMESTAMP'2024-01-02 09:00:00' AS a, 'y' AS w")
    assert left._joinAsOf(right, "a", "a", tolerance=F.expr("INTERVAL 2 HOURS")).select("v", "w").collect() == [("x", "y")]
    assert left._joinAsOf(right, "a", "a", tolerance=F.expr("INTERVAL 2 MINUTES")).count() == 0


def test_further_conditions(left, right):
    assert pairs(left, right, on="a", how="left") == [(1, 1), (5, None), (10, None)]
    assert pairs(left, right, on=[right.right_val < 3, left.a > 2]) == [(5, 2), (10, 2)]
    with pytest.raises(AnalysisException) as caught:
        pairs(left, right, on="zz")
    assert caught.value.getMessageParameters() == {"objectName": "`zz`", "proposal": "`a`, `left_val`"}


def test_of_equally_near_ones_the_last_and_nulls_never(spark, left):
    tied = spark.createDataFrame([(4, "p"), (6, "q"), (4, "r"), (None, "s")], ["a", "v"])
    assert left._joinAsOf(tied, "a", "a", direction="nearest").select("v").collect() == [("r",), ("r",), ("q",)]
    nothing = left.select(F.lit(None).cast("int").alias("a"))
    assert nothing._joinAsOf(tied, "a", "a", direction="nearest").collect() == []
    assert nothing.limit(1)._joinAsOf(tied, "a", "a", direction="nearest", how="left").collect() == [(None, None, None)]


def test_columns_keep_their_frames(left, right):
    joined = left._joinAsOf(right, left.a + 1, "a")
    assert joined.columns == ["a", "left_val", "a", "right_val"]
    assert joined.select(left.a, right.a).collect() == [(1, 2), (5, 6), (10, 7)]
    assert joined.where(right.right_val > 2).groupBy(left.left_val).agg(F.max(right.a)).sort("left_val").collect() == [
        ("b", 6), ("c", 7)]
    assert left._joinAsOf(left, "a", "a").count() == 3


def test_what_is_refused(left, right):
    cases = {"AS_OF_JOIN.UNSUPPORTED_DIRECTION": {"direction": "x"}, "UNSUPPORTED_JOIN_TYPE": {"how": "x"},
             "AS_OF_JOIN.TOLERANCE_IS_NON_NEGATIVE": {"tolerance": F.lit(-1)},
             "AS_OF_JOIN.TOLERANCE_IS_UNFOLDABLE": {"tolerance": left.a}}
    for condition, arguments in cases.items():
        with pytest.raises(AnalysisException) as caught:
            pairs(left, right, **arguments)
        assert caught.value.getCondition() == condition
    with pytest.raises(IllegalArgumentException, match="Unsupported as-of join type RightOuter"):
        pairs(left, right, how="right")
