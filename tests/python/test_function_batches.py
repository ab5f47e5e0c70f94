# SPDX-License-Identifier: Apache-2.0
"""How many rows functions of columns see at a time, and what functions on iterators keep."""

import pytest

from roost.errors import PythonException
from roost.sql import functions as F

pd = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")

ROWS_PER_BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"


def counted(batches):
    offset = 0
    for batch in batches:
        yield pd.Series(range(offset, offset + len(batch)))
        offset += len(batch)


def on_iterator(function, kind="long"):
    return F.pandas_udf(function, kind, F.PandasUDFType.SCALAR_ITER)


def test_columns_are_cut_as_the_setting_says(spark):
    @F.pandas_udf("long")
    def size(ids: pd.Series) -> pd.Series:
        return pd.Series([len(ids)] * len(ids))

    assert spark.range(25000).coalesce(1).select(size("id").alias("n")).groupBy("n").count().orderBy("n").collect() == [
        (5000, 5000),
        (10000, 20000),
    ]
    spark.conf.set(ROWS_PER_BATCH, "3")
    got = spark.range(7).coalesce(1).select(size("id")).collect()
    assert [row[0] for row in got] == [3, 3, 3, 3, 3, 3, 1]
    spark.conf.set(ROWS_PER_BATCH, "0")
    got = spark.range(25000).coalesce(1).select(size(F.col("id") + 1).alias("n")).distinct().collect()
    assert got == [(25000,)]


def test_rows_of_partitions_are_not_mixed(spark):
    @F.pandas_udf("long")
    def size(ids: pd.Series) -> pd.Series:
        return pd.Series([len(ids)] * len(ids))

    got = spark.range(0, 5000, 1, 2).select(F.spark_partition_id().alias("p"), size("id").alias("n"))
    assert got.distinct().orderBy("p").collect() == [(0, 2500), (1, 2500)]


def test_an_iterator_is_one_for_each_partition(spark):
    spark.conf.set(ROWS_PER_BATCH, "1000")
    got = spark.range(0, 20004, 1, 2).select("id", on_iterator(counted)("id").alias("n")).collect()
    assert [row.n for row in got] == [i % 10002 for i in range(20004)]
    spark.udf.register("counted", on_iterator(counted))
    got = spark.range(0, 5000, 1, 1).select(F.expr("counted(id)")).collect()
    assert [row[0] for row in got] == list(range(5000))
    assert spark.range(3).coalesce(1).select(on_iterator(counted)(F.lit(1))).collect() == [(0,), (1,), (2,)]


def test_an_iterators_results_may_be_cut_otherwise(spark):
    spark.conf.set(ROWS_PER_BATCH, "4")

    def regrouped(batches):
        pairs = list(batches)
        whole = pd.concat([a + b for a, b in pairs], ignore_index=True)
        yield whole.iloc[:7]
        yield whole.iloc[7:]

    got = spark.range(10).coalesce(1).select(on_iterator(regrouped)("id", F.lit(5))).collect()
    assert [row[0] for row in got] == list(range(5, 15))


def test_structs_come_as_frames_and_their_timestamps_are_the_sessions(spark):
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")

    def hours(batches):
        for frame in batches:
            yield frame["t"].dt.hour + frame["n"]

    rows = spark.sql("select named_struct('t', timestamp'2024-01-02 03:00:00', 'n', 1L) s from range(3)")
    assert rows.select(on_iterator(hours)("s")).collect() == [(4,)] * 3


def test_arrow_functions_on_iterators(spark):
    spark.conf.set(ROWS_PER_BATCH, "2")
    pc = pytest.importorskip("pyarrow.compute")
    sizes = []

    def doubled(batches):
        for batch in batches:
            sizes.append(len(batch))
            yield pc.multiply(batch, 2)

    function = F.arrow_udf(doubled, "long", F.ArrowUDFType.SCALAR_ITER)
    assert [row[0] for row in spark.range(5).coalesce(1).select(function("id")).collect()] == [0, 2, 4, 6, 8]
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda batches: iter([next(batches)]), "pandas iterator UDF should exhaust the input iterator"),
        (lambda batches: (batch.iloc[1:] for batch in batches), "output was 2 and the length of input was 5"),
        (lambda batches: (pd.concat([batch, batch]) for batch in batches), "outputs more rows than input rows"),
    ],
)
def test_an_iterator_gives_as_many_rows_as_it_takes(spark, function, message):
    spark.conf.set(ROWS_PER_BATCH, "2")
    with pytest.raises(PythonException, match=message):
        spark.range(5).coalesce(1).select(on_iterator(function)("id")).collect()


def test_functions_of_several_kinds_in_one_projection(spark):
    @F.pandas_udf("long")
    def plus_one(ids: pd.Series) -> pd.Series:
        return ids + 1

    twice = F.udf(lambda n: n * 2, "long")
    row = spark.range(3).coalesce(1).select(
        plus_one("id").alias("a"), twice("id").alias("b"), on_iterator(counted)(plus_one(twice("id"))).alias("c")
    )
    assert row.collect() == [(1, 0, 0), (2, 2, 1), (3, 4, 2)]


def test_expressions_over_many_rows_count_on(spark):
    same = F.udf(lambda n: n, "long")
    rows = spark.range(0, 20000, 1, 1).select(same(F.monotonically_increasing_id()).alias("n")).collect()
    assert [row.n for row in rows] == list(range(20000))


def test_correlated_aggregate_functions(spark):
    @F.pandas_udf("double")
    def mean(values: pd.Series) -> float:
        return float(values.mean())

    spark.udf.register("mean_of", mean)
    spark.createDataFrame([(1, 2), (1, 3), (2, 5)], "k int, v int").createOrReplaceTempView("t")
    inner = "select k, (select mean_of(v) from t u where u.k {} t.k) m from t order by k"
    assert spark.sql(inner.format("=")).collect() == [(1, 2.5), (1, 2.5), (2, 5.0)]
    assert spark.sql(inner.format("<")).collect() == [(1, None), (1, None), (2, 2.5)]
