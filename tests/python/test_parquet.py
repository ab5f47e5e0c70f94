# SPDX-License-Identifier: Apache-2.0
"""Parquet files as other writers make them: every encoding, codec and page form, nested, and broken ones."""

import datetime
import decimal
import random

import pytest

from roost.errors import PySparkException
from tests.file_samples import maybe

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 5000
D = decimal.Decimal


def flat(rows=ROWS):
    """A table with a column for each physical and logical type."""
    chance = random.Random(7)
    day, moment = datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)
    columns = {
        "b": pa.array(maybe(i % 3 == 0 for i in range(rows))),
        "i8": pa.array(maybe(i % 256 - 128 for i in range(rows)), pa.int8()),
        "i16": pa.array(maybe(i * 7 % 65536 - 32768 for i in range(rows)), pa.int16()),
        "i32": pa.array(maybe(chance.randrange(-(2**31), 2**31) for _ in range(rows)), pa.int32()),
        "i64": pa.array(maybe(chance.randrange(-(2**63), 2**63) for _ in range(rows)), pa.int64()),
        "near": pa.array([1_000_000 + i // 3 for i in range(rows)], pa.int64()),
        "f": pa.array(maybe(i / 7 for i in range(rows)), pa.float32()),
        "d": pa.array(maybe(chance.gauss(0, 1e6) for _ in range(rows)), pa.float64()),
        "s": pa.array(maybe("é" * (i % 9) + str(i) for i in range(rows))),
        "few": pa.array(maybe(["perch", "nest", ""][i % 3] for i in range(rows))),
        "bin": pa.array(maybe(bytes([i % 256]) * (i % 5) for i in range(rows)), pa.binary()),
        "day": pa.array(maybe(day + datetime.timedelta(i - 2000) for i in range(rows))),
        "us": pa.array(maybe(moment + datetime.timedelta(microseconds=i * 997) for i in range(rows)), pa.timestamp("us", "UTC")),
        "ms": pa.array(maybe(moment + datetime.timedelta(milliseconds=i) for i in range(rows)), pa.timestamp("ms")),
        "dec9": pa.array(maybe(D(i - 2500).scaleb(-2) for i in range(rows)), pa.decimal128(9, 2)),
        "dec18": pa.array(maybe(D(i * 10**12).scaleb(-4) for i in range(rows)), pa.decimal128(18, 4)),
        "dec38": pa.array(maybe(D(i * 10**30 - 7).scaleb(-10) for i in range(rows)), pa.decimal128(38, 10)),
        "none": pa.array([None] * rows, pa.int32()),
    }
    return pa.table(columns)


def nested(rows=ROWS):
    """Lists, maps and structs in each other, with NULL and empty ones at every level."""
    chance = random.Random(3)

    def some(make, limit=4):
        pick = chance.randrange(limit + 2)
        return None if pick > limit else [make() for _ in range(pick)]

    def number():
        return None if chance.random() < 0.2 else chance.randrange(100)

    def point():
        return None if chance.random() < 0.2 else {"x": number(), "tags": some(lambda: f"t{number()}")}

    kinds = {
        "l": (pa.list_(pa.int32()), lambda: some(number)),
        "ll": (pa.list_(pa.list_(pa.int64())), lambda: some(lambda: some(number))),
        "p": (pa.struct([("x", pa.int32()), ("tags", pa.list_(pa.string()))]), point),
        "lp": (pa.list_(pa.struct([("x", pa.int32()), ("tags", pa.list_(pa.string()))])), lambda: some(point)),
        "m": (
            pa.map_(pa.string(), pa.int32()),
            lambda: None if chance.random() < 0.2 else [(f"k{i}", number()) for i in range(chance.randrange(4))],
        ),
    }
    make = {name: pa.array([make() for _ in range(rows)], kind) for name, (kind, make) in kinds.items()}
    return pa.table({"id": pa.array(range(rows)), **make})


def assert_same(spark, path, table):
    got = spark.read.parquet(str(path)).toArrow()
    assert got.column_names == table.column_names
    for name in table.column_names:
        expected = table.column(name).combine_chunks()
        actual = got.column(name).combine_chunks()
        assert actual.to_pylist() == expected.to_pylist(), name


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "lz4"])
@pytest.mark.parametrize("pages", ["1.0", "2.0"])
def test_codecs_and_pages(spark, tmp_path, codec, pages):
    table = flat(2000)
    pq.write_table(table, tmp_path / "t.parquet", compression=codec, data_page_version=pages, data_page_size=2000)
    assert_same(spark, tmp_path, table)


@pytest.mark.parametrize(
    "columns, encoding",
    [
        (["i32", "i64", "near", "us", "day"], "DELTA_BINARY_PACKED"),
        (["s", "few", "bin"], "DELTA_LENGTH_BYTE_ARRAY"),
        (["s", "few", "bin", "dec38"], "DELTA_BYTE_ARRAY"),
        (["f", "d", "i32", "i64", "dec38"], "BYTE_STREAM_SPLIT"),
        (["b"], "RLE"),
        (["b", "i32", "d", "s", "bin", "dec38"], "PLAIN"),
    ],
)
def test_encodings(spark, tmp_path, columns, encoding):
    table = flat().select(columns)
    pq.write_table(
        table,
        tmp_path / "t.parquet",
        use_dictionary=False,
        column_encoding=dict.fromkeys(columns, encoding),
        version="2.6",
        data_page_version="2.0" if encoding == "RLE" else "1.0",
        data_page_size=3000,
    )
    assert_same(spark, tmp_path, table)


@pytest.mark.parametrize("pages", ["1.0", "2.0"])
@pytest.mark.parametrize("group", [ROWS, 777])
def test_nested(spark, tmp_path, pages, group):
    table = nested()
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=group, data_page_version=pages, data_page_size=1000)
    assert_same(spark, tmp_path, table)


def test_a_filter_sees_the_rows_of_every_page(spark, tmp_path):
    table = flat().append_column("at", pa.array(range(ROWS), pa.int32()))
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=1300, data_page_size=500, write_page_index=True)
    df = spark.read.parquet(str(tmp_path))
    for low, high in [(0, 1), (1299, 1301), (2000, 2000), (4990, 9999), (-5, 3)]:
        got = [tuple(row) for row in df.filter(f"at between {low} and {high}").select("at", "s", "few", "dec38").collect()]
        rows = table.select(["at", "s", "few", "dec38"]).to_pylist()
        assert got == [tuple(row.values()) for row in rows if low <= row["at"] <= high]


def test_old_timestamps_and_dictionaries_that_overflow(spark, tmp_path):
    table = pa.table({"t": flat().column("us"), "s": pa.array([f"value {i}" for i in range(ROWS)])})
    pq.write_table(
        table, tmp_path / "t.parquet", use_deprecated_int96_timestamps=True, dictionary_pagesize_limit=5000
    )
    got = spark.read.parquet(str(tmp_path))
    assert dict(got.dtypes)["t"] == "timestamp"
    assert_same(spark, tmp_path, table)


def test_our_files_are_read_by_others(spark, tmp_path):
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")  # Arrow's times without a zone are of a wall clock
    for number, table in enumerate((flat(), nested())):
        path = str(tmp_path / str(number))
        spark.createDataFrame(table).write.parquet(path)
        assert pq.read_table(path).to_pylist() == table.to_pylist()


def test_broken_files_are_errors_and_nothing_else(spark, tmp_path):
    pq.write_table(flat(300), tmp_path / "good.parquet", data_page_version="2.0", compression="snappy")
    good = (tmp_path / "good.parquet").read_bytes()
    chance, bad, refused = random.Random(5), tmp_path / "bad.parquet", 0
    for trial in range(150):
        data = bytearray(good)
        if trial % 3 == 0:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(1, 8)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        bad.write_bytes(data)
        try:
            spark.read.parquet(str(bad)).toArrow()
        except PySparkException as error:
            refused += 1
            assert error.getCondition(), error
    assert refused > 50
    assert spark.read.parquet(str(tmp_path / "good.parquet")).count() == 300


@pytest.mark.parametrize("codec", ["lz4", "lz4_raw", "zstd", "gzip", "none"])
def test_what_is_written_compressed_is_read_by_others(spark, tmp_path, codec):
    spark.range(5000).selectExpr("id", "repeat('x', 20) AS s").write.option("compression", codec).parquet(str(tmp_path / "t"))
    assert spark.read.parquet(str(tmp_path / "t")).selectExpr("sum(id)", "min(s)").collect() == [(12497500, "x" * 20)]
    assert pq.read_table(tmp_path / "t").num_rows == 5000


def test_an_unknown_codec_is_refused(spark, tmp_path):
    with pytest.raises(PySparkException, match="CODEC_NOT_AVAILABLE"):
        spark.range(1).write.option("compression", "nope").parquet(str(tmp_path / "t"))


def test_schemas_are_merged_where_types_agree(spark, tmp_path):
    spark.sql("SELECT named_struct('x', 1) AS s, 1.5BD AS d").write.parquet(str(tmp_path / "a"))
    spark.sql("SELECT named_struct('y', 'b') AS s, 12.5BD AS d, 2 AS n").write.parquet(str(tmp_path / "b"))
    spark.sql("SELECT 2L AS n").write.parquet(str(tmp_path / "c"))
    merged = spark.read.option("mergeSchema", True)
    found = merged.parquet(str(tmp_path / "a"), str(tmp_path / "b"))
    assert found.schema.simpleString() == "struct<s:struct<x:int,y:string>,d:decimal(3,1),n:int>"
    assert sorted(found.collect(), key=str) == [((1, None), D("1.5"), None), ((None, "b"), D("12.5"), 2)]
    with pytest.raises(PySparkException, match="CANNOT_MERGE_SCHEMAS"):
        merged.parquet(str(tmp_path / "b"), str(tmp_path / "c"))


@pytest.mark.parametrize("schema, row", [
    ("s STRUCT<y: STRING, x: BIGINT>", ((None, 1),)),
    ("s STRUCT<X: INT>", ((1,),)),
    ("a ARRAY<STRUCT<q: INT, x: INT>>, s STRUCT<n: STRUCT<q: INT>>", ([(None, 1)], (None,))),
    ("m MAP<STRING, STRUCT<x: BIGINT, n: ARRAY<INT>>>", ({"k": (1, None)},)),
    ("i ARRAY<BIGINT>", ([1, 2],)),
])
def test_nested_columns_are_read_as_another_schema_has_them(spark, tmp_path, schema, row):
    made = "SELECT r AS s, array(r) AS a, map('k', r) AS m, array(1, 2) AS i FROM "
    made += "(SELECT named_struct('x', 1) AS r FROM range(2))"
    spark.sql(f"{made} UNION ALL SELECT null, null, null, null").coalesce(1).write.parquet(str(tmp_path / "t"))
    found = spark.read.schema(schema).parquet(str(tmp_path / "t")).collect()
    assert [tuple(r) for r in found] == [row, row, (None,) * len(row)]


def test_nested_columns_of_another_kind_are_refused(spark, tmp_path):
    spark.sql("SELECT named_struct('x', 1) AS s").write.parquet(str(tmp_path / "t"))
    with pytest.raises(PySparkException, match="PARQUET_COLUMN_DATA_TYPE_MISMATCH"):
        spark.read.schema("s STRUCT<x: STRING>").parquet(str(tmp_path / "t")).collect()


@pytest.mark.parametrize(
    "value",
    ["parse_json('{\"a\":[1,null]}')", "array(parse_json('1'))", "INTERVAL '1 02:03' DAY TO MINUTE", "INTERVAL 5 MONTH",
     "NULL", "array(NULL)", "map('a', NULL)", "named_struct('x', NULL, 'y', 1)", "CAST('ab' AS CHAR(3))"],
)
def test_types_that_parquet_has_no_name_for(spark, tmp_path, value):
    frame = spark.sql(f"SELECT IF(id = 1, NULL, {value}) AS v, id FROM range(3)")
    frame.coalesce(1).write.parquet(str(tmp_path / "out"))
    back = spark.read.parquet(str(tmp_path / "out"))
    assert back.dtypes == frame.dtypes
    texts = [f.selectExpr("id", "to_json(struct(v)) AS t").orderBy("id").collect() for f in (frame, back)]
    assert texts[0] == texts[1]


def test_parts_of_a_variant_stand_in_either_order(spark, tmp_path):
    part = spark.sql("SELECT parse_json('{\"a\":7}') AS v")
    part.coalesce(1).write.parquet(str(tmp_path / "out"))
    column = pq.read_table(str(tmp_path / "out"))["v"].combine_chunks()
    swapped = pa.StructArray.from_arrays([column.field("metadata"), column.field("value")], ["metadata", "value"])
    pq.write_table(pa.table({"v": swapped}), str(tmp_path / "swapped.parquet"))
    back = spark.read.schema("v VARIANT").parquet(str(tmp_path / "swapped.parquet"))
    assert [r[0] for r in back.selectExpr("v:a::int").collect()] == [7]


@pytest.mark.parametrize(("written", "read"), [("BIGINT", "INT"), ("STRING", "INT"), ("STRUCT<a: INT>", "VARIANT")])
def test_columns_of_another_type_are_refused(spark, tmp_path, written, read):
    spark.sql(f"SELECT CAST(NULL AS {written}) AS c").write.parquet(str(tmp_path / "out"))
    with pytest.raises(PySparkException, match="PARQUET_COLUMN_DATA_TYPE_MISMATCH"):
        spark.read.schema(f"c {read}").parquet(str(tmp_path / "out")).collect()
