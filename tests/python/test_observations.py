# SPDX-License-Identifier: Apache-2.0
"""What observe() computes while rows pass."""

import pytest

from roost.errors import AnalysisException
from roost.sql import Observation, Row
from roost.sql import functions as F


def observed(rows, *metrics, run=lambda frame: frame.collect()):
    observation = Observation()
    run(rows.observe(observation, *metrics))
    return observation.get


def test_metrics_may_be_expressions_of_aggregates(spark):
    rows = spark.range(5)
    got = observed(
        rows,
        F.lit(1).alias("one"),
        (F.sum("id") / F.count("*")).alias("mean"),
        F.max("id") - F.min("id"),
        F.when(F.count("*") > 3, "many").otherwise("few").alias("size"),
        F.coalesce(F.sum("id"), F.lit(0)).alias("sum"),
    )
    assert got == {"one": 1, "mean": 2.0, "(max(id) - min(id))": 4, "size": "many", "sum": 10}
    assert observed(rows.filter("id > 9"), F.sum("id").alias("s"), (F.count("*") + 1).alias("n")) == {"s": None, "n": 1}


@pytest.mark.parametrize("way", ["collect", "toPandas", "toArrow", "count", "toLocalIterator"])
def test_every_way_to_the_rows_is_observed(spark, way):
    if way.startswith("to") and way != "toLocalIterator":
        pytest.importorskip("pandas" if way == "toPandas" else "pyarrow")

    def run(frame):
        rows = getattr(frame, way)()
        return list(rows) if way == "toLocalIterator" else rows

    assert observed(spark.range(5), F.max("id").alias("m"), run=run) == {"m": 4}


def test_nested_metrics_are_values_not_texts(spark):
    got = observed(
        spark.range(3),
        F.collect_list("id").alias("list"),
        F.struct(F.max("id").alias("x"), F.lit("q").alias("y")).alias("struct"),
        F.create_map(F.lit("n"), F.count("*")).alias("map"),
        F.array(F.struct(F.min("id").alias("low"))).alias("deep"),
    )
    assert got == {"list": [0, 1, 2], "struct": Row(x=2, y="q"), "map": {"n": 3}, "deep": [Row(low=0)]}
    assert got["struct"].y == "q"


def test_rows_that_are_written_are_observed(spark, tmp_path):
    total = F.sum("id").alias("s")
    for run in (
        lambda frame: frame.write.format("noop").mode("overwrite").save(),
        lambda frame: frame.write.parquet(str(tmp_path / "rows")),
        lambda frame: frame.write.saveAsTable("observed_rows"),
    ):
        assert observed(spark.range(5), total, run=run) == {"s": 10}


@pytest.mark.parametrize(
    ("metric", "condition", "shown"),
    [
        (F.count("*") + F.col("id"), "NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", '"(count(1) + id) AS `(count(1) + id)`"'),
        (F.sum_distinct("id").alias("d"), "AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED", '"sum(DISTINCT id) AS d"'),
        (F.expr("max(id) filter (where true)").alias("f"), "AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED", None),
    ],
)
def test_what_is_no_metric(spark, metric, condition, shown):
    with pytest.raises(AnalysisException) as raised:
        spark.range(5).observe("x", metric)
    assert raised.value.getCondition() == f"INVALID_OBSERVED_METRICS.{condition}"
    assert shown is None or raised.value.getMessageParameters()["expr"] == shown


def test_to_pandas_tells_metrics(spark):
    seen = Observation("pandas")
    assert len(spark.range(3).observe(seen, F.count("*").alias("rows")).toPandas()) == 3
    assert seen.get == {"rows": 3}
