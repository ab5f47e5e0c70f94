# SPDX-License-Identifier: Apache-2.0
"""Rows and types: values there and back, PySpark's rules for what is taken."""

import copy
import datetime
import decimal
import pickle

import pytest

from roost import errors
from roost.sql import Row
from roost.sql import functions as F
from roost.sql import types as t


def test_rows_have_names():
    row = Row(name="Ada", age=36)
    assert row.name == row["name"] == row[0] == "Ada"
    assert "age" in row and row.asDict() == {"name": "Ada", "age": 36}
    assert repr(row) == "Row(name='Ada', age=36)" and repr(Row("a", 1)) == "<Row('a', 1)>"
    with pytest.raises(AttributeError):
        _ = row.nope
    with pytest.raises(ValueError):
        _ = row["nope"]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))])
def test_rows_of_a_query_can_be_copied(spark, duplicate):
    row = spark.sql("select 1 as a, array(1, 2) as b, named_struct('c', 'x') as d").first()
    assert duplicate(row) == row and duplicate(row).d.c == "x"


def test_setting_the_names_of_one_row_leaves_the_others(spark):
    first, second = spark.range(2).collect()
    first.__fields__ = ["other"]
    assert (first.other, second.id) == (0, 1)


VALUES = [
    ("boolean", True),
    ("tinyint", -128),
    ("smallint", 32767),
    ("int", -(2**31)),
    ("bigint", 2**63 - 1),
    ("float", 0.5),
    ("double", 1.25),
    ("decimal(38,10)", decimal.Decimal("-123456789.0123456789")),
    ("string", "zürich \U0001f600"),
    ("binary", b"\x00\xff"),
    ("date", datetime.date(1582, 10, 4)),
    ("timestamp", datetime.datetime(2021, 3, 4, 5, 6, 7, 890123)),
    ("timestamp_ntz", datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)),
    ("interval day to second", datetime.timedelta(days=-1, microseconds=1)),
    ("array<int>", [1, None, 3]),
    ("map<string,array<double>>", {"a": [1.0], "b": None}),
    ("struct<x:int,y:struct<z:string>>", Row(x=1, y=Row(z="q"))),
]


@pytest.mark.parametrize("kind, value", VALUES, ids=[kind for kind, _ in VALUES])
def test_values_there_and_back(spark, kind, value):
    df = spark.createDataFrame([(value,), (None,)], f"v {kind}")
    assert [row.v for row in df.collect()] == [value, None]
    assert df.schema["v"].dataType.simpleString() == t.DataType.fromDDL(kind).simpleString()


def test_many_rows(spark):
    data = [(i, f"n{i}", None if i % 3 else i / 2) for i in range(50_000)]
    df = spark.createDataFrame(data, ["a", "b", "c"])
    assert df.count() == len(data) and [tuple(row) for row in df.collect()] == data


@pytest.mark.parametrize(
    "rows, schema, condition",
    [
        ([("x",)], "a int", "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ([(2**31,)], "a int", "VALUE_OUT_OF_BOUNDS"),
        ([(1, 2)], "a int", "FIELD_STRUCT_LENGTH_MISMATCH"),
        ([(1,)], "a double", "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
        ([(1.0,), ("a",), (1,)], None, None),
        ([(None,)], ["a"], "CANNOT_DETERMINE_TYPE"),
        ([], None, "CANNOT_INFER_EMPTY_SCHEMA"),
        ([(1,), (1.5,)], ["a"], "CANNOT_MERGE_TYPE"),
    ],
)
def test_what_createdataframe_refuses(spark, rows, schema, condition):
    if condition is None:  # a text and a number make text
        assert spark.createDataFrame(rows, schema).schema[0].dataType == t.StringType()
        return
    with pytest.raises(errors.PySparkException) as caught:
        spark.createDataFrame(rows, schema)
    assert caught.value.getCondition() == condition


def test_dictionaries_and_objects(spark):
    assert spark.createDataFrame([{"b": 1, "a": 2}, {"c": 3}]).collect() == [
        Row(a=2, b=1, c=None),
        Row(a=None, b=None, c=3),
    ]
    assert spark.createDataFrame([Row(x=1, y="a")]).columns == ["x", "y"]
    assert spark.createDataFrame([1, 2], "int").collect() == [Row(value=1), Row(value=2)]


def test_json_of_types_there_and_back():
    struct = (
        t.StructType()
        .add("a", t.ArrayType(t.DecimalType(10, 2), False), False, {"comment": "x"})
        .add("b", t.MapType(t.StringType(), t.StructType().add("c", t.DayTimeIntervalType(0, 1))))
        .add("d", t.CharType(3))
        .add("e", t.TimestampNTZType())
    )
    assert t._parse_datatype_json_string(struct.json()) == struct


def test_a_tree_of_types():
    struct = t.StructType().add("a", t.ArrayType(t.StructType().add("b", "long", False)))
    assert struct.treeString() == (
        "root\n |-- a: array (nullable = true)\n |    |-- element: struct (containsNull = true)\n"
        " |    |    |-- b: long (nullable = false)\n"
    )


def test_user_defined_types_over_arrays_come_back(spark):
    from roost.sql.types import DoubleType, StructField, StructType
    from roost.testing.objects import PythonOnlyPoint, PythonOnlyUDT

    schema = StructType([StructField("a", DoubleType()), StructField("p", PythonOnlyUDT())])
    df = spark.createDataFrame([(1.0, PythonOnlyPoint(1.0, 2.0)), (2.0, None)], schema)
    assert df.schema == schema
    assert [row.p for row in df.collect()] == [PythonOnlyPoint(1.0, 2.0), None]
    assert df.selectExpr("CAST(p AS string)").first()[0] == "[1.0, 2.0]"


def test_user_defined_types_go_to_files_and_back(spark, tmp_path):
    from roost.sql.types import ArrayType, StructField, StructType
    from roost.testing.objects import ExamplePoint, ExamplePointUDT

    inner = StructType([StructField("p", ExamplePointUDT())])
    schema = StructType([StructField("l", ArrayType(ExamplePointUDT())), StructField("s", inner)])
    frame = spark.createDataFrame([([ExamplePoint(1.0, 2.0)], (ExamplePoint(3.0, 4.0),))], schema)
    frame.write.parquet(str(tmp_path / "parquet"))
    read = spark.read.parquet(str(tmp_path / "parquet"))
    assert read.schema == schema and read.collect() == frame.collect()
    frame.write.json(str(tmp_path / "json"))
    assert spark.read.text(str(tmp_path / "json")).first()[0] == '{"l":[[1.0,2.0]],"s":{"p":[3.0,4.0]}}'


def test_user_defined_types_may_be_local(spark):
    class Point:
        def __init__(self, x):
            self.x = x

    class PointType(t.UserDefinedType):
        @classmethod
        def sqlType(cls):
            return t.DoubleType()

        @classmethod
        def module(cls):
            return "__main__"

        def serialize(self, obj):
            return obj.x

        def deserialize(self, datum):
            return Point(datum)

    Point.__UDT__ = PointType()
    df = spark.createDataFrame([(Point(1.5),)], ["p"])
    assert df.schema["p"].dataType == PointType() and df.first().p.x == 1.5


def test_maps_cross_as_hash_tables_of_java(spark):
    """In what order their entries are then was seen of Spark."""
    words = {"this": 1, "hello": 2, "another": 3, "zebra": 4, "\N{CAT}": 5, "": 6, "ab": 7}
    numbers = {3: 1, 1: 2, 2: 3, 10**11: 4, -1: 5}
    df = spark.createDataFrame([(words, numbers, {0.5: 1, -0.1: 2, 7.0: 3})], ["w", "n", "f"])
    in_map = df.select(*(F.map_keys(name) for name in df.columns)).first()
    in_dict = df.first()
    assert in_map[0] == list(in_dict.w) == ["", "\N{CAT}", "zebra", "ab", "another", "this", "hello"]
    assert in_map[1] == list(in_dict.n) == [-1, 10**11, 1, 2, 3]
    assert (in_map[2], list(in_dict.f)) == ([0.5, -0.1, 7.0], [0.5, 7.0, -0.1])


def test_maps_of_functions_are_such_too(spark):
    made = F.udf(lambda _: {"this": 1, "hello": 2, "another": 3, "z": 4, "b": 5}, "map<string,int>")
    assert spark.range(1).select(F.map_keys(made("id"))).first()[0] == ["this", "b", "z", "hello", "another"]
    given = F.udf(lambda m: list(m), "array<string>")
    plain = spark.sql("SELECT map('z', 1, 'a', 2, 'b', 3) AS m, map(date'2020-01-01', 1, date'1969-01-05', 2) AS d")
    row = plain.select("m", given("m").alias("keys"), "d").first()
    assert list(row.m) == row["keys"] == ["a", "z", "b"]
    assert [day.year for day in row.d] == [1969, 2020]


def test_maps_by_arrow_keep_their_order(spark):
    pd = pytest.importorskip("pandas")
    words = {"this": 1, "hello": 2, "another": 3, "z": 4, "b": 5}
    df = spark.sql("SELECT map('this', 1, 'hello', 2, 'another', 3, 'z', 4, 'b', 5) AS m")
    given = F.udf(lambda m: list(m), "array<string>", useArrow=True)
    made = F.udf(lambda _: words, "map<string,int>", useArrow=True)
    pandas = F.pandas_udf(lambda s: s.map(lambda _: words), "map<string,int>")
    row = df.select(given("m"), F.map_keys(made(F.lit(1))), F.map_keys(pandas(F.lit(1)))).first()
    assert list(row) == [list(words)] * 3

    def keys(frames):
        for frame in frames:
            yield pd.DataFrame({"k": [",".join(dict(m)) for m in frame.m]})

    assert df.mapInPandas(keys, "k string").first().k == ",".join(words)
    assert list(df.toPandas().m[0]) != list(words)
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", True)
    assert list(df.toPandas().m[0]) == list(words)


def test_tables_of_types_that_libraries_read():
    assert t._type_mappings[str] is t.StringType and t._type_mappings[decimal.Decimal] is t.DecimalType
    assert t._type_mappings[datetime.datetime] is t.TimestampType and type(None) in t._type_mappings
    assert t.DateType in t._atomic_types and t._complex_types == [t.ArrayType, t.MapType, t.StructType]
    assert t._int_size_to_type(32) is t.IntegerType and t._int_size_to_type(65) is None


def test_variants_hold_bytearrays(spark):
    value = spark.sql("SELECT parse_json('1') AS v").first().v
    assert repr(value) == "VariantVal(bytearray(b'\\x0c\\x01'), bytearray(b'\\x01\\x00\\x00'))" and str(value) == "1"
