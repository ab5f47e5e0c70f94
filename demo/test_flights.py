# SPDX-License-Identifier: Apache-2.0
"""Questions to the flights that left New York in 2013, in plain PySpark."""

import os

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.testing import assertDataFrameEqual

DATA = os.environ.get("DEMO_DATA", "build/demo")


def read(spark, name):
    return spark.read.csv(f"{DATA}/{name}.csv", header=True, inferSchema=True, nullValue="NA")


@pytest.fixture
def flights(spark):
    return read(spark, "flights")


@pytest.fixture
def planes(spark):
    return read(spark, "planes")


@pytest.fixture
def airports(spark):
    return read(spark, "airports")


def test_types_are_inferred(flights):
    types = dict(flights.dtypes)
    assert (types["dep_delay"], types["carrier"], types["time_hour"]) == ("int", "string", "timestamp")


def test_all_flights_are_there(flights):
    row = flights.agg(F.count("*").alias("n"), F.count("dep_delay").alias("left"), F.countDistinct("carrier").alias("c"))
    assert tuple(row.first()) == (336776, 328521, 16)


def test_busiest_carriers_and_their_delay(flights):
    top = (flights.groupBy("carrier")
           .agg(F.count("*").alias("n"), F.round(F.avg("arr_delay"), 2).alias("delay"))
           .orderBy(F.desc("n")).limit(3))
    assert [tuple(r) for r in top.collect()] == [("UA", 58665, 3.56), ("B6", 54635, 9.46), ("EV", 54173, 15.8)]


def test_makers_of_the_planes(flights, planes):
    makers = flights.join(planes, "tailnum").groupBy("manufacturer").count().orderBy(F.desc("count")).take(3)
    assert [tuple(r) for r in makers] == [("BOEING", 82912), ("EMBRAER", 66068), ("AIRBUS", 47302)]


def test_busiest_month_of_each_airport(flights):
    month = flights.groupBy("origin", "month").agg(F.count("*").alias("n"))
    rank = F.row_number().over(Window.partitionBy("origin").orderBy(F.desc("n")))
    best = month.withColumn("rank", rank).filter("rank = 1").select("origin", "month", "n").orderBy("origin")
    assert [tuple(r) for r in best.collect()] == [("EWR", 5, 10592), ("JFK", 7, 10023), ("LGA", 10, 9642)]


def test_destinations_without_an_airport(flights, airports):
    assert flights.join(airports, flights.dest == airports.faa, "left_anti").count() == 7602


def test_sql_says_the_same(spark, flights, airports):
    flights.createOrReplaceTempView("flights")
    airports.createOrReplaceTempView("airports")
    by_sql = spark.sql("""
        SELECT name, count(*) AS n FROM flights JOIN airports ON dest = faa
        GROUP BY name ORDER BY n DESC LIMIT 2""")
    by_calls = (flights.join(airports, flights.dest == airports.faa).groupBy("name")
                .agg(F.count("*").alias("n")).orderBy(F.desc("n")).limit(2))
    assertDataFrameEqual(by_sql, by_calls)
    assert [r.name for r in by_sql.collect()] == ["Chicago Ohare Intl", "Hartsfield Jackson Atlanta Intl"]


def test_a_mistake_is_told_on_its_line(flights):
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN"):
        flights.select("carier")
