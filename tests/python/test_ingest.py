# SPDX-License-Identifier: Apache-2.0
"""createDataFrame: what it infers, and what it refuses, from each kind of input."""

import datetime
import random
from decimal import Decimal

import pytest

from roost.errors import ArithmeticException, IllegalArgumentException, PySparkValueError
from roost.sql import Row
from roost.sql.types import DecimalType, StructType


@pytest.mark.parametrize("rows", [[(1, 2), (1,)], [(1,), (1, 2)]])
def test_rows_of_several_widths_are_refused(spark, rows):
    with pytest.raises(IllegalArgumentException) as refused:
        spark.createDataFrame(rows, ["a", "b"]).collect()
    assert refused.value.getCondition() == "STRUCT_ARRAY_LENGTH_MISMATCH"
    assert refused.value.getMessageParameters() == {"expected": "2", "actual": "1"}
    assert refused.value.getSqlState() == "2201E"


def test_more_names_than_columns_are_refused(spark):
    with pytest.raises(IndexError):
        spark.createDataFrame([(1, 2)], ["a", "b", "c"])


@pytest.mark.parametrize("verify", [True, False])
def test_decimals_with_too_many_digits_are_refused(spark, verify):
    with pytest.raises(ArithmeticException, match=r"The 12345\.68 rounded half up from 12345\.678") as refused:
        spark.createDataFrame([(Decimal("12345.678"),)], "a decimal(5,2)", verifySchema=verify)
    assert refused.value.getCondition() == "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION"
    assert refused.value.getSqlState() == "22003"
    fits = spark.createDataFrame([(Decimal("1.235"),), (Decimal("NaN"),)], "a decimal(5,2)")
    assert [row.a for row in fits.collect()] == [Decimal("1.24"), None]


def test_whole_numbers_beyond_64_bits_become_null(spark):
    assert spark.createDataFrame([(2**63,), (5,)], ["a"]).collect() == [(None,), (5,)]


def test_the_first_rows_of_an_rdd_say_the_types(spark):
    context = spark.sparkContext
    rows = [{"a": None}, {"a": 1}, {"b": 2}]
    assert spark.createDataFrame(context.parallelize(rows)).columns == ["a"]
    assert spark.createDataFrame(context.parallelize(rows), samplingRatio=1.0).columns == ["a", "b"]
    assert context.parallelize([]).toDF("a int").collect() == []
    with pytest.raises(ValueError, match="RDD is empty"):
        context.parallelize([]).toDF()
    with pytest.raises(PySparkValueError) as unknown:
        context.parallelize([(None,), (None,)]).toDF(["a"])
    assert unknown.value.getCondition() == "CANNOT_DETERMINE_TYPE"


def test_a_sampling_ratio_says_nothing_about_lists(spark):
    df = spark.createDataFrame([{"a": 1}] * 9 + [{"b": 2}], samplingRatio=0.1)
    assert df.columns == ["a", "b"]


def test_a_pandas_frame_may_have_more_columns_than_its_schema(spark):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert spark.createDataFrame(frame, "p int").collect() == [(1,), (2,)]
    assert spark.createDataFrame(frame, ["p"]).columns == ["p", "_2"]
    with pytest.raises(IndexError):
        spark.createDataFrame(frame, ["p", "q", "r"])


def test_arrow_times_without_a_zone_are_the_sessions(spark):
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"t": pa.array([datetime.datetime(2020, 1, 1, 12)], pa.timestamp("us"))})
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    df = spark.createDataFrame(table)
    assert df.dtypes == [("t", "timestamp")]
    assert df.selectExpr("unix_seconds(t)").first()[0] == 1577898000
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    assert spark.createDataFrame(table).dtypes == [("t", "timestamp_ntz")]


def test_names_of_an_arrow_table_must_be_the_schemas(spark):
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": [1], "b": ["x"]})
    assert spark.createDataFrame(table, ["p", "q"]).columns == ["p", "q"]
    assert spark.createDataFrame(table, "a int, b string").dtypes == [("a", "int"), ("b", "string")]
    with pytest.raises(ValueError, match="field names are not matching"):
        spark.createDataFrame(table, "p int, q string")


def test_digits_behind_the_scale_only_round(spark):
    df = spark.createDataFrame([(Decimal(1.123),), (Decimal("0.0015" + "0" * 40),)], "a decimal(10,3)")
    assert [row.a for row in df.collect()] == [Decimal("1.123"), Decimal("0.002")]


def test_a_decimal_that_is_no_number_is_null_where_there_may_be_one(spark):
    assert spark.createDataFrame([(Decimal("NaN"),)], "a decimal").first().a is None
    with pytest.raises(PySparkValueError, match="FIELD_NOT_NULLABLE"):
        spark.createDataFrame([(Decimal("NaN"),)], StructType().add("a", DecimalType(), False))


def test_rows_of_one_make_are_looked_at_once(spark):
    """What is told from the first row of each make is what all rows tell."""
    from collections import namedtuple

    from roost.sql.ingest import _inferred_by_shapes, _inferred_slowly

    point = namedtuple("point", "x y")
    moment, zoned = datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    values = [
        None, True, 1, 1.5, "a", b"a", moment, zoned, moment.date(), moment.time(), datetime.timedelta(1),
        Decimal("1.0"), [], [1, None, 2], [[1], [None]], {"a": 1}, {"a": None, "b": 2}, {1: ["x"]}, (1, "a"),
        Row(a=1, b=None), Row(a=None, b="x"), Row(b=1), point(1, 2.5), Row("y")(1), Row(1, 2), "x" * 41, [Row(a=[1])],
    ]  # fmt: skip
    pick = random.Random(7)

    def outcome(function, *arguments):
        try:
            return function(*arguments)
        except Exception as error:
            return type(error), str(error)

    settings = (False, False, False, False)
    seen = set()
    for _ in range(600):
        few = [pick.choice(values) for _ in range(pick.randint(1, 3))]
        make = pick.choice([lambda v: (v, 1), lambda v: [v], lambda v: {"k": v}, lambda v: Row(k=v), lambda v: point(v, 0)])
        rows = [make(pick.choice(few)) for _ in range(pick.randint(1, 6))]
        expected = outcome(_inferred_slowly, rows, None, settings)
        shape = outcome(_inferred_by_shapes, spark, rows, None)
        assert getattr(shape, "struct", shape) == expected, rows
        seen.add(str(expected))
    assert len(seen) > 60


def test_settings_of_inference_hold_for_the_same_rows(spark):
    rows = [(datetime.datetime(2020, 1, 1), {"a": 1}, [1, None])]
    before = spark.createDataFrame(rows).schema.simpleString()
    spark.sql("set spark.sql.timestampType = TIMESTAMP_NTZ")
    spark.conf.set("spark.sql.pyspark.inferNestedDictAsStruct.enabled", "true")
    after = spark.createDataFrame(rows).schema.simpleString()
    assert before == "struct<_1:timestamp,_2:map<string,bigint>,_3:array<bigint>>"
    assert after == "struct<_1:timestamp_ntz,_2:struct<a:bigint>,_3:array<bigint>>"


def test_dictionaries_and_rows_of_the_same_names_are_told_apart(spark):
    for row, columns in (({"name": "owl", "age": 1}, ["age", "name"]), (Row(name="owl", age=1), ["name", "age"])):
        frame = spark.createDataFrame([row])
        assert frame.columns == columns
        assert frame.first().asDict() == {"name": "owl", "age": 1}
