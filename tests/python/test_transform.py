# SPDX-License-Identifier: Apache-2.0
"""SELECT TRANSFORM ... USING: what rows become is in ../sql/transforms.sql; here is how the command runs."""

import threading
import time

import pytest

from roost.errors import SparkException


def test_many_rows_pass_both_ways(spark):
    count = 200_000
    sent = spark.sql(f"SELECT TRANSFORM(id, repeat('x', 20)) USING 'cat' AS (id BIGINT, s STRING) FROM range({count})")
    assert sent.selectExpr("count(*)", "sum(id)", "min(length(s))").collect() == [(count, count * (count - 1) // 2, 20)]


def test_a_failing_command_tells_its_status_and_complaint(spark):
    with pytest.raises(SparkException, match="Subprocess exited with status 3. Error: bad"):
        spark.sql("SELECT TRANSFORM(id) USING 'cat; echo bad >&2; exit 3' AS (a) FROM range(3)").collect()
    with pytest.raises(SparkException, match="exited with status 127"):
        spark.sql("SELECT TRANSFORM(id) USING 'no_such_command' AS (a) FROM range(3)").collect()


def test_a_command_may_stop_reading(spark):
    assert spark.sql("SELECT TRANSFORM(id) USING 'head -2' AS (a) FROM range(100000)").collect() == [("0",), ("1",)]


@pytest.mark.slow
def test_other_queries_run_beside_a_slow_command(spark):
    other = spark.newSession()
    answers = []
    slow = threading.Thread(
        target=lambda: answers.extend(spark.sql("SELECT TRANSFORM(id) USING 'sleep 1; cat' AS (a) FROM range(1)").collect()))
    slow.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert other.range(10).count() == 10
    assert time.monotonic() - began < 0.5 and not answers
    slow.join()
    assert answers == [("0",)]


@pytest.mark.slow
def test_a_query_that_ends_early_ends_its_command(spark, tmp_path):
    mark = tmp_path / "late"
    query = f"SELECT TRANSFORM(id) USING 'cat; (sleep 0.5; touch {mark}) & wait' AS (a) FROM range(5)"
    assert len(spark.sql(query).limit(2).collect()) == 2
    time.sleep(0.8)
    assert not mark.exists()
