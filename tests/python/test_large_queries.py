# SPDX-License-Identifier: Apache-2.0
"""Texts that are long, wide or deep: an answer or a clear error, and the engine lives."""

import pytest

from roost.errors import ParseException

TOO_COMPLEX = "FAILED_TO_PARSE_TOO_COMPLEX"

DEEP = {
    "parentheses": "SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "parentheses left open": "SELECT " + "(" * 10_000,
    "subqueries": "SELECT * FROM (" * 5_000 + "SELECT 1 AS a" + ")" * 5_000,
    "arrays": "SELECT " + "array(" * 3_000 + "1" + ")" * 3_000,
    "types": "SELECT CAST(NULL AS " + "array<" * 3_000 + "int" + ">" * 3_000 + ")",
    "conditions": "SELECT " + "CASE WHEN true THEN " * 3_000 + "1" + " END" * 3_000,
    "blocks": "BEGIN " * 3_000 + "SELECT 1; " + "END; " * 3_000,
    "sums": "SELECT " + " + ".join(["1"] * 20_000),
}


@pytest.mark.parametrize("what", sorted(DEEP))
def test_what_is_too_deep_is_refused(spark, what):
    with pytest.raises(ParseException) as caught:
        spark.sql(DEEP[what])
    assert caught.value.getCondition() == TOO_COMPLEX
    assert spark.sql("SELECT 1").collect() == [(1,)]


def test_a_megabyte_of_text_is_read(spark):
    assert spark.sql("SELECT length('" + "x" * 1_000_000 + "')").collect() == [(1_000_000,)]
    assert spark.sql("SELECT 1 /*" + "x" * 1_000_000 + "*/").collect() == [(1,)]
    rows = ", ".join(f"({i}, 'name {i}')" for i in range(50_000))
    assert spark.sql(f"SELECT count(*), max(col1) FROM VALUES {rows}").collect() == [(50_000, 49_999)]


def test_five_thousand_columns(spark):
    inner = ", ".join(f"{i} AS c{i}" for i in range(5_000))
    outer = ", ".join(f"c{i} + 1 AS d{i}" for i in range(5_000))
    frame = spark.sql(f"SELECT {outer} FROM (SELECT {inner})")
    assert len(frame.columns) == 5_000
    assert frame.collect()[0][4_999] == 5_000


def test_a_long_loop_of_a_script(spark):
    query = "BEGIN DECLARE i = 0; WHILE i < 300 DO SET i = i + 1; END WHILE; SELECT i; END"
    assert spark.sql(query).collect() == [(300,)]
