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


def cases(spark):
    """The benchmark's cases: a name and what to call. Each call sends what it names and reads the whole answer."""
    rows = [(i, f"name {i}", i % 3) for i in range(10)]
    many = list(range(100_000))
    column = spark.createDataFrame([(i,) for i in many], "id long").cache()
    add = F.udf(lambda i: i + 1, "long")
    small = spark.createDataFrame(rows, "id int, name string, kind int").cache()
    grouped = small.filter(F.col("id") > 2).groupBy("kind").agg(F.count("*").alias("n"), F.sum("id").alias("total"))
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
