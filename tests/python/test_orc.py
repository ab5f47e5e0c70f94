# SPDX-License-Identifier: Apache-2.0
"""ORC files: as Arrow writes them (both versions of the run lengths, dictionaries, every codec), as Arrow reads ours,
and what tables, schemas and broken files come to."""

import datetime
import decimal
import random

import pytest
from roost.errors import AnalysisException, IllegalArgumentException, SparkException
from roost.sql import functions as F
from tests.file_samples import damaged, maybe

pa = pytest.importorskip("pyarrow")
orc = pytest.importorskip("pyarrow.orc")

ROWS = 6000
D = decimal.Decimal


def table(rows=ROWS):
    chance = random.Random(7)
    day, moment = datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)
    return pa.table({
        "b": pa.array(maybe(i % 3 == 0 for i in range(rows))),
        "i8": pa.array(maybe(i // 9 % 256 - 128 for i in range(rows)), pa.int8()),
        "i16": pa.array(maybe(i * 7 % 65536 - 32768 for i in range(rows)), pa.int16()),
        "i32": pa.array(maybe(chance.randrange(-(2**31), 2**31) for _ in range(rows)), pa.int32()),
        "i64": pa.array(maybe(chance.randrange(-(2**63), 2**63) for _ in range(rows)), pa.int64()),
        "near": pa.array([1_000_000 + i // 3 for i in range(rows)], pa.int64()),
        "far": pa.array([chance.randrange(2**40) if i % 60 == 3 else i % 50 for i in range(rows)], pa.int64()),
        "down": pa.array([-i * i for i in range(rows)], pa.int64()),
        "f": pa.array(maybe(i / 7 for i in range(rows)), pa.float32()),
        "d": pa.array(maybe(chance.gauss(0, 1e6) for _ in range(rows)), pa.float64()),
        "s": pa.array(maybe("é" * (i % 9) + str(i) for i in range(rows))),
        "few": pa.array(maybe(["perch", "nest", ""][i % 3] for i in range(rows))),
        "bin": pa.array(maybe(bytes([i % 256]) * (i % 5) for i in range(rows)), pa.binary()),
        "day": pa.array(maybe(day + datetime.timedelta(i - 2000) for i in range(rows))),
        "moment": pa.array(maybe(moment + datetime.timedelta(microseconds=i * 997000) for i in range(rows)),
                           pa.timestamp("us", "UTC")),
        "dec9": pa.array(maybe(D(i - 2500).scaleb(-2) for i in range(rows)), pa.decimal128(9, 2)),
        "dec38": pa.array(maybe(D(i * 10**30 - 7).scaleb(-10) for i in range(rows)), pa.decimal128(38, 10)),
        "none": pa.array([None] * rows, pa.int32()),
        "list": pa.array(maybe([i, None, -i][: i % 4] for i in range(rows)), pa.list_(pa.int64())),
        "map": pa.array(maybe([(str(i), i), ("x", None)][: i % 3] for i in range(rows)), pa.map_(pa.string(), pa.int32())),
        "struct": pa.array(maybe({"x": i if i % 2 else None, "y": [{"z": str(i)}]} for i in range(rows))),
    })


def plain(value):
    """A value as Arrow and rows both have it."""
    if isinstance(value, dict):
        return tuple(plain(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return tuple(plain(v) for v in value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return bytes(value) if isinstance(value, bytearray) else value


def same(frame, expected):
    for name in expected.column_names:
        of_map = name == "map"  # a dictionary's order is Java's, entries have the map's own
        column = frame.selectExpr(f"map_entries(`{name}`)" if of_map else f"`{name}`")
        assert [plain(v) for (v,) in column.collect()] == [plain(v) for v in expected.column(name).to_pylist()], name


@pytest.mark.parametrize("codec", ["uncompressed", "snappy", "zlib", "lz4", "zstd"])
@pytest.mark.parametrize("version", ["0.11", "0.12"])
def test_what_arrow_writes_is_read(spark, tmp_path, codec, version):
    data = table()
    orc.write_table(data, str(tmp_path / "x.orc"), file_version=version, compression=codec, stripe_size=1 << 17,
                    dictionary_key_size_threshold=0.5)
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    frame = spark.read.orc(str(tmp_path))
    assert frame.count() == ROWS
    same(frame, data)


@pytest.mark.parametrize("codec", ["none", "snappy", "zlib", "lz4", "zstd"])
def test_what_is_written_arrow_reads(spark, tmp_path, codec):
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    data = table().drop_columns(["map", "moment"])
    spark.createDataFrame(data).coalesce(1).write.option("compression", codec).orc(str(tmp_path / "out"))
    [part] = (tmp_path / "out").glob("part-*.orc")
    assert part.name.endswith("c000.orc" if codec == "none" else f".{codec}.orc")
    back = orc.read_table(str(part))
    assert back.column_names == data.column_names
    for name in data.column_names:
        assert back.column(name).to_pylist() == data.column(name).to_pylist(), name


def test_types_that_orc_lacks_come_back(spark, tmp_path):
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    made = spark.sql(
        "SELECT timestamp'1500-02-03 04:05:06.789012' t, timestamp_ntz'1950-01-01 00:00:00.000001' n, date'0400-02-29' d,"
        " interval '1 02' day to hour i, interval 5 month m, cast('a' as char(3)) c, timestamp'2024-07-01 00:00:00' s")
    made.write.orc(str(tmp_path / "out"))
    read = spark.read.orc(str(tmp_path / "out"))
    assert read.dtypes == [
        ("t", "timestamp"), ("n", "timestamp_ntz"), ("d", "date"), ("i", "interval day to hour"), ("m", "interval month"),
        ("c", "string"), ("s", "timestamp")]
    texts = [F.col(c).cast("string") for c in made.columns]
    assert read.select(texts).collect() == made.select(texts).collect()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    assert read.select(F.col("s").cast("string")).head()[0] == "2024-07-01 04:00:00"


def test_tables_are_kept_as_orc(spark, tmp_path):
    spark.sql("CREATE TABLE t (a INT, p STRING) USING orc PARTITIONED BY (p)")
    spark.sql("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    spark.sql("ALTER TABLE t ADD COLUMNS (b INT)")
    spark.sql("INSERT INTO t VALUES (3, 4, 'x')")
    assert sorted(map(tuple, spark.table("t").collect())) == [(1, None, "x"), (2, None, "y"), (3, 4, "x")]
    spark.range(3).write.format("orc").saveAsTable("u")
    assert spark.table("u").where("id > 1").count() == 1
    spark.sql(f"INSERT OVERWRITE DIRECTORY '{tmp_path}/d' USING orc SELECT 1 AS x")
    assert [tuple(r) for r in spark.sql(f"SELECT x FROM orc.`{tmp_path}/d`").collect()] == [(1,)]


def test_schemas_of_files_are_merged_when_asked(spark, tmp_path):
    spark.sql("SELECT 1 AS a, 'x' AS b").write.orc(str(tmp_path / "k=1"))
    spark.sql("SELECT 2 AS a, 5L AS c").write.orc(str(tmp_path / "k=2"))
    read = spark.read.option("mergeSchema", True).orc(str(tmp_path))
    assert sorted(map(tuple, read.select("a", "b", "c", "k").collect())) == [(1, "x", None, 1), (2, None, 5, 2)]
    spark.sql("SELECT 'text' AS a").write.orc(str(tmp_path / "k=3"))
    with pytest.raises(SparkException, match="CANNOT_MERGE_SCHEMAS"):
        spark.read.option("mergeSchema", True).orc(str(tmp_path))


def test_columns_are_read_as_the_schema_wants_them(spark, tmp_path):
    spark.sql("SELECT 7 AS a, named_struct('x', 1, 'y', 'z') AS s").write.orc(str(tmp_path / "out"))
    read = spark.read.schema("S STRUCT<y STRING, w INT>, A STRING, more INT").orc(str(tmp_path / "out"))
    assert [tuple(r) for r in read.collect()] == [(("z", None), "7", None)]
    with pytest.raises(SparkException, match="column a is int in the file and cannot be read as date"):
        spark.read.schema("a DATE").orc(str(tmp_path / "out")).collect()


def test_columns_without_names_go_by_their_places(spark, tmp_path):
    spark.sql("SELECT 1 AS _col0, 2 AS _col1").write.orc(str(tmp_path / "out"))
    assert [tuple(r) for r in spark.read.schema("x INT, y INT").orc(str(tmp_path / "out")).select("y").collect()] == [(2,)]


def test_stripes_that_a_join_rules_out_are_not_needed(spark, tmp_path):
    data = pa.table({"k": pa.array(range(200_000), pa.int64())})
    orc.write_table(data, str(tmp_path / "x.orc"), stripe_size=1 << 16)
    keys = spark.createDataFrame([(5,), (199_999,), (300_000,)], "k LONG")
    assert sorted(r[0] for r in spark.read.orc(str(tmp_path)).join(keys, "k").collect()) == [5, 199_999]


def test_what_orc_does_not_have_is_refused(spark, tmp_path):
    for query, condition in (("SELECT null AS a", "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"),
                             ("SELECT array(parse_json('1')) AS a", "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"),
                             ("SELECT time'10:00:00' AS a", "UNSUPPORTED_TIME_TYPE")):
        with pytest.raises(AnalysisException) as raised:
            spark.sql(query).write.mode("overwrite").orc(str(tmp_path / "out"))
        assert raised.value.getCondition() == condition
    with pytest.raises(IllegalArgumentException, match="CODEC_NOT_AVAILABLE"):
        spark.range(1).write.option("compression", "gzip").orc(str(tmp_path / "other"))


def test_broken_files_are_refused(spark, tmp_path):
    with pytest.raises(AnalysisException, match="UNABLE_TO_INFER_SCHEMA"):
        (tmp_path / "empty.orc").write_bytes(b"")
        spark.read.orc(str(tmp_path / "empty.orc"))
    assert spark.read.schema("a INT").orc(str(tmp_path / "empty.orc")).collect() == []
    (tmp_path / "bad.orc").write_bytes(b"neither ORC nor anything")
    with pytest.raises(SparkException, match="CANNOT_READ_FILE_FOOTER"):
        spark.read.orc(str(tmp_path / "bad.orc"))
    read = spark.read.schema("a INT").orc(str(tmp_path / "bad.orc"))
    with pytest.raises(SparkException, match="FAILED_READ_FILE.NO_HINT"):
        read.collect()
    spark.conf.set("spark.sql.files.ignoreCorruptFiles", "true")
    assert read.collect() == []


def test_damage_anywhere_ends_in_an_error_or_in_rows(spark, tmp_path):
    path = tmp_path / "x.orc"
    orc.write_table(table(300), str(path), compression="zlib")
    for data in damaged(path.read_bytes(), 150):
        path.write_bytes(data)
        try:
            spark.read.orc(str(path)).collect()
        except (SparkException, AnalysisException):
            pass
    assert spark.range(1).count() == 1
