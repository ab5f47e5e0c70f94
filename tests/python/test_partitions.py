# SPDX-License-Identifier: Apache-2.0
"""Which rows programs see in which partition: as Spark has them with the same master."""

import pytest

from roost.errors import IllegalArgumentException
from roost.sql import SparkSession, Window
from roost.sql import functions as F


def values(frame):
    return [[row[0] for row in part] for part in frame.rdd.glom().collect()]


def test_numbers_of_partitions(spark):
    frame = spark.createDataFrame([(i, i % 3) for i in range(10)], "a int, b int")
    counts = [
        frame, frame.repartition(4), frame.repartition(4).filter("a > 5"), frame.repartition(3, "b"), frame.repartition("b"),
        frame.repartition(5).coalesce(2), frame.coalesce(3), frame.repartition(4).groupBy("b").count(),
        frame.repartition(2).union(frame), frame.repartition(4).orderBy("a"), frame.repartition(4).limit(2),
        spark.range(10, numPartitions=6), spark.range(0),
    ]
    assert [each.rdd.getNumPartitions() for each in counts] == [1, 4, 4, 3, 1, 2, 1, 1, 3, 1, 1, 6, 0]


def test_exchanges_without_adaptive_execution(spark):
    spark.conf.set("spark.sql.adaptive.enabled", "false")
    spark.conf.set("spark.sql.shuffle.partitions", "7")
    frame = spark.createDataFrame([(1,)], "a int")
    assert frame.groupBy("a").count().rdd.getNumPartitions() == 7
    assert frame.orderBy("a").rdd.getNumPartitions() == 7


def test_rows_of_each_way_to_divide(spark):
    frame = spark.range(10)
    assert values(frame.repartition(3)) == [[3, 5, 2, 1], [7, 6, 9], [0, 8, 4]]
    assert values(frame.repartition(3, "id")) == [[3, 6, 7], [0], [1, 2, 4, 5, 8, 9]]
    assert values(frame.repartitionByRange(3, "id")) == [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert values(frame.repartitionById(2, F.expr("cast(id % 3 as int)"))) == [[0, 2, 3, 5, 6, 8, 9], [1, 4, 7]]
    assert values(spark.range(0, 10, 1, 5).coalesce(2)) == [[0, 1, 2, 3], [4, 5, 6, 7, 8, 9]]
    sorted_within = frame.repartition(2, F.col("id") % 3).sortWithinPartitions(F.desc("id"))
    assert all(part == sorted(part, reverse=True) for part in values(sorted_within))


def test_samples_and_random_numbers_are_per_partition(spark):
    frame = spark.range(0, 10, 1, 3)
    assert values(frame.sample(False, 0.5, 3)) == [[0], [4, 5], [6, 7]]
    assert values(frame.sample(True, 1.5, 3)) == [[2], [4, 5], [7]]
    dice = frame.select("id", F.udf(lambda x: x, "long")("id"), F.spark_partition_id()).collect()
    assert [row[2] for row in dice] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]


def test_filters_leave_what_is_counted_by_rows_alone(spark):
    rows = spark.range(0, 20, 1, 2)
    numbered = rows.select("id", F.monotonically_increasing_id().alias("m"))
    drawn = rows.select("id", F.rand(3).alias("r"))
    there = dict(drawn.collect())
    assert numbered.filter("id IN (3, 12)").collect() == [(3, 3), (12, (1 << 33) + 2)]
    assert all(there[row.id] == row.r for row in drawn.filter("id > 12").filter("r > 0.3").collect())
    assert numbered.join(spark.range(4, 6), "id").collect() == [(4, 4), (5, 5)]
    kept = {row.id for row in rows.filter(F.rand(3) > 0.4).collect()}
    assert kept == {id for id, r in there.items() if r > 0.4}
    for few in (rows.filter(F.rand(3) > 0.4).filter("id > 9"), rows.filter((F.rand(3) > 0.4) & (F.col("id") > 9))):
        assert {row.id for row in few.collect()} == {id for id in kept if id > 9}


def test_a_function_over_batches_runs_once_for_each_partition(spark):
    pandas = pytest.importorskip("pandas")

    def count(batches):
        yield pandas.DataFrame({"rows": [sum(len(batch) for batch in batches)]})

    assert [row[0] for row in spark.range(0, 10, 1, 3).mapInPandas(count, "rows long").collect()] == [3, 3, 4]


def test_each_partition_writes_its_file(spark, tmp_path):
    spark.range(0, 10, 1, 4).coalesce(2).write.csv(str(tmp_path / "two"))
    spark.range(0, 10, 1, 2).withColumn("k", F.col("id") % 2).write.partitionBy("k").json(str(tmp_path / "four"))
    assert len(list((tmp_path / "two").glob("part-*.csv"))) == 2
    assert len(list((tmp_path / "four").glob("k=*/part-*.json"))) == 4
    assert spark.read.csv(str(tmp_path / "two")).count() == 10


def test_the_master_divides_local_rows(roost_server):
    session = SparkSession.builder.remote(roost_server.address).master("local[4]").create()
    try:
        frame = session.createDataFrame([(i,) for i in range(10)], "a int")
        assert values(frame) == [[0, 1], [2, 3], [4, 5], [6, 7, 8, 9]]
        assert session.range(8).rdd.getNumPartitions() == 4
    finally:
        session.stop()


@pytest.mark.parametrize("way", ["repartition", "coalesce"])
def test_no_partitions_are_refused(spark, way):
    with pytest.raises(IllegalArgumentException, match=r"Number of partitions \(0\) must be positive"):
        getattr(spark.range(3), way)(0)


def test_groups_come_as_sparks_exchange_leaves_them(spark):
    rows = [(1, "a", None), (2, "b", "x"), (1, "a", "y"), (3, None, "z"), (4, None, None)]
    df = spark.createDataFrame(rows, "i int, s string, t string")
    grouped = df.groupBy("s", "t").count()
    assert [r[:2] for r in grouped.collect()] == [(None, None), ("a", "y"), (None, "z"), ("b", "x"), ("a", None)]
    assert df.distinct().collect() == [rows[2], rows[1], rows[3], rows[4], rows[0]]
    assert [r.i for r in df.groupBy("i").agg(F.max("s")).collect()] == [1, 2, 3, 4]  # sorted: strings do not fit
    assert [r.i for r in df.dropDuplicates(["i"]).collect()] == [1, 2, 3, 4]
    assert [r.k for r in spark.range(6).groupBy((F.col("id") % 3).alias("k")).count().collect()] == [0, 1, 2]
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    assert [r.s for r in df.groupBy("s").agg(F.count("*"), F.collect_list("t")).collect()] == ["a", "b", None]


def test_many_groups_stay_as_they_were_met(spark):
    many = spark.range(5000).select((F.col("id") % 4000).alias("k"))
    assert [r.k for r in many.repartition(2).distinct().sort("k").limit(3).collect()] == [0, 1, 2]
    assert many.repartition(2).distinct().count() == 4000
    assert many.groupBy("k").count().count() == 4000


def test_joined_lists_come_as_spark_joins_them(spark):
    left = spark.createDataFrame([(1, 10), (2, 20), (3, 10), (4, 40), (5, 50)], "id int, d int")
    right = spark.createDataFrame([("F", 10), ("M", 20), ("S", 30), ("I", 40), ("G", 10)], "name string, d int")
    by_key = [(10, 1, "F"), (10, 1, "G"), (10, 3, "F"), (10, 3, "G"), (20, 2, "M"), (40, 4, "I")]
    assert left.join(right, "d").collect() == by_key
    assert [r.id for r in left.join(right, "d", "left_semi").collect()] == [1, 3, 2, 4]
    outer = left.join(right, "d", "left").collect()
    assert [(r.id, r.name) for r in outer] == [
        (2, "M"), (4, "I"), (1, "G"), (1, "F"), (3, "G"), (3, "F"), (5, None)
    ]  # fmt: skip
    assert {r.id for r in left.join(F.broadcast(right), "d").take(2)} == {1}
    known = spark.sql("select * from values ('F', 10), ('M', 20) as t(name, d)")
    assert [r.id for r in left.join(known, "d").collect()] == [1, 2, 3]  # so small that nothing is exchanged


def test_rows_are_divided_by_columns_that_they_no_longer_have(spark):
    frame = spark.createDataFrame([(1, 10), (2, 20), (3, 10)], "a int, b int")
    assert frame.select("a").repartition("b").columns == ["a"]
    assert sorted(frame.select("a").where("b > 0").repartition("a", "b").collect()) == [(1,), (2,), (3,)]
    assert values(frame.coalesce(1).select("a").repartition(4, "b")) == [[], [2], [1, 3], []]


def test_more_shuffle_partitions_than_orders_are_known_for(spark):
    spark.conf.set("spark.sql.shuffle.partitions", "2000000")
    rows = spark.sql("select x, y from values (1), (2) a(x) full join values (2), (3) b(y) on x = y").collect()
    assert sorted(map(str, rows)) == ["Row(x=1, y=None)", "Row(x=2, y=2)", "Row(x=None, y=3)"]


def test_files_are_packed_into_partitions(spark, tmp_path):
    for name, rows in {"a": 3, "b": 1, "c": 3, "d": 1, "e": 2}.items():
        (tmp_path / f"{name}.txt").write_text("".join(f"{name}{i}\n" for i in range(rows)))
    frame = spark.read.text(str(tmp_path))
    assert frame.rdd.getNumPartitions() == 1
    spark.conf.set("spark.sql.files.openCostInBytes", "0")
    spark.conf.set("spark.sql.files.minPartitionNum", "3")
    frame = spark.read.text(str(tmp_path))
    assert values(frame) == [["a0", "a1", "a2"], ["c0", "c1", "c2"], ["e0", "e1", "b0"], ["d0"]]
    numbers = frame.select(F.monotonically_increasing_id() % 2**33, F.spark_partition_id()).collect()
    assert [tuple(row) for row in numbers] == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2), (0, 3)]
    frame.write.text(str(tmp_path / "out"))
    assert len(list((tmp_path / "out").glob("part-*"))) == 4
    spark.conf.set("spark.sql.files.maxPartitionNum", "2")
    assert values(spark.read.text(str(tmp_path))) == [["a0", "a1", "a2"], ["c0", "c1", "c2", "e0", "e1"], ["b0", "d0"]]


def test_files_of_other_partitions_are_not_read(spark, tmp_path):
    for folder, text in {"k=1": '{"v": 1}', "k=2": '{"v": ', "k=__HIVE_DEFAULT_PARTITION__": '{"v": 3}'}.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f.json").write_text(text)
    frame = spark.read.schema("v int, k int").option("mode", "FAILFAST").json(str(tmp_path))
    assert frame.where("k = 1").collect() == [(1, 1)]
    assert frame.where("k is null and v > 0").select("v").collect() == [(3,)]
    assert frame.where("k + 1 < 3 or k is null").orderBy("v").collect() == [(1, 1), (3, None)]
    with pytest.raises(Exception, match="FAILED_READ_FILE"):
        frame.where("k = 2").collect()


def test_rows_that_are_kept_stay_in_their_partitions(spark):
    kept = spark.range(0, 10, 1, 4).filter("id < 7").cache()
    assert values(kept) == values(kept) == [[0, 1], [2, 3, 4], [5, 6], []]
    assert values(spark.range(10).repartition(3, "id").localCheckpoint()) == [[3, 6, 7], [0], [1, 2, 4, 5, 8, 9]]
    spark.range(0, 6, 1, 3).createOrReplaceTempView("numbers")
    spark.sql("cache table kept_numbers as select id + 1 from numbers")
    assert values(spark.table("kept_numbers")) == [[1, 2], [3, 4], [5, 6]]


def test_random_keys_are_drawn_where_the_rows_were(spark):
    rows = spark.range(0, 12, 1, 3)
    drawn = sorted(rows.select(F.rand(2).alias("r"), "id").collect())
    assert [row.id for row in rows.orderBy(F.rand(2)).collect()] == [row.id for row in drawn]
    numbered = rows.select("id", F.row_number().over(Window.orderBy(F.rand(2))).alias("n"))
    assert [row.id for row in numbered.orderBy("n").collect()] == [row.id for row in drawn]
    by_place = Window.partitionBy(F.spark_partition_id()).orderBy("id")
    counts = rows.select("id", F.row_number().over(by_place), F.sum("id").over(by_place.rowsBetween(-1, 0)))
    assert counts.filter("id IN (4, 5, 11)").collect() == [(4, 1, 4), (5, 2, 9), (11, 4, 21)]
    assert rows.orderBy(F.rand(2)).columns == ["id"] and counts.columns[0] == "id"
