# SPDX-License-Identifier: Apache-2.0
"""DataFrame methods whose columns are data, and fields inside structs."""

import pytest

from roost.errors import (
    AnalysisException,
    ArithmeticException,
    IllegalArgumentException,
    ParseException,
    PySparkException,
    PySparkTypeError,
    PySparkValueError,
)
from roost.sql import Window
from roost.sql import functions as F
from roost.sql.types import StructType


def test_transpose(spark):
    df = spark.createDataFrame([("b", 3, 4.5), ("a", 1, 2.0), (None, 9, 9.0)], "k string, x int, y double")
    turned = df.transpose()
    assert turned.dtypes == [("key", "string"), ("a", "double"), ("b", "double")]
    assert turned.collect() == [("x", 1.0, 3.0), ("y", 2.0, 4.5)]
    with pytest.raises(AnalysisException) as raised:
        df.transpose("x")
    assert raised.value.getCondition() == "TRANSPOSE_NO_LEAST_COMMON_TYPE"


def test_crosstab_and_frequent_items(spark):
    df = spark.createDataFrame([(1, "a"), (1, "b"), (2, None)], "x int, y string")
    assert df.crosstab("x", "y").collect() == [("1", 1, 1, 0), ("2", 0, 0, 1)]
    assert df.crosstab("x", "y").columns == ["x_y", "a", "b", "null"]
    assert df.freqItems(["x"], 0.5).collect() == [([1, 2],)]


def test_fields_put_in_and_taken_out(spark):
    df = spark.sql("select named_struct('a', 1, 'b', named_struct('c', 2, 'd', 3)) as s")
    put = df.select(F.col("s").withField("b.c", F.lit("x")).withField("e", F.lit(None)).alias("s"))
    assert put.schema.simpleString() == "struct<s:struct<a:int,b:struct<c:string,d:int>,e:void>>"
    assert df.select(F.col("s").dropFields("a", "b.c").alias("s")).collect() == [(((3,),),)]
    with pytest.raises(AnalysisException, match="Cannot drop all fields"):
        df.select(F.col("s").dropFields("a", "b"))


def test_a_dataframe_inside_a_subquery_over_itself(spark):
    df = spark.createDataFrame([(1, 10), (1, 20), (2, 5)], "k int, v int")
    inner = df.alias("i").where(F.col("i.k") == F.col("o.k").outer()).select(F.avg("v"))
    assert df.alias("o").where(F.col("v") > inner.scalar()).collect() == [(1, 20)]


def test_names_in_a_dictionary_of_aggregates_come_in_javas_order(spark):
    assert spark.range(2).groupBy().agg({"id": "max", "*": "count"}).columns == ["count(1)", "max(id)"]


def test_rdds_are_lists(spark):
    context = spark.sparkContext
    pairs = context.parallelize([("a", 1), ("b", 2), ("a", 3)])
    assert pairs.reduceByKey(lambda a, b: a + b).toDF(["k", "n"]).collect() == [("a", 4), ("b", 2)]
    assert spark.range(3).rdd.map(lambda row: row.id).filter(bool).collect() == [1, 2]
    assert spark.read.json(context.parallelize(['{"a":\n1}'])).collect() == [(1,)]


def test_unverified_values_of_another_type_become_null(spark):
    from roost.sql.types import ArrayType, DateType, DoubleType, IntegerType, StructType

    schema = StructType().add("i", IntegerType()).add("d", DoubleType()).add("a", ArrayType(IntegerType()))
    rows = [("x", 1, "text"), (2**31 + 1, 1.5, [1, "x"]), (None, True, None)]
    frame = spark.createDataFrame(rows, schema, verifySchema=False)
    assert [tuple(row) for row in frame.collect()] == [(None, None, None), (1 - 2**31, 1.5, [1, None]), (None,) * 3]
    with pytest.raises(AttributeError, match="'int' object has no attribute 'toordinal'"):
        spark.createDataFrame([1], DateType(), verifySchema=False)


def test_unverified_null_where_there_is_none(spark):
    from roost.errors import PySparkException
    from roost.sql.types import DoubleType, IntegerType, StructType

    schema = StructType().add("i", IntegerType(), False).add("d", DoubleType(), False)
    frame = spark.createDataFrame([(None, "x"), (1, 2.0)], schema, verifySchema=False)
    assert [tuple(row) for row in frame.collect()] == [(0, 0.0), (1, 2.0)] and frame.schema == schema
    texts = spark.createDataFrame([(None, 1)], "s string not null, i int", verifySchema=False)
    assert not texts.schema["s"].nullable and texts.select("i").collect() == [(1,)]
    with pytest.raises(PySparkException, match="NULL value appeared in non-nullable field: s"):
        texts.collect()


def test_a_frame_is_joined_with_itself(spark):
    df = spark.range(1, 4).withColumn("x", F.col("id") + 1)
    assert df.join(df, df.id == df.id).count() == 3
    assert df.join(df, (df.x == df.x) & df.id.eqNullSafe(df.id), "left_semi").count() == 3
    assert df.join(df.filter("x > 2"), df.id == df.filter("x > 2").id).count() == 2
    with pytest.raises(AnalysisException, match="ambiguous"):
        df.join(df, df.id < df.id)


def test_product(spark):
    df = spark.createDataFrame([(1, None, 1.5), (3, None, 2.0)], "a int, n int, d double")
    assert tuple(df.agg(F.product("a"), F.product("n"), F.product("d")).first()) == (3.0, None, 3.0)
    assert df.agg(F.product("a")).columns == ["product(a)"]
    with pytest.raises(AnalysisException):
        spark.sql("select product(1)")  # the DataFrame API alone has it


def test_the_other_sides_key_of_a_join_by_names(spark):
    left = spark.createDataFrame([(1, "x"), (2, "y")], "k int, l string")
    right = spark.createDataFrame([(1, "a"), (3, "b")], "k int, r string")
    joined = left.join(right, on="k")
    assert joined.select(right.k, left.k, "r").collect() == [(1, 1, "a")]
    assert joined.withColumn("x", right.k).columns == ["k", "l", "r", "x"]
    assert joined.filter("r = 'a'").groupBy(right.k).count().collect() == [(1, 1)]
    assert joined.join(left.select(F.col("l").alias("z")), F.lit(True)).select(right.k).count() == 2
    full = left.join(right, on="k", how="full").select(F.coalesce(left.k, right.k).alias("k"), right.k)
    assert sorted(full.collect(), key=lambda row: row[0]) == [(1, 1), (2, None), (3, 3)]
    with pytest.raises(AnalysisException, match="MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_APPEAR_IN_OPERATION"):
        left.select(right.k)


def test_rows_exchanged_by_values_are_in_one_partition(spark):
    divided = spark.createDataFrame([(i,) for i in range(8)], "a int").repartition(3)

    def filled(frame):
        return sum(1 for part in frame.rdd.glom().collect() if part)

    def sizes(frames):
        yield next(frames).iloc[:1].assign(a=sum(map(len, frames), 1))

    together = divided.withColumn("k", F.lit(0)).repartition("k").drop("k")
    assert filled(divided) == 3 and filled(together) == filled(divided.repartitionByRange("a")) == 1
    assert together.mapInPandas(sizes, "a int").count() == 1
    spark.conf.set("spark.sql.adaptive.enabled", False)
    spark.conf.set("spark.sql.shuffle.partitions", 4)
    assert divided.repartition("a").rdd.getNumPartitions() == 4 and filled(divided.repartition(F.col("a") % 1)) == 1


def test_union_by_name_fills_missing_fields_of_structs(spark):
    left = spark.sql("SELECT 1 AS k, named_struct('x', 1, 'y', 'a') AS s, array(named_struct('x', 1)) AS l")
    right = spark.sql("SELECT named_struct('y', 'b', 'z', named_struct('w', 1)) AS s, 2 AS k, array(named_struct('q', 1)) AS l")
    both = left.unionByName(right, allowMissingColumns=True)
    assert both.schema.simpleString() == "struct<k:int,s:struct<x:int,y:string,z:struct<w:int>>,l:array<struct<x:int,q:int>>>"
    assert sorted(map(tuple, both.collect())) == [
        (1, (1, "a", None), [(1, None)]), (2, (None, "b", (1,)), [(None, 1)])]
    nothing = spark.sql("SELECT 3 AS k, cast(null AS STRUCT<y: STRING>) AS s")
    assert left.unionByName(nothing, allowMissingColumns=True).where("k = 3").collect() == [(3, None, None)]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda df: df.corr("n", "s"), "Currently correlation calculation for columns with dataType string not"),
        (lambda df: df.cov("s", "n"), "Currently covariance calculation for columns with dataType string not"),
        (lambda df: df.approxQuantile("s", [0.5], 0), "Quantile calculation for column s with data type StringType is"),
        (lambda df: df.sampleBy("n", {1: 2}), r"Fractions must be in \[0, 1\], but got Map\(1 -> 2\.0\)\."),
        (lambda df: df.randomSplit([0, 0]), r"Sum of weights must be positive, but got \[0\.0,0\.0\]"),
    ],
)
def test_statistics_of_what_has_none(spark, call, message):
    with pytest.raises(IllegalArgumentException, match=f"requirement failed: {message}"):
        call(spark.createDataFrame([(1, "a")], ["n", "s"]))


@pytest.mark.parametrize(
    "call, condition",
    [
        (lambda df: df.select("n.*"), "_LEGACY_ERROR_TEMP_1050"),
        (lambda df: df.select("`n"), "INVALID_ATTRIBUTE_NAME_SYNTAX"),
        (lambda df: df.to(StructType().add("s", "integer")), "INVALID_COLUMN_OR_FIELD_DATA_TYPE"),
        (lambda df: df.explain(5), "NOT_BOOL_OR_STR"),
        (lambda df: df.take("x"), "NOT_INT"),
        (lambda df: df.withColumn(5, F.lit(1)), "NOT_STR"),
    ],
)
def test_what_dataframes_refuse(spark, call, condition):
    with pytest.raises(PySparkException) as refused:
        call(spark.createDataFrame([(1, "a")], ["n", "s"]))
    assert refused.value.getCondition() == condition


def test_calls_that_python_refuses_name_the_dataframe(spark):
    with pytest.raises(TypeError, match=r"DataFrame\.repartition\(\) missing 1 required"):
        spark.range(1).repartition()


def test_replaced_values_are_compared_as_they_are(spark):
    df = spark.createDataFrame([(1, 2.5), (2, 1.0)], "i int, d double")
    assert df.replace(1.5, 9.0).collect() == [(1, 2.5), (2, 1.0)]
    assert df.replace(2.5, 3).collect() == [(1, 3.0), (2, 1.0)]
    assert df.replace([1, 2], [3.5, 4.5]).collect() == [(3, 2.5), (4, 3.5)]


def test_filling_tells_what_may_be_null(spark):
    df = spark.createDataFrame([(None, None)], "i int, d double")
    assert [field.nullable for field in df.na.fill(0).schema] == [True, False]
    assert [field.nullable for field in df.na.fill({"i": 0, "d": 0.0}).schema] == [False, False]
    assert df.na.fill({}).collect() == df.collect()
    with pytest.raises(ArithmeticException, match="CAST_OVERFLOW"):
        df.na.fill(2**31).collect()


def test_a_frame_is_joined_with_what_is_made_of_it(spark):
    df = spark.createDataFrame([(1, "1"), (2, "b")], "i int, s string")
    assert df.join(df.select("i"), df.i == df.i).count() == 2
    assert df.join(df.filter("i > 1"), df.i == df.i).count() == 1
    assert df.join(df.withColumn("q", F.lit(1)), (df.i == df.i) & (df.s == df.s)).count() == 2
    assert df.join(df.groupBy("i").count(), df.i.eqNullSafe(df.i)).count() == 2


def test_frames_that_functions_cannot_have(spark):
    near = Window.partitionBy("id").orderBy("id").rowsBetween(-1, 1)
    with pytest.raises(AnalysisException) as refused:
        spark.range(1).select(F.rank().over(near))
    assert refused.value.getMessageParameters() == {
        "wf": "specifiedwindowframe(RowFrame, -1, 1)",
        "required": "specifiedwindowframe(RowFrame, unboundedpreceding$(), currentrow$())",
    }


@pytest.mark.parametrize("side", ["a", "b"])
def test_of_two_copies_of_a_column_the_one_that_is_left_is_meant(spark, side):
    source = spark.createDataFrame([(1, 20), (2, 10)], "key int, value int")
    joined = source.alias("a").join(source.alias("b"), F.col("a.key") == F.col("b.key"))
    kept = joined.select(f"{side}.key", f"{side}.value").select("key")
    assert kept.where(source.value > 15).collect() == [(1,)]
    assert source.subtract(source.where("key > 1")).select("key").where(source.value > 15).collect() == [(1,)]
    with pytest.raises(AnalysisException):
        source.withColumn("value", F.col("key")).alias("o").select("key").where(source.value > 15)


def test_what_lacks_the_field_is_passed_by_on_the_way_to_a_column(spark):
    source = spark.createDataFrame([((1,), 7), ((2,), 8)], "s struct<x int>, n int")
    other = source.select(F.struct(F.lit(2).alias("y")).alias("s"), "n").select("n")
    assert other.where("s.x = 1").collect() == [(7,)]
    assert source.select("n").dropDuplicates(["n"]).where("s.x = 1").collect() == [(7,)]
    named = spark.sql("SELECT id, 'me' user FROM range(2)").select("id")
    assert named.where("user = 'me'").collect() == []  # the function, not the column that was left out


def test_minus_zero_is_zero_among_distinct_rows(spark):
    frame = spark.createDataFrame([(-0.0, 1), (0.0, 1), (1.5, 2)], "d double, i int")
    assert sorted(str(row.d) for row in frame.distinct().collect()) == ["0.0", "1.5"]
    assert sorted(str(row.d) for row in frame.dropDuplicates(["d"]).collect()) == ["0.0", "1.5"]


def test_no_rows_are_pivoted_to_nan(spark):
    frame = spark.createDataFrame([("a", float("nan"), 1), ("a", 1.5, 2)], "k string, v double, n int")
    assert frame.groupBy("k").pivot("v").sum("n").collect() == [("a", 2, None)]
    spark.conf.set("spark.sql.pivotMaxValues", "1")
    with pytest.raises(AnalysisException, match="^The pivot column n has more than 1 distinct values"):
        frame.groupBy("k").pivot("n").count()


def test_columns_that_have_no_statistics_are_left_out(spark):
    assert spark.createDataFrame([(True,)], "b boolean").describe("b").columns == ["summary"]


@pytest.mark.parametrize(
    "metric, fault",
    [
        (F.col("id"), "NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE"),
        (F.sum(F.max("id")), "NESTED_AGGREGATES_UNSUPPORTED"),
        (F.rand(), "NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC"),
        (F.count_distinct("id"), "AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED"),
        (F.row_number().over(Window.orderBy("id")), "WINDOW_EXPRESSIONS_UNSUPPORTED"),
    ],
)
def test_what_is_no_metric(spark, metric, fault):
    with pytest.raises(AnalysisException) as refused:
        spark.range(3).observe("name", metric)
    assert refused.value.getCondition() == f"INVALID_OBSERVED_METRICS.{fault}"


def test_what_a_query_with_with_leaves_out_is_not_to_be_named(spark):
    spark.range(3).selectExpr("id AS a", "id * 2 AS b").createOrReplaceTempView("left_out")
    assert spark.sql("SELECT a FROM left_out").filter("b = 2").collect() == [(1,)]
    for query in ("WITH c AS (SELECT * FROM left_out) SELECT a FROM c", "WITH c AS (SELECT 1) SELECT a FROM left_out"):
        assert spark.sql(f"{query} ORDER BY b DESC LIMIT 1").collect() == [(2,)]
        with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN"):
            spark.sql(query).filter("b = 2")


def test_windows_that_overlap_may_stand_wherever_columns_do(spark):
    rows = spark.sql("SELECT 0 AS id, timestamp'1970-01-01 00:00:00' AS ts UNION ALL SELECT 1, timestamp'1970-01-01 00:00:05'")
    over = F.window("ts", "10 seconds", "5 seconds")
    df = rows.withColumn("w", over)
    assert df.columns == ["id", "ts", "w"]
    assert sorted((row.id, row.w.start.second) for row in df.collect()) == [(0, 0), (0, 55), (1, 0), (1, 5)]
    assert sorted(row["count"] for row in df.groupBy("w").count().collect()) == [1, 1, 2]
    assert [row.ts.start.second for row in rows.withColumn("ts", over).filter("id = 1").orderBy("ts").collect()] == [0, 5]
    kept = rows.filter(over.start < "1970-01-01")
    assert kept.columns == ["window", "id", "ts"] and [row.id for row in kept.collect()] == [0]
    assert [row.id for row in rows.orderBy(over.end).collect()] == [0, 0, 1, 1]


def test_files_of_what_gives_no_row_are_none(spark, tmp_path):
    spark.range(2).write.json(str(tmp_path / "f"))
    df = spark.read.json(str(tmp_path / "f"))
    empty = df.filter("1 = 0")
    assert df.inputFiles() and empty.inputFiles() == df.limit(0).inputFiles() == []
    assert df.join(empty, "id").inputFiles() == empty.groupBy().count().inputFiles() == []
    assert df.join(empty, "id", "leftanti").inputFiles() == df.union(empty).inputFiles() == df.inputFiles()


def test_watermarks_are_for_streams_and_change_nothing_here(spark):
    rows = spark.sql("select timestamp'2024-01-01 00:02:00' t, 1 n")
    late = rows.withWatermark("t", "10 minutes")
    assert late.schema == rows.schema
    assert late.groupBy(F.window("t", "5 minutes").start.alias("start")).count().collect()[0]["count"] == 1
    with pytest.raises(AnalysisException, match="Unable to parse '1 min'") as raised:
        rows.withWatermark("t", "1 min")
    assert raised.value.getCondition() == "CANNOT_PARSE_INTERVAL"
    with pytest.raises(IllegalArgumentException, match=r"delay threshold \(-1 hour\) should not be negative"):
        rows.withWatermark("t", "-1 hour")
    with pytest.raises(AnalysisException, match="not supported with batch DataFrames"):
        late.dropDuplicatesWithinWatermark(["n"]).collect()
    with pytest.raises(AnalysisException) as raised:
        assert late.writeStream
    assert raised.value.getCondition() == "WRITE_STREAM_NOT_ALLOWED" and raised.value.getSqlState() == "42601"
    with pytest.raises(PySparkValueError):
        assert late.executionInfo


def test_no_values_and_no_columns(spark):
    frame = spark.createDataFrame([(1, "a"), (2, "b")], "id int, s string")
    assert frame.dropDuplicates([]).count() == 1
    assert frame.groupBy("s").pivot("id", []).count().sort("s").collect() == [("a",), ("b",)]
    assert frame.limit(0).groupBy("s").pivot("id").count().columns == ["s"]
    assert frame.groupBy("s").pivot("id", (1, None)).count().columns == ["s", "1", "null"]
    assert frame.tail(-1) == []


def test_lists_and_items_as_arguments(spark):
    frame = spark.range(2)
    assert frame.summary(["min"]).collect() == [("min", "0")]
    for call, condition in (
        (lambda: frame.withColumns({"a": 5}), "NOT_COLUMN_OR_STR"),
        (lambda: frame.withColumnsRenamed({"id": 5}), "NOT_STR"),
        (lambda: frame.approxQuantile(["id", 5], [0.5], 0.0), "DISALLOWED_TYPE_FOR_CONTAINER"),
        (lambda: frame.hint("x", {}), "DISALLOWED_TYPE_FOR_CONTAINER"),
        (lambda: frame.explain(mode=5), "NOT_STR"),
        (lambda: frame.mergeInto("t", 5), "NOT_COLUMN_OR_STR"),
    ):
        with pytest.raises(PySparkTypeError) as caught:
            call()
        assert caught.value.getCondition() == condition


def test_correlations_of_too_few_rows(spark):
    for rows in (spark.range(0), spark.range(1)):
        assert str(rows.corr("id", "id")) == "nan" and rows.cov("id", "id") == 0.0
    assert spark.range(2).cov("id", "id") == 0.5


def test_columns_that_are_aggregates(spark):
    assert spark.range(3).withColumn("id", F.sum("id")).collect() == [(3,)]
    assert spark.range(3).withColumns({"id": F.sum("id"), "n": F.count("*")}).collect() == [(3, 3)]
    for columns in ({"x": F.sum("id")}, {"id": F.sum("id"), "n": F.col("id")}):
        with pytest.raises(AnalysisException) as caught:
            spark.range(3).withColumns(columns)
        assert caught.value.getCondition() == "MISSING_GROUP_BY"


def test_rows_of_constants_of_several_widths(spark):
    with pytest.raises(ParseException, match="INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH"):
        spark.sql("SELECT * FROM VALUES (1, 2), (3)")


def test_rows_alike_in_columns_that_cannot_be_compared(spark):
    frame = spark.range(1).select("id", F.create_map("id", "id").alias("m"))
    assert frame.dropDuplicates(["id"]).count() == 1
    with pytest.raises(AnalysisException) as caught:
        frame.dropDuplicates(["id", "m"])
    assert caught.value.getCondition() == "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE"
    assert caught.value.getMessageParameters() == {"colName": "`m`", "dataType": '"MAP<BIGINT, BIGINT>"'}


def test_nodes_that_hold_no_subquery_refuse_it(spark):
    left = spark.createDataFrame([(1, 10), (2, 20)], "a int, b int")
    right = spark.createDataFrame([(1, 100)], "k int, v int").where(F.col("k") == F.col("a").outer())
    exists, scalar = right.exists(), right.select(F.max("v")).scalar()
    prefix = "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_"
    refused = {
        "IN_EXISTS_SUBQUERY": [
            lambda: left.orderBy(exists), lambda: left.repartition(2, exists),
            lambda: left.unpivot("a", [F.when(exists, 1).alias("z")], "x", "y")],
        "CORRELATED_SCALAR_SUBQUERY": [
            lambda: left.observe("seen", F.sum(scalar)), lambda: left.select(F.explode(F.array(scalar)))],
    }
    for condition, makers in refused.items():
        for make in makers:
            with pytest.raises(AnalysisException) as caught:
                make().collect()
            assert caught.value.getCondition() == prefix + condition


def test_values_for_single_columns_are_cast(spark):
    df = spark.createDataFrame([(1, None), (None, "c")], "x long, y string")
    assert df.fillna({"x": "5"}).collect() == [(1, None), (5, "c")]
    assert df.na.fill({"y": 7}).collect() == [(1, "7"), (None, "c")]
    assert df.fillna("q").collect() == [(1, "q"), (None, "c")]


def test_missing_values_of_no_columns(spark):
    df = spark.createDataFrame([(1, None), (None, "c")], "x long, y string")
    assert df.fillna(0, []).collect() == df.replace(1, 2, []).collect() == df.collect()
    assert df.dropna(subset=[]).count() == 2 and df.dropna("all", subset=[]).count() == 0


def test_summaries_of_decimals_and_of_what_has_no_values(spark):
    df = spark.sql("select 1.50 d, null n")
    assert df.summary("50%", "max").collect() == [("50%", "1.5"), ("max", "1.50")]
    with pytest.raises(IllegalArgumentException, match=r"Percentiles must be in the range \[0, 1\]"):
        df.summary("101%")
    with pytest.raises(IllegalArgumentException, match="UNRECOGNIZED_STATISTIC"):
        df.summary("x%")


def test_quantiles_without_rows_or_of_any_error(spark):
    df = spark.createDataFrame([(1,), (9,)], ["x"])
    assert df.limit(0).approxQuantile("x", [0.5], 0) == []
    assert df.approxQuantile("x", [0.1, 0.9], 2.0) == [1.0, 1.0]


def test_unpivot_of_expressions_where_ids_are_given(spark):
    df = spark.createDataFrame([(1, "a")], ["x", "y"])
    assert df.unpivot("y", [F.col("x") + 1], "k", "v").collect() == [("a", "(x + 1)", 2)]


def test_columns_of_windows_say_so(spark):
    df = spark.sql("select timestamp'2020-01-01' t")
    window = df.groupBy(F.window("t", "1 hour").alias("w")).count().schema["w"]
    session = df.groupBy(F.session_window("t", "1 hour")).count().schema["session_window"]
    assert window.metadata == {"spark.timeWindow": True} and session.metadata == {"spark.sessionWindow": True}
    assert df.select(F.window("t", "1 hour")).select("window.start").schema["start"].metadata == {}
