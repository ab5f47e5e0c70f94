# SPDX-License-Identifier: Apache-2.0
"""CSV and JSON files: what options do to them, and what malformed records become."""

import pytest
from roost.errors import AnalysisException, SparkException


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "file"
        path.write_text(text)
        return str(path)

    return write


def rows(frame):
    return [tuple(row) for row in frame.collect()]


def test_json_records_end_where_line_sep_says(spark, file):
    assert rows(spark.read.json(file('{"a":1};{"a":2}'), lineSep=";")) == [(1,), (2,)]


def test_a_json_record_may_be_a_variant(spark, file):
    frame = spark.read.option("singleVariantColumn", "v").json(file('{"a":1}\n{"b":[2]}'))
    assert rows(frame.selectExpr("CAST(v AS STRING)")) == [('{"a":1}',), ('{"b":[2]}',)]


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":1,"A":2}'])
def test_inferred_columns_must_differ(spark, file, text):
    with pytest.raises(AnalysisException, match="COLUMN_ALREADY_EXISTS"):
        spark.read.json(file(text))


def test_what_fits_of_a_json_record_is_kept(spark, file):
    path = file('{"a":"x","b":{"c":1,"d":"y"},"e":[1,"z"]}')
    schema = "a INT, b STRUCT<c: INT, d: INT>, e ARRAY<INT>"
    assert rows(spark.read.schema(schema).json(path)) == [(None, (1, None), None)]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_failfast_fails_when_rows_are_read(spark, file, kind):
    frame = spark.read.schema("a INT").format(kind).option("mode", "FAILFAST").load(file("x\n"))
    with pytest.raises(SparkException, match="FAILED_READ_FILE.NO_HINT"):
        frame.collect()


def test_the_corrupt_column_alone_is_no_query(spark, file):
    frame = spark.read.schema("a INT, _corrupt_record STRING").csv(file("x\n"))
    assert rows(frame) == [(None, "x")]
    with pytest.raises(AnalysisException, match="QUERY_ONLY_CORRUPT_RECORD_COLUMN"):
        frame.select("_corrupt_record").collect()


def test_a_header_may_have_to_name_the_schema(spark, file):
    path = file("a,b\n1,2\n")
    read = spark.read.option("header", True).option("enforceSchema", False)
    assert rows(read.schema("A INT, b INT").csv(path)) == [(1, 2)]
    with pytest.raises(SparkException, match="FAILED_READ_FILE"):
        read.schema("a INT, x INT").csv(path).collect()


def test_compressed_files_are_read_by_their_names(spark, tmp_path):
    path = str(tmp_path / "out")
    spark.range(3).write.option("compression", "gzip").json(path)
    assert [p.name.endswith(".json.gz") for p in (tmp_path / "out").glob("part-*")] == [True]
    assert sorted(rows(spark.read.json(path))) == [(0,), (1,), (2,)]


def test_quote_all_quotes_nulls_too(spark, tmp_path):
    spark.sql("SELECT 1 AS a, CAST(NULL AS STRING) AS b").write.csv(str(tmp_path / "out"), quoteAll=True)
    (part,) = (tmp_path / "out").glob("part-*")
    assert part.read_text() == '"1",""\n'


def test_files_may_be_rows_as_a_whole(spark, tmp_path):
    (tmp_path / "p=1").mkdir()
    (tmp_path / "p=1" / "x.gz").write_bytes(b"\x00\xff")
    frame = spark.read.format("binaryFile").load(str(tmp_path))
    assert frame.columns == ["path", "modificationTime", "length", "content", "p"]
    assert rows(frame.select("path", "length", "content", "p")) == [
        (f"file:{tmp_path}/p=1/x.gz", 2, b"\x00\xff", 1)]


def test_partitions_may_begin_above_the_path(spark, tmp_path):
    (tmp_path / "p=1" / "q=a").mkdir(parents=True)
    (tmp_path / "p=1" / "q=a" / "x.csv").write_text("7\n")
    read = spark.read.schema("v INT")
    assert read.csv(str(tmp_path / "p=1")).columns == ["v", "q"]
    assert rows(read.option("basePath", str(tmp_path)).csv(str(tmp_path / "p=1"))) == [(7, 1, "a")]
