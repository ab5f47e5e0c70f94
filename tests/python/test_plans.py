# SPDX-License-Identifier: Apache-2.0
"""Orders of joins, as EXPLAIN shows them."""

import pytest

from roost.errors import AnalysisException
from roost.sql import functions as F


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """Sales of 3,000 items to 500 customers on 1,000 days, and their returns, which have the sales' keys."""
    return str(tmp_path_factory.mktemp("facts"))


@pytest.fixture
def tables(spark, facts):
    sales = spark.range(30_000).select(
        (F.col("id") % 3000).alias("s_item"),
        (F.col("id") % 499).alias("s_customer"),
        F.col("id").alias("s_ticket"),
        (F.col("id") % 1000).alias("s_day"),
    )
    returns = sales.where("s_ticket % 10 = 0").toDF("r_item", "r_customer", "r_ticket", "r_day")
    days = spark.range(1000).select(F.col("id").alias("day"), F.expr("concat('Q', id div 90)").alias("quarter"))
    for name, df in {"sales": sales, "returns": returns, "days": days}.items():
        df.write.mode("overwrite").parquet(f"{facts}/{name}")
        spark.read.parquet(f"{facts}/{name}").createOrReplaceTempView(name)
    return spark


def test_facts_meet_by_their_whole_key_before_anything_multiplies(tables):
    df = tables.sql(
        """
        select count(*) n, count(distinct d1.quarter) quarters
        from sales, returns, sales again, days d1, days d2
        where sales.s_item = r_item and sales.s_customer = r_customer and sales.s_ticket = r_ticket
          and again.s_item = r_item and again.s_customer = r_customer
          and sales.s_day = d1.day and d1.quarter = 'Q3' and r_day = d2.day and d2.quarter in ('Q3', 'Q4')
        """
    )
    plan = df._explain_string()
    assert "s_ticket" in plan
    below = plan.splitlines()
    by_ticket = next(i for i, line in enumerate(below) if "Join" in line and "s_ticket" in line)
    by_pair = next(i for i, line in enumerate(below) if "Join" in line and "s_ticket" not in line and "r_customer" in line)
    assert by_pair < by_ticket, plan
    assert df.collect() == [(270, 1)]


def test_plans_mean_the_same_whatever_their_columns_are_called(spark):
    one, other = spark.range(10), spark.range(10)
    assert one.withColumn("a", one.id * 2).sameSemantics(other.withColumn("b", other.id * 2))
    assert not one.withColumn("a", one.id * 2).sameSemantics(other.withColumn("b", other.id * 3))
    assert not spark.createDataFrame([(1,)], "a int").sameSemantics(spark.createDataFrame([(2,)], "a int"))


def test_explain_shows_what_is_kept(spark, capsys):
    frame = spark.range(3).cache()
    frame.filter("id > 1").explain()
    assert "InMemoryTableScan" in capsys.readouterr().out


def test_products_are_refused_where_the_setting_says_so(spark):
    one, other = spark.range(3), spark.range(2).withColumnRenamed("id", "b")
    spark.conf.set("spark.sql.crossJoin.enabled", "false")
    for join in (one.join(other), one.join(other, F.lit(True), "left"), one.join(other, one.id > 1)):
        with pytest.raises(AnalysisException, match="Detected implicit cartesian product"):
            join.collect()
    assert one.join(other, one.id > other.b).count() == 3
    assert one.crossJoin(other).count() == 6
    assert one.join(other, F.lit(False)).count() == 0
    assert spark.sql("SELECT (SELECT max(id) FROM range(2)) FROM range(3) WHERE EXISTS (SELECT 1 FROM range(2))").count() == 3


def test_local_rows_are_scanned_in_the_plan_that_runs(spark, capsys):
    frame = spark.createDataFrame([(1,)], ["a"])
    frame.hint("broadcast").explain(True)
    logical, _, physical = capsys.readouterr().out.partition("== Physical Plan ==")
    assert "LocalRelation [a#" in logical and "LocalTableScan [a#" in physical
    assert logical.count("ResolvedHint (strategy=broadcast)") == 1 and "\nUnresolvedHint broadcast\n" in logical
    assert spark.sql("select version()").first()[0].split(" ")[0] == spark.version
