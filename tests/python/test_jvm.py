# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for the JVM's objects; what is asserted here is what a real Spark answers."""

import logging

import pytest

from roost.errors import PySparkNotImplementedError
from roost.sql import DataFrame


def test_a_frame_tells_its_schema_and_shows_rows(spark):
    frame = spark.createDataFrame([(1, "a")], ["id", "s"])
    schema = frame._jdf.schema()
    assert schema.toDDL() == "id BIGINT,s STRING"
    assert schema.treeString() == "root\n |-- id: long (nullable = true)\n |-- s: string (nullable = true)\n"
    assert schema.toString() == "StructType(StructField(id,LongType,true),StructField(s,StringType,true))"
    assert schema.simpleString() == "struct<id:bigint,s:string>" and list(schema.fieldNames()) == ["id", "s"]
    assert schema.json().startswith('{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,')
    assert frame._jdf.showString(2, 20, False) == "+---+---+\n| id|  s|\n+---+---+\n|  1|  a|\n+---+---+\n"
    assert frame._jdf.count() == 1 and str(frame._jdf) == "[id: bigint, s: string]"
    nested = spark.createDataFrame([], "m map<string,array<decimal(3,1)>>")._jdf.schema()
    kinds = "MapType(StringType,ArrayType(DecimalType(3,1),true),true)"
    assert nested.toString() == f"StructType(StructField(m,{kinds},true))"


def test_a_frame_can_be_wrapped_again(spark):
    class Wrapped(DataFrame):
        def __init__(self, frame):
            super().__init__(frame._jdf, frame.sparkSession)

    frame = spark.range(3)
    assert Wrapped(frame).filter(frame.id > 1).count() == 1
    assert frame.sql_ctx.sql("select 1 as one").first().one == 1 and frame._sc is spark.sparkContext


def test_plans_by_stage(spark):
    execution = spark.range(3).filter("id > 1")._jdf.queryExecution()
    assert all(f"== {stage} Plan ==" in execution.toString() for stage in ("Analyzed Logical", "Physical"))
    assert execution.analyzed().toString().startswith("Filter (id#") and execution.executedPlan().toString()
    assert execution.optimizedPlan().numberedTreeString().startswith("00 ")
    explained = spark._jvm.PythonSQLUtils.explainString(execution, "simple")
    assert explained.startswith("== Physical Plan ==\n")


def test_columns_and_sessions(spark):
    frame = spark.range(1)
    assert frame.id._jc.toString() == "id" and str((frame.id + 1).alias("x")._jc) == "+(id, 1) AS x"
    session = spark._jsparkSession
    assert not session.catalog().tableExists("nothing") and session.version() == "4.1.1"
    assert session.sessionState().conf().getConfString("spark.sql.ansi.enabled") == "true"
    assert session.parseDataType(frame.schema.json()).toString() == "StructType(StructField(id,LongType,false))"
    assert spark.sparkContext._jsc.sc().applicationId() == spark.sparkContext.applicationId
    assert not spark._jsc.sc().isStopped() and spark._jsc.getPersistentRDDs() == {}


def test_settings_of_hadoop_are_kept(spark):
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set("fs.s3a.access.key", "key")
    assert spark._jsc.hadoopConfiguration().get("fs.s3a.access.key") == "key"
    assert settings.get("nothing") is None and settings.getInt("nothing", 3) == 3
    assert settings.get("fs.defaultFS") == "file:///"


def test_files(spark, tmp_path):
    hadoop = spark._jvm.org.apache.hadoop.fs
    files = hadoop.FileSystem.get(spark._jsc.hadoopConfiguration())
    folder = hadoop.Path(str(tmp_path), "folder")
    assert files.mkdirs(folder) and files.exists(folder) and not files.exists(folder.suffix("2"))
    (tmp_path / "folder" / "a").write_text("text")
    (status,) = files.listStatus(hadoop.Path(f"file://{tmp_path}/folder"))
    assert status.getPath().toString() == f"file:{tmp_path}/folder/a" and status.getLen() == 4
    assert files.rename(status.getPath(), hadoop.Path(f"{tmp_path}/b")) and (tmp_path / "b").exists()
    assert files.delete(folder, True) and not files.delete(folder, True)
    assert folder.getParent().toString() == str(tmp_path) and folder.getName() == "folder"
    with pytest.raises(PySparkNotImplementedError, match="s3"):
        hadoop.Path("s3://bucket/key").getFileSystem(spark._jsc.hadoopConfiguration())


def test_loggers_write_to_pythons(spark, caplog):
    log4j = spark._jvm.org.apache.log4j
    logger = log4j.LogManager.getLogger("a.test")
    assert logger.getLevel() is None
    logger.setLevel(log4j.Level.WARN)
    with caplog.at_level(logging.WARNING, "a.test"):
        logger.warn("seen")
        logger.info("not seen")
    assert [record.message for record in caplog.records] == ["seen"] and logger.getLevel().toString() == "WARN"


def test_everything_else_is_refused_by_name(spark):
    frame = spark.range(1)
    for use, name in (
        (lambda: frame._jdf.persist(), "_jdf.persist"),
        (lambda: spark._jsparkSession.streams(), "_jsparkSession.streams"),
        (lambda: frame._jdf.queryExecution().optimizedPlan().stats().sizeInBytes(), "sizeInBytes"),
    ):
        with pytest.raises(PySparkNotImplementedError, match=rf"{name} is not implemented\. There is no JVM"):
            use()
    with pytest.raises(TypeError, match=r"com.example.Thing \('JavaPackage' object is not callable\)"):
        spark._jvm.com.example.Thing()
    assert not hasattr(spark, "_wrapped") and not hasattr(frame._jdf, "persist")


def test_which_session_is_meant(spark):
    for sessions in (spark._jvm.SparkSession, spark._jvm.org.apache.spark.sql.SparkSession):
        active = sessions.getActiveSession()
        assert active.isDefined() and not active.isEmpty() and active == sessions.getActiveSession()
        assert active.get().catalog() is not None and sessions.getDefaultSession().isDefined()
