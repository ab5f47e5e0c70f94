# SPDX-License-Identifier: Apache-2.0
"""What df.write refuses before it writes, and what files are called."""

import re

import pytest
from roost.errors import (
    AnalysisException,
    IllegalArgumentException,
    ParseException,
    PySparkTypeError,
    SparkRuntimeException,
    UnsupportedOperationException,
)
from roost.sql import functions as F


@pytest.fixture
def df(spark):
    return spark.sql("select 1 id, 'a' s, 1.5D x")


def refused(write, *arguments):
    with pytest.raises(AnalysisException) as caught:
        write(*arguments)
    return caught.value.getCondition()


def test_columns_of_files(df, tmp_path):
    path = str(tmp_path / "out")
    assert refused(df.select("id", F.col("x").alias("ID")).write.parquet, path) == "COLUMN_ALREADY_EXISTS"
    assert refused(df.write.partitionBy("id", "ID").parquet, path) == "COLUMN_ALREADY_EXISTS"
    assert refused(df.write.partitionBy("id", "s", "x").parquet, path) == "ALL_PARTITION_COLUMNS_NOT_ALLOWED"
    with pytest.raises(AnalysisException) as caught:
        df.write.partitionBy("zz").parquet(path)
    assert str(caught.value) == "Partition column `zz` not found in schema struct<id:int,s:string,x:double>."
    with pytest.raises(AnalysisException, match='the column `id` of the type "INT"'):
        df.write.text(path)
    with pytest.raises(AnalysisException, match="only a single column, and you have 2 columns"):
        df.select("s", F.upper("s")).write.text(path)


def test_what_is_appended_is_what_the_table_was_made_with(spark, df):
    df.write.partitionBy("s").saveAsTable("t")
    more = df.write.mode("append")
    assert refused(more.saveAsTable, "t") == "_LEGACY_ERROR_TEMP_1163"
    more = more.partitionBy("s")
    more.saveAsTable("t")
    assert spark.table("t").count() == 2
    assert refused(more.format("csv").saveAsTable, "t") == "_LEGACY_ERROR_TEMP_1159"
    more = df.write.mode("append").partitionBy("s").bucketBy(2, "id").sortBy("x")
    with pytest.raises(AnalysisException, match=r"2 buckets, bucket columns: \[id\], sort columns: \[x\]"):
        more.saveAsTable("t")
    fewer = df.drop("x").write.mode("append").partitionBy("s")
    with pytest.raises(AnalysisException, match=r"The column number of the existing table spark_catalog.default.t "):
        fewer.saveAsTable("t")
    other = df.withColumnRenamed("x", "y").write.mode("append").partitionBy("s")
    with pytest.raises(AnalysisException, match=r"Cannot resolve 'x' given input columns: \[id, s, y\]."):
        other.saveAsTable("t")


def test_buckets_and_partitions_have_their_place(df):
    assert refused(df.write.sortBy("id").saveAsTable, "t") == "SORT_BY_WITHOUT_BUCKETING"
    assert refused(df.write.bucketBy(0, "id").saveAsTable, "t") == "INVALID_BUCKET_COUNT"
    assert refused(df.write.bucketBy(2, "zz").saveAsTable, "t") == "COLUMN_NOT_DEFINED_IN_TABLE"
    df.write.bucketBy(2, "id").sortBy("x").saveAsTable("t")
    assert refused(df.write.bucketBy(2, "id").insertInto, "t") == "_LEGACY_ERROR_TEMP_1312"
    assert refused(df.write.partitionBy("id").insertInto, "t") == "_LEGACY_ERROR_TEMP_1309"


@pytest.mark.parametrize(
    ("codec", "ending"),
    [("gzip", ".gz.parquet"), ("snappy", ".snappy.parquet"), ("zstd", ".zstd.parquet"), ("none", "-c000.parquet")],
)
def test_a_files_name_ends_in_its_codec(df, tmp_path, codec, ending):
    df.write.option("compression", codec).parquet(str(tmp_path / "out"))
    assert [f.name.endswith(ending) for f in (tmp_path / "out").glob("part-*")] == [True]


def test_names_of_tables_are_written_as_in_sql(spark, df):
    df.createOrReplaceTempView("`a b`")
    assert spark.table("`a b`").count() == 1
    with pytest.raises(AnalysisException, match="Invalid view name: a b."):
        df.createOrReplaceTempView("a b")
    for read in (lambda: spark.table("a b"), lambda: df.write.saveAsTable("a-b")):
        with pytest.raises(ParseException):
            read()


def test_rows_of_noop_are_computed_and_not_kept(spark, df, tmp_path):
    df.write.format("noop").mode("overwrite").save(str(tmp_path / "nothing"))
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(SparkRuntimeException, match="boom"):
        spark.sql("SELECT raise_error('boom')").write.format("noop").mode("append").save()
    with pytest.raises(AnalysisException) as raised:
        df.write.format("noop").save()
    assert raised.value.getCondition() == "UNSUPPORTED_DATA_SOURCE_SAVE_MODE"


@pytest.mark.parametrize("title", ["CSV", "JSON", "Parquet", "ORC", "Text"])
def test_what_no_file_holds(spark, tmp_path, title):
    with pytest.raises(AnalysisException, match=f"The {title} datasource does not support writing empty") as refused:
        spark.range(1).select(F.struct()).write.format(title.lower()).save(str(tmp_path / "none"))
    assert refused.value.getCondition() == "EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE"
    with pytest.raises(IllegalArgumentException, match="'path' is not specified"):
        spark.range(1).write.format(title.lower()).save()


def test_a_path_may_be_an_option(spark, df, tmp_path):
    df.write.option("path", str(tmp_path / "out")).save()
    reader = spark.read.option("Path", str(tmp_path / "out"))
    assert reader.load().collect() == df.collect()
    with pytest.raises(AnalysisException, match="option set and load"):
        reader.load(str(tmp_path))
    with pytest.raises(AnalysisException, match="option set and save"):
        df.write.option("path", str(tmp_path / "out")).save(str(tmp_path / "other"))


def test_a_file_has_as_many_rows_as_it_may(spark, tmp_path):
    spark.range(10).coalesce(1).write.option("maxRecordsPerFile", 4).json(str(tmp_path / "option"))
    spark.conf.set("spark.sql.files.maxRecordsPerFile", "4")
    spark.range(10).coalesce(1).write.json(str(tmp_path / "setting"))
    for name in ("option", "setting"):
        files = sorted((tmp_path / name).glob("part-*"))
        assert [len(f.read_text().splitlines()) for f in files] == [4, 4, 2]
        assert [f.name[-9:] for f in files] == ["c000.json", "c001.json", "c002.json"]


def test_names_of_files_say_whether_there_are_partitions(spark, tmp_path):
    spark.range(2).selectExpr("id", "id AS k").write.partitionBy("k").json(str(tmp_path / "out"))
    names = [f.name for f in (tmp_path / "out").glob("k=*/part-*")]
    assert len(names) == 2 and all(name.endswith(".c000.json") for name in names)


@pytest.mark.parametrize(
    ("title", "type"),
    [("CSV", "ARRAY<INT>"), ("CSV", "VARIANT"), ("CSV", "VOID"), ("Text", "INT"), ("ORC", "VOID"), ("JSON", "INTERVAL"),
     ("Parquet", "STRUCT<a: INTERVAL>"), ("XML", "MAP<STRING, INTERVAL>")],
)
def test_columns_that_a_format_lacks(spark, tmp_path, title, type):
    message = f'The {title} datasource doesn\'t support the column `c` of the type "{type}"'
    frame = spark.sql(f"SELECT CAST(NULL AS {type}) AS c")
    with pytest.raises(AnalysisException, match=re.escape(message)):
        frame.write.format(title.lower()).option("rowTag", "r").save(str(tmp_path / "out"))
    with pytest.raises(AnalysisException, match=re.escape(message)):
        spark.sql(f"CREATE TABLE lacking (c {type}) USING {title}")


def test_binary_files_are_not_written(df, tmp_path):
    with pytest.raises(UnsupportedOperationException, match="binary file data source"):
        df.write.format("binaryFile").save(str(tmp_path / "out"))


def test_files_have_times_where_the_type_is_enabled_and_there_is_one(spark, tmp_path):
    frame = spark.sql("SELECT TIME'10:00:00' AS c")
    for name in ("csv", "json", "parquet", "orc"):
        with pytest.raises(AnalysisException, match="UNSUPPORTED_TIME_TYPE"):
            frame.write.format(name).save(str(tmp_path / name))
    spark.conf.set("spark.sql.timeType.enabled", "true")
    for name in ("csv", "json", "orc"):
        with pytest.raises(AnalysisException, match="UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"):
            frame.write.format(name).save(str(tmp_path / name))
    frame.write.parquet(str(tmp_path / "parquet"))
    assert spark.read.parquet(str(tmp_path / "parquet")).collect() == frame.collect()


def test_modes_and_paths_are_checked_at_once(spark):
    for mode in ("nope", ""):
        with pytest.raises(AnalysisException) as raised:
            spark.range(1).write.mode(mode)
        assert raised.value.getCondition() == "INVALID_SAVE_MODE" and raised.value.getSqlState() == "42000"
        assert str(raised.value).endswith('and "default". SQLSTATE: 42000')
    with pytest.raises(IllegalArgumentException, match="Can not create a Path from a null string"):
        spark.range(1).write.parquet(None)
    with pytest.raises(PySparkTypeError, match="Argument `col` should be a list"):
        spark.range(1).write.bucketBy(2, 1)


@pytest.mark.parametrize("kind", ["array<int>", "map<int,int>", "struct<a:int>", "variant", "void", "string collate unicode_ci"])
def test_columns_that_make_no_partitions(spark, tmp_path, kind):
    frame = spark.sql(f"SELECT 1 AS id, CAST(NULL AS {kind}) AS p")
    writer = frame.write.partitionBy("p")
    for write in (lambda: writer.json(str(tmp_path / "x")), lambda: writer.saveAsTable("t")):
        with pytest.raises(AnalysisException) as caught:
            write()
        assert caught.value.getCondition() == "INVALID_PARTITION_COLUMN_DATA_TYPE"
