# SPDX-License-Identifier: Apache-2.0
"""pandas and Arrow, both ways, and functions on them."""

import datetime
import decimal

import pytest

from roost.errors import PySparkTypeError, PySparkValueError, PythonException, UnsupportedOperationException
from roost.sql import functions as F

pd = pytest.importorskip("pandas")
np = pytest.importorskip("numpy")


def frame():
    return pd.DataFrame(
        {
            "a": [1, 2, 3],
            "b": [1.5, float("nan"), None],
            "c": ["x", None, "z"],
            "d": pd.to_datetime(["2020-01-01 00:00:00.000001", None, "2020-01-03 10:00:00.123456"]),
            "e": [True, False, True],
        }
    )


def test_pandas_there_and_back(spark):
    df = spark.createDataFrame(frame())
    assert df.dtypes == [
        ("a", "bigint"),
        ("b", "double"),
        ("c", "string"),
        ("d", "timestamp"),
        ("e", "boolean"),
    ]
    pd.testing.assert_frame_equal(df.toPandas(), frame())


def test_what_pandas_cannot_say_becomes_objects(spark):
    df = spark.createDataFrame([(1, True), (None, None)], "i int, b boolean")
    got = df.toPandas()
    assert str(got.dtypes["i"]) == "float64" and str(got.dtypes["b"]) == "object"


def test_no_rows(spark):
    got = spark.range(0).toPandas()
    assert list(got.columns) == ["id"] and len(got) == 0


NUMBERS = (
    "a tinyint, b smallint, c int, d bigint, e float, f double, g boolean, "
    "h timestamp, i timestamp_ntz, j interval day to second"
)
DTYPES = "int8 int16 int32 int64 float32 float64 bool datetime64[ns] datetime64[ns] timedelta64[ns]".split()
ROW = (1, 2, 3, 4, 1.5, 2.5, True, datetime.datetime(2020, 7, 1, 1), datetime.datetime(2020, 7, 1), datetime.timedelta(2))


def test_numbers_come_as_they_are(spark):
    got = spark.createDataFrame([ROW], NUMBERS).toPandas()
    assert [str(kind) for kind in got.dtypes] == DTYPES
    assert got.iloc[0].tolist() == list(ROW)
    assert [str(kind) for kind in spark.createDataFrame([], NUMBERS).toPandas().dtypes] == DTYPES


@pytest.mark.parametrize("first", [True, False])
def test_numbers_that_are_missing_in_some_batch(spark, first):
    gap = spark.createDataFrame([(None,) * 10], NUMBERS)
    many = spark.createDataFrame([ROW] * 9000, NUMBERS)
    got = (gap.union(many) if first else many.union(gap)).toPandas()
    assert [str(kind) for kind in got.dtypes] == ["float64"] * 4 + ["float32", "float64", "object"] + DTYPES[7:]
    place = 0 if first else 9000
    assert got.isna().sum().tolist() == [1] * 10 and got.iloc[place].isna().all()
    assert got["g"].iloc[place] is None and got["d"].sum() == 36000 and got["h"].iloc[1] == pd.Timestamp(ROW[7])


def test_no_columns_but_rows(spark):
    got = spark.range(3).select().toPandas()
    assert got.shape == (3, 0) and got.columns.dtype == "object"


@pytest.mark.parametrize("zone, hour", [("America/New_York", 8), ("+08:00", 20)])
def test_moments_in_zones_and_offsets(spark, zone, hour):
    df = spark.sql("select timestamp'2020-07-01 12:00:00Z' t, array(timestamp'2020-07-01 12:00:00Z') l")
    spark.conf.set("spark.sql.session.timeZone", zone)
    got = df.toPandas()
    assert got["t"][0] == got["l"][0][0] == pd.Timestamp(2020, 7, 1, hour)


def test_moments_beyond_nanoseconds(spark):
    df = spark.sql("select timestamp'3000-01-01 00:00:00' t")
    with pytest.raises(pd.errors.OutOfBoundsDatetime, match="3000-01-01 00:00:00, at position 0"):
        df.toPandas()
    pa = pytest.importorskip("pyarrow")
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    with pytest.raises(pa.ArrowInvalid, match="out of bounds timestamp: 32503680000000000"):
        df.toPandas()


def test_numpy(spark):
    assert spark.createDataFrame(np.array([[1, 2], [3, 4]])).collect() == [(1, 2), (3, 4)]
    assert spark.createDataFrame(np.array([1.0])).columns == ["value"]


def test_arrow_there_and_back(spark):
    pa = pytest.importorskip("pyarrow")
    df = spark.createDataFrame(
        [(1, "a", [1, None], {"k": 1.5}, (1, "x"), datetime.date(2020, 1, 1)), (None,) * 6],
        "i int, s string, l array<int>, m map<string,double>, t struct<x:int,y:string>, d date",
    )
    table = df.toArrow()
    assert table.num_rows == 2 and table.schema.field("d").type == pa.date32()
    assert spark.createDataFrame(table).collect() == df.collect()
    assert spark.createDataFrame(table.slice(1, 1)).collect() == df.collect()[1:]
    assert pa.table(df).equals(table)


def test_functions_on_series(spark):
    @F.pandas_udf("long")
    def double(s: pd.Series) -> pd.Series:
        return s * 2

    assert [row[0] for row in spark.range(3).select(double("id")).collect()] == [0, 2, 4]


def test_functions_on_groups(spark):
    df = spark.createDataFrame([("a", 1.0), ("a", 3.0), ("b", 5.0)], ["k", "v"])
    got = df.groupBy("k").applyInPandas(lambda p: p.assign(v=p.v - p.v.mean()), "k string, v double")
    assert sorted(map(tuple, got.collect())) == [("a", -1.0), ("a", 1.0), ("b", 0.0)]
    keyed = df.groupBy("k").applyInPandas(lambda key, p: pd.DataFrame([(key[0], len(p))]), "k string, n long")
    assert sorted(map(tuple, keyed.collect())) == [("a", 2), ("b", 1)]


def test_functions_on_batches(spark):
    got = spark.range(5).mapInPandas(lambda frames: (f[f.id > 2] for f in frames), "id long")
    assert [row.id for row in got.collect()] == [3, 4]


def test_pandas_shows_timestamps_in_the_sessions_zone(spark):
    pytest.importorskip("pandas")
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    frame = spark.sql("SELECT timestamp'2024-01-01 00:00:00' AS t").toPandas()
    assert str(frame["t"][0]) == "2024-01-01 00:00:00"
    assert spark.createDataFrame(frame).selectExpr("CAST(t AS string)").first()[0] == "2024-01-01 00:00:00"


def test_pandas_by_arrow(spark):
    pytest.importorskip("pyarrow")
    frame = spark.sql("select array(1, 2) a, array(1, null) b, struct(array('x') as y) s, map('k', array(true)) m")
    assert isinstance(frame.toPandas().a[0], list)
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", True)
    row = frame.toPandas().iloc[0]
    assert row.a.dtype == np.int32 and row.a.tolist() == [1, 2] and np.isnan(row.b[1])
    assert row.s["y"].tolist() == ["x"] and row.m["k"].dtype == bool
    made = spark.createDataFrame(pd.DataFrame({"d": [decimal.Decimal("1.5"), np.nan], "f": [1.0, np.nan]}))
    assert made.schema.simpleString() == "struct<d:decimal(2,1),f:double>"
    assert [tuple(row) for row in made.collect()] == [(decimal.Decimal("1.5"), 1.0), (None, None)]
    assert spark.createDataFrame(pd.DataFrame({"i": [1, 2]}), "i double").collect() == [(1.0,), (2.0,)]
    times = pd.DataFrame({"t": pd.to_datetime(["2020-01-01 01:02:03", None])})
    assert spark.createDataFrame(times).collect() == [(datetime.datetime(2020, 1, 1, 1, 2, 3),), (None,)]
    with pytest.warns(UserWarning, match="without Arrow"):
        assert spark.createDataFrame(pd.DataFrame({"i": [1]}), "i string").collect() == [("1",)]


NESTED = "s struct<t timestamp, n timestamp_ntz>, a array<timestamp>, m map<string, timestamp>"


@pytest.mark.parametrize("by_arrow", [True, False])
def test_moments_within_values_are_in_the_sessions_zone(spark, by_arrow):
    pytest.importorskip("pyarrow")
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", by_arrow)
    spark.conf.set("spark.sql.execution.pandas.structHandlingMode", "dict")
    time = pd.Timestamp("2023-01-01")
    day = time.to_pydatetime()
    frame = spark.createDataFrame(pd.DataFrame({"s": [(day, day)], "a": [[day]], "m": [{"k": day}]}), NESTED)
    assert frame.selectExpr("CAST(a[0] AS STRING)").first()[0] == "2023-01-01 00:00:00"
    row = frame.toPandas().iloc[0]
    assert row.s == {"t": time, "n": time} and list(row.a) == [time] and row.m == {"k": time}
    wall = spark.createDataFrame(pd.DataFrame({"n": [time]}), "n timestamp_ntz")
    assert wall.selectExpr("CAST(n AS STRING)").first()[0] == "2023-01-01 00:00:00"


def test_members_of_one_name_in_pandas(spark):
    pytest.importorskip("pyarrow")
    frame = spark.createDataFrame([(("a", 1),)], "s struct<x string, x int>")
    shown = {}
    for mode in ("row", "dict"):
        spark.conf.set("spark.sql.execution.pandas.structHandlingMode", mode)
        shown[mode] = frame.toPandas().s[0]
    assert tuple(shown["row"]) == ("a", 1) and shown["dict"] == {"x_0": "a", "x_1": 1}
    with pytest.raises(UnsupportedOperationException, match="DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT"):
        frame.toArrow()


def test_what_arrow_refuses_is_told_by_its_column(spark):
    pytest.importorskip("pyarrow")
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", True)
    spark.conf.set("spark.sql.execution.arrow.pyspark.fallback.enabled", False)
    days = pd.DataFrame({"d": [datetime.date(2020, 1, 1)]})
    with pytest.raises(PySparkTypeError, match="with name 'd' to Arrow Array"):
        spark.createDataFrame(days, "d decimal(38, 18)")
    with pytest.raises(PySparkTypeError, match="UNSUPPORTED_DATA_TYPE_FOR_ARROW"):
        spark.createDataFrame(days, "date")


def test_nan_stays_nan_without_arrow(spark):
    numbers = pd.DataFrame({"x": pd.Series([1.0, None, float("nan")], dtype=object)})
    assert str([row.x for row in spark.createDataFrame(numbers).collect()]) == "[1.0, None, nan]"
    texts = pd.DataFrame({"s": pd.Series(["a", float("nan")], dtype=object)})
    assert spark.createDataFrame(texts).collect() == [("a",), ("nan",)]
    with pytest.raises(PySparkTypeError, match="CANNOT_MERGE_TYPE"):
        spark.createDataFrame(pd.DataFrame({"n": pd.Series([1, float("nan")], dtype=object)}))


def test_values_in_a_column_of_texts_are_written_as_python_does(spark):
    made = spark.createDataFrame([([1, 2.5], {"a": None}, 1e20, True)], "a string, m string, d string, b string")
    assert made.collect() == [("[1, 2.5]", "{'a': None}", "1e+20", "true")]


def test_map_in_arrow_takes_the_first_columns_whatever_they_are_called(spark):
    pa = pytest.importorskip("pyarrow")

    def turned(batches):
        for b in batches:
            yield pa.RecordBatch.from_arrays([b.column(1), b.column(0), b.column(0)], ["b", "a", "more"])

    df = spark.createDataFrame([(1, 21), (2, 30)], "a long, b long")
    assert df.mapInArrow(turned, df.schema).collect() == [(21, 1), (30, 2)]


def test_dictionaries_of_a_frame_are_maps_if_a_setting_says_so(spark):
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", True)
    spark.conf.set("spark.sql.execution.arrow.pyspark.fallback.enabled", False)
    spark.conf.set("spark.sql.execution.pandas.inferPandasDictAsMap", True)
    df = spark.createDataFrame(pd.DataFrame({"k": ["b"], "d": [{"a": 1, "b": 2}]}))
    assert df.dtypes == [("k", "string"), ("d", "map<string,bigint>")]
    assert df.select(F.col("d")[F.col("k")]).first()[0] == 2
    with pytest.raises(PySparkValueError, match="CANNOT_INFER_EMPTY_SCHEMA"):
        spark.createDataFrame(pd.DataFrame({"d": [{}]}))


def test_large_types_are_a_setting(spark):
    pa = pytest.importorskip("pyarrow")
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", True)
    df = spark.sql("SELECT 'a' AS s, map('b', array(cast('c' AS binary))) AS m, struct(1 AS n, 'd' AS t) AS r")
    types = df.toArrow().schema.types
    assert types[0] == pa.large_string() and types[2].field("t").type == pa.large_string()
    assert types[1].key_type == pa.large_string() and types[1].item_type.value_type == pa.large_binary()

    def kinds(batches):
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"kind": [str(batch.schema.field("s").type)]})

    assert df.mapInArrow(kinds, "kind string").first().kind == "large_string"
    spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")
    assert df.toArrow().schema.field("s").type == pa.string()


def test_results_of_groups_by_their_places(spark):
    groups = spark.range(1).groupBy("id")
    assign = "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName"

    def other_names(_):
        return pd.DataFrame({"x": ["h"], "y": [1]})

    with pytest.raises(PythonException, match="RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF"):
        groups.applyInPandas(other_names, "a string, b long").collect()
    spark.conf.set(assign, False)
    assert groups.applyInPandas(other_names, "a string, b long").collect() == [("h", 1)]


def test_batches_for_libraries_that_know_no_other_way(spark):
    pytest.importorskip("pyarrow")
    batches = spark.range(3)._collect_as_arrow(split_batches=True)
    assert [batch.to_pydict() for batch in batches] == [{"id": [0, 1, 2]}]
    assert spark.range(0)._collect_as_arrow() == []
    assert [batch.num_rows for batch in spark.range(0)._collect_as_arrow(empty_list_if_zero_records=False)] in ([], [0])


def test_numbers_of_pandas_are_pythons_and_those_of_numpy_are_its_own(spark):
    frame = pd.DataFrame({"a": np.array([1], "int8"), "b": np.array([1], "int32"), "c": np.array([1.5], "float32"), "d": [True]})
    assert [kind for _, kind in spark.createDataFrame(frame).dtypes] == ["bigint", "bigint", "double", "boolean"]
    assert spark.createDataFrame(np.array([[1, 2]], "int16")).dtypes == [("_1", "smallint"), ("_2", "smallint")]
    assert spark.createDataFrame(np.array([1.5], "float32")).dtypes == [("value", "float")]
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    assert [kind for _, kind in spark.createDataFrame(frame).dtypes] == ["tinyint", "int", "float", "boolean"]


def test_nanoseconds_of_arrow_are_cut_off(spark):
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": pa.array([1001, -1], pa.timestamp("ns", "UTC"))})
    assert [r[0] for r in spark.createDataFrame(table).selectExpr("unix_micros(a)").collect()] == [1, -1]


def test_views_are_read_like_what_they_show(spark):
    pa = pytest.importorskip("pyarrow")
    views = getattr(pa, "string_view", None)
    if views is None:
        pytest.skip("this pyarrow has no views")
    words = pa.array(["owl", None], views())
    kinds = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.uint32()), pa.array(["bird"], views()))
    table = pa.table(
        {
            "word": words,
            "kind": kinds,
            "bytes": pa.array([b"x", None], pa.binary_view()),
            "list": pa.array([["a"], []], pa.list_(views())),
            "pair": pa.StructArray.from_arrays([words], ["w"]),
        }
    )
    frame = spark.createDataFrame(table)
    assert frame.schema.simpleString() == (
        "struct<word:string,kind:string,bytes:binary,list:array<string>,pair:struct<w:string>>"
    )
    assert frame.collect() == [
        ("owl", "bird", b"x", ["a"], ("owl",)),
        (None, "bird", None, [], (None,)),
    ]


@pytest.mark.parametrize("by_arrow", [True, False])
def test_texts_that_are_missing(spark, by_arrow):
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", by_arrow)
    words = pd.Series(["owl", None], dtype="string")
    assert spark.createDataFrame(pd.DataFrame({"word": words})).collect() == [("owl",), (None,)]


def test_numbers_that_may_be_missing_become_floats(spark):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": pd.Series([1, None], dtype="Int64"), "b": pd.Series([1, 2], dtype="Int64")})
    assert spark.createDataFrame(frame).dtypes == [("a", "double"), ("b", "bigint")]
    assert str(spark.createDataFrame(frame).collect()[1]) == "Row(a=nan, b=2)"
    with pytest.raises(Exception, match="FIELD_DATA_TYPE_UNACCEPTABLE"):
        spark.createDataFrame(frame, "a long, b long")
    with pytest.raises(Exception, match="CANNOT_INFER_EMPTY_SCHEMA"):
        spark.createDataFrame(pd.DataFrame({"a": []}))
