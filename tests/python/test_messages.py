# SPDX-License-Identifier: Apache-2.0
"""Texts that people and tests read, as classic PySpark prints them: errors, show(), repr()."""

import pickle

import pytest
from roost.errors import (
    AnalysisException,
    ParseException,
    PySparkValueError,
    PythonException,
    UnsupportedOperationException,
)
from roost.sql import functions as F


def test_a_parse_error_begins_with_an_empty_line(spark):
    with pytest.raises(ParseException) as caught:
        spark.sql("selec 1")
    assert str(caught.value) == (
        "\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'. SQLSTATE: 42601 (line 1, pos 0)\n\n"
        "== SQL ==\nselec 1\n^^^\n"
    )


def test_the_name_of_a_type_is_pointed_at(spark):
    with pytest.raises(ParseException) as caught:
        spark.range(1).select(F.col("id").cast("nosuch"))
    assert str(caught.value) == (
        '\n[UNSUPPORTED_DATATYPE] Unsupported data type "NOSUCH". SQLSTATE: 0A000 (line 1, pos 0)\n\n'
        "== SQL ==\nnosuch\n^^^\n"
    )


def test_what_a_function_raises_comes_with_the_functions_frames_alone(spark):
    def fails(value):
        return 1 // (value - value)

    with pytest.raises(PythonException) as caught:
        spark.range(1).select(F.udf(fails, "int")("id")).collect()
    text = str(caught.value)
    assert text.startswith(
        "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n"
        f'Traceback (most recent call last):\n  File "{__file__}"'
    )
    assert text.endswith("ZeroDivisionError: integer division or modulo by zero\n")
    assert caught.value.getCondition() is None


@pytest.mark.parametrize("vertical", [False, True])
def test_show_says_that_there_is_more(spark, capsys, vertical):
    spark.range(3).show(1, vertical=vertical)
    assert capsys.readouterr().out.endswith("\nonly showing top 1 row\n")
    spark.range(1).show(1, vertical=vertical)
    assert capsys.readouterr().out.endswith("\n\n")


def test_groups_name_the_first_two_columns(spark):
    df = spark.sql("select 1 a, 2 b, 3 c, 4 d")
    assert repr(df.groupBy("a")) == (
        "GroupedData[grouping expressions: [a], value: [a: int, b: int ... 2 more fields], type: GroupBy]"
    )
    assert "[a, b ... 1 more field(s)]" in repr(df.cube("a", "b", "c"))
    assert "value: [a: int, b: int ... 1 more field]" in repr(df.drop("d").rollup("a"))


def test_conditions_without_a_name_of_their_own_are_not_named(spark):
    df = spark.sql("select 1 a, 'x' b")
    with pytest.raises(AnalysisException) as caught:
        df.groupBy("a").max("b")
    assert str(caught.value).startswith('"b" is not a numeric column.')
    with pytest.raises(AnalysisException) as caught:
        df.dropDuplicates(["c"])
    assert str(caught.value) == 'Cannot resolve column name "c" among (a, b).'


def test_a_pivot_stands_alone(spark):
    df = spark.sql("select 1 a, 'x' b")
    with pytest.raises(UnsupportedOperationException) as caught:
        df.groupBy("a").pivot("b").pivot("a")
    assert (caught.value.getCondition(), caught.value.getSqlState()) == ("REPEATED_CLAUSE", "42614")
    with pytest.raises(UnsupportedOperationException, match="SQLSTATE: 0A000"):
        df.cube("a").pivot("b")
    with pytest.raises(AssertionError, match="exprs should not be empty"):
        df.agg()


def test_an_unknown_kind_of_join_is_told_with_the_known_ones(spark):
    with pytest.raises(AnalysisException, match="Unsupported join type 'sideways'. Supported join types include: 'inner'"):
        spark.range(1).join(spark.range(1), "id", "sideways")


def test_arguments_of_an_error_are_those_given_by_place(spark):
    with pytest.raises(AnalysisException) as refused:
        spark.sql("SELECT nothing").collect()
    assert refused.value.args == ()
    assert pickle.loads(pickle.dumps(refused.value)).getCondition() == refused.value.getCondition()
    assert PySparkValueError("text").args == ("text",)
