# SPDX-License-Identifier: Apache-2.0
"""EXPLAIN: Spark's names and layout for what the engine does."""

import re

import pytest

from roost.sql import Window
from roost.sql import functions as F


@pytest.fixture
def people(spark):
    return spark.createDataFrame([(1, "a", 2.0), (2, "b", 3.0)], ["id", "s", "x"])


def numbered(text):
    """Columns numbered by where they first stand in it."""
    numbers = {}
    return re.sub(r"#(\d+)", lambda m: f"#{numbers.setdefault(m[1], len(numbers) + 1)}", text)


def explained(df, mode="simple"):
    return numbered(df._explain_string(mode=mode))


def physical(df):
    head, _, plan = explained(df).partition("\n")
    assert head == "== Physical Plan =="
    return plan.rstrip("\n")


def test_sections_of_the_extended_form(people):
    text = explained(people.filter("id > 1").select("s"), "extended")
    assert text == (
        "== Parsed Logical Plan ==\n"
        "'Project ['s]\n+- Filter (id#1L > cast(1 as bigint))\n   +- LocalRelation [id#1L, s#2, x#3]\n\n"
        "== Analyzed Logical Plan ==\n"
        "s: string\nProject [s#2]\n+- Filter (id#1L > cast(1 as bigint))\n   +- LocalRelation [id#1L, s#2, x#3]\n\n"
        "== Optimized Logical Plan ==\n"
        "Project [s#2]\n+- Filter (id#1L > 1)\n   +- LocalRelation [id#1L, s#2]\n\n"
        "== Physical Plan ==\n"
        "Project [s#2]\n+- Filter (id#1L > 1)\n   +- LocalTableScan [id#1L, s#2]\n"
    )


PARSED = """
SELECT a, b + 1 AS c FROM t WHERE a > 1 AND b IN (1, 2) ORDER BY c DESC LIMIT 3
'GlobalLimit 3
+- 'LocalLimit 3
   +- 'Sort ['c DESC NULLS LAST], true
      +- 'Project ['a, ('b + 1) AS c#1]
         +- 'Filter (('a > 1) AND 'b IN (1,2))
            +- 'UnresolvedRelation [t], [], false

SELECT b, count(*), max(a) FILTER (WHERE a > 1) FROM t GROUP BY b HAVING count(*) > 1
'UnresolvedHaving ('count(1) > 1)
+- 'Aggregate ['b], ['b, unresolvedalias('count(1)), unresolvedalias('max('a, ('a > 1)))]
   +- 'UnresolvedRelation [t], [], false

SELECT t.*, (SELECT max(a) FROM u) FROM t JOIN u USING (a) UNION SELECT *, 1 FROM t
'Distinct
+- 'Union false, false
   :- 'Project [t.*, unresolvedalias(scalar-subquery#1 [])]
   :  :  +- 'Project [unresolvedalias('max('a))]
   :  :     +- 'UnresolvedRelation [u], [], false
   :  +- 'Join UsingJoin(Inner, [a])
   :     :- 'UnresolvedRelation [t], [], false
   :     +- 'UnresolvedRelation [u], [], false
   +- 'Project [*, unresolvedalias(1)]
      +- 'UnresolvedRelation [t], [], false

WITH c AS (SELECT 1 AS a) SELECT CASE WHEN a <> 1 THEN 'x' END, cast(a AS string) FROM c LATERAL VIEW explode(array(1)) e AS x
CTE [c]
:  +- SubqueryAlias c
:     +- Project [1 AS a#1]
:        +- OneRowRelation
+- 'Project [unresolvedalias(CASE WHEN NOT ('a = 1) THEN x END), unresolvedalias(cast('a as string))]
   +- 'Generate 'explode('array(1)), false, e, ['x]
      +- 'UnresolvedRelation [c], [], false

SELECT transform(array(1), x -> x + a), sum(a) OVER w FROM VALUES (1, 2) AS v(a, b) WINDOW w AS (PARTITION BY b)
'WithWindowDefinition [w=windowspecdefinition('b, unspecifiedframe$())], false
+- 'Project [unresolvedalias('transform('array(1), lambdafunction((lambda 'x + 'a), lambda 'x, false))), WINDOW]
   +- SubqueryAlias v
      +- LocalRelation [a#1, b#2]
""".replace("WINDOW]", "unresolvedalias(unresolvedwindowexpression('sum('a), WindowSpecReference(w)))]")


@pytest.mark.parametrize("example", PARSED.strip().split("\n\n"))
def test_the_parsed_plan_is_what_the_text_says(spark, example):
    sql, _, plan = example.partition("\n")
    for name in "tu":
        spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS SELECT 1 AS a, 2 AS b")
    for text in (explained(spark.sql(sql), "extended"), spark.sql("EXPLAIN EXTENDED " + sql).first()[0]):
        parsed = text.partition("== Parsed Logical Plan ==\n")[2].partition("\n\n== Analyzed")[0]
        assert numbered(parsed) == plan


def test_the_last_call_on_a_frame_is_parsed_the_rest_analyzed(people):
    text = explained(people.filter("id > 1").select("s", (F.col("id") + 1).alias("n"), people.x), "extended")
    assert text.partition("\n\n")[0] == (
        "== Parsed Logical Plan ==\n'Project ['s, '`+`('id, 1) AS n#1, x#2]\n"
        "+- Filter (id#3L > cast(1 as bigint))\n   +- LocalRelation [id#3L, s#4, x#2]"
    )
    assert "'Project [unresolvedstarwithcolumns(y, 'upper('s), None)]\n+- LocalRelation" in explained(
        people.withColumn("y", F.upper("s")), "extended")


def test_a_query_that_cannot_be_planned_is_explained_by_its_error(spark):
    rows = [row.plan for row in spark.sql("EXPLAIN SELECT b FROM VALUES (1) AS t(a)").collect()]
    assert rows[0] == "Error occurred during query planning: " and rows[1].startswith("[UNRESOLVED_COLUMN.WITH_SUGGESTION]")
    assert rows[2] == "'Project ['b]"
    extended = spark.sql("EXPLAIN EXTENDED SELECT b FROM VALUES (1) AS t(a)").first().plan
    assert "== Analyzed Logical Plan ==\norg.apache.spark.sql.AnalysisException: [UNRESOLVED_COLUMN" in extended


def test_aggregates(people):
    assert physical(people.groupBy("s").agg(F.sum("x"), F.countDistinct("id"))) == (
        "HashAggregate(keys=[s#1], functions=[sum(x#2), count(distinct id#3L)])\n+- LocalTableScan [id#3L, s#1, x#2]"
    )
    assert physical(people.select("s").distinct()) == (
        "HashAggregate(keys=[s#1], functions=[])\n+- LocalTableScan [s#1]"
    )


def test_joins_tell_which_side_is_held(people):
    other = people.select("id")
    assert "BroadcastHashJoin [id#1L], [id#4L], Inner, BuildRight, false" in physical(people.join(F.broadcast(other), "id"))
    assert "ShuffledHashJoin [id#1L], [id#2L], LeftAnti, BuildRight" in physical(people.join(other, "id", "left_anti"))
    assert physical(people.select("id").crossJoin(people.select("x"))).startswith("BroadcastNestedLoopJoin Build")


def test_windows_limits_and_literals(people):
    w = Window.partitionBy("s").orderBy("id").rowsBetween(-1, 1)
    text = explained(people.select(F.sum("x").over(w)), "extended")
    frame = "specifiedwindowframe(RowFrame, -1, 1))"
    assert f"sum(x#3) windowspecdefinition(s#2, id#1L ASC NULLS FIRST, {frame}" in text
    assert f"'sum('x) windowspecdefinition('s, 'id ASC NULLS FIRST, {frame}" in text
    top = physical(people.orderBy(F.desc("x")).limit(1))
    assert top.startswith("TakeOrderedAndProject(limit=1, orderBy=[x#1 DESC NULLS LAST], output=[id#2L, s#3, x#1])")
    day = people.select(F.lit(None).alias("n"), F.to_date(F.lit("2024-01-01")).alias("d"))
    assert physical(day).startswith("Project [null AS n#1, 2024-01-01 AS d#2]")
    assert explained(people.limit(3), "extended").count("GlobalLimit 3\n+- LocalLimit 3\n") == 3


def test_partitions(people, spark):
    assert physical(people.repartition(3)).startswith("Exchange RoundRobinPartitioning(3), REPARTITION_BY_NUM")
    assert physical(people.repartition(4, "s")).startswith("Exchange hashpartitioning(s#1, 4), REPARTITION_BY_NUM")
    assert physical(people.coalesce(1)).startswith("Coalesce 1")
    assert physical(spark.range(0, 10, 1, 2)) == "Range (0, 10, step=1, splits=2)"


def test_subqueries_stand_below_the_node_that_asks(people):
    people.createOrReplaceTempView("people_explained")
    spark = people.sparkSession
    assert physical(spark.sql("SELECT s FROM people_explained WHERE id = (SELECT max(id) FROM people_explained)")) == (
        "Project [s#1]\n"
        "+- Filter (id#2L = scalar-subquery#3 [])\n"
        "   :  +- HashAggregate(keys=[], functions=[max(id#4L)])\n"
        "   :     +- LocalTableScan [id#4L]\n"
        "   +- LocalTableScan [id#2L, s#1]"
    )


def test_scans_tell_their_filters(people, tmp_path):
    path = str(tmp_path / "t")
    people.write.partitionBy("s").parquet(path)
    frame = people.sparkSession.read.parquet(path).filter("s = 'a' AND 1 < id AND id IN (1, 2) AND NOT x = 2")
    plan = physical(frame)
    assert "FileScan parquet [id#2L,x#3,s#1] Batched: true, " in plan
    assert f"Format: Parquet, Location: InMemoryFileIndex(1 paths)[file:{path}]" in plan
    assert "PartitionFilters: [(s#1 = a)]" in plan
    assert "PushedFilters: [GreaterThan(id,1), In(id, [1,2]), Not(EqualTo(x,2.0))]" in plan
    assert plan.endswith("ReadSchema: struct<id:bigint,x:double>")


def test_sizes_in_the_cost_form(spark):
    text = explained(spark.range(100_000).filter("id > 2").groupBy().count(), "cost")
    assert text.startswith(
        "== Optimized Logical Plan ==\nAggregate [count(1) AS count#1L], Statistics(sizeInBytes=16.0 B, rowCount=1)\n"
    )
    assert "Range (0, 100000, step=1, splits=None), Statistics(sizeInBytes=781.3 KiB, rowCount=1.00E+5)\n" in text


def test_the_formatted_form_numbers_operators(people):
    assert explained(people.filter("id > 1").select("s"), "formatted") == (
        "== Physical Plan ==\n"
        "Project (3)\n+- Filter (2)\n   +- LocalTableScan (1)\n\n\n"
        "(1) LocalTableScan\nOutput [2]: [id#1L, s#2]\n\n"
        "(2) Filter\nInput [2]: [id#1L, s#2]\nCondition : (id#1L > 1)\n\n"
        "(3) Project\nOutput [1]: [s#2]\nInput [2]: [id#1L, s#2]\n\n\n"
    )


def test_rows_that_are_kept(people):
    kept = people.cache()
    assert physical(kept.filter("id = 1")).splitlines()[1:] == [
        "+- InMemoryTableScan [id#1L, s#2, x#3]",
        "   +- InMemoryRelation [id#1L, s#2, x#3], StorageLevel(disk, memory, deserialized, 1 replicas)",
    ]
    kept.unpersist()
