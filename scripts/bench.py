# SPDX-License-Identifier: Apache-2.0
"""What a small query costs: the round trips a test makes, timed against one daemon. Run by `make bench`.

Prints a line per case: the median and the 99th percentile in microseconds, and how many round trips to an empty request
the median is worth. The ratio is what to compare between machines.
"""

import argparse
import gc
import time

from roost.sql import SparkSession
from roost.sql import functions as F


def measure(call, seconds):
    """Times of single calls, in microseconds, sorted; as many as fit into `seconds` after a tenth of it as warm-up."""
    until = time.perf_counter() + seconds / 10
    while time.perf_counter() < until:
        call()
    times = []
    gc.disable()
    until = time.perf_counter() + seconds
    while (start := time.perf_counter()) < until:
        call()
        times.append((time.perf_counter() - start) * 1e6)
    gc.enable()
    return sorted(times)


def long_query(steps=9, lines=20):
    """About 200 lines of SQL: `steps` CTEs, each over the one before, with `lines` calls and conditions each."""
    forms = [
        "upper(trim(name)) AS name_{i}",
        "CASE WHEN id > {i} THEN coalesce(name, 'none') ELSE substring(name, 1, {i}) END AS part_{i}",
        "round(price * 1.{i} + id, 2) AS price_{i}",
        "date_add(day, {i}) AS day_{i}",
        "sum(price) OVER (PARTITION BY kind ORDER BY id ROWS BETWEEN {i} PRECEDING AND CURRENT ROW) AS sum_{i}",
    ]
    text = ["WITH step_0 AS (SELECT id, id % 7 AS kind, CAST(id AS STRING) AS name, CAST(id AS DECIMAL(10, 2)) AS price,"]
    text.append("  DATE'2020-01-01' AS day FROM range(100))")
    for step in range(steps):
        text.append(f", step_{step + 1} AS (SELECT id, kind, name, price, day,")
        text.append(",\n".join("  " + forms[i % len(forms)].format(i=i) for i in range(lines)))
        text.append(f"FROM step_{step} WHERE id BETWEEN {step} AND 90 AND (kind IN (1, 2, 3) OR name LIKE '%1%'))")
    text.append(f"SELECT kind, count(*), max(name_0) FROM step_{steps} GROUP BY kind ORDER BY kind")
    return "\n".join(text)


def cases(spark):
    """The benchmark's cases: a name and what to call. Each call sends what it names and reads the whole answer."""
    rows = [(i, f"name {i}", i % 3) for i in range(10)]
    many = list(range(100_000))
    column = spark.createDataFrame([(i,) for i in many], "id long").cache()
    add = F.udf(lambda i: i + 1, "long")
    small = spark.createDataFrame(rows, "id int, name string, kind int").cache()
    grouped = small.filter(F.col("id") > 2).groupBy("kind").agg(F.count("*").alias("n"), F.sum("id").alias("total"))
    text = long_query()
    return [
        ("setting", lambda: spark.conf.get("spark.sql.ansi.enabled")),
        ("collect", small.collect),
        ("schema", lambda: small.select("id", (F.col("id") + 1).alias("next")).schema),
        ("filter", lambda: small.filter(F.col("id") > 5).collect()),
        ("group", grouped.collect),
        ("create", lambda: spark.createDataFrame(rows, "id int, name string, kind int").collect()),
        ("sql", lambda: spark.sql("SELECT 1 AS one, upper('a') AS a").collect()),
        ("join", lambda: small.join(small.withColumnRenamed("name", "other"), "id").collect()),
        ("window", lambda: spark.sql("SELECT id, sum(id) OVER (ORDER BY id) AS s FROM range(100)").collect()),
        ("scan", lambda: spark.sql("SELECT sum(id * 2) FROM range(1000000)").collect()),
        # Parse and analysis of 200 lines, nothing run.
        ("analyze", lambda: spark.sql(text).schema),
        # A function over 100,000 rows, and what Python alone takes for it.
        ("udf", lambda: column.select(F.sum(add("id"))).collect()),
        ("list", lambda: sum([add.func(i) for i in many])),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="per case (default: %(default)s)")
    parser.add_argument("--only", help="cases whose name contains this")
    arguments = parser.parse_args()
    start = time.perf_counter()
    spark = SparkSession.builder.getOrCreate()
    spark.range(1).collect()
    print(f"daemon, session and first answer: {(time.perf_counter() - start) * 1e3:.1f} ms")
    print(f"{'case':10}{'p50 us':>10}{'p99 us':>10}{'ratio':>8}")
    unit = None
    for name, call in cases(spark):
        if arguments.only and unit and arguments.only not in name:
            continue
        times = measure(call, arguments.seconds)
        median = times[len(times) // 2]
        unit = unit or median
        print(f"{name:10}{median:10.1f}{times[len(times) * 99 // 100]:10.1f}{median / unit:8.1f}", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
