# SPDX-License-Identifier: Apache-2.0
"""Functions of the user in all the places where a query may call them."""

import datetime
import sys
from decimal import Decimal

import pytest

from roost.errors import (
    AnalysisException,
    ArithmeticException,
    IllegalArgumentException,
    PySparkNotImplementedError,
    PySparkTypeError,
    PySparkValueError,
    PythonException,
)
from roost.sql import Window
from roost.sql import functions as F
from roost.sql.types import ArrayType, YearMonthIntervalType


@F.udf("long")
def same(x):
    return x


@F.udf("boolean")
def equal(x, y):
    return x == y


@pytest.fixture
def numbers(spark):
    return spark.range(4).select("id", (F.col("id") % 2).alias("k"))


def test_windows_over_functions_keep_their_columns_apart(numbers):
    by = Window.partitionBy(same("k"))
    got = numbers.select(
        "id", F.sum(same("id")).over(by).alias("s"), F.row_number().over(by.orderBy(same("id").desc())).alias("r")
    )
    assert sorted(got.collect()) == [(0, 2, 2), (1, 4, 2), (2, 2, 1), (3, 4, 1)]


def test_filters_sorts_and_limits_give_their_own_columns_only(numbers):
    assert numbers.filter(same("id") > 1).union(numbers.limit(1)).collect() == [(2, 0), (3, 1), (0, 0)]
    assert numbers.orderBy(-same("id")).limit(2).intersect(numbers).count() == 2


def test_joins_call_functions_on_the_side_that_they_read(numbers):
    a, b = numbers.select(F.col("id").alias("a")), numbers.select(F.col("id").alias("b"))
    assert a.join(b, same("a") == same("b"), "left").count() == 4
    assert a.join(b, same("a") < same("b"), "full").count() == 8


def test_joins_on_a_function_of_both_sides(numbers):
    a, b = numbers.select(F.col("id").alias("a")), numbers.select(F.col("id").alias("b"))
    assert a.join(b, equal("a", "b")).select("b").count() == 4
    with pytest.raises(AnalysisException, match="ON clause of a LEFT OUTER JOIN"):
        a.join(b, equal("a", "b"), "left").collect()


# ---- aggregates

pd = pytest.importorskip("pandas")


def mean(values: pd.Series) -> float:
    return values.mean()


@pytest.fixture
def average():
    return F.pandas_udf(mean, "double")


def test_aggregates_stand_where_built_in_ones_stand(numbers, average):
    got = numbers.groupBy("k").agg((average("id") + 1).alias("m")).filter("m > 2").collect()
    assert got == [(1, 3.0)]
    assert numbers.agg(average(same("id"))).collect() == [(1.5,)]
    assert numbers.groupBy("k").agg(average("id"), average(F.col("id") * 2)).collect() == [(0, 1.0, 2.0), (1, 2.0, 4.0)]


def test_a_group_of_nothing_has_no_row(numbers, average):
    assert numbers.filter("id > 9").agg(average("id")).collect() == []


@pytest.mark.parametrize(
    "condition, misuse",
    [
        ("INVALID_PANDAS_UDF_PLACEMENT", lambda df, f: df.agg(f("id"), F.sum("id")).collect()),
        ("INVALID_WHERE_CONDITION", lambda df, f: df.filter(f("id") > 1)),
        ("GROUP_BY_AGGREGATE", lambda df, f: df.groupBy(f("id")).count()),
        ("NESTED_AGGREGATE_FUNCTION", lambda df, f: df.agg(f(F.sum("id")))),
        ("UNSUPPORTED_FEATURE.PANDAS_UDAF_IN_PIVOT", lambda df, f: df.groupBy("k").pivot("k", [0]).agg(f("id"))),
        ("UNSUPPORTED_EXPR_FOR_WINDOW", lambda df, f: df.select(same("id").over(Window.partitionBy("k")))),
    ],
)
def test_aggregates_where_none_may_stand(numbers, average, condition, misuse):
    with pytest.raises(AnalysisException) as raised:
        misuse(numbers, average)
    assert raised.value.getCondition() == condition


def test_aggregates_over_frames(numbers, average):
    by = Window.partitionBy("k").orderBy("id")
    got = numbers.select(
        "id",
        average("id").over(Window.partitionBy("k")).alias("whole"),
        F.sum("id").over(by).alias("built in"),
        average("id").over(by).alias("grows"),
        average("id").over(by.rowsBetween(1, 2)).alias("ahead"),
    )
    assert sorted(got.collect()) == [
        (0, 1.0, 0, 0.0, 2.0),
        (1, 2.0, 1, 1.0, 3.0),
        (2, 1.0, 2, 1.0, None),
        (3, 2.0, 4, 2.0, None),
    ]


def test_groups_in_pieces(numbers):
    from typing import Iterator

    def count(pieces: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for piece in pieces:
            yield pd.DataFrame({"k": piece["k"][:1], "n": [len(piece)]})

    assert numbers.groupBy("k").applyInPandas(count, "k long, n long").collect() == [(0, 2), (1, 2)]


def test_arguments_by_name(spark, numbers):
    minus = F.udf(lambda a, b: a - b, "long")
    spark.udf.register("minus", minus)
    got = numbers.limit(1).select(minus(b=F.lit(1), a=F.lit(5)), F.expr("minus(7, b => 2)"))
    assert got.columns == ["<lambda>(b => 1, a => 5)", "minus(7, b => 2)"] and got.collect() == [(4, 5)]
    with pytest.raises(AnalysisException, match="UNEXPECTED_POSITIONAL_ARGUMENT"):
        spark.sql("select minus(a => 1, 2)")


def test_more_rows_than_go_into_one_call(spark):
    many = spark.range(20000).select((F.col("id") % 7).alias("k"), same(F.col("id") + 1).alias("v"))
    assert many.agg(F.sum("v"), F.count("k")).collect() == [(20000 * 20001 // 2, 20000)]
    assert many.limit(3).collect() == [(0, 1), (1, 2), (2, 3)]


def test_pandas_functions_are_given_numpy_arrays_and_dictionaries(spark):
    pandas, numpy = pytest.importorskip("pandas"), pytest.importorskip("numpy")

    @F.pandas_udf("string")
    def kinds(lists: pandas.Series, nested: pandas.Series) -> pandas.Series:
        return pandas.Series([f"{type(v).__name__} {v.dtype} {n.dtype} {type(n[0]).__name__}" for v, n in zip(lists, nested)])

    frame = spark.sql("SELECT array(1, 2) AS l, array(array(1L)) AS n, array(named_struct('x', 1)) AS s")
    assert frame.select(kinds("l", "n")).first()[0] == "ndarray int32 object ndarray"
    assert frame.select(kinds("l", "s")).first()[0] == "ndarray int32 object dict"
    assert numpy.array([1], dtype="int32").dtype == "int32"


def test_what_a_pandas_function_returns_is_converted_by_arrow(spark):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")

    def texts(batches):
        for batch in batches:
            yield batch.assign(id=batch["id"].apply(str), more=1)

    assert spark.range(2).mapInPandas(texts, "id string").collect() == [("0",), ("1",)]
    with pytest.raises(PythonException, match="with name 'id' to Arrow Array \\(double\\)"):
        spark.range(2).mapInPandas(texts, "id double").collect()

    @F.pandas_udf("int")
    def halves(values: pandas.Series) -> pandas.Series:
        return values / 2

    with pytest.raises(PythonException, match="convertToArrowArraySafely"):
        spark.range(3).select(halves("id")).collect()
    spark.conf.set("spark.sql.execution.pandas.convertToArrowArraySafely", False)
    assert [row[0] for row in spark.range(3).select(halves("id")).collect()] == [0, 0, 1]


def test_types_that_arrow_lacks_are_no_result_of_pandas_functions():
    pytest.importorskip("pandas")
    with pytest.raises(PySparkNotImplementedError, match="Invalid return type with scalar Pandas UDFs"):
        F.pandas_udf(lambda s: s, ArrayType(YearMonthIntervalType()), F.PandasUDFType.SCALAR)


def test_groups_by_windows_of_time(spark):
    pandas = pytest.importorskip("pandas")
    frame = spark.sql(
        "SELECT id, timestamp'2020-01-01' + make_dt_interval(0, 0, id * 6) AS ts FROM range(3)"
    )

    def first(key, rows):
        return pandas.DataFrame([(key[0]["start"].minute, ",".join(rows.columns), len(rows))])

    grouped = frame.groupBy(F.window("ts", "10 minutes"))
    assert grouped.applyInPandas(first, "minute int, names string, count int").collect() == [(0, "id,ts", 2), (10, "id,ts", 1)]

    def both(left, right):
        return pandas.DataFrame([(len(left), ",".join(right.columns))])

    assert grouped.cogroup(grouped).applyInPandas(both, "count int, names string").collect() == [(2, "id,ts"), (1, "id,ts")]


@pytest.mark.slow
def test_cogroups_of_many_rows(spark):
    pandas = pytest.importorskip("pandas")
    frame = spark.range(300_000).select((F.col("id") % 3).alias("k"), "id", F.col("id").cast("string").alias("s"))

    def both(left, right):
        return pandas.DataFrame([(len(left), len(right))])

    made = frame.groupBy("k").cogroup(frame.groupBy("k")).applyInPandas(both, "a int, b int")
    assert made.collect() == [(100_000, 100_000)] * 3


def test_map_in_pandas_gets_as_many_rows_as_arrow_carries(spark):
    def sizes(frames):
        for frame in frames:
            yield frame.iloc[:1].assign(id=len(frame))

    assert [row.id for row in spark.range(25000).coalesce(1).mapInPandas(sizes, "id long").collect()] == [10000, 10000, 5000]
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 3)
    pieces = spark.range(7).repartition(3).coalesce(1).mapInPandas(sizes, "id long").collect()
    assert [row.id for row in pieces] == [3, 3, 1]


def test_decimals_that_a_function_returns_must_fit(spark):
    for kind, value in (("decimal(5,2)", Decimal("12345.678")), ("array<decimal(5,2)>", [Decimal("12345.678")])):
        with pytest.raises(ArithmeticException) as refused:
            spark.range(1).select(F.udf(lambda i, v=value: v, kind)("id")).collect()
        assert refused.value.getCondition() == "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION"
    assert spark.range(1).collect() == [(0,)]


def test_an_error_without_a_condition_has_no_parameters(spark):
    with pytest.raises(PythonException) as raised:
        spark.range(1).select(F.udf(lambda i: 1 // i, "int")("id")).collect()
    assert raised.value.getCondition() is None and raised.value.getMessageParameters() is None


def test_arrow_functions_keep_what_they_are_given(spark):
    pa = pytest.importorskip("pyarrow")
    seen = []

    @F.arrow_udf("long")
    def watch(values: pa.Array) -> pa.Array:
        seen.append(values)
        return values

    df = spark.range(0, 20000, 1, 1).filter("id % 3 > 0")
    assert df.agg(F.sum(watch("id"))).first()[0] == sum(i for i in range(20000) if i % 3)
    assert [v for array in seen for v in array.to_pylist()] == [i for i in range(20000) if i % 3]


@pytest.mark.parametrize(
    "returned, condition",
    [(lambda pa: 5, "UDF_RETURN_TYPE"), (lambda pa: pa.array([1, 2]), "SCHEMA_MISMATCH_FOR_PANDAS_UDF")],
)
def test_what_an_arrow_function_must_return(spark, returned, condition):
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(PythonException, match=condition):
        spark.range(1).select(F.arrow_udf(lambda v: returned(pa), "long")("id")).collect()


def test_arrow_results_are_cast_to_the_type(spark):
    pa = pytest.importorskip("pyarrow")
    made = F.arrow_udf(lambda v: pa.array([str(i) for i in v.to_pylist()]), "int")
    assert spark.range(3).select(made("id").alias("n")).collect() == [(0,), (1,), (2,)]


@pytest.mark.parametrize(
    "kind, value, kept",
    [
        ("binary", "x", b"x"),
        ("array<int>", b"ab", [97, 98]),
        ("int", 2**40 + 1, 1),
        ("int", 2**70, None),
        ("string", {"a": [1.5, None, True]}, "{a=[1.5, null, true]}"),
        ("date", datetime.datetime(2020, 1, 2, 3), datetime.date(2020, 1, 2)),
    ],
)
def test_what_becomes_of_results_of_other_kinds(spark, kind, value, kept):
    assert spark.range(1).select(F.udf(lambda i: value, kind)("id")).first()[0] == kept


@pytest.mark.parametrize(
    "kind, value, text",
    [
        ("date", "2020-01-01", "'str' object has no attribute 'toordinal'"),
        ("timestamp", datetime.date(2020, 1, 1), "'datetime.date' object has no attribute 'tzinfo'"),
        ("struct<a:int>", 5, "UNEXPECTED_TUPLE_WITH_STRUCT"),
    ],
)
def test_results_that_cannot_be_of_the_type(spark, kind, value, text):
    with pytest.raises(PythonException, match=text):
        spark.range(1).select(F.udf(lambda i: value, kind)("id")).collect()


def test_rows_that_a_function_returns_are_as_wide_as_the_type(spark):
    with pytest.raises(IllegalArgumentException) as refused:
        spark.range(1).select(F.udf(lambda i: (1,), "struct<a:int,b:int>")("id")).collect()
    assert refused.value.getCondition() == "STRUCT_ARRAY_LENGTH_MISMATCH"


def test_functions_by_arrow_have_their_results_cast_by_it(spark):
    pytest.importorskip("pyarrow")

    def once(kind, value):
        return spark.range(1).select(F.udf(lambda i: value, kind, useArrow=True)("id")).first()[0]

    assert once("int", Decimal(3)) == 3 and once("string", [1]) == "[1]" and once("double", 2) == 2.0
    for kind, value in (("int", "x"), ("int", True), ("int", 2**40), ("timestamp", 1), ("decimal(5,2)", 1)):
        with pytest.raises(PythonException):
            once(kind, value)


def test_columns_that_arrow_functions_return(spark, numbers):
    pytest.importorskip("pyarrow")
    df = numbers.select(F.col("id").cast("int").alias("id"))
    assert df.mapInArrow(lambda batches: batches, "other int").collect() == df.collect()
    wide = numbers.mapInArrow(lambda batches: batches, "first long")
    assert wide.collect() == [(0,), (1,), (2,), (3,)]
    groups = df.groupBy("id")
    assert groups.applyInArrow(lambda table: table, "id int").count() == 4
    for schema, condition in (
        ("id int, z int", "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDF.* Missing: z"),
        ("id long", r"RESULT_TYPE_MISMATCH_FOR_ARROW_UDF.* column 'id' \(expected int64, actual int32\)"),
    ):
        with pytest.raises(PythonException, match=condition):
            groups.applyInArrow(lambda table: table, schema).collect()


def test_pandas_functions_say_what_they_return():
    pytest.importorskip("pandas")
    with pytest.raises(PySparkTypeError, match="Argument `returnType` cannot be None"):
        F.pandas_udf(lambda values: values)


def test_timestamps_are_the_sessions_for_pandas_functions(spark):
    pandas = pytest.importorskip("pandas")
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")

    @F.pandas_udf("string")
    def shown(values: pandas.Series) -> pandas.Series:
        return values.astype(str)

    @F.pandas_udf("timestamp")
    def later(values: pandas.Series) -> pandas.Series:
        return values + pandas.Timedelta(hours=1)

    df = spark.sql("select timestamp'2020-07-01 12:00:00' t")
    assert df.select(shown("t"), later("t").cast("string")).collect() == [
        ("2020-07-01 12:00:00", "2020-07-01 13:00:00")
    ]


def test_a_setting_makes_functions_work_by_arrow(spark):
    spark.conf.set("spark.sql.execution.pythonUDF.arrow.enabled", True)
    by_arrow = F.udf(lambda x: x, "int")
    df = spark.createDataFrame([("1",)], ["v"])
    assert df.select(by_arrow("v")).first()[0] == 1
    assert df.select(F.udf(lambda x: x, "int", useArrow=False)("v")).first()[0] is None


def test_calls_are_measured_when_a_setting_asks_for_it(spark, tmp_path, capsys):
    spark.conf.set("spark.sql.pyspark.udf.profiler", "perf")

    @F.udf("long")
    def doubled(i):
        return i * 2

    def halved(batches):
        for batch in batches:
            yield batch

    spark.range(10).select(doubled("id")).collect()
    spark.range(10).mapInArrow(halved, "id long").collect()
    spark.profile.show(type="perf")
    shown = capsys.readouterr().out
    assert "(doubled)" in shown and "(halved)" in shown and shown.count("Profile of UDF<id=") == 2
    number = min(spark.profile.profiler_collector._perf_profile_results)
    calls = spark.profile.render(number, renderer=lambda stats: stats.total_calls)
    assert calls >= 10
    spark.profile.dump(str(tmp_path / "to"), number)
    assert [path.name for path in (tmp_path / "to").iterdir()] == [f"udf_{number}_perf.pstats"]
    spark.profile.clear(number)
    assert spark.profile.render(number, renderer=str) is None
    spark.conf.unset("spark.sql.pyspark.udf.profiler")
    spark.profile.clear()
    spark.range(10).select(doubled("id")).collect()
    spark.profile.show()
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="VALUE_NOT_ALLOWED"):
        spark.profile.show(type="time")


LINE_PROFILER = """
class LineProfiler:
    def __init__(self):
        self.code_map = {}

    def add_function(self, func):
        self.code_map.setdefault(func.__name__, 0)

    def __enter__(self):
        for name in self.code_map:
            self.code_map[name] += 1

    def __exit__(self, *failure):
        pass


def show_results(profiler, stream=None):
    print(profiler.code_map, file=stream)
"""


def test_profiles_of_memory(spark, capsys, tmp_path, monkeypatch):
    (tmp_path / "memory_profiler.py").write_text(LINE_PROFILER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "memory_profiler", raising=False)

    def add(x):
        return x + 1

    spark.conf.set("spark.sql.pyspark.udf.profiler", "memory")
    for _ in range(2):
        spark.range(3).select(F.udf(add, "long")("id")).collect()
    spark.profile.show(type="memory")
    shown = capsys.readouterr().out
    assert shown.count("Profile of UDF<id=") == 2 and shown.count("{'add': 3}") == 2
    number = min(spark.profile.profiler_collector._memory_profile_results)
    spark.profile.dump(str(tmp_path / "out"), number, type="memory")
    assert (tmp_path / "out" / f"udf_{number}_memory.txt").read_text() == "{'add': 3}\n"
    with pytest.raises(PySparkValueError, match=r"`\(type, renderer\)` has to be amongst"):
        spark.profile.render(number, type="memory")
    assert spark.profile.render(number, type="memory", renderer=lambda p: p.code_map) == {"add": 3}
    spark.profile.clear(type="memory")
    spark.profile.show()
    assert capsys.readouterr().out == ""


def test_profiles_of_memory_need_their_package(spark, monkeypatch):
    monkeypatch.setitem(sys.modules, "memory_profiler", None)
    spark.conf.set("spark.sql.pyspark.udf.profiler", "memory")
    with pytest.raises(PythonException, match="ModuleNotFoundError: .*memory_profiler"):
        spark.range(1).select(F.udf(str)("id")).collect()


def test_no_function_of_python_in_a_lambda(spark):
    plus_one = F.udf(lambda x: x + 1, "int")
    df = spark.sql("select array(1, 2) as a, 1 as b")
    for body in (plus_one, lambda x: x + plus_one("b")):
        with pytest.raises(AnalysisException, match="LAMBDA_FUNCTION_WITH_PYTHON_UDF"):
            df.select(F.transform("a", body)).collect()
    assert df.select(F.transform(F.array(plus_one("b")), lambda x: x + 1)).first()[0] == [3]
