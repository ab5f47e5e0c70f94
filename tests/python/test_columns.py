# SPDX-License-Identifier: Apache-2.0
"""Columns: what they encode, how they look, what they refuse."""

import datetime
import decimal
import pickle

import pytest

from roost import errors
from roost.sql import functions as F
from roost.sql.column import Column
from roost.sql.window import Window


@pytest.mark.parametrize(
    "column, text",
    [
        (F.col("a") + 1, "+(a, 1)"),
        (1 - F.col("a"), "-(1, a)"),
        (F.col("a") == "x", "=(a, 'x')"),
        (F.col("a") != 1, "!(=(a, 1))"),
        (~F.col("a").isNull(), "!(isNull(a))"),
        (F.col("a").isin([1, 2]), "in(a, 1, 2)"),
        (F.col("a").cast("string"), "CAST(a AS STRING)"),
        (F.col("a").alias("b"), "a AS b"),
        (F.desc("a"), "a DESC NULLS LAST"),
        (F.lit(None), "NULL"),
        (F.lit(datetime.date(2020, 1, 2)), "2020-01-02"),
        (F.lit(decimal.Decimal("1.50")), "1.50"),
        (F.when(F.col("a") > 1, 2).when(F.col("a") > 0, 1).otherwise(0),
         "CASE WHEN >(a, 1) THEN 2 WHEN >(a, 0) THEN 1 ELSE 0 END"),
        (F.row_number().over(Window.partitionBy("a").orderBy("b").rowsBetween(-1, 0)),
         "row_number() OVER (PARTITION BY a ORDER BY b ASC NULLS FIRST ROWS BETWEEN -1 AND CURRENT ROW)"),
    ],
)  # fmt: skip
def test_text_is_sparks(column, text):
    assert repr(column) == f"Column<'{text}'>"


def test_a_column_is_no_bool():
    with pytest.raises(errors.PySparkValueError, match="CANNOT_CONVERT_COLUMN_INTO_BOOL"):
        bool(F.col("a") > 1)


def test_in_is_refused():
    with pytest.raises(errors.PySparkValueError, match="CANNOT_APPLY_IN_FOR_COLUMN"):
        _ = 1 in F.col("a")


def test_when_only_after_when():
    with pytest.raises(errors.PySparkTypeError, match="INVALID_WHEN_USAGE"):
        F.col("a").when(F.col("a") > 1, 2)
    with pytest.raises(errors.PySparkTypeError, match="INVALID_WHEN_USAGE"):
        F.when(F.col("a") > 1, 2).otherwise(0).when(F.col("a") > 2, 3)


def test_columns_can_be_pickled():
    column = F.sum(F.col("a") * 2).alias("s")
    again = pickle.loads(pickle.dumps(column))
    assert isinstance(again, Column) and repr(again) == repr(column)


def test_a_long_beyond_64_bits_is_refused():
    with pytest.raises(errors.PySparkValueError):
        F.lit(2**63)


def test_functions_take_columns_or_names_only():
    with pytest.raises(errors.PySparkTypeError, match="NOT_COLUMN_OR_STR"):
        F.sum(1)


def test_wide_and_deep_expressions(spark):
    total = F.lit(0)
    for i in range(200):
        total = total + F.lit(i)
    assert spark.range(1).select(total.alias("t")).first().t == sum(range(200))
    wide = spark.range(1).select(*[F.lit(i).alias(f"c{i}") for i in range(500)])
    assert len(wide.columns) == 500 and wide.first()[499] == 499


def test_a_chain_of_withcolumn_stays_linear(spark):
    df = spark.range(2)
    for i in range(300):
        df = df.withColumn(f"c{i}", F.col("id") + i)
    assert df.first().c299 == 299


def test_nested_too_deeply(spark):
    column = F.col("id")
    for _ in range(5000):
        column = column + 1
    with pytest.raises(errors.AnalysisException) as raised:
        spark.range(3).select(column)
    assert raised.value.getCondition() == "PLAN_TOO_DEEP" and "ROOST_MAX_DEPTH" in str(raised.value)
    assert spark.range(3).count() == 3


def test_nth_value_can_leave_out_nulls(spark):

    whole = Window.orderBy("i").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    df = spark.createDataFrame([(1, None), (2, 5), (3, 7)], "i int, v int")
    first = df.select(F.nth_value("v", 2, ignoreNulls=True).over(whole), F.nth_value("v", 2).over(whole)).first()
    assert tuple(first) == (7, 5)


def test_an_alias_names_the_casts_over_it(spark):
    df = spark.createDataFrame([(1, "x")], "a int, s string")
    again = F.col("a").alias("c").cast("long").cast("string")
    assert df.select(F.col("a").alias("b").cast("string"), again, F.lit("x").alias("d").cast("string")).columns == [
        "b",
        "c",
        "d",
    ]
    assert df.groupBy(F.col("a").alias("g").cast("string")).agg(F.max("a").alias("m").cast("string")).columns == [
        "g",
        "m",
    ]


def test_several_columns_come_as_a_list_not_a_tuple(spark):
    assert spark.range(1).select(F.array(["id", "id"]).alias("ids")).first().ids == [0, 0]
    for function in (F.array, F.struct, F.create_map, F.map_concat):
        with pytest.raises(errors.PySparkTypeError) as caught:
            function(("a", "b"))
        assert caught.value.getCondition() == "NOT_COLUMN_OR_STR", function


def test_product_is_for_columns_alone(spark):
    frame = spark.range(1, 5)
    assert frame.select(F.product("id")).columns == ["product(id)"]
    running = Window.orderBy("id").rowsBetween(Window.unboundedPreceding, 0)
    assert [row.x for row in frame.select(F.product("id").over(running).alias("x")).collect()] == [1.0, 2.0, 6.0, 24.0]
    assert frame.filter("id > 9").select(F.product("id").alias("x")).first().x is None
    with pytest.raises(errors.AnalysisException, match="UNRESOLVED_ROUTINE"):
        frame.select(F.expr("product(id)"))
