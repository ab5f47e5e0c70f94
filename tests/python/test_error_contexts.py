# SPDX-License-Identifier: Apache-2.0
"""Errors about columns say which call made them, and where."""

import re
import sys

import pytest

from roost.errors import AnalysisException, ArithmeticException, PySparkException, PythonException
from roost.errors.base import QueryContextType, UnsupportedOperationException
from roost.sql import Window
from roost.sql import functions as F


def failed(function):
    with pytest.raises(PySparkException) as raised:
        function()
    return raised.value


def line_here():
    return sys._getframe(1).f_lineno


def test_a_failure_at_run_time_shows_the_call(spark):
    ratio, line = F.col("id") / 0, line_here()
    error = failed(lambda: spark.range(2).select(ratio).collect())
    assert isinstance(error, ArithmeticException)
    place = f'== DataFrame ==\n"__truediv__" was called from\n{__file__}:{line}\n'
    assert str(error).endswith(f"SQLSTATE: 22012\n{place}")
    assert error.getMessage().endswith("SQLSTATE: 22012")
    (context,) = error.getQueryContext()
    assert context.contextType() == QueryContextType.DataFrame
    assert (context.fragment(), context.callSite()) == ("__truediv__", f"{__file__}:{line}")
    assert context.summary() == place
    for refused in (context.objectType, context.objectName, context.startIndex, context.stopIndex):
        with pytest.raises(UnsupportedOperationException):
            refused()


@pytest.mark.parametrize(
    ("make", "called"),
    [
        (lambda: F.col("nope"), "col"),
        (lambda: F.upper("nope"), "col"),
        (lambda: F.col("id") + F.array(F.lit(1)), "__add__"),
        (lambda: F.col("id").cast("array<int>"), "cast"),
        (lambda: F.explode("id"), "explode"),
        (lambda: F.sum(F.sum("id")), "sum"),
        (lambda: F.array("id").getItem("x"), "__getitem__"),
    ],
)
def test_analysis_names_the_call_in_its_context_only(spark, make, called):
    error = failed(lambda: spark.range(2).select(make()))
    assert isinstance(error, AnalysisException)
    assert [context.fragment() for context in error.getQueryContext()] == [called]
    assert "DataFrame ==" not in str(error)


def test_functions_within_functions_show_the_users_line(spark):
    def halved(x):
        return x / 0

    error = failed(lambda: spark.sql("select array(1) a").select(F.transform("a", halved)).collect())
    line = halved.__code__.co_firstlineno + 1
    assert error.getQueryContext()[0].callSite() == f"{__file__}:{line}"


def test_what_is_wrong_with_a_relation_has_no_call(spark):
    assert failed(lambda: spark.range(2).filter(F.col("id"))).getQueryContext() == []
    assert failed(lambda: spark.range(2).select("id", F.sum("id"))).getQueryContext() == []
    assert failed(lambda: spark.range(2)["nope"]).getQueryContext() == []


def test_texts_keep_their_positions(spark):
    error = failed(lambda: spark.range(2).select(F.expr("id / 0")).collect())
    (context,) = error.getQueryContext()
    assert context.contextType() == QueryContextType.SQL
    assert (context.fragment(), context.startIndex(), context.stopIndex()) == ("id / 0", 0, 5)
    with pytest.raises(UnsupportedOperationException):
        context.callSite()
    error = failed(lambda: spark.sql("select nope"))
    assert str(error).endswith("; line 1 pos 7")
    assert error.getMessage().endswith("SQLSTATE: 42703")
    assert error.getQueryContext()[0].summary() == "== SQL (line 1, position 8) ==\nselect nope\n       ^^^^\n"
    assert failed(lambda: spark.sql("selec 1")).getQueryContext() == []


def test_exceptions_of_functions_have_no_place_in_the_query(spark):
    spark.udf.register("fails", lambda n: 1 / 0, "long")
    for rows in (spark.sql("select fails(1)"), spark.range(1).select(F.udf(lambda n: 1 / 0)("id"))):
        error = failed(rows.collect)
        assert isinstance(error, PythonException)
        assert error.getQueryContext() == []
        assert str(error).endswith("ZeroDivisionError: division by zero\n")


def test_more_lines_of_the_program_on_demand(spark):
    def inner():
        return F.col("id") / 0

    spark.conf.set("spark.sql.stackTracesInDataFrameContext", "2")
    try:
        column = inner()
    finally:
        spark.conf.unset("spark.sql.stackTracesInDataFrameContext")
    sites = failed(lambda: spark.range(1).select(column).collect()).getQueryContext()[0].callSite().split("\n")
    assert len(sites) == 2
    assert all(re.fullmatch(re.escape(__file__) + r":\d+", site) for site in sites)


def test_a_name_sought_in_a_frame_is_answered_with_all_its_columns(spark):
    rows = spark.sql("select 1 z, 2 y, 3 b, 4 `n p`, 5 c, 6 d, 7 nop")
    everything = "`z`, `y`, `b`, `n p`, `c`, `d`, `nop`"
    for call in (
        lambda: rows["nope"], lambda: rows.alias("t")["t.nope"], lambda: rows.fillna(1, ["nope"]),
        lambda: rows.colRegex("nope"),
        lambda: rows.groupBy("z").avg("nope"), lambda: rows.agg({"nope": "max"}), lambda: rows.stat.corr("nope", "z"),
        lambda: rows.withMetadata("nope", {}), lambda: rows.groupBy("z").pivot("nope"), lambda: rows.na.drop(subset=["nope"]),
    ):
        assert failed(call).getMessageParameters()["proposal"] == everything
    for call in (
        lambda: rows.describe("nope"), lambda: rows.freqItems(["nope"]), lambda: rows.approxQuantile(["nope"], [0.5], 0.1),
    ):
        assert failed(call).getMessageParameters()["proposal"] == "`nop`, `n p`, `b`, `c`, `d`"


def test_columns_equally_near_a_wrong_name_are_suggested_by_name(spark):
    rows = spark.sql("select 1 z, 2 y, 3 b, 4 nop")
    error = failed(lambda: rows.select("nope"))
    assert error.getMessageParameters()["proposal"] == "`nop`, `b`, `y`, `z`"
    error = failed(lambda: rows.join(rows, "nope"))
    assert error.getMessageParameters()["suggestion"] == "`b`, `nop`, `y`, `z`"
    error = failed(lambda: spark.sql("select * except (nope) from values (1, 2, 3, 4, 5, 6) t(z, nop, b, A, c, d)"))
    assert error.getMessageParameters()["proposal"] == "`nop`, `z`, `b`, `A`, `c`"


def test_names_in_messages_are_as_they_were_written(spark):
    twice = spark.createDataFrame([(1, 2, 3)], ["a", "A", "b"])
    assert failed(lambda: twice.select("a")).getMessageParameters()["referenceNames"] == "[`a`, `a`]"
    assert failed(lambda: twice.alias("t").select("t.A")).getMessageParameters()["referenceNames"] == "[`t`.`A`, `t`.`A`]"
    error = failed(lambda: twice.withColumns({"Id2": F.lit(1), "iD2": F.lit(2)}))
    assert error.getMessageParameters() == {"columnName": "`id2`"}
    near = spark.sql("select 1 id, 2 s, 3 d")
    assert failed(lambda: near.select("id as x")).getMessageParameters()["proposal"] == "`id`, `d`, `s`"
    error = failed(lambda: near.select((F.col("id") + 1).alias("a", "b")))
    assert error.getMessageParameters() == {"expr": '"(id + 1)"', "names": "a, b"}


def test_unpivot_lists_types_and_three_columns_of_each(spark):
    rows = spark.sql("select 1 a, 'x' b, 'y' c, 'z' d, 2 e, 'q' f")
    error = failed(lambda: rows.unpivot([], None, "k", "v"))
    assert error.getMessageParameters() == {"types": '"INT" (`a`, `e`), "STRING" (`b`, `c`, `d`, ...)'}


def test_what_a_name_could_mean_is_listed_in_order(spark):
    error = failed(lambda: spark.sql("select id from range(1) t join range(1) b join range(1) a"))
    assert error.getMessageParameters() == {"name": "`id`", "referenceNames": "[`a`.`id`, `b`.`id`, `t`.`id`]"}


def places(error):
    return [(c.fragment(), c.startIndex(), c.objectType(), c.objectName()) for c in error.getQueryContext()]


def test_errors_in_views_name_the_view_and_the_place_in_its_text(spark):
    spark.sql("CREATE TEMPORARY VIEW zeros AS SELECT 1 / a AS x FROM VALUES (0) AS t(a)")
    spark.sql("CREATE TEMPORARY VIEW over_zeros AS SELECT x FROM zeros")
    spark.sql("CREATE VIEW kept_zeros AS SELECT 1 / a AS x FROM VALUES (0) AS t(a)")
    error = failed(lambda: spark.sql("SELECT x + 1 FROM over_zeros").collect())
    assert places(error) == [("1 / a", 7, "VIEW", "zeros")]
    assert "== SQL of VIEW zeros (line 1, position 8) ==" in str(error)
    error = failed(lambda: spark.sql("SELECT * FROM kept_zeros").collect())
    assert places(error) == [("1 / a", 7, "VIEW", "spark_catalog.default.kept_zeros")]


def test_errors_in_functions_name_the_place_in_their_body(spark):
    spark.sql("CREATE TEMPORARY FUNCTION inverse(a INT) RETURNS DOUBLE RETURN 1 / a")
    assert places(failed(lambda: spark.sql("SELECT inverse(0)").collect())) == [("1 / a", 0, "", "")]


def test_errors_in_immediate_statements_name_them(spark):
    error = failed(lambda: spark.sql("EXECUTE IMMEDIATE 'SELECT 1/0'").collect())
    assert places(error) == [("1/0", 7, "EXECUTE IMMEDIATE", "")]
    assert "== SQL (line 1, position 8) ==" in str(error)


def test_errors_in_a_new_function_name_the_place_in_its_body(spark):
    error = failed(lambda: spark.sql("CREATE TEMPORARY FUNCTION wrong(x INT) RETURNS INT RETURN y"))
    assert places(error) == [("y", 0, "", "")]


def test_the_alias_belongs_to_the_place_of_a_table_function(spark):
    error = failed(lambda: spark.sql("SELECT * FROM nowhere(1) AS t(a)"))
    assert places(error) == [("nowhere(1) AS t(a)", 14, "", "")]


def test_a_star_is_no_argument_within_a_pivot(spark):
    frame = spark.createDataFrame([("a", 1)], ["k", "n"])
    error = failed(lambda: frame.groupBy("k").pivot("n", [1]).agg(F.count("*")))
    assert error.getMessageParameters() == {"elem": "'*'", "prettyName": "Pivot"}
    assert frame.groupBy("k").pivot("n", [1]).agg(F.expr("count(*)")).collect() == [("a", 1)]


def test_a_cast_of_a_set_operation_is_at_that_operation(spark):
    error = failed(lambda: spark.sql("SELECT * FROM (SELECT 1 UNION ALL SELECT 'x')").collect())
    assert places(error) == [("SELECT 1 UNION ALL SELECT 'x'", 15, "", "")]


@pytest.mark.parametrize(
    "make, called",
    [
        (lambda: F.nth_value("id", 0).over(Window.orderBy("id")), "nth_value"),
        (lambda: F.lead("id", 1, F.array(F.lit(1))).over(Window.orderBy("id")), "lead"),
        (lambda: F.from_json(F.lit(1), "a int"), "from_json"),
        (lambda: F.array_join("id", ","), "array_join"),
        (lambda: F.aggregate("id", F.lit(0), lambda a, b: a + b), "aggregate"),
    ],
)
def test_what_was_called_is_a_function_of_the_programs(spark, make, called):
    with pytest.raises(AnalysisException) as failure:
        spark.range(1).select(make())
    assert failure.value.getQueryContext()[0].fragment() == called
