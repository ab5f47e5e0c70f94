# SPDX-License-Identifier: Apache-2.0
"""Table functions written in Python: classes whose eval yields rows."""

import pytest

from roost.errors import AnalysisException, PySparkAttributeError, PythonException
from roost.sql import Row
from roost.sql import functions as F
from roost.sql.functions import arrow_udtf, udtf
from roost.sql.types import IntegerType, StringType, StructField, StructType
from roost.sql.udtf import (
    AnalyzeResult,
    OrderingColumn,
    PartitioningColumn,
    SelectedColumn,
    SkipRestOfInputTableException,
)


@udtf(returnType="value string, seen int")
class Numbered:
    def __init__(self):
        self.seen = 0

    def eval(self, value):
        self.seen += 1
        yield str(value if not isinstance(value, Row) else value[0]), self.seen

    def terminate(self):
        yield "end", self.seen


@pytest.fixture
def numbered(spark):
    spark.udtf.register("numbered", Numbered)
    return spark


def rows(df):
    return [tuple(row) for row in df.collect()]


def test_a_call_gives_rows(spark):
    assert rows(Numbered(F.lit(7))) == [("7", 1), ("end", 1)]
    assert Numbered(F.lit(7)).schema == StructType(
        [StructField("value", StringType()), StructField("seen", IntegerType())]
    )


def test_a_table_argument_comes_row_by_row(numbered):
    table = "TABLE(VALUES (1), (2), (1) AS t(x))"
    assert rows(numbered.sql(f"SELECT * FROM numbered({table})")) == [("1", 1), ("2", 2), ("1", 3), ("end", 3)]
    ordered = rows(numbered.sql(f"SELECT * FROM numbered({table} WITH SINGLE PARTITION ORDER BY x DESC)"))
    assert ordered == [("2", 1), ("1", 2), ("1", 3), ("end", 3)]


def test_every_part_has_an_object_of_its_own(numbered):
    divided = "SELECT * FROM numbered(TABLE(VALUES (1), (2), (1) AS t(x)) PARTITION BY x)"
    assert rows(numbered.sql(divided)) == [("1", 1), ("1", 2), ("end", 2), ("2", 1), ("end", 1)]
    df = numbered.createDataFrame([(1,), (2,), (1,)], "x int")
    assert rows(Numbered(df.asTable().partitionBy("x"))) == rows(numbered.sql(divided))


def test_no_rows_no_object(numbered):
    assert rows(numbered.sql("SELECT * FROM numbered(TABLE(SELECT 1 AS x WHERE false))")) == []


def test_lateral_rows_stand_beside_theirs(numbered):
    joined = rows(numbered.sql("SELECT * FROM VALUES (1), (2) AS t(x), LATERAL numbered(x)"))
    assert joined == [(1, "1", 1), (2, "2", 2), (2, "end", 2)]
    left = numbered.createDataFrame([(1,), (2,)], "x int")
    assert rows(left.lateralJoin(Numbered(F.col("x").outer()))) == joined


def test_arguments_by_name(spark):
    @udtf(returnType="text string")
    class Joined:
        def eval(self, a, b="b"):
            yield (f"{a}-{b}",)

    spark.udtf.register("joined", Joined)
    assert rows(spark.sql("SELECT * FROM joined(b => 1, a => 2)")) == [("2-1",)]
    assert rows(Joined(F.lit("x"))) == [("x-b",)]
    with pytest.raises(PythonException, match="UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE"):
        spark.sql("SELECT * FROM joined(c => 1)").collect()


def test_the_rest_of_a_part_can_be_skipped(spark):
    @udtf(returnType="n int")
    class FirstTwo:
        def __init__(self):
            self.n = 0

        def eval(self, row):
            self.n += 1
            if self.n > 2:
                raise SkipRestOfInputTableException("enough")
            yield (row[0],)

        def terminate(self):
            yield (-self.n,)

    assert rows(FirstTwo(spark.range(5).asTable().withSinglePartition())) == [(0,), (1,), (-3,)]


@pytest.mark.parametrize(
    ("row", "condition"),
    [
        ((1, 2), "UDTF_RETURN_SCHEMA_MISMATCH"),
        (7, "UDTF_INVALID_OUTPUT_ROW_TYPE"),
        ((None,), "UDTF_EXEC_ERROR"),
    ],
)
def test_rows_that_are_none(spark, row, condition):
    class Wrong:
        def eval(self):
            yield row

    function = udtf(Wrong, returnType=StructType([StructField("n", IntegerType(), False)]))
    with pytest.raises(PythonException, match=condition):
        function().collect()


def test_a_class_that_is_none(spark):
    class NoEval:
        pass

    with pytest.raises(PySparkAttributeError) as raised:
        udtf(NoEval, returnType="n int")
    assert raised.value.getCondition() == "INVALID_UDTF_NO_EVAL"


def test_too_many_tables(numbered):
    with pytest.raises(AnalysisException) as raised:
        numbered.sql("SELECT * FROM numbered(TABLE(SELECT 1), TABLE(SELECT 2))")
    assert raised.value.getCondition() == "TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS"


class Analyzed:
    """Tells how it was asked, and what it was called with."""

    def __init__(self, told):
        self.told = told

    @staticmethod
    def analyze(*args, **kwargs):
        names = [f"p{i}" for i in range(len(args))] + sorted(kwargs)
        return AnalyzeResult(StructType([StructField(name, StringType()) for name in names]))

    def eval(self, *args, **kwargs):
        yield [str(value) for value in (*args, *(kwargs[name] for name in sorted(kwargs)))]


def test_analyze_says_what_it_gives(spark):
    spark.udtf.register("analyzed", udtf(Analyzed))
    df = spark.sql("SELECT * FROM analyzed('it''s', array(1), k => 2 + 1)")
    assert df.columns == ["p0", "p1", "k"]
    assert rows(df) == [("it's", "[1]", "3")]
    assert rows(udtf(Analyzed)(F.lit(1), F.lit(None))) == [("1", "None")]


def test_analyze_is_told_of_values_and_types(spark):
    told = []

    class Asked(Analyzed):
        @staticmethod
        def analyze(*args):
            told.extend((a.dataType.simpleString(), a.value, a.isTable, a.isConstantExpression) for a in args)
            return AnalyzeResult(StructType([StructField("s", StringType())]))

        def eval(self, *args):
            yield (str(len(args)),)

    spark.udtf.register("asked", udtf(Asked))
    assert rows(spark.sql("SELECT * FROM asked('a', rand(), TABLE(SELECT 1 AS x))")) == [("3",)]
    assert told == [
        ("string", "a", False, True),
        ("double", None, False, False),
        ("struct<x:int>", None, True, False),
    ]


def test_analyze_divides_the_rows(spark):
    class Divided(Analyzed):
        @staticmethod
        def analyze(table):
            return AnalyzeResult(
                StructType([StructField("s", StringType())]),
                partitionBy=[PartitioningColumn("x")],
                orderBy=[OrderingColumn("y", ascending=False)],
                select=[SelectedColumn("y"), SelectedColumn("x + 1", "next")],
            )

        def eval(self, row):
            yield (f"{row.next} {row.y}",)

        def terminate(self):
            yield ("end",)

    spark.udtf.register("divided", udtf(Divided))
    table = "TABLE(VALUES (1, 'a'), (2, 'b'), (1, 'c') AS t(x, y))"
    assert rows(spark.sql(f"SELECT * FROM divided({table})")) == [("2 c",), ("2 a",), ("end",), ("3 b",), ("end",)]
    with pytest.raises(AnalysisException) as raised:
        spark.sql(f"SELECT * FROM divided({table} PARTITION BY y)")
    assert raised.value.getCondition() == "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL"


def test_analyze_that_fails(spark):
    class Failing(Analyzed):
        @staticmethod
        def analyze():
            raise ValueError("no idea")

    with pytest.raises(AnalysisException, match="no idea") as raised:
        udtf(Failing)()
    assert raised.value.getCondition() == "TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON"


def test_arrow_tables(spark):
    pa = pytest.importorskip("pyarrow")

    @arrow_udtf(returnType="x bigint, total bigint")
    class Totals:
        def eval(self, batch):
            assert isinstance(batch, pa.RecordBatch)
            total = sum(batch.column("y").to_pylist())
            yield pa.table({"x": [batch.column("x")[0].as_py()], "total": [total]})

    df = spark.createDataFrame([(1, 10), (2, 20), (1, 30)], "x bigint, y bigint")
    assert rows(Totals(df.asTable().partitionBy("x"))) == [(1, 40), (2, 20)]


def by_arrow(value, returns):
    class Single:
        def eval(self):
            yield value

    return udtf(Single, returnType=returns, useArrow=True)().collect()


@pytest.mark.parametrize(
    "value, returns, row",
    [
        (1, "x int", (1,)),
        (1.5, "x int", (1,)),
        (1, "x double", (1.0,)),
        (True, "x string", ("true",)),
        ([1], "x string", ("[1]",)),
        (None, "x int", (None,)),
        ([1, 2], "x int, y int", (1, 2)),
        ({"x": 1}, "x int, y int", (1, None)),
    ],
)
def test_arrow_converts_what_a_table_function_yields(spark, value, returns, row):
    assert by_arrow(value, returns) == [row]


@pytest.mark.parametrize(
    "value, returns", [("1", "x int"), (True, "x int"), ("a", "x binary"), ([1], "x int"), (1, "x int, y int")]
)
def test_arrow_refuses_what_it_cannot_convert(spark, value, returns):
    with pytest.raises(PythonException, match="UDTF_ARROW_TYPE_CONVERSION_ERROR"):
        by_arrow(value, returns)


def test_a_setting_makes_table_functions_work_by_arrow(spark):
    spark.conf.set("spark.sql.execution.pythonUDTF.arrow.enabled", True)

    @udtf(returnType="x int")
    class Bare:
        def eval(self):
            yield 1

    assert Bare().collect() == [(1,)]


def test_several_tables_where_a_setting_allows_them(spark):
    class Pairs:
        def eval(self, left, right, n=0):
            yield left["k"], right["k"] + n

    spark.udtf.register("pairs", udtf(Pairs, returnType="a int, b int"))
    spark.sql("values (1), (2) as t(k)").createOrReplaceTempView("t")
    with pytest.raises(AnalysisException) as raised:
        spark.sql("select * from pairs(table(t), table(t))")
    assert raised.value.getCondition() == "TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS"
    spark.conf.set("spark.sql.tvf.allowMultipleTableArguments.enabled", "true")
    pairs = spark.sql("select * from pairs(table(t), table(t)) order by a, b")
    assert pairs.collect() == [(1, 1), (1, 2), (2, 1), (2, 2)]
    named = "select * from pairs(right => table(select 7 k), n => 3, left => table(t)) order by a"
    assert spark.sql(named).collect() == [(1, 10), (2, 10)]


def test_what_analyze_asks_for_is_checked(spark):
    def asking(**wishes):
        class Asking:
            @staticmethod
            def analyze(rows):
                return AnalyzeResult(StructType().add("n", "string"), **wishes)

            def eval(self, row):
                yield (str(row),)

        return udtf(Asking)

    rows = spark.sql("values (1) as t(k)").asTable
    with pytest.raises(AnalysisException, match="'order_by' field cannot be non-empty unless"):
        asking(orderBy=[OrderingColumn("k")])(rows()).collect()
    with pytest.raises(AnalysisException) as raised:
        asking(withSinglePartition=True, select=[SelectedColumn("k + 1 as n")])(rows()).collect()
    assert raised.value.getCondition().endswith("FROM_ANALYZE_METHOD_REQUIRES_ALIAS")


def test_what_an_arrow_function_must_not_yield(spark):
    pa = pytest.importorskip("pyarrow")

    def wrong(table, message):
        class Made:
            def eval(self):
                yield table

        with pytest.raises(PythonException, match=message):
            F.arrow_udtf(Made, returnType="id int")().collect()

    wrong(pa.table({"other": pa.array([1], pa.int32())}), "PySparkTypeError: Target schema's field names .*'other'")
    wrong(pa.table({"id": pa.array(["x"])}), "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDTF.*int32 Actual: string")
