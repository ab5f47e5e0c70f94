# SPDX-License-Identifier: Apache-2.0
"""Tables as DataFrames see them: what was written since, what is kept, where rows come from."""

import pytest

from roost.errors import AnalysisException, SparkRuntimeException, UnsupportedOperationException
from roost.sql import functions as F


@pytest.fixture
def numbers(spark):
    spark.sql("CREATE TABLE numbers (a INT, p INT) USING parquet PARTITIONED BY (p)")
    spark.sql("INSERT INTO numbers VALUES (1, 1), (2, 2)")
    yield spark.table("numbers")
    spark.sql("DROP TABLE numbers")


def values(frame):
    return sorted(row[0] for row in frame.collect())


def test_a_frame_sees_what_was_written_since(spark, numbers):
    doubled = numbers.selectExpr("a * 2")
    spark.sql("INSERT INTO numbers VALUES (3, 3)")
    assert values(numbers) == [1, 2, 3]
    assert values(doubled) == [2, 4, 6]
    spark.sql("INSERT OVERWRITE numbers VALUES (9, 9)")
    assert values(numbers) == [9]
    spark.sql("ALTER TABLE numbers DROP PARTITION (p = 9)")
    assert values(numbers) == []


def test_dynamic_overwrite_keeps_other_partitions(spark, numbers):
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    spark.sql("INSERT OVERWRITE numbers VALUES (7, 2)")
    assert values(numbers) == [1, 7]


def test_a_partition_may_lie_elsewhere(spark, numbers, tmp_path):
    spark.sql(f"ALTER TABLE numbers ADD PARTITION (p = 5) LOCATION '{tmp_path / 'five'}'")
    spark.sql("INSERT INTO numbers VALUES (50, 5)")
    assert list((tmp_path / "five").glob("*.parquet"))
    assert values(numbers) == [1, 2, 50]
    spark.sql("INSERT OVERWRITE numbers PARTITION (p = 5) SELECT 51")
    assert values(numbers.where("p = 5")) == [51]


def test_repair_finds_partitions(spark, tmp_path):
    spark.range(4).selectExpr("id AS a", "id % 2 AS p").write.partitionBy("p").parquet(str(tmp_path / "t"))
    spark.sql(f"CREATE TABLE found (a BIGINT, p BIGINT) USING parquet PARTITIONED BY (p) LOCATION '{tmp_path / 't'}'")
    assert spark.table("found").count() == 0
    spark.sql("MSCK REPAIR TABLE found")
    assert spark.table("found").count() == 4
    assert [row[0] for row in spark.sql("SHOW PARTITIONS found").collect()] == ["p=0", "p=1"]
    spark.sql("DROP TABLE found")
    assert (tmp_path / "t" / "p=0").is_dir()


def test_kept_rows_are_computed_once(spark):
    calls = []

    def count(x):
        calls.append(x)
        return x

    from roost.sql import functions as F

    frame = spark.range(3).select(F.udf(count, "bigint")("id").alias("x")).cache()
    assert frame.is_cached
    assert values(frame) == [0, 1, 2]
    assert frame.where("x > 0").count() == 2
    assert frame.join(frame.withColumnRenamed("x", "y"), F.col("x") == F.col("y")).count() == 3
    assert len(calls) == 3
    frame.unpersist()
    assert not frame.is_cached
    assert values(frame) == [0, 1, 2]
    assert len(calls) == 6


def test_kept_rows_of_a_table_follow_it(spark, numbers):
    numbers.cache()
    assert spark.catalog.isCached("numbers")
    assert values(numbers) == [1, 2]
    spark.sql("INSERT INTO numbers VALUES (3, 3)")
    assert values(numbers) == values(spark.table("numbers")) == [1, 2, 3]
    assert spark.catalog.isCached("numbers")
    spark.catalog.clearCache()
    assert not spark.catalog.isCached("numbers")


def test_cache_table(spark):
    spark.sql("CACHE TABLE kept AS SELECT rand() AS r FROM range(2)")
    assert spark.catalog.isCached("kept")
    assert values(spark.table("kept")) == values(spark.sql("SELECT r FROM kept"))
    spark.sql("UNCACHE TABLE kept")
    assert not spark.catalog.isCached("kept")
    with pytest.raises(AnalysisException) as raised:
        spark.sql("CACHE TABLE nowhere")
    assert raised.value.getCondition() == "TABLE_OR_VIEW_NOT_FOUND"


def test_rows_know_their_file(spark, numbers):
    row = numbers.where("a = 2").selectExpr("_metadata.file_name", "_metadata.file_size", "input_file_name()").first()
    assert row[0].endswith(".parquet")
    assert row[1] > 0
    assert row[2].startswith("file:///") and row[2].endswith("/p=2/" + row[0])
    assert "_metadata" not in numbers.columns
    assert [r[0] for r in spark.range(3).coalesce(1).selectExpr("input_file_name()").collect()] == [""] * 3


def test_row_index_counts_rows_of_a_file(spark, tmp_path):
    spark.range(5000).coalesce(1).write.parquet(str(tmp_path / "t"))
    rows = spark.read.parquet(str(tmp_path / "t")).where("id % 1000 = 7").selectExpr("id", "_metadata.row_index")
    assert all(row[0] == row[1] for row in rows.collect())
    assert rows.count() == 5


def test_describe_as_json(spark, numbers):
    import json

    told = json.loads(spark.sql("DESCRIBE EXTENDED numbers AS JSON").first()[0])
    assert told["table_name"] == "numbers" and told["partition_columns"] == ["p"]
    assert told["columns"][0] == {"name": "a", "type": {"name": "int"}, "nullable": True}
    assert told["location"].startswith("file:/")


def test_char_columns_tell_their_type(spark):
    spark.sql("CREATE TABLE fixed (c CHAR(3), v VARCHAR(5)) USING parquet")
    spark.sql("INSERT INTO fixed VALUES ('a', 'b')")
    frame = spark.table("fixed")
    assert frame.schema["c"].dataType.simpleString() == "string"
    assert frame.schema["c"].metadata == {"__CHAR_VARCHAR_TYPE_STRING": "char(3)"}
    assert frame.first() == ("a  ", "b")
    frame.write.saveAsTable("copied")
    assert spark.sql("DESCRIBE copied").first()[1] == "char(3)"
    spark.sql("DROP TABLE copied")
    spark.sql("DROP TABLE fixed")


def test_the_catalog_tells_of_functions_of_all_kinds(spark):
    spark.sql("CREATE FUNCTION of_class AS 'a.b.C'")
    spark.sql("CREATE FUNCTION of_sql(x INT) RETURNS INT RETURN x + 1")
    spark.sql("CREATE TEMPORARY FUNCTION for_now(x INT) RETURNS INT RETURN x + 1")
    spark.udf.register("of_python", lambda x: x)
    names = ["of_class", "of_sql", "for_now", "of_python", "default.of_sql", "upper"]
    assert [spark.catalog.getFunction(name).isTemporary for name in names] == [False, False, True, True, False, True]
    assert spark.catalog.getFunction("of_class").className == "a.b.C"
    assert spark.catalog.getFunction("of_sql").namespace == ["default"]
    assert not spark.catalog.functionExists("default.for_now") and spark.catalog.functionExists("default.of_sql")
    assert {f.name for f in spark.catalog.listFunctions(pattern="*o*_*")} >= {"of_class", "of_sql", "for_now", "of_python"}
    spark.sql("DROP TEMPORARY FUNCTION of_python")
    assert not spark.catalog.functionExists("of_python")


def test_refreshing_a_path_forgets_what_was_kept_of_it(spark, tmp_path):
    spark.sql(f"CREATE TABLE lines (line STRING) USING text LOCATION '{tmp_path / 'lines'}'")
    spark.sql("INSERT INTO lines VALUES ('a')")
    spark.catalog.cacheTable("lines")
    assert spark.table("lines").count() == 1
    for file in (tmp_path / "lines").glob("part-*"):
        file.unlink()
    spark.catalog.refreshByPath(str(tmp_path / "lines"))
    assert spark.table("lines").count() == 0


def test_large_files_are_read_first(spark, tmp_path):
    for name in ("a", "bbbb", "cc"):
        spark.createDataFrame([(name,)], "name string").write.mode("append").json(str(tmp_path / "names"))
    assert [row.name for row in spark.read.json(str(tmp_path / "names")).collect()] == ["bbbb", "cc", "a"]


def test_tables_of_files_take_no_rows_by_write_to(spark):
    frame = spark.range(3).withColumn("p", F.lit(1))
    frame.writeTo("t").using("parquet").partitionedBy(F.partitioning.bucket(4, "id")).create()
    assert [column.isBucket for column in spark.catalog.listColumns("t")] == [True, False]
    frame.createOrReplaceTempView("v")
    ways = [lambda w: w.append(), lambda w: w.overwritePartitions(), lambda w: w.overwrite(F.lit(True))]
    for way in ways:
        with pytest.raises(AnalysisException, match="Cannot write into v1 table: `spark_catalog`.`default`.`t`"):
            way(frame.writeTo("t"))
        with pytest.raises(AnalysisException, match="Cannot write into temp view v"):
            way(frame.writeTo("v"))
    with pytest.raises(AnalysisException, match="does not support REPLACE TABLE AS SELECT"):
        frame.writeTo("t").createOrReplace()
    with pytest.raises(UnsupportedOperationException, match="UNSUPPORTED_PARTITION_TRANSFORM"):
        frame.writeTo("u").partitionedBy(F.partitioning.years("id")).create()


def test_formats_have_the_names_of_their_classes(spark, tmp_path):
    spark.range(3).write.format("org.apache.spark.sql.json").save(str(tmp_path / "rows"))
    for name in ("org.apache.spark.sql.execution.datasources.json.JsonFileFormat", "org.apache.spark.sql.json.DefaultSource"):
        assert spark.read.format(name).load(str(tmp_path / "rows")).count() == 3
    with pytest.raises(AnalysisException, match="DATA_SOURCE_NOT_FOUND"):
        spark.read.format("org.apache.spark.sql.nothing").load(str(tmp_path / "rows"))


def test_what_is_at_the_path_of_a_write(spark, tmp_path):
    import pytest

    from roost.errors import AnalysisException

    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    file.write_text("text")
    for there in (folder, file):
        with pytest.raises(AnalysisException, match="PATH_ALREADY_EXISTS"):
            spark.range(2).write.parquet(str(there))
        spark.range(2).write.mode("ignore").parquet(str(there))
    assert not list(folder.iterdir()) and file.read_text() == "text"
    spark.range(2).write.mode("append").parquet(str(folder))
    spark.range(3).write.mode("overwrite").parquet(str(file))
    assert spark.read.parquet(str(folder)).count() == 2 and spark.read.parquet(str(file)).count() == 3


def test_tables_of_files_take_no_merges(spark):
    spark.sql("create table t using parquet as select 1 x")
    rows, same = spark.range(1), F.col("id") == 1
    with pytest.raises(SparkRuntimeException, match="NO_MERGE_ACTION_SPECIFIED"):
        rows.mergeInto("t", same).merge()
    with pytest.raises(UnsupportedOperationException, match="`spark_catalog`.`default`.`t` does not support MERGE INTO TABLE"):
        rows.mergeInto("t", same).whenMatched().delete().merge()
    with pytest.raises(AnalysisException, match="TABLE_OR_VIEW_NOT_FOUND"):
        rows.mergeInto("nope", same).whenNotMatched().insertAll().merge()
