# SPDX-License-Identifier: Apache-2.0
"""Avro: files and values, in the bytes that the specification says, for programs that name Spark's package."""

import json
import zlib

import pytest
from roost.errors import AnalysisException, IllegalArgumentException, PySparkException, SparkException
from roost.sql import functions as F
from roost.sql.avro.functions import from_avro, to_avro
from tests.file_samples import damaged

PACKAGE = "org.apache.spark:spark-avro_2.13:4.1.1"
MARK = bytes(range(16))


@pytest.fixture
def avro(spark):
    spark.conf.set("spark.jars.packages", PACKAGE)
    return spark


def zigzag(n):
    n, out = (n << 1) ^ (n >> 63), b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def text(s):
    data = s if isinstance(s, bytes) else s.encode()
    return zigzag(len(data)) + data


def record(*fields):
    return {"type": "record", "name": "r", "fields": [{"name": n, "type": t} for n, t in fields]}


def container(schema, blocks, codec="null", pack=bytes):
    """A file of blocks, each a number of values and their bytes."""
    head = b"Obj\x01" + zigzag(2) + text("avro.schema") + text(json.dumps(schema)) + text("avro.codec") + text(codec)
    out = head + zigzag(0) + MARK
    for count, data in blocks:
        out += zigzag(count) + text(pack(data)) + MARK
    return out


def rows(frame):
    return [tuple(r) for r in frame.collect()]


MADE = """
SELECT id, IF(id % 7 = 0, NULL, id * id) AS l, CAST(id % 100 AS INT) AS i, id % 3 = 0 AS b, CAST(id AS FLOAT) AS f, id / 7 AS d,
  IF(id % 4 = 0, NULL, repeat('é', CAST(id % 50 AS INT))) AS s, CAST(concat('b', id) AS BINARY) AS bin,
  CAST(id * 1000003 - 77 AS DECIMAL(18, 2)) AS d18, CAST(-id * 1000000007 AS DECIMAL(38, 10)) AS d38,
  date_add(DATE'1400-01-01', CAST(id * 11 AS INT)) AS dt, timestamp_micros(id * 1000003 - 5) AS ts,
  TIMESTAMP_NTZ'1969-12-31 23:59:58.123456' + make_dt_interval(0, 0, 0, id) AS ntz, INTERVAL '1' DAY * id AS dti,
  INTERVAL '1' MONTH * id AS ymi, transform(sequence(0, CAST(id % 4 AS INT)), x -> IF(x = 2, NULL, x * id)) AS arr,
  IF(id % 9 = 0, NULL, map(concat('k', id % 3), id, 'l', NULL)) AS m,
  IF(id % 6 = 0, NULL, named_struct('a', id, 'n', named_struct('z', array(named_struct('q', id % 2 = 0))))) AS st
FROM range(0, 5000, 1, 1)"""


@pytest.mark.parametrize("codec", ["uncompressed", "deflate", "snappy", "bzip2", "zstandard"])
def test_what_is_written_is_read(avro, tmp_path, codec):
    made = avro.sql(MADE)
    made.write.format("avro").option("compression", codec).save(str(tmp_path / "out"))
    [part] = (tmp_path / "out").glob("part-*.avro")
    name = {"uncompressed": "null"}.get(codec, codec)
    assert part.name.endswith("c000.avro" if name == "null" else f".{codec}.avro")
    assert part.read_bytes().startswith(b"Obj\x01") and text("avro.codec") + text(name) in part.read_bytes()[:5000]
    read = avro.read.format("avro").load(str(tmp_path / "out"))
    assert read.dtypes == made.dtypes
    texts = [F.hex(c).alias(c) if c == "bin" else F.col(c).cast("string").alias(c) for c in made.columns]
    assert rows(read.select(texts)) == rows(made.select(texts))


def test_schemas_are_those_of_spark(avro, tmp_path):
    avro.sql("SELECT 1 AS a, CAST(NULL AS STRING) AS b, named_struct('x', CAST(1 AS DECIMAL(5, 2))) AS c, array(1L, NULL) AS d"
             ).write.format("avro").option("recordName", "R").option("recordNamespace", "n.s").save(str(tmp_path / "out"))
    [part] = (tmp_path / "out").glob("part-*.avro")
    data = part.read_bytes().decode("latin-1")
    schema, _ = json.JSONDecoder().raw_decode(data[data.index('{"type"'):])
    assert schema == {"type": "record", "name": "R", "namespace": "n.s", "fields": [
        {"name": "a", "type": "int"},
        {"name": "b", "type": ["string", "null"]},
        {"name": "c", "type": {"type": "record", "name": "c", "namespace": "n.s.R", "fields": [{"name": "x", "type": [{
            "type": "fixed", "name": "fixed", "namespace": "n.s.R.c.x", "size": 3, "logicalType": "decimal", "precision": 5,
            "scale": 2}, "null"]}]}},
        {"name": "d", "type": {"type": "array", "items": ["long", "null"]}}]}


def test_bytes_of_the_specification_are_read(avro, tmp_path):
    schema = record(
        ("n", "null"), ("b", "boolean"), ("i", "int"), ("s", "string"),
        ("e", {"type": "enum", "name": "e", "symbols": ["x", "y"]}),
        ("f", {"type": "fixed", "name": "f", "size": 2}), ("a", {"type": "array", "items": "long"}),
        ("m", {"type": "map", "values": "int"}), ("u", ["null", "string"]), ("w", ["int", "long"]), ("c", ["int", "string"]),
        ("t", {"type": "long", "logicalType": "timestamp-millis"}),
        ("d", {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}), ("again", "e"))
    value = (b"\x01" + zigzag(-64) + text("foo") + zigzag(1) + b"\x01\x02" + zigzag(-2) + zigzag(2) + zigzag(3) + zigzag(27)
             + zigzag(0) + zigzag(1) + text("k") + zigzag(5) + zigzag(0) + zigzag(1) + text("a") + zigzag(0) + zigzag(9)
             + zigzag(1) + text("z") + zigzag(1500) + text((-12345).to_bytes(3, "big", signed=True)) + zigzag(0))
    (tmp_path / "x.avro").write_bytes(container(schema, [(1, value), (1, value)], "deflate", lambda b: zlib.compress(b)[2:-4]))
    read = avro.read.format("avro").load(str(tmp_path / "x.avro"))
    assert read.schema["c"].dataType.simpleString() == "struct<member0:int,member1:string>"
    assert rows(read.selectExpr("n", "b", "i", "s", "e", "f", "a", "m", "u", "w", "c.*", "CAST(t AS LONG)", "CAST(d AS STRING)",
                                "again")) == 2 * [
        (None, True, -64, "foo", "y", bytearray(b"\1\2"), [3, 27], {"k": 5}, "a", 9, None, "z", 1, "-123.45", "x")]


def test_another_schema_is_read_and_written(avro, tmp_path):
    path = str(tmp_path / "out")
    given = json.dumps(record(("a", "long"), ("b", ["null", {"type": "enum", "name": "E", "symbols": ["x", "y"]}])))
    avro.sql("SELECT 'x' AS b, 1L AS a").write.format("avro").option("avroSchema", given).save(path)
    assert rows(avro.read.format("avro").load(path)) == [(1, "x")]
    newer = {"type": "record", "name": "r", "fields": [
        {"name": "more", "type": "int", "default": 7}, {"name": "a", "type": "double"}]}
    assert rows(avro.read.format("avro").option("avroSchema", json.dumps(newer)).load(path)) == [(7, 1.0)]
    assert rows(avro.read.format("avro").schema("B STRING, none INT").load(path)) == [("x", None)]
    with pytest.raises(PySparkException):
        avro.read.format("avro").schema("a STRING").load(path).collect()
    for query in ("SELECT 'z' AS b, 1L AS a", "SELECT 1 AS a, 'x' AS b", "SELECT 1L AS a, 'x' AS c"):
        with pytest.raises(PySparkException):
            avro.sql(query).write.format("avro").option("avroSchema", given).save(str(tmp_path / "other"))


def test_tables_are_kept_as_avro(avro):
    avro.sql("CREATE TABLE t (a INT, p STRING) USING avro PARTITIONED BY (p)")
    avro.sql("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    avro.sql("ALTER TABLE t ADD COLUMNS (b INT)")
    avro.sql("INSERT INTO t VALUES (3, 4, 'x')")
    assert sorted(rows(avro.table("t"))) == [(1, None, "x"), (2, None, "y"), (3, 4, "x")]


def test_what_avro_does_not_have_is_refused(avro, tmp_path):
    for query, condition in (("SELECT parse_json('1') AS a", "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"),
                             ("SELECT time'10:00:00' AS a", "UNSUPPORTED_TIME_TYPE"),
                             ("SELECT named_struct('x y', 1) AS a", "INVALID_COLUMN_NAME_AS_PATH")):
        with pytest.raises(AnalysisException) as raised:
            avro.sql(query).write.mode("overwrite").format("avro").save(str(tmp_path / "out"))
        assert raised.value.getCondition() == condition
    with pytest.raises(IllegalArgumentException, match="CODEC_SHORT_NAME_NOT_FOUND"):
        avro.range(1).write.format("avro").option("compression", "lz4").save(str(tmp_path / "other"))


def test_broken_files_are_refused(avro, tmp_path):
    (tmp_path / "bad.avro").write_bytes(b"neither Avro nor anything")
    with pytest.raises(SparkException, match="Could not read file"):
        avro.read.format("avro").load(str(tmp_path))
    with pytest.raises(SparkException, match="FAILED_READ_FILE.NO_HINT"):
        avro.read.format("avro").schema("a INT").load(str(tmp_path)).collect()
    (tmp_path / "bad.avro").write_bytes(b"")
    assert rows(avro.read.format("avro").schema("a INT").load(str(tmp_path))) == []


def test_values_are_avro_without_a_file(avro):
    frame = avro.sql("SELECT named_struct('a', 1, 'b', 'x') AS v, CAST(NULL AS INT) AS n")
    assert rows(frame.select(to_avro("v"), to_avro("n"))) == [(bytearray(b"\x02\x02x"), None)]
    schema = json.dumps(record(("a", "int"), ("b", "string")))
    coded = frame.select(to_avro("v").alias("v"))
    assert rows(coded.select(from_avro("v", schema))) == [((1, "x"),)]
    assert rows(avro.sql("""SELECT from_avro(to_avro(5, '["null","int"]'), '["null","int"]', map())""")) == [(5,)]
    sql = "SELECT schema_of_avro('{\"type\":\"array\",\"items\":[\"null\",\"int\"]}', map())"
    assert rows(avro.sql(sql)) == [("ARRAY<INT>",)]


def test_malformed_values_are_null_when_asked(avro):
    frame = avro.sql("SELECT X'09' AS v")
    schema = json.dumps(record(("a", "string")))
    with pytest.raises(SparkException, match="Malformed records"):
        frame.select(from_avro("v", schema)).collect()
    assert rows(frame.select(from_avro("v", schema, {"mode": "PERMISSIVE"}))) == [((None,),)]


@pytest.mark.parametrize("schema", [
    '"no"', "{", '{"type":"record","name":"n"}', '{"type":"record","name":"n","fields":[{"name":"x","type":["null","n"]}]}',
    '{"type":"array","items":' * 100 + '"int"' + "}" * 100])
def test_schemas_that_are_none_are_refused(avro, schema):
    with pytest.raises((AnalysisException, IllegalArgumentException)):
        avro.sql("SELECT X'00' AS v").select(from_avro("v", schema))


def test_the_package_may_be_named_for_spark_submit(spark, monkeypatch, tmp_path):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[2] --packages a:b:1,{PACKAGE} pyspark-shell")
    other = type(spark).builder.create()
    other.range(3).write.format("avro").save(str(tmp_path / "out"))
    assert other.read.format("avro").load(str(tmp_path / "out")).count() == 3


def test_without_the_package_spark_has_no_avro(spark, tmp_path):
    with pytest.raises(AnalysisException, match="Please deploy the application"):
        spark.read.format("avro").load(str(tmp_path))
    with pytest.raises(AnalysisException, match="AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE"):
        spark.range(1).select(to_avro("id"))


def test_damage_anywhere_ends_in_an_error_or_in_rows(avro, tmp_path):
    path = tmp_path / "x.avro"
    avro.sql(MADE.replace("5000", "60")).write.format("avro").option("compression", "uncompressed").save(str(tmp_path / "o"))
    [part] = (tmp_path / "o").glob("part-*.avro")
    for data in damaged(part.read_bytes(), 150):
        path.write_bytes(data)
        try:
            avro.read.format("avro").load(str(path)).collect()
        except (PySparkException, ValueError):  # what Python has no date for
            pass
    assert avro.range(1).count() == 1
